"""What readers said of findings, with the code open, kept in `benchmarks/judged.jsonl`."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

JUDGED = Path(__file__).parent.parent / "judged.jsonl"


@dataclass(frozen=True)
class Place:
    """What a judgement is about: it outlives edits above it. `package` is a name without a version."""

    package: str
    file: str
    rule: str
    line_content: str


def place_of(package: str, file: str, rule: str, line: str) -> Place:
    """The place of a line in a file of a package, which may be named with a version, in the file's path too."""
    name = re.sub(r"-\d[\w.]*$", "", package)
    inside = file.removeprefix(f"{package}/") if name != package else file
    return Place(name.lower().replace("-", "_"), inside, rule, line.strip())


@dataclass
class Verdicts:
    """What each reader said of one place: `true`, `false` or `unclear`."""

    by_reader: dict[int, str] = field(default_factory=dict)

    @property
    def is_true(self) -> bool:
        """Whether no reader says otherwise; what is unclear counts as false."""
        return all(each == "true" for each in self.by_reader.values())

    @property
    def differ(self) -> bool:
        """Whether two readers say different things."""
        return len(set(self.by_reader.values())) > 1


def judged(path: Path = JUDGED) -> dict[Place, Verdicts]:
    """The judgements of a file; a line without a reader is the first one's, a later line stands for an earlier."""
    found: dict[Place, Verdicts] = {}
    for line in path.read_text().splitlines():
        each = json.loads(line)
        place = place_of(each["package"], each["file"], each["rule"], each["line_content"])
        found.setdefault(place, Verdicts()).by_reader[each.get("reader", 1)] = each["verdict"]
    return found


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    def __str__(self) -> str:
        return f"{self.hits}/{self.of} ({100 * self.hits / self.of:.0f} %)" if self.of else "-"

    @property
    def interval(self) -> str:
        """Wilson's interval at 95 %, in percent."""
        if not self.of:
            return "-"
        low, high = wilson(self.hits, self.of)
        return f"{100 * low:.0f}-{100 * high:.0f} %"


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's score interval of a share."""
    share = hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def share(flags: Iterable[bool]) -> Share:
    """How many of the flags are set."""
    values = list(flags)
    return Share(sum(values), len(values))
