"""Keys that all siblings but one have by the name of what they are for: `ema.load(state["ema"])`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from mlint.facts.pairs.copies.siblings import Comparison
from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import holds_training, is_of_data
from mlint.facts.pairs.names.words import is_one_of, listed, split
from mlint.facts.pairs.reading.measures import is_measured_by_call
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Line, Script
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, KEYWORD, NAME, NUMBER, STRING, Atom, Part, Row, subscripts
from mlint.facts.pairs.reading.unify import Site, Unified

_MANY = 2
_LEAST = 2
_ASKING = frozenset({"get", "pop", "getattr"})
_MOST_VARIED = 4
_GIVEN = re.compile(r"""\b(\w+)["']?\s*[=:]\s*(?:\w+\()?([\w.]+?)(?:\.\w+)?(?=[\[(,)}])""")
_KEY = re.compile(r"""\[(?<=\w\[)["'](\w+)["']\]""")
_LOADED = re.compile(r"""\b(\w+)\.\w+\(\w+\[["'](\w+)["']\]\)""")
_UNLIKE = re.compile(r"""\((?<=\w\()\w+\[["'](\w+)["']\], \w+\[["'](\w+)["']\]""")
# A model of language is trained to give back what it is given.
_TARGETS = listed("label labels target targets tgt lm y gt")
_INPUTS = listed("input inputs id ids token tokens text src source x")


def disagreeing(row: Row, scope: Scope, comparison: Comparison) -> Iterator[Slip]:
    """The text or attribute that two siblings share, where of all others each has that by which it is labelled."""
    unified = comparison.unified
    varied = [site for site in unified.sites if not site.kept and site.left.kind != NUMBER]
    for number, site in unified.kept() if 0 < len(varied) <= _MOST_VARIED else ():
        if site.left.kind not in (STRING, ATTRIBUTE, NAME) or site.left.stored or site.left.called:
            continue
        if site.left.kind == STRING and (not is_key(row, site.left) or _is_given(row, unified, site.left)):
            continue
        for other in varied:
            if not _may_tell(site.left, other.left, comparison.group.kind):
                continue
            yield from _disagreeing_with(row, scope, comparison, number, other)


def _disagreeing_with(row: Row, scope: Scope, comparison: Comparison, number: int, other: Site) -> Iterator[Slip]:
    """What the siblings share at a place, where one of two labels says another, as the other siblings show."""
    unified = comparison.unified
    site, at = unified.sites[number], unified.sites.index(other)
    for forward in (True, False):
        label, wrong = (other.left.text, other.right.text) if forward else (other.right.text, other.left.text)
        if not is_one_of(site.left.text, label) or _is_given_back(wrong, site.left.text):
            continue
        places = [(texts[number], texts[at]) for texts in map(row.texts, comparison.others)]
        if not all(is_one_of(key, its) and not is_one_of(key, wrong) for key, its in places):
            continue
        pair = (site.left.text, wrong)
        if is_of_data(pair) and not holds_training(pair):
            continue  # what is done to validate is done to test
        suspect, model = (unified.right, unified.left) if forward else (unified.left, unified.right)
        atom = site.right if forward else site.left
        if row.texts(suspect).count(wrong) > 1 or asks_another(row, site.left, site.right):
            continue  # it has its key, below another, or asks something else for it
        entries = comparison.group.kind == "entries"
        if _is_known(row, scope, atom, wrong, suspect, len(places) + 1, among_entries=entries):
            kind, by_name = _kind(atom, len(places)), other.left.kind != STRING
            yield Slip.of_pair(atom, wrong, suspect, model, (atom.text, wrong), kind=kind, telling=by_name)


def asks_another(row: Row, one: Atom, other: Atom) -> bool:
    """Whether two keys are asked of two things: `history["epochs"]`, `settings["epochs"]`."""
    owners = [_owner(row, key) for key in (one, other)]
    return one.kind == STRING and None not in owners and owners[0] != owners[1]


def _owner(row: Row, key: Atom) -> str | None:
    """What is asked for the key, where it is a name or an attribute."""
    for part, node in row.of(ast.Subscript):
        if part.start < key.at < part.end and node.slice is key.node:
            return ast.unparse(node.value) if isinstance(node.value, (ast.Name, ast.Attribute)) else None
    return None


def _is_given(row: Row, unified: Unified, key: Atom) -> bool:
    """Whether the siblings give by that name what they ask for by it: `resize(image=mask)["image"]`."""
    atoms = row.atoms_of(unified.left)
    return any(each.kind == KEYWORD and each.text == key.text for each in atoms)


def _kind(atom: Atom, others: int) -> Kind:
    """What others have by which they are labelled: of an attribute it says less."""
    if atom.kind != STRING:
        return Kind.AGREEING_ATTRIBUTE
    return Kind.AGREEING if others >= _MANY else Kind.AGREEING_ONCE


def may_disagree(script: Script) -> bool:
    """Whether a line can have a label with the key or value of another one, or two keys of two things; cheap."""
    return any(map(_tells_apart, script.repeating))


