"""What answers rest on: each file, name and word that was looked at while they were found.

While something is worked out, whatever it reads of the project is noted as a *leaf*: a question about files that can be
asked again later, and its answer. An answer that is kept (`Memo`) keeps its leaves, and whoever is given it rests on
them, too. So it is known of a file's findings what they rest on, negative answers included, however often answers were
shared between files.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Leaf(NamedTuple):
    """A question: its kind, the path that it is about (empty: the whole project), and what is asked of it.

    `file`: the content. `names`: what the module binds, see `shape`. `definition`: the text and place of one, `text`:
    comments and all. `calls`: what a definition calls, `mentions`: how these names stand in it. `functions`: which
    hold these words, `words`: which of these a file holds, `literal`: whether it has this text by itself, `line`:
    whether one of its lines has this pattern. `options`: those of the command line. `lengths`: how many lines the
    functions of the module have. `unread`: which attributes it sets and never reads, `unasked`: which options it gives
    and never asks for. `exists`: whether there is such a file, `folder`: such a folder.
    `word`: which files hold it. `package`: which folders hold a package of that name. `files`: all that there are.
    Derived from others (`Reads.derive`): whether one of the names is one of a `training`; whether one is `repeated` by
    a training, so many calls deep; what else `switches` what these words do.
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


DERIVED = frozenset(("training", "repeated", "switches"))
"""The kinds of leaves that are derived from others."""
Told = tuple[tuple[Leaf, str], ...]
"""Leaves with their answers."""


class Reads:
    """Notes what is read, on behalf of what is being worked out. `known`: answers to derived questions that hold."""

    notes = True

    def __init__(self, known: Mapping[Leaf, str] | None = None) -> None:
        self._known = known or {}
        self._grounds: dict[Leaf, _Node] = {}
        self.leaves: list[Leaf] = []
        self.answers: list[str] = []
        self._numbered: dict[Leaf, _Node] = {}
        self._nodes: dict[int, _Node] = {}
        self._about: dict[str, int] = {}
        self._current: set[_Node] = set()
        self._lasting: dict[Hashable, tuple[object, Told]] = {}
        self._lasts: dict[Hashable, _Node] = {}

    def note(self, leaf: Leaf, answer: Callable[[], str]) -> None:
        """What is being worked out rests on this leaf. `answer` is asked once, and should note nothing itself."""
        node = self._numbered.get(leaf)
        if node is None:
            outer, self._current = self._current, set()
            try:
                found = answer()
            finally:
                self._current = outer
            node = self._number(leaf, found)
        self._current.add(node)

    def lasting(self, key: Hashable, find: Callable[[], V]) -> V:
        """As `Memo.get`, for what all files together tell: a small answer, dear to find, that outlives `renewed`."""
        if key not in self._lasting:
            value, node = self.of(find)
            self._lasting[key] = value, tuple(self.told(node))
            self._lasts[key] = node
        found, told = self._lasting[key]
        if key not in self._lasts:
            self._lasts[key] = self._node(
                self._numbered.get(leaf) or self._number(leaf, answer) for leaf, answer in told
            )
        self.rest(self._lasts[key])
        return found  # type: ignore[return-value] # one kind a key

    def _number(self, leaf: Leaf, answer: str) -> _Node:
        node = self._numbered[leaf] = _Node(1 << len(self.leaves))
        self._about[leaf.path] = self._about.get(leaf.path, 0) | node.bits
        self.leaves.append(leaf)
        self.answers.append(answer)
        return node

    def derive(self, leaf: Leaf, find: Callable[[], str]) -> str:
        """The answer to a question about the project that is worked out from leaves, none of which is derived itself.

        Whoever asks rests on this answer, not on those: they may change, and it is the same.
        """
        node = self._numbered.get(leaf)
        if node is None and leaf in self._known:
            node = self._number(leaf, self._known[leaf])
        elif node is None:
            found, grounds = self.of(find)
            node = self._number(leaf, found)
            self._grounds[leaf] = grounds
        self._current.add(node)
        return self.answers[node.bits.bit_length() - 1]

    def grounds(self, node: _Node) -> list[tuple[tuple[Leaf, ...], Told]]:
        """Of the derived leaves what they rest on, if it was worked out here and not told before; alike ones
        together."""
        found: dict[_Node, list[Leaf]] = {}
        for leaf in list(self._grounds):
            if self._numbered[leaf].bits & node.bits:
                found.setdefault(self._grounds.pop(leaf), []).append(leaf)
        return [(tuple(leaves), tuple(self.told(each))) for each, leaves in found.items()]

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

    def renewed(self) -> Reads:
        """One that has noted nothing, and knows what lasts."""
        fresh = type(self)(self._known)
        fresh._lasting = self._lasting
        return fresh

    def told(self, node: _Node) -> list[tuple[Leaf, str]]:
        """The leaves, each with its answer."""
        return [(self.leaves[number], self.answers[number]) for number in numbers(node.bits)]

    def about(self, node: _Node, path: str) -> list[Leaf]:
        """Those of the leaves that are about a file."""
        return [self.leaves[number] for number in numbers(node.bits & self._about.get(path, 0))]

    def _node(self, parts: Iterable[_Node]) -> _Node:
        bits = 0
        for part in parts:
            bits |= part.bits
        return self._nodes.setdefault(bits, _Node(bits))


class Unnoted(Reads):
    """Notes nothing, where no findings are kept: nothing is said to rest on anything."""

    notes = False

    def derive(self, leaf: Leaf, find: Callable[[], str]) -> str:
        """The answer."""
        return find()

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
