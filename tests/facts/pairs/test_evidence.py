"""The tables of evidence: each kind has a name of its own, and what no kind holds is possible."""

from __future__ import annotations

import pytest

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.labels.mixup import Mixup
from mlint.finding import Confidence
from mlint.subjects.pairs import evidence, label_evidence


@pytest.mark.parametrize("table", [evidence.TABLE, label_evidence.TABLE])
def test_names_are_of_one_kind_each(table: list[evidence.Evidence] | list[label_evidence.LabelEvidence]) -> None:
    names = [row.name for row in table]
    assert len(names) == len(set(names))
    assert table[-1].confidence is Confidence.POSSIBLE


def test_every_finder_of_siblings_stands_in_the_table() -> None:
    of_labels = {
        Kind.DROPPED,
        Kind.DROPPED_FUNCTION,
        Kind.SPELLED,
        Kind.OWN_KEYWORD,
        Kind.IDLE,
        Kind.IDLE_ATTRIBUTE,
        Kind.ODD_ONE,
    }
    assert set(evidence.FINDERS) == set(Kind) - of_labels - {Kind.COMPARED}
    assert {kind.value for kind in of_labels} <= {row.name for row in label_evidence.TABLE}


def test_what_has_nothing_seen_beside_it_is_possible() -> None:
    assert all(row.confidence is not Confidence.POSSIBLE for row in evidence.TABLE if row.beside is not None)
    assert all(row.confidence is not Confidence.POSSIBLE for row in label_evidence.TABLE if row.beside is not None)
    assert set(evidence.BESIDE) < {kind for kind, told in evidence.FINDERS.items() if told is Confidence.LIKELY}


def test_what_the_evidence_does_not_ask_for_stays_a_fact() -> None:
    assert {"kind", "unread", "partners"} <= set(Slip.__dataclass_fields__) & set(Mixup.__dataclass_fields__)
