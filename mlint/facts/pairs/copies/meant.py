"""What stands beside two siblings, and says that a name which they share is meant, or that it is not."""

from __future__ import annotations

from collections.abc import Sequence

from mlint.facts.pairs.copies.siblings import Comparison
from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.names.roles import family, known_pair, speaks_of
from mlint.facts.pairs.names.words import changed, listed, replaced, split
from mlint.facts.pairs.reading.apart import chosen, described, leads_to, still_said, varied_alone
from mlint.facts.pairs.reading.calls import called_both_ways
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, NUMBER, Atom, Part, Row
from mlint.facts.pairs.reading.unify import Renaming

_OUTCOMES = listed("tp fp fn tn tps fps fns tns")


class Beside:
    """The other statements of a row and the other siblings of a group, beside two that are compared."""

    def __init__(self, row: Row, scope: Scope, comparison: Comparison) -> None:
        self._row = row
        self._scope = scope
        self._comparison = comparison
        self._unified = comparison.unified

    def contradicts(self, atom: Atom, expected: str, asked: Renaming, *siblings: Part) -> bool:
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
        path = path_of(atom, expected)
        atoms = list(self._row.atoms_of(part))
        used = {each.path for each in atoms if each.kind == atom.kind and not each.stored}
        if path not in used or (atom.path in used and family(*asked) != "order"):
            return False
        labels = [word for each in atoms if each.stored for word in split(each.text)]
        return asked[1] not in labels and any(
            known_pair(asked[1], word) and family(asked[1], word) == family(*asked) for word in labels
        )

    def is_meant(self, number: int, slip: Slip) -> bool:
        """Whether the code around the name says that it is meant."""
        right = slip.suspect is self._unified.right
        sites = [site for site in self._unified.sites if not site.kept and site.left.kind != NUMBER]
        renamed = [site.right if right else site.left for site in sites]
        return (
            still_said(renamed, slip.asked[0])
            or described(self._row, slip.atom, renamed, slip.suspect)
            or (leads_to(self._row, slip.atom, renamed, slip.suspect) and not _is_awaited(slip))
            or (family(*slip.asked) == "split" and chosen(self._row, slip.atom, renamed, slip.suspect))
            or self._counts_outcomes(slip, renamed)
            or self._in_all_ways(slip)
            or self._goes_together(slip)
            or self._stands_beside(slip)
            or varied_alone(self._row, self._unified, slip.model, number, slip.expected)
            or (slip.within_call and called_both_ways(self._row, self._comparison.group, slip.suspect, slip.expected))
        )

    @staticmethod
    def _counts_outcomes(slip: Slip, renamed: Sequence[Atom]) -> bool:
        """Whether it counts what is positive by the one and negative by the other: `fp = (neg * pred_pos).sum()`."""
        said = {word for each in renamed if each.stored for word in split(each.text)}
        return family(*slip.asked) == "sign" and not said.isdisjoint(_OUTCOMES)

    def _goes_together(self, slip: Slip) -> bool:
        """Whether other operands have names of both at once: `a_h * b_r * b_t` beside `a_h * a_r * a_t`."""
        old, new = slip.renaming
        if not slip.within_expression:
            return False
        row, suspect = self._row, slip.suspect
        around = row.statement_at(suspect.start) or suspect
        beside = [
            part
            for group in row.groups
            if group.kind == "operands" and around.start <= group.parts[0].start < around.end
            for part in group.parts
            if part.start not in (suspect.start, slip.model.start) and row.shape(part) == row.shape(suspect)
        ]
        others = [{word for text in row.texts(part) for word in split(text)} for part in beside]
        return any(old in words and new in words for words in others)

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

    def is_shared(self, number: int, slip: Slip) -> bool:
        """Whether other siblings show that the name is shared, or that it varies by itself (the corners of a box)."""
        sites = self._unified.sites
        changed = [index for index, site in enumerate(sites) if site.renamings]
        ours = [[site.left.text for site in sites], [site.right.text for site in sites]]
        for part in self._comparison.others:
            theirs = [atom.text for atom in self._row.atoms_of(part)]
            if theirs[number] == slip.atom.text and _says(theirs, changed, slip.renaming):
                continue  # another of the model's kind: `x_train`, `y_train` beside `x_test`
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
            if index != number and before == old and word != new and replaced(one, before, word) == other
        }
        if not (slip.literal and old.isdigit() and len(thirds) == 1):
            return False
        made = replaced(slip.atom.text, old, *thirds)
        return theirs[number] != made and not self._scope.knows(slip.atom, made, slip.suspect.start)

    def confirms(self, atom: Atom, expected: str, suspect: Part, model: Part) -> bool:
        """Whether a third part of the group has the names of the suspect, with the expected one: `cy - h`, `cy + w`."""
        said = [each for each in self._row.atoms_of(suspect) if not each.labels]
        wanted = [expected if each is atom else each.text for each in said]
        names = [each.text for each in said if each.kind in (NAME, ATTRIBUTE) and not each.called]
        return (
            len(names) > 1
            and expected not in names
            and names.count(atom.text) == 1
            and any(
                _is_like(texts, wanted, self._row.shape(part) == self._row.shape(suspect))
                for part in self._comparison.group.parts
                if part not in (suspect, model)
                for texts in [[each.text for each in self._row.atoms_of(part) if not each.labels]]
            )
        )


def _is_awaited(slip: Slip) -> bool:
    """Whether nothing else uses the expected name, and all other names are renamed: `tgt_words.of(p["tgt"])`."""
    return slip.unread and slip.partners and slip.literal and slip.followed > 1


def _is_like(texts: list[str], wanted: list[str], alike: bool) -> bool:
    """Whether a part has the wanted names; one of the same shape has those with other numbers: `x1 * w`, `x2 * w`."""
    if not alike:
        return texts == wanted
    unnumbered = [[each.rstrip("0123456789") for each in side] for side in (texts, wanted)]
    return texts != wanted and unnumbered[0] == unnumbered[1] and all(unnumbered[0])


def path_of(atom: Atom, expected: str) -> str:
    """The path of the atom with the expected name as its last part."""
    return f"{atom.path.rpartition('.')[0]}.{expected}" if atom.kind == ATTRIBUTE else expected


def _overlap(one: Part, other: Part) -> bool:
    return one.start < other.end and other.start < one.end


def _says(texts: Sequence[str], places: Sequence[int], renaming: Renaming) -> bool:
    """Whether the texts at all of the places speak of what was renamed, of a known pair: so do `left` and `right`, as
    opposed to `bottom`."""
    return known_pair(*renaming) and all(speaks_of(split(texts[at]), *renaming) for at in places)
