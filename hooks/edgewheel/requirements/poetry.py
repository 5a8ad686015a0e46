"""`[tool.poetry]` as a `[project]` table, which is what pywrangler and every other tool read."""

from __future__ import annotations

from typing import Any

from packaging.version import InvalidVersion, Version


def project_of(poetry: dict[str, Any], defaults: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The `[project]` values, and the keys that have no counterpart."""
    table = poetry.get("dependencies")
    wanted = dict(table) if isinstance(table, dict) else {}
    values = {**defaults, "version": "0.1.0"}
    for key in ("name", "version", "description"):
        if isinstance(value := poetry.get(key), str) and value:
            values[key] = value
    if (python := _specifier(wanted.pop("python", None))) is not None:
        values["requires-python"] = python
    found = {name: _requirement(name, asked) for name, asked in wanted.items()}
    values["dependencies"] = [each for each in found.values() if each is not None]
    lost = [f"dependencies.{name}" for name, each in found.items() if each is None]
    lost += [key for key in ("packages", "include", "exclude", "scripts", "extras", "build") if key in poetry]
    return values, lost


def _requirement(name: str, asked: Any) -> str | None:  # noqa: ANN401 - a TOML value
    """A requirement of the standard; None for what it cannot say, and for what Poetry would refuse."""
    table = asked if isinstance(asked, dict) else {"version": asked}
    listed, marker = table.get("extras") or [], table.get("markers") or ""
    version = _specifier(table.get("version"))
    if version is None or table.get("optional") or "python" in table:
        return None
    if not isinstance(marker, str) or not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        return None
    extras = f"[{','.join(listed)}]" if listed else ""
    return f"{name}{extras}{version}{f' ; {marker}' if marker else ''}"


def _specifier(constraint: Any) -> str | None:  # noqa: ANN401 - a TOML value
    """As of `specifier`; None for what is no constraint."""
    try:
        return specifier(constraint) if isinstance(constraint, str) else None
    except InvalidVersion:
        return None


def specifier(constraint: str) -> str:
    """Poetry's caret, tilde and star in the words of the version specifiers standard; raises InvalidVersion."""
    return ",".join(part for each in constraint.split(",") if (part := _one(each.strip())))


def _one(constraint: str) -> str:
    if constraint in {"", "*"}:
        return ""
    if constraint[0] == "^":
        return _span(constraint[1:], _caret(Version(constraint[1:]).release))
    if constraint[0] == "~" and not constraint.startswith("~="):
        release = Version(constraint[1:]).release
        return _span(constraint[1:], release[:1] if len(release) == 1 else release[:2])
    return constraint if constraint[0] in "<>=!~" else f"=={constraint}"


def _caret(release: tuple[int, ...]) -> tuple[int, ...]:
    """Up to and with the first part that is not zero; the whole of it where all are."""
    for at, part in enumerate(release):
        if part:
            return release[: at + 1]
    return release


def _span(low: str, kept: tuple[int, ...]) -> str:
    high = (*kept[:-1], kept[-1] + 1)
    return f">={low},<{'.'.join(map(str, high))}"
