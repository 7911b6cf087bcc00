"""ML404: a constant tensor that does not move with its module."""

from __future__ import annotations

from mlint import Confidence, Kept, Reports, rule


@rule(
    "ML404",
    "unregistered-buffer",
    "`self.{name}` is a tensor in a plain attribute: it stays on the CPU when the module moves, and is not saved",
    words=("__init__", "self"),
)
def unregistered_buffer(kept: Kept) -> Reports:
    """A constant tensor in a plain attribute of a module that forward computes with: it neither moves nor is saved."""
    if not kept.is_tensor:
        return
    reason = _silenced(kept)
    if reason is not None:
        yield kept.silence(reason)
        return
    yield kept.report(
        confidence=Confidence.LIKELY if _is_sure(kept) else Confidence.POSSIBLE,
        advice=f'self.register_buffer("{kept.name}", {kept.code}); with persistent=False where it need not be saved',
        because=kept.use_step,
        name=kept.name,
    )


def _silenced(kept: Kept) -> str | None:
    if kept.is_moved_by_class:
        return "the class moves what it holds by itself"
    return None if kept.is_used else "forward computes nothing with it"


def _is_sure(kept: Kept) -> bool:
    if (
        kept.is_scalar
        or kept.may_be_scalar
        or kept.is_meant_for_cpu
        or kept.is_set_anew
        or kept.is_cache
        or kept.is_registered_elsewhere
        or kept.is_moved_and_kept
        or kept.is_moved_by_call
        or kept.is_for_export
        or kept.is_placeholder
        or kept.is_of_tests
    ):
        return False
    return (
        kept.is_on_cpu
        and not kept.is_moved_first
        and not kept.is_set_from_outside
        and kept.has_dimensions
        and kept.meets_input
    )
