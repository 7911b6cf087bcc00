"""A value of one role where the code says the other, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass

from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.labels.claims import ASSIGNED, FUNCTION, KEY, KEYWORD, PARAMETER, TEXT, Claim
from mlint.facts.pairs.names.roles import Role, family, is_hint, known_pair
from mlint.facts.pairs.names.words import changed, listed, split
from mlint.facts.pairs.reading.shapes import Atom

# In place of a family, where the label is the very name that is expected.
NAMED = "name"
_THIRD = 2
_MASK = 1
# Where the one thing ends, the next begins: the top of a footer is the bottom of what stands above.
_ADJOINING = frozenset({"vertical", "hand", "ends"})
# In tokens, of two entries of one thing.
_TOGETHER = 15
_RIGHT = listed("y label labels target targets gt truth")
_OF_DATA = listed("data set dataset loader dataloader ds dl testset testloader x y loss acc accuracy score")
_MATRIX = frozenset({"row", "rows", "col", "cols", "column", "columns"})


# Of these `x` counts the rows as often as not.
_COUNTED = _MATRIX | listed(
    "blocks block num count cells bins tiles tile patches grid steps range ranges index idx indices"
)


@dataclass(frozen=True, slots=True)
class Mixup:
    """A value of one role where the other is called for.

    `atom` is the name in the value that has the wrong role, `expected` the name in scope that has the right one.
    `word` says it. `own`: the expected name is the very one that the claim speaks of. `unread`: it is bound and not
    read after. `sole`: nothing else in the value has a name. `local`: the name is no attribute. `measures`: both
    sides speak of sizes. `partners`: the words are a known pair. `repeated`: the same name stands above in the
    statement, for what it is. `computed`: something is computed of it with an operator. `reversing`: the statement
    names a flip, an inverse ... `elsewhere`: the expected name is another argument of the same call. `called_so`:
    what is called is named for the role itself, as an encoder that serves as decoder. `seconded`: the function whose
    result is assigned says the same as the target, or makes a loader over the value, or the target is set where it is
    there. `scaled`: by the ratio of the two sides of something. `twice`: one statement
    computes the same for both of two targets. `tagged`: the text is the name under which a number
    is noted. `crossed`: another claim near by is mixed up the other way round; `habitual`: and so are others, as
    where `x` counts rows. `kind`: by what finder it was found.
    """

    claim: Claim
    atom: Atom
    expected: str
    said: Role
    found: Role
    word: str
    own: bool = False
    unread: bool = False
    sole: bool = True
    local: bool = True
    measures: bool = False
    partners: bool = True
    repeated: bool = False
    computed: bool = False
    reversing: bool = False
    elsewhere: bool = False
    called_so: bool = False
    seconded: bool = False
    scaled: bool = False
    tagged: bool = False
    twice: bool = False
    crossed: Claim | None = None
    habitual: bool = False
    kind: Kind = Kind.COMPARED

    @property
    def directed(self) -> bool:
        """Whether a call is given source for target: it goes back, or copies, as a rule on purpose."""
        return self.said.family == "translation" and self.claim.how in (PARAMETER, KEYWORD, KEY)

    @property
    def mapped(self) -> bool:
        """Whether the target can well be a function of the other: `y = f(x)`, where neither is a size.

        So is what a decoder makes of what was encoded.
        """
        if self.said.family == "coder" and self.claim.how == ASSIGNED:
            return self.crossed is None and self.word == "enc"
        axis = self.said.family == "axis" and self.claim.how == ASSIGNED and not self._is_other_half
        return axis and self.crossed is None and not (self.measures and not self.computed)

    @property
    def _is_other_half(self) -> bool:
        """Whether both sides of one thing are computed at once, and from the one side only."""
        return self.twice and self.measures and self.partners and self.local

    @property
    def lettered(self) -> bool:
        """Whether `x` is given for `y` by a keyword or parameter: these name what goes in and comes out as often."""
        if self.unread and self.own and self.local:
            return False  # nothing reads the `y` that the function was given
        named = self.claim.how in (PARAMETER, KEYWORD) and self.crossed is None
        return named and self.said.family == "axis" and self.word in ("x", "y")

    @property
    def turned(self) -> bool:
        """Whether it is half of `w, h = b_h, b_w`: what is turned in one line is turned on purpose."""
        crossed = self.crossed
        if crossed is None or self.claim.how != ASSIGNED or crossed.how != ASSIGNED:
            return False
        return self.sole and not self.computed and crossed.whole.start == self.claim.whole.start

    @property
    def of_hook(self) -> bool:
        """Whether only the name of a hook says what an attribute should be: `on_train_batch_end`."""
        return self.claim.how == FUNCTION and not self.local and self.claim.label.startswith("on_")

    @property
    def transposed(self) -> bool:
        """Whether it is the rows and columns of a matrix that are exchanged: its transpose, as a rule on purpose."""
        return self.said.family == "axis" and self.word in _MATRIX

    @property
    def left_over(self) -> bool:
        """Whether the value is what the other leaves: a test set is as large as `1 - train_size`."""
        return self.computed and self.said.family == "split"

    @property
    def tells_a_size(self) -> bool:
        """Whether the label says more of what it is than a letter and a number (`tx`), and counts no rows."""
        words = split(self.claim.label)
        return any(len(word) > 2 for word in words) and _COUNTED.isdisjoint(words)

    @property
    def adjoins(self) -> bool:
        """Whether it can be where another thing begins: the top of a footer is the bottom of the body above it."""
        if self.said.family not in _ADJOINING or self.claim.how not in (KEY, PARAMETER):
            return False
        if self.crossed is not None and abs(self.crossed.whole.start - self.claim.whole.start) < _TOGETHER:
            return False
        return not self.own or self.claim.how == PARAMETER

    @property
    def passed_on(self) -> bool:
        """Whether the call has other names for all: `f(theta=x, x=y)`, or is that of an encoder made a decoder."""
        return (self.called_so and not self.seconded) or (self.elsewhere and self.crossed is None)

    @property
    def framed(self) -> bool:
        """Whether it is a mask that a function for images gets, or training data that one for validation does.

        It cuts and scales both; a model is tried on what it has learnt, too.
        """
        if self.said.family == "picture":
            # What gets `mask=image` where there is a `mask` is no function for images.
            if self.claim.how == ASSIGNED:
                return not self.own  # a picture of the mask
            return self.claim.how in (PARAMETER, KEYWORD) and not (self.own and self.said.pole == _MASK)
        # What is named for training does for whatever it is given.
        given = self.claim.how == PARAMETER or (self.claim.how == KEYWORD and self.said.pole == 0)
        return self.said.family == "split" and given and self.crossed is None

    @property
    def held_out_only(self) -> bool:
        """Whether both roles are of data that is held out: a test set serves for validation on purpose."""
        if self.claim.how == TEXT and self.repeated:
            return False  # both texts stand before the one score
        return self.said.family == "split" and 0 not in (self.said.pole, self.found.pole)

    @property
    def names_in_full(self) -> bool:
        """Whether the label is the expected name, and that is more than a word."""
        return self.own and len(split(self.expected)) > 1

    @property
    def is_partner(self) -> bool:
        """Whether the expected name is the other with the partner of one word, and no side is computed of the other."""
        pairs = changed(self.atom.text, self.expected)
        return len(pairs) == 1 and known_pair(*pairs[0]) and family(*pairs[0]) != "axis"

    @property
    def says_test(self) -> bool:
        """Whether the label says `test` of no data nor score, which is done to anything: `test_ok = test(x)`."""
        return self.is_of_split and self.said.pole == _THIRD and _OF_DATA.isdisjoint(split(self.claim.label))

    @property
    def names_labels(self) -> bool:
        """Whether the name is that of what is right: `y_train`, `train_labels`."""
        return not _RIGHT.isdisjoint(split(self.atom.text))

    @property
    def ends_in_full(self) -> bool:
        """Whether the label ends in the expected name: `best_val_acc` in `val_acc`."""
        words = split(self.expected)
        return len(words) > 1 and split(self.claim.label)[-len(words) :] == words

    @property
    def is_two_sided(self) -> bool:
        """Whether the label says one of two sides: not one of three axes, nor a letter that says anything."""
        if self.said.family == "axis" and _THIRD in (self.said.pole, self.found.pole):
            return False
        return len(self.claim.label) > 1 or self.crossed is not None or len(self.atom.text) == 1

    @property
    def corresponds(self) -> bool:
        """Whether label and value are named alike, or exchanged with another such pair of the same kind."""
        if self.said.family == "axis":
            return self.measures and self.tells_a_size
        return self.partners or self.crossed is not None

    @property
    def is_hint(self) -> bool:
        """Whether the words are of a pair of which a label and a value that disagree say nothing by themselves."""
        return is_hint(self.said.family)

    @property
    def is_of_split(self) -> bool:
        """Whether the label speaks of what data is for."""
        return self.said.family == "split"

    @property
    def told_by_tag(self) -> bool:
        """Whether it is all that is noted under the name of what other data is for."""
        # The `losses.val` of a meter is its value.
        says = self.local or len(split(self.atom.text)) > 1
        return self.tagged and self.is_of_split and self.sole and says

    @property
    def told_by_text(self) -> bool:
        """Whether a text says the very name that is expected, or stands before the same name again."""
        if self.tagged and self.is_of_split:
            return False
        return self.names_in_full or (self.repeated and len(self.atom.text) > 1)

    @property
    def told_by_name(self) -> bool:
        """Whether an argument is named as what it should be, and nothing else is in its value."""
        if self.seconded or (self.said.family == "coder" and not self.own):
            return False  # what a decoder gave is encoded again
        return self.sole and self.is_two_sided and self.corresponds and (self.own or self.local)

    @property
    def told_by_own(self) -> bool:
        """Whether the target is called just as the expected name, and nothing is computed of the other."""
        told = self.own and self.sole and self.is_two_sided and self.corresponds
        return told and self.local and not (self.computed or self._is_other_half or self.ends_in_full)

    @property
    def told_by_end(self) -> bool:
        """Whether the target ends in the expected name, which speaks of what data is for: `best_val_acc`."""
        return self.ends_in_full and not self._is_other_half and self.is_of_split and self.sole

    @property
    def told_by_both(self) -> bool:
        """Whether both sides of one thing are computed at once from one side."""
        return self._is_other_half and self.is_two_sided and self.tells_a_size

    @property
    def told_by_exchange(self) -> bool:
        """Whether two targets have each other's size."""
        if self._is_other_half or self.ends_in_full or self.own:
            return False
        if self.crossed is None or self.habitual or self.scaled:
            return False
        # What is computed so in two statements is laid out so: `tall = 2 * width - 1`, `wide = height - 1`.
        exchanged = not self.computed or self.crossed.whole.start == self.claim.whole.start
        return exchanged and self.measures and self.tells_a_size
