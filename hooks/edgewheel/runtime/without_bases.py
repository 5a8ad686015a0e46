"""Which modules hold no class that the runtime exports: neither they nor what they import names a base of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edgewheel.sources.modules import Modules

#: The classes in `workers` from which an exported class derives. facts: acceptance 1
BASES = ("WorkerEntrypoint", "DurableObject", "WorkflowEntrypoint")
_NAMED = re.compile("|".join(BASES).encode())
#: For each module that main imports so many are read, which costs what a look at the syntax tree of that one costs.
_READ = 4


def without_bases(modules: Modules, main: str, file: Callable[[str, str, int], str | None]) -> frozenset[str]:
    """The upload names of those that main imports, however far; none where that would be too many to read.

    `file(importer, module, level)` is the upload's file of a module as an import names it, None for one that is not in
    the upload.
    """
    importers: dict[str, list[str]] = {main: []}
    order, most = [main], 0
    for path in order:
        found = set(_imported(modules, path, file))
        most = most or 1 + _READ * len(found)
        if len(order) > most:
            return frozenset()
        for each in found:
            if each not in importers:
                importers[each] = []
                order.append(each)
            importers[each].append(path)
    near = [path for path in order if _NAMED.search(modules.source(path))]
    known = set(near)
    for path in near:
        new = [each for each in importers[path] if each not in known]
        known.update(new)
        near.extend(new)
    return frozenset(importers.keys() - known)


def _imported(modules: Modules, path: str, file: Callable[[str, str, int], str | None]) -> Iterator[str]:
    """The files of what a module imports, the submodules that it takes from a package included."""
    for item in modules.record(path).imports:
        found = file(path, item.module, item.level)
        if found is None:
            continue
        yield found
        if found.endswith("__init__.py"):
            for name in item.names:
                inner = file(path, f"{item.module}.{name}".lstrip("."), item.level)
                if inner is not None:
                    yield inner
