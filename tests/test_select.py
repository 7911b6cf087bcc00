from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlint.config import ConfigError, Layers, Settings, inline
from mlint.finding import Confidence
from mlint.rule import RULE_ATTRIBUTE, Reports, Rule, rule
from mlint.select import ActiveRule, choices, select


class Thing:
    """A subject."""


def made(code: str, name: str, *, default: bool = True) -> Rule:
    @rule(code, name, "message", default=default)
    def check(
        thing: Thing,
        *,
        limit: int = 3,
        share: float = 0.5,
        strict: bool = False,
        names: tuple[str, ...] = ("a",),
        table: dict[str, int] = {},  # noqa: B006
        free: str | None = None,
        level: Confidence = Confidence.LIKELY,
    ) -> Reports:
        """Summary."""
        yield from ()

    found = getattr(check, RULE_ATTRIBUTE)
    assert isinstance(found, Rule)
    return found


RULES = (
    made("ML201", "missing-eval"),
    made("ML206", "eval-without-no-grad", default=False),
    made("ML301", "overwritten-accumulator"),
    made("ML302", "unclipped-uint8-cast"),
)
ALL_CODES = ["ML201", "ML206", "ML301", "ML302"]


def layer(**lists: list[str]) -> Settings:
    return inline("\n".join(f"{name.replace('_', '-')} = {value}" for name, value in lists.items()), "/p")


def codes(*layers: Settings, path: str = "/p/a.py") -> list[str]:
    return [active.rule.code for active in select(RULES, Layers(layers), path)]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Settings(), ["ML201", "ML301", "ML302"]),
        (layer(select=["ML3"]), ["ML301", "ML302"]),
        (layer(select=["ML206"]), ["ML206"]),
        (layer(select=["eval-without-no-grad"]), ["ML206"]),
        (layer(select=["ALL"]), ALL_CODES),
        (layer(select=["ML"]), ALL_CODES),
        (layer(extend_select=["ML206"]), ALL_CODES),
        (layer(select=[]), []),
        (layer(ignore=["ML3"]), ["ML201"]),
        (layer(ignore=["unclipped-uint8-cast"]), ["ML201", "ML301"]),
        (layer(select=["ML302"], ignore=["ML3"]), ["ML302"]),
        (layer(select=["ML3"], ignore=["ML302"]), ["ML301"]),
        (layer(select=["ML3"], ignore=["ML3"]), []),
        (layer(select=["ML30"], ignore=["ALL", "ML3"]), ["ML301", "ML302"]),
        (layer(select=["ML302"], extend_select=["ML2"], ignore=["ALL"]), ["ML201", "ML206", "ML302"]),
    ],
)
def test_the_more_specific_selector_wins(settings: Settings, expected: list[str]) -> None:
    assert codes(settings) == expected


def test_a_layer_with_select_starts_afresh() -> None:
    below = layer(select=["ML2"], ignore=["ML302"])
    assert codes(below, layer(select=["ML3"])) == ["ML301", "ML302"]
    assert codes(below, layer(extend_select=["ML301"])) == ["ML201", "ML206", "ML301"]
    assert codes(below, layer(ignore=["ALL"])) == []


def test_files_can_have_rules_of_their_own() -> None:
    settings = inline('[per-file-ignores]\n"tests/*" = ["ML3"]\n"!src/*" = ["missing-eval"]', "/p")
    assert codes(settings, path="/p/tests/a.py") == []
    assert codes(settings, path="/p/src/a.py") == ["ML201", "ML301", "ML302"]


def test_a_choice_says_why() -> None:
    found = choices(RULES, Layers((Settings(), layer(select=["ML3"], ignore=["ML302"]))))
    assert {code: (each.on, each.reason) for code, each in found.items()} == {
        "ML201": (False, "not selected (--config: select)"),
        "ML206": (False, "not selected (--config: select)"),
        "ML301": (True, "selected by `ML3` (--config: select)"),
        "ML302": (False, "ignored by `ML302` (--config: ignore)"),
    }
    assert choices(RULES, Layers(()))["ML206"].reason == "off by default"


