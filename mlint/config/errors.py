"""What is wrong with a configuration or a call, in one line that names the nearest right thing."""

from __future__ import annotations

from collections.abc import Iterable


class ConfigError(Exception):
    """A setting that means nothing; the message is one line: where, what, and what was meant perhaps."""


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean X?` for the known name that is spelled most like `name`, or nothing."""
    import difflib

    names = {each.casefold(): each for each in known}
    close = difflib.get_close_matches(name.casefold(), names, n=1, cutoff=0.55)
    return f"; did you mean `{names[close[0]]}`?" if close else ""
