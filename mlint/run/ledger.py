"""What was found in the files of a project under one set of settings, and what that rests on.

A ledger speaks of one state of the project: the names and contents of its files. When it is opened in another state,
each finding whose grounds have changed is forgotten, whichever files are checked; all others still hold. It is kept in
two files: what was found, which every run reads, and what it rests on, which only a run after a change does.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mlint.check import Checked
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
    """The findings of one project under one set of settings. `settings` is any text that tells these apart.

    Other findings are made by another version of mlint, of its rules or of Python: they have a ledger of their own.
    """

    def __init__(self, project: CheckedProject, store: Store, settings: str) -> None:
        self._project = project
        self._store = store
        self._name = digest(project.made_by, settings)
        self._grounds: _Grounds | None = None
        self._changed = False
        self._id = ""
        self._found: dict[str, Any] = {}
        self._open()

    def _open(self) -> None:
        kept = self._store.load(f"{self._name}.found.json")
        try:
            self._id, self._found = str(kept["id"]), dict(kept["found"])
            holds = kept["state"] == self._project.state and self._project.holds_outside(kept["outside"])
        except (KeyError, TypeError, ValueError, AttributeError):
            self._found, holds = {}, True
        if not holds:
            self._forget()

    def _forget(self) -> None:
        """Forget what no longer holds."""
        self._changed = True
        grounds = self._loaded_grounds()
        still = grounds.still_held(self._project)
        self._found = {path: entry for path, entry in self._found.items() if path in still}

    # --- findings ---------------------------------------------------------------------------------------------------

    def get(self, path: str, day: str, shown: str) -> Checked | None:
        """What is known of a file (its absolute path). `shown` is how it is called in the findings."""
        try:
            entry = self._found[path]
            return decoded(entry["checked"], shown) if entry["day"] == day else None
        except (KeyError, TypeError, ValueError, AttributeError):
            return None

    def put(self, path: str, day: str, checked: Checked, rests: Rests, shown: str) -> None:
        """Keep what was found, unless a rule failed: that should be seen again."""
        self._changed = True
        self._found.pop(path, None)
        if all(problem.rule is None for problem in checked.problems):
            self._loaded_grounds().put(path, rests)
            self._found[path] = {"day": day, "checked": encoded(checked, shown)}

    def holders(self) -> dict[str, list[str]]:
        """Of words that were asked for: the files that hold them. Empty where there was nothing to look up."""
        return self._grounds.holders() if self._grounds is not None else {}

    def save(self) -> None:
        """Keep it for the next run, unless files of the project have changed under this one."""
        if not self._changed or self._project.has_moved():
            return
        grounds = self._loaded_grounds()
        self._id = f"{self._project.state} {os.getpid()} {time.time_ns()}"
        grounds.restrict(self._found)
        outside = self._project.outside_of(grounds.answers)
        self._store.save(f"{self._name}.rests.json", {"id": self._id, **grounds.as_json(self._project)})
        found = {"id": self._id, "state": self._project.state, "outside": outside, "found": self._found}
        self._store.save(f"{self._name}.found.json", found)
        self._changed = False

    def _loaded_grounds(self) -> _Grounds:
        if self._grounds is None:
            kept = self._store.load(f"{self._name}.rests.json") if self._found else {}
            try:
                self._grounds = _Grounds.from_json(kept if kept["id"] == self._id else {})
            except (KeyError, TypeError, ValueError, AttributeError):
                self._grounds = _Grounds({}, {}, {}, {})
            self._found = {path: entry for path, entry in self._found.items() if path in self._grounds.rests}
        return self._grounds


class _Grounds:
    """Leaves with their answers, and for each file which of them its findings rest on (as the bits of their numbers).

    `contents`: the stamps of the files of the project and of those that they are about.
    """

    def __init__(
        self, answers: dict[Leaf, str], numbers: dict[Leaf, int], rests: dict[str, int], contents: dict[str, str]
    ) -> None:
        self.answers = answers
        self.rests = rests
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
        return cls(answers, numbered, rests, {str(path): str(content) for path, content in kept["contents"].items()})

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
            "contents": {path: project.stamp(path) for path in sorted({*project.files, *asked})},
        }

    def put(self, path: str, rests: Rests) -> None:
        """Note what the findings of a file rest on. Of two answers to one question neither is believed later."""
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

    def still_held(self, project: CheckedProject) -> set[str]:
        """The files whose findings rest on nothing that has changed; of the others nothing is known any more."""
        from mlint.run.grounds import changed

        moved = changed(self.answers, self._contents, project)
        bits = sum(1 << self._numbers[leaf] for leaf in moved)
        self.rests = {path: rests for path, rests in self.rests.items() if not rests & bits}
        self._drop(moved)
        return set(self.rests)

    def restrict(self, paths: Iterable[str]) -> None:
        """Forget all but these files, and the leaves on which none of them rests."""
        from mlint.facts.reads import numbers

        self.rests = {path: self.rests[path] for path in paths}
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
