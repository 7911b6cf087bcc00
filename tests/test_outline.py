"""Outlines of small sources, and of the standard library, whole and mutated."""

from __future__ import annotations

import ast
import gc
import json
import pickle
import random
import sys
import sysconfig
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlint.facts.syntax.tree import Tree
from mlint.outline import Assignment, ClassOutline, FunctionOutline, Outline, Parameter, module_slice, outline
from mlint.outline.kept import from_json, to_json
from mlint.outline.words import Words
from mlint.source import Source, Unreadable, decode

STANDARD_LIBRARY = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))


def source_of(text: str) -> Source:
    return decode("a.py", textwrap.dedent(text).encode())


def read(text: str) -> Outline:
    return outline(source_of(text))


def function(text: str, qualname: str = "f") -> FunctionOutline:
    found = read(text).definition(qualname)
    assert isinstance(found, FunctionOutline)
    return found


def class_(text: str, qualname: str = "C") -> ClassOutline:
    found = read(text).definition(qualname)
    assert isinstance(found, ClassOutline)
    return found


class TestImports:
    def test_each_form(self) -> None:
        found = read(
            """
            import torch
            import torch.nn.functional
            import torch.nn as nn
            from torch import Tensor as T, jit
            from . import blocks
            from .blocks import Block
            from ..nn.layers import Conv as C
            """
        )
        assert found.imports == {
            "torch": "torch",
            "nn": "torch.nn",
            "T": "torch.Tensor",
            "jit": "torch.jit",
            "blocks": ".blocks",
            "Block": ".blocks.Block",
            "C": "..nn.layers.Conv",
        }

    def test_star_imports_once_and_in_order(self) -> None:
        found = read("from a.b import *\nfrom . import *\nfrom ..c import *\nfrom a.b import *\n")
        assert found.star_imports == ("a.b", ".", "..c")
        assert found.imports == {}

    @pytest.mark.parametrize(
        "text",
        [
            "try:\n    from a import X\nexcept ImportError:\n    from b import X\n",
            "if TYPE_CHECKING:\n    from a import X\nelse:\n    from b import X\n",
            "try:\n    pass\nexcept OSError:\n    from b import X\nelse:\n    from a import X\n",
            "try:\n    from a import X\nexcept ImportError:\n    X = None\n",
            "try:\n    from a import X\nexcept ImportError:\n    class X: pass\n",
            "X = None\nwith quiet():\n    from a import X\n",
            "from b import X\nfrom a import X\n",
            "def X(): pass\nfrom a import X\n",
        ],
    )
    def test_the_first_choice_counts_not_the_fallback(self, text: str) -> None:
        found = read(text)
        assert found.imports == {"X": "a.X"}
        assert "X" not in found.defined

    def test_a_definition_after_an_import_replaces_it(self) -> None:
        found = read("from a import X\ndef X(): pass\n")
        assert found.imports == {}
        assert set(found.defined) == {"X"}

    def test_those_in_a_function_belong_to_it(self) -> None:
        text = """
            def f():
                import numpy as np
                def g():
                    from .m import h
            """
        assert function(text).imports == {"np": "numpy", "h": ".m.h"}
        assert read(text).imports == {}

    @pytest.mark.parametrize(
        ("call", "expected"),
        [
            ('np = importlib.import_module("numpy")', {"np": "numpy"}),
            ('nib, _ = optional_import("nibabel")', {"nib": "nibabel"}),
            ('r, has_r = optional_import("einops", name="rearrange")', {"r": "einops.rearrange"}),
            ('E, _ = optional_import("ignite.engine", VERSION, min_version, "Events")', {"E": "ignite.engine.Events"}),
            ('torch = pytest.importorskip("torch")', {"torch": "torch"}),
            ("np = import_module(name)", {}),
            ('np = import_module("not a module")', {}),
            ('data = important("data")', {}),
        ],
    )
    def test_calls_that_import(self, call: str, expected: dict[str, str]) -> None:
        assert read(call).imports == expected

    def test_a_call_that_imports_does_not_replace_an_import(self) -> None:
        assert read('import a as x\nx = import_module("b")').imports == {"x": "a"}


