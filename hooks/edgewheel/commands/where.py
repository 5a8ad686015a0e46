"""Where wrangler would run, with which config and environment: the options of the commands that predict one deploy."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from edgewheel.deploy import Deploy, Deploys
from edgewheel.documents.paths import absolute
from edgewheel.repository.discovery import find_one
from edgewheel.wrangler.selected import select

if TYPE_CHECKING:
    import argparse

    from edgewheel.repository.worker import Worker


def arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("path", nargs="?", default=".", metavar="PATH", help="where wrangler would run (default: here)")
    add("--config", default="", metavar="F", help="a wrangler config, relative to PATH")
    add(
        "--env",
        default=None,
        metavar="N",
        help="an environment of the config (default: that of CLOUDFLARE_ENV)",
    )


def find(args: argparse.Namespace, *, script: str = "", version: str = "") -> Deploy:
    """The deploy that wrangler would make where it would run; `script` is a path relative to PATH."""
    worker = find_one(args.path, config=args.config, script=script)
    cwd = working_directory(worker, args.path, named=bool(args.config or script))
    chosen = select(worker, os.environ, cwd=cwd, version=version) if args.env is None else None
    deploys = Deploys(worker, script=script, version=version, cwd=cwd, by_variable=chosen is not None)
    return deploys.of(args.env if chosen is None else chosen)


def working_directory(worker: Worker, path: str, *, named: bool) -> str:
    """PATH, unless the Worker was found below it: then wrangler would run in the Worker's own folder. `named`: by
    `--config` or `--script`, which are relative to PATH.
    """
    top = absolute(path)
    return top if named or f"{top}/".startswith(f"{worker.root}/") else worker.root
