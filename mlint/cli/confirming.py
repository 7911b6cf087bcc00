"""`--confirm` and `mlint confirm`: findings, tried by running the code."""

from __future__ import annotations

import argparse
import ast
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping

from mlint.cli.main import FOUND, OK, failed
from mlint.config import ConfigError, Configurations, Layers, Settings
from mlint.confirm.account import CODE, definition, question
from mlint.confirm.confirm import INSTALL, Options, Outcome, confirm, is_possible
from mlint.confirm.host import WorkerError
from mlint.finding import Confidence, Verdict
from mlint.pack import PackError
from mlint.report import full
from mlint.run import Call, Results, run

Progress = Callable[[int, int], None]
OUTCOMES = ("confirmed", "refuted", "inconclusive")


def add_verdicts(
    results: Results, call: argparse.Namespace, fixed: Settings | None, progress: Progress | None
) -> str | None:
    """Give the findings of the run their verdicts. Returns why that can't be done, if it can't.

    Raises ConfigError and WorkerError.
    """
    if not is_possible():
        return INSTALL
    done = confirm(results.findings, results.rules, options(call, Configurations(fixed)), progress)
    verdicts = [finding.verdict for finding in done.findings if finding.verdict is not None]
    hidden = not call.show_refuted
    results.findings = [
        finding
        for finding in done.findings
        if not (hidden and finding.verdict is not None and finding.verdict.outcome == "refuted")
    ]
    results.trials = _line(verdicts, hidden, done.devices)
    if done.unheld:
        results.warnings.append(f"this platform does not keep the code that was run from {', '.join(done.unheld)}")
    if call.explain_inputs:
        explain(done)
    return None


def command(call: argparse.Namespace) -> int:
    """`mlint confirm PATH::NAME`"""
    path, _, name = call.thing.rpartition("::")
    if not path or not name:
        return failed(f"`{call.thing}` names nothing; write a file, two colons and a class or function: net.py::Net")
    if not is_possible():
        return failed(INSTALL)
    try:
        found = definition(path, name)
        if found is None:
            return failed(f"{path} defines no `{name}`")
        return _account(call, path, found)
    except (ConfigError, PackError, WorkerError, SyntaxError) as error:
        return failed(str(error))
    except OSError as error:
        return failed(f"{error.filename}: {error.strerror}")


def _account(call: argparse.Namespace, path: str, found: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Write what came of running the thing, and of trying the findings in it."""
    results = run(Call(paths=(path,), layers=(Settings(min_confidence=Confidence.POSSIBLE),), cache=not call.no_cache))
    last = found.end_lineno or found.lineno
    within = [each for each in results.findings if found.lineno <= each.span.line <= last]
    asked = [question(path, found)]
    done = confirm([*asked, *within], results.rules, options(call, Configurations()))
    results.findings = [each for each in done.findings if each.code != CODE]
    for each in done.findings[: len(asked)]:
        _write_account(call.thing, each.verdict)
    if call.explain_inputs:
        explain(done)
    full.write(results, sys.stdout)
    print(_line([each.verdict for each in results.findings if each.verdict is not None], False, done.devices))
    return FOUND if any(each.verdict and each.verdict.outcome == "confirmed" for each in results.findings) else OK


def _write_account(thing: str, verdict: Verdict | None) -> None:
    if verdict is not None:
        print(f"{thing}: {verdict.reason}")
        for name, value in verdict.evidence:
            print(f"  {name}: {value}")
        print()


def options(call: argparse.Namespace, configurations: Configurations) -> Options:
    """How the call wants code to be run."""

    def settings(folder: str) -> Mapping[str, object]:
        return Layers((configurations.of(folder),)).confirm

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Options(
        settings=settings,
        device=call.device,
        tracer=call.tracer,
        seconds=call.confirm_timeout,
        width=min(cores, 8),
        cache=not call.no_cache and not call.explain_inputs,  # what is known already is not tried
    )


def explain(done: Outcome) -> None:
    """Say on stderr what was tried to make each model, and to run it."""
    for model, lines in sorted(done.tried.items()):
        print(f"{model}:", file=sys.stderr)
        for line in lines:
            print(f"  {line}", file=sys.stderr)


def _line(verdicts: list[Verdict], hidden: bool, devices: tuple[str, ...]) -> str:
    counts = Counter(verdict.outcome for verdict in verdicts)
    if not counts:
        return "no finding was tried: nothing was reported that a probe could try"
    shown = [f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome]]
    note = " (refuted ones are shown with --show-refuted)" if hidden and counts["refuted"] else ""
    where = f" on {', '.join(devices)}" if devices else ""
    return f"the code was run{where}: {', '.join(shown)}{note}"
