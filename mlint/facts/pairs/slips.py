"""The one name in two siblings that was not renamed with the others."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence

from mlint.facts.pairs.apart import (
    combined,
    decides,
    gone_over,
    indexed_apart,
    offset,
    selects,
    told_apart,
)
from mlint.facts.pairs.forgotten import (
    asks_for_another,
    collects,
    guards_another,
    has_many_alike,
    labelled_by_name,
    makes_itself_anew,
    names_a_file,
    said_elsewhere,
    subtracted,
    tests_another,
)
from mlint.facts.pairs.meant import Beside, path_of
from mlint.facts.pairs.measures import MEASURES, asks_for_kind, compared, makes_new, measured
from mlint.facts.pairs.roles import family, implied, known_pair
from mlint.facts.pairs.scope import Scope
from mlint.facts.pairs.shapes import ATTRIBUTE, NAME, STRING, Atom, Block, Part, Row
from mlint.facts.pairs.siblings import Comparison, comparisons
from mlint.facts.pairs.slip import MADE_FROM_OTHER, MOVED, Slip
from mlint.facts.pairs.unify import Renaming, Site, Unified
from mlint.facts.pairs.words import changed, is_one_of, replaced, says, split

# More than this, and the siblings do different things.
_MOST_RENAMINGS = 3
_MOST_UNEXPLAINED = 1
# A value made anew stands so many statements after the one that it is copied from.
_AT_ONCE = 3
# As many places tell two letters that are no known pair.
_OFTEN = 2
# These say how arguments are given, and not which.
_KINDS = frozenset({"args", "kwargs"})
_RECEIVERS = frozenset({"self", "cls"})
# What is kept under the name of the one is loaded for the other, or begins with it.
_TAKEN_ON = frozenset({"teaching", "answer", "ends", "flow", "direction"})
# The parts of these are one value together.
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
        self._beside = Beside(row, scope, comparison)

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
        if slip.expected in kept or self._beside.is_meant(number, slip) or self._beside.is_shared(number, slip):
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
            told = not site.left.names and (self._repeats(site) or self._changes_elsewhere(site))
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
            if old in words and new not in words and (not _too_short(renaming) or self._often(renaming, words)):
                slip = self._made(site, renaming, asked)
                if slip is not None:
                    return slip
        return None

    def _often(self, renaming: Renaming, words: Sequence[str]) -> bool:
        """Whether letters change at so many places of longer names that they are those of two things."""
        letters = all(len(word) == 1 and word.isalpha() for word in renaming)
        seen = max(self._unified.renamings[each] for each in (renaming, renaming[::-1]))
        return letters and len(words) > 1 and seen >= _OFTEN

    def _repeats(self, site: Site) -> bool:
        """Whether the text is a name beside it in the one sibling: `net.encoder.load(state["encoder"])`.

        Or the target: `images = batch["image"]`, and nothing else tells the other sibling from it.
        """
        return any(
            (is_one_of(site.left.text, other.left.text) or is_one_of(site.left.text, other.right.text))
            and any(known_pair(*each) and family(*each) not in _TAKEN_ON for each in other.renamings)
            for other in self._unified.sites
            if not other.kept and (self._unified.same_value or not other.left.stored)
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

    def _is_file_of_the_other(self, site: Site) -> bool:
        """Whether it is the name of a file that both are read from: `test = read(folder / "train.csv")`."""
        split_up = any(family(*renaming) == "split" for renaming in self._unified.renamings)
        return split_up and self._unified.same_value and names_a_file(site.left)

    def _made(self, site: Site, renaming: Renaming, asked: Renaming) -> Slip | None:
        unified = self._unified
        forward = renaming in unified.renamings
        suspect, model = (unified.right, unified.left) if forward else (unified.left, unified.right)
        atom = site.right if forward else site.left
        expected = replaced(atom.text, *asked)
        answers = self._answers(atom, forward)
        asked_for = asks_for_another(self._row, atom, expected, model, suspect)
        if (
            expected == atom.text
            or (atom.stated and not (known_pair(*renaming) or asked_for))
            or (atom.called and renaming != asked and family(*asked) == "split")  # `evaluate` of `train_score`
            or (
                self._excused(atom, asked[0])
                and not (atom.called and self._is_said_elsewhere(site, expected, asked[1]))
            )
            or self._scope.uses.is_missing(expected, atom.at)
        ):
            return None
        seen = renaming if forward else renaming[::-1]
        together = {seen, *implied(*seen)}
        followed = [each for each in unified.sites if not together.isdisjoint(each.renamings)]
        follows = [each.right if forward else each.left for each in followed]
        same_owner = site.left.path.rpartition(".")[0] == site.right.path.rpartition(".")[0]
        named = (
            same_owner
            and (known_pair(*renaming) or _counts_on(renaming))
            and labelled_by_name(self._row, unified, atom, expected)
        )
        if not (
            atom.kind == STRING
            or self._scope.knows(atom, expected, suspect.start)
            or (
                atom.kind == ATTRIBUTE
                and not self._scope.uses.leads_on(atom)
                and (named or answers or has_many_alike(atom, follows))
            )
        ):
            return None
        made_of = not known_pair(*renaming) and self._scope.uses.made_of(expected, atom.text, suspect.start)
        operands = [each.right if forward else each.left for each in unified.sites if not each.kept and not each.labels]
        targets = [each for each in follows if each.stored]
        squared = any((each.left if forward else each.right).text == atom.text for each in followed)
        own_target = any(each.kind == atom.kind and each.path == path_of(atom, expected) for each in targets)
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
            bound=any(
                each.labels and not (each.left.held or (each.left.stated and not collects(self._row, each.left)))
                for each in followed
            ),
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
            measured=asks_for_kind(self._row, atom)
            or (
                measured(self._row, atom, renaming, asked)
                and not compared(self._row, atom, operands)
                and not (squared and not makes_new(self._row, atom) and any(each.text == expected for each in operands))
            ),
            unseen=not self._scope.knows(atom, expected, suspect.start),
            selects=(
                atom.kind != STRING
                and selects(self._row, atom, suspect)
                and not any(each.text == expected and selects(self._row, each, suspect) for each in operands)
            )
            or gone_over(self._row, atom, operands, suspect)
            or (not known_pair(*renaming) and decides(self._row, atom, suspect)),
            present=any(each.text == expected for each in operands),
            present_as_text=any(each.text == expected and each.kind == STRING for each in operands),
            guards=guards_another(self._row, atom, expected, model, suspect)
            or (known_pair(*renaming) and tests_another(self._row, atom, expected, suspect))
            or (asked_for and len(followed) > 1 and renaming == asked and not made_of),
            anew=own_target
            and self._follows_at_once(model, suspect)
            and makes_itself_anew(self._row, atom, model)
            and (atom.kind == ATTRIBUTE or self._scope.uses.bound_before(expected, suspect.start)),
            subtracted=subtracted(self._row, atom, follows),
            named=named,
            seconded=self._is_said_elsewhere(site, expected, renaming[1]),
            collects=collects(self._row, atom),
            awaited=self._scope.is_awaited(expected, atom.text, suspect.start),
            combined=combined(self._row, atom, path_of(atom, expected), suspect),
            shifted=family(*asked) in MOVED
            and offset(self._row, atom)
            and not (family(*asked) == "order" and self._is_told_apart(followed)),
            counted=not unified.same_numbers,
            within_call=self._comparison.group.kind == "arguments",
            within_expression=self._comparison.group.kind in _EXPRESSIONS,
            squared=squared,
            own_target=own_target,
            overwritten=own_target and self._scope.uses.unread_until(expected, suspect.start),
            contradicted=self._beside.contradicts(atom, expected, asked, suspect, model),
            distinct=len({each.right.text if forward else each.left.text for each in followed}),
            alone=self._alone(site),
            value_follows=any(not each.labels for each in followed),
            foreign=self._scope.is_foreign(atom, expected) and not (named or has_many_alike(atom, follows)),
            made_of=made_of,
            confirmed=known_pair(*renaming) and self._beside.confirms(atom, expected, suspect, model),
            answers=answers,
        )

    def _is_told_apart(self, followed: Sequence[Site]) -> bool:
        """Whether two numbered values are computed alike, or nearly all of their names and a label follow."""
        labelled = any(each.labels for each in followed)
        return self._unified.same_value or (labelled and len(followed) >= MADE_FROM_OTHER)

    def _answers(self, atom: Atom, forward: bool) -> bool:
        """Whether the model gets what it is called, and the suspect, which has another name, the same: `k1 = c.K1`."""
        own = [site.left if forward else site.right for site in self._unified.sites if site.labels and not site.kept]
        return self._unified.same_value and len(own) == 1 and self._is_called_so(own[0], atom)

    def _is_called_so(self, label: Atom, atom: Atom) -> bool:
        return is_one_of(atom.text, label.text) or (label.kind == STRING and says(label.text, atom.text))

    def _follows_at_once(self, model: Part, suspect: Part) -> bool:
        parts = self._comparison.group.parts
        return any(
            one is model and any(other is suspect for other in parts[at + 1 : at + 1 + _AT_ONCE])
            for at, one in enumerate(parts)
        )

    def _is_said_elsewhere(self, site: Site, expected: str, word: str) -> bool:
        number = self._unified.sites.index(site)
        return said_elsewhere(self._row, self._comparison.others, number, expected, word)

    def _alone(self, site: Site) -> bool:
        """Whether the siblings share no other name than that of the site, but for what is called or measured."""
        body = self._body()
        return not any(
            other.left.kind in (NAME, ATTRIBUTE) and not other.left.called and other.left.text not in MEASURES
            for _, other in self._unified.kept()
            if other.left.text != site.left.text
            and not self._is_library(other.left)
            and not (other.left.stored or (body is not None and body <= other.left.at))
        )

    def _is_library(self, atom: Atom) -> bool:
        """Whether it is what the file brings in and something is asked of: `F` of `F.l1_loss`."""
        uses = self._scope.uses
        return atom.kind == NAME and uses.leads_on(atom) and not uses.is_local(atom.text)

    def _body(self) -> int | None:
        """Where the body of the left sibling begins, if it is a loop: what is done is the same."""
        node = self._unified.left.node
        return self._row.parts[Block(node.body)].start if isinstance(node, ast.For) else None

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


def _counts_on(renaming: Renaming) -> bool:
    """Whether it leads from one number to the next."""
    old, new = renaming
    return old.isdigit() and new.isdigit() and abs(int(old) - int(new)) == 1


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
