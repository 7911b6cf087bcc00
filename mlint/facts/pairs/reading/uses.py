"""Which names of a body are bound and read, and where: is a name in scope, is it used at all?"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from functools import partial

from mlint.cached import cached_property
from mlint.facts.pairs.reading.collected import collects
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, Atom, Block, Part, Row, defaults

# Of two that are unpacked one is often not needed: the tokens of these.
_FEW = 3
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Uses:
    """Where the names and the attribute paths of a row are bound and read; places count along the row."""

    def __init__(self, row: Row) -> None:
        self._bound: dict[str, list[int]] = defaultdict(list)
        self._read: dict[str, list[int]] = defaultdict(list)
        self.paths: dict[str, list[int]] = defaultdict(list)
        # Those that are read: what an object is given here says nothing of other objects.
        self.attributes: set[str] = set()
        # The attributes that are called, and their paths.
        self.called: set[str] = set()
        self._deleted: dict[str, list[int]] = defaultdict(list)
        self._row = row
        self._choices = [group.parts for group in row.groups if group.kind == "branches"]
        self._optional = {
            parameter.arg
            for _, node in row.of(ast.arguments)
            for parameter, default in defaults(node)
            if isinstance(default, ast.Constant) and default.value is None
        }
        for part, _ in row.of(ast.Delete):
            for deleted in row.atoms_of(part):
                self._deleted[deleted.text].append(deleted.at)
        for atom in row.atoms:
            if atom is None:
                continue
            if atom.kind == NAME:
                (self._bound if atom.stored else self._read)[atom.text].append(atom.at)
            elif atom.kind == ATTRIBUTE:
                if not atom.stored:
                    self.attributes.add(atom.text)
                if atom.called:
                    self.called.update((atom.text, atom.path))
                if atom.path:
                    self.paths[atom.path].append(atom.at)

    def bound_before(self, name: str, at: int) -> bool:
        """Whether the name is bound above the place, and not deleted since."""
        bound = self._bound.get(name, ())
        places = (each for each in bound if each < at and not (self._excluded(each, at) or self._is_inner(each, at)))
        last = max(places, default=None)
        return last is not None and not any(last < place < at for place in self._deleted.get(name, ()))

    def _is_inner(self, one: int, other: int) -> bool:
        """Whether a comprehension binds the one place for itself, and the other stands outside it."""
        return any(
            part.start <= one < part.end and not part.start <= other < part.end
            for kind in _COMPREHENSIONS
            for part, _ in self._row.of(kind)
        )

    def _excluded(self, one: int, other: int) -> bool:
        """Whether the two places are in different branches of one choice, so that only one of them is come to."""
        return any(
            any(part.start <= one < part.end for part in branches)
            and any(part.start <= other < part.end for part in branches)
            and not any(part.start <= one < part.end and part.start <= other < part.end for part in branches)
            for branches in self._choices
        )

    def is_missing(self, name: str, at: int) -> bool:
        """Whether the place is come to only where the name is None or empty: there another stands for it."""
        for _, node in self._row.of(ast.If):
            body = self._row.parts[Block(node.body)]
            if body.start <= at < body.end and _denies(node.test, name):
                return True
            if node.orelse and affirms(node.test, name) and body.end <= at < self._row.parts[node].end:
                return True
        return False

    def bindings(self, name: str, before: int) -> list[int]:
        """The places above the given one where the name is bound, in order."""
        return [place for place in self._bound.get(name, ()) if place < before]

    def is_definition(self, name: str, at: int) -> bool:
        """Whether what binds the name last above the place is the definition of a function or class."""
        places = self.bindings(name, at)
        atom = self._row.atoms[places[-1]] if places else None
        return atom is not None and isinstance(atom.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))

    def is_literal(self, name: str, before: int) -> bool:
        """Whether what binds the name last above a place is a literal, or one of a tuple: `rows, cols = 1, 2`."""
        node = self._binding(name, before)
        if node is None:
            return False
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        return all(isinstance(each, ast.Constant) for each in values)

    def is_taken_along(self, name: str, before: int) -> bool:
        """Whether the name was unpacked from something last above a place, with another that nothing reads either."""
        node = self._binding(name, before)
        if node is None or isinstance(node.value, ast.Tuple) or not isinstance(node.targets[0], ast.Tuple):
            return False
        others = [each.id for each in node.targets[0].elts if isinstance(each, ast.Name) and each.id != name]
        return any(not (other.startswith("_") or self.is_read(other)) for other in others)

    def unpacks_shape(self, names: Sequence[str], before: int) -> bool:
        """Whether names are bound last above a place by one unpacking of a shape, side by side in this order."""
        node = self._binding(names[0], before)
        if node is None or any(self._binding(name, before) is not node for name in names[1:]):
            return False
        match node.value.value if isinstance(node.value, ast.Subscript) else node.value:
            case ast.Attribute(attr="shape") | ast.Call(func=ast.Attribute(attr="size")):
                pass
            case _:
                return False  # `image.size` of Pillow is the width and the height
        if not isinstance(node.targets[0], ast.Tuple):
            return False
        bound = [each.id if isinstance(each, ast.Name) else "" for each in node.targets[0].elts]
        return any(bound[at : at + len(names)] == [*names] for at in range(len(bound)))

    def _binding(self, name: str, before: int) -> ast.Assign | None:
        """The assignment that binds the name last above a place."""
        places = self.bindings(name, before)
        statement = self._row.statement_at(places[-1]) if places else None
        return statement.node if statement is not None and isinstance(statement.node, ast.Assign) else None

    def is_local(self, name: str) -> bool:
        """Whether the name is bound anywhere in the row."""
        return name in self._bound

    def names(self, name: str) -> bool:
        """Whether the name is bound or read anywhere in the row."""
        return name in self._bound or name in self._read

    def bound_between(self, name: str, start: int, end: int) -> bool:
        """Whether the name is bound in that stretch of the row."""
        return any(start <= place < end for place in self._bound.get(name, ()))

    def unread_until(self, name: str, at: int) -> bool:
        """Whether the name is bound above the place and not read in between."""
        places = self.bindings(name, at)
        return bool(places) and not any(places[-1] < place < at for place in self._read.get(name, ()))

    def unread_since(self, name: str, at: int) -> bool:
        """Whether the last value that the name is given above the place is read nowhere."""
        places = self.bindings(name, at)
        if not places or any(part.start <= places[-1] < part.end for part, _ in self._row.of(ast.comprehension)):
            return False
        last = places[-1]
        around = self._row.statement_at(last)
        end = last if around is None else around.end
        reads = self._read.get(name, ())
        if any(place >= end for place in reads):
            return False
        # The next turn of a loop, and a function that is called later, read it further up.
        later = (ast.For, ast.While, ast.AsyncFor)
        return not any(
            part.start <= last < part.end and any(part.start <= place < part.end for place in reads)
            for kind in later
            for part, _ in self._row.of(kind)
        ) and not any(
            part.start < place < part.end
            for kind in (ast.FunctionDef, ast.Lambda)
            for part, _ in self._row.of(kind)
            for place in reads
            if not part.start < last < part.end
        )

    def is_assigned(self, name: str, at: int, *, alone: bool = False) -> bool:
        """Whether what binds the name last above the place is an assignment, and no parameter or loop.

        `alone`: of nothing else; of what is unpacked some is often left.
        """
        places = self.bindings(name, at)
        return bool(places) and any(
            (part := self._row.parts[target]).start <= places[-1] < part.end
            and not (alone and isinstance(target, (ast.Tuple, ast.List)))
            for _, node in self._row.of(ast.Assign)
            for target in node.targets
        )

    def is_left_of_few(self, name: str, at: int) -> bool:
        """Whether what binds the name last above the place unpacks two values, of which one is often left, or of more
        leaves others too."""
        last = self.bindings(name, at)[-1:]
        unpacked = [*self._row.of(ast.Tuple), *self._row.of(ast.List)]
        for part, _ in unpacked:
            if last and part.start <= last[0] < part.end:
                left = [each.text for each in self._row.atoms_of(part) if each.stored and not self.is_read(each.text)]
                return part.end - part.start <= _FEW or left != [name]
        return False

    def is_empty(self, name: str, at: int) -> bool:
        """Whether the name is given a constant or an empty list above the place, for something that may be left."""
        places = self.bindings(name, at)
        around = self._row.statement_at(places[-1]) if places else None
        value = around.node.value if around is not None and isinstance(around.node, ast.Assign) else None
        listed = isinstance(value, (ast.List, ast.Dict)) and not self._row.texts(self._row.parts[value])
        return listed or isinstance(value, ast.Constant)

    def made_of(self, name: str, other: str, at: int) -> bool:
        """Whether the last value that the name is given above the place is made of the other: `end = start + n`."""
        places = self.bindings(name, at)
        if not places:
            return False
        around = self._row.statement_at(places[-1])
        return around is not None and any(around.start <= place < around.end for place in self._read.get(other, ()))

    def reads(self, name: str) -> list[Atom]:
        """Where the name is read."""
        return [atom for place in self._read.get(name, ()) if (atom := self._row.atoms[place]) is not None]

    @property
    def bound_names(self) -> Iterable[str]:
        """The names that are bound in the row."""
        return self._bound

    @cached_property
    def idle(self) -> list[str]:
        """The names that are bound, and that nothing in the row reads, but what fills them: `losses.append(loss)`."""
        return [name for name in self._bound if all(collects(self._row, atom) for atom in self.reads(name))]

    def is_read(self, name: str) -> bool:
        """Whether the name is read anywhere in the row."""
        return name in self._read

    def is_read_only_in(self, name: str, parts: Sequence[Part]) -> bool:
        """Whether the name is bound, and all that reads it stands in the parts."""
        inside = all(any(part.start <= at < part.end for part in parts) for at in self._read.get(name, ()))
        return name in self._bound and inside

    def is_only_tested(self, name: str) -> bool:
        """Whether the name is read, and only to ask whether it is None."""
        tests = [part for part, node in self._row.of(ast.Compare) if isinstance(node.ops[0], (ast.Is, ast.IsNot))]
        return self.is_read(name) and self.is_read_only_in(name, tests)

    def is_left(self, name: str) -> bool:
        """Whether the name is bound, and read only where it gets another value: `text = text.strip()`."""
        binding = [
            part for part in self._row.statements if any(part.start <= at < part.end for at in self._bound[name])
        ]
        return bool(binding) and all(
            any(part.start <= at < part.end for part in binding) for at in self._read.get(name, ())
        )

    def is_optional(self, name: str) -> bool:
        """Whether the name is a parameter that is None where nothing is given."""
        return name in self._optional

    def leads_on(self, atom: Atom) -> bool:
        """Whether another attribute is taken of what the atom names: `a` of `x.a.b`."""
        after = self._row.atoms[atom.at + 1] if atom.at + 1 < len(self._row.atoms) else None
        return after is not None and after.kind == ATTRIBUTE and after.path == f"{atom.path}.{after.text}"


def affirms(test: ast.expr, name: str) -> bool:
    """Whether a condition is `name` or `name is not None`."""
    match test:
        case ast.Name(affirmed) | ast.Compare(ast.Name(affirmed), [ast.IsNot()]):
            return affirmed == name
    return False


def asked_for(test: ast.expr) -> str | None:
    """The name of which a condition asks, by `is not None` alone, whether there is one: a flag says what to do."""
    match test:
        case ast.Compare(ast.Name(name), [ast.IsNot()], [ast.Constant(None)]):
            return name
    return None


def is_under(row: Row, at: int, holds: Callable[[ast.expr], bool]) -> bool:
    """Whether a place is come to only where a condition of an `if` holds that is such a one."""
    bodies = [row.parts[Block(node.body)] for _, node in row.of(ast.If) if holds(node.test)]
    return any(body.start <= at < body.end for body in bodies)


def is_compared(row: Row, at: int, names: Set[str]) -> bool:
    """Whether a place is come to only where names were compared: `if low > high: return clamp(x, high, low)`."""
    return is_under(row, at, partial(_compares, names))


def _compares(names: Set[str], test: ast.expr) -> bool:
    sides = (test.left, *test.comparators) if isinstance(test, ast.Compare) else ()
    return names <= {each.id for each in sides if isinstance(each, ast.Name)}


def _denies(test: ast.expr, name: str) -> bool:
    """Whether a condition is `name is None` or `not name`."""
    match test:
        case ast.UnaryOp(ast.Not(), ast.Name(denied)) | ast.Compare(ast.Name(denied), [ast.Is(), *_]):
            return denied == name
    return False
