"""What a walk along imports has found: which module leads to which, what fails, and what that means for main."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edgewheel.runtime.resolve import FailedImport, Step
    from edgewheel.runtime.tree import Spec, Tree
    from edgewheel.runtime.values import Event, Namespace
    from edgewheel.sources.records import Import


_OF_IMPORTS = frozenset(("ImportError", "ModuleNotFoundError", "SyntaxError"))


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
    execution; `uses` maps each of them to the imports that run and where they lead (a dotted name). `events` are the
    calls of what is not the project's that the start makes, `spaces` the names of the modules that were followed, by
    dotted name, `raised` the errors that are none of an import.
    """

    failures: tuple[Failure, ...]
    modules: dict[str, str]
    uses: dict[str, list[tuple[Import, str, str]]]
    events: tuple[Event, ...] = ()
    spaces: Mapping[str, Namespace] = MappingProxyType({})
    raised: tuple[Failure, ...] = ()


class Edge(NamedTuple):
    target: str
    kind: str  # "start", "guarded", "later" or "later-guarded"


class Graph:
    """Modules by their dotted names. `state` is for each that was executed the error that it raises, "" for none."""

    def __init__(self) -> None:
        self.specs: dict[str, Spec] = {}
        self.state: dict[str, str] = {}
        self.edges: dict[str, list[Edge]] = {}
        self.failed: dict[str, list[Failure]] = {}
        self.uses: dict[str, list[tuple[Import, str, str]]] = {}
        self.first: dict[str, tuple[str, Import]] = {}

    def lead(self, importer: str, item: Import, step: Step, edge: str, *, again: bool = False) -> None:
        """Notes where an import leads; `again`: into a module that has not ended, and fails for its first importer."""
        self.uses.setdefault(self.specs[importer].file, []).append((item, step.name, edge))
        if step.spec is not None and not again:
            if step.name not in self.state:
                self.first[step.name] = (importer, item)
            self.edges.setdefault(importer, []).append(Edge(step.name, edge))

    def fail(self, importer: str, failure: Failure) -> None:
        """Notes that an import of a module fails, or the module itself."""
        self.failed.setdefault(importer, []).append(failure)

    def origin(self, failure: Failure, tree: Tree) -> tuple[str, Import | None]:
        """The project's own module and statement behind a failure, also where it lies in a vendored package."""
        importer, item = failure.importer, failure.item
        name = next((name for name, spec in self.specs.items() if spec.file == importer), "")
        while tree.is_vendored(importer) and name in self.first:
            name, item = self.first[name]
            importer = self.specs[name].file
        return importer, item

    def outcome(self, start: list[str], request: list[str]) -> Reached:
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
        raised = tuple(each for each in failures if each.item is None and each.missing.error not in _OF_IMPORTS)
        return Reached(tuple(failures), modules, self.uses, raised=raised)

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
                    if edge.kind in kinds and not ("guarded" in edge.kind and self.state.get(edge.target))
                ]
        return found
