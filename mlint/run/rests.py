"""What is said of the files of a project, and the leaves that it rests on, with their answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from mlint.check import Checked, Looked, Part
from mlint.run.kept_leaves import UNSURE, KeptLeaves
from mlint.run.pieces import Pieces
from mlint.store import decoded, digest, encoded

if TYPE_CHECKING:
    from mlint.facts.project.reads import Leaf
    from mlint.run.project import CheckedProject

Rests = Iterable[tuple["Leaf", str]]
"""Leaves and their answers: what the findings of a file rest on."""
Grounds = tuple[tuple["Leaf", ...], Rests]
"""Derived leaves, and what they rest on."""


@dataclass(frozen=True)
class Record:
    """What is said of one file.

    `rests`: its leaves, as the bits of their numbers. `mark`: what changes whenever that or the file does. `text`: the
    rest as it is kept, see `Told`; read when it is asked for.
    """

    rests: int
    mark: str
    text: str

    @classmethod
    def of(cls, looked: Looked, stamp: str, shown: str) -> Record:
        """What rules say of a file, which is called `shown`; it is not known yet what that rests on.

        `stamp` changes whenever the file does.
        """
        ran = None if looked.ran is None else sorted(looked.ran)
        said = encoded(Checked(looked.findings, looked.problems), shown)
        return cls(0, digest(stamp, json.dumps((ran, said))), json.dumps((ran, said, [])))

    @cached_property
    def told(self) -> Told:
        """The text, read. Raises TypeError or ValueError if it is damaged."""
        return Told(*json.loads(self.text))

    def checked(self, by: frozenset[str], shown: str) -> Checked | None:
        """What these rules, and perhaps others, say; None where not all of them have looked at the file.

        Raises what damaged values raise.
        """
        told = self.told
        return None if told.ran is not None and not by.issubset(told.ran) else decoded(told.said, shown)

    def without(self, moved: int, own: frozenset[int]) -> Record:
        """What is left of it where leaves have changed: `moved` has their bits, `own` are those about the file."""
        parts = [part for part in self.told.parts if part[2] and own.isdisjoint(part[2])]
        return self.resting(self.rests & ~moved, parts)

    def renumbered(self, new: Mapping[int, int]) -> Record:
        """The same with other numbers for the leaves."""
        parts = [[owner, places, [new[each] for each in rests]] for owner, places, rests in self.told.parts]
        return self.resting(renumbered(self.rests, new), parts)

    def resting(self, rests: int, parts: list[list[Any]]) -> Record:
        """The same with other leaves, and other parts."""
        return Record(rests, self.mark, json.dumps(self.told._replace(parts=parts)))


class Told(NamedTuple):
    """What is kept of a record as a text.

    `ran`: the codes of the rules that looked at the file, None where it cannot be read. `said`: the findings and
    problems, encoded. `parts`: for each owner its key, the places of what is said of it, and the numbers of the leaves
    about the file that this rests on.
    """

    ran: list[str] | None
    said: Any
    parts: list[list[Any]]


class Records:
    """The records of the files of a project: those that hold in `whole`, in `left` those of which parts do.

    `contents`: the stamps of the files of the project and of those that the leaves are about.
    """

    def __init__(self) -> None:
        self.whole: dict[str, Record] = {}
        self.left: dict[str, Record] = {}
        self.leaves = KeptLeaves()
        self._grounds: dict[Leaf, int] = {}
        self._contents: dict[str, str] = {}
        self._pieces = Pieces()

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Records:
        """Raises KeyError, TypeError, ValueError or IndexError if it is damaged."""
        from mlint.facts.project.reads import DERIVED

        found = cls()
        found.leaves = KeptLeaves.from_json(kept["leaves"])
        pieces = found._pieces = Pieces(kept["pieces"])
        derived = {found.leaves.number(leaf): leaf for kind in DERIVED for leaf, _ in found.leaves.of_kind(kind)}
        for places, numbers in kept["grounds"]:
            found._grounds.update(dict.fromkeys((derived[each] for each in numbers), pieces.number(places)))
        for path, (places, mark, text) in kept["files"].items():
            found.whole[path] = Record(pieces.number(places), str(mark), str(text))
        found._contents = dict(kept["contents"])
        return found

    def as_json(self, project: CheckedProject) -> dict[str, Any]:
        """What `from_json` takes."""
        grounds: dict[int, list[int]] = {}
        for leaf, bits in self._grounds.items():
            grounds.setdefault(bits, []).append(self.leaves.number(leaf))
        kept = [*grounds, *(each.rests for each in self.whole.values())]
        if self._pieces.are_idle(map(self._pieces.cut, kept)):
            self._pieces = Pieces()
        cut = self._pieces.cut
        return {
            "leaves": self.leaves.as_json(),
            "grounds": [(cut(bits), numbers) for bits, numbers in grounds.items()],
            "files": {path: (cut(each.rests), each.mark, each.text) for path, each in self.whole.items()},
            "pieces": self._pieces.texts,
            "contents": {path: project.stamp(path) for path in sorted(self.leaves.files.union(project.files))},
        }

    # --- what is said -------------------------------------------------------------------------------------------------

    def put(self, path: str, record: Record, looked: Looked, rests: Rests) -> None:
        """Note what is said of a file, and what it rests on: as far as it was known already, on what that did."""
        before = self.left.pop(path, None)
        bits = self._bits(rests) | (0 if before is None else before.rests)
        places = {finding: place for place, finding in enumerate(looked.findings)}
        parts = [
            [part.owner, [places[each] for each in part.findings], [self.leaves.number(leaf) for leaf in part.rests]]
            for part in looked.parts
        ]
        self.whole[path] = record.resting(bits, parts)

    def _bits(self, rests: Rests) -> int:
        bits = bytearray()
        for leaf, answer in rests:
            byte, bit = divmod(self.leaves.note(leaf, answer), 8)
            if byte >= len(bits):
                bits.extend(bytes(byte + 1 - len(bits)))
            bits[byte] |= 1 << bit
        return int.from_bytes(bits, "little")

    def ground(self, leaves: Iterable[Leaf], rests: Rests) -> None:
        """Note what derived leaves rest on."""
        self._grounds.update(dict.fromkeys(leaves, self._bits(rests)))

    def derived(self) -> dict[Leaf, str]:
        """The answers to derived questions."""
        return {leaf: self.leaves.answer(leaf) for leaf in self._grounds if leaf not in self.leaves.unsure}

    def parts(self, path: str, by: frozenset[str], shown: str) -> Iterator[Part]:
        """What these rules say of the parts of a file that are left of it. Raises what damaged values raise."""
        record = self.left.get(path)
        checked = record.checked(by, shown) if record is not None else None
        if record is not None and checked is not None:
            leaves = self.leaves.numbers(path)
            for owner, places, rests in record.told.parts:
                yield Part(owner, tuple(checked.findings[at] for at in places), tuple(leaves[each] for each in rests))

    def holders(self) -> dict[str, list[str]]:
        """Of words that were asked for: the files that hold them."""
        words = ((leaf.asked, answer) for leaf, answer in self.leaves.of_kind("word") if answer != UNSURE)
        return {word: answer.split("\n") if answer else [] for word, answer in words}

    # --- what holds no more -------------------------------------------------------------------------------------------

    def prune(self, project: CheckedProject) -> None:
        """Forget what rests on something that has changed. Raises AttributeError or TypeError if it is damaged."""
        from mlint.facts.project.reads import DERIVED
        from mlint.run.grounds import changed

        moved = changed(self.leaves, self._contents, project)
        moved |= {leaf for kind in DERIVED for leaf, _ in self.leaves.of_kind(kind) if leaf not in self._grounds}
        grounds = self._ask_again(moved, project)
        bits = sum(1 << self.leaves.number(leaf) for leaf in moved)
        about: dict[str, set[int]] = {}
        for leaf in moved:
            about.setdefault(leaf.path, set()).add(self.leaves.number(leaf))
        for path in [path for path, record in self.whole.items() if record.rests & bits]:
            record, own = self.whole.pop(path), frozenset(about.get(path, ()))
            if not record.rests & bits & ~sum(1 << each for each in own):
                self.left[path] = record.without(bits, own)
        self._drop(moved)
        for leaves, rests in grounds:
            self.ground(leaves, rests)

    def _ask_again(self, moved: set[Leaf], project: CheckedProject) -> list[Grounds]:
        """Add the derived leaves that are answered otherwise now to those that have changed; what the others rest on
        now, where that has changed."""
        from mlint.run.grounds import asked_again

        bits = sum(1 << self.leaves.number(leaf) for leaf in moved)
        asked = [leaf for leaf, grounds in self._grounds.items() if grounds & bits and leaf not in moved]
        gone = {leaf.asked for leaf in moved if leaf.kind == "word"}
        holders = {word: files for word, files in self.holders().items() if word not in gone} if asked else {}
        found: list[Grounds] = []
        for leaves, answers, rests in asked_again(asked, project, holders):
            same = [leaf for leaf, answer in zip(leaves, answers, strict=True) if answer == self.leaves.answer(leaf)]
            moved.update(set(leaves).difference(same))
            found.append((tuple(same), rests))
        return found

    def tidy(self) -> None:
        """Forget the leaves on which nothing rests, where many have been added."""
        if not self.leaves.has_grown:
            return
        bits = 0
        for each in (*self.whole.values(), *self.left.values()):
            bits |= each.rests
        for leaf, grounds in list(self._grounds.items()):
            if bits >> self.leaves.number(leaf) & 1:
                bits |= grounds
            else:
                del self._grounds[leaf]
        new = self.leaves.tidied(bits)
        self._pieces = Pieces()
        self.whole = {path: each.renumbered(new) for path, each in self.whole.items()}
        self.left = {path: each.renumbered(new) for path, each in self.left.items()}
        self._grounds = {leaf: renumbered(grounds, new) for leaf, grounds in self._grounds.items()}

    def _drop(self, leaves: Iterable[Leaf]) -> None:
        for leaf in leaves:
            self._grounds.pop(leaf, None)
        self.leaves.drop(leaves)


def renumbered(bits: int, new: Mapping[int, int]) -> int:
    """The bits of other numbers."""
    from mlint.facts.project.reads import numbers

    return sum(1 << new[each] for each in numbers(bits) if each in new)
