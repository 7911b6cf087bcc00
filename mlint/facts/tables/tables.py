"""What library calls do, as data: `library/<package>/*.toml`, read when a name of that package is first asked for.

A table of a name says what the call gives, as texts that name the parameters it depends on:

    ["torch.zeros"]
    params = "*size, out, dtype, device"   # `*x` collects, `a|b` names, `a=1` default, `*` keyword-only follow
    kind = "tensor"              # a Kind by its value; "$x": the kind of argument x, "array" where that is not known
    dtype = "$dtype | float32"   # the first alternative that was passed; "$x": dtype named by x, or that of its numbers
    range = "0, 0"               # low, high; "$x": the range of x; "clip($x, $min, $max)": see `ranges.py`
    device = "$device | cpu"     # "$x": the device named by x, or where x is
    cast = "$dtype"              # with `like`: cast to that dtype, where one was passed
    operation = "$x + $y"        # what Python's operator does with these numbers
    like = "x"                   # everything of x but its term and identity, before the keys above are set
    term = "min($x)"             # how it was computed, for relations; "$x": the same numbers; what is absent drops out
                                 # (in `range` and `term`, "by_name($x)" is the transfer named as the function)
    items = [...], element = {}, entries = {}   # results inside a tuple, any container, a dict; a text is a `like`
    traits = ["image"]           # "$x": those of x
    const = 1                    # a known constant
    symbol = "timm.Model"        # of a class, function or instance, where it is not the name itself
    same = "self"                # that argument's own object is returned
    mutates = "self"             # that argument takes the result's facts (in-place, `out=`)
    mode = "eval"                # or "train", "$mode" (a bool): puts self, or a module that is returned, in that mode
    moves = "$device"            # moves self (a module) there
    members = "modules"          # the modules passed there become members of the result
    context = "no_grad"          # entering the result (or decorating with it) switches this on
    host = true                  # data from outside enters here, on the CPU
    registers = "tensor"         # self gets that argument as the attribute that `name` says, with the entry's traits
    forward = "torch.sigmoid"    # calling an instance of the class does this
    mode_dependent = true        # an instance acts differently in train and eval; "$p": where p is not 0; "members"
    class = true, bases = ["torch.nn.Module"], hooks = { validation_step = "eval no_grad" }
    attribute = true             # read, not called
    dtype_name = "uint8"         # it names a dtype
    cases = [{ if = "dim and src is tensor and mode = 'nearest'", kind = "array" }]   # the first that holds overrides

`[[group]]` gives one spec to many names: `prefix = "torch."`, `names = "sin cos"`, `also = ["torch.Tensor."]` (further
prefixes), `methods = ["random.Random."]` (further prefixes, of methods that take `self` before the parameters).
`[constants.cv2]` and `[dtypes.torch]` list values. `[aliases]` maps `"torch.nn.modules.*" = "torch.nn"`.
A method that ends in `_` follows from the one without. Users add the same entries under `[tool.mlint.facts]`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from mlint.facts.domain.records import replace
from mlint.facts.domain.values import UNKNOWN, Kind, Value
from mlint.facts.tables.entries import ENTRY_KEYS, Entry, Spec, TableError, build

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LIBRARY = Path(__file__).parent.with_name("library")
_SECTIONS = frozenset(("group", "constants", "dtypes", "aliases"))
_CLASS_OF = {
    Kind.TENSOR: ("torch.Tensor",),
    Kind.ARRAY: ("numpy.ndarray",),
    Kind.NUMBER: ("builtins.float", "numpy.ndarray"),
    Kind.TEXT: ("builtins.str",),
    Kind.TUPLE: ("builtins.tuple",),
    Kind.LIST: ("builtins.list",),
    Kind.SET: ("builtins.set",),
    Kind.DICT: ("builtins.dict",),
    Kind.ITERATOR: ("builtins.iterator",),
    Kind.MODULE: ("torch.nn.Module",),
    Kind.OPTIMIZER: ("torch.optim.Optimizer",),
    Kind.PIL: ("PIL.Image.Image",),
    Kind.PATH: ("pathlib.Path",),
    Kind.DEVICE: ("torch.device",),
    Kind.DTYPE: ("numpy.dtype",),
    Kind.UNKNOWN: ("array_like",),
}


@dataclass(slots=True)
class _Package:
    """The tables of one package, as read."""

    specs: dict[str, Spec] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)


class Tables:
    """The library tables with the user's facts on top. Raises `TableError` where those cannot be read."""

    def __init__(self, user: Mapping[str, object] | None = None) -> None:
        self._user = dict(_user_specs(user or {}))
        self._entries: dict[str, Entry | None] = {}
        self._members: dict[tuple[str, str], Entry | None] = {}
        for name in self._user:
            self._require_sense(name)

    def _require_sense(self, name: str) -> None:
        from mlint.facts.tables.flaws import flaws  # only users' entries need it in a run

        entry = self.entry(name)
        flaw = None if entry is None else next(flaws(entry, self.entry), None)
        if flaw is not None:
            raise TableError(f"facts about `{name}`: {flaw}")

    def entry(self, qualified: str) -> Entry | None:
        """What is known of a callable, class, constant or attribute by its fully dotted name; None where nothing is."""
        if qualified not in self._entries:
            self._entries[qualified] = None  # for a table in which a class is said to derive from itself
            self._entries[qualified] = self._find(qualified)
        return self._entries[qualified]

    def canonical(self, qualified: str) -> str:
        """The name that the tables use: `torch.nn.Linear` for `torch.nn.modules.linear.Linear`."""
        entry = self.entry(qualified)
        return qualified if entry is None else entry.name

    def named(self, qualified: str) -> Value:
        """What the name itself stands for: a class, function, dtype or constant; UNKNOWN where nothing is known."""
        entry = self.entry(qualified)
        if entry is None:
            return UNKNOWN
        if entry.result.const is not None and entry.parameters is None:
            return replace(entry.result.const, symbol=entry.name)
        if entry.is_class:
            # where `x.type(torch.cuda.FloatTensor)` is
            place = "cuda" if entry.name.startswith("torch.cuda.") else None
            return Value(Kind.CLASS, dtype=entry.dtype_name, symbol=entry.name, device=place)
        if entry.dtype_name:
            return Value(Kind.DTYPE, dtype=entry.dtype_name, symbol=entry.name)
        return Value(Kind.FUNCTION, symbol=entry.name)

    def member(self, owner: str, name: str) -> Entry | None:
        """The method or attribute `name` of the class `owner`, its own or inherited."""
        key = owner, name
        if key not in self._members:
            found = (self.entry(f"{ancestor}.{name}") for ancestor in self.ancestors(owner))
            self._members[key] = next((each for each in found if each is not None), None)
        return self._members[key]

    def ancestors(self, owner: str) -> Iterator[str]:
        """The class itself, then its bases as far as the tables know them."""
        seen: list[str] = [self.canonical(owner)]
        for name in seen:
            yield name
            entry = self.entry(name)
            seen.extend(base for base in (entry.bases if entry else ()) if base not in seen)

    def is_a(self, owner: str, base: str) -> bool:
        """Whether the class `owner` is `base`, or derives from it."""
        return self.canonical(base) in self.ancestors(owner)

    def hook(self, owner: str, method: str) -> tuple[str, ...]:
        """How the framework of the base class `owner` calls this method: `("eval", "no_grad")`; empty where unknown."""
        for ancestor in self.ancestors(owner):
            entry = self.entry(ancestor)
            for name, words in entry.hooks if entry else ():
                if name == method:
                    return words
        return ()

    def entry_for_method(self, kind: Kind, name: str) -> Entry | None:
        """The method of that name on a value of that kind; for `Kind.UNKNOWN` only where the name is telling."""
        found = self._on(kind, name)
        return None if found is None or found.attribute else found

    def entry_for_attribute(self, kind: Kind, name: str) -> Entry | None:
        """The attribute of that name on a value of that kind; for `Kind.UNKNOWN` only where the name is telling."""
        found = self._on(kind, name)
        return found if found is not None and found.attribute else None

    def names(self, package: str) -> list[str]:
        """Every name of a package that has an entry of its own."""
        return sorted(_package(package).specs)

    def _on(self, kind: Kind, name: str) -> Entry | None:
        for owner in _CLASS_OF.get(kind, ()):
            found = self.member(owner, name)
            if found is not None:
                return found
        return None

    def _find(self, qualified: str) -> Entry | None:
        for name in self._spellings(qualified):
            spec = self._spec(name)
            if spec is not None:
                return build(name, spec)
            found = self._derived(name)
            if found is not None:
                return found
        return None

    def _spec(self, name: str) -> Spec | None:
        return self._user.get(name) or _package(name.partition(".")[0]).specs.get(name)

    def _derived(self, name: str) -> Entry | None:
        """The in-place form of a method (`clamp_`), or an inherited member (`torch.nn.Linear.eval`)."""
        if name.startswith("torch.") and name.endswith("_") and not name.endswith("__"):
            found = self._spec(name[:-1])
            return None if found is None else _in_place(build(name[:-1], found), name)
        owner, _, member = name.rpartition(".")
        spec = self._spec(owner) if owner else None
        for base in build(owner, spec).bases if spec is not None else ():
            inherited = self.member(base, member)
            if inherited is not None:
                return inherited
        return None

    def _spellings(self, qualified: str) -> Iterator[str]:
        """The name, and the names that it is an alias of."""
        yield qualified
        aliases = _package(qualified.partition(".")[0]).aliases
        position = len(qualified)
        while position > 0:
            prefix, rest = qualified[:position], qualified[position + 1 :]
            if rest and f"{prefix}.*" in aliases:
                yield f"{aliases[f'{prefix}.*']}.{_public(rest)}"
            if prefix in aliases:
                yield from self._spellings(f"{aliases[prefix]}.{rest}" if rest else aliases[prefix])
            position = qualified.rfind(".", 0, position)


