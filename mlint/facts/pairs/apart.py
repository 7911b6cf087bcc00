"""What shows that two siblings of one shape differ on purpose in more than the words of their names."""

from __future__ import annotations

from mlint.facts.pairs.shapes import NUMBER, STRING, Atom, Part, Row
from mlint.facts.pairs.unify import Renaming, Unified


def indexed_apart(row: Row, unified: Unified) -> bool:
    """Whether the siblings take different elements: `x = pair[0]` beside `y = pair[1]`."""
    return any(
        not site.kept and site.left.kind == NUMBER and row.tags[site.left.at - 1] in ("Index", "UnaryOperation")
        for site in unified.sites
    )


def told_apart(unified: Unified, together: set[Renaming]) -> bool:
    """Whether a text changes by other words than `together`: that is what the siblings differ by.

    `low = f(x, ".down")` beside `high = f(x, ".up")`.
    """
    return any(
        not site.kept and site.left.kind == STRING and together.isdisjoint(site.renamings) for site in unified.sites
    )


def combined(row: Row, atom: Atom, expected: str, suspect: Part) -> bool:
    """Whether a call or list in the suspect takes both names: `Linear(input_size, hidden_size)` leads on from one."""
    for group in row.groups:
        if group.parts[0].start < suspect.start or group.parts[-1].end > suspect.end:
            continue
        listed = group.kind == "elements" and row.tags[group.parts[0].start - 2] == "List"
        if group.kind != "arguments" and not listed:
            continue
        others = [part for part in group.parts if not part.start <= atom.at < part.end]
        if len(others) < len(group.parts) and any(
            each.path == expected for part in others for each in row.atoms_of(part)
        ):
            return True
    return False


def subtracted(row: Row, atom: Atom) -> bool:
    """Whether the name is taken away from the rest, as the origin of both: `end - chunk.start`."""
    return "Subtract" in (row.tags[atom.at - 1], row.tags[max(0, atom.at - 3)])
