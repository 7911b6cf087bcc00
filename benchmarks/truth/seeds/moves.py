"""ML501 to ML504: tensors on the wrong device, or moved where they need not be."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from benchmarks.truth.code import Edit, Function, dotted, keyword, last, lines_of, words_of
from benchmarks.truth.seeds.seed import Operator, Seed

_FACTORIES = frozenset("zeros ones arange full eye linspace tensor empty logspace tril_indices triu_indices".split())
_LIKE = frozenset("zeros_like ones_like".split())
_UNDONE = frozenset(
    "to float half double long int bool detach clamp clip contiguous squeeze unsqueeze permute transpose flatten view "
    "reshape sigmoid softmax abs exp log sqrt mean sum type_as flip expand repeat round".split()
)
_NOT_TENSORS = frozenset(
    "model net network module modules self encoder decoder backbone generator discriminator layer vae unet teacher "
    "student pipe pipeline metric metrics loss criterion optimizer batch encoding inputs data df sample "
    "samples m".split()
)
_SCRIPTS = frozenset("main parse args cli demo export".split())
Lines = tuple[int, int]


def made_then_moved(function: Function) -> Iterator[Seed]:
    """`torch.zeros(n, device=x.device)` to `torch.zeros(n).to(x.device)`."""
    for call, device in _made_on_device(function):
        edit, moved = function.file.without(call, device), Edit(function.file.end(call), function.file.end(call), "")
        moved = Edit(moved.start, moved.end, f".to({function.file.code(device.value)})")
        yield Seed((edit, moved), (lines_of(call),))


def like_then_moved(function: Function) -> Iterator[Seed]:
    """`torch.zeros_like(x)` to `torch.zeros(x.shape).to(x.device)`."""
    for call in _on_tensors(function):
        if (
            last(call.func) in _LIKE
            and dotted(call.func).startswith("torch.")
            and len(call.args) == 1
            and not call.keywords
        ):
            tensor = dotted(call.args[0])
            if tensor:
                maker = last(call.func).removesuffix("_like")
                text = f"torch.{maker}({tensor}.shape, dtype={tensor}.dtype).to({tensor}.device)"
                yield Seed((function.file.replace(call, text),), (lines_of(call),))


def result_lost(function: Function) -> Iterator[Seed]:
    """`x = x.to(d)` to `x.to(d)`, of what is a tensor and used afterwards."""
    for node in function.nodes:
        if not (isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)):
            continue
        name, value = node.targets[0].id, node.value
        if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)):
            continue
        if value.func.attr not in _UNDONE | {"cuda", "cpu"} or dotted(value.func.value) != name:
            continue
        if value.func.attr in ("cuda", "cpu", "to") and _NOT_TENSORS.intersection(words_of(name)):
            continue
        used = any(each.lineno > (node.end_lineno or 0) for each in function.loads(name))
        if used and _is_tensor(function, name):
            edit = Edit(function.file.start(node), function.file.start(value), "")
            yield Seed((edit,), (lines_of(node),))


def hard_coded_move(function: Function) -> Iterator[Seed]:
    """`x.to(device)` to `x.cuda()`."""
    if _is_script(function):
        return
    for call in function.calls:
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "to"
            and len(call.args) == 1
            and not call.keywords
            and dotted(call.args[0]).endswith("device")
            and not _under_cuda_test(function, call)
            and not _is_cuda(function, dotted(call.args[0]))
        ):
            edit = Edit(function.file.end(call.func.value), function.file.end(call), ".cuda()")
            yield Seed((edit,), (lines_of(call),))


def hard_coded_factory(function: Function) -> Iterator[Seed]:
    """`device=x.device` to `device="cuda"`."""
    for call, device in _made_on_device(function):
        if not _under_cuda_test(function, call):
            yield Seed((function.file.replace(device.value, '"cuda"'),), (lines_of(call),))


def map_location_lost(function: Function) -> Iterator[Seed]:
    """`torch.load(path, map_location=...)` to `torch.load(path)`."""
    if _is_script(function):
        return
    for call in function.calls:
        place = keyword(call, "map_location")
        if dotted(call.func) == "torch.load" and place is not None and call.args:
            yield Seed((function.file.without(call, place),), (lines_of(call),))


def device_lost(function: Function) -> Iterator[Seed]:
    """`torch.zeros(n, device=x.device)` to `torch.zeros(n)`, where the result meets other tensors."""
    for call, device in _made_on_device(function):
        meetings = _meetings(function, call)
        if meetings:
            yield Seed((function.file.without(call, device),), (lines_of(call), *meetings))


def _on_tensors(function: Function) -> list[ast.Call]:
    """The calls of a method of a module, or of a function that is given tensors."""
    if function.node.name in ("__init__", "reset_parameters", "_init_weights", "init_weights"):
        return []
    if function.cls is not None:
        return function.calls if function.file.package.is_module(function.cls) else []
    return function.calls if "loss" in function.words or _annotates_tensors(function) else []


def _annotates_tensors(function: Function) -> bool:
    arguments = function.node.args
    return any(
        "Tensor" in ast.unparse(each.annotation)
        for each in (*arguments.posonlyargs, *arguments.args)
        if each.annotation
    )


def _made_on_device(function: Function) -> Iterator[tuple[ast.Call, ast.keyword]]:
    """Calls that make a tensor on the device of one that the function is given."""
    for call in _on_tensors(function):
        device = keyword(call, "device")
        if device is None or not dotted(call.func).startswith("torch.") or last(call.func) not in _FACTORIES:
            continue
        owner, _, attribute = dotted(device.value).rpartition(".")
        if attribute == "device" and _comes_from_parameters(function, owner, call.lineno):
            yield call, device


def _comes_from_parameters(function: Function, name: str, line: int, depth: int = 3) -> bool:
    if name in function.parameters:
        return True
    if not depth or "." in name:
        return False
    values = function.values(name, line)
    return any(
        isinstance(each, ast.Name) and each.id != name and _comes_from_parameters(function, each.id, line, depth - 1)
        for value in values
        for each in ast.walk(value)
    )


def _is_tensor(function: Function, name: str) -> bool:
    """Whether the function makes plain by annotation or use that a name is a tensor."""
    if function.cls is not None and function.is_forward and name in function.parameters[:1]:
        return True
    arguments = function.node.args
    for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if each.arg == name and each.annotation is not None and "Tensor" in ast.unparse(each.annotation):
            return True
    made = (value for value in function.values(name, 1 << 30) if isinstance(value, ast.Call))
    return any(dotted(each.func).startswith(("torch.", "F.")) and last(each.func) != "load" for each in made)


def _is_script(function: Function) -> bool:
    return bool(_SCRIPTS.intersection(function.words)) or bool(_SCRIPTS.intersection(words_of(function.file.path.stem)))


def _under_cuda_test(function: Function, node: ast.AST) -> bool:
    tests = (each.test for each in function.file.around(node) if isinstance(each, (ast.If, ast.IfExp)))
    return any(re.search("cuda|device|gpu", ast.unparse(each)) for each in tests)


def _is_cuda(function: Function, name: str) -> bool:
    """Whether a name holds a device that is always a GPU."""
    return any("cuda" in ast.unparse(each) for each in function.values(name, 1 << 30))


def _meetings(function: Function, call: ast.Call) -> list[Lines]:
    """Where what a call makes is used beside other tensors; empty where it is moved, or only an index."""
    file = function.file
    parent = file.parents[call]
    if isinstance(parent, ast.BinOp):
        return [lines_of(file.statement(call))] if _has_tensor(function, parent, call) else []
    if not (isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name)):
        return []
    name = parent.targets[0].id
    if len(function.stores(name)) > 1:
        return []
    found = []
    for use in function.loads(name):
        around = file.parents[use]
        if isinstance(around, ast.Attribute) and around.attr in ("to", "cuda", "type_as", "tolist", "cpu", "numpy"):
            return []
        if isinstance(around, ast.BinOp) and _has_tensor(function, around, use):
            found.append(lines_of(file.statement(use)))
        if isinstance(around, (ast.List, ast.Tuple)) and isinstance(file.parents[around], ast.Call):
            joined = file.parents[around]
            if isinstance(joined, ast.Call) and last(joined.func) in ("cat", "stack", "concat"):
                found.append(lines_of(file.statement(use)))
    return found


def _has_tensor(function: Function, operation: ast.BinOp, use: ast.expr) -> bool:
    other = operation.right if operation.left is use else operation.left
    if any(isinstance(each, ast.Attribute) and each.attr in ("shape", "size", "ndim") for each in ast.walk(other)):
        return False
    names = {each.id for each in ast.walk(other) if isinstance(each, ast.Name)}
    return any(_is_tensor(function, each) for each in names)


MOVES = (
    Operator("make-then-move", "ML501", made_then_moved),
    Operator("like-then-move", "ML501", like_then_moved),
    Operator("lose-result", "ML502", result_lost),
    Operator("move-to-cuda", "ML503", hard_coded_move),
    Operator("make-on-cuda", "ML503", hard_coded_factory),
    Operator("lose-map-location", "ML503", map_location_lost),
    Operator("lose-device", "ML504", device_lost),
)
