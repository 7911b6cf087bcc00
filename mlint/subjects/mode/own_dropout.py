"""Functions of the project that drop values at random themselves, and know nothing of the mode: `sparse_dropout`."""

from __future__ import annotations

from mlint.facts.domain.values import Kind
from mlint.facts.flow import ir
from mlint.facts.flow.cfg import Graph
from mlint.facts.flow.paths import Temporaries
from mlint.facts.flow.recorded import CallFact
from mlint.facts.project.units import Unit
from mlint.subjects.mode.may_run import own_method
from mlint.subjects.owners import Function

NAMES = frozenset(
    "sparse_dropout _sparse_dropout __sparse_dropout drop_path drop_connect drop_edge drop_block dropout_edge "
    "embedded_dropout embedding_dropout word_dropout node_dropout edge_dropout feature_dropout channel_dropout "
    "spatial_dropout locked_dropout variational_dropout stochastic_depth random_dropout".split()
)
"""How such functions are called."""
_DRAWS = frozenset("rand rand_like bernoulli bernoulli_ random_ uniform_ randperm multinomial".split())
_KNOWS = frozenset("training train is_training is_train eval mode".split())


def drops_itself(function: Function, fact: CallFact) -> bool:
    """Whether a call is that of a function of the project by such a name, which draws at random, and neither asks for
    the mode nor is told it."""
    symbol = fact.callee.symbol if fact.callee.kind is Kind.FUNCTION and fact.name in NAMES else None
    engine = function.file.engine
    found = engine.symbol(symbol) if symbol is not None else None
    unit = engine.unit(found.path, found.qualname) if found is not None and found.path is not None else None
    return unit is not None and _draws(unit) and not fact.keywords.keys() & _KNOWS


def may_drop_itself(owner: Function, dotted: str) -> bool:
    """Whether a dotted name may be that of a function of the project: of a layer that `self` keeps it is none."""
    first, _, rest = dotted.partition(".")
    found = own_method(owner, first, rest) or owner.unit.resolve(dotted)
    return found is not None and found.path is not None


def _draws(unit: Unit) -> bool:
    words = unit.outline.words if unit.outline is not None else frozenset[str]()
    return not words.isdisjoint(_DRAWS) and words.isdisjoint(_KNOWS)


def hangs_on_caller(function: Function, op: ir.Call) -> bool:
    """Whether a parameter of the function decides whether the call is reached: the caller says when to drop."""
    body = function.ir
    temporaries, graph = Temporaries(body), Graph(body.blocks, body.loops)
    place = temporaries.places.get(op.target)
    given = {each.name for each in body.parameters[1:]}
    for block in body.blocks if place is not None and given else ():
        end = block.end
        if place is None or not isinstance(end, ir.Branch) or end.condition is None:
            continue
        decides = [graph.dominates(way, place.block) for way in (end.then, end.orelse)]
        if any(decides) and any(_is_given(temporaries, each, given) for each in temporaries.inputs(end.condition)):
            return True
    return False


def _is_given(temporaries: Temporaries, temporary: int, given: set[str]) -> bool:
    made = temporaries.definitions.get(temporary)
    return isinstance(made, ir.Load) and made.name in given
