"""Which names can be meant at a place of a body: what it binds, what its class and its file have."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import Protocol

from mlint.cached import cached_property
from mlint.facts.pairs.names.words import changed, spellings
from mlint.facts.pairs.reading.script import come_by_both
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, Atom, Row
from mlint.facts.pairs.reading.uses import Uses

_BUILTINS = frozenset(dir(builtins))
# Where a library has the one, it has the other.
_LIBRARY_TWINS = frozenset(
    pair
    for one, two in (
        ("min", "max"),
        ("amin", "amax"),
        ("argmin", "argmax"),
        ("nanmin", "nanmax"),
        ("nanmean", "nanstd"),
        ("minimum", "maximum"),
        ("mean", "std"),
        ("zeros", "ones"),
        ("zeros_like", "ones_like"),
        ("sin", "cos"),
        ("floor", "ceil"),
    )
    for pair in ((one, two), (two, one))
)

# A name or two that nothing reads tell something; so many are made for whoever looks at the variables.
_MOST_IDLE = 20
# What has the one as an attribute has the other: a picture, a box, a space of actions.
_ATTRIBUTE_TWINS = {
    one: other
    for pair in (("low", "high"), ("width", "height"), ("left", "right"), ("top", "bottom"), ("weight", "bias"))
    for one, other in (pair, pair[::-1])
}


def attribute_twin(name: str) -> str | None:
    """The attribute that goes with one of that name on whatever has it: `height` with `width`."""
    return _ATTRIBUTE_TWINS.get(name)


def is_library_twin(name: str, other: str) -> bool:
    """Whether what has an attribute `name` has an attribute `other` too: `min` and `max`."""
    return (name, other) in _LIBRARY_TWINS


class Surroundings(Protocol):
    """What is known of the names outside of a body."""

    def defines(self, name: str) -> bool:
        """Whether the file binds the name at module level."""

    def has_attribute(self, name: str) -> bool:
        """Whether the class of the body may have the attribute."""

    def has_method(self, name: str) -> bool:
        """Whether the class of the body defines a method of that name, no property."""

    def has_option(self, name: str) -> bool:
        """Whether the file defines an option of the command line by that name: `--max-lr` gives `max_lr`."""

    def has_text(self, text: str) -> bool:
        """Whether the file has the text as a literal by itself, such as a key."""

    def is_unread_option(self, name: str) -> bool:
        """Whether the file defines an option of the command line by that name, and nothing in it asks for that."""

    def is_only_set(self, name: str) -> bool:
        """Whether the class of the body sets the attribute, and nothing in the file reads it."""


class Scope:
    """The names of a body laid out as a row, and of its surroundings."""

    def __init__(self, row: Row, around: Surroundings) -> None:
        self.uses = Uses(row)
        self._around = around

    def is_builtin(self, atom: Atom) -> bool:
        """Whether the atom is a builtin of Python by that name."""
        return atom.kind == NAME and atom.text in _BUILTINS and not self.uses.is_local(atom.text)

    def knows(self, atom: Atom, expected: str, at: int) -> bool:
        """Whether `expected` can stand for the atom in what begins at the place."""
        uses, around = self.uses, self._around
        if atom.kind == NAME:
            if uses.is_local(expected) or uses.is_local(atom.text):
                return uses.bound_before(expected, at)
            return uses.names(expected) or around.defines(expected)
        if is_library_twin(atom.text, expected) or attribute_twin(atom.text) == expected:
            return True
        path = f"{atom.path.rpartition('.')[0]}.{expected}"
        root = path.partition(".")[0]
        outer = bool(atom.path) and not uses.is_local(root) and around.defines(root)
        if outer and uses.leads_on(atom):
            return False  # `v2` of `tf.compat.v2.Variable`: the name of a part of a library
        if atom.path and path in (uses.called if outer and atom.called else uses.paths):
            return True
        if path.startswith("self.") and path.count(".") == 1:
            return around.has_attribute(expected) and (atom.called or not around.has_method(expected))
        # Of another object only what is asked last is known by its name alone; the parts on the way are not.
        if outer or uses.leads_on(atom):
            return False
        if expected in (uses.called if atom.called else uses.attributes) or around.has_option(expected):
            return True
        return not atom.called and self._completes(atom, expected)

    def _completes(self, atom: Atom, expected: str) -> bool:
        """Whether the object of an attribute is asked for enough others by both words: for `fit_csv` and `predict_csv`,
        `fit_tag` and `predict_tag`, so that with `fit_limit` it has a `predict_limit`."""
        owner = f"{atom.path.rpartition('.')[0]}."
        pairs = changed(atom.text, expected)
        if len(owner) == 1 or len(pairs) != 1:
            return False
        names = {path.removeprefix(owner) for path in self.uses.paths if path.startswith(owner)}
        return come_by_both(names - {atom.text}, pairs[0])

    def spelled(self, atom: Atom, asked: tuple[str, str], at: int) -> str:
        """What an atom becomes with one word put for another, as it is known there if it can be spelled in two ways."""
        first, *others = spellings(atom.text, *asked)
        return next((each for each in others if self.knows(atom, each, at) and not self.knows(atom, first, at)), first)

    def is_foreign(self, atom: Atom, expected: str) -> bool:
        """Whether the atom is an attribute of a name that is not asked for `expected`: only other objects are."""
        if atom.kind != ATTRIBUTE or not atom.path or self._around.has_option(expected):
            return False
        if is_library_twin(atom.text, expected) or attribute_twin(atom.text) == expected:
            return False
        owner = atom.path.rpartition(".")[0]
        if owner == "self" or f"{owner}.{expected}" in self.uses.paths:
            return False
        return not self._completes(atom, expected)

    def lacks_option(self, atom: Atom, expected: str) -> bool:
        """Whether the atom is an option of the command line, and there is none by the expected name."""
        return self._around.has_option(atom.text) and not self._around.has_option(expected)

    def has_text(self, text: str) -> bool:
        """Whether the file has the text as a literal by itself, such as a key."""
        return self._around.has_text(text)

    def is_awaited(self, name: str, other: str, at: int) -> bool:
        """Whether both names were bound by statements above the place, and the first not read since."""
        return self.uses.is_assigned(name, at) and self.uses.is_assigned(other, at) and self.uses.unread_until(name, at)

    def never_read(self, name: str, at: int) -> bool:
        """Whether the name is bound before the place and not read since, and no parameter to be left out.

        What the module binds may be read by its functions, and elsewhere; so may what is defined.
        """
        uses = self.uses
        if not uses.bound_before(name, at) or self._around.defines(name) or uses.is_definition(name, at):
            return False
        if uses.is_only_tested(name):
            return True
        return not uses.is_optional(name) and (not uses.is_read(name) or uses.unread_since(name, at))

    def idle(self, at: int) -> Iterator[str]:
        """The names that were made before the place and that nothing reads, but what fills them."""
        for name in self.idle_names:
            if self.uses.bound_before(name, at) and not self.uses.is_definition(name, at):
                yield name

    @cached_property
    def idle_names(self) -> list[str]:
        """The names that nothing reads; none where they are so many that the body makes them for others."""
        uses = self.uses
        found = [
            name
            for name in uses.idle
            if not (uses.is_optional(name) or self._around.defines(name) or name.startswith("_"))
        ]
        return found if len(found) <= _MOST_IDLE else []

    def unused(self, atom: Atom, expected: str, at: int) -> bool:
        """Whether `expected`, in the place of the atom, is bound and read nowhere: in the body, or as an attribute."""
        if atom.kind == NAME:
            return self.never_read(expected, at)
        if self._around.is_unread_option(expected):
            return self._around.has_option(atom.text)
        return atom.path == f"self.{atom.text}" and self._around.is_only_set(expected)
