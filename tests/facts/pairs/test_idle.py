from __future__ import annotations

import textwrap

import pytest

from mlint.facts.pairs.labels.claims import claims
from mlint.facts.pairs.labels.idle import asked_by_label, may_be_asked
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


class OnlySet(Nothing):
    """Surroundings in which some attributes are set and read nowhere."""

    def is_only_set(self, name: str) -> bool:
        return name in ("depth_files", "next_obs_buf")


def told(parameters: str, *lines: str) -> list[str]:
    code = f"def f({parameters}):\n" + textwrap.indent("\n".join(lines), "    ")
    row = lay_out(Tree(code).statements)
    found = asked_by_label(row, Scope(row, OnlySet()), list(claims(row, lambda dotted: None)))
    said = [f"{each.atom.text}, not {each.expected}" for each in found]
    if said:
        assert may_be_asked(Script(code.split("\n")), ("depth_files", "next_obs_buf"))
    return said


@pytest.mark.parametrize(
    ("parameters", "lines", "said"),
    [
        (
            "self, make, obs_dim, act_dim",
            ("self.obs = make(obs_dim)", "self.act = make(obs_dim)"),
            "obs_dim, not act_dim",
        ),
        ("buf, next_buf, i, obs, next_obs", ("buf[i] = obs", "next_buf[i] = obs"), "obs, not next_obs"),
        ("self, read", ("rgb = read(self.rgb_files)", "depth = read(1, self.rgb_files)"), "rgb_files, not depth_files"),
        ("self, i", ("g(obs=self.obs_buf[i], next_obs=self.obs_buf[i])",), "obs_buf, not next_obs_buf"),
        ("a, dst, neg_dst", ("pos_pairs = g(a, dst)", "neg_pairs = g(a + 1, dst)"), "dst, not neg_dst"),
    ],
)
def test_what_the_label_asks_for_and_nothing_reads(parameters: str, lines: tuple[str, ...], said: str) -> None:
    assert told(parameters, *lines) == [said]


@pytest.mark.parametrize(
    ("parameters", "lines"),
    [
        # no other label shows what the name is for
        ("self, make, obs_dim, act_dim", ("self.act = make(obs_dim)",)),
        # made of the other, and of what goes in and out
        ("make, mult", ("in_mult = (1, *mult)", "block = make(mult)", "in_block = make(1, mult)")),
        ("make, in_dim, out_dim", ("in_net = make(in_dim)", "out_net = make(1, in_dim)")),
        # where the one ends, the other begins; where it is kept
        ("x, obs_n, act_n", ("obs = x[:obs_n]", "act = x[obs_n:]")),
        ("g, obs_t, act_t", ("obs = g(obs_t.device)", "act = g(1, obs_t.device)")),
        # one of two that are unpacked
        ("g, pair", ("obs_n, act_n = pair", "obs = g(obs_n)", "act = g(1, obs_n)")),
    ],
)
def test_what_may_well_be_meant(parameters: str, lines: tuple[str, ...]) -> None:
    assert told(parameters, *lines) == []


def test_the_cheap_question_needs_a_line_with_the_words_of_what_nothing_reads() -> None:
    lines = ("def f(self, make, obs_dim, act_dim):", "    self.obs = make(obs_dim)", "    self.act = make(obs_dim)")
    assert may_be_asked(Script(lines), ())
    assert not may_be_asked(Script((*lines, "    return act_dim")), ())
    assert not may_be_asked(Script((*lines[:2], "    self.net = make(obs_dim)")), ())
