"""How a tensor that was made elsewhere is used: computed with as it is, moved first, or only asked for numbers."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlint.facts.domain.values import Kind
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.paths import Temporaries, operands
from mlint.facts.flow.recorded import CallFact, Facts
from mlint.facts.placement.dimensions import OnCpu
from mlint.facts.placement.whereabouts import Whereabouts
from mlint.facts.project.units import Unit

if TYPE_CHECKING:
    from mlint.facts.engine import Engine


class Use(enum.Enum):
    """What becomes of the tensor. `KEPT`: it is moved, and what that gives replaces it."""

    COMPUTED = "computed with where it lies"
    MET = "beside what lies where the input does"
    FED = "as the input of a layer, whose parameters are where the module is"
    MOVED = "moved first"
    KEPT = "moved, and kept there"
    ASKED = "only asked for its shape or its numbers"
    INDEX = "as an index, which may lie on the CPU"
    RETURNED = "returned where it lies"
    PASSED = "passed to a library that may move it"


_MOVES = frozenset(("to", "cuda", "xpu", "mps", "type_as", "tensor_to"))
_ASKS = frozenset(
    "size numel dim item tolist numpy cpu stride get_device nelement storage data_ptr __len__ ndimension".split()
)
_ATTRIBUTES = frozenset("shape dtype ndim device requires_grad is_cuda layout".split())
_SAME = frozenset(
    "view reshape unsqueeze squeeze expand repeat permute transpose t float half double bfloat16 long int clone detach "
    "contiguous flatten repeat_interleave movedim swapaxes requires_grad_ type view_as expand_as reshape_as".split()
)
_REDUCES = frozenset(
    "max min mean sum std var prod norm any all amax amin median abs round floor ceil log exp sqrt rsqrt square "
    "reciprocal neg sign sin cos tanh sigmoid relu softmax log_softmax log1p log2 log10 expm1 exp2 cumsum cumprod flip "
    "roll clamp clip clamp_min clamp_max bool".split()
)
"""Methods that compute with the tensor alone, where they are given nothing but numbers."""
_COMPUTES = frozenset(
    "add sub mul div pow lerp addcmul addcdiv maximum minimum where masked_fill eq ne lt le gt ge".split()
)
"""Methods whose result lies where both are."""
_TAKES_TENSOR = frozenset(("masked_fill", "masked_fill_", "index_select", "masked_select", "addcmul"))
"""Methods that tensors alone have, and that need what they are given beside them."""
_NUMBERS = frozenset(
    "len int float bool range print isinstance str repr hasattr getattr id new_tensor type_as to expand_as view_as "
    "is_tensor tolist asarray array zeros_like ones_like empty_like format isfinite warn uniform_ normal_ random_ "
    "exponential_ cauchy_ log_normal_ geometric_ uniform".split()
)
_ALIKE = frozenset(
    "abs round neg negative logical_not list tuple reversed Parameter Variable multinomial bernoulli rearrange "
    "repeat".split()
)
"""Functions whose result lies where what they are given does."""
_DTYPES = frozenset(
    "float half double bfloat16 long int short bool uint8 int8 int16 int32 int64 float16 float32 float64 dtype".split()
)
_MOST_STEPS = 8


Follow = Callable[[ir.Call, int], Iterable[Use]]
"""What a function of the project that is called does with a temporary that is passed to it; nothing if not known."""


@dataclass(frozen=True)
class Body:
    """A function's temporaries, and how the functions that it calls are followed."""

    temporaries: Temporaries
    follow: Follow = lambda call, temporary: ()
    is_number: Callable[[int], bool] = lambda temporary: False
    """Whether a temporary is a number; one picks a number from a tensor `of_numbers`, which may meet any device."""
    of_numbers: bool = False
    is_far: Callable[[int], bool] = lambda temporary: False
    """Whether a temporary lies where the input does, or comes from a parameter of the function."""
    is_fed: Callable[[int], bool] = lambda temporary: False
    """Whether a temporary comes from a parameter of the function, by whatever was done with it."""
    is_layer: Callable[[int], bool] = lambda temporary: False
    """Whether a temporary is a layer that has parameters."""
    is_own: Callable[[int], bool] = lambda temporary: False
    """Whether a temporary is made of nothing but what the object keeps, too: that they meet moves neither."""


