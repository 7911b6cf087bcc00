"""ML302: a clip before a cast to uint8 is dropped.

A place stays only where the code shows that the values leave the range: something is added to them, they are multiplied
by what is no constant, noise, cubic interpolation, the raw output of a network. It goes where anything shows that they
do not: another clip, a sigmoid, a blend whose weights add up to one, scaling by the values' own ends.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from benchmarks.truth.code import Function, dotted, keyword, last, lines_of, names_in, number
from benchmarks.truth.seeds.seed import Operator, Seed

_CLIPS = ("clip", "clamp", "clip_", "clamp_")
_BOUNDED = frozenset(
    "clip clip_ clamp clamp_ sigmoid softmax uint8 argmax one_hot normalize minmax equalizeHist tanh rescale_intensity "
    "img_as_ubyte convertScaleAbs addWeighted maximum minimum".split()
)
_ENDS = frozenset("min max amin amax".split())
_NOISE = frozenset("randn normal standard_normal poisson randn_like gauss laplace gamma noise filter2D einsum".split())
_NETWORKS = frozenset("model net network generator decoder decode netG unet vae predict forward".split())
_OF_IMAGE = ("image.dtype", "img.dtype")
_CUBIC = ("CUBIC", "LANCZOS", "bicubic", "lanczos")


def find(function: Function) -> Iterator[Seed]:
    """Clips to [0, 255], or to [0, 1] before `* 255`, whose result is cast to uint8."""
    for cast in function.calls:
        operand = _cast_operand(cast)
        if operand is None:
            continue
        clip = _clip_of(function, operand, cast.lineno)
        if clip is None:
            continue
        value = _clipped(clip)
        if value is not None and _leaves(function, value, clip.lineno):
            edit = function.file.replace(clip, _bare(function, value))
            places = (lines_of(function.file.statement(cast)), lines_of(function.file.statement(clip)))
            yield Seed((edit,), places)


def _bare(function: Function, value: ast.expr) -> str:
    code = function.file.code(value)
    return code if isinstance(value, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) else f"({code})"


def _is_uint8(node: ast.AST) -> bool:
    return (
        last(node) == "uint8"
        or ast.unparse(node) in _OF_IMAGE
        or (isinstance(node, ast.Constant) and node.value == "uint8")
    )


def _cast_operand(call: ast.Call) -> ast.expr | None:
    """What is cast to uint8 by the call; None where it is no such cast."""
    name = last(call.func)
    dtype = keyword(call, "dtype")
    says = any(_is_uint8(each) for each in call.args) or (dtype is not None and _is_uint8(dtype.value))
    if isinstance(call.func, ast.Attribute) and name in ("astype", "to", "type") and says:
        return call.func.value
    if isinstance(call.func, ast.Attribute) and name == "byte" and not call.args:
        return call.func.value
    if call.args and (name == "uint8" or (name in ("array", "asarray") and says)):
        return call.args[0]
    return None


def _clip_of(function: Function, operand: ast.expr, line: int) -> ast.Call | None:
    """The clip that an operand comes from: the clip itself, behind steps that keep the range, or in a name's value."""
    node, scaled = operand, False
    for _ in range(12):
        if isinstance(node, ast.Call):
            if last(node.func) in _CLIPS:
                return node if _is_to(node, 1.0 if scaled else 255.0) else None
            scaled = scaled or last(node.func) in ("mul", "mul_", "multiply")
            node = _receiver(node)
        elif isinstance(node, ast.BinOp) and number(node.right) is not None:
            scaled = scaled or isinstance(node.op, ast.Mult)
            node = node.left
        elif isinstance(node, ast.BinOp) and number(node.left) is not None:
            scaled = scaled or isinstance(node.op, ast.Mult)
            node = node.right
        elif isinstance(node, (ast.Subscript, ast.Attribute)):
            node = node.value
        elif isinstance(node, ast.Name):
            values = function.values(node.id, line)
            if not values or not _contains_clip(values[-1]):
                return None
            node, line = values[-1], values[-1].lineno
        else:
            return None
    return None


def _contains_clip(node: ast.expr) -> bool:
    return any(isinstance(each, ast.Call) and last(each.func) in _CLIPS for each in ast.walk(node))


