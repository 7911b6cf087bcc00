"""Where the search for inputs begins: what forward's annotations and names, and the first layer of the model, tell."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias, get_args, get_origin

from mlint.confirm.specs import Spec, plain, several
from mlint.confirm.worker.arguments import UnknownArgumentError, guess
from mlint.confirm.worker.layers import leaves, taken_by
from mlint.confirm.worker.standing import StandIn

Wanted: TypeAlias = "dict[str, Spec]"
STATE = "hidden"
_LISTS = re.compile(
    r"(?:\w+_)?(?:features|feature_maps|feats|feature_list|feature_pyramid|inputs|xs|outs|outputs|pyramid)"
)
_FLAGS = re.compile(r"(?:\w+_)?(?:is|use|with|return)_\w+")
_NUMBERS = re.compile(
    r"[hw]|height|width|size|batch(?:_size)?|num_\w+|n_\w+|\w+_(?:size|shape|index|idx)|eps|threshold|mode|reduction"
)
_CALLED = re.compile(r"(?:\w+_)?(?:fn|func|function|model|net|criterion|callback)")
_CHANNELS = re.compile(r"chan|dims|filters|features|ch$|chs$")
_IN_LIST = re.compile(r"(?:List|list|Tuple|tuple|Sequence|Iterable)\[[^\]]*Tensor")
_LEVELS = 4
_SIDE = 8


def beginnings(model: Any, signature: inspect.Signature, made_with: Mapping[str, object]) -> list[Wanted]:
    """What forward's parameters may take, the likeliest first. `made_with` are the arguments of the constructor."""
    known = [spec for spec in map(taken_by, leaves(model)) if spec is not None]
    first = known[0] if known else Spec((2, 3, 64, 64))
    maps = several(_pyramid(made_with, first))
    parameters = [each for each in signature.parameters.values() if each.kind is not each.VAR_KEYWORD]
    needed = [each for each in parameters if each.default is each.empty and each.kind is not each.VAR_POSITIONAL]
    plain_guess = {each.name: _told(each, first, maps) or _by_place(needed, each, first) for each in needed}
    spread = next((each for each in parameters if each.kind is each.VAR_POSITIONAL), None)
    if spread is not None and not needed:
        return [{spread.name: several(maps.parts, spread=True)}, {spread.name: several([first], spread=True)}]
    found = [plain_guess]
    lists = {each.name: maps for each in needed if _LISTS.fullmatch(each.name.lower())}
    numbers = dict(_numbers(needed))
    if lists:
        found.insert(int(not _is_told(needed)), {**plain_guess, **lists})
    if numbers:
        found.insert(0, _with_tokens({**plain_guess, **numbers}, first))
    return found


def _is_told(needed: list[inspect.Parameter]) -> bool:
    return any(each.annotation is not each.empty for each in needed)


def _by_place(needed: list[inspect.Parameter], parameter: inspect.Parameter, first: Spec) -> Spec:
    return first if parameter is needed[0] else _by_name(parameter.name.lower(), first)


def _told(parameter: inspect.Parameter, first: Spec, maps: Spec) -> Spec | None:
    """What the annotation says; None if it says nothing."""
    annotation = parameter.annotation
    if annotation is parameter.empty:
        return None
    text, inner = str(annotation), get_args(annotation)
    if annotation in (int, float, bool, str) or text in ("int", "float", "bool", "str"):
        try:
            return plain(guess(parameter.name, annotation))
        except UnknownArgumentError:
            return None
    if type(None) in inner or text.startswith("Optional["):
        return plain(None)
    if "Tensor" in text and (get_origin(annotation) in (list, tuple, Sequence) or _IN_LIST.search(text)):
        return maps
    return _annotated(annotation, first)


def _numbers(parameters: list[inspect.Parameter]) -> Iterator[tuple[str, Spec]]:
    """Parameters that are no tensors by their names: `H` and `W` beside the tokens of a picture, functions."""
    for each in parameters:
        if each.annotation is each.empty and _CALLED.fullmatch(each.name.lower()):
            yield each.name, plain(StandIn())
        elif each.annotation is each.empty and _FLAGS.fullmatch(each.name.lower()):
            yield each.name, plain(True)
        elif each.annotation is each.empty and _NUMBERS.fullmatch(each.name.lower()):
            if each.name.lower() in ("h", "w"):
                yield each.name, plain(_SIDE)
                continue
            try:
                yield each.name, plain(guess(each.name))
            except UnknownArgumentError:
                continue


def _with_tokens(wanted: Wanted, first: Spec) -> Wanted:
    """With as many tokens as a picture of that height and width has."""
    if {"h", "w"} <= {name.lower() for name in wanted} and len(first.shape) in (2, 3):
        tokens = Spec((2, _SIDE * _SIDE, first.shape[-1]))
        return {name: tokens if spec == first else spec for name, spec in wanted.items()}
    return wanted


def _pyramid(made_with: Mapping[str, object], first: Spec) -> Iterator[Spec]:
    """Maps of features, each half as large as the one before, with the channels that the constructor was told."""
    for count, channels in enumerate(_channels(made_with) or [first.shape[1] if len(first.shape) > 1 else 8] * _LEVELS):
        side = max(1, 64 >> count)
        yield Spec((2, channels, side, side))


def _channels(made_with: Mapping[str, object]) -> list[int]:
    for name, value in made_with.items():
        held = getattr(value, "channels", value if _CHANNELS.search(name.lower()) else None)
        if isinstance(held, (list, tuple)) and len(held) > 1 and all(type(each) is int for each in held):
            return list(held)
    return []


def _by_name(name: str, first: Spec) -> Spec:
    batch, last = first.shape[0], first.shape[-1]
    if re.fullmatch(r"t|time(s|steps?)?|timestep|sigma|noise_level", name):
        return Spec((batch,), "int64", 10) if name.startswith("timestep") else Spec((batch,))
    if "adj" in name:
        return Spec((batch, batch))
    if "mask" in name:
        return Spec(first.shape[:2], "bool")
    if "len" in name:
        return Spec((batch,), "int64", last)
    if re.fullmatch(r"hidden|hx?|state|h_?0|hc", name):
        return Spec((), STATE)
    if re.search(r"label|target|^y$|class", name) and not first.is_whole:
        return Spec((batch,), "int64", 10)
    return first


def _annotated(annotation: Any, first: Spec) -> Spec | None:
    """What a jaxtyping annotation says: `Float[Tensor, "batch 3 h w"]`."""
    text = getattr(annotation, "dim_str", None)
    name = getattr(annotation, "__name__", "") or str(annotation)
    if text is None:
        found = re.search(
            r"(Float|Int|Bool|Integer|UInt8|Num|Shaped|Real)\w*\[[^,\]]*,\s*[\"'](.*?)[\"']", str(annotation)
        )
        if found is None:
            return None
        name, text = found[1], found[2]
    batch = first.shape[0]
    known = {"b": batch, "batch": batch, "n": batch, "c": first.shape[1] if len(first.shape) > 1 else 3}
    features = first.shape[-1]
    shape = []
    for each in str(text).split():
        size = each.rpartition("=")[2].lstrip("#*")
        if each.startswith(("*", "...")):
            continue
        wide = features if size in ("d", "dim", "features", "feat", "channels") else 8
        shape.append(int(size) if size.isdigit() else known.get(size, wide))
    if "Bool" in name:
        return Spec(tuple(shape), "bool")
    return Spec(tuple(shape), "int64", first.below or 10) if "Int" in name else Spec(tuple(shape))
