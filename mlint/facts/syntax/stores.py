"""What a method stores in attributes of its object, as far as its syntax tells: what cannot be a tensor or a container
that is made there is left out.

A number computed from parameters, a flag, a text: most of what a constructor stores is of that kind.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mlint.facts.syntax.tree import walk

_PLAIN = frozenset(
    "int float bool str len round abs isinstance issubclass hasattr callable type id ceil floor sqrt log log2 gcd "
    "prod".split()
)
"""Calls that give numbers; a tensor has methods of these names, too, and torch functions."""
_NUMERIC = frozenset(("", "math", "np", "numpy"))
"""What may stand before them where they give numbers, or arrays at most."""
_COUNTS = frozenset("numel nelement item index count element_size".split())
"""Methods that give a number, whatever has them."""
_TEXTS = frozenset("join format lower upper strip split startswith endswith".split())
"""Methods of texts."""
_PASSING = frozenset("list tuple dict set range enumerate zip sorted reversed max min sum map filter repeat".split())
"""Calls that give what they are given, or are made of it."""
_ADDS = frozenset("append insert add extend update setdefault appendleft".split())
"""Methods that put something into a container."""
ANYTHING = "?"
"""The origin of what is not the result of a named call: an empty container, an item ..."""
GLOBAL = "="
"""Before the name of a global: the origin of what is its value."""


@dataclass(frozen=True, slots=True)
class AttributeStore:
    """`self.name = value`. `origins`: the dotted names of the calls that may have made the value, the names of globals
    (after GLOBAL), or ANYTHING."""

    name: str
    origins: frozenset[str]


def attribute_stores(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[AttributeStore]:
    """The stores in attributes of the first parameter that may be of a tensor or a container which is made here."""
    positional = [*function.args.posonlyargs, *function.args.args]
    if not positional:
        return
    variables = _Variables(function)
    for target, value in variables.assigned:
        if isinstance(target, ast.Attribute) and _is(target.value, positional[0].arg):
            origins = variables.origins(value)
            if origins:
                yield AttributeStore(target.attr, origins)


def returned_origins(function: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """The origins of what a function returns; none where that is neither a tensor nor a container made in it."""
    variables = _Variables(function)
    returns = [each.value for each in walk(function) if isinstance(each, (ast.Return, ast.Yield, ast.YieldFrom))]
    return frozenset().union(*(variables.origins(value) for value in returns if value is not None))


def _is_none(node: ast.expr) -> bool:
    """Whether it only holds the place of what is put there later: `[None] * depth`."""
    return isinstance(node, ast.Constant) and node.value is None


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


# The nodes that `_assigned` and `_put_in` look at.
_ASSIGNING = (
    *(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr),
    *(ast.For, ast.AsyncFor, ast.comprehension, ast.withitem),
)
_FILLING = (ast.Call, ast.AugAssign, ast.Assign)


class _Variables:
    """The assignments of a function, and where the values of its variables come from by them."""

    def __init__(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        nodes = [each for statement in function.body for each in walk(statement)]
        self.assigned = [pair for node in nodes if isinstance(node, _ASSIGNING) for pair in _assigned(node)]
        inner = [node for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))]
        arguments = (each for made in (function, *inner) for each in walk(made.args))
        self._parameters = {each.arg for each in arguments if isinstance(each, ast.arg)}
        self._parameters |= {each.name for each in inner if not isinstance(each, ast.Lambda)}  # no more than these
        self._values: dict[str, list[ast.expr]] = {}
        for target, value in self.assigned:
            if isinstance(target, (ast.Name, ast.Attribute)):
                self._values.setdefault(dotted(target), []).append(value)
        self._filled: dict[str, list[ast.expr]] = {}
        for name, value in (pair for node in nodes if isinstance(node, _FILLING) for pair in _put_in(node)):
            self._filled.setdefault(name, []).append(value)

    def origins(self, value: ast.expr) -> frozenset[str]:
        """Where an expression may have a tensor or a container from, that is made here."""
        return frozenset(self._origins(value, set()))

    def _origins(self, value: ast.expr, seen: set[str]) -> Iterator[str]:
        """`seen` are the variables that were followed already."""
        if isinstance(value, ast.Name):
            yield from self._of_variable(value.id, seen)
        elif isinstance(value, ast.Call):
            yield from self._of_call(value, seen)
        elif isinstance(value, (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp)):
            inside = list(_parts(value))
            if self._any(inside, seen) or (all(map(_is_none, inside)) and self._may_fill(value, seen)):
                yield ANYTHING
        elif isinstance(value, ast.Attribute):  # of what is kept elsewhere, or of the result of a call
            if not isinstance(value.value, (ast.Name, ast.Attribute)):
                yield from self._origins(value.value, seen)
            elif dotted(value) in self._values:
                yield from self._of_variable(dotted(value), seen)
        elif not isinstance(value, (ast.Constant, ast.JoinedStr, ast.Lambda)):
            for part in _parts(value):
                yield from self._origins(part, seen)

    def _of_variable(self, name: str, seen: set[str]) -> Iterator[str]:
        if name in self._values and name not in seen:
            for each in self._values[name]:
                yield from self._origins(each, seen | {name})
        elif name not in self._values and name not in self._parameters:
            yield GLOBAL + name

    def _may_fill(self, empty: ast.expr, seen: set[str]) -> bool:
        """Whether a container that is empty at first may get a tensor or module: by what is put in here, or elsewhere
        where nothing is seen to be put in."""
        names = {name for name, values in self._values.items() if any(value is empty for value in values)}
        put_in = [each for name in names for each in self._filled.get(name, ())]
        return not put_in or self._any(put_in, seen | names)

    def _any(self, values: Sequence[ast.expr], seen: set[str]) -> bool:
        return any(True for each in values for _ in self._origins(each, seen))

    def _of_call(self, call: ast.Call, seen: set[str]) -> Iterator[str]:
        name = dotted(call.func)
        before, _, last = name.rpartition(".")
        if (
            last in _TEXTS
            or (last in _COUNTS and name != last)
            or (last in _PLAIN and before in _NUMERIC and not name.startswith("."))
        ):
            return
        if last in _PLAIN and name.startswith(".") and isinstance(call.func, ast.Attribute):
            yield from self._origins(call.func.value, seen)
            return
        if last not in _PASSING or last != name:
            yield name
            return
        passed = [*call.args, *(each.value for each in call.keywords)]
        passed = [each.body if isinstance(each, ast.Lambda) else each for each in passed]
        if not passed or self._any(passed, seen):
            yield ANYTHING


def _put_in(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The container that a node puts something into, by its dotted name, with what that is."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ADDS:
        for each in (*node.args, *(keyword.value for keyword in node.keywords)):
            yield dotted(_outermost(node.func.value)), each
    elif isinstance(node, ast.AugAssign) and isinstance(node.target, (ast.Name, ast.Attribute)):
        yield dotted(node.target), node.value
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                yield dotted(_outermost(target)), node.value


def _outermost(node: ast.expr) -> ast.expr:
    """`heads` of `heads[kind][0]`."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node


