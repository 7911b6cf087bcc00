"""The library tables beside the real libraries, as far as they are installed: names and parameters."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from mlint.facts.tables.entries import Entry, Parameter
from mlint.facts.tables.expressions import Argument, alternatives
from mlint.facts.tables.flaws import results, walk
from mlint.facts.tables.tables import Tables
from tests.facts.tables.test_tables import groups

TABLES = Tables()
LIBRARIES = [
    *("torch", "numpy", "cv2", "PIL", "albumentations", "torchvision", "skimage", "scipy", "timm", "einops", "tqdm"),
    *("math", "random", "copy", "itertools", "functools", "collections", "pathlib", "os"),
]

_CHANGED = """
    numpy.recfromcsv numpy.round_ numpy.in1d numpy.issubsctype numpy.alen numpy.trapz numpy.lookfor numpy.byte_bounds
    numpy.obj2sctype numpy.int numpy.float numpy.float_ numpy.bool8 numpy.complex_ numpy.Inf numpy.PINF numpy.NINF
    numpy.NaN numpy.NAN numpy.ndarray.newbyteorder numpy.ndarray.itemset numpy.ndarray.tostring numpy.ndarray.ptp
    numpy.linalg.vector_norm numpy.linalg.matrix_norm numpy.linalg.svdvals numpy.linalg.cross numpy.linalg.outer
    numpy.row_stack
    torch.nn.functional.swish torch.symeig torch.lstsq torch.solve torch.eig torch.nn.init.constant
    cv2.linearPolar cv2.logPolar cv2.sum cv2.dnn.readNetFromCaffe cv2.dnn.readNetFromDarknet cv2.dnn.readNetFromTorch
    cv2.groupRectangles cv2.AKAZE_create cv2.BRISK_create cv2.CascadeClassifier cv2.HOGDescriptor cv2.createCLAHE.apply
    PIL.Image.Image._getexif PIL.ImageDraw.ImageDraw.textsize PIL.ImageDraw.ImageDraw.multiline_textsize
    PIL.Image.LINEAR PIL.Image.CUBIC PIL.Image.ANTIALIAS skimage.draw.circle skimage.util.pad
    skimage.future.graph.rag_mean_color scipy.special.sph_harm timm.Model torchvision.models.Model math.sumprod
    albumentations.RandomBrightness albumentations.RandomContrast albumentations.JpegCompression albumentations.Flip
    albumentations.Cutout albumentations.MixUp torchvision.io.read_video torchvision.io.read_video_timestamps
    torchvision.io.VideoReader torchvision.io.write_video torchvision.transforms.functional.get_num_frames
"""
CHANGED = frozenset(_CHANGED.split())
"""Gone from newer releases, or not yet in older ones; code that uses them is still about."""
CONTRIBUTED = (
    "cv2.ximgproc.",
    "torch.utils.tensorboard.",
    "torch.npu.",
    "torch.mlu.",
    "torch.musa.",
    "torch.hpu.",
    "torch.neuron.",
)


NEWEST = {"torch": (2, 13), "numpy": (2, 5), "timm": (1, 0)}
"""The newest release that the tables were compared with: what a later one adds is no fault of theirs."""
NEWEST_PYTHON = (3, 13)


def load(library: str) -> Any:
    """The library, or the reason to skip."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = pytest.importorskip(library, reason=f"{library} is not installed")
    release = getattr(found, "__version__", None)
    if release is None and sys.version_info[:2] > NEWEST_PYTHON:
        pytest.skip(f"the tables were compared with Python {NEWEST_PYTHON[0]}.{NEWEST_PYTHON[1]} at the latest")
    if release is not None and library in NEWEST:
        major, minor = re.findall(r"\d+", release)[:2]
        if (int(major), int(minor)) > NEWEST[library]:
            pytest.skip(f"the tables were compared with {library} {NEWEST[library]} at the latest, not {release}")
    return found


