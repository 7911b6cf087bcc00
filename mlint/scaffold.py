"""`mlint new family/name`: a rule that works and the page that proves it, to be changed into the one that is wanted."""

from __future__ import annotations

import re
import string
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from mlint.pack import GROUP

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_FAMILY = re.compile(r"[a-z][a-z0-9_]*")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
_CODE = re.compile(r"(?P<family>[A-Z]{2,3}[0-9])[0-9]{2}")
_RULE = re.compile(r'@rule\(\s*"(?P<code>[A-Z]{2,3}[0-9]{3})",\s*"(?P<name>[^"]*)"')
_PREFIX = re.compile(r'"""(?P<family>[A-Z]{2,3}[0-9]): ')
_SOURCES = ("", "src", "rules")


class ScaffoldError(Exception):
    """Why no rule was written: one line."""


def new(target: str, *, folder: Path, code: str | None = None) -> tuple[Path, Path]:
    """Write the module and the page of a new rule into the rule pack that `folder` lies in, and return their paths.

    `target` is `family/name`, as in `numbers/unclipped-uint8-cast`. Without `code` the rule gets the next free one of
    its family. A family that is new gets its folder. Raises ScaffoldError without having written anything if the target
    or code is malformed or taken, a file is there already, or `folder` lies in no pack; OSError if a file can't be
    written.
    """
    family, name = _parse(target)
    pack = _pack(folder)
    home = pack / family
    module = home / f"{name.replace('-', '_')}.py"
    code = _code(pack, home, code)
    _refuse_taken(pack, module, code, name)
    home.mkdir(exist_ok=True)
    _write(home / "__init__.py", f'"""{code[:-2]}: {family}."""\n', missing=True)
    _write(module, _filled(_MODULE, code, name))
    _write(module.with_suffix(".md"), _filled(_PAGE, code, name))
    return module, module.with_suffix(".md")


def _parse(target: str) -> tuple[str, str]:
    family, _, name = target.partition("/")
    if not _FAMILY.fullmatch(family) or not _NAME.fullmatch(name):
        raise ScaffoldError(
            f"`{target}` is no family/name: write the family's folder, a slash, and two or more lower-case words "
            "with hyphens between, like numbers/unclipped-uint8-cast"
        )
    return family, name


def _pack(folder: Path) -> Path:
    """The package of rules that the project around `folder` declares in its pyproject.toml."""
    for root in (folder.resolve(), *folder.resolve().parents):
        for package in _declared(root / "pyproject.toml"):
            places = [root / source / package.replace(".", "/") for source in _SOURCES]
            found = next((place for place in places if place.is_dir()), None)
            if found is None:
                raise ScaffoldError(
                    f"{root / 'pyproject.toml'} names the rule pack {package}, but there is no {places[0]}"
                )
            return found
    raise ScaffoldError(
        f'no rule pack here: no pyproject.toml in {folder} or above it has [project.entry-points."{GROUP}"] '
        "with the package that holds the rules"
    )


def _declared(pyproject: Path) -> list[str]:
    try:
        data = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise ScaffoldError(f"{pyproject} can't be read: {error}") from error
    points = data.get("project", {}).get("entry-points", {}).get(GROUP, {})
    return list(points.values())


def _code(pack: Path, home: Path, wanted: str | None) -> str:
    taken = {code for code, _ in _rules(pack)}
    if wanted is None:
        prefix = _prefix(home) or _free_prefix(pack)
        # Behind the last one: a gap may be the code of a rule that is gone, and users may still name it.
        last = max((int(code[-2:]) for code in taken if code[:-2] == prefix), default=0)
        if last == 99:
            raise ScaffoldError(f"the family {home.name} has no code left behind {prefix}99: give one with --code")
        wanted = f"{prefix}{last + 1:02}"
    elif not _CODE.fullmatch(wanted) or wanted.startswith("ML0"):
        raise ScaffoldError(
            f"`{wanted}` is no code: write two or three capital letters and three digits, like XY101 (ML0 is reserved)"
        )
    if wanted in taken or any(wanted == code for code, _ in _rules_of_others(pack)):
        raise ScaffoldError(f"the code {wanted} is taken")
    return wanted


def _prefix(home: Path) -> str | None:
    """`ML3` for the family of that folder: from its rules, or from the docstring of its `__init__.py`."""
    for code, _ in _rules(home):
        return code[:-2]
    init = home / "__init__.py"
    stated = _PREFIX.match(init.read_text(encoding="utf-8")) if init.is_file() else None
    return stated["family"] if stated else None


def _free_prefix(pack: Path) -> str:
    """The next family's: that of the pack's other families, with a digit that none of them has."""
    prefixes = sorted({prefix for home in pack.iterdir() if home.is_dir() and (prefix := _prefix(home))})
    if not prefixes:
        raise ScaffoldError(
            "the pack has no rule yet whose code could be continued: give the first one with --code, like XY101"
        )
    letters = prefixes[0][:-1]
    free = next((letters + digit for digit in "123456789" if letters + digit not in prefixes), None)
    if free is None:
        raise ScaffoldError(f"{letters}1 to {letters}9 are all taken by families: give a code with --code")
    return free


def _rules(folder: Path) -> Iterator[tuple[str, str]]:
    """Code and name of each rule in the folder, read without importing it."""
    for path in sorted(folder.rglob("*.py")):
        for match in _RULE.finditer(path.read_text(encoding="utf-8")):
            yield match["code"], match["name"]


def _rules_of_others(pack: Path) -> Iterator[tuple[str, str]]:
    """Code and name of each rule of the other installed packs: with a code or name that two share none would run."""
    for point in entry_points(group=GROUP):
        if point.value.rpartition(".")[2] != pack.name:
            for folder in _folders(point.value):
                yield from _rules(Path(folder))


def _folders(package: str) -> list[str]:
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):  # its parent is not there any more
        return []
    return list(spec.submodule_search_locations or ()) if spec else []


def _refuse_taken(pack: Path, module: Path, code: str, name: str) -> None:
    for path in (module, module.with_suffix(".md")):
        if path.exists():
            raise ScaffoldError(f"{path} is there already")
    for other, taken in (*_rules(pack), *_rules_of_others(pack)):
        if taken == name:
            raise ScaffoldError(f"the name {name} is taken by {other}")


def _write(path: Path, text: str, *, missing: bool = False) -> None:
    """Write a new file; one that is there is left alone (`missing`) or an error: nothing is ever overwritten."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        if not missing:
            raise ScaffoldError(f"{path} is there already") from None


def _filled(template: string.Template, code: str, name: str) -> str:
    return template.substitute(code=code, name=name, function=name.replace("-", "_"))


_MODULE = string.Template('''\
from __future__ import annotations

from mlint import Call, Confidence, Reports, rule


@rule("$code", "$name", "`{call}` seeds with whatever the system gives", words=("seed",))
def $function(call: Call) -> Reports:
    """A call of numpy.random.seed without a seed: no run can be repeated."""
    if call.symbol == "numpy.random.seed" and not call.positional and not call.keywords:
        yield call.report(
            call=call.code,
            confidence=Confidence.CERTAIN,
            advice="give a number, and write it to the log of the run",
        )
''')

_PAGE = string.Template("""\
# $code $name

`numpy.random.seed()` looks as if it made a run repeatable. It does the opposite: the seed is another one each time.

## Wrong

```py
import numpy as np

np.random.seed()  # error: [$code] "whatever the system gives"
```

## Right

```py
import numpy as np

np.random.seed(0)
```

## When it stays silent

A seed that is not known is a seed.

```py
import numpy as np


def main(seed):
    np.random.seed(seed)
```
""")
