"""EW501: compiled modules in python_modules that were built for another Python than the configuration selects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edgewheel.data import facts
from edgewheel.findings import Finding, Place
from edgewheel.rules.ew5.listing import SYNC, listed
from edgewheel.rules.registry import rule
from edgewheel.runtime import python

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.deploy import Deploys

_COMPILED = re.compile(r"\.(cpython-3\d+-[\w-]+|cp3\d+-[\w-]+|abi3)\.(?:so|pyd)$")


@rule("EW501", "worker-bundle")
def stale_compiled_modules(deploys: Deploys) -> Iterator[Finding]:
    """Compiled modules in python_modules that were built for another Python than the configuration selects.

    Workers: the runtime does not see them: `No module named 'pydantic_core._pydantic_core'` at the first request.
    pywrangler syncs again when pyproject.toml or pylock.toml changes, never for a new compatibility date or flag.

    Fix: `pywrangler sync --force`, or the date and flags that the files were made for.

    Bad:
        # wrangler.toml
        compatibility_date = "2026-10-01"

        # python_modules/pydantic_core/_pydantic_core.cpython-313-wasm32-emscripten.so

    Good:
        # wrangler.toml
        compatibility_date = "2026-10-01"

        # python_modules/pydantic_core/_pydantic_core.cpython-314-wasm32-emscripten.so
    """
    worker = deploys.worker
    suffixes = {row["so_suffix"]: name for name, row in facts("pythons")["pythons"].items()}
    built: dict[str, list[str]] = {}
    for file in worker.vendored.sizes:
        if _COMPILED.search(file) and not file.endswith(".abi3.so"):
            made = next((name for suffix, name in suffixes.items() if file.endswith(suffix)), "")
            built.setdefault(f"Python {made}" if made else "another platform", []).append(file)
    seen: set[tuple[Place, str]] = set()
    for deploy in deploys.all if built else ():
        config, selected = deploy.config, deploy.python
        if python.is_open(config.date):
            continue
        for made, files in built.items():
            place = config.place("compatibility_date")
            if made != f"Python {selected}" and (place, made) not in seen:
                seen.add((place, made))
                yield Finding(
                    f"{listed([f'python_modules/{file}' for file in files])} {_were(files)} compiled for {made} and "
                    f"the configuration selects Python {selected}: the runtime does not find {_them(files)}",
                    place,
                    SYNC,
                )


def _were(files: Sequence[str]) -> str:
    return "was" if len(files) == 1 else "were"


def _them(files: Sequence[str]) -> str:
    return "it" if len(files) == 1 else "them"
