"""EW212: parameters that the runtime leaves empty, and steps in the beta's form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.rules.registry import rule
from edgewheel.runtime.python import is_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.sources.records import HandlerUse


@rule("EW212", "worker-imports")
def empty_handler_parameter(deploys: Deploys) -> Iterator[Finding]:
    """A handler of a class that uses its parameter `env` or `ctx`, or a Workflow step with `depends`.

    Workers: the runtime calls the handlers of a class with None for `env` and `ctx`: the first attribute that is asked
    of them raises AttributeError. The parameters themselves are right, and functions such as `on_fetch` get the real
    ones. `step.do(depends=…)` is the beta's: since 2026-02-25 it raises TypeError, and steps that take each other's
    results by name depend on them.

    Fix: use `self.env` and `self.ctx`; name the step's parameters after the steps that it needs.

    Bad:
        from workers import Response, WorkerEntrypoint

        class Default(WorkerEntrypoint):
            async def fetch(self, request, env, ctx):
                return Response(env.GREETING)

    Good:
        from workers import Response, WorkerEntrypoint

        class Default(WorkerEntrypoint):
            async def fetch(self, request):
                return Response(self.env.GREETING)
    """
    for deploy in deploys.importing:
        for name, _ in deploy.own("uses"):
            yield from _judged(deploy, name)


def _judged(deploy: Deploy, name: str) -> Iterator[Finding]:
    for use in deploy.sources.whole(name).uses:
        place = Place(deploy.path(name), use.line, use.column)
        if use.parameter != "depends":
            yield Finding(_message(use), place, f"{use.code.replace(use.parameter, f'self.{use.instead}', 1)}")
        elif is_on("python_workflows_implicit_dependencies", deploy.config.date, deploy.config.flags):
            message = f"`depends` of a step in `{use.owner}.{use.method}` raises TypeError: it was the beta's"
            yield Finding(
                message, place, "remove `depends` and name the step's parameters after the steps that it needs"
            )


def _message(use: HandlerUse) -> str:
    return (
        f"`{use.code}` fails in `{use.owner}.{use.method}`: the runtime calls the handlers of a class with None for "
        f"`{use.parameter}`"
    )
