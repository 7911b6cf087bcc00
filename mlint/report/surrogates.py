"""Text that strict readers of JSON and XML accept."""

from __future__ import annotations


def without_surrogates(text: str) -> str:
    r"""The text with `\udcff` spelled out for each lone surrogate.

    A file name that is not UTF-8 holds them, and so may a message that quotes a string. No Unicode encoding does, and
    strict JSON readers refuse the whole document.
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
