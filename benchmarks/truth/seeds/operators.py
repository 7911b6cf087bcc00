"""All operators."""

from __future__ import annotations

from benchmarks.truth.seeds.clips import CLIPS
from benchmarks.truth.seeds.dropout import DROPOUT
from benchmarks.truth.seeds.modes import MODES
from benchmarks.truth.seeds.moves import MOVES
from benchmarks.truth.seeds.outputs import OUTPUTS
from benchmarks.truth.seeds.registered import REGISTERED
from benchmarks.truth.seeds.restored import RESTORED
from benchmarks.truth.seeds.roles import ROLES
from benchmarks.truth.seeds.seed import Operator
from benchmarks.truth.seeds.siblings import SIBLINGS
from benchmarks.truth.seeds.sides import SIDES
from benchmarks.truth.seeds.totals import TOTALS

OPERATORS: tuple[Operator, ...] = (
    *SIBLINGS, *ROLES, *MODES, *RESTORED, *DROPOUT, *TOTALS, *CLIPS, *OUTPUTS, *REGISTERED, *MOVES, *SIDES
)  # fmt: skip
