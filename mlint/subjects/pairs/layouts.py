"""The tokens of a function and the names around it: what the subjects about pairs share."""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from weakref import WeakKeyDictionary

from mlint.cached import cached_property
from mlint.facts.pairs.copies.copied import copies_of, may_be_left_whole
from mlint.facts.pairs.copies.triage import has_twins
from mlint.facts.pairs.copies.twins import may_be_left, twin_of
from mlint.facts.pairs.labels.idle import may_be_asked
from mlint.facts.pairs.labels.odd_one import may_be_odd, says_kind
from mlint.facts.pairs.labels.two_roles import has_two_roles
from mlint.facts.pairs.names.orders import returned, unpacked
from mlint.facts.pairs.names.roles import asks_for_training, reverses
from mlint.facts.pairs.names.words import split
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script, without_tables
from mlint.facts.pairs.reading.shapes import Atom, Part, Row
from mlint.facts.pairs.reading.signatures import library_items, names_of, positional_parameters
from mlint.facts.pairs.reading.standing import Standing
from mlint.facts.pairs.reading.unify import Renaming
from mlint.facts.project.project import Project
from mlint.facts.project.reads import Memo
from mlint.facts.project.symbols import Symbol
from mlint.facts.syntax.code import has_text, one_line
from mlint.facts.syntax.tree import Tree
from mlint.finding import Span
from mlint.outline import ClassOutline, FunctionOutline
from mlint.subjects.occasion import in_folder_of_tests, is_test_file
from mlint.subjects.owners import Function

_LONGEST = 100
# What a comment says of a value that is there on purpose.
_MEANT = re.compile(r"\b(?:dummy|unused|not used|placeholder|on purpose|intentional|deliberate|same as)", re.IGNORECASE)
# A comment that was code: a call, a line of several, an assignment, an attribute.
_CODE = re.compile(r"[(,)]$| = |^\w+(?:\.\w+)+$")
# By so many lines a copy may be longer: a comment, a line that is wrapped.
_APART = 3
_LOADING = frozenset(("load_state_dict", "load_checkpoint", "from_pretrained", "load_weights"))
_TRAINS = r"\b(?:\w*[tT]rain\w*|fit|backward|zero_grad)\("
_TEST_TOOLS = frozenset(("pytest", "unittest"))
_signatures: WeakKeyDictionary[Project, Memo[tuple[Path, str | None, str], Sequence[str] | None]] = WeakKeyDictionary()
"""What dotted names take at module level, or in a class, by file: its functions call the same."""


def may_have_siblings(function: Function) -> bool:
    """Whether a name of the function can have been left as it was in a copy; cheap: nothing is parsed."""
    layout = Layout.of(function)
    return has_twins(layout.script, layout.may_mean)


def may_have_two_roles(function: Function) -> bool:
    """Whether a statement of the function can say one role and use another; cheap: nothing is parsed."""
    layout = Layout.of(function)
    if has_two_roles(layout.script, function.name, layout.may_mean, layout) or layout.may_ask_for_idle():
        return True
    return may_be_odd(layout.named_for, layout.script.words)


def twin_methods(function: Function) -> Iterator[tuple[Function, Renaming]]:
    """The methods that one may be a copy of, with what is renamed; only those where a word can have been forgotten.

    So the functions of a module: `train_step(model, batch)`, `val_step(model, batch)`.
    """
    if function.outline is None:
        return
    lengths, outline_of = _around(function)
    for twin in twin_of(function.name, lengths):
        outline = outline_of(twin.name)
        if outline is not None and may_be_left(function.words, outline.words, twin.renaming):
            yield function.file.function(outline), twin.renaming


def copied_functions(function: Function) -> Iterator[tuple[Function, Renaming]]:
    """The functions that one may be a copy of as a whole: as long, and named alike but for a word."""
    if function.outline is None:
        return
    lengths, outline_of = _around(function)
    says = _says(function)
    long = function.outline.end_line - function.outline.first_line
    near = [name for name, each in lengths.items() if abs(each - long) <= _APART]
    for name, renaming in copies_of(function.name, near):
        model, own = outline_of(name), frozenset({function.name})
        if model is not None and may_be_left_whole(function.words, model.words, renaming, says, own):
            yield function.file.function(model), renaming


