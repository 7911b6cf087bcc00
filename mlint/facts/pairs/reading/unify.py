"""Anti-unification: what two parts of one shape have in common, and the renaming that turns one into the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from mlint.cached import cached_property
from mlint.facts.pairs.names.words import changed, split
from mlint.facts.pairs.reading.shapes import NUMBER, STRING, Atom, Part, Row

Renaming = tuple[str, str]


@dataclass(slots=True)
class Site:
    """One place of the common shape: the atom in the one part and the atom in the other. Not written to once it is
    made."""

    left: Atom
    right: Atom

    @property
    def kept(self) -> bool:
        """Whether both parts have the same text here."""
        return self.left.text == self.right.text

    @property
    def renamings(self) -> tuple[Renaming, ...]:
        """The words that change from left to right, where the change is one of single words."""
        old, new = self.left.text, self.right.text
        return () if old == new or self.left.kind == NUMBER else changed(old, new)

    @property
    def labels(self) -> bool:
        """Whether the atoms here say what the rest is for."""
        return self.left.labels


@dataclass(frozen=True)
class Unified:
    """Two parts of one shape, place by place. `compares_alike`: what both compare they compare the same way."""

    left: Part
    right: Part
    sites: tuple[Site, ...]
    compares_alike: bool = True

    @property
    def varies(self) -> bool:
        """Whether anything but numbers changes."""
        return any(not site.kept and site.left.kind != NUMBER for site in self.sites)

    @cached_property
    def renamings(self) -> Counter[Renaming]:
        """The words that change from left to right, with the number of places where they do."""
        found: Counter[Renaming] = Counter()
        for site in self.sites:
            for renaming in dict.fromkeys(site.renamings):
                found[renaming] = found.get(renaming, 0) + 1
        return found

    @cached_property
    def unexplained(self) -> int:
        """How many places change by more than single words."""
        return sum(not site.kept and site.left.kind != NUMBER and not site.renamings for site in self.sites)

    @cached_property
    def same_value(self) -> bool:
        """Whether the parts differ in nothing but what they are for, numbers aside."""
        told = all(site.kept or site.labels or site.left.kind == NUMBER for site in self.sites)
        return told and self.compares_alike

    @cached_property
    def same_numbers(self) -> bool:
        """Whether the parts have the same numbers."""
        return all(site.kept for site in self.sites if site.left.kind == NUMBER)

    def binds(self, name: str) -> bool:
        """Whether both bind the name for themselves, as the variable of a loop or a comprehension."""
        return any(site.kept and site.left.stored and site.left.text == name for site in self.sites)

    def kept(self) -> Iterator[tuple[int, Site]]:
        """The places that are the same in both parts, with their numbers."""
        return ((number, site) for number, site in enumerate(self.sites) if site.kept)


def unify(row: Row, left: Part, right: Part) -> Unified | None:
    """The two parts place by place; None where their shapes differ."""
    if left.end - left.start != right.end - right.start or row.shape(left) != row.shape(right):
        return None
    pairs = zip(row.atoms_of(left), row.atoms_of(right), strict=True)
    return Unified(left, right, tuple(Site(a, b) for a, b in pairs), row.turned_in(left) == row.turned_in(right))


def is_of_another_case(atom: Atom, old: str, unified: Unified) -> bool:
    """Whether the word is renamed in names of another case only than that of an atom: `Tensor` is no `tensor`."""
    if not atom.text[:1].isupper() or atom.text.isupper():
        return False
    return not any(
        site.left.text[:1].isupper() and old in split(site.left.text) + split(site.right.text)
        for site in unified.sites
        if not site.kept and site.left.kind != STRING
    )
