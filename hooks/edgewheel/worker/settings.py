"""`[tool.edgewheel]` of the Worker's pyproject.toml, checked key by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.text.document import Document


class Settings(NamedTuple):
    """The table as typed values; a key of a wrong type keeps its default and is a fault (EW003)."""

    entry: str = ""
    namespace: str = ""
    stage: str = "build/worker"
    exports: tuple[str, ...] = ()
    strip: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    packages: str = "consistent"
    wrangler_version: str = ""
    select: tuple[str, ...] = ("EW",)
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    runtime_files: tuple[str, ...] = ("requirements-runtime.txt",)
    dev_only: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    budget: str = ""
    gzip_budget: str = ""
    warn_at: str = "80%"
    growth: str = ""


#: key path below `[tool.edgewheel]` -> (field, shape)
_KEYS: dict[tuple[str, ...], tuple[str, str]] = {
    ("entry",): ("entry", "path"),
    ("namespace",): ("namespace", "name"),
    ("stage",): ("stage", "path"),
    ("exports",): ("exports", "list"),
    ("strip",): ("strip", "list"),
    ("keep",): ("keep", "list"),
    ("packages",): ("packages", "packages"),
    ("wrangler-version",): ("wrangler_version", "version"),
    ("select",): ("select", "list"),
    ("ignore",): ("ignore", "list"),
    ("per-file-ignores",): ("per_file_ignores", "table"),
    ("dependencies", "runtime-files"): ("runtime_files", "list"),
    ("dependencies", "dev-only"): ("dev_only", "list"),
    ("dependencies", "allow"): ("allow", "list"),
    ("size", "budget"): ("budget", "size"),
    ("size", "gzip-budget"): ("gzip_budget", "size"),
    ("size", "warn-at"): ("warn_at", "percent"),
    ("size", "growth"): ("growth", "growth"),
}
_TABLES = {key[0] for key in _KEYS if len(key) > 1}


def read(pyproject: Document | None) -> Settings:
    """The settings of a pyproject.toml; the defaults where there is none."""
    values: dict[str, Any] = {}
    for key, value in _entries(pyproject):
        if key in _KEYS:
            field, shape = _KEYS[key]
            if _expected(shape, value) is None:
                values[field] = _typed(value)
    return Settings(**values)


def faults(pyproject: Document | None) -> Iterator[Finding]:
    """Unknown keys, with the nearest known one, and values of a wrong type or out of their set."""
    for key, value in _entries(pyproject):
        assert pyproject is not None  # noqa: S101 - it has entries
        place = pyproject.place("tool", "edgewheel", *key)
        dotted = ".".join(("tool", "edgewheel", *key))
        if key not in _KEYS:
            yield Finding(f"`{dotted}` is no setting of edgewheel: it is read by nobody", place, _nearest(key))
        elif (expected := _expected(_KEYS[key][1], value)) is not None:
            yield Finding(f"`{dotted}` must be {expected}: the default is used instead", place)


def _entries(pyproject: Document | None) -> Iterator[tuple[tuple[str, ...], Any]]:
    table = pyproject.get("tool", "edgewheel", default={}) if pyproject else {}
    if not isinstance(table, dict):
        return
    for name, value in table.items():
        if name in _TABLES and isinstance(value, dict):
            for inner, inner_value in value.items():
                yield (name, inner), inner_value
        else:
            yield (name,), value


def _nearest(key: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    known = [".".join(each) for each in _KEYS]
    close = get_close_matches(".".join(key), known, 1, 0.5) or get_close_matches(
        key[-1], [each.rpartition(".")[2] for each in known], 1, 0.5
    )
    if close:
        full = next(each for each in known if each == close[0] or each.rpartition(".")[2] == close[0])
        table, _, name = f"tool.edgewheel.{full}".rpartition(".")
        return f"write `{name}` in `[{table}]`"
    return "remove the line; the keys are " + ", ".join(known)


def _expected(shape: str, value: Any) -> str | None:  # noqa: ANN401 - any TOML value
    """None for a good value, else the words for what it should be."""
    if shape == "list":
        good = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return None if good else "a list of strings"
    if shape == "table":
        good = isinstance(value, dict) and all(_expected("list", item) is None for item in value.values())
        return None if good else "a table of lists of strings"
    if not isinstance(value, str):
        return "a string"
    if shape == "packages" and value not in {"consistent", "strict", "off"}:
        return '"consistent", "strict" or "off"'
    if shape == "path" and (value.startswith(("/", "\\")) or ".." in value.split("/") or value[1:2] == ":"):
        return "a path inside the Worker's folder"
    if shape == "name" and not all(part.isidentifier() for part in value.split("/")):
        return "the name of a package folder"
    if shape in {"size", "percent", "growth"} and value:
        return _size_fault(shape, value)
    return None


def _size_fault(shape: str, value: str) -> str | None:
    percent = value.endswith("%") and value[:-1].strip().replace(".", "", 1).isdigit()
    if shape == "percent" or (shape == "growth" and value.endswith("%")):
        return None if percent else 'a percentage such as "80%"'
    return None if parse_size(value) is not None else 'a size such as "64 MiB"'


def parse_size(text: str) -> int | None:
    """Bytes of a size such as `64 MiB`, `25MB` or `1024`; None for what is none. KiB is 1024, KB 1000 bytes."""
    digits = text.strip().rstrip("BbiKkMmGg ").strip()
    unit = text.strip()[len(digits) :].strip().lower()
    factor = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}.get(unit)
    if factor is None or not digits.replace(".", "", 1).isdigit() or not digits.isascii():
        return None
    return int(float(digits) * factor)


def _typed(value: Any) -> Any:  # noqa: ANN401 - strings stay, lists and tables become tuples
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return tuple((name, tuple(items)) for name, items in value.items())
    return value
