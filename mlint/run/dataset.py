"""A corpus in a Parquet file, checked row group by row group; what is found goes into a folder of Parquet files.

Each file of the folder is about one row group and appears as a whole, so that a scan that was killed goes on behind the
last of them.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mlint import __version__
from mlint.run.corpus import Counts, Said, Scan, check_rows
from mlint.store import appearing, digest

_BATCH = 1000  # rows that are turned into Python's values at a time
_STATE = b"mlint.scan"
_COUNTS = b"mlint.counts"


class ScanError(Exception):
    """The scan can't be done; the message is one line that names the cure."""


@dataclass(frozen=True)
class Dataset:
    """A Parquet file, and its columns that hold the text of a file, its path, and its repository."""

    path: str
    content: str = "content"
    file: str = "path"
    repo: str = "repo"


def scan(dataset: Dataset, output: str, how: Scan, progress: Callable[[int, int], None] | None = None) -> Counts:
    """Check the dataset, and write what is found into the folder `output`. Raises ScanError, ConfigError and OSError.

    `progress` is told how many row groups are done, and of how many. Those that are there already are not done again.
    """
    try:
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise ScanError("scan: needs pyarrow: install `mlint[scan]`") from error
    counts = Counts()
    with _opened(parquet, dataset) as file:
        state = _state(dataset, file, how)
        os.makedirs(output, exist_ok=True)
        first = 0
        for group in range(file.num_row_groups):
            part = os.path.join(output, f"part-{group:06}.parquet")
            if not _is_done(parquet, part, state, counts):
                own = Counts()
                said = check_rows(_rows(file, dataset, group, first), how, own)
                _write(parquet, part, said, state, own)
                _add(counts, own)
            first += file.metadata.row_group(group).num_rows
            if progress is not None:
                progress(group + 1, file.num_row_groups)
    return counts


@contextlib.contextmanager
def _opened(parquet: Any, dataset: Dataset) -> Iterator[Any]:
    import pyarrow

    try:
        file = parquet.ParquetFile(dataset.path)
    except FileNotFoundError as error:
        raise ScanError(f"{dataset.path}: no such file") from error
    except (OSError, pyarrow.ArrowException) as error:
        raise ScanError(f"{dataset.path}: cannot be read as Parquet: {' '.join(str(error).split())}") from error
    with file:
        there = file.schema_arrow.names
        for option, name in (("content", dataset.content), ("path", dataset.file), ("repo", dataset.repo)):
            if name not in there:
                raise ScanError(
                    f"{dataset.path}: has no column `{name}`, but {', '.join(there)}: name it by --{option}-column"
                )
        yield file


def _rows(file: Any, dataset: Dataset, group: int, first: int) -> Iterator[tuple[int, Any, Any, Any]]:
    columns = [dataset.repo, dataset.file, dataset.content]
    number = first
    for batch in file.iter_batches(_BATCH, row_groups=[group], columns=list(dict.fromkeys(columns))):
        values = [batch.column(name) for name in columns]
        for at in range(batch.num_rows):
            yield (number, *(_value(column[at]) for column in values))
            number += 1


def _value(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except UnicodeDecodeError:  # a column of texts, one of which is none
        return bytes(scalar.as_buffer())


# --- what is written ------------------------------------------------------------------------------------------------


def _schema() -> Any:
    import pyarrow as pa

    texts = ("repo", "path", "code", "name", "message", "confidence", "advice")
    types = {"row": pa.int64(), **dict.fromkeys(texts, pa.string()), "because": pa.list_(pa.string())}
    types.update(dict.fromkeys(("line", "column", "end_line", "end_column"), pa.int32()))
    order = ("repo", "path", "row", "code", "name", "message", "line", "column", "end_line", "end_column")
    return pa.schema([(name, types[name]) for name in (*order, "confidence", "advice", "because")])


def _state(dataset: Dataset, file: Any, how: Scan) -> bytes:
    """What tells apart the parts of this scan from those of another."""
    size = os.path.getsize(dataset.path)
    groups = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
    return digest(
        __version__, repr((size, groups, dataset.content, dataset.file, dataset.repo)), repr(how.layers)
    ).encode()


def _is_done(parquet: Any, path: str, state: bytes, counts: Counts) -> bool:
    """Whether a part is there; it counts. Raises ScanError for one of another scan."""
    import pyarrow

    if not os.path.exists(path):
        return False
    try:
        kept = parquet.read_schema(path).metadata or {}
    except (OSError, pyarrow.ArrowException):  # damaged: it is made again
        return False
    if kept.get(_STATE) != state:
        raise ScanError(
            f"{path}: was written by a scan of something else, or with other settings: "
            "remove the folder, or name another with --output"
        )
    _add(counts, Counts(*map(int, kept[_COUNTS].split())))
    return True


def _write(parquet: Any, path: str, said: list[Said], state: bytes, counts: Counts) -> None:
    import pyarrow

    numbers = f"{counts.files} {counts.nothing} {counts.findings} {counts.problems}".encode()
    schema = _schema().with_metadata({_STATE: state, _COUNTS: numbers})
    table = pyarrow.Table.from_pylist([_encodable(row) for row in said], schema=schema)
    with appearing(path, 0o644) as made:
        parquet.write_table(table, made, compression="zstd")


def _encodable(row: Said) -> Said:
    """Lone surrogates of the code that a message quotes can't be written."""
    return {key: _clean(value) if isinstance(value, str) else value for key, value in row.items()}


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _add(counts: Counts, more: Counts) -> None:
    counts.files += more.files
    counts.nothing += more.nothing
    counts.findings += more.findings
    counts.problems += more.problems
