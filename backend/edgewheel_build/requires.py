"""What a build needs besides this package, read from pyproject.toml: hatchling is not there yet to be asked."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HATCHLING = "hatchling>=1.27,<2"


def requires(root: str, target: str) -> list[str]:
    """hatchling, and what `[tool.hatch.build]`, its target (`wheel`, `sdist`) and their hooks ask for by name.

    Tables of a `hatch.toml` stand in the place of those in pyproject.toml, as hatchling takes them.
    """
    try:
        text, own = _text(root, "pyproject.toml"), _text(root, "hatch.toml")
        data = _parsed(text) if "hatch" in text or own else {}
        hatch = {**_table(data, "tool", "hatch"), **_parsed(own)}
    except (OSError, ValueError):  # told by the build itself, with the place of the fault
        return [HATCHLING]
    build = _table(hatch, "build")
    tables = [build, _table(build, "targets", target)]
    tables += [hook for table in tables for hook in table.get("hooks", {}).values() if isinstance(hook, dict)]
    found = [HATCHLING, *(each for table in tables for each in _strings(table.get("dependencies")))]
    project = _table(data, "project")
    for table in tables:
        if table.get("require-runtime-dependencies") is True:
            found += _strings(project.get("dependencies"))
        for extra in _strings(table.get("require-runtime-features")):
            found += _strings(_table(project, "optional-dependencies").get(extra))
    return list(dict.fromkeys(found))


def _text(root: str, name: str) -> str:
    """A file of the project; "" where there is none."""
    path = os.path.join(root, name)
    if not os.path.isfile(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def _parsed(text: str) -> dict[str, Any]:
    if not text:
        return {}
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    loaded: dict[str, Any] = tomllib.loads(text)
    return loaded


def _table(table: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in names:
        inner = table.get(name)
        table = inner if isinstance(inner, dict) else {}
    return table


def _strings(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
