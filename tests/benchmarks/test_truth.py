"""The parts of the benchmark of truth that need neither packages nor a network."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from benchmarks.truth.alarms import Alarm
from benchmarks.truth.checking import Checker, Report
from benchmarks.truth.code import Edit
from benchmarks.truth.judgements import judged, place_of, wilson
from benchmarks.truth.kept import mutants_in
from benchmarks.truth.listing import misses, sample, unjudged
from benchmarks.truth.mutants import Mutant, chosen, limited, mutants_of
from benchmarks.truth.real import Bug, bugs, found_of
from benchmarks.truth.releases import PACKAGES, _unpack, half_of, pinned
from benchmarks.truth.seeded import Kept, Outcome, check, compared, is_at
from benchmarks.truth.seeds.seed import Seed
from benchmarks.truth.table import Measured, operator_table, real_table, table
from mlint.finding import Confidence

CODE = """\
import torch


def mean(batches):
    total = 0.0
    for batch in batches:
        total += batch.sum()
    return total / len(batches)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "means.py").write_text(CODE)
    return folder


def report(rule: str, line: int, sure: bool = True, message: str = "") -> Report:
    return Report(rule, line, Confidence.LIKELY if sure else Confidence.POSSIBLE, message)


# --- seeded bugs ----------------------------------------------------------------------------------------------------


def test_lines_move_with_the_edits_above_them() -> None:
    data = b"f(\n    a,\n    b,\n)\ng()\n"
    seed = Seed((Edit(0, 18, "f(a, b)"),), ((1, 4), (5, 5)))
    assert seed.applied(data) == b"f(a, b)\ng()\n"
    assert seed.moved_places(data)[1] == (2, 2)


def test_a_function_holds_one_mutant_and_they_are_the_same_each_time(root: Path) -> None:
    mutants = mutants_of("package", root)
    assert [each.operator for each in mutants] == ["add-to-assign"]
    assert mutants == mutants_of("package", root)


def test_mutants_are_taken_from_the_packages_in_turn() -> None:
    def mutant(package: str, number: int) -> Mutant:
        return Mutant(package, "a.py", f"f{number}", "drop-eval", "ML201", Seed((Edit(number, number, ""),), ()))

    packages = [name for name in ("aa", "ab", "ac", "ad", "ae") if half_of(name) == half_of("aa")]
    many = [mutant(packages[0], number) for number in range(9)] + [mutant(packages[1], 1)]
    assert {each.package for each in limited(many, 2)} == set(packages[:2])


def test_mutants_are_chosen_by_operator_rule_or_family(root: Path) -> None:
    mutants = mutants_of("package", root)
    assert mutants
    assert chosen(mutants, []) == chosen(mutants, ["ML3"]) == chosen(mutants, ["ML301", "ML201"]) == mutants
    assert chosen(mutants, ["ML2", "reverse-add"]) == []
    with pytest.raises(SystemExit, match="ML9"):
        chosen(mutants, ["ML9"])


def test_a_mutant_is_checked_and_kept(root: Path, tmp_path: Path) -> None:
    mutants = mutants_of("package", root)
    kept = tmp_path / "kept.jsonl"
    ((_, outcome),) = check(mutants, {"package": root}, Kept(kept))
    assert outcome == Outcome(default=True, possible=True)
    assert Kept(kept).outcomes == {mutants[0].key: outcome}


def test_what_was_reported_before_does_not_count() -> None:
    assert compared([report("ML301", 3)], [report("ML301", 3)]) == Outcome(False, False)
    assert compared([report("ML301", 3)], [report("ML301", 3, sure=False)]) == Outcome(True, True)
    assert compared([report("ML301", 3, sure=False)], []) == Outcome(False, True)


def test_a_report_counts_at_the_place_and_in_the_family() -> None:
    assert is_at(report("ML102", 4), "ML101", [(5, 6)])
    assert not is_at(report("ML102", 3), "ML101", [(5, 6)])
    assert not is_at(report("ML201", 5), "ML101", [(5, 6)])


def test_the_place_is_checked_as_the_whole_file_is(root: Path) -> None:
    (root / "means.py").write_text(CODE.replace("+=", "="))
    checker = Checker(root)
    assert checker.before("means.py", "ML3", [(7, 7)]) == checker.all_of("means.py") != []


# --- what people read -----------------------------------------------------------------------------------------------


def test_misses_of_the_held_out_half_are_refused(root: Path) -> None:
    packages = {half_of(name): name for name in ("aa", "ab", "ac", "ad", "ae")}
    (mutant,) = mutants_of(packages["held-out"], root)
    (shown,) = mutants_of(packages["tuning"], root)
    outcome = Outcome(default=False, possible=True)
    roots = dict.fromkeys(packages.values(), root)
    text = misses([(mutant, outcome), (shown, outcome)], roots, "all")
    assert text.count("[possible]") == 1
    assert "+        total = batch.sum()" in text
    assert packages["held-out"] not in text.replace(packages["tuning"], "")
    assert sample([mutant, shown], roots, 9).count("add-to-assign") == 1
    with pytest.raises(SystemExit, match="not shown"):
        misses([(mutant, outcome)], roots, packages["held-out"])


