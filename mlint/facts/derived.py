"""Questions about a whole project whose answers are kept between runs (see `Reads.derive`), asked again."""

from __future__ import annotations

from mlint.facts.engine import Engine
from mlint.facts.project.reads import DERIVED, Leaf


def ask(engine: Engine, leaf: Leaf) -> None:
    """Have the engine answer a derived question: its project notes the answer."""
    assert leaf.kind in DERIVED
    words = leaf.asked.split()
    match leaf.kind:
        case "training":
            engine.nominal.trains(frozenset(words))
        case "repeated":
            engine.nominal.repeats(words[1], int(words[0]))
        case "switches":
            engine.callers.switches(tuple(words))
