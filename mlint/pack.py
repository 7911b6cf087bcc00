"""Rule packs: from the entry points of the group `mlint.rules` to the rules that are installed."""

from __future__ import annotations

import importlib
import pkgutil
import re
import string
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

from mlint.rule import RULE_ATTRIBUTE, Rule

GROUP = "mlint.rules"
PROBES = "_probe"
"""How a module ends that holds the probe of the rule beside it: it is imported only where code is run (`--confirm`)."""

_CODE = re.compile(r"[A-Z]{2,3}[0-9]{3}")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
_RESERVED = "ML0"  # the tool's own: ML000 unreadable-file, ML001 unused-suppression ...


class PackError(Exception):
    """A rule pack that can't be used; the message is one line that names the pack or the rule and the cause."""


@cache
def load() -> tuple[Rule, ...]:
    """Every rule of every installed pack, sorted by code.

    Raises PackError if a pack can't be imported, a rule is not well made, or two rules share a code or a name.
    """
    found = [rule for point in _points() for module in _modules(point) for rule in rules_of(module)]
    rules = sorted(found, key=lambda rule: rule.code)
    verify(rules)
    return tuple(rules)


def rules_of(module: ModuleType) -> Iterator[Rule]:
    """The rules that a module defines; one that it merely imports belongs to another module."""
    for value in vars(module).values():
        rule = getattr(value, RULE_ATTRIBUTE, None)
        if isinstance(rule, Rule) and rule.check.__module__ == module.__name__:
            yield rule


def verify(rules: Iterable[Rule]) -> None:
    """Raise PackError for the first rule that is not well made, or that takes another one's code or name."""
    taken: dict[str, Rule] = {}
    for rule in rules:
        problem = _problem(rule)
        if problem:
            raise PackError(f"rule `{rule.name}` ({rule.code}) in {rule.check.__module__}: {problem}")
        for key in (rule.code, rule.name):
            other = taken.setdefault(key, rule)
            if other is not rule:
                raise PackError(
                    f"two rules are called `{key}`: one in {other.check.__module__}, one in {rule.check.__module__}"
                )


def _problem(rule: Rule) -> str | None:
    if not _CODE.fullmatch(rule.code):
        return "a code is two or three capital letters and three digits, like ML302"
    if rule.code.startswith(_RESERVED):
        return f"the codes {_RESERVED}00 to {_RESERVED}99 are the tool's own"
    if not _NAME.fullmatch(rule.name):
        return "a name is at least two lower-case words with hyphens between, like unclipped-uint8-cast"
    if not rule.summary:
        return "the rule's function needs a docstring: its first line is the summary that `mlint rules` shows"
    if not rule.page.is_file():
        return f"its page {rule.page.name} is missing beside {rule.page.stem}.py"
    return _template_problem(rule.message)


def _template_problem(template: str) -> str | None:
    """`template` is formatted with keyword values only: `{}` or `{0}` would fail at the first finding."""
    try:
        fields = [field for _, field, _, _ in string.Formatter().parse(template) if field is not None]
    except ValueError as error:
        return f"its message is no format template: {error}"
    positional = [field for field in fields if not field[:1].isidentifier()]
    return f"its message has a field without a name: {{{positional[0]}}}" if positional else None


def _points() -> list[EntryPoint]:
    # A pack that is installed twice (editable and as a wheel) has the same entry point twice.
    points = {(point.name, point.value): point for point in entry_points(group=GROUP)}
    return [points[key] for key in sorted(points)]


def _modules(point: EntryPoint) -> Iterator[ModuleType]:
    try:
        package = importlib.import_module(point.value)
        yield package
        yield from _submodules(package)
    except Exception as error:
        cause = " ".join(f"{type(error).__name__}: {error}".split())
        raise PackError(f"rule pack `{point.name}` ({point.value}) can't be imported: {cause}") from error


def _submodules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(getattr(package, "__path__", []), f"{package.__name__}."):
        if found.name.endswith(PROBES):
            continue
        module = importlib.import_module(found.name)
        yield module
        if found.ispkg:
            yield from _submodules(module)
