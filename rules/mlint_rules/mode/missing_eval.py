from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mlint import Confidence, ModelCall, Reports, Step, Way, rule

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_EVALUATES = frozenset(
    "eval evaluate evaluation evaluator validate validation validator valid val test testing tester predict prediction "
    "predictions predictor inference score scoring".split()
)
_VALIDATES = frozenset("eval evaluate evaluation validate validation val valid test testing accuracy".split())
_HELD_OUT = frozenset("eval evaluation validation val valid test testing dev".split())
_DATA = frozenset("loader loaders dataloader dataloaders batches iter iterator dl dataset data set".split())
_INFERRED = frozenset("batch image images one single model all frame frames video text sample samples".split())
_HEADS = frozenset("classifier regressor fc linear probe".split())
_ANSWERS = frozenset(("encode", "generate", "embed", "transcribe", "translate", "detect", "classify"))
_KEEPS_TRAIN_MODE = frozenset(
    "bn batchnorm dropout mc stochastic uncertainty calibrate calibration recalibrate swa maml".split()
)
_INSPECTS = frozenset("diagnose diagnosis diagnostics debug debugging compare comparison parity divergence".split())
_EVOLVES = frozenset("evo evolve evolution evolutionary neuroevolution genetic fitness population".split())
_TRAINING = frozenset(("train", "training"))
_TARGETS = frozenset("tgt target teacher momentum frozen reference ref old".split())
_ADVICE = "call `{model}.eval()` before it, and `{model}.train()` after where training goes on"


@rule("ML201", "missing-eval", "`{model}` {mode} here ({origin}): {effect}")
def missing_eval(call: ModelCall) -> Reports:
    """A model is run without gradients, as for evaluation, but not in eval mode."""
    excuse = _excuse(call)
    if excuse:
        yield call.silence(excuse)
        return
    ways = [
        each for each in call.ways if each.dependence.depends is not False and not each.is_never_met(call.op.target)
    ]
    if not call.is_frozen_teacher:
        ways = [each for each in ways if not _teaches(each)]
    found = next(filter(None, (_judged(call, way, ways) for way in sorted(ways, key=_doubt))), None)
    if found is None:
        yield call.silence("no way leads here with gradients off and the model in train mode")
        return
    way, confidence = found
    if (
        call.is_discarded
        or call.is_of_test
        or way.is_of_test
        or call.speaks_of_eval
        or call.is_picture_of_training(way)
        or (_is_translation(call) and not way.may_eval)
        or (call.is_loss and (way.may_eval or not way.dependence.depends))
        or (call.is_part_run and not way.dependence.depends)
        or not _INSPECTS.isdisjoint(_words(f"{call.function.path.stem} {call.function.qualname}"))
        or (call.is_part_of_self and not (call.is_self and ((way.is_called and way.is_train) or call.left_in_train)))
    ):
        confidence = Confidence.POSSIBLE
    because = call.steps(way)
    yield call.report(
        confidence=confidence,
        advice=_ADVICE.format(model=call.name),
        because=because,
        model=call.name,
        mode=_mode(way),
        origin=_origin(call, way, because),
        effect=_effect(way),
    )


def _excuse(call: ModelCall) -> str | None:
    """Why the mode does not matter here, or is somebody else's business; None where it does."""
    if call.is_part_of_self and not _answers(call.function.name) and not call.is_asked_from_outside:
        return "a module's own method: the mode is its caller's"
    if call.is_independent:
        return "the model acts the same in both modes"
    if call.is_made_for_this:
        return "it is made for this one call, or to see whether it runs: whoever wrote it saw the mode"
    if call.is_each_put_in_eval:
        return "whichever it is was put in eval mode where it was chosen, or part by part"
    if call.is_measured:
        return "only the shape of the result is used"
    if not _KEEPS_TRAIN_MODE.isdisjoint(_words(call.function.qualname)) or _is_evolution(call):
        return "train mode is the purpose here"
    return None if call.is_off_at_times else _excuse_of_training(call)


def _is_evolution(call: ModelCall) -> bool:
    """Whether networks are evaluated to be trained: by selection, without gradients."""
    return not _EVOLVES.isdisjoint(_words(" ".join((*call.function.path.parts[-2:], call.function.qualname))))


def _is_translation(call: ModelCall) -> bool:
    """Whether the model is named pix2pix, whose authors keep dropout and batch statistics on for samples."""
    return "pix2pix" in f"{(call.model.symbol or '').rpartition('::')[2]} {call.function.path.name}".lower()


