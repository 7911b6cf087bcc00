"""ML101: one name of a copied statement was not renamed."""

from mlint import Reports, Siblings, rule


@rule(
    "ML101",
    "copy-paste-mixup",
    "`{name}` stands here as in line {line}: {reason}",
    instead_of=("ML102",),
)
def copy_paste_mixup(siblings: Siblings) -> Reports:
    """One name of two statements of one shape was not renamed with the others."""
    yield siblings.report(
        confidence=siblings.evidence.confidence,
        name=siblings.name,
        line=siblings.model_line,
        reason=siblings.reason,
        because=siblings.steps,
        advice=siblings.advice,
    )
