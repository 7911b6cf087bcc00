"""The element that both sides of a picture go with, where there is one for each: `h // patch[0], w // patch[0]`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from mlint.facts.pairs.copies.siblings import comparisons
from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import family, is_size, precedes
from mlint.facts.pairs.reading.script import Script
from mlint.facts.pairs.reading.shapes import NUMBER, Atom, Row
from mlint.facts.pairs.reading.unify import Site

_OTHER = {"0": "1", "1": "0"}
_IN_ORDER = re.compile(r"([\w.]+)\[0\], \1\[1\]")


def may_go_with_one(script: Script) -> bool:
    """Whether two elements of a thing stand side by side in a line that has one of them more than once; cheap."""
    for line in script.statements:
        found = _IN_ORDER.search(line.text) if "[1]" in line.text else None
        if found is not None and any(line.text.count(f"{found[1]}[{number}]") > 1 for number in _OTHER):
            return True
    return False


def of_other_side(row: Row) -> Iterator[Slip]:
    """The number of the element that the width has of the height, or the other way round, where both elements are
    given side by side, and none goes with the other side as well."""
    elements = _elements(row)
    owners = {owner for owner, _ in elements.values()}
    ordered = {owner for owner in owners if _stand_side_by_side(row, elements, owner)}
    for comparison in comparisons(row) if ordered else ():
        unified = comparison.unified
        changed = [site for site in unified.sites if not site.kept]
        kept = [site for _, site in unified.kept() if site.left.kind == NUMBER]
        if len(kept) != 1 or not changed or not all(map(_are_sides, changed)):
            continue
        owner, number = elements.get(kept[0].left.at, ("", ""))
        if owner not in ordered or number not in _OTHER:
            continue
        parts = (unified.left, unified.right) if number == "0" else (unified.right, unified.left)
        atom = kept[0].right if number == "0" else kept[0].left
        expected = _OTHER[number]
        sides = {site.left.text if number == "0" else site.right.text for site in changed}
        if not any(name in sides for name in _beside(row, elements, owner, expected)):
            yield Slip.of_pair(
                atom, expected, parts[1], parts[0], (number, expected), telling=True, kind=Kind.SIDE_OF_OTHER
            )


def _elements(row: Row) -> dict[int, tuple[str, str]]:
    """Where the row has the number of an element of a name, with the name and the number."""
    found = {}
    for part, node in row.of(ast.Subscript):
        owner = row.last_of(node.value) if isinstance(node.value, (ast.Name, ast.Attribute)) else None
        number: Atom | None = row.atoms[part.end - 1]
        if owner is not None and owner.path and number is not None and number.node is node.slice:
            found[number.at] = (owner.path, number.text)
    return found


def _are_sides(site: Site) -> bool:
    """Whether the height changes to the width."""
    return len(site.renamings) == 1 and all(
        family(old, new) == "axis" and is_size(old) and precedes(new, old) for old, new in site.renamings
    )


def _stand_side_by_side(row: Row, elements: dict[int, tuple[str, str]], owner: str) -> bool:
    for group in row.groups:
        if group.kind in ("elements", "arguments"):
            for one, other in pairwise(group.parts):
                both = (one, other)
                bare = all(isinstance(part.node, ast.Subscript) for part in both)
                if bare and [elements.get(part.end - 1) for part in both] == [(owner, "0"), (owner, "1")]:
                    return True
    return False


def _beside(row: Row, elements: dict[int, tuple[str, str]], owner: str, number: str) -> Iterator[str]:
    """The names with which an element goes in an operation of the two alone."""
    for _, node in row.of(ast.BinOp):
        for one, other in ((node.left, node.right), (node.right, node.left)):
            named = row.last_of(other) if isinstance(other, (ast.Name, ast.Attribute)) else None
            given = isinstance(one, ast.Subscript) and elements.get(row.parts[one].end - 1) == (owner, number)
            if named is not None and given:
                yield named.text
