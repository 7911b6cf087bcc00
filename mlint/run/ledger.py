"""What was found in the files of a project, and what that rests on.

Both are kept apart. An `Analysis` says for each file what the rules say of it, before a comment or a setting silences
any of it, and on which leaves that rests; a `Ledger` says what was left of it under one set of settings. Where these
change, and the analysis still holds, only the silencing is done anew. A run in which nothing has changed reads the
ledger alone.

Each speaks of one state of the project: the names and contents of its files. When it is opened in another state, what
has changed grounds is forgotten, whichever files are checked; all else still holds. Of a file in which something has
changed, and on which nothing else rests on that has, only the owners (its functions, classes ...) are forgotten which
rest on what has.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mlint.check import Checked, Looked, Part
from mlint.collector import uncollected
from mlint.run.rests import Grounds, Record, Records, Rests
from mlint.store import Store, decoded, digest, encoded

if TYPE_CHECKING:
    from mlint.facts.project.reads import Leaf
    from mlint.run.project import CheckedProject


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
                mark = self._analysis.mark
                self._found = {path: entry for path, entry in self._found.items() if mark(path) == entry["of"]}
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
        mark = self._analysis.mark(path)
        if mark is not None:
            self._found[path] = {"day": day, "of": mark, "checked": encoded(checked, shown)}

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

    def mark(self, path: str) -> str | None:
        """What changes whenever a file does, or what is known of it; None where nothing is known that holds."""
        record = self._records.whole.get(path)
        return None if record is None else record.mark

    def looked(self, path: str, by: frozenset[str], shown: str) -> Looked | None:
        """What these rules, and perhaps others, say of a file (its absolute path), which is called `shown`."""
        try:
            record = self._records.whole[path]
            checked = record.checked(by, shown)
            ran = None if record.told.ran is None else frozenset(record.told.ran)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        return None if checked is None else Looked((Part("", checked.findings),), checked.problems, ran)

    def parts(self, path: str, by: frozenset[str], shown: str) -> tuple[Part, ...]:
        """What these rules say of those parts of a file of which that still holds, where it does not of others."""
        try:
            return tuple(self._records.parts(path, by, shown))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            return ()

    def put(self, path: str, looked: Looked, rests: Rests, shown: str) -> None:
        """Keep what was found out about a file, unless a rule failed: that should be seen again."""
        self._changed = True
        self._records.whole.pop(path, None)
        if all(problem.rule is None for problem in looked.problems):
            self._records.put(path, Record.of(looked, self._project.stamp(path), shown), looked, rests)

    def note_grounds(self, grounds: Iterable[Grounds]) -> None:
        """Note what the answers to derived questions rest on."""
        for leaves, rests in grounds:
            self._records.ground(leaves, rests)

    def derived(self) -> dict[Leaf, str]:
        """The answers to derived questions that hold."""
        return self._records.derived() if "_records" in vars(self) else {}

    def holders(self) -> dict[str, list[str]]:
        """Of words that were asked for: the files that hold them. Empty where there was nothing to look up."""
        return self._records.holders() if "_records" in vars(self) else {}

    def save(self) -> list[tuple[str, str, str]]:
        """Keep it for the next run; what it rests on outside of the project."""
        if self._changed:
            with uncollected():
                self._records.tidy()
                kept = self._records.as_json(self._project)
            self._store.save(f"{self._name}.rests.json", kept)
            self._changed = False
        return self._project.outside_of(self._records.leaves.places())

    @cached_property
    def _records(self) -> Records:
        try:
            with uncollected():
                records = Records.from_json(self._store.load(f"{self._name}.rests.json"))
                records.prune(self._project)
            return records
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            return Records()
