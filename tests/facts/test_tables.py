"""The library tables hold together: every entry can be read, and names what exists. (Beside the real libraries:
test_libraries.py.)"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest

from mlint.facts.answers import first_argument
from mlint.facts.entries import Entry, Result, TableError
from mlint.facts.expressions import Argument, Expression, Transfer, alternatives
from mlint.facts.ranges import RANGES_BY_NAME
from mlint.facts.results import FOLDS, PICKS
from mlint.facts.table_dtypes import DTYPES_BY_NAME
from mlint.facts.tables import LIBRARY, Tables
from mlint.facts.values import Kind

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PACKAGES = sorted(path.name for path in LIBRARY.iterdir() if path.is_dir() and path.name != "__pycache__")
FUNCTIONS = {
    "like": {*PICKS, "only"},
    "cast": {*DTYPES_BY_NAME, "to"},
    "dtype": {*DTYPES_BY_NAME, "to"},
    "device": {"to", "either"},
    "moves": {"to"},
    "range": {*RANGES_BY_NAME, *FOLDS, "saturate"},
}
TABLES = Tables()


def entries(package: str) -> Iterator[Entry]:
    for name in TABLES.names(package):
        entry = TABLES.entry(name)
        assert entry is not None
        yield entry
        yield from (case for _, case in entry.cases)


def results(result: Result) -> Iterator[Result]:
    yield result
    inner = [*(result.items or ()), *([result.element] if result.element else [])]
    for each in [*inner, *(value for _, value in result.entries or ())]:
        yield from results(each)


def texts(entry: Entry) -> Iterator[tuple[str, str]]:
    """Each expression of an entry with the key that it stands under."""
    for result in results(entry.result):
        for key in ("like", "cast", "dtype", "range", "device", "term"):
            text = getattr(result, key)
            if text is not None:
                yield key, text if key != "like" or "$" in text or "(" in text else f"${text}"
    if entry.moves is not None:
        yield "moves", entry.moves


def walk(expression: Expression) -> Iterator[Expression]:
    yield expression
    for inner in expression.arguments if isinstance(expression, Transfer) else ():
        yield from walk(inner)


def parameters(entry: Entry) -> set[str]:
    return {parameter.name for parameter in entry.parameters or ()}


def reads(entry: Entry) -> set[str]:
    """The parameters that something is said about."""
    found = {
        expression.name
        for _, text in texts(entry)
        for row in alternatives(text)
        for outer in row
        for expression in walk(outer)
        if isinstance(expression, Argument)
    }
    found |= {name for name in (entry.same, entry.mutates, entry.members) if name is not None}
    found |= {condition.parameter for conditions, _ in entry.cases for condition in conditions}
    return found.union(entry.result.operation[::2], *(reads(case) for _, case in entry.cases))


@pytest.mark.parametrize("package", PACKAGES)
def test_expressions_use_what_exists(package: str) -> None:
    wrong = []
    for entry in entries(package):
        for key, text in texts(entry):
            for expression in (each for row in alternatives(text) for each in row for each in walk(each)):
                if isinstance(expression, Argument) and expression.name not in parameters(entry):
                    wrong.append(f"{entry.name}: {key} reads ${expression.name}")
                if isinstance(expression, Transfer) and expression.name not in FUNCTIONS.get(key, {expression.name}):
                    wrong.append(f"{entry.name}: {key} names {expression.name}()")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("package", PACKAGES)
def test_entries_refer_to_what_exists(package: str) -> None:
    wrong = []
    for entry in entries(package):
        named = [entry.same, entry.mutates, entry.members, *entry.result.operation[::2]]
        flags = [text[1:] for text in (entry.mode, entry.mode_dependent) if isinstance(text, str) and text[0] == "$"]
        conditions = [condition.parameter for tests, _ in entry.cases for condition in tests]
        for name in [*named, *flags, *conditions]:
            if name is not None and name not in parameters(entry):
                wrong.append(f"{entry.name}: there is no parameter {name}")
        for name in [*entry.bases, *([entry.forward] if entry.forward else [])]:
            if TABLES.entry(name) is None:
                wrong.append(f"{entry.name}: there is no entry {name}")
    assert not wrong, "\n".join(wrong)


def groups(package: str) -> Iterator[list[str]]:
    """Each row of the tables of a package as the names that it defines, one for each prefix."""
    for path in sorted((LIBRARY / package).glob("*.toml")):
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        for group in table.pop("group", []):
            prefixes = [group["prefix"], *group.get("also", []), *group.get("methods", [])]
            yield from ([prefix + name for prefix in prefixes] for name in group["names"].split())
        for section in ("constants", "dtypes"):
            for prefix, values in table.pop(section, {}).items():
                yield from ([f"{prefix}.{name}"] for name in values)
        table.pop("aliases", None)
        yield from ([name] for name in table)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_name_is_defined_once(package: str) -> None:
    twice = [name for name, times in Counter(chain.from_iterable(groups(package))).items() if times > 1]
    assert not twice


@pytest.mark.parametrize("package", PACKAGES)
def test_names_lie_in_the_package(package: str) -> None:
    assert not [name for name in TABLES.names(package) if name.split(".")[0] != package]


def test_tables_are_read_when_they_are_needed_and_quickly() -> None:
    started = time.perf_counter()
    for package in ("torch", "numpy", "cv2", "PIL", "torchvision", "albumentations", "builtins"):
        for path in (LIBRARY / package).glob("*.toml"):
            tomllib.loads(path.read_text(encoding="utf-8"))
    assert time.perf_counter() - started < 1.0  # some 50 ms on an idle machine


def test_aliases_lead_to_one_name() -> None:
    same = {
        "torch.nn.modules.linear.Linear": "torch.nn.Linear",
        "torch.nn.modules.Conv2d": "torch.nn.Conv2d",
        "torch.utils.data.dataloader.DataLoader": "torch.utils.data.DataLoader",
        "numpy.core.multiarray.array": "numpy.array",
        "lightning.pytorch.LightningModule": "pytorch_lightning.LightningModule",
        "torchvision.transforms.v2.functional.to_tensor": "torchvision.transforms.functional.to_tensor",
        "torchvision.models.resnet.resnet50": "torchvision.models.resnet50",
        "timm.models.layers.DropPath": "timm.layers.DropPath",
        "transformers.models.bert.modeling_bert.BertModel": "transformers.BertModel",
        "albumentations.augmentations.geometric.resize.Resize": "albumentations.Resize",
    }
    assert {name: TABLES.canonical(name) for name in same} == same


def test_unknown_names_stay_unknown() -> None:
    assert TABLES.entry("torch.no_such_thing") is None
    assert TABLES.entry("requests.get") is None
    assert TABLES.entry("") is None
    assert TABLES.canonical("requests.get") == "requests.get"
    assert not TABLES.named("requests.get").is_known


def test_members_are_inherited() -> None:
    found = TABLES.member("torch.nn.Conv2d", "eval")
    assert found is not None
    assert found.name == "torch.nn.Module.eval"
    assert TABLES.member("torch.nn.Conv2d", "no_such_method") is None
    assert TABLES.is_a("torch.nn.BatchNorm2d", "torch.nn.Module")
    assert not TABLES.is_a("torch.optim.Adam", "torch.nn.Module")


def test_methods_are_found_by_the_kind_of_their_receiver() -> None:
    def name(kind: Kind, method: str) -> str | None:
        entry = TABLES.entry_for_method(kind, method)
        return None if entry is None else entry.name

    assert name(Kind.TENSOR, "clamp") == "torch.Tensor.clamp"
    assert name(Kind.ARRAY, "astype") == "numpy.ndarray.astype"
    assert name(Kind.NUMBER, "astype") == "numpy.ndarray.astype"
    assert name(Kind.PIL, "convert") == "PIL.Image.Image.convert"
    assert name(Kind.MODULE, "eval") == "torch.nn.Module.eval"
    assert name(Kind.UNKNOWN, "clamp") == "array_like.clamp"
    assert name(Kind.UNKNOWN, "split") is None  # a text has it, too
    assert name(Kind.TENSOR, "shape") is None


def test_attributes_are_no_methods() -> None:
    assert TABLES.entry_for_attribute(Kind.TENSOR, "shape") is not None
    assert TABLES.entry_for_attribute(Kind.TENSOR, "clamp") is None


def test_frameworks_say_in_which_mode_they_call_a_hook() -> None:
    assert TABLES.hook("pytorch_lightning.LightningModule", "validation_step") == ("eval", "no_grad", "device")
    assert TABLES.hook("lightning.LightningModule", "test_step") == ("eval", "no_grad", "device")
    assert TABLES.hook("torch.nn.Module", "forward") == ()


def test_in_place_methods_follow_from_those_without_underscore() -> None:
    entry = TABLES.entry("torch.Tensor.clamp_")
    assert entry is not None
    assert entry.same == entry.mutates == "input"


def test_user_facts_come_first_and_may_be_nested() -> None:
    tables = Tables(
        {
            "my.to_u8": {"params": "x", "kind": "array", "dtype": "uint8"},
            "mine": {"load": {"kind": "module", "mode": "eval"}},
            "torch.zeros": {"params": "*size", "dtype": "float16"},
        }
    )
    for name, dtype in (("my.to_u8", "uint8"), ("torch.zeros", "float16")):
        entry = tables.entry(name)
        assert entry is not None
        assert entry.result.dtype == dtype
    loaded = tables.entry("mine.load")
    assert loaded is not None
    assert loaded.mode == "eval"


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"my.f": {"dtpye": "uint8"}}, "unknown key `dtpye`; did you mean `dtype`?"),
        ({"my.f": {"range": "clip($x"}}, "lacks a closing bracket"),
        ({"my.f": {"range": "$x +"}}, "cannot be read at"),
        ({"my.f": {"kind": 3}}, "`kind` is not a text"),
        ({"my.f": "eval"}, "are not a table"),
        ({"my.f": {"cases": [{"kind": "array"}]}}, "a case needs `if`"),
        ({"my.f": {"params": "x=oops"}}, "`oops` is no literal"),
    ],
)
def test_user_facts_that_cannot_be_read_are_named(facts: dict[str, object], message: str) -> None:
    with pytest.raises(TableError) as caught:
        Tables(facts)
    assert message in str(caught.value)
    assert "my.f" in str(caught.value)


def test_first_argument_of_a_constant_is_empty() -> None:
    assert first_argument(alternatives("0, 1")[0][0]) == ""
