"""A module's text with one import statement taken out of its start: what `startup --what-if` measures."""

from __future__ import annotations

import ast

from edgewheel.sources.binding import tree_of


def without(source: bytes, line: int) -> bytes | None:
    """The text with the import statement on a line gone, all other lines where they were; None where there is none."""
    tree = tree_of(source)
    nodes = ast.walk(tree) if tree is not None else ()
    found = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) and _covers(node, line)]
    if not found:
        return None
    node = found[-1]
    lines = source.split(b"\n")
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    head, tail = lines[first][: node.col_offset], lines[last][node.end_col_offset or 0 :]
    lines[first : last + 1] = [head + b"pass" + tail, *([b""] * (last - first))]
    return b"\n".join(lines)


def _covers(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)
