from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from mlint.facts.flow import ir
from mlint.facts.project.project import Project
from mlint.facts.project.units import MODULE, Unit
from mlint.facts.syntax.code import one_line
from mlint.finding import Span
from mlint.source import Source, Unreadable


def unit(code: str, name: str = MODULE) -> Unit:
    path = Path("/p/a.py")
    source = Source("a.py", textwrap.dedent(code), "")
    project = Project(path.parent, [path], {path: source})
    outline = project.outline(path)
    assert outline is not None
    found = None if name == MODULE else next(each for each in outline.functions if each.qualname == name)
    return Unit(project, path, found)


def instructions(of: Unit, kind: type[ir.Instruction]) -> list[int]:
    bodies = [of.lowered.function]
    for body in bodies:
        bodies += body.nested
    blocks = [block for body in bodies for block in body.blocks]
    return sorted(each.target for block in blocks for each in block.instructions if isinstance(each, kind))


def shown(of: Unit, kind: type[ir.Instruction]) -> list[str]:
    """The code of each instruction of that kind, once each."""
    return list(dict.fromkeys(one_line(of.code(each)) for each in instructions(of, kind)))


@pytest.mark.parametrize(
    ("code", "kind", "expected"),
    [
        ("y = (a * 1.5)", ir.Binary, ["a * 1.5"]),
        ("y = (a + b) * c", ir.Binary, ["a + b", "(a + b) * c"]),
        ("y = (a, b)", ir.Collect, ["(a, b)"]),
        ("y = a, b", ir.Collect, ["a, b"]),
        ("y = x[a, b]", ir.Collect, ["a, b"]),
        ("y = x[1:2]", ir.Slice, ["1:2"]),
        ("y = f(\n    a,  # why\n    b,\n)", ir.Call, ["f( a, b, )"]),
        ("y = f(x for x in xs)", ir.Comprehension, ["(x for x in xs)"]),
        ("y = [x for x in xs]", ir.Comprehension, ["[x for x in xs]"]),
        ("y = a or b or c", ir.Store, ["a or b or c", "y = a or b or c"]),
        ("y = a < b < c", ir.Compare, ["a < b < c"]),
        ("y = 'a' 'b'", ir.Const, ["'a' 'b'"]),
        ("with open(a) as f, b:\n    pass", ir.Enter, ["open(a) as f", "b"]),
        ("import a.b as c, d", ir.Import, ["a.b as c", "d"]),
        ("from a import (\n    b as c,\n    d,\n)", ir.Import, ["b as c", "d"]),
        ("try:\n    pass\nexcept (A, B) as e:\n    pass", ir.Store, ["e"]),
        ("match x:\n    case [a, *b]:\n        pass", ir.Store, ["[a, *b]"]),
        ("x = y = z", ir.Store, ["x = y = z"]),
        ("x, (y, *z) = w", ir.Store, ["x", "y", "z"]),
        ("x += y", ir.Binary, ["x += y"]),
        ("x = y = 1; z = -x", ir.Unary, ["-x"]),
    ],
)
def test_the_code_of_a_temporary(code: str, kind: type[ir.Instruction], expected: list[str]) -> None:
    assert shown(unit(code + "\n"), kind) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("y = [x for x in xs if x]", "for x in xs if x"),
        ("y = [\n    x\n    for x, y in xs\n    for z in x\n]", "for x, y in xs"),
        ("async def f():\n    return [x async for x in xs]", "async for x in xs"),
        ("y = {x: y for (x, y) in xs}", "for (x, y) in xs"),
    ],
)
def test_the_code_of_the_loop_of_a_comprehension(code: str, expected: str) -> None:
    found = unit(code, "f" if "def" in code else MODULE)
    assert found.code(found.lowered.function.loops[0].target) == expected


def test_a_method_in_its_file() -> None:
    found = unit(
        """\
        class A:

            @staticmethod
            def f(a):
                é = "é" + g(a)
                return é
        """,
        "A.f",
    )
    (call,) = instructions(found, ir.Call)
    assert found.span(call) == Span(5, 19, 5, 23)
    assert found.code(call) == "g(a)"
    assert shown(found, ir.Store) == ['é = "é" + g(a)']


def test_names_of_what_is_nested() -> None:
    found = unit(
        """\
        def f():
            @g
            async  def inner(a=[1]):
                pass

            class B:
                pass
        """,
        "f",
    )
    assert shown(found, ir.Store) == ["inner", "B"]
    assert [found.span(each).line for each in instructions(found, ir.Store)] == [3, 6]


def test_what_is_inside_of_an_f_string_stands_where_that_does() -> None:
    found = unit(
        """\
        def f(x):
            log("é")
            log(
                f"{x!r:>{w}} é {g( x . y )}"
                f"{h(f'{k(1)}', [z  for z in x])}"
            )
        """,
        "f",
    )
    calls = instructions(found, ir.Call)
    assert [found.code(each) for each in calls[1:4]] == ["g(x.y)", "k(1)", "h(f'{k(1)}', [z for z in x])"]
    whole = Span(4, 9, 5, 43)
    assert {found.span(each) for each in calls[1:4]} == {whole}
    (comprehension,) = instructions(found, ir.Comprehension)
    assert found.code(comprehension) == "[z for z in x]"
    assert found.code(found.lowered.function.loops[0].target).startswith('f"{x!r')
    text = instructions(found, ir.Text)[-1]
    assert found.span(text) == whole


@pytest.mark.parametrize("margin", ["\f", "\f\f"])
def test_a_form_feed_before_a_function(margin: str) -> None:
    found = unit(f"x = 1\n{margin}def f():\n    return g()\n", "f")
    assert found.code(instructions(found, ir.Call)[0]) == "g()"


def test_long_files_have_places_too() -> None:
    found = unit("\n" * 70_000 + "def f():\n" + "\n" * 70_000 + f"    return {' ' * 70_000}g()\n", "f")
    assert found.span(instructions(found, ir.Call)[0]) == Span(140_002, 70_012, 140_002, 70_015)


def test_what_nests_too_deeply_in_an_f_string_is_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    def lower(tree: object, is_module: bool) -> None:
        raise RecursionError

    monkeypatch.setattr("mlint.facts.project.units.lower", lower)
    with pytest.raises(Unreadable, match="nested"):
        unit("x = 1\n").lowered  # noqa: B018
