"""What the findings of ML102 rest on, and how much that says: the one place that decides their confidence.

As in `evidence` each kind is a row, and the first row that holds decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.labels.crossed import BESIDE
from mlint.facts.pairs.labels.mixup import NAMED, Mixup
from mlint.finding import Confidence

_LIKELY, _POSSIBLE = Confidence.LIKELY, Confidence.POSSIBLE


class Said(NamedTuple):
    """A value of another role than its label in its surroundings; None where two values have each other's place.

    `on_purpose`: the function or statement says that it exchanges sides; `in_test`: it stands among tests;
    `either_way`: the two may stand in either order; `explained`: a comment says that it is meant;
    `in_evaluation`: held-out data stands for training data where nothing is trained.
    """

    mixup: Mixup | None
    on_purpose: bool
    in_test: bool
    either_way: bool
    explained: bool = False
    in_evaluation: bool = False


class LabelEvidence(NamedTuple):
    """A kind of evidence: its name, the confidence of what rests on it, whether a value does, and what has to be seen
    beside it; without that what rests on it is possible."""

    name: str
    confidence: Confidence
    holds: Callable[[Said], bool]
    beside: Callable[[Mixup], bool] | None = None


def label_evidence(said: Said) -> LabelEvidence:
    """What a mixup rests on: the first kind of the table that holds."""
    row = next(row for row in TABLE if row.holds(said))
    alone = row.beside is not None and said.mixup is not None and not row.beside(said.mixup)
    return row._replace(confidence=_POSSIBLE) if alone else row


def _of(
    name: str, confidence: Confidence, holds: Callable[[Mixup], bool], beside: Callable[[Mixup], bool] | None = None
) -> LabelEvidence:
    """A kind that the mixup alone tells."""
    return LabelEvidence(name, confidence, lambda said: said.mixup is not None and holds(said.mixup), beside)


def _by(
    name: str, hows: Sequence[str], holds: Callable[[Mixup], bool], beside: Callable[[Mixup], bool] | None = None
) -> LabelEvidence:
    """A kind of what makes a claim in one of these ways, of words that say something by themselves."""
    return _of(name, _LIKELY, lambda mixup: mixup.claim.how in hows and not mixup.is_hint and holds(mixup), beside)


def _has_unread(mixup: Mixup) -> bool:
    # An attribute may be read elsewhere, and a hook does what it is there for.
    return mixup.unread and mixup.partners and mixup.is_two_sided and not mixup.of_hook


def _is_left(mixup: Mixup) -> bool:
    """Whether nothing reads what is expected, and it is data of one split, or is asked for where values are given."""
    return _has_unread(mixup) and (mixup.is_of_split or mixup.claim.how in (*_ARGUMENT, "array"))


def _is_asked_for(mixup: Mixup) -> bool:
    """Whether an argument is just called what is expected, or what stands beside other data is what is right of it."""
    if mixup.claim.how == BESIDE:
        return mixup.names_labels
    return mixup.claim.how not in _ARGUMENT or mixup.own or mixup.elsewhere or mixup.kind is Kind.IDLE


_ARGUMENT = ("keyword", "parameter", "key")
TABLE: Sequence[LabelEvidence] = (
    LabelEvidence("in a function or statement that exchanges sides", _POSSIBLE, lambda said: said.on_purpose),
    LabelEvidence("a comment says that it is meant", _POSSIBLE, lambda said: said.explained),
    LabelEvidence("in either order", _POSSIBLE, lambda said: said.either_way),
    LabelEvidence("in a test", _POSSIBLE, lambda said: said.in_test),
    LabelEvidence("where nothing is trained", _POSSIBLE, lambda said: said.in_evaluation),
    LabelEvidence("two have each other's place", _LIKELY, lambda said: said.mixup is None),
    # One is made of the other as often as not, and other code may read an attribute or an option.
    _of(Kind.DROPPED_FUNCTION.value, _POSSIBLE, lambda mixup: mixup.kind is Kind.DROPPED_FUNCTION),
    _of(Kind.IDLE_ATTRIBUTE.value, _POSSIBLE, lambda mixup: mixup.kind is Kind.IDLE_ATTRIBUTE),
    _of(Kind.SPELLED.value, _LIKELY, lambda mixup: mixup.kind is Kind.SPELLED),
    _of(Kind.OWN_KEYWORD.value, _LIKELY, lambda mixup: mixup.kind is Kind.OWN_KEYWORD),
    _of("a function of the other", _POSSIBLE, lambda mixup: mixup.mapped),
    _of("both held out", _POSSIBLE, lambda mixup: mixup.held_out_only),
    _of("rows and columns", _POSSIBLE, lambda mixup: mixup.transposed),
    _of("turned in one line", _POSSIBLE, lambda mixup: mixup.turned),
    _of("what the other leaves", _POSSIBLE, lambda mixup: mixup.left_over),
    _of("a function for the other serves both", _POSSIBLE, lambda mixup: mixup.framed),
    _of("`x` for a parameter `y`", _POSSIBLE, lambda mixup: mixup.lettered),
    _of("where the one ends the next begins", _POSSIBLE, lambda mixup: mixup.adjoins),
    _of("the expected name is not read, where it is asked for", _LIKELY, _is_left, _is_asked_for),
    _of("source for target", _POSSIBLE, lambda mixup: mixup.directed),
    _of("the call has other names for all", _POSSIBLE, lambda mixup: mixup.passed_on),
    _of(Kind.DROPPED.value, _POSSIBLE, lambda mixup: mixup.kind is Kind.DROPPED),
    _of(Kind.IDLE.value, _LIKELY, lambda mixup: mixup.kind is Kind.IDLE, lambda mixup: mixup.is_partner),
    _of(Kind.ODD_ONE.value, _LIKELY, lambda mixup: mixup.kind is Kind.ODD_ONE),
    _of("the label is the expected name", _LIKELY, lambda mixup: mixup.said.family == NAMED),
    _by("noted under the name of other data", ("text",), lambda mixup: mixup.told_by_tag, lambda mixup: mixup.local),
    _by(
        "a text says the expected name",
        ("text",),
        lambda mixup: mixup.told_by_text,
        lambda mixup: mixup.repeated and not mixup.computed,
    ),
    _by("an entry beside its own key", ("key of its entry",), lambda mixup: mixup.is_of_split and mixup.partners),
    _by("in the branch of the other", ("branch of", "branch for"), lambda mixup: True),
    _by("data of one split with labels of another", (BESIDE,), lambda mixup: True),
    _by("data of another split is gone over", ("list", "loop over"), lambda mixup: mixup.is_of_split and mixup.local),
    _by("a function for other data", _ARGUMENT, lambda mixup: mixup.seconded and mixup.is_of_split),
    _by(
        "an argument is named as another",
        _ARGUMENT[:2],
        lambda mixup: mixup.told_by_name,
        lambda mixup: mixup.own or mixup.elsewhere or mixup.unread,
    ),
    _by(
        "a function for the target",
        ("target",),
        lambda mixup: mixup.seconded and mixup.is_of_split,
        lambda mixup: mixup.own or not mixup.says_test,
    ),
    _by("both sides from one", ("target",), lambda mixup: not mixup.seconded and mixup.told_by_both),
    _by("the target ends in the name", ("target",), lambda mixup: not mixup.seconded and mixup.told_by_end),
    _by("the target is the name", ("target",), lambda mixup: not mixup.seconded and mixup.told_by_own),
    _by("two targets exchanged", ("target",), lambda mixup: not mixup.seconded and mixup.told_by_exchange),
    _by("a default is the other", ("default of",), lambda mixup: mixup.own and mixup.said.family != "axis"),
    # What a target gets is made of the other as often as not, whatever becomes of what was made for it.
    _of("the expected name is not read", _POSSIBLE, _has_unread),
    LabelEvidence("a label and its value", _POSSIBLE, lambda said: True),
)
