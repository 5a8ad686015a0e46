"""`[tool.poetry]` as a `[project]` table, which is what pywrangler and every other tool read."""

from __future__ import annotations

from typing import Any

from packaging.version import Version


def project_of(poetry: dict[str, Any], defaults: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The `[project]` values, and the keys that have no counterpart."""
    wanted = dict(poetry.get("dependencies", {}))
    python = wanted.pop("python", None)
    values = {**defaults, "name": poetry.get("name", defaults["name"]), "version": poetry.get("version", "0.1.0")}
    if poetry.get("description"):
        values["description"] = poetry["description"]
    if isinstance(python, str):
        values["requires-python"] = specifier(python)
    lost = []
    dependencies = []
    for name, asked in wanted.items():
        requirement = _requirement(name, asked)
        if requirement is None:
            lost.append(f"dependencies.{name}")
        else:
            dependencies.append(requirement)
    values["dependencies"] = dependencies
    lost += [key for key in ("packages", "include", "exclude", "scripts", "extras", "build") if key in poetry]
    return values, lost


def _requirement(name: str, asked: Any) -> str | None:  # noqa: ANN401 - a TOML value
    if isinstance(asked, str):
        return f"{name}{specifier(asked)}"
    if not isinstance(asked, dict) or not isinstance(asked.get("version"), str) or asked.get("optional"):
        return None
    extras = f"[{','.join(asked['extras'])}]" if asked.get("extras") else ""
    marker = f" ; {asked['markers']}" if asked.get("markers") else ""
    if "python" in asked:
        return None
    return f"{name}{extras}{specifier(asked['version'])}{marker}"


def specifier(constraint: str) -> str:
    """Poetry's caret, tilde and star in the words of the version specifiers standard."""
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
