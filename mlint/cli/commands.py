"""The commands besides `check`."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from mlint.cli.main import FAILED, OK, failed
from mlint.config import ConfigError
from mlint.pack import PackError
from mlint.source import Unreadable
from mlint.tool.rules import known

_PLACE = re.compile(r"(.+?):([0-9]+)(?::[0-9]+)?", re.DOTALL)
"""A column may follow, as in what `mlint check` writes."""
Command: TypeAlias = Callable[[argparse.Namespace], int]


def _reporting(command: Command) -> Command:
    """Make one line and an exit code of what a command raises."""

    def run(call: argparse.Namespace) -> int:
        try:
            return command(call)
        except BrokenPipeError:
            raise
        except (ConfigError, PackError, Unreadable, OSError) as error:
            return failed(str(error))

    return run


@_reporting
def rules(call: argparse.Namespace) -> int:
    """`mlint rules`"""
    from mlint.report import catalogue

    write = catalogue.write_json if call.output_format == "json" else catalogue.write
    write(known(), sys.stdout)
    return OK


@_reporting
def explain(call: argparse.Namespace) -> int:
    """`mlint explain RULE [--full]`"""
    from mlint.report import explain as page
    from mlint.select import unknown

    for rule in known():
        if call.rule.lower() in (rule.code.lower(), rule.name):
            page.write(rule, sys.stdout, full=call.full)
            return OK
    return failed(unknown(call.rule, known()))


@_reporting
def reveal(call: argparse.Namespace) -> int:
    """`mlint reveal FILE:LINE`"""
    place = _PLACE.fullmatch(call.place)
    if place is None:
        return failed(f"`{call.place}` is no place; write a file, a colon and a line, like train.py:41")
    path, line = place[1], place[2]
    from mlint.cli.revealed import write
    from mlint.reveal import file_at

    try:
        file, layers = file_at(path)
    except Unreadable as error:
        return failed(f"{path}{f':{error.line}' if error.line else ''}: {error.message}")
    if not 1 <= int(line) <= len(file.source.lines):
        return failed(f"{path} has no line {line}: it ends with line {len(file.source.lines)}")
    write(file, layers, int(line), known(), sys.stdout)
    return OK


def confirm(call: argparse.Namespace) -> int:
    """`mlint confirm PATH::NAME`"""
    from mlint.cli.confirming import command

    return command(call)


def scan(call: argparse.Namespace) -> int:
    """`mlint scan DATASET`"""
    from mlint.cli.scanning import command

    return command(call)


@_reporting
def new(call: argparse.Namespace) -> int:
    """`mlint new FAMILY/NAME`"""
    from mlint import scaffold

    try:
        module, page = scaffold.new(call.rule, folder=Path.cwd(), code=call.code)
    except scaffold.ScaffoldError as error:
        return failed(str(error))
    print(f"made {_from_here(module)}\nmade {_from_here(page)}")
    return OK


def _from_here(path: Path) -> Path:
    here = Path.cwd().resolve()
    return path.relative_to(here) if path.is_relative_to(here) else path


@_reporting
def clean(call: argparse.Namespace) -> int:
    """`mlint clean [PATHS]`"""
    from mlint.facts.project.files import root_of
    from mlint.store import FOLDER
    from mlint.store import clean as remove

    missing = [path for path in call.paths if not Path(path).exists()]
    for path in missing:
        failed(f"{path}: no such file or folder")
    for root in dict.fromkeys(root_of(Path(path)) for path in call.paths if path not in missing):
        if remove(str(root)):
            print(f"removed {root / FOLDER}")
        else:
            print(f"there is no cache in {root}")
    return FAILED if missing else OK
