"""Which rules run on a file, with which options, and why: selectors, their precedence, rules per file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mlint.config import ConfigError, Layers, Option, PerFile, Selectors, nearest
from mlint.rule import Option as Parameter
from mlint.rule import Rule

ALL = "ALL"


@dataclass(frozen=True)
class Choice:
    """Whether a rule runs, and the setting that decided."""

    on: bool
    reason: str


@dataclass(frozen=True)
class ActiveRule:
    """A rule that runs, with the values of its options; `reason` says which setting turned it on. Picklable."""

    rule: Rule
    options: Mapping[str, object] = field(default_factory=dict)
    reason: str = "on by default"


class Selection:
    """Selects from rules by settings; what depends on the settings alone is worked out once."""

    def __init__(self, rules: Sequence[Rule], layers: Layers) -> None:
        """Raises ConfigError for what names no rule or option."""
        self._rules = rules
        self._layers = layers
        self._chosen = choices(rules, layers)
        self._options = rule_options(rules, layers)
        per_file(rules, layers.per_file_ignores, "")

    def of(self, path: str) -> tuple[ActiveRule, ...]:
        """The rules that run on the file of this absolute path."""
        ignored = per_file(self._rules, self._layers.per_file_ignores, path)
        return tuple(
            ActiveRule(rule, self._options.get(rule.name, {}), self._chosen[rule.code].reason)
            for rule in self._rules
            if self._chosen[rule.code].on and rule.code not in ignored
        )


def select(rules: Sequence[Rule], layers: Layers, path: str) -> tuple[ActiveRule, ...]:
    """The rules that run on the file of this absolute path. Raises ConfigError for what names no rule or option."""
    return Selection(rules, layers).of(path)


# --- selectors ------------------------------------------------------------------------------------------------------

_PREFIX = re.compile(r"[A-Z]{2,3}[0-9]{0,2}")
_FAMILY = re.compile(r"[A-Z]{2,3}[0-9]")


def matching(selector: str, rules: Iterable[Rule], origin: str) -> list[Rule]:
    """The rules that a code, a prefix of codes, a name or `ALL` means. Raises ConfigError if it means none."""
    rules = list(rules)
    found = [rule for rule in rules if means(selector, rule)]
    if not found:
        raise ConfigError(f"{origin}: {unknown(selector, rules)}")
    return found


def unknown(selector: str, rules: Sequence[Rule]) -> str:
    """What to say of a selector that means no rule: the nearest that does, in its family if there is such a family."""
    family = _FAMILY.match(selector.upper())
    known = [rule.code for rule in rules if family and rule.code.startswith(family[0])]
    known = known or [ALL, *(rule.code for rule in rules), *(rule.name for rule in rules)]
    return f"no rule is called `{selector}`{nearest(selector, known) or '; `mlint rules` lists them'}"


def means(selector: str, rule: Rule) -> bool:
    """Whether a selector takes in the rule."""
    if selector in (ALL, rule.code, rule.name):
        return True
    return bool(_PREFIX.fullmatch(selector)) and rule.code.startswith(selector)


def _specificity(selector: str) -> int:
    """`ALL` is the least specific, then the shorter prefixes, then codes and names."""
    if selector == ALL:
        return 0
    return len(selector) if _PREFIX.fullmatch(selector) else 1 << 10


def choices(rules: Sequence[Rule], layers: Layers) -> dict[str, Choice]:
    """For each code whether the rule is selected, and why, with ruff's precedence.

    Within a layer the more specific selector wins, and `ignore` over `select` of the same specificity. A layer with
    `select` starts afresh; one without changes what the layers below it chose.
    """
    chosen = {rule.code: Choice(rule.default, "on by default" if rule.default else "off by default") for rule in rules}
    for layer in layers.layers:
        if layer.select is not None:
            chosen = {code: Choice(False, f"not selected ({layer.select.origin})") for code in chosen}
        for selector, origin, on in sorted(_said(layer.select, layer.extend_select, layer.ignore), key=_order):
            for rule in matching(selector, rules, origin):
                chosen[rule.code] = Choice(on, f"{'selected' if on else 'ignored'} by `{selector}` ({origin})")
    return chosen


def _said(
    select: Selectors | None, extend: Selectors | None, ignore: Selectors | None
) -> Iterator[tuple[str, str, bool]]:
    for given, on in ((select, True), (extend, True), (ignore, False)):
        if given is not None:
            yield from ((value, given.origin, on) for value in given.values)


def _order(said: tuple[str, str, bool]) -> tuple[int, bool]:
    selector, _, on = said
    return _specificity(selector), not on


def per_file(rules: Sequence[Rule], ignores: Iterable[PerFile], path: str) -> set[str]:
    """The codes that `per-file-ignores` turns off for the file. Raises ConfigError for an unknown selector."""
    found: set[str] = set()
    for each in ignores:
        codes = [rule.code for value in each.selectors.values for rule in matching(value, rules, each.selectors.origin)]
        if each.pattern.matches(path):
            found.update(codes)
    return found


# --- options --------------------------------------------------------------------------------------------------------


def rule_options(rules: Sequence[Rule], layers: Layers) -> dict[str, dict[str, object]]:
    """The options that are set, by rule name. Raises ConfigError for one that is unknown or of another type."""
    parameters = {rule.name: {each.name.replace("_", "-"): each for each in rule.options} for rule in rules}
    found: dict[str, dict[str, object]] = {}
    for name, options in layers.rules.items():
        if name not in parameters:
            origin = next((each.origin for each in options.values()), layers.layers[0].origin)
            raise ConfigError(f"{origin}: rules.{name}: {_no_such_name(name, rules)}")
        found[name] = dict(_typed(f"rules.{name}", key, each, parameters[name]) for key, each in options.items())
    return found


def _no_such_name(name: str, rules: Sequence[Rule]) -> str:
    for rule in rules:
        if rule.code == name:
            return f"options are set by the name of a rule: write `rules.{rule.name}`"
    return f"no rule is called `{name}`{nearest(name, [rule.name for rule in rules])}"


def _typed(place: str, key: str, given: Option, parameters: Mapping[str, Parameter]) -> tuple[str, object]:
    parameter = parameters.get(key.replace("_", "-"))
    if parameter is None:
        raise ConfigError(f"{given.origin}: {place}: unknown option `{key}`{_options_hint(key, parameters)}")
    try:
        return parameter.name, _converted(given.value, parameter.default)
    except TypeError as error:
        raise ConfigError(f"{given.origin}: {place}.{key}: is {given.value!r}, must be {error}") from error


def _options_hint(key: str, parameters: Mapping[str, Parameter]) -> str:
    if not parameters:
        return "; the rule has no options"
    return nearest(key, parameters) or f"; the rule has {', '.join(f'`{each}`' for each in parameters)}"


_WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a string"}


def _converted(value: object, default: object) -> object:
    """The value as the type of the default. Raises TypeError, which says what it should be."""
    wanted: Any = type(default)
    if default is None or (type(value) is wanted and wanted in _WORDS):
        return value
    if wanted is float and type(value) is int:
        return float(value)
    if isinstance(default, (tuple, list, set, frozenset)) and isinstance(value, list):
        return wanted(_converted(each, next(iter(default), each)) for each in value)
    if isinstance(default, Mapping) and isinstance(value, dict):
        return value
    raise TypeError(_WORDS.get(wanted, "a table" if isinstance(default, Mapping) else "a list"))
