"""Changes to a tree: an expression that reports its value, a statement in another's place, a call that is looked at."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable

SEEN, APPLIED, BOTH = "__mlint_seen__", "__mlint_applied__", "__mlint_both__"
_RECEIVER = "__mlint_receiver__"


def same_place(node: ast.AST) -> tuple[type[ast.AST], int, int, int | None, int | None]:
    """What a node is recognized by in another parse of the same text."""
    end = getattr(node, "end_lineno", None), getattr(node, "end_col_offset", None)
    return type(node), getattr(node, "lineno", 0), getattr(node, "col_offset", 0), *end


class Replace(ast.NodeTransformer):
    """Puts another node where one stands."""

    def __init__(self, node: ast.AST, change: Callable[[ast.AST], ast.AST]) -> None:
        self._place, self._change = same_place(node), change
        self.done = False

    def visit(self, node: ast.AST) -> ast.AST:
        """Look for the place, from the outside in."""
        if not self.done and hasattr(node, "lineno") and same_place(node) == self._place:
            self.done = True
            return ast.copy_location(self._change(node), node)
        found: ast.AST = self.generic_visit(node)
        return found


def reporting(node: ast.AST) -> ast.AST:
    """`x` becomes `seen(x)`, which returns it."""
    assert isinstance(node, ast.expr)
    return ast.Call(ast.Name(SEEN, ast.Load()), [node], [])


def renamed(name: str) -> Callable[[ast.AST], ast.AST]:
    """`x` becomes `name`, `self.x` becomes `self.name`."""

    def change(node: ast.AST) -> ast.AST:
        if isinstance(node, ast.Attribute):
            return ast.Attribute(node.value, name, node.ctx)
        return ast.Name(name, ast.Load())

    return change


def beside(name: str) -> Callable[[ast.AST], ast.AST]:
    """`x` becomes `both(x, lambda: name)`, which returns it."""

    def change(node: ast.AST) -> ast.AST:
        assert isinstance(node, ast.expr)
        arguments = ast.arguments([], [], None, [], [], None, [])
        other = renamed(name)(node)
        assert isinstance(other, ast.expr)
        return ast.Call(ast.Name(BOTH, ast.Load()), [node, ast.Lambda(arguments, other)], [])

    return change


def looked_at(node: ast.AST) -> ast.AST:
    """`x.to(d)` becomes `applied(x, lambda receiver: receiver.to(d))`; of a function the first argument is taken."""
    assert isinstance(node, ast.Call)
    call = copy.copy(node)
    receiver = ast.Name(_RECEIVER, ast.Load())
    if isinstance(call.func, ast.Attribute) and not is_function(call):
        on = call.func.value
        call.func = ast.Attribute(receiver, call.func.attr, ast.Load())
    else:
        on = call.args[0]
        call.args = [receiver, *call.args[1:]]
    parameters = ast.arguments([], [ast.arg(_RECEIVER)], None, [], [], None, [])
    return ast.Call(ast.Name(APPLIED, ast.Load()), [on, ast.Lambda(parameters, call)], [])


def is_function(call: ast.Call) -> bool:
    """Whether the call is one of a library's function, such as `np.clip(x, 0, 1)`, by the name of what it hangs on."""
    function = call.func
    if isinstance(function, ast.Name):
        return True
    base = function.value if isinstance(function, ast.Attribute) else None
    return isinstance(base, ast.Name) and base.id in ("np", "numpy", "torch", "F", "cv2", "jnp", "tf")
