from __future__ import annotations

import textwrap

import pytest

from mlint.facts.pairs.copies.aligned import out_of_line
from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


class Class(Nothing):
    """Surroundings of a class with a few attributes."""

    def has_attribute(self, name: str) -> bool:
        return name in ("mel_w", "pitch_w", "tone_w", "obs_w", "act", "rew", "done", "obs")


def found(code: str) -> list[Slip]:
    body = textwrap.indent(textwrap.dedent(code).strip(), "    ")
    row = lay_out(
        Tree(f"def f(self, obs, raw, g, before, after, mel, pitch, tone, hid, inp, out):\n{body}\n").statements
    )
    return list(out_of_line(row, Scope(row, Class())))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "return self.mel_w * mel + self.pitch_w * pitch + self.obs_w * obs + self.pitch_w * tone",
            "pitch_w, not tone_w",
        ),
        (
            "return {'before_a': before.a(), 'before_b': before.b(), 'after_a': after.a(), 'after_b': before.b()}",
            "before, not after",
        ),
        ("g(obs=self.obs[1], act=self.act[1], rew=self.rew[1], done=self.rew[1])", "rew, not done"),
        ("g(obs=raw.get('obs'), act=raw.get('act'), rew=raw.get('rew'), done=raw.get('rew'))", "rew, not done"),
    ],
)
def test_what_goes_together_in_all_others(code: str, said: str) -> None:
    (slip,) = found(code)
    assert f"{slip.atom.text}, not {slip.expected}" == said
    assert slip.kind is Kind.OUT_OF_LINE


def test_by_one_label_of_three_it_is_rough() -> None:
    (slip,) = found("self.net.load(raw['net'])\nself.ema.load(raw['net'])\nself.opt.load(raw['opt'])")
    assert slip.kind is Kind.OUT_OF_LINE_OF_THREE


@pytest.mark.parametrize(
    "code",
    [
        # two are no rule
        "return self.mel_w * mel + self.pitch_w * pitch",
        # data of one kind serves the other, and names of parameters are no names of what is given
        "train = g(raw.train)\nval = g(raw.val)\ntest = g(raw.val)",
        "g(inp=inp, hid=hid, out=hid)",
        # it has no other's
        "return self.mel_w * mel + self.pitch_w * pitch + self.done * tone",
        # a label of more words says more
        "rec_before = g(before)\nrec_after = g(after)\nrec_new_mel = g(after)",
    ],
)
def test_what_may_well_be_meant(code: str) -> None:
    assert not [slip for slip in found(code) if slip.kind is Kind.OUT_OF_LINE]
