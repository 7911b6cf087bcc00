"""The documentation is true: samples are real output, links lead somewhere, examples are accepted."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from mlint.cli.parser import parse
from mlint.config import Layers, load
from mlint.facts.tables.tables import Tables
from mlint.select import Selection
from mlint.testing.fences import fences
from mlint.tool.rules import known

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_what_is_generated_is_up_to_date(generate: ModuleType) -> None:
    stale = [
        path.name
        for path, text in generate.generated().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    assert not stale, f"stale: {', '.join(stale)}; rewrite them with: python docs/generate.py"


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith("https://"):
            path, _, anchor = target.partition("#")
            linked = page.parent / path if path else page
            assert linked.exists(), f"{page.name} links to {target}"
            assert not anchor or anchor in _anchors(linked), f"{page.name} links to {target}"


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_page
def test_configurations_are_accepted(page: Path, tmp_path: Path) -> None:
    for block in fences(page.read_text(encoding="utf-8")):
        if block.language == "toml" and block.title in {"pyproject.toml", "mlint.toml"}:
            (tmp_path / block.title).write_text(block.text, encoding="utf-8")
            settings = load(str(tmp_path / block.title))
            if settings is not None:
                Selection(known(), Layers((settings,)))
                Tables(settings.facts)


@each_page
def test_the_calls_of_mlint_that_are_shown_are_accepted(page: Path) -> None:
    for block in fences(page.read_text(encoding="utf-8"), every=True):
        if block.language in {"sh", "yaml", "console"}:
            for call in re.findall(
                r"(?:^|[ /])mlint ((?:check|confirm|explain|rules|reveal|new|clean)\b.*)$", block.text, re.MULTILINE
            ):
                parse(shlex.split(call, comments=True))


@pytest.mark.slow
def test_the_guide_to_writing_rules_works_step_by_step(tmp_path: Path) -> None:
    shell = _Shell(tmp_path)
    for block in fences((ROOT / "docs" / "writing-rules.md").read_text(encoding="utf-8"), every=True):
        if block.title:
            shell.write(block.title, block.text)
        elif block.language == "sh":
            shell.run(block.text)
        else:
            assert block.language == "text", f"line {block.line}: a block of `{block.language}` is not run"
            assert shell.output == block.text, f"line {block.line}: the output is another"


class _Shell:
    """Runs the commands of a guide in a folder, with the programs of this environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = ""
        programs = str(Path(sys.executable).parent)
        self._environment = {
            **os.environ,
            "PATH": os.pathsep.join([programs, os.environ["PATH"]]),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")])),
            "NO_COLOR": "1",
        }

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def run(self, commands: str) -> None:
        for command in commands.splitlines():
            if command == "pip install -e .":
                self._install()
                continue
            done = subprocess.run(
                command, shell=True, cwd=self.folder, env=self._environment, capture_output=True, text=True, check=False
            )
            wanted = {1} if command.startswith("mlint check") else {0}
            assert done.returncode in wanted, f"$ {command}\n{done.stdout}{done.stderr}"
            self.output = done.stdout

    def _install(self) -> None:
        """Make the package visible as an editable installation would, without touching this environment."""
        project = tomllib.loads((self.folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        info = f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        self.write(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
        )
        lines = [
            f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in points.items())
            for group, points in project["entry-points"].items()
        ]
        self.write(f"{info}/entry_points.txt", "\n".join(lines))
