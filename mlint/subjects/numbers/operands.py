"""What a number was computed from, as far as a function tells more of it than the evaluator does.

The methods of something unknown may do anything; before a cast to bytes, `x.mul(std).permute(0, 2, 3, 1).numpy()` is
taken for what it is of a tensor. What is drawn has its own values, whatever the array that gave its shape. And a
variable's name says what its author took it for.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping

from mlint.facts.domain import promotion
from mlint.facts.domain.intervals import REALS, UNIT, Basis, Interval, point
from mlint.facts.domain.numbers import term_of
from mlint.facts.domain.polynomials import Term, leaf
from mlint.facts.domain.reaches import (
    OVERSHOOTS,
    Roles,
    is_blended,
    is_image_name,
    is_label_name,
    is_mask_name,
    is_opacity,
    is_setting_name,
    is_weight_name,
    parameters_of,
    parts_of,
    root,
)
from mlint.facts.domain.terms import atoms, interval_of, substitute, term
from mlint.facts.domain.values import Kind, Value
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact
from mlint.subjects.owners import Function

_KEPT = frozenset(
    """cpu cuda numpy detach clone contiguous copy squeeze unsqueeze permute transpose reshape view flatten float double
    half to""".split()
)
_ARITHMETIC: Mapping[str, str] = {
    "mul": "*", "mul_": "*", "multiply": "*", "add": "+", "add_": "+", "sub": "-", "sub_": "-", "div": "/", "div_": "/",
}  # fmt: skip
_NOISE = frozenset("randn randn_like normal standard_normal gauss normalvariate".split())
_DRAWN = frozenset("uniform randint integers random_integers randrange triangular".split())
_SMOOTHING = frozenset(
    "GaussianBlur blur boxFilter medianBlur bilateralFilter gaussian_filter uniform_filter pyrUp pyrDown filter".split()
)
_DERIVATIVES = frozenset("Laplacian Sobel Scharr laplace sobel prewitt".split())
_NUMBERS = (Kind.UNKNOWN, Kind.ARRAY, Kind.TENSOR)
_MOST_DEEP = 12


def unfolded(owner: Function, whole: Term | None, depth: int = 0) -> Term | None:
    """The term with its leaves replaced by how they were computed, as far as that is known."""
    if whole is None or whole.op == "merged" or depth > _MOST_DEEP:
        return whole
    return substitute(whole, lambda atom: _behind(owner, atom, depth)) or whole


def _behind(owner: Function, atom: Term, depth: int) -> Term:
    op, fact = made_by(owner, atom)
    if op is None or fact is None:
        return atom
    if fact.name in _NOISE and (fact.name != "normal" or fact.positional or fact.keywords):
        return leaf(atom.name, atom.range or REALS)
    receiver = fact.receiver
    if atom.range is not None or receiver is None or receiver.kind not in _NUMBERS or receiver.term is None:
        return atom
    found: Term | None = None
    if fact.name in _KEPT:
        found = receiver.term
    elif fact.name in _ARITHMETIC and len(fact.positional) == 1 and not fact.keywords:
        given = fact.positional[0]
        other = term_of(given) or leaf((owner.unit.where, op.arguments[0].value), given.range)
        found = term(_ARITHMETIC[fact.name], receiver.term, other)
    return atom if found is None or found == atom else unfolded(owner, found, depth + 1) or atom


def made_by(owner: Function, atom: Term) -> tuple[ir.Call | None, CallFact | None]:
    """The call whose result a leaf is, with what is known of it."""
    place = place_of(owner, atom)
    op = None if place is None else owner.instructions.get(place)
    return (op, owner.facts.calls.get(op.target)) if isinstance(op, ir.Call) else (None, None)


def place_of(owner: Function, atom: Term) -> int | None:
    """The temporary whose value a leaf is."""
    name = atom.name
    if isinstance(name, tuple) and len(name) == 2 and isinstance(name[0], tuple) and len(name[0]) == 2:
        name = name[0] if isinstance(name[0][1], int) else name  # what a function called here has made
    is_here = isinstance(name, tuple) and len(name) == 2 and name[0] == owner.unit.where
    return name[1] if is_here and isinstance(name, tuple) and isinstance(name[1], int) else None


def roles_in(owner: Function, whole: Term, overshoots: bool = False) -> Roles:
    """What the leaves of a term are taken for. `overshoots`: what is resized lies beyond the image, since it is known
    to be no array of bytes, which would saturate."""
    names = _names(owner)
    cast, weights = _computed_with(owner), _held_as_weights(owner)
    images, blurred, masks, drawn = set(), set(), set(), set()
    for atom in {atom for powers, _ in parts_of(whole) for atom, _ in powers}:
        atom = atom.arguments[0] if atom.op == OVERSHOOTS and overshoots else atom
        called = names.get(root(atom)) or names.get(atom)
        fact = _before_casts(owner, made_by(owner, root(atom))[1])
        if fact is not None and fact.name in _DRAWN and _is_open(atom.range):
            drawn.add(atom)
        elif is_read(owner, atom) or _is_difference(atom, cast, names):
            images.add(atom)
        elif atom.range is not None and not (math.isinf(atom.range.high) and is_image_name(called or root(atom))):
            smooth = fact is not None and fact.name in _SMOOTHING
            blurred.update([atom] if smooth or (fact is not None and fact.name in _DERIVATIVES) else [])
            if smooth and fact is not None and fact.positional and is_read(owner, fact.positional[0].term):
                images.add(atom)
        elif is_mask_name(called or atom) or is_opacity(atom, whole) or (atom in weights and is_blended(atom, whole)):
            masks.add(atom)
        elif any(source in cast or is_image_name(names.get(source) or source) for source in _smoothed(fact)):
            blurred.add(atom)
        elif {root(atom), atom} & cast or is_image_name(root(atom)) or (called and is_image_name(called)):
            images.update(() if root(atom) in fractions(owner) else (atom,))
        elif atom.op == "mean" and any(
            source in cast or is_image_name(names.get(source) or source) for source in atom.arguments
        ):
            blurred.add(atom)
    limits = _limits(owner, parameters_of(whole))
    unknown = {atom for atom in blurred if atom.range is None}
    return Roles(
        frozenset(images | unknown),
        frozenset(blurred),
        frozenset(masks),
        frozenset(drawn),
        _settings(owner, whole),
        limits,
    )


def masks_in(owner: Function, whole: Term) -> frozenset[Term]:
    """What a term is computed from that is named as a mask, or held by what is."""
    names = _names(owner)
    inside = {atom for powers, _ in parts_of(whole) for atom, _ in powers}
    return frozenset(each for each in inside if is_mask_name(names.get(root(each)) or each))


def _is_difference(atom: Term, cast: Collection[Term], names: Mapping[Term, str]) -> bool:
    """Whether it is how far images are from one another, which is as large as a byte at most: `abs(a - b)`, or a mean
    of that."""
    inside = atom.arguments[0] if atom.op == "mean" and atom.arguments else atom
    leaves = atoms(inside) if inside.op == "abs" else frozenset()
    return len(leaves) > 1 and all(each in cast or is_image_name(names.get(each) or each) for each in leaves)


def _before_casts(owner: Function, fact: CallFact | None) -> CallFact | None:
    """The call whose numbers a cast has brought to another dtype: of `cv2.blur(image, size).astype(float)`, `blur`."""
    if fact is None or fact.name not in ("astype", "float") or fact.receiver is None or fact.receiver.term is None:
        return fact
    return made_by(owner, root(fact.receiver.term))[1] or fact


def fractions(owner: Function) -> frozenset[Term]:
    """What the function compares with a number between 0 and 1: no bytes."""
    compared = [each for each in owner.instructions.values() if isinstance(each, ir.Compare)]
    sides = [side for each in compared for side in ((each.left, each.right), (each.right, each.left))]
    terms = [term_of(owner.value(one)) for one, other in sides if _is_fraction(owner.value(other).const)]
    return frozenset(root(atom) for each in terms if each is not None for atom in atoms(each))


def _is_fraction(const: object) -> bool:
    return isinstance(const, float) and 0 < const < 1


def _smoothed(fact: CallFact | None) -> tuple[Term, ...]:
    """What a call averages, neighbour by neighbour."""
    if fact is None or fact.name not in _SMOOTHING or not fact.positional or fact.positional[0].term is None:
        return ()
    return (fact.positional[0].term,)


def is_read(owner: Function, found: Term | None) -> bool:
    """Whether it is what a library's function reads as an image, of which not more is known."""
    if found is None or found.range is None or found.range.bounded:
        return False
    fact = made_by(owner, root(found))[1]
    return fact is not None and fact.entry is not None and "image" in fact.entry.result.traits


