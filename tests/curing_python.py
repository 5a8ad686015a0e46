"""The Python of a fix at its place: a statement for the one that stands there, a function made of it, a class."""

from __future__ import annotations

import ast
import re
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.curing import Spot


def paste(spot: Spot, text: str) -> None:
    """Does what the fix writes: the first form that fits."""
    path = spot.path if spot.path.suffix == ".py" else spot.main
    lines = path.read_text("utf-8").split("\n")
    do = next((do for form, do in FORMS if re.search(form, text)), None)
    if do is None:
        raise AssertionError(f"neither a command nor text to paste: {text!r}")
    do(path, lines, spot, text)


def opened(spot: Spot, expression: str) -> None:
    """The whole call that opens or asks for a file, as an expression of pathlib."""
    text = spot.path.read_text("utf-8")
    statement = _statement(spot.path, spot.line)
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call) and node.lineno <= spot.line]
    text_of = {ast.get_source_segment(text, node) or "": node for node in calls}
    name = re.sub(r".* / ", "", expression)
    source = min((each for each in text_of if re.search(r"\.\w+['\"]", each)), key=len)
    new = f"({expression}).read_text()" if "get_data" in source or "files(" in source else f"open({expression})"
    if "Path(" in source and "files(" not in source:
        new = f"({expression})"
    assert name
    spot.path.write_text("from pathlib import Path\n" + text.replace(source, new, 1))


