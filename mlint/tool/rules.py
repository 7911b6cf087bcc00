"""The rules of the tool itself, and with them all the rules there are."""

from __future__ import annotations

from mlint.pack import load, rules_of
from mlint.rule import Rule
from mlint.tool import expired_suppression, unreadable_file, unused_suppression

OWN: tuple[Rule, ...] = tuple(
    rule for module in (unreadable_file, unused_suppression, expired_suppression) for rule in rules_of(module)
)


def known() -> tuple[Rule, ...]:
    """Every rule that can be selected and suppressed, sorted by code. Raises PackError."""
    return (*OWN, *load())
