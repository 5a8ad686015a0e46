"""The database port over a D1 binding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from src.infrastructure.bindings.conversion import to_python


class D1Database:
    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def rows(self, sql: str, *parameters: object) -> list[Mapping[str, Any]]:
        result = await self._statement(sql, parameters).all()
        return [dict(row) for row in to_python(result.results)]

    async def run(self, sql: str, *parameters: object) -> int:
        result = await self._statement(sql, parameters).run()
        return int(result.meta.changes)

    def _statement(self, sql: str, parameters: tuple[object, ...]) -> Any:
        statement = self._binding.prepare(sql)
        return statement.bind(*parameters) if parameters else statement
