"""The pre-commit hook, run by the real pre-commit in a repository of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples import BUGGY, CORRECT

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow


class Repository:
    """A git repository whose commits pre-commit looks at with the hook of this checkout."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "repository"
        self.folder.mkdir()
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))},
            "PRE_COMMIT_HOME": str(folder / "home"),
            "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
        }
        (folder / "gitconfig").write_text(
            "[user]\nname = Somebody\nemail = somebody@example.org\n[safe]\ndirectory = *\n"
        )
        self._run("git", "init", "--quiet")

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.folder / f"{name}.py").write_text(text)
        self._run("git", "add", "--all")

    def try_hook(self) -> subprocess.CompletedProcess[str]:
        """Run the hook over what is staged."""
        command = [sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), "mlint", "--verbose"]
        return self._run(*command, check=False)

    def _run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, check=check
        )


def test_a_bad_commit_is_stopped_and_a_good_one_passes(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write(buggy=BUGGY, correct=CORRECT)
    stopped = repository.try_hook()
    assert stopped.returncode == 1, stopped.stdout + stopped.stderr
    assert "exit code: 1" in stopped.stdout
    assert "buggy.py:7:12: ML302" in stopped.stdout
    assert "correct.py:" not in stopped.stdout

    repository.write(buggy=CORRECT)
    passed = repository.try_hook()
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "Passed" in passed.stdout
