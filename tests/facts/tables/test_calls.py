"""Binding arguments, and what calls of library functions give and do."""

from __future__ import annotations

import pytest

from mlint.facts.domain.polynomials import leaf
from mlint.facts.domain.values import UNKNOWN, Interval, Kind, Trace, Value, constant
from mlint.facts.tables import calls
from mlint.facts.tables.calls import REST, CallResult
from mlint.facts.tables.tables import Tables

TABLES = Tables()
FLOATS = Value(Kind.TENSOR, "float32", Interval(-2, 300), device="cuda", term=leaf("x"))
BYTES = Value(Kind.ARRAY, "uint8", Interval(0, 255), term=leaf("image"))
PICTURE = Value(Kind.PIL, "uint8", Interval(0, 255))
MODEL = Value(Kind.MODULE, symbol="torch.nn.Linear", objects=frozenset({("parameter", "here", "model")}))


def value(thing: object) -> Value:
    if isinstance(thing, Value):
        return thing
    if isinstance(thing, (tuple, list)):
        return Value(Kind.TUPLE if isinstance(thing, tuple) else Kind.LIST, items=tuple(map(value, thing)))
    return constant(thing)


def call(name: str, *arguments: object, on: Value | None = None, **keywords: object) -> CallResult:
    entry = TABLES.entry(name)
    assert entry is not None
    bound = calls.bind(entry, [*map(value, arguments)], {key: value(each) for key, each in keywords.items()}, on)
    return calls.apply(entry, bound)


def bound(params: str, *arguments: object, on: Value | None = None, **keywords: object) -> dict[str, object]:
    entry = Tables({"f": {"params": params}}).entry("f")
    assert entry is not None
    found = calls.bind(entry, [*map(value, arguments)], {key: value(each) for key, each in keywords.items()}, on)
    return {name: plain(each) for name, each in found.items()}


def plain(each: Value) -> object:
    return tuple(map(plain, each.items)) if each.items is not None else each.const


def test_arguments_find_their_parameters() -> None:
    assert bound("a, b, *, c", 1, 2, c=3) == {"a": 1, "b": 2, "c": 3}
    assert bound("a, b|axis", 1, axis=2) == {"a": 1, "b": 2}
    assert bound("a, b=7", 1) == {"a": 1, "b": 7}
    assert bound("a, b=7", 1, None) == {"a": 1, "b": 7}
    assert bound("self, a", 1, on=constant(5)) == {"self": 5, "a": 1}


def test_stars_collect() -> None:
    assert bound("*size, *, dtype", 2, 3, dtype="float16") == {"size": (2, 3), "dtype": "float16"}
    assert bound("*size", (2, 3)) == {"size": (2, 3)}
    assert bound("a, *rest", 1) == {"a": 1, "rest": ()}


