"""Rule packs: what is collected from them, and what makes one unusable."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from mlint import pack

RULE = '''\
from mlint import Reports, rule

class Anything: ...

@rule("{code}", "{name}", "{message}")
def check(subject: Anything) -> Reports:
    """{summary}"""
    yield from ()
'''


class Packs:
    """Packages of rules in a folder, to be loaded as if they were installed."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.points = folder, list[EntryPoint]()
        monkeypatch.syspath_prepend(folder)
        monkeypatch.setattr(pack, "entry_points", lambda group: self.points if group == pack.GROUP else [])

    def install(self, package: str) -> None:
        self.points.append(EntryPoint(package, package, pack.GROUP))

    def write(self, path: str, text: str = "", *, page: bool = False) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        if page:
            file.with_suffix(".md").write_text("# page\n", encoding="utf-8")

    def rule(self, path: str, changes: dict[str, str] | None = None, *, page: bool = True) -> None:
        values = {"code": "XY101", "name": "some-mistake", "message": "{{value}} is wrong", "summary": "Wrong value."}
        self.write(path, RULE.format(**values | (changes or {})).replace("{{", "{").replace("}}", "}"), page=page)


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Packs]:
    before = set(sys.modules)
    pack.load.cache_clear()
    yield Packs(tmp_path, monkeypatch)
    for name in set(sys.modules) - before:
        if name.startswith("pack_"):
            del sys.modules[name]
    pack.load.cache_clear()


def test_rules_of_all_packs_and_folders_are_found_and_sorted(packs: Packs) -> None:
    packs.rule("pack_one/numbers/deep/b.py", {"code": "XY202", "name": "b-mistake"})
    for folder in ("pack_one", "pack_one/numbers", "pack_one/numbers/deep"):
        packs.write(f"{folder}/__init__.py")
    packs.rule("pack_two.py")
    packs.install("pack_two")
    packs.install("pack_one")
    assert [rule.code for rule in pack.load()] == ["XY101", "XY202"]


def test_a_rule_that_another_module_imports_counts_once(packs: Packs) -> None:
    packs.write("pack_a/__init__.py", "from pack_a.one import check\n")
    packs.rule("pack_a/one.py")
    packs.install("pack_a")
    assert len(pack.load()) == 1


def test_a_pack_that_is_installed_twice_counts_once(packs: Packs) -> None:
    packs.rule("pack_a.py")
    packs.install("pack_a")
    packs.install("pack_a")
    assert len(pack.load()) == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"code": "ML1"}, "a code is"),
        ({"code": "ML005"}, "the tool's own"),
        ({"name": "mistake"}, "a name is"),
        ({"name": "some_mistake"}, "a name is"),
        ({"message": "{} is wrong"}, "field without a name"),
        ({"message": "{0} is wrong"}, "field without a name"),
        ({"message": "{value is wrong"}, "no format template"),
        ({"summary": ""}, "needs a docstring"),
    ],
)
def test_a_rule_that_is_not_well_made(packs: Packs, changes: dict[str, str], message: str) -> None:
    packs.rule("pack_a.py", changes)
    packs.install("pack_a")
    with pytest.raises(pack.PackError, match=f"pack_a: .*{message}"):
        pack.load()


def test_a_rule_without_a_page(packs: Packs) -> None:
    packs.rule("pack_a.py", page=False)
    packs.install("pack_a")
    with pytest.raises(pack.PackError, match=r"its page pack_a\.md is missing beside pack_a\.py"):
        pack.load()


@pytest.mark.parametrize(
    ("changes", "key"), [({"name": "other-mistake"}, "XY101"), ({"code": "XY102"}, "some-mistake")]
)
def test_two_rules_of_one_code_or_name(packs: Packs, changes: dict[str, str], key: str) -> None:
    packs.rule("pack_a.py")
    packs.rule("pack_b.py", changes)
    packs.install("pack_a")
    packs.install("pack_b")
    with pytest.raises(pack.PackError, match=f"two rules are called `{key}`: one in pack_a, one in pack_b"):
        pack.load()


def test_a_pack_that_cannot_be_imported_is_one_clear_line(packs: Packs) -> None:
    packs.write("pack_a.py", "raise ValueError('first\\nsecond')\n")
    packs.install("pack_a")
    with pytest.raises(pack.PackError) as caught:
        pack.load()
    assert str(caught.value) == "rule pack `pack_a` (pack_a) can't be imported: ValueError: first second"


def test_a_pack_that_is_gone(packs: Packs) -> None:
    packs.install("pack_gone")
    with pytest.raises(pack.PackError, match=r"rule pack `pack_gone` .* No module named 'pack_gone'"):
        pack.load()


def test_the_installed_rules_are_well_made() -> None:
    pack.load.cache_clear()
    pack.verify(pack.load())
