"""Which imports run from main on, at the start or with a request, and which of them fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.runtime.attributes import Attributes
from edgewheel.runtime.graph import Edge, Failure, Graph
from edgewheel.runtime.resolve import FailedImport, Step, absolute
from edgewheel.runtime.start import Followed
from edgewheel.runtime.tasks import finish
from edgewheel.runtime.tree import Spec, module_name, spec_of
from edgewheel.sources import conditions, paths
from edgewheel.sources.records import Import, PathChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from edgewheel.runtime.graph import Reached
    from edgewheel.runtime.resolve import Resolver
    from edgewheel.runtime.tasks import Task
    from edgewheel.runtime.values import Raised
    from edgewheel.sources.conditions import Run
    from edgewheel.sources.grammar import Fault


class Reach:
    """One walk. `intended` maps a dotted name that is not found to the upload name that its author meant."""

    def __init__(
        self,
        resolver: Resolver,
        python: tuple[int, int],
        *,
        intended: Callable[[str], str | None] = lambda _: None,
        fault: Callable[[str], Fault | None] = lambda _: None,
        vendored: bool = True,
    ) -> None:
        self.resolver = resolver
        self.attributes = Attributes(resolver)
        self.python = python
        self.intended = intended
        self.fault = fault
        self.vendored = vendored
        self.graph = Graph()
        self.start = Followed(self)
        self.attributes.spaces = self.start.spaces
        #: the modules that are being imported, outermost first, and how far their changes of `sys.path` are made
        self.loading: list[str] = []
        self.unfinished: set[str] = set()
        self._changed: dict[str, int] = {}
        self.later: dict[str, list[Import]] = {}

    def main(self, name: str) -> Reached:
        """From the main module on."""
        return self.from_modules([(module_name(name), Spec("module", name))], [])

    def from_modules(self, start: Iterable[tuple[str, Spec]], request: Iterable[tuple[str, Spec]]) -> Reached:
        """From modules that are imported at the start and from ones that may be imported later."""
        firsts, others = list(start), list(request)
        for name, spec in firsts:
            finish(self._load(Step(name, spec)))
        self._run_later([name for name, _ in firsts])
        for name, spec in others:
            finish(self._load(Step(name, spec)))
        self._run_later([name for name, _ in others])
        found = self.graph.outcome([name for name, _ in firsts], [name for name, _ in others])
        at_start = tuple(
            each for each in self.start.events if found.modules.get(self.graph.specs[each.module].file) == "start"
        )
        return found._replace(events=at_start, spaces=self.start.spaces)

    def _run_later(self, roots: list[str]) -> None:
        """The imports in functions of every module that is loaded, and of those that they load."""
        seen: set[str] = set()
        queue = list(roots)
        while queue:
            name = queue.pop()
            if name in seen:
                continue
            seen.add(name)
            items = [item for item in self.later.get(name, []) if not self.start.has_run(name, item)]
            self.later[name] = []
            finish(self._execute(name, items, later=True))
            queue += [edge.target for edge in self.graph.edges.get(name, [])]

    def _load(self, step: Step) -> Task:
        """Executes a module once."""
        name, spec = step
        if name in self.graph.state or spec is None:
            return self.graph.state.get(name, "")
        self.graph.state[name] = ""
        self.graph.specs[name] = spec
        self.unfinished.add(name)
        answer = yield self._executed(name, spec)
        self.unfinished.discard(name)
        self.start.loaded(name, failed=bool(answer))
        return answer

    def _executed(self, name: str, spec: Spec) -> Task:
        if not spec.file.endswith(".py") or (not self.vendored and self._is_vendored(name)):
            return ""
        fault = self.fault(spec.file)
        if fault is not None:
            missing = FailedImport("SyntaxError", name, f"{fault.message} ({spec.file}, line {fault.line})")
            self.graph.fail(name, Failure(spec.file, None, name, missing, "start", fault.line))
            self.graph.state[name] = missing.error
            return missing.error
        record = self.resolver.modules.record(spec.file)
        self._provide(
            name, spec, frozenset(f"{name}{each[1:]}" if each[0] == "@" else each for each in record.provided)
        )
        if not self._is_vendored(name) and self.start.wants(record):
            self.loading.append(name)
            self.graph.state[name] = yield self.start.module(name, spec)
            self.loading.pop()
            self.change_paths(name, None)
            self.later[name] = [*self.start.later(name, self.resolver.modules.whole(spec.file))]
            return self.graph.state[name]
        items: list[Import | PathChange] = list(record.imports)
        if record.paths:
            items = sorted([*items, *record.paths], key=lambda each: each.line)
        self.graph.state[name] = yield self._execute(name, items, later=False)
        return self.graph.state[name]

    def _is_vendored(self, name: str) -> bool:
        return self.resolver.tree.is_vendored(self.graph.specs[name].file)

    def _provide(self, name: str, spec: Spec, names: frozenset[str]) -> None:
        """What a module puts into `sys.modules`. A package that does so under names that nobody can read off means its
        own submodules; the project's own code may mean anything.
        """
        if "*" in names and self.resolver.tree.is_vendored(spec.file):
            names = names - {"*"} | {f"{name.partition('.')[0]}.*"}
        self.resolver.provide(names)

    def _execute(self, name: str, items: Iterable[Import | PathChange], *, later: bool) -> Task:
        """Runs import statements in order; those that only a request runs are kept for later."""
        left: dict[int, str] = {}
        failed = ""
        for item in items:
            if not item.blocks and isinstance(item, Import) and self.attributes.is_plain(item):
                continue
            run = conditions.run_of(item.blocks, left, self.python, self.resolver.finds)
            if not run.when:
                continue
            if isinstance(item, PathChange):
                if run.when == "start":
                    self._change_path(name, item)
                continue
            if item.dynamic and item.bound == ("__name__",) and self.graph.specs[name].kind != "package":
                continue  # a name below a module that is no package
            if run.when == "later" and not later:
                if not self._is_vendored(name):  # what a package may import later, nobody knows to be needed
                    self.later.setdefault(name, []).append(item)
                continue
            run = run._replace(when="later" if later else "start")
            broken = yield self._import(name, item, run)
            if (key := run.catcher(broken)) is not None:
                left[key] = broken
            else:
                failed = failed or broken
        return failed

    def change_paths(self, name: str, line: int | None) -> None:
        """Makes the changes of `sys.path` that stand before a line of a module that is followed; None: all."""
        changes = self.resolver.modules.record(self.graph.specs[name].file).paths
        for at in range(self._changed.get(name, 0), len(changes)):
            if line is not None and changes[at].line >= line:
                break
            self._changed[name] = at + 1
            if conditions.run_of(changes[at].blocks, {}, self.python, self.resolver.finds).when == "start":
                self._change_path(name, changes[at])

    def _change_path(self, name: str, change: PathChange) -> None:
        folder = paths.resolve(change.folder, self.graph.specs[name].file) if change.folder is not None else None
        if folder is not None or not self._is_vendored(name):
            self.resolver.add_path(folder, first=change.first)

    def raised(self, error: Raised) -> None:
        """Notes an error that ends the import of the module that is being loaded, and is none of an import."""
        name = self.loading[-1]
        where = self.graph.specs[error.module or name].file
        missing = FailedImport(error.error, "", error.error)
        self.graph.fail(name, Failure(where, None, name, missing, "start", error.node[1] if error.node else 0))

    def imports(self, importer: str, item: Import, run: Run) -> Task:
        """One module of an import statement that runs; the answer is the error that it raises."""
        self.change_paths(importer, item.line)
        return self._import(importer, item, run)

    def _import(self, importer: str, item: Import, run: Run) -> Task:
        """One module of an import statement."""
        target = absolute(item, importer, package=self.graph.specs[importer].kind == "package")
        if isinstance(target, FailedImport):
            return (yield self._fail(importer, item, target.name, target, run))
        found = self.resolver.locate(target)
        if isinstance(found, FailedImport):
            failed = yield self._steps(importer, item, self.resolver.before(target), run)
            broken = yield self._fail(importer, item, target, found, run)
            return failed or broken
        failed = yield self._steps(importer, item, found, run)
        last = found[-1].spec
        broken = ""
        if last is None and item.names and (lost := self.attributes.lost(target, item.names)) is not None:
            broken = yield self._fail(importer, item, target, lost, run)
        elif last is None and item.names and target in self.resolver.library.present:
            broken = yield self._library(importer, item, target, run)
        elif last is None and item.names and self.resolver.is_partly_known(target):
            broken = yield self._parts(importer, item, target, run)
        elif item.names and last is not None and (target == importer or not self.attributes.surely(last, item.names)):
            broken = yield self._names(importer, item, Step(target, last), run)
        return failed or broken

    def _steps(self, importer: str, item: Import, steps: list[Step], run: Run) -> Task:
        """The modules of a dotted name, outermost first. One whose error nothing catches is led to all the same."""
        failed = ""
        for step in steps:
            if failed and run.catcher(failed) is not None:
                break  # what is below a package that fails is not imported
            self.graph.lead(importer, item, step, run.edge, again=step.name in self.unfinished)
            known = self.graph.state.get(step.name) if step.spec is not None else ""
            broken = known if known is not None else (yield self._load(step))
            if run.guards and broken and run.catcher(broken) is None:
                self.graph.edges[importer].append(Edge(step.name, run.when))
            failed = failed or broken
        return failed

    def _names(self, importer: str, item: Import, origin: Step, run: Run) -> Task:
        """The names of a `from` statement: attributes of the module, else its submodules."""
        spec = origin.spec
        assert spec is not None  # noqa: S101 - the caller has looked
        failed = ""
        for name in item.names if item.names != ("*",) else self.attributes.listed(spec):
            inner = self.resolver.submodule(spec, name)
            # a package that imports its own submodule binds the name by this very statement, not before it
            own = inner is not None and origin.name == importer
            if not own and self.attributes.binds(origin.name, spec, name, late=run.when == "later"):
                self.start.doubt(origin.name, name)
                continue
            hooked = inner is None and self.start.has_hook(origin.name)
            if hooked and not (yield self.start.ask(origin.name, name)):
                continue
            if inner is not None:
                broken = yield self._steps(importer, item, [Step(f"{origin.name}.{name}", inner)], run)
                failed = failed or broken
            elif hooked or not self.attributes.dynamic(origin.name, spec, name):
                where = f"/session/metadata/{spec.file}" if spec.file else "unknown location"
                text = f"cannot import name '{name}' from '{origin.name}' ({where})"
                missing = FailedImport("ImportError", f"{origin.name}.{name}", text)
                if item.names == ("*",):  # in `__all__`
                    text = f"module '{origin.name}' has no attribute '{name}'"
                    missing = FailedImport("AttributeError", f"{origin.name}.{name}", text)
                broken = yield self._fail(importer, item, origin.name, missing, run)
                failed = failed or broken
            else:
                self.start.doubt(origin.name, name)
        return failed

    def _library(self, importer: str, item: Import, target: str, run: Run) -> Task:
        """Names that the project's module has and the standard library's of the same name has not, and modules of the
        standard library's that fail.
        """
        lacking = self.attributes.lacking(target, item.names)
        if lacking is not None:
            return (yield self._fail(importer, item, target, lacking, run))
        for name in item.names:
            found = (
                self.resolver.locate(f"{target}.{name}") if f"{target}.{name}" in self.resolver.library.broken else []
            )
            if isinstance(found, FailedImport):
                return (yield self._fail(importer, item, target, found, run))
        return ""

    def _parts(self, importer: str, item: Import, target: str, run: Run) -> Task:
        """Names of what is no file of the upload: the modules among them of which it is known that it lacks them."""
        failed = ""
        for name in item.names:
            dotted = f"{target}.{name}"
            if name != "*" and isinstance(self.resolver.locate(dotted), FailedImport):
                text = f"cannot import name '{name}' from '{target}' (unknown location)"
                broken = yield self._fail(importer, item, target, FailedImport("ImportError", dotted, text), run)
                failed = failed or broken
        return failed

    def _fail(self, importer: str, item: Import, wanted: str, missing: FailedImport, run: Run) -> Task:
        """Notes a failure that nothing catches, and goes on with the modules that the author meant: they have imports
        of their own.
        """
        if run.catcher(missing.error) is not None:
            return missing.error
        at = "start" if run.when == "start" else "request"
        self.graph.fail(importer, Failure(self.graph.specs[importer].file, item, wanted, missing, at))
        for name in (wanted, *(f"{wanted}.{each}" for each in item.names)):
            meant = self.intended(name)
            if meant is not None:
                step = Step(module_name(meant), spec_of(meant))
                self.graph.edges.setdefault(importer, []).append(Edge(step.name, run.when))
                yield self._load(step)
        return missing.error
