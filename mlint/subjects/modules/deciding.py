"""What decides between the returns of a forward."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlint.cached import cached_property
from mlint.facts.domain.values import Kind
from mlint.facts.flow import guards, ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.origins import Origin, is_none_test, origins
from mlint.facts.flow.paths import Temporaries, operands
from mlint.facts.flow.recorded import Facts
from mlint.facts.returns.choices import Choice
from mlint.subjects.owners import Function

_ASSIGNED = re.compile(r"\bself\.(\w+)(?:: [^=\n]+)? =(?!=)")
_OF_TENSORS = frozenset(
    "numel nelement any all size shape sum max min mean item isnan isfinite dim ndim nonzero".split()
)


class Deciding:
    """Answers about the conditions of one function."""

    def __init__(self, function: Function, facts: Facts) -> None:
        self._function = function
        self._facts = facts

    def origins(self, choice: Choice) -> frozenset[Origin]:
        """What the conditions of a choice hang on."""
        if choice.by_mode:
            return frozenset({Origin.MODE})
        if choice.condition is None:
            return frozenset({Origin.DATA})
        return frozenset().union(*map(self._origins, (choice.condition, *choice.conditions)))

    def _origins(self, condition: int) -> frozenset[Origin]:
        return origins(
            condition,
            self._function.instructions,
            self._facts.values,
            self._stores,
            self._questions,
            self._parameters,
            self._members,
        )

    def is_of_tensors(self, choice: Choice) -> bool:
        """Whether what is asked is seen to be about the numbers or the size of a tensor, or an exception decides; what
        hangs on texts is chosen by somebody."""
        return self._are_of_tensors([each for each in (choice.condition, *choice.conditions) if each is not None])

    def _are_of_tensors(self, conditions: list[int]) -> bool:
        pending = list(conditions)
        asked, seen = not pending, set[int]()
        while pending:
            current = pending.pop()
            op = self._function.instructions.get(current)
            if op is None or current in seen:
                continue
            seen.add(current)
            if isinstance(op, ir.Const) and isinstance(op.value, str):
                return False
            if self._is_of_tensor(op):  # what it was made of is not asked for
                asked = True
                continue
            pending += self._stores.get(op.name, ()) if isinstance(op, ir.Load) else operands(op)
        return asked

    def _is_of_tensor(self, op: ir.Instruction) -> bool:
        value = self._facts.values.get(op.target)
        if value is not None and value.kind is Kind.TENSOR:
            return True
        if isinstance(op, ir.Attribute):
            return op.name in _OF_TENSORS
        callee = self._function.instructions.get(op.callee) if isinstance(op, ir.Call) else None
        if not isinstance(op, ir.Call) or not isinstance(callee, ir.Global) or callee.name != "len":
            return False
        measured = [self._function.instructions.get(each.value) for each in op.arguments]
        starred = {each.name for each in self._function.ir.parameters if each.kind.startswith("var")}
        return any(isinstance(each, ir.Load) and each.name not in starred for each in measured)

    def is_only_guarded(self, choice: Choice) -> bool:
        """Whether what is asked before the condition of a choice is the mode, and that condition itself is not."""
        assert choice.condition is not None
        return Origin.MODE in self.origins(choice) - self._origins(choice.condition)

    def is_of_data_alone(self, choice: Choice) -> bool:
        """Whether the condition that chooses hangs on the numbers or the size of a tensor alone, whatever has to hold
        before: who asks for what is given there is surprised all the same."""
        if choice.condition is None or any(map(self._asks_for_type, (choice.condition, *choice.conditions))):
            return False
        return self._origins(choice.condition) == {Origin.DATA} and self._are_of_tensors([choice.condition])

    def _asks_for_type(self, condition: int) -> bool:
        """Whether it is `isinstance(x, dict)`: the caller knows what he passed."""
        op = self._function.instructions.get(condition)
        callee = self._function.instructions.get(op.callee) if isinstance(op, ir.Call) else None
        return isinstance(callee, ir.Global) and callee.name in ("isinstance", "hasattr", "callable")

    def is_by_flag(self, choice: Choice) -> bool:
        """Whether the tracer decides, or the caller does by more than what he leaves out: `mask is None`."""
        op = self._function.instructions.get(choice.condition) if choice.condition is not None else None
        is_left_out = isinstance(op, ir.Compare) and op.op in ("is", "is not")
        found = self.origins(choice)
        asked = Origin.CALLER in found and not (is_left_out or choice.condition in self._questions)
        return asked or Origin.TRACER in found

    def asks_for_flag(self, choice: Choice) -> bool:
        """Whether the caller chooses by a flag, or by an argument that may be None."""
        conditions = [each for each in (choice.condition, *choice.conditions) if each is not None]
        return any(map(self._is_flag, conditions))

    def _is_flag(self, condition: int) -> bool:
        op = self._function.instructions.get(condition)
        if condition in self._questions:
            return True
        while isinstance(op, ir.Unary):
            op = self._function.instructions.get(op.operand)
        if isinstance(op, ir.Compare):
            sides = [self._function.instructions.get(each) for each in (op.left, op.right)]
            return op.op in ("is", "is not", "==", "!=") and any(isinstance(each, ir.Const) for each in sides)
        return isinstance(op, ir.Load)

    @cached_property
    def _parameters(self) -> frozenset[str]:
        return frozenset(each.name for each in self._function.ir.parameters[1:])

    @cached_property
    def _members(self) -> frozenset[str]:
        """The attributes of `self` that the class assigns, as its text tells."""
        cls = self._function.cls
        return frozenset() if cls is None else frozenset(_ASSIGNED.findall("\n".join(cls.lines)))

    @cached_property
    def _questions(self) -> frozenset[int]:
        """The calls of functions that only compare their argument with None: `exists(mask)`."""
        engine = self._function.file.engine
        asking: set[int] = set()
        for target, fact in self._facts.calls.items():
            symbol = engine.symbol(fact.callee.symbol) if fact.callee.symbol is not None else None
            if symbol is None or symbol.path is None or symbol.kind != "function":
                continue
            unit = engine.unit(symbol.path, symbol.qualname)
            if unit is not None and is_none_test(unit.lowered.function):
                asking.add(target)
        return frozenset(asking)

    @cached_property
    def _stores(self) -> dict[str, list[int]]:
        """What is assigned to each variable."""
        found: dict[str, list[int]] = {}
        temporaries = Temporaries(self._function.ir)
        for op in self._function.instructions.values():
            if isinstance(op, ir.Store):
                found.setdefault(op.name, []).append(temporaries.resolve(op.value))
        for name, conditions in self._filled():
            found[name] = [*found.get(name, ()), *conditions]
        return found

    def _filled(self) -> Iterator[tuple[str, list[int]]]:
        """The variables that something is appended to, or a flag assigned, with the conditions that decide about it."""
        accesses = Accesses(self._function.ir)
        temporaries = accesses.temporaries
        for op in temporaries.definitions.values():
            flag = temporaries.definitions.get(op.value) if isinstance(op, ir.Store) else None
            block = temporaries.places[op.target].block
            if isinstance(op, ir.Store) and isinstance(flag, ir.Const) and block in accesses.graph.position:
                yield op.name, list(guards.conditions(accesses, block))
            callee = temporaries.definitions.get(op.callee) if isinstance(op, ir.Call) else None
            if not isinstance(op, ir.Call) or not isinstance(callee, ir.Attribute) or callee.name != "append":
                continue
            base = temporaries.definitions.get(callee.base)
            if isinstance(base, ir.Load) and temporaries.places[op.target].block in accesses.graph.position:
                yield base.name, list(guards.conditions(accesses, temporaries.places[op.target].block))
