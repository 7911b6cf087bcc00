"""What the other uses of a variable show of its kind: only tensors and arrays have `shape`, only modules `eval()`."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping
from functools import cache

from mlint.facts.domain.values import Kind
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses
from mlint.facts.flow.paths import Path
from mlint.facts.flow.recorded import CallFact
from mlint.facts.placement.makings import makes
from mlint.facts.tables.entries import Entry
from mlint.facts.tables.tables import Tables


class Shown(enum.Enum):
    """What a use shows."""

    TENSOR = "a tensor or an array"
    DATA = "data that goes through a model"
    MODULE = "a module"
    OBJECT = "an object of another kind"


_TENSOR_ATTRIBUTES = frozenset(("shape", "dtype", "ndim", "T", "requires_grad", "grad", "is_cuda", "grad_fn", "mT"))
_FIXED = frozenset(("shape", "dtype", "ndim", "device", "is_cuda", "grad_fn", "layout"))
"""What only other objects than tensors can be assigned."""
_TENSOR_METHODS = frozenset(
    "size view unsqueeze squeeze permute reshape clamp clamp_ sum mean std argmax argmin item detach backward numpy "
    "dim flatten transpose expand expand_as repeat repeat_interleave contiguous masked_fill masked_fill_ index_select "
    "gather scatter scatter_ softmax log_softmax sigmoid exp sqrt abs norm matmul bmm mul sub div long int "
    "bool byte clone new_zeros new_ones new_tensor new_full numel chunk unbind topk any all cumsum tolist nonzero "
    "astype type_as ne eq gt lt ge le add_ mul_ sub_ div_ zero_ copy_ fill_ uniform_ normal_ unfold narrow".split()
)
_MODULE_METHODS = frozenset(
    "eval train parameters named_parameters state_dict load_state_dict modules named_modules children forward apply "
    "zero_grad register_buffer register_forward_hook requires_grad_ named_children generate".split()
)
_OBJECT_METHODS = frozenset("keys items values update get pop append extend save load close open fit predict".split())
_TAKES_NUMBERS = frozenset(
    "uniform_ normal_ random_ exponential_ cauchy_ log_normal_ geometric_ bernoulli_ fill_ fill clamp clamp_ clip "
    "clip_ masked_fill masked_fill_ pow pow_".split()
)
"""Functions and methods that are called with numbers as often as with tensors."""
_NO_TENSOR = frozenset(("size", "dim", "numel", "item", "tolist", "numpy", "backward", "astype"))
_OWNERS = ("torch.Tensor", "numpy.ndarray", "torch", "numpy")
_ARITHMETIC = frozenset(("+", "-", "*", "/", "@", "**", "//"))
_MODEL = re.compile(
    r"(?:^|_)(?:model|net|network|module|backbone|encoder|decoder|classifier|unet|generator)$|"
    r"criterion|(?:^|_)loss(?:_?fn|_?func\w*)?$",
    re.I,
)
_ALSO_OF_MODULES = frozenset(("requires_grad_",))


def gives_tensor(name: str) -> bool:
    """Whether tensors have a method of that name which gives a tensor, and what else is met in a forward has none."""
    return name in _TENSOR_METHODS - _MODULE_METHODS - _OBJECT_METHODS - _NO_TENSOR


@cache
def _tensor_names() -> frozenset[str]:
    """The methods and attributes that tensors or arrays have, as far as the tables know."""
    tables = Tables()
    names = [*tables.names("torch"), *tables.names("numpy")]
    found = (name.rpartition(".") for name in names)
    return frozenset(last.rstrip("_") for owner, _, last in found if owner in _OWNERS)


def shown(
    accesses: Accesses,
    temporary: int,
    calls: Mapping[int, CallFact],
    arithmetic: bool = True,
    others: bool = True,
) -> Shown | None:
    """What the uses of the variable or path that the temporary reads show; None where they show nothing.

    Only other uses (`others`), and such that see the same assignments, count. Where numbers are as likely as tensors,
    that it is computed with (`arithmetic`) shows nothing.
    """
    path = accesses.temporaries.path(temporary)
    place = accesses.temporaries.places.get(temporary)
    if path is None or place is None:
        return None
    if any(_is_set(event.instruction) for event in accesses.all(path, Access.CHANGE)):
        return Shown.OBJECT
    mine = accesses.assigned(place, path)
    own = {temporary, *(user.target for user in accesses.temporaries.users[temporary])}
    found: set[Shown] = set()
    for event in accesses.all(path, Access.READ):
        if others and event.target in own:
            continue
        theirs = accesses.assigned(event.place, path)
        if mine.isdisjoint(theirs) and (mine or theirs):
            continue
        found.update(_of_read(accesses, event.instruction, path, calls, arithmetic))
    for answer in (Shown.MODULE, Shown.OBJECT, Shown.TENSOR, Shown.DATA):
        if answer in found:
            return answer
    return None


def _is_set(change: ir.Instruction) -> bool:
    """Whether an attribute is assigned that no tensor lets anybody assign: `maps.device = device`."""
    return isinstance(change, ir.StoreAttribute) and change.name in _FIXED


def _of_read(
    accesses: Accesses, read: ir.Instruction, path: Path, calls: Mapping[int, CallFact], arithmetic: bool
) -> Iterator[Shown]:
    """What the users of one read show. A read of `x.shape` is an event of `x`, too."""
    temporaries = accesses.temporaries
    current: ir.Instruction | None = read
    while isinstance(current, (ir.Attribute, ir.Item)) and temporaries.path(current.target) != path:
        base = temporaries.definitions.get(current.base)
        if base is not None and temporaries.path(base.target) == path:
            yield from _of_user(accesses, base.target, current, calls, arithmetic)
        current = base
    if current is not None and temporaries.path(current.target) == path:
        for user in temporaries.users[current.target]:
            yield from _of_user(accesses, current.target, user, calls, arithmetic)


def _of_user(
    accesses: Accesses, value: int, user: ir.Instruction, calls: Mapping[int, CallFact], arithmetic: bool
) -> Iterator[Shown]:
    if isinstance(user, ir.Attribute):
        yield from _of_attribute(accesses, user)
    elif isinstance(user, ir.Binary):
        if arithmetic and user.op in _ARITHMETIC:
            yield Shown.TENSOR
    elif isinstance(user, ir.Item) and user.base == value:
        yield from _of_index(accesses, user)
    elif isinstance(user, ir.Call):
        yield from _of_call(value, user, calls)


def _of_attribute(accesses: Accesses, user: ir.Attribute) -> Iterator[Shown]:
    if user.name in _TENSOR_ATTRIBUTES:
        yield Shown.TENSOR
        return
    users = accesses.temporaries.users[user.target]
    if user.name.rstrip("_") not in _tensor_names() and user.name not in _MODULE_METHODS:
        yield Shown.OBJECT
    elif not any(isinstance(call, ir.Call) and call.callee == user.target for call in users):
        return
    elif user.name in _TENSOR_METHODS - _MODULE_METHODS:
        yield Shown.TENSOR
    elif user.name in _MODULE_METHODS - _ALSO_OF_MODULES:
        yield Shown.MODULE
    elif user.name in _OBJECT_METHODS:
        yield Shown.OBJECT


def _of_index(accesses: Accesses, user: ir.Item) -> Iterator[Shown]:
    index = accesses.temporaries.definitions.get(user.index)
    if isinstance(index, ir.Const) and isinstance(index.value, str):
        yield Shown.OBJECT
    elif isinstance(index, (ir.Slice, ir.Collect)) or (isinstance(index, ir.Const) and index.value in (None, ...)):
        yield Shown.TENSOR


def _of_call(value: int, user: ir.Call, calls: Mapping[int, CallFact]) -> Iterator[Shown]:
    if user.callee == value:
        yield Shown.MODULE
        return
    fact = calls.get(user.target)
    passed = [each for each in user.arguments if each.value == value]
    if fact is None or not passed:
        return
    if any(each.stars for each in passed):
        yield Shown.OBJECT
    elif fact.entry is not None and not _takes_sizes(fact.entry) and _takes_tensors(fact.entry.name):
        yield Shown.TENSOR
    elif fact.callee.kind is Kind.MODULE or _MODEL.search(fact.name) is not None:
        yield Shown.DATA


def _takes_sizes(entry: Entry) -> bool:
    """Whether numbers are what it is called with: `torch.zeros(n)`, `x.view(n, -1)`."""
    return makes(entry) is not None or any(each.stars == 1 for each in entry.parameters or ())


def _takes_tensors(name: str) -> bool:
    library, _, last = name.rpartition(".")
    if last in _TAKES_NUMBERS:
        return False
    if name.startswith("torch.Tensor."):
        return True
    return library in ("torch", "torch.nn.functional", "torch.linalg", "torch.fft", "torch.special") and last not in (
        "save", "load", "compile", "no_grad", "device", "is_tensor", "manual_seed", "Generator", "typename", "autocast",
    )  # fmt: skip
