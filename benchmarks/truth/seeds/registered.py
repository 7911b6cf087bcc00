"""ML403 and ML404: modules in a plain list, a constant tensor in a plain attribute."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from benchmarks.truth.code import Function, dotted, last, lines_of, names_in
from benchmarks.truth.seeds.seed import Operator, Seed

_NO_PARAMETERS = frozenset(
    "Identity ReLU GELU SiLU LeakyReLU Tanh Sigmoid Softmax Dropout Upsample MaxPool1d MaxPool2d MaxPool3d AvgPool1d "
    "AvgPool2d AvgPool3d AdaptiveAvgPool2d AdaptiveMaxPool2d Flatten ReflectionPad2d ZeroPad2d PixelShuffle".split()
)
_NO_TENSOR_USE = frozenset("shape size device dtype item tolist ndim dim numel to cpu type cuda".split())


def list_instead(function: Function) -> Iterator[Seed]:
    """`self.layers = nn.ModuleList([...])` to `self.layers = [...]`."""
    if not _makes_module(function):
        return
    for node in function.nodes:
        if not (isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.value, ast.Call)):
            continue
        name, plain = dotted(node.targets[0]), _plain(function, node.value)
        if name.startswith("self.") and plain is not None and _holds_parameters(function, node.value, name):
            appends = [
                lines_of(each)
                for each in function.calls
                if isinstance(each.func, ast.Attribute) and dotted(each.func.value) == name
            ]
            places = (lines_of(node), *appends)
            yield Seed((function.file.replace(node.value, plain),), places)


def attribute_instead(function: Function) -> Iterator[Seed]:
    """`self.register_buffer("mean", torch.tensor(...))` to `self.mean = torch.tensor(...)`."""
    if not _makes_module(function):
        return
    for call in function.calls:
        statement = function.file.parents[call]
        if not (dotted(call.func) == "self.register_buffer" and isinstance(statement, ast.Expr) and len(call.args) > 1):
            continue
        name, value = call.args[0], call.args[1]
        if not (isinstance(name, ast.Constant) and isinstance(name.value, str) and name.value.isidentifier()):
            continue
        if _is_made_of_tensors(function, value, call.lineno) and _meets_tensors(function, name.value):
            edit = function.file.replace(call, f"self.{name.value} = {function.file.code(value)}")
            yield Seed((edit,), (lines_of(statement),))


def _makes_module(function: Function) -> bool:
    return (
        function.node.name == "__init__" and function.cls is not None and function.file.package.is_module(function.cls)
    )


def _plain(function: Function, call: ast.Call) -> str | None:
    """What stands for a list or dict of modules if it is a plain one."""
    kind = last(call.func)
    if kind not in ("ModuleList", "ModuleDict") or len(call.args) > 1 or call.keywords:
        return None
    if not call.args:
        return "[]" if kind == "ModuleList" else "{}"
    inner = call.args[0]
    code = function.file.code(inner)
    if isinstance(inner, ast.GeneratorExp):
        return f"[{code.removeprefix('(').removesuffix(')')}]"
    return code if isinstance(inner, (ast.List, ast.ListComp, ast.Dict, ast.DictComp, ast.Name)) else None


def _holds_parameters(function: Function, call: ast.Call, name: str) -> bool:
    """Whether the modules may have parameters, are used, and nothing else registers them."""
    cls = function.cls
    assert cls is not None
    made = {last(each.func) for each in ast.walk(call) if isinstance(each, ast.Call)} - {
        "ModuleList",
        "ModuleDict",
        "range",
        "len",
    }
    if made and all(each in _NO_PARAMETERS or each.endswith("Loss") for each in made):
        return False
    uses = [each for each in ast.walk(cls) if isinstance(each, ast.Attribute) and dotted(each) == name]
    again = any(
        isinstance(each, ast.Call)
        and last(each.func) in ("Sequential", "add_module", "register_module", "ModuleList")
        and any(dotted(part) == name for part in ast.walk(each))
        for each in ast.walk(cls)
    )
    return len(uses) > 1 and not again


def _is_made_of_tensors(function: Function, value: ast.expr, line: int, depth: int = 2) -> bool:
    if any(isinstance(each, ast.Call) and dotted(each.func).startswith("torch.") for each in ast.walk(value)):
        return True
    values = (each for name in names_in(value) for each in function.values(name, line))
    return depth > 0 and any(_is_made_of_tensors(function, each, each.lineno, depth - 1) for each in values)


def _meets_tensors(function: Function, name: str) -> bool:
    """Whether another method of the class uses the attribute as a tensor, without moving it."""
    cls, file = function.cls, function.file
    assert cls is not None
    uses = [
        each
        for method in cls.body
        if isinstance(method, ast.FunctionDef) and method.name != "__init__"
        for each in ast.walk(method)
        if isinstance(each, ast.Attribute) and dotted(each) == f"self.{name}" and isinstance(each.ctx, ast.Load)
    ]
    parents = [file.parents[each] for each in uses]
    plain = [each for each in parents if not (isinstance(each, ast.Attribute) and each.attr in _NO_TENSOR_USE)]
    moved = any(isinstance(each, ast.Attribute) and each.attr in ("to", "cuda") for each in parents)
    return not moved and any(isinstance(each, (ast.BinOp, ast.Call, ast.Subscript)) for each in plain)


REGISTERED = (
    Operator("plain-list", "ML403", list_instead),
    Operator("plain-attribute", "ML404", attribute_instead),
)
