"""`mlint rules`: every rule in a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TextIO

from mlint.report.table import Column, write_table
from mlint.rule import Rule

COLUMNS = (Column("code", "bold"), Column("name"), Column("family"), Column("default"), Column("summary"))


def write(rules: Iterable[Rule], out: TextIO) -> None:
    """Write a table of the rules, in their order; "off" marks those that are not selected by default."""
    rows = [(rule.code, rule.name, rule.family, "on" if rule.default else "off", rule.summary) for rule in rules]
    write_table(COLUMNS, rows, out)


def write_json(rules: Iterable[Rule], out: TextIO) -> None:
    """Write a JSON list of objects: `code`, `name`, `family`, `default` (a boolean), `summary`."""
    listed = [
        {
            "code": rule.code,
            "name": rule.name,
            "family": rule.family,
            "default": rule.default,
            "summary": rule.summary,
        }
        for rule in rules
    ]
    out.write(json.dumps(listed, indent=2) + "\n")
