from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlint.config import DEFAULT_EXCLUDE, ConfigError, Configurations, Layers, Pattern, Settings, inline, load, nearest
from mlint.config.patterns import Patterns
from mlint.config.read import FORMATS
from mlint.finding import Confidence
from mlint.report import formats

EVERYTHING = """
[tool.mlint]
select = ["ML3"]
ignore = ["ML303"]
extend-select = ["ALL"]
exclude = ["old"]
extend-exclude = ["new/*.py"]
force-exclude = true
respect-gitignore = false
output-format = "json"
min-confidence = "possible"
[tool.mlint.per-file-ignores]
"tests/*" = ["ML301"]
[tool.mlint.rules.unclipped-uint8-cast]
limit = 3
[tool.mlint.facts]
"my.to_u8" = { returns = "uint8" }
"""


def write(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(path)


def refused(folder: Path, text: str) -> str:
    path = write(folder / "mlint.toml", text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    message = str(caught.value)
    assert "\n" not in message
    return message.replace(path, "mlint.toml")


def test_every_key_is_read(tmp_path: Path) -> None:
    found = load(write(tmp_path / "pyproject.toml", EVERYTHING))
    assert found is not None
    assert found.select is not None
    assert found.select.values == ("ML3",)
    assert found.select.origin.endswith("pyproject.toml: select")
    layers = Layers((found,))
    assert (layers.min_confidence, layers.output_format) == (Confidence.POSSIBLE, "json")
    assert (layers.force_exclude, layers.respect_gitignore) == (True, False)
    assert [pattern.text for pattern in layers.exclude] == ["old", "new/*.py"]
    assert layers.per_file_ignores[0].pattern.matches(str(tmp_path / "tests" / "a.py"))
    assert layers.rules["unclipped-uint8-cast"]["limit"].value == 3
    assert layers.facts == {"my.to_u8": {"returns": "uint8"}}
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_file_of_its_own_has_the_same_keys_at_the_top(tmp_path: Path) -> None:
    found = load(write(tmp_path / "mlint.toml", EVERYTHING.replace("[tool.mlint]", "").replace("[tool.mlint.", "[")))
    assert found is not None
    assert found.min_confidence is Confidence.POSSIBLE


def test_without_settings_the_defaults_hold() -> None:
    layers = Layers((Settings(),))
    assert layers.min_confidence is Confidence.LIKELY
    assert tuple(pattern.text for pattern in layers.exclude) == DEFAULT_EXCLUDE
    assert layers.respect_gitignore
    assert not layers.force_exclude


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('selct = ["ML3"]', "mlint.toml: unknown key `selct`; did you mean `select`?"),
        ('min_confidence = "likely"', "mlint.toml: unknown key `min_confidence`; did you mean `min-confidence`?"),
        ("zzz = 1", "mlint.toml: unknown key `zzz`; there are select, ignore, extend-select, "),
        ("[mlint]\nselect = []", "mlint.toml: unknown key `mlint`; keys stand at the top of this file, not in [mlint]"),
        ('select = "ML3"', "mlint.toml: select: is 'ML3', must be a list of strings"),
        ("ignore = [1]", "mlint.toml: ignore: is [1], must be a list of strings"),
        (
            'min-confidence = "likly"',
            "mlint.toml: min-confidence: is 'likly', must be one of possible, likely, certain; did you mean `likely`?",
        ),
        ("force-exclude = 1", "mlint.toml: force-exclude: is 1, must be true or false"),
        ("per-file-ignores = 3", "mlint.toml: per-file-ignores: is 3, must be a table"),
        ('[per-file-ignores]\na = "ML1"', "mlint.toml: per-file-ignores: \"a\": is 'ML1', must be a list of strings"),
        ("[rules]\na = 1", "mlint.toml: rules: a: is 1, must be a table"),
        ('exclude = ["[z-a]"]', "mlint.toml: exclude: `[z-a]` is not a pattern: bad character range z-a at position 1"),
        ("select = [", "mlint.toml: is not valid TOML: "),
    ],
)
def test_what_means_nothing_is_an_error_that_names_the_nearest(tmp_path: Path, text: str, message: str) -> None:
    assert refused(tmp_path, text).startswith(message)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(str(tmp_path / "no.toml"))


