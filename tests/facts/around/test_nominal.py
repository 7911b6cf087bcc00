"""What names alone tell of trainings and loops."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlint.facts.engine import Engine
from mlint.facts.project.project import Project
from mlint.facts.tables.tables import Tables

EVALS = frozenset(("eval",))
FILES = {
    "loop.py": """
from helpers import validate as check, step

def fit(model, loader, optimizer):
    for batch in loader:
        step(model, batch, optimizer)
        check(model, loader)

def look(model, loader):
    for batch in loader:
        inspect(model)

def inspect(model):
    model.eval()
""",
    "helpers.py": """
def step(model, batch, optimizer):
    model(batch).backward()
    optimizer.step()

def validate(model, loader):
    measure(model, loader)

def measure(model, loader):
    model.eval()  # backward is only spoken of

def alone(model):
    model.eval()
""",
}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return Engine(Project(tmp_path, [tmp_path / name for name in FILES]), Tables())


def in_training_loop(engine: Engine, name: str, qualname: str) -> bool:
    unit = engine.unit(engine.project.root / name, qualname)
    assert unit is not None
    return engine.nominal.in_training_loop(unit, EVALS)


def may_train(engine: Engine, name: str, qualname: str) -> bool:
    unit = engine.unit(engine.project.root / name, qualname)
    assert unit is not None
    return engine.nominal.may_train(unit)


def test_a_function_trains_by_what_it_calls_and_not_by_what_its_comments_say(engine: Engine) -> None:
    assert may_train(engine, "helpers.py", "step")
    assert may_train(engine, "loop.py", "fit")
    assert not may_train(engine, "helpers.py", "measure")
    assert not may_train(engine, "loop.py", "look")


def test_a_call_is_repeated_by_the_loop_of_a_training_two_calls_away(engine: Engine) -> None:
    # `measure` is called by `validate`, which the loop calls by another name.
    assert in_training_loop(engine, "helpers.py", "measure")


def test_a_loop_that_does_not_train_and_a_function_that_nobody_calls_do_not_repeat_it(engine: Engine) -> None:
    assert not in_training_loop(engine, "loop.py", "inspect")
    assert not in_training_loop(engine, "helpers.py", "alone")
