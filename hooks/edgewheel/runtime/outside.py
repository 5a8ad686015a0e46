"""Calls of what is not the project's while a Worker starts: the few that run its code, and the rest noted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.runtime.builtin import Builtins
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
    from collections.abc import Generator
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
        written = (
            program.dotted(node[3]) if node[0] == "Call" else program.dotted(node[3]) if node[0] == "Subscript" else ""
        )
        known = tuple(each.value if isinstance(each, Constant) else each for each in arguments)
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
                (*known, *([of] if of is not None else [])),
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
            return (yield from self._builtin(tail, arguments, keywords, node, frame))
        if name in {"importlib.import_module", "builtins.__import__"}:
            return (yield from self._imported(arguments, keywords, node, frame))
        if name == "asyncio.run" and arguments:
            value = yield from self.force(arguments[0])
            if isinstance(value, Method) and value.pending and self.reach.python >= (3, 13):
                return (yield from self.run_pending(value, node, frame))
            if self.reach.python < (3, 13):
                self.note(name, node, frame, arguments, keywords)
                raise Raised("RuntimeError", node=node, module=frame.module)
            return UNKNOWN
        if name == "functools.partial" and arguments:
            inner = yield from self.force(arguments[0])
            if isinstance(inner, FunctionValue):
                return Method(inner, None, tuple(arguments[1:]), tuple(keywords.items()))
            return UNKNOWN
        if name == "functools.reduce" and len(arguments) >= 2:
            yield from self._mapped(arguments[0], arguments[1:2], node, frame, values=2)
            return UNKNOWN
        if name == "dataclasses.field":
            made = Instance(ClassValue(frame.module, "field()", [], Namespace()))
            made.space.bind("default_factory", keywords.get("default_factory", UNKNOWN))
            return made
        if name in {"os.environ.get", "os.getenv"}:
            key = (yield from self.force(arguments[0])) if arguments else UNKNOWN
            if isinstance(key, Constant) and self.environment.isdisjoint(
                {"*", str(key.value)} | ENVIRONMENT & {key.value}
            ):
                if len(arguments) < 2 and "default" not in keywords:
                    self.note(name, node, frame, arguments, keywords, kind="absent")
                return arguments[1] if len(arguments) > 1 else keywords.get("default", Constant(None))
            return UNKNOWN
        if name == "sys.modules.get" and arguments:
            key = yield from self.force(arguments[0])
            loaded = self.is_loaded(key.value) if isinstance(key, Constant) else None
            default = arguments[1] if len(arguments) > 1 else Constant(None)
            return UNKNOWN if loaded is None else ModuleValue(str(getattr(key, "value", ""))) if loaded else default
        if name in SAME or name in HOW:
            if arguments and name not in {"functools.wraps", "dataclasses.dataclass"}:
                inner = yield from self.force(arguments[0])
                if isinstance(inner, FunctionValue):
                    return (yield from self.decorate(External(name), inner, node, frame))
            return Made(name, frame.module, node[1], node[2])
        if name in {"os.environ.setdefault", "os.putenv"} and arguments:
            key = yield from self.force(arguments[0])
            self.environment.add(str(key.value) if isinstance(key, Constant) else "*")
            return UNKNOWN
        if name == "os.environ.update" or tail.endswith("load_dotenv"):
            self.environment.add("*")
        if tail == "exit" and head == "sys":
            raise Raised("SystemExit", node=node, module=frame.module)
        self.note(name, node, frame, arguments, keywords)
        return Made(name, frame.module, node[1], node[2])

    def _imported(self, arguments: list[Value], keywords: dict[str, Value], node: Node, frame: Frame) -> Steps:
        """`importlib.import_module(…)`."""
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
