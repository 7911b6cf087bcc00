"""Names that are asked for in a condition, where what is done then is done with another.

`if val_dataset is not None: for x, y in dataset: ...`, and `val_dataset` is used nowhere.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from mlint.facts.pairs.labels.claims import Claim
from mlint.facts.pairs.labels.mixup import NAMED, Mixup
from mlint.facts.pairs.names.roles import Role, family, known_pair, roles
from mlint.facts.pairs.names.words import changed, split
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Line, Script
from mlint.facts.pairs.reading.shapes import Atom, Block, Part, Row
from mlint.facts.pairs.reading.uses import asked_for

THERE = "branch for"
KEPT = "best of"
_THERE = re.compile(r"^if ([\w.]+) is (?:not )?None\s*:")
_TARGET = re.compile(r"^([\w.]+) = ")
_ASKED = re.compile(r"^if (\w+) is not None\s*:")
_BETTER = re.compile(r"^(?:el)?if .*?([\w.]+)(?:\.item\(\))? [<>]=? ([\w.]+)(?: and .*)?\s*:$")
# So far below the condition stands what is done then.
_BELOW = 4
_KINDS = frozenset({"split", "translation"})


def may_be_guarded(script: Script) -> bool:
    """Whether a name that is asked for may be read nowhere, or another be assigned to then; cheap."""
    if " None" in script.code and _fills_another(script.statements):
        return True
    if "if " in script.code and _keeps_another(script.statements):
        return True
    if " is not None" not in script.code:
        return False
    asked = {found[1] for line in script.statements if (found := _ASKED.match(line.text)) is not None}
    return any(len(split(name)) > 1 and script.is_idle(name) for name in asked)


def _fills_another(lines: Sequence[Line]) -> bool:
    """Whether below the question for one thing another is assigned to, which is asked for elsewhere."""
    asked = {found[1] for line in lines if (found := _THERE.match(line.text)) is not None}
    if len(asked) < 2:
        return False
    for line, after in pairwise(lines):
        found = _THERE.match(line.text)
        target = _TARGET.match(after.text) if found is not None else None
        if found is not None and target is not None and target[1] != found[1] and target[1] in asked:
            return True
    return False


def _keeps_another(lines: Sequence[Line]) -> bool:
    """Whether below a comparison with the best so far another value than the one that was compared becomes that."""
    for number, line in enumerate(lines):
        found = _BETTER.match(line.text) if "if " in line.text and "<" in line.signs else None
        for compared, best in ((found[1], found[2]), (found[2], found[1])) if found is not None else ():
            for after in lines[number + 1 : number + 1 + _BELOW]:
                if after.text.startswith(f"{best} = ") and compared.rpartition(".")[2] not in after.words:
                    return True
    return False


def kept_in_its_place(row: Row) -> Iterator[Mixup]:
    """What becomes the best so far where its partner was compared with that: `if val_loss < best: best = loss`."""
    for part, node in row.of(ast.If):
        for one, other in _compared(node.test):
            asked, best = row.last_of(one), row.last_of(other)
            if asked is None or best is None or not best.path or not asked.path:
                continue
            for statement in node.body:
                kept = _kept(row, statement, best)
                pairs = changed(asked.text, kept.text) if kept is not None and _owner(kept) == _owner(asked) else ()
                # What `best_val_acc` gets says that by itself.
                named = not pairs or pairs[0][0] in split(best.text)
                if kept is not None and not named and len(pairs) == 1 and known_pair(*pairs[0]):
                    claim = Claim(KEPT, asked.text, asked, kept.part, part)
                    yield Mixup(
                        claim, kept, asked.text, Role(NAMED, 1), Role(NAMED, 0), kept.text, own=True, seconded=True
                    )


def _compared(test: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What is compared by its size with what, either way."""
    tests = test.values if isinstance(test, ast.BoolOp) else [test]
    for each in tests:
        match each:
            case ast.Compare(one, [ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE()], [other]):
                yield from ((_plain(one), _plain(other)), (_plain(other), _plain(one)))


def _plain(value: ast.expr) -> ast.expr:
    """What a value is without `.item()`."""
    match value:
        case ast.Call(ast.Attribute(inner, "item"), [], []):
            return inner
    return value


def _kept(row: Row, statement: ast.stmt, best: Atom) -> Atom | None:
    """The name that a statement assigns to the best so far."""
    match statement:
        case ast.Assign([ast.Name() | ast.Attribute() as target], value):
            stored, kept = row.last_of(target), row.last_of(_plain(value))
            named = isinstance(_plain(value), (ast.Name, ast.Attribute))
            return kept if named and stored is not None and stored.path == best.path else None
    return None


