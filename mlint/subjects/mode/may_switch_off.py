"""Whether a function can switch gradients off, as far as names tell."""

from __future__ import annotations

from mlint.facts.syntax.sketch import Sketch
from mlint.subjects.owners import Function

SWITCHES = ("no_grad", "inference_mode", "set_grad_enabled")


def may_switch_off(owner: Function) -> bool:
    """Whether the function says a word by which gradients are switched off, and means no variable or attribute of its
    own by it: `self.inference_mode` of a block that is fused for inference."""
    said = owner.words & _switches(owner)
    sketch = owner.unit.sketch if said else None
    if sketch is None:
        return bool(said)
    around = "" if owner.outline is None else " ".join(owner.outline.decorators)
    return any(word in around or _is_meant(sketch, word) for word in said)


def _is_meant(sketch: Sketch, word: str) -> bool:
    mentions = sketch.mentions
    by_name = mentions.has_name(word) and word not in mentions.bound
    return by_name or word in sketch.called or not mentions.members(word) <= {f"self.{word}"}


def _switches(owner: Function) -> frozenset[str]:
    """The words by which gradients can be switched off: torch's, and those of the project's own wrappers."""
    return owner.file.engine.callers.switches(SWITCHES)
