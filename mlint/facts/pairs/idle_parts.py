"""A part of an object that is called twice alike, where nothing calls its partner: `self.q1(x), self.q1(x)`."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from mlint.facts.pairs.roles import partners
from mlint.facts.pairs.scope import Scope
from mlint.facts.pairs.shapes import ATTRIBUTE, Atom, Part, Row
from mlint.facts.pairs.slip import Slip
from mlint.facts.pairs.words import replaced, split

_CALLED = re.compile(r"\bself\.(\w+)\(")
_TWICE = 2


def may_call_idle(text: str, knows: Callable[[str], bool]) -> bool:
    """Whether code calls a part of `self` twice that has a partner which it does not name; cheap."""
    called = Counter(_CALLED.findall(text))
    return any(
        count == _TWICE and any(f"self.{twin}" not in text and knows(twin) for _, _, twin in _twins(name))
        for name, count in called.items()
    )


def idle_parts(row: Row, scope: Scope) -> Iterator[Slip]:
    """The second of two same calls of a part, for each part whose partner the class makes, and nothing asks for."""
    calls: dict[tuple[str, ...], list[tuple[Part, Atom]]] = defaultdict(list)
    for part, node in row.of(ast.Call):
        atom = row.last_of(node.func)
        if atom is not None and atom.kind == ATTRIBUTE and atom.path == f"self.{atom.text}":
            calls[tuple(row.texts(part))].append((part, atom))
    for alike in calls.values():
        if len(alike) != _TWICE or row.shape(alike[0][0]) != row.shape(alike[1][0]):
            continue
        (model, _), (suspect, atom) = sorted(alike, key=lambda each: each[0].start)
        for old, new, twin in _twins(atom.text):
            if scope.unused(atom, twin, suspect.start):
                yield Slip.of_pair(
                    atom, twin, suspect, model, (old, new), (old, new), unread=True, telling=True, double=True
                )
                break


def _twins(name: str) -> Iterator[tuple[str, str, str]]:
    for old in split(name):
        for new in partners(old):
            twin = replaced(name, old, new)
            if twin != name:
                yield old, new, twin
