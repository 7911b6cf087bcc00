"""The answers that one file alone gives to what is asked of it: as digests, to see whether they have changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence

from mlint.facts.syntax.code import has_text
from mlint.facts.syntax.never_read import options_of, unread_attributes, unread_options
from mlint.facts.syntax.sketch import Sketch
from mlint.facts.syntax.tree import Tree
from mlint.outline import ClassOutline, FunctionOutline, Outline, module_slice
from mlint.source import Source

MODULE = "<module>"
MISSING = "-"
"""The answer of a file that is not there, or can't be read."""
_TOKENS = re.compile(
    r"""(?P<row>^[ \t]*\#[^\n]*) | \#[^\n]* | (\"{3}|'{3})(?:\\.|.)*?\2 | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'""",
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)
"""Comments, those that have a row to themselves by name, and strings."""


def digest_of(*parts: object) -> str:
    """A short digest of values, by what they look like."""
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def answer(
    kind: str,
    asked: str,
    source: Source | None,
    outline: Outline | None,
    sketches: dict[str, Sketch | None] | None = None,
) -> str:
    """The answer to a leaf about a file: to any but `exists` and `folder`.

    `sketches`: those of the file by what they are of, to which others are added; for one who asks much of it.
    """
    if kind == "file":
        return MISSING if source is None else source.digest
    if source is None or outline is None:
        return MISSING
    if kind in _OF_SKETCHES:
        qualname = asked.split()[0]
        made = sketches if sketches is not None else {}
        if qualname not in made:
            made[qualname] = _sketch(source, outline, qualname)
        return _OF_SKETCHES[kind](made[qualname], outline.definition(qualname), asked)
    return _ANSWERS[kind](source, outline, asked)


def _functions(source: Source, outline: Outline, asked: str) -> str:
    words = asked.split()
    heads = [(each.qualname, each.nested, each.decorators) for each in holding(outline, words)]
    return digest_of(heads, outline.module_words.issuperset(words))


def holding(outline: Outline, words: Sequence[str]) -> list[FunctionOutline]:
    """The functions on whose lines all the words occur, in order."""
    if len(words) == 1:
        (word,) = words
        return [each for each in outline.functions if word in each.words]
    return [each for each in outline.functions if each.words.issuperset(words)]


def has_line(source: Source, pattern: str) -> bool:
    """Whether a pattern is found in one of the lines of a file."""
    return any(map(re.compile(pattern).search, source.lines))


def lengths_of(outline: Outline) -> list[tuple[str, int]]:
    """How many lines the functions of a module have, by their names."""
    return [(each.name, each.end_line - each.first_line) for each in outline.functions if each.name == each.qualname]


def _names(source: Source, outline: Outline, asked: str) -> str:
    """All that decides what a dotted name leads to, or what a class inherits; not what a function does."""
    around = {each.inside for each in outline.classes if each.inside is not None}
    return digest_of(
        sorted(outline.imports.items()),
        outline.star_imports,
        outline.exports,
        sorted((name, each.value, each.again) for name, each in outline.assignments.items()),
        [(name, type(each).__name__, each.qualname) for name, each in sorted(outline.defined.items())],
        [_class_names(each) for each in outline.classes],
        [_function_names(each, each.qualname in around) for each in outline.functions],
    )


def _class_names(cls: ClassOutline) -> tuple[object, ...]:
    methods = [(name, each.qualname) for name, each in sorted(cls.methods.items())]
    return cls.qualname, cls.bases, cls.inside, methods, sorted(cls.attributes.items())


def _function_names(function: FunctionOutline, has_classes: bool) -> tuple[object, ...]:
    imports = sorted(function.imports.items())
    if not has_classes:
        return function.qualname, imports
    return function.qualname, imports, function.nested, [each.name for each in function.parameters]


