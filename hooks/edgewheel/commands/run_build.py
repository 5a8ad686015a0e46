"""Runs the `[build] command` of a wrangler config, as wrangler does before it collects: for `--run-build` alone."""

from __future__ import annotations

import os
import posixpath
import subprocess
import sys
from typing import TYPE_CHECKING

from edgewheel.findings import CouldNotRun
from edgewheel.wrangler.config import resolve

if TYPE_CHECKING:
    from edgewheel.worker.model import Worker


def run_build(worker: Worker, *, env: str | None, script: str, cwd: str) -> None:
    """Runs the command in `build.cwd`, else in wrangler's working directory. facts: wrangler 4.164.0, section 3.

    What it prints goes to stderr; CouldNotRun where it fails. Nothing happens without a command.
    """
    config = resolve(worker, env=env, script=script, cwd=cwd)
    if not config.build_command:
        return
    folder = posixpath.normpath(posixpath.join(cwd, config.build_cwd))
    environment = {**os.environ, "WRANGLER_COMMAND": "deploy"}
    sys.stderr.flush()
    try:
        done = subprocess.run(  # noqa: S602 - a shell line by wrangler's contract, and --run-build asked to run it
            config.build_command,
            shell=True,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno(),
            check=False,
        )
    except OSError as error:
        raise CouldNotRun(f"`[build] command` cannot run in `{folder}`: {error.strerror}") from None
    if done.returncode:
        raise CouldNotRun(f"`[build] command` failed with exit code {done.returncode}: `{config.build_command}`")