def uses(body: Body, temporary: int, steps: int = _MOST_STEPS) -> Iterator[Use]:
    """What becomes of a temporary, and of views of it, wherever they are used."""
    if steps < 1:
        return
    for user in body.temporaries.users[temporary]:
        yield from _of(body, temporary, user, steps - 1)


def _of(body: Body, temporary: int, user: ir.Instruction, steps: int) -> Iterator[Use]:
    if isinstance(user, ir.Attribute):
        yield from _of_attribute(body, user, steps)
    elif isinstance(user, ir.Call):
        yield from _of_call(body, temporary, user, steps)
    elif isinstance(user, (ir.Item, ir.StoreItem)):
        yield from _of_item(body, temporary, user, steps)
    elif _only_asks(body, user):
        yield Use.ASKED
    elif isinstance(user, ir.Collect):
        yield from _of_collected(body, temporary, user, steps)
    elif _is_of_same(body, temporary, user):
        yield from uses(body, user.target, steps)
    elif isinstance(user, ir.Store):
        for read in _reads(body.temporaries, user.name):
            yield from uses(body, read, steps)
    elif not isinstance(user, (ir.StoreAttribute, ir.Discard, ir.Text, ir.Raise)):
        yield from _computed(body, temporary, user, operands(user), steps)


def _computed(body: Body, temporary: int, user: ir.Instruction, others: Iterable[int], steps: int) -> Iterator[Use]:
    """How a tensor is computed with, and whether what that gives meets the input: what it was computed with may lie
    anywhere, but then that fails first."""
    met = Use.RETURNED if isinstance(user, ir.Return) else _meets(body, temporary, others)
    yield met
    if met is Use.COMPUTED and isinstance(user, (ir.Binary, ir.Compare, ir.Call)):
        yield from (Use.MET for each in uses(body, user.target, steps) if each in (Use.MET, Use.FED))


def _meets(body: Body, temporary: int, others: Iterable[int]) -> Use:
    """How a tensor is computed with, beside these."""
    return Use.MET if any(each != temporary and body.is_far(each) for each in others) else Use.COMPUTED


def _passed(call: ir.Call, temporaries: Temporaries) -> list[int]:
    """What a call computes with: its arguments, those in a list, and what a method is called on."""
    callee = temporaries.definitions.get(call.callee)
    found = [callee.base] if isinstance(callee, ir.Attribute) else []
    for each in call.arguments:
        made = temporaries.definitions.get(each.value)
        found += made.items if isinstance(made, ir.Collect) else (each.value,)
    return found


def _reads(temporaries: Temporaries, name: str) -> list[int]:
    """Where a variable is read, up to where it is moved: `mask = mask.to(x.device)`."""
    stores = [op for op in temporaries.definitions.values() if isinstance(op, ir.Store) and op.name == name]
    moved = [op.target for op in stores if _is_moved(temporaries, op)]
    loads = [op.target for op in temporaries.definitions.values() if isinstance(op, ir.Load) and op.name == name]
    return [each for each in loads if not moved or each < min(moved)]


def _is_moved(temporaries: Temporaries, store: ir.Store) -> bool:
    made, is_moved = temporaries.definitions.get(store.value), False
    while isinstance(made, ir.Call):  # `mask = mask.to(x.device).unsqueeze(0)`
        callee = temporaries.definitions.get(made.callee)
        if not isinstance(callee, ir.Attribute) or callee.name not in _SAME | _MOVES:
            return False
        is_moved |= callee.name in _MOVES and _says_where(temporaries, made)
        made = temporaries.definitions.get(callee.base)
    return is_moved and isinstance(made, ir.Load) and made.name == store.name


