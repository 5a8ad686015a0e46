"""The import analysis of a Worker's predicted upload: the runtime's rules over wrangler's modules."""

from __future__ import annotations

import posixpath
import re
from functools import cached_property, partial
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from edgewheel.findings import CouldNotRun
from edgewheel.layout.overlay import Overlay
from edgewheel.layout.plan import plan
from edgewheel.layout.project import Project
from edgewheel.layout.upload import anyway, owns_build, staging_folder
from edgewheel.runtime.library import library
from edgewheel.runtime.modules import Modules
from edgewheel.runtime.python import is_on, number, select
from edgewheel.runtime.reach import Reach
from edgewheel.runtime.resolve import Resolver
from edgewheel.runtime.tree import Tree
from edgewheel.wrangler.config import environments, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edgewheel.repository.worker import Worker
    from edgewheel.runtime.graph import Reached
    from edgewheel.wrangler.collect import Upload
    from edgewheel.wrangler.config import Config


class Analysis:
    """One upload with the Python that its configuration selects. What costs time is worked out when asked for."""

    def __init__(self, worker: Worker, config: Config, upload: Upload, *, python: str = "") -> None:
        """`python`, such as `3.13`, comes before what the configuration selects."""
        self.worker = worker
        self.config = config
        self.upload = upload
        self.python = python or select(config.date, config.flags)
        #: the main module's name in the upload
        self.main = upload.modules[0].name
        #: by upload name, what reads a module's bytes as they are uploaded
        self.readers = {module.name: self._reader(module.name, module.path) for module in upload.modules}
        self.modules = Modules(self.readers)
        self.tree = Tree((module.name for module in upload.modules), number(self.python))
        self.project = Project(worker, upload)

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """Folders of the upload that the runtime has on `sys.path` beside its root and python_modules."""
        old = not is_on("python_workers_force_new_vendor_path", self.config.date, self.config.flags)
        return ("vendor",) if old and "vendor" in self.tree.folders else ()

    def resolver(self) -> Resolver:
        """The search order at the start, before any code has changed it."""
        return Resolver(
            self.tree,
            self.modules,
            library(self.python),
            declared=self.project.is_declared,
            shared=self.project.is_shared,
            roots=self.roots,
        )

    @cached_property
    def untouched(self) -> Resolver:
        """The search order as it is at the start, to ask it questions: nothing runs in it."""
        return self.resolver()

    @cached_property
    def reached(self) -> Reached:
        """What main reaches in the project's own code. Vendored packages are found, not entered."""
        reach = Reach(self.resolver(), number(self.python), intended=self.project.intended, vendored=False)
        return reach.main(self.main)

    def may_be_made(self, module: str) -> bool:
        """Whether something that only its owner runs may put a module there before each upload: `[build] command`,
        which names it, or what fills the `vendor/` of a rule while the runtime still has that on `sys.path`.
        """
        top = module.partition(".")[0]
        if not top or owns_build(self.config):
            return False
        if re.search(rf"(?<![\w.-]){re.escape(top)}(?![\w-])", self.config.build_command):
            return True
        old = not is_on("python_workers_force_new_vendor_path", self.config.date, self.config.flags)
        globs = [glob for each in self.config.rules for glob in each.globs]
        return old and "vendor" not in self.tree.folders and any(glob.startswith("vendor/") for glob in globs)

    def path(self, name: str) -> str:
        """The real file of a module of the upload; "" for one that the layout generates."""
        return self._sources.get(name, "")

    @cached_property
    def _sources(self) -> dict[str, str]:
        return {module.name: module.source for module in self.upload.modules}

    @cached_property
    def _disk(self) -> Overlay | None:
        target = staging_folder(self.worker, self.config)
        return Overlay(self.worker.disk, plan(self.worker), target) if target else None

    def _reader(self, name: str, path: str) -> Callable[[], bytes]:
        return partial(self._read, path, main=name == self.upload.modules[0].name)

    def _read(self, path: str, *, main: bool) -> bytes:
        try:
            content = (self._disk or self.worker.disk).read(path)
        except CouldNotRun:
            return b""
        # wrangler sends main as text: what is no UTF-8 becomes U+FFFD
        return content.decode("utf-8", "replace").encode() if main else content


def analyses(worker: Worker) -> Iterator[Analysis]:
    """The analysis of each environment that deploys a Python main, equal ones once."""
    seen: set[tuple[object, ...]] = set()
    for env in environments(worker):
        found = analyse(worker, env)
        if found is None:
            continue
        key = (found.python, found.upload.modules, found.config.date, found.config.flags)
        if key not in seen:
            seen.add(key)
            yield found


def analyse(worker: Worker, env: str | None) -> Analysis | None:
    """The analysis of one environment (None: the top level), worked out once."""
    known = _KNOWN.setdefault(worker, {})
    if env not in known:
        config = resolve(worker, env=env)
        upload = anyway(worker, config) if config.is_python else None
        usable = upload is not None and upload.error is None and bool(upload.modules)
        same = next((each for each in known.values() if each and upload and _is_same(each, upload, config)), None)
        known[env] = same or (Analysis(worker, config, upload) if usable and upload else None)
    return known[env]


def is_known(worker: Worker) -> bool:
    """Whether another rule has had the Worker analysed."""
    return worker in _KNOWN


def _is_same(known: Analysis, upload: Upload, config: Config) -> bool:
    return (
        known.upload.modules == upload.modules
        and known.config.date == config.date
        and known.config.flags == config.flags
    )


_KNOWN: WeakKeyDictionary[Worker, dict[str | None, Analysis | None]] = WeakKeyDictionary()


def shown(worker: Worker, path: str) -> str:
    """A path as the Worker's people write it: relative to its folder."""
    return posixpath.relpath(path, worker.root)