def test_tool_mlint_must_be_a_table(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\[tool.mlint\]: is 1, must be a table"):
        load(write(tmp_path / "pyproject.toml", "tool.mlint = 1"))


def test_a_pyproject_that_does_not_speak_of_mlint_is_not_ours(tmp_path: Path) -> None:
    path = write(tmp_path / "pyproject.toml", "not toml at all [")
    assert load(path, optional=True) is None
    assert load(path) == Settings(origin=path)
    path = write(tmp_path / "pyproject.toml", '[project]\nname = "mlint"')
    assert load(path, optional=True) is None
    assert load(path) == Settings(origin=path)


def test_the_nearest_configuration_holds(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool.mlint]\nselect = ['ML1']")
    write(tmp_path / "a" / "pyproject.toml", "[project]\n")
    write(tmp_path / "a" / "b" / "pyproject.toml", "[tool.mlint]\nselect = ['ML2']")
    write(tmp_path / "a" / "b" / "mlint.toml", "select = ['ML3']")
    found = Configurations()
    selected = [found.of(str(folder)).select for folder in (tmp_path / "a", tmp_path / "a" / "b" / "c")]
    assert [each.values for each in selected if each] == [("ML1",), ("ML3",)]


def test_what_is_fixed_holds_everywhere(tmp_path: Path) -> None:
    write(tmp_path / "mlint.toml", "select = ['ML1']")
    assert Configurations(Settings()).of(str(tmp_path)) == Settings()


def test_inline_settings_are_one_more_layer(tmp_path: Path) -> None:
    layers = Layers((Settings(), inline('min-confidence = "certain"', str(tmp_path))))
    assert layers.min_confidence is Confidence.CERTAIN
    with pytest.raises(ConfigError, match="--config: unknown key `x`"):
        inline("x = 1", str(tmp_path))


def test_layers_add_excludes_and_replace_the_rest(tmp_path: Path) -> None:
    below, above = inline('extend-exclude = ["a"]\nexclude=["x"]', "."), inline('extend-exclude = ["b"]', ".")
    assert [pattern.text for pattern in Layers((below, above)).exclude] == ["x", "a", "b"]


def test_the_formats_are_those_that_can_be_written() -> None:
    assert tuple(formats.FORMATS) == FORMATS


def test_nearest_says_nothing_of_what_is_far() -> None:
    assert nearest("ml3O2", ["ML302", "ML401"]) == "; did you mean `ML302`?"
    assert nearest("quux", ["ML302"]) == ""


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("build", "/p/a/build", True),
        ("build/", "/p/build", True),
        ("build", "/p/a/rebuild", False),
        ("*_pb2.py", "/p/a/x_pb2.py", True),
        ("a/b.py", "/p/a/b.py", True),
        ("a/b.py", "/p/c/a/b.py", False),
        ("a/*.py", "/p/a/b/c.py", True),
        ("./a/b.py", "/p/a/b.py", True),
        ("**/c.py", "/p/c.py", True),
        ("a/**/c.py", "/p/a/c.py", True),
        ("a/**/c.py", "/p/a/x/y/c.py", True),
        ("{a,b*}.py", "/p/x/bc.py", True),
        ("?.py", "/p/ab.py", False),
        ("[!a].py", "/p/b.py", True),
        ("[a^&&b].py", "/p/&.py", True),
        ("[[]a.py", "/p/[a.py", True),
        ("[{]a.py", "/p/{a.py", True),
        ("/q/a.py", "/q/a.py", True),
        ("!a/*", "/p/a/b.py", False),
        ("!a/*", "/p/b/b.py", True),
        ("a.py", "/p/A.py", False),
        ("../x.py", "/x.py", True),
    ],
)
def test_patterns(glob: str, path: str, expected: bool) -> None:
    assert Pattern(glob, "/p").matches(path) is expected
    assert Patterns([Pattern(glob, "/p")]).match(path) is expected


def test_a_folder_with_odd_characters_is_itself() -> None:
    assert Pattern("a/*.py", "/p[1]{x}*").matches("/p[1]{x}*/a/b.py")
    assert not Pattern("a/*.py", "/p[1]").matches("/p1/a/b.py")


@given(st.text(max_size=20))
def test_any_text_is_a_pattern_or_refused(text: str) -> None:
    try:
        Pattern(text, "/p").matches("/p/a.py")
    except ValueError:
        assert "[" in text or "{" in text


@pytest.mark.parametrize("text", ["[a.py", "{a,b.py", "a[", "x/{y"])
def test_what_is_opened_is_closed(text: str) -> None:
    with pytest.raises(ValueError, match="is never closed; for the character itself write"):
        Pattern(text, "/p")


def test_a_table_of_pyproject_is_out_of_place_in_our_own_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"unknown key `tool`; keys stand at the top of this file"):
        load(write(tmp_path / "mlint.toml", "[tool.mlint]\nselect = []"))


def test_a_byte_order_mark_is_no_part_of_the_configuration(tmp_path: Path) -> None:
    found = load(write(tmp_path / "mlint.toml", "\ufeffforce-exclude = true"))
    assert found is not None
    assert found.force_exclude is True
