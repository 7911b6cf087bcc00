"""What the library tables claim of calls holds on real ones: every function that takes one or two small inputs is
called with them, and its result compared. Skipped where the library is not installed."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from mlint.facts.domain.intervals import Interval
from mlint.facts.domain.promotion import is_float, is_integer
from mlint.facts.domain.values import UNKNOWN, Kind, Value, constant
from mlint.facts.tables import calls
from mlint.facts.tables.entries import Entry
from mlint.facts.tables.tables import Tables
from tests.facts.test_libraries import load, real

TABLES = Tables()
# What changes the process, waits for something, or gives nothing that could be looked at.
_LEFT_OUT = """
    torch.set_ torch.cuda. torch.xpu. torch.mps. torch.mtia. torch.distributed. torch.multiprocessing. torch.hub.
    torch.jit. torch.utils. torch._ torch.backends. torch.load torch.save torch.compile torch.onnx. torch.use_
    torch.manual_seed torch.seed torch.accelerator. torch.testing. torch.optim. torch.quantization. torch.autograd.
    torch.clear_ torch.random. torch.export. torch.profiler. torch.from_file torch.empty torch.Tensor.new
    numpy.empty numpy.save numpy.load numpy.set numpy.testing. numpy.fromfile numpy.genfromtxt numpy.random.seed
    torch.cpu. torch.Tensor.share_memory_ torch.Tensor.resize numpy.frombuffer numpy.memmap numpy.ndarray.resize
    torch.distributions. torch.nn.parallel torch.nn.utils torch.nn.Module torch.nn.calls numpy.lib.
    numpy.ndarray.tofile torch.Tensor.set_ torch.Tensor.as_strided_ torch.as_strided torch.Tensor.as_strided
    torch.Tensor.map_ numpy.ndarray.dump numpy.random.Generator. numpy.random.RandomState.
