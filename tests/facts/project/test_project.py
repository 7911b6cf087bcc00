"""Projects written to a temporary folder, and what is answered about them."""

from __future__ import annotations

import itertools
import os
import pickle
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from mlint.facts.project.project import Project
from mlint.facts.project.symbols import Symbol
from mlint.outline import ClassOutline, FunctionOutline, Outline
from mlint.outline import outline as read_outline
from mlint.source import Source, decode


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")


class Written:
    """A project of a few files, and questions about it in short."""

    def __init__(self, root: Path, files: Mapping[str, str]) -> None:
        write(root, files)
        self.root = root
        self.project = Project(root)

    def symbol(self, file: str, dotted: str) -> Symbol:
        found = self.project.resolve(self.root / file, dotted)
        assert found is not None
        return found

    def resolve(self, file: str, dotted: str) -> str | None:
        """`kind file:qualname`, or `external name`."""
        return self.shown(self.project.resolve(self.root / file, dotted))

    def shown(self, found: Symbol | None) -> str | None:
        if found is None:
            return None
        if found.path is None:
            return f"{found.kind} {found.name}"
        return f"{found.kind} {found.path.relative_to(self.root).as_posix()}:{found.qualname}"

    def bases(self, file: str, dotted: str) -> list[str]:
        return [each.qualname or each.name for each in self.project.bases(self.symbol(file, dotted))]

    def method(self, file: str, dotted: str, name: str) -> str | None:
        return self.shown(self.project.method(self.symbol(file, dotted), name))

    def subclasses(self, file: str, dotted: str) -> list[str]:
        return [each.name for each in self.project.subclasses(self.symbol(file, dotted))]


class TestRoot:
    @pytest.mark.parametrize("marker", ["pyproject.toml", "setup.cfg", "setup.py", ".git"])
    def test_the_nearest_folder_with_a_project_file(self, tmp_path: Path, marker: str) -> None:
        write(tmp_path, {"setup.py": "", f"inner/{marker}": "", "inner/a/b/c.py": ""})
        assert Project.root_of(tmp_path / "inner/a/b/c.py") == tmp_path / "inner"
        assert Project.root_of(tmp_path / "inner") == tmp_path / "inner"
        assert Project.root_of(tmp_path / "new.py") == tmp_path

    def test_without_one_the_parent_of_the_topmost_package(self, tmp_path: Path) -> None:
        write(
            tmp_path, {"lib/p/__init__.py": "", "lib/p/q/__init__.py": "", "lib/p/q/a.py": "", "lib/scripts/b.py": ""}
        )
        assert Project.root_of(tmp_path / "lib/p/q/a.py") == tmp_path / "lib"
        assert Project.root_of(tmp_path / "lib/scripts/b.py") == tmp_path / "lib/scripts"


