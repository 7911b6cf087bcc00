"""One of two partners twice, where the other belongs: `area = height * height`, `range(start, start)`."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from mlint.facts.domain.records import replace
from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.copies.twice import says_size
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import family, partner_names
from mlint.facts.pairs.names.words import replaced, split
from mlint.facts.pairs.reading.calls import both_given, multiplies, shapes, shaping
from mlint.facts.pairs.reading.printed import written
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import KEYWORD, NAME, NUMBER, STRING, Atom, Group, Part, Row
from mlint.facts.pairs.reading.unify import Renaming

# Both of a pair can well be the same thing here: sizes of what goes in and out, attention of a thing to itself.
_OFTEN_EQUAL = frozenset({"flow", "attention", "order", "direction", "count"})
# A network's depth is no side of anything.
_DEPTHS = frozenset({"depth", "d"})
_MANY = 40
_TWO = 2
# Keywords that name the place of the result: that of an argument, on purpose.
_IN_PLACE = frozenset({"out", "dst"})


def doubles(row: Row, scope: Scope) -> Iterator[Slip]:
    """The second of two same arguments, operands or elements of which one should be the partner."""
    for group in row.groups:
        if len(group.parts) > _MANY:
            continue
        if group.kind in ("arguments", "operands"):
            yield from _same_names(row, scope, group)
        elif group.kind == "slices":
            yield from _same_stretches(row, scope, group)
        elif group.kind == "elements":
            yield from _same_elements(row, group)
            yield from _same_names(row, scope, group)
        elif group.kind == "block":
            yield from _same_loops(row, scope, group)
    yield from _same_fields(row, scope)


def _same_fields(row: Row, scope: Scope) -> Iterator[Slip]:
    """One of two same values in one text, of which that says the partner before: `f"train {a} ... val {a}"`."""
    for part, shown in _texts(row):
        words: list[str] = []
        for number, (before, second) in enumerate(shown):
            words += split(before)
            first = next((other for _, other in shown[:number] if row.are_same(other, second)), None)
            atom = row.atoms[second.end - 1]
            if first is None or atom is None:
                continue
            for old, new, expected in partner_names(atom.text):
                said = [word for word in words if word in (old, new)]
                if {*said} != {old, new} or expected in row.texts(part):
                    continue
                if not scope.knows(atom, expected, _statement_at(row, part.start)):
                    continue
                # What stands behind its own word is right, and the other is not; of what is printed the label says so
                # where it is the second.
                wrong, right = (second, first) if said[-1] == new else (first, second)
                at = row.atoms[wrong.end - 1]
                clear = isinstance(part.node, ast.JoinedStr) if said[-1] == new else len(said) == _TWO
                if at is not None and clear:
                    told = _slip(at, expected, wrong, right, (old, new), False, telling=True)
                    yield replace(told, kind=Kind.SHOWN_TWICE)
                    break


def _texts(row: Row) -> Iterator[tuple[Part, list[tuple[str, Part]]]]:
    """The texts into which values are written, each with these and what of it stands before each."""
    for part, text in row.of(ast.JoinedStr):
        before, shown = "", []
        for each in text.values:
            if isinstance(each, ast.FormattedValue):
                shown.append((before, row.parts[each.value]))
            before = "" if isinstance(each, ast.FormattedValue) else before + str(getattr(each, "value", ""))
        yield part, shown
    writing: list[tuple[Part, ast.BinOp | ast.Call]] = [*row.of(ast.BinOp), *row.of(ast.Call)]
    for part, node in writing:
        yield part, [(before, row.parts[value]) for _, before, value in written(node) if value in row.parts]


def _same_names(row: Row, scope: Scope, group: Group) -> Iterator[Slip]:
    if group.kind == "arguments" and multiplies(row, group):
        return
    if group.kind == "elements" and shaping(row, group.parts[0]):
        return  # `zeros((rows, rows))`
    if group.kind == "operands" and len(group.parts) == _TWO and row.tags[group.parts[1].start - 1] == "Mult":
        return  # `x * x` is a square
    named = [(part, atom) for part in group.parts if (atom := _name(row, part)) is not None]
    if group.kind == "elements" and all(says_size(atom.text) for _, atom in named):
        return  # `(resolution, resolution)`
    times = Counter(atom.text for _, atom in named)
    if sum(count > 1 for count in times.values()) != 1:
        return  # none, or as in `[left, top, left, top]`
    found: dict[str, Part] = {}
    around = row.statement_at(group.parts[0].start)
    bound = {atom.text for atom in row.atoms_of(around) if atom.stored} if around is not None else set()
    named = [(part, atom) for part, atom in named if atom.text not in bound]  # `x = stack([x, x])`
    for part, atom in named:
        first = found.setdefault(atom.text, part)
        if isinstance(first.node, ast.keyword) and isinstance(part.node, ast.keyword):
            continue  # `attack(images=x, target=x)`: by keyword two things are given the same as often as not
        if first is not part and (twin := _unused_twin(row, scope, group, atom, part)) is not None:
            old, new, expected, unread = twin
            telling = unread and _is_made_here(row, scope, expected, part.start)
            telling = telling or _is_returned_alone(row, scope, group, expected)
            yield _slip(atom, expected, part, first, (old, new), unread, telling=telling)


def _same_stretches(row: Row, scope: Scope, group: Group) -> Iterator[Slip]:
    """The same stretch of both sides of a picture, where the place on the other side was made for nothing else."""
    for first, second in pairwise(group.parts):
        if not isinstance(second.node, ast.Slice) or row.texts(first) != row.texts(second):
            continue
        atoms = [atom for atom in row.atoms_of(second) if atom.kind == NAME]
        for atom in atoms if row.shape(first) == row.shape(second) else ():
            for old, new, expected in partner_names(atom.text):
                at = _statement_at(row, second.start)
                if (
                    family(old, new) == "axis"
                    and scope.uses.bound_before(expected, at)
                    and scope.never_read(expected, at)
                ):
                    yield _slip(atom, expected, second, first, (old, new), unread=True, telling=True)
                    return


def _same_loops(row: Row, scope: Scope, group: Group) -> Iterator[Slip]:
    """The second of two loops that do the same over one name, in a block where none goes over its partner."""
    loops = [(part, atom) for part in group.parts if (atom := _gone_over(row, part)) is not None]
    over = {atom.text for _, atom in loops}
    for (first, model), (second, atom) in pairwise(loops):
        if atom.text != model.text or row.shape(first) != row.shape(second):
            continue
        # In another colour the same is drawn of the other.
        texts = [[each.text for each in row.atoms_of(part) if each.kind != NUMBER] for part in (first, second)]
        if texts[0] != texts[1] or _is_made_anew(row, scope, first, second):
            continue
        for old, new, expected in partner_names(atom.text):
            if expected not in over and scope.uses.bound_before(expected, second.start):
                yield _slip(atom, expected, second, first, (old, new), unread=True, telling=True)
                break


def _is_made_anew(row: Row, scope: Scope, first: Part, second: Part) -> bool:
    """Whether something that a loop calls is bound between it and the first: the same is done with another."""
    read = {atom.text for atom in row.atoms_of(second) if atom.kind == NAME and _is_called(scope, atom)}
    return any(scope.uses.bound_between(name, first.end, second.start) for name in read)


def _is_called(scope: Scope, atom: Atom) -> bool:
    """Whether the name is called, or a method of what it names."""
    return atom.called or scope.uses.leads_on(atom)


def _gone_over(row: Row, part: Part) -> Atom | None:
    """The name that a loop goes over."""
    node = part.node
    return row.last_of(node.iter) if isinstance(node, ast.For) and isinstance(node.iter, ast.Name) else None


def _unused_twin(row: Row, scope: Scope, group: Group, atom: Atom, part: Part) -> tuple[str, str, str, bool] | None:
    """The partner of a name that a group has twice: with the words, and whether it is read nowhere."""
    texts = {each.text for other in group.parts for each in row.atoms_of(other)}
    # What the statement itself binds is made here, and cannot be meant in its own value.
    place = _statement_at(row, part.start)
    for old, new, expected in partner_names(atom.text):
        if expected in texts or not scope.uses.bound_before(expected, place):
            continue
        if family(old, new) in _OFTEN_EQUAL and len(group.parts) > _TWO:
            continue
        if len(atom.text) == 1 and family(old, new) != "axis":
            continue  # `t` and `b` are more often a time and a batch than a top and a bottom
        unread = scope.never_read(expected, place) or _is_left_out(row, scope, group, (old, new), expected)
        if not _DEPTHS.isdisjoint((old, new)) and shapes(row, group):
            continue
        if unread or (
            group.kind == "arguments"
            and len(atom.text) > 1
            and family(old, new) not in _OFTEN_EQUAL
            and not both_given(row, group, atom.text, expected)
        ):
            return old, new, expected, unread
    return None


def _is_left_out(row: Row, scope: Scope, group: Group, pair: Renaming, expected: str) -> bool:
    """Whether a function returns the data for one purpose twice and has made the other: `return train, train, test`."""
    if (
        group.kind != "elements"
        or family(*pair) != "split"
        or not _is_made_here(row, scope, expected, group.parts[0].start)
    ):
        return False
    around = row.statement_at(group.parts[0].start)
    return around is not None and isinstance(around.node, ast.Return) and len(group.parts) > _TWO


def _is_returned_alone(row: Row, scope: Scope, group: Group, expected: str) -> bool:
    """Whether a function gives back one thing twice and nothing else, and has made its partner: `return mean, mean`."""
    around = row.statement_at(group.parts[0].start)
    if len(group.parts) != _TWO or around is None or not isinstance(around.node, ast.Return):
        return False
    return group.kind == "elements" and _is_made_here(row, scope, expected, group.parts[0].start)


def _statement_at(row: Row, at: int) -> int:
    """Where the statement without a body begins that holds the place; the place itself where there is none."""
    around = row.statement_at(at)
    return at if around is None else around.start


def _name(row: Row, part: Part) -> Atom | None:
    """The name that an argument or operand is, when it is nothing else."""
    atoms = [atom for atom in row.atoms_of(part) if atom.kind != KEYWORD or atom.text in _IN_PLACE]
    return atoms[0] if len(atoms) == 1 and atoms[0].kind == NAME and part.end - part.start <= 3 else None


def _same_elements(row: Row, group: Group) -> Iterator[Slip]:
    """An element that is written twice in a row, in a list that has both partners of other things."""
    texts = [atom.text for part in group.parts for atom in row.atoms_of(part)]
    for first, second in zip(group.parts, group.parts[1:], strict=False):
        atoms = list(row.atoms_of(second))
        if [atom.text for atom in row.atoms_of(first)] != [atom.text for atom in atoms]:
            continue
        if row.shape(first) != row.shape(second):
            continue
        for atom in atoms:
            if atom.kind == STRING and (twin := _missing_twin(atom.text, texts)) is not None:
                yield _slip(atom, twin[2], second, first, twin[:2], unread=True, telling=True)
                break


def _missing_twin(text: str, texts: list[str]) -> tuple[str, str, str] | None:
    """The partner of a text that a list lacks although it has both partners of another text."""
    for old, new, expected in partner_names(text):
        others = [other for other in texts if other != text and old in split(other) and len(other) > 1]
        if family(old, new) in _OFTEN_EQUAL:
            continue
        if expected not in texts and any(replaced(other, old, new) in texts for other in others):
            return old, new, expected
    return None


def _is_made_here(row: Row, scope: Scope, name: str, at: int) -> bool:
    """Whether a function binds the name itself: parameters and what modules define may be there for others."""
    places = scope.uses.bindings(name, at)
    bound = row.atoms[places[-1]] if places else None
    functions = [part for part, _ in row.of(ast.FunctionDef) if part.start < at < part.end]
    return bound is not None and isinstance(bound.node, ast.Name) and bool(functions)


def _slip(
    atom: Atom, expected: str, suspect: Part, model: Part, renaming: Renaming, unread: bool, telling: bool
) -> Slip:
    return Slip.of_pair(atom, expected, suspect, model, renaming, unread=unread, telling=telling, double=True)
