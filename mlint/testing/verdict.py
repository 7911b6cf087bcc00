"""Whether what was found in a project of a page is what its markers say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mlint.finding import Confidence, Finding
from mlint.testing.page import Marker, PageFile, Project

_SHOWN = Confidence.LIKELY  # what is reported by default


def disagreements(project: Project, findings: Iterable[Finding]) -> list[str]:
    """One line for each marker without its finding, and each finding (`likely` or above) without its marker.

    The findings' paths are those of the project's files.
    """
    found = list(findings)
    return [line for file in project.files for line in _in_file(file, [f for f in found if f.path == file.path])]


def _in_file(file: PageFile, findings: list[Finding]) -> Iterator[str]:
    rest = sorted(findings, key=lambda finding: finding.span)
    # Markers that ask for more come first: a plain one must not take the finding that another one describes.
    for marker in sorted(file.markers, key=lambda marker: (not marker.text, marker.confidence is None)):
        where = f"line {file.page_line(marker.line)}: "
        match = next((finding for finding in rest if _agrees(marker, finding)), None)
        if match:
            rest.remove(match)
        if match and marker.missed:
            yield f"{where}{marker.code} is found now: make the marker `# error: [{marker.code}]`"
        elif not match and not marker.missed:
            yield where + _missing(marker, rest)
    for finding in rest:
        if finding.confidence >= _SHOWN:
            yield f"line {file.page_line(finding.span.line)}: not expected: {_described(finding)}"


def _agrees(marker: Marker, finding: Finding) -> bool:
    sure = finding.confidence >= _SHOWN if marker.confidence is None else finding.confidence == marker.confidence
    here = finding.span.line == marker.line and finding.code == marker.code
    return here and sure and marker.text in finding.message


def _missing(marker: Marker, rest: Iterable[Finding]) -> str:
    wanted = f"{marker.code} is not reported"
    if marker.confidence is not None:
        wanted += f" as {marker.confidence}"
    if marker.text:
        wanted += f' with "{marker.text}"'
    near = [_described(finding) for finding in rest if finding.span.line == marker.line]
    return f"{wanted}; found there: {'; '.join(near) or 'nothing'}"


def _described(finding: Finding) -> str:
    return f"{finding.code} ({finding.confidence}) at column {finding.span.column}: {finding.message}"
