"""What subjects are found in: a file, its functions, its classes. They are subjects themselves, of last resort."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from mlint.cached import cached_property
from mlint.collector import emptied
from mlint.facts.domain.values import UNKNOWN, Trace, Value
from mlint.facts.engine import Engine
from mlint.facts.flow.ir import FunctionIR, Instruction, Load
from mlint.facts.flow.paths import operands
from mlint.facts.flow.recorded import Facts
from mlint.facts.project.project import Project
from mlint.facts.project.units import MODULE, Unit
from mlint.facts.syntax.code import one_line
from mlint.finding import Confidence, Span
from mlint.outline import ClassOutline, FunctionOutline, Outline
from mlint.outline import outline as read_outline
from mlint.rule import Report, Silence, Step
from mlint.source import Source

Made = TypeVar("Made")

if TYPE_CHECKING:
    from mlint.facts.syntax.body import Body


class File:
    """A file of a project. Raises Unreadable where it is not Python.

    Whoever asks for all of it, its text or its outline, rests on all of it.
    """

    scope: ClassVar[str] = "file"
    key = "file"

    def __init__(self, project: Project, source: Source) -> None:
        self.project = project
        self.path = Path(source.path).absolute()
        self.engine = Engine.of(project)
        self._made: dict[int, Function] = {}
        self._source = source
        project.recent.make_room(len(source.lines))
        # The project keeps no reason why it has no outline: reading once more raises it.
        self._outline: Outline = project.outline(self.path) or read_outline(source)

    def alone(self) -> File:
        """The same file, of which nothing was asked yet."""
        made = type(self).__new__(type(self))
        made.project, made.path, made.engine, made._made = self.project, self.path, self.engine, {}
        made._source, made._outline = self._source, self._outline
        return made

    def rest(self) -> None:
        """Note that what is being worked out rests on all of it."""
        self.project.source(self.path)

    @property
    def source(self) -> Source:
        """The text."""
        self.rest()
        return self._source

    @property
    def outline(self) -> Outline:
        """The outline."""
        self.rest()
        return self._outline

    @classmethod
    def of(cls, owner: File) -> Iterator[File]:
        """The file itself."""
        yield owner

    @property
    def words(self) -> frozenset[str]:
        """All words of the file."""
        self.rest()
        return self._words

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(self._outline.words)

    @property
    def functions(self) -> tuple[Function, ...]:
        """The file's own statements first, then each function and method; what is nested in one belongs to it."""
        self.rest()
        return self._functions

    @cached_property
    def _functions(self) -> tuple[Function, ...]:
        module = self.engine.unit(self.path, MODULE)
        own = () if module is None else (Function(self, module),)
        return (*own, *map(self.function, self._outline.functions))

    def function(self, outline: FunctionOutline) -> Function:
        """The function or method of that outline, for one who has noted that he rests on it."""
        unit = self.engine.unit(self.path, outline.qualname)
        if id(outline) not in self._made:
            if unit is None or unit.outline is not outline:  # defined again further down
                unit = Unit(self.project, self.path, outline)
            self._made[id(outline)] = Function(self, unit)
        return self._made[id(outline)]

    @property
    def classes(self) -> tuple[Class, ...]:
        """Every class of the file."""
        self.rest()
        return self._classes

    @cached_property
    def _classes(self) -> tuple[Class, ...]:
        return tuple(Class(self, outline) for outline in self._outline.classes)

    def close(self) -> None:
        """Let go of what is known of its functions and classes only here; they may be asked nothing any more.

        They know the file and one another: nothing else frees them while the collector rests.
        """
        kept = vars(self)
        circles = (*self._made.values(), *kept.get("_functions", ()), *kept.get("_classes", ()))
        for owner in circles:
            emptied(owner)
        if circles:
            emptied(self)


