"""ML102: a value of one role where the other of the pair is called for."""

from mlint import Labelled, Reports, rule


@rule("ML102", "paired-name-mixup", "`{name}` goes to {label}, which asks for `{expected}`")
def paired_name_mixup(labelled: Labelled) -> Reports:
    """A statement says one role of a pair (validation, width, source) and uses the other."""
    yield labelled.report(
        confidence=labelled.evidence.confidence,
        name=labelled.name,
        label=labelled.label,
        expected=labelled.expected,
        because=labelled.steps,
        advice=f"write `{labelled.expected}`, or rename what it goes to",
    )
