"""`json` and `json-lines`."""

from __future__ import annotations

import json
from collections.abc import Callable

from mlint.run import Results

Written = Callable[[str, Results], str]

OBJECT = {
    "code": "ML302",
    "name": "unclipped-uint8-cast",
    "message": "`img` can reach 382.5 here; a cast to uint8 does not saturate",
    "filename": "src/aug.py",
    "location": {"row": 7, "column": 12},
    "end_location": {"row": 7, "column": 32},
    "confidence": "certain",
    "related": [
        {
            "message": "`img` is float32 in [0, 382.5] here",
            "filename": "src/aug.py",
            "location": {"row": 6, "column": 5},
        },
        {"message": "`GAIN` is 1.5", "filename": "src/settings.py", "location": {"row": 1, "column": 1}},
    ],
    "fix": None,
    "url": None,
    "noqa_row": 8,
}


def test_a_finding(written: Written, run: Results) -> None:
    assert json.loads(written("json", run)) == [OBJECT]
    assert list(json.loads(written("json", run))[0]) == list(OBJECT)


def test_json_lines_are_the_same_objects(written: Written, run: Results, problems: Results) -> None:
    run.problems = problems.problems
    lines = written("json-lines", run).split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == json.loads(written("json", run))
    assert len(lines) == 4


def test_problems_are_objects_too(written: Written, problems: Results) -> None:
    listed = json.loads(written("json", problems))
    assert [(entry["code"], entry["name"], entry["location"]) for entry in listed] == [
        ("ML000", "unreadable-file", {"row": 1, "column": 1}),
        ("internal-error", "internal-error", {"row": 4, "column": 1}),
        ("ML000", "unreadable-file", {"row": 2, "column": 6}),
    ]


def test_names_that_are_not_ascii_come_back(written: Written, edges: Results) -> None:
    first, last = json.loads(written("json", edges))
    assert first["filename"] == "daten/größe 寸法.py"
    assert (first["location"], first["end_location"]) == ({"row": 1, "column": 1}, {"row": 1, "column": 6})
    assert (last["location"], last["confidence"]) == ({"row": 2, "column": 12}, "possible")
