"""What names alone tell: which functions may train, and whether a call may stand in the loop of a training.

Nothing is evaluated for it, and the answer is yes wherever names leave it open: asked before facts are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING

from mlint.facts.around.sites import called_name, names_of, says
from mlint.facts.around.training import STEPS
from mlint.facts.project.reads import Leaf
from mlint.facts.project.units import MODULE, Unit
from mlint.facts.syntax.sketch import Sketch
from mlint.outline import FunctionOutline

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_STEPS = STEPS | {"step", "grad"}
_CALLS_DEEP = 2
CALLERS_DEEP = 3
"""How many calls outwards a training is looked for."""


class Nominal:
    """Answers about the functions of one project, by their names and by those that they call."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reads = engine.project.reads
        self._indices: dict[Path, tuple[tuple[FunctionOutline, ...], dict[str, list[FunctionOutline]]]] = {}

    def in_training_loop(self, unit: Unit, names: frozenset[str]) -> bool:
        """Whether a call of one of the names in the unit may be repeated by a loop that trains, around it or around a
        call that leads there."""
        if self.may_train(unit) and not names.isdisjoint(_meant(unit, lambda sketch: sketch.looped) or names):
            return True
        return self.is_repeated(unit)

    def is_repeated(self, unit: Unit, deep: int = CALLERS_DEEP) -> bool:
        """Whether a call of the unit may stand in the loop of a training, or in what is called there so many calls
        deep: 1 is the loop itself."""
        name = called_name(unit.outline) if unit.outline is not None else None
        return name is not None and self.repeats(name, deep)

    def repeats(self, name: str, deep: int) -> bool:
        """As `is_repeated`, of what goes by a name."""
        leaf = Leaf("repeated", "", f"{deep} {name}")
        return self._reads.derive(leaf, lambda: str(name in self._repeated[deep - 1])) == str(True)

    def may_train(self, unit: Unit) -> bool:
        """Whether a unit may step an optimizer or compute gradients, itself or in what it calls."""
        called = _meant(unit, lambda sketch: sketch.called)
        return called is None or self.trains(called)

    def trains(self, names: frozenset[str]) -> bool:
        """Whether a call of one of the names may step an optimizer or compute gradients, itself or in what it calls."""
        leaf = Leaf("training", "", " ".join(sorted(names)))
        return self._reads.derive(leaf, lambda: str(not names.isdisjoint(self._training))) == str(True)

    @property
    def _training(self) -> frozenset[str]:
        return self._reads.lasting("training", self._find_training)

    @property
    def _repeated(self) -> tuple[frozenset[str], ...]:
        return self._reads.lasting("repeated", lambda: tuple(self._find_repeated()))

    def _find_training(self) -> frozenset[str]:
        """The names that a training calls: of the steps of one, and of the functions that take them."""
        known = set(_STEPS)
        latest = set(_STEPS)
        for _ in range(_CALLS_DEEP + 1):
            callers = (unit for name in latest for unit in self._callers(name))
            latest = {unit.outline.name for unit in callers if unit.outline is not None and self._calls(unit, latest)}
            latest -= {*known, "__init__"}
            known |= latest
        return frozenset(known)

    def _calls(self, unit: Unit, names: AbstractSet[str]) -> bool:
        called = _meant(unit, lambda sketch: sketch.called)
        return called is None or not called.isdisjoint(names)

    def _find_repeated(self) -> Iterator[frozenset[str]]:
        """The names that the loops of trainings call, then also those that functions of these names call, and so on."""
        units = {unit.where: unit for name in self._training for unit in self._callers(name)}
        training = (unit for unit in units.values() if self._calls(unit, self._training))
        looped = [_meant(unit, lambda sketch: sketch.looped) for unit in training]
        known: set[str] = set().union(*(each for each in looped if each is not None))
        latest = set(known)
        yield frozenset(known)
        for _ in range(CALLERS_DEEP - 1):
            defined = (unit for name in latest for unit in self.named(name))
            latest = {name for unit in defined for name in _meant(unit, lambda sketch: sketch.called) or ()} - known
            known |= latest
            yield frozenset(known)

    def _callers(self, name: str) -> Iterator[Unit]:
        """As `units_with`; what comes of them rests on no more than what they call and which of the names they say."""
        project = self._engine.project
        for path in project.files_with(name):
            names = names_of(project, path, name)
            functions = [each.qualname for each in project.heads_with_any(path, names)]
            for qualname in [*functions, *([MODULE] if project.says(path, names) else [])]:
                unit = self._engine.sketched(path, qualname, names)
                if unit is not None and says(unit, names):
                    yield unit

    def named(self, name: str) -> Iterator[Unit]:
        """The functions and methods that a call of that name may run."""
        project = self._engine.project
        for path in project.files_with(name):
            for function in self._by_name(path).get(name, ()):
                unit = self._engine.sketched(path, function.qualname)
                if unit is not None:
                    yield unit

    def _by_name(self, path: Path) -> dict[str, list[FunctionOutline]]:
        """The functions and methods of a file by the names that they are called by; a constructor by its class's."""
        heads = self._engine.project.heads(path)
        known = self._indices.get(path)
        if known is None or known[0] is not heads:
            found: dict[str, list[FunctionOutline]] = {}
            for function in heads:
                if (name := called_name(function)) is not None:
                    found.setdefault(name, []).append(function)
            known = self._indices[path] = heads, found
        return known[1]


def _meant(unit: Unit, names: Callable[[Sketch], frozenset[str]]) -> frozenset[str] | None:
    """Names that a unit calls, and those that they were defined by, where imports gave them others; None where it
    cannot be read."""
    if unit.sketch is None:
        return None
    called = names(unit.sketch)
    imports = {**unit.project.imports(unit.path), **(unit.outline.imports if unit.outline else {})}
    return called.union(imports[name].rpartition(".")[2] for name in called if name in imports)
