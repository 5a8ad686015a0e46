"""Which packages the uploaded code imports. Read only for a package that is about to be found fault with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edgewheel.data import facts
from edgewheel.sources.conditions import is_for_typing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.sources.records import Record

_TEST = re.compile(r"/tests?/|/test_[^/]*\.py$|_test\.py$|/conftest\.py$")


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
            if not _TEST.search(f"/{name}") and disk.is_file(source):
                yield disk.read(source)


def _below_main(deploy: Deploy) -> Iterator[tuple[str, str]]:
    """The Python files of the module root, where wrangler refuses the config: a template's with its placeholders."""
    from edgewheel.wrangler.walk import Refused, files

    try:
        for name, path, _ in files(deploy.worker.disk, deploy.config.module_root):
            if name.endswith(".py") and "node_modules/" not in name and not name.startswith("."):
                yield name, path
    except Refused:
        return
