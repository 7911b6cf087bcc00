"""ML301: `=` where `+=` was meant."""

from __future__ import annotations

from mlint import Overwrite, Reports, rule


@rule("ML301", "overwritten-accumulator", "`{name}` {problem}", words=("for", "while", "self"))
def overwritten_accumulator(overwrite: Overwrite) -> Reports:
    """A total, a counter or a running position is overwritten in the loop that should add to it."""
    yield overwrite.report(name=overwrite.name, problem=overwrite.problem)
