"""`junit`: XML that test dashboards read; a file is a suite, a finding a failed case, a problem an error."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, TextIO

from mlint.report.entries import Entry, entries
from mlint.report.prose import explained

if TYPE_CHECKING:
    from mlint.run import Results

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(run: Results, out: TextIO) -> None:
    """Write the document. A clean run has one case that passed: many readers take a report without any for an error."""
    listed = entries(run)
    root = ET.Element("testsuites", _counts("mlint", listed))
    for path, group in groupby(listed, key=lambda entry: entry.path):
        _suite(root, path, list(group))
    if not listed:
        suite = ET.SubElement(root, "testsuite", _counts("mlint", ()))
        ET.SubElement(suite, "testcase", {"name": "no findings", "classname": "mlint"})
    ET.indent(root)
    out.write(ET.tostring(root, encoding="us-ascii", xml_declaration=True).decode("ascii") + "\n")


def legal(text: str) -> str:
    """The text with escapes for the characters that XML can't hold in any spelling."""
    return NOT_XML.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def _counts(name: str, listed: Sequence[Entry]) -> dict[str, str]:
    errors = sum(entry.problem is not None for entry in listed)
    return {
        "name": legal(name),
        "tests": str(max(1, len(listed))),
        "failures": str(len(listed) - errors),
        "errors": str(errors),
    }


def _suite(root: ET.Element, path: str, listed: Sequence[Entry]) -> None:
    suite = ET.SubElement(root, "testsuite", _counts(path, listed))
    for entry in listed:
        place = f"{entry.span.line}:{entry.span.column}"
        name = {"name": f"{entry.code} {entry.name} at {place}", "classname": legal(path)}
        case = ET.SubElement(suite, "testcase", {**name, "file": legal(path), "line": str(entry.span.line)})
        tag = "failure" if entry.problem is None else "error"
        said = ET.SubElement(case, tag, {"message": legal(entry.message), "type": entry.code})
        said.text = legal(explained(entry))
