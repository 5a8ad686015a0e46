"""What a newer Python or compatibility date changes for one Worker, and the steps to it, from data: nothing runs.

facts: platform 2, acceptance 1 and 4: dated flags, names that are gone, compiled modules of one Python only
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.data import facts
from edgewheel.documents.paths import relative
from edgewheel.requirements.requirement import normalize
from edgewheel.runtime import lost
from edgewheel.runtime.python import is_on, number, select
from edgewheel.runtime.tree import VENDORED
from edgewheel.sources.grammar import fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edgewheel.deploy import Deploy

_SO = re.compile(r"\.cpython-(\d)(\d+)-wasm32-emscripten\.so$")
#: What takes the place of a name that is gone.
_INSTEAD = {
    "hashlib.pbkdf2_hmac": "derive the key with `crypto.subtle` (`from js import crypto`, PBKDF2 in `deriveBits`)",
    "hashlib.scrypt": "derive the key with `crypto.subtle` (PBKDF2): it has no scrypt",
    **{f"ast.{name}": "use `ast.Constant`" for name in ("Num", "Str", "Bytes", "NameConstant", "Ellipsis")},
    "pkgutil.find_loader": "use `importlib.util.find_spec`",
    "pkgutil.get_loader": "use `importlib.util.find_spec`",
    "importlib.abc.ResourceReader": "import it from `importlib.resources.abc`",
    "importlib.abc.Traversable": "import it from `importlib.resources.abc`",
    "urllib.request.URLopener": "use `urllib.request.build_opener`",
}


class Difference(NamedTuple):
    """One thing that changes. `path` is the module's name in the upload ("" for the config) with its line; `breaks`
    says that the Worker fails with it: "start", "request", or "" for no failure.
    """

    kind: str
    message: str
    path: str = ""
    line: int = 0
    fix: str = ""
    breaks: str = ""


class Upgrade(NamedTuple):
    """From one Python and date to others; `steps` in the order in which they are taken."""

    python: str
    date: str
    to_python: str
    to_date: str
    changes: tuple[Difference, ...]
    steps: tuple[str, ...]
    unproven: tuple[str, ...]


def target(deploy: Deploy, wish: str) -> tuple[str, str]:
    """The date and the Python that are meant by a Python, a date, or "" for the newest Python."""
    pythons = facts("pythons")["pythons"]
    if wish and wish not in pythons:
        return wish, select(wish, deploy.config.flags)
    python = wish or list(pythons)[-1]
    return max(deploy.config.date, pythons[python]["date"] or ""), python


def plan(deploy: Deploy, wish: str) -> Upgrade:
    """All that changes for a deploy; `wish` as of `target`."""
    date, python = target(deploy, wish)
    found = [*_flags(deploy, date), *_names(deploy, python), *_syntax(deploy, python), *_compiled(deploy, python)]
    return Upgrade(
        python=deploy.python,
        date=deploy.config.date,
        to_python=python,
        to_date=date,
        changes=tuple(found),
        steps=tuple(_steps(deploy, date, python, found)),
        unproven=("how vendored packages behave beyond the names that they use", "what only a run of the code shows"),
    )


def _flags(deploy: Deploy, date: str) -> Iterator[Difference]:
    """The flags that the date switches on, those that touch this Worker."""
    config = deploy.config
    touches: dict[str, Callable[[Deploy], Difference | None]] = {
        "python_no_global_handlers": _functions,
        "python_force_new_vendor_path": _vendor,
        "python_workers_force_new_vendor_path": _vendor,
        "enable_python_external_sdk": _sdk,
        "python_workflows_implicit_dependencies": _depends,
        "python_process_pth_files": _pth,
    }
    for row in facts("pythons")["flags"]:
        flag = row["flag"]
        if is_on(flag, config.date, config.flags) or not is_on(flag, date, config.flags):
            continue
        look = touches.get(flag)
        found = look(deploy) if look is not None else Difference("flag", f"`{flag}` comes on: {row['what']}")
        if found is not None:
            yield found


def _functions(deploy: Deploy) -> Difference | None:
    text = deploy.sources.source(deploy.main).decode("utf-8", "replace")
    match = re.search(r"(?m)^(?:async )?def (on_\w+)", text)
    if match is None:
        return None
    line = text.count("\n", 0, match.start()) + 1
    method = match[1].removeprefix("on_")
    fix = f"class Default(WorkerEntrypoint):\n    async def {method}(self, request): ..."
    message = f"`{match[1]}` no longer counts as a handler from 2025-08-14 on"
    return Difference("handler", message, deploy.main, line, fix, "start")


def _vendor(deploy: Deploy) -> Difference | None:
    if "vendor" not in deploy.tree.folders:
        return None
    message = "`vendor/` is no longer on `sys.path`: its packages are not found"
    return Difference("flag", message, fix="uv run pywrangler sync", breaks="start")


def _sdk(deploy: Deploy) -> Difference | None:
    if f"{VENDORED}/workers/__init__.py" in deploy.tree.files:
        return None
    message = "the runtime no longer has `workers` and `asgi` itself: the package `workers-runtime-sdk` is vendored"
    return Difference(
        "flag", message, fix="uv run pywrangler sync", breaks="start" if VENDORED in deploy.tree.folders else ""
    )


def _depends(deploy: Deploy) -> Difference | None:
    for name in _own(deploy):
        text = deploy.sources.source(name).decode("utf-8", "replace")
        match = re.search(r"\.do\([^()]*\bdepends\s*=", text)
        if match is not None:
            line = text.count("\n", 0, match.end()) + 1
            message = "`step.do` no longer takes `depends=`: a step's dependencies are its parameters' names"
            return Difference("workflow", message, name, line, "name the parameters like the steps", "request")
    return None


def _pth(deploy: Deploy) -> Difference | None:
    found = sorted(name for name in deploy.tree.files if name.startswith(f"{VENDORED}/") and name.endswith(".pth"))
    other = [name for name in found if not name.endswith("_workers_sdk_patch_loader.pth")]
    return Difference("flag", f"`{other[0]}` and other `.pth` files are now processed at the start") if other else None


def _own(deploy: Deploy) -> list[str]:
    return sorted(name for name in deploy.tree.files if name.endswith(".py") and not deploy.tree.is_vendored(name))


def _names(deploy: Deploy, python: str) -> Iterator[Difference]:
    """Names of the standard library that are gone, in the project's own code first."""
    if number(python) <= number(deploy.python):
        return
    vendored = sorted(name for name in deploy.tree.files if name.endswith(".py") and deploy.tree.is_vendored(name))
    for name in (*_own(deploy), *vendored):
        is_vendored = deploy.tree.is_vendored(name)
        for use in lost.uses(deploy.sources.source(name), deploy.python, python):
            fix = _INSTEAD.get(use.name, "")
            if is_vendored:
                package = name.split("/")[1].removesuffix(".py")
                fix = f"use a release of `{package}` that supports Python {python}, or check that nothing calls this"
            what = "vendored code uses" if is_vendored else "the code uses"
            message = f"{what} `{use.name}`, which Python {python} on Workers does not have"
            yield Difference("name", message, name, use.line, fix, "" if is_vendored else use.at)


