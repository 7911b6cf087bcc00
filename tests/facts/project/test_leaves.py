"""Which changes of a file change what it answers."""

from __future__ import annotations

import pytest

from mlint.facts.project.leaves import MISSING, MODULE, answer
from mlint.facts.syntax.sketch import Sketch
from mlint.outline import outline
from mlint.source import decode

BEFORE = '''
NAME = "a # b"  # don't
# it's """ here
TEXT = """
# in the text
"""

def f(x):
    # first
    return "it's # one"
'''


def said(text: str, qualname: str = MODULE) -> str:
    source = decode("a.py", text.encode())
    return answer("definition", qualname, source, outline(source))


@pytest.mark.parametrize("qualname", [MODULE, "f"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('# it\'s """ here', "# anything else"),
        ("    # first", "# another"),
        ('one"\n', 'one"\n\n# the end\n\n'),
    ],
)
def test_comments_on_rows_of_their_own_say_nothing(qualname: str, old: str, new: str) -> None:
    assert old in BEFORE
    assert said(BEFORE.replace(old, new), qualname) == said(BEFORE, qualname)


@pytest.mark.parametrize(
    ("qualname", "old", "new"),
    [
        (MODULE, "# b", "# c"),
        (MODULE, "# in the text", "# in a text"),
        (MODULE, "# it's", "#\n# it's"),
        ("f", "# one", "# two"),
        ("f", "TEXT", "\nTEXT"),
        ("f", "    # first", "    pass"),
    ],
)
def test_texts_and_places_say_something(qualname: str, old: str, new: str) -> None:
    assert old in BEFORE
    assert said(BEFORE.replace(old, new), qualname) != said(BEFORE, qualname)


@pytest.mark.parametrize("kind", ["calls", "mentions"])
def test_one_sketch_answers_all_that_is_asked_of_a_definition(kind: str) -> None:
    source = decode("a.py", b"import a\n\na.run(NAME)\n\ndef f(x):\n    return g(x.y)\n")
    made: dict[str, Sketch | None] = {}
    for asked in (f"{MODULE} NAME", f"{MODULE} run", "f y", "f g", "nobody g"):
        alone = answer(kind, asked, source, outline(source))
        assert answer(kind, asked, source, outline(source), made) == alone
        assert (alone == MISSING) == asked.startswith("nobody")
    assert list(made) == [MODULE, "f", "nobody"]


@pytest.mark.parametrize(
    ("kind", "asked", "said"),
    [
        ("line", r"#.*\bf\.eval\(", "True"),
        ("line", "x#", "False"),
        ("literal", "key", "True"),
        ("literal", "ke", "False"),
    ],
)
def test_what_stands_in_a_line(kind: str, asked: str, said: str) -> None:
    source = decode("a.py", b"x = {'key': 1}\n# f.eval()\n")
    assert answer(kind, asked, source, outline(source)) == said
