"""Which conditions choose between returns of different shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from mlint.facts.domain.values import Kind
from mlint.facts.flow import ir
from mlint.facts.flow.cfg import Graph
from mlint.facts.flow.paths import Path, Temporaries
from mlint.facts.flow.recorded import FELL_OFF
from mlint.facts.returns.returns import NOTHING, ONE, SEQUENCE, SOMETHING, Returned


@dataclass(frozen=True, slots=True)
class Choice:
    """What chooses between shapes: where `condition` holds only `then` is returned, else only `orelse`. `conditions`
    are those that must hold, too, for control to come there, `aside` what is returned where the first of them does not.
    Without any the mode chooses (`by_mode`), or whether something raises."""

    condition: int | None
    then: tuple[Returned, ...]
    orelse: tuple[Returned, ...]
    conditions: tuple[int, ...] = ()
    by_mode: bool = False
    is_open: bool = False
    """Whether the one way gives None for sure, or so many values, and the other what is not known."""
    aside: tuple[Returned, ...] = ()


def choices(function: ir.FunctionIR, returns: Sequence[Returned]) -> list[Choice]:
    """The branches, and exceptions, after which the shapes of what can still be returned have nothing in common."""
    graph = Graph(function.blocks)
    asked = _questions(function, graph)
    ways = {
        index: tuple(_reached(graph, returns, [way]) for way in (end.then, end.orelse))
        for index in graph.order
        for end in [function.blocks[index].end]
        if isinstance(end, ir.Branch) and not _is_answered(graph, asked, index)
    }
    found = []
    for index, (then, orelse) in ways.items():
        end = function.blocks[index].end
        if not _differ(then, orelse) and ONE not in {each.shape for each in (*then, *orelse)}:
            then, orelse = _counted(then), _counted(orelse)
        if isinstance(end, ir.Branch) and _differ(then, orelse):
            also = list(_conjuncts(graph, index, {each.shape for each in (*then, *orelse)}, ways))
            conditions = tuple(condition for condition, _ in also)
            found.append(Choice(end.condition, then, orelse, conditions, aside=also[0][1] if also else ()))
    found += [*_after_loops(function, graph, returns), *_after_exceptions(graph, returns)]
    return found or list(_open_choices(function, ways))


def _questions(function: ir.FunctionIR, graph: Graph) -> dict[int, Path]:
    """The attributes that branches ask for, or for their opposite, by block; none that the function sets."""
    temporaries = Temporaries(function)
    found: dict[int, Path] = {}
    for index in graph.order:
        end = function.blocks[index].end
        condition = end.condition if isinstance(end, ir.Branch) else None
        while condition is not None and isinstance(op := temporaries.definitions.get(condition), ir.Unary):
            condition = op.operand if op.op == "not" else None
        path = temporaries.path(condition) if condition is not None else None
        if path is not None and len(path) > 1:
            found[index] = path
    written = (
        {temporaries.written(each) for block in function.blocks for each in block.instructions} if found else set()
    )
    return {index: path for index, path in found.items() if path not in written}


def _is_answered(graph: Graph, asked: Mapping[int, Path], block: int) -> bool:
    """Whether a branch before has asked the same, and only its one way leads here: `if a: return` above `if not a:`."""
    for index, path in asked.items():
        end = graph.blocks[index].end
        if index != block and path == asked.get(block) and isinstance(end, ir.Branch) and graph.dominates(index, block):
            ways = [block in graph.reachable([way], frozenset({index})) for way in (end.then, end.orelse)]
            if not all(ways):
                return True
    return False


def _open_choices(function: ir.FunctionIR, ways: _Ways) -> Iterator[Choice]:
    """The branches of which one way gives None, and the other what nothing is known of: it may be None, too, unless
    the function gives a value somewhere else. So it is where the one way gives a tuple that is written out."""
    returns = {each.block: each for way in ways.values() for side in way for each in side}
    gives = any(each.is_given or each.shape not in (None, NOTHING) for each in returns.values())
    for index, (then, orelse) in ways.items():
        end = function.blocks[index].end
        if not isinstance(end, ir.Branch) or end.condition is None:
            continue
        if {_is_none(then), _is_none(orelse)} == {True, False}:
            yield Choice(end.condition, then, orelse, is_open=not gives)
        elif {_is_tuple(then), _is_tuple(orelse)} == {True, False}:
            yield Choice(end.condition, then, orelse, is_open=True)


def _is_tuple(returns: Sequence[Returned]) -> bool | None:
    """Whether all of them give tuples of one length, or none anything whose shape is known; None otherwise."""
    found = {each.shape for each in returns}
    if len(found) == 1 and (max(each or 0 for each in found) > ONE):
        return True
    return False if found and found <= {None, SOMETHING} else None


def _is_none(returns: Sequence[Returned]) -> bool | None:
    """Whether all of them give None; None where only some do, or there are none."""
    found = {each.shape == NOTHING for each in returns}
    return found.pop() if len(found) == 1 else None


def _after_loops(function: ir.FunctionIR, graph: Graph, returns: Sequence[Returned]) -> Iterator[Choice]:
    """Where a loop returns what it found, and after it the end is reached: what if nothing was found? Or after it
    another number of values is returned."""
    for loop in function.loops:
        if loop.head not in graph.position:
            continue
        after = _reached(graph, returns, [loop.done])
        inside = [each for each in returns if loop.head in graph.position and _is_inside(function, each, loop)]
        is_end = all(each.site == FELL_OFF for each in after) or _are_counted((*inside, *after))
        if not inside or not after or not is_end or not _differ(inside, after):
            continue
        asked = {condition for each in inside for condition in _asked(graph, each, loop)}
        if asked and not any(_names(function, each) & set(loop.names) for each in asked):
            yield Choice(min(asked), tuple(inside), after)


def _are_counted(returns: Sequence[Returned]) -> bool:
    """Whether it is known of each how many values it gives, and they are some: nobody unpacks None, which says that
    nothing was found."""
    return all(each.shape is not None and each.shape >= ONE for each in returns)


def _is_inside(function: ir.FunctionIR, each: Returned, loop: ir.Loop) -> bool:
    return each.block >= 0 and function.loops.index(loop) in function.blocks[each.block].loops


def _asked(graph: Graph, each: Returned, loop: ir.Loop) -> Iterator[int]:
    """The conditions inside a loop of which only one way leads to a return."""
    for index in graph.order:
        end = graph.blocks[index].end
        if isinstance(end, ir.Branch) and end.condition is not None and index not in (loop.head, each.block):
            ways = [way == each.block or graph.dominates(way, each.block) for way in (end.then, end.orelse)]
            if any(ways) and not all(ways) and graph.dominates(loop.head, index):
                yield end.condition


def _names(function: ir.FunctionIR, temporary: int) -> set[str]:
    temporaries = Temporaries(function)
    inside = (temporaries.definitions[each] for each in temporaries.inputs(temporary))
    return {op.name for op in inside if isinstance(op, ir.Load)}


def choice_of_mode(train: Sequence[Returned], evaluated: Sequence[Returned]) -> list[Choice]:
    """The choice that the mode makes, where what is returned in train mode differs from what is returned in eval."""
    if _differ(train, evaluated):
        return [Choice(None, tuple(train), tuple(evaluated), by_mode=True)]
    return []


_Ways = Mapping[int, tuple[tuple[Returned, ...], ...]]


def _conjuncts(
    graph: Graph, block: int, shapes: Set[int | None], ways: _Ways
) -> Iterator[tuple[int, tuple[Returned, ...]]]:
    """The conditions before a branch that must hold for control to come to it, the other way leading to the same; with
    each what is returned on that way."""
    for index, (then, orelse) in ways.items():
        end = graph.blocks[index].end
        if index == block or not isinstance(end, ir.Branch) or not graph.dominates(index, block):
            continue
        beside = [
            other
            for way, other in ((end.then, orelse), (end.orelse, then))
            if way == block or graph.dominates(way, block)
        ]
        same = [other for other in beside if other and {each.shape for each in other} < shapes]
        if end.condition is not None and same:
            yield end.condition, same[0]


def _after_exceptions(graph: Graph, returns: Sequence[Returned]) -> Iterator[Choice]:
    """Where an exception is caught, and something else is returned."""
    guarded: dict[int, list[int]] = {}
    for index in graph.order:
        for handler in graph.blocks[index].handlers:
            guarded.setdefault(handler, []).append(index)
    for handler, blocks in guarded.items():
        caught = _reached(graph, returns, [handler])
        usual = _reached(graph, returns, blocks, frozenset(guarded))
        if len(caught) == len([each for each in caught if each.block not in blocks]) and _differ(caught, usual):
            yield Choice(None, caught, usual)


def _reached(
    graph: Graph, returns: Sequence[Returned], starts: Sequence[int], avoiding: frozenset[int] = frozenset()
) -> tuple[Returned, ...]:
    reachable = graph.reachable(starts, avoiding)
    found = (each for each in returns if each.block in reachable or _is_kept(graph, each, starts))
    return tuple(sorted(found, key=lambda each: each.block))


def _is_kept(graph: Graph, each: Returned, starts: Sequence[int]) -> bool:
    """Whether what was assigned before `starts` may still be returned from there: nothing is assigned on the way."""
    if each.end is None or each.end not in graph.reachable(starts, each.others):
        return False
    before = graph.reachable(graph.successors[each.block], each.others)
    return any(start in before for start in starts)


def _differ(then: Sequence[Returned], orelse: Sequence[Returned]) -> bool:
    return bool(then and orelse) and all(_differs(one, other) for one in then for other in orelse)


def _differs(one: Returned, other: Returned) -> bool:
    for this, that in ((one, other), (other, one)):
        if this.shape == NOTHING and that.is_given:
            return True
        if this.shape == SEQUENCE and that.value.kind is Kind.TUPLE and (that.shape or 0) > ONE:
            return True  # `return parts, total` and `return parts`
    return are_apart(one.shape, other.shape)


def _counted(returns: Sequence[Returned]) -> tuple[Returned, ...]:
    """Those that are tuples of so many values: two of them differ for sure, whatever the others are."""
    return tuple(each for each in returns if each.shape is not None and each.shape > ONE)


def are_apart(one: int | None, other: int | None) -> bool:
    """Whether two shapes differ for sure; what is only known not to be None differs from None alone."""
    if one is None or other is None or one == other:
        return False
    if SOMETHING in (one, other):
        return NOTHING in (one, other)
    return SEQUENCE not in (one, other) or max(one, other) < 2
