"""What an input is, in words."""

from __future__ import annotations

import pytest

from mlint.confirm.specs import Spec, SpecError, is_factory, parsed

pytestmark = pytest.mark.without_torch


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("float32[2,3,64,64]", Spec((2, 3, 64, 64))),
        ("int64[2, 16] < 1000", Spec((2, 16), "int64", 1000)),
        ("float32[2,8] < 1", Spec((2, 8), "float32", 1)),
        ("bool[4]", Spec((4,), "bool")),
        ("float64[]", Spec((), "float64")),
    ],
)
def test_specs_are_read_and_shown(text: str, spec: Spec) -> None:
    assert parsed(text) == spec
    assert parsed(str(spec)) == spec


@pytest.mark.parametrize("text", ["float32", "double[2]", "int64[2] < 0", "bool[2] < 3", "int64[a]", ""])
def test_what_is_no_spec_says_what_one_is(text: str) -> None:
    with pytest.raises(SpecError):
        parsed(text)


def test_a_factory_is_a_module_and_a_name() -> None:
    assert is_factory("pkg.tests:example")
    assert not is_factory("float32[2]")
