"""What a file gives and never reads, and the options of its command line: by its text alone."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

_OPTION = re.compile(r"""(?<=["']--)[\w-]+""")
_POSITIONAL = re.compile(r"""\badd_argument\(\s*["'](\w+)["']""")
_ASKED = re.compile(r"(?<![-\w])\w+")
_ATTRIBUTE = re.compile(r"\.(\w+)")
# What is set of an attribute: all of it, or what has an index.
_TARGET = r"[\w.]+(?:\[[^\]=\n]*\])?[ \t]*"
_LAST = re.compile(r"\[.*", re.DOTALL)
# It is read of another object to set one of `self`: `self.path = config.path`.
_TAKEN = re.compile(r"\bself\.(\w+)[ \t]*(?::[^=\n]+)?=[ \t]*(?!self\.)[A-Za-z_][\w.]*\.\1\b(?!\()")
# A line that sets an attribute, alone or beside others: `self.x: int = 1`, `self.x, self.y = x, y`.
_SET = re.compile(rf"[ \t]*({_TARGET}(?:,[ \t]*{_TARGET})*)[ \t]*(?::[^=\n]+)?=(?!=)")


@lru_cache(maxsize=1 << 2)
def options_of(text: str) -> frozenset[str]:
    """The names that the options and arguments of the command line in a file give: `--max-lr` gives `max_lr`."""
    options = _OPTION.findall(text) if "--" in text else ()
    positional = _POSITIONAL.findall(text) if "add_argument" in text else ()
    return frozenset(name.replace("-", "_") for name in (*options, *positional))


@lru_cache(maxsize=1 << 2)
def unread_options(text: str) -> frozenset[str]:
    """The names that options of the command line in a file give, and that nothing in it asks for."""
    names = options_of(text)
    asked = frozenset(_ASKED.findall(text)) if names else frozenset()
    return names - asked


@lru_cache(maxsize=1 << 2)
def unread_attributes(text: str) -> frozenset[str]:
    """The attributes that a file sets, those of `self` among them, as a whole or in parts, and never reads."""
    named = Counter(_ATTRIBUTE.findall(text))
    named.subtract(_TAKEN.findall(text))
    lines = (_SET.match(line) for line in text.split("\n") if "=" in line and "." in line)
    targets = (target for found in lines if found is not None for target in found[1].split(","))
    given = Counter(_LAST.sub("", target).rpartition(".")[2].strip() for target in targets if "." in target)
    return frozenset(name for name, times in given.items() if times == named[name] and f"self.{name}" in text)
