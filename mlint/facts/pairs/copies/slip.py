"""A name of two siblings that was not renamed with the others, and what is known of it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from mlint.facts.domain.records import replace
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import (
    DERIVED,
    SPLITTING,
    family,
    holds_training,
    in_other_number,
    is_of_data,
    precedes,
    roles,
)
from mlint.facts.pairs.names.words import split
from mlint.facts.pairs.reading.shapes import NAME, STRING, Atom, Part
from mlint.facts.pairs.reading.unify import Renaming

_KEY_AS_VALUE = (("k", "v"), ("key", "value"), ("keys", "values"))
# What belongs to the one of these is rarely meant for the other.
_KEPT_APART = frozenset({"axis", "agent", "gan", "coder"})
# Where one sibling combines a thing with itself, the other does not combine it with its partner.
_NOT_COMBINED = frozenset({"attention", "answer", "truth", "sign", "picture", "coder", "gan", "agent"})
# With a renaming that is followed at as many places, the own target is no value that starts as the other.
MADE_FROM_OTHER = 3
# Letters and numbers.
_SHORT = 2
# Of what is compared these say most.
_TELLING = (Kind.STORED_OVER, Kind.AGREEING)


@dataclass(frozen=True, slots=True)
class Slip:
    """A name that two siblings share although the rest of them says that it should have been renamed.

    `suspect` is the sibling that is wrong, `model` the one it is compared with, `atom` the name in the suspect, and
    `expected` what should stand there. `renaming` is what changes from model to suspect, `asked` what it asks of the
    atom: the same words, or words that go with them (`width` with `x`).

    `followed` counts the places where the renaming is followed, `distinct` the different names there; `labelled`: one
    of these says what the rest is for; `bound`: as a target, keyword or text, not as an object that is changed;
    `value_follows`: another is none of these; `same_value`: but for such places the siblings are the same; `alone`: no
    other name stays as it is; `partners`: the words are a known pair; `unread`: the expected name is bound and read
    nowhere; `otherwise`: the siblings call different functions; `by_text`: only texts say what they are for;
    `measured`: only a size or kind of the shared value is asked for; `selects`: it is part of an index, decides what is
    taken or is gone over; `present`: the expected name stands elsewhere in the suspect; `combined`: in another argument
    or element of the same call or list, so that the suspect uses both on purpose; `shifted`: both ends move by one
    origin; `foreign`: only other objects are asked for the expected attribute; `made_of`: the expected name is made of
    the other, and the words are no known pair; `confirmed`: a part beside them has the expected name with just these
    names; `answers`: the model gets what it is called, and nothing but the names of the two tells them apart;
    `within_call`: the siblings are arguments of one call, `within_expression`: operands or slices; `squared`:
    the model has the name twice, which changes in one place; `own_target`: the expected name is what the suspect
    assigns to, `overwritten`: without having been read since it was bound; `contradicted`: elsewhere the expected name
    is used for yet another of the family; `double`: the two are in one expression, and one of them should be the other;
    `present_as_text`: the expected text stands elsewhere in the suspect as a text; `guards`: the suspect tests one
    thing and takes the other; `anew`: the model gives the name a new value made of its old one, and the suspect, next
    to it, gives one to the expected name; `subtracted`: from a name that was renamed, or that from it; `named`: a label
    of the siblings is just the name; `unseen`: only that tells that there is the expected one; `collects`: something is
    put into what it names; `awaited`: the expected name was bound beside the atom's own, and has not been read yet;
    `seconded`: another sibling with the word of the suspect has the expected name in its place; `counted`: numbers
    change, too, such as those of columns; `repeated`: another name of the code breaks the renaming likewise; `beside`:
    it is an argument beside one that follows; `optional`: what is asked for something by the text, which may lack it:
    `options.get("x")`; `kind`: by what finder it was found.
    """

    atom: Atom
    expected: str
    suspect: Part
    model: Part
    renaming: Renaming
    asked: Renaming
    followed: int = 0
    labelled: bool = False
    bound: bool = False
    same_value: bool = False
    partners: bool = False
    unread: bool = False
    measured: bool = False
    selects: bool = False
    present: bool = False
    combined: bool = False
    within_call: bool = False
    within_expression: bool = False
    own_target: bool = False
    overwritten: bool = False
    contradicted: bool = False
    distinct: int = 0
    otherwise: bool = False
    by_text: bool = False
    alone: bool = False
    value_follows: bool = False
    shifted: bool = False
    foreign: bool = False
    made_of: bool = False
    squared: bool = False
    confirmed: bool = False
    double: bool = False
    answers: bool = False
    present_as_text: bool = False
    guards: bool = False
    anew: bool = False
    subtracted: bool = False
    named: bool = False
    unseen: bool = False
    collects: bool = False
    awaited: bool = False
    seconded: bool = False
    counted: bool = False
    repeated: bool = False
    beside: bool = False
    optional: bool = False
    kind: Kind = Kind.COMPARED

    @classmethod
    def of_pair(
        cls,
        atom: Atom,
        expected: str,
        suspect: Part,
        model: Part,
        renaming: Renaming,
        asked: Renaming | None = None,
        *,
        telling: bool = False,
        double: bool = False,
        kind: Kind = Kind.COMPARED,
        **known: bool,
    ) -> Slip:
        """A slip of two known partners where no other name follows; `telling`: the place leaves no doubt.

        `asked` is the renaming itself where it is not given. `known`: what else is known of it.
        """
        found = cls(atom, expected, suspect, model, renaming, asked or renaming, same_value=True, partners=True)
        shown = {"labelled": telling, "bound": telling, "within_call": double, "within_expression": double}
        return replace(found, double=double, kind=kind, **shown, **known)

    @property
    def local(self) -> bool:
        """Whether it is a name: attributes may be read in other files."""
        return self.atom.kind == NAME

    @property
    def is_short_text(self) -> bool:
        """Whether it is a text of letters and numbers, such as `s2`: two entries can have the same."""
        return self.atom.kind == STRING and not any(len(word) > 1 for word in split(self.atom.text))

    @property
    def is_of_both(self) -> bool:
        """Whether it is a text that says both: `instances_train-val2014.zip`."""
        return self.atom.kind == STRING and set(self.renaming) <= set(split(self.atom.text))

    @property
    def splits_off(self) -> bool:
        """Whether the suspect takes what is held out from the training data, of which the model keeps the rest."""
        if family(*self.renaming) != "split" or not (self.own_target and self.squared):
            return False
        code = self.suspect.node
        return isinstance(code, ast.AST) and not SPLITTING.isdisjoint(
            word for name in re.findall(r"\b\w+\b(?!\.)", ast.unparse(code)) for word in split(name)
        )

    @property
    def literal(self) -> bool:
        """Whether the renaming is seen with the very words that it asks of the atom, or with these in other number."""
        return self.asked == self.renaming or self.asked in in_other_number(*self.renaming)

    @property
    def left_idle(self) -> bool:
        """Whether a part of the object that nothing else calls is not called here either: `self.bn2` of two layers."""
        return self.unread and self.atom.called and self.literal

    @property
    def is_only_reader(self) -> bool:
        """Whether nothing reads the expected name, and here it would be: of two partners, or of words that are long."""
        if not (self.unread and self.literal) or self.numbered or (self.own_target and not self.local):
            return False
        if self.continues:
            return False
        if self.partners:
            return self.labelled or self.value_follows
        return self.labelled and all(len(word) > _SHORT for word in self.renaming)

    @property
    def half_renamed(self) -> bool:
        """Whether one of two same names is renamed, and the other is subtracted: `(y - y0) / (y1 - x0)`."""
        return self.squared and self.subtracted and self.literal and self.partners and self.followed > 1

    @property
    def waits(self) -> bool:
        """Whether a local name was made for this place, and nothing reads it, whatever else may speak against it."""
        if not (self.unread and self.partners and self.local) or (self.measured and not self.by_text):
            return False
        if (self.selects and not self.literal) or self.continues:
            return False  # what a shape was unpacked into, of which not all is needed
        name = family(*self.renaming)
        if self.double:
            return name in DERIVED | {"axis"}
        moved = self.shifted and name in DERIVED
        return (self.labelled or self.value_follows) and not (moved or self.calls_for_another)

    @property
    def breaks_all(self) -> bool:
        """Whether all but this name follow, so that nothing else can be meant, of whatever pair the words are."""
        if not (self.partners and self.labelled) or self.measured or self.selects or self.contradicted:
            return False
        if self.atom.called or self.derived or self.combined or self.within_call:
            return False
        if self.shifted or not self.literal:
            return False
        if self.squared:
            return self.followed >= MADE_FROM_OTHER if self.present else self.same_value and self.followed > 1
        if "".join(self.renaming).isdigit() and not (self.unread or self.awaited):
            return False  # two losses against one target
        return self.alone and self.value_follows and self.distinct > 1

    @property
    def continues(self) -> bool:
        """Whether numbered steps, each of another function, go on from what one of them gave: `dres4(out2, pre1)`."""
        return self.otherwise and "".join(self.renaming).isdigit() and self.by_text

    @property
    def derived(self) -> bool:
        """Whether the suspect may well make its value from the other: `end = start + size` after `start = ...`."""
        if (
            not self.own_target
            or self.renews
            or self.followed >= (2 if self.present and self.partners else MADE_FROM_OTHER)
        ):
            return False
        return not self.overwritten or family(*self.renaming) in DERIVED

    @property
    def renews(self) -> bool:
        """Whether both siblings make a value anew, the suspect of the other's: `q = norm(q)`, `k = norm(q)`."""
        return self.anew and self.partners and family(*self.renaming) not in DERIVED | {"flow"}

    @property
    def loses_own(self) -> bool:
        """Whether the suspect puts what is made of the other where its own value is, which nothing has read: `k = f(q)`
        beside `q = f(q)`."""
        told = self.own_target and self.overwritten and self.partners and self.literal
        return told and not (self.selects or self.present)

    @property
    def named_in_full(self) -> bool:
        """Whether the model keeps what is called so under its own name, and the suspect the same under another:
        `self.n_in = n_in`, `self.n_out = n_in`. What goes in and out of one layer can well be as large."""
        told = self.same_value and self.bound and self.squared and self.partners and self.literal
        single = self.local and self.followed == 1 and not self.within_call
        # A second layer gets what the first gives: `{"in": out, "out": out}`.
        return told and single and family(*self.renaming) == "flow" and precedes(*self.renaming)

    @property
    def evaluates_training(self) -> bool:
        """Whether what is trained on is given to a function for what is held out: `acc = test(train_loader)`."""
        of_split = self.atom.called and family(*self.asked) == "split"
        return of_split and any(role.pole == 0 for role in roles(self.asked[1:]))

    @property
    def takes_the_same(self) -> bool:
        """Whether one index takes the same of one thing for both of two names: `y_train = y[ids]`, `y_val = y[ids]`."""
        return self.same_value and self.bound and self.literal and self.partners and self.local

    @property
    def held_out_only(self) -> bool:
        """Whether both are data that is held out: a test set serves for validation on purpose."""
        if self.same_value and (self.bound or self.unread) and self.atom.kind != STRING:
            return False  # both scores of one set, or what was made for the other and nothing asks for
        return is_of_data(self.renaming) and not holds_training(self.renaming)

    @property
    def attended(self) -> bool:
        """Whether a key is used as a value, or a mean of deviations is taken: as often as not that is meant."""
        if family(*self.asked) == "moment":
            return self.atom.called and self.value_follows
        return self.asked in _KEY_AS_VALUE and not self.atom.called

    @property
    def is_key_of_the_other(self) -> bool:
        """Whether it is a text beside the name that it would become: `target["pred"]` after `pred["pred"]`. What is
        alike has the same keys."""
        return self.atom.kind == STRING and self.present and not self.present_as_text

    @property
    def framed(self) -> bool:
        """Whether it is the image that stands for its mask: both are moved, cut and scaled by what the image says."""
        if (self.atom.kind == STRING and self.answers) or (self.unread and not self.local):
            return False  # `masks = batch["image"]`; `self.mask_paths` that nothing else asks for
        return family(*self.renaming) == "picture" and not self.own_target and self.followed < MADE_FROM_OTHER

    @property
    def on_its_own(self) -> bool:
        """Whether one other name follows the renaming, and none but this one does not: `y2 - x1` beside `x2 - x1`."""
        if not ((self.alone or self.subtracted) and self.partners and self.literal) or self.present:
            return False
        told = self.within_expression or self.value_follows
        if family(*self.renaming) == "split":
            return self.by_text and self.value_follows and not self.squared
        return told and not self.squared and family(*self.renaming) in _KEPT_APART

    @property
    def ends_elsewhere(self) -> bool:
        """Whether a slice has a start and a size of its own, and ends from the start of the other: `left:top + w`."""
        code = self.suspect.node
        if not isinstance(code, ast.Slice) or code.upper is None:
            return False
        told = self.partners and self.literal and self.squared and self.alone and self.followed > 1
        return told and any(each is self.atom.node for each in ast.walk(code.upper))

    @property
    def doubtful(self) -> bool:
        """Whether something shows that the name may be meant, and the renaming is not followed in nearly all places."""
        if self.contradicted and not (self.alone and self.distinct > 1):
            return True
        apart = self.renews or (self.squared and family(*self.renaming) in _NOT_COMBINED)
        if (self.combined and self.followed < MADE_FROM_OTHER and not apart) or self.attended:
            return True
        if self.lettered and self.present and self.followed < MADE_FROM_OTHER:
            return True
        few = self.followed < MADE_FROM_OTHER and self.distinct < MADE_FROM_OTHER
        if self.squared and self.present and family(*self.renaming) == "order" and few:
            return True  # of `a1.meet(a2)` beside `a2.meet(a2)` the other is the odd one
        if self.translates:
            return True
        shifted = self.shifted and not self.half_renamed
        return self.derived or self.framed or shifted or self.foreign or self.made_of

    @property
    def translates(self) -> bool:
        """Whether what is made for the target of the source has the target in it, too: `out_tgt = net(src, code_tgt,
        n=tgt.shape[1])`."""
        return family(*self.asked) == "translation" and self.present and not self.unread

    @property
    def goes_along(self) -> bool:
        """Whether other words than the renamed ones are asked for, and all else follows: `generator` where `g` is."""
        told = self.distinct > 1 or (self.followed > 1 and self.value_follows) or (self.counted and self.awaited)
        many = self.distinct >= MADE_FROM_OTHER or (self.distinct > 1 and self.is_awaited)
        worded = len(self.asked[0]) > 1 or (self.alone and many)
        return self.partners and self.labelled and told and not (self.present or self.mixes) and worded

    @property
    def follows_from_other(self) -> bool:
        """Whether what comes in is as large as what goes out, or the ends are told by texts alone."""
        name = family(*self.renaming)
        ends = name in DERIVED and self.by_text and not self.atom.called
        return name == "flow" or (ends and (self.unseen or not self.named))

    @property
    def mixes(self) -> bool:
        """Whether things of the two are used together as often as not: numbered ones, inputs and outputs, ends."""
        return family(*self.renaming) in DERIVED | {"flow"} or "".join(self.renaming).isdigit()

    @property
    def is_awaited(self) -> bool:
        """Whether the expected name was made for this: not one of two numbers, of which each may serve the other."""
        return self.awaited and not "".join(self.renaming).isdigit()

    @property
    def calls_for_another(self) -> bool:
        """Whether other words are asked for than are renamed, of another function: `y = i // w` beside `x = i % w`."""
        return self.otherwise and not self.literal

    @property
    def lettered(self) -> bool:
        """Whether the name is but the letter of one of two: `a` and `b`; of `x` and `y` so in one call."""
        name = family(*self.renaming)
        return len(self.atom.text) == 1 and (name == "order" or (name == "axis" and self.within_call))

    @property
    def numbered(self) -> bool:
        """Whether numbers change that do not follow each other: `32` and `64`."""
        old, new = self.renaming
        return old.isdigit() and new.isdigit() and abs(int(old) - int(new)) != 1

    @property
    def aliased(self) -> bool:
        """Whether two keys of no known pair have one value, which is called as the first: `{"swish": swish, "silu":
        swish}` gives a thing a second name."""
        return self.answers and self.by_text and self.alone and not (self.partners or self.awaited or self.unread)

    @property
    def compounded(self) -> bool:
        """Whether one number is made of the other: `12` of what belongs to 1 and to 2."""
        old, new = self.renaming
        return (old + new).isdigit() and (old in new or new in old)

    @property
    def weight(self) -> tuple[bool, int, bool, bool]:
        """How much the slip has for it, to choose among those of one atom."""
        return (self.kind in _TELLING or self.unread, self.followed, self.labelled, self.literal)
