"""Runs the `[build] command` of a wrangler config, as wrangler does before it collects: for `--run-build` alone."""

from __future__ import annotations

import os
import posixpath
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edgewheel.wrangler.config import Config

#: The process's own, whatever stands for it in Python.
_STDERR = 2


def run_build(config: Config, *, cwd: str) -> str | None:
    """Runs the command in `build.cwd`, else in wrangler's working directory. facts: wrangler 4.164.0, section 3.

    What it prints goes to stderr. Where it fails wrangler stops: the words for that, else None.
    """
    if not config.build_command:
        return None
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
            stdout=_STDERR,
            check=False,
        )
    except OSError as error:
        return f"`[build] command` cannot run in `{folder}`: {error.strerror}"
    if done.returncode:
        return f"`[build] command` failed with exit code {done.returncode}: `{config.build_command}`"
    return None
