"""What a Worker's start executes of the project's code, followed as far as it is certain: statements.

Modules whose lines show that they call nothing of the project's are not followed: their imports are enough. Of all
others the statements run here with what is known of their values; where only a real run decides, the names become
unknown and what stands there counts for a request.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.runtime.binding import blocks_of, bound_by, captured, targets
from edgewheel.runtime.outside import Evaluator
from edgewheel.runtime.resolve import FailedImport, absolute
from edgewheel.runtime.values import (
    UNKNOWN,
    Bound,
    Break,
    ClassValue,
    Constant,
    Continue,
    External,
    Frame,
    FunctionValue,
    Instance,
    Items,
    Later,
    Made,
    ModuleValue,
    Namespace,
    Raised,
    Return,
    Value,
    is_true,
)
from edgewheel.sources import conditions, program
from edgewheel.sources.conditions import Run
from edgewheel.sources.records import Import

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from typing import Any

    from edgewheel.runtime.reach import Reach, Task
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
_BUILTINS = frozenset(("exec", "eval", "globals", "vars", "locals", "setattr", "getattr", "__import__", "open", "map"))
#: Rounds of a loop that are followed.
_ROUNDS = 200
#: Of a module that fails with it, the imports before are noted all the same.
_NESTED = 8


class _State(NamedTuple):
    """What the module that is being imported has come to: restored when an import of it is done. `expected` is how many
    `try`s stood around the import of the module itself.
    """

    guards: list[tuple[int, tuple[object, ...]]]
    failed: list[str]
    expected: int = 0


class Start(Evaluator):
    """The statements of the project's modules, run for one walk."""

    def __init__(self, reach: Reach) -> None:
        super().__init__(reach)
        self.state = _State([], [])
        #: (module, line, column, name) of the imports that were executed, and of those that may be
        self.executed: set[tuple[str, int, int, str]] = set()
        self.perhaps: set[tuple[str, int, int]] = set()
        self._items: dict[str, dict[tuple[int, int], list[Import]]] = {}

    def wants(self, record: Record) -> bool:
        """Whether the top level of a module may run other code of the project, or do what has to be noted."""
        if record.names is not None or "?" in record.calls:
            return True
        heads = {call.partition(".")[0] for call in record.calls}
        if not heads:
            return False
        if heads & record.binds or heads & _BUILTINS or not heads.isdisjoint({"environ", "argv", "__all__"}):
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
        before, self.state = self.state, _State([], [], len(self.expected))
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

    def replay(self, name: str) -> Steps:
        """The names of a module whose imports have run already."""
        spec = self.reach.graph.specs[name]
        record = self.reach.resolver.modules.whole(spec.file)
        space = self.spaces[name] = Namespace(dynamic=record.names is None or record.names.dynamic)
        self.replaying.add(name)
        before, self.state = self.state, _State([], [])
        with suppress(Raised, Return, Break, Continue, RecursionError):
            yield from self.block(record.program or (), Frame(name, space))
        self.state = before
        self.replaying.discard(name)
        space.done = True

    def fails(self, error: Raised) -> None:
        """Notes that the module that is being imported raises, where no import of it has failed before."""
        if not self.state.failed:
            self.state.failed.append(error.error)
            self.reach.raised(error)

    def has_hook(self, name: str) -> bool:
        """Whether a module that was followed has a `__getattr__` of its own."""
        space = self.spaces.get(name)
        return space is not None and space.done and isinstance(space.names.get("__getattr__"), FunctionValue)

    def ask(self, name: str, attribute: str) -> Steps:
        """Asks a module's `__getattr__`; the answer is the error that it raises, "" for none."""
        hook = self.spaces[name].names["__getattr__"]
        try:
            yield from self.call(
                hook, [Constant(attribute)], {}, ("Name", 0, 0, attribute), Frame(name, self.spaces[name])
            )
        except Raised as error:
            return error.error if error.error == "AttributeError" else ""
        return ""

    def later(self, name: str, record: Record) -> Iterator[Import]:
        """The imports of a module that a request may run: in functions, and where only running it shows."""
        for item in record.imports:
            key = (name, item.line, item.column)
            if (*key, item.written) in self.executed or conditions.is_for_typing(item):
                continue
            if any(block.kind == "def" for block in item.blocks) or key in self.perhaps:
                yield item

    # statements

    def block(self, body: Iterable[Node], frame: Frame) -> Steps:
        for node in body:
            if frame.unsure or self.is_spent():
                self.skip([node], frame)
                continue
            method = getattr(self, f"do_{node[0]}", None)
            if method is None:
                for each in node[3:]:
                    if isinstance(each, (tuple, list)) and each and isinstance(each[0], str):
                        yield from self.value(each, frame)
            else:
                steps = method(node, frame)
                if steps is not None:
                    yield from steps

    def skip(self, body: Iterable[Node], frame: Frame) -> None:
        """What statements bind may be bound, and what they import may be imported."""
        for node in body:
            kind = node[0]
            if kind in {"FunctionDef", "AsyncFunctionDef", "ClassDef"}:
                self.perhaps_bound(node[3], frame)
                if kind == "ClassDef":
                    self._note_imports(node[6], frame)
                continue
            if kind in {"Import", "ImportFrom"}:
                self.perhaps.add((frame.module, node[1], node[2]))
                for alias in node[3] if kind == "Import" else node[4]:
                    if alias[3] == "*":
                        frame.own.dynamic = True
                    else:
                        self.perhaps_bound(alias[4] or alias[3].partition(".")[0], frame)
                continue
            for inner in blocks_of(node):
                self.skip(inner, frame)
            for name in bound_by(node):
                self.perhaps_bound(name, frame)
            self._note_calls(node, frame)

    def _note_imports(self, body: Iterable[Node], frame: Frame) -> None:
        self.skip(body, Frame(frame.module, Namespace()))

    def _note_calls(self, node: Node, frame: Frame) -> None:
        """Calls that import by name, and functions that make a module's names unknowable."""
        for each in program.walk(node):
            if each[0] == "Call":
                self.perhaps.add((frame.module, each[1], each[2]))
                if program.dotted(each[3]) in {"exec", "eval", "globals", "vars", "locals", "setattr"}:
                    self.spaces.get(frame.module, frame.own).dynamic = True

    def perhaps_bound(self, name: str, frame: Frame) -> None:
        frame.declared.get(name, frame.own).perhaps(name)

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
        run = Run("start", tuple(self.state.guards))
        state = self.state
        broken = yield self.reach.imports(frame.module, item, run)
        self.state = state
        if broken:
            raised = Raised(broken)
            around = self.expected[state.expected :]
            if run.catcher(broken) is not None or any(
                raised.is_caught_by(names) for level in around for names in level
            ):
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
            names = self.reach.public_names(target)
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

    def do_FunctionDef(self, node: Node, frame: Frame) -> Steps:
        arguments = node[4]
        defaults = []
        for each in arguments[5]:
            defaults.append((yield from self.value(each, frame)))
        only = []
        for each in arguments[6]:
            only.append((yield from self.value(each, frame)) if each else UNKNOWN)
        around = (
            frame.around if frame.owner is not None and frame.own is frame.owner.space else (frame.own, *frame.around)
        )
        owner = frame.owner if frame.owner is not None and frame.own is frame.owner.space else None
        made: Value = FunctionValue(frame.module, node, around, defaults, only, owner)
        for decorator in reversed(node[6]):
            made = yield from self.decorated(decorator, made, frame)
        self.assign_name(node[3], made, node, frame)

    do_AsyncFunctionDef = do_FunctionDef

    def decorated(self, decorator: Node, made: Value, frame: Frame) -> Steps:
        value = yield from self.value(decorator, frame)
        value = yield from self.force(value)
        found = yield from self.decorate(value, made, decorator, frame)
        return found

    def do_ClassDef(self, node: Node, frame: Frame) -> Steps:
        bases = []
        for base in node[4]:
            value = yield from self.value(base[3] if base[0] == "Subscript" else base, frame)
            bases.append((yield from self.force(value)))
        keywords = {}
        for keyword in node[5]:
            keywords[keyword[3]] = yield from self.value(keyword[4], frame)
        decorators = tuple(program.dotted(each[3] if each[0] == "Call" else each) for each in node[7])
        made = ClassValue(frame.module, node[3], bases, Namespace(), node, decorators)
        around = (
            frame.around if frame.owner is not None and frame.own is frame.owner.space else (frame.own, *frame.around)
        )
        inner = Frame(frame.module, made.space, around, owner=made, calls=frame.calls)
        yield from self.block(node[6], inner)
        yield from self.class_made(made, keywords, node, frame)
        decorated: Value = made
        for decorator in reversed(node[7]):
            decorated = yield from self.decorated(decorator, decorated, frame)
        self.assign_name(node[3], decorated, node, frame)

    def class_made(self, made: ClassValue, keywords: dict[str | None, Value], node: Node, frame: Frame) -> Steps:
        """`__set_name__`, `__init_subclass__` and a metaclass of the project's."""
        for name, value in list(made.space.names.items()):
            if isinstance(value, Instance):
                hook = self.method_of(value.of, "__set_name__")
                if hook is not None:
                    yield from self.call(Bound(hook, value), [made, Constant(name)], {}, node, frame)
        plain = {str(key): value for key, value in keywords.items() if key and key != "metaclass"}
        for base in made.order()[1:]:
            of_base = base.space.names.get("__init_subclass__") if isinstance(base, ClassValue) else None
            if isinstance(of_base, FunctionValue):
                yield from self.call(Bound(of_base, made), [], plain, node, frame)
                break
        meta = keywords.get("metaclass")
        metas = [(yield from self.force(meta))] if meta is not None else []
        metas += [
            base.space.names.get("__metaclass__", UNKNOWN) for base in made.order()[1:] if isinstance(base, ClassValue)
        ]
        for each in metas:
            if isinstance(each, ClassValue):
                made.space.names.setdefault("__metaclass__", each)
                made.space.dynamic = True
                arguments: list[Value] = [Constant(made.name), UNKNOWN, UNKNOWN]
                for name in ("__new__", "__init__"):
                    hook = self.method_of(each, name)
                    if hook is not None:
                        yield from self.call(
                            Bound(hook, each if name == "__new__" else made), arguments, plain, node, frame
                        )
                break

    def do_Assign(self, node: Node, frame: Frame) -> Steps:
        value = yield from self.value(node[4], frame)
        for target in node[3]:
            yield from self.assign(target, value, frame)

    def do_AnnAssign(self, node: Node, frame: Frame) -> Steps:
        if node[4]:
            value = yield from self.value(node[4], frame)
            yield from self.assign(node[3], value, frame)

    def do_AugAssign(self, node: Node, frame: Frame) -> Steps:
        before = yield from self.value(node[3], frame)
        value = yield from self.value(node[4], frame)
        found: Value = UNKNOWN
        if isinstance(before, Items) and isinstance(value, Items):
            found = Items(before.kind, [*before.items, *value.items])
        yield from self.assign(node[3], found, frame)

    def do_Expr(self, node: Node, frame: Frame) -> Steps:
        yield from self.value(node[3], frame)

    def do_Delete(self, node: Node, frame: Frame) -> None:
        for target in node[3]:
            if target[0] == "Name":
                space = frame.declared.get(target[3], frame.own)
                space.names.pop(target[3], None)
                space.maybe.discard(target[3])

    def do_Global(self, node: Node, frame: Frame) -> None:
        for name in node[3]:
            frame.declared[name] = self.spaces.get(frame.module, frame.own)

    def do_Nonlocal(self, node: Node, frame: Frame) -> None:
        for name in node[3]:
            frame.declared[name] = next((each for each in frame.around if name in each.names), frame.own)

    def do_Return(self, node: Node, frame: Frame) -> Steps:
        value = (yield from self.value(node[3], frame)) if node[3] else Constant(None)
        raise Return(value)

    def do_Raise(self, node: Node, frame: Frame) -> Steps:
        raised = node[3]
        if not raised:
            raise self.handled[-1] if self.handled else Raised("RuntimeError", node=node, module=frame.module)
        value = yield from self.force((yield from self.value(raised, frame)))
        named = program.dotted(raised[3] if raised[0] == "Call" else raised).rpartition(".")[2]
        parents: tuple[str, ...] = ()
        of = value.of if isinstance(value, Instance) else value
        if isinstance(of, ClassValue):
            named = of.name
            parents = tuple(
                each.name.rpartition(".")[2] for each in of.order() if isinstance(each, (ClassValue, External))
            )
        elif isinstance(of, (External, Made)):
            named = of.name.rpartition(".")[2]
        raise Raised(named or "Exception", parents=parents, node=node, module=frame.module)

    def do_Break(self, _: Node, __: Frame) -> None:
        raise Break

    def do_Continue(self, _: Node, __: Frame) -> None:
        raise Continue

    def do_Pass(self, _: Node, __: Frame) -> None:
        return

    def do_Assert(self, node: Node, frame: Frame) -> Steps:
        value = yield from self.value(node[3], frame)
        if is_true(value) is False:
            raise Raised("AssertionError", node=node, module=frame.module)

    def do_If(self, node: Node, frame: Frame) -> Steps:
        known = conditions.evaluate(_tuples(node[4]), self.reach.python, self.reach.resolver.finds)
        value = yield from self.value(node[3], frame)
        if known is None:
            known = is_true(value)
        if known is None:
            self.branches(node[5:7], frame)
        else:
            yield from self.block(node[5] if known else node[6], frame)

    def branches(self, blocks: Iterable[Iterable[Node]], frame: Frame) -> None:
        """Blocks of which one may run, or none."""
        for body in blocks:
            self.skip(body, frame)
            if _leaves(body):
                frame.unsure = True

    def do_Try(self, node: Node, frame: Frame) -> Steps:
        body, handlers, orelse, final = node[3:7]
        soft = [handler for handler in handlers if not any(each[0] == "Raise" for each in handler[3])]
        errors = tuple(error for handler in soft for error in handler[0])
        state, count = self.state, len(self.state.guards)
        if errors:
            self.state.guards.append((node[1], errors))
        self.expected.append([handler[1] for handler in soft])
        caught: Raised | None = None
        try:
            try:
                yield from self.block(body, frame)
            except Raised as error:
                caught = error
            finally:
                self.state = state
                del self.state.guards[count:]
                self.expected.pop()
            if caught is None:
                for handler in handlers:
                    self.unused(handler, frame)
                yield from self.block(orelse, frame)
            else:
                yield from self.handle(caught, handlers, frame)
        finally:
            yield from self.block(final, frame)

    def unused(self, handler: Node, frame: Frame) -> None:
        """A handler of what may be raised and is not known to be."""
        if not handler[0]:
            self.skip(handler[3], frame)
            return
        before = set(self.perhaps)
        self.skip(handler[3], frame)
        self.perhaps = before

    def handle(self, caught: Raised, handlers: Iterable[Node], frame: Frame) -> Steps:
        for handler in handlers:
            if caught.is_caught_by(handler[1]):
                if handler[2]:
                    frame.own.bind(handler[2], UNKNOWN)
                self.handled.append(caught)
                try:
                    yield from self.block(handler[3], frame)
                finally:
                    self.handled.pop()
                    if handler[2]:
                        frame.own.names.pop(handler[2], None)
                return
        raise caught

    def do_With(self, node: Node, frame: Frame) -> Steps:
        errors = tuple(error for item in node[3] for error in item[2])
        entered = []
        for expression, target, _ in node[3]:
            manager = yield from self.force((yield from self.value(expression, frame)))
            value = yield from self.enter(manager, node, frame)
            entered.append(manager)
            if target:
                yield from self.assign(target, value, frame)
        state, count = self.state, len(self.state.guards)
        if errors:
            self.state.guards.append((node[1], errors))
        try:
            yield from self.block(node[4], frame)
        except Raised as error:
            if error.error not in errors:
                raise
        finally:
            self.state = state
            del self.state.guards[count:]
        for manager in reversed(entered):
            if isinstance(manager, Instance) and (leave := self.method_of(manager.of, "__exit__")) is not None:
                yield from self.call(Bound(leave, manager), [Constant(None)] * 3, {}, node, frame)

    def enter(self, manager: Value, node: Node, frame: Frame) -> Steps:
        if isinstance(manager, Instance) and (hook := self.method_of(manager.of, "__enter__")) is not None:
            return (yield from self.call(Bound(hook, manager), [], {}, node, frame))
        if isinstance(manager, Bound) and manager.pending:
            yield from self.run_pending(manager, node, frame)
        return UNKNOWN

    def do_For(self, node: Node, frame: Frame) -> Steps:
        target, iterated, body, orelse = node[3:7]
        value = yield from self.force((yield from self.value(iterated, frame)))
        items = yield from self.listed(value, node, frame)
        if items is None or len(items) > _ROUNDS:
            for name in targets(target):
                self.perhaps_bound(name, frame)
            self.skip(body, frame)
            self.skip(orelse, frame)
            frame.unsure = frame.unsure or _returns(body)
            return
        unsure = frame.unsure
        for item in items:
            yield from self.assign(target, item, frame)
            try:
                yield from self.block(body, frame)
            except Continue:
                continue
            except Break:
                frame.unsure = unsure
                return
        frame.unsure = unsure or (frame.unsure and _returns(body))
        yield from self.block(orelse, frame)

    do_AsyncFor = do_For

    def do_While(self, node: Node, frame: Frame) -> Steps:
        test, body, orelse = node[3:6]
        for _ in range(_ROUNDS):
            known = is_true((yield from self.value(test, frame)))
            if known is None or frame.unsure:
                break
            if not known:
                yield from self.block(orelse, frame)
                return
            try:
                yield from self.block(body, frame)
            except Continue:
                continue
            except Break:
                return
        self.skip(body, frame)
        self.skip(orelse, frame)
        frame.unsure = _returns(body)

    def do_Match(self, node: Node, frame: Frame) -> Steps:
        subject = yield from self.force((yield from self.value(node[3], frame)))
        for at, case in enumerate(node[4]):
            pattern, guard, body = case[3:6]
            fits = _fits(pattern, subject)
            if fits and guard:
                fits = is_true((yield from self.value(guard, frame)))
            if fits is None:
                for other in node[4][at:]:
                    for name in captured(other[3]):
                        self.perhaps_bound(name, frame)
                self.branches([other[5] for other in node[4][at:]], frame)
                return
            if fits:
                for name in captured(pattern):
                    self.assign_name(name, subject, node, frame)
                yield from self.block(body, frame)
                return