def _settings(owner: Function, whole: Term) -> frozenset[Term]:
    """The attributes in a term that are numbers which nothing bounds: what the caller of a constructor passed."""
    attributes = {atom for powers, _ in parts_of(whole) for atom, _ in powers if atom.op.startswith(".")}
    values = [owner.value(at) for at, op in owner.instructions.items() if attributes and isinstance(op, ir.Attribute)]
    return frozenset(
        value.term
        for value in values
        if value.term in attributes and value.term is not None and value.kind is Kind.NUMBER and _is_free(value.range)
    )


def _is_free(reach: Interval | None) -> bool:
    return reach is not None and not reach.bounded and reach.basis is Basis.FREE


def _is_open(reach: Interval | None) -> bool:
    """Whether nothing is known that bounds it."""
    return reach is None or (not reach.bounded and reach.basis is not Basis.SEEN)


def _limits(owner: Function, parameters: Collection[Term]) -> dict[Term, Interval]:
    """Where parameters lie as operands, behind tests that raise where they lie elsewhere."""
    found: dict[Term, Interval | None] = {}
    for op in owner.instructions.values():
        for value in (owner.value(op.left), owner.value(op.right)) if isinstance(op, ir.Binary) else ():
            if value.term in parameters and value.term is not None:
                known = found.get(value.term, value.range)
                found[value.term] = None if known is None or value.range is None else known.join(value.range)
    return {each: reach for each, reach in found.items() if reach is not None and reach.bounded}


