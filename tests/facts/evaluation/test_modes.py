"""Who calls a function and in which mode its models are then, which classes depend on the mode, where code trains."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlint.facts.around.callers import Situation
from mlint.facts.domain.objects import modes_of
from mlint.facts.domain.values import Value
from mlint.facts.project.project import Project
from mlint.facts.project.units import Unit
from mlint.source import read
from mlint.subjects import File, ModelCall

NET = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout()
"""


def opened(folder: Path, **sources: str) -> dict[str, File]:
    """The files of a project, by the names of their modules."""
    for name, text in sources.items():
        (folder / f"{name}.py").write_text(text)
    project = Project(folder)
    return {name: File(project, read(str(folder / f"{name}.py"))) for name in sources}


def unit(file: File, qualname: str) -> Unit:
    """A function of the file."""
    found = file.engine.unit(file.path, qualname)
    assert found is not None
    return found


def situations(file: File, qualname: str, name: str) -> list[Situation]:
    """The ways to come to the call of `name` in a function."""
    where = unit(file, qualname)
    (fact,) = (each for each in file.engine.facts(where).calls.values() if each.name == name)
    mode = modes_of(fact.state, fact.callee.objects)
    return file.engine.callers.situations(where, fact.callee.objects, mode, fact.state.gradients, fact.callee)


def told(found: list[Situation]) -> list[tuple[str, str | None]]:
    """The modes and gradients of situations, in order."""
    return sorted((" or ".join(sorted(each.mode.modes)), each.gradients) for each in found)


RUN = "def run(model, x):\n    return model(x)\n"


def test_mode_and_gradients_come_from_the_same_caller(tmp_path: Path) -> None:
    text = NET + (
        "from run import run\n"
        "def evaluate(x):\n    net = Net()\n    net.eval()\n    with torch.no_grad():\n        return run(net, x)\n"
        "def fit(x):\n    return run(x=x, model=Net())\n"
    )
    files = opened(tmp_path, run=RUN, use=text)
    assert told(situations(files["run"], "run", "model")) == [("eval", "off"), ("train", None)]


def test_callers_of_callers(tmp_path: Path) -> None:
    text = NET + (
        "from run import run\n"
        "def inner(model, x):\n    with torch.no_grad():\n        return run(model, x)\n"
        "def outer(x):\n    net = Net()\n    return inner(net, x)\n"
    )
    (found,) = situations(opened(tmp_path, run=RUN, use=text)["run"], "run", "model")
    assert (told([found]), len(found.chain)) == ([("train", "off")], 2)
    assert found.value.symbol is not None
    assert found.value.symbol.endswith("::Net")


def test_without_callers_the_mode_stays_open(tmp_path: Path) -> None:
    (found,) = situations(opened(tmp_path, run=RUN)["run"], "run", "model")
    assert found.mode.modes == {"entry"}
    assert not found.hidden


def test_a_function_that_is_passed_on_has_hidden_callers(tmp_path: Path) -> None:
    files = opened(tmp_path, run=RUN, use="from run import run\nregister(run)\n")
    (found,) = situations(files["run"], "run", "model")
    assert found.hidden


@pytest.mark.parametrize(
    ("load", "modes"),
    [
        ("self.net = Net()", {"train"}),
        ("self.net = Net().eval()", {"eval"}),
        ("self.net = Net()\n        self.freeze()", {"eval", "unknown"}),
    ],
)
def test_attributes_are_as_the_class_leaves_them(tmp_path: Path, load: str, modes: set[str]) -> None:
    text = NET + (
        "class Holder:\n    def __init__(self):\n        self.net = None\n"
        f"    def load(self):\n        {load}\n"
        "    def freeze(self):\n        self.net.eval()\n"
        "    def use(self, x):\n        return self.net(x)\n"
    )
    if "freeze" not in load:
        text = text.replace("    def freeze(self):\n        self.net.eval()\n", "")
    (found,) = situations(opened(tmp_path, a=text)["a"], "Holder.use", "net")
    assert found.mode.modes == modes


@pytest.mark.parametrize(
    ("rest", "modes"),
    [
        ("model = Net()\nmodel.eval()\n", {"eval"}),
        ("model = Net()\n", {"train"}),
        ("model = None\ndef load():\n    global model\n    model = Net()\n", {"train"}),
    ],
)
def test_globals_are_as_the_module_leaves_them(tmp_path: Path, rest: str, modes: set[str]) -> None:
    file = opened(tmp_path, a=NET + rest + "def use(x):\n    return model(x)\n")["a"]
    (found,) = situations(file, "use", "model")
    assert found.mode.modes == modes


@pytest.mark.parametrize(
    ("init", "depends"),
    [
        ("self.a = nn.Linear(2, 2)", False),
        ("self.a = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))", True),
        ("self.a = [nn.Dropout(0.1) for _ in range(3)]", True),
        ("self.a = Inner()", True),
        ("self.a = nn.Dropout(0.0)", False),
        ("self.a = nn.Dropout(p)", True),
        ("self.a = make(p)\n        self.a(p)", None),
    ],
)
def test_whether_a_class_depends_on_the_mode(tmp_path: Path, init: str, depends: bool | None) -> None:
    text = (
        "from torch import nn\nfrom elsewhere import make\n"
        "class Inner(nn.Module):\n    def forward(self, x):\n        return x if self.training else -x\n"
        f"class Net(nn.Module):\n    def __init__(self, p):\n        super().__init__()\n        {init}\n"
    )
    file = opened(tmp_path, a=text)["a"]
    assert file.engine.dependences.of(Value(symbol=f"{file.path}::Net")).depends is depends


def test_training_in_the_same_turns(tmp_path: Path) -> None:
    text = NET + (
        "def step(loss, optimizer):\n    loss.backward()\n    optimizer.step()\n"
        "def main(model, batches, others, optimizer):\n"
        "    for epoch in range(3):\n"
        "        for x in batches:\n            step(model(x), optimizer)\n"
        "        for x in others:\n            model(x)\n"
    )
    file = opened(tmp_path, a=text)["a"]
    training = file.engine.trainings.of(unit(file, "main"))
    assert [len(loops) for loops in training.loops] == [2]
    (loops,) = training.loops
    assert training.shares((*loops, 99))
    assert not training.shares(loops[:1])


def test_model_calls_are_told_by_class_treatment_or_name(tmp_path: Path) -> None:
    text = NET + (
        "@torch.no_grad()\n"
        "def f(model, net, thing, func, loss_fn, build_model, x: torch.Tensor):\n"
        "    thing.load_state_dict({})\n"
        "    return [model(x), net.forward(x), thing(x), func(x), loss_fn(x), build_model(x), x.sum(), Net()(x)]\n"
        "def g(model, x):\n    return model(x)\n"
    )
    file = opened(tmp_path, a=text)["a"]
    names = [call.name for function in file.functions for call in ModelCall.of(function)]
    assert names == ["model", "net", "thing", "Net()"]
