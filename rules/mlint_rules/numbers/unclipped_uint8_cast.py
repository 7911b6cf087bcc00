"""ML302: numbers outside 0..255 become bytes."""

from __future__ import annotations

import math

from mlint import Basis, Beyond, Cast, Confidence, Interval, Reports, Silence, Step, rule

_BY_BASIS = {
    Basis.SEEN: Confidence.CERTAIN,
    Basis.FREE: Confidence.LIKELY,
    Basis.HULL: Confidence.POSSIBLE,
}
_MOST_OF_16_BITS = 65535
_ADVICE = "clip before the cast: `np.clip(x, 0, 255).astype(np.uint8)`, `x.clamp(0, 255).to(torch.uint8)`"


@rule(
    "ML302",
    "unclipped-uint8-cast",
    "`{value}` {reach}; a cast to uint8 does not saturate: {result}",
    words=("uint8", "byte", "ubyte", "ByteTensor", "astype", "u1", "zeros_like", "empty_like"),
)
def unclipped_uint8_cast(cast: Cast) -> Reports:
    """Numbers that may lie outside of 0..255 are cast to uint8, where they wrap around."""
    if cast.dtype != "uint8" and cast.like is None:
        return
    beyond = cast.beyond
    if beyond is None:
        yield Silence(cast.span, _why_silent(cast))
        return
    if cast.dtype != "uint8" and _is_of_wider(beyond.reach):
        yield Silence(cast.span, "it is what 16 bits hold, and so may be the dtype")
        return
    if cast.is_explained:
        yield Silence(cast.span, "a comment says that nothing is clipped on purpose")
        return
    yield cast.report(
        confidence=_confidence(cast, beyond),
        advice=_ADVICE,
        because=(*cast.history, *beyond.steps, Step(_grounds(cast, beyond.how), cast.span)),
        value=cast.code,
        reach=_reach(beyond),
        result=_result(beyond.reach),
    )


def _confidence(cast: Cast, beyond: Beyond) -> Confidence:
    if beyond.how != "known":
        return Confidence.POSSIBLE if beyond.how == "unknown" else Confidence.LIKELY
    confidence = _BY_BASIS[beyond.basis]
    if cast.is_integer:  # whole numbers wrap by a rule, and now and then on purpose
        computed = beyond.basis is Basis.SEEN and beyond.is_computed and not cast.is_number
        computed = computed and not _is_ignored(beyond.reach)
        confidence = Confidence.LIKELY if computed else Confidence.POSSIBLE
    return min(confidence, Confidence.LIKELY) if cast.is_by_default else confidence


def _is_of_wider(reach: Interval | None) -> bool:
    """Whether it was brought into the range of uint16."""
    return reach is not None and reach.low >= 0 and reach.high == _MOST_OF_16_BITS


def _is_ignored(reach: Interval | None) -> bool:
    """Whether only -1 leaves the bytes: it becomes 255, which is how a label that is to be ignored is written."""
    return reach is not None and reach.low == -1 and reach.high <= 255


def _why_silent(cast: Cast) -> str:
    if cast.value.range is not None:
        return f"`{cast.code}` lies in {cast.value.range}"
    return f"nothing is known of `{cast.code}`"


def _reach(beyond: Beyond) -> str:
    reach = beyond.reach
    if beyond.how == "module":
        return "is the output of a module, which nothing bounds"
    if beyond.how == "overshot":
        return "goes beyond both ends of what was resized"
    if reach is None or (math.isinf(reach.low) and math.isinf(reach.high)):
        return "may lie outside of 0..255"
    ends = []
    if reach.low <= -1:
        ends.append(_spelled(reach.low) if math.isfinite(reach.low) else "less than 0")
    if reach.high >= 256:
        ends.append(_spelled(reach.high) if math.isfinite(reach.high) else "more than 255")
    return f"can reach {' and '.join(ends)}" if ends else "may lie outside of 0..255"


def _result(reach: Interval | None) -> str:
    """What becomes of an end that is known."""
    ends = [] if reach is None else [end for end in (reach.high, reach.low) if math.isfinite(end)]
    for end in ends:
        if end >= 256 or end <= -1:
            return f"{_spelled(end)} becomes {int(end) % 256} on x86"
    return "it wraps around, 300 becomes 44 and -1 becomes 255"


def _grounds(cast: Cast, how: str) -> str:
    return {
        "known": f"`{cast.code}` is {cast.value}",
        "image": f"`{cast.code}` was computed from an image: if that is one of bytes, nothing keeps it within 0..255",
        "gain": f"`{cast.code}` is scaled by a parameter that nothing bounds",
        "default": f"`{cast.code}` leaves 0..255 by the defaults of the parameters that it is computed with",
        "passed": f"`{cast.code}` is computed from what a caller passes",
        "summed": f"a loop adds to `{cast.code}` what may be as large as a byte by itself",
        "affine": f"`{cast.code}` is something unknown, scaled and shifted",
        "module": f"`{cast.code}` is what a module returned",
        "overshot": f"`{cast.code}` was resized by an interpolation that goes beyond the ends at every edge",
        "normalised": f"`{cast.code}` was normalised: about half of it lies below zero",
        "arrived": f"`{cast.code}` came by several ways, by one of which it leaves 0..255",
        "unknown": f"nothing bounds `{cast.code}`",
    }[how]


def _spelled(end: float) -> str:
    return f"{end:.0f}" if end == int(end) and abs(end) < 1e15 else f"{end:g}"
