"""Arguments that have each other's place: each is named as the parameter that another of them is given to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mlint.facts.domain.records import replace
from mlint.facts.pairs.labels.claims import FREE_KEYWORDS, KEYWORD, PARAMETER, Claim, Parameters
from mlint.facts.pairs.names.roles import family, holds_training, is_of_data, is_size, known_pair, partners
from mlint.facts.pairs.names.words import changed, listed, split
from mlint.facts.pairs.reading.calls import has_either_order
from mlint.facts.pairs.reading.shapes import NAME, Atom, Part, Row, defaults
from mlint.facts.pairs.reading.uses import is_compared

# A letter or two says nothing, but for a known pair; nor does a short word at the end of a longer name.
_SHORT = 2
_WORD = 3
_MOST = 12
_TWO = 2
# Of these either order makes sense: both ways between two things, one on the other.
_DIRECTED = frozenset({"translation", "hand", "order", "direction", "flow", "attention", "truth", "ends", None})

# Of these with a third argument it does not: `attend(q, v, k)`, `step(y, x, index)`.
_IN_ORDER = frozenset({"attention", "axis"})
# Those of a matrix are exchanged where its transpose is meant.
_MATRIX = listed("row rows col cols column columns")
# Between points that are named by these one goes to and fro.
_LETTERS = listed("alpha beta gamma delta eta theta lam mu nu xi phi psi sigma tau omega")


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two arguments, or two items of a tuple, in each other's place.

    `claim` and `atom` are the first of them, `other` and `expected` the second. `whole`: both have the very names of
    the two parameters. `either_way`: the names are such that the other order can well be meant.
    """

    claim: Claim
    atom: Atom
    other: Claim
    expected: str
    whole: bool
    either_way: bool

    @property
    def is_of_order(self) -> bool:
        """Whether arguments differ by a number, or have the same words in another order: who calls says which is
        first."""
        if self.claim.how != PARAMETER:
            return False
        words = [[word.lower() for word in split(name)] for name in (self.atom.text, self.expected)]
        pairs = changed(self.atom.text, self.expected)
        return sorted(words[0]) == sorted(words[1]) or (len(pairs) == 1 and family(*pairs[0]) == "order")


@dataclass(frozen=True, slots=True)
class _Given:
    label: str
    atom: Atom
    claim: Claim

    @property
    def words(self) -> tuple[str, ...]:
        return split(self.atom.text)


def exchanges(row: Row, parameters: Parameters, inside: str) -> Iterator[Exchange]:
    """The exchanges in the calls of a row, one a call; `inside`: the function, whose own calls of itself may turn."""
    for part, call in row.of(ast.Call):
        given = _given(row, call, part, parameters)
        if len(given) < 2 or row.called(call).removeprefix("self.") == inside:
            continue
        alone = len(call.args) + len(call.keywords) <= _TWO
        found = _exchange(given, in_order=not alone and not has_either_order(row.called(call)))
        if (
            found is not None
            and not _given_back(row, call, found)
            and not _is_called_so(row, part, found)
            and not is_compared(row, part.start, {found.atom.text, found.expected})
            and (_are_sides(found) or not _otherwise(row, call, found))
        ):
            backwards = found.either_way and not alone and inside == "__init__" and _runs_backwards(row, call, found)
            told = backwards or (found.either_way and (_hands_on(row, call, found) or _are_of_data(row, call, found)))
            yield replace(found, either_way=False) if told else found


def _is_called_so(row: Row, call: Part, found: Exchange) -> bool:
    """Whether what comes of a call is named in the order of its arguments: `dist_2_1 = between(x_2, x_1)`."""
    statement = row.statement_at(call.start)
    pair = changed(found.atom.text, found.expected)
    if statement is None or not isinstance(statement.node, ast.Assign) or len(pair) != 1:
        return False
    target = next((atom for atom in row.atoms_of(statement) if atom.stored), None)
    said = () if target is None or target.kind != NAME else split(target.text)
    first, second = pair[0]
    if first[0] + second[0] in said:
        return True  # `m_rs = between(ref_points, sample_points)`
    return first in said and second in said and said.index(first) < said.index(second)