def test_findings_that_nobody_judged_are_listed() -> None:
    place = place_of("package", "a.py", "ML301", "x = 1")
    alarms = [Alarm(place, 3, True, "overwritten"), Alarm(place, 4, False, "perhaps")]
    assert unjudged(alarms, {}, "ML301") == "package a.py:3 ML301 overwritten"
    assert unjudged(alarms, {}, "ML302") == ""


# --- judgements -----------------------------------------------------------------------------------------------------


def test_a_finding_is_true_if_no_reader_says_otherwise(tmp_path: Path) -> None:
    def line(package: str, file: str, verdict: str, reader: int | None = None) -> str:
        said = {"package": package, "file": file, "rule": "ML301", "line_content": " x = 1", "verdict": verdict}
        return json.dumps(said if reader is None else {**said, "reader": reader})

    path = tmp_path / "judged.jsonl"
    lines = [
        line("a-b-1.0", "a-b-1.0/m.py", "true"),
        line("a_b-1.0", "m.py", "unclear", reader=2),
        line("a_b-1.0", "n.py", "true"),
    ]
    path.write_text("\n".join(lines))
    verdicts = judged(path)
    assert [each.is_true for each in verdicts.values()] == [False, True]
    assert [each.differ for each in verdicts.values()] == [True, False]


def test_a_package_may_have_the_name_of_its_folder() -> None:
    assert place_of("ab", "ab/m.py", "ML301", "x") == place_of("ab-1.0", "ab-1.0/ab/m.py", "ML301", " x")


def test_the_committed_judgements_are_readable() -> None:
    assert all(each.by_reader for each in judged().values())


def test_wilson() -> None:
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson(0, 5)[0] == 0


# --- releases and real bugs -----------------------------------------------------------------------------------------


def test_the_lists_of_packages_are_pinned_and_split() -> None:
    releases = [*pinned(), *pinned(PACKAGES.with_name("more_packages.txt"))]
    assert all(each.count("==") == 1 for each in releases)
    assert {half_of(each) for each in releases} == {"tuning", "held-out"}
    assert half_of("Scikit_Learn==1.0") == half_of("scikit-learn")


def test_archives_are_unpacked_and_not_run(tmp_path: Path) -> None:
    wheel, sdist = tmp_path / "a.whl", tmp_path / "a.tar.gz"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("a/__init__.py", "x = 1")
        archive.writestr("a/data.bin", "x")
    with tarfile.open(sdist, "w:gz") as tar:
        member = tarfile.TarInfo("a-1.0/setup.py")
        member.size = 1
        tar.addfile(member, io.BytesIO(b"x"))
    for archive_path in (wheel, sdist):
        _unpack(archive_path, tmp_path / archive_path.stem)
    files = sorted(each.relative_to(tmp_path).as_posix() for each in tmp_path.rglob("*.*") if each.suffix != ".gz")
    assert "a/a/__init__.py" in files
    assert "a.tar/a-1.0/setup.py" in files
    assert not any(each.endswith(".bin") for each in files)


def test_real_bugs_are_hit_by_the_right_rule_near_the_line(tmp_path: Path) -> None:
    path = tmp_path / "bugs.jsonl"
    source = {"pypi": "package==1.0", "file": "a.py"}
    record = {"id": "one", "kind": "C", "confidence": "high", "source": source, "lines": [5, 6]}
    path.write_text("\n".join(json.dumps({**record, "kind": kind}) for kind in "CG"))
    (bug,) = bugs(path)
    assert bug == Bug("one", "C", "high", "package==1.0", "a.py", (5, 6))
    found = found_of(bug, [report("ML301", 7, sure=False), report("ML302", 5), report("ML101", 40)], 100)
    assert (found.default, found.possible, len(found.elsewhere)) == (False, True, 2)


def test_the_tables() -> None:
    tuning = next(name for name in ("aa", "ab", "ac") if half_of(name) == "tuning")
    mutant = Mutant(tuning, "a.py", "f", "add-to-assign", "ML301", Seed((), ()))
    place = place_of("package", "a.py", "ML301", "x = 1")
    bug = Bug("one", "C", "high", "package==1.0", "a.py", (5, 6))
    measured = Measured(
        seeded=[(mutant, Outcome(False, True))],
        real=[found_of(bug, [report("ML301", 5)], 10)],
        alarms=[Alarm(place, 3, True, "")],
        judged={},
        lines=20_000,
    )
    row = next(line for line in table(measured).split("\n") if line.startswith("| C: ML301"))
    assert row == ("| C: ML301 | 0/1 (0 %) | 1/1 (100 %) | - | - | 1/1 (100 %) | 1/1 (100 %) | 1 | 0 | - | - | 0.50 |")
    assert "| ML301 | add-to-assign | 0/1 (0 %) | 1/1 (100 %) | - | - |" in operator_table(measured.seeded)
    assert "| C | high | 1/1 (100 %) | 1/1 (100 %) |" in real_table(measured.real)


def test_mutants_are_kept(root: Path, tmp_path: Path) -> None:
    found = list(mutants_in({"package": root}, tmp_path))
    assert found == mutants_of("package", root)
    (root / "means.py").unlink()
    assert list(mutants_in({"package": root}, tmp_path)) == found
