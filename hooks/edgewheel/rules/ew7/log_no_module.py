"""`No module named …`: which kind of absence, and its fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.data import facts
from edgewheel.findings import Finding
from edgewheel.rules.ew7.judged import is_compiled, plain, times
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.rules.ew7.judged import Log


@rule("EW704")
def log_no_module(log: Log) -> Iterator[Finding]:
    """An import that failed in the runtime.

    Workers: modules are named from the module root, the folder of main. Under `main = "src/main.py"` the prefix
        `src.` is gone, and `from src.core import x` fails. A package that is only a development dependency, or that
        the SDK should bring, is not there either.

    Fix: for the project's own modules stage the upload (`edgewheel init --write`); for a package declare it
        (`uv add NAME`) and sync; for `workers` and `asgi` add `workers-runtime-sdk`.

    Bad:
        ModuleNotFoundError: No module named 'src'

    Good:
        Uploaded forge (3.21 sec)
    """
    hit = log.digest.hits.get("module")
    for name in hit.names if hit else ():
        if not is_compiled(name):
            cause, fix = _kind(name.text, log.own)
            said = f"`No module named '{name.text}'` ({times(name.said)})"
            yield Finding(f"{said}: {cause}", log.place(name.line), fix)
    yield from plain(log, "EW704", but="module")


def _kind(module: str, own: frozenset[str]) -> tuple[str, str]:
    top = module.partition(".")[0]
    distributions = {name: dist for dist, names in facts("distributions")["names"].items() for name in names}
    if top in {"workers", "asgi"}:
        return (
            f"`{top}` comes with the SDK, and from 2026-04-21 the SDK must be vendored",
            "uv add workers-runtime-sdk && uv run pywrangler sync",
        )
    if top in own:
        return (
            f"`{module}` is the project's own and is not in the upload under that name",
            # the top is missing: the prefix is gone; what is below it: hidden by another package, or not there
            "edgewheel check --select EW203,EW204" if "." in module else "edgewheel init --write",
        )
    if any(top in absent for absent in _absent()):
        return (
            f"the runtime's Python has no `{top}` in its standard library",
            "import it only where it exists, or do without",
        )
    if top in distributions:
        return (
            f"the package `{distributions[top]}` is not vendored",
            f"uv add {distributions[top]} && uv run pywrangler sync",
        )
    meaning = (
        f"neither a folder `{top}` in the module root nor such a package in `python_modules`; "
        f"if `{top}` is the project's own folder, the upload has lost that prefix"
    )
    # not `uv add`: a package of that name may be a stranger's
    return meaning, "edgewheel check --select EW107,EW203"


def _absent() -> list[list[str]]:
    return [python["absent"] for python in facts("stdlib")["pythons"].values()]
