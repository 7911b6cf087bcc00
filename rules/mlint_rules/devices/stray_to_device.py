"""ML501: moves between devices that need not be."""

from __future__ import annotations

from dataclasses import dataclass

from mlint import Confidence, Move, Reports, Step, rule

_NO_WORK = frozenset(
    "cpu numpy detach from_numpy tensor as_tensor asarray array clone contiguous float double half long int to view "
    "reshape squeeze unsqueeze copy astype".split()
)
_TORCH_HAS = _NO_WORK | frozenset(
    "exp exp2 log log2 log10 log1p expm1 sqrt square abs absolute fabs sign sin cos tan tanh arctan sinh cosh floor "
    "ceil round clip clamp sigmoid softmax relu mean sum max min amax amin std var argmax argmin cumsum transpose "
    "squeeze expand_dims flatten ravel logical_not isnan isfinite nan_to_num real imag negative reciprocal power "
    "sort argsort + - * / // % ** ~ not < <= > >= == !=".split()
)
"""What is computed on the device as well, by a function of the same or nearly the same name."""


@dataclass(frozen=True)
class _Verdict:
    """What is said of a move."""

    confidence: Confidence
    what: str
    advice: str
    because: tuple[Step, ...] = ()


@rule("ML501", "stray-to-device", "`{code}` {what}", words=("to", "cuda", "cpu", "type_as"))
def stray_to_device(move: Move) -> Reports:
    """A move to a device that costs a copy on every call, or does nothing."""
    verdict = _round_trip(move) or _made(move) or _already_there(move) or _constant(move) or _model(move)
    if verdict is None:
        return
    confidence = verdict.confidence
    if (move.is_explained or move.is_of_test) and confidence > Confidence.POSSIBLE:
        confidence = Confidence.POSSIBLE
    yield move.report(
        confidence=confidence, advice=verdict.advice, because=verdict.because, code=move.code, what=verdict.what
    )


def _made(move: Move) -> _Verdict | None:
    """A tensor that is made on the CPU only to be moved."""
    if move.name == "cpu" or move.device == "cpu" or move.making is None:
        return None
    made = move.function.code(move.making.temporary)
    sure = move.making.kind == "fill" or (move.making.kind == "data" and move.making.is_literal)
    return _Verdict(
        Confidence.LIKELY if sure and _is_often(move) else Confidence.POSSIBLE,
        f"makes `{made}` on the CPU and copies it to the device {_often(move)}",
        _device_advice(move, made),
        move.making_steps,
    )


def _is_often(move: Move) -> bool:
    if move.is_lazy:
        return False
    is_filled = move.making is not None and move.making.kind == "fill"  # data of the turn has to come there anyway
    is_repeated = move.is_in_training or (move.is_in_inference and is_filled)
    return move.occasion is not None or (move.follows_data and not move.is_once) or is_repeated


def _often(move: Move) -> str:
    if move.occasion is None and not move.follows_data and move.is_in_training:
        return "on every step of the training"
    if move.occasion is None and not move.follows_data and move.is_in_inference:
        return "on every turn of the loop"
    return f"on every call of {move.occasion}" if move.occasion else "on every call"


def _device_advice(move: Move, made: str) -> str:
    assert move.making is not None
    target = f"device={move.target}"
    if move.making.kind == "random":
        return (
            f"if the numbers drawn may differ for the same seed, draw on the device: pass `{target}`; "
            "otherwise leave it"
        )
    if move.making.inside is not None:
        return f"give `{move.making.inside}` a parameter `device`, and pass `{target}`: then it is made there"
    keeps_cast = move.takes_dtype and not move.copies_dtype
    if not move.is_direct or not made.endswith(")") or move.making.entry.is_class or keeps_cast:
        rest = ", and keep the cast" if move.takes_dtype else ""
        return f"make it there: pass `{target}` to `{move.making.entry.last}`{rest}"
    rest = f", dtype={(move.target or '').removesuffix('.device')}.dtype" if move.copies_dtype else ""
    separator = "" if made.endswith("()") else ", "
    return f"make it there: `{made[:-1].rstrip().rstrip(',')}{separator}{target}{rest})`"


