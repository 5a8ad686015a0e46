"""Calls that a module makes while it is imported and that fail there: randomness, threads, sockets, processes."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from edgewheel.sources.conditions import dotted
from edgewheel.sources.records import Effect
from edgewheel.sources.running import at_import, expressions, full_name, origins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.sources.records import Record


_KINDS = {
    "randomness": (
        *("secrets", "numpy.random", "uuid.uuid1", "uuid.uuid4", "uuid.uuid6", "uuid.uuid7", "uuid.uuid8"),
        *("uuid.getnode", "os.urandom", "os.getrandom", "random", "ssl.create_default_context"),
    ),
    # facts: acceptance 3, real workerd: "Disallowed operation called within global scope"
    "javascript": (
        *("js.fetch", "js.setTimeout", "js.setInterval", "js.crypto.randomUUID", "js.crypto.getRandomValues"),
        *("js.WebSocket.new", "js.caches.default", "js.caches.open", "pyodide.http.pyfetch", "workers.fetch"),
    ),
    # facts: acceptance 3: making one asks for entropy, from Python 3.13 on
    "generator": ("random.SystemRandom", "secrets.SystemRandom"),
    "clock": (
        *("time.time", "time.time_ns", "datetime.datetime.now", "datetime.datetime.utcnow"),
        *("datetime.datetime.today", "datetime.date.today", "js.Date.now"),
    ),
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
        *("random.getstate", "random.setstate", "secrets.compare_digest"),
        *("numpy.random.seed", "numpy.random.RandomState", "numpy.random.SeedSequence"),
        *("subprocess.list2cmdline", "subprocess.CompletedProcess", "subprocess.CalledProcessError"),
    )
)
_MODULES = frozenset(name.partition(".")[0] for names in _KINDS.values() for name in names)
#: what a module names that expects such a call to fail
CATCHING = frozenset(("Exception", "BaseException", "OSError", "RuntimeError"))
#: Deterministic with a seed, random without.
_SEEDED = frozenset(("random.Random", "numpy.random.default_rng", "numpy.random.RandomState"))


def may_make(record: Record) -> bool:
    """Whether the top level of a module whose lines were read may make such a call."""
    if record.names is not None or "?" in record.heads:
        return True
    origins: dict[str, str] = {}
    for item in record.imports:
        if not item.level:
            for name, local in zip(
                item.names or (item.module,), item.bound or item.names or (item.module,), strict=True
            ):
                origins[local.partition(".")[0]] = f"{item.module}.{name}" if item.names else item.module
    return not record.heads.isdisjoint(record.binds) or any(
        origins.get(head, "").partition(".")[0] in _MODULES for head in record.heads
    )


def effects(tree: ast.Module) -> Iterator[Effect]:
    """The calls of a parsed module that run when it is imported, also one function of its own further down."""
    yield from _EffectReader(tree).read()


class _EffectReader:
    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.names = origins(tree)
        self.functions = {
            node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        }

    @cached_property
    def sure(self) -> set[int]:
        """What surely runs; most modules make no such call, so that nothing asks."""
        return {id(running.node) for running in at_import(self.tree, CATCHING)}

    def read(self) -> Iterator[Effect]:
        for call in _calls(self.tree.body):
            found = self.effect(call)
            if found is not None:
                yield found
            else:
                yield from self.inside(call, set())

    def effect(self, call: ast.Call) -> Effect | None:
        full = full_name(call.func, self.names)
        written = dotted(call.func)
        kind = kind_of(full, has_arguments=bool(call.args or call.keywords)) if full else ""
        at = (call.lineno, call.col_offset + 1)
        return Effect(written, kind, *at, ast.unparse(call), sure=id(call) in self.sure) if kind else None

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
                yield Effect(each.name, each.kind, call.lineno, call.col_offset + 1, ast.unparse(call), name, each.sure)
                return


def kind_of(name: str, *, has_arguments: bool) -> str:
    """What kind of effect a call of that dotted name has, "" for none."""
    maker, _, method = name.partition("().")
    if name in _HARMLESS or (maker in _SEEDED and (has_arguments or method)):  # making one without a seed is what fails
        return ""
    for kind, names in reversed(_KINDS.items()):  # `random.SystemRandom` before `random`
        if any(name == each or name.startswith(f"{each}.") for each in names):
            return kind if name not in {"random", "secrets", "subprocess", "numpy.random"} else ""
    return ""


def _calls(body: list[ast.stmt]) -> Iterator[ast.Call]:
    """The calls that running statements makes, wherever they may."""
    return (node for node in expressions(body, CATCHING) if isinstance(node, ast.Call))
