"""What the statement around a claim says of its value, besides the names."""

from __future__ import annotations

import ast
from itertools import pairwise

from mlint.facts.pairs.labels.claims import ASSIGNED, DEFAULT, KEY, KEYWORD, PARAMETER, TEXT, Claim
from mlint.facts.pairs.names.roles import Role, roles
from mlint.facts.pairs.names.words import listed, split
from mlint.facts.pairs.reading.collected import LOGGING
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, STRING, Atom, Part, Row
from mlint.facts.pairs.reading.uses import affirms, is_under

# What a model is tried on.
_DATA = listed("loader dataloader loaders data dataset ds dl set iter iterator generator batches")
_SCORES = listed(
    """loss losses acc accuracy metric metrics score scores error err f1 iou miou dice auc auroc psnr ssim mae mse rmse
    perplexity ppl result results precision recall map"""
)

# These make room for numbers.
_ROOM = listed("zeros ones empty zeros_like ones_like empty_like full new_zeros new_empty")
# What these keywords get says how data is loaded, not which.
SETTINGS = listed("batch_size num_workers workers drop_last shuffle pin_memory prefetch_factor collate_fn")


def sets(row: Row, claim: Claim, atom: Atom) -> bool:
    """Whether the name is a setting of what is made (`batch_size=cfg.val_batch_size`), or what its keyword asks for."""
    said = roles(split(atom.text)).keys()
    return any(
        part.start <= atom.at < part.end and (node.arg in SETTINGS or said & roles(split(node.arg or "")).keys())
        for part, node in row.of(ast.keyword)
        if claim.value.start <= part.start < claim.value.end
    )


def cuts(row: Row, atom: Atom) -> bool:
    """Whether the name says where a sequence is cut in two: `rows[:test_size]` and `rows[test_size:]`."""
    slices = [node for _, node in row.of(ast.Slice)]
    begins = any(node.lower is atom.node for node in slices)
    return begins and any(isinstance(node.upper, ast.Name) and node.upper.id == atom.text for node in slices)


def is_replaced(row: Row, scope: Scope, claim: Claim, expected: str) -> bool:
    """Whether a call makes a new value of the target although its old one has not been read, or was just asked for."""
    if claim.how != ASSIGNED or not isinstance(claim.value.node, ast.Call) or claim.label != expected:
        return False
    at = claim.whole.start
    dropped = scope.uses.is_assigned(expected, at) and scope.uses.unread_until(expected, at)
    dropped = dropped and not _is_made_room(row, scope, expected, at)
    return (dropped and _follows(row, claim, expected)) or is_there(row, claim, expected)


def _is_made_room(row: Row, scope: Scope, name: str, at: int) -> bool:
    """Whether what the name is given before is an array of zeros, or one to be filled: out of habit."""
    around = row.statement_at(scope.uses.bindings(name, at)[-1])
    call = around.node.value if around is not None and isinstance(around.node, ast.Assign) else None
    return isinstance(call, ast.Call) and row.called(call).rpartition(".")[2] in _ROOM


def _follows(row: Row, claim: Claim, expected: str) -> bool:
    """Whether the statement right before it in the block binds the name."""
    for group in row.groups:
        if group.kind == "block":
            for before, part in pairwise(group.parts):
                if part.start == claim.whole.start:
                    return any(atom.stored and atom.text == expected for atom in row.atoms_of(before))
    return False


def is_there(row: Row, claim: Claim, expected: str) -> bool:
    """Whether it is done where the name is not None: `if train_data is not None: train_data = scaled(test_data)`."""
    return is_under(row, claim.whole.start, lambda test: affirms(test, expected))


def is_tag(row: Row, claim: Claim) -> bool:
    """Whether a text is the name under which a number is noted: `log("test/accuracy", acc)`."""
    node = claim.whole.node
    first, _, rest = claim.label.partition(" ")
    # `Train/Accuracy (Epoch)` is a name, too.
    if claim.how != TEXT or not isinstance(node, ast.Call) or (rest and "/" not in first):
        return False
    function = row.last_of(node.func)
    return function is not None and function.text in LOGGING


def is_data(atom: Atom) -> bool:
    return not _DATA.isdisjoint(split(atom.text))


def scores(row: Row, claim: Claim, atom: Atom) -> bool:
    """Whether a score is assigned that a call computes on what the name stands for: `val_loss = run(model, loader)`."""
    if claim.how != ASSIGNED or _SCORES.isdisjoint(split(claim.label)):
        return False
    return any(
        isinstance(each, (ast.Name, ast.Attribute)) and row.last_of(each) is atom
        for part, node in row.of(ast.Call)
        if claim.value.start <= part.start < claim.value.end
        for each in (*node.args, *(keyword.value for keyword in node.keywords))
    )


def binds(row: Row, claim: Claim, kind: str, name: str) -> bool:
    """Whether the statement itself binds the name: it cannot be meant in its own value, but for one that is kept."""
    if claim.how == DEFAULT:
        return False
    around = row.statement_at(claim.value.start)
    return around is not None and any(
        atom.stored and atom.kind == kind and atom.text == name for atom in row.atoms_of(around)
    )


