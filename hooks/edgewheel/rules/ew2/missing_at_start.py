"""EW211: what a Worker does not have while it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.requirements.requirement import normalize
from edgewheel.rules.ew2 import started
from edgewheel.rules.registry import rule
from edgewheel.sources.records import Need
from edgewheel.sources.start_facts import CATCHING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys

#: What Emscripten and Pyodide put into `os.environ` themselves.
_SET = frozenset(("HOME", "USER", "LOGNAME", "PATH", "PWD", "LANG", "_"))


@rule("EW211", "worker-imports")
def missing_at_start(deploys: Deploys) -> Iterator[Finding]:
    """What main asks for when it starts and no Worker has: `os.environ["X"]`, `sys.argv[1]`, the metadata of the
    project itself, time zones without `tzdata`, settings that the environment must fill.

    Workers: nothing fills `os.environ`: variables and secrets are in `env`. The command line is empty, the project is
    uploaded and never installed, and Python brings no time zones. The exception ends the start.

    Fix: read variables and secrets from `env`, which the top level may import; require `tzdata` for time zones.

    Bad:
        import os

        HOST = os.environ["SMTP_HOST"]

    Good:
        from workers import env

        HOST = env.SMTP_HOST
    """
    for deploy in deploys.importing:
        own = [name for name, at in deploy.own("needs") if at == "start"]
        found = [(name, need) for name in own for need in deploy.sources.whole(name).needs]
        filled = {need.name for _, need in found if need.kind == "set"}
        found += _across(deploy, {(name, need.line) for name, need in found})
        for name, need in found:
            if need.kind != "set" and _lacks(deploy, need, filled):
                yield Finding(_message(need), Place(deploy.path(name), need.line, need.column), _fix(deploy, need))


def _across(deploy: Deploy, told: set[tuple[str, int]]) -> Iterator[tuple[str, Need]]:
    """What functions of other modules ask for, at the line that the start stands on."""
    for kind, asked in (("environ", "os.environ"), ("argv", "sys.argv"), ("zone", "zoneinfo.ZoneInfo")):
        for name, event in started.events(deploy, CATCHING[kind], told):
            first = event.arguments[0] if event.arguments else None
            if event.name != asked or (event.kind == "item") != (kind != "zone"):
                continue
            if isinstance(first, str) or (kind == "argv" and isinstance(first, int) and first > 0):
                code = f"{event.written}({first!r})" if kind == "zone" else f"{event.written}[{first!r}]"
                yield name, Need(kind, str(first), code, event.line, event.column, event.through)


def _lacks(deploy: Deploy, need: Need, filled: set[str]) -> bool:
    if need.kind in {"environ", "unset", "none"}:
        return need.name not in _SET | filled and "*" not in filled
    if need.kind == "settings":
        fields = {name.upper() for name in need.name.split(", ")}
        return "*" not in filled and not fields & {name.upper() for name in filled}
    if need.kind == "metadata":
        return normalize(need.name) == normalize(_own(deploy))
    if need.kind == "zone":
        return "tzdata" not in deploy.project.runtime and "python_modules/tzdata" not in deploy.tree.folders
    return True


def _own(deploy: Deploy) -> str:
    """The name of the project itself."""
    document = deploy.worker.pyproject
    table = document.data.get("project") if document is not None and isinstance(document.data, dict) else None
    name = table.get("name") if isinstance(table, dict) else None
    return name if isinstance(name, str) else ""


def _message(need: Need) -> str:
    by = f" (by `{need.through}()`)" if need.through else ""
    if need.kind in {"environ", "unset", "none"}:
        error = {"environ": "raises KeyError", "unset": "raises", "none": "fails on None"}[need.kind]
        return f"`{need.code}` {error} when the Worker starts{by}: nothing fills `os.environ` on Workers"
    if need.kind == "settings":
        return f"`{need.code}` raises ValidationError when the Worker starts{by}: nothing fills `os.environ` on Workers"
    if need.kind == "argv":
        return f"`{need.code}` raises IndexError when the Worker starts{by}: a Worker has no command line"
    if need.kind == "metadata":
        why = "the project is uploaded, not installed"
        return f"`{need.code}` raises PackageNotFoundError when the Worker starts{by}: {why}"
    return f"`{need.code}` raises ZoneInfoNotFoundError when the Worker starts{by}: there are no time zones on Workers"


def _fix(deploy: Deploy, need: Need) -> str:
    if need.kind in {"environ", "unset", "none"}:
        return f"from workers import env\n\nenv.{need.name}  # a secret, or in `vars` of the wrangler config"
    if need.kind == "settings":
        values = ", ".join(f"{name}=env.{name.upper()}" for name in need.name.split(", "))
        return f"from workers import env\n\n{need.code[:-1]}{values})  # secrets, or in `vars` of the wrangler config"
    if need.kind == "argv":
        return "from workers import env\n\nenv.ARGUMENT  # in `vars` of the wrangler config"
    if need.kind == "metadata":
        document = deploy.worker.pyproject
        version = document.data.get("project", {}).get("version") if document is not None else None
        return f'"{version}"' if isinstance(version, str) else f"write the version down in place of `{need.code}`"
    return "uv add tzdata"
