"""What every evaluation of a function asks of its instructions, found out once."""

from __future__ import annotations

from mlint.facts.flow import ir
from mlint.facts.flow.cfg import Graph, stored_inside


class Frame:
    """`instructions` are those of a function by target, `loop_names` the variables that a loop assigns, by its head;
    `places` is where each block that is reached stands in reverse postorder."""

    __slots__ = ("instructions", "loop_names", "places")

    def __init__(self, function: ir.FunctionIR) -> None:
        self.instructions = {each.target: each for block in function.blocks for each in block.instructions}
        self.loop_names = {
            loop.head: stored_inside(function.blocks, index) for index, loop in enumerate(function.loops)
        }
        self.places = Graph(function.blocks).position


def frame_of(function: ir.FunctionIR) -> Frame:
    """The frame of a function: one for all its evaluations."""
    if not isinstance(function.frame, Frame):
        function.frame = Frame(function)
        assert isinstance(function.frame, Frame)
    return function.frame