def _of_item(body: Body, temporary: int, user: ir.Item | ir.StoreItem, steps: int) -> Iterator[Use]:
    if user.index == temporary:
        yield Use.INDEX
    elif body.of_numbers and body.is_number(user.index):
        yield Use.ASKED
    elif isinstance(user, ir.Item):
        yield from uses(body, user.target, steps)
    else:  # `batch[i] = self.grid` copies it to where the batch lies, and so does what is put into it
        yield Use.MOVED if user.value == temporary else Use.COMPUTED


def _only_asks(body: Body, user: ir.Instruction) -> bool:
    """`self.mask is None`, and a loop over a row of numbers, each of which may meet any tensor."""
    return (isinstance(user, ir.Next) and body.of_numbers) or (isinstance(user, ir.Compare) and "is" in user.op.split())


def _of_collected(body: Body, temporary: int, collected: ir.Collect, steps: int) -> Iterator[Use]:
    """What becomes of one item of a tuple or list: of `a, b = x, y` only its own variable holds it."""
    for user in body.temporaries.users[collected.target]:
        if not isinstance(user, ir.Element):
            yield from _of(body, collected.target, user, steps)
        elif body.temporaries.resolve(user.target) in (temporary, user.target):
            yield from uses(body, user.target, steps)


def _is_of_same(body: Body, temporary: int, user: ir.Instruction) -> bool:
    """Whether the result is where the tensor is, meeting nothing else: `-self.grid`, `self.radius**2`."""
    if isinstance(user, (ir.Binary, ir.Compare)):
        other = user.right if user.left == temporary else user.left
        return _is_no_other(body, other)
    return isinstance(user, (ir.Next, ir.Mapping, ir.Unary))


def _is_no_other(body: Body, temporary: int) -> bool:
    """Whether it is no tensor that may be somewhere else."""
    is_plain = isinstance(body.temporaries.definitions.get(temporary), ir.Const)
    return is_plain or body.is_number(temporary) or body.is_own(temporary)


def _is_computed_alone(body: Body, temporary: int, call: ir.Call) -> bool:
    """Whether a function of torch is given no other tensor: `torch.diag_embed(1 / std)`."""
    path = body.temporaries.path(call.callee)
    others = [each.value for each in call.arguments if each.value != temporary]
    return path is not None and path[0] == "torch" and all(_is_no_other(body, each) for each in others)


def _of_attribute(body: Body, user: ir.Attribute, steps: int) -> Iterator[Use]:
    calls = [
        call for call in body.temporaries.users[user.target] if isinstance(call, ir.Call) and call.callee == user.target
    ]
    if not calls:
        yield from [Use.ASKED] if user.name in _ATTRIBUTES else uses(body, user.target, steps)
    for call in calls:
        if user.name == "to" and _is_cpu(body.temporaries, call):
            yield Use.ASKED
        elif user.name in _MOVES and _says_where(body.temporaries, call):
            yield Use.KEPT if _is_put_back(body.temporaries, user, call) else Use.MOVED
        elif user.name in _ASKS:
            yield Use.ASKED
        elif user.name in _SAME | _MOVES or (user.name in _REDUCES and _is_given_numbers(body, call)):
            yield from uses(body, call.target, steps)
        elif user.name.rstrip("_") in _COMPUTES:
            yield from _computed(body, user.base, call, _passed(call, body.temporaries), steps)
        else:
            yield _meets(body, user.base, _passed(call, body.temporaries))


def _is_given_numbers(body: Body, call: ir.Call) -> bool:
    return all(_is_no_other(body, each.value) for each in call.arguments)


