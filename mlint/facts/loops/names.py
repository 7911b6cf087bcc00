"""What the names of variables say: a total, a counter, a flag, the last of several; and what reads a clock."""

from __future__ import annotations

TOTALS = frozenset(
    {"total", "totals", "sum", "sums", "summed", "running", "accum", "accumulated", "cumulative", "cum", "correct"}
    | {"hits", "tp", "fp", "fn", "tn", "matches", "matched", "agg", "aggregate", "aggregated", "processed", "wrong"}
    | {"overall", "corrects", "acc", "seen", "cumsum", "accumulator"}
)
PARTS = frozenset({"avg", "mean", "batch", "step", "cur", "current", "this"})
PIECES = frozenset({"chunk", "batch", "bs", "piece", "packet", "block"})
WHOLES = frozenset({"all", "epoch", "episode", "total", "sum", "running", "cumulative", "overall", "accumulated"})
COUNTERS = frozenset(
    {"count", "counts", "counter", "cnt", "num", "n", "hit", "steps", "step", "nb", "retries", "trials", "number"}
)
FLAGS = frozenset(
    {"flag", "found", "is", "has", "ok", "success", "valid", "exists", "done", "stop", "converged", "use", "status"}
    | {"ret", "rc", "code", "err", "fail", "failed", "state", "mode", "changed", "pass", "this", "class"}
)
LASTS = frozenset(
    {"best", "last", "prev", "previous", "cur", "curr", "current", "latest", "final", "max", "min", "first", "new"}
    | {"old", "next", "idx", "index", "time", "elapsed", "id", "label", "mode", "offset", "flag", "found", "is", "has"}
    | {"temp", "tmp", "lr", "rate"}
)
SINGLES = frozenset({"best", "shape"})
"""Of what is named so no sum is made."""
CLOCKS = frozenset({"time", "perf_counter", "monotonic", "elapsed_time", "time_sync", "process_time", "default_timer"})
