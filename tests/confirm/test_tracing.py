"""The graph of a model, by each tracer; and what is left where there is none."""

from __future__ import annotations

import importlib
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from mlint.confirm.probe import Inconclusive
from tests.confirm.conftest import Try

pytestmark = pytest.mark.slow

MODEL = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 8)
        self.norm = nn.BatchNorm1d(8)
        self.mean = torch.arange(8.0)

    def forward(self, x, spare):
        x = self.norm(self.body(x)) - self.mean
        x = x + torch.zeros(8).to(x.device)
        return F.dropout(x, 0.3, self.training)
"""
HIDES = "\n\nclass Hides:\n    del torch.jit.trace\n"
BRANCHES = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop, self.body = nn.Dropout(0.5), nn.Linear(8, 8)

    def forward(self, x):
        if torch._C._get_tracing_state() is not None or torch.compiler.is_exporting():
            raise RuntimeError("this can't be traced")
        return self.drop(self.body(x))
"""


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    (tmp_path / "traced_net.py").write_text(MODEL)
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("traced_net")
    del sys.modules["traced_net"]


def graph_of(net: ModuleType, tracer: str, mode: str = "train") -> tuple[Any, Any]:
    """The model, and its graph."""
    import torch

    from mlint.confirm.worker.places import Places
    from mlint.confirm.worker.tracing import traced

    model = net.Net().train(mode == "train")
    path = str(net.__file__)
    given = (torch.randn(4, 8),), {"spare": torch.randn(4, 8)}
    return model, traced(tracer, model, given, Places(path, str(Path(path).parent)))


@pytest.mark.parametrize("tracer", ["jit", "export"])
def test_a_graph_tells_operators_with_lines_unused_inputs_and_constants(net: ModuleType, tracer: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what torch.jit warns of would be an error here
        model, graph = graph_of(net, tracer)
        _, evaluated = graph_of(net, tracer, "eval")
    assert graph.tracer == tracer
    assert [(each.name, each.line) for each in graph.acted] == [
        ("batch_norm", "traced_net.py:14"),
        ("dropout", "traced_net.py:16"),
    ]
    assert evaluated.acted == ()
    assert graph.unused == ("spare",)
    assert [(each.pointer, each.line) for each in graph.constants] == [(model.mean.data_ptr(), "traced_net.py:14")]
    made = [(each.name, each.device, each.row) for each in graph.operators if each.name in ("zeros", "to")]
    assert made == [("zeros", "cpu", 15), ("to", "cpu", 15)]


def test_a_torch_without_jit_is_traced_by_export(net: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    assert graph_of(net, "auto")[1].tracer == "jit"
    monkeypatch.delattr(torch.jit, "trace")
    assert graph_of(net, "auto")[1].tracer == "export"
    with pytest.raises(Inconclusive, match="no tracer that is called jit"):
        graph_of(net, "jit")


def test_what_jit_can_not_trace_is_traced_by_export(net: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    def fails(*args: object, **kwargs: object) -> None:
        raise RuntimeError("only tensors")

    monkeypatch.setattr(torch.jit, "trace", fails)
    assert graph_of(net, "auto")[1].tracer == "export"
    with pytest.raises(Inconclusive, match="jit: RuntimeError: only tensors"):
        graph_of(net, "jit")


def test_verdicts_have_evidence_from_the_graph(try_models: Try) -> None:
    for tracer in ("jit", "export"):
        found = try_models({"net": MODEL.replace(", spare", "")}, tracer=tracer, timeout=60.0)["net"]
        assert found.outcome == "confirmed"
        assert f"dropout (net.py:16, {tracer})" in dict(found.evidence)["in the graph"]


def test_a_worker_whose_torch_has_no_jit_uses_export(try_models: Try) -> None:
    found = try_models({"net": MODEL.replace(", spare", "") + HIDES}, timeout=60.0)["net"]
    assert "dropout (net.py:16, export)" in dict(found.evidence)["in the graph"]


def test_where_tracing_fails_probes_go_on_without(try_models: Try) -> None:
    found = try_models({"net": BRANCHES}, timeout=60.0)["net"]
    assert found.outcome == "confirmed"
    assert "in the graph" not in dict(found.evidence)


def test_no_warning_of_torch_reaches_the_user(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    call = "\n\n@torch.no_grad()\ndef scores(x):\n    model = Net()\n    return model(x)\n"
    (tmp_path / "net.py").write_text(MODEL.replace(", spare", "") + call)
    for tracer in ("jit", "export"):
        command = [sys.executable, "-W", "error", "-m", "mlint", "check", "--confirm", "--tracer", tracer, "net.py"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 1, done
        assert "confirmed" in done.stdout
        assert "eprecat" not in done.stdout + done.stderr
        assert "Warning" not in done.stderr
