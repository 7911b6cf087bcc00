"""The library tables hold together: every entry can be read, and names what exists. (Beside the real libraries:
test_libraries.py.)"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import pytest

from mlint.facts.domain.values import Kind
from mlint.facts.tables import tables
from mlint.facts.tables.answers import first_argument
from mlint.facts.tables.entries import Entry, TableError
from mlint.facts.tables.expressions import alternatives
from mlint.facts.tables.flaws import flaws
from mlint.facts.tables.tables import LIBRARY, Tables

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PACKAGES = sorted(path.name for path in LIBRARY.iterdir() if path.is_dir() and path.name != "__pycache__")
TABLES = Tables()


def entries(package: str) -> Iterator[Entry]:
    for name in TABLES.names(package):
        entry = TABLES.entry(name)
        assert entry is not None
        yield entry
        yield from (case for _, case in entry.cases)


@pytest.mark.parametrize("package", PACKAGES)
def test_entries_mean_something(package: str) -> None:
    assert [f"{entry.name}: {flaw}" for entry in entries(package) for flaw in flaws(entry, TABLES.entry)] == []


@pytest.mark.parametrize(
    ("spec", "flaw"),
    [
        ({"kind": "arry"}, "kind `arry` is not known; did you mean `array`?"),
        ({"dtype": "uint9"}, "dtype `uint9` is not known; did you mean `uint8`?"),
        ({"device": "cdua:0"}, "device `cdua` is not known; did you mean `cuda`?"),
        ({"range": "5, 1"}, "range: `5, 1` ends before it begins"),
        ({"range": "0, lots"}, "range: `lots` is no number"),
        ({"params": "x", "range": "clp($x, 0, 1)"}, "range: the function `clp` is not known; did you mean `clip`?"),
        ({"params": "image", "like": "imge"}, "`params` names no `imge`; did you mean `image`?"),
        ({"params": "x", "dtype": "$y"}, "`params` names no `y`"),
        ({"params": "x", "cases": [{"if": "y", "dtype": "uint8"}]}, "`params` names no `y`"),
        ({"params": "x", "items": ["x", {"kind": "tupel"}]}, "kind `tupel` is not known; did you mean `tuple`?"),
        ({"params": "x("}, "`x(` is no parameter"),
        ({"params": "x,,y"}, "`params` has a comma or a `|` with nothing beside it"),
        ({"kind": "module", "mode": "evl"}, "mode `evl` is not known; did you mean `eval`?"),
        ({"mode_dependent": "yes"}, "mode_dependent: `yes` is neither true, false, `members` nor `$` and a parameter"),
        ({"context": "nograd"}, "context `nograd` is not known; did you mean `no_grad`?"),
        ({"class": True, "hooks": {"step": "trian"}}, "hooks `trian` is not known; did you mean `train`?"),
        ({"class": True, "bases": ["torch.nn.Modul"]}, "nothing is known of `torch.nn.Modul`"),
        ({"host": "no"}, "`host` is neither true nor false"),
    ],
)
def test_users_hear_what_means_nothing(spec: dict[str, object], flaw: str) -> None:
    with pytest.raises(TableError) as error:
        Tables({"my.function": spec})
    assert str(error.value) == f"facts about `my.function`: {flaw}"


def test_facts_are_about_dotted_names() -> None:
    with pytest.raises(TableError, match="`my function` is no dotted name"):
        Tables({"my function": {"kind": "array"}})


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


def test_a_table_is_read_when_it_is_asked_for_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def noted(package: object, table: Mapping[str, object], where: str) -> None:
        read.append(where)

    monkeypatch.setattr(tables, "_read", noted)
    tables._package.cache_clear()
    try:
        found = Tables()
        assert read == []
        found.entry("cv2.resize")
        found.entry("cv2.imread")
        Tables().entry("cv2.resize")
        assert read == sorted(path.name for path in (LIBRARY / "cv2").glob("*.toml"))
    finally:
        tables._package.cache_clear()


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
