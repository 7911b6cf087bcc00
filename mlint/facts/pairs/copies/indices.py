"""Numbers of elements and columns that were left as in the line above: `yb = min(a[3], b[2])`, `out[:, 2]` twice."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from mlint.facts.pairs.copies.siblings import Comparison, comparisons, siblings
from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.names.roles import family
from mlint.facts.pairs.reading.script import Line, Script
from mlint.facts.pairs.reading.shapes import NUMBER, Atom, Part, Row, subscripts
from mlint.facts.pairs.reading.unify import Site, Unified, unify

# The number of an element or of a column; rows of a matrix and steps of slices are no such.
_INDEX = re.compile(r"\w\[(?:[^\[\]]*,\s*)?(-?\d+)\](?!\[)")
_TWO = 2
# As many count on before one that comes again is no other choice; so many lines are looked at.
_COUNTED = 3
_MOST = 8
# What is asked for a size has its sides in another order than places have theirs.
_SIZES = frozenset({"shape", "size", "sizes", "shapes"})


def may_count_on(before: Line, line: Line) -> bool:
    """Whether of the numbers of elements in two lines some change, and some do not; cheap."""
    if line.signs.count("[") < _TWO or before.words == line.words:
        return False
    if not any(one.isdigit() and one != other for one, other in zip(before.words, line.words, strict=True)):
        return False
    one, other = _INDEX.findall(before.text), _INDEX.findall(line.text)
    if len(one) != len(other) or len(one) < _TWO or one == other:
        return False
    return any(a == b for a, b in zip(one, other, strict=True))


def may_stop_counting(script: Script) -> bool:
    """Whether the numbers of elements count on, in a line or from line to line, and then one comes again; cheap."""
    return "[" in script.text and (_stop(script.statements) or _stop(script.fragments))


def _stop(lines: Iterable[Line]) -> bool:
    numbers: list[int] = []
    for line in lines:
        found = [int(each) for each in _INDEX.findall(line.text)] if "[" in line.signs else []
        if len(found) > 1 and _stops(found):
            return True
        numbers = [*numbers, *found][-_MOST:] if len(found) == 1 else []
        if numbers and _stops(numbers):
            return True
    return False


def _stops(numbers: Sequence[int]) -> bool:
    """Whether the last of some numbers repeats the one before, which three at least have led to one by one."""
    *counted, last = numbers
    steps = [after - before for before, after in pairwise(counted[-_COUNTED:])]
    return len(steps) == _COUNTED - 1 and set(steps) == {1} and last == counted[-1]


def stopped(row: Row) -> Iterator[Slip]:
    """The last number of several things by name, which should count on: `dict(x=b[0], y=b[1], w=b[2], h=b[2])`."""
    places = _places(row)
    for group in row.groups if len(places) > _COUNTED else ():
        if group.kind not in ("entries", "arguments"):
            continue
        for parts in siblings(row, group):
            numbers = [[atom for atom in row.atoms_of(part) if atom.at in places] for part in parts]
            last = parts[-1]
            if not all(len(each) == 1 for each in numbers) or not _stops([int(each[0].text) for each in numbers]):
                continue
            unified = unify(row, parts[-_TWO], last)
            own = [site for site in unified.sites if not site.kept] if unified is not None else []
            if unified is not None and own and all(site.labels and _is_told_by_words(site) for site in own):
                yield _slip(numbers[-1][0], str(int(numbers[-1][0].text) + 1), unified)


def _is_told_by_words(site: Site) -> bool:
    """Whether the labels of two siblings differ in words alone: `conv4_1` and `conv4_2` are of one size."""
    return not any(word.isdigit() for renaming in site.renamings for word in renaming)


def indices(row: Row) -> Iterator[Slip]:
    """The numbers that siblings share although the others of them count on."""
    places = _places(row)
    if len(places) < _TWO:
        return
    found = list(_written_twice(row, places))
    for comparison in comparisons(row):
        changed = [site for site in comparison.unified.sites if not site.kept and site.left.kind == NUMBER]
        if changed and all(site.left.at in places for site in changed):
            found += _left_behind(row, comparison, places)
    # What several numbers speak against is no copy of the other.
    statements = Counter(each.suspect.start for each in {each.atom.at: each for each in found}.values())
    yield from (each for each in found if statements[each.suspect.start] == 1)


def _places(row: Row) -> dict[int, ast.Subscript]:
    """Where the row has the number of an element or of a column, each with its subscript."""
    found: dict[int, ast.Subscript] = {}
    within: set[ast.expr] = set()
    for part, node in row.of(ast.Subscript):
        listed = subscripts(node)
        last = row.atoms[row.parts[listed[-1]].start] if listed[-1] in row.parts else None
        numbers = [each for each in listed if isinstance(each, ast.Constant) and isinstance(each.value, int)]
        within.add(node.value)
        if last is not None and last.kind == NUMBER and len(numbers) == 1 and part.node is node:
            found[last.at] = node
    return {at: node for at, node in found.items() if node not in within and _is_of_name(row, node)}


def _is_of_name(row: Row, node: ast.Subscript) -> bool:
    owner = row.last_of(node.value) if isinstance(node.value, (ast.Name, ast.Attribute)) else None
    return owner is not None and bool(owner.path) and owner.text not in _SIZES


def _written_twice(row: Row, places: dict[int, ast.Subscript]) -> Iterator[Slip]:
    """The second of two assignments to one element of which nothing reads the first: `out[2] = a[2]; out[2] = a[3]`."""
    for group in row.groups:
        if group.kind != "block":
            continue
        for first, second in pairwise(group.parts):
            target = _target(row, first)
            unified = unify(row, first, second) if target is not None else None
            if unified is None or target is None or row.texts(first)[: len(target)] != target:
                continue
            step = _step([site for site in unified.sites if not site.kept])
            atom = next((site.right for site in unified.sites if site.right.held and site.right.at in places), None)
            if step is None or atom is None or _reads(row, second, atom) or row.texts(second)[: len(target)] != target:
                continue
            expected = str(int(atom.text) + step)
            if int(expected) >= 0 and not _is_set(row, group.parts, target, expected):
                yield _slip(atom, expected, unified)


def _target(row: Row, part: Part) -> list[str] | None:
    """The texts of the one element that a statement assigns to."""
    node = part.node
    if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Subscript):
        return None
    return row.texts(row.parts[node.targets[0]])


def _reads(row: Row, statement: Part, target: Atom) -> bool:
    """Whether the statement makes the new value of the old one."""
    owner = next(atom for atom in row.atoms_of(statement) if atom.held)
    return any(atom.text == owner.text and not atom.held for atom in row.atoms_of(statement) if atom is not target)


def _is_set(row: Row, parts: Sequence[Part], target: list[str], expected: str) -> bool:
    """Whether another statement of the block assigns to the expected element."""
    wanted = [*target[:-1], expected]
    return any(_target(row, part) == wanted for part in parts)


def _step(changed: Sequence[Site]) -> int | None:
    """By how much all numbers that change count on; None where they do not, or by different steps, or others change."""
    if not changed or any(site.left.kind != NUMBER or not site.left.text.isdigit() for site in changed):
        return None
    steps = {int(site.right.text) - int(site.left.text) for site in changed if site.right.text.isdigit()}
    step = steps.pop() if len(steps) == 1 else 0
    return step or None


def _left_behind(row: Row, comparison: Comparison, places: dict[int, ast.Subscript]) -> Iterator[Slip]:
    """The one number that does not count on with the others, where all of the model's are alike."""
    unified = comparison.unified
    numbers = [site for site in unified.sites if site.left.kind == NUMBER and site.left.at in places]
    step = _step([site for site in numbers if not site.kept])
    kept = [site for site in numbers if site.kept]
    if step is None or abs(step) != 1 or len(kept) != 1 or not _says_the_same(unified):
        return
    values = {int(site.left.text) for site in numbers if site.left.text.isdigit()}
    along = (
        _changes_axis(unified)
        and len({value % 2 for value in values}) == 1
        and _is_added(row, places, kept[0], [site for site in numbers if not site.kept])
    )
    others = _others(row, comparison, numbers)
    if any(texts[numbers.index(kept[0])] == kept[0].left.text and len(set(texts)) > 1 for texts in others):
        return  # `z = a[2] - o[0]` beside `y = a[1] - o[0]`
    expected = str(int(kept[0].right.text) + step)
    if [expected] * len(numbers) in others:
        return  # `conv(n[0], n[1])` leads from `conv(n[0], n[0])` to `conv(n[1], n[1])`
    # Of three that are all one, or where others are so, too.
    many = len(numbers) > _TWO and any(site.left.stored and not site.kept for site in unified.sites)
    equal = len(values) == 1 and (many or bool(others)) and all(len(set(texts)) == 1 for texts in others)
    if along or equal:
        yield _slip(kept[0].right, expected, unified)


