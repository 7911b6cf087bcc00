"""The pytest plugin: pages of an installed pack are collected, and fail when they are not true."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mlint.scaffold import new

PYPROJECT = '[project]\nname = "my-rules"\n[project.entry-points."mlint.rules"]\nmine = "my_rules"\n'
FACTS = "```py\nx = {}\nreveal(x){}\n```\n"


class Pack:
    """A rule pack with one rule, as if it were installed in editable mode."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "pyproject.toml").write_text(PYPROJECT)
        (folder / "my_rules").mkdir()
        (folder / "my_rules" / "__init__.py").touch()
        self.info = folder / "my_rules-0.1.dist-info"
        self.info.mkdir()
        (self.info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-rules\nVersion: 0.1\n")
        (self.info / "entry_points.txt").write_text("[mlint.rules]\nmine = my_rules\n")
        self.module, self.page = new("seeds/seed-from-nowhere", folder=folder, code="XY101")

    def change(self, old: str, new: str) -> None:
        text = self.page.read_text()
        assert old in text
        self.page.write_text(text.replace(old, new, 1))

    def test(self, expect: int, path: str = "my_rules") -> str:
        """What pytest prints over the pack; it must end with the expected exit code."""
        paths = filter(None, [str(self.folder), os.environ.get("PYTHONPATH")])
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        command = [sys.executable, "-m", "pytest", "-p", "mlint.testing.plugin", "-p", "no:cacheprovider", "-q", path]
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return Pack(tmp_path)


def test_a_rule_that_was_scaffolded_passes_its_page(pack: Pack) -> None:
    assert "3 passed" in pack.test(0)


def test_a_page_fails_where_it_is_not_true(pack: Pack) -> None:
    pack.change('  # error: [XY101] "whatever the system gives"', "  # error?: [XY101]")
    pack.change("np.random.seed(0)", "np.random.seed(0)  # error: [XY101]")
    pack.change("np.random.seed(seed)", "np.random.seed()")
    pack.page.write_text(
        pack.page.read_text() + "```py\nimport numpy as np\nnp.random.seed() # error: [XY101]\n```\n```py\nx = 1\n```\n"
    )
    output = pack.test(1)
    assert "seed_from_nowhere.md line 10: XY101 is found now" in output
    assert "XY101 is not reported; found there: nothing" in output
    assert "not expected: XY101 (certain) at column 5: `np.random.seed()` seeds with" in output
    assert "3 failed, 2 passed" in output


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# error:", "# eror:", "seed_from_nowhere.md:10: not understood"),
        ("[XY101]", "[XY102]", "seed_from_nowhere.md:10: XY102 is not the rule of this page"),
        ('  # error: [XY101] "whatever the system gives"', "", "shows no mistake"),
        ("import numpy as np\n\nnp", "import numpy as np (\n\nnp", "is no Python"),
    ],
)
def test_a_page_that_is_not_understood_or_asserts_nothing_is_an_error(
    pack: Pack, old: str, new: str, message: str
) -> None:
    pack.change(old, new)
    assert message in pack.test(2)


def test_the_pages_of_a_pack_that_is_not_installed_are_an_error(pack: Pack) -> None:
    shutil.rmtree(pack.info)
    assert "is in no installed rule pack" in pack.test(2)


def test_options_are_set_by_a_configuration_in_the_page(pack: Pack) -> None:
    pack.module.write_text(
        pack.module.read_text()
        .replace("(call: Call)", "(call: Call, *, quiet: bool = False)")
        .replace("if ", "if not quiet and ")
    )
    table = "[tool.mlint.rules.seed-from-nowhere]\n{}\n"
    block = (
        '## {}\n```toml title="pyproject.toml"\n{}```\n```py title="a.py"\nimport numpy as np\nnp.random.seed()\n```\n'
    )
    quiet = block.format("Quiet", table.format("quiet = true"))
    pack.page.write_text(pack.page.read_text() + quiet)
    assert "4 passed" in pack.test(0)
    pack.page.write_text(pack.page.read_text() + block.format("Wrong", table.format("quite = true")))
    assert "did you mean `quiet`" in pack.test(1)


def test_facts_are_compared_with_what_is_known(pack: Pack) -> None:
    page = pack.folder / "facts" / "numbers.md"
    page.parent.mkdir()
    page.write_text(FACTS.format("True", "  # nonsense") + "\n# Prose without a block\n")
    assert "numbers.md line 3: the page says `nonsense`, known is `" in pack.test(1, "facts")
    page.write_text(FACTS.format("1", ""))
    assert "numbers.md:3: a `reveal` without a comment asserts nothing" in pack.test(2, "facts")
    page.write_text("```py\nx = 1\n```\n")
    assert "numbers.md:1: the block asserts nothing" in pack.test(2, "facts")
