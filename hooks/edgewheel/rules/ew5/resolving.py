"""How the answers of the package indexes are worded. Shared by EW502 and EW503."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Place

if TYPE_CHECKING:
    from edgewheel.repository.worker import Worker


def place(worker: Worker, place: Place) -> Place:
    if place.path:
        return place
    return worker.pyproject.place("project", "dependencies") if worker.pyproject else Place(worker.config.path, 1, 1)


def joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
