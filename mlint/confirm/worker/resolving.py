"""Which model a finding speaks of: where the finding says that it was made, or by the names that lead there."""

from __future__ import annotations

import ast
import contextlib
import inspect
from collections.abc import Iterator
from typing import Any

import torch

from mlint.confirm.probe import Inconclusive
from mlint.confirm.worker.arguments import rates
from mlint.confirm.worker.building import Builder
from mlint.confirm.worker.code import Code, Definition, unwrapped
from mlint.confirm.worker.loading import heirs, load, named
from mlint.confirm.worker.model import LiveModel
from mlint.finding import Finding

_DEEPEST = 4


class Resolver:
    """Finds the models that the findings of one file speak of."""

    def __init__(self, code: Code, builder: Builder, root: str) -> None:
        self._code, self._builder, self._root = code, builder, root

    def model_of(self, finding: Finding) -> LiveModel:
        """The model, built and running. Raises Inconclusive."""
        unclear: Inconclusive | None = None
        for code, value in self._candidates(finding):
            try:
                builder = self._in(code)
                return builder.of_expression(value) if isinstance(value, ast.expr) else builder.of_class(value)
            except Inconclusive as error:
                unclear = unclear or error
        raise unclear or Inconclusive("which model this is can't be told from what surrounds it")

    def own_model_of(self, finding: Finding, seed: int, dropping: bool) -> LiveModel:
        """A model of the class that the finding is in. Raises Inconclusive."""
        cls = self.module_class_at(finding)
        function = self._code.function_at(finding.span)
        if cls is None:
            return self._function_of(finding, function)
        try:
            return self._builder.of_class(cls, rates(cls) if dropping else None, seed)
        except Inconclusive:
            for heir in heirs(cls, function.name if function is not None else "__init__"):
                with contextlib.suppress(Inconclusive):
                    return self._builder.of_class(heir, rates(heir) if dropping else None, seed)
            raise

    def _function_of(self, finding: Finding, function: Definition | None) -> LiveModel:
        """The function that the finding is in, as a model."""
        outer = self._code.outermost(function) if function is not None else None
        qualname = self._code.qualname(outer) if outer is not None else None
        target = named(self._builder.module, qualname) if qualname else None
        if outer is None or not inspect.isfunction(target):
            raise Inconclusive("the class or function that this is in can't be loaded")
        cls = self._code.class_at(self._code.span(outer))
        owner = named(self._builder.module, self._code.qualname(cls) or "") if cls is not None else None
        if owner is not None and isinstance(inspect.getattr_static(owner, target.__name__), staticmethod):
            owner = None
        return self._builder.of_function(target, owner)

    def _in(self, code: Code) -> Builder:
        if code is self._code:
            return self._builder
        return self._builder.of_module(load(code.path, self._root))

    def _candidates(self, finding: Finding) -> Iterator[tuple[Code, Any]]:
        for step in reversed(finding.related):
            code = self._code if step.path == self._code.path else Code(step.path)
            call = code.at(step.span, ast.Call)
            if call is not None and _makes(call):
                yield code, unwrapped(call)
        call = self._code.at(finding.span, ast.Call)
        function = self._code.function_at(finding.span)
        if call is not None:
            for value in self._made(ast.unparse(call.func), function, 0):
                yield self._code, value
        cls = self.module_class_at(finding)
        if cls is not None and (call is None or ast.unparse(call.func) in ("self", "self.forward", "self.__call__")):
            yield self._code, cls

    def module_class_at(self, finding: Finding) -> Any:
        """The class of modules that the finding is in; None if it is in none."""
        node = self._code.class_at(finding.span)
        qualname = self._code.qualname(node) if node is not None else None
        cls = named(self._builder.module, qualname) if qualname else None
        return cls if inspect.isclass(cls) and issubclass(cls, torch.nn.Module) else None

    def _made(self, name: str, function: Definition | None, depth: int) -> Iterator[Any]:
        """What the name stands for at its last assignments: expressions that make it, or its class."""
        if depth > _DEEPEST or name == "self":
            return
        local = self._code.assigned(name, function) if function is not None else []
        values = local or self._attributes(name, function) or self._code.assigned(name, self._code.tree)
        for value in map(unwrapped, values):
            if isinstance(value, (ast.Name, ast.Attribute)):
                yield from self._made(ast.unparse(value), function, depth + 1)
            elif isinstance(value, ast.Call):
                yield value
        if function is not None and not local:
            yield from self._passed(name, function, depth)

    def _attributes(self, name: str, function: Definition | None) -> list[ast.expr]:
        if not name.startswith("self.") or function is None:
            return []
        cls = next((each for each in self._code.around(function) if isinstance(each, ast.ClassDef)), None)
        return self._code.assigned(name, cls) if cls is not None else []

    def _passed(self, name: str, function: Definition, depth: int) -> Iterator[Any]:
        """What callers pass for a parameter, or what its annotation says."""
        parameters = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        place = next((index for index, each in enumerate(parameters) if each.arg == name), None)
        if place is None:
            return
        annotation = parameters[place].annotation
        cls = named(self._builder.module, ast.unparse(annotation).strip("'\"")) if annotation is not None else None
        if inspect.isclass(cls) and issubclass(cls, torch.nn.Module) and cls is not torch.nn.Module:
            yield cls
        offset = 1 if parameters[0].arg in ("self", "cls") else 0
        for call in self._code.calls_of(function.name):
            value = next((each.value for each in call.keywords if each.arg == name), None)
            if value is None and 0 <= place - offset < len(call.args):
                value = call.args[place - offset]
            if value is not None:
                yield from self._followed(unwrapped(value), call, depth)

    def _followed(self, value: ast.expr, call: ast.Call, depth: int) -> Iterator[Any]:
        if isinstance(value, ast.Call):
            yield value
        elif isinstance(value, (ast.Name, ast.Attribute)):
            yield from self._made(ast.unparse(value), self._code.function_at(self._code.span(call)), depth + 1)


def _makes(call: ast.Call) -> bool:
    """Whether the call can be one that makes a model; `model.train()` and `torch.no_grad()` are not."""
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name not in ("no_grad", "inference_mode", "set_grad_enabled", "train", "eval", "load_state_dict")
