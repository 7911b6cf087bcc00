"""From a class, or an expression that makes a model, to a model that runs."""

from __future__ import annotations

import ast
import inspect
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch

from mlint.confirm.probe import Inconclusive
from mlint.confirm.worker import stubs
from mlint.confirm.worker.arguments import ALIKE, UnknownArgumentError, arguments, evened, guess
from mlint.confirm.worker.configured import inputs_from
from mlint.confirm.worker.construction import repaired
from mlint.confirm.worker.inputs import Inputs, example_of, inferred
from mlint.confirm.worker.loading import failures
from mlint.confirm.worker.model import LiveModel, Way
from mlint.confirm.worker.standing import stands_in
from mlint.confirm.worker.states import seeded, stir

_NAMES_MISSING = 10
_MISFITS = re.compile(r"no inputs were found.*(match|channels|size|multiplied|expand)", re.DOTALL)


@dataclass(frozen=True)
class Made:
    """What was made, the call that made it in words, and its arguments."""

    module: Any
    shown: str
    arguments: Mapping[str, object]


class EmptyLayerError(ValueError):
    """A layer has no channels: what was guessed must be larger."""

    def __init__(self, made: Any, arguments: Mapping[str, object]) -> None:
        super().__init__("a layer is empty: the sizes must be larger")
        self.made, self.arguments = made, arguments


def _has_empty_layers(made: Any) -> bool:
    if not isinstance(made, torch.nn.Module):
        return False
    lazy = (torch.nn.parameter.UninitializedParameter, torch.nn.parameter.UninitializedBuffer)
    return any(not isinstance(each, lazy) and each.numel() == 0 for each in made.parameters())


class Function(torch.nn.Module):
    """A function that is run as if it were a model."""

    def __init__(self, function: Any) -> None:
        super().__init__()
        self.forward = function


