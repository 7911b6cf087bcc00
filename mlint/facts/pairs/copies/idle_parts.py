"""A part of an object that is called twice alike, where nothing calls its partner: `self.q1(x), self.q1(x)`."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.names.roles import family, partner_names
from mlint.facts.pairs.names.words import listed, replaced, split
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, Atom, Part, Row, number_at

_CALLED = re.compile(r"self\.(?<!\wself\.)(\w+)\(")
_TWICE = 2
_SHORT = 1
# Of these one does as well for both.
_STATELESS = listed("relu act activation pool maxpool avgpool drop dropout sigmoid tanh softmax up upsample flatten")


def may_call_idle(text: str, knows: Callable[[str], bool]) -> bool:
    """Whether code calls a part of `self` twice that has a partner which it does not name; cheap."""
    called = _CALLED.findall(text)
    if len(set(called)) == len(called):
        return False
    twice = [name for name, count in Counter(called).items() if count == _TWICE]
    return any(
        any(f"self.{twin}" not in text and knows(twin) for _, _, twin in partner_names(name))
        or any(f"self.{named}" not in text and knows(named) for named in _named(name, text))
        for name in twice
    )


def _named(name: str, text: str) -> Iterator[str]:
    """What a part of several words may be called that is named for what this one is called with."""
    parts = split(name)
    for given in re.findall(rf"\bself\.{name}\((\w+)\)", text) if len(parts) > 1 else ():
        for word in split(given):
            news = {word, word.removesuffix("s")}.difference(parts)
            yield from (replaced(name, old, new) for old in parts for new in news if len(new) > _SHORT)


def idle_parts(row: Row, scope: Scope) -> Iterator[Slip]:
    """The second of two same calls of a part, for each part whose partner the class makes, and nothing asks for."""
    calls: dict[tuple[str, ...], list[tuple[Part, Atom]]] = defaultdict(list)
    for part, node in row.of(ast.Call):
        atom = row.last_of(node.func)
        if atom is not None and atom.kind == ATTRIBUTE and atom.path == f"self.{atom.text}":
            calls[tuple(row.texts(part))].append((part, atom))
    yield from _called_for_partner(row, scope, list(chain.from_iterable(calls.values())))
    for alike in calls.values():
        yield from _named_for(row, scope, *alike[-1]) if len(alike) == 1 else ()
        if len(alike) != _TWICE or row.shape(alike[0][0]) != row.shape(alike[1][0]):
            continue
        if _are_alternatives(row, *(part for part, _ in alike)):
            continue  # no turn calls it twice
        (model, _), (suspect, atom) = sorted(alike, key=lambda each: each[0].start)
        for old, new, twin in partner_names(atom.text):
            # Two views of training data: what serves for tests is asked for elsewhere.
            if family(old, new) != "split" and scope.unused(atom, twin, suspect.start):
                yield Slip.of_pair(atom, twin, suspect, model, (old, new), unread=True, telling=True, double=True)
                break


def _are_alternatives(row: Row, one: Part, other: Part) -> bool:
    """Whether two calls stand in two branches of one condition."""
    for group in row.groups:
        places = [number_at(group.parts, each.start) for each in (one, other)] if group.kind == "branches" else [None]
        if None not in places and places[0] != places[1]:
            return True
    return False


def _called_for_partner(row: Row, scope: Scope, calls: Sequence[tuple[Part, Atom]]) -> Iterator[Slip]:
    """The one of two calls of a part that is made of what its partner is numbered for: `self.bn1(self.conv2(x))`."""
    places: dict[str, list[tuple[Part, Atom]]] = defaultdict(list)
    for part, atom in calls:
        places[atom.text].append((part, atom))
    for name, found in places.items():
        if len(found) != _TWICE or not _STATELESS.isdisjoint(split(name)):
            continue
        for old, new, twin in partner_names(name):
            of_twin = [each for each in found if new in _words_within(row, each[0], name)]
            if len(of_twin) == 1 and scope.unused(found[0][1], twin, found[0][0].start):
                suspect, atom = of_twin[0]
                model = next(part for part, each in found if each is not atom)
                yield Slip.of_pair(atom, twin, suspect, model, (old, new), unread=True, telling=True, double=True)
                break


def _words_within(row: Row, call: Part, name: str) -> set[str]:
    return {word for text in row.texts(call) if text != name for word in split(text)}


def _named_for(row: Row, scope: Scope, call: Part, atom: Atom) -> Iterator[Slip]:
    """A part that is called with what another part is named for, which nothing asks for: `self.word_emb(tags)`."""
    node = call.node
    if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords or not isinstance(node.args[0], ast.Name):
        return
    words = split(atom.text)
    said = {word for name in split(node.args[0].id) for word in (name, name.removesuffix("s"))}
    for new in sorted(said - set(words)):
        for old in words:
            expected = replaced(atom.text, old, new)
            if len(words) > 1 and len(new) > _SHORT and scope.unused(atom, expected, call.start):
                model = next((each for each, other in _calls(row, atom.text) if other is not atom), None)
                if model is not None and old not in said:
                    yield Slip.of_pair(atom, expected, call, model, (old, new), unread=True, telling=True, double=True)
                    return


def _calls(row: Row, name: str) -> Iterator[tuple[Part, Atom]]:
    """The calls of the part of `self` by that name."""
    for part, node in row.of(ast.Call):
        atom = row.last_of(node.func)
        if atom is not None and atom.text == name and atom.path == f"self.{name}":
            yield part, atom
