"""One Worker's deploys, an environment each: what wrangler uploads, refuses and what the runtime makes of it.

`Deploys` is the model that the rules judge, and the only cache: each fact is worked out once, when it is first asked
for. What several Workers of a repository share is kept by their `Checkout`.
"""

from __future__ import annotations

import posixpath
import re
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

from edgewheel.findings import CouldNotRun
from edgewheel.wrangler.config import environments, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from edgewheel.documents.document import Document
    from edgewheel.findings import Place
    from edgewheel.layout.plan import Layout
    from edgewheel.layout.project import Project
    from edgewheel.repository.commit import Commit
    from edgewheel.repository.disk import Disk
    from edgewheel.repository.ignores import IgnoreRule
    from edgewheel.repository.requirements import Requirements
    from edgewheel.repository.settings import Settings
    from edgewheel.repository.vendored import Vendored
    from edgewheel.repository.worker import Worker
    from edgewheel.runtime.graph import Reached
    from edgewheel.runtime.resolve import Resolver
    from edgewheel.runtime.tree import Tree
    from edgewheel.sources.modules import Modules
    from edgewheel.wrangler.collect import Module, Upload
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.diagnose import Diagnosis
    from edgewheel.wrangler.refusals import Verdict
    from edgewheel.wrangler.rules import Active
    from edgewheel.wrangler.version import Behavior

_T = TypeVar("_T")


class Deploys:
    """The environments of one Worker that are to be judged. Iterating gives those that deploy a Python main.

    `script`, `version` and `cwd` are wrangler's: the positional argument, the version in the place of the installed
    one, and the folder where it runs (default: the Worker's); `by_variable` says that CLOUDFLARE_ENV chose the
    environment, not `--env`.
    """

    def __init__(
        self, worker: Worker, *, script: str = "", version: str = "", cwd: str = "", by_variable: bool = False
    ) -> None:
        self.worker = worker
        self.script = script
        self.cwd = cwd
        self.by_variable = by_variable
        self._version = version
        self._known: dict[str | None, Deploy] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._kept: dict[str, Any] = {}

    def __iter__(self) -> Iterator[Deploy]:
        return (each for each in self.all if each.config.is_python)

    @property
    def all(self) -> tuple[Deploy, ...]:
        """The top level and every environment, or the one that the Worker is restricted to; also with another main."""
        return tuple(self.of(env) for env in self.environments)

    def of(self, env: str | None) -> Deploy:
        """The deploy of one environment; None: the top level, "": the same, said by an empty `--env`."""
        if (known := self._known.get(env)) is None:
            known = self._known[env] = Deploy(self, env)
        return known

    @cached_property
    def environments(self) -> tuple[str | None, ...]:
        return environments(self.worker)

    @property
    def document(self) -> Document:
        """The wrangler config."""
        return self.worker.config

    @property
    def disk(self) -> Disk:
        """The disk as it is, without what `edgewheel stage` would write."""
        return self.worker.disk

    @property
    def settings(self) -> Settings:
        return self.worker.settings

    @property
    def requirements(self) -> Requirements:
        return self.worker.requirements

    @property
    def vendored(self) -> Vendored:
        """python_modules beside the config."""
        return self.worker.vendored

    @property
    def commit(self) -> Commit | None:
        """The commit at hand; None outside a repository, CouldNotRun where the history does not reach back."""
        from edgewheel.repository.commit import at_hand

        return at_hand(self.worker)

    @cached_property
    def version(self) -> str:
        """The wrangler that deploys."""
        from edgewheel.wrangler.version import installed

        return self._version or installed(self.worker)

    @cached_property
    def behavior(self) -> Behavior:
        """How that wrangler behaves."""
        from edgewheel.wrangler.version import switches

        return switches(self.version)

    @cached_property
    def pythons(self) -> tuple[str, ...]:
        """The Pythons that the configs select, each once."""
        return tuple(dict.fromkeys(each.python for each in self.all))

    @property
    def layout_fault(self) -> CouldNotRun | None:
        """Why the layout cannot be made; None where it can."""
        try:
            self.layout  # noqa: B018 - worked out here
        except CouldNotRun as error:
            return error
        return None

    @property
    def layout(self) -> Layout:
        """The layout that `edgewheel stage` writes; CouldNotRun where it cannot be made."""
        from edgewheel.layout.selection import shipped

        return self.kept("layout", lambda: shipped(self.worker))

    def kept(self, name: str, make: Callable[[], _T]) -> _T:
        """What several rules need and only they know how to make, made once; a CouldNotRun is kept, too."""
        if name not in self._kept:
            try:
                self._kept[name] = make()
            except CouldNotRun as error:
                self._kept[name] = error
        found = self._kept[name]
        if isinstance(found, CouldNotRun):
            raise found
        return found  # type: ignore[no-any-return]

    def uploads(self, *, refused: bool = False) -> Iterator[Deploy]:
        """The deploys with an upload, those that upload the same once; with `refused` also where wrangler stops."""
        seen: list[tuple[Upload, Place]] = []
        for each in self:
            same = (each.upload._replace(env=None), each.place)
            if same not in seen and (refused or each.upload.error is None):
                seen.append(same)
                yield each

    @cached_property
    def importing(self) -> tuple[Deploy, ...]:
        """The deploys whose imports are judged, those with the same modules, date and flags once. What wrangler refuses
        for another reason than its modules counts: a placeholder, a container without Docker.
        """
        return tuple(self._analysed.values())

    def like(self, deploy: Deploy) -> Deploy | None:
        """The one of `importing` whose imports are those of a deploy; None where there is nothing to import."""
        return self._analysed.get(deploy.imports_by)

    @cached_property
    def _analysed(self) -> dict[tuple[object, ...], Deploy]:
        found: dict[tuple[object, ...], Deploy] = {}
        for each in self:
            if each.carried.error is None and each.carried.modules:
                found.setdefault(each.imports_by, each)
        return found

    @property
    def is_analysed(self) -> bool:
        """Whether the import analysis has been asked for already."""
        return "_analysed" in self.__dict__

    def names_below(self, folder: str, names: Callable[[], Sequence[str]]) -> tuple[str, ...]:
        """The names of a walk, which environments share."""
        if (known := self._names.get(folder)) is None:
            known = self._names[folder] = tuple(names())
        return known


