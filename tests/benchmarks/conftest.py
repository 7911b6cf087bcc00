"""A package of one file, and what operators make of it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.truth.code import Package
from benchmarks.truth.seeds.operators import OPERATORS

Broken = Callable[[str, str], list[str]]


@pytest.fixture
def broken(tmp_path: Path) -> Broken:
    """What an operator, by its name, makes of some code: for each place the lines that it changes, as they become."""

    def lines(name: str, code: str) -> list[str]:
        text = textwrap.dedent(code)
        (tmp_path / "net.py").write_text(text)
        (file,) = Package(tmp_path).files
        operator = next(each for each in OPERATORS if each.name == name)
        seeds = [seed for function in file.functions for seed in operator.find(function)]
        before = text.split("\n")
        changed = []
        for seed in seeds:
            after = seed.applied(file.data).decode().split("\n")
            changed.append("\n".join(new.strip() for old, new in zip(before, after, strict=False) if old != new))
        return changed

    return lines
