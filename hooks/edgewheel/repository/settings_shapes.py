"""`[tool.edgewheel]` read and checked key by key: which shape each value must have, and words for what is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from edgewheel.findings import Finding
from edgewheel.repository.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.documents.document import Document

#: key path below `[tool.edgewheel]` -> (field, shape)
_KEYS: dict[tuple[str, ...], tuple[str, str]] = {
    ("entry",): ("entry", "module"),
    ("namespace",): ("namespace", "name"),
    ("stage",): ("stage", "folder"),
    ("exports",): ("exports", "names"),
    ("strip",): ("strip", "list"),
    ("keep",): ("keep", "list"),
    ("packages",): ("packages", "packages"),
    ("wrangler-version",): ("wrangler_version", "version"),
    ("select",): ("select", "codes"),
    ("ignore",): ("ignore", "codes"),
    ("per-file-ignores",): ("per_file_ignores", "codes-by-file"),
    ("dependencies", "runtime-files"): ("runtime_files", "paths"),
    ("dependencies", "dev-only"): ("dev_only", "list"),
    ("dependencies", "allow"): ("allow", "list"),
    ("size", "budget"): ("budget", "size"),
    ("size", "gzip-budget"): ("gzip_budget", "size"),
    ("size", "warn-at"): ("warn_at", "percent"),
    ("size", "growth"): ("growth", "growth"),
}
_TABLES = {key[0] for key in _KEYS if len(key) > 1}
#: shape of a list -> (shape of its items, words for it)
_ITEMS = {
    "list": ("text", "a list of strings"),
    "names": ("identifier", "a list of Python names"),
    "paths": ("path", "a list of paths inside the project"),
    "codes": ("code", "a list of rule codes or their beginnings"),
}
_EXAMPLES = {
    "list": '["name"]',
    "names": '["Default"]',
    "paths": '["requirements-runtime.txt"]',
    "codes": '["EW101", "EW3"]',
    "codes-by-file": '{ "src/legacy/**" = ["EW202"] }',
    "packages": '"consistent"',
    "folder": '"build/worker"',
    "module": '"src/main.py"',
    "name": '"src"',
    "version": '"4.164.0"',
    "size": '"64 MiB"',
    "percent": '"80%"',
    "growth": '"5%"',
}
#: Compiled by what asks: most projects have none of these keys, and a hook pays for each
_CODE = r"(?a)EW\d{0,3}"
_VERSION = r"(?a)\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?"
_PERCENT = r"(?a)\d+(?:\.\d+)?\s*%"
_SIZE = r"(?ai)(\d+(?:\.\d+)?)\s*([kmg]i?b?|b?)"


def read(pyproject: Document | None) -> Settings:
    """The settings of a pyproject.toml; the defaults where there is none."""
    known = ((*_KEYS[key], value) for key, value in _entries(pyproject) if key in _KEYS)
    return Settings(**{field: typed(value) for field, shape, value in known if expected(shape, value) is None})


def faults(pyproject: Document | None) -> Iterator[Finding]:
    """Unknown keys, with the nearest known one, and values of a wrong type or out of their set."""
    if pyproject is None:
        return
    for key, value in _entries(pyproject):
        place = pyproject.place("tool", "edgewheel", *key)
        dotted = ".".join(("tool", "edgewheel", *key))
        if not key or (key[0] in _TABLES and len(key) == 1):
            yield Finding(f"`{dotted}` must be a table: nothing in it is read", place, f"write `[{dotted}]`")
        elif key not in _KEYS:
            yield Finding(f"`{dotted}` is no setting of edgewheel: it is read by nobody", place, _nearest(key, value))
        elif (wanted := expected(_KEYS[key][1], value)) is not None:
            good = f"{key[-1]} = {_EXAMPLES[_KEYS[key][1]]}"
            yield Finding(f"`{dotted}` must be {wanted}: the default is used instead", place, f"write `{good}`")


def _entries(pyproject: Document | None) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The settings by key path; a table that is none comes whole."""
    table = pyproject.get("tool", "edgewheel", default={}) if pyproject else {}
    if not isinstance(table, dict):
        yield (), table
        return
    for name, value in table.items():
        if name in _TABLES and isinstance(value, dict):
            for inner, inner_value in value.items():
                yield (name, inner), inner_value
        else:
            yield (name,), value


