"""Calls that a module makes while it is imported and that fail there: randomness, threads, sockets, processes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from edgewheel.sources import conditions
from edgewheel.sources.catching import expects
from edgewheel.sources.conditions import dotted
from edgewheel.sources.records import Effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.sources.records import Record


#: No module without one of these makes such a call.
_WORDS = (
    *(b"random", b"secrets", b"uuid", b"thread", b"Thread", b"multiprocessing", b"socket", b"urlopen"),
    *(b"requests", b"httpx", b"subprocess", b".system", b"popen", b"fork", b"ProcessPool", b"spawn", b"exec"),
)
_KINDS = {
    "randomness": (*("secrets", "numpy.random", "uuid.uuid1", "uuid.uuid4", "os.urandom", "os.getrandom", "random"),),
    "thread": (
        *("threading.Thread", "threading.Timer", "_thread.start_new_thread", "_thread.start_joinable_thread"),
        *("concurrent.futures.ThreadPoolExecutor", "multiprocessing.pool.ThreadPool"),
    ),
    "process": (
        *("subprocess", "os.system", "os.popen", "os.fork", "os.forkpty", "os.spawnl", "os.spawnv", "os.execv"),
        *("os.execl", "os.posix_spawn", "multiprocessing.Process", "multiprocessing.Pool", "multiprocessing.Manager"),
        *("concurrent.futures.ProcessPoolExecutor", "asyncio.create_subprocess_exec"),
    ),
    "socket": (
        *("socket.socket", "socket.create_connection", "socket.create_server", "socket.getaddrinfo"),
        *("socket.gethostbyname", "urllib.request.urlopen", "requests.get", "requests.post", "requests.put"),
        *("requests.request", "httpx.get", "httpx.post", "httpx.request", "http.client.HTTPSConnection.request"),
    ),
}
#: Deterministic, or no more than a definition. facts: workerd 1.20241112.0, where all others raise at the start
_HARMLESS = frozenset(
    (
        *("random.getstate", "random.setstate", "random.SystemRandom", "secrets.SystemRandom"),
        *("secrets.compare_digest", "numpy.random.seed", "numpy.random.RandomState", "numpy.random.SeedSequence"),
        *("subprocess.list2cmdline", "subprocess.CompletedProcess", "subprocess.CalledProcessError"),
    )
)
_MODULES = frozenset(name.partition(".")[0] for names in _KINDS.values() for name in names)
_CATCHING = frozenset(("Exception", "BaseException", "OSError", "RuntimeError"))
#: Deterministic with a seed, random without.
_SEEDED = frozenset(("random.Random", "numpy.random.default_rng", "numpy.random.RandomState"))


def may_have(source: bytes) -> bool:
    """Whether it is worth parsing a module for its effects: the quick question."""
    return any(map(source.__contains__, _WORDS))


def needs_look(record: Record) -> bool:
    """Whether the top level of a module whose lines were read may make such a call."""
    if record.names is not None or "?" in record.calls:
        return True
    origins: dict[str, str] = {}
    for item in record.imports:
        if not item.level:
            for name, local in zip(
                item.names or (item.module,), item.bound or item.names or (item.module,), strict=True
            ):
                origins[local.partition(".")[0]] = f"{item.module}.{name}" if item.names else item.module
    heads = {call.partition(".")[0] for call in record.calls}
    return bool(heads & record.binds) or any(origins.get(head, "").partition(".")[0] in _MODULES for head in heads)


def effects(tree: ast.Module) -> Iterator[Effect]:
    """The calls of a parsed module that run when it is imported, also one function of its own further down."""
    yield from _Reader(tree).read()


class _Reader:
    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.names: dict[str, str] = {}
        self.functions = {
            node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        }
        for node in ast.walk(tree):
            self.imported(node)

    def imported(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                self.names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                self.names[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def read(self) -> Iterator[Effect]:
        for call in _calls(self.tree.body):
            found = self.effect(call)
            if found is not None:
                yield found
            else:
                yield from self.inside(call, set())

    def effect(self, call: ast.Call) -> Effect | None:
        written = dotted(call.func)
        head, _, tail = written.partition(".")
        if head not in self.names:
            return None
        full = f"{self.names[head]}.{tail}" if tail else self.names[head]
        kind = _kind(full, bool(call.args or call.keywords))
        return Effect(written, kind, call.lineno, call.col_offset + 1, ast.unparse(call)) if kind else None

    def inside(self, call: ast.Call, seen: set[str]) -> Iterator[Effect]:
        """What a function of this module does that the top level calls."""
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        function = self.functions.get(name)
        if not isinstance(function, ast.FunctionDef) or name in seen:
            return
        seen.add(name)
        for inner in _calls(function.body):
            found = self.effect(inner)
            for each in [found] if found is not None else self.inside(inner, seen):
                yield Effect(each.name, each.kind, call.lineno, call.col_offset + 1, ast.unparse(call), name)
                return


def _kind(name: str, has_arguments: bool) -> str:  # noqa: FBT001 - one call, beside its definition
    if name in _HARMLESS or (name in _SEEDED and has_arguments):
        return ""
    for kind, names in _KINDS.items():
        if any(name == each or name.startswith(f"{each}.") for each in names):
            return kind if name not in {"random", "secrets", "subprocess", "numpy.random"} else ""
    return ""


def _calls(body: list[ast.stmt]) -> Iterator[ast.Call]:
    """The calls that running statements makes: not those in functions and lambdas, nor in branches that never run."""
    for statement in body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            defaults = [*statement.args.defaults, *(each for each in statement.args.kw_defaults if each)]
            yield from _in(*statement.decorator_list, *defaults)
        elif isinstance(statement, ast.If):
            yield from _in(statement.test)
            test = conditions.parse(statement.test)
            known = test[1] if test[0] == "known" else None
            yield from _calls(
                [*(statement.body if known is not False else []), *(statement.orelse if known is not True else [])]
            )
        else:
            inner = [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.expr)]
            yield from _in(*inner)
            for child in ast.iter_child_nodes(statement):
                if isinstance(child, ast.withitem):
                    yield from _in(child.context_expr)
                elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
                    yield from _calls(child.body)
                elif isinstance(child, ast.keyword):
                    yield from _in(child.value)
            inside = [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.stmt)]
            if isinstance(statement, ast.Try) and any(expects(handler, _CATCHING) for handler in statement.handlers):
                inside = [*statement.orelse, *statement.finalbody]
            yield from _calls(inside)


def _in(*nodes: ast.expr) -> Iterator[ast.Call]:
    for node in nodes:
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Call):
            yield node
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from _in(child)
            elif isinstance(child, ast.keyword):
                yield from _in(child.value)
            elif isinstance(child, ast.comprehension):
                yield from _in(child.iter, *child.ifs)
