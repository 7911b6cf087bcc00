"""Subjects: what rules look at, one module each."""

from mlint.subjects.call import Call
from mlint.subjects.devices.discarded import Discarded
from mlint.subjects.devices.gpu_choice import GpuChoice
from mlint.subjects.devices.meeting import Meeting
from mlint.subjects.devices.move import Move
from mlint.subjects.images.size_order import SizeOrder
from mlint.subjects.mode.dropping import Dropping
from mlint.subjects.mode.model_call import ModelCall
from mlint.subjects.mode.switch import Switch
from mlint.subjects.mode.ways import Way
from mlint.subjects.modules.forward import Forward
from mlint.subjects.modules.kept import Kept
from mlint.subjects.numbers.beyond import Beyond
from mlint.subjects.numbers.cast import Cast
from mlint.subjects.numbers.overwrite import Overwrite
from mlint.subjects.numbers.reversed_assignment import ReversedAssignment
from mlint.subjects.owners import Class, File, Function
from mlint.subjects.pairs.labelled import Labelled
from mlint.subjects.pairs.siblings import Siblings

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
    "SizeOrder",
    "Switch",
    "Way",
]
