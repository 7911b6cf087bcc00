"""Where the tensors of a function are that need not be on the CPU: with the input, with a module, on a named device."""

from __future__ import annotations

import re

from mlint.facts.around.callees import called
from mlint.facts.domain import devices
from mlint.facts.domain.values import Kind
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.paths import Place, text
from mlint.facts.flow.recorded import CallFact, Facts
from mlint.facts.members.own_parameters import is_parameter
from mlint.facts.placement.dimensions import OnCpu
from mlint.facts.placement.makings import MAKING, makes
from mlint.facts.placement.shown import Shown, gives_tensor, shown
from mlint.facts.placement.sides import ANYWHERE, WITH_FIRST, passed_to

_HOPS = 10
_MOVED = "tensor-or-module"
"""The trait of what `x.to(device)` gives of an x that nothing is known of."""
MODEL = re.compile(r"(?:^|_)(?:model|net|network|module|backbone|encoder|decoder|unet|generator|discriminator)$", re.I)
"""Names of models."""
_OF_TENSORS = frozenset("shape dtype device ndim data grad requires_grad is_cuda T mT layout size".split())
_VIEWS = frozenset(("T", "mT", "H", "data", "real", "imag"))
NEW_OF = frozenset(("new_zeros", "new_ones", "new_full", "new_empty", "new_tensor"))
"""Methods that make a tensor where the one lies that they are called on."""
_ONLY_TENSORS = frozenset(
    "unsqueeze permute masked_fill contiguous detach index_select type_as sigmoid softmax".split()
)
"""Methods that neither arrays have nor what else goes into a model."""
RANK = re.compile(r"(?:^|_)rank$")
"""Names of the number of a process, which stands for its device."""
_MAKES_OR_MOVES = MAKING | {"to", "cpu", "cuda", "numpy", "item", "tolist", "device", "type", "type_as"}
SIZES = re.compile(r"shape|size|dims?$|lens?$|lengths?$", re.I)
"""Names of what tells how large a tensor is: no tensor itself, or one that belongs on the CPU."""