def _already_there(move: Move) -> _Verdict | None:
    """A move to where the tensor is."""
    if not move.is_already_there:
        return None
    return _Verdict(
        Confidence.LIKELY if move.is_used_as_tensor and move.device != "cpu" else Confidence.POSSIBLE,
        f"does nothing: `{move.moved_code}` is on {move.place} already",
        f"drop it: use `{move.moved_code}`",
        move.history,
    )


def _round_trip(move: Move) -> _Verdict | None:
    """To the CPU and back, with no work done there."""
    link = move.fetched
    if link is None or move.device == "cpu":
        return None
    came_from = move.fetched_from
    if move.device == "cuda" and came_from is not None and came_from != "cuda":
        return _Verdict(
            Confidence.LIKELY,
            f"brings it to the default GPU, which need not be where it came from: {came_from}",
            f"bring it back there: `.to({came_from})`",
            (move.step("it goes to the CPU here", link.temporary),),
        )
    if not _NO_WORK.issuperset(link.through):
        return _detour(move)
    return _Verdict(
        Confidence.LIKELY,
        f"takes `{move.function.code(link.temporary)}` back from the CPU, where nothing was done with it",
        "leave the tensor where it is: `.detach().clone()` is a copy on the same device",
        (move.step("it goes to the CPU here, and everything waits for it", link.temporary),),
    )


def _detour(move: Move) -> _Verdict | None:
    """To the CPU and back for work that the device does as well: `np.exp(x.cpu().numpy())`."""
    link = move.fetched
    if link is None or move.occasion is None or not _TORCH_HAS.issuperset(link.through):
        return None
    work = ", ".join(f"`{name}`" for name in reversed(link.through) if name not in _NO_WORK)
    return _Verdict(
        Confidence.LIKELY,
        f"takes `{move.function.code(link.temporary)}` back from the CPU, where only {work} was computed",
        "compute that with torch, where the tensor is",
        (move.step("it goes to the CPU here, and everything waits for it", link.temporary),),
    )


def _constant(move: Move) -> _Verdict | None:
    """A constant that is moved wherever it is used."""
    if not move.is_tensor or move.name == "cpu" or move.device == "cpu":
        return None
    if move.occasion is None and not (move.is_constant and move.is_in_training):
        return None
    if move.is_registered and not move.takes_dtype:
        return _Verdict(
            Confidence.POSSIBLE,  # where parts of a model are loaded as they are needed, it brings one to the other
            "does nothing where the whole module was moved: it is registered, and moves with it",
            f"drop it: use `{move.moved_code}`",
        )
    if not move.is_constant:
        return None
    make = f'`self.register_buffer("{move.attribute or "constant"}", ...)` in the constructor'
    return _Verdict(
        Confidence.POSSIBLE if move.is_kept else Confidence.LIKELY,
        f"copies a constant to the device {_often(move)}",
        f"{make}: then it moves with the module, and the move here can go",
        move.history,
    )


def _model(move: Move) -> _Verdict | None:
    """A model that is moved on every turn of a loop, or on every forward."""
    if not move.is_model or move.path is None or move.path == ("self",) or move.is_moved_elsewhere:
        return None
    if move.loop is not None and move.is_bound_outside:
        return _Verdict(
            Confidence.LIKELY if move.is_on_every_turn else Confidence.POSSIBLE,
            "moves the model on every turn of the loop",
            "move it once, before the loop",
            (Step("the loop", move.function.span(move.loop.target)),),
        )
    if move.occasion == "forward":
        return _Verdict(
            Confidence.POSSIBLE,
            "goes through all parameters of a module on every call of forward",
            "register it as a submodule, so that it moves with the module around it",
        )
    return None
