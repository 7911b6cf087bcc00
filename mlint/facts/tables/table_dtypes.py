"""What functions do to dtypes, by name: the library tables name these in their `dtype` field.

- `promote(x, y, ...)`, `torch_promote(...)`: of an operation on all of them, in numpy and in torch
- `array(x)`, `torch_array(x)`: of an array made of them, which gives Python numbers a size
- `ufunc(x, ...)`, `torch_float(x, ...)`: integers become a float, as in `np.sqrt`, `torch.sqrt`
- `mean(x)`, `sum(x)`: of numpy's reductions; `torch_sum(x)`: of torch's
- `floats(x)`: floats stay, what becomes of integers is not known
- `python(x)`: of the Python number that an element becomes
- `real(x)`: of a part of them, or of their absolute values; `complex(x)`: of complex numbers made of them
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mlint.facts.domain import promotion
from mlint.facts.domain.values import Value

Transfer = Callable[..., "str | None"]

FAMILIES = frozenset({*promotion.KNOWN, "int", "float"})
"""The dtypes that are followed; others (complex, text) are unknown."""


def sized(family: str, torch: bool = False) -> str:
    """The dtype of an array made of Python numbers."""
    return {"int": "int64", "float": "float32" if torch else "float64"}.get(family, family)


def _promotion(torch: bool) -> Transfer:
    def transfer(*values: Value) -> str | None:
        strong = [value.dtype for value in values if not promotion.is_weak(value)]
        weak = [value.dtype for value in values if promotion.is_weak(value) and value.dtype is not None]
        if None in strong:
            return "float" if any(promotion.is_float(value.dtype) for value in values) else None
        return _meeting(_all_promoted([dtype for dtype in strong if dtype is not None], torch), weak, torch)

    return transfer


def _all_promoted(dtypes: Sequence[str], torch: bool) -> str | None:
    result: str | None = None
    for dtype in dtypes:
        result = dtype if result is None else promotion.promoted(result, dtype, torch=torch)
        if result is None:
            return None
    return result


def _meeting(strong: str | None, weak: Sequence[str], torch: bool) -> str | None:
    """What Python numbers make of the dtype of the arrays among them."""
    for dtype in sorted(weak, key=["bool", "int", "float"].index):
        if strong is None or (promotion.is_float(dtype) and promotion.is_integer(strong)):
            strong = sized(dtype, torch)
        elif dtype == "int" and strong == "bool":
            strong = "int64"
    return strong


_numpy, _torch = _promotion(torch=False), _promotion(torch=True)


def ufunc(*values: Value) -> str | None:
    """`np.sqrt` and its like: integers become the float that holds them."""
    dtype = _numpy(*values)
    if not promotion.is_integer(dtype):
        return dtype
    return {"bool": "float16", "int8": "float16", "uint8": "float16", "int16": "float32", "uint16": "float32"}.get(
        dtype or "", "float64"
    )


def torch_float(*values: Value) -> str | None:
    """`torch.sqrt` and its like: integers become the default float."""
    dtype = _torch(*values)
    return "float32" if promotion.is_integer(dtype) else dtype


def array(*values: Value) -> str | None:
    """`np.array([...])`"""
    return _numpy(*values)


def torch_array(*values: Value) -> str | None:
    """`torch.tensor([...])`"""
    return _torch(*values)


def mean(*values: Value) -> str | None:
    """`np.mean`, `np.std`: integers become float64."""
    dtype = _numpy(*values)
    return "float64" if promotion.is_integer(dtype) else dtype


def total(*values: Value) -> str | None:
    """`np.sum`, `np.prod`, `np.cumsum`: small integers become 64 bits wide."""
    dtype = _numpy(*values)
    if not promotion.is_integer(dtype):
        return dtype
    return "uint64" if dtype is not None and dtype.startswith("uint") else "int64"


def torch_total(value: Value, *_: Value) -> str | None:
    """`torch.sum` and its like: integers become int64."""
    return "int64" if promotion.is_integer(value.dtype) else value.dtype


def floats(*values: Value) -> str | None:
    """A function that keeps floats; what it makes of integers depends on the release."""
    dtype = _numpy(*values)
    return dtype if promotion.is_float(dtype) else None


def python(value: Value, *_: Value) -> str | None:
    """The Python number that an element becomes (`.item()`, `.tolist()`)."""
    if value.dtype is None or value.dtype == "bool":
        return value.dtype
    return "float" if promotion.is_float(value.dtype) else "int"


def real(value: Value, *_: Value) -> str | None:
    """The dtype of a part of these numbers, or of their absolute values: their own where they are no complex ones."""
    return value.dtype


def unfollowed(*_: Value) -> str | None:
    """Complex numbers: their dtype is not followed."""
    return None


DTYPES_BY_NAME: Mapping[str, Transfer] = {
    "promote": _numpy,
    "torch_promote": _torch,
    "array": array,
    "torch_array": torch_array,
    "ufunc": ufunc,
    "torch_float": torch_float,
    "mean": mean,
    "floats": floats,
    "sum": total,
    "torch_sum": torch_total,
    "python": python,
    "real": real,
    "complex": unfollowed,
}
