"""`mlint`: from the arguments to the exit code. Everything else is imported when it is needed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from mlint.cli.parser import UsageError, parse

OK, FOUND, FAILED = 0, 1, 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code. What goes wrong is one line on stderr."""
    _open_closed()
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        print("mlint: interrupted", file=sys.stderr)
        return INTERRUPTED
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        call = parse(arguments)
    except UsageError as error:
        return failed(str(error))
    except SystemExit as end:  # --help, --version
        return int(end.code or 0)
    if call.command == "check":
        from mlint.cli.check import check

        return check(call)
    from mlint.cli import commands

    command: commands.Command = getattr(commands, call.command)
    return command(call)


def _open_closed() -> None:
    """Python has None for an output that was closed before it started (`>&-`): what goes there goes nowhere."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def failed(message: str) -> int:
    """Say in one line why nothing could be done."""
    print(f"mlint: {' '.join(message.split())}", file=sys.stderr)
    return FAILED
