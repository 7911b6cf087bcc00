"""What is only shown: pictures that a training makes of what its models give, as it goes."""

from __future__ import annotations

import re

from mlint.facts.around.callers import Situation
from mlint.facts.flow import ir
from mlint.subjects.mode.answer import Answer
from mlint.subjects.owners import Function

_SHOWS = re.compile(
    r"save_image|imsave|imwrite|imshow|add_images?$|log_images?$|(?:^|_)(?:save|show|plot|draw|visuali[sz]e)_\w*|fromarray|"
    r"^(?:Image|write_video|mimsave|mimwrite)$"
)
_JOINS = frozenset("cat stack concat concatenate hstack vstack make_grid denorm denormalize unnormalize uint8".split())
_NOISE = re.compile(r"\b(?:z|fixed|noise|latents?|seed)(?:_\w+|\d*)\b|\w*_(?:z|noise|latents?)\b|\brandn?\(")
_DEEP = 12


def is_picture_of_training(function: Function, op: ir.Call, held_out: bool, situation: Situation) -> bool:
    """Whether a training only shows by a call how far it has come: the function trains, and the call is run on no data
    that is held out; or what comes there trains, and has a generator make samples of noise."""
    trainings = function.file.engine.trainings
    if trainings.of(function.unit).targets:
        return not held_out and is_only_shown(function, op)
    trained = any(trainings.of(site.unit).targets for site in situation.chain)
    return trained and _is_run_on_noise(function, op) and is_only_shown(function, op)


def is_only_shown(function: Function, op: ir.Call) -> bool:
    """Whether what a call gives is made into pictures, and nothing else is done with it."""
    answer = Answer(function, op)
    return not answer.is_discarded and _is_shown(function, answer, op.target, _DEEP)


def _is_shown(function: Function, answer: Answer, given: int, depth: int) -> bool:
    return depth > 0 and all(_shows(function, answer, each, given, depth) for each in answer.uses_of(given))


def _shows(function: Function, answer: Answer, use: ir.Instruction, given: int, depth: int) -> bool:
    if isinstance(use, ir.Call):
        fact = function.facts.calls.get(use.target)
        name = fact.name if fact is not None else ""
        if use.callee != given and (name not in _JOINS or _SHOWS.search(name)):
            return _SHOWS.search(name) is not None
        return _is_shown(function, answer, use.target, depth - 1)
    through = isinstance(use, (ir.Attribute, ir.Item, ir.Element, ir.Collect, ir.Binary, ir.Next))
    return through and _is_shown(function, answer, use.target, depth - 1)


def _is_run_on_noise(function: Function, op: ir.Call) -> bool:
    """Whether what a call is given is named as noise, or drawn there: a generator makes samples of it."""
    return any(_NOISE.search(function.code(each.value)) for each in op.arguments)
