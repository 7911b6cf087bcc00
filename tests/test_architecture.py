"""Who may import whom. Imports inside functions and under TYPE_CHECKING count as well."""

from __future__ import annotations

import ast
import re
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
    {"finding", "collector", "cached"},
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
# The same for the parts of the facts.
FACTS: list[set[str]] = [
    {"domain"},
    {"tables"},
    {"flow"},
    {"loops"},
    {"syntax"},
    {"lower"},
    {"project"},
    {"pairs"},
    {"evaluation"},
    {"around"},
    {"members"},
    {"returns"},
    {"placement", "layout"},
    {"engine"},
    {"derived"},
]
# And for those of the pairs: what was copied and what is labelled know nothing of each other.
PAIRS: list[set[str]] = [{"kinds", "names"}, {"reading"}, {"copies", "labels"}]
FAMILIES = {"pairs", "mode", "numbers", "modules", "devices", "images"}
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


def imports_for_types(path: Path) -> Iterator[str]:
    """The dotted names that are imported under `if TYPE_CHECKING:`."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for each in node.body:
                if isinstance(each, ast.ImportFrom):
                    yield from (f"{each.module}.{alias.name}" for alias in each.names)


def private_names(tree: ast.Module) -> Iterator[str]:
    """The functions, classes and variables of a module whose names begin with one underscore."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
        for target in targets:
            name = getattr(target, "id", None) or getattr(target, "name", None)
            if name is not None and name.startswith("_") and not name.startswith("__"):
                yield name


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


@pytest.mark.parametrize("path", modules(MLINT / "facts"), ids=identify)
def test_a_part_of_the_facts_imports_only_parts_above_it(path: Path) -> None:
    level = {name: number for number, names in enumerate(FACTS) for name in names}
    own = path.relative_to(MLINT / "facts").parts[0].removesuffix(".py")
    if own == "__init__":
        return
    assert own in level, f"mlint/facts/{own} has no place in FACTS yet"
    for name in set(imports(path)) - set(imports_for_types(path)):
        if name.startswith("mlint.facts."):
            other = name.split(".")[2]
            assert level[other] <= level[own], f"{own} imports {name}"


@pytest.mark.parametrize("path", modules(MLINT / "facts" / "pairs"), ids=identify)
def test_a_part_of_the_pairs_imports_only_parts_above_it(path: Path) -> None:
    level = {name: number for number, names in enumerate(PAIRS) for name in names}
    own = path.relative_to(MLINT / "facts" / "pairs").parts[0].removesuffix(".py")
    if own == "__init__":
        return
    assert own in level, f"mlint/facts/pairs/{own} has no place in PAIRS yet"
    for name in imports(path):
        if name.startswith("mlint.facts.pairs."):
            other = name.split(".")[3]
            assert other == own or level[other] < level[own], f"{own} imports {name}"


@pytest.mark.parametrize("path", modules(MLINT / "subjects"), ids=identify)
def test_subjects_of_one_family_of_rules_know_none_of_another(path: Path) -> None:
    own = path.relative_to(MLINT / "subjects").parts[0]
    if own in FAMILIES:
        for name in imports(path):
            other = name.removeprefix("mlint.subjects.").split(".")[0] if name.startswith("mlint.subjects.") else own
            assert other not in FAMILIES - {own}, f"{own} imports {name}"


@every_module
def test_what_a_module_keeps_to_itself_it_uses(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name in private_names(ast.parse(text)):
        assert len(re.findall(rf"\b{name}\b", text)) > 1, f"{name} is used nowhere"


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