class TestFunctions:
    def test_what_is_known_of_one(self) -> None:
        found = function(
            """
            @jit
            @cache(size=3)
            async def f(a, /, b: int, c="x y", *rest, d: str = "é", e, **others) -> dict[str, int]:
                return total
            """
        )
        assert found.parameters == (
            Parameter("a", "positional-only", None, None),
            Parameter("b", "positional", None, "int"),
            Parameter("c", "positional", '"x y"', None),
            Parameter("rest", "variadic", None, None),
            Parameter("d", "keyword-only", '"é"', "str"),
            Parameter("e", "keyword-only", None, None),
            Parameter("others", "keywords", None, None),
        )
        assert (found.first_line, found.def_line, found.end_line) == (2, 4, 5)
        assert found.returns == "dict[str, int]"
        assert found.decorators == ("jit", "cache(size=3)")
        assert found.is_async
        assert found.class_name is None
        assert {"total", "cache", "rest", "x", "é"} <= found.words

    def test_a_decorator_in_brackets_begins_at_its_sign(self) -> None:
        assert function("x = 1\n@(\n    # why\n    a\n    @ b\n)\ndef f(): pass\n").first_line == 2

    def test_text_over_several_lines_and_after_wide_characters(self) -> None:
        found = function('def f(a="é", b=[\n  "ü",\n  2], *, c="ß"): pass')
        assert [each.default for each in found.parameters] == ['"é"', '[\n  "ü",\n  2]', '"ß"']

    def test_words_are_those_of_its_lines(self) -> None:
        found = function("before = 1\ndef f():\n    '''train loss'''\n    return valid  # note\nafter = 2\n")
        assert set(found.words) == {"def", "f", "train", "loss", "return", "valid", "note"}

    def test_words_in_the_form_that_python_reads(self) -> None:
        assert "fit" in function("def f():\n    return ﬁt\n").words

    def test_what_is_nested_belongs_to_the_outer_one(self) -> None:
        text = """
            def f():
                def g():
                    def h(): pass
                class C(Base):
                    def m(self): pass
            """
        found = read(text)
        assert [each.qualname for each in found.functions] == ["f"]
        assert function(text).nested == ("g", "h")
        inner = found.definition("f.<locals>.C")
        assert isinstance(inner, ClassOutline)
        assert inner.inside == "f"
        assert inner.bases == ("Base",)
        assert inner.methods["m"].qualname == "f.<locals>.C.m"
        assert found.definition("f.<locals>.C.m") is inner.methods["m"]

    def test_those_in_blocks_of_the_module(self) -> None:
        found = read(
            """
            if fast:
                def a(): pass
            elif slow:
                def b(): pass
            for x in y:
                with z:
                    def c(): pass
            while True:
                try:
                    def d(): pass
                finally:
                    def e(): pass
            match x:
                case 1:
                    def g(): pass
            """
        )
        assert [each.name for each in found.functions] == ["a", "b", "c", "d", "e", "g"]
        assert set(found.defined) == {"a", "b", "c", "d", "e", "g"}

    def test_all_definitions_of_a_name_are_kept_and_one_counts(self) -> None:
        found = read("@overload\ndef f(a): ...\ndef f(b): ...\nif x:\n    def g(a): ...\nelse:\n    def g(b): ...\n")
        assert [each.def_line for each in found.functions] == [2, 3, 5, 7]
        assert found.defined["f"] is found.functions[1]
        assert found.definition("g") is found.functions[2]


