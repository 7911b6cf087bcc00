"""Whether a function can say one role and use another, told from its lines before anything is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

from mlint.facts.pairs.labels.around import SETTINGS
from mlint.facts.pairs.labels.averaged import may_be_averaged
from mlint.facts.pairs.labels.branches import may_branch
from mlint.facts.pairs.labels.claims import is_test
from mlint.facts.pairs.labels.crossed import may_cross, may_lack_labels
from mlint.facts.pairs.labels.dropped import may_be_dropped
from mlint.facts.pairs.labels.entries import may_share
from mlint.facts.pairs.labels.exchanged import may_exchange
from mlint.facts.pairs.labels.flags import may_have_flags
from mlint.facts.pairs.labels.guarded import may_be_guarded
from mlint.facts.pairs.labels.in_full import may_be_spelled
from mlint.facts.pairs.labels.limits import may_be_backwards, may_be_clamped_backwards
from mlint.facts.pairs.labels.normalised import may_be_normalised
from mlint.facts.pairs.labels.unread import is_partnered, may_wait, waiting
from mlint.facts.pairs.names.orders import displaced
from mlint.facts.pairs.names.roles import Role, counterparts, is_size, roles
from mlint.facts.pairs.names.words import listed, names_told, replaced, split
from mlint.facts.pairs.reading.called_texts import called_around, called_with_names, called_with_names_behind
from mlint.facts.pairs.reading.collected import COLLECTING
from mlint.facts.pairs.reading.printed import may_be_printed
from mlint.facts.pairs.reading.script import Knows, Line, Script, words_of
from mlint.facts.pairs.reading.signatures import may_split_each, takes_items
from mlint.facts.tables.orders import TAKING_SIDES

# What these lines give or go over is what the function is about.
_TAKING = ("return", "for ", "async for ")
# The name, and what a keyword, a key or a text says of it.
_LABELLED = re.compile(r"""(?:(\w+)\s*=(?!=)|"([^"]*)"\s*[:,]|'([^']*)'\s*[:,])([^,=]*)""")
# A container, and the key of its entry.
_ENTRY = re.compile(r"""(\w+)\[f?["']([^"']*)["']\]""")
_FORMATTED = re.compile(r"([^{}]*)\{([^{}]*)\}")
_TARGET = re.compile(r"^([^=(]*?)(?::[^=]*)?(?<![=!<>+\-*/%|&^@])=(?!=)(.*)$")
_UNPACKED = re.compile(r"^\(?(\w+(?:\s*,\s*[\w.]+)+)\)?\s*=\s*([A-Za-z_][\w.]*)\(")
_TUPLE = re.compile(r"[(,=]\s*([(\[]([\w.]+(?:\s*,\s*[\w.]+)+)\s*[)\]])\s*(?=[,)])")
_ITEMS = re.compile(r"[(\[]([^()\[\],]*(?:,[^()\[\],]*){3,})[)\]]")
_BOUNDING = listed("range arange unfold clip clamp clamp_ min max minimum maximum")
_BOUNDED_BY_CALL = re.compile(rf"[\w.]*\b(?:{'|'.join(_BOUNDING)})\([^()]*")
_BOUNDED = re.compile(rf"{_BOUNDED_BY_CALL.pattern}|[^()<>,]+[<>]=?[^()<>,]+")
_TOGETHER = re.compile(r"(?<![\w.])([\w.]+) (?:[<>]=?|[=!]=|-) ([\w.]+)(?![\w.(\[])")
_BETWEEN = re.compile(r"[\[,]\s*([^\[\],:\w]*\w[^\[\],:]*):([^\[\],:\w]*\w[^\[\],:]*)(?=[\],])")
_STEPS = re.compile(r"\b(?:range|arange|unfold)\(")
_CALLED = re.compile(r"[\w.]+\(")
_NAMED = re.compile(r"\w+\s*=(?!=)")
_COLLECTED = re.compile(rf"""([\w.]+(?:\[[^]]*\])?)\.(?:{"|".join(sorted(COLLECTING))})\((.*)""")
_TURN = re.compile(r"(?:async )?for .* in (.*):")
_SETTING = re.compile(rf"\b(?:{'|'.join(sorted(SETTINGS))})\s*=[^,()]*")
_OF_SELF = re.compile(r"\bself\.")
_KEYWORD = re.compile(r"[(,]\s*(\w+)\s*=\s*([\w.]+)(?=\s*[,)])")


