from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pytest

from mlint.facts.flow.accesses import Accesses
from mlint.facts.loops.candidates import overwritten_totals
from mlint.facts.loops.cursors import Move, stuck_positions
from mlint.facts.loops.judgement import judge
from mlint.facts.loops.resets import resets
from mlint.facts.loops.totals import Overwritten
from mlint.facts.loops.turns import Turns, iterated, turns
from mlint.facts.loops.windows import overwritten_windows
from mlint.facts.lower import lower
from mlint.facts.syntax.tree import Tree
from mlint.finding import Confidence


def accesses(code: str) -> Accesses:
    """Of a function `f(xs, model, flag, threshold)` with this body."""
    body = textwrap.indent(textwrap.dedent(code), "    ")
    return Accesses(lower(Tree(f"def f(xs, model, flag, threshold):\n{body}\n")).function)


def total(code: str) -> Overwritten | None:
    return next(iter(overwritten_totals(turns(accesses(code)))), None)


def confidence(code: str) -> Confidence | None:
    found = total(code)
    return None if found is None else judge(found)


def turn(code: str, name: str) -> Turns:
    return next(each for each in turns(accesses(code)) if each.path == (name,))


LOOP = """
    {start}
    for x in xs:
        {body}
    return {result}
"""


def loop(body: str, start: str = "total = 0", result: str = "total") -> str:
    return LOOP.format(start=start, body=body, result=result)


@pytest.mark.parametrize(
    ("code", "sign"),
    [
        (loop("total = model(x)", result="total / len(xs)"), "averaged"),
        (loop("n += 1; total = model(x)", "n = 0; total = 0", "n, total"), "siblings"),
        (loop("loss += model(x); n = 1", "n, loss = 0, 0", "loss / n"), "averages"),
        (loop("a, b = model(x); n += a; total = b", "n = 0; total = 0"), "fellows"),
        (loop("total = model(x) / len(xs)"), "share"),
        (loop("total = model(x)"), "is_unread"),
        (loop("total = model(x); break"), "is_constant"),
    ],
)
def test_signs(code: str, sign: str) -> None:
    found = total(code)
    if sign == "is_constant":
        assert found is None  # nothing turns after a break
    else:
        assert found is not None
        assert getattr(found, sign)


@pytest.mark.parametrize(
    ("start", "body", "result"),
    [
        ("correct = 0", "correct = (model(x) == x).sum().item()", "correct / len(xs)"),
        ("correct, n = 0, 0", "correct = (model(x) == x).sum(); n += 1", "correct / n"),
        ("loss = torch.zeros(1).to(flag)", "loss = model(x)", "loss / len(xs)"),
        ("names = []", "names = [model(x)]", "names"),
        ("text = ''", "text = f'{model(x)},'", "text"),
        ("hits = 0", "hits = 1 if x else hits_of(x)", "hits"),
        ("seen = 0", "seen = 1", "seen / 2"),
        ("total = 0", "total = model(x); total += 1", "total / len(xs)"),
    ],
)
def test_totals_that_are_likely(start: str, body: str, result: str) -> None:
    assert confidence(loop(body, start, result)) is Confidence.LIKELY


@pytest.mark.parametrize(
    "code",
    [
        loop("total += model(x)"),
        loop("total = total + model(x)"),
        loop("last = model(x)", "last = 0", "last"),
        loop("best_score = model(x)", "best_score = 0", "best_score"),
        loop("found = 1", "found = 0", "found"),
        loop("out[x] = model(x)", "out = {}", "out"),
        loop("seconds = time.time() - flag", "seconds = 0", "seconds"),
        loop("all.append(x); mean = sum(all)", "mean = 0; all = []", "mean / len(xs)"),
        loop("state = model(x, state)", "state = 0", "state"),
        "total = 0\nfor x in xs:\n    if x > threshold:\n        total = model(x)\n        break\nreturn total",
        "total = 0\nfor x in xs:\n    try: x()\n    except ValueError as e: total = str(e)\nreturn total",
        "total = None\nfor x in xs:\n    if total is None: total = x\n    else: total += x\nreturn total",
        "n = 0\nfor x in xs:\n    n = model(x)\n    def g(): return n\nreturn n",
    ],
)
def test_one_turns_value_is_wanted(code: str) -> None:
    assert confidence(code) is None


def test_a_branch_on_what_the_loop_does_not_change_splits_the_turns() -> None:
    code = """
    total = 0
    for x in xs:
        if flag:
            total += x
        else:
            total = model(x)
    return total
    """
    found = total(code)
    assert found is not None
    assert found.twins
    assert judge(found) is Confidence.LIKELY
    assert total(code.replace("if flag", "if x > total")) is None


def moves(code: str) -> Iterator[Move]:
    return (found.move for found in stuck_positions(turns(accesses(code))))


@pytest.mark.parametrize(
    ("body", "move"),
    [
        ("model(flag[at : at + x]); at = x", Move.ADDEND),
        ("model(flag[at]); at = len(x)", Move.EXTENT),
        ("model(flag[at]); at = 1", Move.CONSTANT),
    ],
)
def test_a_position_that_is_set_to_its_step_is_stuck(body: str, move: Move) -> None:
    assert list(moves(loop(body, "at = 0", "None"))) == [move]


@pytest.mark.parametrize(
    "body",
    [
        "model(flag[at : x]); at = x",
        "model(flag[at]); at += 1",
        "model(flag[at]); at = at + 1",
        "model(len(x) > at); at = True",
        "at = 1 if at else 2",
        "model(at == 0); at = 1",
        "seen.append(x); model(seen[at:]); at = len(seen)",
    ],
)
def test_states_and_ends_are_no_steps(body: str) -> None:
    assert list(moves(loop(body, "at = 0; seen = []", "None"))) == []


def test_a_total_set_to_zero_inside_is_lost() -> None:
    (found,) = resets(turns(accesses(loop("total = 0; total += model(x)", "pass", "total / len(xs)"))))
    assert found.turns.path == ("total",)
    assert not list(
        resets(turns(accesses(loop("total = 0; total += model(x); print(total)", "pass", "total / len(xs)"))))
    )


def test_an_epochs_total_is_set_to_zero_by_every_epoch() -> None:
    code = """
    for epoch in range(flag):
        total = 0
        for x in xs:
            total += model(x)
    return total / len({what})
    """
    assert not list(resets(turns(accesses(code.format(what="xs")))))
    assert list(
        resets(
            turns(accesses(code.format(what="xs").replace("range(flag)", "xs").replace("for x in xs", "for x in y")))
        )
    )


WINDOWS = """
    a, b = np.zeros(9), np.zeros(9)
    for x in xs:
        a[x : x + 2] += model(x)
        b[x : x + 2] {op} 1
    return a / {divisor}
"""


@pytest.mark.parametrize(("op", "divisor", "count"), [("=", "b", 1), ("+=", "b", 0), ("=", "flag", 0)])
def test_windows(op: str, divisor: str, count: int) -> None:
    assert len(list(overwritten_windows(accesses(WINDOWS.format(op=op, divisor=divisor))))) == count


def test_every_turn_and_what_is_carried() -> None:
    assert turn(loop("total = x"), "total").every_turn
    assert not turn(loop("if x: total = x"), "total").every_turn
    assert turn(loop("print(total); total = x"), "total").carried
    assert not turn(loop("total = x; print(total)"), "total").carried
    assert turn(loop("total = x; print(total)"), "total").own


def test_what_a_loop_goes_through() -> None:
    found = accesses("for i, x in enumerate(tqdm(self.loader)):\n    pass")
    assert list(iterated(found, 0)) == [("self", ".loader")]
