"""The public API: what authors of rules import from `mlint`."""

from __future__ import annotations

import subprocess
import sys

import pytest

import mlint


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_every_public_name_is_there() -> None:
    for name in mlint.__all__:
        assert getattr(mlint, name) is not None


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'rules'"):
        mlint.rules  # type: ignore[attr-defined]  # noqa: B018


def test_rule_is_the_decorator_whatever_was_imported_before() -> None:
    assert run("import mlint.rule, mlint.pack; from mlint import rule; print(callable(rule))") == "True"
    assert run("from mlint import rule; print(callable(rule))") == "True"


def test_importing_mlint_loads_neither_libcst_nor_the_analysis() -> None:
    loaded = run("import sys, mlint; print(*(m for m in sys.modules if m.startswith(('mlint.', 'libcst', 'rich'))))")
    assert loaded == ""


def test_every_subject_is_public() -> None:
    from mlint import subjects

    assert set(subjects.__all__) <= set(mlint.__all__)