class Signatures(Protocol):
    """What is known of the functions that are called."""

    def called(self, dotted: str) -> Sequence[str] | None:
        """The positional parameters of what a dotted name calls."""

    def gives(self, dotted: str) -> Sequence[str] | None:
        """The names that it returns by position."""


def has_two_roles(script: Script, name: str, knows: Knows, around: Signatures) -> bool:
    """Whether a statement, or a return and the function's name, say one role of a family and use another.

    `around`: the signatures of what dotted names call.
    """

    def known(name: str) -> bool:
        return name in script.words or knows(name)

    own = [role for role in roles(split(name)) if role.family == "split" and not is_test(name)]
    pads = "pad(" in script.text
    notable = _notable(script.words)
    telling = frozenset(word for word in notable if _roles(word))
    if telling and "for " in script.code and _puts_elsewhere(script, known):
        return True
    if _is_told_as_a_whole(script, notable) or _exchanged(script, known, around):
        return True
    for line, words, _ in script.statements:
        if "(" in line and "," in line and _misplaced(line, words, telling, around):
            return True
        if own and line.startswith(_TAKING) and any(_disagrees(role, line, known) for role in own):
            return True
        if may_be_printed(line) and any(
            may_be_spelled(label, _OF_SELF.sub("", value)) for label, value in _labels(line)
        ):
            return True
        if pads and "pad" in line and any(_pads_height_first(found[1]) for found in _ITEMS.finditer(line)):
            return True
        # One word says the one role, another the other.
        if len(telling) > 1 and len(telling.intersection(words)) > 1 and _is_of_two(line, words, telling, known):
            return True
    return False


def _notable(words: frozenset[str]) -> frozenset[str]:
    """The words that speak of a role or have a partner: few of all."""
    return frozenset(filter(_is_notable, words))


@lru_cache(maxsize=1 << 14)
def _is_notable(word: str) -> bool:
    return bool(_roles(word)) or is_partnered(word)


def _is_of_two(line: str, words: Sequence[str], telling: frozenset[str], known: Knows) -> bool:
    """Whether a line whose words tell of two roles may give one of them what the other is called for."""
    named = '"' in line or "'" in line
    if any(_differ(label, value, known, named=named) for label, value in _labels(line)) or may_cross(line):
        return True
    if may_be_printed(line) and _repeats(words, telling):
        return True
    if any(_limits(one, other, known, steps=True) for one, other in _TOGETHER.findall(line)):
        return True
    return _bounds(line, words) and _mixes_sides(line, known)


def _is_told_as_a_whole(script: Script, notable: frozenset[str]) -> bool:
    """Whether something shows that needs no names in scope."""
    if (
        _leaves_unread(script, notable)
        or may_have_flags(script.text)
        or may_branch(script.text)
        or may_be_guarded(script)
        or may_lack_labels(script)
        or may_be_averaged(script)
    ):
        return True
    if may_share(script) or may_be_dropped(script.statements) or _is_normalised(script):
        return True
    return len(notable) > 1 and any(map(_is_backwards, script.statements))


def _is_backwards(line: Line) -> bool:
    """Whether the bounds in a line may be the wrong way round."""
    return may_be_backwards(line) or may_be_clamped_backwards(line)


def _is_normalised(script: Script) -> bool:
    divided = "/" in script.code and ("-" in script.code or "norm(" in script.code)
    lines = script.statements if divided else ()
    return any(may_be_normalised(line.text) for line in lines)


def _puts_elsewhere(script: Script, known: Knows) -> bool:
    """Whether below the head of a loop over one kind of data something is put into what is for another."""
    over: set[Role] = set()
    for line, _, _ in script.statements:
        if (turn := _TURN.match(line)) is not None:
            over = {role for role in _said(turn[1]) if role.family == "split"}
        elif over and (put := _COLLECTED.match(line)) and any(_disagrees(role, put[1], known) for role in over):
            return True
    return False


def _leaves_unread(script: Script, notable: frozenset[str]) -> bool:
    """Whether a value has the partner of a name that its target or keyword asks for and that may be read nowhere."""
    left = waiting(notable, script)
    return bool(left) and any(
        may_wait(label, value, script.is_idle_name)
        for line, words, _ in script.statements
        if "=" in line and not left.isdisjoint(words)
        for label, value in _values(line)
    )


