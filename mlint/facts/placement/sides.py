"""What has to lie on one device: the sides of an operator, the tensors that a function of a library takes."""

from __future__ import annotations

from dataclasses import dataclass

from mlint.facts.domain.values import Kind
from mlint.facts.flow import ir
from mlint.facts.flow.paths import Temporaries
from mlint.facts.flow.recorded import CallFact, Facts
from mlint.facts.placement.dimensions import TOGETHER
from mlint.facts.placement.makings import makes

_OPERATORS = frozenset("+ - * / // % ** @ & | ^ << >> < <= > >= == !=".split())
_LIBRARIES = ("torch.nn.functional.", "torch.linalg.", "torch.special.", "torch.fft.", "torch.Tensor.", "torch.")

WITH_FIRST = frozenset(
    "copy_ index_put index_put_ expand_as view_as reshape_as repeat expand view reshape tile roll permute narrow split "
    "chunk topk unflatten pad interpolate upsample unfold fold".split()
)
"""Functions whose result lies where their first argument does, wherever the others are: sizes, or what is copied."""
ANYWHERE = WITH_FIRST | frozenset(
    "to type_as type set_ equal is_tensor save load device "
    "new_tensor new_zeros new_ones new_full new_empty from_numpy as_tensor tensor asarray is_same_size numel size "
    "stack_module_state backward register_hook data_ptr storage typename promote_types result_type manual_seed "
    "to_dense ctc_loss".split()
)
"""Functions that take tensors from anywhere, or none."""


_OF_TENSORS = frozenset(
    "index_add index_add_ index_copy_ scatter_add scatter_add_ mm bmm matmul addmm baddbmm cdist bucketize "
    "cross_entropy nll_loss conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d grid_sample".split()
)
"""Functions that are given nothing but tensors, sizes and dimensions aside."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What meets in an instruction, `how`: by an `operator`, in a `call`. `together`: nothing but tensors can be put
    together. `filled`: what an operator changes in place, so that it cannot be a number beside the other."""

    parts: tuple[int, ...]
    how: str
    together: bool = False
    filled: int | None = None


def sides(temporaries: Temporaries, facts: Facts, op: ir.Instruction) -> Sides | None:
    """What an instruction brings together; None where it takes tensors from anywhere, or none."""
    if isinstance(op, (ir.Binary, ir.Compare)) and op.op in _OPERATORS:
        is_inplace = isinstance(op, ir.Binary) and op.inplace
        return Sides((op.left, op.right), "operator", filled=op.left if is_inplace else None)
    fact = facts.calls.get(op.target) if isinstance(op, ir.Call) else None
    if not isinstance(op, ir.Call) or fact is None or not _takes_tensors(fact):
        return None
    assert fact.entry is not None
    passed = passed_to(temporaries, op)
    callee = temporaries.definitions.get(op.callee)
    if fact.entry.name.startswith("torch.Tensor.") and isinstance(callee, ir.Attribute):
        passed.insert(0, callee.base)
    return Sides(tuple(passed), "call", fact.entry.last in TOGETHER | _OF_TENSORS)


def of_loss(temporaries: Temporaries, op: ir.Call, symbol: str) -> Sides | None:
    """What meets in a loss of torch that is made somewhere else, `nn.BCELoss()`; None of one that takes lengths."""
    if not symbol.startswith("torch.nn.") or not symbol.endswith("Loss") or symbol.endswith("CTCLoss"):
        return None
    return Sides(tuple(passed_to(temporaries, op)), "call", symbol.endswith(("CrossEntropyLoss", "NLLLoss")))


def passed_to(temporaries: Temporaries, op: ir.Call) -> list[int]:
    """The arguments of a call, of a list or tuple that is written out its items."""
    found: list[int] = []
    for each in op.arguments:
        made = temporaries.definitions.get(each.value)
        is_written = isinstance(made, ir.Collect) and not made.starred
        found += [] if each.stars else list(made.items) if is_written and isinstance(made, ir.Collect) else [each.value]
    return found


def _takes_tensors(fact: CallFact) -> bool:
    """Whether it is a function or method of torch that needs its tensors on one device."""
    entry = fact.entry
    if entry is None or fact.callee.kind is Kind.MODULE or not entry.name.startswith(_LIBRARIES):
        return False
    if entry.name.count(".") > 2 + entry.name.startswith("torch.nn.functional"):
        return False
    if entry.is_class or entry.last in ANYWHERE or makes(entry) is not None:
        return False
    if entry.name.startswith("torch.distributed."):  # what goes round is where the group of processes wants it
        return False
    return "device" not in fact.keywords  # it brings them there