def _nearest(key: tuple[str, ...], value: Any) -> str:  # noqa: ANN401 - any TOML value
    from difflib import get_close_matches

    if isinstance(value, dict) and (tables := get_close_matches(key[-1], _TABLES, 1, 0.5)):
        return f"write `[tool.edgewheel.{tables[0]}]`"
    known = [".".join(each) for each in _KEYS]
    close = get_close_matches(".".join(key), known, 1, 0.5) or get_close_matches(
        key[-1], [each.rpartition(".")[2] for each in known], 1, 0.5
    )
    if close:
        full = next(each for each in known if each == close[0] or each.rpartition(".")[2] == close[0])
        table, _, name = f"tool.edgewheel.{full}".rpartition(".")
        return f"write `{name}` in `[{table}]`"
    return "remove the line; the keys are " + ", ".join(known)


def expected(shape: str, value: Any) -> str | None:  # noqa: ANN401 - any TOML value
    """None for a good value, else the words for what it should be."""
    if shape in _ITEMS:
        good = isinstance(value, list) and all(isinstance(item, str) for item in value)
        item, words = _ITEMS[shape]
        return None if good and all(expected(item, each) is None for each in value) else words
    if shape == "codes-by-file":
        good = isinstance(value, dict) and all(expected("codes", item) is None for item in value.values())
        return None if good else "a table of patterns, each with a list of rule codes"
    if not isinstance(value, str):
        return "a string"
    if shape in {"size", "percent", "growth"}:
        return _size_fault(shape, value) if value else None
    good, words = {
        "text": (True, ""),
        "packages": (value in {"consistent", "strict", "off"}, '"consistent", "strict" or "off"'),
        "path": (_inside(value), "a path inside the project"),
        "folder": (_inside(value) and value.strip("./") != "", "a folder inside the Worker's"),
        "module": (_inside(value) and (not value or value.endswith(".py")), "the path of a `.py` file"),
        "name": (all(part.isidentifier() for part in value.split("/") if value), "the name of a package folder"),
        "identifier": (value.isidentifier(), "a name"),
        "code": (re.fullmatch(_CODE, value) is not None, "a rule code"),
        "version": (not value or re.fullmatch(_VERSION, value) is not None, 'a version such as "4.164.0"'),
    }[shape]
    return None if good else words


def _inside(path: str) -> bool:
    """Whether a path is relative, posix and stays below the folder that it starts from."""
    return not path.startswith("/") and ".." not in path.split("/") and "\\" not in path and path[1:2] != ":"


def _size_fault(shape: str, value: str) -> str | None:
    if shape == "percent" or (shape == "growth" and value.endswith("%")):
        return None if re.fullmatch(_PERCENT, value) else 'a percentage such as "80%"'
    return None if parse_size(value) is not None else 'a size such as "64 MiB"'


def parse_size(text: str) -> int | None:
    """Bytes of a size such as `64 MiB`, `25MB` or `1024`; None for what is none. KiB is 1024, KB 1000 bytes."""
    match = re.fullmatch(_SIZE, text.strip())
    if match is None:
        return None
    unit = match[2].lower().removesuffix("b")
    factor = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "ki": 2**10, "mi": 2**20, "gi": 2**30}[unit]
    return int(float(match[1]) * factor)


def typed(value: Any) -> Any:  # noqa: ANN401 - strings stay, lists and tables become tuples
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return tuple((name, tuple(items)) for name, items in value.items())
    return value
