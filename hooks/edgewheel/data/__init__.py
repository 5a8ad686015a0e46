"""Facts that age: one JSON file each, with `as_of` (ISO date) and `source` beside its entries."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any


@cache
def facts(name: str) -> dict[str, Any]:
    """The parsed `name.json` of this folder. Shared by all callers: treat as read-only."""
    path = os.path.join(os.path.dirname(__file__), f"{name}.json")
    with open(path, encoding="utf-8") as file:
        loaded: dict[str, Any] = json.load(file)
    return loaded


def names() -> list[str]:
    """The names of all data files, sorted."""
    folder = os.path.dirname(__file__)
    return sorted(entry[: -len(".json")] for entry in os.listdir(folder) if entry.endswith(".json"))