def _definition(source: Source, outline: Outline, qualname: str) -> str:
    """The lines of a definition and where they stand; of `<module>` all that lies outside of the others."""
    if qualname == MODULE:
        return digest_of(_code(module_slice(source, outline)))
    chosen = outline.definition(qualname)
    if chosen is None:
        return MISSING
    return digest_of(chosen.first_line, [lines for each in _all(outline, qualname) for lines in _lines(source, each)])


def _text(source: Source, outline: Outline, qualname: str) -> str:
    """As `_definition`, but of comments only those count for nothing that are the end of a module."""
    if qualname == MODULE:
        rows = module_slice(source, outline).split("\n")
        while rows and rows[-1].strip()[:1] in ("", "#"):
            rows.pop()
        return digest_of(rows)
    found = [(each.first_line, each.end_line) for each in _all(outline, qualname)]
    return digest_of([(first, source.lines[first - 1 : last]) for first, last in found])


def _code(text: str) -> str:
    """The text without what changes nothing: comments that have a row to themselves, and what is empty at the end."""
    if "#" in text:
        text = _TOKENS.sub(lambda found: "" if found["row"] else found[0], text)
    return text.rstrip()


def calls_of(sketch: Sketch | None, asked: str) -> str:
    """What a definition calls, where loops are around it, and which of the names that are asked for stand in it."""
    if sketch is None:
        return MISSING
    names = asked.split()[1:]
    return digest_of(sorted(sketch.called), sorted(sketch.looped), [name for name in names if sketch.uses(name)])


def mentions_of(sketch: Sketch | None, definition: FunctionOutline | ClassOutline | None, asked: str) -> str:
    """What the first parameter of a definition is called, and how the names that are asked for stand in its code."""
    if sketch is None:
        return MISSING
    parameters = definition.parameters if isinstance(definition, FunctionOutline) else ()
    first = parameters[0].name if parameters else ""
    mentions, bound = sketch.mentions, sketch.mentions.bound
    said = [
        (name, mentions.has_name(name), name in bound, sorted(mentions.members(name))) for name in asked.split()[1:]
    ]
    heads = {dotted.partition(".")[0] for *_, members in said for dotted in members}
    return digest_of(first, said, sorted(heads & bound))


def _sketch(source: Source, outline: Outline, qualname: str) -> Sketch | None:
    if qualname == MODULE:
        text = module_slice(source, outline)
    else:
        definition = outline.definition(qualname)
        if definition is None:
            return None
        text = "\n".join(source.lines[definition.first_line - 1 : definition.end_line]) + "\n"
    try:
        return Sketch.of(Tree(text))
    except (SyntaxError, RecursionError, MemoryError):
        return None


def _all(outline: Outline, qualname: str) -> Iterator[FunctionOutline | ClassOutline]:
    """Every definition of that name: which of them counts is decided elsewhere."""
    yield from (each for each in outline.functions if each.qualname == qualname)
    yield from (each for each in outline.classes if each.qualname == qualname)


def _lines(source: Source, definition: FunctionOutline | ClassOutline) -> tuple[object, ...]:
    return definition.first_line, _code("\n".join(source.lines[definition.first_line - 1 : definition.end_line]))


_ANSWERS: dict[str, Callable[[Source, Outline, str], str]] = {
    "names": _names,
    "definition": _definition,
    "text": _text,
    "functions": _functions,
    "options": lambda source, _, __: digest_of(sorted(options_of(source.text))),
    "literal": lambda source, _, asked: str(has_text(source.text, asked)),
    "line": lambda source, _, asked: str(has_line(source, asked)),
    "words": lambda _, outline, asked: digest_of([word for word in asked.split() if word in outline.words]),
    "unread": lambda source, _, __: digest_of(sorted(unread_attributes(source.text))),
    "unasked": lambda source, _, __: digest_of(sorted(unread_options(source.text))),
    "lengths": lambda _, outline, __: digest_of(lengths_of(outline)),
}
_OF_SKETCHES: dict[str, Callable[[Sketch | None, FunctionOutline | ClassOutline | None, str], str]] = {
    "calls": lambda sketch, _, asked: calls_of(sketch, asked),
    "mentions": mentions_of,
}