def _receiver(call: ast.Call) -> ast.expr:
    """What a call works on: its object, or the first argument where that is a library."""
    if isinstance(call.func, ast.Attribute) and dotted(call.func.value) not in ("np", "numpy", "torch", "cv2", "Image"):
        return call.func.value
    return call.args[0] if call.args else call.func


def _clipped(clip: ast.Call) -> ast.expr | None:
    return None if keyword(clip, "out") else _receiver(clip)


def _is_to(clip: ast.Call, high: float) -> bool:
    limits = [number(each) for each in clip.args] + [number(each.value) for each in clip.keywords]
    return 0.0 in limits and high in limits


def _leaves(function: Function, value: ast.expr, line: int, depth: int = 5) -> bool:
    """Whether the code shows that the values leave the range, and nothing that they do not."""
    if depth == 0:
        return False
    if isinstance(value, ast.BinOp):
        return _operation_leaves(function, value, line, depth)
    if isinstance(value, ast.Call):
        return _call_leaves(function, value, line, depth)
    if isinstance(value, (ast.Subscript, ast.UnaryOp)):
        return _leaves(function, value.value if isinstance(value, ast.Subscript) else value.operand, line, depth)
    if isinstance(value, ast.Name):
        values = function.values(value.id, line)
        if not values:
            return False
        pushed = _is_pushed(function, values[-1])
        return pushed or _leaves(function, values[-1], values[-1].lineno, depth - 1)
    return False


def _is_pushed(function: Function, value: ast.expr) -> bool:
    """Whether it is what `x += ...` adds, and is neither constant nor shown to be small."""
    parent = function.file.parents[value]
    if not isinstance(parent, ast.AugAssign) or not isinstance(parent.op, (ast.Add, ast.Sub, ast.Mult)):
        return False
    if number(value) is not None or _is_own_range(function, [value], value.lineno):
        return False
    return not any(_is_bounded(each) for each in ast.walk(value))


def _operation_leaves(function: Function, value: ast.BinOp, line: int, depth: int) -> bool:
    sides = [each for each in (value.left, value.right) if number(each) is None]
    if len(sides) < 2:
        return bool(sides) and _leaves(function, sides[0], line, depth)
    if isinstance(value.op, ast.Div):
        return _leaves(function, value.left, line, depth)
    if any(_is_small(function, side, line) for side in sides):
        return isinstance(value.op, ast.Mult) and any(_leaves(function, each, line, depth) for each in sides)
    return isinstance(value.op, (ast.Add, ast.Sub, ast.Mult, ast.MatMult)) and not _is_own_range(function, sides, line)


def _is_small(function: Function, side: ast.expr, line: int) -> bool:
    """Whether a side of an operation, or what its names were given before, shows a range."""
    values = [side, *(each for name in names_in(side) for each in function.values(name, line))]
    return any(_is_bounded(each) for value in values for each in ast.walk(value))


def _is_bounded(node: ast.AST) -> bool:
    """Whether a part of an operation shows a range: a clip, a sigmoid, the `1 - t` of a blend."""
    if isinstance(node, ast.Call):
        return last(node.func) in _BOUNDED
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and number(node.left) == 1


def _is_own_range(function: Function, sides: list[ast.expr], line: int) -> bool:
    """Whether values are measured from their own least one: `x - x.min()`, also by a name."""
    for side in sides:
        values = [side, *(each for name in names_in(side) for each in function.values(name, line)[-1:])]
        if any(isinstance(each, ast.Call) and last(each.func) in _ENDS for value in values for each in ast.walk(value)):
            return True
    return False


def _call_leaves(function: Function, value: ast.Call, line: int, depth: int) -> bool:
    name, text = last(value.func), function.file.code(value)
    if name in _BOUNDED | set(_CLIPS):
        return False
    if name in _NOISE | _NETWORKS or any(each in text for each in _CUBIC):
        return True
    if name == "run" and re.search("session|model|net", dotted(value.func)):
        return True
    inner = _receiver(value)
    return inner is not value.func and _leaves(function, inner, line, depth)


CLIPS = (Operator("drop-clip", "ML302", find),)
