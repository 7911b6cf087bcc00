"""Whether the answers that findings rest on are still what they were."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from os.path import isfile as is_file
from typing import TYPE_CHECKING

from mlint.facts.index import words_of
from mlint.facts.leaves import answer, digest_of
from mlint.facts.modules import top_packages
from mlint.facts.reads import Leaf
from mlint.run.ledger import UNSURE
from mlint.source import Source, Unreadable, decode, read_bytes

if TYPE_CHECKING:
    from mlint.outline import Outline
    from mlint.run.project import CheckedProject


def changed(answers: Mapping[Leaf, str], contents: Mapping[str, str], project: CheckedProject) -> set[Leaf]:
    """The leaves whose answers have changed since the files had these contents."""
    files = frozenset(project.files)
    moved = {path for path in files.union(contents) if contents.get(path) != project.stamp(path)}
    of_file: dict[str, list[Leaf]] = defaultdict(list)
    of_kind: dict[str, list[Leaf]] = defaultdict(list)
    for leaf in answers:
        if leaf.kind in ("exists", "folder") or not leaf.path:
            of_kind[leaf.kind].append(leaf)
        else:
            of_file[leaf.path].append(leaf)
    found = {leaf for leaf, said in answers.items() if said == UNSURE}
    found |= {leaf for path in moved & of_file.keys() for leaf in _in_file(path, of_file[path], answers)}
    found |= {leaf for leaf in of_kind["exists"] if answers[leaf] != str(leaf.path in files or is_file(leaf.path))}
    found |= {leaf for leaf in of_kind["folder"] if answers[leaf] != str(os.path.isdir(leaf.path))}
    found |= _words(of_kind["word"], answers, moved, files)
    found |= _packages(of_kind["package"], answers, project.files)
    return found | {leaf for leaf in of_kind["files"] if answers[leaf] != digest_of(project.files)}


def _in_file(path: str, leaves: Iterable[Leaf], answers: Mapping[Leaf, str]) -> list[Leaf]:
    source, outline = _read(path)
    return [leaf for leaf in leaves if answers[leaf] != answer(leaf.kind, leaf.asked, source, outline)]


def _read(path: str) -> tuple[Source | None, Outline | None]:
    from mlint.outline import outline

    source = None
    try:
        source = decode(path, read_bytes(path))
        return source, outline(source)
    except Unreadable:
        return source, None


def _words(leaves: list[Leaf], answers: Mapping[Leaf, str], moved: set[str], files: Collection[str]) -> set[Leaf]:
    """Only files that have changed can hold other words than before."""
    holders = {leaf: set(answers[leaf].split("\n")) for leaf in leaves}
    found: set[Leaf] = set()
    for path in moved:
        words = words_of(_bytes(path)) if path in files else set()
        found |= {
            leaf
            for leaf, before in holders.items()
            if (path in before) != (path in files and (not leaf.asked.isascii() or leaf.asked.encode() in words))
        }
    return found


def _bytes(path: str) -> bytes:
    try:
        return read_bytes(path)
    except Unreadable:
        return b""


def _packages(leaves: list[Leaf], answers: Mapping[Leaf, str], files: tuple[str, ...]) -> set[Leaf]:
    if not leaves:
        return set()
    known = set(files)

    def is_package(folder: str) -> bool:
        init = os.path.join(folder, "__init__.py")
        return init in known or os.path.isfile(init)

    found = top_packages(files, is_package)
    return {leaf for leaf in leaves if answers[leaf] != digest_of(found.get(leaf.asked, []))}