def named_functions(function: Function) -> Iterator[Function]:
    """The functions of the module that call something by their own name, which this one has as a text, and not its
    own."""
    if function.outline is None or function.cls is not None or function.outline.class_name is not None:
        return
    lengths, outline_of = _around(function)
    text = "\n".join(function.lines)
    others = [name for name in sorted(lengths.keys() & function.words) if name != function.name]
    for name in others if not has_text(text, function.name) else ():
        outline = outline_of(name) if has_text(text, name) else None
        model = function.file.function(outline) if outline is not None else None
        if model is not None and has_text("\n".join(model.lines), name):
            yield model


def _speaks_of(name: str, remark: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", remark) is not None


def _says(function: Function) -> Callable[[str], bool]:
    """Whether the class of a function, or its module where it is no method, holds a word."""
    if function.cls is not None:
        return function.cls.outline.words.__contains__
    return lambda word: bool(function.project.words_of(function.path, (word,)))


def _around(function: Function) -> tuple[Mapping[str, int], Callable[[str], FunctionOutline | None]]:
    """The methods of its class, or the functions of its module: how many lines they have by their names, and what
    gives the outline of one."""
    project, path, cls = function.project, function.path, function.cls
    if cls is None:
        return project.lengths(path), lambda name: _resting(project, path, name)
    methods = cls.outline.methods
    return {name: each.end_line - each.first_line for name, each in methods.items()}, methods.get


def _resting(project: Project, path: Path, name: str) -> FunctionOutline | None:
    project.rest_on_text(path, name)
    found = project.definition(path, name)
    return found if isinstance(found, FunctionOutline) else None


def _lines(function: Function) -> Sequence[str]:
    return without_tables(function.lines) if function.is_module else function.lines


class Layout:
    """A function as a row of tokens, with what is known of its names."""

    def __init__(self, function: Function) -> None:
        self._function: Function = weakref.proxy(function)  # which is freed with its layout
        self._project = function.project
        self._path = function.path
        self._named = function.project.named_in(function.path) or function.file.outline
        self._class = function.cls.outline if function.cls is not None else None
        self._signatures: dict[str, Sequence[str] | None] = {}
        self.reverses = reverses([function.name, function.class_name or ""])

    @classmethod
    def of(cls, function: Function) -> Layout:
        """The layout of a function; made once as long as the function lives."""
        return function.once(cls)

    @property
    def named_for(self) -> str:
        """The name that says what the function is for: its own, or else that of its class."""
        return self._function.name if says_kind(self._function.name) else self._function.class_name or ""

    @cached_property
    def is_of_test(self) -> bool:
        """Whether the function lies among tests, in which the same is done twice to compare."""
        if in_folder_of_tests(self._function):
            return True
        named = is_test_file(self._path, self._project.root)
        return named and bool(self._project.words_of(self._path, _TEST_TOOLS))

    def serves_as_training(self, has: str, expected: str) -> bool:
        """Whether held-out data, or what is made for it, stands for training data where a file only evaluates: it loads
        weights and calls nothing that trains."""
        if not asks_for_training(has, expected) or not self._project.words_of(self._path, _LOADING):
            return False
        return not self._project.has_line(self._path, _TRAINS)

    @cached_property
    def script(self) -> Script:
        """The code as text."""
        return Script(_lines(self._function))

    @cached_property
    def _tree(self) -> Tree:
        return self._function.unit.tree

    @cached_property
    def row(self) -> Row:
        """The tokens."""
        return lay_out(self._tree.statements)

    @cached_property
    def scope(self) -> Scope:
        """Which names can be meant in the function."""
        return Scope(self.row, weakref.proxy(self))

    @cached_property
    def _standing(self) -> Standing:
        above = self._function.first_line - 1 - self._tree.above
        return Standing(self.row, self._function.unit.source.lines, above)

    def span(self, thing: Atom | Part) -> Span:
        """Where an atom or a part of the row stands in the file."""
        return self._standing.span(thing)

    def code(self, part: Part) -> str:
        """The source text of a part on one line, cut short."""
        text = one_line(self._standing.code(part))
        return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."

    def is_explained(self, atom: Atom, expected: str) -> bool:
        """Whether a comment on its line says that the atom is meant, one there or above speaks of it by a name of
        several words, or the code with the expected name has become a comment."""
        remark = self._standing.remark(atom)
        if _MEANT.search(remark) is not None:
            return True
        statement = self.row.statement_at(atom.at)
        remarks = [remark, *(self._standing.remarks_above(statement) if statement is not None else ())]
        if len(split(atom.text)) > 1 and any(_speaks_of(atom.text, each) for each in remarks):
            return True
        code = any(_CODE.search(each) is not None for each in remarks)
        return code and bool(expected) and any(_speaks_of(expected, each) for each in remarks)

    def tells_of_exchange(self, atom: Atom) -> bool:
        """Whether a comment on the line of the atom, or right above its statement, speaks of a flip, a swap ..."""
        statement = self.row.statement_at(atom.at)
        above = self._standing.remarks_above(statement) if statement is not None else ()
        return reverses((self._standing.remark(atom), *above))

    def binding(self, name: str, before: int) -> Span | None:
        """Where the name is bound for the last time above a place of the row."""
        places = self.scope.uses.bindings(name, before)
        atom = self.row.atoms[places[-1]] if places else None
        return None if atom is None else self.span(atom)

    def defines(self, name: str) -> bool:
        """Whether the file binds the name at module level."""
        outline = self._named
        return name in outline.imports or name in outline.assignments or name in outline.defined

    def has_attribute(self, name: str) -> bool:
        """Whether the class of the function, or a base of it in the project, speaks of the name in its code."""
        return any(name in words for words in self._vocabularies[1:]) or self._is_in_class(name)

    def has_method(self, name: str) -> bool:
        """Whether the class of the function defines a method of that name, no property."""
        method = None if self._class is None else self._class.methods.get(name)
        return method is not None and not any("property" in decorator for decorator in method.decorators)

    def _is_in_class(self, name: str) -> bool:
        """Whether the code of the class speaks of the name, and not a comment alone."""
        cls = self._function.cls
        if cls is None or name not in cls.outline.words:
            return False
        return any(name in line and re.search(rf"\b{name}\b", line.partition("#")[0]) for line in cls.lines)

    @cached_property
    def _vocabularies(self) -> list[Set[str]]:
        if self._class is None:
            return []
        symbol = self._project.symbol(self._path, self._class)
        outlines = [base.outline for base in self._project.bases(symbol)]
        return [self._class.words, *(each.words for each in outlines if isinstance(each, ClassOutline))]

    def may_mean(self, name: str) -> bool:
        """Whether the name is one of the file, or of the class of the function."""
        return self.defines(name) or any(name in words for words in self._vocabularies) or self.has_option(name)

    def parameters(self, dotted: str) -> Sequence[str] | None:
        """The positional parameters, without `self`, of what a dotted name calls here; None when that is unknown."""
        head = dotted.partition(".")[0]
        return self.called(dotted) if head == "self" or not self.scope.uses.is_local(head) else self._of_local(dotted)

    def called(self, dotted: str) -> Sequence[str] | None:
        """The positional parameters of what a dotted name means at module level, or of a method of the class."""
        if dotted not in self._signatures:
            shared = _signatures.setdefault(self._project, Memo(self._project.reads))
            outline = self._function.outline
            inside = outline is not None and dotted.partition(".")[0] in outline.imports
            around = self._function.qualname if inside else None if self._class is None else self._class.qualname
            key = (self._path, around, dotted)
            self._signatures[dotted] = shared.get(key, lambda: self._signature(dotted)) or self._of_local(dotted)
        return self._signatures[dotted]

    def _of_local(self, dotted: str) -> Sequence[str] | None:
        """The positional parameters of an object that the function makes: `camera = Camera()`, `camera.turn(...)`."""
        head, _, method = dotted.partition(".")
        if head == "self" or self.defines(head):
            return None
        text = self.script.text
        bound = f"{head} " in text or f"{head}=" in text
        made = re.findall(rf"^\s*{head}\s*=\s*([\w.]+)\(", text, re.MULTILINE) if bound else ()
        return self._of_instance(made[0], method or "forward") if len(made) == 1 else None

    def _of_instance(self, cls: str, method: str) -> Sequence[str] | None:
        """The positional parameters of a method of what a class of the project makes."""
        symbol = self._meant(cls)
        if symbol is None or not isinstance(symbol.outline, ClassOutline) or "." in method:
            return None
        found = self._project.method(symbol, method)
        outline = None if found is None else found.outline
        return names_of(outline, of_object=True) if isinstance(outline, FunctionOutline) else None

    def _signature(self, dotted: str) -> Sequence[str] | None:
        symbol = self._meant(dotted)
        if symbol is None:
            return None
        if dotted.startswith("self."):
            outline = symbol.outline
            return names_of(outline, of_object=True) if isinstance(outline, FunctionOutline) else None
        return positional_parameters(self._project, symbol)

    def may_be_otherwise(self, dotted: str, labels: Sequence[str]) -> bool:
        """Whether a class of the project that inherits from this one takes the arguments of its method in another
        order, or the method is abstract and no such class is seen: an object of it is what calls."""
        if self._class is None or not dotted.startswith("self."):
            return False
        own, name = self._project.symbol(self._path, self._class), dotted.removeprefix("self.")
        outlines = [each.outline for each in self._project.subclasses(own) if isinstance(each.outline, ClassOutline)]
        orders = [names_of(each.methods[name], of_object=True) for each in outlines if name in each.methods]
        own_method = self._class.methods.get(name)
        if not orders and own_method is not None and any("abstract" in each for each in own_method.decorators):
            return True
        expected = [each for each in self.called(dotted) or () if each in labels]
        return any([each for each in order if each in labels] != expected for order in orders)

    def _meant(self, dotted: str) -> Symbol | None:
        """What a dotted name stands for at module level or by an import of the function, or the method of the class."""
        head, _, rest = dotted.partition(".")
        if head != "self":
            return self._function.unit.resolve(dotted)
        if self._class is None or not rest or "." in rest:
            return None
        return self._project.method(self._project.symbol(self._path, self._class), rest)

    def means(self, dotted: str) -> str | None:
        """The full name of what a dotted name stands for; None where that is unknown."""
        symbol = self._meant(dotted) if dotted else None
        return None if symbol is None else symbol.name

    def gives(self, dotted: str) -> Sequence[str] | None:
        """The names that the function of a dotted name returns by position; None where that is unknown."""
        lines = self._lines_of(dotted)
        return None if lines is None else returned(lines)

    def takes(self, dotted: str, argument: int | str) -> Sequence[str] | None:
        """The names that the function of a dotted name gives to the items of an argument; None where it gives none."""
        lines = self._lines_of(dotted)
        if lines is None:
            return library_items(self.means(dotted) or "", argument)
        if isinstance(argument, int):
            names = self.parameters(dotted) or ()
            if argument >= len(names):
                return None
            argument = names[argument]
        return unpacked(lines, argument)

    def _lines_of(self, dotted: str) -> list[str] | None:
        """The lines of the project's function that a dotted name means."""
        symbol = self._meant(dotted) if dotted else None
        if symbol is None or symbol.path is None:
            return None
        outline, file = symbol.outline, self._project.peek(symbol.path)
        if isinstance(outline, ClassOutline):
            outline = outline.methods.get("__init__")
        if not isinstance(outline, FunctionOutline) or file is None:
            return None
        return file[0].lines[outline.first_line - 1 : outline.end_line]

    def has_option(self, name: str) -> bool:
        """Whether the file defines an option of the command line by that name: `--max-lr` gives `max_lr`."""
        return name in self._options

    @cached_property
    def _options(self) -> frozenset[str]:
        return self._project.options(self._path)

    def has_text(self, text: str) -> bool:
        """Whether the file has the text as a literal by itself, such as a key."""
        return self._project.has_text(self._path, text)

    def may_ask_for_idle(self) -> bool:
        """Whether a line may say the word of what nothing reads, and have another name there; cheap."""
        return may_be_asked(self.script, self._unread_options)

    def is_unread_option(self, name: str) -> bool:
        """Whether the file defines an option of the command line by that name, and nothing in it asks for that."""
        return name in self._unread_options

    @cached_property
    def _unread_options(self) -> frozenset[str]:
        return self._project.unread(self._path, options=True)

    def is_only_set(self, name: str) -> bool:
        """Whether the class of the function sets the attribute, and nothing in the file reads it."""
        return self._class is not None and name in self._project.unread(self._path, options=False)
