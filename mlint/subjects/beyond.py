"""How the numbers of a cast to uint8 leave 0..255, and by which evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlint.facts.intervals import Basis, Interval
from mlint.facts.polynomials import Term
from mlint.facts.promotion import limits
from mlint.facts.reaches import (
    Roles,
    beyond_bytes,
    if_image,
    is_affine,
    is_denormalised,
    is_gain,
    meets_bytes,
    weights_of,
)

if TYPE_CHECKING:
    from mlint.subjects.cast import Cast


@dataclass(frozen=True, slots=True)
class Beyond:
    """Numbers that leave 0..255, as far as `reach`, where that is known.

    `how` names the evidence: `known` (the interval of the numbers, which rests on `basis`; `is_computed` where it is
    not merely that of their dtype), `image` (so computed that an image of bytes leaves 0..255), `gain`, `affine`
    (scaled by something unknown, and shifted), `module` (what a module returned), or `unknown`.
    """

    how: str
    reach: Interval | None = None
    basis: Basis = Basis.HULL
    is_computed: bool = False


def beyond(cast: Cast) -> Beyond | None:
    """How the numbers of a cast leave 0..255; None where they do not, or nothing says so."""
    return _known(cast) or _assumed(cast)


def _known(cast: Cast) -> Beyond | None:
    """By the range, which needs no assumption but that of the dtype, where that is a default."""
    reach = cast.value.range
    basis = beyond_bytes(reach)
    if basis is None or cast.dtype is None:
        return None
    if cast.term is not None and weights_of(cast.term) and beyond_bytes(if_image(cast.term, Roles())) is None:
        return None
    return Beyond("known", reach, basis, reach != limits(cast.value.dtype))


def _assumed(cast: Cast) -> Beyond | None:
    """By the way in which something of unknown range was computed."""
    term, limit = cast.term, limits(cast.value.dtype)
    if term is None or (cast.value.range is not None and cast.dtype is not None):
        return None
    if cast.is_integer and limit is not None and cast.value.range == limit:
        return None
    for each in cast.terms:
        roles = cast.roles(each)
        reach = if_image(each, roles) if roles.images or meets_bytes(each) else None
        basis = beyond_bytes(reach)
        if basis is Basis.SEEN or basis is Basis.FREE:
            return Beyond("image", reach)
        if reach is not None and basis is None and not is_denormalised(each):
            return None
    return None if cast.dtype is None or cast.is_integer else _by_shape(cast, term)


def _by_shape(cast: Cast, term: Term) -> Beyond | None:
    if is_gain(term):
        return Beyond("gain", if_image(term, Roles()))
    if is_affine(term):
        return Beyond("affine")
    if cast.comes_from_module():
        return Beyond("module")
    return Beyond("unknown") if cast.is_float or term.op == "sum" else None
