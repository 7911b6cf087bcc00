"""The builder of one function's control-flow graph: blocks, loops, contexts and handlers that are open."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from mlint.facts.flow import ir
from mlint.facts.lower.places import Placed

Instruction = TypeVar("Instruction", bound=ir.Instruction)


@dataclass(slots=True)
class Cleanup:
    """What must run when control leaves a `with` or a `try` with a `finally`; `emit` lowers it once more."""

    emit: Callable[[], None]


@dataclass(slots=True)
class OpenLoop:
    """A loop whose body is being lowered; `cleanups` is how many were open around it."""

    index: int
    head: int
    done: int
    cleanups: int


@dataclass(slots=True)
class Builder:
    """Collects the instructions of one function.

    `nodes` is shared by all functions of a slice: a temporary's number is the index of its node. So are `lines`, the
    text that their positions count in, and `formatted`: which temporaries lie in which f-string, the inner ones first.
    """

    nodes: list[Placed]
    lines: Sequence[str]
    formatted: list[tuple[range, ast.JoinedStr]]
    blocks: list[ir.Block] = field(default_factory=list)
    loops: list[ir.Loop] = field(default_factory=list)
    nested: list[ir.FunctionIR] = field(default_factory=list)
    stored: set[str] = field(default_factory=set)
    open_loops: list[OpenLoop] = field(default_factory=list)
    cleanups: list[Cleanup] = field(default_factory=list)
    handlers: tuple[int, ...] = ()
    depth: int = 0
    renamed: dict[str, str] = field(default_factory=dict)
    is_generator: bool = False
    current: ir.Block = field(init=False)

    def __post_init__(self) -> None:
        self.current = self.new_block()

    def number(self, node: Placed) -> int:
        """A fresh temporary for this node."""
        self.nodes.append(node)
        return len(self.nodes) - 1

    def inside(self) -> Builder:
        """The builder of a function that is nested in this one."""
        return Builder(self.nodes, self.lines, self.formatted)

    def emit(self, instruction: Instruction) -> int:
        """Append to the current block; returns the temporary that the instruction defines."""
        self.current.instructions.append(instruction)
        return instruction.target

    def new_block(self) -> ir.Block:
        """A fresh block inside the loops and handlers that are open now; control does not go there yet."""
        block = ir.Block(
            index=len(self.blocks),
            handlers=self.handlers,
            depth=self.depth,
            loops=tuple(loop.index for loop in self.open_loops),
        )
        self.blocks.append(block)
        return block

    def end(self, terminator: ir.Terminator, then: ir.Block) -> None:
        """End the current block, and go on in `then`."""
        self.current.end = terminator
        self.current = then

    def jump(self, to: ir.Block) -> None:
        """End the current block by a jump to `to`, and go on there."""
        self.end(ir.Jump(to.index), to)

    def leave(self, terminator: ir.Terminator) -> None:
        """End the current block; what follows in the text is unreachable, and gets a block of its own."""
        self.end(terminator, self.new_block())

    def fresh_name(self, stem: str) -> str:
        """A name that no source can hold, for a value that several paths assign."""
        return f"{stem}@{len(self.nodes)}"

    def store(self, node: Placed, name: str, value: int, augmented: bool = False) -> int:
        """`name = value`, under the name's own comprehension if it has one."""
        name = self.renamed.get(name, name)
        self.stored.add(name)
        return self.emit(ir.Store(self.number(node), name, value, augmented))

    def load(self, node: Placed, name: str) -> int:
        """The value of a name here."""
        return self.emit(ir.Load(self.number(node), self.renamed.get(name, name)))

    @contextmanager
    def loop(self, kind: str, node: Placed, done: ir.Block, names: tuple[str, ...] = ()) -> Iterator[ir.Block]:
        """A loop over `names` that goes on at `done`; gives its head, which is the current block inside."""
        index = len(self.loops)
        head_index = len(self.blocks)
        self.loops.append(ir.Loop(kind, head_index, done.index, self.number(node), names))
        self.open_loops.append(OpenLoop(index, head_index, done.index, len(self.cleanups)))
        head = self.new_block()
        self.jump(head)
        try:
            yield head
        finally:
            self.open_loops.pop()

    def run_cleanups(self, down_to: int) -> None:
        """Lower once more what must run on a way out, innermost first."""
        kept = self.cleanups
        for position in range(len(kept) - 1, down_to - 1, -1):
            self.cleanups = kept[:position]
            kept[position].emit()
        self.cleanups = kept

    @contextmanager
    def cleanup(self, emit: Callable[[], None]) -> Iterator[None]:
        """While open, every way out of the block runs `emit`."""
        self.cleanups.append(Cleanup(emit))
        try:
            yield
        finally:
            self.cleanups.pop()

    @contextmanager
    def guarded(self, handlers: tuple[int, ...]) -> Iterator[None]:
        """While open, exceptions go on at `handlers` (or, with none, leave the function)."""
        outer, self.handlers = self.handlers, handlers
        self.jump(self.new_block())
        try:
            yield
        finally:
            self.handlers = outer
            self.jump(self.new_block())
