"""What can be written behind `mlint`: commands, options, and one line for what can't."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterable, Sequence
from typing import NoReturn

from mlint import __version__

FORMATS = ("full", "concise", "json", "json-lines", "github", "gitlab", "junit", "sarif")
CONFIDENCES = ("possible", "likely", "certain")


def nearest(name: str, known: Iterable[str]) -> str:
    """As mlint.config says it, which a good call has no need to import here."""
    from mlint.config.errors import nearest

    return nearest(name, known)


class UsageError(Exception):
    """A call that means nothing; the message is one line."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see `{self.prog} --help`)")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Like argparse's own, but the message names the nearest choice."""
        if action.choices is not None and value not in action.choices:
            known = [str(each) for each in action.choices]
            raise argparse.ArgumentError(
                action, f"`{value}` is not one of {', '.join(known)}{nearest(str(value), known)}"
            )


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The call as a namespace whose `command` says what to do. Raises UsageError; SystemExit for help and version."""
    parser, commands = _parsers()
    first = next((each for each in arguments if not each.startswith("-")), None)
    if first is not None and first not in commands:
        raise UsageError(_no_command(first, commands))
    found, unknown = parser.parse_known_args(arguments)
    if unknown:
        raise UsageError(_unknown(unknown[0], commands[found.command] if found.command else parser))
    if found.command is None:
        parser.print_help()
        raise SystemExit(2)
    return found


def _no_command(name: str, commands: dict[str, _Parser]) -> str:
    if os.path.exists(name):
        return f"no command is called `{name}`; did you mean `mlint check {name}`?"
    return f"no command is called `{name}`{nearest(name, commands) or '; there are ' + ', '.join(commands)}"


def _unknown(argument: str, parser: _Parser) -> str:
    name = argument.partition("=")[0]
    if not name.startswith("-"):
        return f"one argument too many: `{argument}` (see `{parser.prog} --help`)"
    known = [option for action in parser._actions for option in action.option_strings]
    hint = nearest(name, known) if name.startswith("--") else ""  # all letters are alike
    return f"`{parser.prog}` has no option `{name}`{hint or f' (see `{parser.prog} --help`)'}"


def _parsers() -> tuple[_Parser, dict[str, _Parser]]:
    parser = _Parser(
        prog="mlint",
        description="Finds the mistakes in machine-learning code that run without an error and ruin the result.",
        epilog="`mlint COMMAND --help` describes a command. Exit codes: 0 nothing found, 1 findings, "
        "2 something could not be checked or the call was wrong.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"mlint {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=_Parser)
    made: dict[str, _Parser] = {}
    for name, (summary, fill) in _COMMANDS.items():
        made[name] = commands.add_parser(name, help=summary, description=_sentence(summary), allow_abbrev=False)
        fill(made[name])
    return parser, made


def _sentence(summary: str) -> str:
    return f"{summary[0].upper()}{summary[1:]}."


# --- check ----------------------------------------------------------------------------------------------------------


def _check(parser: _Parser) -> None:
    parser.add_argument("paths", nargs="*", default=[], metavar="PATH", help="files and folders; `-` is standard input")
    _choice_of_rules(parser.add_argument_group("which rules"))
    _choice_of_files(parser.add_argument_group("which files"))
    _output(parser.add_argument_group("what is shown"))
    _running(parser.add_argument_group("how it runs"))
    _confirming(parser.add_argument_group("running the code (needs torch)"))


def _choice_of_rules(group: argparse._ArgumentGroup) -> None:
    rules = "codes, prefixes, names or ALL, separated by commas"
    group.add_argument("--select", action="append", metavar="RULES", help=f"exactly these rules: {rules}")
    group.add_argument("--extend-select", action="append", metavar="RULES", help="these rules too")
    group.add_argument("--ignore", action="append", metavar="RULES", help="not these rules")
    group.add_argument(
        "--per-file-ignores",
        action="append",
        metavar="PATTERN:RULES",
        help="not these rules in the files that the pattern matches",
    )
    group.add_argument(
        "--min-confidence", choices=CONFIDENCES, metavar="LEVEL", help="possible, likely (the default) or certain"
    )


def _choice_of_files(group: argparse._ArgumentGroup) -> None:
    switch = argparse.BooleanOptionalAction
    group.add_argument(
        "--exclude", action="append", metavar="PATTERNS", help="leave these out, instead of the defaults"
    )
    group.add_argument("--extend-exclude", action="append", metavar="PATTERNS", help="leave these out too")
    group.add_argument("--force-exclude", action=switch, help="leave them out even when they are named")
    group.add_argument("--respect-gitignore", action=switch, help="leave out what .gitignore names (the default)")
    group.add_argument("--stdin-filename", metavar="NAME", help="what standard input is called")


def _output(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--output-format",
        choices=FORMATS,
        metavar="FORMAT",
        help=f"{', '.join(FORMATS)}; by default full on a terminal, else concise",
    )
    group.add_argument("-o", "--output-file", metavar="FILE", help="write to a file")
    group.add_argument(
        "--statistics", action="store_true", help="count the findings of each rule, instead of showing them"
    )
    group.add_argument("-q", "--quiet", action="store_true", help="nothing but the findings")
    group.add_argument("-e", "--exit-zero", action="store_true", help="exit with 0 even if there are findings")


def _running(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--config",
        action="append",
        metavar="FILE_OR_SETTING",
        help="a configuration file, instead of those beside the files; or a setting such as 'select = [\"ML3\"]'",
    )
    group.add_argument("--isolated", action="store_true", help="ignore all configuration files")
    _where_it_runs(group)
    group.add_argument("-n", "--no-cache", action="store_true", help="neither read nor write the cache")


def _where_it_runs(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "-j", "--jobs", type=_count, metavar="N", help="processes (auto, the default: as many as are of use)"
    )
    group.add_argument(
        "--executor",
        metavar="dask=ADDRESS",
        help="check the files on a Dask cluster, whose scheduler has this address (needs mlint[dask])",
    )


def _confirming(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--confirm",
        action="store_true",
        help="RUN THE CODE that findings are about, in a process with limits, and say which of them are real",
    )
    _run_options(group)


def _run_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--device", type=_device, default="auto", metavar="DEVICE", help="auto, cpu, cuda or cuda:N")
    group.add_argument(
        "--tracer",
        choices=("auto", "jit", "export"),
        default="auto",
        metavar="TRACER",
        help="how graphs are had: jit (torch.jit.trace), export (torch.export), or auto: the first that works",
    )
    group.add_argument(
        "--confirm-timeout", type=_seconds, default=20.0, metavar="SECONDS", help="for each finding (20)"
    )
    group.add_argument("--show-refuted", action="store_true", help="show what was refuted too")
    group.add_argument(
        "--explain-inputs", action="store_true", help="say what was tried to make each model and to run it"
    )


def _device(text: str) -> str:
    if not re.fullmatch(r"auto|cpu|cuda(:[0-9]+)?", text):
        raise argparse.ArgumentTypeError(f"`{text}` is not auto, cpu, cuda or cuda:N")
    return text


def _seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) or float(text) == 0:
        raise argparse.ArgumentTypeError(f"`{text}` is no time in seconds")
    return float(text)


def _count(text: str) -> int | None:
    if text == "auto":
        return None
    if not re.fullmatch(r"[0-9]+", text) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"`{text}` is neither a number above 0 nor auto")
    return int(text)


# --- the other commands ---------------------------------------------------------------------------------------------


def _rules(parser: _Parser) -> None:
    parser.add_argument(
        "--output-format", choices=("text", "json"), default="text", metavar="FORMAT", help="text or json"
    )


def _explain(parser: _Parser) -> None:
    parser.add_argument("rule", metavar="RULE", help="its code or its name")
    parser.add_argument("--full", action="store_true", help="show its corner cases too")


def _reveal(parser: _Parser) -> None:
    parser.add_argument("place", metavar="FILE:LINE", help="where")


def _confirm(parser: _Parser) -> None:
    parser.add_argument("thing", metavar="PATH::NAME", help="a class or function, such as net.py::Net")
    parser.add_argument("-n", "--no-cache", action="store_true", help="neither read nor write the cache")
    _run_options(parser.add_argument_group("how it runs"))


def _new(parser: _Parser) -> None:
    parser.add_argument("rule", metavar="FAMILY/NAME", help="such as numbers/unclipped-uint8-cast")
    parser.add_argument("--code", metavar="CODE", help="its code, instead of the family's next one")


def _scan(parser: _Parser) -> None:
    parser.add_argument("dataset", metavar="DATASET", help="a Parquet file whose rows are source files")
    columns = parser.add_argument_group("its columns")
    columns.add_argument("--content-column", default="content", metavar="NAME", help="the text of a file (content)")
    columns.add_argument("--path-column", default="path", metavar="NAME", help="its path in the repository (path)")
    columns.add_argument("--repo-column", default="repo", metavar="NAME", help="the repository (repo)")
    _choice_of_rules(parser.add_argument_group("which rules"))
    group = parser.add_argument_group("how it runs")
    group.add_argument(
        "-o", "--output", metavar="FOLDER", help="where findings go, as Parquet (by default DATASET-findings)"
    )
    _where_it_runs(group)
    group.add_argument("-q", "--quiet", action="store_true", help="no closing line")


def _clean(parser: _Parser) -> None:
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="of projects")


_COMMANDS = {
    "check": ("check files and folders", _check),
    "rules": ("list all rules", _rules),
    "explain": ("show the page of a rule", _explain),
    "reveal": ("show what is known of each value on a line, and what each rule made of it", _reveal),
    "confirm": ("run one class or function, and say which of the findings in it are real (needs torch)", _confirm),
    "scan": ("check a corpus of source files in Parquet (needs mlint[scan])", _scan),
    "new": ("write the module and the page of a new rule", _new),
    "clean": ("remove the cache of a project", _clean),
}
