"""Released packages, laid out through pip. Nothing of a release is run: an sdist is unpacked, never built."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

PACKAGES = Path(__file__).with_name("packages.txt")
"""The pinned packages, one `name==version` a line."""

_FIND = """
import sys
from pip._internal.commands import create_command
from pip._internal.network.download import Downloader
name, version, folder = sys.argv[1:]
command = create_command("download")
options, _ = command.parse_args(["--no-deps", "-q", f"{name}=={version}"])
with command.main_context():
    session = command.get_default_session(options)
    finder = command._build_package_finder(options, session, ignore_requires_python=True)
    found = [each for each in finder.find_all_candidates(name) if str(each.version) == version]
    order = (("-any.whl",), (".tar.gz", ".zip", ".tgz", ".tar.bz2"), (".whl",))
    rank = lambda each: next(n for n, ends in enumerate((*order, ("",))) if each.link.filename.endswith(ends))
    Downloader(session, "off")(min(found, key=rank).link, folder)
"""
"""Takes one file of a release with pip's own finder and downloader; `pip download` would run the setup of an sdist."""


class Unobtainable(Exception):  # noqa: N818 - it reads as what it says
    """A release that pip does not give."""


def pinned(path: Path = PACKAGES) -> list[str]:
    """The packages of a list, as `name==version`."""
    lines = (line.partition("#")[0].strip() for line in path.read_text().splitlines())
    return [line for line in lines if line]


def lay_out(release: str, cache: Path) -> Path:
    """The folder with the files of a release, `name==version`; it is kept in the cache. Raises Unobtainable."""
    name, _, version = release.partition("==")
    folder = cache / f"{name}-{version}"
    if not folder.is_dir():
        with tempfile.TemporaryDirectory() as temporary:
            _download(name, version, temporary)
            archives = list(Path(temporary).iterdir())
            if not archives:
                raise Unobtainable(f"pip has no file of {release}")
            cache.mkdir(parents=True, exist_ok=True)
            unpacked = Path(tempfile.mkdtemp(dir=cache))
            _unpack(archives[0], unpacked)
        shutil.move(_top(unpacked), folder)
        shutil.rmtree(unpacked, ignore_errors=True)
    return folder


def _download(name: str, version: str, folder: str) -> None:
    finder = [sys.executable, "-c", _FIND, name, version, folder]
    wheel = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", folder]
    old = ["--python-version", "37", "--platform", "manylinux1_x86_64"]
    for command in (finder, [*wheel, f"{name}=={version}"], [*wheel, *old, f"{name}=={version}"]):
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode == 0:
            return
    raise Unobtainable(f"pip does not give {name}=={version}: {(done.stderr.splitlines() or ['no reason given'])[-1]}")


def _unpack(archive: Path, folder: Path) -> None:
    if archive.name.endswith((".whl", ".zip")):
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(folder, [each for each in wheel.namelist() if each.endswith(".py")])
        return
    with tarfile.open(archive) as sdist:
        members = [
            each for each in sdist if each.isfile() and each.name.endswith((".py", "pyproject.toml", "setup.cfg"))
        ]
        if hasattr(tarfile, "data_filter"):
            sdist.extraction_filter = tarfile.data_filter
        sdist.extractall(folder, members)


def _top(folder: Path) -> Path:
    """What an archive holds: the one folder of an sdist, or all of a wheel."""
    inside = list(folder.iterdir())
    is_sdist = len(inside) == 1 and inside[0].is_dir() and not (inside[0] / "__init__.py").exists()
    return inside[0] if is_sdist else folder


def half_of(package: str) -> str:
    """`tuning` or `held-out`: by a hash of the name of a package, so that nobody chooses."""
    name = package.partition("==")[0].lower().replace("_", "-")
    return "held-out" if hashlib.sha256(name.encode()).digest()[0] % 2 else "tuning"


def files_of(root: Path) -> Sequence[Path]:
    """The Python files below a folder, sorted."""
    return sorted(path for path in root.rglob("*.py") if path.is_file())
