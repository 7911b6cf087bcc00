"""Tries ML302: which numbers arrive at the cast?"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Sequence
from typing import Any

from mlint import Inconclusive, Trial, Verdict, confirmed, probe, refuted

_DOMAINS = ("bytes", "unit", "bytes as floats")
_AMPLIFIES = re.compile(r"(?:factor|gain|brightness|contrast)(?:_factor)?")
"""Numbers of the caller's that are above 1 as often as below."""
_DARK = 16
"""Where numbers stay below this, images in [0, 1] are not what the function takes: nobody casts them as they are."""


@probe("ML302")
def unclipped_uint8_cast(trial: Trial) -> Verdict:
    """The function is run with images of several domains, and what is cast is watched."""
    operand = _operand(trial.node(ast.Call))
    arrived: dict[str, list[tuple[Any, Any]]] = {}
    unclear = ""
    for domain in _DOMAINS:
        calls = trial.calls(domain, watch=operand)
        seen = [(each, call) for call in calls for each in call.seen]
        unclear = unclear or next((call.error for call in calls if call.error), "")
        if seen and not (domain == "unit" and max(each.high for each, _ in seen) < _DARK):
            arrived[domain] = seen
    if not arrived:
        raise Inconclusive(f"the cast is not reached{f': {unclear[:120]}' if unclear else ''}")
    beyond = {domain: _first_beyond(seen) for domain, seen in arrived.items()}
    found = [each for each in beyond.values() if each is not None]
    if found and all(beyond.values()):
        chosen = [name for name in found[0][1].guessed if not _AMPLIFIES.fullmatch(name)]
        if chosen:
            raise Inconclusive(
                f"whether what arrives leaves 0..255 hangs on {', '.join(chosen)}, which nobody passes here"
            )
        return _confirmed(*found[0], arrived)
    low = min(each.low for seen in arrived.values() for each, _ in seen)
    high = max(each.high for seen in arrived.values() for each, _ in seen)
    if found:
        fine = [domain for domain, each in beyond.items() if each is None]
        raise Inconclusive(f"what arrives leaves 0..255 for some images, but not for {' and '.join(fine)}")
    if _open_ended(trial, operand):
        raise Inconclusive(f"numbers in [{low:g}, {high:g}] arrive, but others may with other arguments")
    return refuted(f"only numbers in [{low:g}, {high:g}] arrive at the cast", calls=sum(map(len, arrived.values())))


def _operand(cast: ast.Call) -> ast.expr:
    """What is cast: `x` of `x.astype(...)`, of `x.to(...)`, of `np.uint8(x)`."""
    function = cast.func
    named = isinstance(function, ast.Attribute) and function.attr in ("uint8", "array", "asarray", "ubyte")
    if isinstance(function, ast.Attribute) and not named:
        return function.value
    if not cast.args:
        raise Inconclusive("what is cast is not an argument of the call")
    return cast.args[0]


def _first_beyond(seen: Sequence[tuple[Any, Any]]) -> tuple[Any, Any] | None:
    return next(((each, call) for each, call in seen if each.low <= -1 or each.high >= 256 or not each.finite), None)


def _open_ended(trial: Trial, operand: ast.expr) -> bool:
    """Whether numbers of the caller's decide: with others than those that were tried something leaves 0..255."""
    calls = [call for domain in _DOMAINS for call in trial.calls(domain, watch=operand, vary=True)]
    return _first_beyond([(each, call) for call in calls for each in call.seen]) is not None


def _confirmed(value: Any, call: Any, arrived: dict[str, list[tuple[Any, Any]]]) -> Verdict:
    """The range that arrived over all calls, and what becomes of its end."""
    listed = [each for seen in arrived.values() for each, _ in seen]
    low, high = min(each.low for each in listed), max(each.high for each in listed)
    worst = low if low <= -1 else high
    became = f"{worst:g} becomes {int(worst) % 256}" if math.isfinite(worst) else "what is not finite becomes anything"
    return confirmed(
        f"{value.dtype} numbers in [{low:g}, {high:g}] arrive at the cast, and {became}",
        given=call.shown,
        domains=", ".join(arrived),
    )
