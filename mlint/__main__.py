"""`python -m mlint`."""

from __future__ import annotations

import sys

from mlint.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
