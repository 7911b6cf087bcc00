"""Verdicts that are known: they hold as long as every file that was loaded is what it was."""

from __future__ import annotations

import glob
import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from mlint.finding import Verdict
from mlint.store import Store, digest, tool_digest


@dataclass(frozen=True)
class Rests:
    """What a verdict rests on beside the files: the finding, and how it was run."""

    root: str
    path: str
    asked: Mapping[str, Any]

    @cached_property
    def key(self) -> str:
        return digest(json.dumps(self.asked, sort_keys=True, default=str))


class Kept:
    """The verdicts of former runs, in the caches of the projects."""

    def __init__(self, on: bool) -> None:
        self._on = on
        self._stores: dict[str, Store] = {}

    def get(self, rests: Rests) -> Verdict | None:
        """The verdict, if nothing that it rests on has changed."""
        if not self._on:
            return None
        found = self._store(rests).load(self._name(rests))
        try:
            if found["files"] and all(_content(path) == known for path, known in found["files"].items()):
                return Verdict(
                    found["outcome"], found["reason"], tuple((name, value) for name, value in found["evidence"])
                )
        except (KeyError, TypeError, ValueError, AttributeError):
            pass
        return None

    def put(self, rests: Rests, verdict: Verdict, files: Sequence[str]) -> None:
        """Keep a verdict that was reached with these files loaded."""
        if self._on:
            entry = {
                "outcome": verdict.outcome,
                "reason": verdict.reason,
                "evidence": verdict.evidence,
                "files": {path: _content(path) for path in files},
            }
            self._store(rests).save(self._name(rests), entry)

    def _name(self, rests: Rests) -> str:
        made_by = digest(self._tool(rests.root), sys.version, _installed())
        return f"confirm-{digest(rests.path, rests.key, made_by)}.json"

    def _tool(self, root: str) -> str:
        return _tool(self._stores[root]) if root in self._stores else _tool(self._stores.setdefault(root, Store(root)))

    def _store(self, rests: Rests) -> Store:
        return self._stores.setdefault(rests.root, Store(rests.root))


@cache
def _tool(store: Store) -> str:
    return tool_digest(store)


@cache
def _installed() -> str:
    """The packages that the code can import, with their versions, as their folders are named; and the GPUs."""
    names = {
        name
        for folder in sys.path
        if os.path.isdir(folder or os.curdir)
        for name in os.listdir(folder or os.curdir)
        if name.endswith((".dist-info", ".egg-info"))
    }
    return "\n".join(sorted(names | set(glob.glob("/dev/nvidia[0-9]*"))))


def _content(path: str) -> str | None:
    try:
        with open(path, "rb") as file:
            return hashlib.blake2b(file.read(), digest_size=16).hexdigest()
    except OSError:
        return None if not os.path.exists(path) else ""
