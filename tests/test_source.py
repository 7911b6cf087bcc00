from __future__ import annotations

import io
import pickle
import tokenize
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlint.source import Rows, Source, Unreadable, comments, decode, read


def source(text: str) -> Source:
    return decode("a.py", text.encode())


def refused(data: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        decode("a.py", data)
    return caught.value


def test_newlines_become_one_kind_and_nothing_else_splits_lines() -> None:
    assert decode("a.py", b"a\r\nb\rc\x0cd\x0be\n").lines == ["a", "b", "c\x0cd\x0be", ""]
    assert source("a\x85b\u2028c").lines == ["a\x85b\u2028c"]


def test_a_byte_order_mark_is_dropped() -> None:
    assert decode("a.py", b"\xef\xbb\xbfx = 1\n").text == "x = 1\n"


def test_the_digest_is_that_of_the_bytes() -> None:
    assert decode("a.py", b"x\n").digest == decode("b.py", b"x\n").digest != decode("a.py", b"x\r\n").digest


@pytest.mark.parametrize(
    "head",
    [b"# -*- coding: latin-1 -*-\n", b"#!/bin/python\n# vim: set fileencoding=latin-1 :\n", b"\n# coding=latin-1\n"],
)
def test_a_coding_comment_in_the_first_two_lines_is_obeyed(head: bytes) -> None:
    assert decode("a.py", head + b"x = '\xe9'\n").text.endswith("x = '\u00e9'\n")


@pytest.mark.parametrize("head", [b"\n\n# coding: latin-1\n", b"x = 1\n# coding: latin-1\n"])
def test_a_coding_comment_further_down_is_not(head: bytes) -> None:
    assert "is not utf-8: byte 0xe9" in refused(head + b"x = '\xe9'\n").message


def test_a_byte_that_does_not_decode_has_a_place() -> None:
    found = refused("x = 1\r\n\u00e9\u00e9 = '".encode() + b"\xff'\n")
    assert (found.line, found.column) == (2, 7)


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"x = 1\ny = '\0'\n", "contains null bytes", 2),
        ("x = 1\n".encode("utf-16"), "is UTF-16 or UTF-32", 1),
        ("x = 1\n".encode("utf-32"), "is UTF-16 or UTF-32", 1),
        (b"\n# coding: no-such-thing\n", "declares an unknown encoding: no-such-thing", 2),
        (b"\xef\xbb\xbf# coding: latin-1\n", "has a UTF-8 byte order mark, but declares the encoding latin-1", 1),
        (b"# coding: hex\n", "does not decode as hex", 1),
        (b"# coding: utf-7\n+2AA-\n", "does not decode as utf-7", 1),
        (b"# coding: undefined\n", "does not decode as undefined", 1),
    ],
)
def test_what_cannot_be_decoded_says_why(data: bytes, message: str, line: int) -> None:
    found = refused(data)
    assert message in found.message
    assert found.line == line


@pytest.mark.parametrize("name", ["missing.py", "folder.py", "nul\0byte.py"])
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.py").mkdir()
    with pytest.raises(Unreadable) as caught:
        read(str(tmp_path / name))
    assert caught.value.message in ("no such file", "is a folder, not a file", "cannot be read: embedded null byte")


def test_a_source_survives_pickling() -> None:
    one = source("x = 1\n")
    assert one.lines
    assert one.rows
    assert pickle.loads(pickle.dumps(one)) == one


@given(st.binary(max_size=200) | st.binary(max_size=80).map(b"# coding: ".__add__))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    with suppress(Unreadable):
        assert "\r" not in decode("a.py", data).text


# --- comments -------------------------------------------------------------------------------------------------------


def test_a_hash_in_a_string_starts_no_comment() -> None:
    text = 'a = "# noqa"\nb = """\n# noqa\n"""  # mlint: ignore[ML1] it\'s\n\'\\\'# noqa\'\nc = r"\\"  # NOQA\n'
    assert comments(source(text)) == {4: "# mlint: ignore[ML1] it's", 6: "# NOQA"}


def test_there_are_none_without_a_marker() -> None:
    assert comments(source("x = 1  # hello\n")) == {}


def test_quotes_inside_an_f_string_do_not_mislead() -> None:
    text = "a = f'{b[\"#\"]}'  # noqa\n"
    assert comments(source(text)) == {1: "# noqa"}


PIECES = st.sampled_from(
    ["x", " = ", "1", "\n", "(", ")", "[", "]", "\t", ";", "\\\n", "if x:\n    pass\n", "'s'", "f'{x}'", "'''a\nb'''"]
) | st.sampled_from(['"# noqa"', '"""\n# noqa\n"""', "  # noqa\n", "# it's noqa: ML1\n", '# mlint: ignore[ML1] "\n'])


@given(st.lists(PIECES, max_size=25).map("".join))
def test_comments_are_those_that_the_tokenizer_finds(text: str) -> None:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return
    if any(token.type == tokenize.ERRORTOKEN for token in tokens):
        return
    marked = {
        t.start[0]: t.string for t in tokens if t.type == tokenize.COMMENT and ("noqa" in t.string or ":" in t.string)
    }
    assert comments(source(text)).items() >= marked.items()


# --- rows -----------------------------------------------------------------------------------------------------------

ROWS = '''x = f(
    1,  # a
    ")",
)
y = """
text
""".join(
    z)
w = 1 + \\
    2 + \\
    3
v = 1
'''


def test_rows_of_one_statement_belong_together() -> None:
    rows = Rows.of(ROWS)
    assert rows.statements == ((1, 4), (5, 8), (9, 11))
    assert [rows.statement(row) for row in (1, 3, 8, 12, 99)] == [(1, 4), (1, 4), (5, 8), (12, 12), (99, 99)]


def test_a_comment_stands_after_the_string_or_the_backslashes() -> None:
    rows = Rows.of(ROWS)
    assert [rows.noqa_row(row) for row in (1, 2, 5, 6, 7, 9, 10, 12)] == [1, 2, 7, 7, 7, 11, 11, 12]


@given(st.text(alphabet="ab()[]{}'\"\\\n# ", max_size=60))
def test_rows_of_any_text_lie_inside_it(text: str) -> None:
    rows, count = Rows.of(text), text.count("\n") + 1
    for row in range(1, count + 1):
        first, last = rows.statement(row)
        assert 1 <= first <= row <= last <= count
        assert row <= rows.noqa_row(row) <= count
