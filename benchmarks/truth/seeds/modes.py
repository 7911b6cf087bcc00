"""ML201: a model is not put in eval mode before it runs without gradients.

A place stays where a function (or a class that is no module) puts a model in eval mode and calls it without gradients,
nothing else there or in a caller does so, and the model is not seen to have no layer that depends on the mode.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from benchmarks.truth.code import Edit, Function, dotted, last, lines_of, words_of
from benchmarks.truth.seeds.seed import Operator, Seed

_NO_GRAD = re.compile(r"no_grad|inference_mode|_evaluation_mode")
_RUNS = frozenset("forward encode decode generate predict inference encode_image encode_text forward_features".split())
_EVALUATES = frozenset(
    "eval evaluate evaluation validate validation valid val test predict predictor prediction infer inference detect "
    "detector score sample generate embed encode extract demo run".split()
)
_IN_EVAL_MODE = ("from_pretrained", "jit.load", "InferenceSession", "pipeline(", "AutoModel")
_DEPENDS = re.compile(
    r"Dropout|dropout|BatchNorm|batch_norm|InstanceNorm|\.training\b|DropPath|StochasticDepth|drop_path"
)
Lines = tuple[int, int]


def switch_lost(function: Function) -> Iterator[Seed]:
    """`model.eval()` removed from a function that runs the model under `no_grad`."""
    if _trains(function):
        return
    for call in _switches(function):
        name, edit = _without_switch(function, call)
        if not name or edit is None or name == "self" or _is_own_child(function, name):
            continue
        runs = [each for each in _runs(function, name) if each[0] > call.lineno]
        if not runs or len(_switches_of(function, name)) != 1 or _is_someone_elses(function, name):
            continue
        if _may_depend_on_mode(function, name):
            yield Seed((edit,), tuple(runs))


def switch_lost_in_class(function: Function) -> Iterator[Seed]:
    """`self.model.eval()`, or `self.model = ....eval()`, removed from a method, where another one runs the model."""
    cls = function.cls
    if cls is None or function.file.package.is_module(cls):
        return
    methods = [each for each in function.file.functions if each.cls is cls]
    if any(_trains(each) for each in methods):
        return
    for call in _switches(function):
        name, edit = _without_switch(function, call)
        if edit is None or not name.startswith("self.") or _runs(function, name):
            continue
        if sum(len(_switches_of(each, name)) for each in methods) != 1:
            continue
        runs = [place for each in methods for place in _runs(each, name)]
        if _is_given(function, name) and not _EVALUATES.intersection(function.words):
            continue
        if runs and all(_may_depend_on_mode(each, name) for each in methods):
            yield Seed((edit,), tuple(runs))


def _trains(function: Function) -> bool:
    return any(last(each.func) in ("backward", "zero_grad", "manual_backward") for each in function.calls)


def _switches(function: Function) -> list[ast.Call]:
    return [each for each in function.calls if _is_switch(each)]


def _is_switch(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    off = len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and call.args[0].value is False
    return (call.func.attr == "eval" and not call.args) or (call.func.attr == "train" and off)


def _switched(function: Function, call: ast.Call) -> str:
    """The name of what a switch works on: the object itself, or what the result of a chain is assigned to."""
    assert isinstance(call.func, ast.Attribute)
    name = dotted(call.func.value)
    statement = function.file.statement(call)
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and _is_in_chain(statement.value, call):
        return dotted(statement.targets[0])
    return name if isinstance(function.file.parents[call], ast.Expr) else ""


def _is_in_chain(value: ast.expr, call: ast.Call) -> bool:
    node: ast.AST = value
    while isinstance(node, (ast.Call, ast.Attribute)):
        if node is call:
            return True
        node = node.func if isinstance(node, ast.Call) else node.value
    return False


def _switches_of(function: Function, name: str) -> list[ast.Call]:
    """The switches of a model, of what holds it and what it holds; functions with such a name that it is given to."""
    found = []
    for call in function.calls:
        if _is_switch(call):
            other = _switched(function, call) or dotted(getattr(call.func, "value", call))
            if f"{other}.".startswith(f"{name}.") or f"{name}.".startswith(f"{other}."):
                found.append(call)
        elif "eval" in words_of(last(call.func)) and any(dotted(each) == name for each in call.args):
            found.append(call)
    return found


def _without_switch(function: Function, call: ast.Call) -> tuple[str, Edit | None]:
    assert isinstance(call.func, ast.Attribute)
    file, name = function.file, _switched(function, call)
    statement = file.statement(call)
    if isinstance(statement, ast.Expr):
        return name, file.drop(statement)
    return name, Edit(file.end(call.func.value), file.end(call), "")


# --- where the model runs -------------------------------------------------------------------------------------------


def _runs(function: Function, name: str) -> list[Lines]:
    """The lines of the calls of a model without gradients."""
    all_of_it = any(_NO_GRAD.search(ast.unparse(each)) for each in function.node.decorator_list)
    return [
        lines_of(call)
        for call in function.calls
        if _is_run(call, name) and (all_of_it or _is_without_gradients(function, call))
    ]


def _is_run(call: ast.Call, name: str) -> bool:
    called = dotted(call.func)
    return called == name or (called.rpartition(".")[0] == name and last(call.func) in _RUNS)


def _is_without_gradients(function: Function, call: ast.Call) -> bool:
    managers = (each for each in function.file.around(call) if isinstance(each, (ast.With, ast.AsyncWith)))
    return any(_NO_GRAD.search(ast.unparse(item.context_expr)) for each in managers for item in each.items)


# --- whose business the mode is -------------------------------------------------------------------------------------


def _is_own_child(function: Function, name: str) -> bool:
    """Whether it is an attribute of a module: then the mode is the business of who calls that."""
    return name.startswith("self.") and function.cls is not None and function.file.package.is_module(function.cls)


def _is_someone_elses(function: Function, name: str) -> bool:
    """Whether the model comes in, and a caller switches it, or nothing says that this function evaluates."""
    if name.partition(".")[0] not in (*function.parameters, "self"):
        return False
    callers = [each for each in function.file.package.callers.get(function.node.name, []) if each is not function]
    if any(_switches(each) for each in callers):
        return True
    return not name.startswith("self.") and not _EVALUATES.intersection(words_of(function.node.name))


def _is_given(function: Function, name: str) -> bool:
    """Whether an attribute holds a parameter: who made it may have seen to its mode."""
    values = function.values(name, 1 << 30)
    return any(dotted(each) in function.parameters for value in values for each in ast.walk(value))


def _may_depend_on_mode(function: Function, name: str) -> bool:
    """Whether nothing shows that the model is the same in both modes, or is given in eval mode."""
    values = function.values(name, 1 << 30)
    text = " ".join(function.file.code(each) for each in values)
    if any(each in text for each in _IN_EVAL_MODE):
        return False
    made = {last(each.func) for value in values for each in ast.walk(value) if isinstance(each, ast.Call)}
    known = [each for each in made if each in function.file.package.classes]
    return all(_class_depends(function, each, set()) for each in known)


def _class_depends(function: Function, name: str, seen: set[str]) -> bool:
    """Whether the class, or one that its text names, has a layer that depends on the mode; True if it can't be told."""
    seen.add(name)
    for cls in function.file.package.classes[name]:
        text = ast.unparse(cls)
        if _DEPENDS.search(text) or re.search(r"create_model|torchvision|resnet|getattr", text):
            return True
        used = {each.id for each in ast.walk(cls) if isinstance(each, ast.Name)} & set(function.file.package.classes)
        if any(_class_depends(function, each, seen) for each in used - seen):
            return True
    return False


MODES = (
    Operator("drop-eval", "ML201", switch_lost),
    Operator("drop-eval-in-class", "ML201", switch_lost_in_class),
)
