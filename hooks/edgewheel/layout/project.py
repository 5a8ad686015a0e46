"""The project behind an upload: what its authors call their modules, and what they declare."""

from __future__ import annotations

import posixpath
from functools import cached_property
from typing import TYPE_CHECKING

from edgewheel.layout.roots import has_modules
from edgewheel.repository.walk import OUTPUT, is_foreign
from edgewheel.repository.worker import CONFIG_NAMES
from edgewheel.requirements.metadata import importable, recorded
from edgewheel.requirements.requirement import normalize
from edgewheel.runtime.distributions import Distributions, brought

if TYPE_CHECKING:
    from edgewheel.repository.worker import Worker
    from edgewheel.wrangler.collect import Upload

_SITE = ("lib", "Lib")


class Project:
    """Names as they are written in the repository, set against one upload."""

    def __init__(self, worker: Worker, upload: Upload) -> None:
        self.worker = worker
        self.upload = upload

    def intended(self, name: str) -> str | None:
        """The module of the upload that a dotted name stands for in the repository, None where it is not uploaded."""
        for base in self.bases:
            stem = posixpath.join(base, *name.split("."))
            for path in (f"{stem}/__init__.py", f"{stem}.py"):
                if path in self.uploaded:
                    return self.uploaded[path]
        return None

    def file(self, name: str) -> str:
        """The file or folder of the repository that a dotted name stands for; "" for a name of somebody else's."""
        disk = self.worker.disk
        for base in self.bases:
            stem = posixpath.join(base, *name.split("."))
            for path in (f"{stem}/__init__.py", f"{stem}.py"):
                if disk.is_file(path):
                    return path
            if disk.is_dir(stem) and has_modules(self.worker, stem):
                return stem
        return ""

    def is_declared(self, module: str) -> bool:
        """Whether the runtime requirements, or what they bring, give a dotted module, or live in it. What is vendored
        may also be imported by its folder: `python_modules.starlette`.
        """
        if module == "python_modules":
            return bool(self.runtime)
        module = module.removeprefix("python_modules.")
        return bool(self.declared.provider(module)) or self.declared.fills(module)

    def is_shared(self, module: str) -> bool:
        """Whether a dotted module is a namespace of what is declared and nothing more: others live in it too."""
        return self.declared.fills(module) and not self.declared.provider(module)

    @cached_property
    def declared(self) -> Distributions:
        return Distributions(self.runtime, self.installed)

    @cached_property
    def runtime(self) -> set[str]:
        """The normalised names of all that reaches the Worker, by requirements, the lock and common knowledge."""
        from edgewheel.repository import locks
        from edgewheel.requirements.locks import chains
        from edgewheel.requirements.markers import holds

        roots = [each for each in self.worker.requirements.runtime if each.name and holds(each.marker)]
        direct = {each.key for each in roots} | (self.worker.requirements.unread - {""})
        lock = locks.read(self.worker, "uv.lock")
        if lock is None or lock.fault is not None:
            found = direct.union(*(self._settled(brought([each]) - {each}) for each in direct))
        else:
            locked = {each.name for each in lock.packages}
            found = direct | set(chains(lock, roots, reached=holds)) | brought(direct - locked)
        pylock = locks.read(self.worker, "pylock.toml")
        if pylock is not None and pylock.fault is None:
            found |= {package.name for package in pylock.packages}
        return found

    def _settled(self, brought: set[str]) -> set[str]:
        """What a requirement is known to bring; once some of that is vendored, what is not did not come with it."""
        scanned = self.worker.disk.scan(f"{self.worker.root}/python_modules")
        names = (each.name.partition("-")[0] for each in scanned if each.name.endswith(".dist-info"))
        return brought & {normalize(name) for name in names} or brought

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """The requirements of which neither a lock nor edgewheel's table says what they bring."""
        from edgewheel.repository import locks
        from edgewheel.runtime.distributions import is_known

        found = (locks.read(self.worker, name) for name in ("uv.lock", "pylock.toml"))
        if any(lock is not None and lock.fault is None for lock in found) or self.worker.vendored.distributions:
            return ()
        runtime = self.worker.requirements.runtime
        return tuple(dict.fromkeys(each.shown or each.text for each in runtime if not is_known(each.key)))

    def installed(self, key: str) -> tuple[str, ...] | None:
        """The top-level modules of a distribution that an environment of the project has installed."""
        disk = self.worker.disk
        for site in self._sites:
            for entry in disk.scan(site):
                name, _, tail = entry.name.partition("-")
                if not tail.endswith(".dist-info") or normalize(name) != key:
                    continue
                listed = f"{site}/{entry.name}/top_level.txt"
                if disk.is_file(listed):
                    return tuple(disk.read(listed).decode("utf-8", "replace").split())
                record = f"{site}/{entry.name}/RECORD"
                files = recorded(disk.read(record)) if disk.is_file(record) else ()
                return tuple(sorted({importable(file) for file in files} - {""}))
        return None

    @cached_property
    def bases(self) -> tuple[str, ...]:
        """The folders from which the project's people may import: the module root, the repository's folders."""
        root, top = self.worker.root, self.worker.repository
        found = [root, self.upload.module_root, f"{self.upload.module_root}/vendor", *self._below(root)]
        folder = root
        while top and folder not in {top, "/"}:
            folder = posixpath.dirname(folder)
            found.append(folder)
        if top and top != root:
            found += [each for first in self._below(top) for each in (first, *self._below(first))]
        stage = f"{self.worker.path(self.worker.settings.stage)}/"  # what an earlier run left there is nobody's source
        own = (folder for folder in dict.fromkeys(found) if not f"{folder}/".startswith(stage))
        return tuple(folder for folder in own if not self._is_anothers(folder))

    def _is_anothers(self, folder: str) -> bool:
        """Whether another Worker of the repository stands in a folder: its modules are not this one's."""
        while not f"{self.worker.root}/".startswith(f"{folder}/"):
            if any(self.worker.disk.is_file(f"{folder}/{name}") for name in CONFIG_NAMES):
                return True
            folder = posixpath.dirname(folder)
        return False

    def _below(self, folder: str) -> list[str]:
        disk = self.worker.disk
        return [
            f"{folder}/{entry.name}"
            for entry in disk.scan(folder)
            if entry.kind == "dir"
            and not entry.name.startswith(".")
            and entry.name not in OUTPUT
            and not is_foreign(disk, folder, entry.name)
        ]

    @cached_property
    def uploaded(self) -> dict[str, str]:
        """Real file -> the name under which it is uploaded."""
        return {module.source: module.name for module in self.upload.modules if module.source}

    @cached_property
    def _sites(self) -> tuple[str, ...]:
        """The site-packages folders of the virtual environments beside the Worker's files."""
        disk, found = self.worker.disk, []
        for folder in dict.fromkeys((self.worker.root, self.worker.requirements.folder)):
            for venv in (".venv", "venv", ".venv-workers"):
                for lib in _SITE:
                    inside = f"{folder}/{venv}/{lib}"
                    found += [f"{inside}/{entry.name}/site-packages" for entry in disk.scan(inside)]
                    found.append(f"{inside}/site-packages")
        return tuple(site for site in found if disk.is_dir(site))
