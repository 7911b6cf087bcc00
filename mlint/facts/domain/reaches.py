"""How far a value may go beyond its range: what follows where one thing is assumed of what came from outside.

A range that is known needs no assumption. Where it is not, the term says how the value was computed: a gain on an image
leaves the image's range whatever the gain's caller meant, but `x * 255` is only as suspicious as x.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from mlint.facts.domain.intervals import BYTE, UNIT, Basis, Interval
from mlint.facts.domain.polynomials import Powers, Term, polynomial
from mlint.facts.domain.terms import atoms, interval_of

_FREE = Interval(-math.inf, math.inf, Basis.FREE)


def beyond_bytes(found: Interval | None) -> Basis | None:
    """What it rests on that values occur whose whole part is no byte; None where they do not."""
    if found is None:
        return None
    ends = []
    if found.low <= -1:
        ends.append(found.lower[1])
    if found.high >= 256:
        ends.append(found.upper[1])
    return max(ends, default=None)


def parameters_of(whole: Term) -> frozenset[Term]:
    """The leaves that are parameters of which no range is known."""
    return frozenset(
        atom
        for atom in atoms(whole)
        if atom.range is None and isinstance(atom.name, tuple) and atom.name[:1] == ("parameter",)
    )


@dataclass(frozen=True, slots=True)
class Roles:
    """What the parts of a term are taken for: `images` are bytes or fractions, `blurred` those of them that are
    averages of other images, `masks` lie between 0 and 1, what was `drawn` has ends that are not known, and nothing
    bounds `settings`, which are numbers that an object was made with. `limits` are where parameters lie at the places
    at which they are computed with."""

    images: frozenset[Term] = frozenset()
    blurred: frozenset[Term] = frozenset()
    masks: frozenset[Term] = frozenset()
    drawn: frozenset[Term] = frozenset()
    settings: frozenset[Term] = frozenset()
    limits: Mapping[Term, Interval] = field(default_factory=dict)


def if_image(whole: Term, roles: Roles) -> Interval | None:
    """Where the term lies if these are images, nothing bounds the other parameters, and what blends is a weight.

    An image is of bytes, unless it is brought to their scale (`image * 255`): then it is of fractions.
    """
    assumed: dict[Term, Interval] = dict.fromkeys(_gains(whole, roles), _FREE)
    assumed.update({image: BYTE if _scale(whole, image) < _most_of(image) else UNIT for image in roles.images})
    assumed.update(dict.fromkeys(weights_of(whole) | roles.masks, _WEIGHT))
    channels = {atom for powers, _ in parts_of(whole) for atom, _ in powers if atom.op == "part"}
    return interval_of(whole, {**assumed, **roles.limits}, strangers=roles.blurred | roles.drawn | channels)


def _most_of(image: Term) -> float:
    """What an image of bytes may be multiplied by; less where only its name says that it is one."""
    is_named = image.range is None and image.op not in ("abs", "mean")
    return IMAGE_SCALE if is_named else _BYTE_SCALE


def _gains(whole: Term, roles: Roles) -> frozenset[Term]:
    """The parameters that stand alone, or are multiplied with an image; another one may be an image itself.

    What is drawn once is as free as they are; drawn and used twice, it may be the weight of a blend.
    """
    parts = list(parts_of(whole))
    times = Counter(atom for powers, _ in parts for atom, _ in powers)
    free = parameters_of(whole) | roles.settings
    if any(atom in roles.images or atom.range == BYTE for atom in times):
        free |= {atom for atom in roles.drawn if times[atom] == 1}
    return frozenset(
        atom
        for powers, coefficient in parts
        for atom, _ in powers
        if atom in free
        and (_is_added(atom, times) if len(powers) == 1 else _is_of_image(powers, coefficient, roles.images))
    )


def _is_added(atom: Term, times: Mapping[Term, int]) -> bool:
    """Whether it shifts an image as a whole; not where that only undoes what was done before, `image + mean`."""
    return times[atom] == 1 and "mean" not in _words(atom)


def _is_of_image(powers: Powers, coefficient: float, images: Collection[Term]) -> bool:
    known = [atom.range for atom, _ in powers if _is_bounded(atom)]
    size = abs(coefficient) * math.prod(max(abs(reach.low), abs(reach.high)) for reach in known if reach)
    return any(atom in images for atom, _ in powers) or (bool(known) and size >= IMAGE_SCALE)


def meets_bytes(whole: Term) -> bool:
    """Whether an image that is known to be one of bytes is computed with."""
    return any(atom.range == BYTE for powers, _ in parts_of(whole) for atom, _ in powers)


def root(atom: Term) -> Term:
    """What a part is a part of, and what was rounded."""
    while atom.op in _OF_ONE and atom.arguments:
        atom = atom.arguments[0]
    return atom


OVERSHOOTS = "resize_cubic"
"""What goes beyond both ends of the numbers that it interpolates."""
_ROUNDINGS = ("trunc", "round", "floor", "ceil")
_OF_ONE = ("part", "average", "alike", *_ROUNDINGS)


def unrounded(whole: Term) -> Term:
    """The numbers before they were rounded, which takes no more than one of them."""
    while whole.op in _ROUNDINGS and whole.arguments:
        whole = whole.arguments[0]
    return whole


def is_image_name(found: Term | str) -> bool:
    """Whether it is named as an image, or as many of them."""
    words = _words(found)
    return not _NO_IMAGES & words and bool(_IMAGES & words)


def is_setting_name(found: Term | str) -> bool:
    """Whether it is named as a number that images are computed with, and no image."""
    return bool(_SETTINGS & _words(found))


def is_label_name(found: Term | str) -> bool:
    """Whether it is named as labels, masks, sizes or the like, and no image."""
    return bool(_NO_IMAGES & _words(found))


def is_mask_name(found: Term | str) -> bool:
    """Whether it is named as a mask, which weights an image."""
    return bool(_MASKS & _words(found))


def _words(found: Term | str) -> set[str]:
    name = found if isinstance(found, str) else _name(root(found))
    return {word.rstrip("0123456789") for word in name.lower().split("_")}


_IMAGES = frozenset(("img", "image", "images", "imgs", "im", "frame", "photo", "picture", "rgb", "bgr"))
_MASKS = frozenset(("mask", "masks", "matte"))
_GAINS = frozenset(("gain", "factor", "brightness", "contrast"))
_SETTINGS = frozenset(
    ("scale", "scales", "weight", "weights", "bias", "factor", "exponent", "exp", "offset", "zero", "logit", "logits")
)
_NO_IMAGES = frozenset(
    ("mask", "masks", "label", "labels", "size", "shape", "width", "height", "id", "ids", "mean", "std", "path")
)


def _scale(whole: Term, atom: Term) -> float:
    """The number by which it is multiplied where it stands alone or with others."""
    return max((abs(value) for powers, value in parts_of(whole) if _holds(powers, atom)), default=0.0)


def weights_of(whole: Term) -> frozenset[Term]:
    """What is named as a weight and used as one: `alpha` in `a * alpha + b * (1 - alpha)`."""
    parts = list(parts_of(whole))
    free = {atom for powers, _ in parts for atom, _ in powers if _is_free(atom) and is_weight_name(_name(atom))}
    return frozenset(atom for atom in free if _is_blended(atom, dict(parts)))


def is_blended(atom: Term, whole: Term) -> bool:
    """Whether one thing gets so much of it as another one loses."""
    return _is_blended(atom, dict(parts_of(whole)))


def is_opacity(atom: Term, whole: Term) -> bool:
    """Whether it is blended by as a channel of bytes is that says how opaque an image is: divided by 255 everywhere."""
    scales = {abs(scale) * BYTE.high for powers, scale in parts_of(whole) if _holds(powers, atom)}
    return all(math.isclose(scale, 1.0) for scale in scales) and is_blended(atom, whole)


def _is_blended(atom: Term, parts: Mapping[Powers, float]) -> bool:
    """Whether one thing gets so much of it as another one loses: `a * w + b * (1 - w)`, and not `a + w * (a - b)`,
    which sharpens."""
    scaled = {powers: coefficient for powers, coefficient in parts.items() if _holds(powers, atom)}
    if len({coefficient > 0 for coefficient in scaled.values()}) != 2:
        return False
    lost = [_without(powers, atom) for powers, coefficient in scaled.items() if coefficient < 0]
    return any(parts.get(rest, 0.0) > 0 for rest in lost)


def _without(powers: Powers, atom: Term) -> Powers:
    return tuple(pair for pair in powers if not _holds((pair,), atom))


def is_weight_name(name: str) -> bool:
    """Whether it is named as the weight of a blend."""
    return name in _WEIGHTS or name.rpartition("_")[2] in _WEIGHTS - {"w", "t", "p"}


_BYTE_SCALE = 64.0
IMAGE_SCALE = 16.0
"""What brings fractions to bytes multiplies by more than this."""
_WEIGHT = Interval(0.0, 1.0, Basis.HULL)
_WEIGHTS = frozenset(
    """weight weights alpha ratio opacity transparency lam lmbda lambda_ mix blend blend_ratio blending mixup w t p prob
    alphas fraction mixing_ratio blend_weight blend_alpha mask_alpha density coverage strength amount
    visibility""".split()
)


def _holds(powers: Powers, atom: Term) -> bool:
    return any(mine == atom or (mine.op == OVERSHOOTS and mine.arguments == (atom,)) for mine, _ in powers)


def _is_free(atom: Term) -> bool:
    return atom.range is None or atom.range.basis is Basis.FREE


def _name(atom: Term) -> str:
    """The last name that it has: of a parameter, an attribute, or a variable that was assigned in several ways."""
    if atom.op.startswith("."):
        return atom.op[1:].lstrip("_")
    name = atom.name
    if not isinstance(name, tuple):
        return ""
    return str(name[-1]) if name[:1] == ("parameter",) or name[1:2] == ("at",) else ""


def is_gain(whole: Term) -> bool:
    """Whether an image of known range is multiplied by a parameter that nothing bounds: `image * factor`, or by an
    attribute that is named as one."""
    free = {each for each in parameters_of(whole) if not is_mask_name(each)}
    inside = {atom for powers, _ in parts_of(whole) for atom, _ in powers if atom.op.startswith(".")}
    free |= {each for each in inside if each.range is None and set(_name(each).lower().split("_")) & _GAINS}
    factors = {atom for powers, _ in parts_of(whole) for atom, _ in powers}
    free |= {each for each in factors if _is_item_of_gain(each) or _is_power_by(each, free)}
    return any(
        any(atom in free for atom, _ in powers) and _is_of_image(powers, coefficient, ())
        for powers, coefficient in parts_of(whole)
    )


def _is_item_of_gain(atom: Term) -> bool:
    """Whether it is one of several numbers that are named as gains: `gains[c]`."""
    words = {one for word in _words(atom) for one in (word, word.removesuffix("s"))}
    return atom.op == "part" and atom.range is None and not words.isdisjoint(_GAINS)


def _is_power_by(atom: Term, free: Collection[Term]) -> bool:
    """Whether a parameter says by what power of a number: `2**stops`."""
    is_power = atom.op == "power" and atom.arguments[0].op == "number"
    return is_power and bool(atoms(atom)) and all(each in free for each in atoms(atom))


def is_filling(whole: Term) -> bool:
    """Whether nothing but constants and a single number that nothing bounds is computed with: what an array is filled
    with."""
    atoms = {atom for powers, _ in parts_of(whole) for atom, _ in powers}
    open_ends = [atom for atom in atoms if not (atom.range is not None and atom.range.is_point)]
    if len(open_ends) != 1 or not _is_free(open_ends[0]) or len(atoms) == 1:
        return False
    name = open_ends[0].name
    is_parameter = isinstance(name, tuple) and name[:1] == ("parameter",)
    return is_parameter or (open_ends[0].op.startswith(".") and open_ends[0].op != ".real")


def is_above_own_least(whole: Term) -> bool:
    """Whether something is counted from its own minimum: how far it is spread is told by nothing."""
    parts = dict(parts_of(whole))
    least = [powers[0][0] for powers, scale in parts.items() if len(powers) == 1 and powers[0][0].op == "min"]
    return any(((each.arguments[0], 1),) in parts and len(parts) == 2 for each in least if each.arguments)


def is_inverted_mask(whole: Term) -> bool:
    """Whether something is taken from one: `1 - mask`."""
    parts = dict(parts_of(whole))
    rest = [(powers, scale) for powers, scale in parts.items() if powers]
    return parts.get(()) == 1 and len(rest) == 1 and rest[0][1] == -1 and len(rest[0][0]) == 1


def parts_of(whole: Term) -> Iterator[tuple[Powers, float]]:
    """The products that a term is the sum of, with the numbers that they are multiplied by."""
    for powers, coefficient in polynomial(whole).items():
        yield powers, float(coefficient)


def _is_bounded(atom: Term) -> bool:
    return atom.range is not None and atom.range.bounded and not atom.range.is_point
