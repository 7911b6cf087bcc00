"""One run: from the paths of a call to its results."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mlint.check import Checked, Part, Task, looking, problem_of, sift, sort_key
from mlint.config import Configurations, Layers, Settings
from mlint.facts.project.files import Home, home_below, home_of
from mlint.finding import Finding, Problem
from mlint.run.checker import Done, Job, ProjectFiles, Setup
from mlint.run.jobs import do
from mlint.run.ledger import Analysis, Ledger
from mlint.run.project import CheckedProject, cached_in
from mlint.run.results import Results
from mlint.run.triage import Content, has_nothing
from mlint.run.walk import NOTEBOOKS_LATER, Found, is_excluded, walk
from mlint.select import Selection
from mlint.source import Source, Unreadable, decode, read, read_bytes
from mlint.store import Store

if TYPE_CHECKING:
    from concurrent.futures import Executor

Progress = Callable[[int, int], None]
_SAVED_AFTER = 500
"""So many files are checked anew, at the most, after a run that was killed."""


@dataclass(frozen=True)
class Call:
    """What a run is asked for.

    `layers` are settings on top of the configuration files, the lowest first; `fixed` stands for those files
    (`--config`, `--isolated`). `executor` checks the files, wherever it likes, instead of processes here. `stdin` is
    standard input and the name it goes by; then no path is looked at.
    """

    paths: tuple[str, ...] = (".",)
    layers: tuple[Settings, ...] = ()
    fixed: Settings | None = None
    jobs: int | None = None
    executor: Executor | None = field(default=None, compare=False)
    cache: bool = True
    stdin: tuple[str, bytes] | None = None
    today: date = field(default_factory=date.today)


def run(call: Call, progress: Progress | None = None) -> Results:
    """Check what the call names. `progress` is told how many files are done, and of how many.

    Raises ConfigError and PackError: then nothing can be checked.
    """
    this = _Run(call)
    if call.stdin is not None:
        this.take_stdin(*call.stdin)
    else:
        this.take_paths(call.paths)
    this.work(progress or (lambda done, count: None))
    return this.finished()


@dataclass(frozen=True)
class _Item:
    """A file to check, and where the result is kept; `day` is that of the run where the result depends on it."""

    found: Found
    project: CheckedProject
    size: int
    layers: Layers
    analysis: Analysis | None = None
    ledger: Ledger | None = None
    content: str = ""
    day: str = ""


class _Run:
    """The state of one run."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._results = Results(root=Path.cwd())
        self._configurations = Configurations(call.fixed)
        self._layers: dict[str, Layers] = {}
        self._stacked: dict[int, Layers] = {}
        self._projects: dict[str, CheckedProject] = {}
        self._stores: dict[str, Store] = {}
        self._settings: dict[int, tuple[str, str]] = {}
        self._analyses: dict[tuple[Home, str], Analysis] = {}
        self._ledgers: dict[tuple[Home, str], Ledger] = {}
        self._items: list[_Item] = []
        self._overlay: dict[str, Source] = {}
        self._seen: dict[str, Content] = {}

    # --- what there is to do ----------------------------------------------------------------------------------------

    def take_stdin(self, name: str, data: bytes) -> None:
        """Note standard input as the one thing to check."""
        found = Found(name, os.path.abspath(name), named=True)
        layers = self.layers_of(os.path.dirname(found.absolute))
        if layers.force_exclude and is_excluded(found.absolute, layers):
            return
        if name.endswith(".ipynb"):
            self._results.problems.append(Problem(name, NOTEBOOKS_LATER))
            return
        self._take_text(found, layers, data)

    def _take_text(self, found: Found, layers: Layers, data: bytes) -> None:
        """Note what can be read only once."""
        try:
            source = decode(found.path, data)
        except Unreadable as error:
            self._results.problems.append(problem_of(found.path, error))
            return
        self._results.texts[found.path] = source.text
        self._overlay[found.absolute] = source
        project = CheckedProject(home_of(Path(os.path.dirname(found.absolute))), self._layers_around)
        self._items.append(_Item(found, project, len(data), layers))

    def take_paths(self, paths: Iterable[str]) -> None:
        """Note the files that the paths mean, without those that there is nothing to check in."""
        met = walk(paths, self.layers_of)
        self._results.problems += met.problems
        self._results.notebooks = met.notebooks
        for found in met.files.values():
            try:
                self._take(found)
            except Unreadable as error:
                self._results.problems.append(problem_of(found.path, error))

    def _take(self, found: Found) -> None:
        if found.named and not os.path.isfile(found.absolute):  # a pipe, such as the shell's `<(...)`
            self._take_text(found, self.layers_of(os.path.dirname(found.absolute)), read_bytes(found.path))
            return
        project = self._project_of(found)
        content = project.content(found.absolute)
        if not found.named and has_nothing(found.absolute, content, lambda: project.surroundings):
            self._results.nothing += 1
            return
        layers = self.layers_of(os.path.dirname(found.absolute))
        day = str(self._call.today) if content.dated else ""
        item = _Item(found, project, content.size, layers, content=content.digest, day=day)
        self._items.append(item if project.store is None else self._kept_in(project.store, item))

    def _kept_in(self, store: Store, item: _Item) -> _Item:
        if id(item.layers) not in self._settings:
            self._settings[id(item.layers)] = repr(item.layers.rules), repr(item.layers)
        options, settings = self._settings[id(item.layers)]
        home = item.project.home
        if (home, options) not in self._analyses:
            self._analyses[home, options] = Analysis(item.project, store, repr((home, options)))
        analysis = self._analyses[home, options]
        if (home, settings) not in self._ledgers:
            self._ledgers[home, settings] = Ledger(item.project, store, analysis, repr((home, settings)))
        return replace(item, analysis=analysis, ledger=self._ledgers[home, settings])

    def layers_of(self, folder: str) -> Layers:
        """The settings for an absolute folder that the call leads to. Raises ConfigError."""
        if folder not in self._layers:
            self._layers[folder] = self._layers_around(folder)
        return self._layers[folder]

    def _layers_around(self, folder: str) -> Layers:
        settings = self._configurations.of(folder)
        if id(settings) not in self._stacked:  # most folders share theirs
            self._stacked[id(settings)] = Layers((settings, *self._call.layers))
        return self._stacked[id(settings)]

    def _project_of(self, found: Found) -> CheckedProject:
        folder = os.path.dirname(found.absolute)
        if folder not in self._projects:
            above = self._projects.get(os.path.dirname(folder))
            home = home_below(folder, None if above is None else above.home)
            known = {project.home: project for project in self._projects.values()}
            self._projects[folder] = known.get(home) or CheckedProject(
                home, self._layers_around, self._store(cached_in(home, self._call.paths)), self._seen
            )
        return self._projects[folder]

    def _store(self, root: str) -> Store | None:
        if not self._call.cache:
            return None
        if root not in self._stores:
            self._stores[root] = Store(root)
        return self._stores[root]

    # --- doing it ---------------------------------------------------------------------------------------------------

    def work(self, progress: Progress) -> None:
        """Check what was noted, or take what was kept of it. Raises ConfigError and PackError."""
        left = [item for item in self._items if not self._is_kept(item)]
        if left or not self._items:  # with nothing to check the settings must mean something all the same
            self._check(left, progress)
        else:
            self._save()

    def _is_kept(self, item: _Item) -> bool:
        kept = item.ledger.get(item.found.absolute, item.day, item.found.path) if item.ledger is not None else None
        if kept is not None:
            self._add(kept)
        return kept is not None

    def _check(self, items: list[_Item], progress: Progress) -> None:
        tasks = _Tasks(self._layers.values(), self._call.today)
        projects = list(dict.fromkeys(item.project for item in items))
        for project in projects:
            layers = {id(item.layers): item.layers for item in items if item.project is project}
            project.require_facts(layers.values())
        items = [item for item in items if not self._is_sifted(item, tasks)]
        jobs = {
            Job(
                path=item.found.path,
                absolute=item.found.absolute,
                project=projects.index(item.project),
                task=tasks.number(item.layers, item.found.absolute),
                size=item.size,
                kept=self._parts(item, tasks),
            ): item
            for item in items
        }
        shared = tuple(self._shared(project) for project in projects)
        setup = Setup(shared, tuple(tasks.made), self._overlay)
        try:
            for count, (job, done) in enumerate(do(list(jobs), setup, self._call.jobs, self._call.executor), start=1):
                self._keep(jobs[job], done)
                self._add(done.checked)
                if count % _SAVED_AFTER == 0:
                    self._save()
                progress(count, len(jobs))
        finally:  # what was done before an interrupt need not be done again
            self._save()

    def _is_sifted(self, item: _Item, tasks: _Tasks) -> bool:
        """Whether only settings have changed since rules looked at the file: then these decide anew what is shown."""
        if item.analysis is None or item.ledger is None:
            return False
        task = tasks.made[tasks.number(item.layers, item.found.absolute)]
        looked = item.analysis.looked(item.found.absolute, looking(task), item.found.path)
        if looked is None:
            return False
        try:
            source = read(item.found.path)
        except Unreadable:
            return False
        if source.digest != item.content:
            return False  # it has changed since this run began
        checked = sift(source, task, looked)
        item.ledger.put(item.found.absolute, item.day, checked, item.found.path)
        self._add(checked)
        return True

    def _parts(self, item: _Item, tasks: _Tasks) -> tuple[Part, ...]:
        """What is kept of parts of the file that has not changed."""
        if item.analysis is None:
            return ()
        task = tasks.made[tasks.number(item.layers, item.found.absolute)]
        return item.analysis.parts(item.found.absolute, looking(task), item.found.path)

    def _shared(self, project: CheckedProject) -> ProjectFiles:
        """What the analysis of the project is told, with what is known of it from earlier runs."""
        analyses = [analysis for (home, _), analysis in self._analyses.items() if home == project.home]
        holders = {word: files for analysis in analyses for word, files in analysis.holders().items()}
        known = analyses[0].derived() if len(analyses) == 1 else {}  # of several each must be told what it rests on
        return replace(project.shared, holders=holders, known=known)

    def _keep(self, item: _Item, done: Done) -> None:
        if item.analysis is None or item.ledger is None:
            return
        from mlint.facts.project.reads import Leaf

        own = (Leaf("file", item.found.absolute), item.content)
        item.analysis.note_grounds(done.grounds)
        item.analysis.put(item.found.absolute, done.looked, (own, *done.rests), item.found.path)
        item.ledger.put(item.found.absolute, item.day, done.checked, item.found.path)

    def _save(self) -> None:
        for ledger in self._ledgers.values():
            ledger.save()

    def _add(self, checked: Checked) -> None:
        self._results.findings += checked.findings
        self._results.problems += checked.problems
        self._results.files += all(problem.rule is not None for problem in checked.problems)
        for finding in checked.findings:
            line = finding.span.line
            if line in checked.noqa_rows:
                self._results.noqa_rows[finding.path, line] = checked.noqa_rows[line]

    # --- the end ----------------------------------------------------------------------------------------------------

    def finished(self) -> Results:
        """The results, sorted."""
        found = self._results
        found.findings = sorted((_shown(finding) for finding in found.findings), key=sort_key)
        found.problems.sort(key=lambda problem: (problem.path, problem.line or 0, problem.column or 0, problem.message))
        found.failed = len({problem.path for problem in found.problems if problem.rule is None})
        for store in self._stores.values():
            store.close()
            if store.warning:
                found.warnings.append(store.warning)
        found.warnings.sort()
        return found


class _Tasks:
    """The tasks of a run, one for each set of rules and settings."""

    def __init__(self, layers: Iterable[Layers], today: date) -> None:
        from mlint.tool.rules import known

        self.made: list[Task] = []
        self._known = known()
        self._today = today
        self._numbers: dict[tuple[int, tuple[str, ...]], int] = {}
        self._selections = {id(each): Selection(self._known, each) for each in layers}

    def number(self, layers: Layers, path: str) -> int:
        """Where in `made` the task for the file stands."""
        rules = self._selections[id(layers)].of(path)
        key = id(layers), tuple(each.rule.code for each in rules)
        if key not in self._numbers:
            self._numbers[key] = len(self.made)
            self.made.append(Task(rules, self._known, layers.min_confidence, self._today))
        return self._numbers[key]


def _shown(finding: Finding) -> Finding:
    """The finding with related files as people call them: from the current folder if they lie in it."""
    if all(step.path == finding.path for step in finding.related):
        return finding
    related = tuple(
        step if step.path == finding.path else replace(step, path=_from_here(step.path)) for step in finding.related
    )
    return replace(finding, related=related)


def _from_here(path: str) -> str:
    here = os.path.join(os.getcwd(), "")
    return path.removeprefix(here)
