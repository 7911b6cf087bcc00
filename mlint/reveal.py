"""What mlint knows at a line: the value of each expression, and what each rule that looked at it had to say."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mlint.config import Configurations, Layers
from mlint.facts.domain.values import UNKNOWN, Kind, Value, describe
from mlint.facts.flow import ir
from mlint.facts.project.files import home_of
from mlint.facts.project.project import Project
from mlint.finding import Confidence, Span
from mlint.rule import Report, Rule, Silence
from mlint.run.project import CheckedProject
from mlint.run.walk import NOTEBOOKS_LATER
from mlint.select import Choice, choices, rule_options
from mlint.source import Unreadable, read
from mlint.subjects import File, Function

_SILENT = (ir.Const, ir.Store, ir.StoreAttribute, ir.StoreItem, ir.Discard, ir.Exit, ir.Delete, ir.Return, ir.Next)


@dataclass(frozen=True, slots=True)
class Known:
    """An expression, and what is known of its value."""

    span: Span
    code: str
    value: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule said of a place: `confidence` is None where it looked and stayed silent, or failed.

    `hidden` says why `mlint check` does not show what the rule reports; it is empty where it does.
    """

    code: str
    name: str
    span: Span
    confidence: Confidence | None
    reason: str
    hidden: str = ""
    failed: bool = False


def file_at(path: str) -> tuple[File, Layers]:
    """The file with its project around it, and its settings. Raises Unreadable and ConfigError."""
    if path.endswith(".ipynb"):
        raise Unreadable(NOTEBOOKS_LATER)
    configurations = Configurations()

    def layers_of(folder: str) -> Layers:
        return Layers((configurations.of(folder),))

    source = read(path)
    layers = layers_of(os.path.dirname(os.path.abspath(path)))
    around = CheckedProject(home_of(Path(path)), layers_of)
    around.require_facts([layers])
    given = around.shared
    project = Project(Path(given.root), [Path(each) for each in given.files], user_facts=given.user_facts)
    return File(project, source), layers


def known(file: File, line: int) -> list[Known]:
    """The expressions that begin on the line, outermost last, with what is known of each."""
    found: dict[Span, Known] = {}
    for function in _around(file, line):
        for temporary, op in function.instructions.items():
            if isinstance(op, _SILENT) or temporary not in function.facts.values:
                continue
            span = function.span(temporary)
            if span.line == line:
                found[span] = Known(span, function.code(temporary), told(function, temporary))
    return sorted(found.values(), key=lambda each: (each.span.column, each.span.end_line, each.span.end_column))


def _around(file: File, line: int) -> Iterator[Function]:
    inside = [each for each in file.functions if each.outline and each.first_line <= line <= each.outline.end_line]
    yield from inside or file.functions[:1]


def told(function: Function, temporary: int) -> str:
    """What is known of a temporary, in one line; of a module its mode, too."""
    value = function.value(temporary)
    return describe(value) + _mode(function, value)


def _mode(function: Function, value: Value) -> str:
    if value.kind is not Kind.MODULE or not value.objects:
        return ""
    modes = sorted(set().union(*(function.facts.end.mode(owner).modes for owner in value.objects)))
    return f", at the end in {' or '.join(modes)}"


def revealed(file: File) -> dict[int, str]:
    """By line: what is known of the argument of each call of `reveal`."""
    found: dict[int, str] = {}
    for function in file.functions:
        for temporary, call in function.facts.calls.items():
            if call.name == "reveal" and call.positional:
                found[function.span(temporary).line] = _revealed(call.positional[0], function, temporary)
    return found


def _revealed(value: Value, function: Function, temporary: int) -> str:
    state = function.facts.calls[temporary].state
    if value.kind is Kind.MODULE or (value.objects and value.kind is Kind.UNKNOWN and value == UNKNOWN):
        modes = sorted(set().union(*(state.mode(owner).modes for owner in value.objects))) or ["unknown"]
        return f"{describe(value)} in {' or '.join(modes)}"
    return describe(value)


def verdicts(file: File, line: int, rules: Sequence[Rule], layers: Layers) -> list[Verdict]:
    """What each rule had to say of something on the line, its silences included; last, that it failed, if it did.

    Raises ConfigError.
    """
    options, chosen = rule_options(rules, layers), choices(rules, layers)
    found: list[Verdict] = []
    for rule in rules:
        try:
            for said in _said(rule, options.get(rule.name, {}), file, line):
                if said.span.line <= line <= said.span.end_line:
                    found.append(_verdict(rule, said, _hidden(said, chosen[rule.code], layers)))
        except Exception as error:  # noqa: BLE001 - as in a check, the other rules go on
            cause = " ".join(f"{type(error).__name__}: {error}".split())
            found.append(Verdict(rule.code, rule.name, Span(line, 1, line, 1), None, cause, failed=True))
    return sorted(set(found), key=lambda each: (each.code, each.span))


def _said(rule: Rule, options: Mapping[str, object], file: File, line: int) -> Iterator[Report | Silence]:
    scope = getattr(rule.subject, "scope", None)
    owners: dict[str | None, list[object]] = {
        "function": list(_around(file, line)),
        "class": list(file.classes),
        "file": [file],
    }
    for owner in owners.get(scope, []):
        for subject in rule.subject.of(owner):  # type: ignore[attr-defined]
            yield from rule.check(subject, **options)


def _hidden(said: Report | Silence, choice: Choice, layers: Layers) -> str:
    if isinstance(said, Silence):
        return ""
    if not choice.on:
        return f"the rule is {choice.reason}"
    return f"below {layers.min_confidence}" if said.confidence < layers.min_confidence else ""


def _verdict(rule: Rule, said: Report | Silence, hidden: str) -> Verdict:
    if isinstance(said, Silence):
        return Verdict(rule.code, rule.name, said.span, None, said.reason)
    return Verdict(rule.code, rule.name, said.span, said.confidence, rule.told(said), hidden)
