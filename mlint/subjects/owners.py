"""What subjects are found in: a file, its functions, its classes. They are subjects themselves, of last resort."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from mlint.collector import emptied
from mlint.facts.code import one_line
from mlint.facts.engine import Engine
from mlint.facts.ir import FunctionIR, Instruction
from mlint.facts.project import Project
from mlint.facts.recorded import Facts
from mlint.facts.units import MODULE, Unit
from mlint.facts.values import UNKNOWN, Trace, Value
from mlint.finding import Confidence, Span
from mlint.outline import ClassOutline, FunctionOutline, Outline
from mlint.outline import outline as read_outline
from mlint.rule import Report, Silence, Step
from mlint.source import Source

if TYPE_CHECKING:
    from mlint.facts.body import Body


class File:
    """A file of a project. Raises Unreadable where it is not Python."""

    scope: ClassVar[str] = "file"

    def __init__(self, project: Project, source: Source) -> None:
        self.project = project
        self.source = source
        self.path = Path(source.path).absolute()
        self.engine = Engine.of(project)
        project.recent.make_room(len(source.lines))
        # The project keeps no reason why it has no outline: reading once more raises it.
        self.outline: Outline = project.outline(self.path) or read_outline(source)

    @classmethod
    def of(cls, owner: File) -> Iterator[File]:
        """The file itself."""
        yield owner

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of the file."""
        return frozenset(self.outline.words)

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """The file's own statements first, then each function and method; what is nested in one belongs to it."""
        units = [self.engine.unit(self.path, MODULE)]
        for outline in self.outline.functions:
            if self.outline.definition(outline.qualname) is outline:
                units.append(self.engine.unit(self.path, outline.qualname))
            else:  # defined again further down
                units.append(Unit(self.project, self.path, outline))
        return tuple(Function(self, unit) for unit in units if unit is not None)

    @cached_property
    def top_level(self) -> Mapping[str, FunctionOutline]:
        """The functions that the module itself defines, by their names."""
        return {each.name: each for each in self.outline.functions if each.qualname == each.name}

    @cached_property
    def classes(self) -> tuple[Class, ...]:
        """Every class of the file."""
        return tuple(Class(self, outline) for outline in self.outline.classes)

    def close(self) -> None:
        """Let go of what is known of its functions and classes only here; they may be asked nothing any more.

        They know the file and one another: nothing else frees them while the collector rests.
        """
        for owner in (*self.functions, *self.classes):
            emptied(owner)
        emptied(self)


class Function:
    """A function or method with what is nested in it, or the statements of a module outside of its definitions."""

    scope: ClassVar[str] = "function"

    def __init__(self, file: File, unit: Unit) -> None:
        self.file = file
        self.unit = unit

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
        found = self.file.outline.definition(self.class_name) if self.class_name is not None else None
        return Class(self.file, found) if isinstance(found, ClassOutline) else None

    @property
    def first_line(self) -> int:
        """The line of its first decorator, or of its `def`."""
        return self.unit.outline.first_line if self.unit.outline is not None else 1

    @cached_property
    def words(self) -> frozenset[str]:
        """The words on its lines."""
        outline = self.unit.outline
        return frozenset(outline.words if outline is not None else self.file.outline.module_words)

    @property
    def lines(self) -> list[str]:
        """Its source lines; of the statements of a module all lines of the file."""
        outline = self.unit.outline
        lines = self.file.source.lines
        return lines if outline is None else lines[outline.first_line - 1 : outline.end_line]

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
        """Its own methods by name."""
        return {
            function.name: function
            for function in self.file.functions
            if function.outline is not None and self.outline.methods.get(function.name) is function.outline
        }

    def is_a(self, qualified: str) -> bool | None:
        """Whether it is or inherits from the class of that qualified name; None where that is not known."""
        symbol = self.file.project.symbol(self.file.path, self.outline)
        return self.file.project.is_subclass(symbol, qualified)