class TestClasses:
    def test_what_is_known_of_one(self) -> None:
        found = class_(
            """
            @register
            class C(nn.Module, Generic[T], metaclass=Meta, **options):
                scale: float = 2
                size: int
                a, b = 1, "two"
                c = d = make()
                e, f = make()

                def forward(self, x):
                    return x
            """
        )
        assert (found.first_line, found.end_line) == (2, 11)
        assert found.bases == ("nn.Module", "Generic[T]")
        assert found.keywords == {"metaclass": "Meta", "**": "options"}
        assert found.decorators == ("register",)
        assert found.attributes == {"scale": "2", "a": "1", "b": '"two"', "c": "make()", "d": "make()"}
        assert found.annotations == {"scale": "float", "size": "int"}
        assert found.inside is None
        assert {"forward", "self", "scale", "register", "Meta"} <= found.words
        method = found.methods["forward"]
        assert (method.qualname, method.class_name) == ("C.forward", "C")

    def test_nested_classes(self) -> None:
        found = read("class A:\n    class B:\n        def m(self): pass\n    def n(self): pass\n")
        assert [each.qualname for each in found.classes] == ["A", "A.B"]
        assert [each.qualname for each in found.functions] == ["A.B.m", "A.n"]
        assert set(found.defined) == {"A"}
        assert "m" in found.classes[0].words

    def test_a_property_is_its_getter(self) -> None:
        found = class_("class C:\n    @property\n    def a(self): pass\n    @a.setter\n    def a(self, value): pass\n")
        assert found.methods["a"].def_line == 3

    def test_methods_in_branches(self) -> None:
        text = "class C:\n    if x:\n        def a(self): pass\n    else:\n        def a(self, y): pass\n"
        assert class_(text).methods["a"].def_line == 3
        assert [each.def_line for each in read(text).functions] == [3, 5]


class TestModule:
    def test_assignments(self) -> None:
        found = read(
            """
            A = 1
            B: int = 2
            C: int
            D = E = make(
                3)
            F, (G, *H) = 4, rest
            for I in J: pass
            with open(p) as K: L = 5
            A += 1
            """
        )
        assert found.assignments == {
            "A": Assignment(None, 10, again=True),
            "B": Assignment("2", 3),
            "D": Assignment("make(\n    3)", 5),
            "E": Assignment("make(\n    3)", 5),
            "F": Assignment("4", 7),
            "G": Assignment(None, 7),
            "H": Assignment(None, 7),
            "I": Assignment(None, 8),
            "K": Assignment(None, 9),
            "L": Assignment("5", 9),
        }

    @pytest.mark.skipif(sys.version_info < (3, 12), reason="newer syntax")
    def test_newer_syntax(self) -> None:
        found = read("type Batch = dict[str, Tensor]\nclass C[T](Base[T]):\n    def m[S](self, x: S) -> T: pass\n")
        assert found.assignments == {"Batch": Assignment("dict[str, Tensor]", 1)}
        assert found.classes[0].bases == ("Base[T]",)
        assert found.classes[0].methods["m"].parameters[1] == Parameter("x", "positional", None, "S")

    def test_a_table_is_not_kept(self) -> None:
        text = "A = [" + "1, " * 3000 + "]\nB = [\n" + "1,\n" * 5000 + "]\n"
        assert read(text).assignments == {"A": Assignment(None, 1), "B": Assignment(None, 2)}

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("x = 1", None),
            ("__all__ = ['a', 'b']", ("a", "b")),
            ("__all__ = 'a', 'b'", ("a", "b")),
            ("__all__: list[str] = []", ()),
            ("__all__ = ['a'] + ['b']\n__all__ += ('c',)", ("a", "b", "c")),
            ("__all__ = ['a']\n__all__.extend(['b'])\n__all__.append('c')\n__all__.remove('a')", ("b", "c")),
            ("__all__ = ['a']\nif x:\n    __all__ = __all__ + ['b']", ("a", "b")),
            ("__all__ = ['a'] + other.__all__", None),
            ("__all__ = [name for name in dir()]", None),
            ("__all__ = ['a']\n__all__ += other.__all__", None),
        ],
    )
    def test_exports(self, text: str, expected: tuple[str, ...] | None) -> None:
        assert read(text).exports == expected

    def test_module_words_are_those_outside_of_definitions(self) -> None:
        found = read("import a\n@b\ndef c(): d\ne = 1\nclass f:\n    g = 2\nif h:\n    def i(): j\nk\n")
        assert set(found.module_words) == {"import", "a", "e", "if", "h", "k"}
        assert {"b", "c", "d", "f", "g", "i", "j"} <= found.words

    def test_it_is_picklable(self) -> None:
        found = read("import a\nclass C:\n    def m(self): pass\n")
        copy = pickle.loads(pickle.dumps(found))
        assert copy == found
        assert copy.definition("C.m") == found.definition("C.m")

    @pytest.mark.parametrize("path", STANDARD_LIBRARY[::4], ids=lambda path: path.name)
    def test_it_comes_back_from_json(self, path: Path) -> None:
        try:
            found = outline(decode(str(path), path.read_bytes()))
        except Unreadable:
            return
        copy = from_json(json.loads(json.dumps(to_json(found))))
        assert copy == found
        assert all(copy.definition(each.qualname) == found.definition(each.qualname) for each in found.functions)
        methods = [method for each in copy.classes if each.inside is None for method in each.methods.values()]
        assert {id(each) for each in methods} <= {id(each) for each in copy.functions}

    def test_a_file_with_nothing_in_it(self) -> None:
        assert read("") == Outline({}, (), None, (), (), {}, Words(), Words(), {})