@pytest.mark.parametrize(
    ("selector", "hint"),
    [
        ("ML30x", "; did you mean `ML30"),
        ("ml302", "; did you mean `ML302`?"),
        ("all", "; did you mean `ALL`?"),
        ("unclipped_uint8_cast", "; did you mean `unclipped-uint8-cast`?"),
        ("ML399", "; did you mean `ML30"),
        ("ML2x", "; did you mean `ML20"),
        ("ML999", "; `mlint rules` lists them"),
        ("ML9", "; `mlint rules` lists them"),
        ("quux", "; `mlint rules` lists them"),
        ("", "; `mlint rules` lists them"),
    ],
)
@pytest.mark.parametrize("key", ["select", "ignore", "extend-select"])
def test_an_unknown_selector_names_the_nearest(key: str, selector: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        codes(inline(f'{key} = ["{selector}"]', "/p"))
    assert str(caught.value).startswith(f"--config: {key}: no rule is called `{selector}`{hint}")


def test_an_unknown_selector_for_other_files_is_an_error_too() -> None:
    with pytest.raises(ConfigError, match="per-file-ignores"):
        codes(inline('[per-file-ignores]\n"x.py" = ["ML999"]', "/p"))


# --- options --------------------------------------------------------------------------------------------------------


def options(text: str, rule_name: str = "missing-eval") -> object:
    active = select(RULES, Layers((inline(f"[rules.{rule_name}]\n{text}", "/p"),)), "/p/a.py")
    return next(each.options for each in active if each.rule.name == "missing-eval")


def test_options_have_the_type_of_their_default() -> None:
    text = 'limit = 5\nshare = 1\nstrict = true\nnames = ["x", "y"]\ntable = {a = 1}\nfree = "z"'
    found = {"limit": 5, "share": 1.0, "strict": True, "names": ("x", "y"), "table": {"a": 1}, "free": "z"}
    assert options(text) == found
    assert options("") == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('limit = "5"', "--config: rules.missing-eval.limit: is '5', must be a whole number"),
        ("limit = true", "--config: rules.missing-eval.limit: is True, must be a whole number"),
        ("limit = 1.5", "--config: rules.missing-eval.limit: is 1.5, must be a whole number"),
        ("share = 'a'", "--config: rules.missing-eval.share: is 'a', must be a number"),
        ("strict = 1", "--config: rules.missing-eval.strict: is 1, must be true or false"),
        ("names = 'a'", "--config: rules.missing-eval.names: is 'a', must be a list"),
        ("names = [1]", "--config: rules.missing-eval.names: is [1], must be a string"),
        ("table = 1", "--config: rules.missing-eval.table: is 1, must be a table"),
        ("limits = 1", "--config: rules.missing-eval: unknown option `limits`; did you mean `limit`?"),
        ("zzz = 1", "--config: rules.missing-eval: unknown option `zzz`; the rule has `limit`, `share`"),
    ],
)
def test_an_option_that_means_nothing_is_an_error(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        options(text)
    assert str(caught.value).startswith(message)


def test_options_of_an_unknown_rule_are_an_error() -> None:
    with pytest.raises(ConfigError, match=r"rules.missing-evil: no rule .* did you mean `missing-eval`\?"):
        options("a = 1", "missing-evil")
    with pytest.raises(ConfigError, match=r"rules.missing-evil: no rule"):
        options("", "missing-evil")
    with pytest.raises(ConfigError, match=r"options are set by the name of a rule: write `rules.missing-eval`"):
        options("a = 1", "ML201")


SELECTORS = st.lists(st.sampled_from(["ALL", "ML", "ML2", "ML3", "ML20", *ALL_CODES, "missing-eval"]), max_size=4)


@given(SELECTORS, SELECTORS, SELECTORS)
def test_an_exact_code_decides_over_everything(chosen: list[str], more: list[str], ignored: list[str]) -> None:
    found = codes(layer(select=chosen, extend_select=more, ignore=ignored))
    for code in ALL_CODES:
        if code in ignored:
            assert code not in found
        elif code in chosen + more:
            assert code in found or (code == "ML201" and "missing-eval" in ignored)


def test_an_active_rule_has_its_defaults() -> None:
    assert ActiveRule(RULES[0]).options == {}