def test_what_finds_no_parameter_is_kept_apart() -> None:
    assert bound("a, *, b", 1, 2, c=3) == {"a": 1, REST: (2,), "c": 3}
    entry = Tables({"f": {"kind": "array"}}).entry("f")
    assert entry is not None
    assert calls.bind(entry, [constant(1)], {})[REST].items == (constant(1),)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (call("torch.zeros", 2, 3), "float32 tensor [0, 0] on cpu"),
        (call("torch.zeros", (2, 3), device="cuda:1"), "float32 tensor [0, 0] on cuda:1"),
        (call("torch.zeros", 2, dtype=UNKNOWN), "tensor [0, 0] on cpu"),
        (call("torch.zeros", 2, dtype=TABLES.named("torch.uint8")), "uint8 tensor [0, 0] on cpu"),
        (call("torch.full", (2,), 7), "int64 tensor [7, 7] on cpu"),
        (call("torch.tensor", [1, 2.5]), "float32 tensor [1, 2.5] on cpu"),
        (call("numpy.array", [1, 2.5]), "float64 array [1, 2.5]"),
        (call("torch.arange", 5), "int64 tensor [0, 4] on cpu"),
        (call("torch.Tensor.clamp", 0, 255, on=FLOATS), "float32 tensor [0, 255] on cuda"),
        (call("torch.Tensor.clamp", min=0, on=FLOATS), "float32 tensor [0, 300] on cuda"),
        (call("torch.Tensor.to", "cpu", on=FLOATS), "float32 tensor [-2, 300] on cpu"),
        (call("torch.Tensor.to", TABLES.named("torch.uint8"), on=FLOATS), "uint8 tensor [0, 255] on cuda"),
        (call("torch.Tensor.to", "cuda", TABLES.named("torch.half"), on=FLOATS), "float16 tensor [-2, 300] on cuda"),
        (call("torch.Tensor.mul", 2, on=FLOATS), "float32 tensor [-4, 600] on cuda"),
        (call("torch.max", FLOATS, 1), "(float32 tensor [-2, 300] on cuda, int64 tensor [0, inf] on cuda)"),
        (call("torch.max", FLOATS), "float32 tensor [-2, 300] on cuda"),
        (call("torch.max", FLOATS, FLOATS), "float32 tensor [-2, 300] on cuda"),
        (call("torch.sigmoid", UNKNOWN), "tensor [0, 1]"),
        (call("numpy.clip", BYTES, 10, 20), "uint8 array [10, 20]"),
        (call("numpy.sqrt", BYTES), "float16 array [0, 15.9687]"),
        (call("numpy.ndarray.astype", TABLES.named("builtins.float"), on=BYTES), "float64 array [0, 255]"),
        (call("numpy.ndarray.sum", on=BYTES), "uint64 [0, inf]"),
        (call("numpy.ndarray.mean", axis=0, on=BYTES), "float64 array [0, 255]"),
        (call("cv2.imread", "a.png"), "uint8 array [0, 255]"),
        (call("cv2.add", BYTES, BYTES), "uint8 array [0, 255]"),
        (call("cv2.convertScaleAbs", BYTES), "uint8 array [0, 255]"),
        (call("PIL.Image.Image.convert", "F", on=PICTURE), "float32 PIL image [0, 255]"),
        (call("math.sqrt", 16), "float [4, 4]"),
        (call("builtins.max", 3, 0), "int [3, 3]"),
        (call("random.Random.uniform", -1, 1, on=Value(Kind.OBJECT)), "float [-1, 1]"),
        (call("builtins.int", 2.5), "int [2, 2]"),
    ],
)  # fmt: skip
def test_values(found: CallResult, expected: str) -> None:
    assert str(found.value) == expected


def test_an_unknown_condition_gives_what_both_cases_share() -> None:
    found = call("torch.inference_mode", UNKNOWN)
    assert found.context == "unknown"
    assert found.value.kind is Kind.CONTEXT
    assert call("numpy.linspace", 0, 1, retstep=UNKNOWN).value.kind is Kind.UNKNOWN


def test_modes() -> None:
    assert call("torch.nn.Module.eval", on=MODEL).mode == "eval"
    assert call("torch.nn.Module.train", on=MODEL).mode == "train"
    assert call("torch.nn.Module.train", False, on=MODEL).mode == "eval"
    assert call("torch.nn.Module.train", UNKNOWN, on=MODEL).mode == "either"
    assert call("torch.nn.Linear", 3, 4).mode == "train"
    assert call("transformers.AutoModel.from_pretrained", "x").mode == "eval"
    assert call("timm.create_model", "resnet18").mode == "train"
    assert call("torch.zeros", 3).mode is None


