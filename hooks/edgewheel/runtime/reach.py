"""Which imports run from main on, at the start or with a request, and which of them fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edgewheel.runtime import conditions
from edgewheel.runtime.attributes import Attributes
from edgewheel.runtime.records import Import, PathChange
from edgewheel.runtime.resolve import FailedImport, Step, absolute
from edgewheel.runtime.tree import VENDORED, Spec, module_name, spec_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from edgewheel.runtime.grammar import Fault
    from edgewheel.runtime.records import Block
    from edgewheel.runtime.resolve import Resolver

    Task = Generator["Task", bool, bool]


class Failure(NamedTuple):
    """An import that fails: where (upload name and statement), the module that was asked for, and what it raises.

    `at` is "start" or "request"; `item` is None where the module `importer` itself cannot be parsed.
    """

    importer: str
    item: Import | None
    module: str
    missing: FailedImport
    at: str
    #: the line that cannot be parsed, where `item` is None
    line: int = 0


class Reached(NamedTuple):
    """The outcome: `modules` maps the upload names that are imported to "start" or "request", in the order of their
    execution; `uses` maps each of them to the imports that run and where they lead (a dotted name).
    """

    failures: tuple[Failure, ...]
    modules: dict[str, str]
    uses: dict[str, list[tuple[Import, str, str]]]


class _Edge(NamedTuple):
    target: str
    kind: str  # "start", "guarded", "later" or "later-guarded"


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
        self.specs: dict[str, Spec] = {}
        self.state: dict[str, str] = {}
        self.edges: dict[str, list[_Edge]] = {}
        self.failed: dict[str, list[Failure]] = {}
        self.later: dict[str, list[Import]] = {}
        self.uses: dict[str, list[tuple[Import, str, str]]] = {}
        self.first: dict[str, tuple[str, Import]] = {}

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
        return self._outcome([name for name, _ in firsts], [name for name, _ in others])

    def origin(self, failure: Failure) -> tuple[str, Import | None]:
        """The project's own module and statement behind a failure, also where it lies in a vendored package."""
        importer, item = failure.importer, failure.item
        name = next((name for name, spec in self.specs.items() if spec.file == importer), "")
        while importer.startswith(f"{VENDORED}/") and name in self.first:
            name, item = self.first[name]
            importer = self.specs[name].file
        return importer, item

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
            queue += [edge.target for edge in self.edges.get(name, [])]

    def _outcome(self, start: list[str], request: list[str]) -> Reached:
        first = self._closure(start, {"start", "guarded"})
        second = self._closure([*first, *request], {"start", "guarded", "later", "later-guarded"})
        modules: dict[str, str] = {}
        failures: list[Failure] = []
        for name in [*first, *(each for each in second if each not in first)]:
            if name not in self.specs:
                continue
            at = "start" if name in first else "request"
            modules.setdefault(self.specs[name].file, at)
            own = self.failed.get(name, [])
            failures += own if at == "start" else [each._replace(at="request") for each in own]
        return Reached(tuple(failures), modules, self.uses)

    def _closure(self, roots: list[str], kinds: set[str]) -> dict[str, None]:
        """Everything behind the edges of these kinds; a guarded one does not lead into a module that fails."""
        found: dict[str, None] = {}
        queue = list(reversed(roots))
        while queue:
            name = queue.pop()
            if name not in found:
                found[name] = None
                queue += [
                    edge.target
                    for edge in reversed(self.edges.get(name, []))
                    if edge.kind in kinds and not ("guarded" in edge.kind and self.state.get(edge.target) == "failed")
                ]
        return found

    def _load(self, step: Step) -> Task:
        """Executes a module once; true where that fails."""
        name, spec = step
        if name in self.state or spec is None:
            return self.state.get(name) == "failed"
        self.state[name] = "ok"
        self.specs[name] = spec
        if not spec.file.endswith(".py") or (not self.vendored and self._is_vendored(name)):
            return False
        fault = self.fault(spec.file)
        if fault is not None:
            missing = FailedImport("SyntaxError", name, f"{fault.message} ({spec.file}, line {fault.line})")
            self.failed[name] = [Failure(spec.file, None, name, missing, "start", fault.line)]
            self.state[name] = "failed"
            return True
        record = self.resolver.modules.record(spec.file)
        self._provide(name, spec, record.provided)
        items: list[Import | PathChange] = list(record.imports)
        if record.paths:
            items = sorted([*items, *record.paths], key=lambda each: each.line)
        failed = yield self._execute(name, items, later=False)
        if failed:
            self.state[name] = "failed"
        return failed

    def _is_vendored(self, name: str) -> bool:
        return self.specs[name].file.startswith(f"{VENDORED}/")

    def _provide(self, name: str, spec: Spec, names: frozenset[str]) -> None:
        """What a module puts into `sys.modules`. A package that does so under names that nobody can read off means its
        own submodules; the project's own code may mean anything.
        """
        if "*" in names and spec.file.startswith(f"{VENDORED}/"):
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
                runs, key = self._when(item.blocks, left)
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

    def _when(self, blocks: tuple[Block, ...], left: set[int]) -> tuple[str, int | None]:
        """When it runs ("start", "later", "" for never), and the `try` that catches its failure."""
        runs, key = "start", None
        for block in blocks:
            if block.kind in {"def", "maybe"}:
                runs = "later"
            elif block.kind == "if":
                known = conditions.evaluate(block.test, self.python, self.resolver.finds)
                if known is False:
                    return "", None
                runs = runs if known else "later"
            elif block.kind == "try":
                if block.key in left:
                    return "", None
                key = block.key
            elif block.kind == "reraised":  # in a function it is said what is missing; at the start nobody hears it
                key = 0 if runs == "later" else key
            elif (block.kind == "caught") != (block.key in left):
                return "", None
        return runs, key

    def _import(self, importer: str, item: Import, *, guarded: bool, kind: str) -> Task:
        """One module of an import statement; true where it fails."""
        edge = f"{kind}-guarded" if guarded and kind == "later" else "guarded" if guarded else kind
        target = absolute(item, importer, package=self.specs[importer].kind == "package")
        found = target if isinstance(target, FailedImport) else self.resolver.locate(target)
        if isinstance(found, FailedImport):
            wanted = found.name if isinstance(target, FailedImport) else target
            if not guarded:
                yield self._fail(importer, item, wanted, found, kind)
            return True
        assert not isinstance(target, FailedImport)  # noqa: S101 - the line above has dealt with it
        failed = False
        for step in found:
            self._lead(importer, item, step, edge)
            state = self.state.get(step.name) if step.spec is not None else "ok"
            failed |= state == "failed" if state else (yield self._load(step))
        last = found[-1].spec
        if last is None and item.names and target in self.resolver.library.present:
            failed |= yield self._shadowed(importer, item, target, edge)
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
                self._lead(importer, item, step, edge)
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

    def _fail(self, importer: str, item: Import, wanted: str, missing: FailedImport, kind: str) -> Task:
        """Notes a failure, and goes on with the modules that the author meant: they have imports of their own."""
        at = "start" if kind == "start" else "request"
        self.failed.setdefault(importer, []).append(Failure(self.specs[importer].file, item, wanted, missing, at))
        for name in (wanted, *(f"{wanted}.{each}" for each in item.names)):
            meant = self.intended(name)
            if meant is not None:
                step = Step(module_name(meant), spec_of(meant))
                self.edges.setdefault(importer, []).append(_Edge(step.name, kind))
                yield self._load(step)
        return True

    def _lead(self, importer: str, item: Import, step: Step, edge: str) -> None:
        self.uses.setdefault(self.specs[importer].file, []).append((item, step.name, edge))
        if step.spec is not None:
            if step.name not in self.state:
                self.first[step.name] = (importer, item)
            self.edges.setdefault(importer, []).append(_Edge(step.name, edge))


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