"""
LEFT_OUT = tuple(_LEFT_OUT.split())


_OF_TRUTH = ("clamp", "clip", "clamp_min", "clamp_max", "square")
ODD = (
    # Numbers made of truth values: promoted as the function pleases.
    *(f"torch.{owner}{name}(bool" for owner in ("", "Tensor.") for name in _OF_TRUTH),
    *(f"numpy.{name}(bool" for name in ("around", "round", "square", "fmod", "left_shift", "right_shift")),
    "numpy.ndarray.clip(bool", "numpy.ndarray.round(bool",
    # Of uint8 they give uint8, of all else bool.
    *(f"torch.{owner}{name}(uint8" for owner in ("", "Tensor.") for name in ("all", "any")),
    # The two activations that keep integers.
    "torch.nn.functional.hardtanh(int64", "torch.nn.functional.hardtanh(uint8", "torch.nn.functional.relu6(",
    # Several arrays come back as a list.
    "numpy.atleast_",
    # Limits beyond 16 bits are not followed: negative numbers become huge ones.
    "numpy.uint(", "numpy.uint32(", "numpy.uint64(", "numpy.uintc(", "numpy.uintp(", "numpy.ulonglong(",
)  # fmt: skip
"""Calls that are known to give something else, and are too rare to be told apart."""
OVERFLOW = 1e30
"""What small floats do not hold becomes infinite."""
NUMERIC = (Kind.TENSOR, Kind.ARRAY, Kind.NUMBER)


def arrays(library: str) -> dict[str, Any]:
    """Small inputs by name."""
    if library == "torch":
        torch = load("torch")
        torch.manual_seed(0)
        return {
            "float32": torch.rand(3, 3) * 5 - 2,
            "float16": torch.rand(3, 3).half(),
            "uint8": torch.randint(0, 256, (3, 3), dtype=torch.uint8),
            "int64": torch.randint(-9, 9, (3, 3)),
            "bool": torch.rand(3, 3) > 0.5,
            "image": torch.rand(1, 2, 4, 4),
        }
    numpy = load("numpy")
    random = numpy.random.default_rng(0)
    return {
        "float32": (random.random((3, 3)) * 5 - 2).astype("float32"),
        "float64": random.random((3, 3)),
        "uint8": random.integers(0, 256, (3, 3), dtype="uint8"),
        "int32": random.integers(-9, 9, (3, 3), dtype="int32"),
        "bool": random.random((3, 3)) > 0.5,
        "list": [1, 2.5, -3],
        "number": 2.5,
    }


def abstract(thing: Any) -> Value:
    """What is known of a real thing."""
    if isinstance(thing, (list, tuple)):
        return Value(Kind.TUPLE if isinstance(thing, tuple) else Kind.LIST, items=tuple(map(abstract, thing)))
    if thing is None or isinstance(thing, (bool, int, float, str)):
        return constant(thing)
    numbers = extent(thing) if kind_of(thing) in NUMERIC else None
    device = str(thing.device) if kind_of(thing) is Kind.TENSOR else None
    return Value(kind_of(thing), dtype_of(thing), None if numbers is None else Interval(*numbers), device=device)


def kind_of(thing: Any) -> Kind:
    name = type(thing).__module__.split(".")[0]
    if name == "torch":
        return Kind.TENSOR if type(thing).__name__ in ("Tensor", "Parameter", "Buffer") else Kind.OBJECT
    if name == "numpy" and not hasattr(thing, "__array__"):
        return Kind.DTYPE if type(thing).__name__.endswith("DType") else Kind.OBJECT
    if name == "numpy":
        return Kind.ARRAY if type(thing).__name__ in ("ndarray", "memmap") else Kind.NUMBER
    kinds = {
        bool: Kind.NUMBER,
        int: Kind.NUMBER,
        float: Kind.NUMBER,
        tuple: Kind.TUPLE,
        list: Kind.LIST,
        str: Kind.TEXT,
    }
    return kinds.get(type(thing), Kind.UNKNOWN)


def dtype_of(thing: Any) -> str:
    return str(thing.dtype).removeprefix("torch.") if hasattr(thing, "dtype") else type(thing).__name__


def extent(thing: Any) -> tuple[float, float] | None:
    """The smallest and the largest number in a tensor or an array, NaN aside; None where there are none."""
    numpy = load("numpy")
    if kind_of(thing) is Kind.NUMBER and not isinstance(thing, numpy.generic):
        return (float(thing), float(thing)) if thing == thing else None
    if kind_of(thing) is Kind.TENSOR:
        if thing.is_complex() or str(thing.layout) != "torch.strided":
            return None
        thing = thing.detach().float().numpy() if thing.dtype.is_floating_point else thing.detach().numpy()
    flat = numpy.asarray(thing).ravel()
    if flat.dtype.kind not in "biuf" or not flat.size:
        return None
    flat = flat.astype("float64")
    flat = flat[~numpy.isnan(flat)]
    return (float(flat.min()), float(flat.max())) if flat.size else None


def broken(claimed: Value, thing: Any) -> str | None:
    """What is claimed of a thing and does not hold."""
    is_numeric = kind_of(thing) in NUMERIC
    if claimed.kind is not Kind.UNKNOWN and is_numeric and claimed.kind is not kind_of(thing):
        alike = {claimed.kind, kind_of(thing)} == {Kind.ARRAY, Kind.NUMBER}  # numpy's arrays without dimensions
        return None if alike else f"is a {kind_of(thing).value}, not a {claimed.kind.value}"
    if claimed.items is not None and isinstance(thing, (tuple, list)):
        found = [broken(item, each) for item, each in zip(claimed.items, thing, strict=False)]
        return next((each for each in found if each), None) if len(claimed.items) == len(thing) else "other length"
    if not is_numeric:
        return None
    return wrong_dtype(claimed, thing) or wrong_range(claimed, thing)


def wrong_dtype(claimed: Value, thing: Any) -> str | None:
    found = dtype_of(thing)
    fits = {"float": is_float(found), "int": is_integer(found)}.get(claimed.dtype or "", claimed.dtype == found)
    if claimed.dtype is None or fits or (kind_of(thing) is Kind.NUMBER and claimed.dtype[:3] == found[:3]):
        return None
    return f"is {found}, not {claimed.dtype}"


def wrong_range(claimed: Value, thing: Any) -> str | None:
    found = extent(thing)
    if claimed.range is None or found is None:
        return None
    slack = 1e-2 * max([1.0, *(abs(end) for end in found if abs(end) < OVERFLOW)])
    if claimed.range.high > OVERFLOW:
        return None if claimed.range.low - slack <= found[0] else f"reaches down to {found[0]}"
    if claimed.range.low - slack <= found[0] and found[1] <= claimed.range.high + slack:
        return None
    return f"lies in {list(found)}, not in {claimed.range}"


def attempts(library: str) -> Iterator[tuple[Sequence[str], Sequence[Any]]]:
    """Arguments to try: one input, or two of the same sort, or one and a number."""
    for name, thing in arrays(library).items():
        yield (name,), (copied(thing),)
        yield (name, name), (copied(thing), copied(thing))
        yield (name, "1"), (copied(thing), 1)


def copied(thing: Any) -> Any:
    return thing.clone() if hasattr(thing, "clone") else thing.copy() if hasattr(thing, "copy") else thing


def result_of(function: Any, arguments: Sequence[Any]) -> Any:
    """What the call gives; None where it does not take these arguments."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return function(*arguments)
        except Exception:  # noqa: BLE001 - libraries raise anything
            return None


def says_something(entry: Entry) -> bool:
    """Whether an entry claims more of a result than its kind."""
    result = entry.result
    claims = (result.dtype, result.range, result.like, result.items, result.operation)
    return any(claims) or any(says_something(case) for _, case in entry.cases)


@pytest.mark.parametrize("library", ["torch", "numpy"])
def test_claims_hold(library: str) -> None:
    load("numpy")
    load(library)
    wrong, tried = set(), 0
    for name in TABLES.names(library):
        entry = TABLES.entry(name)
        if entry is None or entry.attribute or not says_something(entry) or name.startswith(LEFT_OUT):
            continue
        try:
            function = real(name)
        except LookupError:
            continue
        for names, arguments in attempts(library):
            bound = calls.bind(entry, [abstract(each) for each in arguments], {})
            found = result_of(function, arguments)
            if found is None:
                continue
            tried += 1
            claimed = calls.apply(entry, bound).value
            problem = broken(claimed, found) if claimed != UNKNOWN else None
            if problem is not None and not f"{name}({names[0]}".startswith(ODD):
                wrong.add(f"{name}({', '.join(names)}) {problem}")
    assert not sorted(wrong)
    assert tried > 1000
