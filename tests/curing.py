"""What a fix says, done as a person would do it: its commands in a shell, its text pasted where it says.

A fix is lines of a shell, sections that begin with `# FILE` or `// FILE`, and text for the place of the finding: an
entry of the config, a statement, or one of the sentences below. `Outside` tells what this machine cannot do.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.documents import edit
from edgewheel.documents.document import Document, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edgewheel.findings import Finding

_HEAD = re.compile(r"(?:#|//) (?P<file>(?:[\w.-]+/)*[\w.-]*\.(?:toml|jsonc?|assetsignore))(?P<how>.*)")
_COMMAND = re.compile(r"(?:\(cd|uvx?|mv|rm|cp|touch|mkdir|echo|find|grep|git|npm|pywrangler|wrangler|edgewheel) ")
#: What needs an index, npm, Cloudflare or the tools that they bring.
_OUTSIDE = re.compile(r"(?:\bpywrangler |\bwrangler |\bnpm |\buv (?:lock|build|run)\b|edgewheel trim|deps --write)")
_ENTRY = re.compile(r"(\"?)([\w-]+)\1(?: = |: )")
_REQUIRED = r"`([^`]+)`"


class Outside(Exception):  # noqa: N818 - no error: what a test cannot do here
    """Why a fix cannot be done by a test."""


class Spot(NamedTuple):
    """Where a fix is done: the Worker's folder, its main, and the finding."""

    root: Path
    main: Path
    finding: Finding

    @property
    def path(self) -> Path:
        return Path(self.finding.place.path)

    @property
    def line(self) -> int:
        return self.finding.place.line


def cure(spot: Spot) -> None:
    """Does what the fix of a finding says; Outside for what this machine cannot do."""
    fix = spot.finding.fix.removeprefix("edgewheel init --write, or by hand:\n")
    if not fix:
        raise AssertionError("no fix")
    for kind, what, text in list(_parts(fix)):
        if kind == "run":
            _run(spot, text)
        elif kind == "file":
            paste(spot, what, text)
        else:
            here(spot, text)


def _parts(fix: str) -> Iterator[tuple[str, str, str]]:
    """("run", "", line), ("file", head, text) and ("here", "", text) in their order."""
    head, kept = "", []
    for line in [*fix.split("\n"), "# .toml"]:
        if head and not _HEAD.fullmatch(line) and not _COMMAND.match(line):
            kept.append(line)
        elif _HEAD.fullmatch(line):
            if text := "\n".join(kept).strip("\n"):
                yield ("file", head, text) if head else ("here", "", text)
            elif head:
                yield "file", head, ""
            head, kept = line, []
        elif _COMMAND.match(line):
            if text := "\n".join(kept).strip("\n"):
                yield ("file", head, text) if head else ("here", "", text)
            head, kept = "", []
            yield "run", "", line
        else:
            kept.append(line)


def is_outside(fix: str) -> bool:
    """Whether a part of a fix is what this machine cannot do, whatever the Worker is."""
    for kind, _, text in _parts(fix):
        if kind == "run" and _OUTSIDE.search(text):
            return True
        for pattern, do in SENTENCES if kind == "here" else ():
            if re.fullmatch(pattern, text, re.DOTALL):
                if do.__name__ == "refuse":
                    return True
                break
    return False


def _run(spot: Spot, line: str) -> None:
    if re.search(r"\buv (?:add|remove)\b", line):
        if (spot.root / "uv.lock").exists() and "--frozen" not in line:
            raise Outside("needs a package index: uv locks again")
        line = re.sub(r"\buv (add|remove)(?! --frozen)( --no-sync)?", r"uv \1 --frozen", line)
    elif _OUTSIDE.search(line):
        raise Outside("needs a package index, npm or Cloudflare")
    # one Python, which runs this: version managers put programs on PATH that only fail
    found = (Path(each).parent for each in map(shutil.which, ("uv", "sh", "git", "perl")) if each)
    folders = dict.fromkeys([Path(sys.executable).parent, *found, Path("/usr/bin"), Path("/bin")])
    environment = {**os.environ, "PATH": os.pathsep.join(map(str, folders)), "UV_OFFLINE": "1"}
    for key in ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON"):
        environment.pop(key, None)
    environment["UV_PYTHON_DOWNLOADS"] = "never"
    done = subprocess.run(
        ["sh", "-c", line], cwd=spot.root, env=environment, capture_output=True, text=True, check=False
    )
    if re.search("[Nn]o interpreter found|Failed to parse `uv.lock`", done.stderr):
        raise Outside("wants a newer Python, or a lock that uv has made")
    if done.returncode not in ({0, 1} if "edgewheel check" in line else {0}):
        raise AssertionError(f"{line}: {done.stderr}")