def used_in_its_place(row: Row, scope: Scope) -> Iterator[Mixup]:
    """What is used where another is there that nothing reads, and is named as that is."""
    asked = [(part, node, name) for part, node in row.of(ast.If) if (name := asked_for(node.test)) is not None]
    for part, node, name in asked:
        tests = [row.parts[other.test] for _, other, text in asked if text == name]
        if len(split(name)) < 2 or not scope.uses.is_read_only_in(name, tests):
            continue
        body = row.parts[Block(node.body)]
        used = [atom for atom in _worked_on(row, body) if _stands_for(atom.text, name)]
        if len({atom.text for atom in used}) == 1 and scope.uses.bound_before(used[0].text, part.start):
            yield _mixup(row, part, node, used[0], name)


def filled_in_its_place(row: Row) -> Iterator[Mixup]:
    """What is assigned where another is asked for, in a row of choices that assign what they ask for.

    `if queue is None: queue = find("queue")`, `if job is None: queue = find("job")`.
    """
    for group in row.groups:
        if group.kind != "block":
            continue
        filled = [each for part in group.parts if (each := _filled(row, part)) is not None]
        targets = {target.path for _, target, _ in filled}
        own = {asked.path for asked, target, _ in filled if asked.path == target.path}
        for asked, target, value in filled:
            if target.path in own and asked.path not in targets and _stands_in(row, asked, target, value):
                claim = Claim(THERE, asked.text, asked, target.part, target.part)
                yield Mixup(claim, target, asked.text, Role(NAMED, 1), Role(NAMED, 0), target.text)


def _owner(atom: Atom) -> str:
    return atom.path.rpartition(".")[0]


def _filled(row: Row, part: Part) -> tuple[Atom, Atom, ast.expr] | None:
    """What a choice asks for to be there, or not to be, the one thing that it then assigns to, and the value."""
    match part.node:
        case ast.If(
            ast.Compare(asked, [ast.IsNot() | ast.Is()], [ast.Constant(None)]), [ast.Assign([target], value)], []
        ):
            one, other = (
                row.last_of(each) if isinstance(each, (ast.Name, ast.Attribute)) else None for each in (asked, target)
            )
            return (one, other, value) if one is not None and other is not None and one.path and other.path else None
    return None


def _stands_in(row: Row, asked: Atom, target: Atom, value: ast.expr) -> bool:
    """Whether what is assigned can be meant for what is asked for, which is named alike.

    `if row is not None: layout = row.layout()` goes on with it, `if _mask is None: mask = None` is a reset.
    """
    words, others = split(asked.text), split(target.text)
    akin = _owner(asked) == _owner(target) and words != others and not set(words).isdisjoint(others)
    used = {each.path for each in row.atoms_of(row.parts[value])}
    partners = any(known_pair(*pair) for pair in changed(asked.text, target.text))
    goes_on = asked.path in used and (target.path in used or not partners)
    return akin and not goes_on and not isinstance(value, ast.Constant)


def _worked_on(row: Row, body: Part) -> Iterator[Atom]:
    """The names that a branch goes over, calls, or gives to what it calls."""
    taken: list[ast.expr] = [node.iter for part, node in row.of(ast.For) if body.start <= part.start < body.end]
    for part, call in row.of(ast.Call):
        taken += [call.func, *call.args] if body.start <= part.start < body.end else []
    for node in taken:
        atom = row.last_of(node) if isinstance(node, ast.Name) else None
        if atom is not None:
            yield atom


def _stands_for(text: str, name: str) -> bool:
    """Whether it is the name without a word that says what data it is, or with another such word.

    So `dataset` and `train_dataset` stand for `val_dataset`.
    """
    longer, shorter = split(name), split(text)
    if len(shorter) + 1 == len(longer):
        more = longer[0] if shorter == longer[1:] else longer[-1] if shorter == longer[:-1] else ""
        return any(role.family in _KINDS for role in roles([more]))
    pairs = changed(text, name)
    return len(pairs) == 1 and family(*pairs[0]) in _KINDS


def _mixup(row: Row, part: Part, node: ast.If, atom: Atom, name: str) -> Mixup:
    label = next(each for each in row.atoms_of(row.parts[node.test]) if each.text == name)
    claim = Claim(THERE, name, label, atom.part, part)
    return Mixup(claim, atom, name, Role(NAMED, 1), Role(NAMED, 0), atom.text, own=True, seconded=True)
