"""Which `python_modules` tables decide what is uploaded: the top level's, and that of each environment with its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edgewheel.documents.paths import relative
from edgewheel.findings import CouldNotRun
from edgewheel.wrangler.config import environments, resolve

if TYPE_CHECKING:
    from edgewheel.documents.document import Key
    from edgewheel.repository.worker import Worker
    from edgewheel.wrangler.config import Config


class Table(NamedTuple):
    """One table, there or to be made; `key` is where it stands, `config` the first environment's that it counts for."""

    key: Key
    config: Config

    @property
    def env(self) -> str | None:
        """The environment in which its upload is predicted."""
        return self.config.env

    @property
    def name(self) -> str:
        """As the config's own format writes it."""
        dotted = ".".join(map(str, self.key))
        return f"[{dotted}]" if self.config.document.path.endswith(".toml") else dotted


def tables(worker: Worker) -> list[Table]:
    """The tables of all environments that deploy Python, each once. CouldNotRun where one is none, or its list."""
    found: dict[Key, Table] = {}
    for env in environments(worker):
        config = resolve(worker, env=env)
        if not config.is_python:
            continue
        each = Table(config.key("python_modules"), config)
        found.setdefault(each.key, each)
    if not found:
        raise CouldNotRun(f"main of `{relative(worker.config.path)}` is not a `.py` file: there is no upload to trim")
    for each in found.values():
        _check(each)
    return list(found.values())


def _check(table: Table) -> None:
    written = table.config.document.get(*table.key)
    given = written.get("exclude", []) if isinstance(written, dict) else written
    if given is None and written is None:
        return
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise CouldNotRun(f"`{table.name}` has no list of patterns as `exclude`: wrangler refuses it")
