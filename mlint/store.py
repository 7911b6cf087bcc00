"""The cache of a project: entries that are files in one folder.

An entry is one file that is replaced as a whole, so runs at the same time do not harm each other; whatever is damaged
counts as missing. Entries are JSON: reading a cache that somebody else wrote must not run code.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import Any

from mlint import __version__
from mlint.check import Checked
from mlint.collector import uncollected
from mlint.finding import Confidence, Finding, Problem, Related, Span

FOLDER = ".mlint_cache"
_TAG = """Signature: 8a477f597d28d172789f06886806bc55
# This folder is the cache of mlint; it can be deleted at any time. See https://bford.info/cachedir/
"""
_MOST_BYTES = 500 << 20
"""What a cache may take; then what was not used for the longest time goes."""
_USED_LATELY = 3600  # seconds: an entry that was used within this time is not marked as used again
_RECENT = 2_000_000_000  # nanoseconds: a file may change once more without its time of change showing it


def digest(*parts: str) -> str:
    """One digest of several strings, whose borders count."""
    made = hashlib.blake2b(digest_size=16)
    for part in parts:
        made.update(f"{len(part)}:{part}".encode("utf-8", "surrogatepass"))
    return made.hexdigest()


class Store:
    """The cache of one project, in the folder `root`. `warning` says why nothing could be kept, once that happened."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.folder = os.path.join(root, FOLDER)
        self.warning: str | None = None
        self._notes: dict[str, list[Any]] | None = None
        self._noted = False
        self._saved = False

    # --- notes on files -----------------------------------------------------------------------------------------------

    def note(self, path: str, look: Callable[[], list[Any]]) -> list[Any]:
        """What `look` says of a file, from memory if its size and time of change are those of last time.

        Raises what `look` raises, and OSError for a file that is not there.
        """
        stat = os.stat(path)
        state = [stat.st_size, stat.st_mtime_ns]
        if self._notes is None:
            loaded = self.load("files.json")
            self._notes = loaded if isinstance(loaded, dict) else {}
        known = self._notes.get(path)
        if isinstance(known, list) and len(known) > 2 and known[:2] == state:
            return known[2:]
        found = look()
        if stat.st_mtime_ns < time.time_ns() - _RECENT:
            self._notes[path] = [*state, *found]
            self._noted = True
        return found

    def close(self) -> None:
        """Keep the notes for the next run, and the cache within its bounds."""
        if self._noted:
            self.save("files.json", self._notes)
            self._noted = False
        if self._saved and not self.warning:
            with contextlib.suppress(OSError):
                _shrink(self.folder, _MOST_BYTES)
            self._saved = False

    # --- files --------------------------------------------------------------------------------------------------------

    def load(self, name: str) -> Any:
        """What an entry holds; an empty dict if there is none, or it is damaged."""
        try:
            with open(os.path.join(self.folder, __version__, name), "rb") as file:
                if os.fstat(file.fileno()).st_mtime < time.time() - _USED_LATELY:
                    _mark_used(file.name)
                with uncollected():
                    return json.loads(file.read())
        except (OSError, ValueError, RecursionError):
            return {}

    def save(self, name: str, value: object) -> None:
        """Keep an entry. If that is impossible `warning` says why."""
        if self.warning:
            return
        self._saved = True
        try:
            self._prepare()
            with uncollected():
                text = json.dumps(value)
            write_whole(os.path.join(self.folder, __version__, name), text)
        except OSError as error:
            self.warning = f"nothing is cached: {self.folder} cannot be written: {error.strerror or error}"

    def _prepare(self) -> None:
        if os.path.isdir(os.path.join(self.folder, __version__)):
            return
        os.makedirs(os.path.join(self.folder, __version__), exist_ok=True)
        write_whole(os.path.join(self.folder, "CACHEDIR.TAG"), _TAG)
        write_whole(os.path.join(self.folder, ".gitignore"), "# made by mlint\n*\n")


def _mark_used(path: str) -> None:
    with contextlib.suppress(OSError):  # it may be another's, or the disk may be read-only
        os.utime(path)


