"""ML403: modules in a plain list or dict, of which the module around them knows nothing."""

from __future__ import annotations

from mlint import Confidence, Kept, Kind, Reports, rule

_CLASSES = {Kind.DICT: "ModuleDict"}


@rule(
    "ML403",
    "unregistered-submodules",
    "`self.{name}` holds modules in a plain {kind}: `parameters()`, `.to()` and `state_dict()` pass over them",
    words=("__init__", "self"),
)
def unregistered_submodules(kept: Kept) -> Reports:
    """Modules in a plain list, tuple or dict: they are not trained, not moved and not saved."""
    if not kept.modules:
        return
    if kept.is_registered:
        yield kept.silence("what it holds is registered by another name, or passed on")
        return
    if kept.is_moved_by_name:
        yield kept.silence("the class moves what it holds by itself")
        return
    sure = kept.has_weights and not kept.is_hidden and kept.is_run_as_one
    yield kept.report(
        confidence=Confidence.LIKELY if sure else Confidence.POSSIBLE,
        advice=f"self.{kept.name} = nn.{_CLASSES.get(kept.value.kind, 'ModuleList')}(...)",
        because=kept.passed,
        name=kept.name,
        kind=kept.value.kind.value,
    )
