from __future__ import annotations

import pytest

from mlint.facts.pairs.labels.around import (
    called_by,
    is_computed,
    is_data,
    is_scaled,
    is_seconded,
    is_tag,
    is_twice,
    loads,
    says_what_it_gets,
    scores,
)
from mlint.facts.pairs.labels.claims import Claim, claims
from mlint.facts.pairs.names.roles import Role
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.shapes import Atom, Row
from mlint.facts.syntax.tree import Tree

_VALIDATION = Role("split", 1)


def of(code: str, label: str) -> tuple[Row, Claim]:
    row = lay_out(Tree(code).statements)
    return row, next(claim for claim in claims(row, lambda name: ["net", "loader"]) if claim.label == label)


def named(row: Row, name: str) -> Atom:
    return next(atom for atom in row.atoms if atom is not None and atom.text == name and not atom.stored)


def test_a_number_is_noted_under_a_name() -> None:
    assert is_tag(*of('log("val/acc", train_acc)', "val/acc"))
    assert not is_tag(*of('load("val/acc", train_acc)', "val/acc"))


@pytest.mark.parametrize(
    ("code", "held"), [("val_n = n - train_n", True), ("val_n = train_n", False), ("val_n = f(train_n)", False)]
)
def test_the_name_is_an_operand(code: str, held: bool) -> None:
    row, claim = of(code, "val_n")
    assert is_computed(row, claim, named(row, "train_n")) is held


def test_the_function_whose_result_is_assigned_says_the_same_as_the_target_or_as_what_it_gets() -> None:
    row, claim = of("val_loss = validate(net, train_loader)", "val_loss")
    assert is_seconded(row, claim, _VALIDATION)
    row, claim = of("val_loss = evaluate_train(net, train_loader)", "val_loss")
    assert says_what_it_gets(row, claim, Role("split", 0))
    assert not says_what_it_gets(row, claim, Role("split", 2))


def test_a_loader_is_made_over_data_and_a_score_is_computed_on_it() -> None:
    row, claim = of("val_loader = DataLoader(train_set)", "val_loader")
    assert loads(row, claim, named(row, "train_set"))
    assert is_data(named(row, "train_set"))
    row, claim = of("val_loss = run(net, train_loader)", "val_loss")
    assert scores(row, claim, named(row, "train_loader"))
    row, claim = of("val_names = run(net, train_loader)", "val_names")
    assert not scores(row, claim, named(row, "train_loader"))


def test_a_ratio_of_both_sides_scales_and_one_statement_computes_both() -> None:
    assert is_scaled(*of("w = h * size[0] / size[1]", "w"))
    assert not is_scaled(*of("w = h * size[0]", "w"))
    assert is_twice(*of("new_w, new_h = int(w * r), int(w * r)", "new_h"))
    assert not is_twice(*of("new_w, new_h = int(w * r), int(h * r)", "new_h"))


def test_what_a_claim_about_an_argument_calls() -> None:
    assert called_by(*of("a.validate(model, train_loader)", "loader")) == "a.validate"
