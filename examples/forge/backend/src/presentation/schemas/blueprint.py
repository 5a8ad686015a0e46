from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class BlueprintIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=200)
    body: str = Field(min_length=1)
    parameters: dict[str, str | None] = Field(default_factory=dict)


class BlueprintOut(BaseModel):
    id: str
    slug: str
    parameters: dict[str, str | None]
    size: int = Field(description="of the body, in bytes")
    created_at: str