def keeps_such(row: Row, claim: Claim, role: Role, name: str) -> bool:
    """Whether the container of that name is kept apart from the claim's: all of its entries are of the role, and all
    others of the claim's are not."""
    told: dict[str, list[bool]] = {name: [], next(row.atoms_of(claim.value)).text: []}
    for _, node in row.of(ast.Subscript):
        if node.slice not in row.parts:
            continue  # `x[i, j]`
        container, key = row.last_of(node.value), row.last_of(node.slice)
        if container is not None and key is not None and container.text in told and key is not claim.node:
            told[container.text].append(key.kind == STRING and role in roles(split(key.text)))
    wanted, mine = told.values()
    return len(wanted) > 1 and all(wanted) and not any(mine)


def is_computed(row: Row, claim: Claim, atom: Atom) -> bool:
    """Whether the name is an operand: validation has the epochs that training leaves, `epochs - train_epochs`."""
    inside = claim.value.start, claim.value.end
    operations = (*row.within(ast.BinOp, *inside), *row.within(ast.UnaryOp, *inside))
    return any(operation.start < atom.at < operation.end for operation, _ in operations)


def is_twice(row: Row, claim: Claim) -> bool:
    """Whether one statement computes the same for both of two targets: `new_w, new_h = int(w * r), int(w * r)`."""
    node = claim.whole.node
    values = node.value.elts if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Tuple, ast.List)) else []
    mine = claim.value
    return isinstance(mine.node, (ast.Call, ast.BinOp)) and any(
        other.start != mine.start and row.are_same(other, mine)
        for other in (row.parts[each] for each in values if each in row.parts)
    )


def _call(row: Row, claim: Claim) -> Part | None:
    """The innermost call that the claim is an argument of."""
    around = (part for part, _ in row.of(ast.Call) if part.start < claim.value.start < part.end)
    return max(around, key=lambda part: part.start, default=None) if claim.how in (KEYWORD, PARAMETER) else None


def called_by(row: Row, claim: Claim) -> str:
    """The path of the function that the claim is about an argument of."""
    call = claim.whole.node
    function = row.last_of(call.func) if isinstance(call, ast.Call) else None
    return "" if function is None else function.path


def is_given(row: Row, claim: Claim, expected: str) -> bool:
    call = _call(row, claim)
    if call is None:
        return False
    names = [atom for atom in row.atoms_of(call) if atom.kind in (NAME, ATTRIBUTE)]
    return any(atom.text == expected and not claim.value.start <= atom.at < claim.value.end for atom in names)


def is_called_so(row: Row, claim: Claim, role: Role) -> bool:
    call = _call(row, claim)
    if call is None or not isinstance(call.node, ast.Call):
        return False
    function = row.last_of(call.node.func)
    return function is not None and role in roles(split(function.text), parameters=True)


def is_scaled(row: Row, claim: Claim) -> bool:
    """Whether the value holds a ratio of the two sides of one thing: `width * size[0] / size[1]`."""
    for _, node in row.within(ast.BinOp, claim.value.start, claim.value.end):
        if isinstance(node.op, ast.Div):
            divisors = {atom.path for atom in row.atoms_of(row.parts[node.right])} - {"", "self"}
            return any(atom.path in divisors for atom in row.atoms_of(row.parts[node.left]))
    return False


def is_seconded(row: Row, claim: Claim, role: Role) -> bool:
    """Whether the call whose result is assigned is named for the role too: `val_loss = validate(...)`."""
    return role in roles(_named_by(row, claim)[:1])


def says_what_it_gets(row: Row, claim: Claim, role: Role) -> bool:
    """Whether the call whose result is assigned is named for the role that it is given: `evaluate_train(...)`."""
    return role in roles(_named_by(row, claim))


def _named_by(row: Row, claim: Claim) -> tuple[str, ...]:
    """The words of the function whose result is assigned; none where it is no call."""
    node = claim.value.node
    if claim.how != ASSIGNED or not isinstance(node, ast.Call):
        return ()
    function = row.last_of(node.func)
    return () if function is None else split(function.text)


def loads(row: Row, claim: Claim, atom: Atom) -> bool:
    """Whether a loader is made over the data that the name stands for: `val_loader = DataLoader(train_set)`."""
    node = claim.value.node
    if claim.how not in (ASSIGNED, KEYWORD, KEY) or not isinstance(node, ast.Call):
        return False
    function = row.last_of(node.func)
    data = [*node.args[:1], *(each.value for each in node.keywords if each.arg == "dataset")]
    return (
        function is not None
        and function.text.endswith(("DataLoader", "Sampler"))
        and any(row.parts[each].end - 1 == atom.at for each in data if isinstance(each, (ast.Name, ast.Attribute)))
    )


def is_repeated(row: Row, claim: Claim, atom: Atom, role: Role) -> bool:
    """Whether the name stands above in the statement, where no text says the same of it: `valid {x}, valid {x}`."""
    above = [each for each in row.atoms[max(0, claim.whole.start) : claim.value.start] if each is not None]
    if any(each.kind == STRING and each is not claim.node and role in roles(split(each.text)) for each in above):
        return False
    # What stands there again and again is what all of it is about.
    return sum(each.path == atom.path and each.kind == atom.kind for each in above) == 1
