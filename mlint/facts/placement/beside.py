"""What goes into a model that is not seen, made on the CPU: beside what was brought to a device, or to parameters."""

from __future__ import annotations

from mlint.facts.domain import devices
from mlint.facts.domain.values import Kind
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.paths import Path, text
from mlint.facts.flow.recorded import CallFact, Facts
from mlint.facts.placement.dimensions import OnCpu
from mlint.facts.placement.makings import makes
from mlint.facts.placement.sides import passed_to
from mlint.facts.placement.whereabouts import MODEL, SIZES


class Beside:
    """The calls of models in one function; `cpu` knows what is on the CPU."""

    def __init__(self, cpu: OnCpu, accesses: Accesses, facts: Facts) -> None:
        self._cpu = cpu
        self._facts = facts
        self._temporaries = accesses.temporaries
        self._definitions = accesses.temporaries.definitions

    def of(self, op: ir.Call, fact: CallFact) -> tuple[int, int, str] | None:
        """What is on the CPU among the arguments, what it meets, and where that is; None where nothing does."""
        path = self._temporaries.path(op.callee)
        if path is None or not self._is_model(fact):
            return None
        passed = passed_to(self._temporaries, op)
        near = next((each for each in passed if self._is_made_here(each)), None)
        if near is None:
            return None
        for each in passed:
            place = self._moved_to(each)
            if place is not None:
                return near, each, place
        return (near, op.callee, f"next({text(path)}.parameters()).device") if self._asks_where(path) else None

    def _is_model(self, fact: CallFact) -> bool:
        if (fact.callee.symbol or "").startswith("torch.nn."):
            return False
        named = fact.callee.kind is Kind.UNKNOWN and MODEL.search(fact.name) is not None
        return named or fact.callee.kind is Kind.MODULE

    def _is_made_here(self, temporary: int) -> bool:
        """Whether it is made here on the CPU, of no data, and tells no lengths, which may belong there."""
        if not self._cpu.holds(temporary) or not self._cpu.has_dimensions(temporary):
            return False
        fact = self._facts.calls.get(self._cpu.made(temporary) or -1)
        name = (self._temporaries.path(temporary) or ("",))[-1]
        is_plain = fact is not None and fact.entry is not None and makes(fact.entry) in ("fill", "random")
        return is_plain and SIZES.search(name) is None

    def _moved_to(self, temporary: int) -> str | None:
        """The device that a tensor was brought to by name: `noise.to(self.device)`."""
        value = self._cpu.value(temporary)
        device = value.device if value.kind in (Kind.TENSOR, Kind.UNKNOWN) and value.device is not None else ""
        name = device.removeprefix("of:").partition("@")[0].rpartition(".")[2]
        is_named = device.startswith("of:") and devices.is_device_name(name)
        return devices.spelled(device) if is_named or device.startswith("cuda") else None

    def _asks_where(self, path: Path) -> bool:
        """Whether the function asks where the parameters of a model are: `next(model.parameters()).device`."""
        asked = (
            self._definitions[inner]
            for op in self._definitions.values()
            if isinstance(op, ir.Attribute) and op.name == "device"
            for inner in self._temporaries.inputs(op.base)
        )
        return any(
            isinstance(each, ir.Attribute) and each.name == "parameters" and self._temporaries.path(each.base) == path
            for each in asked
        )
