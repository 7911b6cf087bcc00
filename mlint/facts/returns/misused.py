"""Where the tuple that a module returns is used as if it were one value."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mlint.facts.domain.values import Kind, Value
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses, Event
from mlint.facts.flow.paths import Temporaries
from mlint.facts.flow.recorded import CallFact, Facts

_ARITHMETIC = frozenset(("-", "/", "@", "**", "//", "%"))
_OF_TENSORS = frozenset(
    "shape view reshape mean softmax log_softmax sigmoid argmax detach squeeze unsqueeze permute transpose cpu cuda to "
    "float numpy item backward max min sum size dim flatten".split()
)
"""What only a tensor has, and no tuple."""
_CONTAINERS = frozenset(
    f"torch.nn.{name}" for name in "Sequential ModuleList ModuleDict Identity DataParallel ParameterList".split()
)
_ASKS = frozenset(("isinstance", "type"))


def asks_what_it_got(function: ir.FunctionIR) -> bool:
    """Whether the code asks for the type of something."""
    temporaries = Temporaries(function)
    asked = (temporaries.callee_name(op) for op in temporaries.definitions.values() if isinstance(op, ir.Call))
    return not _ASKS.isdisjoint(asked)


def misused(function: ir.FunctionIR, facts: Facts, calls: frozenset[int], key: str) -> Iterator[int]:
    """The temporaries where the result of one of these calls, each of which gives a tuple, is used as one value.

    `key` names the class of the modules that are called.
    """
    accesses = Accesses(function)
    temporaries = accesses.temporaries
    for call in sorted(calls & temporaries.definitions.keys()):
        for result in (call, *_read_alone(accesses, call)):
            for user in temporaries.users[result]:
                if _takes_one(user, result, facts, calls):
                    yield user.target
    yield from _followed(facts, key)


def _read_alone(accesses: Accesses, call: int) -> Iterator[int]:
    """The reads that see the result of a call for sure: it is stored in a variable, and nothing else reaches them.

    What the next turn of a loop hands to the call that made it, `x = block(x)`, is such a read, whatever came first.
    """
    temporaries = accesses.temporaries
    for store in temporaries.users[call]:
        if isinstance(store, ir.Store):
            path = (store.name,)
            write = Event(Access.WRITE, path, temporaries.places[store.target], store)
            for read in accesses.reached_by(write, path):
                others = accesses.reaching(read.place, path)
                is_only = all(other.target == store.target for other in others) and not _is_passed(accesses, read, path)
                if is_only or _feeds(temporaries.definitions.get(call), read.target):
                    yield read.target


def _is_passed(accesses: Accesses, read: Event, path: tuple[str, ...]) -> bool:
    if path[0] not in {each.name for each in accesses.function.parameters}:
        return False
    first = accesses.temporaries.places[min(accesses.temporaries.places)]
    return any(each.target == read.target for each in accesses.reads_from([first], path))


def _feeds(call: ir.Instruction | None, read: int) -> bool:
    return isinstance(call, ir.Call) and any(each.value == read for each in call.arguments[:1])


def _takes_one(user: ir.Instruction, result: int, facts: Facts, calls: frozenset[int]) -> bool:
    if isinstance(user, ir.Binary):
        return user.op in _ARITHMETIC
    if isinstance(user, ir.Attribute):
        return user.name in _OF_TENSORS
    if not isinstance(user, ir.Call) or user.callee == result or any(each.stars for each in user.arguments):
        return False
    if user.target in calls:  # the same block again
        return len(user.arguments) == 1
    fact = facts.calls.get(user.target)
    return fact is not None and bool(user.arguments) and user.arguments[0].value == result and _wants_tensor(fact)


def _wants_tensor(fact: CallFact) -> bool:
    """Whether the first argument of a call must be a tensor: a layer or loss of torch, or a function of these."""
    if fact.entry is not None and fact.receiver is None and fact.entry.name.startswith("torch.nn.functional."):
        return True
    return fact.callee.kind is Kind.MODULE and _is_layer(fact.callee.symbol)


def _is_layer(symbol: str | None) -> bool:
    return symbol is not None and symbol.startswith("torch.nn.") and symbol not in _CONTAINERS


def _followed(facts: Facts, key: str) -> Iterator[int]:
    """The calls of `nn.Sequential` in which a layer of torch or another module of the class comes behind it."""
    for target, fact in facts.calls.items():
        if fact.callee.symbol == "torch.nn.Sequential" and not fact.starred:
            held = [_held(each) for each in fact.positional]
            if any(one == key and (other == key or _is_layer(other)) for one, other in pairwise(held)):
                yield target


def _held(value: Value) -> str | None:
    return value.symbol if value.kind is Kind.MODULE else None
