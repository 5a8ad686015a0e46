"""EW402: what must never be uploaded."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import Finding, Place
from edgewheel.layout.strip import TESTS, Filter
from edgewheel.rules.ew4 import unwanted_fixes
from edgewheel.rules.registry import rule
from edgewheel.runtime.bytecode import source_name
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
_BYTES = ("compiled files", "compiled files and caches")
_SECRET = ("secrets", "a private key")


class Unwanted(NamedTuple):
    """One thing that does not belong: a folder or a file by its name in the upload, and what it is."""

    name: str
    kind: str


@rule("EW402", "worker-bundle")
def unwanted_in_upload(deploys: Deploys) -> Iterator[Finding]:
    """What must never be uploaded, in the predicted upload: virtual environments, tests, `.env`, `.dev.vars`, keys,
    version control, compiled files.

    Workers: wrangler ignores `.gitignore`: whatever a rule's globs match below the module root is uploaded. Secrets in
    an upload can be read by everybody who may read the Worker; tests and environments cost size and start time.
    Compiled files and caches cost bytes only and are a warning.

    Fix: move it out of the module root, or out of the globs; give a secret to the Worker by `wrangler secret put`, and
    take it out of git by `git rm --cached`. Tests that the Worker itself imports are no finding.

    Bad:
        src/tests/test_api.py

    Good:
        tests/test_api.py
    """
    for deploy in deploys.uploads():
        judge = _Judge(deploy)
        found: dict[Unwanted, list[Module]] = {}
        for module in deploy.upload.modules[1:]:
            if unwanted := judge.unwanted(module):
                found.setdefault(unwanted, []).append(module)
        kept = [each for each in found if each.kind != TESTS or not judge.is_imported(each.name)]
        for unwanted in kept:
            yield _finding(deploy, judge, unwanted, found)


class _Judge:
    """Judges the modules of one upload by their names, each folder once."""

    def __init__(self, deploy: Deploy) -> None:
        self._deploy = deploy
        self._worker = deploy.worker
        self._filter = Filter(deploy.worker.settings.strip, deploy.worker.settings.keep)
        self._folders: dict[str, str] = {}
        self._others = _others(deploy.upload)

    def unwanted(self, module: Module) -> Unwanted | None:
        """What of a module does not belong, a folder around it or itself; None where it does."""
        found = self._unwanted(module)
        if found and self._others and module.name.startswith(self._others):
            return _below_others(found, module)
        return found

    def _unwanted(self, module: Module) -> Unwanted | None:
        if self._worker.settings.precompile and source_name(module.name):
            return None  # EW501 tells of those that do not fit
        tree = spot(module.name).tree
        if tree not in {ROOT, VENDORED}:
            kind = "packages for Node" if tree.endswith("node_modules") else _KINDS["environments"]
            return Unwanted(f"{tree}/", kind)
        if tree == VENDORED:
            compiled = module.name.endswith((".pyc", ".pyo"))
            return Unwanted("python_modules/**/*.pyc", "compiled files") if compiled else None
        *folders, name = module.name.split("/")
        if name not in _HARMLESS:
            path = self._worker.shown(module.source or module.path)
            base = path.removesuffix(module.name) if f"/{path}".endswith(f"/{module.name}") else ""
            for depth in range(1, len(folders) + 1):
                folder = "/".join(folders[:depth])
                if (reason := self._of_folder(base + folder)) in _KINDS:
                    return Unwanted(f"{folder}/", _KINDS[reason])
            if (reason := self._filter.why(path, folder=False)) in _KINDS:
                return Unwanted(module.name, _KINDS[reason])
        return Unwanted(module.name, "a private key") if _is_key(self._worker, module) else None

    def _of_folder(self, path: str) -> str:
        if path not in self._folders:
            self._folders[path] = self._filter.why(path, folder=True)
        return self._folders[path]

    def wanted(self) -> Iterator[str]:
        """The names of the Worker's own files in the upload."""
        for module in self._deploy.upload.modules:
            if spot(module.name).tree == ROOT and not self._unwanted(module):
                yield module.name

    def is_imported(self, name: str) -> bool:
        """Whether a module of the Worker's that is no test imports what looks like tests, or the program that runs
        them.
        """
        stem = posixpath.basename(name.rstrip("/")).removesuffix(".py")
        statement = re.compile(
            rf"^\s*(?:(?:from|import)\s[^\n]*\b{re.escape(stem)}\b|(?:from|import)\s+pytest\b)".encode(), re.MULTILINE
        )
        upload, disk = self._deploy.upload, self._worker.disk
        for module in upload.modules:
            if module.type != "python" or spot(module.name).tree != ROOT or module.name.startswith(name):
                continue
            if module is not upload.modules[0] and self._unwanted(module):
                continue
            if disk.is_file(module.source) and statement.search(disk.read(module.source)):
                return True
        return False


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


def _finding(deploy: Deploy, judge: _Judge, unwanted: Unwanted, found: dict[Unwanted, list[Module]]) -> Finding:
    modules = found[unwanted]
    size = human(sum(module.size for module in modules))
    number = (
        f"{len(modules):,} file{'' if len(modules) == 1 else 's'}, {size}" if unwanted.name != modules[0].name else size
    )
    message = f"`{unwanted.name}` is uploaded ({number}): {unwanted.kind}, which the Worker does not need"
    place = Place(modules[0].source or modules[0].path)
    if unwanted.kind in _SECRET:
        message = (
            f"`{unwanted.name}` is uploaded ({number}): everybody who may read the Worker can read {unwanted.kind}"
        )
        secret = [module.name for each, own in found.items() if each.kind in _SECRET for module in own]
        return Finding(message, place, unwanted_fixes.secret(deploy, modules, secret))
    if unwanted.kind == TESTS:
        tests = {each.name: modules for each, modules in found.items() if each.kind == TESTS}
        return Finding(message, place, unwanted_fixes.tests(deploy, unwanted.name, tests, list(judge.wanted())))
    level = "warning" if unwanted.kind in _BYTES else ""
    return Finding(message, place, unwanted_fixes.junk(deploy, unwanted.name, modules[0], judge.wanted), level)