def may_exchange(names: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether of arguments by these names two may have each other's place; `labels`: the parameters they go to."""
    words = [split(name) for name in names]
    asked = [split(label) for label in labels]
    wanted = {index: _place(index, words, asked) for index in range(min(len(words), len(asked)))}
    return any(place is not None and wanted.get(place) == index for index, place in wanted.items())


def _given(row: Row, call: ast.Call, part: Part, parameters: Parameters) -> list[_Given]:
    """The arguments that are names, with what they are given to."""
    path = row.called(call)
    if not 2 <= len(call.args) + len(call.keywords) <= _MOST or path.rpartition(".")[2] in FREE_KEYWORDS:
        return []
    names: Sequence[str] = ()
    if len(call.args) > 1 and path and not any(isinstance(arg, ast.Starred) for arg in call.args):
        names = parameters(path) or ()
    labelled = [(PARAMETER, name, arg, row.parts[arg]) for name, arg in zip(names, call.args, strict=False)]
    labelled += [(KEYWORD, each.arg, each.value, row.parts[each]) for each in call.keywords if each.arg is not None]
    return [
        _Given(label, atom, Claim(how, label, given, row.parts[value], part))
        for how, label, value, given in labelled
        if isinstance(value, (ast.Name, ast.Attribute)) and (atom := row.last_of(value)) is not None and atom.path
    ]


def _exchange(given: Sequence[_Given], *, in_order: bool) -> Exchange | None:
    """`in_order`: the arguments can't well be meant the other way round: more than the two are passed on."""
    words = [each.words for each in given]
    asked = [split(each.label) for each in given]
    places = {index: _place(index, words, asked) for index in range(len(given))}
    for index, place in places.items():
        if place is None or place < index or places[place] != index:
            continue
        one, other = given[index], given[place]
        if one.atom.text != other.atom.text and _says_enough(one.atom.text, other.atom.text):
            whole = one.words == asked[place] and other.words == asked[index]
            if whole or not one.claim.how == other.claim.how == KEYWORD:
                either_way = _either_way(one, other) or not _MATRIX.isdisjoint((*one.words, *other.words))
                both = one.claim.how == other.claim.how == KEYWORD
                told = len(one.words) == 1 or not one.words[-1].isdigit() or len(one.words[0]) > 1
                if in_order and told and whole and not both and _are_in_order(one.words, other.words):
                    either_way = False
                found = Exchange(one.claim, one.atom, other.claim, other.atom.text, whole, either_way)
                return found if in_order or _are_sides(found) else replace(found, either_way=True)
    return None


def _are_in_order(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether the two are what a function tells apart by their names alone, and nobody exchanges on purpose."""
    apart = [(a, b) for a, b in zip(one, other, strict=False) if a != b and len(one) == len(other)]
    return len(apart) == 1 and family(*apart[0]) in _IN_ORDER and _MATRIX.isdisjoint(apart[0])


def _place(index: int, words: Sequence[tuple[str, ...]], asked: Sequence[tuple[str, ...]]) -> int | None:
    """Which of the parameters the argument is named for, where that is not its own."""
    own = words[index]
    if not own or own == asked[index]:
        return None
    exact = [place for place, label in enumerate(asked) if label == own and place < len(words)]
    if exact:
        return exact[0]
    if not set(own).isdisjoint(asked[index]):
        return None
    ends = [
        place
        for place, label in enumerate(asked)
        if label and own[-len(label) :] == label and len(label[-1]) >= _WORD and place < len(words)
    ]
    # The other of the two must be named in full: `evaluate(model, device, test_loader)`.
    return ends[0] if len(ends) == 1 and words[ends[0]] == asked[index] else None


def _says_enough(one: str, other: str) -> bool:
    if min(len(one), len(other)) > _SHORT:
        return True
    pairs = changed(one, other)
    return len(pairs) == 1 and known_pair(*pairs[0])


def _are_sides(found: Exchange) -> bool:
    """Whether the two are the sides of a picture, by the very names: whatever else is done, their order is one."""
    pairs = changed(found.atom.text, found.expected)
    return found.whole and bool(pairs) and all(map(_is_side, pairs))


def _are_of_data(row: Row, call: ast.Call, found: Exchange) -> bool:
    """Whether the two are for training and for what is held out, by the very names: nobody exchanges these."""
    pairs = changed(found.atom.text, found.expected)
    told = found.whole and len(pairs) == 1 and is_of_data(pairs[0]) and holds_training(pairs[0])
    return told and not has_either_order(row.called(call)) and found.claim.how == PARAMETER


def _is_side(words: tuple[str, str]) -> bool:
    return _MATRIX.isdisjoint(words) and family(*words) == "axis" and (is_size(words[0]) or len(words[0]) > 1)


def _either_way(one: _Given, other: _Given) -> bool:
    owner = one.atom.path.rpartition(".")[0]
    if owner not in ("", "self") and owner == other.atom.path.rpartition(".")[0]:
        return True  # what goes forth makes what goes back: `Grow(prune.updated, prune.existing)`
    if all(word.isdigit() or len(word) == 1 for word in (*one.words, *other.words)) and one.words[-1].isdigit():
        return True  # `conv(c2, c1)` leads back
    if min(len(one.atom.text), len(other.atom.text)) <= 1 and not (is_size(one.atom.text) and is_size(other.atom.text)):
        return True
    if one.claim.how == other.claim.how == KEYWORD:
        return True  # both are in sight: `f(stride=dilation, dilation=stride)`
    if _is_directed_part(one.words, other.words) or _is_directed_part(other.words, one.words):
        return True
    apart = [
        (a, b) for a, b in zip(one.words, other.words, strict=False) if a != b and len(one.words) == len(other.words)
    ]
    return len(apart) == 1 and _pairs(apart[0])


def _is_directed_part(some: Sequence[str], more: Sequence[str]) -> bool:
    """Whether the one name is the other but for a word that says a way, which can be gone back: `dim`, `dim_out`."""
    rest = set(more) - set(some)
    return set(some) < set(more) and all(any(family(word, end) in _DIRECTED for end in partners(word)) for word in rest)


def _pairs(words: tuple[str, str]) -> bool:
    if _LETTERS.issuperset(words):
        return True
    if {word[-3:] for word in words} >= {"out"} and len({re.sub("(in|out)$", "", word) for word in words}) == 1:
        return True  # `chin`, `chout`
    name = family(*words)
    return name in _DIRECTED if name is not None else any(len(word) <= _SHORT for word in words)


def _runs_backwards(row: Row, call: ast.Call, found: Exchange) -> bool:
    """Whether a constructor makes a layer that leads from what goes out to what comes in, and none that leads on.

    What it calls `in_channels` itself is what comes in: `Conv(out_channels, in_channels, 3)` can't be its only layer.
    """
    if found.claim.how == found.other.how == KEYWORD:
        return False  # whoever writes `in_channels=out_channels, out_channels=in_channels` sees both
    forth = [found.expected, found.atom.text]
    if not found.whole or not any(family(*pair) == "flow" for pair in changed(*forth)):
        return False
    parameters = {node.arg for _, node in row.of(ast.arg)}
    return parameters.issuperset(forth) and not _leads_on(row, call, forth)


def _hands_on(row: Row, call: ast.Call, found: Exchange) -> bool:
    """Whether a function hands its own parameters on, which it has in the order that is asked for, to one that calls
    them the same.

    What has no order (`distance(b, a)`) and what stands for letters is handed on in any; of what comes in and goes out
    a layer that leads back is one of two.
    """
    forth = [found.expected, found.atom.text]
    pairs = changed(*forth)
    told = found.whole and len(pairs) == 1 and known_pair(*pairs[0]) and _MATRIX.isdisjoint(pairs[0])
    if not told or min(map(len, forth)) == 1 or has_either_order(row.called(call)):
        return False
    if found.claim.how == found.other.how == KEYWORD:
        return False
    if len(call.args) + len(call.keywords) <= _TWO:
        return False  # `overlap(box2, box1)` is that of the second, `target_in(b, a)` is `source_in(a, b)`
    if not set(pairs[0]).isdisjoint(split(row.called(call).rpartition(".")[2])):
        return False  # `source_in(source, destination)` is `destination_in(destination, source)`
    own = [name for name in _parameters_around(row, row.parts[call]) if name in forth]
    return own == forth and not (family(*pairs[0]) == "flow" and _leads_on(row, call, forth))


def _parameters_around(row: Row, part: Part) -> list[str]:
    """The parameters of the innermost function that a part stands in, in order."""
    around = [(each, node) for each, node in row.of(ast.FunctionDef) if each.start < part.start < each.end]
    if not around:
        return []
    _, node = max(around, key=lambda each: each[0].start)
    return [parameter.arg for parameter, _ in defaults(node.args)]


def _leads_on(row: Row, call: ast.Call, forth: Sequence[str]) -> bool:
    """Whether another call takes the two in the order in which they go in and out."""
    return any(
        [atom.text for atom in row.atoms_of(part) if atom.kind == NAME and atom.text in forth][:2] == forth
        for part, other in row.of(ast.Call)
        if other is not call
    )


def _given_back(row: Row, call: ast.Call, found: Exchange) -> bool:
    """Whether what comes back has the names in the same order: `b, a = both(b, a)`."""
    targets = [target for _, node in row.of(ast.Assign) if node.value is call for target in node.targets]
    both = [found.atom.text, found.expected]
    return any([atom.text for atom in row.atoms_of(row.parts[each]) if atom.text in both] == both for each in targets)


def _otherwise(row: Row, call: ast.Call, found: Exchange) -> bool:
    """Whether another call of the function takes the two as well: it is symmetric, and both ways are meant."""
    path = row.called(call)
    return any(
        {atom.text for atom in row.atoms_of(part)}.issuperset((found.expected, found.atom.text))
        and not _is_of_the_other(row, call, part, found)
        for part, other in row.of(ast.Call)
        if other is not call and row.called(other) == path
    )


def _is_of_the_other(row: Row, call: ast.Call, other: Part, found: Exchange) -> bool:
    """Whether a call is the same for other things, with the two in another order: `f(a, b, train)`, `f(b, a, test)`."""
    part = row.parts[call]
    ours, theirs = ([atom.text for atom in row.atoms_of(each)] for each in (part, other))
    if len(ours) != len(theirs):
        return False
    both = {found.atom.text, found.expected}
    rest = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b and not {a, b} <= both]
    turned = [text for text in ours if text in both] != [text for text in theirs if text in both]
    return turned and bool(rest) and all(any(family(*each) == "split" for each in changed(a, b)) for a, b in rest)
