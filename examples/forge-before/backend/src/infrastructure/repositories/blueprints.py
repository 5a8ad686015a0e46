from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from src.application.ports.database import Database
from src.core.errors import ConflictError, NotFoundError
from src.core.serialization.json_codec import dump, load_object
from src.core.serialization.timestamps import from_text, to_text
from src.domain.entities.blueprint import Blueprint
from src.domain.value_objects.parameter import Parameter
from src.domain.value_objects.slug import Slug


class SqlBlueprints:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, blueprint: Blueprint) -> None:
        added = await self._database.run(
            "INSERT OR IGNORE INTO blueprints (id, workspace, slug, body, parameters, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            blueprint.id,
            blueprint.workspace,
            blueprint.slug.text,
            blueprint.body,
            dump({parameter.name: parameter.default for parameter in blueprint.parameters}),
            to_text(blueprint.created_at),
        )
        if not added:
            raise ConflictError(f"{blueprint.workspace} has a blueprint {blueprint.slug.text} already")

    async def get(self, workspace: str, blueprint_id: str) -> Blueprint:
        rows = await self._database.rows(
            "SELECT * FROM blueprints WHERE workspace = ? AND id = ?", workspace, blueprint_id
        )
        if not rows:
            raise NotFoundError(f"{workspace} has no blueprint {blueprint_id}")
        return _blueprint(rows[0])

    async def page(self, workspace: str, *, limit: int, offset: int) -> list[Blueprint]:
        rows = await self._database.rows(
            "SELECT * FROM blueprints WHERE workspace = ? ORDER BY created_at DESC, id LIMIT ? OFFSET ?",
            workspace,
            limit,
            offset,
        )
        return [_blueprint(row) for row in rows]


def _blueprint(row: Mapping[str, Any]) -> Blueprint:
    return Blueprint(
        id=row["id"],
        workspace=row["workspace"],
        slug=Slug(row["slug"]),
        body=row["body"],
        parameters=tuple(Parameter(name, default) for name, default in load_object(row["parameters"]).items()),
        created_at=from_text(row["created_at"]),
    )
