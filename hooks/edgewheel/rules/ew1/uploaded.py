"""Which packages the uploaded code imports. Read only for a package that is about to be found fault with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edgewheel.data import facts
from edgewheel.repository.walk import is_test, python_files
from edgewheel.sources.conditions import is_for_typing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.sources.records import Record


def imported(deploys: Deploys, key: str) -> bool:
    """Whether a module of the project that is uploaded imports the package with this normalised name."""
    names = facts("distributions")["names"].get(key) or [key.replace("-", "_")]
    quick = re.compile(("|".join(rf"\b{re.escape(name)}\b" for name in names)).encode())
    return any(
        quick.search(source) and _imports(deploys.disk.records.read(source), set(names)) for source in _sources(deploys)
    )


def _imports(record: Record, names: set[str]) -> bool:
    found = {item.module for item in record.imports if not item.level and not is_for_typing(item)}
    return any(name == want or name.startswith(f"{want}.") for name in found for want in names)


def _sources(deploys: Deploys) -> Iterator[bytes]:
    """The project's own Python files in the predicted upload of every environment, each once, without tests."""
    disk = deploys.disk
    read: set[str] = set()
    for deploy in deploys.all:
        upload = deploy.upload
        python = ((module.name, module.source) for module in upload.modules if module.type == "python")
        for name, source in python if upload.error is None else _below_main(deploy):
            if name.startswith("python_modules/") or source in read:
                continue
            read.add(source)
            if not is_test(name) and disk.is_file(source):
                yield disk.read(source)


def _below_main(deploy: Deploy) -> Iterator[tuple[str, str]]:
    """The Python files of the module root, where wrangler refuses the config: a template's with its placeholders."""
    root = deploy.config.module_root
    for path in python_files(deploy.worker.disk, root):
        yield path[len(root) + 1 :], path