class TestUnreadable:
    @pytest.mark.parametrize(
        ("text", "line"), [("x = (\n", 1), ("def f(:\n  pass", 1), ("a = 1\n  b = 2\n", 2), ("x = 1\n\ty = 2\n", 2)]
    )
    def test_a_syntax_error_has_a_place(self, text: str, line: int) -> None:
        with pytest.raises(Unreadable, match="syntax error") as error:
            read(text)
        assert error.value.line == line
        assert (error.value.column or 0) >= 1

    @pytest.mark.parametrize(
        "text",
        [
            "(" * 5000,
            "(" * 5000 + ")" * 5000,
            "x = " + "-" * 50000 + "1",
            "x = " + "a." * 50000 + "b",
            "x = " + " + ".join("a" * 50000),
            "if a: pass\n" + "elif b: pass\n" * 20000,
            "".join(" " * depth + "if a:\n" for depth in range(200)) + " " * 200 + "pass",
            "f(" * 3000 + ")" * 3000,
        ],
    )
    def test_deep_nesting_is_an_error_not_a_crash(self, text: str) -> None:
        with pytest.raises(Unreadable):
            outline(decode("a.py", text.encode()))

    def test_a_file_that_warns(self) -> None:
        assert function("def f():\n    return '\\d' is 1\n").name == "f"

    def test_the_collector_runs_again(self) -> None:
        with pytest.raises(Unreadable):
            read("x = (")
        assert gc.isenabled()


# --- slices ---------------------------------------------------------------------------------------------------------

Position = tuple[str, int, int, int | None, int | None]


def module_level(text: str) -> list[Position]:
    """What stands at module level, with its place; of each definition only that there is something."""
    found: list[Position] = []
    blocks: list[ast.AST] = [ast.parse(text)]
    while blocks:
        for node in ast.iter_child_nodes(blocks.pop()):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                continue
            if isinstance(node, ast.stmt | ast.expr) and not isinstance(node, ast.Pass):
                ends = isinstance(node, ast.expr) or not hasattr(node, "body")
                where = (node.end_lineno, node.end_col_offset) if ends else (None, None)
                found.append((type(node).__name__, node.lineno, node.col_offset, *where))
            blocks.append(node)
    return sorted(found, key=repr)


def check_slice(text: str) -> None:
    source = Source("a.py", text, "")
    try:
        found = outline(source)
    except Unreadable:
        return
    sliced = module_slice(source, found)
    assert sliced.count("\n") == text.count("\n")
    assert module_level(sliced) == module_level(text)
    assert outline(Source("a.py", sliced, "")).functions == ()
    check_outline(source, found)


def check_outline(source: Source, found: Outline) -> None:
    size = len(source.lines)
    for each in found.functions:
        assert 1 <= each.first_line <= each.def_line <= each.end_line <= size
        assert each.words <= found.words
        assert each.name in each.words
        alone = Tree("\n".join(source.lines[each.first_line - 1 : each.end_line]) + "\n")
        assert alone.definition.name == each.name
    for cls in found.classes:
        assert 1 <= cls.first_line <= cls.end_line <= size
        assert cls.words <= found.words
        assert all(method.words <= cls.words for method in cls.methods.values())
    assert found.module_words <= found.words


