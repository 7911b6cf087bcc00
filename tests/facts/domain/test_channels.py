"""Ranges of single parts of an array."""

from mlint.facts.domain.channels import Channels
from mlint.facts.domain.channels import join_channels as join
from mlint.facts.domain.intervals import Basis, Interval

BYTES = Interval(0, 255)
WIDE = Interval(0, 408)


def plain(whole: Interval = BYTES) -> Channels:
    return Channels(whole, None, whole, ())


def test_a_part_that_is_widened_and_narrowed_again_leaves_the_whole_as_it_was() -> None:
    widened = plain().with_part(":,:,1", WIDE)
    assert widened is not None
    assert widened.whole == WIDE
    assert widened.range_of(":,:,1") == WIDE
    assert widened.range_of(":,:,2") == BYTES
    narrowed = widened.with_part(":,:,1", BYTES)
    assert narrowed is not None
    assert (narrowed.whole.low, narrowed.whole.high) == (0, 255)


def test_another_channel_keeps_its_range_and_a_stretch_over_several_may_change_it() -> None:
    widened = plain().with_part(":,:,1", WIDE)
    assert widened is not None
    other, stretch = widened.with_part(":,:,2", BYTES), widened.with_part(":,:,1:", BYTES)
    assert other is not None
    assert other.range_of(":,:,1") == WIDE
    assert stretch is not None
    assert stretch.range_of(":,:,1") == WIDE.resting_on(Basis.HULL)


def test_what_is_painted_over_a_part_narrows_nothing() -> None:
    painted = plain(WIDE).with_part("0:9", Interval(0, 0))
    assert painted is not None
    assert painted.whole == WIDE


def test_who_narrows_a_part_that_changes_from_turn_to_turn_may_narrow_all() -> None:
    narrowed = plain(WIDE).with_some_part(BYTES)
    assert narrowed.whole == WIDE.resting_on(Basis.HULL)
    joined = join(plain(WIDE), narrowed, None)
    assert joined is not None
    assert joined.whole == WIDE.resting_on(Basis.HULL)


def test_a_join_has_what_either_side_may_have_in_each_part() -> None:
    widened = plain().with_part(":,:,1", WIDE)
    joined = join(plain(), widened, None) if widened is not None else None
    assert joined is not None
    assert joined.range_of(":,:,1") == WIDE
    assert joined.rest == BYTES


def test_too_many_parts_are_given_up() -> None:
    known: Channels | None = plain()
    for index in range(9):
        known = known.with_part(str(index), WIDE) if known is not None else None
    assert known is None
