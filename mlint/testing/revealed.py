"""Pages of facts: `reveal(x)  # float32 [0, 382.5]` says what is known of `x`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from mlint.testing.fences import PageError
from mlint.testing.page import PageFile, Project, comments


def expectations(project: Project) -> dict[str, dict[int, str]]:
    """By file and line, the comment behind each `reveal`. Raises PageError for one without a comment."""
    return {file.path: dict(_in_file(file)) for file in project.files if file.path.endswith(".py")}


def require_reveals(found: Iterable[Project]) -> None:
    """Raise PageError for a project that reveals nothing."""
    for project in found:
        if not any(expectations(project).values()):
            raise PageError("the block asserts nothing: it has no `reveal(x)  # what is known of x`", project.line)


def differences(project: Project, known: Mapping[str, Mapping[int, str]]) -> list[str]:
    """One line for each `reveal` whose comment is not what is known."""
    return [
        f"line {file.page_line(line)}: the page says `{said}`, known is `{known[file.path].get(line, 'not reached')}`"
        for file in project.files
        for line, said in expectations(project).get(file.path, {}).items()
        if known[file.path].get(line) != said
    ]


def _in_file(file: PageFile) -> Iterator[tuple[int, str]]:
    said = {row: text.removeprefix("#").strip() for row, _, text in comments(file.text, file.offset)}
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "reveal":
            if node.lineno not in said:
                raise PageError("a `reveal` without a comment asserts nothing", file.page_line(node.lineno))
            yield node.lineno, said[node.lineno]


def _tree(file: PageFile) -> ast.Module:
    try:
        return ast.parse(file.text)
    except SyntaxError as error:
        raise PageError(f"the block is no Python: {error.msg}", file.page_line(error.lineno or 1)) from error
