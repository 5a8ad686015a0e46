"""pyproject.toml: the build backend, `[tool.edgewheel]`, and what other backends' settings become."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from packaging.requirements import InvalidRequirement, Requirement

from edgewheel import __version__
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
    "dependency-groups",
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
    made: list[str] = []  # tables that stand before those of the tools, as people write them
    if "project" not in document:
        made.append(_made_project(document, name, dependencies, notes))
    if entry:
        project = document.get("project") or tomlkit.parse(made[0])["project"]
        made += _backend(document, project, notes)
        tool = document.setdefault("tool", tomlkit.table(is_super_table=True))
        settings = tool.setdefault("edgewheel", tomlkit.table())
        settings.setdefault("entry", entry)
        made += _dev_group(document)
    return _with_tables(tomlkit.dumps(document), made), notes


def _with_tables(text: str, made: list[str]) -> str:
    """The new tables behind `[project]` and before the tables of the tools; where these come first, at the end."""
    text = re.sub(r"(?<=[^\n])\n\[build-system\]", "\n\n[build-system]", text)
    if not made:
        return text
    joined = "\n".join(made)
    own = re.search(r"^\[project\]", text, re.MULTILINE)
    start = own.end() if own else 0
    tools = re.compile(r"^\[+tool\b", re.MULTILINE).search(text, start)
    before, after = (text[: tools.start()], text[tools.start() :]) if tools else (text, "")
    return "\n\n".join(filter(None, (before.rstrip("\n"), joined.rstrip("\n"), after.rstrip("\n")))) + "\n"


def _dev_group(document: TOMLDocument) -> list[str]:
    """edgewheel in the dev group, up to the next version that may break; the table's text where it has to be made."""
    import tomlkit

    groups = document.get("dependency-groups")
    listed = [each for group in (groups or {}).values() if isinstance(group, list) for each in group]
    listed += document.get("tool", {}).get("uv", {}).get("dev-dependencies", [])
    if any(isinstance(each, str) and _names_edgewheel(each) for each in listed):
        return []
    major, minor, *_ = __version__.split(".")
    bounded = (
        f"edgewheel>={__version__},<{major}.{int(minor) + 1}"
        if major == "0"
        else f"edgewheel>={__version__},<{int(major) + 1}"
    )
    if groups is None:
        return [f'[dependency-groups]\ndev = ["{bounded}"]\n']
    dev = groups.setdefault("dev", tomlkit.array())
    if not isinstance(dev, list):
        raise CouldNotRun("pyproject.toml cannot be edited: `dependency-groups.dev` is not a list")
    dev.append(bounded)
    return []


def _check_shapes(data: dict[str, Any]) -> None:
    """CouldNotRun for a value of another type than the build backends read."""
    for dotted in _TABLES:
        value: Any = data
        for name in dotted.split("."):
            value = value.get(name, {})
        if not isinstance(value, dict):
            raise CouldNotRun(f"pyproject.toml cannot be edited: `{dotted}` is not a table")
    system = data.get("build-system", {})
    requires = system.get("requires", [])
    if not isinstance(system.get("build-backend", ""), str):
        raise CouldNotRun("pyproject.toml cannot be edited: `build-system.build-backend` is not a string")
    if not isinstance(requires, list) or not all(isinstance(each, str) for each in requires):
        raise CouldNotRun("pyproject.toml cannot be edited: `build-system.requires` is not a list of strings")


def _made_project(document: TOMLDocument, name: str, dependencies: list[str], notes: list[str]) -> str:
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
    alone = tomlkit.document()
    alone["project"] = project
    return tomlkit.dumps(alone)


def _backend(document: TOMLDocument, project: Any, notes: list[str]) -> list[str]:  # noqa: ANN401 - a TOML table
    """The text of `[build-system]` where it has to be made."""
    import tomlkit

    system = document.get("build-system")
    backend = system.get("build-backend", "setuptools.build_meta") if system else ""
    if backend == _BACKEND:
        return []
    if backend.startswith("hatchling"):
        requires = document["build-system"].setdefault("requires", [])
        if not any(_names_edgewheel(each) for each in requires):
            requires.append("edgewheel")
        hatch = document.setdefault("tool", tomlkit.table(is_super_table=True)).setdefault(
            "hatch", tomlkit.table(is_super_table=True)
        )
        build = hatch.setdefault("build", tomlkit.table(is_super_table=True))
        build.setdefault("hooks", tomlkit.table(is_super_table=True)).setdefault("edgewheel", tomlkit.table())
        return []
    notes += _lost(document.unwrap(), backend)
    _dynamic_version(document, project, notes)
    _remove_dead(document, backend)
    if not system:
        return [f'[build-system]\nrequires = ["edgewheel"]\nbuild-backend = "{_BACKEND}"\n']
    made = tomlkit.table()
    made.add("requires", ["edgewheel"])
    made.add("build-backend", _BACKEND)
    made.add(tomlkit.nl())
    document["build-system"] = made
    return []


def _remove_dead(document: TOMLDocument, backend: str) -> None:
    """Tables that only the replaced backend reads."""
    tool: Any = document.get("tool", {})
    for *above, name in _DEAD.get(backend.partition(".")[0], ()):
        table = tool
        for each in above:
            table = table.get(each, {})
        if name in table:
            del table[name]
        if above and not table:
            del tool[above[0]]


#: What only one backend reads, below `[tool]`.
_DEAD = {
    "setuptools": (("setuptools",),),
    "uv_build": (("uv", "build-backend"),),
    "flit_core": (("flit",),),
    "pdm": (("pdm", "build"),),
}


def _names_edgewheel(requirement: str) -> bool:
    try:
        return Requirement(requirement).name == "edgewheel"
    except InvalidRequirement:
        return False


_GONE = "no longer has any effect and is removed: the wheel holds the whole namespace but tests and junk"


def _lost(document: dict[str, Any], backend: str) -> Iterator[str]:
    """Settings of the backend that goes, which the layout does not have: named, so that nothing is dropped unseen."""
    tool = document.get("tool", {})
    table = {"setuptools": "setuptools", "uv_build": "uv", "poetry": "poetry"}.get(backend.partition(".")[0], "")
    for key in tool.get(table, {}) if table == "setuptools" else ():
        if key != "dynamic":
            yield f"`[tool.setuptools] {key}` {_GONE}"
    if "build-backend" in tool.get("uv", {}):
        yield f"`[tool.uv.build-backend]` {_GONE}"
    if backend and not table and backend != "":
        yield f"the backend `{backend}` is replaced: look whether its settings are still needed"


def _dynamic_version(document: TOMLDocument, project: Any, notes: list[str]) -> None:  # noqa: ANN401 - a TOML table
    """hatchling reads a version from a file; setuptools' attribute is the same file by another name."""
    import tomlkit

    if "version" not in project.get("dynamic", []):
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