class Deploy:
    """One environment's deploy. Paths are absolute and posix, names of modules are those of the upload.

    `upload` and `python` (such as `3.13`) ask what would be with another upload, on another Python.
    """

    def __init__(self, deploys: Deploys, env: str | None, *, upload: Upload | None = None, python: str = "") -> None:
        self.deploys = deploys
        self.worker = deploys.worker
        self.env = env
        self._upload = upload
        self._python = python

    def instead(self, *, upload: Upload | None = None, python: str = "") -> Deploy:
        """The same deploy with another upload, or on another Python."""
        return Deploy(self.deploys, self.env, upload=upload or self._upload, python=python or self._python)

    @cached_property
    def config(self) -> Config:
        asked = self.deploys
        return resolve(self.worker, env=self.env, script=asked.script, cwd=asked.cwd, by_variable=asked.by_variable)

    @property
    def place(self) -> Place:
        """The line that decides which folder is uploaded."""
        return self.config.place("base_dir" if self.config.base_dir else "main")

    @property
    def behavior(self) -> Behavior:
        return self.deploys.behavior

    @cached_property
    def python(self) -> str:
        """The Python that date and flags select."""
        from edgewheel.runtime.python import select

        return self._python or select(self.config.date, self.config.flags)

    # what wrangler sees and takes

    @cached_property
    def target(self) -> str:
        """The folder that holds main and that `edgewheel stage` writes before each upload; "" where it does not."""
        if not self.config.build_command:  # nothing to understand, nothing to load
            return ""
        from edgewheel.layout.upload import staging_folder

        return staging_folder(self.worker, self.config)

    @cached_property
    def owns_build(self) -> bool:
        """Whether `[build] command` is `edgewheel stage` and nothing else."""
        if not self.config.build_command:
            return False
        from edgewheel.layout.upload import owns_build

        return owns_build(self.config)

    @property
    def is_built_elsewhere(self) -> bool:
        """Whether a `[build] command` that is not edgewheel's may make files that are not there yet."""
        return bool(self.config.build_command) and not self.owns_build

    @cached_property
    def wheel(self) -> str:
        """The built wheel that `edgewheel stage --wheel` takes; "" where it takes the project's own files."""
        if "--wheel" not in self.config.build_command:
            return ""
        from edgewheel.layout.upload import staged_wheel

        return staged_wheel(self.worker, self.config)

    @property
    def layout(self) -> Layout:
        """The tree that the build command stages; CouldNotRun where it cannot be made."""
        if not self.wheel:
            return self.deploys.layout
        from edgewheel.layout import unpack

        own = None if self.deploys.layout_fault else self.deploys.layout
        return self.deploys.kept(f"wheel {self.wheel}", lambda: unpack.layout(self.wheel, self.worker.disk, own))

    @cached_property
    def disk(self) -> Disk:
        """The disk as wrangler will see it after `edgewheel stage`; CouldNotRun where the layout cannot be made."""
        if not self.target:
            return self.worker.disk
        from edgewheel.layout.overlay import Overlay

        compiled = self.python if self.worker.settings.precompile else ""
        return Overlay(self.worker.disk, self.layout, self.target, compiled=compiled)

    @cached_property
    def verdict(self) -> Verdict:
        """What wrangler says before it looks for modules."""
        from edgewheel.wrangler.refusals import judge

        return judge(self.config, self.disk, self.behavior, cwd=self.deploys.cwd, diagnosis=self.diagnosis)

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """What wrangler says of the config itself."""
        from edgewheel.wrangler.diagnose import diagnose

        return diagnose(self.config, self.behavior, self.deploys.cwd, self.worker.disk)

    @cached_property
    def upload(self) -> Upload:
        """What wrangler will upload; where it would refuse, or the layout cannot be made, `error` says why."""
        if self._upload is not None:
            return self._upload
        from edgewheel.wrangler.collect import collect, judged, unmade

        try:
            disk = self.disk
        except CouldNotRun as error:
            found = collect(self.config, self.worker.disk, self.behavior, cwd=self.deploys.cwd)
            return unmade(found, str(error))
        if self.verdict.error is not None:
            return judged(self.config, disk, self.behavior, self.verdict, None, cwd=self.deploys.cwd)
        return judged(self.config, disk, self.behavior, self.verdict, self.carried, cwd=self.deploys.cwd)

    @property
    def refusal(self) -> str | None:
        """Why wrangler would not upload, in its words; None where it would."""
        return self.upload.error

    @cached_property
    def carried(self) -> Upload:
        """The modules that are uploaded whatever else wrangler refuses the config for; `error` where it is for them."""
        if self._upload is not None:
            return self._upload
        from edgewheel.wrangler.collect import modules

        try:
            return modules(self.config, self.disk, self.behavior)
        except CouldNotRun:
            return self.upload

    @property
    def modules(self) -> tuple[Module, ...]:
        """The multipart form, main first, whatever else wrangler refuses the config for."""
        return self.carried.modules

    @property
    def imports_by(self) -> tuple[object, ...]:
        """What decides how the upload's imports end: equal for environments that are one to the import analysis."""
        return self.modules, self.config.date, self.config.flags

    @cached_property
    def active(self) -> Active:
        """The module rules at work, and those that others switch off."""
        from edgewheel.wrangler.rules import active

        return active(self.config, self.behavior)

    @property
    def module_names(self) -> tuple[str, ...]:
        """The names below the module root, uploaded or not, in wrangler's order; of the layout where main is staged."""
        return self.deploys.names_below(f"{self.config.module_root}{self.wheel}", self._names)

    def _names(self) -> Sequence[str]:
        from edgewheel.wrangler.walk import names_below

        if self.target:
            from edgewheel.layout.upload import names_staged

            try:
                names = names_staged(self.layout, self.config.module_root, self.target)
            except CouldNotRun:  # no entry: that is said by a rule of its own
                return ()
            return [*names, *self._compiled(names)]
        hidden = f"{self.config.project_root}/.wrangler"
        return names_below(self.worker.disk, self.config.module_root, without=self.config.config_path, hidden=hidden)

    def _compiled(self, names: Sequence[str]) -> Iterator[str]:
        """The names that `precompile` adds to those of a staged tree."""
        if self.worker.settings.precompile:
            from edgewheel.runtime.bytecode import compiled_name

            yield from (compiled_name(name, self.python) for name in names if name.endswith(".py"))

    @property
    def vendored_names(self) -> tuple[str, ...]:
        """The names in python_modules, relative to it; none where pywrangler has not made it yet."""
        from edgewheel.wrangler.walk import names_below

        folder = f"{self.config.project_root}/python_modules"
        return self.deploys.names_below(folder, partial(names_below, self.worker.disk, folder))

    # what the runtime makes of it

    @property
    def main(self) -> str:
        """The main module's name."""
        return self.modules[0].name

    @cached_property
    def readers(self) -> dict[str, Callable[[], bytes]]:
        """By name, what reads a module's bytes as they are uploaded."""
        return {module.name: partial(self._read, module.path, main=at == 0) for at, module in enumerate(self.modules)}

    @cached_property
    def sources(self) -> Modules:
        """What the modules' texts say, each parsed once."""
        from edgewheel.sources.modules import Modules

        return Modules(self.readers, self.worker.disk.records)

    @cached_property
    def tree(self) -> Tree:
        from edgewheel.runtime.python import number
        from edgewheel.runtime.tree import Tree

        return Tree((module.name for module in self.modules), number(self.python))

    @cached_property
    def project(self) -> Project:
        """What the project's people call their modules, and what they declare."""
        from edgewheel.layout.project import Project

        return Project(self.worker, self.carried)

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """Folders of the upload that the runtime has on `sys.path` beside its root and python_modules."""
        return ("vendor",) if self._has_vendor_path and "vendor" in self.tree.folders else ()

    @property
    def _has_vendor_path(self) -> bool:
        from edgewheel.runtime.python import is_on

        return not is_on("python_workers_force_new_vendor_path", self.config.date, self.config.flags)

    def resolver(self) -> Resolver:
        """The search order at the start, before any code has changed it."""
        from edgewheel.runtime.library import library
        from edgewheel.runtime.resolve import Resolver

        return Resolver(
            self.tree,
            self.sources,
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
        from edgewheel.runtime.python import number
        from edgewheel.runtime.reach import Reach

        reach = Reach(self.resolver(), number(self.python), intended=self.project.intended, vendored=False)
        return reach.main(self.main)

    def own(self, kind: str) -> tuple[tuple[str, str], ...]:
        """The project's modules that main reaches and of which a syntax tree may show something of a kind, a field of
        `Record`: upload name, and "start" or "request".
        """
        return tuple(self._own.get(kind, ()))

    @cached_property
    def _own(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for name, at in self.reached.modules.items():
            if name.endswith(".py") and self.path(name) and not self.tree.is_vendored(name):
                for kind in self.sources.record(name).hints:
                    found.setdefault(kind, []).append((name, at))
        return found

    def may_be_made(self, module: str) -> bool:
        """Whether something that only its owner runs may put a module there before each upload: `[build] command`,
        which names it, or what fills the `vendor/` of a rule while the runtime still has that on `sys.path`.
        """
        top = module.partition(".")[0]
        if not top or self.owns_build:
            return False
        command = self.config.build_command  # may be long, and most names are nowhere in it
        if top in command and re.search(rf"(?<![\w.-]){re.escape(top)}(?![\w-])", command):
            return True
        globs = [glob for each in self.config.rules for glob in each.globs]
        is_empty = self._has_vendor_path and "vendor" not in self.tree.folders
        return is_empty and any(glob.startswith("vendor/") for glob in globs)

    @cached_property
    def source_root(self) -> str:
        """The folder of the repository that the names of modules start in: of a staged upload that of its layout."""
        if not self.target:
            return self.config.module_root
        fault = self.deploys.layout_fault
        return self.worker.root if fault else posixpath.dirname(self.deploys.layout.folder)

    def ignored(self, module: str) -> tuple[str, IgnoreRule] | None:
        """The path where a module that is not there would be, and the line that makes git ignore it; None for others. A
        step before the deploy may make it.
        """
        from edgewheel.layout.absence import ignored_module

        return ignored_module(self.worker, self.source_root, module)

    def path(self, name: str) -> str:
        """The real file of a module; "" for one that the layout generates."""
        return self._files.get(name, "")

    @cached_property
    def _files(self) -> dict[str, str]:
        return {module.name: module.source for module in self.modules}

    def _read(self, path: str, *, main: bool) -> bytes:
        try:
            content = self.disk.read(path)
        except CouldNotRun:
            return b""
        # wrangler sends main as text: what is no UTF-8 becomes U+FFFD
        return content.decode("utf-8", "replace").encode() if main else content