def defaults(owner: Function) -> dict[Term, Interval]:
    """The numbers that parameters are by default."""
    found = {}
    for body in owner.bodies[:1]:
        for each in body.parameters:
            const = owner.value(each.default).const if each.default is not None else None
            if isinstance(const, (int, float)) and not isinstance(const, bool):
                found[leaf(("parameter", owner.unit.where, each.name))] = point(float(const))
    return found | dict(_drawn_by(owner, found)) if found else found


def _drawn_by(owner: Function, given: Mapping[Term, Interval]) -> Iterator[tuple[Term, Interval]]:
    """What is drawn between two ends that these parameters tell: `uniform(-strength, strength)`."""
    for temporary, fact in owner.facts.calls.items():
        drawn = owner.value(temporary).term
        if fact.name not in _DRAWN or drawn is None or drawn.op != "value" or len(fact.positional) < _ENDS:
            continue
        ends = [term_of(each) for each in fact.positional[:_ENDS]]
        if any(each is not None and not atoms(each).isdisjoint(given) for each in ends):
            low, high = (None if each is None else interval_of(each, given) for each in ends)
            if low is not None and high is not None and low.is_point and high.is_point:
                yield drawn, low.join(high)


_ENDS = 2


def _names(owner: Function) -> dict[Term, str]:
    """The variables that hold what is unknown, by the term of what they hold."""
    found: dict[Term, str] = {}
    for op in owner.instructions.values():
        if isinstance(op, ir.Store) and (value := owner.value(op.value)).term is not None:
            found.setdefault(value.term, op.name)
    return found


def _held_as_weights(owner: Function) -> frozenset[Term]:
    """What variables hold that are named as the weight of a blend: `alpha = cam[..., None]`."""
    stores = [op for op in owner.instructions.values() if isinstance(op, ir.Store) and is_weight_name(op.name)]
    terms = [found for op in stores if (found := owner.value(op.value).term) is not None]
    return frozenset((*terms, *(behind for each in terms if (behind := unfolded(owner, each)) is not None)))


