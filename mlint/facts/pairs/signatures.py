"""The positional parameters of library functions whose first two arguments are of one kind and easily exchanged."""

from __future__ import annotations

from collections.abc import Sequence

from mlint.facts.pairs.words import listed

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
    "torch.nn.functional.kl_div": ("input", "target"),
    **{
        f"torch.nn.functional.{name}": ("input", "target")
        for name in listed("""cross_entropy nll_loss binary_cross_entropy binary_cross_entropy_with_logits
        multilabel_soft_margin_loss poisson_nll_loss""")
    },
}


def library_parameters(name: str) -> Sequence[str] | None:
    """The positional parameters of a library function by its dotted name; None where there is no entry."""
    return _PARAMETERS.get(name)
