"""Which calls run a model, and which model that is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlint.facts.domain.objects import modes_of, parent, root, stored
from mlint.facts.domain.records import replace
from mlint.facts.domain.values import UNKNOWN, Kind, Object, Value
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact, Facts
from mlint.facts.project.symbols import Symbol
from mlint.subjects.owners import Function

ASKS = frozenset(("parameters", "named_parameters", "state_dict", "load_state_dict", "eval", "train", "zero_grad"))
"""Methods that only modules have, more or less."""
_HANDLES = ASKS.union(
    "modules named_modules children named_children buffers named_buffers apply to cpu cuda half float double bfloat16 "
    "requires_grad_ share_memory register_buffer add_module get_submodule compile".split()
)
"""Methods that all modules have, and that run none."""
_MOST_OVERRIDES = 8
_DECLARED = 8
"""A method of at most so many temporaries does nothing but raise, or return a constant."""
RUNS = frozenset("forward encode decode generate predict infer inference sample embed extract_features".split())
"""Methods that run a model, by their names."""
_MODEL = re.compile(
    r"(?:^|_)(?:model|module|net|network|backbone|encoder|decoder|generator|discriminator|classifier|detector|unet|vae|"
    r"resnet|vit|bert|gpt|transformer|policy|critic|actor|teacher|student|regressor|segmentor|predictor|trunk|embedder|"
    r"extractor|autoencoder|vocoder|denoiser|head|cnn|rnn|lstm|gru|mlp|gnn|gcn|vgg|inception|densenet|mobilenet)s?\d*(?:_(?:[a-z]|ema|avg|best|final|old|new|ddp|eval))*$"
    r"|[a-z](?:Net|Model)$|^net[A-Z]$|^[Gg]_ema$|^G$|^_*(?:net|model)_[a-z0-9]+$",
)
_PLAINLY = re.compile(r"^_*(?:[a-z]+_)?(?:model|net|network)$")
_LOSS = re.compile(r"loss|criterion|(?:^|_)crit(?:_|$)|metric|psnr|ssim|lpips|niqe", re.IGNORECASE)
_NO_MODEL = re.compile(
    r"^_*(?:get|build|make|create|load|init|setup|prepare|unwrap|wrap|register|save|export|set|update|add|train|eval|"
    r"test|run|fit|compile|convert|script|trace|select|pick|check|freeze|clone|copy|apply|merge|new|parse|is|has)_|"
    r"loss|criterion|metric|_fn$|func|infer(?:er|ence)$|transform(?!er)|processor|token|sched|sampler|solver|optim|param|"
    r"_(?:class|cls|type|builder|factory|loader|creator|init|zoo|wrapper|conf|config|cfg|args|info|summary)$|"
    r"psnr|ssim|lpips|niqe|(?:^|_)(?:fid|iou|mse|mae)(?:_|$)",
    re.IGNORECASE,
)


def looks_like_model(text: str) -> bool:
    """Whether a name, or the last part of a dotted one, says that it is a model."""
    last = re.sub(r"\[[^\]]*\]$|\(\)$", "", text).rpartition(".")[2]
    return _MODEL.search(last) is not None and _NO_MODEL.search(last) is None


def looks_like_loss(text: str) -> bool:
    """Whether the last part of a name says that it is a loss or a metric."""
    return _LOSS.search(text.rpartition(".")[2]) is not None


class Running:
    """Tells which calls of a function run a model: by its class, by how the function treats it, or by its name."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self._asked = self._modules()

    def _modules(self) -> frozenset[Object]:
        """What the function treats as a module: it asks for its parameters, sets its mode."""
        return frozenset(
            owner
            for fact in self._function.facts.calls.values()
            if fact.receiver is not None and fact.name in ASKS
            for owner in fact.receiver.objects
        )

    def model(self, op: ir.Call, fact: CallFact) -> tuple[Value, int | str] | None:
        """The model that a call runs, and the temporary that is written for it (or, where none is, what would be);
        None where it runs none."""
        callee = self._function.instructions.get(op.callee)
        if fact.callee.kind is Kind.MODULE and fact.callee.objects:
            return fact.callee, op.callee
        base = callee.base if isinstance(callee, ir.Attribute) else None
        if base is not None and fact.receiver is not None and fact.receiver.objects:
            found = self._method(op, fact, fact.receiver, base)
            if found is not None:
                return found
        if fact.callee.kind is Kind.UNKNOWN and fact.callee.objects and fact.callee.symbol is None:
            return self._unknown(op, fact)
        if fact.callee.kind is Kind.NONE and looks_like_model(self._function.code(op.callee)):
            return self._set_from_outside(op, fact)
        return self._passed(op, fact) if fact.callee.kind is Kind.FUNCTION else None

    def _set_from_outside(self, op: ir.Call, fact: CallFact) -> tuple[Value, int] | None:
        """A model in an attribute of `self` for which the class itself has no more than None."""
        callee = self._function.instructions.get(op.callee)
        if fact.receiver is None or not isinstance(callee, ir.Attribute) or not self._is_of_self(callee):
            return None
        return Value(objects=stored(fact.state, fact.receiver.objects, callee.name)), op.callee

    def _passed(self, op: ir.Call, fact: CallFact) -> tuple[Value, int | str] | None:
        """A model that is passed to a function of the project which runs it as it comes."""
        symbol = None if fact.callee.symbol is None else self._function.file.engine.symbol(fact.callee.symbol)
        if symbol is None or symbol.path is None or fact.state.gradients is None:
            return None
        run = self._function.file.engine.callers.runs(symbol.path, symbol.qualname) or self._overriding(symbol)
        values = self._function.facts.values
        for argument in op.arguments:
            value = values.get(argument.value)
            if value is None or not value.objects:
                continue
            if run and (value.kind is Kind.MODULE or self._is_model(value, argument, fact)):
                names = self._function.file.engine.callers.names_of(symbol.path, symbol.qualname, fact, value)
                if not run.isdisjoint((name, "") for name in names):
                    return value, argument.value
            if value.kind is Kind.MODULE and self._is_asked(symbol, fact, value):
                return value, argument.value
        unit = self._function.file.engine.unit(symbol.path, symbol.qualname)
        me = None if unit is None or unit.me is None else unit.me[2]
        return self._held(op, fact, {name for parameter, name in run if name and parameter == me})

    def _is_model(self, value: Value, argument: ir.Argument, fact: CallFact) -> bool:
        if value.kind is not Kind.UNKNOWN:
            return False
        return self._is_module(value, fact) or looks_like_model(self._function.code(argument.value))

    def _is_asked(self, symbol: Symbol, fact: CallFact, value: Value) -> bool:
        """Whether a function runs a module that it is passed by a method of the module's class, which leaves the mode
        as it is: `model.predict(batch)`."""
        engine = self._function.file.engine
        asked = engine.callers.asks(symbol.path, symbol.qualname, RUNS) if symbol.path is not None else ()
        names = engine.callers.names_of(symbol.path, symbol.qualname, fact, value) if asked and symbol.path else ()
        for name, method in asked:
            found = engine.symbol(engine.method(value.symbol or "", method) or "") if name in names else None
            if found is not None and found.path is not None:
                return not engine.switching.puts_in_eval(engine.unit(found.path, found.qualname))
        return False

    def _overriding(self, symbol: Symbol) -> frozenset[tuple[str, str]]:
        """What the methods run that classes of the project have in the place of one that is only declared."""
        engine = self._function.file.engine
        unit = engine.unit(symbol.path, symbol.qualname) if symbol.path is not None else None
        cls = engine.class_of(unit) if unit is not None and symbol.kind == "method" else None
        if unit is None or cls is None or unit.lowered.function.size > _DECLARED:
            return frozenset()
        others = engine.project.subclasses(cls)[:_MOST_OVERRIDES]
        found = [engine.project.method(each, symbol.name.rpartition(".")[2]) for each in others]
        return frozenset().union(
            *(
                engine.callers.runs(each.path, each.qualname)
                for each in found
                if each is not None and each.path is not None
            )
        )

    def _held(self, op: ir.Call, fact: CallFact, names: set[str]) -> tuple[Value, str] | None:
        """A model in an attribute of the receiver whose method runs it as it comes: `self.step(batch)`."""
        receiver, callee = fact.receiver, self._function.instructions.get(op.callee)
        if receiver is None or receiver.kind is not Kind.OBJECT or not isinstance(callee, ir.Attribute):
            return None
        engine = self._function.file.engine
        for name in sorted(names):
            value = engine.field(receiver.symbol or "", name, 1)
            if engine.dependences.of(value).depends is False:
                continue  # a loss
            if value.kind is Kind.MODULE or (value.kind is Kind.UNKNOWN and looks_like_model(name)):
                written = f"{self._function.code(callee.base)}.{name}"
                return replace(value, objects=stored(fact.state, receiver.objects, name)), written
        return None

    def _method(self, op: ir.Call, fact: CallFact, receiver: Value, base: int) -> tuple[Value, int] | None:
        if fact.name in ASKS or (fact.name not in RUNS and not self._is_own_method(fact)):
            return None
        if receiver.kind is Kind.MODULE:
            return None if self._sees_to_mode(fact) else (receiver, base)
        if receiver.kind is not Kind.UNKNOWN or fact.name not in RUNS or self._sees_to_mode(fact):
            return None
        named = looks_like_model(self._function.code(base))
        return (receiver, base) if named or self._is_module(receiver, fact) else None

    def _is_own_method(self, fact: CallFact) -> bool:
        """A method of a module of the project that runs the module's layers."""
        facts, me = self._called(fact)
        return facts is not None and any(
            (each.callee.kind is Kind.MODULE and any(root(owner) == me for owner in each.callee.objects))
            or (each.name == "forward" and each.receiver is not None and me in each.receiver.objects)
            for each in facts.calls.values()
        )

    def _sees_to_mode(self, fact: CallFact) -> bool:
        """Whether the method puts its module in eval mode itself; one of the methods of that name, where the class of
        the module is not known."""
        engine = self._function.file.engine
        symbol = None if fact.callee.symbol is None else engine.symbol(fact.callee.symbol)
        if symbol is not None and symbol.path is not None:
            return engine.switching.puts_in_eval(engine.unit(symbol.path, symbol.qualname))
        return fact.callee.symbol is None and engine.switching.any_puts_in_eval(fact.name)

    def _called(self, fact: CallFact) -> tuple[Facts | None, Object]:
        """What is known in a method of the project that is called, and its object there."""
        engine = self._function.file.engine
        symbol = None if fact.callee.symbol is None else engine.symbol(fact.callee.symbol)
        unit = engine.unit(symbol.path, symbol.qualname) if symbol is not None and symbol.path is not None else None
        if unit is None or unit.me is None:
            return None, ()
        return engine.callers.facts(unit), unit.me

    def _unknown(self, op: ir.Call, fact: CallFact) -> tuple[Value, int] | None:
        """`model(x)` of something of unknown kind: it is a model by how it is treated, or by its name."""
        callee = self._function.instructions.get(op.callee)
        if isinstance(callee, ir.Attribute) and callee.name in _HANDLES:
            return None
        whole = not isinstance(callee, ir.Attribute)  # `model.encoder(x)` may as well be a method, which runs it too
        named = looks_like_model(self._function.code(op.callee)) or _is_one_of_models(fact.callee)
        if named and isinstance(callee, ir.Attribute) and self._is_part(callee, fact) and not self._is_of_self(callee):
            return fact.receiver or fact.callee, callee.base
        named = named and (whole or self._is_of_self(callee) or is_model_of_other(callee))
        known = named or self._is_module(fact.callee, fact, whole) or self._is_passed_module(callee, fact)
        return (fact.callee, op.callee) if known else None

    def _is_passed_module(self, callee: ir.Instruction | None, fact: CallFact) -> bool:
        """Whether it is a parameter of any name for which a module is passed, as the caller knows or treats it."""
        outline = self._function.outline
        given = {each.name for each in outline.parameters} if outline is not None else set()
        if not isinstance(callee, ir.Load) or callee.name not in given or fact.state.gradients != "off":
            return False
        if fact.callee.objects != {("parameter", self._function.unit.where, callee.name)}:
            return False
        engine, unit = self._function.file.engine, self._function.unit
        for each in engine.callers.sites(unit).sites:
            passed = engine.arguments(unit, each.fact, each.fact.receiver).get(callee.name, UNKNOWN)
            switched = passed.kind is Kind.UNKNOWN and not passed.objects.isdisjoint(each.fact.state.modes)
            if passed.kind is Kind.MODULE or switched:
                return True
        return False

    def _is_of_self(self, op: ir.Instruction | None) -> bool:
        """Whether it is `self.name`."""
        outline = self._function.outline
        base = self._function.instructions.get(op.base) if isinstance(op, ir.Attribute) else None
        first = outline.parameters[:1] if outline is not None and outline.class_name is not None else ()
        return isinstance(base, ir.Load) and any(base.name == each.name for each in first)

    def _is_part(self, callee: ir.Attribute, fact: CallFact) -> bool:
        """Whether it is an attribute of what is a module, or is called one, and in no mode of its own."""
        whole = fact.receiver
        if (
            whole is None
            or not whole.objects
            or modes_of(fact.state, fact.callee.objects) != modes_of(fact.state, whole.objects)
        ):
            return False
        return whole.kind is Kind.MODULE or looks_like_model(self._function.code(callee.base))

    def _is_module(self, value: Value, fact: CallFact, whole: bool = True) -> bool:
        owners = {holder for each in value.objects for holder in (_holders(each) if whole else (each,))}
        return not owners.isdisjoint(self._asked) or not owners.isdisjoint(fact.state.modes)


def is_model_of_other(op: ir.Instruction | None) -> bool:
    """Whether it is `trainer.model`, `context.net`: an attribute by a name that no method has. Who holds it sees to its
    mode, perhaps."""
    return isinstance(op, ir.Attribute) and _PLAINLY.search(op.name) is not None


def _is_one_of_models(value: Value) -> bool:
    """Whether it is an item of what is called models: `self.models`, whatever the loop calls one of them."""
    holders = [parent(each) for each in value.objects if each[0] == "item"]
    return bool(holders) and all(each is not None and looks_like_model(str(each[2])) for each in holders)


def _holders(owner: Object) -> Iterator[Object]:
    found: Object | None = owner
    while found is not None:
        yield found
        found = parent(found)