class Function:
    """A function or method with what is nested in it, or the statements of a module outside of its definitions."""

    scope: ClassVar[str] = "function"

    def __init__(self, file: File, unit: Unit) -> None:
        self.file = file
        self.unit = unit
        self._made: dict[object, object] = {}

    def once(self, make: Callable[[Function], Made]) -> Made:
        """What is made of the function, once as long as it lives."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]  # type: ignore[return-value] # one kind a key

    @property
    def key(self) -> str:
        """What identifies it in its file."""
        return f"function {self.qualname}"

    def alone(self) -> Function:
        """The same function in a file of which nothing was asked yet."""
        return Function(self.file.alone(), self.unit)

    def rest(self) -> None:
        """Note that what is being worked out rests on its lines."""
        self.project.rest_on_text(self.path, self.qualname)

    def close(self) -> None:
        """As `File.close`."""
        self.file.close()

    @classmethod
    def of(cls, owner: Function) -> Iterator[Function]:
        """The function itself."""
        yield owner

    @property
    def project(self) -> Project:
        """The project around the file."""
        return self.file.project

    @property
    def path(self) -> Path:
        """The absolute path of the file."""
        return self.file.path

    @property
    def outline(self) -> FunctionOutline | None:
        """None for the statements of a module."""
        return self.unit.outline

    @property
    def is_module(self) -> bool:
        """Whether this is the statements of a module."""
        return self.unit.outline is None

    @property
    def name(self) -> str:
        """Its name; `<module>` for the statements of a module."""
        return self.unit.qualname.rpartition(".")[2]

    @property
    def qualname(self) -> str:
        """Its name with the classes and functions around it."""
        return self.unit.qualname

    @property
    def class_name(self) -> str | None:
        """The qualified name of the class of a method."""
        return self.unit.outline.class_name if self.unit.outline is not None else None

    @cached_property
    def cls(self) -> Class | None:
        """The class of a method."""
        found = self.project.definition(self.path, self.class_name) if self.class_name is not None else None
        if not isinstance(found, ClassOutline):
            return None
        cls = Class(self.file, found)
        cls.rest()  # the words of its methods count, and those in comments are among them
        return cls

    @property
    def first_line(self) -> int:
        """The line of its first decorator, or of its `def`."""
        return self.unit.outline.first_line if self.unit.outline is not None else 1

    @cached_property
    def words(self) -> frozenset[str]:
        """The words on its lines."""
        if self.unit.outline is not None:
            return frozenset(self.unit.outline.words)
        file = self.project.peek(self.path)
        return frozenset(file[1].module_words) if file is not None else frozenset()

    @cached_property
    def lines(self) -> list[str]:
        """Its source lines; of a module those of the file, with `pass` in the place of its definitions."""
        outline = self.unit.outline
        if outline is None:
            return self.unit.text.split("\n")
        return self.unit.source.lines[outline.first_line - 1 : outline.end_line]

    @cached_property
    def body(self) -> Body:
        """The libcst tree; parsed when it is asked for."""
        return self.unit.read_body()

    @property
    def ir(self) -> FunctionIR:
        """The intermediate representation."""
        return self.unit.lowered.function

    @cached_property
    def bodies(self) -> tuple[FunctionIR, ...]:
        """The intermediate representations of the function and of all that is nested in it."""
        found = [self.ir]
        for function in found:
            found += function.nested
        return tuple(found)

    @cached_property
    def instructions(self) -> Mapping[int, Instruction]:
        """Every instruction by its temporary, those of nested functions too, in the order of the text."""
        blocks = [block for function in self.bodies for block in function.blocks]
        return dict(sorted((each.target, each) for block in blocks for each in block.instructions))

    @cached_property
    def users(self) -> Mapping[int, Sequence[Instruction]]:
        """The instructions that use each temporary, those of nested functions too, in the order of the text."""
        found: dict[int, list[Instruction]] = {}
        for made in self.instructions.values():
            for each in dict.fromkeys(operands(made)):
                found.setdefault(each, []).append(made)
        return found

    @cached_property
    def loads(self) -> Mapping[str, Sequence[Load]]:
        """The reads of each variable, those in nested functions too, in the order of the text."""
        found: dict[str, list[Load]] = {}
        for made in self.instructions.values():
            if isinstance(made, Load):
                found.setdefault(made.name, []).append(made)
        return found

    @property
    def facts(self) -> Facts:
        """What is known in it, whoever calls it."""
        return self.file.engine.facts(self.unit)

    def value(self, temporary: int) -> Value:
        """What is known of a temporary."""
        return self.facts.values.get(temporary, UNKNOWN)

    def span(self, temporary: int) -> Span:
        """Where a temporary's node stands."""
        return self.unit.span(temporary)

    def code(self, temporary: int) -> str:
        """The source text of a temporary's node, on one line."""
        return one_line(self.unit.code(temporary))

    def steps(self, traces: Iterable[Trace]) -> tuple[Step, ...]:
        """Traces as the steps of an explanation, in the order in which they came about."""
        return tuple(filter(None, map(self._step, traces)))

    def _step(self, trace: Trace) -> Step | None:
        unit = self.file.engine.unit(Path(trace.where[0]), trace.where[1])
        if unit is None or trace.site < 0:
            return None
        code = one_line(unit.code(trace.site))
        path = None if trace.where[0] == str(self.path) else trace.where[0]
        return Step(trace.message.replace("{code}", code), unit.span(trace.site), path)

    def report(
        self,
        at: int | Span | None = None,
        *,
        confidence: Confidence = Confidence.LIKELY,
        advice: str = "",
        because: Iterable[Step] = (),
        **values: object,
    ) -> Report:
        """A report at a temporary or a span; at the function's first line where nothing is given."""
        if at is None:
            at = Span(self.first_line, 1, self.first_line, 1)
        span = self.span(at) if isinstance(at, int) else at
        return Report(span, values, confidence, advice, tuple(because))

    def silence(self, at: int | Span, reason: str) -> Silence:
        """Why a rule that looked at a temporary or a span says nothing of it; `mlint reveal` shows it."""
        return Silence(self.span(at) if isinstance(at, int) else at, reason)


