"""Calls of what is not the project's while a Worker starts: the few that run its code, and the rest noted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.runtime.builtin import Builtins, OutsideCall
from edgewheel.runtime.calls import HOW, SAME
from edgewheel.runtime.evaluate import ENVIRONMENT
from edgewheel.runtime.values import (
    UNKNOWN,
    ClassValue,
    Constant,
    Event,
    External,
    Frame,
    FunctionValue,
    Instance,
    Made,
    Method,
    ModuleValue,
    Namespace,
    Raised,
    Value,
)
from edgewheel.sources import program

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

    from edgewheel.runtime.tasks import Task
    from edgewheel.sources.records import Node

    Steps = Generator[Task, str, Any]


class Outside(Builtins):
    """Calls of the standard library, the platform and packages."""

    def note(
        self,
        name: str,
        node: Node,
        frame: Frame,
        arguments: list[Value],
        keywords: dict[str, Value],
        *,
        kind: str = "call",
        of: ClassValue | None = None,
    ) -> None:
        """Keeps what happens outside the project."""
        if frame.module in self.replaying or not self.running_module:
            return
        outer = self.outer or node
        written = program.dotted(node[3]) if node[0] in {"Call", "Subscript"} else ""
        known = [each.value if isinstance(each, Constant) else each for each in arguments]
        expected = tuple(None if names is None else tuple(names) for level in self.expected for names in level)
        end = (outer[6], outer[7]) if outer[0] == "Call" else (0, 0)
        self.events.append(
            Event(
                name,
                written or name,
                self.running_module,
                outer[1],
                outer[2],
                end,
                frame.calls[0] if frame.calls else "",
                (frame.module, node[1], node[2]),
                (*known, *filter(None, [of])),
                tuple(keywords),
                expected,
                kind,
            )
        )

    @property
    def running_module(self) -> str:
        """The module that is being imported."""
        return self.reach.loading[-1] if self.reach.loading else ""

    def external(
        self, name: str, arguments: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> Steps:
        """A call of what is not the project's: the few that run the project's code, and the rest noted."""
        head, _, tail = name.partition(".")
        if head == "builtins":
            return (yield from self.builtin(tail, arguments, keywords, node, frame))
        call = OutsideCall(name, arguments, keywords, node, frame)
        least, runs = _KNOWN.get(name, (0, None))
        if runs is not None and len(arguments) >= least:
            return (yield from runs(self, call))
        if name in SAME or name in HOW:
            return (yield from self._decorated(call))
        if name == "os.environ.update" or tail.endswith("load_dotenv"):
            self.environment.add("*")
        if name == "sys.exit":
            raise Raised("SystemExit", node=node, module=frame.module)
        self.note(name, node, frame, arguments, keywords)
        return Made(name, frame.module, node[1], node[2])

    def _decorated(self, call: OutsideCall) -> Steps:
        """A decorator that leaves a function what it is."""
        name, arguments, _, node, frame = call
        if arguments and name not in {"functools.wraps", "dataclasses.dataclass"}:
            inner = yield from self.force(arguments[0])
            if isinstance(inner, FunctionValue):
                return (yield from self.decorate(External(name), inner, node, frame))
        return Made(name, frame.module, node[1], node[2])

    def asyncio_run(self, call: OutsideCall) -> Steps:
        """`asyncio.run(main())`, which Pyodide can do at import since 3.13."""
        name, arguments, keywords, node, frame = call
        value = yield from self.force(arguments[0])
        if self.reach.python < (3, 13):
            self.note(name, node, frame, arguments, keywords)
            raise Raised("RuntimeError", node=node, module=frame.module)
        if isinstance(value, Method) and value.pending:
            return (yield from self.run_pending(value, node, frame))
        return UNKNOWN

    def partial(self, call: OutsideCall) -> Steps:
        """`functools.partial(f, …)`."""
        inner = yield from self.force(call.given[0])
        if isinstance(inner, FunctionValue):
            return Method(inner, None, tuple(call.given[1:]), tuple(call.keywords.items()))
        return UNKNOWN

    def reduce(self, call: OutsideCall) -> Steps:
        """`functools.reduce(f, items)`."""
        yield from self.mapped(call.given[0], call.given[1:2], call.node, call.frame, values=2)
        return UNKNOWN

    def field(self, call: OutsideCall) -> Steps:
        """`dataclasses.field(…)`."""
        yield from ()
        made = Instance(ClassValue(call.frame.module, "field()", [], Namespace()))
        made.space.bind("default_factory", call.keywords.get("default_factory", UNKNOWN))
        return made

    def variable(self, call: OutsideCall) -> Steps:
        """`os.environ.get("KEY")` and `os.getenv("KEY")`."""
        name, arguments, keywords, node, frame = call
        key = (yield from self.force(arguments[0])) if arguments else UNKNOWN
        if not isinstance(key, Constant) or not self.environment.isdisjoint(
            {"*", str(key.value)} | ENVIRONMENT & {key.value}
        ):
            return UNKNOWN
        if len(arguments) < 2 and "default" not in keywords:
            self.note(name, node, frame, arguments, keywords, kind="absent")
        return arguments[1] if len(arguments) > 1 else keywords.get("default", Constant(None))

    def module_loaded(self, call: OutsideCall) -> Steps:
        """`sys.modules.get("name")`."""
        key = yield from self.force(call.given[0])
        found = self.is_loaded(key.value) if isinstance(key, Constant) else None
        if found is None:
            return UNKNOWN
        return ModuleValue(str(key.value)) if found else call.given[1] if len(call.given) > 1 else Constant(None)

    def set_variable(self, call: OutsideCall) -> Steps:
        """`os.environ.setdefault("KEY", …)` and `os.putenv`."""
        key = yield from self.force(call.given[0])
        self.environment.add(str(key.value) if isinstance(key, Constant) else "*")
        return UNKNOWN

    def imported(self, call: OutsideCall) -> Steps:
        """`importlib.import_module(…)`."""
        _, arguments, keywords, node, frame = call
        name = (yield from self.force(arguments[0])) if arguments else keywords.get("name", UNKNOWN)
        package = yield from self.force(arguments[1] if len(arguments) > 1 else keywords.get("package", UNKNOWN))
        if not isinstance(name, Constant) or not isinstance(name.value, str) or not name.value:
            self._any_module(frame)
            return UNKNOWN
        written = name.value
        if written.startswith("."):
            if not isinstance(package, Constant) or not isinstance(package.value, str):
                return UNKNOWN
            parts = package.value.split(".")
            level = len(written) - len(written.lstrip("."))
            if level > len(parts):
                return UNKNOWN
            own = self._special("__package__", frame.module)
            if own != package:
                written = ".".join([*parts[: len(parts) - level + 1], *filter(None, [written[level:]])])
        item = yield from self.imports(node, written, frame)
        return ModuleValue(self.target(item, frame.module))

    def _any_module(self, frame: Frame) -> None:
        """A module that only running it shows is imported: its parents have more names than is known."""


#: The few calls that run the project's code or whose result is known: the arguments that they need, and what follows.
_KNOWN: dict[str, tuple[int, Callable[[Outside, OutsideCall], Steps]]] = {
    "importlib.import_module": (0, Outside.imported),
    "asyncio.run": (1, Outside.asyncio_run),
    "functools.partial": (1, Outside.partial),
    "functools.reduce": (2, Outside.reduce),
    "dataclasses.field": (0, Outside.field),
    **dict.fromkeys(("os.environ.get", "os.getenv"), (0, Outside.variable)),
    "sys.modules.get": (1, Outside.module_loaded),
    **dict.fromkeys(("os.environ.setdefault", "os.putenv"), (1, Outside.set_variable)),
}
