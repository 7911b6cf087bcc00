"""Whether a file is ours at all, from its bytes: the words of libraries, and what it imports."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_NAMED = re.compile(
    rb"\b(?:torch(?:vision|audio|text|metrics|io|_\w+)?|numpy|cv2|PIL|albumentations|tensorflow|keras|jax|flax|skimage|sklearn|scipy|imageio|kornia|monai"
    rb"|lightning\w*|pytorch_\w+|timm|transformers|diffusers|accelerate|fastai|mlint)\b"
)
_TEXTS = tuple(
    b"torch numpy cv2 PIL albumentations tensorflow keras jax flax skimage sklearn scipy imageio kornia monai lightning"
    b" timm transformers diffusers accelerate fastai mlint".split()
)
"""One of them stands wherever `_NAMED` is found. Most files hold none, which is found out ten times faster."""
_LIBRARY = re.compile(
    r"torch\w*|numpy|scipy|pandas|sklearn|skimage|cv2|PIL|imageio|tifffile|SimpleITK|nibabel|matplotlib|albumentations"
    r"|imgaug|tensorflow\w*|keras\w*|jax\w*|flax|haiku|mxnet|paddle\w*|mindspore|chainer|theano|cupy|numba|einops|onnx\w*"
    r"|tensorrt|openvino|kornia|monai|timm|lightning\w*|pytorch\w*|transformers|diffusers|accelerate|datasets|peft|trl"
    r"|deepspeed|fastai|fairseq\w*|detectron2|mm(?:cv|engine|det|seg|pose|action|pretrain|cls|ocr)\w*|ultralytics|gym"
    r"|gymnasium|stable_baselines3|xgboost|lightgbm|catboost|librosa|soundfile|av|decord|ignite|catalyst|wandb|mlflow"
)
"""Libraries of those who compute with arrays, images and models: a project none of whose files imports one is about
other things."""
FEW = 10
"""A project of so many files is looked at whatever they import."""
_IMPORT = re.compile(rb"import\b[ \t]*([\w., \t]*)")
_FROM = re.compile(rb"from[ \t]+(\.|\w+)")
_FETCHED = re.compile(rb"""(?:import_module|__import__|sys\.modules)\s*[(\[]\s*["'](\w+)""")
_DATED = re.compile(rb"until\s*[:=0-9]", re.IGNORECASE)


@dataclass(frozen=True)
class Content:
    """What a run wants to know of a file before it is decoded.

    `imports`: top-level names, `.` for relative ones. `library`: it imports a library of ours, or can't be told.
    `named`: it names one. `dated`: a comment in it may expire.
    """

    digest: str
    size: int
    library: bool
    named: bool
    imports: tuple[str, ...]
    dated: bool

    @classmethod
    def of(cls, data: bytes) -> Content:
        """Look through the bytes of a file."""
        found = set(_imports(data))
        return cls(
            digest=hashlib.blake2b(data, digest_size=16).hexdigest(),
            size=len(data),
            library=any(map(_LIBRARY.fullmatch, found)) or b"\0" in data,  # UTF-16 can't be checked: it must be said
            named=any(text in data for text in _TEXTS) and _NAMED.search(data) is not None,
            imports=tuple(sorted(found)),
            dated=bool(_DATED.search(data)),
        )

    def note(self) -> list[object]:
        """As a list that JSON can hold."""
        return [self.digest, self.size, self.library, self.named, list(self.imports), self.dated]

    @classmethod
    def from_note(cls, note: list[Any]) -> Content:
        """From such a list. Raises ValueError or TypeError if it is damaged."""
        digest, size, library, named, imports, dated = note
        return cls(str(digest), int(size), bool(library), bool(named), tuple(map(str, imports)), bool(dated))


def _imports(data: bytes) -> Iterator[str]:
    """The top-level names that it imports, `.` for relative ones."""
    data = data.replace(b"\\\r\n", b" ").replace(b"\\\n", b" ")
    for match in _IMPORT.finditer(data):
        start = max(data.rfind(b"\n", 0, match.start()), data.rfind(b"\r", 0, match.start())) + 1
        before = data[start : match.start()].strip()
        origin = _FROM.search(before)
        if origin:
            yield origin[1].decode("ascii", "replace")
        elif not before or before.endswith((b":", b";")):
            parts = (part.split() for part in match[1].split(b","))
            yield from (part[0].split(b".")[0].decode("ascii", "replace") for part in parts if part)
    if b"import_module" in data or b"__import__" in data or b"sys.modules" in data:
        yield from (match[1].decode("ascii", "replace") for match in _FETCHED.finditer(data))


@dataclass(frozen=True)
class Surroundings:
    """What a project in which a library is imported tells of its files.

    `names`: those by which they may import one another: of the files, of the folders they lie in, and `.`. `folders`:
    those in which a file imports a library.
    """

    names: frozenset[str]
    folders: frozenset[str]


def has_nothing(path: str, content: Content, around: Callable[[], Surroundings | None]) -> bool:
    """Whether no rule can have anything to say of a file.

    It imports no library, and in its project none does (`around` gives None), or it names none, imports no module of
    the project and lies beside no file that imports a library: such a file may well add up losses for it.
    """
    if content.library or not content.size:
        return not content.library
    found = around()
    if found is None:
        return True
    beside = os.path.dirname(path) in found.folders
    return not (content.named or beside or any(name in found.names for name in content.imports))


def surroundings(
    root: str, files: Iterable[str], content_of: Callable[[str], Content | None], *, few: int = FEW
) -> Surroundings | None:
    """What the files of a project tell of one another; None where none imports a library: then nothing leads to one.

    A project of so `few` files may be a part of one: each counts as if it lay beside a file that imports a library.
    """
    files = tuple(files)
    contents = ((path, content_of(path)) for path in files)
    folders = frozenset(os.path.dirname(path) for path, content in contents if content is not None and content.library)
    if not folders and len(files) > few:
        return None
    folders = folders or frozenset(map(os.path.dirname, files))
    names = {"."}
    for path in files:
        *above, name = os.path.relpath(path, root).split(os.sep)
        names.update(above)
        names.add(name.removesuffix(".py"))
    return Surroundings(frozenset(names), folders)