def _document(path: Path) -> Document:
    return parse(str(path), path.read_bytes())


def _write(document: Document) -> None:
    Path(document.path).write_text(document.text, encoding="utf-8", newline="")


def _entries(text: str) -> dict[str, str]:
    """`key = value` and `"key": value` lines."""
    found = {}
    for line in text.split("\n"):
        if (match := _ENTRY.match(line)) and not line.startswith("["):
            found[match[2]] = line[match.end() :].rstrip().removesuffix(",")
    return found


def _set(document: Document, table: tuple[str | int, ...], entries: dict[str, str]) -> Document:
    from edgewheel.documents.document import parse_text

    for key, value in entries.items():
        whole = (*table, key)
        if document.get(*whole) is not None:
            document = edit.replaced(document, whole, value)
        elif any(isinstance(step, int) for step in table) or (table and not document.get(*table)):
            # behind the header or the brace of the table
            lines = document.text.split("\n")
            at = document.place(*table).line
            if document.path.endswith(".toml") and lines[at - 1].lstrip().startswith("["):
                lines.insert(at, f"{key} = {value}")
            else:
                column = lines[at - 1].index("{", document.place(*table).column - 1) + 1
                rest = lines[at - 1][column:]
                comma = "" if rest.lstrip().startswith("}") else ", "
                pair = f"{key} = {value}" if document.path.endswith(".toml") else f'"{key}": {value}'
                lines[at - 1] = f"{lines[at - 1][:column]} {pair}{comma}{rest}"
            document = parse_text(document.path, "\n".join(lines))
            assert document.problem is None, document.problem
        else:
            document = edit.inserted(document, table, key, value) if table else _on_top(document, key, value)
    return document


def _on_top(document: Document, key: str, value: str) -> Document:
    from edgewheel.documents.document import parse_text

    if document.path.endswith(".toml"):
        return parse_text(document.path, f"{key} = {value}\n{document.text}")
    return parse_text(document.path, document.text.replace("{", f'{{"{key}": {value}, ', 1))


def paste(spot: Spot, head: str, text: str) -> None:
    """The text of a section into its file, as the head says: instead of a line, into a table, at a line's rule."""
    match = _HEAD.fullmatch(head)
    assert match
    path, how = spot.root / match["file"], match["how"]
    if path.name == ".assetsignore":
        path.write_text((path.read_text() if path.exists() else "") + text + "\n")
        return
    if not path.exists():
        path.write_text("")
    document = _document(path)
    if number := re.match(r", line (\d+)", how):
        rule = next(
            at for at, _ in enumerate(document.get("rules")) if document.place("rules", at).line == int(number[1])
        )
        done = (
            _without_rule(document, ("rules", rule))
            if "remove" in how
            else _set(document, ("rules", rule), _entries(text))
        )
        _write(done)
        return
    for gone in re.findall(r"without `(\w+)`", how):
        document = edit.removed(document, (gone,))
    if how == ', in "rules"':
        item = text.strip()
        _write(
            edit.appended(document, ("rules",), item)
            if document.get("rules")
            else _on_top(document, "rules", f"[{item}]")
        )
        return
    table = re.search(r", in (?:\[([\w.-]+)\]|`([\w.]+)`)", how)
    if table:
        _write(_set(document, tuple((table[1] or table[2]).split(".")), _entries(text)))
    elif document.path.endswith(".toml"):
        _write(_with_tables(document, text))
    else:
        _write(_set(document, (), _entries(text)))