def _fits(pattern: Node, subject: Value) -> bool | None:
    """Whether a pattern takes a subject; None where only running it shows."""
    kind = pattern[0]
    if kind == "MatchAs":
        return True if not pattern[3] else _fits(pattern[3], subject)
    if kind == "MatchOr":
        found = [_fits(each, subject) for each in pattern[3]]
        return True if True in found else None if None in found else False
    if kind in {"MatchValue", "MatchSingleton"} and isinstance(subject, Constant):
        value = pattern[3]
        if kind == "MatchValue" and value[0] == "Constant":
            return bool(value[3] == subject.value)
    return None


def _leaves(body: Iterable[Node]) -> bool:
    """Whether a block may end the function or the round of the loop that it is in."""
    return any(_has(node, {"Return", "Break", "Continue"}) for node in body)


def _returns(body: Iterable[Node]) -> bool:
    return any(_has(node, {"Return"}) for node in body)


def _has(node: Node, kinds: set[str]) -> bool:
    if node[0] in kinds:
        return True
    if node[0] in {"FunctionDef", "AsyncFunctionDef", "ClassDef", "Lambda"}:
        return False
    return any(_has(inner, kinds) for each in node[3:] if isinstance(each, (tuple, list)) for inner in _nodes(each))


def _nodes(value: Any) -> Iterator[Node]:
    if value and isinstance(value[0], str) and len(value) > 2 and isinstance(value[1], int):
        yield value
    else:
        for each in value:
            if isinstance(each, (tuple, list)):
                yield from _nodes(each)


def _tuples(value: Any) -> tuple[object, ...]:
    return tuple(_tuples(each) if isinstance(each, (list, tuple)) else each for each in value)
