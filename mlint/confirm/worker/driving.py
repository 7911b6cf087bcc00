"""Runs the function that a finding is in: as part of its model, or called with arguments that fit its parameters."""

from __future__ import annotations

import ast
import contextlib
import copy
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

from mlint.confirm.probe import Inconclusive
from mlint.confirm.worker.arguments import UnknownArgumentError, arguments
from mlint.confirm.worker.battery import Given, batteries, refilled, varied
from mlint.confirm.worker.building import Builder
from mlint.confirm.worker.code import Code, Definition
from mlint.confirm.worker.loading import heirs, named
from mlint.confirm.worker.outputs import leaves
from mlint.confirm.worker.states import seeded
from mlint.confirm.worker.watching import Watch, seen_in

_CALLS = 24


@dataclass
class LiveCall:
    """One call of the function: what it was given, what it returned, and what was seen at the watched place."""

    shown: str
    guessed: tuple[str, ...]
    result: Any
    error: str | None
    watch: Watch

    @property
    def seen(self) -> list[Any]:
        """The values of the watched expression."""
        return list(self.watch.seen)

    @property
    def returned(self) -> list[Any]:
        """The numbers in what was returned."""
        return [seen for each in leaves(self.result) if (seen := seen_in(each)) is not None]

    @property
    def applied(self) -> list[Any]:
        """The executions of the watched call."""
        return list(self.watch.applied)


class Driver:
    """Drives one function of a module that was loaded (and perhaps rewritten)."""

    def __init__(self, code: Code, builder: Builder, watch: Watch) -> None:
        self._code, self.builder, self._watch = code, builder, watch

    def calls(self, function: Definition, domain: str, vary: bool = False) -> list[LiveCall]:
        """What came of calling the function, in each way that is tried. Raises Inconclusive."""
        target, cls = self.target(function)
        if cls is not None and issubclass(cls, torch.nn.Module):
            return self._through_model(cls)
        return self._called(target, cls, domain, vary)

    def target(self, function: Definition) -> tuple[Any, Any]:
        """The function of the loaded module, and the class that it is a method of. Raises Inconclusive."""
        outer = self._code.outermost(function)  # to run what is made inside, run what makes it
        qualname = self._code.qualname(outer)
        target = named(self.builder.module, qualname) if qualname else None
        if target is None:
            raise Inconclusive(f"`{outer.name}` can't be loaded")
        return target, self._class_of(outer)

    def _class_of(self, function: Definition) -> Any:
        node = next((each for each in self._code.around(function) if isinstance(each, ast.ClassDef)), None)
        qualname = self._code.qualname(node) if node is not None else None
        cls = named(self.builder.module, qualname) if qualname else None
        return cls if inspect.isclass(cls) else None

    def _through_model(self, cls: Any) -> list[LiveCall]:
        """Building a model and running it runs its methods."""
        model = self.builder.of_class(cls)
        made = []
        for mode in ("train", "eval"):
            before = len(self._watch.seen), len(self._watch.applied)
            result, error = None, None
            try:
                result = model.run(mode).output
            except Inconclusive as unclear:
                error = str(unclear)
            watch = Watch(self._watch.seen[before[0] :], self._watch.applied[before[1] :])
            made.append(LiveCall(f"{model.made} in {mode} mode", (), result, error, watch))
        if not any(call.seen or call.applied for call in made) and (self._watch.seen or self._watch.applied):
            made.append(LiveCall(f"making {model.made}", (), None, None, copy.copy(self._watch)))
        return made

    def _called(self, target: Any, cls: Any, domain: str, vary: bool) -> list[LiveCall]:
        is_method = cls is not None and not isinstance(inspect.getattr_static(cls, target.__name__), staticmethod)
        made: list[LiveCall] = []
        for given in self._givens(target, domain, int(is_method), vary):
            if len(made) >= _CALLS * (3 if vary else 1):
                break
            instance = self._instance(cls, target.__name__) if is_method else None
            made.append(self._call(target, instance, is_method, given))
        if made and all(call.error for call in made):
            made += self._searched(target, cls if is_method else None, domain)
        return made

    def _searched(self, target: Any, owner: Any, domain: str) -> Iterator[LiveCall]:
        """The calls with arguments that were searched for as the inputs of a model are."""
        with contextlib.suppress(Inconclusive):
            inputs = self.builder.of_function(target, owner).inputs
            for given in refilled(inputs.kwargs, domain) if not inputs.args else ():
                instance = self._instance(owner, target.__name__) if owner is not None else None
                yield self._call(target, instance, owner is not None, given)

    def _givens(self, target: Any, domain: str, skip: int, vary: bool) -> Iterator[Given]:
        try:
            for given in batteries(target, domain, skip):
                yield given
                if vary:
                    yield from varied(target, given, skip)
        except UnknownArgumentError as error:
            raise Inconclusive(f"`{target.__name__}` can't be called: {error}") from error

    def _instance(self, cls: Any, method: str) -> Any:
        unclear: Exception | None = None
        for each in (cls, *heirs(cls, method)):
            try:
                kwargs, _ = arguments(each)
                with seeded():
                    return each(**kwargs)
            except Exception as error:  # noqa: BLE001 - one that inherits from it may do
                unclear = unclear or error
        raise Inconclusive(f"`{cls.__name__}` can't be made: {unclear}") from unclear

    def _call(self, target: Any, instance: Any, is_method: bool, given: Given) -> LiveCall:
        self._watch.seen.clear()
        self._watch.applied.clear()
        result, error = None, None
        bound = (instance,) if is_method else ()
        with seeded(), contextlib.suppress(ImportError):
            try:
                result = target(*bound, **copy.deepcopy(given.kwargs))
                if inspect.isgenerator(result):
                    result = list(result)
            except (MemoryError, OSError):
                raise
            except Exception as raised:  # noqa: BLE001 - these arguments are not what the function takes
                error = f"{type(raised).__name__}: {raised}"
        watch = Watch(list(self._watch.seen), list(self._watch.applied))
        return LiveCall(given.shown, given.guessed, result, error, watch)
