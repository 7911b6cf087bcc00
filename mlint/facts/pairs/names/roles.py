"""The roles that names speak of: train and validation, width and height, source and target, and how they pair up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from mlint.facts.pairs.names.words import changed, listed, replaced, split


@dataclass(frozen=True, slots=True)
class Role:
    """One pole of a family: training or validation of `split`, the first or second of `axis`."""

    family: str
    pole: int


# Each family has columns (poles) and rows (spellings that go together): `x` pairs with `y`, `width` with `height`,
# and both rows say the same pole.
_FAMILIES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "split": (
        ("train", "val", "test"),
        ("training", "validation", "testing"),
        ("trn", "dev", "tst"),
        ("tr", "va", "te"),
        ("train", "dev", "test"),
        ("train", "valid", "test"),
        ("train", "eval", "test"),
        ("train", "validate", "test"),
        ("train", "evaluate", "test"),
        ("training", "evaluation", "testing"),
        ("trainset", "valset", "testset"),
        ("trainloader", "valloader", "testloader"),
    ),
    "axis": (
        ("x", "y", "z"),
        ("width", "height", "depth"),
        ("w", "h", "d"),
        ("col", "row"),
        ("cols", "rows"),
        ("column", "row"),
        ("columns", "rows"),
        ("lon", "lat"),
        ("longitude", "latitude"),
        ("horizontal", "vertical"),
        ("xs", "ys", "zs"),
        ("widths", "heights", "depths"),
        ("left", "top"),
        ("right", "bottom"),
    ),
    "translation": (
        ("src", "tgt"),
        ("source", "target"),
        ("src", "dst"),
        ("src", "trg"),
        ("source", "dest"),
        ("source", "destination"),
    ),
    "hand": (("left", "right"), ("l", "r")),
    "vertical": (("top", "bottom"), ("t", "b"), ("upper", "lower"), ("up", "down")),
    "extreme": (
        ("min", "max"),
        ("minimum", "maximum"),
        ("low", "high"),
        ("lo", "hi"),
        ("lower", "upper"),
        ("mins", "maxs"),
    ),
    "ends": (("start", "end"), ("begin", "end"), ("start", "stop"), ("starts", "ends")),
    "truth": (("real", "fake"),),
    "sign": (("pos", "neg"), ("positive", "negative"), ("positives", "negatives"), ("p", "n")),
    "attention": (("q", "k", "v"), ("query", "key", "value"), ("queries", "keys", "values")),
    "moment": (
        ("mean", "std"),
        ("mu", "sigma"),
        ("mean", "var"),
        ("mean", "logvar"),
        ("mu", "logvar"),
        ("mu", "var"),
        ("means", "stds"),
    ),
    "answer": (
        ("pred", "gt"),
        ("preds", "gts"),
        ("pred", "target"),
        ("preds", "target"),
        ("preds", "targets"),
        ("pred", "true"),
        ("pred", "label"),
        ("preds", "labels"),
        ("prediction", "target"),
        ("predictions", "targets"),
        ("input", "target"),
        ("inputs", "targets"),
        ("outputs", "targets"),
        ("output", "target"),
        ("outputs", "labels"),
        ("logits", "labels"),
        ("logits", "targets"),
        ("probs", "labels"),
        ("scores", "labels"),
        ("score", "true"),
        ("hat", "true"),
    ),
    "picture": (("image", "mask"), ("images", "masks"), ("img", "mask"), ("imgs", "masks")),
    "coder": (("encoder", "decoder"), ("enc", "dec"), ("encode", "decode"), ("encoded", "decoded")),
    "gan": (("generator", "discriminator"), ("gen", "disc"), ("g", "d")),
    "agent": (("actor", "critic"),),
    "order": (("first", "second", "third"), ("1", "2", "3"), ("a", "b", "c"), ("0", "1", "2"), ("one", "two", "three")),
    "retrieval": (("precision", "recall"), ("precisions", "recalls"), ("fp", "fn"), ("fps", "fns")),
    "teaching": (("student", "teacher"),),
    "flow": (("in", "out"), ("input", "output"), ("inputs", "outputs")),
    "direction": (("forward", "backward"), ("fwd", "bwd"), ("next", "prev"), ("old", "new")),
    "count": (("tp", "fp"), ("tn", "fn")),
    # What is right and wrong of the one class is so of the other.
    "outcome": (("tp", "tn"), ("fn", "fp"), ("sensitivity", "specificity"), ("tpr", "tnr"), ("fnr", "fpr")),
    "case": (("anchor", "positive"),),
    "person": (("user", "item"),),
    "graph": (("head", "tail"),),
    "search": (("query", "gallery"), ("queries", "galleries")),
    "distribution": (("q", "p"),),
    "parameter": (("weight", "bias"), ("weights", "biases")),
    "learner": (("policy", "value"),),
    "element": (("node", "edge"), ("nodes", "edges")),
    "hands": (("lhs", "rhs"),),
    "sense": (("visual", "text"), ("visual", "textual"), ("vision", "text"), ("image", "text"), ("img", "txt")),
}


# Here one spelling says nothing of another: renaming `1` to `2` does not ask for `a` to become `b`.
_SPELLED_AS_SEEN = frozenset({"order", "moment", "answer", "count", "direction"})
_SHORTEST_PLURAL = 3


def _index() -> tuple[dict[str, dict[str, int]], dict[tuple[str, str], tuple[str, int]]]:
    poles: dict[str, dict[str, int]] = {}
    pairs: dict[tuple[str, str], tuple[str, int]] = {}
    for family, rows in _FAMILIES.items():
        for number, row in enumerate(rows):
            for column, word in enumerate(row):
                poles.setdefault(word, {}).setdefault(family, column)
                for other in row:
                    if other != word:
                        pairs.setdefault((word, other), (family, number))
    return poles, pairs


_POLES, _PAIRS = _index()
_PARTNERS = {word: tuple(other for first, other in _PAIRS if first == word) for word in _POLES}


def known_pair(old: str, new: str) -> bool:
    """Whether the two words are partners, one of each pole: `width` and `height`, but not `width` and `y`."""
    return (old, new) in _PAIRS


def family(old: str, new: str) -> str | None:
    """The family in which two words are partners."""
    found = _PAIRS.get((old, new))
    return None if found is None else found[0]


def precedes(old: str, new: str) -> bool:
    """Whether two partners stand in the order of their family: query before key, key before value."""
    name = family(old, new)
    return name is not None and _POLES[old][name] < _POLES[new][name]


def partners(word: str) -> tuple[str, ...]:
    """The words that the word makes a known pair with."""
    return _PARTNERS.get(word, ())


def partner_names(name: str) -> Iterator[tuple[str, str, str]]:
    """The names that have, for one word of a name, its partner: the word, the partner, and the name."""
    for old in split(name):
        for new in partners(old):
            other = replaced(name, old, new)
            if other != name:
                yield old, new, other


def implied(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """The renamings that go with one: `user` to `item` brings `users` to `items`, and of partners `x` to `y` brings
    `width` to `height` and `w` to `h`."""
    found = _PAIRS.get((old, new))
    name = None if found is None else found[0]
    if name is None or name in _SPELLED_AS_SEEN:
        return in_other_number(old, new) or by_initials(old, new)
    first, second = _POLES[old][name], _POLES[new][name]
    rows = (row for row in _FAMILIES[name] if len(row) > max(first, second))
    spelled = [(row[first], row[second]) for row in rows if (row[first], row[second]) != (old, new)]
    return tuple(dict.fromkeys((*spelled, *in_other_number(old, new))))


def spelled_otherwise(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The renamings of data for one purpose to data for another, in all spellings: `val` to `test` of `validation`."""
    before, after = (_POLES.get(word, {}).get("split") for word in (old, new))
    if before is not None and after is not None and before != after:
        words = {word: poles["split"] for word, poles in _POLES.items() if "split" in poles}
        yield from ((a, b) for a in words for b in words if words[a] == before and words[b] == after)