def _says_the_same(unified: Unified) -> bool:
    """Whether the siblings differ in numbers and in what they are for at most, and none of these is kept."""
    others = [site for site in unified.sites if site.left.kind != NUMBER]
    return all(site.kept or site.labels or site.left.called for site in others)


def _changes_axis(unified: Unified) -> bool:
    """Whether what they are for changes from one side of a picture to the other, so that all numbers do."""
    said = [renaming for site in unified.sites if site.labels for renaming in site.renamings]
    return bool(said) and all(family(*each) == "axis" and "z" not in each for each in said)


def _is_added(row: Row, places: dict[int, ast.Subscript], kept: Site, changed: Sequence[Site]) -> bool:
    """Whether the element is added to one that changes of the same thing, or subtracted: `b[2] - b[0]`."""
    left = places[kept.left.at]
    sums = [node for _, node in row.of(ast.BinOp) if isinstance(node.op, (ast.Add, ast.Sub))]
    return any(
        {node.left, node.right} == {left, places[site.left.at]}
        and row.texts(row.parts[left.value]) == row.texts(row.parts[places[site.left.at].value])
        for node in sums
        for site in changed
    )


def _others(row: Row, comparison: Comparison, numbers: Sequence[Site]) -> list[list[str]]:
    """The numbers of each of the other siblings."""
    at = [site.left.at - comparison.unified.left.start for site in numbers]
    return [
        [atom.text for place in at if (atom := row.atoms[part.start + place]) is not None] for part in comparison.others
    ]


def _slip(atom: Atom, expected: str, unified: Unified) -> Slip:
    renaming = (atom.text, expected)
    return Slip.of_pair(atom, expected, unified.right, unified.left, renaming, telling=True, confirmed=True)
