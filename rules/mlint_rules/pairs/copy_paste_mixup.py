"""ML101: one name of a copied statement was not renamed."""

from mlint import Confidence, Reports, Siblings, rule


@rule(
    "ML101",
    "copy-paste-mixup",
    "`{name}` stands here as in line {line}: {reason}",
    instead_of=("ML102",),
)
def copy_paste_mixup(siblings: Siblings) -> Reports:
    """One name of two statements of one shape was not renamed with the others."""
    yield siblings.report(
        confidence=_confidence(siblings),
        name=siblings.name,
        line=siblings.model_line,
        reason=siblings.reason,
        because=siblings.steps,
        advice=f"write `{siblings.expected}`, or give the shared value a name that says that both use it",
    )


def _confidence(siblings: Siblings) -> Confidence:
    slip = siblings.slip
    if slip.rough or (siblings.is_of_test and not slip.unread):
        return Confidence.POSSIBLE
    guards = slip.guards and (slip.partners or slip.labelled) and not slip.measured
    if guards or ((slip.evident or slip.breaks_all) and not siblings.reversed_on_purpose):
        return Confidence.LIKELY
    if slip.waits and not siblings.reversed_on_purpose and _speaks_against(siblings):
        return Confidence.LIKELY
    if _speaks_against(siblings) or siblings.reversed_on_purpose:
        return Confidence.POSSIBLE
    if slip.double:
        return Confidence.LIKELY if slip.labelled or slip.waits else Confidence.POSSIBLE
    plain = bool(slip.followed and slip.literal and slip.local)
    if slip.unread and ((slip.partners and (slip.local or slip.followed > 1)) or (slip.labelled and plain)):
        return Confidence.CERTAIN if plain else Confidence.LIKELY
    if slip.is_only_reader or slip.loses_own or _named_alike(siblings):
        return Confidence.LIKELY
    if slip.named_in_full and not slip.contradicted:
        return Confidence.LIKELY
    if slip.doubtful:
        return Confidence.POSSIBLE
    told = (
        slip.confirmed
        or slip.left_idle
        or slip.half_renamed
        or slip.ends_elsewhere
        or _renamed_throughout(siblings)
        or _else_the_same(siblings)
    )
    return Confidence.LIKELY if told else Confidence.POSSIBLE


def _speaks_against(siblings: Siblings) -> bool:
    """Whether something says that the name is meant, but where what is expected is there for nothing else."""
    slip = siblings.slip
    if slip.is_key_of_the_other or slip.measured or slip.selects or slip.held_out_only or slip.evaluates_training:
        return True
    return slip.continues or slip.shifted or slip.framed or slip.calls_for_another or slip.is_of_both or slip.splits_off


def _named_alike(siblings: Siblings) -> bool:
    slip = siblings.slip
    if not (slip.answers and slip.partners) or slip.contradicted or slip.attended:
        return False
    return not (slip.numbered or slip.is_short_text or slip.follows_from_other or siblings.often_equal)


def _renamed_throughout(siblings: Siblings) -> bool:
    slip = siblings.slip
    if slip.seconded and slip.partners and slip.labelled:
        return True
    if not slip.literal:
        return slip.goes_along
    if slip.collects:
        return slip.partners and slip.value_follows
    if slip.is_short_text:
        return False
    if slip.anew and slip.partners and slip.followed > 1:
        return True
    if slip.followed < 2:
        return slip.on_its_own
    if slip.present:
        return slip.labelled and not slip.compounded
    if slip.labelled:
        return slip.followed >= (2 if slip.partners and (slip.is_awaited or not slip.mixes) else 5)
    return slip.partners and (slip.distinct > 1 or slip.alone)


def _else_the_same(siblings: Siblings) -> bool:
    slip = siblings.slip
    if not (slip.labelled and slip.same_value) or slip.follows_from_other:
        return False
    if (slip.within_call and siblings.often_equal) or not (slip.partners or slip.local or slip.named):
        return False
    if slip.followed < 2 and not (slip.partners or slip.awaited or slip.named or slip.value_follows):
        return False
    if slip.numbered or (slip.lettered and not slip.named) or slip.is_short_text or slip.aliased:
        return False
    if not (slip.bound or (slip.partners and slip.atom.called) or slip.named):
        return False
    if slip.atom.text.isupper() and not slip.literal:
        return False  # `pack(side=tk.TOP, pady=10)` beside `pack(side=tk.TOP, padx=10)`
    return slip.literal or (slip.partners and (slip.within_call or len(slip.asked[0]) > 1))