def _excuse_of_training(call: ModelCall) -> str | None:
    """What a training around the call, which no flag switches off, has to do with it."""
    if call.is_frozen_teacher:
        return None
    if call.is_training:
        return "the function trains in the same turns: a teacher, or samples for another model"
    if call.is_amid_training and not _validates(call.spelled):
        return "what it gives is trained with in the same turn of the loop"
    if call.gives_losses:
        return "only in train mode does a detector give its losses"
    if call.is_beside_graph:
        return "the function runs models with gradients as well: this one gives a target"
    return None


def _teaches(way: Way) -> bool:
    """Whether the call gives targets or samples to a training that is around it; a validation every step does not."""
    return way.trains and not _validates(way.inner) and not _goes_through(way.passed)


def _doubt(way: Way) -> int:
    """The order in which ways are judged: the surest first."""
    return (not way.is_train) + 2 * way.is_unsure + 2 * way.is_open + 4 * way.is_of_test


def _judged(call: ModelCall, way: Way, ways: list[Way]) -> tuple[Way, Confidence] | None:
    if call.is_by_method and (way.is_unsure or not way.may_train):
        return None  # `model.encode(x)` of something that nothing tells the class of may be anything
    if way.has_gradients and not way.is_train:
        return (way, Confidence.POSSIBLE) if way.may_train or way.is_open or way.is_unsure else None
    if way.is_chosen or (way.may_eval and (way.is_left_to_flag or way.is_decided_alike(call.op.target))):
        return way, Confidence.POSSIBLE
    if way.is_unsure:
        told = ((_measures(call, way) and _goes_through(_data(call))) or _is_shown(call, way)) and not way.may_eval
        return way, Confidence.LIKELY if told else Confidence.POSSIBLE
    if way.is_open:
        if way.may_eval:  # on one branch only; but what the function makes where nothing is passed is in eval mode
            at_times = way.is_put_at_times(call.model.objects) and _evaluates(call.function.name)
            return way, Confidence.LIKELY if at_times else Confidence.POSSIBLE
        sure = (call.is_typed or call.is_named) and way.is_called and not way.is_hidden and _evaluates(way.outermost)
        sure = sure and any(_names_one_of(each, _DATA) for each in (*_data(call), *way.passed))
        told = sure and all(each.is_open for each in ways)
        told = (told or _measures(call, way) or _is_shown(call, way)) and not call.is_given_inside
        told = told and not _is_head(call)
        return way, Confidence.LIKELY if told else Confidence.POSSIBLE
    if not way.may_train:
        return None
    seen = way.dependence
    if _is_doubtful(call, way) or (way.has_gradients and not (seen.depends and seen.sure) and not way.is_switched):
        return way, Confidence.POSSIBLE
    if call.is_frozen_teacher and (seen.depends is not True or way.may_eval):
        return way, Confidence.POSSIBLE
    certain = way.is_train and seen.depends is True and seen.sure and not (way.has_gradients or call.is_frozen_teacher)
    return way, Confidence.CERTAIN if certain else Confidence.LIKELY


def _measures(call: ModelCall, way: Way) -> bool:
    """Whether the function is an evaluation by its name, and goes itself through the data of one: nobody is seen to
    call it, but who does would have to know that the mode is left to him. Whoever validates may call any data so."""
    if not (call.is_typed or call.is_named) or way.is_hidden or not _evaluates(call.function.name):
        return False
    data = any(_names_one_of(each, _DATA) for each in _data(call))
    return _goes_through(_data(call)) or (data and _names_one_of(call.function.name, _VALIDATES))


def _is_shown(call: ModelCall, way: Way) -> bool:
    """Whether the function sees to the mode of this model when it has run it; or the class leaves it in train mode
    after its training: who runs it next does so in train mode. That it sees to the mode of another model shows
    nothing: this one may be frozen, come from a library in eval mode, or be no network at all."""
    if call.is_loss or not (call.is_typed or call.is_named or call.is_self):
        return False
    left = any(map(_answers, (call.function.name, way.outermost))) and bool(call.left_in_train)
    return call.is_put_in_train_after or left


def _is_head(call: ModelCall) -> bool:
    """Whether another model was seen to, and this one is named as what may be a single layer on top of it."""
    return not call.is_typed and _names_one_of(call.name, _HEADS) and call.put_beside is not None


def _is_target(call: ModelCall) -> bool:
    """Whether the model gives targets to a training, by its name."""
    return not _TARGETS.isdisjoint(_words(call.name.rpartition(".")[2]))


