"""ML102: a value of one role where the other of the pair is called for."""

from mlint import Confidence, Labelled, Reports, rule


@rule("ML102", "paired-name-mixup", "`{name}` goes to {label}, which asks for `{expected}`")
def paired_name_mixup(labelled: Labelled) -> Reports:
    """A statement says one role of a pair (validation, width, source) and uses the other."""
    yield labelled.report(
        confidence=_confidence(labelled),
        name=labelled.name,
        label=labelled.label,
        expected=labelled.expected,
        because=labelled.steps,
        advice=f"write `{labelled.expected}`, or rename what it goes to",
    )


def _confidence(labelled: Labelled) -> Confidence:
    mixup = labelled.mixup
    if labelled.reversed_on_purpose or labelled.either_way or labelled.is_of_test:
        return Confidence.POSSIBLE
    if mixup is None:
        return Confidence.LIKELY
    if (
        mixup.rough
        or mixup.mapped
        or mixup.held_out_only
        or mixup.transposed
        or mixup.turned
        or mixup.left_over
        or mixup.framed
    ):
        return Confidence.POSSIBLE
    if mixup.lettered or mixup.adjoins:
        return Confidence.POSSIBLE
    if mixup.unread and mixup.partners and mixup.is_two_sided:
        return Confidence.LIKELY
    if mixup.directed or mixup.passed_on:
        return Confidence.POSSIBLE
    return Confidence.LIKELY if mixup.told_clearly else Confidence.POSSIBLE
