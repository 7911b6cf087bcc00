"""What a SARIF log says of the rules: what each finds, by its page, and what mlint itself may have to say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mlint.report.entries import Entry
from mlint.report.explain import page
from mlint.report.sarif_text import escaped
from mlint.rule import Rule

Json = dict[str, object]

PROBLEMS = ["ML000", "internal-error"]


def descriptors(rules: Iterable[Rule], found: Sequence[Entry]) -> list[Json]:
    """A descriptor for each rule that is known, then one for each other code that was found (mlint's own)."""
    listed = [_descriptor(rule) for rule in rules]
    known = {rule["id"] for rule in listed}
    others = {entry.code: entry.name for entry in found if entry.code not in known}
    return listed + [{"id": code, "name": name} for code, name in sorted(others.items())]


def problem_descriptors() -> list[Json]:
    """Descriptors for the codes in `PROBLEMS`, in that order."""
    said = ["A file could not be read, decoded or parsed", "A rule failed on a file; the other rules went on"]
    return [
        {"id": code, "shortDescription": {"text": text}, "defaultConfiguration": {"level": "error"}}
        for code, text in zip(PROBLEMS, said, strict=True)
    ]


def _descriptor(rule: Rule) -> Json:
    summary = escaped(rule.summary or rule.name)
    told = _page(rule) or summary  # a page's links are SARIF's links: nothing to escape
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": summary},
        "fullDescription": {"text": summary},
        "help": {"text": told, "markdown": told},
        "defaultConfiguration": {"level": "warning", "enabled": rule.default},
        "properties": {"tags": [rule.family] if rule.family else []},
    }


def _page(rule: Rule) -> str:
    """The rule's page; empty if it can't be read, which must not cost the findings."""
    try:
        return page(rule)
    except (OSError, UnicodeDecodeError, TypeError):
        return ""
