"""The same value twice in one list or call, where something that was made beside it is read nowhere."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import known_pair, partner_names
from mlint.facts.pairs.names.words import changed, listed, split
from mlint.facts.pairs.reading.calls import multiplies, shaping
from mlint.facts.pairs.reading.measures import MEASURES
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Line, Script
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, KEYWORD, NAME, Atom, Entry, Group, Part, Row, number_at
from mlint.facts.pairs.reading.unify import Renaming

_GROUPS = frozenset({"elements", "entries", "arguments", "operands"})
_MANY = 30
# Of two the same size as often as not.
_SIZES = MEASURES | listed(
    "size sizes dim dims channels chans num n hidden embed features width height length len res resolution"
)
_BETWEEN = re.compile(r"[,+*/:=]| - |\breturn\b")
_WORD = re.compile(r"(?<![.\w])[^\W\d]\w*(?![\w(])")
_LONGEST = 80
_GIVEN = -9
_LETTERED = 2
_LETTERS = 3


def may_be_twice(script: Script) -> bool:
    """Whether a name that is made may be read nowhere, and a line has one twice that it may stand for; cheap."""
    if not script.idle_names:
        return False
    made: dict[str, int] = {}
    idle: dict[str, int] = {}
    for number, (bound, given) in enumerate(script.bindings):
        made.update(dict.fromkeys(bound, number))
        idle.update({name: number for name in bound if name in script.idle_names and not name.startswith("_")})
        idle.update({name: _GIVEN for name in given if name in script.idle_names})
    return bool(idle) and any(_may_stand_for(made, idle, word) for line in script.repeating for word in _doubled(line))


def _may_stand_for(made: Mapping[str, int], idle: Mapping[str, int], word: str) -> bool:
    """Whether one of the idle names was made beside that of a word, or differs from it in a word."""
    at = made.get(word, _GIVEN)
    return any((at != _GIVEN and abs(at - place) <= 1) or differ(word, name) for name, place in idle.items())


def _doubled(line: Line) -> set[str]:
    """The names in what a line has twice as an argument, element or operand."""
    if len(line.words) > _LONGEST:
        return set()
    pieces = Counter(piece for each in _BETWEEN.split(line.text) if (piece := each.strip("()[]{} ")))
    return {word for piece, count in pieces.items() if count > 1 for word in _WORD.findall(piece)}


def differ(text: str, name: str) -> Renaming | None:
    """The word in which two names of several words differ, but for sizes; None where they differ in more or less."""
    one, other = split(text), split(name)
    apart = [(a, b) for a, b in zip(one, other, strict=False) if a != b]
    return apart[0] if len(one) == len(other) > 1 and len(apart) == 1 and _SIZES.isdisjoint(one) else None


def says_size(name: str) -> bool:
    """Whether a name is that of a size, of which a square has two."""
    return not _SIZES.isdisjoint(split(name))


def twice(row: Row, scope: Scope) -> Iterator[Slip]:
    """The name in the second of two same values of a group that should be one that nothing reads."""
    for group in row.groups if scope.idle_names else ():
        if group.kind not in _GROUPS or len(group.parts) > _MANY or _is_square(row, group):
            continue
        values = [part for part in group.parts if not isinstance(part.node, ast.keyword)]
        values = [_value(row, part) for part in values]
        if _goes_twice(row, values):
            continue
        for number, second in enumerate(values):
            first = next((each for each in values[:number] if row.are_same(each, second)), None)
            if first is not None:
                yield from _told(row, scope, first, second)
            elif number and group.kind == "operands" and row.shape(values[number - 1]) == row.shape(second):
                yield from _of_one_shape(row, scope, values[number - 1], second)
            elif number and group.kind == "operands":
                yield from _of_one_thing(row, scope, values[number - 1], second)


def _made_elsewhere(row: Row, scope: Scope, statement: Part) -> list[str]:
    """The names that were made for nothing before a statement that has none of them, of more than a constant."""
    own, at = {*row.texts(statement)}, statement.start
    return [name for name in scope.idle(at) if name not in own and not scope.uses.is_empty(name, at)]


def _goes_twice(row: Row, values: Sequence[Part]) -> bool:
    """Whether several are written twice: `[left, top, left, top]`."""
    times = Counter(tuple(row.texts(value)) for value in values)
    return sum(count > 1 for count in times.values()) > 1


def _value(row: Row, part: Part) -> Part:
    """The value of an entry; else the part itself. By keyword two things are given the same as often as not."""
    return row.parts[part.node.value] if isinstance(part.node, Entry) else part


def _is_meant_alone(row: Row, scope: Scope, atom: Atom, name: str, *, square: bool) -> bool:
    """Whether for a bare name another is meant: one that is made as it is, or differs in a word and is no parameter.

    `square`: it is multiplied by itself, as often as not on purpose.
    """
    if _are_made_alike(row, scope, atom, name):
        return not says_size(atom.text)
    return differ(atom.text, name) is not None and not _is_given(row, name) and not square


def _is_product(row: Row, part: Part) -> bool:
    return row.tags[part.start - 1] in ("Mult", "MatMult")


def _is_given(row: Row, name: str) -> bool:
    """Whether the name is a parameter."""
    return any(node.arg == name for _, node in row.of(ast.arg))


def _is_square(row: Row, group: Group) -> bool:
    """Whether one thing with itself may be meant, as in a product or a shape."""
    if group.kind == "arguments":
        return multiplies(row, group)
    return group.kind == "elements" and shaping(row, group.parts[0])


def _told(row: Row, scope: Scope, first: Part, second: Part) -> Iterator[Slip]:
    statement = row.statement_at(second.start) or second
    idle = _made_elsewhere(row, scope, statement)
    for atom in row.atoms_of(second):
        if atom.kind != NAME or atom.called or atom.stored or not scope.uses.is_local(atom.text):
            continue
        if any(each.stored and each.text == atom.text for each in row.atoms_of(statement)):
            return  # `x = stack([x, x])`
        for name in idle:
            renaming = changed(atom.text, name) or ((atom.text, name),)
            if len(renaming) != 1:
                continue
            if second.end - second.start == 1 or _is_product(row, second):
                told = _is_meant_alone(row, scope, atom, name, square=_is_product(row, second))
            else:
                told = differ(atom.text, name) is not None or _stand_together(row, scope, atom, name)
            if told:
                yield _slip(atom, name, first, second, renaming[0], sure=_gives_nothing(row, second, statement))
                return


def _gives_nothing(row: Row, second: Part, statement: Part) -> bool:
    """Whether nobody means one thing twice there: a sum of a name with itself, what is asked for and returned twice."""
    if row.tags[second.start - 1] == "Add":
        return True
    if isinstance(statement.node, ast.Return) and second.end - second.start > 1:
        return second not in [row.parts[value] for value in _entries(row, statement)]
    return False


def _entries(row: Row, statement: Part) -> Iterator[ast.expr]:
    """The values of the dicts that a statement writes out, where a key says what each is."""
    for part, node in row.of(ast.Dict):
        if statement.start <= part.start < statement.end:
            yield from node.values


def _of_one_shape(row: Row, scope: Scope, first: Part, second: Part) -> Iterator[Slip]:
    """The name that two parts of one shape have in one place, where the statement below its own makes one alike."""
    pairs = [*zip(row.atoms_of(first), row.atoms_of(second), strict=True)]
    if not any(model.text != atom.text and atom.kind in (NAME, ATTRIBUTE) for model, atom in pairs):
        return  # the two items of one thing
    kept = [atom for model, atom in pairs if model.text == atom.text and atom.kind == NAME and not atom.called]
    for atom in kept:
        for name in _made_elsewhere(row, scope, row.statement_at(second.start) or second):
            if _are_made_alike(row, scope, atom, name) or _are_a_letter_apart(row, scope, atom, name):
                yield _slip(atom, name, first, second, (atom.text, name))
                return


def _of_one_thing(row: Row, scope: Scope, first: Part, second: Part) -> Iterator[Slip]:
    """What two operands take parts of, where nothing reads its partner: `start[:, None] + start[None]`."""
    atoms = [row.last_of(each.node.value) if isinstance(each.node, ast.Subscript) else None for each in (first, second)]
    if atoms[0] is None or atoms[1] is None or atoms[1].kind != NAME or atoms[0].text != atoms[1].text:
        return
    idle = _made_elsewhere(row, scope, row.statement_at(second.start) or second)
    for old, new, name in partner_names(atoms[1].text):
        if name in idle:
            yield _slip(atoms[1], name, first, second, (old, new))
            return


def _binding(row: Row, scope: Scope, name: str, at: int) -> Part | None:
    """The statement that bound a name last."""
    places = scope.uses.bindings(name, at)
    return row.statement_at(places[-1]) if places else None


def _are_made_alike(row: Row, scope: Scope, atom: Atom, name: str) -> bool:
    """Whether two statements of one shape that follow one another bind the two names."""
    parts = [_binding(row, scope, each, atom.at) for each in (atom.text, name)]
    if parts[0] is None or parts[1] is None or parts[0].end != parts[1].start or _measures(row, parts[1]):
        return False
    return isinstance(parts[0].node, ast.Assign) and row.shape(parts[0]) == row.shape(parts[1])


def _are_a_letter_apart(row: Row, scope: Scope, atom: Atom, name: str) -> bool:
    """Whether two short names differ in a letter, and one was made right below the other: `fp` and `fn`."""
    if not 1 < len(name) == len(atom.text) <= _LETTERS or sum(a != b for a, b in zip(name, atom.text, strict=True)) > 1:
        return False
    parts = [_binding(row, scope, each, atom.at) for each in (atom.text, name)]
    return parts[0] is not None and parts[1] is not None and parts[0].end == parts[1].start


def _stand_together(row: Row, scope: Scope, atom: Atom, name: str) -> bool:
    """Whether one statement binds both names, or two of one shape that follow one another, and no size is taken."""
    places = [scope.uses.bindings(each, atom.at)[-1:] for each in (atom.text, name)]
    if not all(places):
        return False
    for group in row.groups:
        found = [number_at(group.parts, place) for (place,) in places] if group.kind == "block" else [None]
        if None not in found:
            first, second = (each for each in found if each is not None)
            one, other = group.parts[first], group.parts[second]
            if first == second:
                together = all(_is_target(row, one, place) for (place,) in places)
                return len(name) > 1 and together and not _measures(row, one)
            beside = abs(first - second) == 1
            made = isinstance(one.node, ast.Assign) and isinstance(other.node, ast.Assign)
            return beside and made and row.shape(one) == row.shape(other) and not _measures(row, other)
    return False


def _is_target(row: Row, part: Part, place: int) -> bool:
    """Whether a statement itself binds what stands at the place, and no statement in its body does."""
    node = part.node
    if isinstance(node, (ast.For, ast.AsyncFor)):
        part = row.parts[node.target]
    return isinstance(node, (ast.Assign, ast.For, ast.AsyncFor)) and part.start <= place < part.end


def _measures(row: Row, part: Part) -> bool:
    return any(atom.text in MEASURES for atom in row.atoms_of(part) if atom.kind != KEYWORD)  # `sum(dim=1)` is none


def _slip(atom: Atom, expected: str, model: Part, suspect: Part, renaming: Renaming, *, sure: bool = False) -> Slip:
    # Of letters with numbers a formula has any.
    numbered = len(atom.text) == _LETTERED and atom.text[-1].isdigit()
    loose = numbered or not (sure or known_pair(*renaming))
    return Slip.of_pair(
        atom,
        expected,
        suspect,
        model,
        renaming,
        unread=True,
        telling=True,
        double=True,
        kind=Kind.TWICE_LOOSELY if loose else Kind.TWICE,
    )
