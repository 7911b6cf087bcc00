"""ML401 and ML402: a forward returns a tuple for what had names, or another number of values on one path."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from benchmarks.truth.code import Function, lines_of, names_in
from benchmarks.truth.seeds.seed import Operator, Seed

_LEAST = 3
"""With fewer values a tuple is a matter of taste."""


def names_lost(function: Function) -> Iterator[Seed]:
    """`return {"a": a, "b": b, "c": c}`, or an object with such fields, to `return a, b, c`."""
    returns = _returns(function)
    if len(returns) != 1:
        return
    for node in returns:
        values = _named_values(node.value)
        if len(values) >= _LEAST:
            yield _tuple_instead(function, node, values, returns)


def names_lost_on_one_path(function: Function) -> Iterator[Seed]:
    """The same on one of several paths."""
    returns = _returns(function)
    if len(returns) < 2 or any(len(_named_values(each.value)) < 2 for each in returns):
        return
    for node in returns:
        if not _is_callers_choice(function, node):
            yield _tuple_instead(function, node, _named_values(node.value), returns)


def value_lost_on_one_path(function: Function) -> Iterator[Seed]:
    """`return a, b` to `return a` on one of several paths that return as many values."""
    returns = _returns(function)
    tuples = [each.value for each in returns if isinstance(each.value, ast.Tuple)]
    if len(returns) < 2 or len(tuples) < len(returns) or len({len(each.elts) for each in tuples}) != 1:
        return
    for node, value in zip(returns, tuples, strict=True):
        is_tuple_again = len(value.elts) == 2 and isinstance(value.elts[0], (ast.Tuple, ast.List, ast.Starred))
        if len(value.elts) > 1 and not is_tuple_again and not _is_callers_choice(function, node):
            kept = ", ".join(function.file.code(each) for each in value.elts[:-1])
            yield Seed((function.file.replace(value, kept),), _lines(returns))


def value_added_in_training(function: Function) -> Iterator[Seed]:
    """`return x` to `return x, y` under `if self.training`, where the other path returns one value."""
    returns = _returns(function)
    if len(returns) < 2 or any(isinstance(each.value, (ast.Tuple, ast.Dict)) for each in returns):
        return
    if len(set(map(_kind, returns))) > 1:
        return
    for node in returns:
        if node.value is None or not _is_under_training(function, node):
            continue
        for name in sorted(_locals(function, node) - names_in(node.value)):
            yield Seed(
                (function.file.replace(node.value, f"{function.file.code(node.value)}, {name}"),), _lines(returns)
            )
            break


def nothing_on_one_path(function: Function) -> Iterator[Seed]:
    """`return x` to `return None` on one of several paths that return one value."""
    returns = _returns(function)
    if len(returns) < 2 or any(each.value is None or isinstance(each.value, ast.Constant) for each in returns):
        return
    if len(set(map(_kind, returns))) > 1:  # they differ as they are
        return
    for node in returns[:-1]:
        if node.value is not None and not _is_callers_choice(function, node):
            yield Seed((function.file.replace(node.value, "None"),), _lines(returns))


def _returns(function: Function) -> list[ast.Return]:
    """The returns of a forward that are its own, and run; none where it is no forward, or yields."""
    if not function.is_forward:
        return []
    found = [each for each in function.nodes if isinstance(each, ast.Return) and not function.file.is_dead(each)]
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Yield)
    return [] if any(isinstance(each, inner) for each in function.nodes) else found


def _kind(node: ast.Return) -> object:
    """What a return is seen to give: a tuple of so many values, a dict or list, an object with named fields; or one
    value, as far as is seen."""
    value = node.value
    if isinstance(value, (ast.Tuple, ast.List)):
        return type(value), len(value.elts)
    is_object = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id[:1].isupper()
    return "object" if is_object else ast.Dict if isinstance(value, ast.Dict) else "value"


def _lines(returns: list[ast.Return]) -> tuple[tuple[int, int], ...]:
    return tuple(lines_of(each) for each in returns)


def _named_values(value: ast.expr | None) -> list[ast.expr]:
    """The values of a dict whose keys are texts, or of the fields of an object; none of anything else."""
    if isinstance(value, ast.Dict):
        named = all(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in value.keys)
        values = value.values if named else []
    elif isinstance(value, ast.Call) and not value.args and all(each.arg for each in value.keywords):
        is_class = (isinstance(value.func, ast.Name) and value.func.id[:1].isupper()) or _is_dict(value)
        values = [each.value for each in value.keywords] if is_class else []
    else:
        return []
    return [each for each in values if not isinstance(each, ast.Constant)]


def _is_dict(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "dict"


def _tuple_instead(function: Function, node: ast.Return, values: list[ast.expr], returns: list[ast.Return]) -> Seed:
    assert node.value is not None
    text = ", ".join(" ".join(function.file.code(each).split()) for each in values)
    return Seed((function.file.replace(node.value, text),), _lines(returns))


def _is_callers_choice(function: Function, node: ast.Return) -> bool:
    """Whether a flag of the caller, or of the constructor, decides that this path is taken."""
    tests = [each.test for each in function.file.around(node) if isinstance(each, ast.If)]
    names = {each for test in tests for each in _flags(test)}
    return bool(names.intersection(function.parameters)) or "self" in names


def _flags(test: ast.expr) -> Iterator[str]:
    """The names that a test asks whether they are set, and `self` where it asks that of an attribute."""
    for node in ast.walk(test):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "self" and node.attr != "training":
                yield "self"
        elif isinstance(node, ast.Compare) and isinstance(node.left, ast.Name):
            yield node.left.id
        elif isinstance(node, (ast.BoolOp, ast.UnaryOp)):
            yield from (each.id for each in ast.iter_child_nodes(node) if isinstance(each, ast.Name))
    if isinstance(test, ast.Name):
        yield test.id


def _is_under_training(function: Function, node: ast.Return) -> bool:
    return any(
        isinstance(each, ast.If) and ast.unparse(each.test) == "self.training" for each in function.file.around(node)
    )


def _locals(function: Function, node: ast.Return) -> set[str]:
    """The names that the function binds for certain before a line."""
    bound = [
        target.id
        for statement in function.node.body
        if isinstance(statement, ast.Assign) and statement.lineno < node.lineno
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]
    return set(bound) - set(function.parameters)


OUTPUTS = (
    Operator("names-to-tuple", "ML401", names_lost),
    Operator("names-to-tuple-on-one-path", "ML402", names_lost_on_one_path),
    Operator("lose-value-on-one-path", "ML402", value_lost_on_one_path),
    Operator("add-value-in-training", "ML402", value_added_in_training),
    Operator("nothing-on-one-path", "ML402", nothing_on_one_path),
)
