"""`mlint new`: which files it writes, with which code, and what it refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mlint.scaffold import ScaffoldError, new

RULE = '@rule("{}", "{}", "message")\ndef check(call): ...\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a rule pack of one family, XY3, that has two rules."""
    (tmp_path / "pyproject.toml").write_text('[project.entry-points."mlint.rules"]\nmine = "my_rules"\n')
    family = tmp_path / "rules" / "my_rules" / "numbers"
    family.mkdir(parents=True)
    (family / "__init__.py").write_text('"""XY3: numbers."""\n')
    (family / "one.py").write_text(RULE.format("XY301", "first-mistake"))
    (family / "two.py").write_text(RULE.format("XY305", "other-mistake"))
    return tmp_path


def files(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_a_rule_is_a_module_and_a_page(root: Path) -> None:
    before = files(root)
    module, page = new("numbers/some-new-mistake", folder=root)
    assert files(root) - before == {
        "rules/my_rules/numbers/some_new_mistake.py",
        "rules/my_rules/numbers/some_new_mistake.md",
    }
    assert "def some_new_mistake(" in module.read_text()
    assert page.read_text().startswith("# XY306 some-new-mistake\n")


def test_the_code_follows_the_last_one_of_the_family(root: Path) -> None:
    module, _ = new("numbers/some-mistake", folder=root)
    assert '"XY306", "some-mistake"' in module.read_text()


def test_a_code_can_be_given(root: Path) -> None:
    module, _ = new("numbers/some-mistake", folder=root, code="XY399")
    assert '"XY399"' in module.read_text()
    with pytest.raises(ScaffoldError, match="no code left behind XY399"):
        new("numbers/next-mistake", folder=root)


def test_a_new_family_gets_its_folder_and_a_digit_of_its_own(root: Path) -> None:
    module, _ = new("losses/some-mistake", folder=root)
    assert '"XY101"' in module.read_text()
    assert (module.parent / "__init__.py").read_text() == '"""XY1: losses."""\n'
    assert '"XY102"' in new("losses/next-mistake", folder=root)[0].read_text()


def test_the_first_rule_of_a_pack_needs_a_code(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project.entry-points."mlint.rules"]\nmine = "my_rules"\n')
    (tmp_path / "my_rules").mkdir()
    with pytest.raises(ScaffoldError, match="--code"):
        new("numbers/some-mistake", folder=tmp_path)
    module, _ = new("numbers/some-mistake", folder=tmp_path, code="XY101")
    assert module == tmp_path / "my_rules" / "numbers" / "some_mistake.py"


def test_the_pack_is_found_from_a_folder_inside(root: Path) -> None:
    module, _ = new("numbers/some-mistake", folder=root / "rules" / "my_rules" / "numbers")
    assert module.parent == root / "rules" / "my_rules" / "numbers"


@pytest.mark.parametrize(
    "target", ["some-mistake", "numbers/mistake", "numbers/Some-Mistake", "a/b/c-d", "../x/y-z", "/x-y", ""]
)
def test_a_malformed_name_is_refused(root: Path, target: str) -> None:
    before = files(root)
    with pytest.raises(ScaffoldError, match=f"^`{re.escape(target)}` is no family/name: .* like numbers/"):
        new(target, folder=root)
    assert files(root) == before


@pytest.mark.parametrize(
    ("target", "code", "message"),
    [
        ("numbers/one-two", "XY1", "`XY1` is no code"),
        ("numbers/one-two", "ML001", "`ML001` is no code"),
        ("numbers/one-two", "XY301", "the code XY301 is taken"),
        ("losses/first-mistake", None, "the name first-mistake is taken by XY301"),
        ("numbers/one-two", "ML302", "the code ML302 is taken"),
        ("numbers/missing-eval", None, "the name missing-eval is taken by ML201"),
    ],
)
def test_what_is_taken_is_refused(root: Path, target: str, code: str | None, message: str) -> None:
    before = files(root)
    with pytest.raises(ScaffoldError, match=message):
        new(target, folder=root, code=code)
    assert files(root) == before


@pytest.mark.parametrize("suffix", [".py", ".md"])
def test_nothing_is_overwritten(root: Path, suffix: str) -> None:
    there = root / "rules" / "my_rules" / "numbers" / f"some_mistake{suffix}"
    there.write_text("mine")
    before = files(root)
    with pytest.raises(ScaffoldError, match=rf"some_mistake\{suffix} is there already"):
        new("numbers/some-mistake", folder=root)
    assert there.read_text() == "mine"
    assert files(root) == before


def test_outside_a_pack_it_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError, match=r"no rule pack here: .*mlint\.rules"):
        new("numbers/some-mistake", folder=tmp_path)


def test_a_pack_that_is_declared_but_not_there(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project.entry-points."mlint.rules"]\nmine = "my_rules"\n')
    with pytest.raises(ScaffoldError, match="names the rule pack my_rules, but there is no"):
        new("numbers/some-mistake", folder=tmp_path)


def test_a_configuration_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project\n")
    with pytest.raises(ScaffoldError, match=r"pyproject\.toml can't be read"):
        new("numbers/some-mistake", folder=tmp_path)
