"""Whether a library call does nothing but give a value, as far as the tables tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from mlint.facts.domain.values import Kind
from mlint.facts.flow.recorded import CallFact
from mlint.facts.tables.entries import Entry
from mlint.facts.tables.tables import Tables

_VALUES = frozenset({"tensor", "array", "PIL image", "tuple", "unknown"})
_PURE = tuple(
    "torch. numpy. cv2. PIL.Image.Image. PIL.ImageOps. PIL.ImageChops. array_like. einops. skimage. "
    "torchvision.transforms.functional.".split()
)
_IMPURE = tuple(
    "torch.autograd. torch.distributed. torch.nn.init. torch.cuda. torch.hub. torch.jit. torch.onnx. torch.nn.utils. "
    "torch.utils. torch.optim. torch.backends. torch.multiprocessing. torch.quantization. torch.nn.Module. "
    "torch.export. torch.profiler. torch.random. torch.distributions. numpy.random. numpy.testing. numpy.lib. "
    "skimage.io.".split()
)


def is_pure(fact: CallFact, entry: Entry | None = None) -> bool:
    """Whether the call gives an array, a tensor, an image or a tuple of them, and does nothing else.

    A call that draws random numbers moves their generator; one whose `inplace` or `out` is passed, or that need not
    copy, writes there. One with a keyword that the callee does not have is a call of something else.
    `entry` is what the tables say of the callee if the call is what somebody takes it for.
    """
    entry = entry or fact.entry
    return entry is not None and _is_pure(entry) and not _writes(fact, entry) and _takes(entry, fact.keywords)


def may_be_pure(last: str) -> bool:
    """Whether a function or method whose last name this is can be one of which a call is pure."""
    return last in _by_last_name()[1] and _is_one_pure(last)


@cache
def _is_one_pure(last: str) -> bool:
    tables, named = _by_last_name()
    entries = map(tables.entry, named[last])
    return any(entry is not None and _is_pure(entry) for entry in entries)


@cache
def _by_last_name() -> tuple[Tables, dict[str, list[str]]]:
    """The tables without anybody's own facts, and the full names in them: none is read before it is asked for."""
    tables = Tables()
    named: dict[str, list[str]] = {}
    for package in sorted({prefix.partition(".")[0] for prefix in _PURE}):
        for name in filter(_is_pure_by_name, tables.names(package)):
            named.setdefault(name.rpartition(".")[2], []).append(name)
    return tables, named


def _is_pure_by_name(name: str) -> bool:
    return name.startswith(_PURE) and not name.startswith(_IMPURE) and not name.endswith(("_", ".at"))


def _is_pure(entry: Entry) -> bool:
    if not _is_pure_by_name(entry.name):
        return False
    if entry.last in _CHECKS:
        return False
    if entry.name.startswith("cv2.") and any(each.stars for each in entry.parameters or ()):
        return False  # which of its arguments it writes to is not known
    if entry.parameter("device") is not None and "cpu" in (entry.result.device or ""):
        return False  # it makes something: as a statement it tries whether that works, or wakes a device up
    return _gives(entry) and all(map(_only_gives, _forms(entry)))


def _forms(entry: Entry) -> Iterator[Entry]:
    """The entry and its cases; those for `inplace=True` are told by the arguments."""
    yield entry
    for conditions, case in entry.cases:
        if not any(each.parameter == "inplace" for each in conditions):
            yield from _forms(case)


def _only_gives(entry: Entry) -> bool:
    effects = (entry.mutates, entry.mode, entry.moves, entry.context, entry.members)
    if any(effects) or entry.host or entry.is_class or entry.attribute or "random" in entry.result.traits:
        return False
    return entry.same is None


def _gives(entry: Entry) -> bool:
    result = entry.result
    if result.kind is not None:
        return any(word.strip() in _VALUES or word.strip().startswith("$") for word in result.kind.split("|"))
    return any((result.like, result.cast, result.operation, result.range, result.dtype))


def _takes(entry: Entry, keywords: Iterable[str]) -> bool:
    parameters = entry.parameters
    if parameters is None or any(each.stars == 2 for each in parameters):
        return True
    return {name for each in parameters for name in (each.name, *each.aliases)}.issuperset(keywords)


def _writes(fact: CallFact, entry: Entry) -> bool:
    """Whether an argument asks for the result to be written somewhere."""
    for name, value in fact.keywords.items():
        if name in ("out", "dst") and value.kind is not Kind.NONE:
            return True
        if name in ("inplace", "in_place") and value.const is not False:
            return True
        if name == "copy" and value.const is False:
            return True
    return _flagged(fact, entry)


_CHECKS = frozenset(("broadcast_shapes", "result_type", "can_cast", "promote_types"))
"""Functions that are called to see whether they raise."""
_ASKS = frozenset(("inplace", "in_place", "out", "dst"))


def _flagged(fact: CallFact, entry: Entry) -> bool:
    """Whether `inplace`, `out` or `dst` is passed by position, or may be among `*arguments`."""
    shift = 1 if fact.receiver is not None else 0
    for position, parameter in enumerate(entry.parameters or ()):
        if parameter.stars or parameter.keyword_only:
            return False
        if parameter.name not in _ASKS:
            continue
        if 0 <= position - shift < len(fact.positional):
            value = fact.positional[position - shift]
            if value.kind is not Kind.NONE and value.const is not False:
                return True
        elif fact.starred:
            return True
    return False
