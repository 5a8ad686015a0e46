"""EW402: what must never be uploaded."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import Finding, Place
from edgewheel.layout.strip import TESTS, Filter
from edgewheel.rules.registry import rule
from edgewheel.rules.staging import narrowed
from edgewheel.wrangler.sizes import human
from edgewheel.wrangler.trees import ROOT, VENDORED, spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.repository.worker import Worker
    from edgewheel.wrangler.collect import Module, Upload

#: reason of the layout's filter -> what it is called here
_KINDS = {
    TESTS: "tests",
    "caches": "compiled files and caches",
    "version control": "the repository's history",
    "secrets": "secrets",
    "environments": "an environment",
}
_KEYS = re.compile(r"(?:id_(?:rsa|dsa|ecdsa|ed25519)|\.netrc|\.pypirc|\.htpasswd|.*\.(?:p12|pfx|jks|kdbx))$")
_MAYBE_KEYS = (".pem", ".key", ".crt", ".txt")
_PRIVATE = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_HARMLESS = {".env.example", ".env.sample", ".env.template", ".dev.vars.example"}
_LARGEST_KEY = 1 << 16


class Unwanted(NamedTuple):
    """One thing that does not belong: a folder or a file by its name in the upload, and what it is."""

    name: str
    kind: str


@rule("EW402", "worker-bundle")
def unwanted_in_upload(deploys: Deploys) -> Iterator[Finding]:
    """What must never be uploaded, in the predicted upload: virtual environments, tests, `.env`, `.dev.vars`, keys,
    version control, compiled files.

    Workers: wrangler asks neither git nor anybody else: whatever a rule's globs match below the module root goes along.
    Secrets in an upload can be read by everybody who may read the Worker; tests and environments cost size and start.

    Fix: move it out of the module root, or out of the globs. Tests that the Worker itself imports are no finding.

    Bad:
        src/tests/test_api.py

    Good:
        tests/test_api.py
    """
    worker = deploys.worker
    for deploy in deploys.uploads():
        found: dict[Unwanted, list[Module]] = {}
        filtered = Filter(worker.settings.strip, worker.settings.keep)
        others = _others(deploy.upload)
        for module in deploy.upload.modules[1:]:
            unwanted = _unwanted(worker, filtered, module)
            if unwanted and others and module.name.startswith(others):
                unwanted = _below_others(unwanted, module)
            if unwanted:
                found.setdefault(unwanted, []).append(module)
        for unwanted, modules in found.items():
            if unwanted.kind != TESTS or not _is_imported(worker, deploy.upload, unwanted.name):
                yield _finding(worker, deploy, unwanted, modules)


def _unwanted(worker: Worker, filtered: Filter, module: Module) -> Unwanted | None:
    tree = spot(module.name).tree
    if tree not in {ROOT, VENDORED}:
        kind = "packages for Node" if tree.endswith("node_modules") else _KINDS["environments"]
        return Unwanted(f"{tree}/", kind)
    if tree == VENDORED:
        compiled = module.name.endswith((".pyc", ".pyo"))
        return Unwanted("python_modules/**/*.pyc", "compiled files") if compiled else None
    parts = module.name.split("/")
    for depth in range(1, len(parts) + 1):
        name = "/".join(parts[:depth])
        is_folder = depth < len(parts)
        path = module.source or module.path
        above = path[: len(path) - len(module.name)] + name if path.endswith(module.name) else path
        reason = filtered.why(posixpath.relpath(above, worker.root), folder=is_folder)
        if reason in _KINDS and parts[-1] not in _HARMLESS:
            return Unwanted(f"{name}/" if is_folder else name, _KINDS[reason])
    return Unwanted(module.name, "a private key") if _is_key(worker, module) else None


def _others(upload: Upload) -> str:
    """Where packages of others stood before python_modules: a `vendor/` that is no package itself; "" for none."""
    return "" if any(module.name == "vendor/__init__.py" for module in upload.modules) else "vendor/"


def _below_others(unwanted: Unwanted, module: Module) -> Unwanted | None:
    """Their tests may be part of them; their compiled files are all one finding."""
    if unwanted.kind == TESTS:
        return None
    return Unwanted("vendor/**/*.pyc", unwanted.kind) if module.name.endswith((".pyc", ".pyo")) else unwanted


def _is_key(worker: Worker, module: Module) -> bool:
    name = posixpath.basename(module.name)
    if _KEYS.fullmatch(name):
        return True
    if not name.endswith(_MAYBE_KEYS) or module.size > _LARGEST_KEY or not worker.disk.is_file(module.source):
        return False
    return _PRIVATE.search(worker.disk.read(module.source)) is not None


def _finding(worker: Worker, deploy: Deploy, unwanted: Unwanted, modules: list[Module]) -> Finding:
    size = human(sum(module.size for module in modules))
    number = (
        f"{len(modules):,} file{'' if len(modules) == 1 else 's'}, {size}" if unwanted.name != modules[0].name else size
    )
    message = f"`{unwanted.name}` is uploaded ({number}): {unwanted.kind}, which the Worker does not need"
    source = modules[0].source or modules[0].path
    shown = posixpath.relpath(source, worker.root)
    if unwanted.kind in {"secrets", "a private key"}:
        message = (
            f"`{unwanted.name}` is uploaded ({number}): everybody who may read the Worker can read {unwanted.kind}"
        )
        fix = f"mv {shown} {posixpath.basename(shown)}" if "/" in shown else f"take `{unwanted.name}` out of the globs"
    elif unwanted.name == "vendor/**/*.pyc":
        folder = f"{shown.removesuffix(modules[0].name)}vendor"
        fix = f"find {folder} -name __pycache__ -prune -exec rm -r {{}} +"
    elif unwanted.kind == "compiled files":
        fix = 'write "**/*.pyc" into python_modules.exclude'
    elif unwanted.kind == TESTS and deploy.config.module_root == worker.root:
        wanted = list(_wanted(worker, deploy.upload))
        fix = narrowed(deploy, wanted)
        if unwanted.name.count("/") and any(name.startswith(f"{unwanted.name.partition('/')[0]}/") for name in wanted):
            fix = f"mkdir -p tests && mv {shown} tests/{posixpath.basename(shown)}\n{fix}"
    elif unwanted.kind == TESTS and "/" in shown and not unwanted.name.endswith(".py"):
        folder = shown[: shown.find(unwanted.name) + len(unwanted.name)].rstrip("/")
        above = posixpath.dirname(unwanted.name.rstrip("/"))
        if not above and worker.disk.kind(worker.path(posixpath.basename(folder))) is not None:
            above = posixpath.basename(posixpath.dirname(folder))
        fix = f"mkdir -p tests && mv {folder} tests/{above}" if above else f"mv {folder} {posixpath.basename(folder)}"
    elif unwanted.kind == TESTS:
        fix = f"mkdir -p tests && mv {shown} tests/{posixpath.basename(shown)}"
    elif deploy.config.module_root == worker.root and spot(modules[0].name).tree != ROOT:
        fix = narrowed(deploy, _wanted(worker, deploy.upload))
    else:
        at = shown.find(unwanted.name.rstrip("/"))
        fix = f"rm -r {shown[: at + len(unwanted.name)].rstrip('/')}"
    return Finding(message, Place(source), fix)


def _wanted(worker: Worker, upload: Upload) -> Iterator[str]:
    """The names of the Worker's own files in the upload."""
    filtered = Filter(worker.settings.strip, worker.settings.keep)
    for module in upload.modules:
        if spot(module.name).tree == ROOT and not _unwanted(worker, filtered, module):
            yield module.name


def _is_imported(worker: Worker, upload: Upload, name: str) -> bool:
    """Whether a module of the Worker's that is no test imports what looks like tests, or the program that runs them."""
    stem = posixpath.basename(name.rstrip("/")).removesuffix(".py")
    statement = re.compile(
        rf"^\s*(?:(?:from|import)\s[^\n]*\b{re.escape(stem)}\b|(?:from|import)\s+pytest\b)".encode(), re.MULTILINE
    )
    filtered = Filter(worker.settings.strip, worker.settings.keep)
    for module in upload.modules:
        if module.type != "python" or spot(module.name).tree != ROOT or module.name.startswith(name):
            continue
        if module is not upload.modules[0] and _unwanted(worker, filtered, module):
            continue
        if worker.disk.is_file(module.source) and statement.search(worker.disk.read(module.source)):
            return True
    return False
