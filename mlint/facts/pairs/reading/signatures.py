"""The positional parameters of what is called: functions, records, and library functions that are easily mixed up."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlint.facts.pairs.names.words import listed
from mlint.facts.project.project import Project
from mlint.facts.project.symbols import Symbol
from mlint.outline import ClassOutline, FunctionOutline

_STATIC = frozenset({"staticmethod", "builtins.staticmethod"})
_RECORDS = frozenset({"NamedTuple", "object", "Generic", "Protocol", "ABC"})
_RECORD = re.compile(r"(?:\w+\.)*(?:dataclass|define|frozen|s|attrs|attributes|mutable)\b(?=\(|$)")

_TRUE_FIRST = ("y_true", "y_pred")
_SCIKIT = listed(
    """accuracy_score balanced_accuracy_score confusion_matrix multilabel_confusion_matrix classification_report
    f1_score fbeta_score precision_score recall_score precision_recall_fscore_support jaccard_score hamming_loss
    zero_one_loss matthews_corrcoef r2_score explained_variance_score max_error"""
)
_SCORED = listed(
    """roc_auc_score average_precision_score roc_curve precision_recall_curve brier_score_loss log_loss
    top_k_accuracy_score"""
)

_PARAMETERS: dict[str, Sequence[str]] = {
    **{f"sklearn.metrics.{name}": _TRUE_FIRST for name in _SCIKIT},
    **{f"sklearn.metrics.{name}": ("y_true", "y_score") for name in _SCORED},
    "torchvision.transforms.Normalize": ("mean", "std"),
    "torchvision.transforms.functional.normalize": ("tensor", "mean", "std"),
    "albumentations.Resize": ("height", "width"),
    "albumentations.RandomCrop": ("height", "width"),
    "albumentations.CenterCrop": ("height", "width"),
    "torch.nn.functional.kl_div": ("input", "target"),
    **{
        f"torch.nn.functional.{name}": ("input", "target")
        for name in listed("""cross_entropy nll_loss binary_cross_entropy binary_cross_entropy_with_logits
        multilabel_soft_margin_loss poisson_nll_loss""")
    },
}

# In these orders libraries take the two sides of a picture.
SIDES = _WIDTH_FIRST, _HEIGHT_FIRST = ("width", "height"), ("height", "width")
# The items of an argument, told by its place and its keyword.
_ITEMS: dict[str, tuple[int, str, Sequence[str]]] = {
    "cv2.resize": (1, "dsize", _WIDTH_FIRST),
    "cv2.warpAffine": (2, "dsize", _WIDTH_FIRST),
    "cv2.warpPerspective": (2, "dsize", _WIDTH_FIRST),
    "cv2.VideoWriter": (3, "frameSize", _WIDTH_FIRST),
    "PIL.Image.new": (1, "size", _WIDTH_FIRST),
    "skimage.transform.resize": (1, "output_shape", _HEIGHT_FIRST),
    "torch.nn.functional.interpolate": (1, "size", _HEIGHT_FIRST),
    "torchvision.transforms.functional.resize": (1, "size", _HEIGHT_FIRST),
    "torchvision.transforms.functional.center_crop": (1, "output_size", _HEIGHT_FIRST),
    "torchvision.transforms.Resize": (0, "size", _HEIGHT_FIRST),
    "torchvision.transforms.CenterCrop": (0, "size", _HEIGHT_FIRST),
    "torchvision.transforms.RandomCrop": (0, "size", _HEIGHT_FIRST),
    "torchvision.transforms.RandomResizedCrop": (0, "size", _HEIGHT_FIRST),
}
# For each thing that it is given it gives a share to learn from, and right behind it the rest.
SPLITTING_EACH = "sklearn.model_selection.train_test_split"
_TAKING_ITEMS = frozenset(name.rpartition(".")[2] for name in _ITEMS)


def may_split_each(dotted: str) -> bool:
    """Whether what is called may be the library function that gives two shares of each thing in turns; cheap."""
    return dotted.endswith(SPLITTING_EACH.rpartition(".")[2])


def takes_items(dotted: str) -> bool:
    """Whether what is called may be a library function of which an argument has items in a known order; cheap."""
    return dotted.rpartition(".")[2] in _TAKING_ITEMS


def library_items(name: str, argument: int | str) -> Sequence[str] | None:
    """What the items of an argument of a library function are, by its dotted name; None where there is no entry."""
    place, keyword, items = _ITEMS.get(name, (-1, "", ()))
    return items if argument in (place, keyword) and items else None


def library_parameters(name: str) -> Sequence[str] | None:
    """The positional parameters of a library function by its dotted name; None where there is no entry."""
    return _PARAMETERS.get(name)


def positional_parameters(project: Project, symbol: Symbol) -> Sequence[str] | None:
    """The positional parameters, without the object itself, of a function or of what makes an object of a class.

    None where they are not known: of a class whose constructor is a library's, of anything that is neither.
    """
    outline = symbol.outline
    if isinstance(outline, FunctionOutline):
        return names_of(outline, of_object=False)
    if not isinstance(outline, ClassOutline):
        return library_parameters(symbol.name) if symbol.kind == "external" else None
    made = project.method(symbol, "__init__")
    if made is not None and isinstance(made.outline, FunctionOutline):
        return names_of(made.outline, of_object=True)
    return _fields(project, symbol, outline)


def names_of(outline: FunctionOutline, *, of_object: bool) -> list[str]:
    """The positional parameters of a function; `of_object`: without the first, which is the object that has it."""
    names = [each.name for each in outline.parameters if each.kind in ("positional", "positional-only")]
    if outline.class_name is None or any(each in _STATIC for each in outline.decorators):
        return names
    # `Base.fit(self, x)` gives the object itself.
    return names[1:] if of_object or "classmethod" in outline.decorators else names


def _fields(project: Project, symbol: Symbol, outline: ClassOutline) -> list[str] | None:
    """The fields of a record (a dataclass, a NamedTuple, a class of attrs), those of its bases first."""
    found: list[str] = []
    line = [outline]
    for base in project.bases(symbol):
        if isinstance(base.outline, ClassOutline):
            line.append(base.outline)
        elif base.name.rpartition(".")[2] not in _RECORDS:
            return None
    if not _is_record(outline):
        return None
    for each in reversed(line):
        for name, annotation in each.annotations.items():
            if "ClassVar" not in annotation and "init=False" not in each.attributes.get(name, ""):
                found.append(name)
    return found


def _is_record(outline: ClassOutline) -> bool:
    if any(base.rpartition(".")[2] == "NamedTuple" for base in outline.bases):
        return True
    made = next((each for each in outline.decorators if _RECORD.match(each)), None)
    return made is not None and "kw_only=True" not in made and "init=False" not in made
