"""The leaves that findings rest on, with their answers, as they are kept between runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlint.facts.project.reads import Leaf

UNSURE = "?"
"""What stands for an answer that was not the same twice."""
_Questions = dict[str, dict[str, list[Any]]]
"""By kind and question, of one path: the answer, and the number of the leaf."""
_OF_DISK = ("exists", "folder")
_GROWTH = 1.1
"""By so much the numbers may grow before the leaves on which nothing rests are looked for."""


class KeptLeaves:
    """Leaves with their answers, each of which has a number.

    Those about what a file holds are a text for each file, which is read when one of them is asked for: in most runs
    that is so of few files.
    """

    def __init__(self) -> None:
        self._files: dict[str, str] = {}
        self._opened: dict[str, _Questions] = {}
        self._others: dict[str, _Questions] = {}
        self._unsure: set[Leaf] = set()
        self._next = 0
        self._tidied = 0

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> KeptLeaves:
        """Raises KeyError, TypeError or ValueError if it is damaged."""
        from mlint.facts.project.reads import Leaf

        found = cls()
        found._files, found._others = dict(kept["files"]), dict(kept["others"])
        found._unsure = {Leaf(*map(str, each)) for each in kept["unsure"]}
        found._next, found._tidied = int(kept["next"]), int(kept["tidied"])
        return found

    def as_json(self) -> dict[str, Any]:
        """What `from_json` takes."""
        self._files.update((path, json.dumps(questions)) for path, questions in self._opened.items())
        self._opened.clear()
        return {
            "files": self._files,
            "others": self._others,
            "unsure": sorted(self._unsure),
            "next": self._next,
            "tidied": self._tidied,
        }

    def note(self, leaf: Leaf, answer: str) -> int:
        """The number of a leaf, which has this answer. Of two answers to one question neither is believed later."""
        asked = self._questions(leaf).setdefault(leaf.kind, {})
        known = asked.get(leaf.asked)
        if known is None:
            known = asked[leaf.asked] = [answer, self._next]
            self._next += 1
        elif known[0] != answer:
            known[0] = UNSURE
            self._unsure.add(leaf)
        return int(known[1])

    def number(self, leaf: Leaf) -> int:
        """The number of a leaf that is known. Raises KeyError where it is not."""
        return int(self._questions(leaf)[leaf.kind][leaf.asked][1])

    def answer(self, leaf: Leaf) -> str:
        """The answer of a leaf that is known."""
        return str(self._questions(leaf)[leaf.kind][leaf.asked][0])

    def _questions(self, leaf: Leaf) -> _Questions:
        if leaf.path and leaf.kind not in _OF_DISK:
            return self._of_file(leaf.path)
        return self._others.setdefault(leaf.path, {})

    def _of_file(self, path: str) -> _Questions:
        if path not in self._opened:
            self._opened[path] = json.loads(self._files[path]) if path in self._files else {}
        return self._opened[path]

    # --- which there are ----------------------------------------------------------------------------------------------

    @property
    def unsure(self) -> frozenset[Leaf]:
        """Those whose answers are not believed."""
        return frozenset(self._unsure)

    def of_kind(self, kind: str) -> Iterator[tuple[Leaf, str]]:
        """The leaves of a kind that are not about what a file holds, with their answers."""
        from mlint.facts.project.reads import Leaf

        # Of what is asked of no file on the disk the path is empty.
        others = self._others.items() if kind in _OF_DISK else [("", self._others.get("", {}))]
        for path, questions in others:
            yield from ((Leaf(kind, path, asked), answer) for asked, (answer, _) in questions.get(kind, {}).items())

    def in_file(self, path: str) -> Iterator[tuple[Leaf, str]]:
        """The leaves about what a file holds, with their answers."""
        from mlint.facts.project.reads import Leaf

        for kind, asked in self._of_file(path).items() if path in self.files else ():
            yield from ((Leaf(kind, path, each), answer) for each, (answer, _) in asked.items())

    def numbers(self, path: str) -> dict[int, Leaf]:
        """The leaves about a path, by their numbers."""
        from mlint.facts.project.reads import Leaf

        every = (*self._of_file(path).items(), *self._others.get(path, {}).items())
        return {number: Leaf(kind, path, asked) for kind, found in every for asked, (_, number) in found.items()}

    @property
    def files(self) -> set[str]:
        """The paths of the files of which something is asked that they hold."""
        return {*self._files, *self._opened}

    def places(self) -> Iterator[tuple[str, str]]:
        """The paths that leaves are about, with `exists` or `folder` where only that is asked, else `content`."""
        yield from (("content", path) for path in self.files)
        yield from ((kind, path) for path, questions in self._others.items() if path for kind in questions)

    # --- which are gone -----------------------------------------------------------------------------------------------

    def drop(self, leaves: Iterable[Leaf]) -> None:
        """Forget leaves."""
        for leaf in leaves:
            del self._questions(leaf)[leaf.kind][leaf.asked]
            self._unsure.discard(leaf)

    @property
    def has_grown(self) -> bool:
        """Whether it is time to look for leaves on which nothing rests."""
        return self._next > _GROWTH * self._tidied

    def tidied(self, needed: int) -> dict[int, int]:
        """Forget all but those leaves whose bits are set; by the numbers of these the new ones, without gaps."""
        from mlint.facts.project.reads import Leaf

        marks = bin(needed)[:1:-1]
        new: dict[int, int] = {}
        every = ((path, self._of_file(path)) for path in sorted(self.files))
        for path, questions in (*every, *self._others.items()):
            for kind, asked in questions.items():
                gone = [each for each, (_, number) in asked.items() if marks[number : number + 1] != "1"]
                self.drop(Leaf(kind, path, each) for each in gone)
                for known in asked.values():
                    new[known[1]] = known[1] = len(new)
        self._next = self._tidied = len(new)
        return new
