"""ML001."""

from __future__ import annotations

from mlint.finding import Confidence
from mlint.rule import Report, Reports, rule
from mlint.suppress import Suppression


@rule("ML001", "unused-suppression", "`{text}` suppresses nothing{because}")
def unused_suppression(suppression: Suppression) -> Reports:
    """A comment that silences a rule where the rule reports nothing, or that is not understood."""
    if suppression.problem:
        because, advice = f": {suppression.problem}", "correct it, or remove it"
    elif suppression.ours and suppression.ran and not suppression.used and not suppression.expired:
        because, advice = "", "remove it, before it hides a mistake that is made later"
    else:
        return
    values = {"text": suppression.text, "because": because}
    yield Report(suppression.span, values, Confidence.CERTAIN, advice)
