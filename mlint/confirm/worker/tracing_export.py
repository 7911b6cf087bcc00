"""The second tracer: torch.export."""

from __future__ import annotations

import re
from typing import Any

import torch

from mlint.confirm.worker.graph import Constant, Graph, Operator, place_of
from mlint.confirm.worker.places import Places
from mlint.confirm.worker.states import seeded

_FRAME = re.compile(r'File "(.*?)", line (\d+), in ')


class Export:
    """Traces with torch.export, without its own reading of bytecode: what runs is Python."""

    name = "export"

    @property
    def is_there(self) -> bool:
        """Whether this torch has it."""
        return hasattr(getattr(torch, "export", None), "export")

    def graph(self, model: Any, tensors: tuple[Any, ...], names: tuple[str, ...], places: Places) -> Graph:
        """See `Tracer`."""
        with seeded(), torch.no_grad():
            program = torch.export.export(model, tensors, strict=False)
        nodes = {node.name: node for node in program.graph.nodes}
        inputs = program.graph_signature.user_inputs
        used = {name for name, given in zip(names, inputs, strict=True) if given in nodes and nodes[given].users}
        return Graph(
            self.name,
            tuple(_operator(node, places) for node in nodes.values() if node.op == "call_function"),
            tuple(name for name in dict.fromkeys(names) if name not in used),
            tuple(_constants(program, nodes, places)),
        )


def _operator(node: Any, places: Places) -> Operator:
    schema = getattr(node.target, "_schema", None)
    names = [argument.name for argument in schema.arguments] if schema is not None else []
    given = {**dict(zip(names, node.args, strict=False)), **node.kwargs}
    plain = {name: value for name, value in given.items() if isinstance(value, (bool, int, float, torch.device))}
    name = schema.name.removeprefix("aten::") if schema is not None else getattr(node.target, "__name__", "")
    return Operator(name.rstrip("_"), _place(node, places), plain)


def _constants(program: Any, nodes: dict[str, Any], places: Places) -> list[Constant]:
    """The tensors that were lifted out of the graph, and are no buffers."""
    found = []
    for spec in program.graph_signature.input_specs:
        value = program.constants.get(spec.target) if spec.target else None
        node = nodes.get(getattr(spec.arg, "name", ""))
        if isinstance(value, torch.Tensor) and spec.kind.name == "CONSTANT_TENSOR" and node is not None:
            first = next(iter(node.users), None)
            found.append(Constant(value.data_ptr(), _place(first, places) if first is not None else None))
    return found


def _place(node: Any, places: Places) -> tuple[str, int] | None:
    frames = [(path, int(row)) for path, row in _FRAME.findall(node.meta.get("stack_trace") or "")]
    return place_of(frames[::-1], places)
