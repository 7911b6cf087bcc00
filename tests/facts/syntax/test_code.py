from __future__ import annotations

import pytest

from mlint.facts.syntax.code import one_line


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
