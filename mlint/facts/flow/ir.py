"""The intermediate representation: what a function does, as instructions in a control-flow graph.

Each instruction defines one temporary, numbered by its `target`; operands are numbers of temporaries. A temporary is
defined once. What is assigned on several paths (names, the result of `a or b`, of a conditional expression) goes
through `Store` and `Load`. Comprehensions are loops, with their names renamed to `name@number`.
The representation is picklable and holds no node of a tree: `target` also numbers the place that it was lowered from.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Instruction:
    """`target` is the number of the temporary that the instruction defines."""

    target: int


@dataclass(slots=True)
class Const(Instruction):
    """A literal: int, float, complex, str, bytes, bool, None or Ellipsis."""

    value: object


@dataclass(slots=True)
class Load(Instruction):
    """A variable of this function (a parameter, too), or of the function around it."""

    name: str


@dataclass(slots=True)
class Global(Instruction):
    """A name of the module, or a builtin."""

    name: str


@dataclass(slots=True)
class Attribute(Instruction):
    """`base.name`"""

    base: int
    name: str


@dataclass(slots=True)
class Item(Instruction):
    """`base[index]`; several indices are one tuple."""

    base: int
    index: int


@dataclass(slots=True)
class Slice(Instruction):
    """`lower:upper:step` inside an index."""

    lower: int | None
    upper: int | None
    step: int | None


@dataclass(slots=True, unsafe_hash=True)
class Argument:
    """An argument of a call: `name` of a keyword, `stars` 1 for `*x` and 2 for `**x`."""

    value: int
    name: str | None = None
    stars: int = 0


@dataclass(slots=True)
class Call(Instruction):
    """`callee(*arguments)`"""

    callee: int
    arguments: tuple[Argument, ...]


@dataclass(slots=True)
class Binary(Instruction):
    """`left op right`, op as Python writes it (`+`, `//`, `@` ...); `inplace` for `left op= right`."""

    op: str
    left: int
    right: int
    inplace: bool = False


@dataclass(slots=True)
class Unary(Instruction):
    """`op operand`, op one of `-`, `+`, `~`, `not`."""

    op: str
    operand: int


@dataclass(slots=True)
class Compare(Instruction):
    """`left op right`, op one of `<`, `<=`, `==`, `!=`, `>`, `>=`, `in`, `not in`, `is`, `is not`."""

    op: str
    left: int
    right: int


@dataclass(slots=True)
class Matches(Instruction):
    """Whether a pattern fits `subject`; which one is not described."""

    subject: int


@dataclass(slots=True)
class Collect(Instruction):
    """A display: kind is `tuple`, `list` or `set`; `starred` are the positions in items of `*x`."""

    kind: str
    items: tuple[int, ...]
    starred: tuple[int, ...] = ()


@dataclass(slots=True)
class Mapping(Instruction):
    """A dict display; a key of None is `**value`."""

    keys: tuple[int | None, ...]
    values: tuple[int, ...]


@dataclass(slots=True)
class Comprehension(Instruction):
    """The result of a comprehension over `element` (for dicts a `tuple` of key and value); kind as in `Collect`, or
    `dict`, `generator`."""

    kind: str
    element: int


@dataclass(slots=True)
class Text(Instruction):
    """An f-string; `parts` are the values it formats."""

    parts: tuple[int, ...]


@dataclass(slots=True)
class Closure(Instruction):
    """A nested function or lambda: an index into `FunctionIR.nested`."""

    index: int


@dataclass(slots=True)
class Opaque(Instruction):
    """A value that the representation does not describe (a class defined inside, a matched pattern)."""

    what: str


@dataclass(slots=True)
class Store(Instruction):
    """`name = value`; `augmented` when it is the store of `name op= value`."""

    name: str
    value: int
    augmented: bool = False


@dataclass(slots=True)
class StoreAttribute(Instruction):
    """`base.name = value`"""

    base: int
    name: str
    value: int
    augmented: bool = False


@dataclass(slots=True)
class StoreItem(Instruction):
    """`base[index] = value`"""

    base: int
    index: int
    value: int
    augmented: bool = False


@dataclass(slots=True)
class Delete(Instruction):
    """`del name`"""

    name: str


@dataclass(slots=True)
class Element(Instruction):
    """The item at `index` of `source`, unpacked into `count` targets of which the one at `star` takes the rest."""

    source: int
    index: int
    count: int
    star: int | None = None


@dataclass(slots=True)
class Next(Instruction):
    """What a loop takes from its iterable on each turn."""

    iterable: int


@dataclass(slots=True)
class Enter(Instruction):
    """`with context`; defines what `as` binds."""

    context: int


@dataclass(slots=True)
class Exit(Instruction):
    """The end of `with context`, on every way out but exceptions."""

    context: int


@dataclass(slots=True)
class Import(Instruction):
    """An import inside the function: the qualified name, with leading dots where it is relative."""

    qualified: str


@dataclass(slots=True)
class Yield(Instruction):
    """`yield value`, or `yield from value`; defines what is sent in."""

    value: int | None
    delegate: bool = False


@dataclass(slots=True)
class Await(Instruction):
    """`await value`"""

    value: int


@dataclass(slots=True)
class Discard(Instruction):
    """An expression that stands as a statement: its value is thrown away."""

    value: int


@dataclass(slots=True)
class Return(Instruction):
    """`return value`; None where nothing is written. It ends its block."""

    value: int | None


@dataclass(slots=True)
class Raise(Instruction):
    """`raise`, or a failed `assert`. It ends its block."""

    value: int | None


@dataclass(slots=True, unsafe_hash=True)
class Jump:
    """Go on at block `to`."""

    to: int


@dataclass(slots=True, unsafe_hash=True)
class Branch:
    """Go on at `then` where the temporary `condition` is true, else at `orelse`. `condition` None: either."""

    condition: int | None
    then: int
    orelse: int


@dataclass(slots=True, unsafe_hash=True)
class ForEach:
    """The head of a for loop: `body` for each item (it begins with `Next`), `done` when there is no more."""

    iterable: int
    body: int
    done: int


@dataclass(slots=True, unsafe_hash=True)
class Leave:
    """The function ends here: by `return`, by `raise`, or by reaching its end."""

    raises: bool = False


Terminator = Jump | Branch | ForEach | Leave


@dataclass(slots=True)
class Block:
    """A straight run of instructions.

    `handlers`: the blocks where an exception raised inside goes on; a handler begins `depth` contexts deep.
    `loops`: indices into `FunctionIR.loops`, outermost first, of the loops that it belongs to.
    """

    index: int
    instructions: list[Instruction] = field(default_factory=list)
    end: Terminator = field(default_factory=Leave)
    handlers: tuple[int, ...] = ()
    depth: int = 0
    loops: tuple[int, ...] = ()

    @property
    def successors(self) -> tuple[int, ...]:
        """Where control goes from the end of the block, exceptions aside."""
        end = self.end
        if isinstance(end, Jump):
            return (end.to,)
        if isinstance(end, Branch):
            return (end.then, end.orelse)
        if isinstance(end, ForEach):
            return (end.body, end.done)
        return ()


@dataclass(slots=True, unsafe_hash=True)
class Loop:
    """A loop: `head` is the block that decides, `target` numbers the node of the statement.

    `kind`: `for`, `while` or `comprehension`. `names`: the variables that a for loop assigns on each turn.
    """

    kind: str
    head: int
    done: int
    target: int
    names: tuple[str, ...] = ()


@dataclass(slots=True, unsafe_hash=True)
class Parameter:
    """A parameter: kind as in `inspect` but lower case with hyphens (`positional-or-keyword`, `var-positional` ...).

    `default` is the temporary of its default value; `annotation` and `comment` are source text.
    """

    name: str
    kind: str
    default: int | None
    annotation: str | None


@dataclass(slots=True)
class FunctionIR:
    """A function lowered. Block 0 is the entry. `size` is the number of temporaries.

    `names` are its variables, `free` those of the functions around it that it reads or rebinds.
    """

    name: str
    parameters: tuple[Parameter, ...]
    blocks: list[Block]
    loops: list[Loop]
    nested: list[FunctionIR]
    names: frozenset[str]
    free: frozenset[str]
    size: int
    decorators: tuple[int, ...] = ()
    is_async: bool = False
    is_generator: bool = False
    frame: object = field(default=None, compare=False, repr=False)
    """What was found out about it once for all evaluations, see `frames.py`."""
