"""A corpus of source files: rows of text, each with a path and the repository that it belongs to.

Each repository is a project of its own, in memory. Whatever is wrong with a row is a result.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from mlint.check import Checked, Task
from mlint.config import Layers
from mlint.run.checker import Job, ProjectFiles, Setup
from mlint.run.jobs import do
from mlint.run.triage import Content, has_nothing, surroundings
from mlint.select import Selection
from mlint.tool.rules import known

if TYPE_CHECKING:
    from concurrent.futures import Executor

_ROOT = f"{os.sep}corpus"
Said = dict[str, Any]


@dataclass
class Counts:
    """What a scan came to: files that were checked, rows without anything to check, findings, and what was wrong."""

    files: int = 0
    nothing: int = 0
    findings: int = 0
    problems: int = 0


@dataclass(frozen=True)
class Scan:
    """How a corpus is checked: with which settings, by how many processes (None: as many as are of use), or where."""

    layers: Layers
    jobs: int | None = None
    executor: Executor | None = None
    today: date = field(default_factory=date.today)


@dataclass(frozen=True)
class _Row:
    number: int
    repo: str
    path: str


@dataclass
class _Repository:
    """Its files by their absolute paths, and the rows that they come from."""

    root: str
    contents: dict[str, bytes] = field(default_factory=dict)
    rows: dict[str, _Row] = field(default_factory=dict)


def check_rows(rows: Iterable[tuple[int, Any, Any, Any]], scan: Scan, counts: Counts) -> list[Said]:
    """What there is to say of rows (number, repository, path, content), in their order; `counts` counts it.

    Raises ConfigError and PackError for settings that mean nothing.
    """
    said: list[Said] = []
    repositories: dict[str, _Repository] = {}
    for number, repo, path, content in rows:
        wrong = _take(repositories, number, repo, path, content)
        if wrong is not None:
            said.append(_said(_Row(number, _text(repo), _text(path)), message=wrong))
    for row, checked in _checked(list(repositories.values()), scan, counts):
        said += _findings(row, checked, repositories[row.repo].root)
    counts.findings += sum(each["code"] is not None for each in said)
    counts.problems += sum(each["code"] is None for each in said)
    return sorted(said, key=lambda each: (each["row"], each["line"] or 0, each["column"] or 0, each["code"] or ""))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


# --- rows to files --------------------------------------------------------------------------------------------------


def _take(repositories: dict[str, _Repository], number: int, repo: Any, path: Any, content: Any) -> str | None:
    """Note the file that a row holds, or return what is wrong with it."""
    name = "" if repo is None else repo
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    if not isinstance(name, str):
        return f"the repository is no text, but {type(repo).__name__}"
    if not isinstance(path, str) or not path.strip("/"):
        return "there is no path"
    if not isinstance(data, bytes):
        return "there is no content" if data is None else f"the content is no text, but {type(content).__name__}"
    inside = posixpath.normpath(path.lstrip("/"))
    if inside.startswith("..") or "\0" in inside:
        return "the path leads out of the repository"
    repository = repositories.setdefault(name, _Repository(os.path.join(_ROOT, str(len(repositories)))))
    absolute = os.path.join(repository.root, *inside.split("/"))
    if absolute in repository.contents:
        return f"row {repository.rows[absolute].number} holds a file of the same path"
    if inside.endswith(".py"):
        repository.contents[absolute] = data
    repository.rows[absolute] = _Row(number, name, path)
    return None


# --- files to results -----------------------------------------------------------------------------------------------


def _checked(repositories: list[_Repository], scan: Scan, counts: Counts) -> Iterator[tuple[_Row, Checked]]:
    selection = Selection(known(), scan.layers)
    projects: list[ProjectFiles] = []
    jobs: dict[Job, _Row] = {}
    for repository in repositories:
        files = tuple(sorted(repository.contents))
        looked_at = list(_looked_at(repository, files))
        counts.nothing += len(repository.rows) - len(looked_at)
        for absolute in looked_at:
            size = len(repository.contents[absolute])
            jobs[Job(absolute, absolute, len(projects), 0, size)] = repository.rows[absolute]
        projects.append(ProjectFiles(repository.root, files, contents=repository.contents))
    task = Task(selection.of(_ROOT), known(), scan.layers.min_confidence, scan.today)
    for job, done in do(list(jobs), Setup(tuple(projects), (task,)), scan.jobs, scan.executor):
        counts.files += all(problem.rule is not None for problem in done.checked.problems)
        yield jobs[job], done.checked


def _looked_at(repository: _Repository, files: tuple[str, ...]) -> Iterator[str]:
    contents = {path: Content.of(repository.contents[path]) for path in files}
    # A corpus is of any code: most of its small repositories are about other things.
    around = surroundings(repository.root, files, contents.get, few=0)
    for path in files:
        if not has_nothing(path, contents[path], lambda: around):
            yield path


def _findings(row: _Row, checked: Checked, root: str) -> Iterator[Said]:
    for each in checked.findings:
        because = [f"{_place(step.path, root)}:{step.span.line}: {step.message}" for step in each.related]
        yield _said(
            row,
            code=each.code,
            name=each.name,
            message=each.message,
            line=each.span.line,
            column=each.span.column,
            end_line=each.span.end_line,
            end_column=each.span.end_column,
            confidence=each.confidence.name.lower(),
            advice=each.advice,
            because=because,
        )
    for problem in checked.problems:
        yield _said(row, message=problem.message, line=problem.line, column=problem.column)


def _place(path: str, root: str) -> str:
    return path.removeprefix(os.path.join(root, "")).replace(os.sep, "/")


def _said(row: _Row, **more: Any) -> Said:
    blank: Said = dict.fromkeys(
        ("code", "name", "message", "line", "column", "end_line", "end_column", "confidence", "advice", "because")
    )
    return {"row": row.number, "repo": row.repo, "path": row.path, **blank, **more}
