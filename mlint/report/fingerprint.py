"""What a finding is recognised by in the next run, when lines above it have come and gone."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mlint.finding import Span
from mlint.report.checkout import relative
from mlint.report.entries import Entry

if TYPE_CHECKING:
    from mlint.run import Results


def fingerprints(run: Results, listed: Sequence[Entry], folder: Path) -> list[str]:
    """A fingerprint for each entry, in order, all different.

    It rests on the file's path in the folder, the code and the source that the finding covers; among findings that
    agree in these, on which of them it is. Not on line numbers, nor on the message, which may name lines and values.
    """
    sources = lru_cache(maxsize=16)(run.sources)
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for entry in listed:
        lines = sources(entry.path)
        text = (lines and _covered(lines, entry.span)) or entry.message
        key = (relative(run, entry.path, folder), entry.code, text)
        found.append(_digest(*key, str(seen[key])))
        seen[key] += 1
    return found


def _covered(lines: Sequence[str], span: Span) -> str:
    """The source lines of a span, each run of spaces as one: indenting a block does not make its findings new."""
    return " ".join(" ".join(lines[span.line - 1 : span.end_line]).split())


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