def _with_tables(document: Document, text: str) -> Document:
    """TOML's lines: keys before a header are the top level's, a table that is there takes them, others are added."""
    from edgewheel.documents.document import parse_text

    top, *tables = re.split(r"(?m)^(?=\[)", text)
    document = _set(document, (), _entries(top))
    for table in tables:
        name, _, body = table.strip().partition("\n")
        key = tuple(name.strip("[]").split("."))
        if not name.startswith("[[") and document.get(*key) is not None:
            document = _set(document, key, _entries(body))
        else:
            document = parse_text(document.path, f"{document.text.rstrip()}\n\n{table.strip()}\n".lstrip())
    assert document.problem is None, document.problem
    return document


def here(spot: Spot, text: str) -> None:
    """Text without a head: a sentence, an entry of the config, or Python."""
    for pattern, do in SENTENCES:
        if match := re.fullmatch(pattern, text, re.DOTALL):
            do(spot, match)
            return
    path = spot.path if spot.path.is_file() else Path("x.py")
    if path.suffix in {".toml", ".json", ".jsonc"} and text.startswith("["):
        _write(_with_tables(_document(path), text))
    elif path.suffix in {".toml", ".json", ".jsonc"} and _ENTRY.match(text):
        _entry(spot, text)
    else:
        from tests import curing_python

        curing_python.paste(spot, text)


def _entry(spot: Spot, text: str) -> None:
    """An entry in the table of the finding: in the place of its namesake there, or as a new one."""
    document = _document(spot.path)
    ((name, value),) = _entries(text).items()
    place = (spot.finding.place.line, spot.finding.place.column)
    # the innermost thing that stands there, then outwards to a table that has the key
    at = [key for key in document.tree.spans if document.place(*key)[1:] == place] or [()]
    key = max(at, key=len)
    if not at[0] and (tables := _headers(document, place)):
        key = tables[-1]
    for length in range(len(key), -1, -1):
        if length and key[length - 1] == name:
            _write(edit.replaced(document, key[:length], value))
            return
    if key and isinstance(key[-1], str) and get_close_matches(name, [key[-1]], 1, 0.6):  # a slip of the pen
        _write(_set(edit.removed(document, key), key[:-1], {name: value}))
        return
    table = next((key[:n] for n in range(len(key) - 1, -1, -1) if isinstance(document.get(*key[:n]), dict)), ())
    if isinstance(document.get(*key), dict) and key:
        table = key
    _write(_set(document, table, {name: value}))


def _headers(document: Document, place: tuple[int, int]) -> list[tuple[str | int, ...]]:
    """The tables and items of lists that begin at a place, outermost first."""
    found: list[tuple[str | int, ...]] = []

    def walk(value: object, key: tuple[str | int, ...]) -> None:
        if key and document.place(*key)[1:] == place:
            found.append(key)
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for step, inner in pairs:
            walk(inner, (*key, step))

    walk(document.data, ())
    tables = [key for key in found if isinstance(document.get(*key), dict)]
    return tables or found


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", errors="replace").split("\n")


def _line(path: Path, number: int, change: Callable[[str], str | None]) -> None:
    lines = _lines(path)
    new = change(lines[number - 1])
    lines[number - 1 : number] = [] if new is None else [new]
    path.write_text("\n".join(lines), encoding="utf-8", newline="")


def _written(spot: Spot, new: str) -> None:
    """`write X`: a line of a requirements file, an entry, a header, or the item that stands there."""
    path = spot.path
    if path.suffix == ".txt":
        _line(path, spot.line, lambda _: new)
    elif new.startswith("[") and " = " not in new:
        _line(
            path,
            spot.line,
            lambda old: re.sub(r"\[+[\w.-]+\]+|tool\.edgewheel = .*|\w+ = .*", lambda _: new, old, count=1),
        )
    elif _ENTRY.match(new):
        _entry(spot, new)
    else:
        document = _document(path)
        key = next(k for k in document.tree.spans if document.place(*k)[1:] == spot.finding.place[1:])
        _write(edit.replaced(document, key, new if new.startswith('"') else f'"{new}"'))


