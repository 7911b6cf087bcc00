"""ML303: `=+` where `+=` was meant."""

from __future__ import annotations

from mlint import Confidence, Reports, ReversedAssignment, rule


@rule(
    "ML303",
    "reversed-augmented-assignment",
    "`{target} ={sign} {operand}` assigns the signed value; `{sign}=` was probably meant",
    instead_of=("ML301",),
)
def reversed_augmented_assignment(assignment: ReversedAssignment) -> Reports:
    """The spacing of `total =+ x` says that `+=` was meant: it assigns x with a sign, and adds nothing."""
    if not assignment.is_bound:  # nothing there to add to
        return
    if assignment.is_spaced:
        confidence = Confidence.LIKELY
    elif assignment.sign == "+":
        confidence = Confidence.POSSIBLE
    else:  # `x=-1` and `x =-1` are how some write `x = -1`
        return
    yield assignment.report(
        confidence=confidence, target=assignment.target, sign=assignment.sign, operand=assignment.operand
    )