def _statement(path: Path, line: int) -> ast.stmt:
    """The innermost statement that begins on a line, else the one around it."""
    tree = ast.parse(path.read_text("utf-8"))
    found = [
        node for node in ast.walk(tree) if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    begins = [node for node in found if node.lineno == line]
    return begins[0] if begins else max(found, key=lambda node: node.lineno)


def _replace(path: Path, lines: list[str], statement: ast.stmt, text: str) -> None:
    start, end = statement.lineno - 1, statement.end_lineno or statement.lineno
    indent = " " * statement.col_offset
    path.write_text("\n".join([*lines[:start], *textwrap.indent(text, indent).split("\n"), *lines[end:]]))


def _guarded(path: Path, lines: list[str], spot: Spot, text: str) -> None:
    _replace(path, lines, _statement(path, spot.line), text)


def _asked(path: Path, lines: list[str], spot: Spot, text: str) -> None:
    """A statement below the question whether there is what it uses."""
    statement = _statement(path, spot.line)
    old = textwrap.dedent("\n".join(lines[statement.lineno - 1 : statement.end_lineno]))
    _replace(path, lines, statement, f"{text.removesuffix(' …')}\n{textwrap.indent(old, '    ')}\nelse:\n    pass")


def _before(path: Path, lines: list[str], spot: Spot, text: str) -> None:
    _insert(path, lines, spot.line - 1, text)


def _insert(path: Path, lines: list[str], at: int, text: str) -> None:
    path.write_text("\n".join([*lines[:at], *text.split("\n"), *lines[at:]]))


def _made(path: Path, lines: list[str], spot: Spot, text: str) -> None:
    """A function in the place of what was made when the module was imported; who used the name calls it."""
    line, tree = spot.line, ast.parse("\n".join(lines))
    top = next(node for node in tree.body if node.lineno <= line <= (node.end_lineno or 0))
    called = re.search(r"def (\w+)\(\)", text)
    returned = re.search(r"return (.*)", text)
    assert called
    assert returned
    code = re.sub(r"\n# .*", "", text)
    if isinstance(top, (ast.Assign, ast.AnnAssign)):
        names = [node.id for node in ast.walk(top) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
        rest = "\n".join(lines[top.end_lineno or top.lineno :])
        for name in names:
            rest = re.sub(rf"\b{name}\b(?!\s*=)", f"{called[1]}()", rest)
        path.write_text("\n".join([*lines[: top.lineno - 1], code, rest]))
    elif isinstance(top, ast.Expr):
        _replace(path, lines, top, code)
    else:  # inside a class, a default: nothing of it stays, the function stands before
        inner = _statement(path, line)
        old = "\n".join(lines[inner.lineno - 1 : inner.end_lineno])
        source = re.sub(r"\s+", "", returned[1]).replace('"', "'")
        kept = "pass" if inner is not top else _without(old, source)
        new = textwrap.indent(kept, " " * inner.col_offset) if inner is not top else kept
        body = [*lines[: inner.lineno - 1], new, *lines[inner.end_lineno or inner.lineno :]]
        path.write_text("\n".join([*body[: top.lineno - 1], code, "", *body[top.lineno - 1 :]]))


def _without(old: str, source: str) -> str:
    """A function's head without the expression of a default."""
    tree = ast.parse(old)
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and ast.unparse(node).replace(" ", "").replace('"', "'") == source:
            return old.replace(ast.get_source_segment(old, node) or "", "None", 1)
    return old


def _from_env(path: Path, lines: list[str], spot: Spot, text: str) -> None:
    statement = _statement(path, spot.line)
    line, expression = text.split("\n\n")
    expression = re.sub(r"\s+#.*", "", expression)
    if isinstance(statement, (ast.If, ast.Assert)):
        body = [*lines[: statement.lineno - 1], *lines[statement.end_lineno or statement.lineno :]]
    else:
        value = getattr(statement, "value", None)
        source = "\n".join(lines)
        old = ast.get_source_segment(source, value) if value is not None else None
        assert old
        body = source.replace(old, expression, 1).split("\n")
    _top(path, body, line)


def _top(path: Path, lines: list[str], line: str) -> None:
    at = 1 if lines and lines[0].startswith("from __future__") else 0
    path.write_text("\n".join([*lines[:at], line, *lines[at:]]))


def _below_tmp(path: Path, lines: list[str], spot: Spot, text: str) -> None:
    """The line with `/tmp` for the upload, which is a name in capitals there, `__file__` or its path."""
    old = lines[spot.line - 1]
    assert "`/tmp`" in text
    new = re.sub(r"os\.path\.dirname\(__file__\)|/session/metadata(?=/)", "/tmp", old)  # noqa: S108 - in the runtime
    new = new.replace("join(/tmp", 'join("/tmp"')
    new = re.sub(r"\b[A-Z]{3,}\b|(?:pathlib\.)?Path\(__file__\)", '__import__("pathlib").Path("/tmp/made")', new)
    assert new != old
    path.write_text("\n".join([*lines[: spot.line - 1], new, *lines[spot.line :]]))


def _class(path: Path, lines: list[str], spot: Spot, text: str) -> None:
    """A class: instead of the head or the other name that stands there, or at the end with its imports on top."""
    if re.search(r"# instead of \w+$", text):
        lines[spot.line - 1] = re.sub(r"\s+#.*", "", text)
        path.write_text("\n".join(lines))
        return
    if match := re.fullmatch(r"class (\w+)\((\w+)\): \.\.\.  # (.*)", text):
        if "in place of" in match[3]:
            at = next(i for i, each in enumerate(lines) if re.search(rf"^{match[1]} = |as {match[1]}\b", each))
            lines[at] = re.sub(rf" as {match[1]}\b", "", lines[at]) if " as " in lines[at] else ""
            path.write_text("\n".join([*lines, text, ""]))
        else:
            lines[spot.line - 1] = f"class {match[1]}({match[2]}):"
            _top(path, lines, match[3].strip("`"))
        return
    path.write_text(f"{text}\n" if not path.exists() else "\n".join([*lines, text, ""]))


def _method(path: Path, lines: list[str], spot: Spot, text: str) -> None:
    """`async def …` in the place of the method that stands there, or into the class that lacks it."""
    if "…" in text:
        head = re.match(r"async def (\w+)\(", text)
        assert head
        start = spot.line - 1
        while not re.match(r"\s*(?:async )?def ", lines[start]):
            start += 1
        decorators = start
        while lines[decorators - 1].lstrip().startswith("@"):
            decorators -= 1
        line = re.sub(r"(?:async )?def \w+\((?:self, )?", f"async def {head[1]}(self, ", lines[start])
        path.write_text("\n".join([*lines[:decorators], line, *lines[start + 1 :]]))
    elif "(self" in text:
        words = re.search(r"`(\w+)`", spot.finding.message.partition("promises")[2] or spot.finding.message)
        named = words[1] if words else "Default"
        tree = ast.parse("\n".join(lines))
        found = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        node = next((each for each in found if each.name == named), found[0])
        method = text.partition("(")[0].split()[-1]
        for old in node.body:
            if isinstance(old, (ast.FunctionDef, ast.AsyncFunctionDef)) and old.name == method:
                first = min([old.lineno, *(each.lineno for each in old.decorator_list)])
                lines[first - 1 : old.end_lineno] = [""] * (1 + (old.end_lineno or first) - first)
        _insert(path, lines, node.body[0].lineno - 1, textwrap.indent(text, "    "))
    else:
        path.write_text("\n".join([*lines, "", text, ""]))


def _import(path: Path, lines: list[str], spot: Spot, text: str) -> None:
    if spot.path.suffix == ".py":
        statement = _statement(path, spot.line)
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            _replace(path, lines, statement, text)
            return
    _top(path, lines, text)


def _expression(path: Path, lines: list[str], spot: Spot, text: str) -> None:
    """The expression that the message names first, where it stands."""
    named = re.match(r"`([^`]+)`", spot.finding.message)
    assert named
    text = text.removeprefix("use `").removesuffix("`")
    old = named[1].removesuffix("()").rpartition(".")[0] if text.startswith("env.") else named[1]
    line, column = lines[spot.line - 1], max(spot.finding.place.column - 1, 0)
    for quote in (old, old.replace("'", '"')):
        if (at := line.find(quote, column)) >= 0 or (at := line.find(quote)) >= 0:
            lines[spot.line - 1] = line[:at] + text + line[at + len(quote) :]
            path.write_text("\n".join(lines))
            return
    raise AssertionError(f"{old!r} is not in {line!r}")


def _exported(path: Path, lines: list[str], _: Spot, asked: str) -> None:
    text, name = "\n".join(lines), asked.split('"')[1]
    if asked.startswith("add"):
        path.write_text(re.sub(r"(?m)^(__all__ = [\[(])", rf'\1"{name}", ', text))
    else:
        path.write_text(re.sub(rf"(?m)^(__all__ = .*?)\"{name}\",? ?", r"\1", text))


#: What a text looks like, and what is done with it.
FORMS: list[tuple[str, Callable[[Path, list[str], Spot, str], None]]] = [
    (r"\Aimport functools|\Adef (?:now|made)\(\)", _made),
    (r"\Awrite it below `/tmp`", _below_tmp),
    (r"(?m)^try:", _guarded),
    (r"\Afrom workers import env", _from_env),
    (r"(?m)^class ", _class),
    (r"\Aasync def ", _method),
    (r"\Aimport sys", _before),
    (r"\A(?:from \S+ )?import ", _import),
    (r"\Aif hasattr\(", _asked),
    (r"\A[\w.\[\]'\"]+\Z|\Ause `[\w.]+`\Z", _expression),
    (r"\A(?:add|remove) \"\w+\" (?:to|from) `__all__`", _exported),
]
