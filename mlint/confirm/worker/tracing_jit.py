"""The first tracer: torch.jit.trace."""

from __future__ import annotations

import re
from typing import Any

import torch

from mlint.confirm.worker.graph import Constant, Graph, Operator, place_of
from mlint.confirm.worker.places import Places
from mlint.confirm.worker.states import seeded

_FRAME = re.compile(r"(\S.*?)\((\d+)\): ")
_SCHEMA_ARGUMENT = re.compile(r"(\w+)(?:=[^,]*)?$")
_TOLD = frozenset("p dropout train training use_input_stats dropout_p device".split())


class Jit:
    """Traces with torch.jit.trace; what it warns of goes nowhere."""

    name = "jit"

    @property
    def is_there(self) -> bool:
        """Whether this torch still has it."""
        return hasattr(getattr(torch, "jit", None), "trace")

    def graph(self, model: Any, tensors: tuple[Any, ...], names: tuple[str, ...], places: Places) -> Graph:
        """See `Tracer`."""
        with seeded(), torch.no_grad():
            traced = torch.jit.trace(model, tensors, check_trace=False, strict=False)
            graph = traced.inlined_graph
        inputs = list(graph.inputs())[1:]  # the first is the model itself
        unused = [name for name, value in zip(names, inputs, strict=True) if not value.uses()]
        used = [name for name, value in zip(names, inputs, strict=True) if value.uses()]
        nodes = list(graph.nodes())
        return Graph(
            self.name,
            tuple(_operator(node, places) for node in nodes if node.kind().startswith("aten::")),
            tuple(name for name in dict.fromkeys(unused) if name not in used),
            tuple(found for node in nodes if (found := _constant(node, places)) is not None),
        )


def _operator(node: Any, places: Places) -> Operator:
    arguments = {name: node.namedInput(name).toIValue() for name in _argument_names(node) if name in _TOLD}
    return Operator(node.kind().removeprefix("aten::").rstrip("_"), _place(node, places), arguments)


def _argument_names(node: Any) -> list[str]:
    """`["input", "p", "train"]` of `aten::dropout(Tensor input, float p, bool train) -> Tensor`."""
    listed = re.sub(r"\([a-z]!?\)|\[[^\]]*\]", "", node.schema()).partition("(")[2].partition(")")[0]
    found = (_SCHEMA_ARGUMENT.search(each.strip()) for each in listed.split(","))
    return [each[1] for each in found if each is not None]


def _constant(node: Any, places: Places) -> Constant | None:
    if node.kind() != "prim::Constant":
        return None
    value = node.output().toIValue()
    return Constant(value.data_ptr(), _place(node, places)) if isinstance(value, torch.Tensor) else None


def _place(node: Any, places: Places) -> tuple[str, int] | None:
    return place_of([(path, int(row)) for path, row in _FRAME.findall(node.sourceRange())], places)
