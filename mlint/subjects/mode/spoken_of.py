"""Functions that speak of eval mode in words only: in a comment, in a text, or in code that is commented out."""

from __future__ import annotations

import re

from mlint.subjects.owners import Function

_OF_MODE = re.compile(r"#.*\beval\b|\beval\(|\beval(?:uation)?[ -]mode|^\s*[^\"'#]*\beval\b[^\"']*$")


def speaks_of_eval(function: Function, model: str) -> bool:
    """Whether a function speaks of eval mode, and calls no `eval()`; or its file has one of the model, as it is written
    there, in a comment."""
    project, path = function.project, function.path
    off = rf"#.*(?<![\w.]){re.escape(model)}\.eval\("
    if project.words_of(path, ("eval",)) and project.has_line(path, off):
        return True
    sketch = function.unit.sketch
    return (
        not function.is_module
        and "eval" in function.words
        and sketch is not None
        and not sketch.uses("eval")
        and any(map(_OF_MODE.search, function.lines))
    )