def is_of_data(words: tuple[str, str]) -> bool:
    """Whether both words say what data is for: training, validation, test."""
    return all("split" in _POLES.get(word, {}) for word in words)


def holds_training(words: tuple[str, ...]) -> bool:
    """Whether one of the words says that data is trained on."""
    return any(_POLES.get(word, {}).get("split") == 0 for word in words)


def asks_for_training(has: str, expected: str) -> bool:
    """Whether a name is of what is held out, and the one that is expected in its place of what is trained on."""
    pairs = changed(has, expected)
    return any(is_of_data(pair) and holds_training(pair[1:]) and not holds_training(pair[:1]) for pair in pairs)


def speaks_of(words: Iterable[str], old: str, new: str) -> bool:
    """Whether words are of the side of one partner, and none is of that of the other: `x`, `left`, `width` of `x`."""
    ours, theirs = zip((old, new), *implied(old, new), strict=True)
    said = set(words)
    return not said.isdisjoint(ours) and said.isdisjoint(theirs)


def by_initials(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """The known pairs of words that begin with two letters which are none: `student` and `teacher` of `s` and `t`."""
    return () if (old, new) in _PAIRS else _INITIALS.get((old, new), ())


def _initials() -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for one, other in _PAIRS:
        if min(len(one), len(other)) >= _SHORTEST_PLURAL and one[0] != other[0]:
            found.setdefault((one[0], other[0]), []).append((one, other))
    return {letters: tuple(pairs) for letters, pairs in found.items()}


_INITIALS = _initials()


def in_other_number(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """The same pair in the plural, or in the singular: of `means` to `stds` that is `mean` to `std`."""
    if min(len(old), len(new)) < _SHORTEST_PLURAL or not (old + new).isalpha():
        return ()
    plural = old.endswith("s") and new.endswith("s")
    return ((old[:-1], new[:-1]) if plural else (old + "s", new + "s"),)


# Of these the one is made from the other as often as not: the end is the start and a size.
DERIVED = frozenset({"ends", "extreme"})
# Both of these move by one origin as often as not: `x1 - left`, `x2 - left`.
MOVED = DERIVED | {"order", "hand", "vertical"}
# Validation data that is split off the training data is asked for as that.
SPLITTING = listed("subset sampler split splits indices indexes idx fold folds kfold perm holdout")
# The families in which what is said and what is meant disagree by themselves, without a sibling to compare with.
_TELLING = frozenset(
    {
        "split",
        "axis",
        "translation",
        "hand",
        "vertical",
        "truth",
        "coder",
        "gan",
        "agent",
        "teaching",
        "retrieval",
        "picture",
        "sign",
    }
)
# Words that mean too many things to say a role on their own.
_VAGUE = frozenset({"tr", "va", "te", "l", "r", "t", "g", "d", "n", "p", "up", "down", "trn", "gen", "value", "key"})
# What is done before or after one of two is neither: `pre_training_scores` are measured on what is held out.
_BESIDE = frozenset({"pre", "post"})
_SIZES = frozenset(
    {"width", "height", "depth", "w", "h", "d", "widths", "heights", "depths", "cols", "rows", "columns"}
)


# The two of these are used together as often as not, so that a keyword which gets the other one is a hint at most.
_HINTING = frozenset({"extreme", "ends", "flow", "truth", "moment"})


def roles(words: Iterable[str], *, parameters: bool = False, hints: bool = False) -> dict[Role, str]:
    """The roles that the words of a name speak of, each with its word.

    `parameters`: those too that only the parameters of a function tell, such as prediction and target; `hints`: those
    too that say little.
    """
    found: dict[Role, str] = {}
    for before, word in pairwise(("", *words)):
        if word not in _VAGUE and before not in _BESIDE:
            for name, column in _POLES.get(word, {}).items():
                if name in _TELLING or (parameters and name == "answer") or (hints and name in _HINTING):
                    found.setdefault(Role(name, column), word)
    return found


def counterparts(word: str, role: Role) -> tuple[str, ...]:
    """The words that go with a word for the pole of a role: with `height` for the pole of `x`, that is `width`."""
    rows = (row for row in _FAMILIES[role.family] if word in row and len(row) > role.pole)
    return tuple(dict.fromkeys(row[role.pole] for row in rows))


def is_telling(name: str) -> bool:
    """Whether of the family of that name a label and a value that disagree say something by themselves."""
    return name in _TELLING


def is_hint(name: str) -> bool:
    """Whether of the family of that name a keyword that gets the other one is a hint at most."""
    return name in _HINTING


def quiet_words() -> frozenset[str]:
    """The words of the families of which a label and a value that disagree say nothing by themselves."""
    quiet = (rows for name, rows in _FAMILIES.items() if name not in _TELLING)
    return frozenset(word for rows in quiet for row in rows for word in row)


def is_size(word: str) -> bool:
    """Whether the word is that of a side of a picture: `width`, `h`; not `x`."""
    return word.lower() in _SIZES


# A function with one of these words in its name exchanges the two sides of a picture or a mapping on purpose.
_REVERSAL = listed(
    """flip flipped flips fliplr flipud hflip vflip rot rotate rotated rotation rot90 transpose transposed swap
    swapped swaps swapaxes mirror mirrored landscape portrait inverse inv invert inverted permute permuted
    reverse reversed orientation orient exif d4 dihedral exchange transposer backward bwd adjoint vjp"""
)
_REVERSIBLE = frozenset({"axis", "hand", "vertical", "translation", "ends", "flow", "direction"})


def reverses(names: Iterable[str]) -> bool:
    """Whether a name (of a function, of its class) says that sides are exchanged on purpose."""
    return any(word in _REVERSAL for name in names for word in split(name))


def is_reversible(name: str | None) -> bool:
    """Whether the family is one of sides that a flip, a rotation or an inverse exchanges."""
    return name in _REVERSIBLE
