"""What a checked file leaves behind."""

from __future__ import annotations

import weakref
from pathlib import Path

from mlint.collector import uncollected
from mlint.facts.project.project import Project
from mlint.subjects import File
from mlint.subjects.pairs.layouts import Layout


def test_a_closed_file_frees_its_functions_and_their_layouts_without_the_collector(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("class A:\n    def f(self, x_left):\n        x_right = x_left\n        return x_right\n")
    project = Project(tmp_path)
    source = project.source(path)
    assert source is not None
    with uncollected():
        file = File(project, source)
        function = file.functions[1]
        layout = Layout.of(function)
        assert layout.scope is not None
        assert layout.span(layout.row.statements[0]).line == 3
        assert function.cls is not None
        assert function.cls.methods
        left = [weakref.ref(each) for each in (file, function, function.body, function.cls, layout)]
        file.close()
        del file, function, layout
        assert [each() for each in left] == [None] * len(left)
