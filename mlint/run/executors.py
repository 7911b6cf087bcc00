"""Executors that are named on the command line: `dask=tcp://host:port`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Executor

_RETRIES = 3
_PATIENCE = 10  # seconds until a scheduler that does not answer is given up


class ExecutorError(Exception):
    """What is named is no executor, or can't be reached; the message is one line that names the cure."""


@contextmanager
def opened(named: str) -> Iterator[Executor]:
    """The executor that is named by its kind and address. Raises ExecutorError."""
    kind, _, address = named.partition("=")
    if kind != "dask" or not address:
        raise ExecutorError(f"--executor {named}: write it as dask=tcp://HOST:PORT, the address of a Dask scheduler")
    with _dask(address) as executor:
        yield executor


@contextmanager
def _dask(address: str) -> Iterator[Executor]:
    """The workers of an existing Dask cluster; what a lost one had is done again by another."""
    try:
        from distributed import Client
    except ImportError as error:
        raise ExecutorError("--executor dask: needs dask.distributed: install `mlint[dask]`") from error
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        cause = " ".join(str(error).split())
        raise ExecutorError(f"--executor dask={address}: there is no Dask scheduler: {cause}") from error
    with client:
        yield client.get_executor(pure=False, retries=_RETRIES)
