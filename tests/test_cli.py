from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mlint import __version__
from mlint.cli import main
from mlint.cli.parser import FORMATS
from mlint.config.read import FORMATS as CONFIGURED
from mlint.tool import rules
from tests.toy import RULES

ROOT = Path(__file__).parent.parent
CLEAN = "import torch\n"
BUGGY = "import torch\nbad = 1\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(rules, "load", lambda: RULES)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    return tmp_path


class Output:
    """What a call printed, and its exit code."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        return code, *self._capsys.readouterr()


@pytest.fixture
def mlint(capsys: pytest.CaptureFixture[str]) -> Output:
    return Output(capsys)


# --- mlint check ----------------------------------------------------------------------------------------------------


def test_clean_findings_and_problems_have_their_exit_codes(mlint: Output, folder: Path) -> None:
    (folder / "a.py").write_text(CLEAN)
    code, out, err = mlint("check")
    assert (code, out) == (0, "")
    assert err == "no findings; 1 file checked, 0 without anything to check\n"
    (folder / "b.py").write_text(BUGGY)
    code, out, err = mlint("check")
    assert code == 1
    assert out == "b.py:2:1: XY101 `bad` is a bad word\n"
    assert err == "1 finding in 1 file; 2 files checked, 0 without anything to check\n"
    assert mlint("check", "--exit-zero")[0] == 0
    code, out, err = mlint("check", "b.py", "nope.py", "-e")
    assert code == 2
    assert "nope.py:1:1: ML000 no such file or folder" in out
    assert "1 could not be checked" in err


def test_quiet_says_nothing_but_the_findings(mlint: Output, folder: Path) -> None:
    (folder / "a.py").write_text(BUGGY)
    assert mlint("check", "-q")[1:] == ("a.py:2:1: XY101 `bad` is a bad word\n", "")


def test_nothing_found_to_check_is_said(mlint: Output) -> None:
    code, _, err = mlint("check")
    assert code == 0
    assert "mlint: warning: no Python files were found under the given paths" in err


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ((), ["XY101"]),
        (("--select", "XY103"), ["XY103"]),
        (("--select", "XY1", "--ignore", "bad-word"), ["XY103"]),
        (("--select", "XY101,XY103"), ["XY103", "XY101"]),
        (("--select", "XY101", "--select", "odd-word"), ["XY103", "XY101"]),
        (("--extend-select", "XY103"), ["XY103", "XY101"]),
        (("--ignore", "XY"), []),
        (("--per-file-ignores", "*.py:XY101"), []),
        (("--per-file-ignores", "b.py:XY101,XY103", "--extend-select=ALL"), ["XY103", "XY101"]),
        (("--min-confidence", "possible"), ["XY101", "XY102"]),
        (("--min-confidence", "certain"), []),
        (("--exclude", "a.py"), []),
        (("--extend-exclude", "*.py"), []),
        (("--exclude", "{a,b}.py"), []),
        (("--per-file-ignores", "{b,a}.py:XY101,XY103,c.py:XY102"), []),
        (("--config", "select = ['XY103']"), ["XY103"]),
        (("--config", "select = ['XY103']", "--isolated"), ["XY103"]),
        (("--config", "other.toml"), ["XY103", "XY101"]),
        (("--config", "other.toml", "--config", "ignore = ['XY101']"), ["XY103"]),
        (("--jobs", "2", "--no-cache"), ["XY101"]),
        (("a.py", "--extend-exclude", "a.py"), ["XY101"]),
        (("a.py", "--extend-exclude", "a.py", "--force-exclude"), []),
    ],
)
def test_options_choose(mlint: Output, folder: Path, options: tuple[str, ...], codes: list[str]) -> None:
    (folder / "a.py").write_text("import torch\nodd = bad = doubtful = 1\n")
    (folder / "other.toml").write_text('extend-select = ["XY103"]')
    _, out, _ = mlint("check", *options, "--output-format", "json")
    assert [each["code"] for each in json.loads(out)] == codes


def test_gitignored_files_can_be_checked_too(mlint: Output, folder: Path) -> None:
    (folder / "a.py").write_text(BUGGY)
    (folder / ".gitignore").write_text("a.py")
    assert mlint("check")[0] == 0
    assert mlint("check", "--no-respect-gitignore")[0] == 1


def test_the_configuration_chooses_the_format_and_options_come_first(mlint: Output, folder: Path) -> None:
    (folder / "a.py").write_text(BUGGY)
    (folder / "mlint.toml").write_text('output-format = "json"')
    assert json.loads(mlint("check")[1])[0]["code"] == "XY101"
    assert mlint("check", "--output-format", "concise")[1].startswith("a.py:2:1:")
    assert mlint("check", "--isolated")[1].startswith("a.py:2:1:")


def test_output_goes_to_a_file(mlint: Output, folder: Path) -> None:
    (folder / "a.py").write_text(BUGGY)
    code, out, err = mlint("check", "--output-format", "sarif", "-o", "out.sarif")
    assert (code, out) == (1, "")
    assert "1 finding" in err
    assert json.loads((folder / "out.sarif").read_text())["version"] == "2.1.0"
    assert mlint("check", "-o", os.devnull)[0] == 1
    assert mlint("check", "-o", "made/for/it.txt")[0] == 1
    assert (folder / "made/for/it.txt").read_text() == "a.py:2:1: XY101 `bad` is a bad word\n"
    code, _, err = mlint("check", "-o", "a.py/out.txt")
    assert code == 2
    assert err.startswith("mlint: --output-file a.py/out.txt: cannot be written: ")


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="there are no such devices here")
def test_an_output_file_that_is_standard_output_is_not_replaced(folder: Path) -> None:
    (folder / "a.py").write_text(CLEAN)
    program = "import sys; from mlint import cli; cli.main(['check', '-o', '/dev/stdout', '--output-format', 'json'])"
    with open(folder / "log", "w") as log:
        log.write("before\n")
        log.flush()
        subprocess.run([sys.executable, "-c", program], stdout=log, check=True)
        log.seek(0, os.SEEK_END)
        log.write("after\n")
    assert (folder / "log").read_text().split() == ["before", "[]", "after"]


def test_statistics_count(mlint: Output, folder: Path) -> None:
    (folder / "a.py").write_text(BUGGY * 2)
    assert mlint("check", "--statistics")[1].split()[-3:] == ["2", "XY101", "bad-word"]
    counted = json.loads(mlint("check", "--statistics", "--output-format", "json")[1])
    assert counted == [{"count": 2, "code": "XY101", "name": "bad-word"}]
    lines = mlint("check", "--statistics", "--output-format", "json-lines")[1]
    assert lines == '{"count": 2, "code": "XY101", "name": "bad-word"}\n'


def test_standard_input_is_read(mlint: Output, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def feed(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    feed(BUGGY)
    assert mlint("check", "-")[1] == "-:2:1: XY101 `bad` is a bad word\n"
    feed(BUGGY)
    assert mlint("check", "-", "--stdin-filename", "sub/x.py")[1] == "sub/x.py:2:1: XY101 `bad` is a bad word\n"
    feed(BUGGY)
    assert mlint("check", "-", "--stdin-filename", "x.py", "--per-file-ignores", "x.py:XY101")[0] == 0
    feed(BUGGY)
    assert mlint("check", "--stdin-filename", "x.py")[1] == "x.py:2:1: XY101 `bad` is a bad word\n"
    feed("{}")
    assert mlint("check", "-", "--stdin-filename", "x.ipynb")[1].startswith("x.ipynb:1:1: ML000 is a notebook")
    monkeypatch.setattr(sys, "stdin", None)
    assert mlint("check", "-") == (2, "", "mlint: standard input is closed\n")


# --- calls that mean nothing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (["chekc"], "no command is called `chekc`; did you mean `check`?"),
        (
            ["zzzzzz"],
            "no command is called `zzzzzz`; there are check, rules, explain, reveal, confirm, scan, new, clean",
        ),
        (["pyproject.toml"], "no command is called `pyproject.toml`; did you mean `mlint check pyproject.toml`?"),
        (["check", "--selct", "XY101"], "`mlint check` has no option `--selct`; did you mean `--select`?"),
        (["check", "--selct=XY101"], "`mlint check` has no option `--selct`; did you mean `--select`?"),
        (["check", "--sel", "XY101"], "`mlint check` has no option `--sel`; did you mean `--select`?"),
        (["--verison"], "`mlint` has no option `--verison`; did you mean `--version`?"),
        (["check", "--output-format", "jsn"], "`jsn` is not one of full, concise, json"),
        (["check", "--min-confidence", "likly"], "did you mean `likely`?"),
        (["check", "--select"], "argument --select: expected one argument"),
        (["check", "--jobs", "0"], "`0` is neither a number above 0 nor auto"),
        (["check", "--select", "XY110"], "--select: no rule is called `XY110`; did you mean `XY10"),
        (["check", "--select", "ML000x"], "--select: no rule is called `ML000x`; did you mean `ML00"),
        (["check", "--per-file-ignores", "XY101"], "--per-file-ignores: `XY101` is no pattern and rules; write it"),
        (["check", "--select", ","], "--select: names no rule (see `mlint rules`)"),
        (["check", "--ignore", ""], "--ignore: names no rule (see `mlint rules`)"),
        (["check", "--per-file-ignores", "a.py:"], "--per-file-ignores: `a.py:` names no rule; write it as in"),
        (["check", "-", "a.py"], "`-` is standard input: it can't be checked together with other paths"),
        (["check", "a.py", "--stdin-filename", "b.py"], "--stdin-filename names standard input: it can't be checked"),
        (["check", "--statistics", "--output-format", "sarif"], "--statistics: is shown as full, concise, json, json-"),
        (["check", "-x"], "`mlint check` has no option `-x` (see `mlint check --help`)"),
        (["check", "--config", "select = XY1"], "write it as in --config 'select = [\"ML3\"]'"),
        (["check", "--exclude", "[a"], "--exclude: `[a` is not a pattern: `[` is never closed"),
        (["check", "--exclude", "[z-a]"], "--exclude: `[z-a]` is not a pattern"),
        (["check", "--config", "nope.toml"], "nope.toml: cannot be read: No such file or directory"),
        (["check", "--config", "selct = 1"], "--config: unknown key `selct`; did you mean `select`?"),
        (["check", "--isolated", "--config", "pyproject.toml"], "one configuration file at most"),
        (["rules", "more"], "one argument too many: `more`"),
        (["explain", "XY110"], "no rule is called `XY110`; did you mean `XY10"),
        (["reveal", "a.py"], "`a.py` is no place; write a file, a colon and a line, like train.py:41"),
        (["reveal", "a.py:1"], "a.py: no such file"),
        (["reveal", "a.py:1:"], "`a.py:1:` is no place"),
        (["reveal", "a.ipynb:1"], "a.ipynb: is a notebook, and notebooks are not read yet"),
        (["reveal", "pyproject.toml:7"], "pyproject.toml has no line 7"),
        (["new", "no-family"], "`no-family` is no family/name"),
        (["clean", "nope"], "nope: no such file or folder"),
    ],
)
def test_a_call_that_means_nothing_is_one_line(mlint: Output, folder: Path, call: list[str], message: str) -> None:
    (folder / "pyproject.toml").write_text("")
    code, out, err = mlint(*call)
    assert (code, out) == (2, "")
    assert err.startswith("mlint: ")
    assert err.count("\n") == 1
    assert message in err


def test_a_configuration_that_means_nothing_is_one_line(mlint: Output, folder: Path) -> None:
    (folder / "a.py").write_text(CLEAN)
    (folder / "mlint.toml").write_text("selct = []")
    code, _, err = mlint("check")
    assert code == 2
    assert err == f"mlint: {folder / 'mlint.toml'}: unknown key `selct`; did you mean `select`?\n"


# --- the other commands ---------------------------------------------------------------------------------------------


def test_help_and_version(mlint: Output) -> None:
    assert mlint("--version") == (0, f"mlint {__version__}\n", "")
    for call in ([], ["check"], ["rules"], ["explain"], ["reveal"], ["new"], ["clean"]):
        code, out, _ = mlint(*call, "--help")
        assert code == 0
        assert out.startswith("usage: mlint")
    code, out, _ = mlint()
    assert (code, out.startswith("usage: mlint")) == (2, True)


def test_rules_are_listed(mlint: Output) -> None:
    assert "XY103  odd-word" in mlint("rules")[1]
    listed = json.loads(mlint("rules", "--output-format", "json")[1])
    assert [each["code"] for each in listed][:4] == ["ML000", "ML001", "ML002", "XY101"]


@pytest.mark.parametrize("name", ["ML001", "ml001", "unused-suppression"])
def test_pages_are_shown(mlint: Output, name: str) -> None:
    code, out, _ = mlint("explain", name)
    assert code == 0
    assert "unused-suppression" in out.split("\n")[0]


def test_values_are_revealed(mlint: Output, folder: Path) -> None:
    (folder / "a.py").write_text("x = 1 + 2\nbad = x\n")
    code, out, _ = mlint("reveal", "a.py:1")
    assert code == 0
    assert out.startswith("a.py:1  x = 1 + 2\n")
    assert "reported (likely): `bad` is a bad word" in mlint("reveal", "a.py:2")[1]
    assert mlint("reveal", "a.py:2:1")[1] == mlint("reveal", "a.py:2")[1]
    (folder / "a.py").write_text("x = 1\ny = (\n")
    assert mlint("reveal", "a.py:1")[2].startswith("mlint: a.py:2: syntax error: ")


def test_a_rule_that_fails_is_revealed_among_the_others(mlint: Output, folder: Path) -> None:
    (folder / "a.py").write_text("def explode():\n    bad = 1\n")
    code, out, _ = mlint("reveal", "a.py:2")
    assert code == 0
    assert "reported (likely): `bad` is a bad word" in out
    assert re.search(r"XY104 failing-rule  failed: \w+: ", out)


def test_what_is_revealed_follows_the_configuration(mlint: Output, folder: Path) -> None:
    (folder / "a.py").write_text("import own\nx = own.load(); bad = worse = 1\n")
    settings = 'min-confidence = "certain"\n[rules.bad-word]\nword = "worse"\n[facts."own.load"]\ndtype = "uint8"\n'
    (folder / "mlint.toml").write_text(settings)
    shown = mlint("reveal", "a.py:2")[1]
    assert "own.load()  uint8" in shown
    assert "reported (likely, not shown: below certain): `worse` is a bad word" in shown
    (folder / "mlint.toml").write_text('ignore = ["bad-word"]\n')
    assert "not shown: the rule is ignored by `bad-word`" in mlint("reveal", "a.py:2")[1]


@pytest.mark.parametrize("call", [("check",), ("reveal", "a.py:1")])
def test_facts_that_mean_nothing_are_one_line(mlint: Output, folder: Path, call: tuple[str, ...]) -> None:
    (folder / "a.py").write_text("import torch\n")
    (folder / "mlint.toml").write_text('[facts."own.load"]\nkinde = "array"\n')
    code, _, err = mlint(*call)
    assert code == 2
    assert err.endswith("mlint.toml: facts about `own.load`: unknown key `kinde`; did you mean `kind`?\n")


def test_the_cache_is_removed(mlint: Output, folder: Path) -> None:
    (folder / "a.py").write_text(CLEAN)
    assert mlint("check")[0] == 0
    assert mlint("clean")[1] == f"removed {folder / '.mlint_cache'}\n"
    assert mlint("clean")[1] == f"there is no cache in {folder}\n"


def test_the_formats_are_the_same_everywhere() -> None:
    assert FORMATS == CONFIGURED


# --- as a process ---------------------------------------------------------------------------------------------------


def process(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)


HEAVY = {"libcst", "torch", "rich", "mlint.run", "mlint.facts", "mlint.subjects", "mlint.config"}


def loaded(program: str) -> set[str]:
    done = process("-c", f"import sys\n{program}\nprint('|', *sys.modules)")
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("|")[2].split())


def test_the_start_is_light() -> None:
    assert not loaded("import mlint.cli") & HEAVY
    assert not loaded("from mlint.cli import main; main(['--version'])") & HEAVY


def test_a_run_in_which_nothing_has_changed_is_light(folder: Path) -> None:
    (folder / "a.py").write_text("import numpy as np\nx = np.zeros(3)\n")
    check = "from mlint import cli, pack; pack.load = {}; assert cli.main(['check']) == 0"
    first = loaded(f"sys.path.insert(0, {str(ROOT)!r}); from tests.toy import RULES; {check.format('lambda: RULES')}")
    assert "mlint.subjects" in first
    assert "libcst" not in first
    again = loaded(check.format("None"))
    assert not again & {"rich", "mlint.subjects", "mlint_rules"}


def test_an_output_that_is_closed_is_no_error(folder: Path) -> None:
    (folder / "a.py").write_text("import torch\nx = (\n")
    program = "import sys; sys.stdout = sys.stderr = None; from mlint import cli; sys.exit(cli.main(['check']))"
    done = process("-c", program)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    (folder / "a.py").write_text(CLEAN)
    program = "import sys; from mlint import cli, pack; pack.load = lambda: (); sys.exit(cli.main(['rules']))"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", program], stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert done.stderr == ""


def test_an_interrupt_is_one_line(mlint: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mlint.cli.check.run", interrupted)
    assert mlint("check") == (130, "", "mlint: interrupted\n")
