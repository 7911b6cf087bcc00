"""mlint checks itself, with its own configuration."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_mlint_finds_nothing_in_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mlint", "check", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