def test_the_slice_of_a_module() -> None:
    text = """\
import a

@b
def c():
    return '''
d'''
e = 1
if f:
    class g:
        h = 2
    i = 3
else:
\tdef j(): pass; k = 4
"""
    source = Source("a.py", text, "")
    assert (
        module_slice(source, outline(source))
        == "import a\n\npass\n\n\n\ne = 1\nif f:\n    pass\n\n    i = 3\nelse:\n\tpass\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "def f(): pass; \\\n  x = 1\ny = 2\n",
        "if x:\n    \\\n    def f(): pass\ny = 2\n",
        "x = 1\n\x0cdef f():\n\x0c    pass\ny = 2\n",
        "def f():\n    return 1, \\\n\ny = 2\n",
        "class C:\n    def f(self):\n        return 1, \\\n    \n    def g(self): return 2\n",
        "def f():\n    return 1  # not so \\\ndef g(): return 2  # \\\n\n",
        "def f(): pass  # no newline at the end",
        "@(\n a)\nclass C: x = '''\n'''; y = 3\nz = 4\n",
        "é = 'ü'\ndef f(ß='é'): return 'é'\nö = é\n",
    ],
)
def test_slices_of_unusual_layout(text: str) -> None:
    check_slice(text)


@pytest.mark.parametrize("path", STANDARD_LIBRARY[::5], ids=lambda path: path.stem)
def test_slices_of_the_standard_library(path: Path) -> None:
    check_slice(decode(str(path), path.read_bytes()).text)


Mutation = Callable[[list[str], random.Random], None]


def _drop_line(lines: list[str], chance: random.Random) -> None:
    del lines[chance.randrange(len(lines))]


def _double_line(lines: list[str], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    lines.insert(at, lines[at])


def _indent(lines: list[str], chance: random.Random) -> None:
    first = chance.randrange(len(lines))
    for at in range(first, min(len(lines), first + chance.randrange(1, 40))):
        lines[at] = lines[at] and f"    {lines[at]}"
    lines.insert(first, "if True:")


def _wrap_in_try(lines: list[str], chance: random.Random) -> None:
    lines[:] = ["try:", *[line and f" {line}" for line in lines], "except é as ü:", " def ß(): pass"]


def _decorate(lines: list[str], chance: random.Random) -> None:
    for at in range(len(lines) - 1, -1, -1):
        head = lines[at].lstrip()
        if head.startswith(("def ", "class ")) and chance.random() < 0.3:
            lines.insert(
                at, lines[at][: len(lines[at]) - len(head)] + chance.choice(["@a", "@(\n b\n)", "@a(\n1)", "\\"])
            )


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([path for path in STANDARD_LIBRARY if path.stat().st_size < 40_000]),
    st.integers(0, 2**32),
    st.lists(st.sampled_from([_drop_line, _double_line, _indent, _wrap_in_try, _decorate]), max_size=4),
)
def test_slices_of_mutated_files(path: Path, seed: int, mutations: list[Mutation]) -> None:
    chance = random.Random(seed)
    lines = decode(str(path), path.read_bytes()).text.split("\n")
    for mutate in mutations:
        mutate(lines, chance)
    check_slice("\n".join(lines))


class TestWords:
    WORDS = Words(["train", "loss", "é", "loss"])

    def test_it_is_the_set_of_them(self) -> None:
        assert set(self.WORDS) == {"train", "loss", "é"}
        assert len(self.WORDS) == 3
        assert "loss" in self.WORDS
        assert "los" not in self.WORDS
        assert Words(["é", "loss", "train"]) == self.WORDS

    def test_an_empty_one_holds_nothing(self) -> None:
        assert not Words()
        assert list(Words()) == []
        assert Words().isdisjoint(self.WORDS)

    def test_it_is_compared_with_sets(self) -> None:
        assert self.WORDS.isdisjoint(["rain"])
        assert not self.WORDS.isdisjoint(["rain", "train"])
        assert self.WORDS.issuperset(["é", "train"])
        assert not self.WORDS.issuperset(["é", "rain"])
        assert self.WORDS & {"loss", "x"} == {"loss"}
        assert frozenset({"loss", "x"}) & self.WORDS == {"loss"}

    def test_it_is_told_as_a_text(self) -> None:
        assert Words.told(self.WORDS.text) == self.WORDS
        assert Words.told(Words().text) == Words()
