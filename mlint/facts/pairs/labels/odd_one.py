"""The one name in a function for one of two that says the other: `make_encoder` asks for `opt.dec_layers` once.

Nothing else there is of the other, and the very same is asked of what the function, or its class, is named for.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.labels.claims import FUNCTION, Claim
from mlint.facts.pairs.labels.mixup import Mixup
from mlint.facts.pairs.names.roles import Role, counterparts, roles
from mlint.facts.pairs.names.words import replaced, split
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, Atom, Row

_KINDS = frozenset({"coder", "gan", "agent"})
_FEWEST = 2


def may_be_odd(name: str, words: Set[str]) -> bool:
    """Whether a function named for one of two has a word of the other, and the same with its own; cheap."""
    role = _role(name)
    if role is None:
        return False
    return any(expected in words for word in words for _, expected in _others(word, role))


def odd_one(row: Row, name: str) -> Iterator[Mixup]:
    """The one attribute of the settings that is of the other, where the function asks for that of its own as well."""
    role = _role(name)
    if role is None:
        return
    wrong = [(atom, *each) for atom in row.atoms if atom is not None for each in _others(atom.text, role)]
    if len(wrong) != 1:
        return
    atom, word, expected = wrong[0]
    if not any(other is not None and _are_alike(atom, other, expected) for other in row.atoms):
        return
    whole = row.statement_at(atom.at) or atom.part
    said = next(other for other in roles(split(atom.text)) if other.family == role.family)
    claim = Claim(FUNCTION, name, atom.part, atom.part, whole)
    yield Mixup(claim, atom, expected, role, said, word, local=False, kind=Kind.ODD_ONE)


def says_kind(name: str) -> bool:
    """Whether a name says one of two, for which a function can be."""
    return _role(name) is not None


def _role(name: str) -> Role | None:
    """What a function is named for."""
    said = [role for role in roles(split(name)) if role.family in _KINDS]
    return said[0] if len(said) == 1 else None


def _others(text: str, role: Role) -> Iterator[tuple[str, str]]:
    """The word by which a name of several says the other of the two, with the name that says the one."""
    words = split(text)
    said = {other: word for other, word in roles(words).items() if other.family == role.family}
    if role in said or len(words) < _FEWEST:
        return
    for word in said.values():
        yield from ((word, replaced(text, word, new)) for new in counterparts(word, role)[:1])


def _are_alike(atom: Atom, other: Atom, expected: str) -> bool:
    """Whether the other is what is expected, asked of the same thing."""
    if other.text != expected or other.kind != ATTRIBUTE or other.stored:
        return False
    owner = atom.path.rpartition(".")[0]
    # What an object has of both it uses for both: a decoder attends to what was encoded.
    return atom.kind == ATTRIBUTE and owner == other.path.rpartition(".")[0] and owner not in ("", "self")
