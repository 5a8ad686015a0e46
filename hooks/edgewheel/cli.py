"""The command line. Commands are named by import string and loaded when called."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, TextIO, cast

from edgewheel import __version__
from edgewheel.findings import CouldNotRun

if TYPE_CHECKING:
    from collections.abc import Sequence

#: command -> (module, help)
COMMANDS = {
    "check": ("edgewheel.commands.check", "judge the repository: every offline rule"),
    "bundle": ("edgewheel.commands.bundle", "what wrangler will upload, without wrangler"),
    "stage": ("edgewheel_build.commands.stage", "write the staging folder that wrangler uploads"),
    "inspect": ("edgewheel.commands.inspect", "judge a built wheel"),
    "prove": ("edgewheel.commands.prove", "does the upload import, by analysis or in the real runtime"),
    "deps": ("edgewheel.commands.deps", "runtime, dev-only, not for Workers: each package with its chain"),
    "wheels": ("edgewheel.commands.wheels", "a wheel for the runtime for every dependency"),
    "trim": ("edgewheel.commands.trim", "a safe python_modules.exclude, with what it saves"),
    "logs": ("edgewheel.commands.logs", "what a deploy or run log says went wrong, and the cure"),
    "preflight": ("edgewheel.commands.preflight", "check, build, inspect, stage, bundle and prove in one run"),
    "init": ("edgewheel.commands.init", "wire a Worker's repository"),
    "explain": ("edgewheel.commands.explain", "the page of one rule"),
    "rules": ("edgewheel.commands.rules", "the rule book"),
    "settings": ("edgewheel.commands.settings", "what was found and from where, and every setting"),
    "platform": ("edgewheel.commands.platform", "the platform's facts and their age"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; the exit code is 0 (clean), 1 (findings) or 2 (could not run)."""
    _open_streams()
    try:
        code = _outcome(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:  # the reader went away, as `head` does: the code that a shell gives a program for it
        _silence()
        return 141
    except OSError as error:  # a folder that vanished, a full disk
        _silence()
        unnamed = "the current folder" if isinstance(error, FileNotFoundError) else "the output"
        return _refused(f"`{error.filename or unnamed}`: {error.strerror or error}")
    return code


def _outcome(arguments: list[str]) -> int:
    try:
        return _run(arguments)
    except CouldNotRun as error:
        return _refused(str(error))
    except RecursionError:
        return _refused("folders or values are nested too deeply to be read")
    except SystemExit as end:  # argparse has shown its help, or said what is wrong with an argument
        return int(end.code or 0)
    except KeyboardInterrupt:
        return 130


def _open_streams() -> None:
    """What the shell closed (`>&-`) is replaced; names that are no UTF-8 are shown, not raised."""
    sys.stdin = sys.stdin or _nothing()
    sys.stdout = sys.stdout or _nothing("w")
    sys.stderr = sys.stderr or _nothing("w")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _nothing(mode: str = "r") -> TextIO:
    return cast("TextIO", open(os.devnull, mode, encoding="utf-8"))


def _refused(message: str) -> int:
    from edgewheel.commands import show

    show.refusal(message)
    return 2


def _silence() -> None:
    """What Python still holds for an output that failed goes nowhere, or its end would tell of it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: list[str]) -> int:
    if arguments and arguments[0] in COMMANDS:
        name, *rest = arguments
        module, words = COMMANDS[name]
        command = import_module(module)
        # a parser of its own, not one of many below another: that costs a hook 5 ms before it has begun
        parser = argparse.ArgumentParser(
            f"edgewheel {name}", description=f"{_sentence(words)}.", allow_abbrev=False, formatter_class=_Help
        )
        command.arguments(parser)
        code: int = command.run(parser.parse_args(rest))
        return code
    parser = argparse.ArgumentParser(
        "edgewheel", description="Keeps a Python Worker on Cloudflare deployable.", allow_abbrev=False
    )
    parser.add_argument("-V", "--version", action="version", version=f"edgewheel {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (_, words) in COMMANDS.items():
        commands.add_parser(name, help=words)
    parser.parse_args(arguments)
    return 2  # not reached: what is no command ends in argparse's own words


class _Help(argparse.HelpFormatter):
    """As wide as the terminal. argparse asks shutil for that with every option, which costs a hook 3 ms more."""

    def __init__(self, prog: str) -> None:
        try:
            columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
        except (OSError, ValueError):  # no terminal
            columns = 80
        super().__init__(prog, width=columns - 2)


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"
