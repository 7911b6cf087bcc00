"""Arguments for constructors and functions whose caller is not there: a value that fits the parameter's name."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import re
import sys
import types
from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any, Literal, get_args, get_origin, get_type_hints

from torch import nn

from mlint.confirm.worker.usage import Usage, usages

_WIDTH = 32
_NAMED: tuple[tuple[str, object], ...] = tuple(
    (rf"(?:{pattern})", value)
    for pattern, value in (
        (
            r"(num|n)_?(class(es)?|labels|outputs?)|nclass(es)?|out_features?|output_(dim|size)|dim_out|out_dim|d_?out",
            10,
        ),
        (r"(in|input|n|num|image|img)_?(chan(nel)?s?|planes|chs?)|channels|nc|c_?in|in_c|chan_in|inplanes", 3),
        (
            r"(out|output|mid)_?(chan(nel)?s?|planes|chs?)|c_?out|out_c|chan_out|features?|(n|num)_?(filters|feat(ures)?)",
            8,
        ),
        (r"spatial_dims?|n_?dims?|num_dims|dimensions?|dim_pos", 2),
        (r"planes|oup|outc|out_planes|n_?out", 8),
        (r"inp|inc|in_planes|n_?in", 3),
        (r"frames|num_frames|n_frames|max_frames", 8),
        (r"reduction|squeeze|ws|window|mult|\w+_(mult|multiplier|expansion)", 2),
        (r"(image|img|input)_?(size|height|width|resolution)|h|w|height|width|fmap_size", 32),
        (r"patch_?(size|dim)", 8),
        (r"(mlp|ff|ffn|feed_?forward)_?(dim|size|hidden)?|dim_?feedforward|d_?ff|mlp_dim", 64),
        (r"dim_?heads?|head_?dim|d_?k|d_?v", 8),
        (r".*heads?|n_?head|num_heads", 4),
        (r"depths?|(n|num)_?(layers?|blocks?|residual|stacks?|levels|\w+_layers)|nlayers|layers", 2),
        (
            r"vocab(_?size)?|num_?(tokens|embeddings|words|items|users)|n_?(token|words|vocab)s?|\w+_vocab|codebook_size",
            100,
        ),
        (
            r"(max_?)?(seq(uence)?_?len(gth)?|len(gth)?)|block_?size|max_?len|context_?(len|size|length)|window_?size|seq_len\w*|max_\w*len\w*",
            32,
        ),
        (
            r"dim|(d|n|num|dim|hidden|embed(ding)?|emb|latent|z|model|input|in|feat(ure)?|query|inner|mid|base|bottleneck)_?"
            r"(model|dims?|size|units|channels|features?|ch|hidden|embd|in|z)|n?(hidden|inp|hid|gf|df|z)|units",
            _WIDTH,
        ),
        (r"\w*drop(out|_?rate|_?prob|_?path)?\w*|dp_?(ratio|rate|prob)|p|prob", 0.1),
        (r"kernel_?size|k|ks|kernel", 3),
        (r"stride", 1),
        (r"padding", 1),
        (r"groups|dilation|expansion|expand_ratio|r|n?_?gpus?|ngpu", 1),
        (r"levels|dims|channels_list|hidden_(dims|sizes)|layer_sizes|num_channels", (8, 8, 8)),
        (r"up_?scale(_?factor)?|scale(_?factor)?|ratio|factor|mlp_ratio|num_?stages", 2),
        (r"bias|bilinear|(use|with|is|has)_\w+", True),
        (r"device", "cpu"),
        (r"rank|local_rank|layer_?id|layer_?idx|layer_?index|idx|index|level", 0),
        (r"eps(ilon)?", 1e-5),
        (
            r"lr|alpha|beta|gamma|momentum|slope|temp(erature)?|tau|lambda_?|weight|threshold|\w+_(value|weight|threshold)",
            0.1,
        ),
        (r"rnn_type|cell_type", "LSTM"),
        (r"act|activation|act_layer|activation_layer|norm(_layer)?|mode|type|dtype", None),
    )
)
_SOUNDS: tuple[tuple[str, object], ...] = (
    (r"(^|_)dims?($|_)", _WIDTH),
    (r"^(num|n)_", 2),
    (r"depth|layers|repeats?$|blocks?$|stages?$|groups$|mult$|factor$|ratio$|rate$|reduction", 2),
    (r"chan(nel)?s?$|chs?$|planes$|filters$|feat(ures?)?$|tokens$|frames$|bits$|heads$", 8),
    (r"kernel", 3),
    (r"stride", 1),
    (r"size$", 16),
    (r"shape$", (16,)),
)
_MODULE = re.compile(
    r"(?:\w+_)?(?:fn|func|function|metric|loss|criterion|net|network|model|module|vit|encoder|decoder|backbone|block|layer|transformer|teacher|student|"
    r"attn|attention|pooling|head|body|base|vae|generator|discriminator|image_net|classifier|embedder|projector)\d?"
)
_MAKERS: tuple[tuple[str, Any], ...] = (
    ("norm", nn.BatchNorm2d),
    ("act", nn.ReLU),
    ("nonlin", nn.ReLU),
    ("conv", nn.Conv2d),
    ("drop", nn.Dropout),
    ("pool", nn.MaxPool2d),
    ("init", lambda *given, **named: None),
)
_BLOCK = re.compile(r"(?:\w+_)?(?:block|bottleneck)(?:_\w+)?")
_BUILDING_BLOCK = re.compile(r"Block|Bottleneck|Layer|Unit|Cell")
_BAGS = frozenset("args cfg config opt hparams params configs hps model_args conf model_config configuration".split())


class UnknownArgumentError(Exception):
    """Nothing tells what to pass; the message names the parameter."""


def arguments(function: Any, given: Mapping[str, object] | None = None) -> tuple[dict[str, object], set[str]]:
    """Arguments to call a function or class with, and which of them are guesses. Raises UnknownArgumentError."""
    made: dict[str, object] = {}
    guessed: set[str] = set()
    hints, used = _hints(function), usages(function)
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if given is not None and parameter.name in given:
            made[parameter.name] = given[parameter.name]
        elif parameter.default is parameter.empty:
            annotation = hints.get(parameter.name, parameter.annotation)
            made[parameter.name] = _fitting(function, parameter.name, annotation, used.get(parameter.name, Usage()))
            guessed.add(parameter.name)
    return made, guessed


def _fitting(function: Any, name: str, annotation: Any, usage: Usage) -> Any:
    """A value that the function can use as it does. Raises UnknownArgumentError."""
    if usage.strings and annotation in (str, inspect.Parameter.empty):
        return usage.strings[0]
    is_open = annotation in (inspect.Parameter.empty, Any)
    if usage.keys and (is_open or annotation is dict):
        return Bag()
    if usage.is_called and (is_open or "Callable" in str(annotation) or get_origin(annotation) is type):
        return maker(function, name, usage.asked)
    if is_open and (_BLOCK.fullmatch(name.lower()) or "expansion" in usage.asked):
        with contextlib.suppress(UnknownArgumentError):
            return maker(function, name, usage.asked)
    try:
        value = guess(name, annotation)
    except UnknownArgumentError:
        if usage.asked and is_open:
            return StandIn()
        raise
    if usage.is_taken_apart and is_open and isinstance(value, int) and not isinstance(value, bool):
        return (value,) * 4
    return value


def maker(function: Any, name: str, asked: Collection[str]) -> Any:
    """What makes a layer where a parameter is called: by its name, or a class of modules beside the function."""
    for part, made in _MAKERS:
        if part in name.lower():
            return made
    beside = getattr(function, "__globals__", None) or vars(sys.modules.get(function.__module__, object()))
    classes = [each for each in beside.values() if inspect.isclass(each) and issubclass(each, nn.Module)]
    for each in classes:
        is_like = each is not function and all(hasattr(each, attribute) for attribute in asked)
        if is_like and _BUILDING_BLOCK.search(each.__name__):
            return each
    raise UnknownArgumentError(f"nothing tells which class or function to pass for `{name}`")


def rates(function: Any) -> dict[str, object]:
    """Rates of dropout that are 0 by default, as somebody would set them who wants dropout."""
    parameters = inspect.signature(function).parameters.values()
    return {each.name: 0.1 for each in parameters if each.default == 0 and _is_rate(each)}


def _is_rate(parameter: inspect.Parameter) -> bool:
    is_number = isinstance(parameter.default, (int, float)) and not isinstance(parameter.default, bool)
    return is_number and ("drop" in parameter.name.lower() or parameter.name in ("p", "rate"))


def _hints(function: Any) -> dict[str, Any]:
    try:
        return get_type_hints(function.__init__ if inspect.isclass(function) else function)
    except Exception:  # noqa: BLE001 - an annotation may be anything
        return {}


def guess(name: str, annotation: Any = inspect.Parameter.empty) -> Any:
    """A value for a parameter of this name. Raises UnknownArgumentError."""
    by_type = _of_type(annotation, name)
    if by_type is not _NOTHING:
        return by_type
    named = _by_name(name.lower(), _NAMED, re.fullmatch)
    if named is not _NOTHING:
        return list(named) if isinstance(named, tuple) else named
    if name.lower() in _BAGS:
        return Bag()
    sounds = _by_name(name.lower(), _SOUNDS, re.search)
    if sounds is not _NOTHING:
        return sounds
    if _MODULE.fullmatch(name.lower()):
        return StandIn()
    raise UnknownArgumentError(f"nothing tells what to pass for `{name}`")


_NOTHING = object()


def _by_name(name: str, table: tuple[tuple[str, object], ...], match: Any) -> Any:
    return next((value for pattern, value in table if match(pattern, name)), _NOTHING)


def _of_type(annotation: Any, name: str) -> Any:
    if isinstance(annotation, str):
        annotation = {"int": int, "float": float, "bool": bool, "str": str}.get(annotation, annotation)
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return inner[0]
    if type(None) in inner and (origin is types.UnionType or "Union" in str(origin)):
        rest = [each for each in inner if each is not type(None)]
        return _of_type(rest[0], name) if len(rest) == 1 else _NOTHING
    number = _by_name(name.lower(), _NAMED, re.fullmatch)
    if origin in (list, tuple) and inner and inner[0] is int:
        count = len(inner) if origin is tuple and Ellipsis not in inner else 3
        return origin([number if isinstance(number, int) else 8] * count)
    return _of_class(annotation, name, number) if isinstance(annotation, type) else _NOTHING


def _of_class(annotation: type, name: str, number: Any) -> Any:
    if issubclass(annotation, Enum):
        return next(iter(annotation))
    if dataclasses.is_dataclass(annotation):
        return _filled(annotation)
    if annotation is bool:
        return number if isinstance(number, bool) else False
    if annotation is int:
        return number if isinstance(number, int) else 8
    if annotation is float:
        return float(number) if isinstance(number, (int, float)) else 0.5
    if issubclass(annotation, nn.Module):
        return StandIn()
    if annotation is str:
        if isinstance(number, str):
            return number
        if "act" in name.lower():
            return "relu"
        raise UnknownArgumentError(f"nothing tells which string to pass for `{name}`")
    return _NOTHING


def _filled(cls: Any) -> Any:
    """A dataclass with a value for each field that has none."""
    given = {}
    for each in dataclasses.fields(cls):
        missing = each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
        if missing or each.default in (None, -1):
            try:
                given[each.name] = guess(each.name, each.type)
            except UnknownArgumentError:
                if missing:
                    raise
    return cls(**given)


class StandIn(nn.Module):
    """Stands in for a module that is passed in: what was built with one is like the real thing only in part."""

    def forward(self, x: Any = None, *rest: Any, **named: Any) -> Any:
        """What came in."""
        return x

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            known = _by_name(name.lower(), _NAMED, re.fullmatch)
            known = _by_name(name.lower(), _SOUNDS, re.search) if known is _NOTHING else known
            if name.startswith("_") or known is _NOTHING or known is None:
                raise
            return list(known) if isinstance(known, tuple) else known


def stands_in(model: Any) -> bool:
    """Whether a part of the model is a stand-in."""
    return any(isinstance(each, StandIn) for each in model.modules())


class Bag:
    """Stands in for a namespace of options: each attribute has a value by its name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            value = guess(name)
        except UnknownArgumentError:
            value = None
        setattr(self, name, value)
        return value

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    def get(self, name: str, default: object = None) -> Any:
        """As of a dict."""
        return default if default is not None else getattr(self, name)

    def __repr__(self) -> str:
        return "options guessed by name"
