"""Whether a function turns a picture by a quarter, so that its sides change places."""

from __future__ import annotations

from itertools import pairwise

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.pairs.names.words import listed, split

TURNING = listed("rot90 swapaxes T mT H rotate transpose permute moveaxis rollaxis t")
"""What is done to an array that gives it another order of axes, or turns what it shows."""
_ORDERED = listed("transpose permute")
_MOVING = listed("moveaxis rollaxis")
_TURNED = "ROTATE_90"
_TWO = 2
# A function with one of these words in its name exchanges the sides on purpose.
_SAYS = listed(
    """rot90 rot rotate rotated rotation rotations transpose transposed transposer swap swapped swapaxes landscape
    portrait permute permuted orientation orient exif d4 dihedral warp affine"""
)


def is_for_turning(name: str) -> bool:
    """Whether the name of a function says that it turns pictures, or gives them another orientation."""
    return not _SAYS.isdisjoint(split(name))


def turns(accesses: Accesses, picture: str) -> bool:
    """Whether the function turns what a text names, or something by a quarter: then either order can be meant."""
    temporaries = accesses.temporaries
    for made in temporaries.definitions.values():
        if not isinstance(made, ir.Attribute) or made.name not in TURNING:
            if isinstance(made, (ir.Attribute, ir.Global)) and made.name.startswith(_TURNED):
                return True
            continue
        calls = [each for each in temporaries.users.get(made.target, ()) if isinstance(each, ir.Call)]
        if made.name in _ORDERED and calls and all(_keeps_sides(_numbers(accesses, call)) for call in calls):
            continue
        if made.name in _MOVING and calls and all(_moves_channels(_numbers(accesses, call)) for call in calls):
            continue
        about = [made.base, *(each.value for call in calls for each in call.arguments)]
        if made.name == "rot90" or any(temporaries.text(each) == picture for each in about):
            return True
    return False


def _numbers(accesses: Accesses, call: ir.Call) -> list[int]:
    """The whole numbers that a call is given, those in tuples, too."""
    given: list[int] = []
    pending = [each.value for each in call.arguments][::-1]
    while pending:
        temporary = pending.pop()
        made = accesses.temporaries.definitions.get(temporary)
        if isinstance(made, ir.Collect):
            pending += made.items[::-1]
        else:
            given.append(temporary)
    return [number for each in given if (number := accesses.temporaries.integer(each)) is not None]


def _keeps_sides(order: list[int]) -> bool:
    """Whether in a new order of axes the height is right before the width as it was: only the channels go elsewhere,
    as in `image.transpose(2, 0, 1)`."""
    return any(pair in pairwise(order) for pair in ((0, 1), (1, 2), (2, 3)))


def _moves_channels(ends: list[int]) -> bool:
    """Whether the first axis becomes the last, or the last the first."""
    return len(ends) == _TWO and 0 in ends and not {-1, 2}.isdisjoint(ends)
