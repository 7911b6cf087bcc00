"""What calls do to the modes of modules where no library table says it: `x.eval()` of something of unknown kind,
wrappers and copies, loaders that return a model in eval mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlint.facts.domain.objects import EACH, EVAL, MEMBERS, TRAIN, UNSURE, Mode, Modes, item, mode_of_copy, root
from mlint.facts.domain.records import replace
from mlint.facts.domain.values import MISSING, UNKNOWN, Kind, Object, Trace, Value
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact

if TYPE_CHECKING:
    from mlint.facts.evaluation.evaluate import Evaluation

MODE_DEPENDENT, MODE_INDEPENDENT = "mode-dependent", "mode-independent"
"""Traits of a module: whether it acts differently in train and eval."""
LAYER = "layer="
"""Begins the trait that names a class of layers by which a module depends on the mode."""
MODES: dict[str, Modes] = {"train": frozenset({TRAIN}), "eval": frozenset({EVAL}), "either": frozenset({UNSURE})}
"""The modes that the tables speak of."""
LOADS = "`{code}` loads weights into it, which leaves it in train mode"
"""What is said of a model of a class that is not seen; that it was made in train mode is an assumption."""
MADE = "`{code}` makes it in train mode"
"""What is said of a call that gives a new model."""
_RETURN_SELF = frozenset(
    ("to", "cuda", "cpu", "half", "float", "double", "bfloat16", "requires_grad_", "share_memory", "apply", "to_empty")
)
_ITERATES = frozenset(("modules", "children", "named_modules", "named_children", "values", "items"))
_READ = "mode="
"""Begins the trait of a flag that was read from `x.training`; the modes that it stands for follow."""
_OPEN_KINDS = (Kind.UNKNOWN, Kind.MODULE, Kind.OBJECT, Kind.NONE)
"""What a method that modules have may be called on; what is None in a base class, a class that derives from it sets."""
_PRETRAINED, _CHECKPOINT = "from_pretrained", "load_from_checkpoint"
COPY = "copy"
"""The trait by which tables mark what `copy.deepcopy` gives."""
_LOADERS = frozenset(
    "load_checkpoint load_weights load_pretrained load_state_dict load_model_weights load_pretrained_weights load_ckpt "
    "load_params".split()
)
"""Functions that load weights into the model that they are given, by their names."""
_PREPARES = ("prepare", "prepare_model", "setup", "setup_module")


def put(modes: Modes, site: Trace) -> Mode:
    """The mode that a call puts a module in, with the place."""
    words = {TRAIN: "train", EVAL: "eval"}
    (only,) = modes if len(modes) == 1 else (UNSURE,)
    message = f"`{{code}}` puts it in {words[only]} mode" if only in words else "`{code}` sets its mode"
    return Mode(modes, (replace(site, message=message),))


def read(modes: Modes, owners: frozenset[Object]) -> Value:
    """The value of `x.training` where x is in one of these modes; `owners` are the objects that x may be."""
    known = modes in ({TRAIN}, {EVAL})
    traits = frozenset({"training", _READ + ",".join(sorted(modes))})
    const = modes == {TRAIN} if known else MISSING
    return Value(Kind.NUMBER, "bool", const=const, traits=traits, objects=owners)


def recorded(flag: Value) -> Modes | None:
    """The modes that a flag stands for which was read from `x.training`; None for any other."""
    for trait in flag.traits:
        if trait.startswith(_READ):
            return frozenset(trait[len(_READ) :].split(","))
    return None


def asked(flag: Value | None) -> Modes:
    """The modes that `x.train(flag)` gives."""
    if flag is None or flag.const is True:
        return MODES["train"]
    if flag.const is False:
        return MODES["eval"]
    return recorded(flag) or MODES["either"]


def of_unknown(evaluation: Evaluation, op: ir.Call, fact: CallFact, receiver: Value) -> Value:
    """A method of something whose kind is not known, as far as the name tells what it does.

    Only modules have `eval()` and `train(flag)`, and both return the module; so does `to`.
    """
    if receiver.kind not in _OPEN_KINDS or not receiver.objects:
        return UNKNOWN
    if fact.name == _PRETRAINED:
        return _pretrained(evaluation, op)
    arguments = (*fact.positional, *fact.keywords.values())
    if fact.name == "eval" and not arguments:
        modes = MODES["eval"]
    elif fact.name == "train" and _is_flag(arguments):
        modes = asked(arguments[0] if arguments else None)
    elif fact.name in _PREPARES and fact.positional:
        return fact.positional[0] if len(fact.positional) == 1 else Value(Kind.TUPLE, items=fact.positional)
    elif fact.name == "load_state_dict":
        _loaded(evaluation, op, receiver)
        return UNKNOWN
    else:
        return receiver if fact.name in _RETURN_SELF else _inside(fact.name, receiver)
    mode = put(modes, evaluation.trace(op.target, ""))
    evaluation.state = evaluation.state.with_mode(receiver.objects, mode, EACH in receiver.traits)
    return receiver


def of_named(evaluation: Evaluation, op: ir.Call) -> None:
    """`getattr(model, mode)()`: which method that is hangs on a name that is not known."""
    asked = evaluation.instruction(op.callee)
    fact = evaluation.facts.calls.get(asked.target) if isinstance(asked, ir.Call) else None
    if fact is not None and fact.name == "getattr" and fact.positional[:1] and not op.arguments:
        step = evaluation.trace(op.target, "")
        evaluation.state = evaluation.state.with_mode(fact.positional[0].objects, put(MODES["either"], step))


def named_part(fact: CallFact) -> Value:
    """What `getattr(owner, name)` gives: which part of the owner that is hangs on a name that is not known."""
    owner = fact.positional[0] if fact.positional else UNKNOWN
    return Value(objects=item(owner.objects, MEMBERS)) if owner.kind in _OPEN_KINDS else UNKNOWN


def _loaded(evaluation: Evaluation, op: ir.Call, model: Value) -> None:
    """Whoever loads weights into what was made here has a model that is as it was made: in train mode."""
    if all(root(each)[0] == "new" and evaluation.state.mode(each).modes == {UNSURE} for each in model.objects):
        step = evaluation.trace(op.target, LOADS)
        evaluation.state = evaluation.state.with_mode(model.objects, Mode(MODES["train"], (step,)))


def _inside(method: str, receiver: Value) -> Value:
    """What a method that iterates over a container of models gives."""
    kind = Kind.MODULE if receiver.kind is Kind.MODULE else Kind.UNKNOWN
    index = MEMBERS if method in ("modules", "named_modules") else None
    # Batch norm stands all over a network, and dropout in one place, which may be cut off.
    normed = any(each.startswith(LAYER) and "Norm" in each for each in receiver.traits)
    told = member(receiver).traits if index is None and normed else frozenset[str]()
    inside = Value(kind, objects=item(receiver.objects, index), parameters=receiver.parameters, traits=told)
    if method in ("values", "modules", "children"):
        return Value(Kind.ITERATOR, element=inside)
    if method in ("items", "named_children", "named_modules"):
        return Value(Kind.ITERATOR, element=Value(Kind.TUPLE, items=(UNKNOWN, inside)))
    return UNKNOWN


def member(source: Value) -> Value:
    """A module that another one holds: which, is not known; some of them act as the whole does."""
    told = {each for each in source.traits if each in (MODE_DEPENDENT, MODE_INDEPENDENT) or each.startswith(LAYER)}
    return Value(Kind.MODULE if told else Kind.UNKNOWN, traits=frozenset(told))


def set_flag(evaluation: Evaluation, site: int, owner: Value, flag: Value) -> None:
    """`x.training = False` does to x alone what `x.train(False)` does; that x may hold others is left aside.

    Of an object that is no module a setter may pass it on to what it holds: that is not followed.
    """
    modes = MODES["either"] if owner.kind is Kind.OBJECT else asked(flag)
    evaluation.state = evaluation.state.with_mode(owner.objects, put(modes, evaluation.trace(site, "")))
    if owner.kind is Kind.OBJECT:
        evaluation.state = evaluation.state.with_field(owner.objects, "training", flag)


def _is_flag(arguments: tuple[Value, ...]) -> bool:
    if len(arguments) > 1:
        return False
    return not arguments or arguments[0].kind in (Kind.UNKNOWN, Kind.NUMBER)


def of_external(evaluation: Evaluation, op: ir.Call, fact: CallFact, symbol: str) -> Value | None:
    """A call of a library function that no table names, as far as the name tells; None where it does not."""
    last = symbol.rpartition(".")[2]
    if last == _PRETRAINED:
        return _pretrained(evaluation, op)
    if last in ("DistributedDataParallel", "DataParallel", "DDP") and fact.positional:
        return fact.positional[0]
    if last in _LOADERS and fact.positional:
        _loaded(evaluation, op, fact.positional[0])
    return None


def _pretrained(evaluation: Evaluation, op: ir.Call) -> Value:
    """What loaders of that name give is in eval mode."""
    owners: frozenset[Object] = frozenset({("new", evaluation.unit.where, op.target)})
    evaluation.state = evaluation.state.with_mode(owners, put(MODES["eval"], evaluation.trace(op.target, "")))
    return Value(objects=owners)


def of_class(evaluation: Evaluation, op: ir.Call, fact: CallFact) -> Value:
    """What a class of the project has of a library's: `Net.load_from_checkpoint(path)` makes one, in train mode as all
    that are made."""
    callee = evaluation.instruction(op.callee)
    owner = evaluation.values[callee.base] if isinstance(callee, ir.Attribute) else UNKNOWN
    if owner.kind is not Kind.CLASS or owner.symbol is None or fact.name not in (_CHECKPOINT, _PRETRAINED):
        return UNKNOWN
    if evaluation.engine.kind_of_class(owner.symbol) is not Kind.MODULE:
        return UNKNOWN
    if fact.name == _PRETRAINED:
        return replace(_pretrained(evaluation, op), kind=Kind.MODULE, symbol=owner.symbol)
    made: frozenset[Object] = frozenset({("new", evaluation.unit.where, op.target)})
    step = evaluation.trace(op.target, MADE)
    evaluation.state = evaluation.state.with_mode(made, Mode(MODES["train"], (step,)))
    return Value(Kind.MODULE, symbol=owner.symbol, objects=made)


def kept(method: str, receiver: Value, value: Value) -> Value:
    """What `x.to(device)` gives of something of unknown kind: if x is a module, x itself."""
    if receiver.kind is Kind.UNKNOWN and method in _RETURN_SELF and receiver.objects:
        return replace(value, objects=receiver.objects)
    if receiver.kind is Kind.MODULE and method in _ITERATES and receiver.objects:
        return _inside(method, receiver)
    return value


def copied(evaluation: Evaluation, op: ir.Call, source: Value) -> Value:
    """A copy is in the mode that its source is in at this moment."""
    if not source.objects or source.kind not in _OPEN_KINDS:
        return replace(source, term=None)
    owners: frozenset[Object] = frozenset({("new", evaluation.unit.where, op.target)})
    evaluation.state = evaluation.state.with_mode(owners, mode_of_copy(evaluation.state, source.objects))
    return replace(source, objects=owners, term=None)


def super_of(evaluation: Evaluation) -> Value:
    """What `super()` gives: `self`, whose methods are looked up from the next class on."""
    cls = evaluation.engine.class_of(evaluation.unit)
    first = evaluation.function.parameters[:1]
    if cls is None or not first:
        return UNKNOWN
    self_ = evaluation.names.get(first[0].name, UNKNOWN)
    bases = evaluation.engine.project.bases(cls)
    symbol = evaluation.engine.key(bases[0]) if bases and bases[0].kind in ("class", "external") else None
    return replace(self_, symbol=symbol, term=None)
