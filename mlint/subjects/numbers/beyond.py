"""How the numbers of a cast to uint8 leave 0..255, and by which evidence."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlint.facts.domain import promotion
from mlint.facts.domain.intervals import BYTE, UNIT, Basis, Interval
from mlint.facts.domain.numbers import term_of
from mlint.facts.domain.polynomials import POLYNOMIAL, Term
from mlint.facts.domain.promotion import limits
from mlint.facts.domain.reaches import (
    Roles,
    beyond_bytes,
    if_image,
    is_above_own_least,
    is_filling,
    is_gain,
    is_image_name,
    is_inverted_mask,
    meets_bytes,
    parameters_of,
    root,
    weights_of,
)
from mlint.facts.domain.records import replace
from mlint.facts.domain.shifts import (
    is_affine,
    is_centred,
    is_denormalised,
    is_of_signed_bytes,
    is_overshot,
    is_standardised,
)
from mlint.facts.domain.terms import atoms, interval_of
from mlint.facts.domain.values import Trace, Value
from mlint.rule import Step
from mlint.subjects.numbers.mixing import mixed
from mlint.subjects.numbers.operands import last_stored, masks_in, unfolded
from mlint.subjects.numbers.outputs import (
    comes_from_module,
    is_denormalised_in_place,
    is_denormalised_inside,
    is_input,
    is_normalised,
    is_raw_output,
)
from mlint.subjects.numbers.passing import passed
from mlint.subjects.numbers.wrapping import is_known_to_fit, is_made_up, is_meant, meet_written_out

if TYPE_CHECKING:
    from mlint.subjects.numbers.cast import Cast


_NOTHING: Mapping[Term, Interval] = {}


@dataclass(frozen=True, slots=True)
class Beyond:
    """Numbers that leave 0..255, as far as `reach`, where that is known.

    `how` names the evidence: `known` (the interval of the numbers, which rests on `basis`; `is_computed` where it is
    not merely that of their dtype), `image` (so computed that an image of bytes leaves 0..255), `gain`, `affine`
    (scaled by something unknown, and shifted), `default` (where the parameters have their defaults), `summed` (a loop
    adds bytes to it), `module` (what a module returned), `overshot` (resized by cubic interpolation), `normalised`
    (brought to the scale of bytes with its mean at zero), `arrived` (one of the values that it may be leaves them),
    `passed` (a caller passes what leaves them, see `steps`), or `unknown`.
    """

    how: str
    reach: Interval | None = None
    basis: Basis = Basis.HULL
    is_computed: bool = False
    steps: tuple[Step, ...] = ()


def beyond(cast: Cast) -> Beyond | None:
    """How the numbers of a cast leave 0..255; None where they do not, or nothing says so.

    What is brought to the dtype of something unknown, and lies around zero as a fraction or a signal does, is no byte.
    Where numbers are meant to wrap, or known to fit, none does. Of what a test makes up, where the caller says whether
    to clip, names tell that it fits, or the dtype is that of what nothing calls an image, nothing is known.
    """
    fits = is_meant(cast.function, cast.at) or is_known_to_fit(cast.function, cast.operand)
    found = None if fits else _found(cast)
    told = cast.is_left_to_caller or not cast.is_of_bytes or is_made_up(cast.function, cast.term)
    if found is not None and (told or (cast.term is not None and _is_told_by_names(cast, cast.term))):
        found = Beyond("unknown", found.reach)
    reach = None if found is None or cast.dtype is not None else found.reach
    return None if reach is not None and reach.low >= -_SIGNAL and reach.high <= _SIGNAL else found


_SIGNAL = 2.0


def _found(cast: Cast) -> Beyond | None:
    known = _known(cast)
    if known is None and cast.value.range is not None and cast.dtype is not None:
        return None
    if known is not None and _is_sure(cast, known):
        return (_of_any_by_default(cast) if cast.is_integer else None) or known
    assumed = _assumed(cast, known) or known
    if assumed is not None and assumed.how not in ("known", "unknown"):
        return assumed
    return _of_any_by_default(cast) or _arrived(cast) or _summed(cast) or _passed(cast) or assumed


def _of_any_by_default(cast: Cast) -> Beyond | None:
    """Where they leave the bytes for nobody but who passes nothing: the array, or what is stored in it."""
    values = (cast.value, *last_stored(cast.function, cast.term)) if cast.term is not None else (cast.value,)
    return next(filter(None, (_by_default(cast, each) for each in values)), None)


def _by_default(cast: Cast, value: Value) -> Beyond | None:
    """Where nobody passes anything for the parameters that have a default."""
    whole = term_of(value)
    given = cast.defaults
    if whole is None or atoms(whole).isdisjoint(given):
        return None
    reach = interval_of(whole, given) if value.range is not None else None
    if beyond_bytes(reach) is not Basis.SEEN:
        reach = _if_image(cast, whole, given)
    return None if beyond_bytes(reach) is not Basis.SEEN else Beyond("default", reach)


def _passed(cast: Cast) -> Beyond | None:
    """By what a caller that is seen passes, where nothing in the function asks about it."""
    whole = term_of(cast.value)
    if whole is None or cast.dtype is None:
        return None
    for site, given in passed(cast.function, cast.at, atoms(whole)):
        reach = interval_of(whole, given)
        if beyond_bytes(reach) is Basis.SEEN:
            return Beyond("passed", reach, steps=cast.function.steps([Trace(_PASSES, site.target, site.unit.where)]))
    return None


_PASSES = "`{code}` passes numbers that leave 0..255"


def _summed(cast: Cast) -> Beyond | None:
    """By a loop that adds to it what may be as large as a byte, as often as it turns."""
    for addend in cast.addends:
        reach = addend.range
        if reach is not None and reach.low >= 0 and reach.high >= _BRIGHT and reach.upper[1] is Basis.SEEN:
            return Beyond("summed", Interval(0.0, math.inf))
    return None


_BRIGHT = 128.0
"""Two of these are no byte."""


def _is_sure(cast: Cast, known: Beyond) -> bool:
    return known.basis is not Basis.HULL and (known.is_computed or not cast.is_integer)


def _known(cast: Cast) -> Beyond | None:
    """By the range, which needs no assumption but that of the dtype, where that is a default."""
    reach = cast.value.range
    basis = beyond_bytes(reach)
    if basis is None or cast.dtype is None:
        return None
    if cast.term is not None and is_inverted_mask(cast.term):
        return None  # what is taken from one are zeros and ones, whatever their dtype may hold
    if cast.term is not None and weights_of(cast.term) and beyond_bytes(if_image(cast.term, Roles())) is None:
        return None
    if basis is Basis.FREE and cast.term is not None and is_filling(cast.term):
        basis = Basis.HULL  # a caller who passes what an array is filled with knows what it is for
    if meet_written_out(cast.function, cast.term):
        basis = Basis.HULL
    return Beyond("known", reach, basis, reach != limits(cast.value.dtype))


def _is_told_by_names(cast: Cast, term: Term) -> bool:
    """Whether it lies within where what is named as a mask consists of zeros and ones, and what is 255 by default is
    the scale of bytes, which nobody leaves who asks for them; or is counted from its own least, and spread unknown."""
    if is_above_own_least(term):
        return True
    named = dict.fromkeys(masks_in(cast.function, term), UNIT)
    named.update({atom: reach for atom, reach in cast.defaults.items() if reach.high == BYTE.high})
    reach = interval_of(term, named) if named else None
    return reach is not None and reach.bounded and beyond_bytes(reach) is None


def _assumed(cast: Cast, known: Beyond | None) -> Beyond | None:
    """By the way in which something was computed of which the range is not known, or not well."""
    term = cast.term
    if term is None:
        return None
    is_open = known is None and cast.dtype is not None and not cast.is_integer
    if known is not None and is_standardised(term):
        return Beyond("normalised")
    if is_open and is_raw_output(cast.function, term):
        return Beyond("module")
    for each in cast.terms:
        reach = _if_image(cast, each)
        basis = beyond_bytes(reach)
        if basis is Basis.SEEN or basis is Basis.FREE:
            return Beyond("image", reach)
        if reach is not None and basis is None and not is_denormalised(each):
            return None
    if (found := mixed(cast.function, term)) is not None:
        return None if beyond_bytes(found) is None else Beyond("image", found)
    return _by_shape(cast, term) if is_open else None


def _if_image(cast: Cast, whole: Term, given: Mapping[Term, Interval] = _NOTHING) -> Interval | None:
    """Where it lies if what is taken for an image is one of bytes; None where it was not computed from an image.

    `given` are the parameters whose numbers are known.
    """
    if is_centred(whole) or is_of_signed_bytes(whole):
        return None
    roles = cast.roles(whole)
    roles = replace(roles, limits={**roles.limits, **given}) if given else roles
    is_computed = whole.op != "value" or whole.range is None
    return if_image(whole, roles) if is_computed and (roles.images or meets_bytes(whole)) else None


def _arrived(cast: Cast) -> Beyond | None:
    """By one of the values that came together in it."""
    for value in cast.arrivals:
        if (found := _by_default(cast, value)) is not None:
            return found
        basis = beyond_bytes(value.range)
        if value.range is not None and (basis is None or basis is Basis.HULL):
            continue
        if value.range is not None and promotion.is_float(value.dtype):
            return Beyond("arrived", value.range)
        whole = unfolded(cast.function, term_of(value))
        reach = None if whole is None else _if_image(cast, whole)
        if beyond_bytes(reach) in (Basis.SEEN, Basis.FREE):
            return Beyond("image", reach)
    return None


def _is_shown_input(cast: Cast, term: Term) -> bool:
    """Whether it is called an image, and no result, that a function is given, or comes from a data loader: normalised
    before, it comes back to where it was, but for roundings."""
    free = parameters_of(term)
    given = {root(each) for each in atoms(term)} & free
    entries = [_entry(each) for each in atoms(term)] if free else []  # `batch["image"]`
    named = {each for name in _NAME.findall(cast.code) for each in name.lower().split("_")}
    is_image = any(map(is_image_name, given)) or any(map(is_image_name, entries))
    return named.isdisjoint(_RESULTS) and (is_image or is_input(cast.function, term))


def _is_filled(cast: Cast, term: Term) -> bool:
    """Whether it is computed of an array that the function makes empty, and fills in a way that is not followed."""
    calls, where = cast.function.facts.calls, cast.function.unit.where
    made = [each.name[1] for each in atoms(term) if isinstance(each.name, tuple) and each.name[0] == where]
    return any(isinstance(at, int) and at in calls and calls[at].name in _EMPTY for at in made)


def _entry(leaf: Term) -> str:
    """The text that something is looked up by."""
    is_index = isinstance(leaf.name, tuple) and leaf.name[:1] == ("index",)
    return str(leaf.name[1]).strip("'") if is_index and isinstance(leaf.name, tuple) else ""


_EMPTY = frozenset(("empty", "empty_like", "new_empty"))
_NAME = re.compile(r"[A-Za-z_]+")
_RESULTS = frozenset(
    "fake pred preds prediction out output outputs recon reconstruction rec gen generated sr denoised restored result "
    "results sample samples hat logits model net".split()
)


def _by_shape(cast: Cast, term: Term) -> Beyond | None:
    if is_gain(term):
        return Beyond("gain", if_image(term, Roles()))
    made = is_denormalised_inside(cast.function, term) or is_denormalised_in_place(cast.function, term)
    if is_affine(term) or made:
        return Beyond("unknown" if _is_shown_input(cast, term) or _is_filled(cast, term) else "affine")
    if comes_from_module(cast.function, term):
        return Beyond("module")
    if cast.is_float and is_overshot(term):
        return Beyond("overshot")
    if is_normalised(cast.function, term):
        return Beyond("normalised")
    return Beyond("unknown") if cast.is_float or term.op == POLYNOMIAL else None
