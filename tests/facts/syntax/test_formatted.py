from __future__ import annotations

import pytest

from mlint.facts.syntax.formatted import expressions


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('f"loss {loss:.3f} of {steps}"', ["loss", "steps"]),
        ('f"{x!r:>{width}} {y}"', ["x", "width", "y"]),
        ('f"{a != b} {c == d} {x=}"', ["a != b", "c == d", "x"]),
        ("f\"{ {'a': 1}['a'] } {f(x, key='}')}\"", [" {'a': 1}['a']", "f(x, key='}')"]),
        ('f"{{no}} {yes}"', ["yes"]),
        (r'f"\N{BULLET} \{x}"', ["x"]),
        (r'rf"\d{{2}} \{x}"', ["x"]),
        ('"{no}" f"{yes}"  # {no}\n  f\'{again}\'', ["yes", "again"]),
        ('f"""{\n  a\n} "quoted" {b}"""', ["\n  a", "b"]),
        ('"plain"', []),
        ('f"{x', []),
    ],
)
def test_the_expressions_of_a_formatted_text(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in expressions(text)] == found
