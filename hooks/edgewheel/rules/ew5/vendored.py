"""EW501 and EW505: what is vendored, against what the configuration selects."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from edgewheel.data import facts
from edgewheel.findings import Finding, Place
from edgewheel.rules.registry import rule
from edgewheel.runtime import python

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.deploy import Deploys

_SYNC = "uv run pywrangler sync --force"
_COMPILED = re.compile(r"\.(cpython-3\d+-[\w-]+|cp3\d+-[\w-]+|abi3)\.(?:so|pyd)$")
_SHOWN = 5


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
                    f"{_listed([f'python_modules/{file}' for file in files])} {_were(files)} compiled for {made} and "
                    f"the configuration selects Python {selected}: the runtime does not find {_them(files)}",
                    place,
                    _SYNC,
                )


@rule("EW505", "worker-bundle")
def broken_distribution(deploys: Deploys) -> Iterator[Finding]:
    """Two dist-infos of one package in python_modules, or one whose files are gone.

    Workers: `importlib.metadata` tells the version of one and the code is that of the other; a package without files is
    `No module named …` at start, though everything says that it is installed.

    Fix: `pywrangler sync --force` makes python_modules anew.

    Bad:
        python_modules/httpx-0.27.2.dist-info/
        python_modules/httpx-0.28.1.dist-info/

    Good:
        python_modules/httpx-0.28.1.dist-info/
    """
    worker = deploys.worker
    there = worker.vendored
    named: dict[str, list[str]] = {}
    for each in there.distributions:
        named.setdefault(each.name, []).append(each.info)
        if each.gone and not any(".dist-info/" not in file for file in each.files):
            yield Finding(
                f"`python_modules/{each.info}` is there and none of the package's files: importing "
                f"`{(each.gone[0].partition('/')[0]).partition('.')[0]}` fails on Workers",
                Place(posixpath.join(there.folder, each.info)),
                _SYNC,
            )
    for name, infos in named.items():
        if len(infos) > 1:
            yield Finding(
                f"`{name}` is vendored {len(infos)}x ({_listed(infos)}): on Workers its metadata is not its code's",
                Place(posixpath.join(there.folder, infos[-1])),
                _SYNC,
            )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(f"`{name}`" for name in names[:_SHOWN]) + more


def _were(files: Sequence[str]) -> str:
    return "was" if len(files) == 1 else "were"


def _them(files: Sequence[str]) -> str:
    return "it" if len(files) == 1 else "them"
