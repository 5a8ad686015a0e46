"""EW317: a `python_modules` inside the module root."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys


@rule("EW317", "worker-wrangler-config")
def python_modules_in_module_root(deploys: Deploys) -> Iterator[Finding]:
    """A `python_modules` inside the module root, beside main; or one that is not a folder.

    Workers: wrangler stops with `The 'python_modules' directory cannot exist in your module root. Delete it to
    continue.`, or with `ENOTDIR: not a directory`. It takes vendored packages from the folder of its config alone,
    where pywrangler writes them.

    Fix: delete the folder; `pywrangler sync` writes it where it belongs.

    Bad:
        src/python_modules/six.py

    Good:
        python_modules/six.py
    """
    for deploy in deploys:
        beside = posixpath.join(deploy.config.project_root, "python_modules")
        if deploy.worker.disk.is_file(beside):
            message = (
                "`python_modules` is a file: wrangler stops with `ENOTDIR: not a directory`, and nothing is uploaded"
            )
            yield Finding(message, Place(beside), f"rm {posixpath.relpath(beside, deploy.worker.root)}")
        path = posixpath.join(deploy.config.module_root, "python_modules")
        if deploy.config.module_root == deploy.config.project_root or deploy.target:
            continue
        if deploy.worker.disk.kind(path) not in {None, "link-broken"}:
            shown = posixpath.relpath(path, deploy.worker.root)
            message = f"`{shown}` is in the module root: wrangler stops with `The 'python_modules' directory cannot "
            message += "exist in your module root`, and nothing is uploaded"
            yield Finding(message, deploy.config.place("main"), f"rm -r {shown}")
