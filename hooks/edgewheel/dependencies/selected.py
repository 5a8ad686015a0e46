"""Which Pythons the Worker's config selects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.runtime import python
from edgewheel.wrangler.config import environments, resolve

if TYPE_CHECKING:
    from edgewheel.repository.worker import Worker


def pythons(worker: Worker) -> tuple[str, ...]:
    """By date and flags of the top level and of every environment, each once."""
    configs = (resolve(worker, env=env) for env in environments(worker))
    return tuple(dict.fromkeys(python.select(config.date, config.flags) for config in configs))
