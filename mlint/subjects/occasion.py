"""How often a function runs: on every forward, in every step, for every loss; or nobody can tell."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from mlint.facts.domain.values import Kind
from mlint.outline import FunctionOutline
from mlint.subjects.owners import Function

_LOSS = re.compile(r"loss|criterion", re.I)
_STEP = re.compile(r"(?:^|_)(?:training|train|validation|val|test|eval|predict|shared|generator|discriminator)_step$")
_ONCE = re.compile(
    r"^__(?!call__)|^_*(?:reset|init|load|setup|export|register|configure|fuse|convert|switch|inflate|"
    r"reparam)|_init$"
)
_TESTS = frozenset(("test", "tests", "testing"))
TEST = re.compile(r"test_|conftest|setup\.py|.*_test\.py")
"""The name of a file that belongs to tests, or sets something up."""
EXPORT = re.compile(r"(?i:onnx|export|coreml|torch_?script|tflite|tensorrt)|IOS|iOS")
"""Names of what is made to be traced, or stands for an operator of a format."""
_MAKES = re.compile(r"^_*(?:build|make|create|from)_")
_RUNS = frozenset(("forward", "__call__", "forward_features", "forward_head", "call", "update"))


def occasion(function: Function) -> str | None:
    """What makes the function run again and again: `forward`, `the loss`, `the step`; None where nothing says so."""
    if _is_of_optimizer(function) or _is_test_case(function):
        return None
    if function.outline is not None and _is_of_forward(function, function.outline):
        return "forward"
    if _ONCE.search(function.name) or _MAKES.search(function.name):
        return None
    if _LOSS.search(function.name) or (function.cls is not None and _LOSS.search(function.cls.name)):
        return "the loss"
    return "the step" if _STEP.search(function.name) else None


def is_of_loss(name: str) -> bool:
    """Whether a function or class of that name computes a loss."""
    return _LOSS.search(name) is not None


def runs_once(function: Function) -> bool:
    """Whether the function makes or converts something, as far as its name tells; an optimizer makes its state once."""
    return _is_of_optimizer(function) or _ONCE.search(function.name) is not None


def makes_by_name(function: Function) -> bool:
    """Whether the function makes something, by its name: `create_mean_pose`."""
    return _MAKES.search(function.name) is not None


def in_tests(function: Function) -> bool:
    """Whether the function belongs to the tests of its project."""
    return is_test_file(function.path, function.project.root) or _is_test_case(function)


def in_folder_of_tests(function: Function) -> bool:
    """Whether its file lies in a folder for tests; a script named `test_video.py` elsewhere may test a model."""
    return _is_in_folder(function.path, function.project.root)


def is_test_file(path: Path, root: Path) -> bool:
    """Whether a file of a project belongs to its tests, by its name or its folder."""
    return TEST.match(path.name.lower()) is not None or _is_in_folder(path, root)


def _is_in_folder(path: Path, root: Path) -> bool:
    inside = os.path.relpath(str(path), str(root))
    return not _TESTS.isdisjoint(inside.lower().split(os.sep)[:-1])


def _is_test_case(function: Function) -> bool:
    """Whether it is a method of a `unittest.TestCase`, whatever its file is called: `LossTest` is no loss."""
    return function.cls is not None and function.cls.is_a("unittest.TestCase") is True


def _is_of_optimizer(function: Function) -> bool:
    return _is_a(function, "torch.optim.Optimizer")


def _is_a(function: Function, qualified: str) -> bool:
    """Whether the function is a method of a class that derives from a library's, by whatever name it is imported."""
    if function.cls is None:
        return False
    project, tables = function.project, function.file.engine.tables
    bases = project.bases(project.symbol(function.path, function.cls.outline))
    return any(tables.is_a(base.name, qualified) for base in bases if base.kind == "external")


def _is_of_forward(function: Function, outline: FunctionOutline) -> bool:
    cls = function.cls
    if cls is None:
        return False
    symbol = function.project.symbol(function.path, cls.outline)
    if function.file.engine.classes.kind(symbol) is not Kind.MODULE and not _is_a(function, "torch.autograd.Function"):
        return False
    return outline.name in called_by_forward((cls.outline.methods,))


def called_by_forward(line: Sequence[Mapping[str, FunctionOutline]], with_steps: bool = False) -> frozenset[str]:
    """The methods that the forward of a class names, and those that these name; `line` are the methods of the class,
    then those of its bases. `with_steps`: those that the steps of a training name count, too."""
    methods = {name: method for each in reversed(line) for name, method in each.items()}
    reached = [name for name in methods if name in _RUNS or name == "backward" or (with_steps and _STEP.search(name))]
    for name in reached:
        words = frozenset().union(*(each[name].words for each in line if name in each))
        reached += [other for other in methods if other in words and other not in reached and not _ONCE.search(other)]
    return frozenset(reached)
