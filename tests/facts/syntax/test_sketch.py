from __future__ import annotations

import textwrap

import pytest

from mlint.facts.syntax.sketch import Sketch
from mlint.facts.syntax.syntax import Syntax
from mlint.facts.syntax.tree import Tree


def sketch(text: str) -> Sketch:
    return Sketch.of(Tree(textwrap.dedent(text).lstrip("\n")))


@pytest.mark.parametrize(
    "body",
    [
        "return a, b",
        "return (a, b) if a else a",
        "out = a, b\n    return out",
        "if a:\n        return a\n    return None",
        "if a:\n        return a",
        "for x in a:\n        return x",
        "if a:\n        return f(a)\n    return a",
        "return a.max(1) if b else a",
        "out = []\n    for x in a:\n        out.append(x)\n    return tuple(out)",
        "if a:\n        return {'loss': b}\n    return b",
        "out = OrderedDict(a=a)\n    if b:\n        return out\n    return a",
    ],
)
def test_several_values_or_several_ends(body: str) -> None:
    assert sketch(f"def forward(a, b):\n    {body}\n").ways_out.may_be_several


@pytest.mark.parametrize(
    "body",
    [
        "return a[:, 0]",
        "a, b = b, a\n    return a",
        "with a:\n        return b",
        "if a:\n        raise b\n    return a",
        "if a:\n        a = b\n    else:\n        a = -b\n    return f(a, b)",
        "if a:\n        return torch.relu(b)\n    return self.conv(b) + a",
        "return a.clamp_(0) if b else a.clamp(0)",
        "size = (1, b)\n    return a.view(size)",
        "return {'loss': a}",
        "pass",
    ],
)
def test_one_value_at_one_end(body: str) -> None:
    assert not sketch(f"def forward(a, b):\n    {body}\n").ways_out.may_be_several


@pytest.mark.parametrize(
    "text",
    [
        "total = 0\nfor x in xs:\n    total = x\n",
        "total, n = 0, 0.0\nwhile xs:\n    if xs:\n        n = len(xs)\n",
        "self.total = torch.zeros(3).to(device)\nfor x in xs:\n    self.total = x\n",
        "meters['loss'] = list()\nfor x in xs:\n    meters['loss'] = x\n",
        "a += b\nfor x in xs:\n    a = x\n",
        "for x in xs:\n    out[x : x + 2] += x\n    n[x : x + 2] = 1\n",
        "for x in xs:\n    share = x / len(xs)\n",
    ],
)
def test_a_loop_may_overwrite_a_total(text: str) -> None:
    assert sketch(text).may_overwrite


@pytest.mark.parametrize(
    "text",
    [
        "total = 0\nfor x in xs:\n    total += x\n",
        "for x in xs:\n    y = x\n",
        "total = None\nfor x in xs:\n    total = x\n",
        "for x in xs:\n    out[x] = f(x)\n",
        "total = 0\ntotal = f(total)\n",
        "for x in xs:\n    share = x / n\n",
    ],
)
def test_no_loop_overwrites_a_total(text: str) -> None:
    assert not sketch(text).may_overwrite


def test_calls_that_are_statements() -> None:
    assert sketch("x.a().b(c())\nf()\ny = g()\nif z:\n    h(\n        i(),\n    )\nself.k()\nself.x.l()\n").stated == {
        ".b",
        "f",
        "h",
        "self.x.l",
    }


def test_a_word_is_used_where_the_code_says_it() -> None:
    text = '''
    @torch.no_grad()
    def f():
        """Like enable_grad."""
        return torch.inference_mode()
    '''
    found = sketch(text)
    assert [found.uses(word) for word in ("no_grad", "enable_grad", "inference_mode")] == [False, False, True]


def test_an_indented_slice() -> None:
    assert sketch("def f():\n    return 1, 2\n").ways_out.may_be_several
    assert Sketch.of(Tree("    def f(self):\n        return 1, 2\n")).ways_out.may_be_several


def test_calls_by_their_dotted_names() -> None:
    found = sketch('def f(x):\n    """zeros(3)"""\n    return torch.zeros(3, device=x.device) + g(**x)[0].to(x)\n')
    assert dict(found.calls) == {"torch.zeros": frozenset({"device"}), "g": frozenset({"**"}), ".to": frozenset()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("n =+ 1\n", True), ("    é = é; n =- 1\n", True), ("n = -1\n", False), ("f(dim=-1)\n", False), ("n=1\n", False)],
)
def test_signs_after_the_equals_sign(text: str, expected: bool) -> None:
    assert Sketch.of(Tree(text)).may_be_reversed is expected


def test_calls_that_are_given_a_number_and_give_nothing_that_is_returned() -> None:
    text = """def f(x):
        total = torch.tensor(0.0)
        y = x + torch.full(x.shape, 1) + torch.as_tensor(-1)
        return x
    """
    assert sketch(text).of_numbers == {"torch.tensor", "torch.as_tensor"}
    assert sketch(text.replace("return x", "return total")).of_numbers == {"torch.as_tensor"}
    assert sketch(text.replace("return x", "return torch.tensor(1)")).of_numbers == {"torch.as_tensor"}


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("F.dropout(x, self.p, training=self.training)", True),
        ("attend(x, dropout_p=self.p if self.training else 0.0)", True),
        ("attend(x, dropout_p=0.0 if self.training else self.p)", False),
        ("attend(x, dropout_p=self.p if not self.training else 0)", False),
        ("F.dropout(x, self.p, training=True)", False),
        ("F.dropout(x, self.training)", False),
        ("F.dropout(x, training=self.training) + F.dropout(x)", False),
    ],
)
def test_calls_that_are_told_whether_the_module_trains(call: str, told: bool) -> None:
    found = sketch(f"def forward(self, x):\n    return {call}\n").told_of_training
    assert bool(found) is told


def test_an_answer_is_kept_when_the_tree_is_dropped() -> None:
    reads: list[Syntax] = []

    def read() -> Syntax:
        reads.append(Syntax(Tree("def f(net, x):\n    y = net.head(x)\n    return y\n")))
        return reads[-1]

    found = Sketch(read)
    for _ in range(2):
        asked = len(reads)
        assert found.called == frozenset({"head"})
        assert found.mentions.bound == frozenset({"net", "x", "y"})
        assert found.mentions.members("head") == frozenset({"net.head"})
    assert len(reads) == asked
    assert not found.mentions.has_name("z")
    assert len(reads) == asked + 1


@pytest.mark.parametrize(
    "value",
    ["{n: 0.0 for n in names}", "{'a': 0, 'b': 0}", "[0] * 5", "[0, 0.0]", "dict.fromkeys(names, 0)", "np.zeros(3)"],
)
def test_what_a_total_begins_with(value: str) -> None:
    assert sketch(f"def f(self, names):\n    self.sums = {value}\n").zeroed == {"self.sums"}


@pytest.mark.parametrize("value", ["{n: 1.0 for n in names}", "{'a': 0, 'b': 1}", "[1] * 5", "[0, x]", "0 * x", "None"])
def test_what_a_total_does_not_begin_with(value: str) -> None:
    assert sketch(f"def f(self, names):\n    self.sums = {value}\n").zeroed == frozenset()
