"""ML202: after a validation the model is not put back in train mode."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from benchmarks.truth.code import LOOPS, Function, dotted, last
from benchmarks.truth.seeds.seed import Operator, Seed

_LEARNS = frozenset("backward manual_backward".split())


def lost_in_loop(function: Function) -> Iterator[Seed]:
    """The one `.train()` of a loop that trains and validates is removed."""
    for loop in function.nodes:
        if not isinstance(loop, LOOPS):
            continue
        inside = [each for each in ast.walk(loop) if isinstance(each, ast.Call)]
        switches, restores = _named(inside, "eval"), _restores(inside)
        if len(restores) != 1 or not any(last(each.func) in _LEARNS for each in inside):
            continue
        switches = [each for each in switches if _receiver(each) == _receiver(restores[0])]
        if not switches:
            continue
        yield from _dropped(function, restores[0], [*switches, loop])


def lost_in_called(function: Function) -> Iterator[Seed]:
    """The one `.train()` of a function that a loop calls beside one that validates is removed."""
    restores = _restores(function.calls)
    if len(restores) != 1 or _named(function.calls, "eval") or not _learns(function):
        return
    for caller in function.file.package.callers.get(function.node.name, []):
        for loop in (each for each in caller.nodes if isinstance(each, LOOPS)):
            called = {last(each.func) for each in ast.walk(loop) if isinstance(each, ast.Call)}
            inside = [each for each in ast.walk(loop) if isinstance(each, ast.Call)]
            if function.node.name in called and not _restores(inside):
                switches = _named(inside, "eval") if caller.file is function.file else []
                for name in sorted(called):
                    for other in function.file.package.functions.get(name, []):
                        if other.file is function.file and not _restores(other.calls):
                            switches += _named(other.calls, "eval")
                if any(_last_name(each) == _last_name(restores[0]) for each in switches):
                    yield from _dropped(function, restores[0], [*switches, function.node])
                    return


def _dropped(function: Function, restore: ast.Call, places: list[ast.AST]) -> Iterator[Seed]:
    statement = function.file.parents[restore]
    edit = function.file.drop(statement) if isinstance(statement, ast.Expr) else None
    if edit is not None:
        lines = [getattr(each, "lineno", 0) for each in (*places, restore)]
        yield Seed((edit,), tuple((line, line) for line in lines))


def _named(calls: list[ast.Call], name: str) -> list[ast.AST]:
    return [each for each in calls if isinstance(each.func, ast.Attribute) and each.func.attr == name and not each.args]


def _restores(calls: list[ast.Call]) -> list[ast.Call]:
    return [
        each
        for each in calls
        if isinstance(each.func, ast.Attribute)
        and each.func.attr == "train"
        and (not each.args or (isinstance(each.args[0], ast.Constant) and each.args[0].value is True))
    ]


def _receiver(node: ast.AST) -> str:
    return dotted(node.func.value) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""


def _last_name(node: ast.AST) -> str:
    """What a switch works on may be an attribute here and a parameter there."""
    return _receiver(node).rpartition(".")[2]


def _learns(function: Function) -> bool:
    if any(last(each.func) in _LEARNS for each in function.calls):
        return True
    called = {last(each.func) for each in function.calls}
    return any(
        last(call.func) in _LEARNS
        for name in called
        for other in function.file.package.functions.get(name, [])
        if other.file is function.file
        for call in other.calls
    )


RESTORED = (
    Operator("drop-train", "ML202", lost_in_loop),
    Operator("drop-train-in-called", "ML202", lost_in_called),
)
