"""What a container holds: the modules and parameters in lists and dicts, and what is put in later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as File
from typing import TYPE_CHECKING

from mlint.facts.domain.objects import State
from mlint.facts.domain.values import UNKNOWN, Kind, Object, Value
from mlint.facts.flow import ir
from mlint.facts.flow.paths import Path, Temporaries
from mlint.facts.flow.recorded import Facts
from mlint.facts.project.symbols import Symbol
from mlint.facts.project.units import Unit
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

CONTAINERS = (Kind.LIST, Kind.TUPLE, Kind.DICT, Kind.SET)
ADDS = frozenset(("append", "insert", "add", "extend", "update", "setdefault", "appendleft"))
"""Methods that put something into a container."""
_MOST_NESTED = 3
_BARE = frozenset(
    """
    Identity ReLU ReLU6 RReLU Sigmoid Hardsigmoid Tanh Softmax Softmax2d LogSoftmax LogSigmoid Softplus GELU SiLU Mish
    LeakyReLU ELU CELU SELU Hardswish Hardtanh Threshold Softsign Tanhshrink Hardshrink Softshrink Softmin GLU Dropout
    Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout MaxPool1d MaxPool2d MaxPool3d AvgPool1d AvgPool2d
    AvgPool3d LPPool1d LPPool2d LPPool3d FractionalMaxPool2d FractionalMaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d
    AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d Flatten
    Unflatten PixelShuffle PixelUnshuffle ChannelShuffle Unfold Fold ReflectionPad1d ReflectionPad2d ReflectionPad3d
    ReplicationPad1d ReplicationPad2d ReplicationPad3d CircularPad1d CircularPad2d CircularPad3d ZeroPad1d ZeroPad2d
    ZeroPad3d ConstantPad1d ConstantPad2d ConstantPad3d Upsample UpsamplingBilinear2d UpsamplingNearest2d MSELoss L1Loss
    SmoothL1Loss HuberLoss BCELoss BCEWithLogitsLoss CrossEntropyLoss NLLLoss KLDivLoss CTCLoss PoissonNLLLoss
    GaussianNLLLoss HingeEmbeddingLoss MarginRankingLoss MultiMarginLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss
    SoftMarginLoss TripletMarginLoss TripletMarginWithDistanceLoss CosineEmbeddingLoss CosineSimilarity PairwiseDistance
    LocalResponseNorm Module""".split()
)
"""The classes of `torch.nn` whose instances have neither parameters nor buffers, whatever they are made with."""

_LAYERS = ("torch.nn", "torch_geometric.nn")
_GROUPS = frozenset(("Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict", "DataParallel"))


def held(value: Value, depth: int = _MOST_NESTED) -> Iterator[Value]:
    """What a container holds, and what the containers in it do."""
    if value.kind not in CONTAINERS or depth < 1:
        return
    inside = [*(value.items or ()), *(each for _, each in value.entries or ())]
    inside += [value.element] if value.element is not None else []
    for each in inside:
        yield each
        yield from held(each, depth - 1)


def added(temporaries: Temporaries, facts: Facts, path: Path) -> Iterator[Value]:
    """What is put into the container at a path after it was made: `layers.append(layer)`, `layers["a"] = layer`."""
    for op in temporaries.definitions.values():
        if isinstance(op, ir.StoreItem) and _leads_to(temporaries, op.base, path):
            yield facts.values.get(op.value, UNKNOWN)
        if isinstance(op, ir.Binary) and op.op == "+" and temporaries.path(op.left) == path:
            yield facts.values.get(op.right, UNKNOWN)
        if not isinstance(op, ir.Call) or temporaries.callee_name(op) not in ADDS:
            continue
        callee = temporaries.definitions[op.callee]
        if isinstance(callee, ir.Attribute) and _leads_to(temporaries, callee.base, path):
            yield from (facts.values.get(each.value, UNKNOWN) for each in op.arguments)


def _leads_to(temporaries: Temporaries, temporary: int, path: Path) -> bool:
    found = temporaries.path(temporary)
    if found is not None:
        return found[: len(path)] == path
    made = temporaries.definitions.get(temporary)
    return isinstance(made, ir.Item) and _leads_to(temporaries, made.base, path)  # `heads[kind].append(head)`


def class_of(engine: Engine, unit: Unit, facts: Facts, module: Object) -> str | None:
    """The class of a module by the call that makes it: in a unit, whose facts these are, or in another function."""
    if len(module) < len(("new", "where", "site")) or module[0] != "new" or not isinstance(module[1], tuple):
        return None
    path, qualname = module[1]
    other = engine.unit(File(path), qualname) if module[1] != unit.where else unit
    found = facts if other is unit else engine.facts(other) if other is not None else None
    call = found.calls.get(module[2]) if found is not None and isinstance(module[2], int) else None
    return call.callee.symbol if call is not None else None


def has_weights(engine: Engine, value: Value, state: State, depth: int = 5) -> bool | None:
    """Whether a module has parameters or buffers; None where that is not known."""
    if value.traits & {"parameter", "buffer"}:
        return True
    if value.kind is not Kind.MODULE or value.symbol is None or depth < 1:
        return None
    symbol = engine.symbol(value.symbol)
    if symbol is not None:
        return _class_has(engine, symbol, depth)
    library, _, name = value.symbol.rpartition(".")
    if name in ("Sequential", "ModuleList", "ModuleDict"):
        members = [each for (owner, _), each in state.fields.items() if owner in value.objects]
        # What it is made of is not known of one that is made in a loop; empty it would be of no use.
        return _any(has_weights(engine, each, state, depth - 1) for each in members) if members else True
    return name not in _BARE if library.startswith(_LAYERS) else None


def _class_has(engine: Engine, cls: Symbol, depth: int) -> bool | None:
    """Whether its constructor, or that of a base, stores a module or parameter that has some."""
    found: list[bool | None] = []
    for each in (cls, *engine.project.bases(cls)):
        if each.kind == "external":
            found.append(has_weights(engine, Value(Kind.MODULE, symbol=each.name), State(), depth) or None)
        unit = engine.unit(each.path, f"{each.qualname}.__init__") if each.path is not None else None
        try:
            end = engine.facts(unit).end if unit is not None else State()
        except Unreadable:
            return None
        found += [
            has_weights(engine, value, end, depth - 1)
            for (owner, _), value in end.fields.items()
            if unit is not None and owner[:2] == ("parameter", unit.where)
        ]
    return _any(found) or _makes_layers(engine, cls, depth) or None


def _makes_layers(engine: Engine, cls: Symbol, depth: int) -> bool:
    """Whether a method of the class, such as one that its constructor calls, makes a layer or parameter of torch that
    has weights, by the calls that it is written with."""
    definition = engine.project.definition(cls.path, cls.qualname) if cls.path is not None else None
    for method in getattr(definition, "methods", {}).values():
        unit = engine.unit(cls.path, method.qualname) if cls.path is not None else None
        sketch = unit.sketch if unit is not None else None
        for dotted, _ in sketch.calls if sketch is not None else ():
            last = dotted.rpartition(".")[2]
            if not last[:1].isupper() or last in _BARE or last in _GROUPS or unit is None:
                continue
            found = engine.project.resolve(unit.path, dotted)
            if found is not None and found.path is None and found.name == f"torch.nn.{last}":
                return True
    return False


def _any(found: Iterator[bool | None] | list[bool | None]) -> bool | None:
    known = list(found)
    if any(known):
        return True
    return None if None in known or not known else False
