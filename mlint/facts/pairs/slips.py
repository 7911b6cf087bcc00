"""The one name in two siblings that was not renamed with the others."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence

from mlint.facts.pairs.apart import (
    combined,
    decides,
    described,
    gone_over,
    indexed_apart,
    leads_to,
    offset,
    selects,
    still_said,
    told_apart,
    varied_alone,
)
from mlint.facts.pairs.calls import called_both_ways
from mlint.facts.pairs.measures import MEASURES, compared, measured
from mlint.facts.pairs.roles import family, implied, known_pair
from mlint.facts.pairs.scope import Scope
from mlint.facts.pairs.shapes import ATTRIBUTE, NAME, STRING, Atom, Block, Part, Row
from mlint.facts.pairs.siblings import Comparison, comparisons
from mlint.facts.pairs.slip import MOVED, Slip
from mlint.facts.pairs.unify import Renaming, Site, Unified
from mlint.facts.pairs.words import changed, replaced, split

# More than this, and the siblings do different things.
_MOST_RENAMINGS = 3
_MOST_UNEXPLAINED = 1
# The parts of these are one value together.
# These say how arguments are given, and not which.
_KINDS = frozenset({"args", "kwargs"})
_EXPRESSIONS = frozenset({"operands", "slices"})


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
    # Where the one name stands for the other at several places of one list, call or block, it does so on purpose; and
    # where each stands for the other.
    often = {
        at
        for (group, text, expected), places in alike.items()
        if len(places) > 1 or (group, expected, text) in alike
        for at in places
    }
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
        if len(found) != 1 and not self._is_left_over([slip for _, slip in found]):
            return None
        number, slip = found[0]
        kept = {site.left.text for _, site in self._unified.kept()}
        if slip.expected in kept or self._meant(number, slip) or self._shared(number, slip):
            return None
        return slip

    def _is_left_over(self, found: Sequence[Slip]) -> bool:
        """Whether one name was forgotten at each place, and the expected one is bound, and then nobody reads it."""
        if len({(slip.atom.text, slip.expected) for slip in found}) != 1 or found[0].atom.kind != NAME:
            return False
        told = all(slip.partners and slip.literal and slip.followed > 1 for slip in found)
        return told and self._scope.uses.is_left(found[0].expected)

    def _at(self, site: Site) -> Slip | None:
        if site.left.kind == STRING:
            if site.left.names or not (self._repeats(site) or self._changes_elsewhere(site)):
                return None
        elif (
            site.left.kind not in (NAME, ATTRIBUTE) or site.left.stored or site.left.held or site.left.text in MEASURES
        ):
            return None
        words = split(site.left.text)
        for renaming, asked in _directions(self._unified):
            old, new = asked
            if old in words and new not in words and not _too_short(renaming):
                slip = self._made(site, renaming, asked)
                if slip is not None:
                    return slip
        return None

    def _repeats(self, site: Site) -> bool:
        """Whether the text is a name beside it in the one sibling: `net.encoder.load(state["encoder"])`."""
        return any(
            site.left.text in (other.left.text, other.right.text)
            and any(known_pair(*renaming) and family(*renaming) != "teaching" for renaming in other.renamings)
            for other in self._unified.sites
            if not other.kept and not other.left.stored
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

    def _made(self, site: Site, renaming: Renaming, asked: Renaming) -> Slip | None:
        unified = self._unified
        forward = renaming in unified.renamings
        suspect, model = (unified.right, unified.left) if forward else (unified.left, unified.right)
        atom = site.right if forward else site.left
        expected = replaced(atom.text, *asked)
        answers = self._answers(atom, forward)
        if (
            expected == atom.text
            or self._excused(atom, asked[0])
            or self._scope.uses.is_missing(expected, atom.at)
            or not (
                atom.kind == STRING
                or self._scope.knows(atom, expected, suspect.start)
                or (answers and atom.kind == ATTRIBUTE and not self._scope.uses.leads_on(atom))
            )
        ):
            return None
        seen = renaming if forward else renaming[::-1]
        together = {seen, *implied(*seen)}
        followed = [each for each in unified.sites if not together.isdisjoint(each.renamings)]
        operands = [each.right if forward else each.left for each in unified.sites if not each.kept and not each.labels]
        targets = [each.right if forward else each.left for each in followed if each.left.stored]
        own_target = any(each.kind == atom.kind and each.path == _path(atom, expected) for each in targets)
        if own_target and self._row.tags[suspect.start] == "AugAssign":
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
            unread=self._scope.unused(atom, expected, suspect.start),
            by_text=all(each.left.kind == STRING for each in followed if each.labels),
            otherwise=any(
                each.left.called and not each.kept and together.isdisjoint(each.renamings) for each in unified.sites
            ),
            measured=measured(self._row, atom, renaming, asked) and not compared(self._row, atom, operands),
            selects=(atom.kind != STRING and selects(self._row, atom, suspect))
            or gone_over(self._row, atom, operands, suspect)
            or (not known_pair(*renaming) and decides(self._row, atom, suspect)),
            present=any(each.text == expected for each in operands),
            combined=combined(self._row, atom, _path(atom, expected), suspect),
            shifted=family(*asked) in MOVED and offset(self._row, atom),
            within_call=self._comparison.group.kind == "arguments",
            within_expression=self._comparison.group.kind in _EXPRESSIONS,
            squared=any((each.left if forward else each.right).text == atom.text for each in followed),
            own_target=own_target,
            overwritten=own_target and self._scope.uses.unread_until(expected, suspect.start),
            contradicted=self._contradicted(atom, expected, asked, suspect, model),
            distinct=len({each.right.text if forward else each.left.text for each in followed}),
            alone=self._alone(site),
            value_follows=any(not each.labels for each in followed),
            foreign=self._scope.is_foreign(atom, expected),
            made_of=not known_pair(*renaming) and self._scope.uses.made_of(expected, atom.text, suspect.start),
            confirmed=known_pair(*renaming) and self._confirmed(atom, expected, suspect, model),
            answers=answers,
        )

    def _answers(self, atom: Atom, forward: bool) -> bool:
        """Whether the model gets what it is called, and the suspect, which has another name, the same: `k1 = c.K1`."""
        own = [site.left if forward else site.right for site in self._unified.sites if site.labels and not site.kept]
        return self._unified.same_value and len(own) == 1 and split(own[0].text) == split(atom.text)

    def _alone(self, site: Site) -> bool:
        """Whether the siblings share no other name than that of the site, but for what is called or measured."""
        body = self._body()
        return not any(
            other.left.kind in (NAME, ATTRIBUTE) and not other.left.called and other.left.text not in MEASURES
            for _, other in self._unified.kept()
            if other.left.text != site.left.text
            and not (other.left.stored or (body is not None and body <= other.left.at))
        )

    def _body(self) -> int | None:
        """Where the body of the left sibling begins, if it is a loop: what is done is the same."""
        node = self._unified.left.node
        return self._row.parts[Block(node.body)].start if isinstance(node, ast.For) else None

    def _confirmed(self, atom: Atom, expected: str, suspect: Part, model: Part) -> bool:
        """Whether a third part of the group has the names of the suspect, with the expected one: `cy - h`, `cy + w`."""
        said = [each for each in self._row.atoms_of(suspect) if not each.labels]
        wanted = [expected if each is atom else each.text for each in said]
        names = [each.text for each in said if each.kind in (NAME, ATTRIBUTE) and not each.called]
        return (
            len(names) > 1
            and expected not in names
            and names.count(atom.text) == 1
            and any(
                [each.text for each in self._row.atoms_of(part) if not each.labels] == wanted
                for part in self._comparison.group.parts
                if self._row.shape(part) != self._row.shape(suspect)
            )
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
        return any(
            self._row.parts[node.value].end == atom.at + 1 and old in split(node.arg or "")
            for part, node in self._row.of(ast.keyword)
            if part.start < atom.at < part.end
        )

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
            or self._in_all_ways(slip)
            or self._stands_beside(slip)
            or varied_alone(self._row, self._unified, slip.model, number, slip.expected)
            or (slip.within_call and called_both_ways(self._row, self._comparison.group, slip.suspect, slip.expected))
        )

    def _in_all_ways(self, slip: Slip) -> bool:
        """Whether the group has the model with the expected name, too: `low < a`, `a < high`, `low < b`, `b < high`."""
        at = slip.atom.at - slip.suspect.start
        wanted = [
            slip.expected if each.at - slip.model.start == at else each.text for each in self._row.atoms_of(slip.model)
        ]
        return any(
            [each.text for each in self._row.atoms_of(part)] == wanted
            for part in self._comparison.group.parts
            if part is not slip.suspect and part is not slip.model
        )

    def _stands_beside(self, slip: Slip) -> bool:
        """Whether the suspect with the expected name stands beside it: `tyz = tz * y`, `tzz = tz * z`."""
        said = [each for each in self._row.atoms_of(slip.suspect) if not each.labels]
        wanted = [slip.expected if each is slip.atom else each.text for each in said]
        return len(said) > 1 and any(
            [atom.text for atom in self._row.atoms_of(part) if not atom.labels] == wanted
            for part in self._comparison.others
        )

    def _shared(self, number: int, slip: Slip) -> bool:
        """Whether other siblings show that the name is shared, or that it varies by itself (the corners of a box)."""
        sites = self._unified.sites
        changed = [index for index, site in enumerate(sites) if site.renamings]
        ours = [[site.left.text for site in sites], [site.right.text for site in sites]]
        for part in self._comparison.others:
            theirs = [atom.text for atom in self._row.atoms_of(part)]
            same = theirs[number] == slip.atom.text
            told_apart = all(any(theirs[index] != our[index] for index in changed) for our in ours)
            if same == told_apart or self._counts_otherwise(number, slip, theirs):
                return True
        return False

    def _counts_otherwise(self, number: int, slip: Slip, theirs: list[str]) -> bool:
        """Whether a third number brings another name than it makes: `b1(x1)`, `b2(x1)`, `b3(x2)` without an `x3`."""
        models = [atom.text for atom in self._row.atoms_of(slip.model)]
        old, new = slip.renaming
        thirds = {
            word
            for index, (one, other) in enumerate(zip(models, theirs, strict=True))
            for before, word in changed(one, other)
            if index != number and before == old and word != new and word.isdigit()
        }
        if not (slip.literal and old.isdigit() and len(thirds) == 1):
            return False
        made = replaced(slip.atom.text, old, *thirds)
        return theirs[number] != made and not self._scope.knows(slip.atom, made, slip.suspect.start)


def _path(atom: Atom, expected: str) -> str:
    """The path of the atom with the expected name as its last part."""
    return f"{atom.path.rpartition('.')[0]}.{expected}" if atom.kind == ATTRIBUTE else expected


def _overlap(one: Part, other: Part) -> bool:
    return one.start < other.end and other.start < one.end


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
