"""How long mlint takes, as ratios that can be compared between machines.

    python benchmarks/speed.py --packages FOLDER [--rows cold,warm] [--pairs 5] [--cold NAME ...]

FOLDER holds packages side by side (see README.md). Each row compares two commands, which are run in turn, A B A B ...,
each as a process of its own that finds its modules compiled, as pip leaves them; printed are the ratios A/B, pair by
pair, as minimum, median and maximum. Times are processor times, of `processes` alone they are by the clock. Rows:

  cold       whole check, one process, no cache / `libcst.parse_module` of each file, for each of `--cold`
  standard   the same on the standard library's own sources
  processes  two processes / one, on all packages
  changed    one changed file in a warm project of all packages / that file alone in a fresh project
  warm       nothing has changed / `ruff check --no-cache`
  torchfix   TorchFix's own command, and flake8 with it / whole check, one process, no cache
  fixit      the same for Fixit with its own rules
  start      `mlint --version` / `python -c pass`
  memory     peak memory of one process, on a quarter, a half and all of the packages, and on one file of 50,000 lines
  growth     seconds per 10,000 lines on more and more packages
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PARSE = """
import sys, libcst
for path in sys.stdin.read().split("\\0"):
    with open(path, "rb") as file:
        data = file.read()
    try:
        libcst.parse_module(data)
    except Exception:
        pass
