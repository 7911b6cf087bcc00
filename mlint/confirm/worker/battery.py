"""Arguments for functions that nobody calls here: by the names of their parameters, in several domains of numbers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from mlint.confirm.worker.arguments import UnknownArgumentError, guess

_IMAGE = re.compile(
    r"(?:\w+_)?(?:img|image|im|frame|arr|array|picture|pic|photo|rgb|bgr|gray|grey|src|mask|seg|heatmap|depth|x|a|b|t|"
    r"tensor|inp|input|output|pred|prediction|logits|prob|probs|map|channel|noise|sample|crop|tile|patch|canvas)\d?"
)
_LIST = re.compile(r"(?i)list|sequence|tuple|iterable|dict")
_IMAGES = re.compile(r"(?:\w+_)?(?:imgs|images|frames|pictures|preds|predictions|outputs|samples|arrays|masks|maps)")
_TILES = re.compile(r"(?:\w+_)?(?:tiles|patches|crops|windows)")
_CORNERS = re.compile(r"(?:\w+_)?(?:coords|coordinates|positions|locations|offsets|corners|origins|starts)")
_NUMBERS = re.compile(r"(?:\w+_)?(?:losses|values|scores|xs|numbers|data|weights|errors|accs|accuracies|series|items)")
_BATCHES = re.compile(r"(?:\w+_)?(?:loader|dataloader|batches|dataset|iterator|iterable|dl)")
_LABELS = re.compile(r"(?:\w+_)?(?:labels|targets?|truth|gt|y|t|classes)|y_\w+")
_MODEL = re.compile(r"(?:\w+_)?(?:model|net|network|module|classifier)")
_LOSS = re.compile(r"(?:\w+_)?(?:criterion|loss_fn|loss_func|loss_function|criteria)")
_GAIN = re.compile(r"(?:\w+_)?(?:factor|gain|alpha|contrast|brightness|scale|strength|amount|level|delta|beta|sigma)")
_SIZE = re.compile(r"h|w|height|width|H|W|(?:out_|img_|image_)?(?:height|width|h|w)")
_SHAPE = re.compile(r"(?:\w+_)?(?:shape|size)")

_KINDS = ("array", "gray", "tensor", "batch")
Spare = Callable[[str], Any]
_FAR = 1000
_TILE, _STEP, _WHOLE = 8, 4, 16
"""Tiles overlap by half, and cover a square."""
_SHAPES = {
    "array": (_WHOLE, _WHOLE + 4, 3),
    "gray": (_WHOLE, _WHOLE + 4),
    "tensor": (3, _WHOLE, _WHOLE + 4),
    "batch": (2, 3, _WHOLE, _WHOLE + 4),
}


@dataclass(frozen=True)
class Domain:
    """One kind of image, and the ends of its numbers."""

    name: str
    low: float
    high: float
    dtype: str


DOMAINS = {
    "bytes": Domain("bytes", 0, 255, "uint8"),
    "unit": Domain("unit", 0.0, 1.0, "float32"),
    "bytes as floats": Domain("bytes as floats", 0.0, 255.0, "float32"),
    "constant": Domain("constant", 0.5, 0.5, "float64"),
}


@dataclass(frozen=True)
class Given:
    """Arguments for one call, and which of them are numbers that were guessed."""

    kwargs: dict[str, Any]
    shown: str
    guessed: tuple[str, ...]


def batteries(function: Callable[..., Any], domain: str, skip: int = 0, spare: Spare | None = None) -> Iterator[Given]:
    """Arguments to call the function with, of several shapes; `spare` makes those of which nothing is known.

    Raises UnknownArgumentError where there is no spare.
    """
    parameters = [
        each
        for each in list(inspect.signature(function).parameters.values())[skip:]
        if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    ]
    for kind in _kinds(function, parameters):
        for fill in _fills(domain):
            for gain in (1.5, 0.5):
                make = _Maker(DOMAINS[domain], kind, fill, gain, spare)
                given = {
                    each.name: make.of(each, first=index == 0) for index, each in enumerate(parameters) if _open(each)
                }
                yield Given(given, f"{make.image_shown}", tuple(make.guessed))
                if not make.guessed:
                    break


def _kinds(function: Any, parameters: list[inspect.Parameter]) -> tuple[str, ...]:
    """The kinds of images that the function may take: tensors where it says so, or knows nothing of NumPy."""
    text = " ".join(str(each.annotation) for each in parameters)
    names = getattr(function, "__globals__", {}).values()
    has_numpy = any(each is np for each in names) or "ndarray" in text
    wants_tensors = "Tensor" in text or any(each is torch for each in names)
    return _KINDS[2:] if wants_tensors and not has_numpy else _KINDS


def value_for(parameter: inspect.Parameter, domain: str, spare: Spare) -> Any:
    """A value for one parameter."""
    return _Maker(DOMAINS[domain], "array", "random", 1.5, spare).of(parameter, first=False)


def varied(function: Callable[..., Any], given: Given, skip: int = 0) -> Iterator[Given]:
    """The same with other numbers than the defaults and the guesses, far away ones too."""
    for each in list(inspect.signature(function).parameters.values())[skip:]:
        number = given.kwargs.get(each.name, each.default)
        if isinstance(number, (int, float)) and not isinstance(number, bool):
            for other in (number * 2 + 1, -number, _FAR, -_FAR):
                value = type(number)(other)
                yield Given({**given.kwargs, each.name: value}, f"{given.shown}, {each.name}={value}", (each.name,))


def _open(parameter: inspect.Parameter) -> bool:
    return parameter.default is parameter.empty


def _fills(domain: str) -> tuple[str, ...]:
    return ("equal",) if domain == "constant" else ("random", "checkered", "high", "low")


def refilled(kwargs: dict[str, Any], domain: str) -> Iterator[Given]:
    """The arguments, with numbers of the domain in every tensor of floats."""
    guessed = tuple(name for name, value in kwargs.items() if type(value) in (int, float))
    for fill in _fills(domain):
        make = _Maker(DOMAINS[domain], "tensor", fill, 1.5)
        yield Given({name: make.like(value) for name, value in kwargs.items()}, make.image_shown, guessed)


class _Maker:
    """Makes the arguments of one call."""

    def __init__(self, domain: Domain, kind: str, fill: str, gain: float, spare: Spare | None = None) -> None:
        self._domain, self._kind, self._fill, self._gain, self._spare = domain, kind, fill, gain, spare
        self._random = np.random.default_rng(0)
        self.guessed: list[str] = []

    @property
    def image_shown(self) -> str:
        """`uint8 images in [0, 255]`."""
        return f"{self._domain.dtype} images in [{self._domain.low:g}, {self._domain.high:g}]"

    def of(self, parameter: inspect.Parameter, *, first: bool) -> Any:
        """A value for the parameter."""
        name, text = parameter.name, str(parameter.annotation)
        is_told = "ndarray" in text or "Tensor" in text
        if is_told and not _LIST.search(text):
            return self._image()
        for pattern, make in self._by_name():
            if pattern.fullmatch(name.lower()):
                return make()
        if is_told:
            return self._images()
        if _GAIN.fullmatch(name.lower()):
            self.guessed.append(name)
            return self._gain
        try:
            value = guess(name, parameter.annotation)
        except UnknownArgumentError:
            if first and parameter.annotation in (parameter.empty, "Any"):
                return self._image()
            if self._spare is not None:
                return self._spare(name)
            raise
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            self.guessed.append(name)
        return value

    def _by_name(self) -> tuple[tuple[re.Pattern[str], Callable[[], Any]], ...]:
        return (
            (_SIZE, lambda: _WHOLE),
            (_SHAPE, lambda: (_WHOLE, _WHOLE)),
            (_TILES, self._tiles),
            (_CORNERS, lambda: [(y, x) for y in (0, _STEP, 2 * _STEP) for x in (0, _STEP, 2 * _STEP)]),
            (_IMAGES, self._images),
            (_NUMBERS, self._numbers),
            (_BATCHES, self._batches),
            (_MODEL, _model),
            (_LOSS, lambda: functional.cross_entropy),
            (_LABELS, self._labels if self._fill == "equal" else self._image),
            (_IMAGE, self._image),
        )

    def _image(self) -> Any:
        made = self._filled(_SHAPES[self._kind])
        return torch.from_numpy(made) if self._is_tensor else made

    @property
    def _is_tensor(self) -> bool:
        return self._kind in ("tensor", "batch")

    def like(self, value: Any) -> Any:
        """A tensor of the shape, if the value is one of floats."""
        if not isinstance(value, torch.Tensor) or not value.is_floating_point():
            return value
        return torch.from_numpy(self._filled(tuple(value.shape)))

    def _images(self) -> Any:
        images = [self._image() for _ in range(5)]
        return torch.stack(images) if self._kind == "tensor" else images[0] if self._kind == "batch" else images

    def _filled(self, shape: tuple[int, ...]) -> Any:
        low, high = self._domain.low, self._domain.high
        if self._fill == "random":
            made = self._random.uniform(low, high, shape)
        elif self._fill == "checkered":
            made = np.where(np.indices(shape).sum(0) % 2, high, low)
        else:
            made = np.full(shape, low if self._fill == "low" else high)
        return made.astype(self._domain.dtype)

    def _tiles(self) -> Any:
        return [self._filled((_TILE, _TILE)) for _ in range(9)]

    def _numbers(self) -> Any:
        return [float(each) for each in self._filled((5,))]

    def _labels(self) -> Any:
        return torch.zeros(4, dtype=torch.int64)

    def _batches(self) -> Any:
        """Batches as a loader gives them, equal to one another where the domain is a constant."""
        batches = []
        for number in range(3):
            seed = 0 if self._fill == "equal" else number
            generator = torch.Generator().manual_seed(seed)
            images = torch.rand((4, 3, _TILE, _TILE), generator=generator)
            batches.append((images, torch.randint(0, 10, (4,), generator=generator)))
        return batches


def _model() -> Any:
    """A model that turns whatever it is given into scores for ten classes."""

    class Scores(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = torch.nn.Parameter(torch.ones(10))

        def forward(self, x: Any, *rest: Any) -> Any:
            flat = x.float().flatten(1)
            weights = torch.linspace(-1, 1, flat.shape[1] * 10).reshape(-1, 10)
            return flat @ weights * self.scale

    return Scores()
