"""The stages that a deploy can be for."""

from __future__ import annotations

from enum import Enum


class Environment(str, Enum):
    """One value for each `[env.*]` table of the wrangler config that is deployed."""

    DEVELOP = "develop"
    STAGING = "staging"
    PRODUCTION = "production"

    @property
    def is_public(self) -> bool:
        """Whether strangers can reach it, so that a token must be asked for."""
        return self is not Environment.DEVELOP
