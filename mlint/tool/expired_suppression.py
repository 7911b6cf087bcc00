"""ML002."""

from __future__ import annotations

from mlint.finding import Confidence
from mlint.rule import Report, Reports, rule
from mlint.suppress import Suppression


@rule("ML002", "expired-suppression", "the suppression of `{text}` ended on {until}")
def expired_suppression(suppression: Suppression) -> Reports:
    """A comment that silences a rule until a day that is past: it silences nothing any more."""
    if suppression.expired and not suppression.problem:
        values = {"text": suppression.text, "until": suppression.until}
        advice = "correct what it hides, or say until when it may stay"
        yield Report(suppression.span, values, Confidence.CERTAIN, advice)
