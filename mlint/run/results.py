"""What a run comes to: everything that a report can show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, overload

from mlint.finding import Finding, Problem

if TYPE_CHECKING:
    from mlint.rule import Rule


class KnownRules(Sequence["Rule"]):
    """All rules there are, loaded when they are first looked at: most reports need none. Raises PackError then."""

    @overload
    def __getitem__(self, index: int) -> Rule: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Rule]: ...
    def __getitem__(self, index: int | slice) -> Rule | Sequence[Rule]:
        return self._loaded[index]

    def __len__(self) -> int:
        return len(self._loaded)

    @property
    def _loaded(self) -> tuple[Rule, ...]:
        from mlint.tool.rules import known

        return known()


@dataclass
class Results:
    """Findings and problems of one run, sorted, and the counts of its closing line. Picklable.

    `files` were checked, `nothing` held nothing that a rule could look at, `failed` could not be checked, `notebooks`
    were met in folders and left alone. `rules` are all the rules that are known, not only those that ran (loaded when
    first looked at). `noqa_rows` names the row where a comment silences a finding on (path, line), where that is
    another row than its own. `texts` holds what was checked without lying in a file of that name: standard input.
    `warnings` are lines about the run itself that change nothing of its outcome. `trials` says what running the code
    came to (`--confirm`), if it was run.
    """

    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: int = 0
    nothing: int = 0
    failed: int = 0
    notebooks: int = 0
    rules: Sequence[Rule] = field(default_factory=KnownRules, compare=False)
    root: Path = field(default_factory=Path)
    noqa_rows: dict[tuple[str, int], int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    trials: str = ""

    def noqa_row(self, finding: Finding) -> int:
        """The row on which a `# noqa` silences the finding."""
        return self.noqa_rows.get((finding.path, finding.span.line), finding.span.line)

    def sources(self, path: str) -> list[str] | None:
        """The lines of a file that was checked, for the caret; None if it cannot be read (any more)."""
        if path in self.texts:
            return self.texts[path].split("\n")
        from mlint.source import Unreadable, read

        try:
            return read(path).lines
        except Unreadable:
            return None
