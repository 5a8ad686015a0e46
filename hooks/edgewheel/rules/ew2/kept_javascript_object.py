"""EW210: objects of JavaScript that the snapshot would have to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.rules.registry import rule
from edgewheel.runtime.python import is_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.sources.records import Kept


@rule("EW210", "worker-imports")
def kept_javascript_object(deploys: Deploys) -> Iterator[Finding]:
    """A JavaScript object that a global, a class attribute or a default argument still holds once main is imported.

    Workers: with a compatibility date from 2025-10-16 on the upload imports main and takes a snapshot of the memory.
    The snapshot keeps Python objects only: the deploy fails with "Can't serialize top-level variable".
    `edgewheel prove --runtime pyodide` also finds the objects that only running the code shows.

    Fix: make the object where it is used, or on the first request.

    Bad:
        from js import Headers

        HEADERS = Headers.new()

    Good:
        import functools

        from js import Headers

        @functools.cache
        def headers() -> Headers:
            return Headers.new()
    """
    for deploy in deploys.importing:
        if deploy.python == "3.12" or not is_on("python_dedicated_snapshot", deploy.config.date, deploy.config.flags):
            continue
        for name, at in deploy.own("kept"):
            for kept in deploy.sources.whole(name).kept if at == "start" else ():
                yield Finding(_message(kept), Place(deploy.path(name), kept.line, kept.column), _fix(kept))


def _message(kept: Kept) -> str:
    what = "a proxy for JavaScript" if kept.kind == "proxy" else "a JavaScript object"
    return (
        f"`{kept.name}` holds `{kept.code}`, {what}: the snapshot that the upload takes refuses it, so the deploy fails"
    )


def _fix(kept: Kept) -> str:
    made = kept.name.rpartition(".")[2].lower()
    return f"import functools\n\n\n@functools.cache\ndef {made}():\n    return {kept.code}\n\n# call `{made}()` there"
