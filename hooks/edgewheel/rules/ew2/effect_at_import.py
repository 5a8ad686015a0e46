"""EW208: what a Worker must not do while its modules are imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.rules.ew2 import started
from edgewheel.rules.registry import rule
from edgewheel.runtime.python import is_on
from edgewheel.sources import paths
from edgewheel.sources.effects import CATCHING, kind_of
from edgewheel.sources.records import Effect
from edgewheel.sources.written import AT_REQUEST, SURELY, WRITING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys


@rule("EW208", "worker-imports")
def effect_at_import(deploys: Deploys) -> Iterator[Finding]:
    """Randomness, I/O, threads, sockets or subprocesses at import time, in a module that main reaches when it starts:
    an error where the upload or the start surely fails, else a warning. Also files that are written below the upload,
    there or in a handler.

    Workers: the top level runs outside of any request, from 2025-10-16 on once at the upload. Randomness fails there
    with "Randomness is not allowed while a Worker is starting", I/O through JavaScript with "Disallowed operation
    called within global scope". Threads, sockets and subprocesses do not exist there. A clock that is read there stays
    at that time in every request. The upload is read-only: writing below it raises PermissionError.

    Fix: do it in the handler, or in a function that the first request calls.

    Bad:
        import secrets

        SECRET = secrets.token_hex()

    Good:
        import functools
        import secrets

        @functools.cache
        def secret() -> str:
            return secrets.token_hex()
    """
    for deploy in deploys.importing:
        found = [
            (name, effect)
            for name, at in deploy.own("effects")
            if at == "start"
            for effect in deploy.sources.whole(name).effects
        ]
        for name, effect in (*found, *_across(deploy, {(name, effect.line) for name, effect in found})):
            if _happens(deploy, effect):
                yield _finding(deploy, name, effect)
        for name, at in deploy.own("opened"):
            yield from _written(deploy, name, at)


def _written(deploy: Deploy, name: str, at: str) -> Iterator[Finding]:
    """The files below the upload that a module writes."""
    for found in deploy.sources.whole(name).opened:
        inside = paths.resolve(found.path, name) if found.how in WRITING else None
        if inside is None or inside in {"", *deploy.tree.folders} or (at != "start" and found.how != AT_REQUEST):
            continue  # making a folder that is there fails nowhere
        when = "in a handler" if found.how == AT_REQUEST else f"when `{name}` is imported"
        what = "the request" if found.how == AT_REQUEST else "the start"
        yield Finding(
            f"`{inside}` is written {when}, and the upload is read-only on Workers: {what} fails with PermissionError",
            Place(deploy.path(name), found.line, found.column),
            "write it below `/tmp`, which every isolate has for itself, or keep it in KV, R2 or D1",
            level="error" if found.how == SURELY else "warning",
        )


def _across(deploy: Deploy, told: set[tuple[str, int]]) -> Iterator[tuple[str, Effect]]:
    """The effects of other modules' functions and of constructors, at the line that the start stands on."""
    seen = set(told)
    for name, event in started.events(deploy, CATCHING, told):
        kind = (
            kind_of(event.name, has_arguments=bool(event.arguments or event.keywords)) if event.kind == "call" else ""
        )
        if kind and (name, event.line) not in seen:
            seen.add((name, event.line))
            at = (event.line, event.column, started.code(deploy, name, event))
            yield name, Effect(event.written, kind, *at, event.through, sure=True)


def _finding(deploy: Deploy, name: str, effect: Effect) -> Finding:
    through = f" (by `{effect.through}()`)" if effect.through else ""
    message = f"`{effect.name}()` runs when `{name}` is imported{through}: {_consequence(deploy, effect)}"
    level = "error" if effect.sure and _fails(effect) else "warning"
    return Finding(message, Place(deploy.path(name), effect.line, effect.column), _fix(effect), level=level)


def _happens(deploy: Deploy, effect: Effect) -> bool:
    """Whether the Worker's Python and its snapshot make it what it is."""
    if effect.kind == "generator":
        return deploy.python != "3.12"
    return effect.kind != "clock" or _has_snapshot(deploy)


def _has_snapshot(deploy: Deploy) -> bool:
    return is_on("python_dedicated_snapshot", deploy.config.date, deploy.config.flags)


def _fails(effect: Effect) -> bool:
    """Whether the call itself raises: making a thread or a socket does not yet, and a clock never does."""
    if effect.kind in {"thread", "clock"}:
        return False
    return not effect.name.endswith(("Process", "Pool", "Manager", "ProcessPoolExecutor", "socket.socket", "system"))


def _fix(effect: Effect) -> str:
    if effect.kind in {"thread", "process"}:
        return f"remove `{effect.code}`; what it does can be awaited in the handler"
    if effect.kind == "clock":
        return f"def now():\n    return {effect.code}\n# and `now()` in the handler, where the time is needed"
    made = f"def made():\n    return {effect.code}\n# and `made()` in the handler instead"
    # an answer from outside is asked for by each request, a value made by chance once
    return made if effect.kind in {"socket", "javascript"} else f"import functools\n\n\n@functools.cache\n{made}"


def _consequence(deploy: Deploy, effect: Effect) -> str:
    if effect.kind in {"thread", "process"}:
        return "Workers have no threads: starting it fails" if effect.kind == "thread" else "Workers have no processes"
    if effect.kind == "socket":
        return "there is no network before the first request: connecting fails"
    if effect.kind == "javascript":
        return "the start fails with `Disallowed operation called within global scope`"
    if effect.kind == "clock":
        return "the snapshot keeps the time of the upload, so every request sees that time"
    if _has_snapshot(deploy):
        return "the upload fails with `Randomness is not allowed while a Worker is starting`"
    return "the start fails with `Cannot get entropy outside of request context`"
