"""Source lines and the marks under them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mlint.finding import Span
from mlint.report.cells import columns
from mlint.report.snippet import Row, snippet


def shown(line: str, start: int, end: int, limit: int = 80) -> tuple[str, str]:
    (row,) = snippet([line], Span(1, start, 1, end), "^", limit)
    return row.code, row.marks


def test_tabs_reach_to_the_next_stop() -> None:
    assert shown("\tx\t= 1", 2, 3) == ("    x   = 1", "    ^")


def test_wide_characters_have_wide_marks() -> None:
    assert shown('s = "寸法", x', 6, 8) == ('s = "寸法", x', "     ^^^^")
    assert shown('s = "寸法", x', 11, 12) == ('s = "寸法", x', "            ^")


def test_emoji_and_combining_characters() -> None:
    assert shown("'😀' + x", 7, 8) == ("'😀' + x", "       ^")
    assert shown("'e\u0301' + x", 8, 9) == ("'e\u0301' + x", "      ^")
    assert shown("'e\u0301'", 3, 4) == ("'e\u0301'", "  ^")


def test_control_characters_are_escaped() -> None:
    assert shown("'\x1b[31m' + x", 11, 12) == ("'\\x1b[31m' + x", "             ^")
    assert shown("\x0cx = 1", 2, 3) == ("\\x0cx = 1", "    ^")
    assert shown("x = '\u202e'", 6, 7) == ("x = '\\u202e'", "     ^^^^^^")


def test_an_empty_span_has_one_mark() -> None:
    assert shown("f(", 3, 3) == ("f(", "  ^")
    assert shown("", 1, 1) == ("", "^")


def test_a_span_that_leaves_its_line_is_cut() -> None:
    assert shown("abc", 2, 99) == ("abc", " ^^")
    assert shown("abc", 50, 60) == ("abc", "   ^")


def test_a_span_outside_the_file_shows_nothing() -> None:
    assert snippet(["a"], Span(2, 1, 2, 2), "^", 80) == []
    assert snippet(["a"], Span(1, 1, 3, 2), "^", 80) == []
    assert snippet([], Span(1, 1, 1, 1), "^", 80) == []


def test_several_lines_are_marked_where_they_are_covered() -> None:
    lines = ["x = f(", "    a,", "", ")  # end"]
    assert snippet(lines, Span(1, 5, 4, 2), "^", 80) == [
        Row(1, "x = f(", "    ^^"),
        Row(2, "    a,", "    ^^"),
        Row(3, "", ""),
        Row(4, ")  # end", "^"),
    ]


def test_many_lines_are_left_out() -> None:
    rows = snippet([f"a{number}" for number in range(9)], Span(1, 1, 9, 2), "^", 80)
    assert rows == [Row(1, "a0", "^^"), Row(2, "a1", "^^"), Row(None, "...", ""), Row(9, "a8", "^")]


def test_an_end_before_the_first_column_is_the_line_before() -> None:
    assert snippet(["ab", "cd"], Span(1, 1, 2, 1), "^", 80) == [Row(1, "ab", "^^")]


def test_long_lines_are_cut_around_the_span() -> None:
    line = "a" * 100 + "bcd" + "e" * 100
    assert shown(line, 101, 104, 46) == ("..." + "a" * 10 + "bcd" + "e" * 27 + "...", " " * 13 + "^^^")
    assert shown(line, 2, 4, 46) == ("a" * 40 + "...", " ^^")
    assert shown(line, 101, 204, 46) == ("..." + "a" * 10 + "bcd" + "e" * 27 + "...", " " * 13 + "^" * 30)


@given(st.text(st.characters(exclude_characters="\n"), max_size=80), st.integers(1, 90), st.integers(1, 90))
def test_rows_fit_and_print(line: str, start: int, end: int) -> None:
    (row,) = snippet([line], Span(1, min(start, end), 1, max(start, end)), "^", 40)
    assert all(char.isprintable() or char in "\u200c\u200d" or char.isspace() for char in row.code)
    assert "\n" not in row.code
    assert columns(row.code) <= 40 + 10
    assert row.marks.strip(" ").strip("^") == ""
    assert len(row.marks) <= 40 + 10
