"""The predicted uploads that the rules of this folder judge, one an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edgewheel.layout.overlay import Overlay
from edgewheel.layout.upload import predict, staged, staging_folder
from edgewheel.wrangler.config import environments, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.findings import Place
    from edgewheel.repository.disk import Disk
    from edgewheel.repository.worker import Worker
    from edgewheel.wrangler.collect import Upload
    from edgewheel.wrangler.config import Config


class Predicted(NamedTuple):
    """What wrangler would upload by a config. Two environments that upload the same are one."""

    config: Config
    upload: Upload

    @property
    def place(self) -> Place:
        """The line that decides which folder is uploaded."""
        return self.config.place("base_dir" if self.config.base_dir else "main")


def uploads(worker: Worker, *, refused: bool = False) -> Iterator[Predicted]:
    """The uploads of the environments to judge; with `refused` also those at which wrangler would stop."""
    seen: list[tuple[Upload, Place]] = []
    for env in environments(worker):
        config = resolve(worker, env=env)
        if not config.is_python:
            continue
        predicted = Predicted(config, predict(worker, env=env))
        same = (predicted.upload._replace(env=None), predicted.place)
        if same not in seen and (refused or predicted.upload.error is None):
            seen.append(same)
            yield predicted


def disk_of(worker: Worker, config: Config) -> Disk:
    """The disk on which the modules of an upload stand: the layout's where main is staged."""
    target = staging_folder(worker, config)
    return Overlay(worker.disk, staged(worker), target) if target else worker.disk
