"""Outlines as JSON, and back: reading them again takes a fraction of what parsing the file takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlint.outline.shapes import Assignment, ClassOutline, Definition, FunctionOutline, Outline, Parameter
from mlint.outline.words import Words


def to_json(outline: Outline) -> list[Any]:
    """Lists, strings and numbers that hold the whole outline."""
    table = _Table(outline)
    return [
        [_function(each) for each in table.functions],
        [_class(each, table) for each in outline.classes],
        [table.number(each) for each in outline.functions],
        dict(outline.imports),
        outline.star_imports,
        outline.exports,
        {name: [each.value, each.line, each.again] for name, each in outline.assignments.items()},
        outline.words.text,
        outline.module_words.text,
        {name: table.place(each) for name, each in outline.defined.items()},
    ]


def from_json(kept: Any) -> Outline:
    """The outline that was kept. Raises ValueError, TypeError, KeyError or IndexError if that is damaged."""
    functions, classes, own, imports, stars, exports, assignments, words, module_words, defined = kept
    made = [_made_function(each) for each in functions]
    found = [_made_class(each, made) for each in classes]
    places: tuple[list[FunctionOutline], list[ClassOutline]] = (made, found)
    return Outline(
        imports=dict(imports),
        star_imports=tuple(stars),
        exports=None if exports is None else tuple(exports),
        functions=tuple(made[number] for number in own),
        classes=tuple(found),
        assignments={name: Assignment(*each) for name, each in assignments.items()},
        words=Words.told(words),
        module_words=Words.told(module_words),
        defined={name: places[which][number] for name, (which, number) in defined.items()},
    )


class _Table:
    """Numbers the functions and classes of an outline, each of which stands there once although several hold it."""

    def __init__(self, outline: Outline) -> None:
        self.functions = list({id(each): each for each in _functions(outline)}.values())
        self._functions = {id(each): number for number, each in enumerate(self.functions)}
        self._classes = {id(each): number for number, each in enumerate(outline.classes)}

    def number(self, function: FunctionOutline) -> int:
        return self._functions[id(function)]

    def place(self, definition: Definition) -> tuple[int, int]:
        if isinstance(definition, FunctionOutline):
            return 0, self.number(definition)
        return 1, self._classes[id(definition)]


def _functions(outline: Outline) -> Iterator[FunctionOutline]:
    yield from outline.functions
    for each in outline.classes:
        yield from each.methods.values()
    yield from (each for each in outline.defined.values() if isinstance(each, FunctionOutline))


def _function(each: FunctionOutline) -> list[Any]:
    return [
        *(each.name, each.qualname, each.first_line, each.def_line, each.end_line),
        [[one.name, one.kind, one.default, one.annotation] for one in each.parameters],
        *(each.returns, each.decorators, each.is_async, each.class_name),
        *(each.words.text, each.nested, dict(each.imports)),
    ]


def _made_function(kept: Any) -> FunctionOutline:
    (name, qualname, first, line, end, parameters, returns, decorators, is_async, cls, words, nested, imports) = kept
    return FunctionOutline(
        *(name, qualname, first, line, end, tuple(Parameter.shared(*each) for each in parameters), returns),
        *(tuple(decorators), is_async, cls, Words.told(words), tuple(nested), dict(imports)),
    )


def _class(each: ClassOutline, table: _Table) -> list[Any]:
    return [
        *(each.name, each.qualname, each.first_line, each.end_line, each.bases, dict(each.keywords), each.decorators),
        {name: table.number(method) for name, method in each.methods.items()},
        *(dict(each.attributes), dict(each.annotations), each.words.text, each.inside),
    ]


def _made_class(kept: Any, functions: list[FunctionOutline]) -> ClassOutline:
    name, qualname, first, end, bases, keywords, decorators, methods, attributes, annotations, words, inside = kept
    return ClassOutline(
        *(name, qualname, first, end, tuple(bases), dict(keywords), tuple(decorators)),
        {name: functions[number] for name, number in methods.items()},
        *(dict(attributes), dict(annotations), Words.told(words), inside),
    )
