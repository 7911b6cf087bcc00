"""Terms that scale and shift something unknown: what was denormalised, centred, or given another mean and spread."""

from __future__ import annotations

from collections.abc import Collection

from mlint.facts.domain.intervals import BYTE, UNIT, Interval
from mlint.facts.domain.polynomials import Powers, Term, number_of
from mlint.facts.domain.ranges import SIGNED_UNIT
from mlint.facts.domain.reaches import IMAGE_SCALE, OVERSHOOTS, beyond_bytes, is_image_name, parts_of
from mlint.facts.domain.terms import interval_of

_AROUND_ZERO = Interval(-0.5, 0.5)
_SIGNED_BYTE = Interval(-128, 127)
_FRACTION_OF_ONE = 0.5


def is_overshot(whole: Term) -> bool:
    """Whether it is something unknown that was resized by an interpolation which goes beyond it, scaled and shifted."""
    parts = [powers for powers, _ in parts_of(whole) if powers]
    return len(parts) == 1 and [(atom.op, power) for atom, power in parts[0]] == [(OVERSHOOTS, 1)]


def is_standardised(whole: Term) -> bool:
    """Whether what has mean 0 and deviation 1 is scaled and shifted so that even [-1, 1] comes to leave the bytes."""
    parts = [(powers, scale) for powers, scale in parts_of(whole) if powers]
    if len(parts) != 1 or [(atom.op, power) for atom, power in parts[0][0]] != [("standardize", 1)]:
        return False
    return beyond_bytes(interval_of(whole, {parts[0][0][0][0]: SIGNED_UNIT})) is not None


def is_affine(whole: Term) -> bool:
    """Whether something unknown is scaled and shifted by what is unknown too, or by arrays: `x * std + mean`.

    Scale and shift by literals count where even [-1, 1] does not come to lie within 0..255.
    """
    if is_denormalised(whole) or is_retoned(whole):
        return True
    parts = _without_common(dict(parts_of(whole)))
    unknown = {atom for powers in parts for atom, _ in powers}
    if len(unknown) != 1 or () not in parts or not all(map(_is_unknown, unknown)):
        return False
    if abs(parts[()]) <= 1:  # `x * 255 + 0.5` rounds
        return False
    if max(abs(scale) for powers, scale in parts_of(whole) if powers) < IMAGE_SCALE:
        return False
    inverted = interval_of(whole, dict.fromkeys(unknown, UNIT)) == BYTE  # 255 - 255 * x
    return (
        not inverted
        and not is_centred(whole)
        and beyond_bytes(interval_of(whole, dict.fromkeys(unknown, SIGNED_UNIT))) is not None
    )


def is_centred(whole: Term) -> bool:
    """Whether fractions that lie around zero are brought to bytes: `(x + 0.5) * 255`, `255 * (0.45 + 0.225 * x)`; or
    what lies around zero as far as nobody knows is brought around the middle of them: `(x + 8) / 16 * 255`.

    What comes to 256 at most was divided by that before: `(x + 1) * 128`.
    """
    inside = {atom for powers, _ in parts_of(whole) for atom, _ in powers}
    if len(inside) != 1:
        return False
    parts = dict(parts_of(whole))
    middle, scale = parts.pop((), 0.0), max(parts.values())
    signed, around = (interval_of(whole, dict.fromkeys(inside, each)) for each in (SIGNED_UNIT, _AROUND_ZERO))
    if middle >= IMAGE_SCALE and scale >= IMAGE_SCALE and (beyond_bytes(signed) is None or _is_byte(signed)):
        return True
    is_open = all(each.range is None for each in inside)
    return _is_byte(around) or (is_open and abs(middle - _MIDDLE) <= _HALF and scale >= _WIDE)


def _is_byte(found: Interval | None) -> bool:
    return found == BYTE or (found is not None and found.low == 0 and found.high == BYTE.high + 1)


_MIDDLE, _HALF, _WIDE = 127.5, 0.5, 8.0
"""What lies within 16 of zero, and no image of bytes, is multiplied by so much to be spread over all of them."""


def is_of_signed_bytes(whole: Term) -> bool:
    """Whether signed bytes are brought to unsigned ones: `x + 128`, where nothing says that x is an image."""
    inside = {atom for powers, _ in parts_of(whole) for atom, _ in powers}
    if any(atom.range == BYTE or is_image_name(atom) for atom in inside):
        return False
    return len(inside) == 1 and interval_of(whole, dict.fromkeys(inside, _SIGNED_BYTE)) == BYTE


def is_denormalised(whole: Term) -> bool:
    """Whether something unknown is scaled and shifted by arrays, or by what is unknown too: `x * std + mean`."""
    parts = _without_common(dict(parts_of(whole)))
    if abs(parts.get((), _FRACTION_OF_ONE * 2)) <= _FRACTION_OF_ONE:
        del parts[()]  # `image * color + 0.5` rounds
    return len(parts) >= 2 and any(_is_scaled(powers) and _is_alone(powers, parts) for powers in parts)


def is_retoned(whole: Term) -> bool:
    """Whether something is given the mean and the spread of something else: `(x - x.mean()) * r + y.mean()`."""
    parts = dict(parts_of(whole))
    added = [powers for powers, scale in parts.items() if scale > 0 and [atom.op for atom, _ in powers] == ["mean"]]
    if len(parts) != _RETONED or len(added) != 1:
        return False
    (taken, less), (given, more) = sorted(
        ((powers, scale) for powers, scale in parts.items() if powers not in added), key=lambda part: part[1]
    )
    spread = set(taken) & set(given)
    return less == -more and bool(spread) and len(taken) == len(given) == len(spread) + 1 and not spread & set(*added)


_RETONED = 3
"""What is given, the mean that is taken from it, and the one that is added."""


def _is_scaled(powers: Powers) -> bool:
    """Whether it is a product of something unknown and an array, known or not; a plain number of a caller's is none,
    nor is a mask, which only picks."""
    factors = [atom for atom, power in powers if power == 1 and (atom.range is None or atom.range.bounded)]
    if any(atom.op == "not" or (atom.range is not None and _is_whole(atom.range)) for atom in factors):
        return False
    return len(factors) >= 2 and len(factors) == len(powers)


def _is_whole(reach: Interval) -> bool:
    return (reach.low, reach.high) == (UNIT.low, UNIT.high)


def _without_common(parts: dict[Powers, float]) -> dict[Powers, float]:
    """The sum with what all of it is multiplied by left out: `255 * (x * std + mean)` is as `x * std + mean`."""
    common = set.intersection(*({atom for atom, _ in powers} for powers in parts)) if parts else set()
    return {tuple(pair for pair in powers if pair[0] not in common): value for powers, value in parts.items()}


def _is_alone(product: Powers, parts: Collection[Powers]) -> bool:
    """Whether something unknown is in it, and nothing of it anywhere else (of a blend, the weight is)."""
    mine = {atom for atom, _ in product}
    others = {atom for powers in parts if powers != product for atom, _ in powers}
    return any(map(_is_unknown, mine)) and not mine & others


def _is_unknown(atom: Term) -> bool:
    return atom.range is None and number_of(atom) is None
