from __future__ import annotations

from typing import Any

from src.core.serialization.timestamps import to_text
from src.domain.entities.blueprint import Blueprint


def present_blueprint(blueprint: Blueprint) -> dict[str, Any]:
    return {
        "id": blueprint.id,
        "slug": blueprint.slug.text,
        "parameters": {parameter.name: parameter.default for parameter in blueprint.parameters},
        "size": blueprint.size,
        "created_at": to_text(blueprint.created_at),
    }