"""
PEAK = """
import json, resource, subprocess, sys
subprocess.run(json.loads(sys.argv[1]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
Measure = Callable[[], float]
OLDER_LIBCST = "libcst<1.2"  # TorchFix works with no later one


def main() -> None:
    """Measure the rows that are asked for, and print them."""
    call = _parser().parse_args()
    with _compiled():
        _measure(call)


def _measure(call: argparse.Namespace) -> None:
    rows: dict[str, Callable[[argparse.Namespace], None]] = {
        "cold": cold,
        "standard": standard,
        "processes": processes,
        "changed": changed,
        "warm": warm,
        "torchfix": torchfix,
        "fixit": fixit,
        "start": start,
        "memory": memory,
        "growth": growth,
    }
    for name in (call.rows or ",".join(rows)).split(","):
        rows[name](call)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, required=True)
    parser.add_argument("--cold", nargs="*", default=["kornia", "monai", "torchmetrics"], metavar="NAME")
    parser.add_argument("--rows", help="some of the rows, separated by commas")
    parser.add_argument("--pairs", type=int, default=5)
    return parser


# --- rows -----------------------------------------------------------------------------------------------------------


def cold(call: argparse.Namespace) -> None:
    for name in call.cold:
        _against_libcst(f"cold: {name}", call.packages / name, call.pairs)


def standard(call: argparse.Namespace) -> None:
    with _copied() as folder:
        library = Path(sysconfig.get_path("stdlib"))
        shutil.copytree(library, folder / "lib", ignore=shutil.ignore_patterns("site-packages", "test", "idle_test"))
        _against_libcst("standard", folder / "lib", call.pairs)


def _against_libcst(name: str, folder: Path, pairs: int) -> None:
    given = "\0".join(map(str, _files(folder)))
    parse = [sys.executable, "-c", PARSE]
    _row(f"{name}, {_lines(folder)} lines", lambda: _seconds(_check(folder)), lambda: _seconds(parse, given), pairs)


def processes(call: argparse.Namespace) -> None:
    with _project(call.packages) as folder:
        name = f"processes, {_lines(folder)} lines"
        _row(name, lambda: _clock(_check(folder, jobs=2)), lambda: _clock(_check(folder)), call.pairs)


def changed(call: argparse.Namespace) -> None:
    with _project(call.packages) as folder, _copied() as alone:
        warm = _check(folder, cache=True)
        subprocess.run(warm, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        files = [path for path in _files(folder) if b"torch" in path.read_bytes()]
        (alone / "pyproject.toml").touch()
        for path in files[:: max(1, len(files) // call.pairs)][: call.pairs]:
            copy = shutil.copy(path, alone)
            with path.open("a") as file:
                file.write("\n# changed\n")
            fresh = _check(alone)
            name = f"changed: {path.relative_to(folder)}, in {_lines(folder)} lines"
            _row(name, lambda: _seconds(warm), lambda: _seconds(fresh), 1)  # noqa: B023 - called at once
            Path(copy).unlink()


def warm(call: argparse.Namespace) -> None:
    with _project(call.packages) as folder:
        check = _check(folder, cache=True)
        subprocess.run(check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        ruff = [shutil.which("ruff") or str(Path(sys.executable).parent / "ruff"), "check", "--no-cache", str(folder)]
        _row(f"warm, {_lines(folder)} lines", lambda: _seconds(check), lambda: _seconds(ruff), call.pairs)
        _row("warm, by the clock", lambda: _clock(check), lambda: _clock(ruff), call.pairs)


def torchfix(call: argparse.Namespace) -> None:
    flake8 = ["flake8", "--isolated", "--select", "TOR"]
    _beside(call, [["torchfix"], flake8], "torchfix", "flake8", OLDER_LIBCST)


def fixit(call: argparse.Namespace) -> None:
    _beside(call, [["fixit", "lint"]], "fixit")


def _beside(call: argparse.Namespace, peers: Sequence[Sequence[str]], *packages: str) -> None:
    """The commands of other linters, installed in an environment of their own, against a whole check."""
    with _copied() as folder:
        venv.create(folder / "venv", with_pip=True)
        programs = folder / "venv" / "bin"
        install = [str(programs / "pip"), "install", "-q", *packages]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{packages[0]}: not measured: {done.stderr.strip().splitlines()[-1:]}")
            return
        for name in call.cold:
            for peer in peers:
                command = [str(programs / peer[0]), *peer[1:], str(call.packages / name)]
                check = _check(call.packages / name)
                _row(f"{peer[0]}: {name}", lambda: _seconds(command), lambda: _seconds(check), call.pairs)  # noqa: B023


def start(call: argparse.Namespace) -> None:
    version = [sys.executable, "-m", "mlint", "--version"]
    nothing = [sys.executable, "-c", "pass"]
    _row("start", lambda: _seconds(version), lambda: _seconds(nothing), max(call.pairs, 11))


def memory(call: argparse.Namespace) -> None:
    packages = sorted(call.packages.iterdir())
    for count in (len(packages) // 4, len(packages) // 2, len(packages)):
        print(f"memory: {count} packages, {sum(map(_lines, packages[:count]))} lines: {_peak(packages[:count])} MB")
    with _copied() as folder:
        source = "import torch\n" + "\n".join(_FUNCTION.format(number) for number in range(50_000 // 5))
        (folder / "large.py").write_text(source)
        print(f"memory: one file of {_lines(folder)} lines: {_peak([folder / 'large.py'])} MB", flush=True)


_FUNCTION = "def f{}(x, y):\n    z = x.float() * 2 + y\n    if z.mean() > 0:\n        z = torch.relu(z)\n    return z"


def growth(call: argparse.Namespace) -> None:
    packages = sorted(call.packages.iterdir(), key=_lines)
    wanted = 10_000
    for count in range(1, len(packages) + 1):
        lines = sum(map(_lines, packages[:count]))
        if lines < wanted and count < len(packages):
            continue
        command = [*_check(packages[0]), *map(str, packages[1:count])]
        seconds = statistics.median(_seconds(command) for _ in range(max(1, call.pairs // 2)))
        print(f"growth: {lines:9} lines: {seconds / lines * 10_000:.3f} s per 10,000 lines", flush=True)
        wanted = lines * 4


# --- measuring ------------------------------------------------------------------------------------------------------


def _check(folder: Path, *, jobs: int = 1, cache: bool = False) -> list[str]:
    options = ["--jobs", str(jobs), "--quiet", *([] if cache else ["--no-cache", "--isolated"])]
    return [sys.executable, "-m", "mlint", "check", *options, str(folder)]


def _row(name: str, one: Measure, other: Measure, pairs: int) -> None:
    times = [(one(), other()) for _ in range(pairs)]
    ratios = [a / b for a, b in times]
    mine, theirs = (statistics.median(column) for column in zip(*times, strict=True))
    shown = f"{min(ratios):.2f} / {statistics.median(ratios):.2f} / {max(ratios):.2f}"
    print(f"{name}: {shown}  ({mine:.2f} s, {theirs:.2f} s)", flush=True)


def _seconds(command: Sequence[str], given: str = "") -> float:
    """User and system time of the command and its children, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, input=given.encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _clock(command: Sequence[str]) -> float:
    before = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - before


def _peak(paths: Sequence[Path]) -> int:
    """The most memory, in megabytes, that a check of these takes."""
    command = json.dumps([*_check(paths[0]), *map(str, paths[1:])])
    done = subprocess.run([sys.executable, "-c", PEAK, command], capture_output=True, text=True, check=True)
    return int(done.stdout) // (1024 * 1024 if sys.platform == "darwin" else 1024)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if path.is_file())


def _lines(folder: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in _files(folder))


@contextmanager
def _compiled() -> Iterator[None]:
    """Commands find the modules of both sides compiled, as pip leaves what it installs."""
    with _copied() as folder:
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        (folder / "first.py").write_text("import torch\n")
        _seconds(_check(folder / "first.py"))
        _seconds([sys.executable, "-c", "import libcst, mlint.cli"])
        yield


@contextmanager
def _copied() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder).resolve()


@contextmanager
def _project(packages: Path, least: int = 300_000) -> Iterator[Path]:
    """One project that holds packages of 300,000 lines or more, the largest first."""
    with _copied() as folder:
        (folder / "pyproject.toml").touch()
        lines = 0
        for package in sorted(packages.iterdir(), key=_lines, reverse=True):
            if lines < least:
                shutil.copytree(package, folder / package.name)
                lines += _lines(package)
        yield folder


if __name__ == "__main__":
    main()