def is_of_byte_scale(owner: Function, whole: Term, image: Term) -> bool:
    """Whether the numbers that an image is computed with are of the size of bytes, and no fractions: `image + 60`,
    noise with a spread of 10."""
    reach = interval_of(whole, {image: UNIT})
    ends = [] if reach is None else [reach.low, reach.high]
    if any(math.isfinite(end) and abs(end) > _FRACTIONS for end in ends):
        return True
    parts = [(root(atom), scale) for powers, scale in parts_of(whole) for atom, _ in powers or ((whole, 1),)]
    if any(abs(scale) >= _LEVELS and atom != image for atom, scale in parts):
        return True
    facts = [made_by(owner, atom)[1] for atom, _ in parts]
    drawn = [fact for fact in facts if fact is not None and fact.name in _DRAWN | {"normal"}]
    limits = [each.const for fact in drawn for each in (*fact.positional, *fact.keywords.values())]
    return any(isinstance(each, (int, float)) and abs(each) >= _LEVELS for each in limits)


_FRACTIONS, _LEVELS = 16.0, 2.0
"""What adds more than so much to fractions takes them for bytes, and so does noise of so many levels."""


def is_computed_with(owner: Function, whole: Term) -> bool:
    """Whether it is an image that is made floating point numbers somewhere in the function, or called what one is."""
    return whole in _computed_with(owner) and not is_setting_name(whole)


def _computed_with(owner: Function) -> frozenset[Term]:
    """What is cast to floating point somewhere in the function, or to wider signed numbers: bytes, that is, to be
    computed with. What is named as labels is none."""
    terms = set()
    for temporary, fact in owner.facts.calls.items():
        receiver = fact.receiver
        cast = owner.value(temporary)
        if fact.name in ("astype", "float") and receiver is not None and receiver.dtype is None:
            whole = receiver.term
            is_wide = cast.dtype in _WIDE and whole is not None and not is_label_name(whole)
            if (promotion.is_float(cast.dtype) or is_wide) and whole is not None and not is_setting_name(whole):
                terms.update([whole] if cast.term is None or not is_wide else [whole, cast.term])
        elif fact.name in ("array", "asarray") and fact.positional and "dtype" in fact.keywords:
            source = fact.positional[0].term
            is_float = promotion.is_float(promotion.meant(fact.keywords["dtype"]))
            if is_float and source is not None and cast.term is not None and is_image_name(source):
                terms.add(cast.term)
    return frozenset(terms)


_WIDE = ("int16", "int32")


def stored_in(owner: Function, whole: Term) -> Iterator[Term]:
    """What was stored into parts of an array of unknown range before it came to have this term, and is unknown too.

    Where elements are chosen by a condition anywhere in the function, they may have been limited by it.
    """
    for value in last_stored(owner, whole):
        if value.term is not None and value.range is None:
            yield unfolded(owner, value.term) or value.term


def last_stored(owner: Function, whole: Term) -> Iterator[Value]:
    """What was stored last into each part of an array before it came to have this term, where no condition chooses
    elements."""
    stores = {at: op for at, op in owner.instructions.items() if isinstance(op, ir.StoreItem)}
    if any(owner.value(op.index).dtype == "bool" for op in stores.values()) or _limits_in_place(owner):
        return
    seen: set[str] = set()
    at = place_of(owner, whole)
    while at in stores:
        op = stores.pop(at)
        index = owner.code(op.index)
        if index not in seen:
            yield owner.value(op.value)
        seen.add(index)
        value, base = owner.value(op.value).term, owner.value(op.base).term
        is_changed = value is not None and base is not None and not base.sources.isdisjoint(value.sources)
        if base is None or (is_changed and _is_of_more_parts(owner, op)):
            return  # `hsv[..., 1:] = clip(hsv[..., 1:])`: what was stored before is brought into range, perhaps
        at = place_of(owner, base)


def _is_of_more_parts(owner: Function, op: ir.StoreItem) -> bool:
    """Whether no number says which channel is stored."""
    index = owner.value(op.index)
    last = index.items[-1] if index.items else index
    return not isinstance(last.const, int)


def _limits_in_place(owner: Function) -> bool:
    return any("out" in fact.keywords or fact.name in ("putmask", "place") for fact in owner.facts.calls.values())
