"""`[tool.edgewheel]` read and checked key by key: which shape each value must have, and words for what is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from edgewheel.findings import Finding
from edgewheel.repository.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.documents.document import Document


class Setting(NamedTuple):
    """One key of `[tool.edgewheel]`: dotted `key`, the field of `Settings` that holds its value and default, the shape
    of the value, and what it does.
    """

    key: str
    field: str
    shape: str
    about: str


#: Every key, in the order of the documentation. The one declaration: reading, checking and the schema use it.
SETTINGS: Final = (
    Setting(
        "entry",
        "entry",
        "module",
        "the module whose handlers are deployed (default: wrangler's main, where that is not the staged one)",
    ),
    Setting(
        "namespace", "namespace", "name", "the folder whose name stays in imports (default: the top folder of `entry`)"
    ),
    Setting("stage", "stage", "folder", "the folder that `edgewheel stage` writes"),
    Setting(
        "exports", "exports", "names", "names that the generated entry exports besides those found in the real one"
    ),
    Setting("strip", "strip", "list", "patterns of files to leave out, added to the defaults"),
    Setting("keep", "keep", "list", "patterns of files to keep although a default leaves them out"),
    Setting("packages", "packages", "packages", "where a missing `__init__.py` is a finding"),
    Setting(
        "wrangler-version",
        "wrangler_version",
        "version",
        "the wrangler to predict (default: the installed one, else the newest known)",
    ),
    Setting("select", "select", "codes", "the rules to check, by code or prefix"),
    Setting("ignore", "ignore", "codes", "the rules to leave out, by code or prefix"),
    Setting(
        "per-file-ignores", "per_file_ignores", "codes-by-file", "rules to leave out for files that match a pattern"
    ),
    Setting(
        "dependencies.runtime-files",
        "runtime_files",
        "paths",
        "requirements files that mirror `[project].dependencies`",
    ),
    Setting(
        "dependencies.dev-only", "dev_only", "list", "packages, or patterns of them, that are for development only"
    ),
    Setting("dependencies.allow", "allow", "list", "packages, or patterns of them, that no list speaks against"),
    Setting("size.budget", "budget", "size", "the largest upload that passes"),
    Setting("size.gzip-budget", "gzip_budget", "size", "the largest compressed upload that passes"),
    Setting("size.warn-at", "warn_at", "percent", "the share of the budget that gives a warning"),
    Setting("size.growth", "growth", "growth", "how much larger than the baseline the upload may be"),
    Setting("startup.budget", "startup_budget", "duration", "the CPU time that the start may take"),
    Setting("startup.growth", "startup_growth", "slower", "how much longer than the baseline the start may take"),
    Setting("startup.precompile", "precompile", "flag", "upload modules compiled ahead of the start"),
)
_KEYS: Final = {tuple(each.key.split(".")): each for each in SETTINGS}
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
    "duration": '"1000 ms"',
    "slower": '"10%"',
    "flag": "false",
}
#: Compiled by what asks: most projects have none of these keys, and a hook pays for each
_CODE = r"(?a)EW\d{0,3}"
_VERSION = r"(?a)\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?"
_PERCENT = r"(?a)\d+(?:\.\d+)?\s*%"
_DURATION = r"(?ai)(\d+(?:\.\d+)?)\s*(ms|s)"
_SIZE = r"(?ai)(\d+(?:\.\d+)?)\s*([kmg]i?b?|b?)"


def read(pyproject: Document | None) -> Settings:
    """The settings of a pyproject.toml; the defaults where there is none."""
    known = ((_KEYS[key], value) for key, value in _entries(pyproject) if key in _KEYS)
    return Settings(**{each.field: typed(value) for each, value in known if expected(each.shape, value) is None})


def faults(pyproject: Document | None) -> Iterator[Finding]:
    """Unknown keys, with the nearest known one, and values of a wrong type or out of their set."""
    if pyproject is None:
        return
    for key, value in _entries(pyproject):
        place = pyproject.place("tool", "edgewheel", *key)
        dotted = ".".join(("tool", "edgewheel", *key))
        if not key or (key[0] in _TABLES and len(key) == 1):
            yield Finding(f"`{dotted}` must be a table: it is ignored", place, f"write `[{dotted}]`")
        elif key not in _KEYS:
            yield Finding(f"unknown setting `{dotted}`: it has no effect", place, _nearest(key, value))
        elif (wanted := expected(_KEYS[key].shape, value)) is not None:
            good = f"{key[-1]} = {_EXAMPLES[_KEYS[key].shape]}"
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
    known = [each.key for each in SETTINGS]
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
    if shape == "flag":
        return None if isinstance(value, bool) else "true or false"
    if not isinstance(value, str):
        return "a string"
    if shape in {"duration", "slower"}:
        return _duration_fault(shape, value)
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


def _duration_fault(shape: str, value: str) -> str | None:
    if shape == "slower" and (not value or re.fullmatch(_PERCENT, value)):
        return None
    return None if parse_duration(value) is not None else 'a time such as "1000 ms"'


def parse_duration(text: str) -> float | None:
    """Milliseconds of a time such as `1000 ms` or `1.5 s`; None for an invalid one."""
    match = re.fullmatch(_DURATION, text.strip())
    return float(match[1]) * (1000 if match[2].lower() == "s" else 1) if match else None


def parse_size(text: str) -> int | None:
    """Bytes of a size such as `64 MiB`, `25MB` or `1024`; None for what is none. KiB is 1024, KB 1000 bytes."""
    match = re.fullmatch(_SIZE, text.strip())
    if match is None:
        return None
    unit = match[2].lower().removesuffix("b")
    factor = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "ki": 2**10, "mi": 2**20, "gi": 2**30}[unit]
    size = float(match[1]) * factor
    return int(size) if size < 2**63 else None


def typed(value: Any) -> Any:  # noqa: ANN401 - strings stay, lists and tables become tuples
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return tuple((name, tuple(items)) for name, items in value.items())
    return value