class Class:
    """A class."""

    scope: ClassVar[str] = "class"

    def __init__(self, file: File, outline: ClassOutline) -> None:
        self.file = file
        self.outline = outline

    @property
    def key(self) -> str:
        """What identifies it in its file."""
        return f"class {self.outline.qualname}"

    def alone(self) -> Class:
        """The same class in a file of which nothing was asked yet."""
        return Class(self.file.alone(), self.outline)

    def rest(self) -> None:
        """Note that what is being worked out rests on its lines."""
        self.file.project.rest_on_text(self.file.path, self.outline.qualname)

    def close(self) -> None:
        """As `File.close`."""
        self.file.close()

    @property
    def lines(self) -> list[str]:
        """Its source lines."""
        self.rest()
        file = self.file.project.peek(self.file.path)
        return [] if file is None else file[0].lines[self.outline.first_line - 1 : self.outline.end_line]

    @classmethod
    def of(cls, owner: Class) -> Iterator[Class]:
        """The class itself."""
        yield owner

    @property
    def name(self) -> str:
        """Its name."""
        return self.outline.name

    @property
    def first_line(self) -> int:
        """The line of its first decorator, or of `class`."""
        return self.outline.first_line

    @cached_property
    def words(self) -> frozenset[str]:
        """The words on its lines."""
        return frozenset(self.outline.words)

    @cached_property
    def methods(self) -> Mapping[str, Function]:
        """Its own methods by name, in the order of the text; none of a class inside of a function."""
        self.rest()
        own = sorted(self.outline.methods.values(), key=_first_line) if self.outline.inside is None else ()
        return {each.name: self.file.function(each) for each in own}

    def is_a(self, qualified: str) -> bool | None:
        """Whether it is or inherits from the class of that qualified name; None where that is not known."""
        symbol = self.file.project.symbol(self.file.path, self.outline)
        return self.file.project.is_subclass(symbol, qualified)


def _first_line(outline: FunctionOutline) -> int:
    return outline.first_line
