"""ML203: dropout that `eval()` does not switch off."""

from __future__ import annotations

import re

from mlint import Confidence, Dropping, Reports, rule

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ON_PURPOSE = frozenset("mc monte bayesian stochastic uncertainty noise noisy augmentation loss train prenet".split())
_NOT_RUN = frozenset(("__init__", "training_step"))


@rule(
    "ML203",
    "functional-dropout-always-on",
    "`{code}` {what}: values are dropped at random after `eval()` as well",
    words=tuple(
        "dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout scaled_dot_product_attention "
        "multi_head_attention_forward "
        "stochastic_depth drop_block2d sparse_dropout _sparse_dropout __sparse_dropout drop_path drop_connect "
        "drop_edge drop_block dropout_edge embedded_dropout embedding_dropout word_dropout node_dropout edge_dropout "
        "feature_dropout channel_dropout spatial_dropout locked_dropout variational_dropout random_dropout "
        "Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout".split()
    ),
)
def functional_dropout_always_on(dropping: Dropping) -> Reports:
    """A dropout in a module's forward is not told whether the module trains."""
    excuse = _excuse(dropping)
    if excuse:
        yield dropping.silence(excuse)
        return
    sure = dropping.is_rate_plain and (dropping.flag is None or dropping.is_layer_made_here or dropping.is_own)
    yield dropping.report(
        confidence=Confidence.LIKELY if sure else Confidence.POSSIBLE,
        advice=_advice(dropping),
        code=dropping.code,
        what=_what(dropping),
    )


def _excuse(dropping: Dropping) -> str | None:
    """Why the dropout is as it should be; None where it is not."""
    if dropping.drops_nothing or dropping.is_starred:
        return "its rate is 0" if dropping.drops_nothing else "what it is passed is not seen"
    if dropping.is_guarded:
        return "it is reached in train mode only"
    if dropping.flag is not None and dropping.flag.const is not True:
        return "it is told whether the module trains"
    if dropping.function.name in _NOT_RUN or not dropping.is_of_module:
        return "no forward of a module runs it"
    if dropping.is_in_training:
        return "the loop around it trains"
    if dropping.is_unused:
        return "nothing is done with what it leaves"
    said = f"{dropping.function.qualname} {dropping.code}"
    if not _ON_PURPOSE.isdisjoint(word.lower() for word in _WORD.findall(said)):
        return "it is meant to be random"
    return None


def _advice(dropping: Dropping) -> str:
    if dropping.is_layer_made_here:
        return "make the layer in `__init__`, where `eval()` finds it"
    if dropping.is_own:
        return "call it only `if self.training`"
    if dropping.is_attention:
        return "pass a rate of 0 unless `self.training`"
    return "pass `training=self.training`"


def _what(dropping: Dropping) -> str:
    if dropping.is_layer_made_here:
        return "is a layer made anew on each call, in train mode"
    if dropping.is_own:
        return "draws at random, and is not told whether the module trains"
    if dropping.is_attention:
        return "takes a rate and no flag, and does not know whether the module trains"
    return "says nothing of `training`, which is True by default" if dropping.flag is None else "always trains"
