"""`junit`, parsed back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from mlint.report.junit import legal
from mlint.run import Results
from tests.report.conftest import UNCLIPPED

Written = Callable[[str, Results], str]


def test_a_finding_is_a_failure(written: Written, run: Results) -> None:
    root = ElementTree.fromstring(written("junit", run))
    assert root.attrib == {"name": "mlint", "tests": "1", "failures": "1", "errors": "0"}
    (suite,) = root
    assert suite.attrib == {"name": "src/aug.py", "tests": "1", "failures": "1", "errors": "0"}
    (case,) = suite
    assert case.attrib == {
        "name": "ML302 unclipped-uint8-cast at 7:12",
        "classname": "src/aug.py",
        "file": "src/aug.py",
        "line": "7",
    }
    (failure,) = case
    assert failure.tag == "failure"
    assert failure.attrib == {"message": UNCLIPPED.message, "type": "ML302"}
    assert failure.text == (
        f"src/aug.py:7:12: ML302 {UNCLIPPED.message}\n"
        "1. src/aug.py:6:5: `img` is float32 in [0, 382.5] here\n"
        "2. src/settings.py:1:1: `GAIN` is 1.5\n"
        "instead: np.clip(img, 0, 255).astype(np.uint8)"
    )


def test_problems_are_errors(written: Written, problems: Results) -> None:
    root = ElementTree.fromstring(written("junit", problems))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "0", "3")
    assert [error.get("message") for error in root.iter("error")] == [
        "no such file",
        "ML201 failed: KeyError('x')",
        "invalid syntax: '(' was never closed",
    ]


def test_a_file_is_a_suite(written: Written, edges: Results) -> None:
    (suite,) = ElementTree.fromstring(written("junit", edges))
    assert suite.get("name") == "daten/größe 寸法.py"
    assert [case.get("line") for case in suite] == ["1", "2"]


def test_what_xml_cannot_hold_is_escaped(written: Written) -> None:
    run = Results(findings=[replace(UNCLIPPED, message="<a> & \x00\x1b\ud800\uffff ]]>", path="a\x01.py")])
    (failure,) = ElementTree.fromstring(written("junit", run)).iter("failure")
    assert failure.get("message") == r"<a> & \x00\x1b\ud800\uffff ]]>"


@given(st.text(st.characters(categories=None)))
def test_any_text_can_be_parsed_back(text: str) -> None:
    element = ElementTree.Element("a", {"b": legal(text)})
    parsed = ElementTree.fromstring(ElementTree.tostring(element, encoding="us-ascii"))
    assert parsed.get("b") == legal(text)
