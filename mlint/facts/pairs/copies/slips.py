"""The one name in two siblings that was not renamed with the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from mlint.facts.domain.records import replace
from mlint.facts.pairs.copies.agreed import disagreeing
from mlint.facts.pairs.copies.candidate import Candidate
from mlint.facts.pairs.copies.forgotten import is_piece_of_path, names_a_file, stem_of
from mlint.facts.pairs.copies.meant import Beside
from mlint.facts.pairs.copies.siblings import Comparison, comparisons
from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.names.roles import family, implied, known_pair
from mlint.facts.pairs.names.words import changed, is_one_of, replaced, split
from mlint.facts.pairs.reading.measures import MEASURES
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, STRING, Row
from mlint.facts.pairs.reading.unify import Renaming, Site, Unified

# More than this, and the siblings do different things.
_MOST_RENAMINGS = 3
_MOST_UNEXPLAINED = 1
# In these each has its own, and where two have that of the other they begin or end as one.
_LISTS = frozenset({"entries", "arguments", "elements"})
# As many places tell two letters that are no known pair.
_OFTEN = 2
# These say how arguments are given, and not which.
_KINDS = frozenset({"args", "kwargs"})
_RECEIVERS = frozenset({"self", "cls"})
# What is kept under the name of the one is loaded for the other, or begins with it.
# Of these each is kept in a file of its own.
_KEPT_IN_FILES = frozenset({"split", "gan", "agent", "hand"})
_TAKEN_ON = frozenset({"teaching", "answer", "ends", "flow", "direction"})


def slips(row: Row, scope: Scope) -> list[Slip]:
    """Each name that breaks the renaming of two siblings, once, with the sibling that says most; in order."""
    best: dict[int, Slip] = {}
    alike: dict[tuple[int, str, str], set[int]] = defaultdict(set)
    listed: dict[tuple[int, Renaming], set[int]] = defaultdict(set)
    for comparison in comparisons(row, together=True):
        if not comparison.unified.varies:
            continue
        slip = next(disagreeing(row, scope, comparison), None) or _Search(row, scope, comparison).slip()
        if slip is not None:
            group, at = comparison.group, slip.atom.at
            if not slip.measured:
                alike[group.parts[0].start, slip.atom.text, slip.expected].add(at)
            if group.kind in _LISTS:
                listed[group.parts[0].start, slip.asked].add(at)
            if at not in best or slip.weight > best[at].weight:
                best[at] = slip
    often = _on_purpose(alike).union(*(places for places in listed.values() if len(places) > 1))
    return _with_repeated([best[at] for at in sorted(best) if at not in often])


def _with_repeated(found: Sequence[Slip]) -> list[Slip]:
    """The slips, with what other names break the renaming likewise."""
    names: dict[Renaming, set[str]] = defaultdict(set)
    telling = [slip for slip in found if slip.partners and slip.literal and slip.followed > 1]
    for slip in telling:
        names[slip.asked].add(slip.atom.text)
    return [replace(slip, repeated=slip in telling and len(names[slip.asked]) > 1) for slip in found]


def _on_purpose(alike: Mapping[tuple[int, str, str], set[int]]) -> set[int]:
    """Where the one name stands for the other at several places of one list, call or block, or each for the other."""
    return {
        at
        for (group, text, expected), places in alike.items()
        if len(places) > 1 or (group, expected, text) in alike
        for at in places
    }


class _Search:
    """Looks for the slip of two siblings."""

    def __init__(self, row: Row, scope: Scope, comparison: Comparison) -> None:
        self._row = row
        self._scope = scope
        self._comparison = comparison
        self._unified = comparison.unified
        self._beside = Beside(row, scope, comparison)

    def slip(self) -> Slip | None:
        renamings = self._unified.renamings
        if not 1 <= len(renamings) <= _MOST_RENAMINGS or self._unified.unexplained > _MOST_UNEXPLAINED:
            return None
        if any((new, old) in renamings for old, new in renamings):
            return None
        found = [(number, slip) for number, site in self._unified.kept() if (slip := self._at(site)) is not None]
        waiting = [each for each in found if each[1].atom.kind == NAME and each[1].expected in self._scope.idle_names]
        # `stack(means).mean()` beside itself: the mean is asked of both, and nothing else reads `stds`.
        if len(waiting) == 1 and all(slip.atom.called for _, slip in found if slip is not waiting[0][1]):
            found = waiting
        if len(found) != 1 and not self._is_left_over([slip for _, slip in found]):
            return None
        number, slip = found[0]
        kept = {site.left.text for _, site in self._unified.kept()}
        if self._is_of_the_other(slip):
            return None
        if slip.expected in kept or self._beside.is_meant(number, slip) or self._beside.is_shared(number, slip):
            return None
        return slip

    def _is_of_the_other(self, slip: Slip) -> bool:
        """Whether another text that the siblings share says the same: all of it is that of the other."""
        old, new = slip.asked
        words = [split(site.left.text) for _, site in self._unified.kept() if site.left.kind == STRING]
        told = [each for each in words if old in each and new not in each and each != split(slip.atom.text)]
        return slip.atom.kind == STRING and bool(told)

    def _is_left_over(self, found: Sequence[Slip]) -> bool:
        """Whether one name was forgotten at each place, and the expected one is bound, and then nobody reads it."""
        if len({(slip.atom.text, slip.expected) for slip in found}) != 1 or found[0].atom.kind != NAME:
            return False
        told = all(slip.partners and slip.literal and slip.followed > 1 for slip in found)
        return told and self._scope.uses.is_left(found[0].expected)

    def _at(self, site: Site) -> Slip | None:
        if site.left.kind == STRING:
            told = not site.left.names and (
                self._repeats(site) or self._changes_elsewhere(site) or self._stands_elsewhere(site)
            )
            if not told and not self._is_file_of_the_other(site):
                return None
        elif (
            site.left.kind not in (NAME, ATTRIBUTE) or site.left.stored or site.left.held or site.left.text in MEASURES
        ):
            return None
        if site.left.text in _RECEIVERS:
            return None
        words = split(site.left.text)
        for renaming, asked in _directions(self._unified):
            old, new = asked
            long = not _too_short(renaming) or len(old) > len(renaming[0])
            if old in words and new not in words and (long or self._often(renaming, words)):
                slip = Candidate(self._row, self._scope, self._comparison, site, renaming, asked).slip()
                if slip is not None:
                    return slip
        return None

    def _often(self, renaming: Renaming, words: Sequence[str]) -> bool:
        """Whether letters change at so many places of longer names that they are those of two things."""
        letters = all(len(word) == 1 and word.isalpha() for word in renaming)
        seen = max(self._unified.renamings[each] for each in (renaming, renaming[::-1]))
        return letters and seen >= (_OFTEN if len(words) > 1 else _OFTEN + 1)

    def _repeats(self, site: Site) -> bool:
        """Whether the text is a name beside it in the one sibling: `net.encoder.load(state["encoder"])`.

        Or the target: `images = batch["image"]`, and nothing else tells the other sibling from it.
        """
        return any(
            (is_one_of(site.left.text, other.left.text) or is_one_of(site.left.text, other.right.text))
            and any(known_pair(*each) and family(*each) not in _TAKEN_ON for each in other.renamings)
            for other in self._unified.sites
            if not other.kept and (self._unified.same_value or not other.left.stored)
        ) or self._is_said_beside(site)

    def _is_said_beside(self, site: Site) -> bool:
        """Whether the text is just the word by which another text says what it is: `("loss/val", loss["train"])`.

        Or it has that word, where nothing else tells the siblings apart: `plot(h["train_loss"], label="val")`.
        """
        words = split(site.left.text)
        return not site.labels and any(
            (len(split(other.left.text)) > 1 and any(words == (word,) for word in renaming))
            or (self._unified.same_value and any(renaming[0] in words for renaming in (renaming, *implied(*renaming))))
            for other in self._unified.sites
            if other.left.kind == STRING and other.labels
            for pair in other.renamings
            if known_pair(*pair)
            for renaming in (pair, pair[::-1])
        )

    def _changes_elsewhere(self, site: Site) -> bool:
        """Whether in two others of the group the text changes by a known pair: `x_train`, `x_test`."""
        number = self._unified.sites.index(site)
        texts = [[atom.text for atom in self._row.atoms_of(part)][number] for part in self._comparison.others]
        return any(
            known_pair(*renaming) and renaming[0] in split(site.left.text)
            for one in texts
            for other in texts
            if one != other
            for renaming in changed(one, other)
        )

    def _stands_elsewhere(self, site: Site) -> bool:
        """Whether the key that a known pair asks for is asked of something elsewhere in the body: `r["val_f1"]`."""
        return any(
            known_pair(old, new)
            and old in split(site.left.text)
            and replaced(site.left.text, old, new) in self._row.keys
            for renaming in self._unified.renamings
            for old, new in (renaming, renaming[::-1])
        )

    def _is_file_of_the_other(self, site: Site) -> bool:
        """Whether it is the name of a file that both are read from, or a piece of it: `read(folder / "train.csv")`."""
        kept = any(family(*renaming) in _KEPT_IN_FILES for renaming in self._unified.renamings)
        if (
            names_a_file(site.left)
            and self._unified.same_value
            and any(
                each.left.stored and not each.kept and stem_of(site.left.text) in (each.left.text, each.right.text)
                for each in self._unified.sites
            )
        ):
            return True  # `masks = load("images.npy")` beside `images = load("images.npy")`
        return kept and self._unified.same_value and (names_a_file(site.left) or is_piece_of_path(site.left))


def _too_short(renaming: Renaming) -> bool:
    """Whether the words are no known pair and say too little: letters, a word and its plural, `args` and `kwargs`."""
    old, new = renaming
    if known_pair(old, new):
        return False
    return (
        {old, new} == _KINDS
        or (min(len(old), len(new)) < 2 and not (old + new).isdigit())
        or old + "s" == new
        or new + "s" == old
    )


def _directions(unified: Unified) -> Iterator[tuple[Renaming, Renaming]]:
    """What is renamed, either way, and what it asks for: the same words first, then those that go with them."""
    both = [direction for seen in unified.renamings for direction in (seen, seen[::-1])]
    yield from ((direction, direction) for direction in both)
    yield from ((direction, other) for direction in both for other in implied(*direction))
