"""ML504: a tensor on the CPU meets one that is where the input is."""

from __future__ import annotations

from mlint import Confidence, Meeting, Reports, rule


@rule(
    "ML504",
    "device-mismatch",
    "`{code}` {what}",
    words=("zeros", "ones", "full", "empty", "eye", "arange", "linspace", "logspace", "tensor", "Tensor", "FloatTensor",
           "LongTensor", "BoolTensor", "IntTensor", "rand", "randn", "randint", "randperm", "normal", "hann_window",
           "hamming_window", "from_numpy", "cpu"),
)  # fmt: skip
def device_mismatch(meeting: Meeting) -> Reports:
    """A tensor made on the CPU is combined with one on the device of the input: it fails as soon as that is a GPU."""
    if meeting.is_guarded or meeting.is_called_with_cpu:
        yield meeting.silence("a condition about devices decides, or every call seen passes what is on the CPU")
        return
    yield meeting.report(
        confidence=_confidence(meeting),
        advice=_advice(meeting),
        because=meeting.history,
        code=meeting.code,
        what=_what(meeting),
    )


def _confidence(meeting: Meeting) -> Confidence:
    if (
        meeting.is_of_lengths
        or meeting.is_of_data
        or meeting.is_copied
        or meeting.made_code is None
        or meeting.is_made_elsewhere_by_default
        or meeting.is_for_tracing
        or meeting.is_built_once
    ):
        return Confidence.POSSIBLE
    if meeting.how == "filled":
        sure = meeting.is_known and meeting.occasion is not None  # elsewhere it may be meant for the CPU
    elif meeting.how == "layer":
        sure = meeting.is_known and (meeting.occasion is not None or meeting.mirrors)
    elif meeting.how == "model":
        sure = True
    elif meeting.how == "missing":
        sure = False  # it may be moved, or be of use on the CPU, where it goes on
    elif meeting.how == "returned":
        is_meant = meeting.occasion is not None or meeting.is_way_out
        sure = meeting.is_known and (meeting.is_of_score or is_meant)
    elif meeting.how == "scalar":
        sure = False  # what has no dimensions meets tensors anywhere
    else:
        says_so = meeting.mirrors or meeting.is_of_module
        says_so = says_so or (meeting.speaks_of_devices and not meeting.is_moved_later)
        sure = meeting.occasion is not None or (meeting.is_known and says_so) or meeting.is_called_on_the_way
    return Confidence.LIKELY if sure else Confidence.POSSIBLE


def _what(meeting: Meeting) -> str:
    where = f"`{meeting.meeting_code}`"
    if meeting.how == "layer":
        return f"is on the CPU; in {where} the parameters of the layer are where the module is"
    if meeting.how == "index":
        return f"is on the CPU; in {where} it cannot be indexed by a tensor on {meeting.place}"
    if meeting.how == "model":
        return f"is on the CPU, and goes in {where} into a model beside what is on {meeting.place}"
    if meeting.how == "total":
        return f"stays on the CPU: in {where} it cannot be changed in place by what is on {meeting.place}"
    if meeting.how == "inside":
        return f"is on the CPU; inside of {where} it meets a tensor on {meeting.place}"
    if meeting.how == "filled":
        return f"stays on the CPU, and every item is copied there from {meeting.place}"
    if meeting.how == "missing":
        return f"is made on the CPU where none is passed; who passes one has it beside what is on {meeting.place}"
    if meeting.how in ("returned", "scalar"):
        return f"is returned on the CPU, on other ways a tensor on {meeting.place}"
    return f"is on the CPU, and meets a tensor on {meeting.place} in {where}"


def _advice(meeting: Meeting) -> str:
    if meeting.is_of_array:
        return f"bring it there: `.to({meeting.place})`"
    target = "the device of the module's parameters" if meeting.how == "layer" else f"`device={meeting.place}`"
    return f"make it there: pass {target}"
