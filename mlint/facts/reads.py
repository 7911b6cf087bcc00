"""What answers rest on: each file, name and word that was looked at while they were found.

While something is worked out, whatever it reads of the project is noted as a *leaf*: a question about files that can be
asked again later, and its answer. An answer that is kept (`Memo`) keeps its leaves, and whoever is given it rests on
them, too. So it is known of a file's findings what they rest on, negative answers included, however often answers were
shared between files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Leaf(NamedTuple):
    """A question: its kind, the path that it is about (empty: the whole project), and what is asked of it.

    `file`: the content. `names`: what the module binds, see `shape`. `definition`: the text and place of one.
    `calls`: what a definition calls.
    `functions`: which functions hold these words. `exists`: whether there is such a file, `folder`: such a folder.
    `word`: which files hold it. `package`: which folders hold a package of that name. `files`: all that there are.
    """

    kind: str
    path: str
    asked: str = ""


class _Node:
    """A set of leaves, by the bits of their numbers."""

    __slots__ = ("bits",)

    def __init__(self, bits: int) -> None:
        self.bits = bits


_NOTHING = _Node(0)


class Reads:
    """Notes what is read, on behalf of what is being worked out."""

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self.answers: list[str] = []
        self._numbered: dict[Leaf, _Node] = {}
        self._nodes: dict[int, _Node] = {}
        self._current: set[_Node] = set()

    def note(self, leaf: Leaf, answer: Callable[[], str]) -> None:
        """What is being worked out rests on this leaf. `answer` is asked once, and should note nothing itself."""
        node = self._numbered.get(leaf)
        if node is None:
            outer, self._current = self._current, set()
            try:
                found = answer()
            finally:
                self._current = outer
            node = self._numbered[leaf] = _Node(1 << len(self.leaves))
            self.leaves.append(leaf)
            self.answers.append(found)
        self._current.add(node)

    def of(self, work: Callable[[], V]) -> tuple[V, _Node]:
        """What the work comes to, and what that rests on. Raises what it raises: whoever asked rests on it then."""
        outer, self._current = self._current, set()
        try:
            value = work()
        except BaseException:
            outer |= self._current
            raise
        finally:
            inner, self._current = self._current, outer
        return value, self._node(inner)

    def rest(self, node: _Node) -> None:
        """What is being worked out rests on all that this does."""
        self._current.add(node)

    def told(self, node: _Node) -> list[tuple[Leaf, str]]:
        """The leaves, each with its answer."""
        return [(self.leaves[number], self.answers[number]) for number in numbers(node.bits)]

    def _node(self, parts: Iterable[_Node]) -> _Node:
        bits = 0
        for part in parts:
            bits |= part.bits
        return self._nodes.setdefault(bits, _Node(bits))


class Unnoted(Reads):
    """Notes nothing, where no findings are kept: nothing is said to rest on anything."""

    def note(self, leaf: Leaf, answer: Callable[[], str]) -> None:
        """Nobody will ask for it."""

    def of(self, work: Callable[[], V]) -> tuple[V, _Node]:
        """What the work comes to. Raises what it raises."""
        return work(), _NOTHING

    def rest(self, node: _Node) -> None:
        """Nobody will ask for it."""


class Memo(Generic[K, V]):
    """Answers by question. Whoever asks rests on what the answer rests on, also where it was known already."""

    __slots__ = ("_known", "_reads")

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._known: dict[K, tuple[V, _Node]] = {}

    def get(self, key: K, find: Callable[[], V]) -> V:
        """The answer, found now if it is asked for the first time. Raises what `find` raises; that is not kept."""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._reads.of(find)
        if known[1] is not _NOTHING:
            self._reads.rest(known[1])
        return known[0]


def numbers(bits: int) -> list[int]:
    """The numbers of the bits that are set, ascending."""
    text = bin(bits)[:1:-1]
    found = []
    at = text.find("1")
    while at >= 0:
        found.append(at)
        at = text.find("1", at + 1)
    return found
