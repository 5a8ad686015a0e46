"""The JSON schema of `[tool.edgewheel]`, made from the one declaration of the settings."""

from __future__ import annotations

from typing import Any

from edgewheel.repository.settings import Settings
from edgewheel.repository.settings_shapes import SETTINGS

_TEXT = {"type": "string"}
#: relative, posix, and never above the folder that it begins in
_INSIDE = r"(?!/)(?!.:)(?![^\n]*\\)(?!([^\n]*/)?\.\.(/|$))"
_PATH = {"type": "string", "pattern": f"^{_INSIDE}"}
_CODES = {"type": "array", "items": {"type": "string", "pattern": "^EW[0-9]{0,3}$"}}
_SIZE = r"[0-9]+(\.[0-9]+)?\s*([kKmMgG][iI]?[bB]?|[bB]?)"
_PERCENT = r"[0-9]+(\.[0-9]+)?\s*%"
_TIME = r"[0-9]+(\.[0-9]+)?\s*([mM]?[sS])"
#: shape -> schema of a value
_SHAPES: dict[str, dict[str, Any]] = {
    "list": {"type": "array", "items": _TEXT},
    "names": {"type": "array", "items": {"type": "string", "pattern": "^[^\\W0-9]\\w*$"}},
    "paths": {"type": "array", "items": _PATH},
    "codes": _CODES,
    "codes-by-file": {"type": "object", "additionalProperties": _CODES},
    "packages": {"enum": ["consistent", "strict", "off"]},
    "folder": {"type": "string", "pattern": rf"^{_INSIDE}(?![./]*$)"},
    "module": {"type": "string", "pattern": rf"^({_INSIDE}.*\.py)?$"},
    "name": {"type": "string", "pattern": r"^([^\W0-9]\w*(/[^\W0-9]\w*)*/?)?$"},
    "version": {"type": "string", "pattern": r"^([0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?)?$"},
    "size": {"type": "string", "pattern": f"^({_SIZE})?$"},
    "percent": {"type": "string", "pattern": f"^({_PERCENT})?$"},
    "growth": {"type": "string", "pattern": f"^({_PERCENT}|{_SIZE})?$"},
    "duration": {"type": "string", "pattern": f"^{_TIME}$"},
    "slower": {"type": "string", "pattern": f"^({_PERCENT}|{_TIME})?$"},
    "flag": {"type": "boolean"},
}


def schema() -> dict[str, Any]:
    """Draft 7, which editors' TOML plugins read; unknown keys are refused, as by EW003."""
    properties: dict[str, Any] = {}
    for setting in SETTINGS:
        table, _, name = setting.key.rpartition(".")
        into = properties
        if table:
            into = properties.setdefault(table, _table({}))["properties"]
        into[name] = {
            "description": f"{setting.about[0].upper()}{setting.about[1:]}.",
            **_SHAPES[setting.shape],
            "default": _plain(Settings()._asdict()[setting.field], setting.shape),
        }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://github.com/edgewheel/edgewheel/blob/main/hooks/edgewheel/settings.schema.json",
        "title": "The table [tool.edgewheel] of pyproject.toml",
        **_table(properties),
    }


def _table(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _plain(value: Any, shape: str) -> Any:  # noqa: ANN401 - a default as JSON has it
    if shape == "codes-by-file":
        return {}
    return list(value) if isinstance(value, tuple) else value
