"""Where a tensor on the CPU meets one that is where the input is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlint.cached import cached_property
from mlint.facts.domain.values import Kind, Value
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses
from mlint.facts.flow.guards import conditions, is_guarded, names
from mlint.facts.members.kept_tensors import is_made_elsewhere
from mlint.facts.placement import meetings
from mlint.facts.placement.dimensions import OnCpu
from mlint.facts.placement.makings import makes
from mlint.facts.placement.moved_later import is_moved_later
from mlint.facts.placement.whereabouts import NEW_OF, RANK, SIZES
from mlint.facts.project.units import Unit
from mlint.rule import Step
from mlint.subjects.occasion import in_tests, is_of_loss, makes_by_name, occasion, runs_once
from mlint.subjects.owners import Function
from mlint.subjects.placed import Placed

_MAKES = re.compile(
    r"\b(?:zeros|ones|full|empty|eye|arange|linspace|logspace|tensor|Tensor|FloatTensor|LongTensor|BoolTensor|"
    r"IntTensor|rand(?:n|int|perm|om)?|normal|\w+_window|meshgrid|range|from_numpy|cpu)\("
)
_DEVICES = frozenset(("device", "cuda", "type_as"))
_SCORE = re.compile(r"metric|score|loss|accuracy|precision|recall|iou|psnr|ssim|detection|criterion", re.I)
_CHOICE = re.compile(r"cuda|gpu|device|is_available|^cpu$", re.I)
_TRACING = re.compile(r"fx_proxy|is_(?:jit_)?(?:tracing|scripting)|is_in_onnx_export|is_exporting", re.I)
_OF_DATA = re.compile(
    r"dataset|loader|data_?(?:utils|io)|processor|collat|transform(?!er)|preprocess|augment|tokeniz|sampler|getitem|pad_(?:seq|batch)|"
    r"batchify|to_numpy|onnx|"
    r"(?:^|[_.])(?:io|viz|vis|plot\w*|draw|visuali\w+|data|load|read|save|export|test)(?:[_.]|$)",
    re.I,
)


class Meeting(Placed):
    """`x + torch.zeros(3)`, `self.embed(torch.arange(n))`, `torch.cat([x, zeros])`: the tensor made is on the CPU.

    It stands for the call that made that tensor; for where they meet, if that call is not seen.
    """

    def __init__(self, function: Function, accesses: Accesses, found: meetings.Meeting) -> None:
        super().__init__(function, found.at if found.made is None else found.made)
        self.found = found
        self._accesses = accesses

    @classmethod
    def of(cls, owner: Function) -> Iterator[Meeting]:
        """The meetings in a function and in what is nested in it: of each tensor that is made on the CPU the first."""
        if owner.is_module or not any(_MAKES.search(line) for line in owner.lines) or not _may_make(owner):
            return
        seen: set[object] = set()
        for body in owner.bodies:
            accesses = Accesses(body)
            found = meetings.Meetings(owner.file.engine, accesses, owner.facts)
            for each in sorted(found, key=lambda each: (each.how == "filled", _is_of_sizes(each))):
                key = each.made if each.made is not None else each.near
                line = owner.span(each.at if each.made is None else each.made).line
                if key not in seen and line not in seen:
                    seen |= {key, line}
                    yield cls(owner, accesses, each)

    @property
    def is_elsewhere(self) -> bool:
        """Whether they meet on another line than that where the one is made."""
        return self.function.span(self.at).line != self.function.span(self.found.at).line

    @property
    def meeting_code(self) -> str:
        """The source text of where they meet, on one line."""
        return self.function.code(self.found.at)

    @property
    def made_code(self) -> str | None:
        """The source text of the call that made it; None where it is not seen."""
        return None if self.found.made is None else self.function.code(self.found.made)

    @property
    def is_of_array(self) -> bool:
        """Whether it shares the memory of an array, `torch.from_numpy(weights)`: that can't be told a device."""
        fact = self.function.facts.calls.get(self.at)
        return fact is not None and fact.name == "from_numpy"

    @property
    def how(self) -> str:
        """`operator`, `call`, `layer`, `index`, `inside`, `model`, `total`, `filled`, `returned`, `scalar`."""
        return self.found.how

    @property
    def place(self) -> str:
        """Where the other tensor is: `x.device`."""
        return self.found.place

    @property
    def is_of_lengths(self) -> bool:
        """Whether the other one tells how large something is, by its name: that may belong on the CPU."""
        return _is_of_sizes(self.found)

    @property
    def is_known(self) -> bool:
        """Whether the other is known to be a tensor, not merely used as one."""
        return self.found.is_known

    @cached_property
    def occasion(self) -> str | None:
        """What makes the function run on the input's device; None where nothing says so. A loss that a class of losses
        makes, `def loss(...)` inside of a method, is one."""
        return occasion(self.function) or ("the loss" if self._is_made_loss else None)

    @property
    def _is_made_loss(self) -> bool:
        names = (self._accesses.function.name, self.function.cls.name if self.function.cls is not None else "")
        is_nested = self._accesses.function is not self.function.ir
        return is_nested and all(is_of_loss(name) for name in names) and not in_tests(self.function)

    @cached_property
    def is_of_score(self) -> bool:
        """Whether the function computes a score or a loss, by its name or those of its class and file: these are
        gathered from all devices."""
        names = (self.function.qualname, self.function.path.stem, self.function.path.parent.name)
        return any(_SCORE.search(name) for name in names)

    @property
    def is_of_module(self) -> bool:
        """Whether the function is a method of a module that runs: what it is given lies where the module does, or what
        it meets moves with the module."""
        return self.function.file.engine.classes.is_of_module(self.function.unit)

    @property
    def speaks_of_devices(self) -> bool:
        """Whether the function itself says anything of devices; what never does may be meant for the CPU."""
        return not (_DEVICES | NEW_OF).isdisjoint(self.function.words) or RANK.search(self.place) is not None

    @property
    def mirrors(self) -> bool:
        """Whether it was given the dtype of a tensor that the function works on, and not its device."""
        if self.found.made is None:
            return False
        cpu = OnCpu(self.function.file.engine, self._accesses, self.function.facts)
        return cpu.dtype_of(self.found.made) not in (None, ("self",))

    @cached_property
    def is_copied(self) -> bool:
        """Whether the tensor is made of something unknown, which may be a tensor: then it stays where that is."""
        fact = self.function.facts.calls.get(self.at)
        if fact is None or fact.entry is None or makes(fact.entry) != "data":
            return False
        return not fact.positional or fact.positional[0].kind is Kind.UNKNOWN

    @property
    def is_made_elsewhere_by_default(self) -> bool:
        """Whether the project says somewhere that tensors are made on another device where none is named."""
        return is_made_elsewhere(self.function.file.engine)

    @cached_property
    def is_guarded(self) -> bool:
        """Whether a condition about devices decides whether they meet, or the one is made on the CPU; of what is
        returned, any in the function."""
        if self.found.how not in ("returned", "scalar"):
            made = self._accesses.temporaries.places.get(self.at)
            blocks = {self.found.block, *([] if made is None else [made.block])}
            return any(is_guarded(self._accesses, each, _CHOICE) for each in blocks)
        asked = self._accesses.temporaries.conditions
        return any(_CHOICE.search(name) for each in asked for name in names(self._accesses, each))

    @cached_property
    def is_for_tracing(self) -> bool:
        """Whether it is made only where a graph is traced: `if is_torch_fx_proxy(ids)`."""
        made = self._accesses.temporaries.places.get(self.at)
        blocks = {self.found.block, *([] if made is None else [made.block])}
        return any(is_guarded(self._accesses, each, _TRACING) for each in blocks)

    @property
    def is_built_once(self) -> bool:
        """Whether the function makes something for a constructor, as far as its name tells, and no forward calls it."""
        return self.occasion is None and makes_by_name(self.function)

    @cached_property
    def is_moved_later(self) -> bool:
        """Whether what they give is brought to a device in the end: until then it is meant for the CPU."""
        starts = (self.found.at, self.found.near)
        return is_moved_later(self._accesses.temporaries, self.function.facts, starts)

    @cached_property
    def is_way_out(self) -> bool:
        """Whether what is returned was made for that alone, `if x.numel() == 0: return torch.zeros(0)`: nothing fills
        it or takes its place, and what decides is neither the type of an argument nor whether it was passed."""
        temporaries = self._accesses.temporaries
        users = temporaries.users[self.found.near]
        names = [each.name for each in users if isinstance(each, ir.Store)]
        is_filled = any(self._accesses.all((name,), Access.CHANGE) for name in names)
        ends = [temporaries.definitions.get(each) for each in self.function.facts.returns]
        given = [each.value for each in ends if isinstance(each, ir.Return) and each.value is not None]
        loads = [temporaries.definitions.get(each) for each in given]
        writes = (
            self._accesses.reaching(temporaries.places[each.target], (each.name,))
            for each in loads
            if isinstance(each, ir.Load) and each.name in names
        )
        is_only = self.found.near in given or all(len(each) == 1 for each in writes)
        return is_only and not is_filled and not self._asks_for_types

    @property
    def _asks_for_types(self) -> bool:
        """Whether the type of an argument decides about the making, or whether one was passed."""
        temporaries = self._accesses.temporaries
        for condition in conditions(self._accesses, self.found.block):
            for each in temporaries.inputs(condition):
                op = temporaries.definitions[each]
                if isinstance(op, ir.Compare) and op.op in ("is", "is not"):
                    return True
                if isinstance(op, ir.Call) and temporaries.callee_name(op) in ("isinstance", "is_tensor", "type"):
                    return True
        return False

    @cached_property
    def is_called_with_cpu(self) -> bool:
        """Whether every call that is seen passes a tensor on the CPU for the other one."""
        passed = [value for _, value in self._passed]
        return bool(passed) and all(each is not None and each.device == "cpu" for each in passed)

    @cached_property
    def is_called_on_the_way(self) -> bool:
        """Whether a forward, a loss or a step that is seen to call it passes a tensor for the other one, which lies
        where its own input does."""
        return any(
            value is not None and value.kind is Kind.TENSOR and (value.device or "").startswith("of:")
            for unit, value in self._passed
            if occasion(Function(self.function.file, unit)) is not None
        )

    @cached_property
    def _passed(self) -> list[tuple[Unit, Value | None]]:
        """What the calls that are seen pass for the other one, and where."""
        engine, unit = self.function.file.engine, self.function.unit
        name = self.place.removesuffix(".device")
        sites = engine.callers.sites(unit).sites if unit.outline is not None else ()
        return [(each.unit, engine.arguments(unit, each.fact, each.fact.receiver).get(name)) for each in sites]

    @cached_property
    def is_of_data(self) -> bool:
        """Whether the function prepares or shows data, which is done on the CPU, builds something once, or tests."""
        path = str(self.function.path.relative_to(self.function.project.root)) if self._is_inside else ""
        names = (self.function.qualname, *path.removesuffix(".py").split("/"))
        return any(_OF_DATA.search(name) for name in names) or runs_once(self.function) or in_tests(self.function)

    @property
    def _is_inside(self) -> bool:
        return self.function.path.is_relative_to(self.function.project.root)

    @property
    def history(self) -> tuple[Step, ...]:
        """Where they meet, if that is another line; how the tensor came to the CPU, if its making is not seen."""
        if self.found.made is None:
            return self.function.steps(self.function.value(self.found.near).trace)
        message = f"they meet here, and `{self.function.code(self.found.far)}` is on {self.place}"
        return (Step(message, self.function.span(self.found.at)),) if self.is_elsewhere else ()


def _is_of_sizes(found: meetings.Meeting) -> bool:
    """Whether the other one tells how large something is, by its name, and nothing shows it to be a tensor."""
    return SIZES.search(found.place.removesuffix(".device")) is not None and not found.is_known


def _may_make(owner: Function) -> bool:
    """Whether a call in it may make a tensor on the CPU: not one of Python's or NumPy's, nor one that says where, nor
    `tensor(0.0)`, which may meet any other."""
    sketch = owner.unit.sketch
    if sketch is None:
        return True
    imports = owner.project.imports(owner.path)
    return any(
        _MAKES.search(f".{dotted}(") is not None
        and keywords.isdisjoint(("device", "**"))
        and dotted != "range"
        and not imports.get(dotted.partition(".")[0], "").startswith(("numpy", "random"))
        and not (dotted in sketch.of_numbers and dotted.rpartition(".")[2] == "tensor")
        for dotted, keywords in sketch.calls
    )
