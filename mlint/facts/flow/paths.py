"""Access paths: `total`, `self.total`, `stats["loss"]`, and where a function reads and writes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from mlint.cached import cached_property
from mlint.facts.flow import ir

Path = tuple[str, ...]
"""The name of a variable, then `.attribute` or `[constant]` each: `("self", ".total")`."""

MAX_DEPTH = 4


def text(path: Path) -> str:
    """The path as Python writes it."""
    return "".join(path)


class Place(NamedTuple):
    """Where an instruction stands: its block, and its position there."""

    block: int
    position: int


def operands(instruction: ir.Instruction) -> Iterator[int]:
    """The temporaries that an instruction uses."""
    if isinstance(instruction, ir.Call):
        yield instruction.callee
        yield from (argument.value for argument in instruction.arguments)
    elif isinstance(instruction, ir.Mapping):
        yield from (key for key in instruction.keys if key is not None)
        yield from instruction.values
    else:
        yield from _plain_operands(instruction)


_FIELDS: dict[type[ir.Instruction], tuple[str, ...]] = {
    ir.Attribute: ("base",),
    ir.Item: ("base", "index"),
    ir.Slice: ("lower", "upper", "step"),
    ir.Binary: ("left", "right"),
    ir.Unary: ("operand",),
    ir.Compare: ("left", "right"),
    ir.Matches: ("subject",),
    ir.Collect: ("items",),
    ir.Comprehension: ("element",),
    ir.Text: ("parts",),
    ir.Store: ("value",),
    ir.StoreAttribute: ("base", "value"),
    ir.StoreItem: ("base", "index", "value"),
    ir.Element: ("source",),
    ir.Next: ("iterable",),
    ir.Enter: ("context",),
    ir.Exit: ("context",),
    ir.Yield: ("value",),
    ir.Await: ("value",),
    ir.Discard: ("value",),
    ir.Return: ("value",),
    ir.Raise: ("value",),
}


# What an expression is made of that has one value wherever its variables have the same.
_PLAIN = frozenset(
    {ir.Const, ir.Attribute, ir.Item, ir.Slice, ir.Call, ir.Binary, ir.Unary, ir.Compare, ir.Collect, ir.Element}
)


READING = (ir.Load, ir.Global, ir.Attribute, ir.Item)
"""The instructions that may read a path; none of them writes one."""


def _plain_operands(instruction: ir.Instruction) -> Iterator[int]:
    for name in _FIELDS.get(type(instruction), ()):
        value = getattr(instruction, name)
        if isinstance(value, tuple):
            yield from value
        elif value is not None:
            yield value


class Temporaries:
    """The temporaries of a function: what defines each, where, who uses it, and which access path it reads."""

    def __init__(self, function: ir.FunctionIR) -> None:
        self.function = function

    @cached_property
    def definitions(self) -> dict[int, ir.Instruction]:
        """By temporary: the instruction that defines it."""
        return {made.target: made for block in self.function.blocks for made in block.instructions}

    @cached_property
    def places(self) -> dict[int, Place]:
        """By temporary: where it is defined."""
        return {
            made.target: Place(block.index, position)
            for block in self.function.blocks
            for position, made in enumerate(block.instructions)
        }

    @cached_property
    def users(self) -> dict[int, list[ir.Instruction]]:
        """By temporary: the instructions that use it."""
        found: dict[int, list[ir.Instruction]] = defaultdict(list)
        for instruction in self.definitions.values():
            for operand in dict.fromkeys(operands(instruction)):
                found[operand].append(instruction)
        return found

    @cached_property
    def conditions(self) -> frozenset[int]:
        """The temporaries that branches and loops decide on."""
        ends = [block.end for block in self.function.blocks]
        found = {end.condition for end in ends if isinstance(end, ir.Branch)}
        return frozenset(condition for condition in found if condition is not None)

    def callee_name(self, call: ir.Call) -> str:
        """The last name of what is called: `item` of `total.item()`; empty where it has none."""
        made = self.definitions.get(call.callee)
        return made.name if isinstance(made, (ir.Attribute, ir.Global, ir.Load)) else ""

    def resolve(self, temporary: int) -> int:
        """The temporary itself, or the item that it unpacks of a tuple written out: 1 of `a, b = 0, 1` for b."""
        made = self.definitions.get(temporary)
        while isinstance(made, ir.Element) and made.star is None:
            source = self.definitions.get(made.source)
            if not isinstance(source, ir.Collect) or source.starred or len(source.items) != made.count:
                break
            temporary = source.items[made.index]
            made = self.definitions.get(temporary)
        return temporary

    def whole(self, temporary: int) -> ir.Instruction | None:
        """What something is an entry of, else itself: of `loss["function"]` the loss."""
        made = self.definitions.get(temporary)
        while isinstance(made, ir.Item):
            made = self.definitions.get(made.base)
        return made

    def integer(self, temporary: int) -> int | None:
        """The whole number that is written out, with its sign; None where none is."""
        made = self.definitions.get(temporary)
        if isinstance(made, ir.Unary) and made.op == "-":
            inner = self.integer(made.operand)
            return None if inner is None else -inner
        if isinstance(made, ir.Const) and isinstance(made.value, int) and not isinstance(made.value, bool):
            return made.value
        return None

    def inputs(self, temporary: int) -> Iterator[int]:
        """The temporaries of the expression that computes this one, itself included."""
        pending = [temporary]
        while pending:
            current = pending.pop()
            if current in self.definitions:
                yield current
                pending += operands(self.definitions[current])

    def path(self, temporary: int) -> Path | None:
        """The access path that the temporary is the value of, at most `MAX_DEPTH` long."""
        parts: list[str] = []
        while len(parts) < MAX_DEPTH:
            made = self.definitions.get(temporary)
            if isinstance(made, (ir.Load, ir.Global)):
                return (made.name, *reversed(parts))
            step = self._step(made)
            if step is None:
                return None
            temporary, part = step
            parts.append(part)
        return None

    def text(self, temporary: int, depth: int = 6) -> str | None:
        """The expression as text, the same for the same expression; None where it is too deep, or no plain one."""
        path = self.path(temporary)
        if path is not None:
            return text(path)
        made = self.definitions.get(temporary)
        if depth == 0 or made is None or type(made) not in _PLAIN:
            return None
        parts = [self.text(operand, depth - 1) for operand in operands(made)]
        if None in parts:
            return None
        name = getattr(made, "op", getattr(made, "name", ""))
        return f"{type(made).__name__}{name}({', '.join(map(str, parts))}{getattr(made, 'value', '')!r})"

    def _step(self, made: ir.Instruction | None) -> tuple[int, str] | None:
        if isinstance(made, ir.Attribute):
            return made.base, f".{made.name}"
        if isinstance(made, (ir.Item, ir.StoreItem)):
            key = self.definitions.get(made.index)
            if isinstance(key, ir.Const) and isinstance(key.value, (str, int)):
                return made.base, f"[{key.value!r}]"
        return None

    def written(self, instruction: ir.Instruction) -> Path | None:
        """The access path that the instruction assigns or deletes; None where it does not, or the path is unknown."""
        if isinstance(instruction, (ir.Store, ir.Delete)):
            return (instruction.name,)
        if isinstance(instruction, ir.StoreAttribute):
            base = self.path(instruction.base)
            return None if base is None else (*base, f".{instruction.name}")
        if isinstance(instruction, ir.StoreItem):
            step = self._step(instruction)
            base = self.path(instruction.base)
            return None if base is None or step is None else (*base, step[1])
        return None

    def read(self, instruction: ir.Instruction) -> Path | None:
        """The access path that the instruction reads as a whole; None where it only leads to a longer one.

        A call of a method reads what it is called on: `stats.items()` reads `stats`.
        """
        if not isinstance(instruction, READING):
            return None
        path = self.path(instruction.target)
        if path is None:
            return None
        users = self.users[instruction.target]
        whole = instruction.target in self.conditions or any(not self._leads_on(user, instruction) for user in users)
        return path if whole or not users else None

    def methods_called(self, instruction: ir.Instruction) -> frozenset[str] | None:
        """The names of the methods that are called on what the instruction reads; None where it is used otherwise."""
        found: set[str] = set()
        for user in self.users[instruction.target]:
            if isinstance(user, ir.Attribute) and not self._leads_on(user, instruction):
                found.add(user.name)
            elif not self._leads_on(user, instruction):
                return None
        return frozenset(found)

    def _leads_on(self, user: ir.Instruction, base: ir.Instruction) -> bool:
        if isinstance(user, ir.Attribute):
            return not any(isinstance(call, ir.Call) and call.callee == user.target for call in self.users[user.target])
        if isinstance(user, ir.StoreAttribute):
            return user.base == base.target and user.value != base.target
        if isinstance(user, (ir.Item, ir.StoreItem)):
            uses = user.value == base.target if isinstance(user, ir.StoreItem) else False
            return user.base == base.target and user.index != base.target and not uses and self._step(user) is not None
        return False
