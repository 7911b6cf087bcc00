"""What statements a unit has, as the standard library's parser reads them.

Subjects ask it whether a unit can hold them at all, before anything is lowered or evaluated; it says yes wherever it
cannot tell. Its answers are small and kept; the tree that they are read from is dropped, and read again for another
question.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from mlint.cached import cached_property
from mlint.facts.loops.starts import EMPTY
from mlint.facts.syntax.mentions import Mentions
from mlint.facts.syntax.quotients import aliases, divided, held, spelled
from mlint.facts.syntax.stores import AttributeStore, attribute_stores, dotted, returned_origins
from mlint.facts.syntax.syntax import FUNCTIONS, LOOPS, Syntax
from mlint.facts.syntax.tree import Tree, leading, walk
from mlint.facts.syntax.ways_out import WaysOut, ways_out

_REPEATED = (*LOOPS, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Sketch:
    """The statements of a unit and of what is nested in it."""

    def __init__(self, read: Callable[[], Syntax]) -> None:
        self._read = read

    @classmethod
    def of(cls, tree: Tree) -> Sketch:
        """The sketch of a tree that is kept with it."""
        syntax = Syntax(tree)
        return cls(lambda: syntax)

    # --- ways out ---------------------------------------------------------------------------------------------------

    @cached_property
    def ways_out(self) -> WaysOut:
        """How it gives what it returns."""
        body = self._read().body
        returns = [each for each, _ in self._read().statements if isinstance(each, ast.Return)]
        pairs = [pair for each, _ in self._read().statements for pair in _assigned(each)]
        return ways_out(returns, pairs, bool(body) and _ends(body))

    @cached_property
    def handed_on(self) -> frozenset[str]:
        """The last names of the calls whose results are returned as they are, by way of a variable, too."""
        pairs = [pair for statement, _ in self._read().statements for pair in _assigned(statement)]
        waiting = [each.value for each, _ in self._read().statements if isinstance(each, ast.Return)]
        found, seen = set[str](), set[str]()
        for value in waiting:
            if isinstance(value, ast.Call):
                found.add(_last(value.func))
            elif isinstance(value, ast.IfExp):
                waiting += [value.body, value.orelse]
            elif isinstance(value, ast.Name) and value.id not in seen:
                seen.add(value.id)
                waiting += [given for target, given in pairs if isinstance(target, ast.Name) and target.id == value.id]
        return frozenset(found)

    # --- loops ------------------------------------------------------------------------------------------------------

    @cached_property
    def may_overwrite(self) -> bool:
        """Whether a loop assigns what begins at zero or is added to elsewhere, an item, or a share of a whole."""
        assigned: set[str] = set()
        starts: set[str] = set()
        made: set[str] = set()
        filled: set[str] = set()
        items: set[type[ast.stmt]] = set()
        for statement, looping in self._read().statements:
            if isinstance(statement, ast.AugAssign):
                starts.add(spelled(statement.target))
            for target, value in _assigned(statement):
                path = spelled(target)
                if isinstance(target, ast.Subscript):
                    filled |= {spelled(target.value)} if looping else set()
                else:
                    made.add(path)
                if may_be_zero(value):
                    starts.add(path)
                if looping:
                    assigned.add(path)
            if looping and any(isinstance(each, ast.Subscript) for each in _targets(statement)):
                items.add(type(statement))
        return not assigned.isdisjoint(starts) or self._adds_to_items(items, made & filled) or self._shares

    @staticmethod
    def _adds_to_items(items: set[type[ast.stmt]], filled: set[str]) -> bool:
        """Whether items are assigned beside others that are added to, or those of a container that is made here."""
        return {ast.Assign, ast.AugAssign} <= items or bool(filled)

    @cached_property
    def zeroed(self) -> frozenset[str]:
        """The names and attributes that are assigned what a total begins with: `self.total`."""
        pairs = [pair for each, _ in self._read().statements for pair in _assigned(each)]
        found = frozenset(spelled(target) for target, value in pairs if may_be_zero(value))
        return found | {name for each, _ in self._read().statements if (name := _registered_zero(each))}

    @cached_property
    def summed(self) -> frozenset[str]:
        """The attributes that are registered to be added up over processes: `self.add_state("total", tensor(0),
        dist_reduce_fx="sum")`."""
        return frozenset(
            name
            for each, _ in self._read().statements
            if (name := _registered_zero(each))
            and any(getattr(key.value, "value", None) == "sum" for key in each.value.keywords)  # type: ignore[attr-defined]
        )

    @cached_property
    def assigned_attributes(self) -> frozenset[str]:
        """The attributes of `self` that are assigned, or items of them, and not merely added to: `self.total`."""
        targets = [target for each, _ in self._read().statements for target, _ in _assigned(each)]
        found = (spelled(each.value if isinstance(each, ast.Subscript) else each) for each in targets)
        return frozenset(each for each in found if each.startswith("self."))

    @cached_property
    def quotients(self) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
        """What is divided by what: the names and attributes over and under each division, and those that a name there
        stands for."""
        pairs = [pair for each in self._read().nodes if (pair := divided(each)) is not None]
        known = aliases(self._read().nodes) if pairs else {}
        return tuple((held(over, known), held(under, known)) for over, under in pairs)

    @property
    def _shares(self) -> bool:
        """Whether a loop divides something, by a length perhaps."""
        return self._read().measures and any(
            isinstance(each, ast.BinOp)
            and isinstance(each.op, ast.Div)
            and isinstance(each.right, (ast.Name, ast.Call))
            for statement, looping in self._read().statements
            if looping and isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None
            for each in walk(statement.value)
        )

    @cached_property
    def stores_items(self) -> bool:
        """Whether something is assigned into a part of a container or an array."""
        return any(
            isinstance(target, ast.Subscript) for each, _ in self._read().statements for target in _targets(each)
        )

    @cached_property
    def may_be_reversed(self) -> bool:
        """Whether an assigned value begins with a sign right after the equals sign, or with an idle plus."""
        values = [leading(each.value) for each, _ in self._read().statements if isinstance(each, ast.Assign)]
        signed = [each for each in values if isinstance(each, ast.UnaryOp)]
        return any(self._before(each) == "=" or isinstance(each.op, ast.UAdd) for each in signed)

    def _before(self, node: ast.expr) -> str:
        """The character before a node."""
        line = self._read().lines[node.lineno - 1].encode()
        return line[: node.col_offset].decode()[-1:]

    # --- calls and names --------------------------------------------------------------------------------------------

    @cached_property
    def stated(self) -> frozenset[str]:
        """The calls that are statements, or items of one, as dotted names, but for those of methods of `self`."""
        values = [each.value for each, _ in self._read().statements if isinstance(each, ast.Expr)]
        values += [each for value in values if isinstance(value, ast.Tuple) for each in value.elts]
        calls = [each.func for each in values if isinstance(each, ast.Call)]
        return frozenset(name for each in calls if (name := dotted(each)) != f"self.{_last(each)}")

    @cached_property
    def calls(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """The calls in it, each as a dotted name (`.to` of a value that has none) and the keywords that are passed."""
        return tuple(
            _shared((dotted(each.func), frozenset(key.arg or "**" for key in each.keywords)))
            for each in self._read().calls
        )

    @cached_property
    def told_of_training(self) -> frozenset[str]:
        """The dotted names whose calls are all told whether the module trains, in an argument of their own: by
        `training=self.training`, or by `dropout_p=p if self.training else 0.0`."""
        others = {
            dotted(each.func)
            for each in self._read().calls
            if not any(_hangs_on_training(key) for key in each.keywords)
        }
        return frozenset(dotted(each.func) for each in self._read().calls) - others

    @cached_property
    def of_numbers(self) -> frozenset[str]:
        """The dotted names whose calls are all given a number that is written out, and give nothing that is returned:
        `total = total + torch.tensor(0.0)`."""
        returned = {id(each) for value in self._returned for each in walk(value)}
        others = {dotted(each.func) for each in self._read().calls if id(each) in returned or not _takes_number(each)}
        return frozenset(dotted(each.func) for each in self._read().calls) - others

    @property
    def _returned(self) -> Iterator[ast.expr]:
        """What is returned, and what is assigned to a variable of which something is returned."""
        returns = [each.value for each, _ in self._read().statements if isinstance(each, ast.Return) and each.value]
        yield from returns
        names = {each.id for value in returns for each in walk(value) if isinstance(each, ast.Name)}
        for statement, _ in self._read().statements:
            yield from (value for target, value in _assigned(statement) if value and spelled(target) in names)

    @cached_property
    def attribute_stores(self) -> tuple[AttributeStore, ...]:
        """The attributes of its object in which a method may store a tensor or a container that it makes."""
        whole = self._read().whole
        return tuple(attribute_stores(whole)) if isinstance(whole, FUNCTIONS) else ()

    @cached_property
    def returned_origins(self) -> frozenset[str]:
        """Where a function has the tensors and containers from that it may return."""
        whole = self._read().whole
        return returned_origins(whole) if isinstance(whole, FUNCTIONS) else frozenset()

    @cached_property
    def called(self) -> frozenset[str]:
        """The last names of the calls in it."""
        return frozenset(dotted.rpartition(".")[2] for dotted, _ in self.calls)

    @cached_property
    def looped(self) -> frozenset[str]:
        """The last names of the calls in it that stand in a loop or comprehension, or in a function inside that one of
        these runs."""
        found = _calls_in(each for each in self._read().nodes if isinstance(each, _REPEATED))
        inner = [each for each in self._read().nodes if isinstance(each, FUNCTIONS)] if found else []
        while run := [each for each in inner if each.name in found]:
            found |= _calls_in(run)
            inner = [each for each in inner if each not in run]
        return frozenset(found)

    @cached_property
    def mentions(self) -> Mentions:
        """The names and attributes in it."""
        return Mentions(self._read)

    def uses(self, word: str) -> bool:
        """Whether a name or attribute in the body is that word: not one in a string, a comment or a decorator."""
        return self.mentions.has_name(word) or self.mentions.has_member(word)


@lru_cache(maxsize=1 << 14)
def _shared(call: tuple[str, frozenset[str]]) -> tuple[str, frozenset[str]]:
    """One object for calls that look alike in many functions, which are kept for all of them."""
    return call


def _ends(body: list[ast.stmt]) -> bool:
    """Whether control never comes to the end of a block."""
    last = body[-1]
    if isinstance(last, ast.If):
        return bool(last.orelse) and _ends(last.body) and _ends(last.orelse)
    if isinstance(last, (ast.With, ast.AsyncWith)):
        return _ends(last.body)
    return isinstance(last, (ast.Return, ast.Raise))


def _targets(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    return [statement.target] if isinstance(statement, (ast.AugAssign, ast.AnnAssign)) else []


def _assigned(statement: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """What a statement that is no augmented assignment assigns to, with the value where it is written out."""
    if isinstance(statement, ast.AugAssign):
        return
    value = getattr(statement, "value", None)
    pending: list[tuple[ast.expr, ast.expr | None]] = [(each, value) for each in _targets(statement)]
    while pending:
        target, value = pending.pop()
        if isinstance(target, (ast.Tuple, ast.List)):
            paired = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts)
            values = value.elts if paired and isinstance(value, (ast.Tuple, ast.List)) else [None] * len(target.elts)
            pending += zip(target.elts, values, strict=True)
        else:
            yield target, value


def may_be_zero(value: ast.expr | None) -> bool:
    """Whether a value may be what a total begins with: 0, an empty text or container, zeros, or made of these; none of
    what is not known."""
    if isinstance(value, ast.Constant):
        return value.value in (0, "", b"")
    if isinstance(value, ast.Call):
        called = _last(value.func)
        made_of = [value.func.value] if isinstance(value.func, ast.Attribute) else []
        made_of += [value.args[0], value.args[-1]] if value.args else []
        makes_zeros = called in EMPTY or called in ("defaultdict", "zero_") or called.startswith(("zeros", "new_zeros"))
        return makes_zeros or any(map(may_be_zero, made_of))
    if isinstance(value, ast.DictComp):
        return may_be_zero(value.value)
    if isinstance(value, ast.Dict):
        return all(map(may_be_zero, value.values))
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):  # `[0] * classes`
        return isinstance(value.left, ast.List) and may_be_zero(value.left)
    return isinstance(value, (ast.List, ast.Tuple, ast.Set)) and all(map(may_be_zero, value.elts))


def _registered_zero(statement: ast.stmt) -> str:
    """The attribute that a statement registers as a zero: `self.n` of `self.add_state("n", torch.tensor(0))`."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or dotted(call.func) not in ("self.add_state", "self.register_buffer"):
        return ""
    passed = [*call.args, *(key.value for key in call.keywords if key.arg in ("name", "default", "tensor"))]
    name = passed[0].value if len(passed) > 1 and isinstance(passed[0], ast.Constant) else None
    return f"self.{name}" if isinstance(name, str) and may_be_zero(passed[1]) else ""


def _hangs_on_training(passed: ast.keyword) -> bool:
    value = passed.value
    if isinstance(value, ast.IfExp) and isinstance(value.orelse, ast.Constant) and not value.orelse.value:
        value = value.test
    elif passed.arg != "training":
        return False
    return isinstance(value, ast.Attribute) and value.attr == "training"


def _takes_number(call: ast.Call) -> bool:
    value = call.args[0] if call.args else None
    while isinstance(value, ast.UnaryOp):
        value = value.operand
    return isinstance(value, ast.Constant) and isinstance(value.value, (bool, int, float))


def _calls_in(nodes: Iterable[ast.AST]) -> set[str]:
    """The last names of the calls in some nodes."""
    return {_last(each.func) for node in nodes for each in walk(node) if isinstance(each, ast.Call)}


def _last(callee: ast.expr) -> str:
    if isinstance(callee, ast.Attribute):
        return callee.attr
    return callee.id if isinstance(callee, ast.Name) else ""
