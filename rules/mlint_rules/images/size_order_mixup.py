"""ML703: height and width in each other's place."""

from __future__ import annotations

from mlint import Confidence, Reports, SizeOrder, rule


@rule(
    "ML703",
    "size-order-mixup",
    "`{code}` {what}: {result}",
    words=(
        *("shape", "size", "width", "height", "CAP_PROP_FRAME_WIDTH", "boundingRect", "selectROI", "detectMultiScale"),
        *("xyxy", "xywh", "resize", "warpAffine", "warpPerspective", "VideoWriter", "circle", "rectangle", "putText"),
    ),
    instead_of=("ML102",),
)
def size_order_mixup(order: SizeOrder) -> Reports:
    """The height of a picture is used where its width is called for, and the width for the height."""
    height, width = order.sides
    sides = "the first index of an array counts down its height"
    if not (order.is_of_box or order.is_of_point):
        sides = f"`{height}` is the height, `{width}` the width"
    names = order.misnamed
    if order.is_named_so:
        yield order.silence("what is called has the names the other way round as well")
        return
    doubtful = order.is_turned or order.is_by_letters or not order.is_seen
    yield order.report(
        confidence=Confidence.POSSIBLE if doubtful else Confidence.LIKELY,
        advice=f"exchange {'the two' if names is None else 'the names'}: {sides}",
        because=order.steps,
        code=order.code if names is None else ", ".join(names),
        what=_what(order),
        result="another part is taken" if order.is_of_box or order.is_of_point else "right for squares only",
    )


def _what(order: SizeOrder) -> str:
    wanted, other = order.wants
    if order.is_of_point:
        return f"takes ({wanted}, {other}) and gets what `{order.picture}` has as (x, y)"
    given = f"({other}, {wanted}) of `{order.picture}`"
    if order.misnamed is None:
        return f"takes ({wanted}, {other}) and gets {given}"
    if order.taker is None:
        return f"is {given}, and ({wanted}, {other}) on another way"
    taker = f"`{order.taker}`" if order.taker else "a dictionary"
    return f"is {given} and goes to {taker} as ({wanted}, {other})"
