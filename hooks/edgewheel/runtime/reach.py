"""Which imports run from main on, at the start or with a request, and which of them fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.runtime import conditions
from edgewheel.runtime.attributes import Attributes
from edgewheel.runtime.graph import Edge, Failure, Graph
from edgewheel.runtime.records import Import, PathChange
from edgewheel.runtime.resolve import FailedImport, Step, absolute
from edgewheel.runtime.tree import Spec, module_name, spec_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from edgewheel.runtime.grammar import Fault
    from edgewheel.runtime.graph import Reached
    from edgewheel.runtime.resolve import Resolver

    Task = Generator["Task", bool, bool]


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
        self.later: dict[str, list[Import]] = {}

    def main(self, name: str) -> Reached:
        """From the main module on."""
        return self.from_modules([(module_name(name), Spec("module", name))], [])

    def from_modules(self, start: Iterable[tuple[str, Spec]], request: Iterable[tuple[str, Spec]]) -> Reached:
        """From modules that are imported at the start and from ones that may be imported later."""
        firsts, others = list(start), list(request)
        for name, spec in firsts:
            _finish(self._load(Step(name, spec)))
        self._run_later([name for name, _ in firsts])
        for name, spec in others:
            _finish(self._load(Step(name, spec)))
        self._run_later([name for name, _ in others])
        return self.graph.outcome([name for name, _ in firsts], [name for name, _ in others])

    def _run_later(self, roots: list[str]) -> None:
        """The imports in functions of every module that is loaded, and of those that they load."""
        seen: set[str] = set()
        queue = list(roots)
        while queue:
            name = queue.pop()
            if name in seen:
                continue
            seen.add(name)
            items, self.later[name] = self.later.get(name, []), []
            _finish(self._execute(name, items, later=True))
            queue += [edge.target for edge in self.graph.edges.get(name, [])]

    def _load(self, step: Step) -> Task:
        """Executes a module once; true where that fails."""
        name, spec = step
        if name in self.graph.state or spec is None:
            return self.graph.state.get(name) == "failed"
        self.graph.state[name] = "ok"
        self.graph.specs[name] = spec
        if not spec.file.endswith(".py") or (not self.vendored and self._is_vendored(name)):
            return False
        fault = self.fault(spec.file)
        if fault is not None:
            missing = FailedImport("SyntaxError", name, f"{fault.message} ({spec.file}, line {fault.line})")
            self.graph.fail(name, Failure(spec.file, None, name, missing, "start", fault.line))
            self.graph.state[name] = "failed"
            return True
        record = self.resolver.modules.record(spec.file)
        self._provide(name, spec, record.provided)
        items: list[Import | PathChange] = list(record.imports)
        if record.paths:
            items = sorted([*items, *record.paths], key=lambda each: each.line)
        failed = yield self._execute(name, items, later=False)
        if failed:
            self.graph.state[name] = "failed"
        return failed

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
        left: set[int] = set()
        failed = False
        for item in items:
            if not item.blocks:
                runs, key = "start", None
            else:
                runs, key = conditions.when(item.blocks, left, self.python, self.resolver.finds)
                if not runs:
                    continue
            if isinstance(item, PathChange):
                if runs == "start" and (item.folder is not None or not self._is_vendored(name)):
                    self.resolver.add_path(item.folder, first=item.first)
                continue
            if runs == "later" and not later:
                if not self._is_vendored(name):  # what a package may import later, nobody knows to be needed
                    self.later.setdefault(name, []).append(item)
                continue
            kind = "later" if later else "start"
            broken = yield self._import(name, item, guarded=key is not None, kind=kind)
            if broken and key is not None:
                left.add(key)
            failed |= broken and key is None
        return failed

    def _import(self, importer: str, item: Import, *, guarded: bool, kind: str) -> Task:
        """One module of an import statement; true where it fails."""
        edge = f"{kind}-guarded" if guarded and kind == "later" else "guarded" if guarded else kind
        target = absolute(item, importer, package=self.graph.specs[importer].kind == "package")
        found = target if isinstance(target, FailedImport) else self.resolver.locate(target)
        if isinstance(found, FailedImport):
            wanted = found.name if isinstance(target, FailedImport) else target
            if not guarded:
                yield self._fail(importer, item, wanted, found, kind)
            return True
        assert not isinstance(target, FailedImport)  # noqa: S101 - the line above has dealt with it
        failed = False
        for step in found:
            self.graph.lead(importer, item, step, edge)
            state = self.graph.state.get(step.name) if step.spec is not None else "ok"
            failed |= state == "failed" if state else (yield self._load(step))
        last = found[-1].spec
        if last is None and item.names and target in self.resolver.library.present:
            failed |= yield self._shadowed(importer, item, target, edge)
        elif last is None and item.names and self.resolver.is_partly_known(target):
            failed |= yield self._parts(importer, item, target, edge)
        if item.names and last is not None and not self.attributes.surely(last, item.names):
            failed |= yield self._names(importer, item, Step(target, last), edge)
        return failed

    def _names(self, importer: str, item: Import, origin: Step, edge: str) -> Task:
        """The names of a `from` statement: attributes of the module, else its submodules."""
        spec = origin.spec
        assert spec is not None  # noqa: S101 - the caller has looked
        failed = False
        names = item.names if item.names != ("*",) else self.attributes.listed(spec)
        for name in names:
            if self.attributes.binds(origin.name, spec, name):
                continue
            inner = self.resolver.submodule(spec, name)
            if inner is not None:
                step = Step(f"{origin.name}.{name}", inner)
                self.graph.lead(importer, item, step, edge)
                failed |= yield self._load(step)
            elif item.names != ("*",) and not self.attributes.dynamic(origin.name, spec, name):
                where = f"/session/metadata/{spec.file}" if spec.file else "unknown location"
                text = f"cannot import name '{name}' from '{origin.name}' ({where})"
                if "guarded" not in edge:
                    missing = FailedImport("ImportError", f"{origin.name}.{name}", text)
                    yield self._fail(importer, item, origin.name, missing, edge)
                failed = True
        return failed

    def _shadowed(self, importer: str, item: Import, target: str, edge: str) -> Task:
        """Names that the project's module has and the standard library's of the same name has not."""
        lacking = self.attributes.lacking(target, item.names)
        if lacking is None:
            return False
        if "guarded" not in edge:
            yield self._fail(importer, item, target, lacking, edge)
        return True

    def _parts(self, importer: str, item: Import, target: str, edge: str) -> Task:
        """Names of what is no file of the upload: the modules among them of which it is known that it lacks them."""
        failed = False
        for name in item.names:
            dotted = f"{target}.{name}"
            if name != "*" and isinstance(self.resolver.locate(dotted), FailedImport):
                text = f"cannot import name '{name}' from '{target}' (unknown location)"
                if "guarded" not in edge:
                    yield self._fail(importer, item, target, FailedImport("ImportError", dotted, text), edge)
                failed = True
        return failed

    def _fail(self, importer: str, item: Import, wanted: str, missing: FailedImport, kind: str) -> Task:
        """Notes a failure, and goes on with the modules that the author meant: they have imports of their own."""
        at = "start" if kind == "start" else "request"
        self.graph.fail(importer, Failure(self.graph.specs[importer].file, item, wanted, missing, at))
        for name in (wanted, *(f"{wanted}.{each}" for each in item.names)):
            meant = self.intended(name)
            if meant is not None:
                step = Step(module_name(meant), spec_of(meant))
                self.graph.edges.setdefault(importer, []).append(Edge(step.name, kind))
                yield self._load(step)
        return True


def _finish(task: Task) -> None:
    """Runs a task and those that it waits for, without the interpreter's recursion."""
    stack = [task]
    answer: bool | None = None
    while stack:
        try:
            while True:
                stack.append(next(stack[-1]) if answer is None else stack[-1].send(answer))
                answer = None
        except StopIteration as end:  # noqa: PERF203 - the inner loop is the long one
            stack.pop()
            answer = end.value
