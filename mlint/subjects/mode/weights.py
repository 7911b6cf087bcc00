"""How weights that were trained before come into a model, and what tells of a training, word by word."""

from __future__ import annotations

from mlint.facts.domain.objects import parent, root
from mlint.facts.domain.values import Object
from mlint.facts.flow.recorded import CallFact
from mlint.facts.syntax.sketch import Sketch

LOADED_BY = ("pretrained", "weights", "checkpoint_path")
READS = frozenset("load load_file load_url load_state_dict_from_url load_checkpoint".split())
"""Where weights come from that were trained before: those of `other.state_dict()` are copied to compare."""
TRAINS = frozenset(
    "train training trains fit optimizer optimizers optim Adam AdamW SGD backward finetune fine_tune trainer "
    "Trainer requires_grad requires_grad_ learner parameters named_parameters".split()
)
"""Words of a function that goes on to train a model, or that has frozen one which another trains around."""


def may_load(sketch: Sketch) -> bool:
    """Whether weights are loaded, or asked for by a keyword."""
    return "load_state_dict" in sketch.called or any(not asked.isdisjoint(LOADED_BY) for _, asked in sketch.calls)


def loads_weights(fact: CallFact, site: int, made: Object) -> bool:
    """Whether a call makes an object with its weights, or loads them into it."""
    if fact.name == "load_state_dict" and fact.receiver is not None:
        return any(made == each or made == root(parent(each) or each) for each in fact.receiver.objects)
    if site != made[2]:
        return False
    asked = [fact.keywords[name] for name in LOADED_BY if name in fact.keywords]
    return any(each.const not in (None, False) for each in asked)
