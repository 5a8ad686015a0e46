"""EW208: what a Worker must not do while its modules are imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.rules.registry import rule
from edgewheel.runtime.python import is_on
from edgewheel.sources.effects import may_have, needs_look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.sources.records import Effect


@rule("EW208", "worker-imports", level="warning")
def effect_at_import(deploys: Deploys) -> Iterator[Finding]:
    """Randomness, threads, sockets or subprocesses at import time, in a module that main reaches when it starts.

    Workers: the top level runs outside of any request, from 2025-10-16 on once at the upload. Randomness fails there
    with "Randomness is not allowed while a Worker is starting", and what it gave would be the same in every isolate;
    sockets, threads and subprocesses cannot be opened there.

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
        for name, at in deploy.reached.modules.items():
            if at == "start" and deploy.path(name) and name.endswith(".py") and not deploy.tree.is_vendored(name):
                yield from _judged(deploy, name)


def _judged(deploy: Deploy, name: str) -> Iterator[Finding]:
    if not may_have(deploy.sources.source(name)) or not needs_look(deploy.sources.record(name)):
        return
    for effect in deploy.sources.whole(name).effects:
        through = f" (by `{effect.through}()`)" if effect.through else ""
        message = f"`{effect.name}()` runs when `{name}` is imported{through}: {_consequence(deploy, effect)}"
        yield Finding(message, Place(deploy.path(name), effect.line, effect.column), _fix(effect))


def _fix(effect: Effect) -> str:
    if effect.kind in {"thread", "process"}:
        return f"remove `{effect.code}`; what it does can be awaited in the handler"
    made = f"import functools\n\n\n@functools.cache\ndef made():\n    return {effect.code}\n"
    return f"{made}# and `made()` in the handler instead"


def _consequence(deploy: Deploy, effect: Effect) -> str:
    if effect.kind in {"thread", "process"}:
        return "Workers have no threads: starting it fails" if effect.kind == "thread" else "Workers have no processes"
    if effect.kind == "socket":
        return "there is no network before the first request: connecting fails"
    if is_on("python_dedicated_snapshot", deploy.config.date, deploy.config.flags):
        return "the upload fails with `Randomness is not allowed while a Worker is starting`"
    return "the start fails with `Cannot get entropy outside of request context`"