def _of_call(body: Body, temporary: int, call: ir.Call, steps: int) -> Iterator[Use]:
    if body.temporaries.callee_name(call) in _NUMBERS or (
        body.of_numbers and body.temporaries.callee_name(call) in ("zip", "enumerate")
    ):
        yield Use.ASKED
    elif body.temporaries.callee_name(call) in ("zip", "enumerate"):
        yield from _of_turns(body, temporary, call, steps)
    elif body.temporaries.callee_name(call) in _ALIKE or _is_computed_alone(body, temporary, call):
        yield from uses(body, call.target, steps)
    elif any(each.name == "device" for each in call.arguments):
        yield Use.MOVED
    elif body.is_layer(call.callee):
        yield Use.FED
    elif _is_put_in(body, temporary, call):
        yield Use.MET
    else:
        followed = tuple(body.follow(call, temporary))
        yield from followed or (_meets(body, temporary, _passed(call, body.temporaries)),)


def _is_put_in(body: Body, temporary: int, call: ir.Call) -> bool:
    """Whether a method that only tensors have takes it, of what comes from the input: `scores.masked_fill(mask, 0)`."""
    callee = body.temporaries.definitions.get(call.callee)
    is_given = isinstance(callee, ir.Attribute) and callee.name in _TAKES_TENSOR and callee.base != temporary
    return is_given and isinstance(callee, ir.Attribute) and body.is_fed(callee.base)


def _of_turns(body: Body, temporary: int, call: ir.Call, steps: int) -> Iterator[Use]:
    """What becomes of the items of a tensor, where a loop counts them, or takes them together with others."""
    is_counted = body.temporaries.callee_name(call) == "enumerate"
    position = 1 if is_counted else next((n for n, each in enumerate(call.arguments) if each.value == temporary), 0)
    for turn in body.temporaries.users[call.target]:
        if isinstance(turn, ir.Next):
            yield from _of_turn(body, turn.target, position, steps)
        elif isinstance(turn, ir.Call) and body.temporaries.callee_name(turn) == "enumerate":
            for counted in _items(body, turn.target, 1):
                yield from _of_turn(body, counted, position, steps)
        else:
            yield Use.COMPUTED


def _items(body: Body, iterable: int, position: int) -> Iterator[int]:
    """What loops through something take at a position of each item."""
    for turn in body.temporaries.users[iterable]:
        for user in body.temporaries.users[turn.target] if isinstance(turn, ir.Next) else ():
            if isinstance(user, ir.Element) and user.index == position:
                yield user.target


def _of_turn(body: Body, taken: int, position: int, steps: int) -> Iterator[Use]:
    """What becomes of the item at a position of what a loop has taken."""
    for user in body.temporaries.users[taken]:
        if not isinstance(user, ir.Element):
            yield from _of(body, taken, user, steps)
        elif user.index == position:
            yield from uses(body, user.target, steps)


def _says_where(temporaries: Temporaries, call: ir.Call) -> bool:
    """Whether a `.to(...)` names a device, and not a dtype alone."""
    if temporaries.callee_name(call) != "to":
        return True
    for each in call.arguments:
        made = temporaries.definitions.get(each.value)
        name = made.name if isinstance(made, (ir.Attribute, ir.Load, ir.Global)) else ""
        if each.name in (None, "device", "other") and name not in _DTYPES:
            return True
    return False


def _is_cpu(temporaries: Temporaries, call: ir.Call) -> bool:
    made = [temporaries.definitions.get(each.value) for each in call.arguments]
    return any(isinstance(each, ir.Const) and each.value == "cpu" for each in made)


def _is_put_back(temporaries: Temporaries, read: ir.Attribute, call: ir.Call) -> bool:
    """`self.grid = self.grid.to(device)`"""
    path = temporaries.path(read.base)
    is_kept = path is not None and path[-1].startswith(".")  # and no variable that is assigned anew
    return is_kept and any(temporaries.written(each) == path for each in temporaries.users[call.target])


