"""`mlint check`: from its options to a run, and from the results to the output and the exit code."""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TextIO

from mlint.cli.main import FAILED, FOUND, OK, failed
from mlint.cli.parser import UsageError
from mlint.config import ConfigError, Configurations, Layers, Pattern, PerFile, Selectors, Settings, inline, load
from mlint.finding import Confidence
from mlint.pack import PackError
from mlint.run import Call, Results, run
from mlint.run.executors import ExecutorError, opened
from mlint.store import write_whole

if TYPE_CHECKING:
    from concurrent.futures import Executor

_DEVICES = ("/dev/", "/proc/")
_STATISTICS = ("full", "concise", "json", "json-lines")
_COMMA = re.compile(r",(?![^{]*\})")  # one in braces belongs to a pattern: `{a,b}.py`
_LONG_RUN = 20  # files: below that, a progress bar would only flicker


def check(call: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    try:
        asked = _asked(call)
        with shown_progress(call.quiet) as progress, executor_of(call) as executor:
            results = run(replace(asked, executor=executor), progress)
        refused = _confirmed(results, call, asked) if call.confirm else None
        _write(results, call, asked)
    except BrokenPipeError:
        raise
    except (ConfigError, PackError, UsageError, ExecutorError) as error:
        return failed(str(error))
    except OSError as error:
        return failed(f"{error.filename or 'output'}: {error.strerror or error}")
    _close(results, call)
    if refused:
        return failed(refused)
    if results.problems:
        return FAILED
    return FOUND if results.findings and not call.exit_zero else OK


def _confirmed(results: Results, call: argparse.Namespace, asked: Call) -> str | None:
    """Run the code that the findings are about. What is returned says why it could not be run."""
    from mlint.cli.confirming import add_verdicts
    from mlint.confirm.host import WorkerError

    try:
        with shown_progress(call.quiet) as progress:
            return add_verdicts(results, call, asked.fixed, progress)
    except WorkerError as error:
        return str(error)


# --- options --------------------------------------------------------------------------------------------------------


def _asked(call: argparse.Namespace) -> Call:
    named = call.stdin_filename is not None
    paths = call.paths or ["-" if named else "."]
    if paths != ["-"] and (named or "-" in paths):
        what = "--stdin-filename names" if named else "`-` is"
        raise UsageError(f"{what} standard input: it can't be checked together with other paths")
    if call.statistics and call.output_format not in (None, *_STATISTICS):
        raise UsageError(f"--statistics: is shown as {', '.join(_STATISTICS)}, not as {call.output_format}")
    fixed, settings = _configured(call)
    return Call(
        paths=tuple(paths),
        layers=(*settings, _command_line(call)),
        fixed=fixed,
        jobs=call.jobs,
        cache=not call.no_cache,
        stdin=_stdin(call) if paths == ["-"] else None,
    )


@contextmanager
def executor_of(call: argparse.Namespace) -> Iterator[Executor | None]:
    """The executor that the call names, if it names one. Raises UsageError and ExecutorError."""
    if call.executor is None:
        yield None
        return
    if call.jobs is not None:
        raise UsageError("--executor: the cluster has workers of its own: leave out --jobs")
    with opened(call.executor) as executor:
        yield executor


def _stdin(call: argparse.Namespace) -> tuple[str, bytes]:
    if sys.stdin is None:
        raise UsageError("standard input is closed")
    return call.stdin_filename or "-", sys.stdin.buffer.read()


def _configured(call: argparse.Namespace) -> tuple[Settings | None, list[Settings]]:
    """The configuration that stands for all files, if one is given, and single settings."""
    fixed = Settings() if call.isolated else None
    settings: list[Settings] = []
    for given in call.config or ():
        if "=" in given and not os.path.exists(given):
            settings.append(inline(given, os.getcwd()))
        elif fixed is not None:
            raise UsageError(f"--config {given}: one configuration file at most, and none with --isolated")
        else:
            fixed = load(given)
    return fixed, settings


def _command_line(call: argparse.Namespace) -> Settings:
    return replace(
        rules_asked_for(call),
        exclude=_patterns(call.exclude, "--exclude"),
        extend_exclude=_patterns(call.extend_exclude, "--extend-exclude"),
        force_exclude=call.force_exclude,
        respect_gitignore=call.respect_gitignore,
        output_format=call.output_format,
    )


def rules_asked_for(call: argparse.Namespace) -> Settings:
    """What the call says of the rules. Raises UsageError."""
    return Settings(
        origin="command line",
        select=_selectors(call.select, "--select"),
        ignore=_selectors(call.ignore, "--ignore"),
        extend_select=_selectors(call.extend_select, "--extend-select"),
        per_file_ignores=_per_file(call.per_file_ignores),
        min_confidence=Confidence[call.min_confidence.upper()] if call.min_confidence else None,
    )


def _items(given: list[str]) -> list[str]:
    return [item.strip() for each in given for item in _COMMA.split(each) if item.strip()]


def _selectors(given: list[str] | None, option: str) -> Selectors | None:
    if given is None:
        return None
    values = tuple(_items(given))
    if not values:  # an empty variable of a script, perhaps: nothing would be checked
        raise UsageError(f"{option}: names no rule (see `mlint rules`)")
    return Selectors(values, option)


def _patterns(given: list[str] | None, option: str) -> tuple[Pattern, ...] | None:
    return None if given is None else tuple(_pattern(each, option) for each in _items(given))


def _pattern(text: str, option: str) -> Pattern:
    try:
        return Pattern(text, os.getcwd())
    except ValueError as error:
        raise UsageError(f"{option}: `{text}` is not a pattern: {error}") from error


def _per_file(given: list[str] | None) -> tuple[PerFile, ...] | None:
    """`a.py:ML1,ML2,b.py:ML3`: an item without a colon is one more rule of the pattern before it."""
    if given is None:
        return None
    option = "--per-file-ignores"
    found: dict[str, list[str]] = {}
    pattern = ""
    for item in _items(given):
        if ":" in item:
            pattern, _, item = item.rpartition(":")
        if not pattern or not item:
            said = f"`{item}` is no pattern and rules" if item else f"`{pattern}:` names no rule"
            raise UsageError(f"{option}: {said}; write it as in `tests/*:ML302`")
        found.setdefault(pattern.strip(), []).append(item.strip())
    return tuple(PerFile(_pattern(each, option), Selectors(tuple(rules), option)) for each, rules in found.items())


# --- output ---------------------------------------------------------------------------------------------------------


def _write(results: Results, call: argparse.Namespace, asked: Call) -> None:
    if call.output_file is None:
        _report(results, call, asked, sys.stdout)
        return
    text = io.StringIO(newline="")
    _report(results, call, asked, text)
    try:
        _write_file(call.output_file, text.getvalue())
    except OSError as error:
        raise UsageError(f"--output-file {call.output_file}: cannot be written: {error.strerror or error}") from error


def _write_file(path: str, text: str) -> None:
    """Write the output as a whole, into a folder that is made if need be. Raises OSError."""
    target = os.path.realpath(path)
    if os.path.abspath(path).startswith(_DEVICES) or (os.path.exists(target) and not os.path.isfile(target)):
        with open(path, "a", encoding="utf-8") as file:  # it takes no other file's name, and may hold something
            file.write(text)
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    write_whole(target, text)


def _report(results: Results, call: argparse.Namespace, asked: Call, out: TextIO) -> None:
    name = _format(asked) or ("full" if out.isatty() else "concise")
    if call.statistics:
        from mlint.report import statistics

        writers = {"json": statistics.write_json, "json-lines": statistics.write_json_lines}
        writers.get(name, statistics.write)(results, out)
    else:
        from mlint.report.formats import writer

        writer(name)(results, out)


def _format(asked: Call) -> str | None:
    """As the options say, or the configuration of the current folder."""
    configured = Configurations(asked.fixed).of(os.getcwd())
    return Layers((configured, *asked.layers)).output_format


def _close(results: Results, call: argparse.Namespace) -> None:
    if call.quiet:
        return
    from mlint.report import summary

    sys.stdout.flush()  # where both are the same terminal, the closing line comes last
    looked_at = results.files + results.nothing + results.failed + results.notebooks
    missing = [] if looked_at else ["no Python files were found under the given paths"]
    for warning in [*results.warnings, *missing]:
        print(f"mlint: warning: {warning}", file=sys.stderr)
    summary.write(results, sys.stderr)


@contextmanager
def shown_progress(quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on stderr, if that is a terminal and there is much to do."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    bar = _Bar()
    try:
        yield bar.show
    finally:
        bar.close()


class _Bar:
    def __init__(self) -> None:
        self._close: Callable[[], None] = lambda: None
        self._update: Callable[[int], None] | None = None

    def show(self, done: int, count: int) -> None:
        if count < _LONG_RUN:
            return
        if self._update is None:
            self._open(count)
        if self._update is not None:
            self._update(done)

    def _open(self, count: int) -> None:
        from rich.console import Console
        from rich.progress import Progress

        progress = Progress(console=Console(stderr=True), transient=True)
        task = progress.add_task("checking", total=count)
        progress.start()
        self._close = progress.stop
        self._update = lambda done: progress.update(task, completed=done)

    def close(self) -> None:
        self._close()
