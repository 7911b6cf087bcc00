"""Calls that put a tensor or a module on a device."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlint.cached import cached_property
from mlint.facts.around.training import loops_around
from mlint.facts.domain import devices
from mlint.facts.domain.values import MISSING, UNKNOWN, Kind, Value
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.chains import Link, is_selection, links
from mlint.facts.flow.paths import Path
from mlint.facts.flow.prefixes import takes_first
from mlint.facts.flow.recorded import CallFact
from mlint.facts.members.lazy import is_lazy
from mlint.facts.placement.destinations import Destinations
from mlint.facts.placement.makings import Making, Makings
from mlint.facts.placement.shown import Shown, shown
from mlint.rule import Step
from mlint.subjects.devices.growing import may_grow
from mlint.subjects.occasion import in_tests, occasion, runs_once
from mlint.subjects.owners import Function
from mlint.subjects.placed import Placed
from mlint.subjects.repeated import Repeated

_METHODS = frozenset(("to", "cuda", "cpu", "type_as"))
_RETURN_THEMSELVES = _METHODS | {"eval", "train", "requires_grad_", "half", "float", "double"}
"""Methods of modules that give the module itself."""
_CALLS = re.compile(
    r"\.(?:to|cuda|cpu|type_as)\((?!\s*(?:dtype\s*=\s*)?(?:[\w.]*\bdtype|torch\.[a-z]+\d+|torch\.bool)\))"
)
"""A move, not a cast: `x.to(y.dtype)`, `x.to(torch.float32)`."""
_ABOUT = re.compile(
    r"\b(?:cpu|gpu|cuda|mps|npu|xla|onnx|export\w*|memory|oom|device|reproduc\w*|determin\w*|seed)\b", re.I
)


class Move(Placed):
    """`x.to(device)`, `x.cuda()`, `x.cpu()`, `x.type_as(y)`: what moves (`value`), and where to (`device`)."""

    def __init__(
        self, function: Function, accesses: Accesses, block: ir.Block, op: ir.Call, base: int, fact: CallFact
    ) -> None:
        super().__init__(function, op.target)
        self.op = op
        self.base = base
        self.fact = fact
        self._accesses = accesses
        self._block = block

    @classmethod
    def of(cls, owner: Function) -> Iterator[Move]:
        """The moves of a function and of what is nested in it, in the order of the text."""
        if not any(_CALLS.search(line) for line in owner.lines):
            return
        sketch = owner.unit.sketch
        if sketch is not None and _METHODS.isdisjoint(dotted.rpartition(".")[2] for dotted, _ in sketch.calls):
            return
        found = [move for body in owner.bodies for move in cls._in(owner, body)]
        yield from sorted(found, key=lambda each: each.op.target)

    @classmethod
    def _in(cls, owner: Function, body: ir.FunctionIR) -> Iterator[Move]:
        accesses = Accesses(body)
        for block in body.blocks:
            for op in block.instructions:
                callee = accesses.temporaries.definitions.get(op.callee) if isinstance(op, ir.Call) else None
                if not isinstance(op, ir.Call) or not isinstance(callee, ir.Attribute) or callee.name not in _METHODS:
                    continue
                fact = owner.facts.calls.get(op.target)
                if fact is None or fact.receiver is None:
                    continue
                move = cls(owner, accesses, block, op, callee.base, fact)
                if move.target is not None:
                    yield move

    # --- what it says -----------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """`to`, `cuda`, `cpu` or `type_as`."""
        return self.fact.name

    @property
    def value(self) -> Value:
        """What is moved."""
        return self.fact.receiver or UNKNOWN

    @property
    def moved_code(self) -> str:
        """The source text of what is moved."""
        return self.function.code(self.base)

    @cached_property
    def target(self) -> str | None:
        """The device as the code says it: `x.device`, `"cuda"`; None where none is asked for."""
        found = self._destination
        if self.name == "cpu" or found is None:
            return {"cpu": '"cpu"', "cuda": '"cuda"'}.get(self.name)
        code = self.function.code(found.value)
        return f"{code}.device" if self.copies_dtype else code

    @cached_property
    def _destinations(self) -> Destinations:
        return Destinations(self._accesses, self.function.facts)

    @cached_property
    def _destination(self) -> ir.Argument | None:
        return self._destinations.argument(self.name, self.op)

    @property
    def copies_dtype(self) -> bool:
        """Whether it takes the dtype of another tensor, too: `x.to(other)`, `x.type_as(other)`."""
        found = self._destination
        return found is not None and self._destinations.is_other(self.name, found)

    @property
    def takes_dtype(self) -> bool:
        """Whether the same call casts, too."""
        named = [each for each in self.op.arguments if each.name not in ("non_blocking", "copy")]
        return self.copies_dtype or (self.name == "to" and len(named) > 1)

    @property
    def device(self) -> str | None:
        """Where it goes, as `Value.device` says it."""
        if self.value.kind is not Kind.MODULE:
            return self.function.value(self.op.target).device
        return {"cpu": "cpu"}.get(self.name)

    # --- what came before -------------------------------------------------------------------------------------------

    @cached_property
    def _links(self) -> list[Link]:
        return list(links(self._accesses, self.function.facts, self.base))

    @cached_property
    def makings(self) -> tuple[Making, ...]:
        """The calls that made what is moved, on the CPU and for nothing else but this move."""
        return Makings(self.function.file.engine, self._accesses, self.function.facts).of(self.base)

    @property
    def making(self) -> Making | None:
        """The first of them; one that copies data, or draws random numbers, before others."""
        return next((each for each in self.makings if each.kind != "fill"), next(iter(self.makings), None))

    @property
    def making_steps(self) -> tuple[Step, ...]:
        """Where what is moved is made, line by line."""
        made = [(self.function.code(each.temporary), each.temporary) for each in self.makings]
        return tuple(self.step(f"`{code}` is made on the CPU: no `device` is passed", each) for code, each in made)

    @property
    def is_direct(self) -> bool:
        """Whether the move is called on the call that makes the tensor."""
        return self.making is not None and self.making.temporary == self.base

    @cached_property
    def fetched(self) -> Link | None:
        """The move to the CPU that this one takes back; what is selected there by something unknown was worked on."""
        for link in self._links:
            if is_selection(self._accesses, self.function.facts, link.instruction):
                return None
            fact = self.function.facts.calls.get(link.temporary)
            if isinstance(link.instruction, ir.Call) and fact is not None and link.temporary != self.op.target:
                target = fact.positional[0].const if fact.positional else MISSING
                if fact.name == "cpu" or (fact.name == "to" and target == "cpu"):
                    return link
                if fact.name in _METHODS:
                    return None
        return None

    @property
    def fetched_from(self) -> str | None:
        """Where that move to the CPU found it, if that has a name."""
        fact = self.function.facts.calls.get(self.fetched.temporary) if self.fetched is not None else None
        device = fact.receiver.device if fact is not None and fact.receiver is not None else None
        return devices.spelled(device) if device is not None else None

    @cached_property
    def path(self) -> Path | None:
        """The variable or attribute that is moved."""
        return self._accesses.temporaries.path(self.base)

    @cached_property
    def _root(self) -> int:
        """What is moved, before it was only reshaped or cast: `SOBEL` of `SOBEL[None].float()`."""
        last = self.base
        for link in self._links:
            if isinstance(link.instruction, ir.Item) and not takes_first(
                self._accesses.temporaries, link.instruction.index
            ):
                break
            if self._is_plain(link):
                last = link.temporary
        return last

    @staticmethod
    def _is_plain(link: Link) -> bool:
        return isinstance(link.instruction, (ir.Load, ir.Global, ir.Attribute))

    @property
    def is_kept(self) -> bool:
        """Whether the result goes back to where the value was read: `self.mean = self.mean.to(device)`."""
        temporaries = self._accesses.temporaries
        users = temporaries.users[self.op.target]
        return self.path is not None and any(temporaries.written(user) == self.path for user in users)

    @property
    def is_attribute(self) -> bool:
        """Whether an attribute of `self` is moved."""
        return self.attribute is not None

    @property
    def attribute(self) -> str | None:
        """The name of the attribute of `self` that is moved, or a part of it; None where it is none."""
        first, path = self.function.ir.parameters[:1], self._accesses.temporaries.path(self._root)
        if path is None or len(path) < 2 or not first or path[0] != first[0].name:
            return None
        return path[1].lstrip(".")

    @property
    def is_global(self) -> bool:
        """Whether a variable of the module is moved."""
        return isinstance(self._accesses.temporaries.definitions.get(self._root), ir.Global)

    @property
    def is_tensor(self) -> bool:
        """Whether what is moved is known to be a tensor."""
        return self.value.kind is Kind.TENSOR

    @cached_property
    def is_used_as_tensor(self) -> bool:
        """Whether what is moved is a tensor, or other lines use it as one."""
        if self.value.kind is Kind.UNKNOWN:
            return shown(self._accesses, self.base, self.function.facts.calls) in (Shown.TENSOR, Shown.DATA)
        return self.is_tensor

    @cached_property
    def is_model(self) -> bool:
        """Whether what is moved is a module, or used as one."""
        if self.value.kind is Kind.UNKNOWN:
            return shown(self._accesses, self.base, self.function.facts.calls) is Shown.MODULE
        return self.value.kind is Kind.MODULE

    @property
    def is_registered(self) -> bool:
        """Whether it is a parameter or buffer of a module, which moves with it."""
        return self.is_attribute and bool(self.value.traits & {"parameter", "buffer"})

    @property
    def is_constant(self) -> bool:
        """Whether it is a tensor on the CPU that an attribute of `self` or a variable of the module holds."""
        return self.is_tensor and self.value.device == "cpu" and (self.is_attribute or self.is_global)

    @property
    def is_already_there(self) -> bool:
        """Whether it is known to lie where it is moved to, and is not cast either."""
        return (self._stays or self._is_like_target) and not self.takes_dtype and self.value.kind is not Kind.MODULE

    @property
    def _stays(self) -> bool:
        """Whether it lies there: also what was computed from it and from others, which lie there, too."""
        mine, target = self.value.device, self.device
        if mine is None or target is None or mine == target:
            return mine is not None and mine == target
        return target.startswith("of:") and mine.startswith("of:") and target[3:] in mine[3:].split("|")

    @property
    def _is_like_target(self) -> bool:
        """Whether it is made like the tensor to which it is moved, whatever that is: `ones_like(y).to(y.device)`."""
        temporaries = self._accesses.temporaries
        made = self.function.facts.calls.get(self.base)
        op = temporaries.definitions.get(self.base)
        given = self._destination
        asked = temporaries.definitions.get(given.value) if given is not None else None
        if made is None or made.entry is None or not made.entry.last.endswith("_like") or "device" in made.keywords:
            return False
        if not isinstance(op, ir.Call) or not op.arguments or not isinstance(asked, ir.Attribute):
            return False
        pattern, there = op.arguments[0].value, asked.base
        path = temporaries.path(pattern)
        if asked.name != "device" or path is None or path != temporaries.path(there):
            return False
        before, after = (self._accesses.assigned(temporaries.places[each], path) for each in (pattern, there))
        return before == after

    @property
    def place(self) -> str:
        """Where it goes, as the facts say it: `x.device`, `cuda:1`."""
        if self.device is None:
            return self.target or "a device that is not known"
        return devices.spelled(self.device)

    @property
    def history(self) -> tuple[Step, ...]:
        """How what is moved came about."""
        return self.function.steps(self.value.trace)

    # --- when it happens --------------------------------------------------------------------------------------------

    @cached_property
    def occasion(self) -> str | None:
        """What makes the function run again and again; None where nothing says so."""
        return occasion(self.function)

    @cached_property
    def is_in_training(self) -> bool:
        """Whether it happens in a loop that trains."""
        around = loops_around(self.function.ir, self.op.target)
        return bool(around) and self.function.file.engine.trainings.of(self.function.unit).shares(around)

    @property
    def is_in_inference(self) -> bool:
        """Whether it happens in a loop with gradients off."""
        return self.loop is not None and self.fact.state.gradients == "off"

    @cached_property
    def is_lazy(self) -> bool:
        """Whether a condition asks for what the function itself sets or fills: it is made once, and kept."""
        return is_lazy(self._accesses, self._block.index)

    @property
    def is_once(self) -> bool:
        """Whether the function builds or converts something, which happens once; or is an optimizer's lazy state."""
        return runs_once(self.function)

    @property
    def follows_data(self) -> bool:
        """Whether it goes where a tensor is that the function works on: one that it was called with, or made."""
        device = self.device or ""
        names = {each.name for body in self.function.bodies for each in body.parameters}
        if device.startswith("of:") and device[3:] in names and not devices.is_device_name(device[3:]):
            return self._destinations.holds_data(device[3:])
        return self._destination is not None and self._destinations.is_data(self._destination)

    @cached_property
    def _repeated(self) -> Repeated:
        return Repeated(self._accesses, self._block)

    @property
    def loop(self) -> ir.Loop | None:
        """The innermost loop around it, comprehensions aside."""
        return self._repeated.loop

    @property
    def is_on_every_turn(self) -> bool:
        """Whether no condition inside the innermost loop decides about it."""
        return self._repeated.is_on_every_turn

    @property
    def is_bound_outside(self) -> bool:
        """Whether what is moved was bound before the innermost loop began, and is the same on every turn."""
        bound = self.path is not None and self._repeated.is_bound_outside(self.path, self.op.target)
        return bound and not may_grow(self._accesses, self.loop, self._module_path)

    @cached_property
    def _module_path(self) -> Path | None:
        """The variable or attribute of the module that is moved: `net` of `net.eval().cpu()`, too."""
        definitions, base = self._accesses.temporaries.definitions, self.base
        while isinstance(made := definitions.get(base), ir.Call):
            callee = definitions.get(made.callee)
            if not isinstance(callee, ir.Attribute) or callee.name not in _RETURN_THEMSELVES:
                return None
            base = callee.base
        return self._accesses.temporaries.path(base)

    @property
    def is_moved_elsewhere(self) -> bool:
        """Whether the function moves the same thing to another device, too."""
        definitions = self._accesses.temporaries.definitions
        for temporary, fact in self.function.facts.calls.items():
            op = definitions.get(temporary)
            callee = definitions.get(op.callee) if isinstance(op, ir.Call) else None
            if fact.name not in _METHODS or not isinstance(op, ir.Call) or not isinstance(callee, ir.Attribute):
                continue
            other = Move(self.function, self._accesses, self._block, op, callee.base, fact)
            if other._module_path == self._module_path and other.target != self.target:
                return True
        return False

    @property
    def is_of_test(self) -> bool:
        """Whether a test makes it, which runs on its own settings."""
        return in_tests(self.function)

    @property
    def is_explained(self) -> bool:
        """Whether a comment says something of devices or memory."""
        return self.is_commented(_ABOUT)

    # --- reports ----------------------------------------------------------------------------------------------------

    def step(self, message: str, temporary: int | None = None) -> Step:
        """A line of an explanation, at a temporary or at the move."""
        return Step(message, self.function.span(self.op.target if temporary is None else temporary))
