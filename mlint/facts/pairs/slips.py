"""The one name in two siblings that was not renamed with the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from mlint.facts.pairs.apart import (
    combined,
    described,
    indexed_apart,
    leads_to,
    offset,
    selects,
    still_said,
    told_apart,
    varied_alone,
)
from mlint.facts.pairs.calls import called_both_ways, shaping
from mlint.facts.pairs.roles import family, implied, known_pair, roles
from mlint.facts.pairs.scope import Scope
from mlint.facts.pairs.shapes import ATTRIBUTE, KEYWORD, NAME, STRING, Atom, Part, Row
from mlint.facts.pairs.siblings import Comparison, comparisons
from mlint.facts.pairs.unify import Renaming, Site, Unified
from mlint.facts.pairs.words import listed, replaced, split

# More than this, and the siblings do different things.
_MOST_RENAMINGS = 3
_MOST_UNEXPLAINED = 1

# What is asked of a value that its sibling has as well: sizes and kinds are shared on purpose.
MEASURES = listed(
    """shape size dtype device ndim dim numel type new new_zeros new_ones new_tensor new_empty new_full ndimension
    is_cuda requires_grad columns index keys"""
)
_MEASURING = listed(
    """len type isinstance zeros_like ones_like empty_like full_like rand_like randn_like range enumerate shape
    ndim size numel"""
)


# Of these the one is made from the other as often as not: the end is the start and a size.
_DERIVED = frozenset({"ends", "extreme"})
# With a renaming that is followed at as many places, the own target is no value that starts as the other.
_MADE_FROM_OTHER = 3


@dataclass(frozen=True, slots=True)
class Slip:
    """A name that two siblings share although the rest of them says that it should have been renamed.

    `suspect` is the sibling that is wrong, `model` the one it is compared with, `atom` the name in the suspect, and
    `expected` what should stand there. `renaming` is what changes from model to suspect, `asked` what it asks of the
    atom: the same words, or words that go with them (`width` with `x`).

    `followed` counts the places where the renaming is followed; `labelled`: one of these says what the rest is for;
    `bound`: as a target, keyword or text, not as an object that is changed; `same_value`: but for such places the
    siblings are the same; `partners`: the words are a known pair; `unread`: the expected name is bound and read
    nowhere; `measured`: only a size or kind of the shared value is asked for; `selects`: it is part of an index;
    `present`: the expected name stands elsewhere in the suspect; `combined`: in another argument or element of the
    same call or list, so that the suspect uses both on purpose, or both ends move by one origin; `within_call`: the
    siblings are arguments of one call; `own_target`: the expected name is what the suspect assigns to,
    `overwritten`: without having been read since it was bound; `contradicted`: elsewhere the expected name is used
    for yet another of the family; `double`: the two are in one expression, and one of them should be the other.
    """

    atom: Atom
    expected: str
    suspect: Part
    model: Part
    renaming: Renaming
    asked: Renaming
    followed: int
    labelled: bool
    bound: bool
    same_value: bool
    partners: bool
    unread: bool
    measured: bool
    selects: bool
    present: bool
    combined: bool
    within_call: bool
    own_target: bool
    overwritten: bool
    contradicted: bool
    double: bool = False

    @property
    def literal(self) -> bool:
        """Whether the renaming is seen with the very words that it asks of the atom."""
        return self.asked == self.renaming

    @property
    def derived(self) -> bool:
        """Whether the suspect may well make its value from the other: `end = start + size` after `start = ...`."""
        if not self.own_target or self.followed >= (2 if self.present and self.partners else _MADE_FROM_OTHER):
            return False
        return not self.overwritten or family(*self.renaming) in _DERIVED

    @property
    def held_out_only(self) -> bool:
        """Whether both are data that is held out: a test set serves for validation on purpose."""
        return family(*self.renaming) == "split" and not any(role.pole == 0 for role in roles(self.renaming))

    @property
    def lettered(self) -> bool:
        """Whether the name is but the letter of one of two: `a` and `b`."""
        return len(self.atom.text) == 1 and family(*self.renaming) == "order"

    @property
    def numbered(self) -> bool:
        """Whether numbers change that do not follow each other: `32` and `64`."""
        old, new = self.renaming
        return old.isdigit() and new.isdigit() and abs(int(old) - int(new)) != 1

    @property
    def weight(self) -> tuple[bool, int, bool, bool]:
        """How much the slip has for it, to choose among those of one atom."""
        return (self.unread, self.followed, self.labelled, self.literal)


def slips(row: Row, scope: Scope) -> list[Slip]:
    """Each name that breaks the renaming of two siblings, once, with the sibling that says most; in order."""
    best: dict[int, Slip] = {}
    alike: dict[tuple[int, str, str], set[int]] = defaultdict(set)
    for comparison in comparisons(row):
        slip = _Search(row, scope, comparison).slip()
        if slip is not None:
            alike[comparison.group.parts[0].start, slip.atom.text, slip.expected].add(slip.atom.at)
            if slip.atom.at not in best or slip.weight > best[slip.atom.at].weight:
                best[slip.atom.at] = slip
    # Where the one name stands for the other at several places of one list, call or block, it does so on purpose.
    often = {at for places in alike.values() if len(places) > 1 for at in places}
    return [best[at] for at in sorted(best) if at not in often]


class _Search:
    """Looks for the slip of two siblings."""

    def __init__(self, row: Row, scope: Scope, comparison: Comparison) -> None:
        self._row = row
        self._scope = scope
        self._comparison = comparison
        self._unified = comparison.unified

    def slip(self) -> Slip | None:
        renamings = self._unified.renamings
        if not 1 <= len(renamings) <= _MOST_RENAMINGS or self._unified.unexplained > _MOST_UNEXPLAINED:
            return None
        if any((new, old) in renamings for old, new in renamings):
            return None
        found = [(number, slip) for number, site in self._unified.kept() if (slip := self._at(site)) is not None]
        if len(found) != 1:
            return None
        number, slip = found[0]
        kept = {site.left.text for _, site in self._unified.kept()}
        if slip.expected in kept or self._meant(number, slip) or self._shared(number, slip):
            return None
        return slip

    def _at(self, site: Site) -> Slip | None:
        if site.left.kind not in (NAME, ATTRIBUTE) or site.left.stored or site.left.held or site.left.text in MEASURES:
            return None
        words = split(site.left.text)
        for renaming, asked in _directions(self._unified):
            old, new = asked
            if old in words and new not in words and not _too_short(renaming):
                slip = self._made(site, renaming, asked)
                if slip is not None:
                    return slip
        return None

    def _made(self, site: Site, renaming: Renaming, asked: Renaming) -> Slip | None:
        unified = self._unified
        forward = renaming in unified.renamings
        suspect, model = (unified.right, unified.left) if forward else (unified.left, unified.right)
        atom = site.right if forward else site.left
        expected = replaced(atom.text, *asked)
        if (
            expected == atom.text
            or self._excused(atom, asked[0])
            or not self._scope.knows(atom, expected, suspect.start)
        ):
            return None
        seen = renaming if forward else renaming[::-1]
        together = {seen, *implied(*seen)}
        followed = [each for each in unified.sites if not together.isdisjoint(each.renamings)]
        operands = [each.right if forward else each.left for each in unified.sites if not each.kept and not each.labels]
        targets = [each.right if forward else each.left for each in followed if each.left.stored]
        own_target = any(each.kind == atom.kind and each.path == _path(atom, expected) for each in targets)
        if own_target and "AugAssign" in self._row.tags[suspect.start : suspect.start + 2]:
            return None  # `high -= low` beside `low -= low`: nobody means `high -= high`
        return Slip(
            atom=atom,
            expected=expected,
            suspect=suspect,
            model=model,
            renaming=renaming,
            asked=asked,
            followed=len(followed),
            labelled=any(each.labels for each in followed),
            bound=any(each.labels and not (each.left.held or each.left.stated) for each in followed),
            same_value=unified.same_value
            and not self._rebound_between()
            and not indexed_apart(self._row, unified)
            and not told_apart(unified, together)
            and (known_pair(*renaming) or len(unified.renamings) == 1)
            and unified.same_numbers,
            partners=known_pair(*renaming),
            unread=atom.kind == NAME and self._scope.never_read(expected, suspect.start),
            measured=self._measured(atom, renaming, asked),
            selects=selects(self._row, atom, suspect),
            present=any(each.text == expected for each in operands),
            combined=combined(self._row, atom, _path(atom, expected), suspect)
            or (family(*asked) in _DERIVED and offset(self._row, atom)),
            within_call=self._comparison.group.kind == "arguments",
            own_target=own_target,
            overwritten=own_target and self._scope.uses.unread_until(expected, suspect.start),
            contradicted=self._contradicted(atom, expected, asked, suspect, model),
        )

    def _rebound_between(self) -> bool:
        """Whether the siblings have different values by themselves, since a name that both read is bound in between."""
        left, right = self._unified.left, self._unified.right
        read = {site.left.text for _, site in self._unified.kept() if site.left.kind == NAME and not site.left.stored}
        return any(self._scope.uses.bound_between(name, left.end, right.start) for name in read)

    def _excused(self, atom: Atom, old: str) -> bool:
        if self._scope.is_builtin(atom) or self._other_case(atom, old) or self._bound_inside(atom):
            return True
        # `f(path=path)` beside `g(name=path)`: the keyword asks for what it gets.
        before = self._before(atom)
        return before is not None and before.kind == KEYWORD and old in split(before.text)

    def _other_case(self, atom: Atom, old: str) -> bool:
        """Whether the word is renamed in names of another case only: `Tensor` is no `tensor`."""
        if not atom.text[:1].isupper() or atom.text.isupper():
            return False
        return not any(
            site.left.text[:1].isupper() and old in split(site.left.text) + split(site.right.text)
            for site in self._unified.sites
            if not site.kept and site.left.kind != STRING
        )

    def _bound_inside(self, atom: Atom) -> bool:
        """Whether the sibling binds the name for itself, as the variable of a loop or a comprehension."""
        return atom.kind == NAME and any(
            site.kept and site.left.stored and site.left.text == atom.text for site in self._unified.sites
        )

    def _contradicted(self, atom: Atom, expected: str, asked: Renaming, *siblings: Part) -> bool:
        """Whether another statement than the siblings uses the expected name for another of its family.

        `c2` does not go with `cv2` where `cv3 = Conv(c, c2)` stands.
        """
        for part in self._row.statements:
            if not any(_overlap(part, sibling) for sibling in siblings) and self._uses_otherwise(
                part, atom, expected, asked
            ):
                return True
        return False

    def _uses_otherwise(self, part: Part, atom: Atom, expected: str, asked: Renaming) -> bool:
        path = _path(atom, expected)
        atoms = list(self._row.atoms_of(part))
        used = {each.path for each in atoms if each.kind == atom.kind and not each.stored}
        if path not in used or (atom.path in used and family(*asked) != "order"):
            return False
        labels = [word for each in atoms if each.stored for word in split(each.text)]
        return asked[1] not in labels and any(
            known_pair(asked[1], word) and family(asked[1], word) == family(*asked) for word in labels
        )

    def _meant(self, number: int, slip: Slip) -> bool:
        """Whether the code around the name says that it is meant."""
        right = slip.suspect is self._unified.right
        renamed = [site.right if right else site.left for site in self._unified.sites if not site.kept]
        return (
            still_said(renamed, slip.asked[0])
            or described(self._row, slip.atom, renamed, slip.suspect)
            or leads_to(self._row, slip.atom, renamed, slip.suspect)
            or varied_alone(self._row, self._unified, slip.model, number, slip.expected)
            or (slip.within_call and called_both_ways(self._row, self._comparison.group, slip.suspect, slip.expected))
        )

    def _before(self, atom: Atom) -> Atom | None:
        return next((each for each in reversed(self._row.atoms[max(0, atom.at - 3) : atom.at]) if each), None)

    def _measured(self, atom: Atom, renaming: Renaming, asked: Renaming) -> bool:
        after = self._row.atoms[atom.at + 1] if atom.at + 1 < len(self._row.atoms) else None
        if after is not None and after.kind == ATTRIBUTE and after.path.endswith(f"{atom.text}.{after.text}"):
            return after.text in MEASURES
        before = self._before(atom)
        if before is not None and before.called and before.text in _MEASURING:
            return True
        if (family(*asked) != "axis" or asked != renaming) and shaping(self._row, atom):
            return True
        element = next((part for part in self._row.by_kind.get(cst.Subscript, ()) if part.start == atom.at - 1), None)
        end = None if element is None or element.end >= len(self._row.atoms) else self._row.atoms[element.end]
        return end is not None and end.kind == ATTRIBUTE and end.text in MEASURES

    def _shared(self, number: int, slip: Slip) -> bool:
        """Whether other siblings show that the name is shared, or that it varies by itself (the corners of a box)."""
        sites = self._unified.sites
        changed = [index for index, site in enumerate(sites) if site.renamings]
        ours = [[site.left.text for site in sites], [site.right.text for site in sites]]
        for part in self._comparison.others:
            theirs = [atom.text for atom in self._row.atoms_of(part)]
            same = theirs[number] == slip.atom.text
            told_apart = all(any(theirs[index] != our[index] for index in changed) for our in ours)
            if same == told_apart:
                return True
        return False


def _path(atom: Atom, expected: str) -> str:
    """The path of the atom with the expected name as its last part."""
    return f"{atom.path.rpartition('.')[0]}.{expected}" if atom.kind == ATTRIBUTE else expected


def _overlap(one: Part, other: Part) -> bool:
    return one.start < other.end and other.start < one.end


def _too_short(renaming: Renaming) -> bool:
    """Whether the words are no known pair and say too little: letters, a word and its plural."""
    old, new = renaming
    if known_pair(old, new):
        return False
    return (min(len(old), len(new)) < 2 and not (old + new).isdigit()) or old + "s" == new or new + "s" == old


def _directions(unified: Unified) -> Iterator[tuple[Renaming, Renaming]]:
    """What is renamed, either way, and what it asks for: the same words first, then those that go with them."""
    both = [direction for seen in unified.renamings for direction in (seen, seen[::-1])]
    yield from ((direction, direction) for direction in both)
    yield from ((direction, other) for direction in both for other in implied(*direction))