def _public(rest: str) -> str:
    """The part of a name inside a package that is re-exported at its top: from the first class on, or the last."""
    parts = rest.split(".")
    for index, part in enumerate(parts):
        if part[:1].isupper():
            return ".".join(parts[index:])
    return parts[-1]


def _in_place(entry: Entry, name: str) -> Entry:
    """`clamp_` as `clamp`, written into its first argument, which keeps its dtype and device."""
    first = entry.parameters[0].name if entry.parameters else "self"
    result = replace(entry.result, dtype=f"${first}", device=f"${first}", kind="tensor")
    cases = tuple((condition, _in_place(case, name)) for condition, case in entry.cases)
    return replace(entry, name=name, result=result, same=first, mutates=first, cases=cases)


@cache
def _package(name: str) -> _Package:
    package = _Package()
    folder = LIBRARY / name
    if name.isidentifier() and folder.is_dir():
        for path in sorted(folder.glob("*.toml")):
            _read(package, tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    return package


def _read(package: _Package, table: Mapping[str, Any], where: str) -> None:
    for group in table.get("group", ()):
        names = group.pop("names").split()
        prefixes = [group.pop("prefix"), *group.pop("also", ())]
        classes = group.pop("methods", ())
        package.specs.update((prefix + name, group) for name in names for prefix in prefixes)
        method = {**group, "params": f"self, {group.get('params', '')}"}
        package.specs.update((prefix + name, method) for name in names for prefix in classes)
    for prefix, constants in table.get("constants", {}).items():
        package.specs.update((f"{prefix}.{name}", {"const": value}) for name, value in constants.items())
    for prefix, dtypes in table.get("dtypes", {}).items():
        package.specs.update((f"{prefix}.{name}", {"dtype_name": value}) for name, value in dtypes.items())
    package.aliases.update(table.get("aliases", {}))
    for name, spec in table.items():
        if name not in _SECTIONS:
            if not isinstance(spec, dict):
                raise TableError(f"{where}: `{name}` is not a table")
            package.specs[name] = spec


def _user_specs(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, Spec]]:
    """The user's entries; `[tool.mlint.facts.my.load]` names `my.load` as `"my.load"` does."""
    for name, spec in table.items():
        full = f"{prefix}.{name}" if prefix else name
        if not isinstance(spec, dict):
            raise TableError(f"facts about `{full}` are not a table")
        nested = {key: value for key, value in spec.items() if key not in ENTRY_KEYS and isinstance(value, dict)}
        yield from _user_specs(nested, full)
        own = {key: value for key, value in spec.items() if key not in nested}
        if own:
            yield full, own