def _syntax(deploy: Deploy, python: str) -> Iterator[Difference]:
    for name in _own(deploy):
        found = fault(deploy.sources.source(name), number(python), name=name)
        if found is not None and fault(deploy.sources.source(name), number(deploy.python), name=name) is None:
            yield Difference("syntax", found.message, name, found.line, breaks="start")


def _compiled(deploy: Deploy, python: str) -> Iterator[Difference]:
    """Compiled modules of another Python, by package."""
    tops: dict[str, str] = {}
    for name in sorted(deploy.tree.files):
        match = _SO.search(name)
        if match is not None and name.startswith(f"{VENDORED}/") and (int(match[1]), int(match[2])) != number(python):
            tops.setdefault(name.split("/")[1].partition(".")[0], name)
    for top, name in tops.items():
        package = normalize(top)
        message = f"`{package}` is vendored with modules compiled for another Python: they do not load on {python}"
        fix = f"edgewheel wheels --python {python}"
        yield Difference("wheel", message, name, 0, fix, "start")


def _steps(deploy: Deploy, date: str, python: str, changes: list[Difference]) -> Iterator[str]:
    own = [each for each in changes if each.kind in {"name", "syntax", "handler", "workflow"} and each.breaks]
    if own:
        places = ", ".join(f"{relative(deploy.path(each.path)) or each.path}:{each.line}" for each in own[:5])
        yield f"change the code at {places}{' and more' if len(own) > 5 else ''}"
    if any(each.kind == "wheel" for each in changes):
        yield f"check the wheels: `edgewheel wheels --python {python}`"
    if date != deploy.config.date:
        yield f'set `compatibility_date = "{date}"`'
    if python != deploy.python or any(each.kind in {"wheel", "flag"} and each.breaks for each in changes):
        yield "vendor again for the new Python: `uv run pywrangler sync --force`"
    if date != deploy.config.date or python != deploy.python:
        yield f"run main in the new Python: `edgewheel prove --runtime pyodide --python {python}`"
