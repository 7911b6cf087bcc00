"""ML402: a forward that returns more values on one path than on another."""

from __future__ import annotations

from mlint import Confidence, Forward, Reports, rule

_CONFIDENCE = {
    "the mode": Confidence.LIKELY,
    "the data": Confidence.LIKELY,
    "what the caller passed": Confidence.POSSIBLE,
    "how the module was built": Confidence.POSSIBLE,
    "whether the model is being traced": Confidence.POSSIBLE,
}
_SHAPES = {0: "`None`", 1: "one value"}


@rule(
    "ML402",
    "inconsistent-forward-arity",
    "`{cls}.forward` returns {here} here and {there} on line {line}: {origin} decides, and callers that unpack break",
    words=("forward",),
)
def inconsistent_forward_arity(forward: Forward) -> Reports:
    """A forward that returns a different number or kind of values on different paths."""
    for choice in forward.choices:
        then, orelse = choice.then[0], choice.orelse[0]
        odd, usual = (then, orelse) if then.shape == 0 or (then.shape or 0) > (orelse.shape or 0) else (orelse, then)
        if odd.site < 0:
            odd, usual = usual, odd
        origin = max(forward.origins(choice), key=lambda each: (_CONFIDENCE[each.value], each.value))
        yield forward.function.report(
            odd.site,
            confidence=_CONFIDENCE[origin.value],
            advice="return the same structure on every path: a dict or NamedTuple with a field that may be None",
            because=[forward.step(usual)],
            cls=forward.cls.name,
            here=_SHAPES.get(odd.shape or 0, f"{odd.shape} values"),
            there=_SHAPES.get(usual.shape or 0, f"{usual.shape} values"),
            line=forward.line(usual),
            origin=origin.value,
        )