def _shrink(folder: str, most: int) -> None:
    """Remove what was not used for the longest time, down to nine tenths of `most` bytes, if there are more of them.

    What an ended process left half-written goes as well. Raises OSError.
    """
    entries = [(os.stat(path), path) for path in _files_under(folder)]
    forsaken = time.time() - _USED_LATELY
    total = sum(stat.st_size for stat, _ in entries)
    goal = most * 9 // 10 if total > most else total
    for stat, path in sorted(entries, key=lambda entry: entry[0].st_mtime):
        half_written = os.path.basename(path).startswith(".") and stat.st_mtime < forsaken
        if total > goal or half_written:
            with contextlib.suppress(FileNotFoundError):  # another run was faster
                os.unlink(path)
            total -= stat.st_size


def _files_under(folder: str) -> list[str]:
    """The entries of all versions; not what stands in the folder itself, which says what it is."""
    return [os.path.join(parent, name) for parent, _, names in os.walk(folder) if parent != folder for name in names]


def write_whole(path: str, text: str) -> None:
    """Write a file that appears with all its content or not at all. Raises OSError."""
    with (
        appearing(path, _mode(path)) as made,
        open(made, "w", encoding="utf-8", errors="surrogatepass", newline="\n") as file,
    ):
        file.write(text)


@contextlib.contextmanager
def appearing(path: str, mode: int) -> Iterator[str]:
    """Where to write a file that appears in its place at the end, or not at all where anything is raised."""
    handle, made = tempfile.mkstemp(dir=os.path.dirname(path) or ".", prefix=f".{os.path.basename(path)}.")
    os.close(handle)
    try:
        yield made
        os.chmod(made, mode)
        os.replace(made, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(made)
        raise


def _mode(path: str) -> int:
    """The permissions of the file that is replaced, else what any new file would get."""
    try:
        return os.stat(path).st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def clean(root: str) -> bool:
    """Remove the cache of the project; whether there was one. Raises OSError."""
    folder = os.path.join(root, FOLDER)
    if not os.path.isdir(folder):
        return False
    shutil.rmtree(folder)
    return True


# --- what a result is made by ---------------------------------------------------------------------------------------


def tool_digest(store: Store) -> str:
    """The digest of all that findings are made by: mlint, its tables, and the packs of rules that are installed."""
    packages = {"mlint", *(point.value.partition(".")[0] for point in entry_points(group="mlint.rules"))}
    return digest(__version__, *(_package_digest(name, store) for name in sorted(packages)))


def _package_digest(name: str, store: Store) -> str:
    spec = find_spec(name)
    folders = spec.submodule_search_locations if spec and spec.submodule_search_locations else []
    files = sorted(path for folder in folders for path in _sources(folder))
    return digest(name, *(part for path in files for part in (path, str(store.note(path, partial(_digests, path))))))


def _sources(folder: str) -> list[str]:
    return [
        os.path.join(parent, name)
        for parent, _, names in os.walk(folder)
        for name in names
        if name.endswith((".py", ".toml"))
    ]


def _digests(path: str) -> list[Any]:
    with open(path, "rb") as file:
        return [hashlib.blake2b(file.read(), digest_size=16).hexdigest()]


# --- JSON -----------------------------------------------------------------------------------------------------------


def encoded(checked: Checked, shown: str) -> dict[str, Any]:
    """What was found, for JSON, without what the file is called: that may be another name next time."""

    def path(of: str) -> str | None:
        return None if of == shown else of

    def span(of: Span) -> list[int]:
        return [of.line, of.column, of.end_line, of.end_column]

    return {
        "findings": [
            [
                *(each.code, each.name, each.message, span(each.span), int(each.confidence), each.advice),
                [[step.message, path(step.path), span(step.span)] for step in each.related],
            ]
            for each in checked.findings
        ],
        "problems": [[each.message, each.line, each.column] for each in checked.problems],
        "noqa_rows": list(checked.noqa_rows.items()),
    }


def decoded(found: Any, shown: str) -> Checked:
    """The same back again, of a file that is called `shown`. Raises what damaged values raise, such as TypeError."""
    return Checked(
        findings=tuple(
            Finding(code, name, message, shown, Span(*span), Confidence(confidence), advice, _related(related, shown))
            for code, name, message, span, confidence, advice, related in found["findings"]
        ),
        problems=tuple(Problem(shown, message, line, column) for message, line, column in found["problems"]),
        noqa_rows=dict(found["noqa_rows"]),
    )


def _related(found: Any, shown: str) -> tuple[Related, ...]:
    return tuple(Related(message, path or shown, Span(*span)) for message, path, span in found)
