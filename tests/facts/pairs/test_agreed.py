from __future__ import annotations

import pytest

from mlint.facts.pairs.copies.agreed import may_disagree, unlike_keys
from mlint.facts.pairs.copies.slips import slips
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


class Keys(Nothing):
    """Surroundings that have some texts."""

    def has_text(self, text: str) -> bool:
        return text in ("net", "ema", "opt", "mask", "normal", "labels")


def told(*lines: str) -> list[str]:
    code = "def f(net, ema, opt, state, batch, seg, depth, normal):\n" + "".join(f"    {line}\n" for line in lines)
    row = lay_out(Tree(code).statements)
    return [
        f"{each.atom.text}, not {each.expected}"
        for each in slips(row, Scope(row, Keys()))
        if each.kind in (Kind.AGREEING_ONCE, Kind.AGREEING_ATTRIBUTE)
    ]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['net.load(state["net"])', 'opt.load(state["net"])'], "net, not opt"),
        (['return {"ids": batch["ids"], "mask": batch["ids"], "net": batch["net"]}'], "ids, not mask"),
        (['return state["seg"] * seg + state["depth"] * depth + state["depth"] * normal'], "depth, not normal"),
        (['return {"seg": seg.cpu(), "depth": depth.cpu(), "normal": depth.cpu()}'], "depth, not normal"),
    ],
)
def test_all_others_have_what_they_are_labelled_by(lines: list[str], said: str) -> None:
    assert told(*lines) == [said]


@pytest.mark.parametrize(
    "lines",
    [
        ['net.load(state["net"])', 'other.load(state["net"])'],
        ['return {"input_ids": batch["input_ids"].cpu(), "labels": batch["input_ids"].cpu()}'],
        ['state["ids"] = batch["ids"]', 'state["mask"] = batch["ids"]'],
        ['return {"ids": batch["ids"], "mask": batch["ids"]}'],
        ["return net(seg=seg, depth=depth, normal=depth)"],
        ['net = resize(net=net)["net"]', 'opt = resize(net=opt)["net"]'],
        ['return {"seg": seg, "old_depth": depth, "depth": depth}'],
    ],
)
def test_another_name_for_a_thing_is_meant(lines: list[str]) -> None:
    assert told(*lines) == []


def test_calls_that_ask_two_things_for_the_same() -> None:
    lines = [f'{key} = loss(out["{key}"], batch["{key}"])' for key in ("seg", "depth")]
    row = lay_out(Tree("\n".join([*lines, 'normal = loss(out["normal"], batch["depth"])'])).statements)
    (slip,) = unlike_keys(row)
    assert (slip.atom.text, slip.expected) == ("depth", "normal")
    assert may_disagree(Script(['normal = loss(out["normal"], batch["depth"])']))
    assert list(unlike_keys(lay_out(Tree("\n".join(lines)).statements))) == []


def test_lines_without_a_key_of_another() -> None:
    assert may_disagree(Script(['return {"seg": seg.cpu(), "normal": seg.cpu()}']))
    assert not may_disagree(Script(['return {"seg": seg.cpu(), "normal": normal.cpu()}']))