class Whereabouts:
    """The devices of one function's temporaries; `cpu` knows those that are on the CPU."""

    def __init__(self, cpu: OnCpu, accesses: Accesses, facts: Facts) -> None:
        self._cpu = cpu
        self._accesses = accesses
        self._facts = facts
        self._temporaries = accesses.temporaries
        self._definitions = accesses.temporaries.definitions
        self._places: dict[int, tuple[str, bool] | None] = {}

    def far(self, temporary: int) -> tuple[str, bool] | None:
        """The device of a tensor that need not be on the CPU, and whether it is known to be a tensor."""
        if temporary not in self._places:
            self._places[temporary] = None  # on the way round a loop
            self._places[temporary] = self._find(temporary)
        return self._places[temporary]

    def _find(self, temporary: int) -> tuple[str, bool] | None:
        value = self._cpu.value(temporary)
        if value.kind not in (Kind.TENSOR, Kind.UNKNOWN):
            return None
        if value.device is not None and (value.kind is Kind.TENSOR or self._is_used_as_tensor(temporary)):
            return (devices.spelled(value.device), value.kind is Kind.TENSOR) if self._is_far(value.device) else None
        if value.kind is Kind.TENSOR:
            return self._told(temporary) or self._of_operands(temporary)
        if self._is_parameter_of_self(temporary):
            return devices.OF_PARAMETERS, True
        way = self._way(temporary)
        root = self._root(way)
        if root is None:
            return None
        is_kept = not any(map(self._is_call_of_module, way))  # a module may give anything
        if is_kept and any(map(self._is_new_of, way)):
            return f"{root.name}.device", True
        shows = self._is_used_as_tensor(root.target if is_kept else temporary)
        is_tensor = shows or any(map(self._is_sliced, way)) or (is_kept and any(map(self._is_of_tensors, way)))
        return (f"{root.name}.device", False) if is_tensor else None

    def _is_new_of(self, temporary: int) -> bool:
        """Whether it is `x.new_zeros(3)`, which only tensors have, and which lies where x does."""
        op = self._definitions.get(temporary)
        return isinstance(op, ir.Call) and (self._temporaries.callee_name(op) or "") in NEW_OF

    def _is_of_tensors(self, temporary: int) -> bool:
        """Whether it is what a method gives that only tensors have: `x.unsqueeze(-1)`."""
        op = self._definitions.get(temporary)
        return isinstance(op, ir.Call) and (self._temporaries.callee_name(op) or "") in _ONLY_TENSORS

    def brought(self, temporary: int) -> tuple[str, bool] | None:
        """The device that something unknown was brought to by name, or which the function asks it for, or what a module
        or a method made of it: beside a tensor it is one. `x.to(device)`, `net(x.to(args.device)).mean(0)`."""
        if self._cpu.value(temporary).kind is not Kind.UNKNOWN:
            return None
        way = self._way(temporary)
        place = self._told_of(way[-1]) if way else None
        root = self._root(way) if place is None else None
        if root is not None and self._is_asked(root.name):
            place = f"{root.name}.device"
        return (place, True) if place is not None else None

    def _told_of(self, temporary: int) -> str | None:
        """The device that `x.to(device)` names, for an x that nothing is known of."""
        value = self._cpu.value(temporary)
        if value.kind is not Kind.UNKNOWN or _MOVED not in value.traits or value.device is None:
            return None
        name = value.device.removeprefix("of:").partition("@")[0]
        if RANK.search(name) is not None:
            return name
        return devices.spelled(value.device) if self._is_far(value.device) or self._is_asked(name) else None

    def _is_asked(self, name: str) -> bool:
        """Whether the function reads `name.device`, as of a tensor, a module or settings."""
        reads = (each for each in self._definitions.values() if isinstance(each, ir.Attribute))
        asked = [each.base for each in reads if each.name == "device" and self._temporaries.path(each.base) == (name,)]
        return bool(asked) and not any(map(self._cpu.holds, asked))

    def given(self, temporary: int) -> tuple[str, bool] | None:
        """The device of something unknown that was computed from a parameter, and has to be a tensor."""
        root = self._root(self._way(temporary)) if self._cpu.value(temporary).kind is Kind.UNKNOWN else None
        return (f"{root.name}.device", False) if root is not None and SIZES.search(root.name) is None else None

    def _root(self, way: list[int]) -> ir.Load | None:
        """The variable that a way leads back to: what a loop takes from a parameter, or that itself."""
        turn = next((n for n, each in enumerate(way) if isinstance(self._definitions.get(each), ir.Next)), len(way))
        loads = [each for each in way[:turn] if isinstance(self._definitions.get(each), ir.Load)]
        root = self._definitions.get((loads or way[-1:])[-1]) if way else None
        return root if isinstance(root, ir.Load) else None

    def _is_parameter_of_self(self, temporary: int) -> bool:
        """Whether it is `self.scale`, which the constructor makes a parameter on some of its paths only."""
        op = self._definitions.get(temporary)
        base = self._cpu.value(op.base) if isinstance(op, ir.Attribute) else None
        if not isinstance(op, ir.Attribute) or base is None or base.kind is not Kind.MODULE or base.symbol is None:
            return False
        return self._temporaries.path(op.base) == ("self",) and is_parameter(self._cpu.engine, base.symbol, op.name)

    def _is_sliced(self, temporary: int) -> bool:
        """Whether it is `x[:, None]`, as only tensors and arrays are indexed."""
        op = self._definitions.get(temporary)
        return isinstance(op, ir.Item) and isinstance(self._definitions.get(op.index), ir.Collect)

    def _is_far(self, device: str) -> bool:
        """Whether a device is a GPU, or that of a variable that holds a tensor, a module or a device: no number."""
        if not device.startswith("of:"):
            return device.startswith("cuda")
        return any(map(self._has_device, device[3:].split("|")))

    def _has_device(self, name: str) -> bool:
        if "." in name or "@" in name or name == "self" or devices.is_device_name(name):
            return True
        reads = [*self.loads(name.partition("[")[0]), *self._read_from(f"of:{name}")]
        kinds = {self._cpu.value(each).kind for each in reads}
        if Kind.TENSOR in kinds:
            return True
        return Kind.UNKNOWN in kinds and any(self._is_used_as_tensor(each, others=False) for each in reads)

    def _read_from(self, device: str) -> list[int]:
        """The reads of variables that hold the entry of a dict which has that device: `x = batch["x"]`."""
        if "[" not in device:
            return []
        loads = (each.target for each in self._definitions.values() if isinstance(each, ir.Load))
        return [each for each in loads if self._cpu.value(each).device == device]

    def _is_used_as_tensor(self, temporary: int, others: bool = True) -> bool:
        found = shown(self._accesses, temporary, self._facts.calls, arithmetic=False, others=others)
        return found in (Shown.TENSOR, Shown.DATA)

    def _told(self, temporary: int) -> tuple[str, bool] | None:
        """Where a tensor is made that is made on a device: `torch.ones(3, device=mask.device)`."""
        op, fact = self._definitions.get(temporary), self._facts.calls.get(temporary)
        if not isinstance(op, ir.Call) or fact is None or fact.entry is None or makes(fact.entry) is None:
            return None
        given = next((each.value for each in op.arguments if each.name == "device"), None)
        read = self._definitions.get(given) if given is not None else None
        if isinstance(read, ir.Attribute) and self._cpu.holds(read.base):  # of one that is on the CPU itself
            return None
        told = self._temporaries.path(given) if given is not None else None
        return (text(told), True) if told is not None and told[-1].endswith("device") else None

    def _of_operands(self, temporary: int) -> tuple[str, bool] | None:
        """Of two inputs: the device of the first; they are together, or it fails there."""
        beside = self._together_with(temporary)
        found = next(filter(None, map(self.far, beside)), None) or next(filter(None, map(self.brought, beside)), None)
        fact = self._facts.calls.get(temporary)
        op = self._definitions.get(temporary)
        if found is not None or fact is None or not isinstance(op, ir.Call):
            return found
        if fact.entry is None and fact.callee.kind is not Kind.FUNCTION and not self._is_of_module(op, fact):
            return None
        return next(filter(None, map(self.given, beside)), None)  # what gives a tensor was given one

    def _together_with(self, temporary: int) -> list[int]:
        """What lies where the result of an operator or of a library's function does."""
        op = self._definitions.get(temporary)
        if isinstance(op, ir.Binary):
            return [op.left, op.right]
        source = self._assigned(op) if isinstance(op, ir.Load) else None
        if source is not None:
            return [source]
        if isinstance(op, ir.Element):
            item = self._temporaries.resolve(temporary)
            is_call = isinstance(self._definitions.get(op.source), ir.Call)  # `values, indices = x.max(1)`
            return [item] if item != temporary else self._together_with(op.source) if is_call else []
        if isinstance(op, ir.Item) and self._is_named(op.index):
            giver = self._assigned(base) if isinstance(base := self._definitions.get(op.base), ir.Load) else op.base
            is_call = isinstance(self._definitions.get(giver) if giver is not None else None, ir.Call)
            return self._together_with(giver) if giver is not None and is_call else []
        fact = self._facts.calls.get(temporary)
        last = fact.entry.last if fact is not None and fact.entry is not None else ""
        if not isinstance(op, ir.Call) or fact is None or (last in ANYWHERE and last not in WITH_FIRST):
            return []
        if fact.entry is None and not self._is_of_module(op, fact):
            return passed_to(self._temporaries, op) if self._follows_arguments(fact) else []
        receiver = self._receiver(op)
        arguments = op.arguments[:1] if last in WITH_FIRST else op.arguments
        parts = [part for each in arguments for part in self._cpu.parts(each.value)]
        return parts if receiver is None else [receiver]

    def _is_named(self, index: int) -> bool:
        """Whether it is the name of an entry: of `out["value"]`, which a model gave."""
        key = self._definitions.get(index)
        return isinstance(key, ir.Const) and isinstance(key.value, str)

    def _follows_arguments(self, fact: CallFact) -> bool:
        """Whether a function of the project only computes with tensors, and makes and moves none."""
        unit = called(self._cpu.engine, fact) if fact.callee.kind is Kind.FUNCTION else None
        sketch = unit.sketch if unit is not None else None
        return sketch is not None and _MAKES_OR_MOVES.isdisjoint(sketch.called)

    def _is_call_of_module(self, temporary: int) -> bool:
        op, fact = self._definitions.get(temporary), self._facts.calls.get(temporary)
        return isinstance(op, ir.Call) and fact is not None and self._receiver(op) is None

    def _is_of_module(self, op: ir.Call, fact: CallFact) -> bool:
        """Whether a module, or what `self` holds under a name that no method has, is called: `self.distance(x)`."""
        path = self._temporaries.path(op.callee)
        first = self._accesses.function.parameters[:1]
        is_own = path is not None and len(path) == 2 and bool(first) and path[0] == first[0].name
        is_seen = fact.callee.symbol is not None and "::" in fact.callee.symbol
        is_model = fact.callee.kind is Kind.MODULE or _MOVED in fact.callee.traits or self._is_named_model(fact)
        return is_model or (is_own and not is_seen) or self._is_taken(op.callee) or self._is_used_as_model(op.callee)

    def _is_used_as_model(self, callee: int) -> bool:
        """Whether the other uses of a variable show a module: `disc.train()`, or `disc.to(device)` as a statement."""
        op = self._definitions.get(callee)
        if not isinstance(op, ir.Load) or self._cpu.value(callee).kind is not Kind.UNKNOWN:
            return False
        if shown(self._accesses, callee, self._facts.calls) is Shown.MODULE:
            return True
        loads = self.loads(op.name)
        moves = (each for load in loads for each in self._temporaries.users[load] if isinstance(each, ir.Attribute))
        calls = (call for each in moves if each.name in ("to", "cuda") for call in self._temporaries.users[each.target])
        users = (user for call in calls for user in self._temporaries.users[call.target])
        return any(isinstance(each, ir.Discard) for each in users)

    def _is_named_model(self, fact: CallFact) -> bool:
        return fact.callee.kind is Kind.UNKNOWN and fact.receiver is None and MODEL.search(fact.name) is not None

    def _is_taken(self, callee: int) -> bool:
        """Whether a loop takes it from what `self` holds: `for layer in self.layers: x = layer(x)`."""
        load = self._definitions.get(callee)
        source = self._assigned(load) if isinstance(load, ir.Load) else None
        taken = self._definitions.get(source) if source is not None else None
        while isinstance(taken, ir.Element):
            taken = self._definitions.get(taken.source)
        sources = self._put_together(taken.iterable) if isinstance(taken, ir.Next) else []
        paths = map(self._temporaries.path, sources)
        return any(path is not None and path[0] == "self" for path in paths)

    def _put_together(self, iterable: int) -> list[int]:
        """What a loop goes through: of `enumerate(zip(xs, ys))` both."""
        found = [iterable]
        for each in found:
            op = self._definitions.get(each)
            if isinstance(op, ir.Call) and self._temporaries.callee_name(op) in ("enumerate", "zip"):
                found += [argument.value for argument in op.arguments]
        return found

    def _way(self, temporary: int) -> list[int]:
        """The way back to the parameter that something unknown was computed from, step by step, by what keeps a tensor
        a tensor; empty where there is none."""
        way: list[int] = []
        current: int | None = temporary
        for _ in range(_HOPS):
            op = self._definitions.get(current) if current is not None else None
            if op is None or current is None:
                return []
            way.append(current)
            if _MOVED in self._cpu.value(current).traits and not isinstance(op, ir.Load):
                return [] if self._cpu.value(current).device == "cpu" else way
            if isinstance(op, ir.Load):
                source = self._assigned(op)
                if source is None:
                    return way if self._is_parameter(op) else []
                current = source
            elif isinstance(op, (ir.Item, ir.Element, ir.Next)):
                current = _part_of(op)
            elif isinstance(op, ir.Attribute):  # `x.T`, `net(x).logits`
                is_field = op.name not in _OF_TENSORS and self._gives_fields(op.base)
                current = op.base if op.name in _VIEWS or is_field else None
            elif isinstance(op, ir.Binary):
                current = op.left if self._cpu.value(op.left).kind is Kind.UNKNOWN else op.right
            elif isinstance(op, ir.Call):
                current = self._moves_along(op)
            else:
                return []
        return []

    def _gives_fields(self, temporary: int) -> bool:
        """Whether it is what a module gave, which may be a record of tensors."""
        op = self._definitions.get(temporary)
        source = self._assigned(op) if isinstance(op, ir.Load) else temporary
        return source is not None and self._is_call_of_module(source)

    def _moves_along(self, op: ir.Call) -> int | None:
        """What lies where the result of a call does: what a method is called on, or what a module is given first."""
        fact = self._facts.calls.get(op.target)
        if fact is not None and fact.entry is None and op.arguments and self._is_of_module(op, fact):
            return op.arguments[0].value
        return self._receiver(op)

    def _receiver(self, op: ir.Call) -> int | None:
        callee = self._definitions.get(op.callee)
        fact = self._facts.calls.get(op.target)
        if fact is None or fact.receiver is None or not isinstance(callee, ir.Attribute):
            return None
        return callee.base if fact.entry is not None or gives_tensor(callee.name) else None

    def _assigned(self, load: ir.Load) -> int | None:
        """What a variable was assigned; of one that a loop assigns anew what it was before."""
        place, blocks = self._temporaries.places[load.target], self._accesses.function.blocks
        writes = self._accesses.reaching(place, (load.name,))
        around = set(blocks[place.block].loops)
        if around and self._is_as_passed(load):
            return None
        before = [each for each in writes if set(blocks[each.place.block].loops) < around]
        stores = [each.instruction for each in (before if len(before) == 1 else writes)]
        only = stores[0] if len(stores) == 1 else None
        return only.value if isinstance(only, ir.Store) and not only.augmented else None

    def _is_parameter(self, load: ir.Load) -> bool:
        if self._accesses.reaching(self._temporaries.places[load.target], (load.name,)):
            return bool(self._accesses.function.blocks[self._temporaries.places[load.target].block].loops) and (
                self._is_as_passed(load)
            )
        first, *rest = [each.name for each in self._accesses.function.parameters] or [""]
        return load.name in rest or (load.name == first and first not in ("self", "cls"))

    def _is_as_passed(self, load: ir.Load) -> bool:
        """Whether a parameter that a loop assigns may still be what the caller passed."""
        if load.name not in {each.name for each in self._accesses.function.parameters}:
            return False
        start = Place(self._accesses.function.blocks[0].index, 0)
        return any(each.target == load.target for each in self._accesses.reads_from([start], (load.name,)))

    def loads(self, name: str) -> list[int]:
        return [each.target for each in self._definitions.values() if isinstance(each, ir.Load) and each.name == name]


def _part_of(op: ir.Item | ir.Element | ir.Next) -> int:
    return op.base if isinstance(op, ir.Item) else op.source if isinstance(op, ir.Element) else op.iterable
