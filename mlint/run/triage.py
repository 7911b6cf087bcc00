"""Whether a file is ours at all, from its bytes: the words of libraries, and what it imports."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from typing import Any

_LIBRARIES = re.compile(
    rb"\b(?:torch(?:vision|audio|text|metrics|io|_\w+)?|numpy|cv2|PIL|albumentations|tensorflow|keras|jax|flax|skimage|sklearn|scipy|imageio|kornia|monai"
    rb"|lightning\w*|pytorch_\w+|timm|transformers|diffusers|accelerate|fastai|mlint)\b"
)
_IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+(\.|\w+)|import[ \t]+([\w., \t]+))", re.MULTILINE)
_DATED = re.compile(rb"until\s*[:=0-9]", re.IGNORECASE)


@dataclass(frozen=True)
class Content:
    """What a run wants to know of a file before it is decoded.

    `library`: it names one. `imports`: top-level names, `.` for relative ones. `dated`: a comment in it may expire.
    """

    digest: str
    size: int
    library: bool
    imports: tuple[str, ...]
    dated: bool

    @classmethod
    def of(cls, data: bytes) -> Content:
        """Look through the bytes of a file."""
        found = {name for match in _IMPORT.finditer(data) for name in _names(match)}
        return cls(
            digest=hashlib.blake2b(data, digest_size=16).hexdigest(),
            size=len(data),
            library=bool(_LIBRARIES.search(data)) or b"\0" in data,  # UTF-16: whatever it names, it can't be checked
            imports=tuple(sorted(found)),
            dated=bool(_DATED.search(data)),
        )

    def note(self) -> list[object]:
        """As a list that JSON can hold."""
        return [self.digest, self.size, self.library, list(self.imports), self.dated]

    @classmethod
    def from_note(cls, note: list[Any]) -> Content:
        """From such a list. Raises ValueError or TypeError if it is damaged."""
        digest, size, library, imports, dated = note
        return cls(str(digest), int(size), bool(library), tuple(map(str, imports)), bool(dated))


def _names(match: re.Match[bytes]) -> list[str]:
    if match[1]:
        return [match[1].decode("ascii", "replace")]
    parts = (part.split() for part in match[2].split(b","))
    return [part[0].split(b".")[0].decode("ascii", "replace") for part in parts if part]


def has_nothing(content: Content, modules: Callable[[], Container[str]]) -> bool:
    """Whether no rule can have anything to say: it names no library and imports nothing of the project's `modules`."""
    if content.library or "." in content.imports:
        return False
    return not content.imports or not any(name in modules() for name in content.imports)


def module_names(root: str, files: Iterable[str]) -> frozenset[str]:
    """The names by which modules of the project may be imported: of its files, and of the folders they lie in."""
    found: set[str] = set()
    for path in files:
        *folders, name = os.path.relpath(path, root).split(os.sep)
        found.update(folders)
        found.add(name.removesuffix(".py"))
    return frozenset(found)