def _instead(spot: Spot, name: str, table: str) -> None:
    """A key of a name that is none, under its right name or in its right table."""
    document = _document(spot.path)
    key = next(k for k in document.tree.spans if document.place(*k)[1:] == spot.finding.place[1:])
    value = edit.value_text(document, key) or '"x"'
    document = edit.removed(document, key)
    _write(_with_tables(document, f"[{table}]\n{name} = {value}"))


def _remove_key(spot: Spot, name: str) -> None:
    document = _document(spot.path)
    at = [k for k in document.tree.spans if document.place(*k)[1:] == spot.finding.place[1:]] or [(name,)]
    key = max(at, key=len)
    while key and key[-1] != name:
        key = key[:-1]
    _write(edit.removed(document, key or (name,)))


def _remove_rule(spot: Spot) -> None:
    document = _document(spot.path)
    place = spot.finding.place[1:]
    keys = [*document.tree.spans, *_headers(document, place)]
    key = next(k for k in keys if document.place(*k)[1:] == place and "rules" in k and len(k) > k.index("rules") + 1)
    _write(_without_rule(document, key[: key.index("rules") + 2]))


def _without_rule(document: Document, key: tuple[str | int, ...]) -> Document:
    from edgewheel.documents.document import parse_text

    lines = document.text.split("\n")
    at = document.place(*key).line
    if not (document.path.endswith(".toml") and lines[at - 1].startswith("[[")):
        return edit.removed(document, key)
    end = next((i for i in range(at, len(lines)) if lines[i].startswith("[")), len(lines))
    return parse_text(document.path, "\n".join([*lines[: at - 1], *lines[end:]]))


