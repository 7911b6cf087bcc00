"""The trials of the findings of one file."""

from __future__ import annotations

import ast
import copy
import os
import sys
import types
from collections.abc import Mapping
from functools import cached_property
from typing import Any, TypeVar

from mlint.confirm.probe import Inconclusive
from mlint.confirm.worker.building import Builder
from mlint.confirm.worker.code import Code
from mlint.confirm.worker.driving import Driver, LiveCall
from mlint.confirm.worker.loading import load
from mlint.confirm.worker.model import LiveModel
from mlint.confirm.worker.places import Places
from mlint.confirm.worker.resolving import Resolver
from mlint.confirm.worker.rewriting import APPLIED, SEEN, Replace, looked_at, reporting
from mlint.confirm.worker.watching import Watch
from mlint.finding import Confidence, Finding, Related, Span

Node = TypeVar("Node", bound=ast.AST)


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

    def model(self) -> LiveModel:
        """The model that the finding speaks of."""
        return self._resolver.model_of(self.finding)

    def own_model(self) -> LiveModel:
        """A model of the class that the finding is in."""
        return self._resolver.own_model_of(self.finding)

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
        return Builder(module, self.places, self._device, self._request["config"])

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
    return Finding(given["code"], given["name"], given["message"], path, Span(*given["span"]), confidence, "", related)
