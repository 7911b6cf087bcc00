"""The positional parameters of what is called: functions, records, and library functions that are easily mixed up."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlint.facts.pairs.names.words import listed
from mlint.facts.project.project import Project
from mlint.facts.project.symbols import Symbol
from mlint.facts.tables.orders import SIDES, TAKING_SIDES, items_taken
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
    "albumentations.PadIfNeeded": ("min_height", "min_width"),
    "albumentations.RandomSizedCrop": ("min_max_height", "height", "width"),
    "torch.nn.functional.kl_div": ("input", "target"),
    **{
        f"torch.nn.functional.{name}": ("input", "target")
        for name in listed("""cross_entropy nll_loss binary_cross_entropy binary_cross_entropy_with_logits
        multilabel_soft_margin_loss poisson_nll_loss""")
    },
}

# For each thing that it is given it gives a share to learn from, and right behind it the rest.
SPLITTING_EACH = "sklearn.model_selection.train_test_split"


def may_split_each(dotted: str) -> bool:
    """Whether what is called may be the library function that gives two shares of each thing in turns; cheap."""
    return dotted.endswith(SPLITTING_EACH.rpartition(".")[2])


def takes_items(dotted: str) -> bool:
    """Whether what is called may be a library function of which an argument has items in a known order; cheap."""
    return dotted.rpartition(".")[2] in TAKING_SIDES


def library_items(name: str, argument: int | str) -> Sequence[str] | None:
    """Which sides the items of an argument of a library function are, by its dotted name; None where there is no entry.

    What is named after coordinates may count along either side: of points nothing is told.
    """
    taken = ((items, argument in (place, keyword)) for place, keyword, items in items_taken(name))
    return next((items for items, is_it in taken if is_it and items in SIDES), None)


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
