"""What the tables claim of OpenCV, Pillow, scikit-image and torchvision holds on small random images. Each call is made
on an image of bytes and on one of floats; libraries that are not installed are skipped."""

from __future__ import annotations

from typing import Any

import pytest

from mlint.facts.domain.values import Interval, Kind, Value, constant
from mlint.facts.tables import calls
from mlint.facts.tables.tables import Tables
from tests.facts.test_claims import abstract, broken, result_of
from tests.facts.test_libraries import load, real

TABLES = Tables()
IMAGE = object()
"""Stands for the image in the arguments."""

OPENCV: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("resize", (IMAGE, (7, 9)), {}),
    ("resize", (IMAGE, (7, 9)), {"interpolation": 0}),
    ("resize", (IMAGE, (7, 9)), {"interpolation": 2}),
    ("resize", (IMAGE, None), {"fx": 1.7, "fy": 1.3, "interpolation": 4}),
    ("GaussianBlur", (IMAGE, (5, 5), 0), {}),
    ("blur", (IMAGE, (3, 3)), {}),
    ("medianBlur", (IMAGE, 3), {}),
    ("flip", (IMAGE, 1), {}),
    ("rotate", (IMAGE, 0), {}),
    ("transpose", (IMAGE,), {}),
    ("copyMakeBorder", (IMAGE, 1, 1, 2, 2, 0), {}),
    ("copyMakeBorder", (IMAGE, 1, 1, 2, 2, 0), {"value": 200}),
    ("copyMakeBorder", (IMAGE, 1, 1, 2, 2, 1), {}),
    ("add", (IMAGE, IMAGE), {}),
    ("subtract", (IMAGE, IMAGE), {}),
    ("multiply", (IMAGE, IMAGE), {"scale": 0.5}),
    ("divide", (IMAGE, IMAGE), {}),
    ("addWeighted", (IMAGE, 1.5, IMAGE, 0.5, 10), {}),
    ("absdiff", (IMAGE, IMAGE), {}),
    ("convertScaleAbs", (IMAGE,), {"alpha": 1.5, "beta": -20}),
    ("max", (IMAGE, IMAGE), {}),
    ("min", (IMAGE, IMAGE), {}),
    ("bitwise_and", (IMAGE, IMAGE), {}),
    ("bitwise_not", (IMAGE,), {}),
    ("threshold", (IMAGE, 100, 255, 0), {}),
    ("normalize", (IMAGE, None, 0, 255, 32), {}),
    ("normalize", (IMAGE, None), {"alpha": 0, "beta": 1, "norm_type": 32, "dtype": 5}),
    ("erode", (IMAGE, None), {}),
    ("dilate", (IMAGE, None), {}),
    ("morphologyEx", (IMAGE, 4, None), {}),
    ("morphologyEx", (IMAGE, 2, None), {}),
    ("Laplacian", (IMAGE, 6), {}),
    ("Sobel", (IMAGE, 5, 1, 0), {}),
    ("Canny", (IMAGE, 50, 100), {}),
    ("inRange", (IMAGE, 10, 100), {}),
    ("equalizeHist", (IMAGE,), {}),
    ("applyColorMap", (IMAGE, 2), {}),
    ("cvtColor", (IMAGE, 8), {}),
    ("split", (IMAGE,), {}),
    ("merge", ([IMAGE, IMAGE],), {}),
    ("pow", (IMAGE, 2), {}),
    ("bilateralFilter", (IMAGE, 5, 10, 10), {}),
    ("pyrDown", (IMAGE,), {}),
    ("connectedComponents", (IMAGE,), {}),
    ("distanceTransform", (IMAGE, 2, 3), {}),
]


def images() -> list[Any]:
    numpy = load("numpy")
    random = numpy.random.default_rng(0)
    return [
        random.integers(0, 256, (8, 6), dtype="uint8"),
        random.random((8, 6)).astype("float32"),
        (random.random((8, 6)) * 100 - 50).astype("float32"),
    ]


def filled(argument: Any, image: Any) -> Any:
    if isinstance(argument, list):
        return [filled(each, image) for each in argument]
    return image.copy() if argument is IMAGE else argument


def problem_of(name: str, positional: list[Any], keywords: dict[str, Any]) -> str | None:
    """What the table claims of this call and does not hold; None where the call fails."""
    entry = TABLES.entry(name)
    assert entry is not None
    abstracted = {key: abstract(each) for key, each in keywords.items()}
    claimed = calls.apply(entry, calls.bind(entry, [abstract(each) for each in positional], abstracted)).value
    found = result_of(lambda *arguments: real(name)(*arguments, **keywords), positional)
    return None if found is None else broken(claimed, found)


@pytest.mark.parametrize(("name", "positional", "keywords"), OPENCV)
def test_opencv(name: str, positional: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    load("cv2")
    for image in images():
        problem = problem_of(f"cv2.{name}", [filled(each, image) for each in positional], keywords)
        assert problem is None, f"{image.dtype}: {problem}"


def test_opencv_reads_bytes(tmp_path: Any) -> None:
    cv2 = load("cv2")
    path = str(tmp_path / "a.png")
    cv2.imwrite(path, images()[0])
    for flags in (0, 1):
        assert problem_of("cv2.imread", [path, flags], {}) is None
    encoded = cv2.imencode(".png", images()[0])[1]
    assert problem_of("cv2.imdecode", [encoded, 1], {}) is None


@pytest.mark.parametrize("name", ["img_as_ubyte", "img_as_float", "img_as_float32"])
def test_skimage_scales(name: str) -> None:
    load("skimage")
    for image in images()[:2]:
        assert problem_of(f"skimage.{name}", [image], {}) is None


@pytest.mark.parametrize("keywords", [{}, {"preserve_range": True}, {"order": 0}, {"order": 3}])
def test_skimage_resizes(keywords: dict[str, Any]) -> None:
    load("skimage")
    for image in images()[:2]:
        assert problem_of("skimage.transform.resize", [image, (5, 5)], keywords) is None


@pytest.mark.parametrize("mode", ["L", "RGB", "F", "I", "1"])
def test_pillow_converts(mode: str) -> None:
    numpy = load("numpy")
    pillow = load("PIL.Image")
    entry = TABLES.entry("PIL.Image.Image.convert")
    assert entry is not None
    picture = Value(Kind.PIL, "uint8", Interval(0, 255))
    claimed = calls.apply(entry, calls.bind(entry, [constant(mode)], {}, picture)).value
    array = TABLES.entry("numpy.array")
    assert array is not None
    as_array = calls.apply(array, calls.bind(array, [claimed], {})).value
    assert broken(as_array, numpy.array(pillow.fromarray(images()[0]).convert(mode))) is None


def test_torchvision_scales_bytes_to_tensors() -> None:
    load("torchvision")
    pillow = load("PIL.Image")
    entry = TABLES.entry("torchvision.transforms.functional.to_tensor")
    assert entry is not None
    picture = Value(Kind.PIL, "uint8", Interval(0, 255))
    claimed = calls.apply(entry, calls.bind(entry, [picture], {})).value
    assert broken(claimed, real("torchvision.transforms.functional.to_tensor")(pillow.fromarray(images()[0]))) is None
