"""Whether the answers that findings rest on are still what they were."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from os.path import isfile as is_file
from typing import TYPE_CHECKING

from mlint.collector import uncollected
from mlint.facts.project.index import words_of
from mlint.facts.project.leaves import answer, digest_of
from mlint.facts.project.modules import top_packages
from mlint.facts.project.reads import Leaf, Told
from mlint.run.kept_leaves import KeptLeaves
from mlint.source import Source, Unreadable, decode, read_bytes

if TYPE_CHECKING:
    from mlint.facts.syntax.sketch import Sketch
    from mlint.outline import Outline
    from mlint.run.project import CheckedProject


def changed(leaves: KeptLeaves, contents: Mapping[str, str], project: CheckedProject) -> set[Leaf]:
    """The leaves whose answers have changed since the files had these contents."""
    files = frozenset(project.files)
    moved = {path for path in files.union(contents) if contents.get(path) != project.stamp(path)}
    found = set(leaves.unsure)
    found |= {leaf for path in moved for leaf in _in_file(path, dict(leaves.in_file(path)))}
    found |= {leaf for leaf, said in leaves.of_kind("exists") if said != str(leaf.path in files or is_file(leaf.path))}
    found |= {leaf for leaf, said in leaves.of_kind("folder") if said != str(os.path.isdir(leaf.path))}
    found |= _words(leaves, moved, files)
    found |= _packages(dict(leaves.of_kind("package")), project.files)
    return found | {leaf for leaf, said in leaves.of_kind("files") if said != digest_of(project.files)}


def asked_again(
    leaves: Sequence[Leaf], project: CheckedProject, holders: Mapping[str, Sequence[str]]
) -> Iterator[tuple[tuple[Leaf, ...], list[str], Told]]:
    """Derived leaves with their answers as the project is now, and what they rest on; alike ones together.

    `holders` says of some words which files hold them.
    """
    if not leaves:
        return
    from mlint.facts.derived import ask
    from mlint.facts.engine import Engine
    from mlint.run.checker import close, opened

    files = opened(replace(project.shared, holders=holders))

    def ask_all() -> None:
        for leaf in leaves:
            ask(Engine.of(files), leaf)

    with uncollected():
        _, node = files.reads.of(ask_all)
        answers = dict(files.reads.told(node))
        for alike, rests in files.reads.grounds(node):
            yield alike, [answers[leaf] for leaf in alike], rests
        close(files)


def _in_file(path: str, answers: Mapping[Leaf, str]) -> list[Leaf]:
    source, outline = _read(path) if answers else (None, None)
    made: dict[str, Sketch | None] = {}
    return [leaf for leaf, said in answers.items() if said != answer(leaf.kind, leaf.asked, source, outline, made)]


def _read(path: str) -> tuple[Source | None, Outline | None]:
    from mlint.outline import outline

    source = None
    try:
        source = decode(path, read_bytes(path))
        return source, outline(source)
    except Unreadable:
        return source, None


def _words(leaves: KeptLeaves, moved: set[str], files: Collection[str]) -> set[Leaf]:
    """Only files that have changed can hold other words than before."""
    found: set[Leaf] = set()
    words = {path: words_of(_bytes(path)) if path in files else set() for path in moved}
    for leaf, said in leaves.of_kind("word") if moved else ():
        before, asked = f"\n{said}\n", leaf.asked.encode()
        if any(
            (f"\n{path}\n" in before) != (path in files and (not leaf.asked.isascii() or asked in words[path]))
            for path in moved
        ):
            found.add(leaf)
    return found


def _bytes(path: str) -> bytes:
    try:
        return read_bytes(path)
    except Unreadable:
        return b""


def _packages(answers: Mapping[Leaf, str], files: tuple[str, ...]) -> set[Leaf]:
    if not answers:
        return set()
    known = set(files)

    def is_package(folder: str) -> bool:
        init = os.path.join(folder, "__init__.py")
        return init in known or os.path.isfile(init)

    found = top_packages(files, is_package)
    return {leaf for leaf, said in answers.items() if said != digest_of(found.get(leaf.asked, []))}
