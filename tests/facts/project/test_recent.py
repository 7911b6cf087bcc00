from __future__ import annotations

from collections.abc import Callable

import pytest

from mlint.facts.project.recent import Recent


def reader(read: list[str], what: str) -> Callable[[], str]:
    def run() -> str:
        read.append(what)
        return what

    return run


def test_what_was_not_asked_for_the_longest_is_read_again() -> None:
    read: list[str] = []
    recent = Recent(10)
    for what in "abacba":
        assert recent.get(what, 5, reader(read, what)) == what
    assert "".join(read) == "abcba"


def test_what_is_too_long_is_kept_until_something_else_is_read() -> None:
    read: list[str] = []
    recent = Recent(10)
    for what in "aab":
        recent.get(what, 50, reader(read, what))
    assert "".join(read) == "ab"


def test_room_for_a_long_file() -> None:
    read: list[str] = []
    recent = Recent(10)
    recent.make_room(50)
    for what in "abcabc":
        recent.get(what, 20, reader(read, what))
    assert "".join(read) == "abc"
    recent.make_room(1)
    for what in "dabc":
        recent.get(what, 5, reader(read, what))
    assert "".join(read) == "abcdabc"


def test_what_cannot_be_read_is_not_kept() -> None:
    recent = Recent(10)

    def fail() -> str:
        raise ValueError("no such file")

    with pytest.raises(ValueError, match="no such"):
        recent.get("a", 1, fail)
    assert recent.get("a", 1, lambda: "a") == "a"
