"""Rewrites what is generated in the documentation: docs/rules.md, and every output sample.

    python docs/generate.py

A sample is a block marked `console` in README.md or docs: the output below each `$ mlint ...` line is replaced by what
the command prints now on a terminal, in the folder of the repository. One marked `console torch` stays as it is where
torch is not installed.
"""

from __future__ import annotations

import importlib.util
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from mlint import pack
from mlint.rule import Rule

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 110
_SAMPLE = re.compile(r"^```(?P<kind>console(?: torch)?)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_PICTURE = "check --confirm --no-cache --quiet docs/confirm_example.py --select ML302 --output-format full"


def generated() -> dict[Path, str]:
    """The files that hold something generated, each with the text that it should have."""
    texts = {path: with_samples(path.read_text(encoding="utf-8")) for path in pages()}
    pictures = {ROOT / "docs" / "confirmed.svg": picture()} if _has_torch() else {}
    return {**texts, **pictures, ROOT / "docs" / "rules.md": rules_page()}


def pages() -> list[Path]:
    """The pages that people write: README.md and docs, without the list of rules."""
    return [ROOT / "README.md", *sorted(path for path in (ROOT / "docs").glob("*.md") if path.name != "rules.md")]


def with_samples(page: str) -> str:
    """The page with the output of every command in its `console` blocks as it is now."""
    return _SAMPLE.sub(_with_sample, page)


def _with_sample(match: re.Match[str]) -> str:
    if match["kind"] == "console torch" and not _has_torch():
        return match[0]
    return f"```{match['kind']}\n{_rerun(match['body'])}```"


def _has_torch() -> bool:
    return importlib.util.find_spec("torch") is not None


def picture() -> str:
    """One confirmed finding as a terminal shows it."""
    from rich.console import Console
    from rich.text import Text

    command = [sys.executable, "-m", "mlint", *shlex.split(_PICTURE)]
    environment = {**os.environ, "FORCE_COLOR": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text.from_ansi(done.stdout.strip()))
    return console.export_svg(title="mlint check --confirm", unique_id="mlint")


def _rerun(body: str) -> str:
    commands = [line.removeprefix("$ ") for line in body.split("\n") if line.startswith("$ ")]
    return "\n".join(f"$ {command}\n{_output(command)}" for command in commands)


def _output(command: str) -> str:
    """What `mlint ...` prints on a terminal that shows no colours. Nothing but mlint is run."""
    program, *arguments = shlex.split(command)
    if program != "mlint":
        raise SystemExit(f"a console block runs `{program}`: only mlint is run")
    return "".join(_on_terminal([sys.executable, "-m", "mlint", *arguments]))


def _on_terminal(command: list[str]) -> Iterator[str]:
    ours, theirs = os.openpty()
    environment = {**os.environ, "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": str(WIDTH)}
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL, cwd=ROOT, env=environment):
        os.close(theirs)
        with os.fdopen(ours, "rb") as terminal:
            written = b""
            while piece := _read(terminal.fileno()):
                written += piece
    for line in written.decode("utf-8").splitlines():
        yield f"{line.rstrip()}\n"


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux reports the end of a terminal as an error
        return b""


def rules_page() -> str:
    """The list of rules, from the rules themselves."""
    rules = pack.load()
    families = dict.fromkeys(rule.family for rule in rules)
    sections = [_section(family, [rule for rule in rules if rule.family == family]) for family in families]
    head = (
        "# Rules\n\n<!-- Generated: python docs/generate.py -->\n\n"
        "Each name leads to the rule's page: what it finds, what it leaves alone, and why. "
        "`mlint explain` shows the same, its corner cases with `--full`.\n"
    )
    return "\n".join([head, *sections])


def _section(family: str, rules: list[Rule]) -> str:
    rows = "".join(_row(rule) for rule in rules)
    return f"## {family.capitalize()}\n\n| Code | Name | Finds | Default | Options |\n|---|---|---|---|---|\n{rows}"


def _row(rule: Rule) -> str:
    page = Path(os.path.relpath(rule.page, ROOT / "docs")).as_posix()
    options = ", ".join(f"`{option.name.replace('_', '-')} = {_toml(option.default)}`" for option in rule.options)
    summary = rule.summary.replace("|", "\\|")
    return f"| {rule.code} | [{rule.name}]({page}) | {summary} | {'on' if rule.default else 'off'} | {options} |\n"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(list(value) if isinstance(value, tuple) else value)


def main() -> None:
    """Rewrite the files that are stale, and name them."""
    for path, text in generated().items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
