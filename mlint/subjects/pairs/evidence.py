"""What the findings about pairs rest on, and how much that says: the one place that decides their confidence.

Each kind of evidence is a row; the first row that holds decides. What real code shows to be a mistake nine times in ten
is told by default (`LIKELY`), what it shows to be meant as often is `POSSIBLE`. A kind that is a mistake more often
than not, and no more, has a second question: what must be seen beside it. What the questions of a row mean stands with
the properties of `Slip` and `Mixup`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import family, holds_training, is_of_data, is_size, known_pair
from mlint.facts.pairs.names.words import split
from mlint.facts.pairs.reading.shapes import STRING
from mlint.facts.syntax.tree import names_in
from mlint.finding import Confidence

_CERTAIN, _LIKELY, _POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE
# Of two that are used together as often as not, or of no known pair, so many places have to follow.
_MANY = 5
_SHORT = 2
# These find the places of values among others.
_SEARCHING = frozenset({"searchsorted", "bucketize", "digitize", "bisect", "bisect_left", "bisect_right"})


class Told(NamedTuple):
    """A slip in its surroundings. `on_purpose`: the function says that it exchanges the two; `in_test`: it stands among
    tests; `often_equal`: the two can well be the same thing; `explained`: a comment says that it is meant;
    `in_evaluation`: held-out data stands for training data where nothing is trained; `left_over`: what is expected is a
    setting that nothing reads, and no known partner; `taken_along`: it was unpacked with others that nothing reads."""

    slip: Slip
    on_purpose: bool
    in_test: bool
    often_equal: bool
    explained: bool = False
    in_evaluation: bool = False
    left_over: bool = False
    taken_along: bool = False


class Evidence(NamedTuple):
    """A kind of evidence: its name, the confidence of what rests on it, whether a slip does, and what has to be seen
    beside it; without that what rests on it is possible."""

    name: str
    confidence: Confidence
    holds: Callable[[Told], bool]
    beside: Callable[[Slip], bool] | None = None


def evidence(told: Told) -> Evidence:
    """What a slip rests on: the first kind of the table that holds."""
    row = next(row for row in TABLE if row.holds(told))
    alone = row.beside is not None and not row.beside(told.slip)
    return row._replace(confidence=_POSSIBLE) if alone else row


def finder_says(slip: Slip) -> Confidence | None:
    """How sure the finder is by itself; None where the questions of the table decide."""
    return FINDERS.get(slip.kind)


def _found(confidence: Confidence) -> Iterator[Evidence]:
    """The kinds with a finder of their own, which has asked nearly all there is to ask."""
    for kind, told in FINDERS.items():
        if told is confidence:
            yield Evidence(kind.value, confidence, partial(_is_of, kind), BESIDE.get(kind))


def _is_of(kind: Kind, told: Told) -> bool:
    return told.slip.kind is kind


def _of(
    name: str, confidence: Confidence, holds: Callable[[Slip], bool], beside: Callable[[Slip], bool] | None = None
) -> Evidence:
    """A kind that the slip alone tells."""
    return Evidence(name, confidence, lambda told: holds(told.slip), beside)


def _speaks_against(slip: Slip) -> bool:
    """Whether something says that the name is meant, but where what is expected is there for nothing else."""
    if slip.is_key_of_the_other or slip.measured or slip.held_out_only or slip.evaluates_training:
        return True
    if slip.selects and not slip.takes_the_same:
        return True
    if slip.shifted and not slip.half_renamed:
        return True
    if _spans(slip) or slip.continues or slip.framed or slip.calls_for_another:
        return True
    return slip.is_of_both or slip.splits_off


def _spans(slip: Slip) -> bool:
    """Whether the starts of one thing are looked for among the ends of another, which tells what overlaps:
    `searchsorted(ends, starts)`."""
    code = slip.suspect.node
    if family(*slip.renaming) != "ends" or slip.unread or not isinstance(code, ast.AST):
        return False
    return not _SEARCHING.isdisjoint(names_in(code))


def _is_double_for_one(slip: Slip) -> bool:
    """Whether a thing stands twice where its partner waits; two texts of a letter are rows of a table."""
    lettered = slip.atom.kind == STRING and len("".join(split(slip.atom.text))) == 1
    return slip.double and (slip.labelled or slip.waits) and not lettered


def _waits_here(slip: Slip) -> bool:
    """Whether the expected name is local and there for nothing else."""
    return slip.unread and slip.local


def _is_left_unread(slip: Slip) -> bool:
    known = slip.partners and (slip.local or slip.followed > 1)
    return slip.unread and (known or (slip.labelled and _is_plain(slip)))


def _is_plain(slip: Slip) -> bool:
    return bool(slip.followed and slip.literal and slip.local)


def _is_named_alike(told: Told) -> bool:
    slip = told.slip
    if not (slip.answers and slip.bound and slip.partners) or slip.contradicted or slip.attended:
        return False
    if slip.atom.kind == STRING and slip.by_text and slip.unseen:
        return False  # texts that stand beside texts, and nothing that they name
    if slip.by_text and slip.lettered:
        return False  # `[b]` is all that there is of "a", too
    return not (slip.numbered or slip.is_short_text or slip.follows_from_other or told.often_equal)


def _follows(slip: Slip) -> bool:
    """Whether the very words are renamed at several places, and it is no short text nor a thing that collects."""
    return slip.literal and slip.followed > 1 and not (slip.collects or slip.is_short_text)


def _follows_labelled(slip: Slip) -> bool:
    if not _follows(slip) or slip.present or not slip.labelled:
        return False
    return (slip.partners and (slip.is_awaited or not slip.mixes)) or slip.followed >= _MANY


def _follows_unlabelled(slip: Slip) -> bool:
    told = _follows(slip) and not slip.present and not slip.labelled
    return told and slip.partners and (slip.distinct > 1 or slip.alone)


def _is_step(slip: Slip) -> bool:
    """Whether a number is asked for: what was made last goes into the next layer, whatever its number is."""
    return "".join(slip.renaming).isdigit()


def _is_as_long(slip: Slip) -> bool:
    """Whether a slice or a box starts on the one side and is as long as the other: `top:top + h, left:left + h`."""
    if slip.literal or family(*slip.asked) != "axis" or not (slip.partners and slip.alone):
        return False
    if isinstance(slip.suspect.node, ast.BinOp):  # `(left, top, left + w, top + w)`, where there is a height
        return slip.local and is_size(slip.asked[0]) and isinstance(slip.suspect.node.op, ast.Add)
    return isinstance(slip.suspect.node, ast.Slice) and slip.followed > 1


def _goes_beside(slip: Slip) -> bool:
    """Whether it is given to a call beside a name that follows, for what a label says that follows too."""
    told = slip.beside and slip.literal and slip.followed > 1 and not slip.present
    if not told or family(*slip.renaming) in (None, "flow", "attention") or "".join(slip.renaming).isdigit():
        return False
    return slip.labelled and slip.partners


def _is_else_the_same(told: Told) -> bool:
    slip = told.slip
    if not (slip.labelled and slip.same_value) or slip.follows_from_other:
        return False
    if (slip.within_call and told.often_equal) or not (slip.partners or slip.local or slip.named):
        return False
    if slip.followed < 2 and not (slip.partners or slip.awaited or slip.named or slip.value_follows):
        return False
    if slip.numbered or (slip.lettered and (slip.by_text or not slip.named)) or slip.is_short_text or slip.aliased:
        return False
    if not (slip.bound or (slip.partners and slip.atom.called) or slip.named):
        return False
    if slip.atom.text.isupper() and not slip.literal:
        return False  # `pack(side=tk.TOP, pady=10)` beside `pack(side=tk.TOP, padx=10)`
    return slip.literal or (slip.partners and (slip.within_call or len(slip.asked[0]) > 1))


def _is_left(slip: Slip) -> bool:
    """Whether all else follows, numbers too, or what is expected was made for something and this is its place."""
    return slip.same_value or slip.alone or slip.counted or slip.unread or slip.is_awaited


def _goes_in_place(slip: Slip) -> bool:
    """Whether it is seen by the partner of a name, not by any word that the expected one has more."""
    return slip.followed > 0 or known_pair(*slip.renaming)


def _is_worded(slip: Slip) -> bool:
    """Whether it is more than a letter that something is called, and no number of a part changes with it."""
    return (len(slip.atom.text) > _SHORT or not slip.local) and not slip.counted


def _is_told_apart(slip: Slip) -> bool:
    """Whether one of the two is not there for the other: no data held out for two purposes, no setting, nor a text that
    a text beside it speaks of, unless this asks for all of it or says what data is for."""
    if (is_of_data(slip.renaming) and not holds_training(slip.renaming)) or _is_setting(slip):
        return False
    return not (slip.by_text and slip.unseen) or slip.answers or family(*slip.renaming) == "split"


def _is_setting(slip: Slip) -> bool:
    """Whether a target gets no more than a text, and nothing else tells of the other one: `val_ann = "train.json"`."""
    code = slip.suspect.node
    if not (slip.unseen and slip.atom.kind == STRING and isinstance(code, ast.Assign)):
        return False
    return not any(isinstance(each, (ast.Call, ast.Subscript)) for each in ast.walk(code.value))


def _is_longer(slip: Slip) -> bool:
    """Whether the expected name has more words."""
    return len(split(slip.expected)) > len(split(slip.atom.text))


def _is_of_one_thing(slip: Slip) -> bool:
    """Whether the expected one is no other thing: a side of a picture, a name with more words, the third number or a
    later one, or where several names follow. The first two of a thing serve each other."""
    if slip.asked[0].isdigit():
        return not {*slip.asked} <= {"0", "1"}
    told = is_size(slip.asked[0]) or _is_longer(slip)
    return told or (slip.labelled and slip.followed > 1)


# What was seen by a finder tells it whatever the words are, or real code means it as often.
FINDERS: Mapping[Kind, Confidence] = {
    Kind.STORED_OVER: _LIKELY,
    Kind.AGREEING: _LIKELY,
    Kind.AGREEING_ONCE: _LIKELY,
    Kind.AGREEING_ATTRIBUTE: _POSSIBLE,
    Kind.UNLIKE_KEYS: _POSSIBLE,
    Kind.OUT_OF_LINE: _LIKELY,
    Kind.OUT_OF_LINE_OF_THREE: _POSSIBLE,
    Kind.COPIED: _LIKELY,
    Kind.COPIED_LOOSELY: _POSSIBLE,
    Kind.AT_ONCE: _LIKELY,
    Kind.INDEX_AT_ONCE: _POSSIBLE,
    Kind.TWICE: _LIKELY,
    Kind.TWICE_LOOSELY: _POSSIBLE,
    Kind.SHOWN_TWICE: _LIKELY,
    Kind.AGAINST_ITSELF: _LIKELY,
    Kind.POINTLESS: _LIKELY,
    Kind.ASKED_TWICE: _LIKELY,
    Kind.ASKED_BEFORE: _LIKELY,
    Kind.BY_NAME_OF_ANOTHER: _LIKELY,
    Kind.MADE_OF_ANOTHER: _LIKELY,
    Kind.SIDE_OF_OTHER: _LIKELY,
    Kind.PAST_THE_END: _LIKELY,
    Kind.TAKEN_ALONE: _LIKELY,
    Kind.LEFT_OUT: _LIKELY,
    Kind.FOURTH: _POSSIBLE,
    Kind.UNFILLED: _LIKELY,
}
# Of some that is not enough: what has to be seen beside it.
BESIDE: Mapping[Kind, Callable[[Slip], bool]] = {
    Kind.OUT_OF_LINE: lambda slip: not slip.labelled or slip.unread or slip.optional,
    Kind.AGREEING_ONCE: lambda slip: slip.labelled and _is_told_apart(slip),
    Kind.COPIED: lambda slip: known_pair(*slip.renaming),
    Kind.BY_NAME_OF_ANOTHER: lambda slip: not _is_longer(slip),
}
TABLE: Sequence[Evidence] = (
    *_found(_POSSIBLE),
    Evidence("a comment says that it is meant", _POSSIBLE, lambda told: told.explained),
    # What is expected in a test is often the same for two.
    Evidence("in a test", _POSSIBLE, lambda told: told.in_test and not told.slip.unread),
    Evidence("where nothing is trained", _POSSIBLE, lambda told: told.in_evaluation),
    Evidence("unpacked with others that nothing reads", _POSSIBLE, lambda told: told.taken_along),
    _of(
        "the one is tested and the other taken",
        _LIKELY,
        lambda slip: (
            slip.guards
            and (slip.literal or not slip.by_text)
            and (slip.partners or slip.labelled)
            and not slip.measured
        ),
        beside=lambda slip: slip.labelled or slip.present,
    ),
    Evidence("in a function that exchanges the two", _POSSIBLE, lambda told: told.on_purpose),
    _of("other names break the renaming likewise", _POSSIBLE, lambda slip: slip.repeated and not _waits_here(slip)),
    *_found(_LIKELY),
    _of("all but this name follow", _LIKELY, lambda slip: slip.breaks_all and not _spans(slip)),
    _of("its own waits, though it may be meant", _LIKELY, lambda slip: slip.waits and _speaks_against(slip)),
    _of("it may be meant", _POSSIBLE, _speaks_against),
    _of("twice, and the partner waits", _LIKELY, _is_double_for_one),
    _of("twice in one expression", _POSSIBLE, lambda slip: slip.double),
    Evidence("a setting that is left over", _POSSIBLE, lambda told: told.left_over),
    # Nothing else reads what is expected.
    _of("its own is not read, in plain words", _CERTAIN, lambda slip: _is_left_unread(slip) and _is_plain(slip)),
    _of("its own is not read", _LIKELY, _is_left_unread, beside=_goes_in_place),
    _of("its own has no other reader", _LIKELY, lambda slip: slip.is_only_reader),
    _of(
        "its own is not read, and stands beside what follows",
        _LIKELY,
        lambda slip: slip.unread and slip.local and slip.literal and slip.beside and slip.followed > 1,
    ),
    _of("its own value is lost", _LIKELY, lambda slip: slip.loses_own),
    Evidence("the other gets what it is called", _LIKELY, _is_named_alike, beside=_is_worded),
    _of("what comes in goes out", _LIKELY, lambda slip: slip.named_in_full and not slip.contradicted),
    _of("it may be meant, where no more follows", _POSSIBLE, lambda slip: slip.doubtful),
    _of(
        "a part beside has the expected name",
        _LIKELY,
        lambda slip: slip.confirmed,
        beside=_is_of_one_thing,
    ),
    _of("a part of the object is called nowhere", _LIKELY, lambda slip: slip.left_idle),
    _of("one of two same names is renamed", _LIKELY, lambda slip: slip.half_renamed),
    _of("an argument beside one that follows", _LIKELY, _goes_beside),
    _of("as long as the other side", _LIKELY, _is_as_long),
    _of("a slice ends from the start of the other", _LIKELY, lambda slip: slip.ends_elsewhere),
    _of(
        "a third sibling has it",
        _LIKELY,
        lambda slip: slip.seconded and slip.partners and slip.labelled,
        _is_left,
    ),
    _of(
        "words that go with the renamed ones",
        _LIKELY,
        lambda slip: not slip.literal and slip.goes_along,
        _is_left,
    ),
    _of(
        "put into the other",
        _LIKELY,
        lambda slip: slip.literal and slip.collects and slip.partners and slip.value_follows,
    ),
    _of("made anew of the other", _LIKELY, lambda slip: _follows(slip) and slip.anew and slip.partners),
    _of(
        "one other name follows",
        _LIKELY,
        lambda slip: slip.on_its_own and slip.followed == 1 and not (slip.collects or slip.is_short_text),
        beside=lambda slip: not slip.by_text or slip.within_call or slip.awaited,
    ),
    _of(
        "labelled, and the expected name stands there too",
        _LIKELY,
        lambda slip: _follows(slip) and slip.partners and slip.present and slip.labelled and not slip.compounded,
        beside=lambda slip: not _is_step(slip) or slip.awaited or slip.unread,
    ),
    _of("labelled, and several names follow", _LIKELY, _follows_labelled, beside=lambda slip: not slip.atom.called),
    _of(
        "several names follow",
        _LIKELY,
        _follows_unlabelled,
        beside=lambda slip: not (slip.atom.called or (slip.by_text and slip.unseen)),
    ),
    Evidence("alike but for what they are for", _LIKELY, _is_else_the_same, beside=_is_told_apart),
    Evidence("siblings", _POSSIBLE, lambda told: True),
)
