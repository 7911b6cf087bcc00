"""The outline of a file: its imports, its definitions with their extents, and the words in each."""

from mlint.outline.read import outline
from mlint.outline.shapes import Assignment, ClassOutline, FunctionOutline, Outline, Parameter, ParameterKind
from mlint.outline.slices import module_slice

__all__ = [
    "Assignment",
    "ClassOutline",
    "FunctionOutline",
    "Outline",
    "Parameter",
    "ParameterKind",
    "module_slice",
    "outline",
]
