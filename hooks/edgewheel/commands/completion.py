"""`edgewheel completion SHELL`: the script with which a shell completes commands, options and their values."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from edgewheel.findings import CouldNotRun

if TYPE_CHECKING:
    import argparse

_SHELLS = ("bash", "zsh", "fish")
_HINT = {
    "bash": "edgewheel completion bash >> ~/.bash_completion",
    "zsh": 'edgewheel completion zsh > "${fpath[1]}/_edgewheel"',
    "fish": "edgewheel completion fish > ~/.config/fish/completions/edgewheel.fish",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=_SHELLS, help="for example: " + _HINT["bash"])


def run(args: argparse.Namespace) -> int:
    print(_library().shellcode(["edgewheel"], shell=args.shell))
    return 0


def complete(parser: argparse.ArgumentParser) -> None:
    """Answers the shell, and ends the process."""
    _library().autocomplete(parser)


def _library() -> Any:  # noqa: ANN401 - a module without type hints of its own in older versions
    try:
        return import_module("argcomplete")
    except ImportError:
        raise CouldNotRun("the package `argcomplete` is not installed") from None
