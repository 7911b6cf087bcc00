"""What holds for every format."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from mlint.finding import Problem
from mlint.report.formats import FORMATS, writer
from mlint.run import Results
from tests.report.conftest import UNCLIPPED

Written = Callable[[str, Results], str]

EMPTY = {
    "full": "",
    "concise": "",
    "json": "[]\n",
    "json-lines": "",
    "github": "",
    "gitlab": "[]\n",
    "junit": """\
<?xml version='1.0' encoding='us-ascii'?>
<testsuites name="mlint" tests="1" failures="0" errors="0">
  <testsuite name="mlint" tests="1" failures="0" errors="0">
    <testcase name="no findings" classname="mlint" />
  </testsuite>
</testsuites>
""",
}


def test_an_unknown_format_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        writer("yaml")


@pytest.mark.parametrize("name", sorted(EMPTY))
def test_a_clean_run(name: str, written: Written, clean: Results) -> None:
    assert written(name, clean) == EMPTY[name]


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_place_is_named(name: str, written: Written, edges: Results) -> None:
    text = written(name, edges)
    assert text.endswith("\n")
    assert "ML501" in text
    assert "ML401" in text


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_problems_alone_are_shown(name: str, written: Written, problems: Results) -> None:
    text = written(name, problems)
    assert "ML000" in text
    assert "internal-error" in text
    assert "no such file" in text


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_no_text_stops_a_report(name: str, encoding: str, written: Written) -> None:
    """Names that are not UTF-8, quoted surrogates, control characters: on every stream, and valid in the format."""
    odd = os.fsdecode(b"caf\xe9.py") + "\x1b[31m\n"
    finding = replace(UNCLIPPED, path=odd, message="\ud800 \x00 \uffff 寸 \U0001f600", advice="\x1b]0;\u202e")
    run = Results(findings=[finding], problems=[Problem(odd, "\udc80")], texts={odd: "\x1b\n" * 9})
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    writer(name)(run, out)
    out.flush()
    text = raw.getvalue().decode(encoding)
    assert "\x1b" not in text
    _assert_well_formed(name, text)


def _assert_well_formed(name: str, text: str) -> None:
    if name == "junit":
        ElementTree.fromstring(text)
    elif name in {"json", "gitlab", "sarif"}:
        json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8")
    elif name == "json-lines":
        assert [json.loads(line)["code"] for line in text.splitlines()] == ["ML000", "ML302"]
    elif name in {"github", "concise"}:
        assert len(text.splitlines()) == 2