class Builder:
    """Builds models of one loaded module, each class once."""

    def __init__(self, module: types.ModuleType, way: Way, config: Mapping[str, Any]) -> None:
        self.module, self._way, self._config = module, way, config
        self._built: dict[str, LiveModel | Inconclusive] = {}
        self.tried: dict[str, list[str]] = {}
        self._partial: list[str] = []

    def of_module(self, module: types.ModuleType) -> Builder:
        """A builder for another module, with the same settings."""
        other = Builder(module, self._way, self._config)
        other.tried, other._partial = self.tried, self._partial
        return other

    @property
    def is_partial(self) -> bool:
        """Whether a model holds a stand-in for a part that is passed in."""
        return bool(self._partial)

    def of_class(self, cls: Any, given: Mapping[str, object] | None = None, seed: int = 0) -> LiveModel:
        """A model of the class, with these arguments where they are known. Raises Inconclusive."""
        key = f"{cls.__qualname__}{sorted(given or {})}{seed}"
        return self._once(
            key,
            lambda: self._made_of_class(cls, given, seed),
            *(partial(self._made_of_class, cls, given, seed, alike=alike) for alike in ALIKE),
        )

    def of_function(self, function: Any, owner: Any) -> LiveModel:
        """A function as a model; of a method, with an object of its class `owner`. Raises Inconclusive."""

        def make() -> Made:
            if owner is None:
                return Made(Function(function), f"{function.__name__}(...)", {})
            kwargs, _ = arguments(owner)
            made = self._supplied(owner, lambda: owner(**kwargs))
            return Made(
                Function(getattr(made, function.__name__)), f"{owner.__name__}().{function.__name__}(...)", kwargs
            )

        try:
            return self._once(function.__qualname__, make)
        except UnknownArgumentError as error:
            raise Inconclusive(f"`{owner.__name__}` can't be made: {error}") from error

    def of_expression(self, value: ast.expr) -> LiveModel:
        """The model that an expression of the module makes. Raises Inconclusive."""
        return self._once(ast.unparse(value), lambda: self._made_by(value))

    def _once(self, key: str, *makes: Callable[[], Made]) -> LiveModel:
        """The model that the first of the ways makes that leads to one that runs."""
        for make in makes if key not in self._built else ():
            try:
                self._built[key] = self._running(make())
                break
            except Inconclusive as unclear:
                first = self._built.setdefault(key, unclear)
                if not _MISFITS.search(str(first)):
                    break
        found = self._built[key]
        if isinstance(found, Inconclusive):
            raise found
        return found

    # --- constructing -----------------------------------------------------------------------------------------------

    def _made_of_class(
        self,
        cls: Any,
        given: Mapping[str, object] | None,
        seed: int = 0,
        *,
        alike: tuple[re.Pattern[str], int] | None = None,
    ) -> Made:
        settings = self._settings(cls)
        if "args" in settings or "kwargs" in settings:
            args, kwargs = settings.get("args", []), settings.get("kwargs", {})
            return Made(self._called(cls, args, kwargs, seed), f"{cls.__name__}(...) as configured", kwargs)
        try:
            kwargs, guessed = arguments(cls, given)
            kwargs = evened(kwargs, guessed, *alike) if alike is not None else kwargs
        except (UnknownArgumentError, ValueError, TypeError) as error:
            raise Inconclusive(f"`{cls.__name__}` can't be made: {error}{self._hint(cls)}") from error
        return self._repaired(cls, kwargs, guessed, seed)

    def _repaired(self, function: Any, kwargs: dict[str, object], guessed: set[str], seed: int = 0) -> Made:
        """What the function makes, with other arguments if need be, and the call that made it."""

        def make(arguments: Mapping[str, object]) -> Any:
            with seeded(seed):
                made = function(**arguments)
            if guessed and _has_empty_layers(made):
                raise EmptyLayerError(made, arguments)
            return made

        def with_names() -> Any:
            try:
                return repaired(make, function, kwargs, guessed)
            except EmptyLayerError as empty:
                return empty.made, empty.arguments

        made, arguments = self._supplied(function, with_names)
        shown = {name: value for name, value in arguments.items() if name in guessed or kwargs.get(name) is not value}
        listed = ", ".join(f"{name}={_shown(value)}" for name, value in shown.items())
        return Made(self._module(made, function), f"{function.__name__}({listed})", arguments)

    def _called(self, cls: Any, args: Any, kwargs: Mapping[str, Any], seed: int) -> Any:
        def make() -> Any:
            with seeded(seed):
                return cls(*args, **kwargs)

        return self._module(self._supplied(cls, make), cls)

    def _supplied(self, cls: Any, make: Callable[[], Any]) -> Any:
        """What `make` returns, with names that it misses in the module supplied."""
        names = vars(self.module)
        error: BaseException = RuntimeError("too many names are missing")
        for _ in range(_NAMES_MISSING):
            try:
                return make()
            except NameError as missing:  # a name that was left out with the script around the definitions
                error = missing
                if not missing.name or missing.name in names or not self._supply(missing.name):
                    raise self._failed(cls, missing) from missing
            except Exception as raised:
                raise self._failed(cls, raised) from raised
        raise self._failed(cls, error)

    def _module(self, made: Any, cls: Any) -> Any:
        if not isinstance(made, torch.nn.Module):
            raise Inconclusive(f"`{cls.__name__}` makes {type(made).__name__}, which is no module")
        return made

    def _supply(self, name: str) -> bool:
        try:
            vars(self.module)[name] = guess(name)
        except UnknownArgumentError:
            return False
        return True

    def _failed(self, cls: Any, error: BaseException) -> Inconclusive:
        name = getattr(cls, "__name__", "the model")
        if isinstance(error, stubs.MissingPackageError):
            return Inconclusive(str(error))
        text = " ".join(str(error).split())[:160]
        causes = [each for each in failures(self.module) if isinstance(error, NameError)]
        because = f" ({type(causes[0]).__name__}: {causes[0]})"[:160] if causes else ""
        return Inconclusive(f"`{name}` can't be made: {type(error).__name__}: {text}{because}{self._hint(cls)}")

    def _hint(self, cls: Any) -> str:
        told = inspect.isclass(cls) or inspect.isfunction(cls)
        return f'; tell how in [tool.mlint.confirm."{self._key(cls)}"]' if told else ""

    def _made_by(self, value: ast.expr) -> Made:
        names = vars(self.module)
        made = _evaluated(value, names)
        if isinstance(made, torch.nn.Module):
            return Made(made, ast.unparse(value), {})
        function = _evaluated(value.func, names) if isinstance(value, ast.Call) else None
        if not isinstance(value, ast.Call) or not callable(function):
            raise Inconclusive(f"`{ast.unparse(value)[:80]}` can't be evaluated outside of its function")
        given = _arguments_seen(value, function, names)
        if inspect.isclass(function):
            return self._made_of_class(function, given)
        try:
            kwargs, guessed = arguments(function, given)
        except (UnknownArgumentError, ValueError, TypeError) as error:
            raise Inconclusive(f"`{function.__name__}` can't be called: {error}") from error
        return self._repaired(function, kwargs, guessed)

    # --- inputs -----------------------------------------------------------------------------------------------------

    def _running(self, done: Made) -> LiveModel:
        module, made = done.module, done.shown
        stir(module)
        if stands_in(module):
            self._partial.append(made)
        subject = _subject(module)
        tried: list[str] = self.tried.setdefault(subject.__name__, [])
        tried.append(f"made as {made}")
        inputs = self._configured(module) or example_of(module)
        if inputs is None:
            try:
                inputs = inferred(module, tried, done.arguments)
            except Inconclusive as unclear:
                raise Inconclusive(f"`{made}`: {unclear}{self._hint(subject)}", by_time=unclear.by_time) from None
            except stubs.MissingPackageError as missing:
                raise Inconclusive(str(missing)) from missing
        else:
            tried.append(f"{inputs.shown}: {inputs.source}")
        return LiveModel(module, made, inputs, self._way)

    def _configured(self, module: Any) -> Inputs | None:
        given = self._settings(_subject(module)).get("inputs")
        if given is None:
            return None
        return inputs_from(given)

    def _settings(self, cls: Any) -> Mapping[str, Any]:
        for each in cls.__mro__ if inspect.isclass(cls) else (cls,):
            found = self._config.get(self._key(each))
            if found is not None:
                return dict(found)
        return {}

    def _key(self, cls: Any) -> str:
        return f"{getattr(cls, '__module__', '')}:{getattr(cls, '__qualname__', '')}"


def _subject(module: Any) -> Any:
    """The class or function that a module stands for."""
    return module.forward if isinstance(module, Function) else type(module)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


_FAILED = object()


def _evaluated(value: ast.expr, names: dict[str, Any]) -> Any:
    try:
        with seeded():
            return eval(compile(ast.Expression(value), "<mlint>", "eval"), names)
    except Exception:  # noqa: BLE001 - it needs what only its function has
        return _FAILED


def _arguments_seen(call: ast.Call, function: Any, names: dict[str, Any]) -> dict[str, object]:
    """The arguments of a call that mean something outside of the function that it is in."""
    try:
        parameters = list(inspect.signature(function).parameters)
    except (ValueError, TypeError):
        return {}
    plain = [] if any(isinstance(each, ast.Starred) for each in call.args) else call.args
    given = dict(zip(parameters, plain, strict=False))
    given.update({each.arg: each.value for each in call.keywords if each.arg})
    values = {name: _evaluated(value, names) for name, value in given.items()}
    return {name: value for name, value in values.items() if value is not _FAILED}
