from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class JobIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    blueprint: str
    arguments: dict[str, str] = Field(default_factory=dict)


class JobOut(BaseModel):
    id: str
    blueprint: str
    arguments: dict[str, str]
    status: str
    artifact: str | None
    error: str | None
    changed_at: str
