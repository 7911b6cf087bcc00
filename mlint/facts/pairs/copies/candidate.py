"""A name of one sibling that stays where the renaming asks for another, and what the two siblings say of it."""

from __future__ import annotations

import ast

from mlint.cached import cached_property
from mlint.facts.domain.records import replace
from mlint.facts.pairs.copies.forgotten import (
    asks_for_another,
    guards_another,
    has_many_alike,
    is_called_so,
    labelled_by_name,
    makes_itself_anew,
    said_elsewhere,
    subtracted,
    tests_another,
)
from mlint.facts.pairs.copies.in_place import Shared, is_in_its_place
from mlint.facts.pairs.copies.meant import Beside, path_of
from mlint.facts.pairs.copies.siblings import Comparison
from mlint.facts.pairs.copies.slip import MADE_FROM_OTHER, Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import MOVED, by_initials, family, implied, known_pair
from mlint.facts.pairs.names.words import counts_on, split
from mlint.facts.pairs.reading.apart import (
    combined,
    decides,
    gone_over,
    indexed_apart,
    offset,
    picks,
    selects,
    told_apart,
)
from mlint.facts.pairs.reading.collected import collects
from mlint.facts.pairs.reading.measures import (
    MEASURES,
    asks_for_kind,
    compared,
    is_measured_by_call,
    is_statistic,
    is_whole_measure,
    measured,
    shapes_anew,
)
from mlint.facts.pairs.reading.runs import RUNS
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, STRING, Atom, Block, Row
from mlint.facts.pairs.reading.unify import Renaming, Site, is_of_another_case

# A value made anew stands so many statements after the one that it is copied from.
_AT_ONCE = 3
# What was in a thing is lost with these.
_STORING = frozenset({"copy_", "load_state_dict", "set_", "fill_"})
# In several statements many places follow.
_OF_RUN = 2
# The parts of these are one value together.
_EXPRESSIONS = frozenset({"operands", "slices"})