def real(name: str) -> Any:
    """The object of that qualified name. Raises LookupError."""
    parts = name.split(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for end in range(len(parts), 0, -1):
            try:
                found = importlib.import_module(".".join(parts[:end]))
                for part in parts[end:]:
                    found = getattr(found, part)
            except (ImportError, AttributeError):
                continue
            return found
    raise LookupError(name)


def exists(name: str) -> bool:
    try:
        real(name)
    except LookupError:
        return False
    return True


def is_checked(name: str) -> bool:
    """Whether the name is one that the library of today should have."""
    entry = TABLES.entry(name)
    stands_for_itself = entry is not None and not entry.attribute
    return stands_for_itself and ".calls." not in name and name not in CHANGED and not name.startswith(CONTRIBUTED)


@pytest.mark.parametrize("library", ["torch", "numpy", "cv2", "PIL", "albumentations", "skimage", "scipy", "random"])
def test_callables_exist(library: str) -> None:
    load(library)
    rows = [names for names in groups(library) if all(map(is_checked, names))]
    assert not [names[0] for names in rows if not any(map(exists, names))]
    assert len(rows) > 10


def signatures(library: str) -> Iterator[tuple[Entry, list[Parameter], list[inspect.Parameter]]]:
    """Each entry whose real parameters Python can tell, with those of the table and the real ones, without `self`."""
    for name in TABLES.names(library):
        entry, theirs = TABLES.entry(name), real_parameters(name)
        if entry is None or theirs is None or entry.parameters is None or entry.attribute:
            continue
        ours = list(entry.parameters)
        if theirs[:1] and theirs[0].name == "self":
            ours, theirs = ours[1:], theirs[1:]
        elif ours[:1] and ours[0].name == "self" and "self" not in [each.name for each in theirs]:
            ours = ours[1:]
        yield entry, ours, theirs


def real_parameters(name: str) -> list[inspect.Parameter] | None:
    """The parameters of a callable; None where Python cannot tell, or anything is accepted."""
    try:
        found = real(name)
        theirs = list(inspect.signature(found).parameters.values()) if callable(found) else None
    except (LookupError, TypeError, ValueError):
        return None
    loose = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    return None if theirs is None or any(each.kind in loose for each in theirs) else theirs


@pytest.mark.parametrize("library", LIBRARIES)
def test_no_keyword_is_lacking(library: str) -> None:
    load(library)
    lacking = [
        f"{entry.name}({each.name}=)"
        for entry, _, theirs in signatures(library)
        if not entry.takes_any_keyword
        for each in theirs
        if each.kind is not inspect.Parameter.POSITIONAL_ONLY
        if entry.parameter(each.name) is None and not each.name.startswith("_")
        if (entry.last, each.name) != ("shuffle", "random")  # Python 3.10 has it still
    ]
    assert not lacking


def reads(entry: Entry) -> set[str]:
    """The parameters that something is said about."""
    said = [
        getattr(each, key) for each in results(entry.result) for key in ("cast", "dtype", "range", "device", "term")
    ]
    like = [f"${each.like}" if each.like.isidentifier() else each.like for each in results(entry.result) if each.like]
    found = {
        inner.name
        for text in filter(None, (*said, *like, entry.moves))
        for row in alternatives(text)
        for outer in row
        for inner in walk(outer)
        if isinstance(inner, Argument)
    }
    found |= {name for name in (entry.same, entry.mutates, entry.members) if name is not None}
    found |= {condition.parameter for conditions, _ in entry.cases for condition in conditions}
    return found.union(entry.result.operation[::2], *(reads(case) for _, case in entry.cases))


@pytest.mark.parametrize("library", LIBRARIES)
def test_parameters_that_matter_stand_in_their_place(library: str) -> None:
    load(library)
    wrong = []
    for entry, ours, theirs in signatures(library):
        matters = reads(entry)
        for parameter, other in zip(ours, theirs, strict=False):
            if parameter.stars or parameter.keyword_only or other.kind is inspect.Parameter.KEYWORD_ONLY:
                break
            if parameter.name in matters and other.name not in (parameter.name, *parameter.aliases):
                wrong.append(f"{entry.name}: {parameter.name} is {other.name}")
    assert not wrong


def documented(name: str) -> list[str]:
    """The parameters of a function of OpenCV, whose signatures stand in their documentation only."""
    last = name.rpartition(".")[2]
    for line in (getattr(real(name), "__doc__", None) or "").splitlines():
        match = re.match(rf"\.?\s*{last}\((.*)\) ->", line.strip())
        if match is not None:
            return re.findall(r"\w+", match[1])
    return []


def test_opencv_parameters_stand_in_their_place() -> None:
    load("cv2")
    wrong, seen = [], 0
    for name in filter(exists, TABLES.names("cv2")):
        entry = TABLES.entry(name)
        theirs = documented(name) if entry is not None and not entry.attribute else []
        if entry is None or entry.parameters is None or not theirs:
            continue
        seen += 1
        ours = [each for each in entry.parameters if each.name != "self"]
        for parameter, other in zip(ours, theirs, strict=False):
            if parameter.stars or parameter.keyword_only:
                break
            if other not in (parameter.name, *parameter.aliases):
                wrong.append(f"{name}: {parameter.name} is {other}")
        wrong += [
            f"{name}({other}=)" for other in theirs if not entry.takes_any_keyword and entry.parameter(other) is None
        ]
    assert not wrong
    assert seen > 80