def _append(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    old = path.read_text() if path.exists() else ""
    path.write_text(f"{old.rstrip(chr(10))}\n{text}\n".lstrip("\n"))


def _outside(reason: str) -> Callable[[Spot, re.Match[str]], None]:
    def refuse(_: Spot, __: re.Match[str]) -> None:
        raise Outside(reason)

    return refuse


def _utf8(spot: Spot, _: re.Match[str]) -> None:
    spot.path.write_text(spot.path.read_bytes().decode("latin-1"), encoding="utf-8", newline="")


def _rename(spot: Spot, new: str) -> None:
    statement = _lines(spot.path)[spot.line - 1]
    module = re.search(r"(?:from|import)\s+([\w.]+)|import_module\(\"([\w.]+)", statement)
    assert module
    _line(spot.path, spot.line, lambda old: old.replace(module[1] or module[2], new, 1))


def _open(spot: Spot, expression: str) -> None:
    from tests import curing_python

    curing_python.opened(spot, expression)


#: The sentences of fixes, and what a person does.
SENTENCES: list[tuple[str, Callable[[Spot, re.Match[str]], None]]] = [
    (r"correct (?:line \d+|it at).*", _outside("only its author knows what was meant")),
    (r"write `[\w.\[\]]+` as .*", _outside("only its author knows the value")),
    (r"give one of them another name, such as `\w+`", _outside("only its author knows which one")),
    (rf"add {_REQUIRED} to `\[([\w-]+)\]`.*", lambda spot, m: _into(spot, m[2], m[1])),
    (r"save (?:it|the file|[\w.]+) as UTF-8", _utf8),
    (rf"write {_REQUIRED} in `\[(tool[\w.]+)\]`", lambda spot, m: _instead(spot, m[1], m[2])),
    (rf"write {_REQUIRED} in `\[([\w.]+)\]`", lambda spot, m: _into(spot, m[2], m[1])),
    (rf"write {_REQUIRED} in `([\w./-]+)`", lambda spot, m: _line(spot.root / m[2], spot.line, lambda _: m[1])),
    (rf"write {_REQUIRED}(?: there)?", lambda spot, m: _written(spot, m[1])),
    (r"write (\[\[.*\]\])", lambda spot, m: _written(spot, m[1])),
    (r"rename it to (\[\[.*\]\])", lambda spot, m: _written(spot, m[1])),
    (rf"add the line {_REQUIRED} to `([^`]+)`", lambda spot, m: _append(spot.root / m[2], m[1])),
    (rf"move the line {_REQUIRED} from `([^`]+)` to `([^`]+)`", lambda spot, m: _move_line(spot, m[1], m[2], m[3])),
    (
        rf"remove the line {_REQUIRED} from `([^`]+)`.*",
        lambda spot, m: _line(spot.root / m[2], spot.line, lambda _: None),
    ),
    (rf"write {_REQUIRED} in both places", lambda spot, m: _both(spot, m[1])),
    (r"remove `depends` and name.*", lambda spot, _: _line(spot.path, spot.line, _no_depends)),
    (
        r"remove `(.+)`; what it does .*",
        lambda spot, _: _line(spot.path, spot.line, lambda old: "    pass" if old[0] == " " else ""),
    ),
    (r"move `(\w+)` above the first `\[table\]`", lambda spot, m: _up(spot, m[1])),
    (r"write the (?:inline table|character) .*", _outside("how a table is laid out is its author's")),
    (
        r"(?:correct the path|build it first \(`uv build --wheel`\)), or take .*",
        _outside("only its author knows the path"),
    ),
    (r"name a release of .*", _outside("needs a release or a build")),
    (r"list them in `\[project\].dependencies` and .*", _outside("only a build knows them")),
    (r"remove `\w+`; the SDK's names are in its documentation", _outside("only its author knows what was meant")),
    (
        rf"write {_REQUIRED} for {_REQUIRED}, here and where it is used",
        lambda spot, m: spot.path.write_text(spot.path.read_text().replace(m[2], m[1])),
    ),
    (r"remove the import, and list what it installs .*", _outside("only its author knows what it installs")),
    (r"catch the ImportError, or do without it on Workers", _outside("what the code does without it is its author's")),
    (r"take `.*` out of the module root, or out of the globs.*", _outside("only its author knows what may go")),
    (r"name the \d+ files that only this glob matches.*", _outside("so many globs nobody pastes")),
    (r"remove the line(?:; the keys are .*)?", lambda spot, _: _line(spot.path, spot.line, lambda _: None)),
    (r"(?:remove|delete) this rule(?:: .*)?", lambda spot, _: _remove_rule(spot)),
    (rf"remove {_REQUIRED} from `([^`]+)`", lambda spot, m: _write(edit.removed(_document(spot.root / m[2]), (m[1],)))),
    (rf"remove {_REQUIRED}(?:: .*)?", lambda spot, m: _remove_key(spot, m[1])),
    (rf"remove one of the two {_REQUIRED}", lambda spot, _: _line(spot.path, spot.line, lambda _: None)),
    (
        rf"create {_REQUIRED} with (.*)",
        lambda spot, m: _append(spot.root / m[1], "".join(f"{n} = None\n" for n in re.findall(r"\w+", m[2]))),
    ),
    (rf"create {_REQUIRED}(?: or remove the line)?", lambda spot, m: _append(spot.root / m[1], "")),
    (r"define `(\w+)` in `([^`]+)`", lambda spot, m: _append(spot.root / m[2], f"{m[1]} = None")),
    (rf"import it as {_REQUIRED}", lambda spot, m: _rename(spot, m[1])),
    (rf"open it as {_REQUIRED}", lambda spot, m: _open(spot, m[1])),
]


def _both(spot: Spot, new: str) -> None:
    other = re.search(r"of `([^`]+)` line (\d+)", spot.finding.message)
    assert other
    _line(spot.path, spot.line, lambda _: new)
    _line(spot.root / other[1], int(other[2]), lambda _: new)


def _no_depends(line: str) -> str:
    return re.sub(r",? ?depends=\[[^\]]*\]", "", line)


def _up(spot: Spot, name: str) -> None:
    document = _document(spot.path)
    key = next(k for k in document.tree.spans if document.place(*k)[1:] == spot.finding.place[1:])
    value = edit.value_text(document, key)
    assert value
    _write(_on_top(edit.removed(document, key), name, value))


def _into(spot: Spot, table: str, text: str) -> None:
    _write(_set(_document(spot.path), tuple(table.split(".")), _entries(text)))


def _move_line(spot: Spot, line: str, old: str, new: str) -> None:
    _line(spot.root / old, spot.line, lambda _: None)
    _append(spot.root / new, line)
