"""Calls that stand as statements: what they return is thrown away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mlint.cached import cached_property
from mlint.facts.domain.values import UNKNOWN, Kind, Value
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.effects import is_pure, may_be_pure
from mlint.facts.flow.guards import holding
from mlint.facts.flow.recorded import CallFact
from mlint.facts.placement.makings import makes
from mlint.facts.placement.shown import shown
from mlint.facts.placement.tensor_roots import TensorRoots
from mlint.facts.tables.entries import Entry
from mlint.rule import Step
from mlint.subjects.occasion import in_tests
from mlint.subjects.owners import Function
from mlint.subjects.placed import Placed

_DATA = {Kind.TENSOR: "a tensor", Kind.ARRAY: "an array", Kind.PIL: "a PIL image", Kind.NUMBER: "a number"}
_MEASURES = frozenset("perf_counter time synchronize timeit record Event profile monotonic benchmark".split())
_BATCHES = frozenset(("batch", "data", "sample", "samples", "inputs"))
_ONLY_TENSORS = frozenset(("clamp", "unsqueeze", "permute", "masked_fill", "type_as", "contiguous"))
_DETACHED = ("weakref", "finalize", "Finalize")
_CLASS = re.compile(r"(?:^|[.:])[A-Z]\w*$")
_MAKES_NEW = frozenset(("mul", "add", "sub", "div", "pow", "clone", "neg", "abs", "multiply", "lerp"))
_OF_NEW = re.compile(rf"\.(?:{'|'.join(sorted(_MAKES_NEW))})\(.*\)\.[a-z]\w*_\(")
"""A method that works in place, called on what such a method has just made."""
_OF_PLOTS = frozenset(("scatter", "hist", "fill", "step", "axis"))
_OF_OTHERS = frozenset(name for each in (list, set, dict, str) for name in dir(each)) | {"log"} | _OF_PLOTS
_EXPECTS = ("raises", "warns", "assertRaises", "assertRaisesRegex", "assertWarns", "suppress", "assertWarnsRegex")


class Discarded(Placed):
    """A call whose value nothing takes."""

    def __init__(self, function: Function, accesses: Accesses, block: ir.Block, op: ir.Call, fact: CallFact) -> None:
        super().__init__(function, op.target)
        self.op = op
        self.fact = fact
        self._accesses = accesses
        self._block = block

    @classmethod
    def of(cls, owner: Function) -> Iterator[Discarded]:
        """The calls that are statements of a function or of what is nested in it, in the order of the text.

        Nothing is lowered where no statement is a call that the tables know to do nothing else.
        """
        of_new = _OF_NEW.search("\n".join(owner.lines)) is not None
        if not of_new and not any(may_be_pure(name) for line in owner.lines for name in _called(line)):
            return
        sketch = owner.unit.sketch
        if sketch is not None and not any(_may_do_nothing(owner, each, of_new) for each in sketch.stated):
            return
        found = [cls(*each) for body in owner.bodies for each in _discards(owner, body)]
        yield from sorted(found, key=lambda each: each.op.target)

    @property
    def name(self) -> str:
        """The last name that the callee is written with."""
        return self.fact.name

    @property
    def is_pure(self) -> bool:
        """Whether the tables know the call, and it does nothing but give a value.

        Of what other lines use as a tensor, or where only tensors have it, the method is that of tensors.
        """
        return self.is_of_new or is_pure(
            self.fact, self._of_tensors if self.fact.entry is None and self.is_open else None
        )

    @cached_property
    def is_of_new(self) -> bool:
        """Whether it changes in place only what a method of a tensor has just made: `p.data.mul(decay).add_(q)`."""
        made = self.function.instructions.get(self.base) if self.base is not None else None
        callee = self.function.instructions.get(made.callee) if isinstance(made, ir.Call) else None
        if not self.name.endswith("_") or not isinstance(callee, ir.Attribute) or callee.name not in _MAKES_NEW:
            return False
        return self.function.value(callee.base).kind is Kind.TENSOR or self._roots.is_parameter(callee.base)

    @property
    def _of_tensors(self) -> Entry | None:
        is_tensor = self.is_only_of_tensors or self.shown == "tensor" or self.is_parameter or self.is_sliced
        if not self.is_method or not is_tensor:
            return None
        if self.name in _OF_OTHERS and not self.is_parameter:
            return None
        return self.function.file.engine.tables.entry_for_method(Kind.TENSOR, self.name)

    @cached_property
    def is_parameter(self) -> bool:
        """Whether it is called on a parameter that a loop takes from those of a model, or on what its methods give."""
        return self.base is not None and self.is_open and self._roots.is_parameter(self.base)

    @cached_property
    def is_sliced(self) -> bool:
        """Whether it is called on what was taken from a tensor or an array by an index that only these have."""
        return self.base is not None and self.is_open and self._roots.is_sliced(self.base)

    @cached_property
    def is_tensor_inside(self) -> bool:
        """Whether it is called on what a function that is called with it uses as a tensor."""
        return self.base is not None and self.is_open and self._roots.is_tensor_inside(self.base)

    @cached_property
    def _roots(self) -> TensorRoots:
        return TensorRoots(self.function.file.engine, self._accesses, self.function.facts)

    @cached_property
    def is_of_other_class(self) -> bool:
        """Whether a condition has told it to be an instance of another class: `elif isinstance(points, Points):`."""
        path = self._accesses.temporaries.path(self.base) if self.base is not None else None
        return path is not None and any(
            fact.name == "isinstance"
            and self._accesses.temporaries.path(call.arguments[0].value) == path
            and not (fact.positional[-1].symbol or "torch").startswith(("torch", "numpy"))
            for condition in holding(self._accesses, self._block.index)
            if isinstance(call := self._accesses.temporaries.definitions.get(condition), ir.Call)
            if (fact := self.function.facts.calls.get(condition)) is not None and len(call.arguments) == 2
        )

    @property
    def is_only_of_tensors(self) -> bool:
        """Whether nothing but a tensor or an array has a method of that name; finalizers have `detach`, too, and so
        may classes of the project."""
        if not self.is_method or self._is_made_by_class:
            return False
        return self.name in _ONLY_TENSORS or (self.name == "detach" and not self._may_be_detached)

    @property
    def _may_be_detached(self) -> bool:
        """Whether the file has finalizers, or no tensors, or a class of the project has a `detach` of its own."""
        words = self.function.project.words_of(self.function.path, ("torch", *_DETACHED))
        return words != {"torch"} or any(self.function.file.engine.nominal.named("detach"))

    @property
    def _is_made_by_class(self) -> bool:
        """Whether the receiver is an instance that a class of neither torch nor numpy has made."""
        made = [self.function.facts.calls.get(each) for each in self._stored]
        symbols = [each.callee.symbol for each in made if each is not None and each.callee.symbol is not None]
        return any(_CLASS.search(each) and each.partition(".")[0] not in ("torch", "numpy") for each in symbols)

    @property
    def receiver(self) -> Value:
        """What the method is called on; UNKNOWN for a function."""
        return self.fact.receiver or UNKNOWN

    @property
    def is_method(self) -> bool:
        """Whether it is a method that is called."""
        return self.fact.receiver is not None

    @cached_property
    def base(self) -> int | None:
        """The temporary that the method is called on; None for a function."""
        callee = self.function.instructions.get(self.op.callee)
        return callee.base if isinstance(callee, ir.Attribute) and self.is_method else None

    @cached_property
    def is_unpacked(self) -> bool:
        """Whether the receiver is one of several items: of `for images, labels in loader`, or `batch["image"]`."""
        temporaries = self._accesses.temporaries
        path = temporaries.path(self.base) if self.base is not None else None
        if path is not None and len(path) > 1:
            return len(path) == 2 and path[1][0] == "["
        sources = [temporaries.definitions.get(each) for each in self._stored]
        return bool(sources) and all(isinstance(each, ir.Element) for each in sources)

    @cached_property
    def moved_beside(self) -> str | None:
        """What is taken from a batch together with the receiver, and is assigned what the same method gives: of
        `images, labels` the `images = images.to(device)`; None where there is nothing of the kind."""
        temporaries = self._accesses.temporaries
        sources = {op.source for op in map(temporaries.definitions.get, self._stored) if isinstance(op, ir.Element)}
        sources = {each for each in sources if self._is_batch(each)}
        stores = [op for op in temporaries.definitions.values() if isinstance(op, ir.Store)]
        made = {each.name: temporaries.definitions.get(each.value) for each in stores}
        beside = {
            store.name
            for store in stores
            if isinstance(given := temporaries.definitions.get(store.value), ir.Element) and given.source in sources
        }
        found = (name for name in sorted(beside) if self._is_same_call(made.get(name), name))
        return next(found, None)

    @cached_property
    def is_of_batch(self) -> bool:
        """Whether a loop takes it from the entries of a batch: `for name, value in batch.items()`."""
        temporaries = self._accesses.temporaries
        sources = [temporaries.definitions.get(each) for each in self._stored]
        turns = [temporaries.definitions.get(each.source) if isinstance(each, ir.Element) else each for each in sources]
        calls = [temporaries.definitions.get(each.iterable) for each in turns if isinstance(each, ir.Next)]
        callees = [temporaries.definitions.get(each.callee) for each in calls if isinstance(each, ir.Call)]
        return len(callees) == len(sources) > 0 and all(
            isinstance(each, ir.Attribute) and each.name in ("items", "values") and self._is_called_batch(each.base)
            for each in callees
        )

    def _is_called_batch(self, temporary: int) -> bool:
        path = self._accesses.temporaries.path(temporary)
        return path is not None and path[-1].rpartition("_")[2] in _BATCHES

    def _is_batch(self, source: int) -> bool:
        """Whether a loop takes what is unpacked from what it goes over, or it is called a batch."""
        temporaries = self._accesses.temporaries
        return isinstance(temporaries.definitions.get(source), ir.Next) or self._is_called_batch(source)

    def _is_same_call(self, call: ir.Instruction | None, name: str) -> bool:
        if not isinstance(call, ir.Call) or self._accesses.temporaries.callee_name(call) != self.name:
            return False
        callee = self._accesses.temporaries.definitions.get(call.callee)
        return isinstance(callee, ir.Attribute) and self._accesses.temporaries.path(callee.base) == (name,)

    @cached_property
    def _stored(self) -> list[int]:
        """What the receiver may have been assigned where it is called."""
        temporaries = self._accesses.temporaries
        path = temporaries.path(self.base) if self.base is not None else None
        if path is None or self.base is None:
            return []
        writes = [each.instruction for each in self._accesses.reaching(temporaries.places[self.base], path)]
        return [each.value for each in writes if isinstance(each, ir.Store)]

    @property
    def value(self) -> Value:
        """What is thrown away."""
        return self.function.value(self.op.target)

    @property
    def called_on(self) -> str | None:
        """What the method is called on, where that is known: `a tensor`, `an array`, `a PIL image`, `a number`."""
        return _DATA.get(self.receiver.kind)

    @property
    def is_open(self) -> bool:
        """Whether nothing is known of what the method is called on."""
        return self.receiver.kind is Kind.UNKNOWN

    @cached_property
    def shown(self) -> str | None:
        """What other lines show the receiver to be: `tensor`, `data` that goes through a model, `module`, `object`."""
        found = shown(self._accesses, self.base, self.function.facts.calls) if self.base is not None else None
        return None if found is None else found.name.lower()

    @cached_property
    def assigned_to(self) -> str | None:
        """The variable or attribute that the call was made on, which could take the result; None for anything else."""
        temporaries = self._accesses.temporaries
        at = self.base if self.base is not None else next((each.value for each in self.op.arguments), None)
        return self.function.code(at) if at is not None and temporaries.path(at) is not None else None

    @property
    def is_of_tests(self) -> bool:
        """Whether it stands in the tests of the project, where a call may be all that is tried."""
        return in_tests(self.function)

    @property
    def may_raise_on_purpose(self) -> bool:
        """Whether the call may stand there to see if it raises."""
        handled = [
            self._accesses.function.blocks[each].handlers != self._block.handlers for each in self._block.handlers
        ]
        return any(handled) or any(self._expects(each.site) for each in self.fact.state.contexts)

    def _expects(self, site: int) -> bool:
        enter = self.function.instructions.get(site)
        call = self.function.facts.calls.get(enter.context) if isinstance(enter, ir.Enter) else None
        return call is not None and call.name in _EXPECTS

    @property
    def is_measured(self) -> bool:
        """Whether the function measures how long something takes, or warms up for it."""
        if "warm" in self.function.name.lower() or any("prewarm" in word.lower() for word in self.function.words):
            return True
        return not _MEASURES.isdisjoint(call.name for call in self.function.facts.calls.values())

    @property
    def is_of_nothing(self) -> bool:
        """Whether all that a function is given is made there and then, as to start a device: `relu(zeros(2))`."""
        passed = [each.value for each in self.op.arguments]
        calls = self.function.facts.calls
        made = [calls[each].entry for each in passed if each in calls]
        return bool(passed) and len(made) == len(passed) and all(each is not None and makes(each) for each in made)

    @cached_property
    def runs_more(self) -> bool:
        """Whether the statement calls something else, which may be what it is there for: `net(x).detach()`.

        `torch.zeros(1).cuda()` wakes the device up.
        """
        definitions, pending = self._accesses.temporaries.definitions, [self.op.callee]
        while pending:
            made = definitions.get(pending.pop())
            if isinstance(made, ir.Call):
                fact = self.function.facts.calls.get(made.target)
                if fact is None or fact.receiver is None or not is_pure(fact, self._of_parameter(made, fact)):
                    return True
                pending.append(made.callee)
            elif isinstance(made, (ir.Attribute, ir.Item)):
                pending.append(made.base)
        return False

    def _of_parameter(self, call: ir.Call, fact: CallFact) -> Entry | None:
        callee = self._accesses.temporaries.definitions.get(call.callee)
        if fact.entry is not None or not isinstance(callee, ir.Attribute) or not self._roots.is_parameter(callee.base):
            return None
        return self.function.file.engine.tables.entry_for_method(Kind.TENSOR, fact.name)

    @cached_property
    def history(self) -> tuple[Step, ...]:
        """How the receiver came about."""
        return self.function.steps(self.receiver.trace)


_ONE_LINED = re.compile(r"\s*(?:if|elif|else|for|while|with|try|except|finally|async)\b.*:\s*\w")
_BETWEEN = re.compile(r"[;:]\s*")
_STATEMENT = re.compile(r"\s*([A-Za-z_][\w.]*)(?:\[[^\]]*\][\w.]*)*\(")
_LAST = re.compile(r"(\w+)\([^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*\)$")
_KEYWORDS = frozenset(("return", "yield", "raise", "if", "elif", "while", "assert", "print", "super"))
_OF_LISTS = (".append", ".insert", ".extend")


def _called(line: str) -> Iterator[str]:
    """The names that the statements of a line call which are nothing but a call."""
    if "(" not in line:
        return
    yield from _stated(line)
    if ";" in line or _ONE_LINED.match(line):
        for statement in _BETWEEN.split(line)[1:]:
            yield from _stated(statement)


def _stated(line: str) -> Iterator[str]:
    """Of a chain of calls the first, and the last."""
    found = _STATEMENT.match(line)
    if found is None or found[1] in _KEYWORDS or line.endswith("),"):
        return
    text = found[0].strip()[:-1]
    if not text.endswith(_OF_LISTS) or text.startswith(("np.", "numpy.")):
        yield text.rpartition(".")[2]
    code = line.partition("  #")[0].rstrip()
    last = _LAST.search(code) if code.endswith(")") else None
    if last is not None and last.start() > found.end():
        yield last[1]


def _may_do_nothing(owner: Function, dotted: str, of_new: bool) -> bool:
    """Whether a statement may do nothing that calls this: no method of lists, and no function inside of this one.
    `of_new`: nor one that works in place on what has no name."""
    first, _, last = dotted.rpartition(".")
    if of_new and not first and dotted != last and last.endswith("_"):
        return True
    if dotted.endswith(_OF_LISTS) and not dotted.startswith(("np.", "numpy.")):
        return False
    is_inside = owner.outline is not None and any(each.endswith(f".{dotted}") for each in owner.outline.nested)
    return may_be_pure(last) and not is_inside


_Found = tuple[Function, Accesses, ir.Block, ir.Call, CallFact]


def _discards(owner: Function, body: ir.FunctionIR) -> Iterator[_Found]:
    calls: Mapping[int, CallFact] = owner.facts.calls
    accesses: Accesses | None = None
    for block in body.blocks:
        for op in block.instructions:
            for call in _thrown_away(owner, op):
                if call.target in calls:
                    accesses = accesses or Accesses(body)
                    yield owner, accesses, block, call, calls[call.target]


def _thrown_away(owner: Function, op: ir.Instruction) -> Iterator[ir.Call]:
    """The call that a statement is, or several of them: `x.to(device), y.to(device)`."""
    value = owner.instructions.get(op.value) if isinstance(op, ir.Discard) else None
    parts = [owner.instructions.get(each) for each in value.items] if isinstance(value, ir.Collect) else [value]
    yield from (each for each in parts if isinstance(each, ir.Call))