def _parts(value: ast.expr) -> Iterator[ast.expr]:
    """The expressions that the value of one is made of; of a comparison, `torch.arange(n) < 3`, not what has a name,
    which is a setting more often."""
    if isinstance(value, ast.Compare):
        yield from (each for each in (value.left, *value.comparators) if isinstance(each, (ast.Call, ast.BinOp)))
    elif isinstance(value, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        yield value.elt
    elif isinstance(value, ast.Dict):
        yield from value.values
    elif isinstance(value, ast.DictComp):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from (value.body, value.orelse)
    elif isinstance(value, ast.Subscript):
        yield value.value
    else:
        yield from (each for each in ast.iter_child_nodes(value) if isinstance(each, ast.expr))


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What a node assigns: each target with the expression that its value comes from."""
    if isinstance(node, ast.Assign):
        pending = [(target, node.value) for target in node.targets]
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
        pending = [(node.target, node.value)] if node.value is not None else []
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        pending = [(node.target, node.iter)]
    elif isinstance(node, ast.withitem):
        pending = [(node.optional_vars, node.context_expr)] if node.optional_vars is not None else []
    else:
        return
    while pending:
        target, value = pending.pop()
        if isinstance(target, (ast.Tuple, ast.List)):
            paired = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts)
            values = value.elts if paired and isinstance(value, (ast.Tuple, ast.List)) else [value] * len(target.elts)
            pending += zip(target.elts, values, strict=True)
        else:
            yield (target.value if isinstance(target, ast.Starred) else target), value


def dotted(callee: ast.expr) -> str:
    """`torch.zeros`, `self.net.to`; `.to` where the value has no name."""
    parts: list[str] = []
    while isinstance(callee, ast.Attribute):
        parts.append(callee.attr)
        callee = callee.value
    parts.append(callee.id if isinstance(callee, ast.Name) else "")
    return ".".join(reversed(parts))
