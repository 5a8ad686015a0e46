"""What a Worker's start executes of the project's code, followed as far as it is certain: statements.

Modules whose lines show that they call nothing of the project's are not followed: their imports are enough. Of all
others the statements run here with what is known of their values; where only a real run decides, the names become
unknown and what stands there counts for a request.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from edgewheel.runtime.resolve import FailedImport, absolute
from edgewheel.runtime.statements import Statements
from edgewheel.runtime.values import (
    UNKNOWN,
    Break,
    Constant,
    Continue,
    Frame,
    FunctionValue,
    Items,
    Later,
    ModuleValue,
    Namespace,
    Raised,
    Return,
    State,
)
from edgewheel.sources import conditions
from edgewheel.sources.conditions import Run
from edgewheel.sources.records import Import

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from typing import Any

    from edgewheel.runtime.tasks import Task
    from edgewheel.runtime.tree import Spec
    from edgewheel.sources.records import Node, Record

    Steps = Generator[Task, str, Any]

#: Modules of which a call at the top level is worth following: it may fail there, or give what must not be kept.
_NOTED = frozenset(
    (
        *("random", "secrets", "uuid", "os", "threading", "_thread", "multiprocessing", "concurrent", "socket"),
        *("subprocess", "urllib", "http", "numpy", "js", "pyodide", "pyodide_js", "workers", "time", "datetime"),
        *("tempfile", "ssl", "zoneinfo", "importlib", "sys", "pathlib", "asyncio", "pkgutil", "requests", "httpx"),
        *("pydantic_settings", "pydantic", "shutil", "contextlib"),
    )
)
#: Names that make a module worth following whatever it imports; `?`: its lines do not show what it calls.
_TELLING = frozenset(
    (
        *("?", "exec", "eval", "globals", "vars", "locals", "setattr", "getattr", "__import__", "open", "map"),
        *("environ", "argv", "__all__"),
    )
)


class Followed(Statements):
    """The statements of the project's modules, run for one walk."""

    def wants(self, record: Record) -> bool:
        """Whether the top level of a module may run other code of the project, or do what has to be noted."""
        heads = record.heads
        if record.names is not None:
            return True
        if not heads:
            return False
        if not heads.isdisjoint(_TELLING) or not heads.isdisjoint(record.binds):
            return True
        for item in record.imports:
            local = item.bound or item.names or (item.module.partition(".")[0],)
            if item.names == ("*",):
                return True
            if not heads.isdisjoint(local):
                top = item.module.partition(".")[0]
                if item.level or top in _NOTED or top not in self.reach.resolver.library.present:
                    return True
        return False

    def module(self, name: str, spec: Spec) -> Steps:
        """Runs a module; the answer is the error that it raises, "" for none."""
        before, self.state = self.state, State([], [], len(self.expected))
        outer, self.outer = self.outer, None
        depth, self.depth = self.depth, 0
        space = self.spaces[name] = Namespace()
        frame = Frame(name, space)
        record = self.reach.resolver.modules.whole(spec.file)
        space.dynamic = record.names is None
        try:
            yield from self.block(record.program or (), frame)
        except Raised as error:
            self.fails(error)
        except (Return, Break, Continue, RecursionError):
            space.dynamic = True
        failed = self.state.failed[0] if self.state.failed else ""
        space.done = True
        self.state, self.outer, self.depth = before, outer, depth
        return failed

    def loaded(self, name: str, *, failed: bool) -> None:
        """A package has its submodule as an attribute once that has been imported."""
        parent, _, last = name.rpartition(".")
        if not failed and parent in self.spaces:
            self.spaces[parent].bind(last, ModuleValue(name))

    def replay(self, name: str) -> Steps:
        """The names of a module whose imports have run already."""
        spec = self.reach.graph.specs[name]
        record = self.reach.resolver.modules.whole(spec.file)
        space = self.spaces[name] = Namespace(dynamic=record.names is None or record.names.dynamic)
        self.replaying.add(name)
        before, self.state = self.state, State([], [])
        with suppress(Raised, Return, Break, Continue, RecursionError):
            yield from self.block(record.program or (), Frame(name, space))
        self.state = before
        self.replaying.discard(name)
        space.done = True
        graph = self.reach.graph
        done = [each for each, error in graph.state.items() if not error and each not in self.reach.unfinished]
        for inner in [each for each in done if each.rpartition(".")[0] == name]:
            last = inner.rpartition(".")[2]  # a submodule becomes an attribute when it has been imported
            itself = any(edge.target == inner for edge in graph.edges.get(name, ()))
            known = space.names.get(last, UNKNOWN) in {Later(name, last), UNKNOWN, ModuleValue(inner)}
            space.bind(last, ModuleValue(inner) if known or not itself else UNKNOWN)

    def fails(self, error: Raised) -> None:
        """Notes that the module that is being imported raises, where no import of it has failed before."""
        if not self.state.failed:
            self.state.failed.append(error.error)
            self.reach.raised(error)

    def doubt(self, name: str, attribute: str) -> None:
        """Notes that only a run shows whether a module that has not ended has a name by now, and what comes after."""
        space = self.spaces.get(name)
        if name in self.reach.unfinished and space is not None and attribute not in space.names:
            self.doubtful.update(self.reach.loading)

    def has_hook(self, name: str) -> bool:
        """Whether a module of the project has a `__getattr__` of its own, which can be asked."""
        space, spec = self.spaces.get(name), self.reach.graph.specs.get(name)
        if space is not None:
            return space.done and isinstance(space.names.get("__getattr__"), FunctionValue)
        if spec is None or not spec.file.endswith(".py") or self.reach.resolver.tree.is_vendored(spec.file):
            return False
        return "__getattr__" in self.reach.resolver.modules.record(spec.file).binds

    def ask(self, name: str, attribute: str) -> Steps:
        """Asks a module's `__getattr__`; the answer is the error that it raises, "" for none."""
        if name not in self.spaces:
            yield from self.replay(name)
        hook = self.spaces[name].names.get("__getattr__")
        if not isinstance(hook, FunctionValue):
            return ""
        try:
            yield from self.call(
                hook, [Constant(attribute)], {}, ("Name", 0, 0, attribute), Frame(name, self.spaces[name])
            )
        except Raised as error:
            return error.error if error.error == "AttributeError" else ""
        return ""

    def has_run(self, name: str, item: Import) -> bool:
        """Whether an import of a module has been executed while the Worker starts."""
        return (name, item.line, item.column, item.written) in self.executed

    def later(self, name: str, record: Record) -> Iterator[Import]:
        """The imports of a module that a request may run: in functions, and where only running it shows."""
        for item in record.imports:
            key = (name, item.line, item.column)
            if self.has_run(name, item) or conditions.is_for_typing(item):
                continue
            if any(block.kind == "def" for block in item.blocks) or key in self.perhaps:
                yield item

    def do_Import(self, node: Node, frame: Frame) -> Steps:
        for alias in node[3]:
            name, other = alias[3], alias[4]
            yield from self.imports(node, name, frame)
            value = ModuleValue(name if other else name.partition(".")[0])
            self.assign_name(other or name.partition(".")[0], value, node, frame)

    def do_ImportFrom(self, node: Node, frame: Frame) -> Steps:
        written = "." * (node[5] or 0) + (node[3] or "")
        item = yield from self.imports(node, written, frame)
        target = self.target(item, frame.module)
        for alias in node[4]:
            if alias[3] == "*":
                yield from self.star(target, frame)
            else:
                self.assign_name(alias[4] or alias[3], Later(target, alias[3]), node, frame)

    def target(self, item: Import, module: str) -> str:
        spec = self.reach.graph.specs.get(module)
        found = absolute(item, module, package=spec is not None and spec.kind == "package")
        return found.name if isinstance(found, FailedImport) else found

    def imports(self, node: Node, written: str, frame: Frame) -> Steps:
        """Runs one import of a statement or call; answers with it."""
        item = self._item(frame.module, node, written)
        yield from self.run_import(item, frame)
        return item

    def run_import(self, item: Import, frame: Frame) -> Steps:
        if frame.module in self.replaying:
            return
        self.executed.add((frame.module, item.line, item.column, item.written))
        around = [names for level in self.expected[self.state.expected :] for names in level]
        run = Run("start", tuple(self.state.guards), tuple(None if each is None else tuple(each) for each in around))
        state = self.state
        broken = yield self.reach.imports(frame.module, item, run)
        self.state = state
        if broken:
            raised = Raised(broken)
            raised.item, raised.frame = item, frame
            if run.catcher(broken) is not None or any(raised.is_caught_by(names) for names in around):
                raise raised
            self.state.failed.append(broken)

    def _item(self, module: str, node: Node, written: str) -> Import:
        if (known := self._items.get(module)) is None:
            known = self._items[module] = {}
            spec = self.reach.graph.specs[module]
            for item in self.reach.resolver.modules.whole(spec.file).imports:
                known.setdefault((item.line, item.column), []).append(item)
        for item in known.get((node[1], node[2]), ()):
            if item.written == written:
                return item
        level = len(written) - len(written.lstrip("."))
        return Import(written[level:], (), level, node[1], node[2], dynamic=True)

    def star(self, target: str, frame: Frame) -> Steps:
        """`from target import *`."""
        space = yield from self.space(target)
        if space is None or space.dynamic or not space.done:
            frame.own.dynamic = True
            names = self.reach.attributes.public(self.reach.graph.specs.get(target))
        else:
            listed = space.names.get("__all__")
            if isinstance(listed, Items) and all(isinstance(each, Constant) for each in listed.items):
                names = [str(each.value) for each in listed.items if isinstance(each, Constant)]
            else:
                names = [name for name in space.names if not name.startswith("_")]
                frame.own.dynamic = frame.own.dynamic or listed is not None
        for name in names:
            if space is not None and name in space.maybe:
                self.perhaps_bound(name, frame)
            else:
                frame.own.bind(name, Later(target, name))
