"""pyproject.toml: the build backend, `[tool.edgewheel]`, and what other backends' settings become."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from packaging.requirements import InvalidRequirement, Requirement

from edgewheel.findings import CouldNotRun
from edgewheel.requirements.poetry import project_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tomlkit import TOMLDocument

_BACKEND = "edgewheel_build"
#: What is read or written here, outer tables first.
_TABLES = (
    "project",
    "build-system",
    "tool",
    "tool.edgewheel",
    "tool.hatch",
    "tool.hatch.build",
    "tool.hatch.build.hooks",
    "tool.poetry",
    "tool.setuptools",
    "tool.setuptools.dynamic",
    "tool.setuptools.dynamic.version",
    "tool.uv",
)


def wired(text: str, *, name: str, entry: str, dependencies: list[str]) -> tuple[str, list[str]]:
    """A pyproject.toml (empty: none yet) with edgewheel as its backend or hook, and what a person should know.

    `entry` is empty where nothing is staged; `dependencies` go into a `[project]` that has to be made.
    """
    import tomlkit
    from tomlkit.exceptions import ParseError

    try:
        document = tomlkit.parse(text)
    except ParseError as error:  # what the standard parser takes: a key of a hundred parts
        raise CouldNotRun(f"pyproject.toml cannot be edited: {error}") from None
    _check_shapes(document.unwrap())
    notes: list[str] = []
    if "project" not in document:
        _make_project(document, name, dependencies, notes)
    if entry:
        _backend(document, notes)
        tool = document.setdefault("tool", tomlkit.table(is_super_table=True))
        settings = tool.setdefault("edgewheel", tomlkit.table())
        settings.setdefault("entry", entry)
    return tomlkit.dumps(document), notes


def _check_shapes(data: dict[str, Any]) -> None:
    """CouldNotRun for a value of another type than the build backends read."""
    for dotted in _TABLES:
        value: Any = data
        for name in dotted.split("."):
            value = value.get(name, {})
        if not isinstance(value, dict):
            raise CouldNotRun(f"pyproject.toml cannot be edited: `{dotted}` is no table")
    system = data.get("build-system", {})
    requires = system.get("requires", [])
    if not isinstance(system.get("build-backend", ""), str):
        raise CouldNotRun("pyproject.toml cannot be edited: `build-system.build-backend` is no string")
    if not isinstance(requires, list) or not all(isinstance(each, str) for each in requires):
        raise CouldNotRun("pyproject.toml cannot be edited: `build-system.requires` is no list of strings")


def _make_project(document: TOMLDocument, name: str, dependencies: list[str], notes: list[str]) -> None:
    import tomlkit

    values = {"name": name, "version": "0.1.0", "requires-python": ">=3.12", "dependencies": dependencies}
    if poetry := document.get("tool", {}).get("poetry"):
        values, lost = project_of(poetry.unwrap(), values)
        notes += [f"`[tool.poetry] {each}` has no counterpart here and is left where it was" for each in lost]
    elif dependencies:
        notes.append("the requirements of `requirements.txt` are now `[project].dependencies`, which pywrangler reads")
    project = tomlkit.table()
    for key, value in values.items():
        item = tomlkit.item(value)
        if isinstance(value, list):
            item.multiline(len(value) > 0)
        project.add(key, item)
    document["project"] = project


def _backend(document: TOMLDocument, notes: list[str]) -> None:
    import tomlkit

    system = document.get("build-system")
    backend = system.get("build-backend", "setuptools.build_meta") if system else ""
    if backend == _BACKEND:
        return
    if backend.startswith("hatchling"):
        requires = document["build-system"].setdefault("requires", [])
        if not any(_names_edgewheel(each) for each in requires):
            requires.append("edgewheel")
        hatch = document.setdefault("tool", tomlkit.table(is_super_table=True)).setdefault(
            "hatch", tomlkit.table(is_super_table=True)
        )
        build = hatch.setdefault("build", tomlkit.table(is_super_table=True))
        build.setdefault("hooks", tomlkit.table(is_super_table=True)).setdefault("edgewheel", tomlkit.table())
        return
    notes += _lost(document.unwrap(), backend)
    made = tomlkit.table()
    made.add("requires", ["edgewheel"])
    made.add("build-backend", _BACKEND)
    if system:
        document["build-system"] = made
    else:
        document.add(tomlkit.nl())
        document.add("build-system", made)
    _dynamic_version(document, notes)


def _names_edgewheel(requirement: str) -> bool:
    try:
        return Requirement(requirement).name == "edgewheel"
    except InvalidRequirement:
        return False


def _lost(document: dict[str, Any], backend: str) -> Iterator[str]:
    """Settings of the backend that goes, which the layout does not have: named, so that nothing is dropped unseen."""
    tool = document.get("tool", {})
    table = {"setuptools": "setuptools", "uv_build": "uv", "poetry": "poetry"}.get(backend.partition(".")[0], "")
    for key in tool.get(table, {}) if table == "setuptools" else ():
        if key != "dynamic":
            yield f"`[tool.setuptools] {key}` is read no more: the wheel holds the whole namespace but tests and junk"
    if "build-backend" in tool.get("uv", {}):
        yield "`[tool.uv.build-backend]` is read no more: the wheel holds the whole namespace but tests and junk"
    if backend and not table and backend != "":
        yield f"the backend `{backend}` is replaced: look whether its settings are still needed"


def _dynamic_version(document: TOMLDocument, notes: list[str]) -> None:
    """hatchling reads a version from a file; setuptools' attribute is the same file by another name."""
    import tomlkit

    if "version" not in document["project"].get("dynamic", []):
        return
    tool: Any = document.setdefault("tool", tomlkit.table(is_super_table=True))
    source = tool.get("setuptools", {}).get("dynamic", {}).get("version", {})
    version = tomlkit.table()
    if attribute := source.get("attr"):
        module = attribute.rpartition(".")[0].replace(".", "/")
        version.add("path", f"{module}/__init__.py")
    elif file := source.get("file"):
        version.add("path", file if isinstance(file, str) else file[0])
        version.add("pattern", r"(?P<version>\S+)")
    elif "hatch" not in tool:
        notes.append('`dynamic = ["version"]`: write a version, or say where hatchling finds it ([tool.hatch.version])')
        return
    if version:
        tool.setdefault("hatch", tomlkit.table(is_super_table=True))["version"] = version
