"""ML402: a forward that returns more values on one path than on another."""

from __future__ import annotations

from mlint import Confidence, Forward, Reports, rule

_DECIDE = (
    "the mode",
    "whether the model is being traced",
    "what the caller passed",
    "how the module was built",
    "the data",
)
"""What decides, where several things do together: the first of these that is among them."""
_RUN_IT = (
    *("_forward", "forward_pass", "_forward_pass", "forward_step", "_forward_step", "forward_once", "forward_batch"),
    *("forward_features", "forward_head", "model_forward", "batch_forward", "concatenated_forward", "run_forward"),
)
"""How methods are called that run the forward of something."""
_SHAPES = {None: "a value", 0: "`None`", 1: "one value", -1: "one value", -2: "a dict", -3: "a list"}


@rule(
    "ML402",
    "inconsistent-forward-arity",
    "`{cls}.{method}` returns {here} here and {there} on line {line}: {origin} decides, and callers that unpack break",
    words=("forward", "__call__", *_RUN_IT),
)
def inconsistent_forward_arity(forward: Forward) -> Reports:
    """A forward that returns a different number or kind of values on different paths."""
    for part in (forward, *forward.helpers):
        yield from _of(part)


def _of(forward: Forward) -> Reports:
    told = False
    for choice in forward.choices:
        odd, usual = forward.odd_and_usual(choice)
        found = {each.value for each in forward.origins(choice)}
        origin = "the data" if forward.is_of_data_alone(choice) else next(each for each in _DECIDE if each in found)
        if choice.is_open and origin != "the mode" and 0 not in (each.shape for each in (*choice.then, *choice.orelse)):
            continue  # what else may be chosen need not be one value
        surprises = origin == "the data" and forward.is_of_tensors(choice)
        surprises = surprises or (origin == "the mode" and "what the caller passed" not in found)
        broken, relied, slips = forward.breaks_promise(choice), forward.reliances(choice), tuple(forward.slips(choice))
        if not (forward.is_own or relied):
            continue  # how many values a method of a trainer returns is its own matter
        surprises = surprises or bool(relied or slips)
        is_plain = not choice.is_open or (odd.shape == 0 and origin == "the data")  # what a call gives is hardly None
        sure = not (told or forward.is_of_test) and (broken or (surprises and is_plain))  # one is enough to see them
        told |= sure
        yield forward.function.report(
            odd.site,
            confidence=Confidence.LIKELY if sure else Confidence.POSSIBLE,
            advice="return the same structure on every path: a dict or NamedTuple with a field that may be None",
            because=[forward.step(usual), *(forward.promise_steps if broken else ()), *relied, *slips],
            cls=forward.cls.name,
            method=forward.function.name,
            here=_SHAPES.get(odd.shape, f"{odd.shape} values"),
            there=_SHAPES.get(usual.shape, f"{usual.shape} values"),
            line=forward.line(usual),
            origin=origin if forward.is_own else "how the object was built",
        )
