"""ML502: a call that changes nothing, and whose result nobody takes."""

from __future__ import annotations

from mlint import Confidence, Discarded, Reports, rule

_MOVES_MODULES = frozenset(
    ("to", "cuda", "cpu", "float", "half", "double", "bfloat16", "type", "xpu", "share_memory", "copy", "transpose")
)


@rule(
    "ML502",
    "discarded-result",
    "`{code}` {what}: nothing is changed, and the result is thrown away",
    instead_of=("ML501", "ML503"),
)
def discarded_result(discarded: Discarded) -> Reports:
    """A method or function that returns a new tensor, array or image stands as a statement: nothing happens."""
    if not discarded.is_pure or discarded.runs_more:
        return
    judged = _judged(discarded)
    if judged is None:
        yield discarded.silence(f"nothing shows that `{discarded.name}` does not change what it is called on")
        return
    confidence, what = judged
    is_tried = discarded.may_raise_on_purpose or (discarded.is_of_tests and not discarded.is_method)
    if is_tried or discarded.is_measured or discarded.is_of_nothing:
        confidence = Confidence.POSSIBLE
    yield discarded.report(
        confidence=confidence,
        advice=_advice(discarded),
        because=discarded.history,
        code=discarded.code,
        what=what,
    )


def _judged(discarded: Discarded) -> tuple[Confidence, str] | None:
    """How sure it is that nothing happens, and why."""
    if not discarded.is_method:
        return Confidence.CERTAIN, "returns a new value"
    if discarded.is_of_new:
        return Confidence.LIKELY, "changes only what the call before it has made"
    if discarded.called_on is not None:
        return Confidence.CERTAIN, f"is called on {discarded.called_on}"
    if not discarded.is_open or discarded.shown in ("module", "object") or discarded.is_of_other_class:
        return None
    seen = _seen(discarded)
    if seen is not None:
        return Confidence.LIKELY, seen
    if discarded.name in _MOVES_MODULES and discarded.shown is None:
        return Confidence.POSSIBLE, "moves a module in place, but of a tensor only returns a copy"
    return Confidence.POSSIBLE, "returns a new value, if this is a tensor"


def _seen(discarded: Discarded) -> str | None:
    """What shows the receiver to be a tensor; None if nothing does."""
    if discarded.shown == "data" and discarded.is_unpacked:
        return "is called on data that goes through a model"
    if discarded.moved_beside is not None and discarded.shown != "tensor":
        return f"is called on what comes with `{discarded.moved_beside}`, which is assigned anew"
    ways = (
        (discarded.shown == "tensor", "what other lines use as a tensor or an array"),
        (discarded.is_parameter, "a parameter of a model"),
        (discarded.is_of_batch, "an entry of a batch"),
        (discarded.is_sliced, "what was indexed as only tensors and arrays are"),
        (discarded.is_tensor_inside, "what a function that takes it uses as a tensor"),
    )
    found = next((f"is called on {what}" for holds, what in ways if holds), None)
    return found or ("is a method of tensors" if discarded.is_only_of_tensors else None)


def _advice(discarded: Discarded) -> str:
    if discarded.assigned_to is None:
        return "use what the call returns, or drop it"
    return f"assign what it returns: `{discarded.assigned_to} = {discarded.code}`; or drop the statement"