def _values(line: str) -> Iterator[tuple[str, Sequence[str]]]:
    """The target of a line and the words that it is given, and its keywords with theirs."""
    found = _TARGET.match(line)
    if found is not None:
        yield found[1], words_of(found[2])
    for label, value in _KEYWORD.findall(line):
        yield label, words_of(value)


def _labels(line: str) -> Iterator[tuple[str, str]]:
    yield from _entries(line)
    if "=" in line:
        found = _TARGET.match(line)
        if found is not None:
            targets, values = found[1].split(","), found[2].split(",")
            yield from zip(targets, values, strict=True) if len(targets) == len(values) else ((found[1], found[2]),)
            # `validate` of `val_loss = validate(...)` is what is done, not what it is done with.
            if "(" in found[2] and any(role.family == "split" for role in _said(found[1])):
                yield found[1], _NAMED.sub("", _CALLED.sub("(", _SETTING.sub("", found[2])))
            line = found[2]
    elif (put := _COLLECTED.match(line)) is not None:
        yield put[1], _NAMED.sub("", put[2])
    if "=" in line or '"' in line or "'" in line:
        around = ""
        for labelled in _LABELLED.finditer(line):
            label, value = labelled[1] or labelled[2] or labelled[3] or "", labelled[4]
            yield label, value
            if around:  # `val_loader=DataLoader(dataset=train_set)`
                yield around, value
            around = label if value.count("(") > value.count(")") else ""
    if "{" in line:
        for formatted in _FORMATTED.finditer(line):
            yield formatted[1][-40:].rpartition(",")[2], formatted[2]


def _entries(line: str) -> Iterator[tuple[str, str]]:
    """The keys of entries, with what holds these."""
    if '["' in line or "['" in line or "[f" in line:
        yield from ((entry[2], entry[1]) for entry in _ENTRY.finditer(line))


def _differ(label: str, value: str, known: Knows, of_parameter: bool = False, named: bool = False) -> bool:
    """Whether a value has another role than its label says. `named`: the label may be a text that says a name."""
    said = _said(label, of_parameter)
    poles = [role.family for role in said]
    told = named and "split" in poles and any(map(known, names_told(label)))
    return any(poles.count(role.family) == 1 and _disagrees(role, value, known, told) for role in said)


def _said(text: str, of_parameter: bool = False) -> set[Role]:
    """The roles that a label speaks of; only a parameter tells a prediction from a target."""
    return {role for word in words_of(text) for role in _roles(word) if of_parameter or role.family != "answer"}


def _disagrees(role: Role, value: str, known: Knows, told: bool = False) -> bool:
    """Whether the value has the other role of the family alone, and its counterpart is a name that is known, or what
    is `told` instead is."""
    wrong: dict[str, str] = {}
    for word in words_of(value):
        for other, spelled in _roles(word).items():
            if other == role:
                return False
            if other.family == role.family:
                wrong[word] = spelled
    if len(wrong) != 1 or (told and role.family == "split"):
        return len(wrong) == 1
    return any(
        known(replaced(word, spelled, new)) for word, spelled in wrong.items() for new in counterparts(spelled, role)
    )


@lru_cache(maxsize=1 << 13)
def _roles(word: str) -> dict[Role, str]:
    return roles(split(word), parameters=True)


def _exchanged(script: Script, known: Knows, around: Signatures) -> bool:
    """Whether a call has arguments that may have each other's place."""
    for function, arguments in dict.fromkeys((*called_with_names(script.code), *called_with_names_behind(script.code))):
        given = arguments.replace(" ", "").split(",")
        names = [each.rpartition(".")[2] for each in given]
        labels = around.called(function) if len(names) > 1 else None
        if labels and (
            may_exchange(names, labels)
            or any(
                _differ(label, arg, known, of_parameter=True)
                for label, arg in zip(labels, given, strict=False)
                if label != arg
            )
        ):
            return True
    named = ((label, value.rpartition(".")[2]) for label, value in dict.fromkeys(_KEYWORD.findall(script.code)))
    others = [(label, name) for label, name in named if label != name]
    return (
        _are_crossed(others, script.statements)
        or any(_hints(*each, known) for each in others)
        or any(known(label) and may_be_spelled(label, name) for label, name in others)
    )


