from __future__ import annotations

import pytest

from mlint.facts.syntax.code import abridged, one_line


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("f(a,   b)", "f(a, b)"),
        ("f(  # why\n    a,\n    # here\n    b,  # so\n)", "f( a, b, )"),
        ("f('#', '''\n# text\n''')", "f('#', ''' # text ''')"),
        ("f('# no comment')", "f('# no comment')"),
        ("x = [1,  # one\n  2]", "x = [1, 2]"),
        ("if x:  # why\n    y = 1\n", "if x: y = 1"),
        ("f(\n'''#", "f( '''#"),
    ],
)
def test_code_is_shown_without_its_comments(code: str, shown: str) -> None:
    assert one_line(code) == shown


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("zeros(n, 3).to(x.device)", "zeros(n, 3).to(x.device)"),
        ("zeros(len(points[0]), dim * 2, 3).to(x.device)", "zeros(...).to(x.device)"),
        ("zeros(len(points[0]), 3).to(device=x.device)", "zeros(...).to(device=x.device)"),
        ("load(f'{folder}/(best).pt', weights_only=True)", "load(...)"),
        ("(a_long_name + another_name).to(x.device_of_it)", "(a_long_name + another_name).to(...)"),
        ("a_long_name_without_any_call + another_one", "a_long_name_without_any_call + another_one"),
        ("f(that_is_cut_off[0], by_its_end, somewhere", "f(that_is_cut_off[0], by_its_end, somewhere"),
    ],
)
def test_of_long_code_only_what_is_called_is_shown(code: str, shown: str) -> None:
    assert abridged(code, 30) == shown