class TestFiles:
    def test_generated_and_hidden_folders_are_no_part_of_it(self, tmp_path: Path) -> None:
        kept = ["a.py", "p/b.py", "tests/c.py"]
        left = [".venv/d.py", "build/e.py", "venv/f.py", "p/__pycache__/g.py", "p.egg-info/h.py", "node_modules/i.py"]
        write(tmp_path, dict.fromkeys([*kept, *left, "j.txt"], ""))
        assert [path.relative_to(tmp_path).as_posix() for path in Project(tmp_path).files] == kept

    def test_given_files_are_all(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.py": "", "b.py": ""})
        assert Project(tmp_path, [tmp_path / "b.py"]).files == (tmp_path / "b.py",)

    def test_given_by_a_function_they_are_found_when_needed(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.py": "from b import f", "b.py": "def f(): pass"})
        asked: list[int] = []

        def find() -> list[Path]:
            asked.append(1)
            return [tmp_path / "b.py", tmp_path / "a.py"]

        project = Project(tmp_path, find)
        assert project.resolve(tmp_path / "a.py", "f") is not None
        assert asked == []
        assert project.files == (tmp_path / "a.py", tmp_path / "b.py")
        assert project.files_with("from") == (tmp_path / "a.py",)
        assert asked == [1]

    def test_pipes_and_dangling_links_are_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "a.py").symlink_to(tmp_path / "gone.py")
        if hasattr(os, "mkfifo"):
            os.mkfifo(tmp_path / "b.py")
        (tmp_path / "c").symlink_to(tmp_path, target_is_directory=True)
        assert Project(tmp_path).files_with("x") == ()

    def test_a_project_can_be_sent_to_another_process(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.py": "def f(): pass"})
        project = Project(tmp_path, overlay={tmp_path / "b.py": decode("-", b"from a import f")})
        for _ in range(2):  # before and after it has read something
            project = pickle.loads(pickle.dumps(project))
            found = project.resolve(tmp_path / "b.py", "f")
            assert found is not None
            assert found.path == tmp_path / "a.py"
            assert project.files_with("f") == (tmp_path / "a.py", tmp_path / "b.py")

    def test_unreadable_ones_have_no_outline(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.py": "def f(:", "b.py": "x = " + "(" * 300})
        (tmp_path / "c.py").write_bytes(b"x = '\xff'")
        (tmp_path / "d.py").symlink_to(tmp_path / "gone.py")
        (tmp_path / "e.py").mkdir()
        project = Project(tmp_path)
        assert [project.outline(tmp_path / f"{name}.py") for name in "abcdef"] == [None] * 6
        assert project.source(tmp_path / "a.py") is not None
        assert project.source(tmp_path / "c.py") is None
        assert project.resolve(tmp_path / "a.py", "f") is None
        assert list(project.functions_with("f")) == []

    def test_an_overlay_takes_the_place_of_a_file(self, tmp_path: Path) -> None:
        write(tmp_path, {"p/__init__.py": "", "p/a.py": "def old(): pass", "p/b.py": "from p.a import new\n"})
        overlay = {tmp_path / "p/a.py": decode("-", b"def new(): marker"), tmp_path / "p/n.py": decode("-", b"marker")}
        project = Project(tmp_path, overlay=overlay)
        found = project.resolve(tmp_path / "p/b.py", "new")
        assert found is not None
        assert found.path == tmp_path / "p/a.py"
        assert project.files_with("marker") == (tmp_path / "p/a.py", tmp_path / "p/n.py")
        assert project.files_with("old") == ()
        module = project.resolve_import(tmp_path / "p/b.py", ".n")
        assert module is not None
        assert module.kind == "module"

    def test_outlines_can_come_from_elsewhere_and_are_asked_for_once(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.py": "x = 1"})
        asked: list[str] = []

        def remembered(source: Source) -> Outline:
            asked.append(source.path)
            return read_outline(source)

        project = Project(tmp_path, outlines=remembered)
        assert project.outline(tmp_path / "a.py") is project.outline(tmp_path / "." / "a.py")
        assert asked == [str(tmp_path / "a.py")]

    @pytest.mark.parametrize(
        ("file", "name"),
        [
            ("p/__init__.py", "p"),
            ("p/q/a.py", "p.q.a"),
            ("src/r/__init__.py", "r"),
            ("src/r/b.py", "r.b"),
            ("src/alone.py", "alone"),
            ("rules/s/c.py", "s.c"),
            ("scripts/d.py", "scripts.d"),
            ("e.py", "e"),
        ],
    )
    def test_names_of_modules(self, tmp_path: Path, file: str, name: str) -> None:
        packages = ["p", "p/q", "src/r", "rules/s"]
        write(tmp_path, {f"{package}/__init__.py": "" for package in packages} | {file: ""})
        assert Project(tmp_path).module_name(tmp_path / file) == name


class TestNames:
    def test_in_one_file(self, tmp_path: Path) -> None:
        written = Written(
            tmp_path,
            {
                "a.py": """
                    import torch.nn.functional as F
                    from torch import nn
                    import os.path
                    def f(): pass
                    class C:
                        size = 1
                        def m(self): pass
                        class D:
                            def n(self): pass
                    g = f
                    h = g
                    k = make()
                    """
            },
        )
        expected = {
            "F.relu": "external torch.nn.functional.relu",
            "nn": "external torch.nn",
            "nn.Module": "external torch.nn.Module",
            "os.path.join": "external os.path.join",
            "f": "function a.py:f",
            "C": "class a.py:C",
            "C.m": "method a.py:C.m",
            "C.D.n": "method a.py:C.D.n",
            "C.size": "assignment a.py:C.size",
            "g": "function a.py:f",
            "h": "function a.py:f",
            "k": "assignment a.py:k",
            "len": "external builtins.len",
            "dict.fromkeys": "external builtins.dict.fromkeys",
            "f.x": None,
            "k.x": None,
            "C.x": None,
            "nothing": None,
            "1 + 1": None,
            "": None,
        }
        assert {dotted: written.resolve("a.py", dotted) for dotted in expected} == expected

    def test_symbols_carry_outlines_and_names(self, tmp_path: Path) -> None:
        written = Written(tmp_path, {"p/__init__.py": "", "p/a.py": "class C:\n    def m(self): pass\n"})
        cls, method = written.symbol("p/a.py", "C"), written.symbol("p/a.py", "C.m")
        assert isinstance(cls.outline, ClassOutline)
        assert isinstance(method.outline, FunctionOutline)
        assert (cls.name, method.name) == ("p.a.C", "p.a.C.m")
        assert written.project.symbol(tmp_path / "p/a.py", method.outline) == method

    def test_relative_and_absolute_imports(self, tmp_path: Path) -> None:
        written = Written(
            tmp_path,
            {
                "p/__init__.py": "",
                "p/blocks.py": "def f(): pass\n",
                "p/sub/__init__.py": "",
                "p/sub/a.py": """
                    from ..blocks import f as one
                    from .. import blocks
                    from p.blocks import f as two
                    import p.blocks
                    import p.blocks as three
                    from . import b
                    from .b import g
                    from ..missing import h
                    from p.missing import i
                    from ......far import j
                    """,
                "p/sub/b.py": "def g(): pass\n",
            },
        )
        function = "function p/blocks.py:f"
        expected = {
            "one": function,
            "blocks.f": function,
            "two": function,
            "p.blocks.f": function,
            "three.f": function,
            "three": "module p/blocks.py:",
            "b": "module p/sub/b.py:",
            "b.g": "function p/sub/b.py:g",
            "g": "function p/sub/b.py:g",
            "h": None,
            "i": None,
            "j": None,
        }
        assert {dotted: written.resolve("p/sub/a.py", dotted) for dotted in expected} == expected

    def test_reexports_of_packages(self, tmp_path: Path) -> None:
        written = Written(
            tmp_path,
            {
                "p/__init__.py": "from .nn import Block as Public\nfrom . import nn\n",
                "p/nn/__init__.py": "from .block import *\nfrom .act import act\nfrom .deep import deep as d\n",
                "p/nn/block.py": "__all__ = ['Block']\nfrom .hidden import Block, Hidden\n",
                "p/nn/hidden.py": "class Block: pass\nclass Hidden: pass\n",
                "p/nn/act.py": "def act(): pass\n",
                "p/nn/deep.py": "from ..other import deep\n",
                "p/other.py": "from external.lib import thing as deep\n",
                "main.py": "from p import *\nimport p\nfrom p.nn import act\nimport p.nn.act\n",
            },
        )
        expected = {
            "Public": "class p/nn/hidden.py:Block",
            "p.Public": "class p/nn/hidden.py:Block",
            "p.nn.Block": "class p/nn/hidden.py:Block",
            "p.nn.Hidden": None,
            "nn.Block": "class p/nn/hidden.py:Block",
            "act": "function p/nn/act.py:act",
            "p.nn.act": "function p/nn/act.py:act",
            "p.nn.d": "external external.lib.thing",
            "p.nn.d.more": "external external.lib.thing.more",
        }
        assert {dotted: written.resolve("main.py", dotted) for dotted in expected} == expected

    def test_star_imports(self, tmp_path: Path) -> None:
        written = Written(
            tmp_path,
            {
                "a.py": "def f(): pass\ndef _hidden(): pass\ndef own(): pass\n",
                "b.py": "__all__ = ['_listed', 'f']\ndef f(): pass\ndef _listed(): pass\ndef unlisted(): pass\n",
                "c.py": "from a import *\nfrom b import *\ndef own(): pass\n",
                "d.py": "from b import *\nfrom a import *\n",
            },
        )
        assert written.resolve("c.py", "f") == "function b.py:f"
        assert written.resolve("d.py", "f") == "function a.py:f"
        assert written.resolve("c.py", "own") == "function c.py:own"
        assert written.resolve("c.py", "_listed") == "function b.py:_listed"
        assert written.resolve("c.py", "_hidden") is None
        assert written.resolve("c.py", "unlisted") is None

    def test_a_name_from_the_star_import_of_a_library(self, tmp_path: Path) -> None:
        written = Written(
            tmp_path,
            {
                "a.py": "from torch.nn import *\n",
                "b.py": "from a import *\n",
                "c.py": "from numpy import *\nfrom torch import *\n",
                "d.py": "from .gone import *\n",
            },
        )
        assert written.resolve("a.py", "Linear") == "external torch.nn.Linear"
        assert written.resolve("b.py", "Linear") == "external torch.nn.Linear"
        assert written.resolve("a.py", "abs") == "external builtins.abs"
        assert written.resolve("c.py", "zeros") is None
        assert written.resolve("d.py", "anything") is None

    def test_circles_end(self, tmp_path: Path) -> None:
        written = Written(
            tmp_path,
            {
                "a.py": "from b import x\nfrom b import *\ny = z\nz = y\nk = k\nn = m.n\nm = n\n",
                "b.py": "from a import x\nfrom a import *\ndef f(): pass\n",
                "p/__init__.py": "from p import sub\nfrom . import other\n",
                "p/sub.py": "",
                "p/other.py": "from p import *\nfrom .other import me\n",
            },
        )
        assert written.resolve("a.py", "x") is None
        assert written.resolve("a.py", "f") == "function b.py:f"
        assert written.resolve("b.py", "nothing") is None
        assert written.resolve("a.py", "y") == "assignment a.py:z"
        assert written.resolve("a.py", "k") == "assignment a.py:k"
        assert written.resolve("a.py", "m") == "assignment a.py:n"
        assert written.resolve("p/__init__.py", "sub") == "module p/sub.py:"
        assert written.resolve("p/__init__.py", "other") == "module p/other.py:"
        assert written.resolve("p/other.py", "me") is None

    def test_long_chains_are_given_up(self, tmp_path: Path) -> None:
        files = {f"m{number}.py": f"from m{number + 1} import x\n" for number in range(400)}
        written = Written(tmp_path, {**files, "m400.py": "def x(): pass\n"})
        assert written.resolve("m0.py", "x") is None
        assert written.resolve("m390.py", "x") == "function m400.py:x"

    def test_wide_graphs_of_stars_are_given_up(self, tmp_path: Path) -> None:
        every = [f"m{number}" for number in range(30)]
        stars = "".join(f"from {name} import *\n" for name in every)
        written = Written(tmp_path, {f"{name}.py": stars for name in every})
        assert written.resolve("m0.py", "nothing") is None

    def test_the_first_choice_of_an_import(self, tmp_path: Path) -> None:
        written = Written(
            tmp_path,
            {
                "a.py": """
                    try:
                        from torch import compile
                    except ImportError:
                        def compile(model): return model
                    """
            },
        )
        assert written.resolve("a.py", "compile") == "external torch.compile"

    def test_lazy_modules(self, tmp_path: Path) -> None:
        written = Written(
            tmp_path,
            {
                "p/__init__.py": """
                    from typing import TYPE_CHECKING
                    if TYPE_CHECKING:
                        from .a import A
                    else:
                        sys.modules[__name__] = Lazy()
                    def __getattr__(name):
                        if name == "B":
                            from .a import B
                            return B
                    """,
                "p/a.py": "class A: pass\nclass B: pass\n",
                "b.py": "from p import A, B, C\n",
            },
        )
        assert written.resolve("b.py", "A") == "class p/a.py:A"
        assert written.resolve("b.py", "B") == "class p/a.py:B"
        assert written.resolve("b.py", "C") is None

    def test_imports_inside_functions(self, tmp_path: Path) -> None:
        written = Written(
            tmp_path,
            {
                "p/__init__.py": "",
                "p/a.py": "def f(): pass",
                "p/b.py": "def g():\n    from .a import f\n    import torch\n",
            },
        )
        function = written.symbol("p/b.py", "g").outline
        assert isinstance(function, FunctionOutline)
        found = {
            name: written.shown(written.project.resolve_import(tmp_path / "p/b.py", dotted))
            for name, dotted in function.imports.items()
        }
        assert found == {"f": "function p/a.py:f", "torch": "external torch"}


class TestModulesOnDisk:
    def test_layouts(self, tmp_path: Path) -> None:
        body = "def f(): pass\n"
        written = Written(
            tmp_path,
            {
                "src/p/__init__.py": body,
                "rules/pack/__init__.py": "",
                "rules/pack/a.py": body,
                "namespace/part/b.py": body,
                "scripts/helper.py": body,
                "scripts/run.py": "from helper import f\n",
                "utils/data.py": body,
                "tests/test_it.py": """
                    from p import f as one
                    from pack.a import f as two
                    from namespace.part.b import f as three
                    from utils.data import f as four
                    from helper import f as five
                    """,
            },
        )
        expected = {
            "one": "function src/p/__init__.py:f",
            "two": "function rules/pack/a.py:f",
            "three": "function namespace/part/b.py:f",
            "four": "function utils/data.py:f",
            "five": "external helper.f",
        }
        assert {dotted: written.resolve("tests/test_it.py", dotted) for dotted in expected} == expected
        assert written.resolve("scripts/run.py", "f") == "function scripts/helper.py:f"

    def test_a_script_inside_of_a_package_finds_what_lies_beside_it(self, tmp_path: Path) -> None:
        written = Written(
            tmp_path,
            {
                "work/training/__init__.py": "",
                "work/training/infer.py": "def run(): pass\n",
                "work/training/batch.py": "from infer import run\nfrom infer import missing\nimport infer\n",
                "work/training/queue.py": "from queue import Queue\n",
            },
        )
        assert written.resolve("work/training/batch.py", "run") == "function work/training/infer.py:run"
        assert written.resolve("work/training/batch.py", "infer.run") == "function work/training/infer.py:run"
        assert written.resolve("work/training/batch.py", "missing") == "external infer.missing"
        assert written.resolve("work/training/queue.py", "Queue") == "external queue.Queue"

    def test_a_library_is_not_a_folder_of_the_same_name(self, tmp_path: Path) -> None:
        written = Written(
            tmp_path,
            {
                "datasets/mine.py": "",
                "train.py": "from datasets import load_dataset\nimport datasets\nimport wandb\n",
                "wandb/run/log.txt": "",
                "p/__init__.py": "",
                "p/torch.py": "import torch\nfrom torch import nn\n",
                "p/backends.py": "from torch import nn\nimport logging\n",
                "p/logging.py": "",
                "tests/torch/__init__.py": "",
                "tests/test_a.py": "import torch\nfrom torch import nn\n",
                "numpy.py": "import numpy as np\n",
            },
        )
        assert written.resolve("train.py", "load_dataset") == "external datasets.load_dataset"
        assert written.resolve("train.py", "datasets.load_dataset") == "external datasets.load_dataset"
        assert written.resolve("train.py", "wandb.init") == "external wandb.init"
        assert written.resolve("p/torch.py", "nn") == "external torch.nn"
        assert written.resolve("p/torch.py", "torch") == "external torch"
        assert written.resolve("p/backends.py", "nn") == "external torch.nn"
        assert written.resolve("p/backends.py", "logging") == "external logging"
        assert written.resolve("numpy.py", "np.zeros") == "external numpy.zeros"

    def test_tests_named_like_the_package(self, tmp_path: Path) -> None:
        written = Written(
            tmp_path,
            {
                "p/__init__.py": "def f(): pass\n",
                "tests/p/__init__.py": "",
                "tests/other/__init__.py": "",
                "tests/other/test_f.py": "from p import f\n",
            },
        )
        assert written.resolve("tests/other/test_f.py", "f") == "function p/__init__.py:f"

    def test_a_root_that_is_itself_a_package(self, tmp_path: Path) -> None:
        written = Written(
            tmp_path,
            {"__init__.py": "from .nodes import f\n", "nodes.py": "def f(): pass\n", "main.py": "import nodes\n"},
        )
        assert written.resolve("__init__.py", "f") == "function nodes.py:f"
        assert written.resolve("main.py", "nodes.f") == "function nodes.py:f"

    def test_files_outside_of_the_root(self, tmp_path: Path) -> None:
        write(tmp_path, {"lib/q/__init__.py": "", "lib/q/a.py": "from q.b import f\n", "lib/q/b.py": "def f(): pass\n"})
        (tmp_path / "project").mkdir()
        project = Project(tmp_path / "project")
        found = project.resolve(tmp_path / "lib/q/a.py", "f")
        assert found is not None
        assert found.name == "q.b.f"


class TestClasses:
    FILES: ClassVar = {
        "p/__init__.py": "",
        "p/base.py": """
            from torch import nn
            class Base(nn.Module):
                def forward(self, x): pass
                def helper(self): pass
            class Mixin:
                def helper(self): pass
                def mixed(self): pass
            """,
        "p/net.py": """
            import torch.nn
            from .base import Base as Parent, Mixin
            from elsewhere import Other
            class Left(Parent): pass
            class Right(Parent):
                def forward(self, x): pass
            class Diamond(Left, Right, Mixin):
                forward_alias = helper
                def own(self): pass
                renamed = own
                helper = None
            class Unknown(make_base(), Parent): pass
            class Foreign(Other): pass
            class Plain(dict, Generic[T]): pass
            class Direct(torch.nn.Module): pass
            """,
    }

    def test_bases_in_order(self, tmp_path: Path) -> None:
        written = Written(tmp_path, self.FILES)
        assert written.bases("p/net.py", "Diamond") == ["Left", "Right", "Base", "torch.nn.Module", "Mixin"]
        assert written.bases("p/net.py", "Unknown") == ["make_base()", "Base", "torch.nn.Module"]
        assert written.bases("p/net.py", "Plain") == ["builtins.dict", "Generic[T]"]
        assert written.bases("p/net.py", "Direct") == ["torch.nn.Module"]
        assert written.bases("p/base.py", "Mixin") == []

    def test_methods(self, tmp_path: Path) -> None:
        written = Written(tmp_path, self.FILES)
        assert written.method("p/net.py", "Diamond", "own") == "method p/net.py:Diamond.own"
        assert written.method("p/net.py", "Diamond", "forward") == "method p/net.py:Right.forward"
        assert written.method("p/net.py", "Left", "forward") == "method p/base.py:Base.forward"
        assert written.method("p/net.py", "Diamond", "mixed") == "method p/base.py:Mixin.mixed"
        assert written.method("p/net.py", "Diamond", "renamed") == "method p/net.py:Diamond.own"
        assert written.method("p/net.py", "Diamond", "helper") is None
        assert written.method("p/net.py", "Diamond", "train") == "external torch.nn.Module.train"
        assert written.method("p/net.py", "Unknown", "forward") == "method p/base.py:Base.forward"
        assert written.method("p/net.py", "Unknown", "train") is None
        assert written.method("p/net.py", "Plain", "get") is None
        assert written.resolve("p/net.py", "Left.forward") == "method p/base.py:Base.forward"

    def test_is_subclass(self, tmp_path: Path) -> None:
        written = Written(tmp_path, self.FILES)
        module = "torch.nn.Module"
        found = {
            name: written.project.is_subclass(written.symbol("p/net.py", name), module)
            for name in ("Diamond", "Unknown", "Foreign", "Direct", "Mixin", "torch.nn.Module")
        }
        assert found == {
            "Diamond": True,
            "Unknown": True,
            "Foreign": None,
            "Direct": True,
            "Mixin": False,
            "torch.nn.Module": True,
        }
        assert written.project.is_subclass(written.symbol("p/net.py", "Unknown"), "a.B") is None

    def test_subclasses(self, tmp_path: Path) -> None:
        written = Written(
            tmp_path,
            {
                **self.FILES,
                "p/renamed.py": "from .net import Left as L\nAlias = L\n",
                "p/far.py": "from .renamed import Alias as A\nclass Far(A): pass\n",
                "p/other.py": "class Base: pass\nclass Same(Base): pass\n",
            },
        )
        inheriting = ["p.far.Far", "p.net.Diamond", "p.net.Left", "p.net.Right", "p.net.Unknown"]
        assert written.subclasses("p/base.py", "Base") == inheriting
        assert written.subclasses("p/net.py", "Left") == ["p.far.Far", "p.net.Diamond"]
        assert written.subclasses("p/base.py", "nn.Module") == [
            "p.base.Base",
            *inheriting[:1],
            *inheriting[1:2],
            "p.net.Direct",
            *inheriting[2:],
        ]

    def test_bases_that_are_not_plain_names(self, tmp_path: Path) -> None:
        written = Written(
            tmp_path,
            {
                "a.py": """
                    from collections import namedtuple, UserDict
                    from typing import NamedTuple
                    Pair = namedtuple("Pair", "a b")
                    Table = UserDict[str, int]
                    class A(Pair): pass
                    class B(NamedTuple("B", [("x", int)])): pass
                    class C(Table): pass
                    class D(C[int]): pass
                    class Parent:
                        class Config:
                            def m(self): pass
                    class Child(Parent): pass
                    class GrandChild(Child):
                        class Config(Child.Config): pass
                        class Inner(Config): pass
                    class Itself(Itself): pass
                    class One(Two.Inner):
                        class Inner: pass
                    class Two(One): pass
                    """
            },
        )
        assert written.bases("a.py", "A") == ["collections.namedtuple"]
        assert written.bases("a.py", "B") == ["typing.NamedTuple"]
        assert written.bases("a.py", "C") == ["collections.UserDict"]
        assert written.bases("a.py", "D") == ["C", "collections.UserDict"]
        assert written.bases("a.py", "GrandChild.Config") == ["Parent.Config"]
        assert written.bases("a.py", "GrandChild.Inner") == ["GrandChild.Config", "Parent.Config"]
        assert written.resolve("a.py", "GrandChild.Inner.m") == "method a.py:Parent.Config.m"
        assert written.resolve("a.py", "Child.Config") == "class a.py:Parent.Config"
        assert written.bases("a.py", "Itself") == []
        assert len(written.bases("a.py", "Two")) < 10

    def test_classes_inside_functions(self, tmp_path: Path) -> None:
        text = """
            class Base: pass
            class Other: pass
            def make(Other):
                from torch.nn import Module
                class Base(Module): pass
                class A(Base): pass
                class B(Other): pass
                def inner():
                    class C(A): pass
            """
        written = Written(tmp_path, {"a.py": text})
        outline = written.project.outline(tmp_path / "a.py")
        assert outline is not None
        found = {
            cls.name: [
                each.qualname or each.name
                for each in written.project.bases(written.project.symbol(tmp_path / "a.py", cls))
            ]
            for cls in outline.classes
            if cls.inside
        }
        assert found == {
            "Base": ["torch.nn.Module"],
            "A": ["make.<locals>.Base", "torch.nn.Module"],
            "B": ["Other"],
            "C": ["make.<locals>.A", "make.<locals>.Base", "torch.nn.Module"],
        }
        b = outline.definition("make.<locals>.B")
        assert isinstance(b, ClassOutline)
        assert written.project.bases(written.project.symbol(tmp_path / "a.py", b))[0].kind == "unknown"

    def test_endless_inheritance_ends(self, tmp_path: Path) -> None:
        wide = "".join(f"class C{n}({', '.join(f'C{k}' for k in range(n))}): pass\n" for n in range(1, 60))
        written = Written(tmp_path, {"a.py": f"class C0: pass\n{wide}", "b.py": "class A(B): pass\nclass B(A): pass\n"})
        assert "C58" in written.bases("a.py", "C59")
        assert written.bases("b.py", "A") == ["B"]
        assert written.subclasses("b.py", "A") == ["b.B"]


class TestWords:
    FILES: ClassVar = {
        "a.py": "def f(model):\n    return model.eval()\n\nx = loss\n",
        "b.py": "class C:\n    def g(self): self.eval_all()\n    def h(self, model): eval\n",
        "c.py": "größe = 'evaluation'\ndef i(): größe\n",
    }

    def test_files_with(self, tmp_path: Path) -> None:
        written = Written(tmp_path, self.FILES)

        def names(*words: str) -> list[str]:
            return [path.name for path in written.project.files_with(*words)]

        assert names("eval") == ["a.py", "b.py"]
        assert names("eval", "loss") == ["a.py"]
        assert names("eval", "größe") == []
        assert names("größe") == ["c.py"]
        assert names("gr") == []
        assert names("missing") == []
        assert names() == ["a.py", "b.py", "c.py"]

    def test_functions_with(self, tmp_path: Path) -> None:
        written = Written(tmp_path, self.FILES)

        def names(*words: str) -> list[str]:
            return [function.qualname for _, function in written.project.functions_with(*words)]

        assert names("eval") == ["f", "C.h"]
        assert names("eval", "return") == ["f"]
        assert names("loss") == []
        assert names("größe") == ["i"]

    def test_modules_with(self, tmp_path: Path) -> None:
        written = Written(tmp_path, self.FILES)
        assert list(written.project.modules_with("loss")) == [tmp_path / "a.py"]
        assert list(written.project.modules_with("größe")) == [tmp_path / "c.py"]
        assert list(written.project.modules_with("eval")) == []


def test_no_answer_depends_on_the_order_of_questions(tmp_path: Path) -> None:
    files = {
        **TestClasses.FILES,
        "a.py": "from b import *\nfrom p.net import *\nclass X(Y.Z): pass\n",
        "b.py": "from c import *\nfrom a import X\nclass Y(X):\n    class Z: pass\n",
        "c.py": "from a import *\nfrom b import Y as W\nclass V(W, X): pass\n",
    }
    write(tmp_path, files)
    questions = list(
        itertools.product(["a.py", "b.py", "c.py"], ["X", "Y", "V", "W", "Diamond", "Y.Z", "X.forward", "zip"])
    )

    def answers(order: list[tuple[str, str]]) -> dict[tuple[str, str], object]:
        project = Project(tmp_path)
        found: dict[tuple[str, str], object] = {}
        for file, dotted in order:
            symbol = project.resolve(tmp_path / file, dotted)
            is_class = symbol is not None and symbol.kind == "class"
            found[file, dotted] = (
                (symbol, project.bases(symbol), project.subclasses(symbol)) if is_class and symbol else symbol
            )
        return found

    alone = {question: answers([question])[question] for question in questions}
    assert answers(questions) == alone
    assert answers(questions[::-1]) == alone
