"""Names that are only asked whether they are there, where what is done then is done with another.

`if val_dataset is not None: for x, y in dataset: ...`, and `val_dataset` is used nowhere.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlint.facts.pairs.claims import Claim
from mlint.facts.pairs.mixup import Mixup
from mlint.facts.pairs.roles import Role, known_pair
from mlint.facts.pairs.scope import Scope
from mlint.facts.pairs.script import Script
from mlint.facts.pairs.shapes import NAME, Atom, Block, Part, Row
from mlint.facts.pairs.words import changed, split

THERE = "branch for"
_ASKED = re.compile(r"^if (\w+) is not None\s*:")
_FAMILY = "name"


def may_be_guarded(script: Script) -> bool:
    """Whether a name that is asked for may be read nowhere; cheap."""
    asked = {found[1] for line in script.statements if (found := _ASKED.match(line.text)) is not None}
    return any(len(split(name)) > 1 and script.is_idle(name) for name in asked)


def used_in_its_place(row: Row, scope: Scope) -> Iterator[Mixup]:
    """What is used where another is there that nothing reads, and is named as that is."""
    asked = [(part, node, name) for part, node in row.of(ast.If) if (name := _asked(node)) is not None]
    for part, node, name in asked:
        tests = [row.parts[other.test] for _, other, text in asked if text == name]
        if len(split(name)) < 2 or not scope.uses.is_read_only_in(name, tests):
            continue
        body = row.parts[Block(node.body)]
        used = [
            atom
            for atom in row.atoms[body.start : body.end]
            if atom is not None and atom.kind == NAME and not atom.stored and _stands_for(atom.text, name)
        ]
        if len({atom.text for atom in used}) == 1 and scope.uses.bound_before(used[0].text, part.start):
            yield _mixup(row, part, node, used[0], name)


def _asked(node: ast.If) -> str | None:
    """The name of which a condition asks whether there is one; flags such as `return_x` say what to do."""
    match node.test:
        case ast.Compare(ast.Name(name), [ast.IsNot()], [ast.Constant(None)]):
            return name
    return None


def _stands_for(text: str, name: str) -> bool:
    """Whether the name has a word more, or the partner of one: `dataset` and `train_dataset` for `val_dataset`."""
    longer, shorter = split(name), split(text)
    if len(shorter) + 1 == len(longer):
        return shorter in (longer[1:], longer[:-1])
    pairs = changed(text, name)
    return len(pairs) == 1 and known_pair(*pairs[0])


def _mixup(row: Row, part: Part, node: ast.If, atom: Atom, name: str) -> Mixup:
    label = next(each for each in row.atoms_of(row.parts[node.test]) if each.text == name)
    claim = Claim(THERE, name, label, atom.part, part)
    return Mixup(claim, atom, name, Role(_FAMILY, 1), Role(_FAMILY, 0), atom.text, own=True, seconded=True)
