"""ML203: functional dropout loses the flag that switches it off in eval mode."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from benchmarks.truth.code import Function, dotted, keyword, last, lines_of, number
from benchmarks.truth.seeds.seed import Operator, Seed

_DROPOUTS = frozenset("dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout".split())


def flag_lost(function: Function) -> Iterator[Seed]:
    """`F.dropout(x, p, training=self.training)` to `F.dropout(x, p)`."""
    for call in _in_module(function):
        if last(call.func) not in _DROPOUTS or not call.args or number(_rate(call)) == 0:
            continue
        flag = keyword(call, "training")
        if flag is not None and dotted(flag.value) == "self.training":
            yield Seed((function.file.without(call, flag),), (lines_of(call),))
        elif len(call.args) == 3 and dotted(call.args[2]) == "self.training":
            yield Seed((function.file.without(call, call.args[2]),), (lines_of(call),))


def attention_switch_lost(function: Function) -> Iterator[Seed]:
    """`dropout_p=rate if self.training else 0.0` of attention to `dropout_p=rate`."""
    for call in _in_module(function):
        rate = keyword(call, "dropout_p")
        if rate is not None and isinstance(rate.value, ast.IfExp) and dotted(rate.value.test) == "self.training":
            edit = function.file.replace(rate.value, function.file.code(rate.value.body))
            yield Seed((edit,), (lines_of(call),))


def _in_module(function: Function) -> list[ast.Call]:
    return function.calls if function.cls is not None and function.file.package.is_module(function.cls) else []


def _rate(call: ast.Call) -> ast.AST | None:
    rate = keyword(call, "p")
    return rate.value if rate else call.args[1] if len(call.args) > 1 else None


DROPOUT = (
    Operator("drop-training-flag", "ML203", flag_lost),
    Operator("drop-attention-switch", "ML203", attention_switch_lost),
)
