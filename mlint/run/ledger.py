"""What was found in the files of a project, and what that rests on.

Both are kept apart. An `Analysis` says for each file what the rules say of it, before a comment or a setting silences
any of it, and on which leaves that rests; a `Ledger` says what was left of it under one set of settings. Where these
change, and the analysis still holds, only the silencing is done anew. A run in which nothing has changed reads the
ledger alone.

Each speaks of one state of the project: the names and contents of its files. When it is opened in another state, what
has changed grounds is forgotten, whichever files are checked; all else still holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mlint.check import Checked, Looked
from mlint.store import Store, decoded, digest, encoded

if TYPE_CHECKING:
    from mlint.facts.reads import Leaf
    from mlint.run.project import CheckedProject

_MOST_UNUSED = 2
"""How many times as many numbers as leaves there may be."""
UNSURE = "?"
"""What stands for an answer that was not the same twice."""
Rests = Iterable[tuple["Leaf", str]]
"""Leaves and their answers: what the findings of a file rest on."""


class Ledger:
    """The findings of one project under one set of settings. `settings` is any text that tells these apart."""

    def __init__(self, project: CheckedProject, store: Store, analysis: Analysis, settings: str) -> None:
        self._project = project
        self._store = store
        self._analysis = analysis
        self._name = digest(project.made_by, settings)
        self._changed = False
        self._found: dict[str, Any] = {}
        self._open()

    def _open(self) -> None:
        kept = self._store.load(f"{self._name}.found.json")
        try:
            self._found = dict(kept["found"])
            if kept["state"] != self._project.state or not self._project.holds_outside(kept["outside"]):
                self._changed = True
                still = self._analysis.marks
                self._found = {path: entry for path, entry in self._found.items() if still.get(path) == entry["of"]}
        except (KeyError, TypeError, ValueError, AttributeError):
            self._found = {}

    def get(self, path: str, day: str, shown: str) -> Checked | None:
        """What is known of a file (its absolute path). `shown` is how it is called in the findings."""
        try:
            entry = self._found[path]
            return decoded(entry["checked"], shown) if entry["day"] == day else None
        except (KeyError, TypeError, ValueError, AttributeError):
            return None

    def put(self, path: str, day: str, checked: Checked, shown: str) -> None:
        """Keep what was found, if the analysis keeps what it was found by."""
        self._changed = True
        self._found.pop(path, None)
        if path in self._analysis.marks:
            self._found[path] = {"day": day, "of": self._analysis.marks[path], "checked": encoded(checked, shown)}

    def save(self) -> None:
        """Keep it for the next run, unless files of the project have changed under this one."""
        if not self._changed or self._project.has_moved():
            return
        outside = self._analysis.save()
        found = {"state": self._project.state, "outside": outside, "found": self._found}
        self._store.save(f"{self._name}.found.json", found)
        self._changed = False


class Analysis:
    """What rules say of the files of one project, with the same options. `options` is any text that tells these apart.

    Other findings are made by another version of mlint, of its rules or of Python: they have an analysis of their own.
    It is read when it is asked for first.
    """

    def __init__(self, project: CheckedProject, store: Store, options: str) -> None:
        self._project = project
        self._store = store
        self._name = digest(project.made_by, options)
        self._changed = False

    @property
    def marks(self) -> Mapping[str, str]:
        """For each file of which something is known and holds: what changes whenever that or the file does."""
        return self._grounds.marks

    def looked(self, path: str, by: frozenset[str], shown: str) -> Looked | None:
        """What these rules, and perhaps others, say of a file (its absolute path), which is called `shown`."""
        try:
            ran, said = self._grounds.said[path]
            if ran is not None and not by.issubset(ran):
                return None
            checked = decoded(said, shown)
            return Looked(checked.findings, checked.problems, None if ran is None else frozenset(ran))
        except (KeyError, TypeError, ValueError, AttributeError):
            return None

    def put(self, path: str, looked: Looked, rests: Rests, shown: str) -> None:
        """Keep what was found out about a file, unless a rule failed: that should be seen again."""
        self._changed = True
        self._grounds.forget(path)
        if all(problem.rule is None for problem in looked.problems):
            ran = None if looked.ran is None else sorted(looked.ran)
            said = ran, encoded(Checked(looked.findings, looked.problems), shown)
            self._grounds.put(path, said, digest(self._project.stamp(path), json.dumps(said)), rests)

    def holders(self) -> dict[str, list[str]]:
        """Of words that were asked for: the files that hold them. Empty where there was nothing to look up."""
        return self._grounds.holders() if "_grounds" in vars(self) else {}

    def save(self) -> list[tuple[str, str, str]]:
        """Keep it for the next run; what it rests on outside of the project."""
        if self._changed:
            self._grounds.tidy()
            self._store.save(f"{self._name}.rests.json", self._grounds.as_json(self._project))
            self._changed = False
        return self._project.outside_of(self._grounds.answers)

    @cached_property
    def _grounds(self) -> _Grounds:
        try:
            grounds = _Grounds.from_json(self._store.load(f"{self._name}.rests.json"))
            grounds.prune(self._project)
            return grounds
        except (KeyError, TypeError, ValueError, AttributeError):
            return _Grounds({}, {}, {}, {})


class _Grounds:
    """What is said of each file (see `Analysis`), and the leaves that it rests on, with their answers.

    `rests`: for each file its leaves, as the bits of their numbers. `contents`: the stamps of the files of the project
    and of those that the leaves are about.
    """

    def __init__(
        self, answers: dict[Leaf, str], numbers: dict[Leaf, int], rests: dict[str, int], contents: dict[str, str]
    ) -> None:
        self.answers = answers
        self.rests = rests
        self.said: dict[str, Any] = {}
        self.marks: dict[str, str] = {}
        self._numbers = numbers
        self._next = max(numbers.values(), default=-1) + 1
        self._contents = contents

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> _Grounds:
        """Raises KeyError, TypeError or ValueError if it is damaged."""
        from mlint.facts.reads import Leaf

        paths = [str(path) for path in kept["paths"]]
        answers: dict[Leaf, str] = {}
        numbered: dict[Leaf, int] = {}
        for kind, at, asked, said, number in kept["leaves"]:
            leaf = Leaf(str(kind), paths[at], str(asked))
            answers[leaf], numbered[leaf] = str(said), int(number)
        if len(set(numbered.values())) != len(kept["leaves"]):
            raise ValueError("a leaf or a number stands there twice")
        rests = {str(path): int(bits, 16) for path, bits in kept["rests"].items()}
        found = cls(answers, numbered, rests, {str(path): str(content) for path, content in kept["contents"].items()})
        found.said = {path: kept["said"][path] for path in rests}
        found.marks = {path: str(kept["marks"][path]) for path in rests}
        return found

    def as_json(self, project: CheckedProject) -> dict[str, Any]:
        paths = list(dict.fromkeys(leaf.path for leaf in self.answers))
        at = {path: number for number, path in enumerate(paths)}
        asked = {leaf.path for leaf in self.answers if leaf.path and leaf.kind not in ("exists", "folder")}
        return {
            "paths": paths,
            "leaves": [
                (leaf.kind, at[leaf.path], leaf.asked, answer, self._numbers[leaf])
                for leaf, answer in self.answers.items()
            ],
            "rests": {path: f"{bits:x}" for path, bits in self.rests.items()},
            "said": self.said,
            "marks": self.marks,
            "contents": {path: project.stamp(path) for path in sorted({*project.files, *asked})},
        }

    def put(self, path: str, said: object, mark: str, rests: Rests) -> None:
        """Note what is said of a file, and what it rests on. Of two answers to one question neither is believed
        later."""
        self.said[path], self.marks[path] = said, mark
        bits = 0
        for leaf, answer in rests:
            if leaf not in self._numbers:
                self._numbers[leaf] = self._next
                self._next += 1
                self.answers[leaf] = answer
            elif self.answers[leaf] != answer:
                self.answers[leaf] = UNSURE
            bits |= 1 << self._numbers[leaf]
        self.rests[path] = bits

    def holders(self) -> dict[str, list[str]]:
        """Of words that were asked for: the files that hold them."""
        return {
            leaf.asked: answer.split("\n") if answer else []
            for leaf, answer in self.answers.items()
            if leaf.kind == "word" and answer != UNSURE
        }

    def forget(self, path: str) -> None:
        """Nothing is known of a file any more."""
        for known in (self.rests, self.said, self.marks):
            known.pop(path, None)

    def prune(self, project: CheckedProject) -> None:
        """Forget what rests on something that has changed. Raises AttributeError or TypeError if it is damaged."""
        from mlint.run.grounds import changed

        moved = changed(self.answers, self._contents, project)
        bits = sum(1 << self._numbers[leaf] for leaf in moved)
        for path in [path for path, rests in self.rests.items() if rests & bits]:
            self.forget(path)
        self._drop(moved)

    def tidy(self) -> None:
        """Forget the leaves on which nothing rests."""
        from mlint.facts.reads import numbers

        bits = 0
        for each in self.rests.values():
            bits |= each
        needed = set(numbers(bits))
        self._drop([leaf for leaf, number in self._numbers.items() if number not in needed])
        if self._next > _MOST_UNUSED * (len(self._numbers) + 1):
            self._renumber()

    def _drop(self, leaves: Iterable[Leaf]) -> None:
        for leaf in leaves:
            del self.answers[leaf], self._numbers[leaf]

    def _renumber(self) -> None:
        from mlint.facts.reads import numbers

        new = {number: place for place, number in enumerate(self._numbers.values())}
        self.rests = {path: sum(1 << new[each] for each in numbers(bits)) for path, bits in self.rests.items()}
        self._numbers = {leaf: new[number] for leaf, number in self._numbers.items()}
        self._next = len(new)