def _is_evaluation(call: ModelCall, way: Way) -> bool:
    """Whether data is held out by its name, or a function on the way validates by its name and goes through data."""
    data = (*_data(call), *way.passed)
    validates = _validates((call.function.name, *way.inner)) and any(_names_one_of(each, _DATA) for each in data)
    return not call.is_loss and (validates or _goes_through(data))


def _data(call: ModelCall) -> Iterator[str]:
    """The names in what the loops around the call go through."""
    return (part for path in call.through for part in path)


def _goes_through(names: Iterable[str]) -> bool:
    """Whether one of the names is that of held-out data: `val_loader`."""
    return any(_names_one_of(each, _HELD_OUT) and _names_one_of(each, _DATA) for each in names)


def _is_doubtful(call: ModelCall, way: Way) -> bool:
    """Whether something may be meant, or seen to elsewhere, where the model may be in train mode."""
    assumed = way.is_assumed and not call.is_held
    aims = assumed and call.is_of_trainer and not _evaluates(call.function.name)
    seen, told = way.dependence, way.is_switched or (assumed and not aims)
    counts = way.is_train and bool(seen.depends) and not (call.is_held or _is_target(call))
    told = told or (counts and not way.has_gradients and _is_evaluation(call, way))
    if not told and (seen.opaque or not seen.depends):
        return True  # what it holds may have come in eval mode, or acts the same in both
    if seen.what == "instance norm" or (not way.is_switched and seen.chosen):
        return True  # each image by itself, as may be wanted; layers that nobody may have asked for
    if way.may_eval and not way.is_seen_here:
        return True  # what decides there may decide here
    meant = way.is_meant_for(call.op.target) or way.is_meant_by_caller or way.is_set_up_so
    meant = meant or not _TRAINING.isdisjoint(_in_order(call.fact.name))  # `self._training_loss(batch)`
    return meant and not any(map(_evaluates, (call.function.name, *way.inner)))


def _validates(names: Iterable[str]) -> bool:
    return any(_names_one_of(each, _VALIDATES) for each in names)


def _names_one_of(name: str, words: frozenset[str]) -> bool:
    return not words.isdisjoint(_in_order(name))


def _in_order(name: str) -> list[str]:
    return _WORD.findall(name.lower()) if name.islower() else [word.lower() for word in _WORD.findall(name)]


def _evaluates(name: str) -> bool:
    words = _in_order(name)
    if "infer" in words:  # `infer_batch`, but not `infer_shapes`, which only finds something out
        return words[-1] == "infer" or not _INFERRED.isdisjoint(words)
    return not _EVALUATES.isdisjoint(words)


def _answers(name: str) -> bool:
    """Whether a method of a module is one that its users call for an answer, and not a part of its forward."""
    return name in _ANSWERS or _evaluates(name)


def _words(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(name))


def _mode(way: Way) -> str:
    if way.is_train and not way.is_assumed:
        return "is in train mode"
    return "may be in train mode" if way.may_train else "may still be in train mode"


def _origin(call: ModelCall, way: Way, because: tuple[Step, ...]) -> str:
    if way.is_put_at_times(call.model.objects):
        return "`eval()` is called on some paths only"
    if not way.may_train and call.put_beside is not None:
        return f"`{call.put_beside}` is put in eval mode, this one is not"
    if not way.may_train and call.left_in_train and any(map(_answers, (call.function.name, way.outermost))):
        left = call.left_in_train[-1].where[1].rpartition(".")[2]
        return f"`{left}` leaves it so: {next(_places(because), 'never put in eval mode')}"
    if not way.may_train and call.is_put_in_train_after:
        return f"`{call.function.name}` puts it in train mode afterwards, and not in eval mode before"
    if not way.may_train:
        return f"`{call.function.name}` does not put it in eval mode, nor is a caller seen that does"
    if way.may_eval:
        return "`eval()` is called on some paths only"
    return next(_places(because), "never put in eval mode")


def _places(because: tuple[Step, ...]) -> Iterator[str]:
    """Where it came to be in train mode."""
    for step in reversed(because):
        if "train mode" in step.message:
            where = f"at line {step.span.line}" + (f" of {step.path.rpartition('/')[2]}" if step.path else "")
            made = "makes it" in step.message
            if "loads weights" in step.message:
                yield f"its weights are loaded {where}, never put in eval mode"
            yield f"made {where}, never put in eval mode" if made else f"put in train mode {where}, not in eval since"


def _effect(way: Way) -> str:
    what = way.dependence.what
    if what == "dropout":
        return "its dropout still drops values at random"
    if what == "batch norm":
        return "its batch norm uses, and changes, the statistics of this batch"
    if way.dependence.depends and what:
        return f"{what} acts as in training"
    return "dropout and batch norm act as in training"
