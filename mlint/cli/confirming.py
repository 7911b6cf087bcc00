"""`--confirm`: the findings of a run, tried by running the code."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping

from mlint.config import Configurations, Layers, Settings
from mlint.confirm.confirm import INSTALL, Options, Outcome, confirm, is_possible
from mlint.finding import Verdict
from mlint.run import Results

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
    results.trials = _line(verdicts, hidden)
    if done.unheld:
        results.warnings.append(f"this platform does not keep the code that was run from {', '.join(done.unheld)}")
    if call.explain_inputs:
        explain(done)
    return None


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
        cache=not call.no_cache,
    )


def explain(done: Outcome) -> None:
    """Say on stderr what was tried to make each model, and to run it."""
    for model, lines in sorted(done.tried.items()):
        print(f"{model}:", file=sys.stderr)
        for line in lines:
            print(f"  {line}", file=sys.stderr)


def _line(verdicts: list[Verdict], hidden: bool) -> str:
    counts = Counter(verdict.outcome for verdict in verdicts)
    if not counts:
        return "no finding was tried: no rule that reported brings a probe"
    shown = [f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome]]
    note = " (refuted ones are shown with --show-refuted)" if hidden and counts["refuted"] else ""
    return f"the code was run: {', '.join(shown)}{note}"
