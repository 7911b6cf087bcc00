"""What an input of a model is, in words: `float32[2,3,64,64]`, `int64[2,16] < 1000`, `bool[2,16]`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

DTYPES = (
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "uint8",
    "int8",
    "int16",
    "int32",
    "int64",
    "bool",
    "complex64",
)
_SPEC = re.compile(r"\s*(?P<dtype>\w+)\s*\[(?P<shape>[\d\s,]*)\]\s*(?:<\s*(?P<below>\d+)\s*)?")


class SpecError(ValueError):
    """A text that says nothing of an input; the message says what it must be."""


@dataclass(frozen=True)
class Spec:
    """A tensor to be made: its shape, its dtype, and what its numbers, from 0, stay below; None: any numbers."""

    shape: tuple[int, ...]
    dtype: str = "float32"
    below: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it holds whole numbers: indices, tokens, labels."""
        return "int" in self.dtype

    def shaped(self, *shape: float) -> Spec:
        """The same with another shape."""
        return replace(self, shape=tuple(int(each) for each in shape))

    def whole(self, below: int | None = None) -> Spec:
        """The same as whole numbers."""
        return replace(self, dtype="int64", below=below or self.below or 10)

    def floating(self) -> Spec:
        """The same as floating-point numbers."""
        return replace(self, dtype="float32", below=None)

    def __str__(self) -> str:
        limit = "" if self.below is None else f" < {self.below}"
        return f"{self.dtype}[{','.join(map(str, self.shape))}]{limit}"


@dataclass(frozen=True)
class Plain(Spec):
    """What is no tensor: a number, a flag, a text."""

    value: object = None

    def __str__(self) -> str:
        return repr(self.value)


@dataclass(frozen=True)
class Several(Spec):
    """A list of tensors; `spread` if they are passed one by one."""

    parts: tuple[Spec, ...] = ()
    spread: bool = False

    def __str__(self) -> str:
        return f"[{', '.join(map(str, self.parts))}]"


def plain(value: object) -> Plain:
    """The spec of a value that is passed as it is."""
    return Plain((), "plain", None, value)


def several(parts: Iterable[Spec], spread: bool = False) -> Several:
    """The spec of a list of tensors."""
    return Several((), "list", None, tuple(parts), spread)


def parsed(text: str) -> Spec:
    """The spec that the text stands for. Raises SpecError."""
    found = _SPEC.fullmatch(text)
    if found is None or found["dtype"] not in DTYPES:
        raise SpecError(f"`{text}` is no input; write one like `float32[2,3,64,64]` or `int64[2,16] < 1000`")
    shape = tuple(int(each) for each in found["shape"].split(",") if each.strip())
    below = found["below"]
    if below is not None and (int(below) < 1 or found["dtype"] == "bool"):
        raise SpecError(f"`{text}`: numbers stay below one that is above 0")
    return Spec(shape, found["dtype"], int(below) if below else None)


def is_factory(text: str) -> bool:
    """Whether the text names a function that makes the inputs: `pkg.tests:example`."""
    return re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*", text) is not None
