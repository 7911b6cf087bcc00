"""Hand-made runs, and the writing of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from mlint.finding import Confidence, Finding, Problem, Related, Span
from mlint.report.formats import writer
from mlint.rule import RULE_ATTRIBUTE, Rule
from mlint.run import Results

SOURCE = """\
import numpy as np
from src.settings import GAIN

def to_uint8(img):
    img = img.astype(np.float32)
    img = img * GAIN
    return img.astype(np.uint8)
"""
SETTINGS = "GAIN = 1.5\n"

RELATED = (
    Related("`img` is float32 in [0, 382.5] here", "src/aug.py", Span(6, 5, 6, 8)),
    Related("`GAIN` is 1.5", "src/settings.py", Span(1, 1, 1, 5)),
)
UNCLIPPED = Finding(
    code="ML302",
    name="unclipped-uint8-cast",
    message="`img` can reach 382.5 here; a cast to uint8 does not saturate",
    path="src/aug.py",
    span=Span(7, 12, 7, 32),
    confidence=Confidence.CERTAIN,
    advice="np.clip(img, 0, 255).astype(np.uint8)",
    related=RELATED,
)
UNREADABLE = Problem("src/broken.py", "invalid syntax: '(' was never closed", 2, 6)
FAILED = Problem("src/aug.py", "ML201 failed: KeyError('x')", 4, None, "ML201")


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a service or a terminal says of itself is set by the tests that are about it."""
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run() -> Results:
    """A finding that says all that a finding can say."""
    return Results(
        findings=[UNCLIPPED],
        files=2,
        noqa_rows={("src/aug.py", 7): 8},
        texts={"src/aug.py": SOURCE, "src/settings.py": SETTINGS},
    )


@pytest.fixture
def clean() -> Results:
    """A run that found nothing."""
    return Results(files=3, nothing=1)


@pytest.fixture
def problems() -> Results:
    """A run that could check nothing: a file that does not parse, a rule that raised, a file that is not there."""
    return Results(
        problems=[UNREADABLE, FAILED, Problem("no.py", "no such file")],
        failed=2,
        texts={"src/aug.py": SOURCE, "src/broken.py": "x = 1\ny = (\n"},
    )


@pytest.fixture
def edges() -> Results:
    """Findings at both ends of a file whose name and text are not ASCII, likely and possible."""
    path, text = "daten/größe 寸法.py", "größe = 1\nmaß = größe"
    first = Finding("ML501", "stray-to-device", "größe", path, Span(1, 1, 1, 6), Confidence.LIKELY)
    last = Finding("ML401", "tuple-returning-forward", "am Ende", path, Span(2, 12, 2, 12), Confidence.POSSIBLE)
    return Results(findings=[first, last], files=1, texts={path: text})


@pytest.fixture
def written() -> Callable[[str, Results], str]:
    """What a format writes for a run, on a stream that is no terminal."""

    def write(name: str, run: Results) -> str:
        out = io.StringIO()
        writer(name)(run, out)
        return out.getvalue()

    return write


RULE = '''
from mlint.rule import rule


class Cast:
    """What the rule looks at."""


@rule("ML302", "unclipped-uint8-cast", "{value} can leave [0, 255]")
def check(cast: Cast):
    """A float array is cast to uint8 [and wraps].

    More.
    """
    return iter(())
'''


@pytest.fixture
def rule(tmp_path: Path) -> Rule:
    """A rule in a pack of its own, with a page."""
    path = tmp_path / "pack" / "numbers" / "unclipped_uint8_cast.py"
    path.parent.mkdir(parents=True)
    path.write_text(RULE, "utf-8")
    path.with_suffix(".md").write_text("# ML302\n\nValues *wrap*: `x[i](2)`, `{0}`, größer.\n", "utf-8")
    spec = spec_from_file_location("pack.numbers.unclipped_uint8_cast", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    made = getattr(module.check, RULE_ATTRIBUTE)
    assert isinstance(made, Rule)
    return made
