"""Stand-ins for the platform: the `workers` module, D1 over SQLite, KV in a dictionary."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Coroutine
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any, TypeVar

import pytest

T = TypeVar("T")


class _Entrypoint:
    def __init__(self, ctx: Any, env: Any) -> None:
        self.ctx = ctx
        self.env = env


@dataclass(frozen=True)
class _Response:
    body: bytes | None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def _workers_module() -> ModuleType:
    module = ModuleType("workers")
    vars(module).update(DurableObject=_Entrypoint, Response=_Response, WorkerEntrypoint=_Entrypoint)
    return module


sys.modules.setdefault("workers", _workers_module())


class SqliteD1:
    """As much of a D1 binding as this service uses."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self._connection.row_factory = sqlite3.Row

    def prepare(self, sql: str) -> _Statement:
        return _Statement(self._connection, sql)

    def close(self) -> None:
        self._connection.close()


@dataclass(frozen=True)
class _Statement:
    connection: sqlite3.Connection
    sql: str
    parameters: tuple[Any, ...] = ()

    def bind(self, *parameters: Any) -> _Statement:
        assert None not in parameters, "D1 refuses undefined"
        return _Statement(self.connection, self.sql, parameters)

    async def all(self) -> SimpleNamespace:
        return SimpleNamespace(results=[dict(row) for row in self.connection.execute(self.sql, self.parameters)])

    async def run(self) -> SimpleNamespace:
        cursor = self.connection.execute(self.sql, self.parameters)
        return SimpleNamespace(meta=SimpleNamespace(changes=max(cursor.rowcount, 0)))


class DictKv:
    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}

    async def get(self, key: str, kind: str) -> bytes | None:
        assert kind == "arrayBuffer"
        return self.values.get(key)

    async def put(self, key: str, value: bytes, **options: Any) -> None:
        self.values[key] = value


@dataclass(frozen=True)
class IncomingRequest:
    """As much of a `workers.Request` as the adapter reads."""

    url: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    content: str = ""

    async def text(self) -> str:
        return self.content


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(coroutine)


@pytest.fixture
def env() -> Any:
    """The bindings of a `develop` deploy, with the tables in place."""
    from src.infrastructure.container import build_services

    database = SqliteD1()
    bindings = SimpleNamespace(DB=database, ARTIFACTS=DictKv(), FORGE_ENVIRONMENT="develop")
    run(build_services(bindings).schema.install())
    yield bindings
    database.close()
