"""Devices that have no name but that of a variable: `of:x` is where `x` is, `of:self.device` what that attribute says.

Two values with the same such text are on the same device. `of:device@12` is what the variable `device` was given by
the assignment with that number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from mlint.facts.domain.objects import parent
from mlint.facts.domain.records import replace
from mlint.facts.domain.values import MISSING, Kind, Object, Value

_NAME = re.compile(r"(?:^|_)(?:(?:device|gpu)(?:_(?:id|idx|index|name|str))?|dev)_?$", re.I)
_MOST_NAMES = 3
OF_PARAMETERS = "next(self.parameters()).device"
"""Where what a module registers is, as code says it."""
_OPEN = (Kind.UNKNOWN, Kind.DEVICE)


@lru_cache(maxsize=1 << 12)
def is_device_name(name: str) -> bool:
    """Whether a variable of that name holds a device: `device`, `self._device`, `target_device`, `gpu_id`."""
    return _NAME.search(name) is not None


def spelled(device: str) -> str:
    """A device as an explanation says it: `x.device`, `device`, `cuda:1`."""
    if not device.startswith("of:"):
        return device
    name = device[3:].partition("|")[0].partition("@")[0]
    if name == "self":
        return OF_PARAMETERS
    return name if is_device_name(name.rpartition(".")[2]) else f"{name}.device"


def together(devices: Iterable[str | None]) -> str | None:
    """Where the result of an operation on tensors with these devices is; None where that is not known.

    What is on the CPU may be a scalar that meets the others. Those that only variables name (`of:x`, `of:y`) are the
    same, or the operation fails: `of:x|y`.
    """
    found = set(devices)
    elsewhere = found - {None, "cpu"}
    if len(elsewhere) > 1 and all(each is not None and each.startswith("of:") for each in elsewhere):
        names = {name for each in elsewhere if each is not None for name in each[3:].split("|")}
        return "of:" + "|".join(sorted(names)[:_MOST_NAMES])
    if len(elsewhere) == 1:
        return elsewhere.pop()
    return "cpu" if found == {"cpu"} else None


def stored(name: str, value: Value, site: int) -> Value:
    """What the variable `name` holds after the assignment `site`: a device that nothing else names is named by it."""
    if value.device is not None or not is_device_name(name):
        return value
    if value.kind in _OPEN or (value.kind is Kind.TEXT and value.const is MISSING):
        kind = Kind.DEVICE if value.kind is Kind.UNKNOWN else value.kind
        return replace(value, kind=kind, device=f"of:{name}@{site}")
    return value


def read(base: Value, name: str, value: Value) -> Value:
    """`base.name`, where that is a device or a tensor that moves with the module which holds it."""
    if value.kind is Kind.TENSOR and value.traits & {"parameter", "buffer"}:
        return replace(value, device=_of(base.objects, ""))
    if not is_device_name(name) or value.device is not None or value.kind not in (*_OPEN, Kind.TEXT):
        return value
    if value.const is not MISSING:
        return value
    kind = Kind.DEVICE if value.kind is Kind.UNKNOWN else value.kind
    where = base.device if name == "device" and base.kind is Kind.UNKNOWN else None
    return replace(value, kind=kind, device=where or _of(base.objects, f".{name}"))


def entry(device: str | None, key: object) -> str | None:
    """Where an item of something unknown is that has this device: the entries of a dict may be anywhere, each."""
    if device is None or not device.startswith("of:") or not isinstance(key, str):
        return device
    return f'{device}["{key}"]' if "|" not in device and key.isidentifier() else None


def _of(owners: frozenset[Object], rest: str) -> str | None:
    """`of:self.net.device` for an access path that begins with a parameter."""
    if len(owners) != 1:
        return None
    (owner,) = owners
    while owner[0] == "attribute":
        rest = f".{owner[2]}{rest}"
        holder = parent(owner)
        assert holder is not None
        owner = holder
    return f"of:{owner[2]}{rest}" if owner[0] == "parameter" else None
