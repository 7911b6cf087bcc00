"""Interfaces of modules whose several results have a fixed order that everybody knows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_STATES = frozenset(
    "state states hidden hiddens hx cx hn cn hc h c hs cs hns cns cell memory memories mem cache caches past present "
    "presents kv carry rnn incremental prev last next new".split()
)
_ATTENTION = frozenset(
    "att attn attns attention attentions weights weight alignment alignments scores score alpha".split()
)
_CENTRES = frozenset("mu mus mean means loc m".split())
_SPREADS = frozenset(
    "logvar logvars log lvar lv var variance variances std stds sd sigma sigmas scale logstd logsigma logscale".split()
)
_PLACES = frozenset("index indices indexes idx idxs ind inds ids argmax perm permutation order".split())
_TRIPLET = ("anc", "pos", "neg")
_FEW = 2
_WHEN = frozenset("prev previou past last next new old current init initial updated update".split())
_PREDICTION = frozenset("logit logits output outputs pred preds prediction predictions hidden".split())
_LOSS = frozenset("loss losses criterion objective".split())


def words(name: str) -> list[str]:
    """The words of a name, in lower case: `attn_weights`, `hiddenState`."""
    return [word.lower() for word in _WORDS.findall(name)]


def is_recurrent(names: Sequence[str]) -> bool:
    """`output, state`: all but the first are the state that goes into the next call."""
    return len(names) > 1 and all(_about(name, _STATES) for name in names[1:])


def is_attention(names: Sequence[str]) -> bool:
    """`output, weights`, perhaps with a state to carry on."""
    return len(names) > 1 and all(_about(name, _ATTENTION | _STATES) for name in names[1:])


def is_loss(class_name: str, names: Sequence[str]) -> bool:
    """A loss that comes with its parts or metrics, or with what was predicted; not with both."""
    if _about(class_name, _LOSS):
        return True
    both = len(names) > _FEW and any(_about(name, _PREDICTION) and not _about(name, _LOSS) for name in names[1:])
    return bool(names) and _about(names[0], _LOSS) and not both


def is_customary(names: Sequence[str]) -> bool:
    """Values that everybody gives and takes in this order: the mean of a distribution and its spread, what was picked
    and its indices, an anchor with a positive and a negative, as `TripletMarginLoss` takes them."""
    if len(names) == _FEW:
        is_distribution = _about(names[0], _CENTRES) and _about(names[1], _SPREADS)
        return is_distribution or (_about(names[1], _PLACES) and not _about(names[0], _PLACES))
    starts = [name.lower().lstrip("_") for name in names]
    return len(names) == len(_TRIPLET) and all(map(str.startswith, starts, _TRIPLET))


def passes_through(names: Sequence[str], parameters: Sequence[str]) -> bool:
    """The results are what went in, changed: streams through a stack, an image with its mask."""
    return all(any(_same(name, parameter) for parameter in parameters) for name in names)


def _stems(name: str) -> list[str]:
    """The words of a name without those that say when: `next_state` is what `previous_state` was."""
    found = [word.rstrip("s") for word in words(name)]
    return [word for word in found if word not in _WHEN] or found


def _about(name: str, known: frozenset[str]) -> bool:
    return any(word in known for word in words(name))


def _same(name: str, parameter: str) -> bool:
    mine, yours = (_stems(each) for each in (name, parameter))
    return mine == yours or (bool(yours) and set(yours) <= set(mine)) or (bool(mine) and set(mine) <= set(yours))


def is_series(names: Sequence[str]) -> bool:
    """`feat8, feat16, feat32`: the same thing several times over, told apart by a number alone; of three or more one
    may be called otherwise, such as what came in, or have no number: `out, out16, out32`."""
    stems = Counter(tuple(word for word in words(name) if not word.isdigit()) for name in names)
    (_, most), *_ = stems.most_common(1)
    usual = most == len(names) or (len(names) > _FEW and most == len(names) - 1)
    numbered = sum(any(word.isdigit() for word in words(name)) for name in names)
    return usual and numbered >= len(names) - (len(names) > _FEW and most == len(names))
