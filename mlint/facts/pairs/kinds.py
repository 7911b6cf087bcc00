"""The kinds of evidence that have a finder of their own: what was seen, not how much it says.

How much each says stands in `mlint.subjects.pairs.evidence`.
"""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """What a finding rests on. `COMPARED`: on what two siblings, or a label and its value, have in common."""

    COMPARED = "compared"
    # ML101
    STORED_OVER = "both put something into one thing"
    AGREEING = "all others have the key by which they are labelled"
    AGREEING_ONCE = "the one other has the key by which it is labelled"
    AGREEING_ATTRIBUTE = "others have the attribute by which they are labelled"
    UNLIKE_KEYS = "two things are asked for the same but here"
    OUT_OF_LINE = "two places go together in several siblings"
    OUT_OF_LINE_OF_THREE = "two places go together in the two others"
    COPIED = "a function is the copy of another but for a word that its name says"
    COPIED_LOOSELY = "a function is the copy of another but for a word"
    AT_ONCE = "two are given the same value at once"
    INDEX_AT_ONCE = "two are given the same value by a letter at once"
    TWICE = "the same is computed twice and the partner not at all"
    TWICE_LOOSELY = "the same is computed twice, of letters or words that are no pair"
    SHOWN_TWICE = "one text shows a value twice, by the words of two"
    AGAINST_ITSELF = "a thing is compared with itself, its partner is not read"
    POINTLESS = "a thing is combined with itself to no effect"
    ASKED_TWICE = "a question is asked twice at once"
    ASKED_BEFORE = "a branch asks what an earlier one has asked"
    BY_NAME_OF_ANOTHER = "each of several functions calls the same by its own name"
    MADE_OF_ANOTHER = "each of several is made anew of itself"
    SIDE_OF_OTHER = "the two sides go with two elements"
    PAST_THE_END = "a step ends past the end"
    TAKEN_ALONE = "what was made to go beside is not gone over"
    LEFT_OUT = "one of two is made ready, and the other stepped twice"
    FOURTH = "three of four combinations, and one of them again"
    UNFILLED = "what was made empty like the others is never filled"
    # ML102
    ODD_ONE = "all else in the function is of what it is named for"
    DROPPED = "what was made for the target is dropped"
    DROPPED_FUNCTION = "what was made for the target is dropped, one a function of the other"
    SPELLED = "a text spells the name of the partner"
    OWN_KEYWORD = "a keyword has the name of the partner, which is left or given it elsewhere"
    IDLE = "a name that nothing reads is just what the label says"
    IDLE_ATTRIBUTE = "an attribute stands where a name that nothing reads is just what the label says"