def _shares(given: Sequence[tuple[str, str]]) -> bool:
    """Whether what one label is given by its own name another one is given, too."""
    labelled = [(label, value.rpartition(".")[2]) for label, value in given]
    own = {label for label, value in labelled if label == value}
    return bool(own) and any(label != value and value in own for label, value in labelled)


def _tells_apart(line: Line) -> bool:
    text = line.text
    # The name stands there thrice: as its own label, and as what it and another are given.
    several = text.count("=") + text.count(":") > 1
    thrice = several and len(line.words) - len(set(line.words)) >= _LEAST
    if thrice and _shares(_GIVEN.findall(text)):
        return True
    if '["' not in text and "['" not in text:
        return False
    keys = _KEY.findall(text)
    if len(keys) > 1 and any(keys.count(key) > 1 and line.words.count(key) > keys.count(key) for key in keys):
        return True
    return any(one != other for one, other in _UNLIKE.findall(text))


def may_load_another(text: str) -> bool:
    """Whether code asks for one thing under a name that its own name has as a word; cheap:
    `ema_model.load_state_dict(state["model"])`."""
    if '["' not in text and "['" not in text:
        return False
    return any(owner != key and key in split(owner) for owner, key in _LOADED.findall(text))


def unlike_keys(row: Row) -> Iterator[Slip]:
    """The key that a call asks of the second of two things, where calls ask both for the same and this says which."""
    found: dict[tuple[str, str], list[tuple[Part, Atom, Atom]]] = {}
    for part, node in row.of(ast.Call):
        asked = [each for given in node.args[:2] if (each := _asked(row, given)) is not None]
        if len(asked) == len(node.args[:2]) == _MANY:
            found.setdefault((asked[0][0], asked[1][0]), []).append((part, asked[0][1], asked[1][1]))
    for calls in found.values():
        unlike = [each for each in calls if each[1].text != each[2].text]
        if len(unlike) != 1 or len(calls) <= _MANY:
            continue
        suspect, wanted, atom = unlike[0]
        model = next(part for part, one, _ in calls if one is not wanted)
        if _label(row, suspect) == wanted.text:
            renaming = (atom.text, wanted.text)
            yield Slip.of_pair(atom, wanted.text, suspect, model, renaming, kind=Kind.UNLIKE_KEYS)


def _asked(row: Row, node: ast.expr) -> tuple[str, Atom] | None:
    """What is asked for something by a text, and the text."""
    if not (isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.slice in row.parts):
        return None
    key = row.last_of(node.slice)
    return None if key is None or key.kind != STRING else (node.value.id, key)


def _label(row: Row, part: Part) -> str | None:
    """What the statement that holds a part assigns to, as a name or a key."""
    for around, node in row.of(ast.Assign):
        if around.start <= part.start < around.end:
            atom = row.atoms[row.parts[node.targets[0]].end - 1]
            return None if atom is None else atom.text
    return None


def _is_given_back(label: str, key: str) -> bool:
    """Whether it is what a model of language gives back, or the same by another word: `targets` of `labels`."""
    given = {*split(key)}
    return not _TARGETS.isdisjoint(split(label)) and not given.isdisjoint(_INPUTS | _TARGETS)


def _may_tell(atom: Atom, label: Atom, group: str) -> bool:
    """Whether a label can say by what name that is known which the atom names.

    By keyword the name of another thing is given, and one column is made of another, as often as not.
    """
    if label.kind == STRING and (label.held or label.stated):
        return False
    if atom.kind == STRING:
        return label.labels or group == "operands"
    return label.labels and group in (("entries", "block") if atom.kind == ATTRIBUTE else ("entries",))


def is_key(row: Row, atom: Atom) -> bool:
    """Whether something is asked for by the text: `state["net"]`, `state.get("net")`."""
    for part, node in row.of(ast.Subscript):
        if part.start < atom.at < part.end and any(each is atom.node for each in subscripts(node)):
            return not atom.held
    return is_optional(row, atom)


def is_optional(row: Row, atom: Atom) -> bool:
    """Whether something that may lack it is asked for the text: `state.get("net")`, `getattr(state, "net", None)`."""
    return any(
        node.args
        and node.args[0] is atom.node
        and (name := row.last_of(node.func)) is not None
        and name.text in _ASKING
        for _, node in row.of(ast.Call)
    )


def _is_known(
    row: Row, scope: Scope, atom: Atom, wanted: str, suspect: Part, count: int, *, among_entries: bool
) -> bool:
    """Whether there is what the label asks for: a key of the file, an attribute of the same thing."""
    if len(wanted) == 1 or not wanted.isidentifier():
        return False
    if atom.kind == STRING:
        # A key beside the very same value is as often a second name of it.
        return scope.has_text(wanted) and (count >= _MANY or not among_entries)
    if not set(split(wanted)).isdisjoint(split(atom.text)) and atom.kind == NAME:
        return False  # an alias, or what the other was made of
    if atom.kind == NAME:
        return count >= _MANY and scope.uses.is_local(atom.text) and scope.uses.bound_before(wanted, suspect.start)
    if is_measured_by_call(row, atom):
        return False
    own = atom.path == f"self.{atom.text}" or f"{atom.path.rpartition('.')[0]}.{wanted}" in scope.uses.paths
    return own and count >= _MANY and scope.knows(atom, wanted, suspect.start)
