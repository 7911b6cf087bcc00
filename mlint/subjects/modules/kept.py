"""What a module keeps in plain attributes: tensors and containers that its constructor stores in `self`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from mlint.cached import cached_property
from mlint.facts.domain.objects import root
from mlint.facts.domain.values import UNKNOWN, Kind, Value
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.paths import Path, Temporaries
from mlint.facts.members.held import CONTAINERS, added, class_of, has_weights, held
from mlint.facts.members.kept_tensors import KeptTensor, is_made_anew, is_made_elsewhere
from mlint.facts.members.own import Own
from mlint.facts.placement.dimensions import OnCpu
from mlint.facts.placement.makings import Makings
from mlint.facts.placement.meetings import has_parameters
from mlint.facts.placement.shown import Shown, shown
from mlint.facts.placement.tensor_uses import Body, Use, far_from, fed_from, passed_on, uses
from mlint.rule import Step
from mlint.subjects.modules.filling import put_by_called
from mlint.subjects.modules.kept_names import kept_names
from mlint.subjects.modules.kept_passed import passed
from mlint.subjects.modules.registering import Registering
from mlint.subjects.modules.stored import REGISTERED, Stored, facts_of
from mlint.subjects.occasion import EXPORT, in_tests
from mlint.subjects.owners import Class, Function

_OF_DIMENSIONS = "gather|index_select|take_along_dim|transpose|permute|unbind|split|chunk|argsort|topk|flip|size"
"""Methods that nobody calls on what has no dimensions."""


class Kept(Stored):
    """`self.name = value` in the constructor of a `torch.nn.Module`, or in a method that builds for it."""

    @classmethod
    def of(cls, owner: Function) -> Iterator[Kept]:
        """The first store of each attribute that other methods read, in the order of the text."""
        if owner.cls is None or not _is_module(owner, owner.cls):
            return
        yield from passed(cls, owner)
        names = kept_names(owner)
        if not names or not owner.ir.parameters:
            return
        facts = facts_of(owner)
        temporaries = Temporaries(owner.ir)
        me = owner.ir.parameters[0].name
        stores: dict[str, ir.StoreAttribute] = {}
        for op in temporaries.definitions.values():
            if not isinstance(op, ir.StoreAttribute) or op.name not in names or temporaries.path(op.base) != (me,):
                continue
            if facts.values.get(op.value, UNKNOWN).kind in (Kind.TENSOR, *CONTAINERS):
                stores.setdefault(op.name, op)
        fields = facts.end.fields
        for op in stores.values():
            value = fields.get((("parameter", owner.unit.where, me), op.name), UNKNOWN)
            if value.kind is Kind.UNKNOWN:  # it is stored on some paths only
                value = facts.values.get(op.value, UNKNOWN)
            yield cls(owner, temporaries, op, value)

    @property
    def is_set_anew(self) -> bool:
        """Whether a method that neither the constructor nor forward calls assigns it: what it is made with only holds
        its place."""
        assert self.function.cls is not None
        methods = self.function.cls.methods
        built = methods["__init__"].words if "__init__" in methods else frozenset()
        known = {self.function.name, "__init__", *built, *(each.name for each in self._running)}
        others = (each for name, each in methods.items() if name not in known)
        return Use.KEPT not in self.uses and bool(self._stores_in(each for each in others if self.name in each.words))

    @property
    def is_cache(self) -> bool:
        """Whether a method that forward calls makes it anew, from something else, or fills it in."""
        return (self._is_filled and not self._is_drawn) or any(
            is_made_anew(temporaries, store) for temporaries, store in self._stores
        )

    @property
    def _is_drawn(self) -> bool:
        """Whether it begins with numbers that are drawn, which nothing would use that is filled in later."""
        calls = facts_of(self.function).calls
        inside = (self._temporaries.definitions[each] for each in self._temporaries.inputs(self.op.value))
        loads = {each.name for each in inside if isinstance(each, ir.Load)}
        stores = (each for each in self._temporaries.definitions.values() if isinstance(each, ir.Store))
        starts = [self.op.value, *(each.value for each in stores if each.name in loads)]
        made = {each for start in starts for each in self._temporaries.inputs(start)}
        return any(calls[each].name in ("randn", "rand", "randperm") for each in made if each in calls)

    @property
    def _is_filled(self) -> bool:
        return any(
            isinstance(op, ir.StoreItem)
            and temporaries.path(op.base) == (method.ir.parameters[0].name, f".{self.name}")
            for method in self._running
            if self.name in method.words and method.ir.parameters
            for temporaries in map(Temporaries, method.bodies)
            for op in temporaries.definitions.values()
        )

    # --- tensors ----------------------------------------------------------------------------------------------------

    @property
    def is_tensor(self) -> bool:
        """Whether it is a tensor, or a list or dict of tensors, that is no parameter or buffer."""
        inside = [*self._inside, *held(self._kept)]
        if self._kept.traits & REGISTERED:
            return False
        return all(each.kind is Kind.TENSOR and not each.traits & REGISTERED for each in inside)

    @property
    def _inside(self) -> list[Value]:
        """What it holds, or what is put into it later; the value itself, if it is no container."""
        inside = list(held(self.value))
        if not inside and self.value.kind in CONTAINERS:
            inside = [each for path in self._paths for each in added(self._temporaries, facts_of(self.function), path)]
        return inside or [self.value]

    @property
    def is_on_cpu(self) -> bool:
        """Whether it is made on the CPU: no device was passed."""
        inside = self._inside
        if is_made_elsewhere(self.function.file.engine):
            return False
        if all(each.device == "cpu" for each in inside):
            return True
        stores = [op for op in self._temporaries.definitions.values() if isinstance(op, ir.StoreAttribute)]
        if [op.name for op in stores].count(self.name) != 1:
            return False
        return self._making.is_on_cpu or self._is_made_by_helper

    @property
    def _is_made_by_helper(self) -> bool:
        """Whether a function of the project makes it, of nothing but what it is told of sizes."""
        engine, facts = self.function.file.engine, facts_of(self.function)
        return bool(Makings(engine, Accesses(self.function.ir), facts).of(self.op.value))

    @cached_property
    def _making(self) -> KeptTensor:
        return KeptTensor(self._temporaries, facts_of(self.function), self.op.value)

    @property
    def is_for_export(self) -> bool:
        """Whether the class is there to be exported, by its name or that of its file: it is traced where it is made."""
        return EXPORT.search(f"{self.function.qualname} {self.function.path.stem}") is not None

    @property
    def is_scalar(self) -> bool:
        """Whether it is one number, which may meet tensors on any device: `torch.tensor(0.5)`."""
        return self._making.is_scalar

    @property
    def has_dimensions(self) -> bool:
        """Whether it is seen to be more than one number, as far as its making tells, or by how it is indexed; layers
        take no number from elsewhere either."""
        if self.value.kind in CONTAINERS or self._is_made_by_helper or Use.FED in self.uses:
            return True
        cpu = OnCpu(self.function.file.engine, Accesses(self.function.ir), facts_of(self.function))
        return cpu.has_dimensions(self.op.value) or self._is_indexed or self._weighs_classes

    @cached_property
    def _is_indexed(self) -> bool:
        """Whether a method that forward calls takes items of it, counts them, or has it as a matrix, by the text."""
        me = rf"self\.{re.escape(self.name)}\b"
        indexed = re.compile(rf"{me}(?:\[|\s*@|\.(?:{_OF_DIMENSIONS})\()|@\s*{me}|\blen\({me}\)")
        return any(indexed.search(line) for method in self._running for line in method.lines if self.name in line)

    @property
    def _weighs_classes(self) -> bool:
        """Whether a loss takes it as the weights of classes, `weight=self.weight`: one number for each."""
        weights = re.compile(rf"\bweight=self\.{re.escape(self.name)}\b(?!\.)")
        return any(
            weights.search(line) and not {"cross_entropy", "nll_loss"}.isdisjoint(method.words)
            for method in self._running
            for line in method.lines
        )

    @property
    def is_placeholder(self) -> bool:
        """Whether it has no items: nothing of it could be moved or saved."""
        return self._making.is_empty

    @property
    def is_of_tests(self) -> bool:
        """Whether the class belongs to the tests of its project, which run where it is made."""
        return in_tests(self.function)

    @property
    def may_be_scalar(self) -> bool:
        """Whether nothing tells that it is more than one number: `torch.tensor(threshold)` that no method indexes."""
        return self._making.may_be_scalar and not self._is_indexed

    @cached_property
    def _reads(self) -> tuple[tuple[Function, int, Use], ...]:
        return tuple(
            (method, op.target, use)
            for method in self._running
            if method.outline is not None and self.name in method.outline.words and method.ir.parameters
            for body in method.bodies
            for temporaries in [Temporaries(body)]
            for op in temporaries.definitions.values()
            if isinstance(op, ir.Attribute) and op.name == self.name
            if temporaries.path(op.base) == (method.ir.parameters[0].name,)
            for use in uses(self._body(method, body, temporaries), op.target)
            if use is not Use.RETURNED or method.name == "forward"  # what another one gives may be moved then
        )

    def _body(self, method: Function, body: ir.FunctionIR, temporaries: Temporaries) -> Body:
        engine = self.function.file.engine
        follow = partial(passed_on, engine, method.unit)
        me = method.ir.parameters[0].name
        own = Own(temporaries, me, lambda each: self._is_moved(method, each), lambda each: _is_number(method, each))
        return Body(
            temporaries,
            follow,
            lambda each: _is_number(method, each),
            self._making.is_row,
            far_from(engine, body, method.facts),
            fed_from(body),
            lambda each: method.value(each).kind is Kind.MODULE and has_parameters(method.value(each).symbol),
            own,
        )

    def _is_moved(self, method: Function, temporary: int) -> bool:
        """Whether an attribute is a parameter or buffer, or no tensor that is known to be made on the CPU."""
        value = method.value(temporary)
        return bool(value.traits & REGISTERED) or value.kind is not Kind.TENSOR or value.device not in (None, "cpu")

    @property
    def uses(self) -> frozenset[Use]:
        """What forward does with it."""
        return frozenset(use for _, _, use in self._reads)

    @property
    def is_used(self) -> bool:
        """Whether forward does more with it than ask for its shape or its numbers."""
        return bool(self.uses - {Use.ASKED})

    @property
    def is_moved_first(self) -> bool:
        """Whether forward moves it wherever it uses it, and does not keep what that gives; or where the input is on a
        GPU: `noise.cuda() if x.is_cuda else noise`."""
        if Use.MOVED in self.uses and any("is_cuda" in method.words for method in self._running):
            return True
        return not self.uses & {Use.COMPUTED, Use.MET, Use.FED, Use.KEPT, Use.RETURNED}

    @property
    def meets_input(self) -> bool:
        """Whether forward computes with it beside what lies where the input or the parameters do; or takes a tensor
        and gives this one."""
        if not self.uses.isdisjoint((Use.MET, Use.FED, Use.KEPT)):
            return True
        return Use.RETURNED in self.uses and any(map(_takes_tensor, self._running))

    @property
    def is_moved_and_kept(self) -> bool:
        """Whether forward moves it to where its input is, and keeps what that gives in its place."""
        return Use.KEPT in self.uses

    @property
    def use_step(self) -> tuple[Step, ...]:
        """Where forward uses it, as a step of an explanation."""
        for method, temporary, use in self._reads:
            if use in (Use.COMPUTED, Use.MET, Use.FED, Use.KEPT, Use.RETURNED):
                return (Step(f"`{method.name}` uses it here, {use.value}", method.span(temporary)),)
        return ()

    # --- modules ----------------------------------------------------------------------------------------------------

    @cached_property
    def modules(self) -> tuple[Value, ...]:
        """The modules and parameters that it holds in a list, tuple, set or dict, and that are made here."""
        if self.value.kind not in CONTAINERS:
            return ()
        put = [each for path in self._paths for each in added(self._temporaries, facts_of(self.function), path)]
        put += put_by_called(self.function, self._temporaries, self.name)
        found = (*held(self.value), *(inner for each in put for inner in (each, *held(each))))
        return tuple(each for each in found if _is_made(each) or self._is_copy(each))

    def _is_copy(self, value: Value) -> bool:
        """Whether it is a copy of something unknown that forward calls, one after the other: `deepcopy(layer)`."""
        calls, here = facts_of(self.function).calls, self.function.unit.where
        made = [each[2] for each in value.objects if each[:2] == ("new", here)]
        copied = [calls[each].name == "deepcopy" for each in made if each in calls]
        return value.kind is Kind.UNKNOWN and bool(copied) and all(copied) and self._is_called_in_turn

    @cached_property
    def _is_called_in_turn(self) -> bool:
        """Whether a method that forward calls takes one after the other from it, and calls that."""
        return any(
            isinstance(called := temporaries.definitions.get(op.callee), ir.Load)
            and called.name in self._taken(method, temporaries)
            for method in self._running
            if self.name in method.words and method.ir.parameters
            for temporaries in map(Temporaries, method.bodies)
            for op in temporaries.definitions.values()
            if isinstance(op, ir.Call)
        )

    def _taken(self, method: Function, temporaries: Temporaries) -> frozenset[str]:
        """The variables to which loops through it assign what they take."""
        mine = (method.ir.parameters[0].name, f".{self.name}")
        ops = temporaries.definitions.values()
        turns = {op.target for op in ops if isinstance(op, ir.Next) and temporaries.path(op.iterable) == mine}
        return frozenset(op.name for op in ops if isinstance(op, ir.Store) and op.value in turns)

    @cached_property
    def _paths(self) -> tuple[Path, ...]:
        """The attribute, and the variable that was stored in it."""
        local = self._temporaries.path(self.op.value)
        mine = (self.function.ir.parameters[0].name, f".{self.name}")
        return (mine,) if local is None else (mine, local)

    @property
    def has_weights(self) -> bool:
        """Whether one of the modules is known to have parameters or buffers."""
        engine, end = self.function.file.engine, facts_of(self.function).end
        return any(
            module.kind is Kind.UNKNOWN or has_weights(engine, each, end)  # nobody copies what has none
            for module in self.modules
            for each in self._ways(module)
        )

    def _ways(self, module: Value) -> Iterator[Value]:
        """The modules that one may be, where branches make it of different classes."""
        unit, facts = self.function.unit, facts_of(self.function)
        found = (class_of(self.function.file.engine, unit, facts, each) for each in module.objects)
        made = [each for each in found if each is not None]
        if module.symbol is not None or not made:
            yield module
        else:
            yield from (Value(Kind.MODULE, symbol=each) for each in made if each is not None)

    @property
    def is_registered(self) -> bool:
        """Whether what it holds is registered by another name, or may be: it is passed on, or stored one by one."""
        registering = Registering(self.function, self._temporaries, facts_of(self.function))
        of_parameters = any("parameter" in each.traits for each in self.modules)
        is_named = registering.is_by_name(of_parameters) or registering.is_by_maker
        if is_named or registering.is_of_attributes(self.op.value):
            return True
        if all(registering.is_group_of_attributes(each.objects) for each in self.modules):
            return True
        mine = frozenset().union(*(each.objects for each in self.modules))
        for (_, name), value in facts_of(self.function).end.fields.items():
            if name != self.name and value.kind is Kind.MODULE and value.objects & mine:
                return True
        return any(map(registering.is_elsewhere, self._paths))

    @property
    def is_hidden(self) -> bool:
        """Whether a list of one holds it, which is how a module is kept from being registered."""
        op = self._temporaries.definitions.get(self.op.value)
        is_one = isinstance(op, ir.Collect) and len(op.items) == 1 and not op.starred and len(self.modules) == 1
        return is_one and not self._is_gone_through

    @property
    def _is_gone_through(self) -> bool:
        """Whether a method that forward calls takes one after the other from it, as from a list of several."""
        return any(
            isinstance(op, ir.Next) and temporaries.path(op.iterable) == (method.ir.parameters[0].name, f".{self.name}")
            for method in self._running
            if self.name in method.words and method.ir.parameters
            for temporaries in map(Temporaries, method.bodies)
            for op in temporaries.definitions.values()
        )


def _takes_tensor(method: Function) -> bool:
    """Whether a forward is seen to take a tensor."""
    if method.name != "forward":
        return False
    accesses = Accesses(method.ir)
    names = {each.name for each in method.ir.parameters[1:]}
    return any(
        method.value(op.target).kind is Kind.TENSOR
        or shown(accesses, op.target, method.facts.calls, arithmetic=False, others=False) in (Shown.TENSOR, Shown.DATA)
        for op in accesses.temporaries.definitions.values()
        if isinstance(op, ir.Load) and op.name in names
    )


def _is_number(method: Function, temporary: int) -> bool:
    return method.value(temporary).kind is Kind.NUMBER


def _is_made(value: Value) -> bool:
    """Whether it is a module, or a parameter, that is made where it is put."""
    if "parameter" in value.traits:
        return True
    return value.kind is Kind.MODULE and bool(value.objects) and all(root(each)[0] == "new" for each in value.objects)


def _is_module(function: Function, cls: Class) -> bool:
    symbol = function.project.symbol(function.path, cls.outline)
    return function.file.engine.classes.kind(symbol) is Kind.MODULE
