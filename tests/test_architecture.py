"""Who may import whom. Imports inside functions and under TYPE_CHECKING count as well."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MLINT = ROOT / "mlint"
PACK = ROOT / "rules" / "mlint_rules"

# A part imports parts above it in this list and its neighbours on the same line, never one below.
# `rule` holds values and a decorator only; the subjects make its reports, so they come after it.
LAYERS: list[set[str]] = [
    {"finding", "collector"},
    {"source", "depth", "outline"},
    {"facts"},
    {"rule"},
    {"subjects"},
    {"pack", "config", "select", "suppress"},
    {"tool"},
    {"check"},
    {"store", "run"},
    {"report"},
    {"confirm", "reveal", "scaffold", "testing"},
    {"cli", "flake8"},
    {"__main__"},
]
LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}
LONGEST_MODULE = 400


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """The absolute dotted names that a module imports; `from a import b` gives `a.b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative imports hide the direction"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(path: Path) -> str:
    """`mlint/report/sarif.py` belongs to `report`."""
    return path.relative_to(MLINT).parts[0].removesuffix(".py")


def identify(path: object) -> str:
    return str(path.relative_to(ROOT)) if isinstance(path, Path) else str(path)


every_module = pytest.mark.parametrize("path", modules(MLINT), ids=identify)
every_rule_module = pytest.mark.parametrize("path", modules(PACK), ids=identify)


@every_module
def test_a_part_imports_only_parts_above_it(path: Path) -> None:
    if path == MLINT / "__init__.py":
        return
    assert part(path) in LEVEL, f"mlint/{part(path)} has no place in LAYERS yet"
    for name in imports(path):
        other = name.split(".")[1] if name.startswith("mlint.") else None
        if other in LEVEL:
            assert LEVEL[other] <= LEVEL[part(path)], f"{part(path)} imports {name}"


@every_module
def test_the_linter_does_not_know_its_rules(path: Path) -> None:
    assert not [name for name in imports(path) if name.split(".")[0] == "mlint_rules"]


@every_module
def test_torch_is_imported_by_the_worker_alone(path: Path) -> None:
    if "torch" in {name.split(".")[0] for name in imports(path)}:
        assert path.is_relative_to(MLINT / "confirm")
        assert "worker" in path.relative_to(MLINT).as_posix()


@every_module
def test_what_runs_code_is_imported_by_the_command_line_alone(path: Path) -> None:
    if any(name.startswith("mlint.confirm") for name in imports(path)) and path != MLINT / "__init__.py":
        assert part(path) in {"confirm", "cli"}


def test_checking_alone_does_not_load_what_runs_code() -> None:
    code = (
        "import sys, mlint.cli.check, mlint.flake8; sys.exit(any(n.startswith('mlint.confirm') for n in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@every_module
def test_only_what_reads_code_imports_libcst(path: Path) -> None:
    if "libcst" in {name.split(".")[0] for name in imports(path)}:
        assert part(path) in {"facts", "subjects"}


@every_rule_module
def test_rules_import_only_the_public_api(path: Path) -> None:
    for name in imports(path):
        top, _, rest = name.partition(".")
        assert top != "mlint" or "." not in rest, f"{path}: import {rest.rpartition('.')[2]} from `mlint` itself"


@pytest.mark.parametrize("path", modules(MLINT) + modules(PACK), ids=identify)
def test_modules_are_short_and_named_by_what_they_hold(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").split("\n")) <= LONGEST_MODULE
    assert path.stem not in {"utils", "helpers", "common", "misc"}


@pytest.mark.parametrize("path", [p for p in modules(ROOT / "mlint") if p.name == "__init__.py"], ids=identify)
def test_packages_hold_no_code(path: Path) -> None:
    if path == MLINT / "__init__.py":  # it imports on first use
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
    assert [node for node in tree.body if not isinstance(node, allowed)] == []
