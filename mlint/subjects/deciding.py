"""What decides between the returns of a forward."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from mlint.facts import guards, ir
from mlint.facts.accesses import Accesses
from mlint.facts.choices import Choice
from mlint.facts.origins import Origin, is_none_test, origins
from mlint.facts.paths import Temporaries
from mlint.facts.recorded import Facts
from mlint.subjects.owners import Function


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
        instructions, values = self._function.instructions, self._facts.values
        conditions = (choice.condition, *choice.conditions)
        found = (origins(each, instructions, values, self._stores, self._questions) for each in conditions)
        return frozenset().union(*found)

    def is_only_guarded(self, choice: Choice) -> bool:
        """Whether what is asked before the condition of a choice is the mode, and that condition itself is not."""
        assert choice.condition is not None
        instructions, values = self._function.instructions, self._facts.values
        alone = origins(choice.condition, instructions, values, self._stores, self._questions)
        return Origin.MODE in self.origins(choice) - alone

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
        """The variables that something is appended to, with the conditions that decide about it."""
        accesses = Accesses(self._function.ir)
        temporaries = accesses.temporaries
        for op in temporaries.definitions.values():
            callee = temporaries.definitions.get(op.callee) if isinstance(op, ir.Call) else None
            if not isinstance(op, ir.Call) or not isinstance(callee, ir.Attribute) or callee.name != "append":
                continue
            base = temporaries.definitions.get(callee.base)
            if isinstance(base, ir.Load) and temporaries.places[op.target].block in accesses.graph.position:
                yield base.name, list(guards.conditions(accesses, temporaries.places[op.target].block))
