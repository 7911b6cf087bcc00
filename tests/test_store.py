from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlint import __version__
from mlint.check import Checked
from mlint.finding import Confidence, Finding, Problem, Related, Span
from mlint.store import FOLDER, Store, clean, decoded, digest, encoded, tool_digest, write_whole

TEXT = st.text(max_size=8)
SPAN = st.builds(Span, *[st.integers(1, 99)] * 4)
CHECKED = st.builds(
    Checked,
    st.lists(
        st.builds(
            Finding,
            code=TEXT,
            name=TEXT,
            message=TEXT,
            path=st.just("a.py"),
            span=SPAN,
            confidence=st.sampled_from(Confidence),
            advice=TEXT,
            related=st.lists(st.builds(Related, TEXT, st.sampled_from(["a.py", "/p/b.py"]), SPAN), max_size=2).map(
                tuple
            ),
        ),
        max_size=2,
    ).map(tuple),
    st.lists(st.builds(Problem, st.just("a.py"), TEXT, st.none() | st.integers(1, 9), st.none()), max_size=2).map(
        tuple
    ),
    st.dictionaries(st.integers(1, 9), st.integers(1, 9), max_size=2),
)


@given(CHECKED)
def test_what_is_kept_comes_back(tmp_path_factory: pytest.TempPathFactory, checked: Checked) -> None:
    store = Store(str(tmp_path_factory.mktemp("project")))
    assert store.load("a.json") == {}
    store.save("a.json", encoded(checked, "a.py"))
    assert decoded(store.load("a.json"), "a.py") == checked
    assert {each.path for each in decoded(store.load("a.json"), "b.py").findings} <= {"b.py"}


def test_the_borders_of_parts_count() -> None:
    assert digest("ab", "c") != digest("a", "bc") != digest("abc")
    assert digest("\udcff") != digest("?")


def test_a_file_is_looked_at_again_when_it_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    looks: list[str] = []

    def look() -> list[object]:
        looks.append(path.read_text())
        return [path.read_text()]

    def noted(store: Store) -> str:
        (found,) = store.note(str(path), look)
        store.close()
        return str(found)

    path.write_text("one")
    assert noted(Store(str(tmp_path))) == noted(Store(str(tmp_path))) == "one"
    assert len(looks) == 2  # it is so new that it might change once more within the same instant
    os.utime(path, ns=(0, 0))
    assert noted(Store(str(tmp_path))) == noted(Store(str(tmp_path))) == "one"
    assert len(looks) == 3
    path.write_text("more")
    assert noted(Store(str(tmp_path))) == "more"


def test_the_tool_is_what_findings_are_made_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(str(tmp_path))
    before = tool_digest(store)
    assert tool_digest(Store(str(tmp_path))) == before
    monkeypatch.setattr("mlint.store.__version__", "9.9")
    assert tool_digest(store) != before


def test_writing_replaces_a_file_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.txt"
    path.write_text("old")
    path.chmod(0o640)
    write_whole(str(path), "new\r\n\u00e9")
    assert path.read_bytes() == "new\r\n\u00e9".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(str(path), "newer")
    assert path.read_text() == "new\n\u00e9"
    assert os.listdir(tmp_path) == ["out.txt"]


def test_cleaning_removes_the_cache_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("")
    assert not clean(str(tmp_path))
    Store(str(tmp_path)).save("a.json", {})
    assert clean(str(tmp_path))
    assert os.listdir(tmp_path) == ["a.py"]


def test_what_was_not_used_for_the_longest_time_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlint.store._MOST_BYTES", 4000)
    store = Store(str(tmp_path))
    for number in range(5):
        store.save(f"{number}.json", "x" * 1000)
        entry = tmp_path / FOLDER / __version__ / f"{number}.json"
        os.utime(entry, (1000 + number, 1000 + number))
    assert store.load("0.json") == "x" * 1000  # that is a use
    store.close()
    assert [number for number in range(5) if store.load(f"{number}.json")] == [0, 3, 4]
    assert (tmp_path / FOLDER / "CACHEDIR.TAG").exists()


def test_what_an_ended_process_left_half_written_goes(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    store.save("a.json", 1)
    forsaken, new = (tmp_path / FOLDER / __version__ / name for name in (".b.json.x1", ".b.json.x2"))
    for path in (forsaken, new):
        path.write_text("[")
    os.utime(forsaken, (0, 0))
    store.close()
    assert (forsaken.exists(), new.exists(), store.load("a.json")) == (False, True, 1)


def test_a_full_disk_is_one_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    store = Store(str(tmp_path))
    store.save("a.json", 1)
    assert store.warning == f"nothing is cached: {tmp_path / FOLDER} cannot be written: No space left on device"
    store.save("b.json", 1)
    store.close()
    assert store.load("a.json") == {}
