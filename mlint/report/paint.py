"""Lines of styled text to a stream: with colours where they are wanted and understood, else plain."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TextIO

Piece = tuple[str, str]
"""Text and its style, in rich's words; an empty style is plain."""

Line = list[Piece]


def colours(out: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether to colour what goes to this stream: NO_COLOR beats FORCE_COLOR, which beats what the stream is."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return out.isatty() and environ.get("TERM") != "dumb"


def write_lines(lines: Iterable[Line], out: TextIO) -> None:
    """Write the lines, each ended by a newline. Text is shown as it is: rich markup in it means nothing."""
    if colours(out):
        _write_coloured(lines, out)
    else:
        put(out, "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines))


def put(out: TextIO, text: str) -> None:
    """Write text, with escapes for what the stream's encoding lacks: a report must not die of a character."""
    out.write(encodable(text, out))


def encodable(text: str, out: TextIO) -> str:
    """The text with backslash escapes for what the stream's encoding lacks."""
    encoding = out.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _write_coloured(lines: Iterable[Line], out: TextIO) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(
        file=out,
        force_terminal=True,
        color_system="standard",
        no_color=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    shown = Text()
    for line in lines:
        for text, style in line:
            shown.append(encodable(text, out), style)
        shown.append("\n")
    console.print(shown, end="", soft_wrap=True)