def _misplaced(line: str, words: Sequence[str], telling: frozenset[str], around: Signatures) -> bool:
    """Whether the names of a tuple stand in another order than in the function that they go to or come from, or two
    sides go to one that takes them in an order. `telling`: the words that speak of a role."""
    told = telling.intersection(words)
    if told and not TAKING_SIDES.isdisjoint(words) and _says_both_sides(told):
        return True
    taken = _UNPACKED.match(line)
    if taken is not None:
        if may_split_each(taken[2]):
            return True
        given = around.gives(taken[2])
        if given is not None and displaced(_listed(taken[1]), given) is not None:
            return True
    for found in _TUPLE.finditer(line) if told else ():
        names = _listed(found[2])
        if len({role for name in names for role in _roles(name)}) > 1:
            called = called_around(line[: found.start(1)])
            if called and (takes_items(called) or around.called(called) is not None):
                return True
    return False


def _says_both_sides(words: Iterable[str]) -> bool:
    """Whether of some words one speaks of the width and one of the height."""
    return len({role for word in words for role in _roles(word) if role.family == "axis"}) > 1


def _repeats(words: Sequence[str], telling: frozenset[str]) -> bool:
    """Whether a name of one role stands there twice."""
    return any(words.count(word) > 1 for word in telling.intersection(words))


def _bounds(line: str, words: Sequence[str]) -> bool:
    if "<" in line or ">" in line or not _BOUNDING.isdisjoint(words):
        return True
    return ":" in line and _BETWEEN.search(line) is not None


def _mixes_sides(line: str, known: Knows) -> bool:
    """Whether a step or a limit in the line speaks of one side of a picture, and what it goes with of the other."""
    for lower, upper in _BETWEEN.findall(line):
        if _limits(lower, upper, known, steps=True) or _limits(upper, lower, known, steps=True):
            return True
    compares = "<" in line or ">" in line
    for found in (_BOUNDED if compares else _BOUNDED_BY_CALL).finditer(line):
        steps = _STEPS.search(found[0]) is not None
        for one, other in _neighbours(found):
            if any(_limits(*pair, known, steps) for pair in ((one, other), (other, one))):
                return True
    return False


def _limits(limited: str, limit: str, known: Knows, steps: bool) -> bool:
    """Whether what is limited has a place on one side (it is no size itself), and the limit is that of the other."""
    sides = {role: spelled for word in words_of(limited) for role, spelled in _roles(word).items()}
    axes = [(role, spelled) for role, spelled in sides.items() if role.family == "axis"]
    return len(axes) == 1 and (steps or not is_size(axes[0][1])) and _disagrees(axes[0][0], limit, known)


def _neighbours(found: re.Match[str]) -> Iterator[tuple[str, str]]:
    parts = [part for part in re.split(r"[,(<>]", found[0]) if part.strip()]
    yield from pairwise(parts)
    yield from zip(parts, parts[2:], strict=False)


def _pads_height_first(items: str) -> bool:
    """Whether of four numbers or more the first that speaks of a side is about the height."""
    poles = [role.pole for word in words_of(items) for role in _roles(word) if role.family == "axis"]
    return bool(poles) and poles[0] == 1 and 0 in poles


def _listed(names: str) -> list[str]:
    return [each.strip().rpartition(".")[2] for each in names.split(",") if each.strip()]


def _hints(label: str, name: str, known: Knows) -> bool:
    """Whether a keyword gets a name of the other end, the other way or the other extreme: `in_size=out_size`."""
    said = _hinting(label)
    expected = (
        replaced(name, word, new)
        for other, word in (_hinting(name) if said else {}).items()
        for role in said
        if role.family == other.family and role != other
        for new in counterparts(word, role)
    )
    return any(map(known, expected))


@lru_cache(maxsize=1 << 14)
def _hinting(name: str) -> dict[Role, str]:
    return roles(split(name), hints=True)


def _are_crossed(given: Sequence[tuple[str, str]], statements: Iterable[Line]) -> bool:
    """Whether of two keywords of a statement each is given what is named as the other; `given`: those of all of them,
    but for what is named as its keyword."""
    crossed = not {each[::-1] for each in given}.isdisjoint(given)
    return crossed and any(_crosses(line.text) for line in statements)


def _crosses(line: str) -> bool:
    given = {label: value.rpartition(".")[2] for label, value in _KEYWORD.findall(line)}
    return any(value != label and given.get(value) == label for label, value in given.items())
