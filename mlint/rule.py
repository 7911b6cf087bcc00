"""What a rule is: a function over one kind of subject that yields reports."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, get_type_hints

from mlint.facts.syntax.code import abridged
from mlint.finding import Confidence, Span

_CODE = re.compile(r"`([^`]+)`")
_MOST_CODE = 72
"""Characters of code in a message: with what it says about it, that is a line or two of a terminal."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an explanation: what is true at a place. `path` is None for the file that is checked."""

    message: str
    span: Span
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a rule yields: a place, the values its message template names, and how sure it is."""

    span: Span
    values: Mapping[str, object]
    confidence: Confidence
    advice: str = ""
    because: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Silence:
    """What a rule may yield in place of a report: it looked at this place, and why it says nothing.

    `mlint reveal` shows it; everything else passes over it.
    """

    span: Span
    reason: str


Reports = Iterator[Report | Silence]


@dataclass(frozen=True, slots=True)
class Option:
    """A keyword-only parameter of a rule, set in `[tool.mlint.rules.<name>]`."""

    name: str
    type: type
    default: object


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as the engine sees it.

    `message` is a `str.format` template over the report's values. `words`: a function (or file) in whose text none of
    these words occurs cannot be reported by the rule and is not looked at; empty means that every one is.
    `instead_of`: the codes of more general rules, whose findings on a line where this rule reports are dropped.
    """

    code: str
    name: str
    message: str
    check: Callable[..., Reports]
    subject: type
    options: tuple[Option, ...]
    default: bool
    words: frozenset[str]
    instead_of: frozenset[str] = frozenset()

    @property
    def summary(self) -> str:
        """The first line of the rule function's docstring."""
        return (inspect.getdoc(self.check) or "").partition("\n")[0]

    def told(self, report: Report) -> str:
        """The message of a report, on one line; of code that would fill a line by itself only what is called."""
        message = " ".join(self.message.format(**report.values).split())
        return _CODE.sub(lambda found: f"`{abridged(found[1], _MOST_CODE)}`", message)

    @property
    def family(self) -> str:
        """The folder of the rule: `pairs`, `mode`, `numbers` ..."""
        return self.check.__module__.rpartition(".")[0].rpartition(".")[2]

    @property
    def page(self) -> Path:
        """The Markdown page beside the rule's module."""
        return Path(inspect.getfile(self.check)).with_suffix(".md")


RULE_ATTRIBUTE = "__mlint_rule__"
Check = TypeVar("Check", bound=Callable[..., Reports])


def rule(
    code: str,
    name: str,
    message: str,
    *,
    default: bool = True,
    words: tuple[str, ...] = (),
    instead_of: tuple[str, ...] = (),
) -> Callable[[Check], Check]:
    """Make a rule of a function whose first parameter is annotated with the subject it looks at.

    Further parameters must be keyword-only, with a default: they are the rule's options. Raises TypeError otherwise.
    `default=False` keeps the rule out of the default selection.
    """

    def register(check: Check) -> Check:
        subject, *rest = inspect.signature(check).parameters.values()
        hints = get_type_hints(check)
        for option in rest:
            if option.kind is not option.KEYWORD_ONLY or option.default is option.empty:
                raise TypeError(f"{name}: option `{option.name}` must be keyword-only and have a default")
        made = Rule(
            code=code,
            name=name,
            message=message,
            check=check,
            subject=hints[subject.name],
            options=tuple(Option(option.name, type(option.default), option.default) for option in rest),
            default=default,
            words=frozenset(words),
            instead_of=frozenset(instead_of),
        )
        setattr(check, RULE_ATTRIBUTE, made)
        return check

    return register
