"""What is put into something, or noted under a name: what these calls take belongs to what they are called on."""

from __future__ import annotations

from mlint.facts.pairs.names.words import listed
from mlint.facts.pairs.reading.shapes import Atom, Row

# What is put in by these belongs to what it is put in.
COLLECTING = listed("append extend update add put log write insert appendleft add_scalar accumulate")
# What notes a number under a name.
LOGGING = listed("log log_metric log_scalar add_scalar report_scalar record")


def collects(row: Row, atom: Atom) -> bool:
    """Whether something is put into what the atom names, by a statement of its own: `losses.append(loss)`."""
    after = next((each for each in row.atoms[atom.at + 1 : atom.at + 3] if each is not None), None)
    return atom.stated and after is not None and after.stated and after.text in COLLECTING
