"""EW505: what is wrong in python_modules whatever the configuration says."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.rules.ew5.listing import SYNC, listed
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys


#: What pywrangler writes beside the packages. facts: workers-py 1.17.9
_BOOKKEEPING = frozenset((".synced", "pyvenv.cfg", ".gitignore", ".lock"))


@rule("EW505", "worker-bundle")
def broken_distribution(deploys: Deploys) -> Iterator[Finding]:
    """Two dist-infos of one package in python_modules, one whose files are gone, or a python_modules that was synced
    and is empty.

    Workers: `importlib.metadata` tells the version of one and the code is that of the other; a package without files is
    `No module named …` at start, though everything says that it is installed.

    Fix: `pywrangler sync --force` makes python_modules again.

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
                SYNC,
            )
    if ".synced" in there.sizes and not there.sizes.keys() - _BOOKKEEPING:
        yield Finding(
            "`python_modules` was synced and is empty: nothing is vendored, and pywrangler does not sync it again",
            Place(there.folder),
            SYNC,
            "" if worker.requirements.project else "warning",
        )
    for name, infos in named.items():
        if len(infos) > 1:
            yield Finding(
                f"`{name}` is vendored {len(infos)}x ({listed(infos)}): on Workers its metadata is not its code's",
                Place(posixpath.join(there.folder, infos[-1])),
                SYNC,
            )
