"""Dtypes by numpy's names: what two make together, what they hold, and which one is meant by a spelling.

`float` and `int` stand for a family of which the member is not known; a plain Python number has them too (`weak`).
"""

from __future__ import annotations

from mlint.facts.domain.intervals import Basis, Interval
from mlint.facts.domain.values import Kind, Value

_FLOATS = {"float16": 16, "bfloat16": 16, "float32": 32, "float64": 64}
_SIGNED = {"int8": 8, "int16": 16, "int32": 32, "int64": 64}
_UNSIGNED = {"uint8": 8, "uint16": 16, "uint32": 32, "uint64": 64}

_SPELLINGS = {
    "B": "uint8", "u1": "uint8", "ubyte": "uint8", "i1": "int8", "b": "int8", "byte": "int8",
    "u2": "uint16", "H": "uint16", "ushort": "uint16", "i2": "int16", "h": "int16", "short": "int16",
    "u4": "uint32", "I": "uint32", "uintc": "uint32", "i4": "int32", "i": "int32", "intc": "int32",
    "u8": "uint64", "L": "uint64", "i8": "int64", "l": "int64", "long": "int64", "int_": "int64", "intp": "int64",
    "f2": "float16", "e": "float16", "half": "float16", "f4": "float32", "f": "float32", "single": "float32",
    "f8": "float64", "d": "float64", "double": "float64", "float_": "float64",
    "bool_": "bool", "?": "bool", "bool8": "bool",
}  # fmt: skip
_NUMPY = {"int": "int64", "float": "float64", "uint": "uint64"}
_TORCH = {"int": "int32", "float": "float32", "byte": "uint8"}
INTEGRAL = "integer-valued"
"""The trait of floating point numbers that are whole."""
KNOWN = frozenset({*_FLOATS, *_SIGNED, *_UNSIGNED, "bool"})


def canonical(spelling: str) -> str | None:
    """The dtype that is meant: `np.ubyte`, `torch.long`, `<f4`, `uint8`, `float`; None where it is no number's."""
    library, _, name = spelling.rpartition(".")
    if library.split(".")[0] == "torch":
        name = name.removesuffix("Tensor").lower() if name.endswith("Tensor") else name
        found = _TORCH.get(name, name)
    else:
        name = name.lstrip("<>=|")
        found = _NUMPY.get(name, name)
    found = _SPELLINGS.get(found, found)
    return found if found in KNOWN else None


def meant(value: Value) -> str | None:
    """The dtype that a value names, when given as `dtype=`: a dtype, a string, a class, or Python's `float`."""
    if isinstance(value.const, str):
        return canonical(value.const)
    if value.symbol is None:
        return None
    return canonical(value.symbol.removeprefix("builtins."))


def limits(dtype: str | None) -> Interval | None:
    """What a small integer dtype or bool holds; None of those whose limits no image value meets.

    Bytes use what they have; what has more bits may have been made of bytes, to be computed with.
    """
    if dtype == "bool":
        return Interval(0.0, 1.0)
    bits = _UNSIGNED.get(dtype or "")
    if bits is not None and bits <= 16:
        return Interval(0.0, 2.0**bits - 1, Basis.SEEN if bits <= 8 else Basis.HULL)
    bits = _SIGNED.get(dtype or "")
    if bits is not None and bits <= 16:
        return Interval(-(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1, Basis.SEEN if bits <= 8 else Basis.HULL)
    return None


def is_integer(dtype: str | None) -> bool:
    """Whether it holds whole numbers only (bool counts)."""
    return dtype is not None and (dtype.startswith(("int", "uint")) or dtype == "bool")


def is_float(dtype: str | None) -> bool:
    """Whether it holds floating point numbers."""
    return dtype is not None and dtype.startswith(("float", "bfloat"))


def is_weak(value: Value) -> bool:
    """Whether it is a plain Python number, which takes on the precision of the array that it meets."""
    return value.kind is Kind.NUMBER and value.dtype in ("int", "float", "bool")


def result(op: str, left: Value, right: Value, kind: Kind) -> str | None:
    """The dtype of `left op right`."""
    if left.dtype is None or right.dtype is None:
        return _half_known(op, left.dtype or right.dtype, kind)
    both = _promoted(left, right, kind)
    if op == "/" and both is not None and is_integer(both):
        return {Kind.TENSOR: "float32", Kind.ARRAY: "float64"}.get(kind, "float")
    if both == "bool" and op not in ("&", "|", "^"):
        return "bool" if op in ("+", "*") and kind in (Kind.ARRAY, Kind.TENSOR) else "int"
    return both


def _half_known(op: str, known: str | None, kind: Kind) -> str | None:
    # Something unknown and a float make a float; true division makes one of anything.
    return "float" if is_float(known) or (op == "/" and kind in (Kind.ARRAY, Kind.TENSOR, Kind.NUMBER)) else None


def _promoted(left: Value, right: Value, kind: Kind) -> str | None:
    a, b = left.dtype or "", right.dtype or ""
    if is_weak(left) != is_weak(right):
        strong, weak = (b, a) if is_weak(left) else (a, b)
        return _with_weak(strong, weak, kind)
    if a == b:
        return a
    if kind is Kind.TENSOR and left.kind is not right.kind and Kind.NUMBER in (left.kind, right.kind):
        return _with_weak(*((b, a) if left.kind is Kind.NUMBER else (a, b)), kind)
    return promoted(a, b, torch=kind is Kind.TENSOR)


def _with_weak(strong: str, weak: str, kind: Kind) -> str:
    if is_float(weak) and is_integer(strong):
        return {Kind.TENSOR: "float32", Kind.ARRAY: "float64"}.get(kind, "float64")
    if weak == "int" and strong == "bool":
        return "int64"
    return strong


def promoted(a: str, b: str, *, torch: bool = False) -> str | None:
    """The dtype that arrays (or tensors) of dtypes `a` and `b` make together."""
    if a == b or b == "bool":
        return a
    if a == "bool":
        return b
    if is_float(a) and is_float(b):
        return _wider_float(a, b)
    if is_float(a) or is_float(b):
        return _float_and_integer(*((a, b) if is_float(a) else (b, a)), torch)
    return _integers(a, b, torch)


def _wider_float(a: str, b: str) -> str:
    if "float" in (a, b):
        return "float64" if "float64" in (a, b) else "float"
    if {a, b} == {"float16", "bfloat16"}:
        return "float32"
    return max(a, b, key=lambda name: _FLOATS[name])


def _float_and_integer(real: str, whole: str, torch: bool) -> str:
    if torch or real == "float":
        return real
    bits = {**_SIGNED, **_UNSIGNED}.get(whole)
    if bits is None:
        return "float64" if real == "float64" else "float"
    needed = 16 if bits == 8 else 32 if bits == 16 else 64
    return {16: "float16", 32: "float32", 64: "float64"}[max(needed, _FLOATS[real])]


def _integers(a: str, b: str, torch: bool) -> str | None:
    if "int" in (a, b):
        return "int"
    if (a in _SIGNED) == (b in _SIGNED):
        return max(a, b, key=lambda name: {**_SIGNED, **_UNSIGNED}[name])
    signed, unsigned = (a, b) if a in _SIGNED else (b, a)
    if signed not in _SIGNED or unsigned not in _UNSIGNED:
        return None
    if _SIGNED[signed] > _UNSIGNED[unsigned]:
        return signed
    bits = 2 * _UNSIGNED[unsigned]
    return f"int{bits}" if bits <= 64 else None if torch else "float64"
