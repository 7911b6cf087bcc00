"""Values of one role where the code says the other: `val_loader = DataLoader(train_ds)`, `f(width=height)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise

from mlint.facts.pairs.calls import asks_for_size, is_symmetric
from mlint.facts.pairs.claims import (
    ASSIGNED,
    COLLECTED,
    DEFAULT,
    FUNCTION,
    KEY,
    KEYWORD,
    PARAMETER,
    TEXT,
    Claim,
    is_test,
)
from mlint.facts.pairs.forgotten import LOGGING
from mlint.facts.pairs.mixup import Mixup
from mlint.facts.pairs.roles import Role, counterparts, is_hint, is_size, known_pair, reverses, roles
from mlint.facts.pairs.scope import Scope
from mlint.facts.pairs.shapes import ATTRIBUTE, NAME, STRING, Atom, Block, Part, Row
from mlint.facts.pairs.uses import affirms
from mlint.facts.pairs.words import changed, listed, replaced, split
from mlint.facts.records import replace

# Claims about each other are not further apart than this, in tokens.
_NEAR = 120
# The halves of one exchange; who exchanges more does so on purpose.
_ONE_EXCHANGE = 2
# One side of a picture is computed from the other by these.
_CONVERTING = frozenset({"ratio", "aspect", "ar"})
# What a model is tried on.
_DATA = listed("loader dataloader loaders data dataset ds dl set iter iterator generator batches")
_SCORES = listed(
    """loss losses acc accuracy metric metrics score scores error err f1 iou miou dice auc auroc psnr ssim mae mse rmse
    perplexity ppl result results precision recall map"""
)
# Predictions are targets and inputs of something else; only when two are exchanged this says something.
_IN_TWOS = frozenset({"answer"})


def mixups(row: Row, scope: Scope, claims: Sequence[Claim]) -> list[Mixup]:
    """The mixups among the claims of a row. Of an exchange only the first half is one; the other is its `crossed`."""
    found = [mixup for claim in claims if (mixup := _mixup(row, scope, claim)) is not None]
    told = [replace(mixup, crossed=_crossing(mixup, found)) for mixup in found]
    exchanged = {mixup.atom.at for mixup in told if mixup.crossed is not None and mixup.claim.how == ASSIGNED}
    told = [replace(mixup, habitual=len(exchanged) > _ONE_EXCHANGE) for mixup in told]
    return [
        mixup
        for mixup in told
        if not _both_ways(row, mixup, claims)
        and not (mixup.said.family == "split" and _is_tried(row, mixup.claim))
        and (mixup.crossed or not _in_twos(mixup))
        and not (is_hint(mixup.said.family) and mixup.elsewhere)
        and not (mixup.crossed and mixup.crossed.value.start < mixup.claim.value.start)
    ]


def _is_tried(row: Row, claim: Claim) -> bool:
    """Whether the claim is made in a test of the program, where `test` says nothing of data."""
    functions = [(part, node.name) for part, node in row.of(ast.FunctionDef)]
    return any(is_test(name) and part.start < claim.value.start < part.end for part, name in functions)


def _in_twos(mixup: Mixup) -> bool:
    """Whether the mixup says something only together with its reverse."""
    if mixup.said.family in _IN_TWOS:
        return True
    return mixup.claim.how == PARAMETER and mixup.said.family == "axis" and not mixup.measures


def _both_ways(row: Row, mixup: Mixup, claims: Sequence[Claim]) -> bool:
    """Whether the function is called with the right arguments too: symmetric, so that the other call is meant."""
    claim = mixup.claim
    if claim.how == PARAMETER and asks_for_size(_called(row, claim)):
        return True
    if claim.how == PARAMETER and mixup.crossed is not None and is_symmetric(_called(row, claim)):
        return True
    return claim.how == PARAMETER and any(
        other.how == PARAMETER
        and other.label == claim.label
        and other.whole.start != claim.whole.start
        and _called(row, other) == _called(row, claim)
        and any(atom.text == mixup.expected for atom in row.atoms_of(other.value))
        for other in claims
    )


def _mixup(row: Row, scope: Scope, claim: Claim) -> Mixup | None:
    said = roles(split(claim.label), parameters=claim.how == PARAMETER, hints=claim.how == KEYWORD)
    if not said:
        return None
    if any(word in _CONVERTING for atom in row.atoms_of(claim.value) for word in split(atom.text)):
        return None
    names = [atom for atom in row.atoms_of(claim.value) if atom.kind in (NAME, ATTRIBUTE) and atom.text != "self"]
    for role in said:
        if sum(other.family == role.family for other in said) > 1:
            continue
        # `validate` of `val_loss = validate(...)` is what is done, not what it is done with.
        counted = [atom for atom in names if not (claim.how == ASSIGNED and atom.called and role.family == "split")]
        wrong = _wrong(counted, role)
        if wrong is None or (is_hint(role.family) and len(names) > 1):
            continue
        atom, found, word = wrong
        for expected in _expected(atom, word, role):
            own = split(expected) == split(claim.label)
            again = own and _is_replaced(row, scope, claim, expected)
            if scope.uses.is_missing(expected, claim.whole.start) or (
                _binds(row, claim, atom.kind, expected) and not again
            ):
                continue
            if claim.how == KEYWORD and _binds(row, claim, atom.kind, atom.text):
                continue  # it comes back under its own name: `x_test = scaled(x_train=x_test)`
            if scope.knows(atom, expected, claim.whole.start) and (again or not (own and _is_itself(claim))):
                return Mixup(
                    claim,
                    atom,
                    expected,
                    role,
                    found,
                    word,
                    own=own,
                    unread=scope.unused(atom, expected, claim.whole.start)
                    and (atom.kind == NAME or not is_hint(role.family)),
                    sole=len(names) == 1,
                    local=atom.kind == NAME,
                    measures=is_size(word) and (is_size(said[role]) or (len(word) > 1 and len(split(claim.label)) > 1)),
                    partners=known_pair(said[role], word),
                    repeated=_repeated(row, claim, atom, role),
                    computed=_computed(row, claim, atom),
                    reversing=reverses(each.text for each in row.atoms_of(claim.whole)),
                    elsewhere=_given(row, claim, expected),
                    called_so=_called_so(row, claim, role),
                    scaled=_scaled(row, claim),
                    seconded=_loads(row, claim, atom)
                    or (again and _is_there(row, claim, expected))
                    or ((_seconded(row, claim, role) or _scores(row, claim, atom)) and _is_data(atom)),
                    tagged=_is_tag(row, claim),
                )
    return None


def _is_itself(claim: Claim) -> bool:
    """Whether the claim speaks of the variable that it is about: no attribute that a variable by its name goes to."""
    if claim.how == ASSIGNED:
        return not (isinstance(claim.node, Part) and isinstance(claim.node.node, ast.Attribute))
    return claim.how in (FUNCTION, COLLECTED)  # a list is filled from the other, too: `test.append(train[i])`


def _is_replaced(row: Row, scope: Scope, claim: Claim, expected: str) -> bool:
    """Whether a call makes a new value of the target although its old one has not been read, or was just asked for."""
    if claim.how != ASSIGNED or not isinstance(claim.value.node, ast.Call) or claim.label != expected:
        return False
    at = claim.whole.start
    dropped = scope.uses.is_assigned(expected, at) and scope.uses.unread_until(expected, at)
    return (dropped and _follows(row, claim, expected)) or _is_there(row, claim, expected)


def _follows(row: Row, claim: Claim, expected: str) -> bool:
    """Whether the statement right before it in the block binds the name."""
    for group in row.groups:
        if group.kind == "block":
            for before, part in pairwise(group.parts):
                if part.start == claim.whole.start:
                    return any(atom.stored and atom.text == expected for atom in row.atoms_of(before))
    return False


def _is_there(row: Row, claim: Claim, expected: str) -> bool:
    """Whether it is done where the name is not None: `if train_data is not None: train_data = scaled(test_data)`."""
    asked = [row.parts[Block(node.body)] for _, node in row.of(ast.If) if affirms(node.test, expected)]
    return any(body.start <= claim.whole.start < body.end for body in asked)


def _is_tag(row: Row, claim: Claim) -> bool:
    """Whether a text is the name under which a number is noted: `log("test/accuracy", acc)`."""
    node = claim.whole.node
    if claim.how != TEXT or not isinstance(node, ast.Call) or " " in claim.label:
        return False
    function = row.last_of(node.func)
    return function is not None and function.text in LOGGING


def _is_data(atom: Atom) -> bool:
    return not _DATA.isdisjoint(split(atom.text))


def _scores(row: Row, claim: Claim, atom: Atom) -> bool:
    """Whether a score is assigned that a call computes on what the name stands for: `val_loss = run(model, loader)`."""
    if claim.how != ASSIGNED or _SCORES.isdisjoint(split(claim.label)):
        return False
    return any(
        isinstance(each, (ast.Name, ast.Attribute)) and row.last_of(each) is atom
        for part, node in row.of(ast.Call)
        if claim.value.start <= part.start < claim.value.end
        for each in (*node.args, *(keyword.value for keyword in node.keywords))
    )


def _binds(row: Row, claim: Claim, kind: str, name: str) -> bool:
    """Whether the statement itself binds the name: it cannot be meant in its own value, but for one that is kept."""
    if claim.how == DEFAULT:
        return False
    around = next((part for part in row.statements if part.start <= claim.value.start < part.end), None)
    return around is not None and any(
        atom.stored and atom.kind == kind and atom.text == name for atom in row.atoms_of(around)
    )


def _computed(row: Row, claim: Claim, atom: Atom) -> bool:
    """Whether the name is an operand: validation has the epochs that training leaves, `epochs - train_epochs`."""
    return any(
        operation.start < atom.at < operation.end and claim.value.start <= operation.start < claim.value.end
        for operation, _ in (*row.of(ast.BinOp), *row.of(ast.UnaryOp))
    )


def _call(row: Row, claim: Claim) -> Part | None:
    """The innermost call that the claim is an argument of."""
    around = (part for part, _ in row.of(ast.Call) if part.start < claim.value.start < part.end)
    return max(around, key=lambda part: part.start, default=None) if claim.how in (KEYWORD, PARAMETER) else None


def _called(row: Row, claim: Claim) -> str:
    """The path of the function that the claim is about an argument of."""
    call = claim.whole.node
    function = row.last_of(call.func) if isinstance(call, ast.Call) else None
    return "" if function is None else function.path


def _given(row: Row, claim: Claim, expected: str) -> bool:
    call = _call(row, claim)
    if call is None:
        return False
    names = [atom for atom in row.atoms_of(call) if atom.kind in (NAME, ATTRIBUTE)]
    return any(atom.text == expected and not claim.value.start <= atom.at < claim.value.end for atom in names)


def _called_so(row: Row, claim: Claim, role: Role) -> bool:
    call = _call(row, claim)
    if call is None or not isinstance(call.node, ast.Call):
        return False
    function = row.last_of(call.node.func)
    return function is not None and role in roles(split(function.text), parameters=True)


def _scaled(row: Row, claim: Claim) -> bool:
    """Whether the value holds a ratio of the two sides of one thing: `width * size[0] / size[1]`."""
    for part, node in row.of(ast.BinOp):
        if isinstance(node.op, ast.Div) and claim.value.start <= part.start < claim.value.end:
            divisors = {atom.path for atom in row.atoms_of(row.parts[node.right])} - {"", "self"}
            return any(atom.path in divisors for atom in row.atoms_of(row.parts[node.left]))
    return False


def _seconded(row: Row, claim: Claim, role: Role) -> bool:
    """Whether the call whose result is assigned is named for the role too: `val_loss = validate(...)`."""
    node = claim.value.node
    if claim.how != ASSIGNED or not isinstance(node, ast.Call):
        return False
    function = row.last_of(node.func)
    return function is not None and role in roles(split(function.text)[:1])


def _loads(row: Row, claim: Claim, atom: Atom) -> bool:
    """Whether a loader is made over the data that the name stands for: `val_loader = DataLoader(train_set)`."""
    node = claim.value.node
    if claim.how not in (ASSIGNED, KEYWORD, KEY) or not isinstance(node, ast.Call):
        return False
    function = row.last_of(node.func)
    data = [*node.args[:1], *(each.value for each in node.keywords if each.arg == "dataset")]
    return (
        function is not None
        and function.text.endswith("DataLoader")
        and any(row.parts[each].end - 1 == atom.at for each in data if isinstance(each, (ast.Name, ast.Attribute)))
    )


def _repeated(row: Row, claim: Claim, atom: Atom, role: Role) -> bool:
    """Whether the name stands above in the statement, where no text says the same of it: `valid {x}, valid {x}`."""
    above = [each for each in row.atoms[max(0, claim.whole.start) : claim.value.start] if each is not None]
    if any(each.kind == STRING and each is not claim.node and role in roles(split(each.text)) for each in above):
        return False
    return any(each.path == atom.path and each.kind == atom.kind for each in above)


def _wrong(names: Sequence[Atom], role: Role) -> tuple[Atom, Role, str] | None:
    """The one name whose role is another of the family; None when a name has the right one, or several are wrong."""
    wrong: dict[str, tuple[Atom, Role, str]] = {}
    for atom in names:
        has = {
            other: word
            for other, word in roles(split(atom.text), parameters=True, hints=True).items()
            if other.family == role.family
        }
        if role in has:
            return None
        for other, word in has.items():
            wrong[atom.text] = (atom, other, word)
    return next(iter(wrong.values())) if len(wrong) == 1 else None


def _expected(atom: Atom, word: str, role: Role) -> Iterator[str]:
    for new in counterparts(word, role):
        yield replaced(atom.text, word, new)


def _crossing(mixup: Mixup, all_of_them: Sequence[Mixup]) -> Claim | None:
    for other in all_of_them:
        if (
            other.said == mixup.found
            and other.found == mixup.said
            and abs(other.claim.whole.start - mixup.claim.whole.start) < _NEAR
            and (
                mixup.claim.how == PARAMETER
                or any(known_pair(*pair) for pair in changed(mixup.claim.label, other.claim.label))
            )
        ):
            return other.claim
    return None
