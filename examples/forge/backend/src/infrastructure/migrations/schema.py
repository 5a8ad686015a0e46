"""Creates the tables, from the SQL file beside this module."""

from __future__ import annotations

from pathlib import Path

from src.application.ports.database import Database


def statements() -> list[str]:
    """The statements of `schema.sql`, in order; none of them holds a semicolon inside."""
    sql = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8")
    return [statement.strip() for statement in sql.split(";") if statement.strip()]


class SqlSchema:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def install(self) -> int:
        wanted = statements()
        for statement in wanted:
            await self._database.run(statement)
        return len(wanted)
