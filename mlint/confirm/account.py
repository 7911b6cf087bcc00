"""`mlint confirm PATH::NAME`: what a class of modules does when it is run, whether or not a rule reports on it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from mlint.confirm.probe import confirmed, probe
from mlint.confirm.trial import Trial
from mlint.finding import Confidence, Finding, Span, Verdict

CODE = "ACCOUNT"


@probe(CODE)
def account(trial: Trial) -> Verdict:
    """The model is run in both modes, and on a second device."""
    model = trial.own_model()
    train, evaluated = model.run("train"), model.run("eval")
    difference = train.difference(evaluated)
    moved = model.run_on_device()
    return confirmed(
        f"it is made by {model.made}, and runs",
        returns=evaluated.structure,
        in_train_mode=difference or "the same",
        state_changed_in_train_mode=", ".join(train.changed[:5]),
        on_another_device=f"{moved.error or 'it runs'} ({moved.device})",
    )


def definition(path: str, name: str) -> ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The class or function of that qualified name in the file; None if there is none. Raises SyntaxError."""
    body: list[ast.stmt] = ast.parse(Path(path).read_bytes(), path).body
    found = None
    for part in name.split("."):
        found = next((each for each in _definitions(body) if each.name == part), None)
        if found is None:
            return None
        body = found.body
    return found


def _definitions(body: list[ast.stmt]) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    for each in body:
        if isinstance(each, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield each


def question(path: str, thing: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Finding:
    """What is asked of a class or function, as a finding to try."""
    span = Span(thing.lineno, thing.col_offset + 1, thing.lineno, thing.col_offset + 4)
    return Finding(CODE, "account", "", path, span, Confidence.POSSIBLE)
