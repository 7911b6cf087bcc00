"""The trials of the findings of one file."""

from __future__ import annotations

import ast
import contextlib
import copy
import inspect
import os
import re
import sys
import types
from collections.abc import Mapping
from functools import cached_property
from typing import Any, TypeVar

import torch

from mlint.confirm.probe import Inconclusive
from mlint.confirm.worker.building import Builder
from mlint.confirm.worker.code import Code
from mlint.confirm.worker.driving import Driver, LiveCall
from mlint.confirm.worker.loading import load
from mlint.confirm.worker.model import LiveModel, Way
from mlint.confirm.worker.pairing import Both, Pair, caller, compared, compared_models
from mlint.confirm.worker.places import Places
from mlint.confirm.worker.resolving import Resolver
from mlint.confirm.worker.rewriting import APPLIED, BOTH, SEEN, Replace, beside, looked_at, renamed, reporting
from mlint.confirm.worker.watching import Watch
from mlint.finding import Confidence, Finding, Related, Span

Node = TypeVar("Node", bound=ast.AST)
_ASKED = re.compile(r"(?:write|asks for|should be) `(\w+)`")


class LiveTrial:
    """Tries findings; what is loaded and built for one serves the next."""

    finding: Finding

    def __init__(self, request: Mapping[str, Any], device: str) -> None:
        self._request, self._device = request, device
        self._path, self._root = request["path"], request["root"]
        self.places = Places(self._path, self._root)

    def of(self, number: int) -> LiveTrial:
        """This, for the finding of that number."""
        self.finding = finding_of(self._request["findings"][number], self._path)
        return self

    # --- what probes ask --------------------------------------------------------------------------------------------

    def node(self, *kinds: type[Node]) -> Node:
        """The node of one of these kinds that the finding is at."""
        found = self.code.at(self.finding.span, *kinds)
        if found is None:
            raise Inconclusive("nothing of the kind stands at this place")
        return found

    def attribute(self) -> str:
        """The name of the attribute of `self` that is assigned where the finding is at."""
        assigned: ast.stmt = self.node(ast.Assign, ast.AnnAssign)
        targets = [assigned.target] if isinstance(assigned, ast.AnnAssign) else getattr(assigned, "targets", [])
        names = [
            each.attr
            for target in targets
            for each in ast.walk(target)
            if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name)
        ]
        if not names:
            raise Inconclusive("no attribute is assigned at this place")
        return next((name for name in names if f".{name}`" in self.finding.message), names[0])

    def model(self) -> LiveModel:
        """The model that the finding speaks of."""
        return self._resolver.model_of(self.finding)

    def own_model(self, *, seed: int = 0, dropping: bool = False) -> LiveModel:
        """A model of the class that the finding is in."""
        return self._resolver.own_model_of(self.finding, seed, dropping)

    def calls(
        self,
        images: str = "bytes",
        *,
        watch: ast.expr | None = None,
        apply: ast.Call | None = None,
        replace: tuple[ast.stmt, ast.stmt] | None = None,
        vary: bool = False,
    ) -> list[LiveCall]:
        """What came of running the function that the finding is in."""
        function = self.code.function_at(self.finding.span)
        if function is None:
            raise Inconclusive("it stands at the top level of a script, which is not run")
        watched = Watch()
        changes = []
        if replace is not None:
            changes.append(Replace(replace[0], lambda _: copy.deepcopy(replace[1])))
        if watch is not None:
            changes.append(Replace(watch, reporting))
        if apply is not None:
            changes.append(Replace(apply, looked_at))
        module = self._rewritten(changes)
        vars(module).update({SEEN: watched.see, APPLIED: watched.apply})
        return Driver(self.code, self.builder.of_module(module), watched).calls(function, images, vary)

    def pair(self) -> Pair:
        """What came of running the code as it is, and with the name that the finding asks for in the other's place."""
        node = self.code.name_at(self.finding.span)
        asked = _ASKED.search(self.finding.advice) or _ASKED.search(self.finding.message)
        function = self.code.function_at(self.finding.span)
        if node is None or asked is None or function is None:
            raise Inconclusive("what stands here, or what it asks for, is no name in a function that can be run")
        name, expected = (node.id if isinstance(node, ast.Name) else node.attr), asked[1]
        both = Both()
        one = self._driver(Replace(node, beside(expected)))
        vars(one.builder.module)[BOTH] = both.look
        other = self._driver(Replace(node, renamed(expected)))
        (mine, cls), (theirs, repaired) = one.target(function), other.target(function)
        if cls is not None and issubclass(cls, torch.nn.Module) and function.name != "__init__":
            return compared_models(one.builder.of_class(cls), other.builder.of_class(repaired), name, expected, both)
        is_bound = cls is not None and not isinstance(inspect.getattr_static(cls, mine.__name__), staticmethod)
        owner, theirs_owner = (cls, repaired) if is_bound else (None, None)
        try:
            return compared(
                mine, caller(mine, owner), caller(theirs, theirs_owner), int(is_bound), name, expected, both
            )
        except Inconclusive as unclear:
            if function.name == "__init__":
                raise
            with contextlib.suppress(Inconclusive):
                written = one.builder.of_function(mine, owner)
                return compared_models(written, other.builder.of_function(theirs, theirs_owner), name, expected, both)
            raise unclear

    def _driver(self, change: Replace) -> Driver:
        """What drives the module with a change in it."""
        return Driver(self.code, self.builder.of_module(self._rewritten([change])), Watch())

    def _rewritten(self, changes: list[Replace]) -> types.ModuleType:
        def rewrite(tree: ast.Module) -> ast.Module:
            for change in changes:
                tree = change.visit(tree)  # type: ignore[assignment]
            return tree

        before = sys.modules.get(self.builder.module.__name__)
        module = load(self._path, self._root, rewrite)
        if before is not None:
            sys.modules[before.__name__] = before
        return module

    # --- what they rest on ------------------------------------------------------------------------------------------

    @cached_property
    def code(self) -> Code:
        """The tree of the file."""
        return Code(self._path)

    @cached_property
    def builder(self) -> Builder:
        """The module, loaded, and the models of it."""
        module = load(self._path, self._root)
        way = Way(self.places, self._device, self._request.get("tracer", "auto"))
        return Builder(module, way, self._request["config"])

    @cached_property
    def _resolver(self) -> Resolver:
        return Resolver(self.code, self.builder, self._root)

    @property
    def files(self) -> list[str]:
        """The files of the project that have been loaded: the verdicts rest on them."""
        loaded = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
        return sorted({self._path, *(path for path in loaded if isinstance(path, str) and self._rests_on(path))})

    def _rests_on(self, path: str) -> bool:
        return self.places.is_ours(path) and os.path.isfile(path)

    @property
    def is_partial(self) -> bool:
        """Whether a model that was built holds a stand-in for a part that is passed in."""
        return "builder" in vars(self) and self.builder.is_partial

    @property
    def tried(self) -> dict[str, list[str]]:
        """By model, what was tried to make it and to run it."""
        return self.builder.tried if "builder" in vars(self) else {}


def finding_of(given: Mapping[str, Any], path: str) -> Finding:
    """The finding as it came down the pipe."""
    related = tuple(Related(message, where, Span(*span)) for message, where, span in given["related"])
    confidence = Confidence(given["confidence"])
    span, advice = Span(*given["span"]), given.get("advice", "")
    return Finding(given["code"], given["name"], given["message"], path, span, confidence, advice, related)
