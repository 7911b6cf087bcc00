"""Stand-ins for packages that are not installed, so that a file that imports them can be loaded.

While modules load a stand-in takes part in anything: it is a base class, a decorator, an annotation. Afterwards it
raises when it is called: nothing that was computed rests on one.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

Loaded = TypeVar("Loaded")
_MOST = 25  # packages in one file

_loading = False


class MissingPackageError(Exception):
    """The code called something of a package that is not installed."""


class _StandIn(type):
    """A class that is whatever is asked of it."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _made(f"{cls.__qualname__}.{name}")
        setattr(cls, name, made)
        return made

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and isinstance(args[0], (types.FunctionType, type)):
            return args[0]  # a decorator
        if "__standin__" not in vars(cls):  # a class of the code that inherits from one
            raise MissingPackageError(f"`{cls.__name__}` inherits from `{_base(cls)}`, which is not installed")
        if not _loading:
            raise MissingPackageError(f"`{cls.__qualname__}` is called, which is not installed")
        return _made(f"{cls.__qualname__}()")

    def __or__(cls, other: Any) -> Any:
        return cls

    def __ror__(cls, other: Any) -> Any:
        return cls

    def __getitem__(cls, key: Any) -> Any:
        return cls

    def __iter__(cls) -> Iterator[Any]:
        return iter(())


def _base(cls: type) -> str:
    return next(each.__qualname__ for each in cls.__mro__ if "__standin__" in vars(each))


def _made(name: str) -> Any:
    return _StandIn(name, (object,), {"__standin__": True, "__qualname__": name, "__module__": "missing"})


class _Module(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _made(f"{self.__name__}.{name}")
        setattr(self, name, made)
        return made


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds every module of the packages that are known to be missing."""

    def __init__(self) -> None:
        self.packages: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] in self.packages:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        module = _Module(spec.name)
        module.__path__ = []
        module.__dict__["__version__"] = "99.0.0"
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to run."""


_finder = _Finder()


def missing() -> tuple[str, ...]:
    """The packages that were asked for and are not installed."""
    return tuple(sorted(_finder.packages))


def with_stand_ins(load: Callable[[], Loaded]) -> Loaded:
    """What `load` returns, once every missing package whose ModuleNotFoundError reaches us has a stand-in."""
    global _loading  # stand-ins differ in what they do while modules load
    if _finder not in sys.meta_path:
        sys.meta_path.append(_finder)
    before, _loading = _loading, True
    try:
        for _ in range(_MOST):
            try:
                return load()
            except ModuleNotFoundError as error:
                package = (error.name or "").partition(".")[0]
                if not package or package in _finder.packages or package in sys.modules:
                    raise
                _finder.packages.add(package)
        return load()
    finally:
        _loading = before
