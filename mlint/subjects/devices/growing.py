"""Models to which the turns of a loop add layers, which are not where the rest is."""

from __future__ import annotations

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.paths import Path

_LEAVE_LAYERS = frozenset(
    "to cuda cpu half float double bfloat16 type train eval zero_grad requires_grad_ load_state_dict apply "
    "share_memory register_forward_hook register_backward_hook register_full_backward_hook compile".split()
)


def may_grow(accesses: Accesses, loop: ir.Loop | None, model: Path | None) -> bool:
    """Whether a statement of the loop calls a method of the model that may add layers to it: `model.grow()`."""
    if loop is None or model is None:
        return False
    definitions = accesses.temporaries.definitions
    inside = accesses.graph.members(accesses.function.loops.index(loop))
    for op in (op for index in inside for op in accesses.graph.blocks[index].instructions):
        made = definitions.get(op.value) if isinstance(op, ir.Discard) else None
        callee = definitions.get(made.callee) if isinstance(made, ir.Call) else None
        if not isinstance(callee, ir.Attribute) or callee.name in _LEAVE_LAYERS:
            continue
        if (accesses.temporaries.path(callee.base) or ())[: len(model)] == model:
            return True
    return False