def test_mode_dependence() -> None:
    assert call("torch.nn.Dropout", 0.2).mode_dependent is True
    assert call("torch.nn.Dropout", 0.0).mode_dependent is False
    assert call("torch.nn.Dropout").mode_dependent is True
    assert call("torch.nn.Dropout", UNKNOWN).mode_dependent is None
    assert call("torch.nn.BatchNorm2d", 3).mode_dependent is True
    assert call("torch.nn.InstanceNorm2d", 3).mode_dependent is False
    assert call("torch.nn.LSTM", 3, 4).mode_dependent is False
    assert call("torch.nn.LSTM", 3, 4, dropout=0.1).mode_dependent is True
    assert call("torch.nn.Conv2d", 3, 4, 1).mode_dependent is False
    assert call("torch.nn.Sequential", MODEL).mode_dependent is None


def test_members() -> None:
    assert call("torch.nn.Sequential", MODEL, MODEL).members == (MODEL, MODEL)
    assert call("torch.nn.ModuleList", [MODEL]).members == (MODEL,)


def test_the_same_object_keeps_its_identity() -> None:
    for found in (
        call("torch.nn.Module.eval", on=MODEL),
        call("torch.nn.parallel.DataParallel", MODEL),
        call("torch.compile", MODEL),
    ):
        assert found.same is not None
        assert found.value.objects == MODEL.objects
        assert found.value.symbol == MODEL.symbol


def test_moves() -> None:
    assert call("torch.nn.Module.to", "cuda", on=MODEL).moves == "cuda"
    assert call("torch.nn.Module.cuda", 1, on=MODEL).moves == "cuda:1"
    assert call("torch.nn.Module.cpu", on=MODEL).moves == "cpu"


def test_in_place_updates_keep_dtype_and_device() -> None:
    found = call("torch.Tensor.add_", 0.5, on=Value(Kind.TENSOR, "int64", Interval(0, 1), device="cuda"))
    assert (found.same, found.mutates) == ("input", "input")
    assert (found.value.dtype, found.value.device) == ("int64", "cuda")


def test_out_takes_the_result() -> None:
    target = Value(Kind.ARRAY, "float32", Interval(0, 9))
    found = call("numpy.clip", FLOATS, 0, 1, out=target)
    assert (found.same, found.mutates) == ("out", "out")
    assert (found.value.dtype, str(found.value.range)) == ("float32", "[0, 1]")
    assert call("cv2.add", BYTES, BYTES, BYTES).same == "dst"
    assert call("numpy.clip", FLOATS, 0, 1, None).same is None


def test_contexts() -> None:
    assert call("torch.no_grad").context == "no_grad"
    assert call("torch.inference_mode", False).context == "none"
    assert call("torch.set_grad_enabled", False).context == "no_grad"
    assert call("torch.set_grad_enabled", True).context == "enable_grad"
    assert call("torch.set_grad_enabled", UNKNOWN).context == "unknown"


def test_history_names_the_call_and_goes_on_from_the_operand() -> None:
    before = Trace("`x` is a parameter", 1, ("a.py", "f"))
    entry = TABLES.entry("torch.Tensor.clamp")
    assert entry is not None
    operand = FLOATS.with_trace(before)
    found = calls.apply(entry, calls.bind(entry, [constant(0), constant(1)], {}, operand), Trace("", 2, ("a.py", "f")))
    assert [step.message for step in found.value.trace] == [
        "`x` is a parameter",
        "`clamp` gives float32 tensor [0, 1] on cuda",
    ]


def test_relations_survive() -> None:
    entry = TABLES.entry("numpy.ndarray.max")
    assert entry is not None
    highest = calls.apply(entry, calls.bind(entry, [], {}, BYTES)).value
    assert str(highest.term) == "max(image)" or "max" in str(highest.term)


def test_pass_through_helpers_hand_on_elements() -> None:
    items = [constant(1), constant(2)]
    assert str(call("tqdm.tqdm", items).value.element) == "int [1, 2]"
    assert str(call("builtins.zip", [1], ["a"]).value.element) == "(1, 'a')"
    assert str(call("builtins.enumerate", ["a"]).value.element) == "(int [0, inf], 'a')"
    assert call("copy.deepcopy", MODEL).value.kind is Kind.MODULE
    assert call("copy.deepcopy", MODEL).value.objects == frozenset()
