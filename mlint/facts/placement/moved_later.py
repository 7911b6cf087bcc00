"""What becomes of a value further on in its function: whether what is computed of it is moved in the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mlint.facts.domain.values import UNKNOWN, Kind
from mlint.facts.flow import ir
from mlint.facts.flow.paths import Temporaries
from mlint.facts.flow.recorded import Facts

_MOST = 80
_ADDS = frozenset(("append", "extend", "insert", "add", "update"))


def is_moved_later(temporaries: Temporaries, facts: Facts, starts: Iterable[int]) -> bool:
    """Whether something computed from one of these temporaries, or a list that it is put into, is moved by name:
    `torch.cat(anchors).to(device)`. Whoever does so takes what comes before to be on the CPU."""
    pending, seen = list(starts), set[int]()
    while pending and len(seen) < _MOST:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        for user in temporaries.users[current]:
            if isinstance(user, ir.Call) and _moves(temporaries, facts, user):
                return True
            pending += _onward(temporaries, current, user)
    return False


def _onward(temporaries: Temporaries, current: int, user: ir.Instruction) -> Iterator[int]:
    if isinstance(user, ir.Store):
        yield from _loads(temporaries, user.name)
    elif isinstance(user, ir.StoreItem):
        path = temporaries.path(user.base)
        yield from _loads(temporaries, path[0]) if path is not None else ()
    elif isinstance(user, ir.Call) and temporaries.callee_name(user) in _ADDS:
        callee = temporaries.definitions.get(user.callee)
        path = temporaries.path(callee.base) if isinstance(callee, ir.Attribute) else None
        yield from _loads(temporaries, path[0]) if path is not None else ()
    elif not (isinstance(user, ir.Item) and user.index == current):
        yield user.target


def _loads(temporaries: Temporaries, name: str) -> Iterator[int]:
    return (op.target for op in temporaries.definitions.values() if isinstance(op, ir.Load) and op.name == name)


def _moves(temporaries: Temporaries, facts: Facts, call: ir.Call) -> bool:
    name = temporaries.callee_name(call)
    if name == "cuda":
        return True
    told = [facts.values.get(each.value, UNKNOWN) for each in call.arguments if each.name in (None, "device")]
    return name == "to" and any(each.kind is Kind.DEVICE or each.device is not None for each in told)
