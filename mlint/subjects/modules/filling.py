"""What methods that a constructor calls put into a container of the same object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlint.facts.domain.values import Value
from mlint.facts.flow import ir
from mlint.facts.flow.paths import Temporaries
from mlint.facts.members.held import ADDS, added
from mlint.subjects.owners import Function


def put_by_called(function: Function, temporaries: Temporaries, name: str) -> Iterator[Value]:
    """What the methods put into an attribute that a method calls: `self._grow(depth)`, which appends layers."""
    calls = (op for op in temporaries.definitions.values() if isinstance(op, ir.Call))
    called = {temporaries.callee_name(each) for each in calls} - {function.name}
    puts = re.compile(rf"\.{re.escape(name)}(?:\[.*\])?(?:\.(?:{'|'.join(sorted(ADDS))})\(|\s*\+?=|\[)")
    for each, method in function.cls.methods.items() if function.cls is not None else ():
        if each in called and name in method.words and any(map(puts.search, method.lines)) and method.ir.parameters:
            mine = (method.ir.parameters[0].name, f".{name}")
            yield from added(Temporaries(method.ir), method.facts, mine)
