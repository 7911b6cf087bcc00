"""What an outline is made of: picklable values, without a syntax tree and without the text of the file."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from mlint.outline.words import Words

ParameterKind = Literal["positional-only", "positional", "variadic", "keyword-only", "keywords"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a function; `default` and `annotation` are source text."""

    name: str
    kind: ParameterKind
    default: str | None
    annotation: str | None

    @classmethod
    def shared(cls, name: str, kind: ParameterKind, default: str | None, annotation: str | None) -> Parameter:
        """One whose texts are the same objects as those of others: most are `None`, `int`, `torch.Tensor` ..."""
        return cls(sys.intern(name), kind, default and sys.intern(default), annotation and sys.intern(annotation))


@dataclass(frozen=True, slots=True)
class Assignment:
    """The value that a module gives a name, as source text.

    `value` is None where no expression stands for it: the name is a loop variable, a part of an unpacked value ...,
    or the expression is too long to be kept. `again`: it is not the only one that the name is given.
    """

    value: str | None
    line: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class FunctionOutline:
    """A function of a module or a method of a class; what is defined inside it belongs to it.

    `first_line` is that of the first decorator, `def_line` that of `def`. `class_name` is the qualified name of the
    class of a method. `decorators` and `returns` are source text. `words` are the words on all its lines: identifiers,
    and those in strings and comments. `nested` are the functions inside, at any depth, in the order of the text.
    `imports` are those made inside it, as in `Outline.imports`.
    """

    name: str
    qualname: str
    first_line: int
    def_line: int
    end_line: int
    parameters: tuple[Parameter, ...]
    returns: str | None
    decorators: tuple[str, ...]
    is_async: bool
    class_name: str | None
    words: Words
    nested: tuple[str, ...] = ()
    imports: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClassOutline:
    """A class, wherever it stands.

    `bases`, `decorators` and the values of `keywords` (`**` for unpacked ones), `attributes` (assignments in the class
    body; those of unknown value are missing) and `annotations` are source text. `methods` holds one function a name:
    of a property the getter. `inside` is the qualified name of the function that the class is defined in, or None.
    """

    name: str
    qualname: str
    first_line: int
    end_line: int
    bases: tuple[str, ...]
    keywords: Mapping[str, str]
    decorators: tuple[str, ...]
    methods: Mapping[str, FunctionOutline]
    attributes: Mapping[str, str]
    annotations: Mapping[str, str]
    words: Words
    inside: str | None = None


Definition = FunctionOutline | ClassOutline


@dataclass(frozen=True, slots=True)
class Outline:
    """What a file defines and imports.

    `imports` maps a name at module level to the dotted name that it stands for; relative imports keep their dots in
    front (`from ..nn import Block` gives `..nn.Block`). Calls that import, such as `import_module("torch")`, count too.
    `star_imports` are the modules, spelled in the same way.
    `exports` is `__all__`, None where there is none or it is more than a list of strings.
    `functions` holds the functions and methods that have an outline of their own, in the order of the text: those of
    the module and of its classes, not those inside another function. `classes` holds all classes. Both keep every
    definition of a name; `definition` finds the one that counts.
    `assignments` are those at module level. `words` are all words of the file, `module_words` those outside of every
    function and class, that is: of `module_slice`.
    `defined` maps each name that is bound to a function or class of this module in the end to its outline: not to one
    in a fallback (the `except` of an import, the `else` of a condition) whose first choice binds the name as well.
    """

    imports: Mapping[str, str]
    star_imports: tuple[str, ...]
    exports: tuple[str, ...] | None
    functions: tuple[FunctionOutline, ...]
    classes: tuple[ClassOutline, ...]
    assignments: Mapping[str, Assignment]
    words: Words
    module_words: Words
    defined: Mapping[str, Definition]
    _by_qualname: dict[str, Definition] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found: dict[str, Definition] = {function.qualname: function for function in self.functions}
        for class_ in self.classes:
            found[class_.qualname] = class_
            found.update((method.qualname, method) for method in class_.methods.values())
        found.update(self.defined)
        object.__setattr__(self, "_by_qualname", found)

    def definition(self, qualname: str) -> Definition | None:
        """The function, method or class of that qualified name (`Net.forward`, `make.<locals>.Net`)."""
        return self._by_qualname.get(qualname)

    def extents(self) -> list[tuple[int, int]]:
        """First and last line of each definition at module level, in the order of the text."""
        functions = [(each.first_line, each.end_line) for each in self.functions if each.class_name is None]
        classes = [(each.first_line, each.end_line) for each in self.classes if each.qualname == each.name]
        return sorted(functions + classes)
