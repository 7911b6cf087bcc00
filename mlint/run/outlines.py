"""Outlines from the cache: they rest on the content of a file alone, whatever is looked for in it."""

from __future__ import annotations

from mlint.outline import Outline
from mlint.outline import outline as read_outline
from mlint.outline.kept import from_json, to_json
from mlint.source import Source
from mlint.store import Store, digest


class Outlines:
    """Makes the outlines of sources, or finds them. `made_by` tells apart what they are made by."""

    def __init__(self, store: Store, made_by: str) -> None:
        self._store = store
        self._made_by = made_by

    def __call__(self, source: Source) -> Outline:
        """The outline of a source. Raises Unreadable."""
        name = f"outline.{digest(self._made_by, source.digest)}.json"
        try:
            return from_json(self._store.load(name))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            pass  # there is none, or it is damaged
        outline = read_outline(source)
        self._store.save(name, to_json(outline))
        return outline
