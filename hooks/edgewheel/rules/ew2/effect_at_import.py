"""EW208: what a Worker must not do while its modules are imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.layout.analysis import analyses
from edgewheel.rules.registry import rule
from edgewheel.runtime.python import is_on
from edgewheel.sources.effects import effects, may_have

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.layout.analysis import Analysis
    from edgewheel.repository.worker import Worker
    from edgewheel.sources.effects import Effect


@rule("EW208", "worker-imports", level="warning")
def effect_at_import(worker: Worker) -> Iterator[Finding]:
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
    for analysis in analyses(worker):
        for name, at in analysis.reached.modules.items():
            if at == "start" and analysis.path(name) and name.endswith(".py") and not analysis.tree.is_vendored(name):
                yield from _judged(analysis, name)


def _judged(analysis: Analysis, name: str) -> Iterator[Finding]:
    if not may_have(analysis.modules.source(name)):
        return
    tree = analysis.modules.tree(name)
    for effect in effects(tree) if tree is not None else ():
        through = f" (by `{effect.through}()`)" if effect.through else ""
        message = f"`{effect.name}()` runs when `{name}` is imported{through}: {_consequence(analysis, effect)}"
        yield Finding(message, Place(analysis.path(name), effect.line, effect.column), _fix(effect))


def _fix(effect: Effect) -> str:
    if effect.kind in {"thread", "process"}:
        return f"remove `{effect.code}`; what it does can be awaited in the handler"
    made = f"import functools\n\n\n@functools.cache\ndef made():\n    return {effect.code}\n"
    return f"{made}# and `made()` in the handler instead"


def _consequence(analysis: Analysis, effect: Effect) -> str:
    if effect.kind in {"thread", "process"}:
        return "Workers have no threads: starting it fails" if effect.kind == "thread" else "Workers have no processes"
    if effect.kind == "socket":
        return "there is no network before the first request: connecting fails"
    if is_on("python_dedicated_snapshot", analysis.config.date, analysis.config.flags):
        return "the upload fails with `Randomness is not allowed while a Worker is starting`"
    return "the start fails with `Cannot get entropy outside of request context`"
