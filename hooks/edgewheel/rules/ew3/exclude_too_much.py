"""EW316: a pattern of `python_modules.exclude` that removes what must survive."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edgewheel.rules.ew3.excludes import Given, findings, patterns
from edgewheel.rules.ew3.walks import some
from edgewheel.rules.registry import rule
from edgewheel.wrangler.globs import compile_glob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.findings import Finding
    from edgewheel.repository.worker import Worker

_PROBES = ("_p.pth", "workers/__init__.py", "p/__init__.py", "p/_p.cpython-313-wasm32-emscripten.so", "lib/p.so")


@rule("EW316", "worker-wrangler-config")
def exclude_too_much(deploys: Deploys) -> Iterator[Finding]:
    """A pattern of `python_modules.exclude` that removes what must survive: `*.pth`, `workers/**`, `lib/**`, `*.so`,
    the METADATA and entry points of packages that read them, or what is named like tests and is public (`django/test`).

    Workers: the deploy succeeds and the Worker fails at its start: without `workers/` no `import workers`, without
    its `*.so` no compiled package, without METADATA no `import openai`.

    Fix: leave these files in; of a dist-info RECORD, WHEEL and licenses may go.

    Bad:
        [python_modules]
        exclude = ["**/*.pyc", "**/*.dist-info/**"]

    Good:
        [python_modules]
        exclude = ["**/*.pyc", "**/*.dist-info/RECORD"]
    """
    found: list[tuple[Given, str, tuple[str, ...]]] = []
    for given in patterns(deploys):
        matches = compile_glob(given.text).matches
        seen = given.deploy.vendored_names
        names = seen or _expected(deploys.worker)
        gone = [name for name in names if matches(name) and not name.endswith(".pyc")]
        stays = {name.partition("/")[0] for name in names if name.endswith(".py") and not matches(name)}
        reasons = {name: why for name in gone if (why := _why(name, stays))}
        if reasons:
            why = next(iter(reasons.values()))
            lost = [name for name, other in reasons.items() if other == why]
            what = some(lost) if seen else _kind(lost[0])
            found.append((given, f"`{given.text}` leaves out {what}: {why}", _spared(given.text)))
    yield from findings(found)


def _why(name: str, stays: set[str]) -> str:
    """What breaks without a file, "" where nothing does; a package that goes as a whole is nobody's loss."""
    from edgewheel.wrangler import survivors

    if why := survivors.read_at_start(name):
        return why
    glob, why = survivors.needed(name)
    if glob:
        whole = glob == "**/*.so" and name.partition("/")[0] not in stays
        return "" if whole or "/tests/" in name else why
    return survivors.public(name) if name.partition("/")[0] in stays else ""


def _expected(worker: Worker) -> tuple[str, ...]:
    """Names as pywrangler will write them, where it has not yet: one of each kind that must survive, and the metadata
    of the project's own dependencies.
    """
    required = worker.pyproject.get("project", "dependencies") if worker.pyproject else None
    items = [item for item in required if isinstance(item, str)] if isinstance(required, list) else []
    named = [re.split(r"[^A-Za-z0-9._-]", item.strip())[0] for item in items]
    return (*_PROBES, *(f"{re.sub(r'[-_.]+', '_', name)}-1.0.dist-info/METADATA" for name in named))


def _kind(name: str) -> str:
    """What one of the expected names stands for."""
    kinds = {"_p.pth": "`*.pth`", "workers/__init__.py": "`workers/**`", "lib/p.so": "`lib/**`"}
    return kinds.get(name, "`*.so`" if name.endswith(".so") else f"the METADATA of `{name.partition('-1.0')[0]}`")


def _spared(pattern: str) -> tuple[str, ...]:
    """What may stay of a pattern: of metadata what nobody reads, nothing else."""
    head, info, _ = pattern.partition("-info/")
    return (f"{head}-info/RECORD", f"{head}-info/WHEEL", f"{head}-info/licenses/**") if info else ()
