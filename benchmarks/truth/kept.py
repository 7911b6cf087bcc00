"""Mutants are kept in files, by the state of the operators: to look through a package for them takes long."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from benchmarks.truth.code import Edit
from benchmarks.truth.mutants import Mutant, mutants_of
from benchmarks.truth.seeds.seed import Seed


def digest(folders: Iterable[Path]) -> str:
    """What stands for the state of the code and tables in some folders."""
    found = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".toml"):
                found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


def mutants_in(roots: Mapping[str, Path], folder: Path) -> Iterator[Mutant]:
    """The mutants of each package, from a file in the folder if they were found before."""
    here = Path(__file__).parent
    kept = folder / f"mutants-{digest([here / 'seeds'])}"
    kept.mkdir(parents=True, exist_ok=True)
    for package, root in roots.items():
        file = kept / f"{package}.json"
        if not file.exists():
            file.write_text(json.dumps([_written(each) for each in mutants_of(package, root)]))
        for each in json.loads(file.read_text()):
            yield _read(each)


def _written(mutant: Mutant) -> list[object]:
    edits = [[each.start, each.end, each.text] for each in mutant.seed.edits]
    named = [mutant.package, mutant.file, mutant.function, mutant.operator, mutant.rule]
    return [named, edits, list(mutant.seed.places)]


def _read(written: tuple[list[str], list[tuple[int, int, str]], list[tuple[int, int]]]) -> Mutant:
    named, edits, places = written
    package, file, function, operator, rule = named
    seed = Seed(tuple(Edit(*each) for each in edits), tuple((first, end) for first, end in places))
    return Mutant(package, file, function, operator, rule, seed)
