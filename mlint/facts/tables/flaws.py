"""What in an entry of the tables means nothing: a misspelt kind, a parameter that is not there.

Such an entry can be read, and would silently say nothing (or fail where it is used). mlint's own are held to this by a
test, those of users whenever they are read.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from mlint.facts.domain.ranges import RANGES_BY_NAME
from mlint.facts.tables import expressions
from mlint.facts.tables.entries import Entry, Result, kind_names
from mlint.facts.tables.expressions import Argument, Expression, Transfer, Word
from mlint.facts.tables.results import FOLDS, PICKS
from mlint.facts.tables.table_dtypes import DTYPES_BY_NAME, FAMILIES

_FUNCTIONS: Mapping[str, Iterable[str]] = {
    "like": {*PICKS, "only"},
    "cast": {*DTYPES_BY_NAME, "to"},
    "dtype": {*DTYPES_BY_NAME, "to"},
    "device": {"to", "either"},
    "moves": {"to"},
    "range": {*RANGES_BY_NAME, *FOLDS, "saturate"},
}
_MODES = ("train", "eval", "either")
_CONTEXTS = (
    "no_grad", "inference_mode", "enable_grad", "autocast", "anomaly_detection", "errstate", "none", "unknown",
)  # fmt: skip
_HOOKS = (*_MODES, "no_grad", "inference_mode", "enable_grad", "device")
_DEVICES = ("cpu", "cuda", "mps", "xpu", "hpu", "xla", "mtia", "ipu", "meta", "privateuseone")
_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def flaws(entry: Entry, known: Callable[[str], object]) -> Iterator[str]:
    """What is wrong with the entry, each in a few words. `known` gives the entry of a name, None if there is none."""
    if not _NAME.fullmatch(entry.name):
        yield f"`{entry.name}` is no dotted name"
    for parameter in entry.parameters or ():
        yield from (
            f"`{each}` is no parameter" if each else "`params` has a comma or a `|` with nothing beside it"
            for each in (parameter.name, *parameter.aliases)
            if not each.isidentifier()
        )
    for result in results(entry.result):
        yield from _in_result(result, _parameters(entry))
    yield from _in_effects(entry, _parameters(entry))
    yield from (f"nothing is known of `{name}`" for name in (*entry.bases, entry.forward) if name and not known(name))
    for conditions, case in entry.cases:
        yield from _missing([each.parameter for each in conditions], _parameters(entry))
        yield from flaws(case, known)


def _parameters(entry: Entry) -> set[str]:
    return {parameter.name for parameter in entry.parameters or ()}


def results(result: Result) -> Iterator[Result]:
    """The result and those of its items."""
    yield result
    inner = [*(result.items or ()), *([result.element] if result.element else [])]
    for each in [*inner, *(value for _, value in result.entries or ())]:
        yield from results(each)


def _in_result(result: Result, parameters: set[str]) -> Iterator[str]:
    if result.kind is not None and result.kind not in kind_names():
        yield from _in_text("kind", result.kind, parameters, _one_of(kind_names()))
    if result.like is not None:
        text = result.like if "$" in result.like or "(" in result.like else f"${result.like}"
        yield from _in_text("like", text, parameters, _one_of(()))
    yield from _in_text("cast", result.cast, parameters, _one_of(FAMILIES))
    yield from _in_text("dtype", result.dtype, parameters, _one_of(FAMILIES))
    yield from _in_text("device", result.device, parameters, _device)
    yield from _in_text("range", result.range, parameters, _number)
    yield from _in_text("term", result.term, parameters, _number)
    yield from _upside_down(result.range)
    yield from _missing([*result.operation[::2], *(each[1:] for each in result.traits if each[0] == "$")], parameters)


def _in_effects(entry: Entry, parameters: set[str]) -> Iterator[str]:
    named = [entry.same, entry.mutates, entry.members, entry.registers]
    flags = [each for each in (entry.mode, entry.mode_dependent) if isinstance(each, str) and each.startswith("$")]
    yield from _missing([*filter(None, named), *(flag[1:] for flag in flags)], parameters)
    yield from _in_text("moves", entry.moves, parameters, _device)
    if entry.mode is not None and entry.mode not in flags:
        yield from _wrong("mode", entry.mode, _MODES)
    if entry.mode_dependent not in (None, True, False, "members", *flags):
        yield f"mode_dependent: `{entry.mode_dependent}` is neither true, false, `members` nor `$` and a parameter"
    if entry.context is not None:
        yield from _wrong("context", entry.context, _CONTEXTS)
    for _, words in entry.hooks:
        for word in words:
            yield from _wrong("hooks", word, _HOOKS)


# --- expressions ----------------------------------------------------------------------------------------------------

_Check = Callable[[str, str], Iterator[str]]
"""From a key and a word to what is wrong with the word."""


def _in_text(key: str, text: str | None, parameters: set[str], check: _Check) -> Iterator[str]:
    for row in expressions.alternatives(text) if text is not None else ():
        for each in (inner for outer in row for inner in walk(outer)):
            if isinstance(each, Argument):
                yield from _missing([each.name], parameters)
            elif isinstance(each, Transfer):
                yield from _wrong(f"{key}: the function", each.name, _FUNCTIONS.get(key, (each.name,)))
            else:
                yield from check(key, each.text)


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and those inside of it."""
    yield expression
    for inner in expression.arguments if isinstance(expression, Transfer) else ():
        yield from walk(inner)


def _one_of(names: Iterable[str]) -> _Check:
    return lambda key, word: _wrong(key, word, names)


def _device(key: str, word: str) -> Iterator[str]:
    return _wrong(key, re.sub(r":\d+$", "", word), _DEVICES)


def _number(key: str, word: str) -> Iterator[str]:
    if Word(word).number is None:
        yield f"{key}: `{word}` is no number"


def _upside_down(text: str | None) -> Iterator[str]:
    for row in expressions.alternatives(text) if text is not None else ():
        ends = [each.number for each in row if isinstance(each, Word)]
        low, high = ends if len(ends) == 2 else (None, None)
        if low is not None and high is not None and low > high:
            yield f"range: `{text}` ends before it begins"


def _missing(names: Iterable[str], parameters: set[str]) -> Iterator[str]:
    for name in names:
        if name not in parameters:
            yield f"`params` names no `{name}`{_nearest(name, parameters)}"


def _wrong(what: str, word: str, known: Iterable[str]) -> Iterator[str]:
    if word not in known:
        yield f"{what} `{word}` is not known{_nearest(word, known)}"


def _nearest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), 1, cutoff=0.5)
    return f"; did you mean `{close[0]}`?" if close else ""
