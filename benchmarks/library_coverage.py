"""How much of what real packages call in libraries the tables in `mlint/facts/library` know.

    python benchmarks/library_coverage.py FOLDER [--missing 10] [--names-only]

Every folder in FOLDER is a package. In the functions that could be candidates (those of files that import one of the
libraries), each call that resolves into a library is counted: functions and classes by their qualified name, methods
where the kind of their receiver is known. A package's calls of itself are left out. `--names-only` reads the outlines'
imports alone, without evaluating functions: quicker, and blind to methods.
"""

from __future__ import annotations

import argparse
import ast
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mlint.facts.domain.values import Kind
from mlint.facts.engine import Engine
from mlint.facts.flow.recorded import CallFact
from mlint.facts.project.project import Project
from mlint.facts.tables.tables import Tables
from mlint.source import Unreadable, read
from mlint.subjects import File

LIBRARIES = ("torch", "numpy", "cv2", "PIL", "albumentations", "torchvision")
_KINDS = {
    Kind.TENSOR: "torch.Tensor",
    Kind.ARRAY: "numpy.ndarray",
    Kind.PIL: "PIL.Image.Image",
    Kind.MODULE: "torch.nn.Module",
    Kind.OPTIMIZER: "torch.optim.Optimizer",
}
_PASSED_ON = frozenset("__init__ forward __call__".split())

Named = tuple[str, bool]
"""A callable's qualified name, and whether it has an entry."""


def library_of(name: str) -> str | None:
    """The library that a qualified name lies in; None where it is another one."""
    first = name.partition(".")[0]
    return first if first in LIBRARIES else None


def calls_by_name(path: Path, tables: Tables) -> Iterator[Named]:
    """The calls of imported names, as far as the imports of the file alone tell."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return
    imported = dict(_imports(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _dotted(node.func, imported)
            if name is not None and library_of(name):
                yield name, tables.entry(name) is not None


def _imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _dotted(node: ast.expr, imported: dict[str, str]) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in imported:
        return None
    return ".".join([imported[node.id], *reversed(parts)])


def calls_by_facts(project: Project, path: Path) -> Iterator[Named]:
    """The calls of a file that resolve into a library, as the evaluator sees them. What it fails on is named."""
    engine = Engine.of(project)
    try:
        functions = File(project, read(str(path))).functions
    except Unreadable:
        return
    for function in functions:
        try:
            seen = list(engine.facts(function.unit).calls.values())
        except Exception as error:  # noqa: BLE001 - the count goes on
            print(f"{function.unit.where}: {type(error).__name__}: {error}", file=sys.stderr)
            continue
        yield from filter(None, (_resolved(fact, engine) for fact in seen))


def _resolved(fact: CallFact, engine: Engine) -> Named | None:
    if fact.entry is not None:
        return fact.entry.name, True
    receiver = fact.receiver
    if receiver is not None:
        owner = receiver.symbol if receiver.symbol and library_of(receiver.symbol) else _KINDS.get(receiver.kind)
        is_library = receiver.kind is not Kind.MODULE or (receiver.symbol or "").startswith("torch.")
        return (f"{owner}.{fact.name}", False) if owner and is_library and fact.name not in _PASSED_ON else None
    symbol = fact.callee.symbol
    if symbol is None or fact.callee.kind not in (Kind.FUNCTION, Kind.CLASS, Kind.NAMESPACE):
        return None
    return symbol, engine.tables.entry(symbol) is not None


def packages(folder: Path) -> list[Path]:
    """The folders in a folder."""
    return sorted(path for path in folder.iterdir() if path.is_dir())


def count(package: Path, names_only: bool) -> Counter[Named]:
    """How often each callable is called in a package, its own aside."""
    project, tables = Project(package), Tables()
    own = {path.parent.name for path in package.rglob("__init__.py")}
    found: Counter[Named] = Counter()
    for path in project.files:
        text = path.read_bytes()
        if not any(library.encode() in text for library in LIBRARIES):
            continue
        for name, known in calls_by_name(path, tables) if names_only else calls_by_facts(project, path):
            library = library_of(name)
            if library is not None and library not in own:
                found[name, known] += 1
    return found


def report(total: Counter[Named], missing: int) -> None:
    """Prints the table: calls and their share with an entry by library, and the most frequent names without one."""
    print(f"{'library':<16}{'calls':>9}{'names':>7}{'known':>9}")
    for library in LIBRARIES:
        mine = {key: number for key, number in total.items() if library_of(key[0]) == library}
        calls = sum(mine.values())
        known = sum(number for (_, is_known), number in mine.items() if is_known)
        print(f"{library:<16}{calls:>9}{len(mine):>7}{known / calls if calls else 1:>9.1%}")
    calls = total.total()
    known = sum(number for (_, is_known), number in total.items() if is_known)
    print(f"{'all':<16}{calls:>9}{len(total):>7}{known / calls if calls else 1:>9.1%}")
    print("\nmost frequent without an entry:")
    for (name, _), number in [item for item in total.most_common() if not item[0][1]][:missing]:
        print(f"{number:>7}  {name}")


def main() -> None:
    """Counts and prints."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--missing", type=int, default=20, help="how many names without an entry to list")
    parser.add_argument("--names-only", action="store_true", help="follow imports only, without evaluating")
    parser.add_argument("--package", action="append", help="only packages whose name begins so")
    arguments = parser.parse_args()
    total: Counter[Named] = Counter()
    started = time.perf_counter()
    chosen = [
        path
        for path in packages(arguments.folder)
        if not arguments.package or path.name.startswith(tuple(arguments.package))
    ]
    for package in chosen:
        total += count(package, arguments.names_only)
        print(f"{time.perf_counter() - started:6.0f} s  {package.name}", file=sys.stderr)
    print(f"{len(chosen)} packages, {time.perf_counter() - started:.0f} s\n")
    report(total, arguments.missing)


if __name__ == "__main__":
    main()
