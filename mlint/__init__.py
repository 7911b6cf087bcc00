"""mlint's public API for authors of rules.

    from mlint import Cast, Reports, rule

Everything is imported on first use: `import mlint` alone loads neither libcst nor the analysis.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlint.confirm.probe import Inconclusive, confirmed, probe, refuted
    from mlint.confirm.trial import Trial
    from mlint.facts.domain.intervals import Basis, Interval
    from mlint.facts.domain.values import Kind, Value
    from mlint.facts.placement.shown import Shown
    from mlint.finding import Confidence, Span, Verdict
    from mlint.rule import Report, Reports, Silence, Step, rule
    from mlint.subjects import (
        Beyond,
        Call,
        Cast,
        Class,
        Discarded,
        Dropping,
        File,
        Forward,
        Function,
        GpuChoice,
        Kept,
        Labelled,
        Meeting,
        ModelCall,
        Move,
        Overwrite,
        ReversedAssignment,
        Siblings,
        SizeOrder,
        Switch,
        Way,
    )

__version__ = "0.1.0"
__all__ = [
    "Basis",
    "Beyond",
    "Call",
    "Cast",
    "Class",
    "Confidence",
    "Discarded",
    "Dropping",
    "File",
    "Forward",
    "Function",
    "GpuChoice",
    "Inconclusive",
    "Interval",
    "Kept",
    "Kind",
    "Labelled",
    "Meeting",
    "ModelCall",
    "Move",
    "Overwrite",
    "Report",
    "Reports",
    "ReversedAssignment",
    "Shown",
    "Siblings",
    "Silence",
    "SizeOrder",
    "Span",
    "Step",
    "Switch",
    "Trial",
    "Value",
    "Verdict",
    "Way",
    "confirmed",
    "probe",
    "refuted",
    "rule",
]

# Where a name comes from that is no subject.
_HOME = {
    "Basis": "mlint.facts.domain.intervals",
    "Confidence": "mlint.finding",
    "Inconclusive": "mlint.confirm.probe",
    "Interval": "mlint.facts.domain.intervals",
    "Kind": "mlint.facts.domain.values",
    "Report": "mlint.rule",
    "Reports": "mlint.rule",
    "Shown": "mlint.facts.placement.shown",
    "Silence": "mlint.rule",
    "Span": "mlint.finding",
    "Step": "mlint.rule",
    "Trial": "mlint.confirm.trial",
    "Value": "mlint.facts.domain.values",
    "Verdict": "mlint.finding",
    "confirmed": "mlint.confirm.probe",
    "probe": "mlint.confirm.probe",
    "refuted": "mlint.confirm.probe",
    "rule": "mlint.rule",
}


class _Package(ModuleType):
    """`mlint.rule` is the decorator, although importing the module of that name would put the module there."""

    def __getattr__(self, name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module 'mlint' has no attribute {name!r}")
        return getattr(import_module(_HOME.get(name, "mlint.subjects")), name)

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value.rule if name == "rule" and isinstance(value, ModuleType) else value)


sys.modules[__name__].__class__ = _Package
