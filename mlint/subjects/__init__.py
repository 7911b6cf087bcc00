"""Subjects: what rules look at, one module each."""

from mlint.subjects.beyond import Beyond
from mlint.subjects.call import Call
from mlint.subjects.cast import Cast
from mlint.subjects.discarded import Discarded
from mlint.subjects.dropping import Dropping
from mlint.subjects.forward import Forward
from mlint.subjects.gpu_choice import GpuChoice
from mlint.subjects.kept import Kept
from mlint.subjects.labelled import Labelled
from mlint.subjects.meeting import Meeting
from mlint.subjects.model_call import ModelCall
from mlint.subjects.move import Move
from mlint.subjects.overwrite import Overwrite
from mlint.subjects.owners import Class, File, Function
from mlint.subjects.reversed_assignment import ReversedAssignment
from mlint.subjects.siblings import Siblings
from mlint.subjects.switch import Switch
from mlint.subjects.ways import Way

__all__ = [
    "Beyond",
    "Call",
    "Cast",
    "Class",
    "Discarded",
    "Dropping",
    "File",
    "Forward",
    "Function",
    "GpuChoice",
    "Kept",
    "Labelled",
    "Meeting",
    "ModelCall",
    "Move",
    "Overwrite",
    "ReversedAssignment",
    "Siblings",
    "Switch",
    "Way",
]