def passed_on(engine: Engine, unit: Unit, call: ir.Call, temporary: int, depth: int = 2) -> Iterator[Use]:
    """What a function of the project that a unit calls does with a temporary that it is passed."""
    facts = engine.callers.facts(unit)
    fact = facts.calls.get(call.target) if facts is not None else None
    symbol = engine.symbol(fact.callee.symbol) if fact is not None and fact.callee.symbol is not None else None
    if fact is not None and _is_of_other_library(fact):
        yield Use.PASSED
    if facts is None or fact is None or symbol is None or symbol.path is None or depth < 1:
        return
    callee = engine.unit(symbol.path, symbol.qualname) if symbol.kind in ("function", "method") else None
    value = facts.values.get(temporary)
    names = engine.callers.names_of(symbol.path, symbol.qualname, fact, value) if value is not None else ()
    if callee is None or not names:
        return
    temporaries = Temporaries(callee.lowered.function)
    body = Body(
        temporaries,
        lambda inner, passed: passed_on(engine, callee, inner, passed, depth - 1),
        is_far=far_from(engine, callee.lowered.function, engine.facts(callee)),
    )
    for name in names:
        for read in _reads(temporaries, name):
            yield from (each for each in uses(body, read) if each is not Use.RETURNED)


def _is_of_other_library(fact: CallFact) -> bool:
    """Whether a function of a library other than torch is called: `kornia.enhance.normalize(x, self.mean)`."""
    name = fact.callee.symbol or ""
    is_function = fact.callee.kind in (Kind.FUNCTION, Kind.NAMESPACE) and "::" not in name
    return is_function and fact.receiver is None and name.partition(".")[0] not in ("", "torch", "builtins", "einops")


def fed_from(function: ir.FunctionIR) -> Callable[[int], bool]:
    """Tells of the temporaries of a function whether they come from what it was given, sizes and numbers aside."""
    temporaries = Temporaries(function)
    given = {each.name for each in function.parameters[1:]}

    def is_fed(temporary: int, steps: int = 3 * _MOST_STEPS) -> bool:
        op = temporaries.definitions.get(temporary)
        if isinstance(op, ir.Load):
            stores = (each for each in temporaries.definitions.values() if isinstance(each, ir.Store))
            made = [each.value for each in stores if each.name == op.name and each.value < temporary]
            return op.name in given or (steps > 0 and any(is_fed(each, steps - 1) for each in made[-1:]))
        if isinstance(op, ir.Call):
            callee = temporaries.definitions.get(op.callee)
            parts = [callee.base] if isinstance(callee, ir.Attribute) else []
            parts += [each.value for each in op.arguments]
        elif isinstance(op, (ir.Binary, ir.Item, ir.Element)):
            parts = list(operands(op))
        else:
            return False
        return steps > 0 and any(is_fed(each, steps - 1) for each in parts)

    return is_fed


def far_from(engine: Engine, function: ir.FunctionIR, facts: Facts) -> Callable[[int], bool]:
    """Tells of the temporaries of a function whether they lie where the input does, or come from a parameter."""
    accesses = Accesses(function)
    cpu = OnCpu(engine, accesses, facts)
    where = Whereabouts(cpu, accesses, facts)

    def is_far(temporary: int, steps: int = _MOST_STEPS) -> bool:
        if any(ask(temporary) is not None for ask in (where.far, where.brought, where.given)):
            return True
        op = accesses.temporaries.definitions.get(temporary)
        if isinstance(op, ir.Binary) and steps > 0:
            return is_far(op.left, steps - 1) or is_far(op.right, steps - 1)
        value = cpu.value(temporary)
        if isinstance(op, ir.Attribute):  # of another one that is kept nobody knows where it lies
            return not value.traits.isdisjoint(("parameter", "buffer"))
        return value.kind is Kind.TENSOR and not cpu.holds(temporary)

    return is_far