class Candidate:
    """A name that two siblings share, in the one that a renaming asks to have another."""

    def __init__(
        self, row: Row, scope: Scope, comparison: Comparison, site: Site, renaming: Renaming, asked: Renaming
    ) -> None:
        self._row = row
        self._scope = scope
        self._comparison = comparison
        self._unified = comparison.unified
        self._beside = Beside(row, scope, comparison)
        self._site = site
        self._renaming = renaming
        self._asked = asked
        self._forward = renaming in self._unified.renamings
        left, right = self._unified.left, self._unified.right
        self._suspect, self._model = (right, left) if self._forward else (left, right)
        self._atom = self._ours(site)
        self._expected = scope.spelled(self._atom, asked, self._suspect.start)

    def slip(self) -> Slip | None:
        """The slip that it is; None where the expected name can't be meant there."""
        if self._is_meant() or not self._is_known() or self._is_in_its_place():
            return None
        if self._own_target and self._row.tags[self._suspect.start] == "AugAssign":
            return None  # `high -= low` beside `low -= low`: nobody means `high -= high`
        return replace(
            self._with_names(),
            distinct=len({each.text for each in self._follows}),
            otherwise=self._calls_otherwise(),
            by_text=all(each.left.kind == STRING for each in self._followed if each.labels),
            alone=self._alone(),
            value_follows=any(not each.labels for each in self._followed),
            shifted=self._shifted(),
            counted=not self._unified.same_numbers,
            foreign=self._is_foreign(),
            made_of=self._made_of,
            squared=self._squared,
            confirmed=self._partners and self._beside.confirms(self._atom, self._expected, self._suspect, self._model),
            answers=self._answers,
            beside=self._stands_beside(),
            present_as_text=any(each.text == self._expected and each.kind == STRING for each in self._operands),
            guards=self._guards(),
            anew=self._anew(),
            subtracted=subtracted(self._row, self._atom, self._follows),
            named=self._named,
            unseen=not self._knows,
            collects=collects(self._row, self._atom),
            awaited=self._scope.is_awaited(self._expected, self._atom.text, self._suspect.start),
            seconded=self._is_said_elsewhere(self._renaming[1]),
            kind=Kind.STORED_OVER if self._stores_over() else Kind.COMPARED,
        )

    def _with_names(self) -> Slip:
        """What is known of the names alone, without what the code around them does."""
        return Slip(
            atom=self._atom,
            expected=self._expected,
            suspect=self._suspect,
            model=self._model,
            renaming=self._renaming,
            asked=self._asked,
            followed=min(len(self._followed), _OF_RUN) if self._in_run else len(self._followed),
            labelled=any(each.labels for each in self._followed),
            bound=self._bound(),
            same_value=self._same_value(),
            partners=self._partners,
            unread=self._unread,
            measured=self._measured(),
            selects=self._selects(),
            present=any(each.text == self._expected for each in self._operands),
            combined=combined(self._row, self._atom, path_of(self._atom, self._expected), self._suspect),
            within_call=self._comparison.group.kind == "arguments",
            within_expression=self._comparison.group.kind in _EXPRESSIONS,
            own_target=self._own_target,
            overwritten=self._own_target and self._scope.uses.unread_until(self._expected, self._suspect.start),
            contradicted=self._beside.contradicts(self._atom, self._expected, self._asked, self._suspect, self._model),
        )

    def _stands_beside(self) -> bool:
        """Whether it is an argument of a call that has another, of any length, which follows the renaming."""
        follows = [each.node for each in self._follows]
        for part, node in self._row.of(ast.Call):
            if part.start <= self._atom.at < part.end:
                given = [*node.args, *(each.value for each in node.keywords)]
                if any(each is self._atom.node for each in given):
                    return any(each in follows for each in given)
        return False

    def _stores_over(self) -> bool:
        """Whether both put something into one thing, where what they put in says that these are two:
        `m.weight.copy_(weight)`, `m.weight.copy_(bias)`."""
        atom, told = self._atom, self._partners and self._renaming == self._asked
        if not (told and atom.stated and any(not each.labels for each in self._followed)):
            return False
        stated = [each for _, each in self._unified.kept() if each.left.stated]
        return len(stated) > 1 and stated[-1].left.text in _STORING and all(each.kept for each in stated)

    def _ours(self, site: Site) -> Atom:
        """The atom of the suspect at a place."""
        return site.right if self._forward else site.left

    def _theirs(self, site: Site) -> Atom:
        """The atom of the model at a place."""
        return site.left if self._forward else site.right

    @property
    def _in_run(self) -> bool:
        return self._comparison.group.kind == RUNS

    @cached_property
    def _partners(self) -> bool:
        return known_pair(*self._renaming) or self._asked in by_initials(*self._renaming)

    @cached_property
    def _together(self) -> set[Renaming]:
        """The renaming from left to right, and what goes with it."""
        seen = self._renaming if self._forward else self._renaming[::-1]
        return {seen, *implied(*seen)}

    @cached_property
    def _followed(self) -> list[Site]:
        """The places where the renaming is followed."""
        return [each for each in self._unified.sites if not self._together.isdisjoint(each.renamings)]

    @cached_property
    def _follows(self) -> list[Atom]:
        """The names of the suspect there."""
        return [self._ours(each) for each in self._followed]

    @cached_property
    def _operands(self) -> list[Atom]:
        """The names of the suspect that are others than in the model and no labels."""
        return [self._ours(each) for each in self._unified.sites if not each.kept and not each.labels]

    @cached_property
    def _squared(self) -> bool:
        return any(self._theirs(each).text == self._atom.text for each in self._followed)

    @cached_property
    def _own_target(self) -> bool:
        path = path_of(self._atom, self._expected)
        return any(each.stored and each.kind == self._atom.kind and each.path == path for each in self._follows)

    @cached_property
    def _asks_for_another(self) -> bool:
        return asks_for_another(self._row, self._atom, self._expected, self._model, self._suspect)

    @cached_property
    def _knows(self) -> bool:
        return self._scope.knows(self._atom, self._expected, self._suspect.start)

    @cached_property
    def _unread(self) -> bool:
        return self._scope.unused(self._atom, self._expected, self._suspect.start)

    @cached_property
    def _made_of(self) -> bool:
        made_of, names = self._scope.uses.made_of, (self._expected, self._atom.text)
        at = self._suspect.start
        return not self._partners and (made_of(*names, at) or made_of(*names[::-1], at))

    @cached_property
    def _named(self) -> bool:
        site = self._site
        same_owner = site.left.path.rpartition(".")[0] == site.right.path.rpartition(".")[0]
        related = self._partners or counts_on(*self._renaming)
        return same_owner and related and labelled_by_name(self._row, self._unified, self._atom, self._expected)

    @cached_property
    def _answers(self) -> bool:
        """Whether the model gets what it is called, and the suspect, of another name, the same: `k1 = c.K1`."""
        own = [self._theirs(site) for site in self._unified.sites if site.labels and not site.kept]
        return self._unified.same_value and len(own) == 1 and is_called_so(own[0], self._atom)

    def _is_meant(self) -> bool:
        """Whether what the name is, or stands for, shows that no other is asked for."""
        atom, expected, old = self._atom, self._expected, self._asked[0]
        if expected == atom.text or (atom.stated and not (self._partners or self._asks_for_another)):
            return True
        if atom.called and self._renaming != self._asked and family(*self._asked) == "split":
            return True  # `evaluate` of `train_score`
        if picks(self._row, atom) and self._comparison.group.kind in ("arguments", "operands"):
            return True
        excused = self._excused(old) and not (atom.called and self._is_said_elsewhere(self._asked[1]))
        return excused or self._scope.uses.is_missing(expected, atom.at)

    def _is_known(self) -> bool:
        """Whether there is what is expected."""
        atom = self._atom
        if atom.kind == STRING or self._knows:
            return True
        if atom.kind != ATTRIBUTE or self._scope.uses.leads_on(atom) or atom.path == f"self.{atom.text}":
            return False  # of its own attributes the class speaks
        if self._scope.lacks_option(atom, self._expected):
            return False
        return self._named or self._answers or has_many_alike(atom, self._follows)

    def _bound(self) -> bool:
        return any(
            each.labels and not (each.left.held or (each.left.stated and not collects(self._row, each.left)))
            for each in self._followed
        )

    def _same_value(self) -> bool:
        unified = self._unified
        return (
            unified.same_value
            and not self._rebound_between()
            and not indexed_apart(self._row, unified)
            and not told_apart(unified, self._together)
            and (self._partners or len(unified.renamings) == 1)
            and unified.same_numbers
        )

    def _calls_otherwise(self) -> bool:
        return any(
            each.left.called and not each.kept and self._together.isdisjoint(each.renamings)
            for each in self._unified.sites
        )

    def _measured(self) -> bool:
        row, atom = self._row, self._atom
        if asks_for_kind(row, atom):
            return True
        of_data = family(*self._asked) == "split"
        if of_data and is_statistic(row, atom) and any(each.text == self._expected for each in self._operands):
            return True
        if not measured(row, atom, self._renaming, self._asked) or compared(row, atom, self._operands):
            return False
        if of_data and shapes_anew(row, atom, self._expected):
            return False  # each set of data has as many samples as it has
        if self._unread and atom.kind == NAME and not is_measured_by_call(row, atom) and self._renaming == self._asked:
            return False  # as large as another thing, whose size was given for nothing
        same = self._unified.same_value and self._unified.same_numbers and self._partners
        # Two names are given the very same measure of one thing: `x_dim = x.size(1)`, `y_dim = x.size(1)`.
        return not (same and is_whole_measure(row, atom, self._suspect))

    def _selects(self) -> bool:
        row, atom, suspect = self._row, self._atom, self._suspect
        if atom.kind != STRING and selects(row, atom, suspect):
            others = (each for each in self._operands if each.text == self._expected)
            if not any(selects(row, each, suspect) for each in others):
                return True
        return gone_over(row, atom, self._operands, suspect) or (not self._partners and decides(row, atom, suspect))

    def _guards(self) -> bool:
        row, atom, expected, suspect = self._row, self._atom, self._expected, self._suspect
        if guards_another(row, atom, expected, self._model, suspect):
            return True
        if self._partners and tests_another(row, atom, expected, suspect):
            return True
        follows = len(self._followed) > (0 if self._partners else 1)
        return self._asks_for_another and follows and self._renaming == self._asked and not self._made_of

    def _anew(self) -> bool:
        if not (self._own_target and self._follows_at_once() and makes_itself_anew(self._row, self._atom, self._model)):
            return False
        bound = self._scope.uses.bound_before
        return self._atom.kind == ATTRIBUTE or bound(self._expected, self._suspect.start)

    def _is_in_its_place(self) -> bool:
        shared = Shared(self._site, self._atom, self._expected, self._suspect, self._renaming, self._asked)
        return is_in_its_place(self._row, self._scope, self._comparison, shared, self._followed)

    def _is_foreign(self) -> bool:
        beside = self._partners and self._has_same_beside()
        told = beside or self._named or has_many_alike(self._atom, self._follows)
        return not told and self._scope.is_foreign(self._atom, self._expected)

    def _has_same_beside(self) -> bool:
        """Whether another thing is asked for both in its turn: `b.y2` beside `a.y2`, where it was `b.x2` and `a.x2`."""
        return any(
            self._theirs(each).text == self._atom.text and self._ours(each).text == self._expected
            for each in self._followed
            if each.left.kind == ATTRIBUTE and self._ours(each).path != path_of(self._atom, self._expected)
        )

    def _shifted(self) -> bool:
        if family(*self._asked) not in MOVED or not offset(self._row, self._atom):
            return False
        return not (family(*self._asked) == "order" and self._is_told_apart())

    def _is_told_apart(self) -> bool:
        """Whether two numbered values are computed alike, or nearly all of their names and a label follow."""
        labelled = any(each.labels for each in self._followed)
        return self._unified.same_value or (labelled and len(self._followed) >= MADE_FROM_OTHER)

    def _follows_at_once(self) -> bool:
        parts = self._comparison.group.parts
        return any(
            one is self._model and any(other is self._suspect for other in parts[at + 1 : at + 1 + _AT_ONCE])
            for at, one in enumerate(parts)
        )

    def _is_said_elsewhere(self, word: str) -> bool:
        if len(self._unified.renamings) > 1:
            return False  # of those that differ in more each has a partner of its own
        number = self._unified.sites.index(self._site)
        return said_elsewhere(self._row, self._comparison.others, number, self._expected, word)

    def _alone(self) -> bool:
        """Whether the siblings share no other name than that of the site, but for what is called or measured."""
        node = self._unified.left.node
        # In the bodies of two loops the same is done.
        body = self._row.parts[Block(node.body)].start if isinstance(node, ast.For) else None
        return not any(
            other.left.kind in (NAME, ATTRIBUTE) and not other.left.called and other.left.text not in MEASURES
            for _, other in self._unified.kept()
            if other.left.text != self._site.left.text
            and not self._is_library(other.left)
            and not (other.left.stored or (body is not None and body <= other.left.at))
        )

    def _is_library(self, atom: Atom) -> bool:
        """Whether it is what the file brings in and something is asked of: `F` of `F.l1_loss`."""
        uses = self._scope.uses
        return atom.kind == NAME and uses.leads_on(atom) and not uses.is_local(atom.text)

    def _rebound_between(self) -> bool:
        """Whether the siblings have different values by themselves, since a name that both read is bound in between."""
        left, right = self._unified.left, self._unified.right
        read = {site.left.text for _, site in self._unified.kept() if site.left.kind == NAME and not site.left.stored}
        return any(self._scope.uses.bound_between(name, left.end, right.start) for name in read)

    def _excused(self, old: str) -> bool:
        atom = self._atom
        if self._scope.is_builtin(atom) or is_of_another_case(self._atom, old, self._unified):
            return True
        if atom.kind == NAME and self._unified.binds(atom.text):
            return True
        # `f(path=path)` beside `g(name=path)`: the keyword asks for what it gets.
        return any(
            self._row.parts[node.value].end == atom.at + 1 and old in split(node.arg or "")
            for part, node in self._row.of(ast.keyword)
            if part.start < atom.at < part.end
        )
