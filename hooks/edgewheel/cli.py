"""The command line. Commands are named by import string and loaded when called."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn, TextIO, cast

from edgewheel import __version__
from edgewheel.findings import CouldNotRun, meant

if TYPE_CHECKING:
    from collections.abc import Sequence

#: command -> (module, help)
COMMANDS = {
    "check": ("edgewheel.commands.check", "run all offline checks on a repository"),
    "bundle": ("edgewheel.commands.bundle", "show what wrangler will upload, without running wrangler"),
    "stage": ("edgewheel_build.commands.stage", "write the folder that wrangler uploads"),
    "inspect": ("edgewheel.commands.inspect", "check a built wheel"),
    "prove": (
        "edgewheel.commands.prove",
        "check that the upload imports and starts, by analysis or in the real runtime",
    ),
    "upgrade": (
        "edgewheel.commands.upgrade",
        "show what a newer Python or compatibility date changes for a Worker",
    ),
    "deps": (
        "edgewheel.commands.deps",
        "list every package: needed at run time, for development only, or unable to run on Workers",
    ),
    "wheels": ("edgewheel.commands.wheels", "check that every dependency has a wheel for Workers"),
    "trim": ("edgewheel.commands.trim", "propose files to leave out of python_modules, and what that saves"),
    "logs": ("edgewheel.commands.logs", "explain what went wrong in a log of a deploy or a run"),
    "startup": (
        "edgewheel.commands.startup",
        "measure what the start costs in CPU, by import, and what deferring each saves",
    ),
    "preflight": (
        "edgewheel.commands.preflight",
        "check, build, inspect, stage, bundle and prove in one run, with one verdict",
    ),
    "init": ("edgewheel.commands.init", "set up edgewheel in a repository"),
    "explain": ("edgewheel.commands.explain", "show the page of a rule"),
    "rules": ("edgewheel.commands.rules", "list all rules"),
    "settings": ("edgewheel.commands.settings", "show what was found and from where, and every setting"),
    "platform": ("edgewheel.commands.platform", "show the facts about the platform and how old they are"),
    "completion": ("edgewheel.commands.completion", "print the script that completes commands and options in a shell"),
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
    if "_ARGCOMPLETE" in os.environ:  # the shell asks what may follow
        from edgewheel.commands.completion import complete

        complete(_whole())
    if arguments[:1] == ["help"]:
        arguments = [*arguments[1:2], "--help"]
    if arguments and arguments[0] in COMMANDS:
        name, *rest = arguments
        module = import_module(COMMANDS[name][0])
        # a parser of its own, not one of many below another: that costs a hook 5 ms before it has begun
        parser = _Parser(f"edgewheel {name}", description=_described(name), allow_abbrev=False, formatter_class=_Help)
        module.arguments(parser)
        code: int = module.run(parser.parse_args(rest))
        return code
    if arguments and not arguments[0].startswith("-"):
        raise CouldNotRun(
            f"unknown command `{arguments[0]}`{meant(arguments[0], COMMANDS)}: `edgewheel --help` lists the commands"
        )
    whole = _whole(loaded=False)
    if arguments:
        whole.parse_args(arguments)  # shows its help or says what is unknown, and ends
    whole.print_help(sys.stderr)
    return 2


def _whole(*, loaded: bool = True) -> argparse.ArgumentParser:
    """The parser of all commands; `loaded`: with the options of each."""
    parser = _Parser(
        "edgewheel",
        description="Finds what would fail on Cloudflare Python Workers before you deploy.",
        epilog="`edgewheel COMMAND --help`, or `edgewheel help COMMAND`, shows the options of a command.",
        allow_abbrev=False,
        formatter_class=_Help,
    )
    parser.add_argument("-V", "--version", action="version", version=f"edgewheel {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (module, words) in COMMANDS.items():
        below = commands.add_parser(name, help=words, description=_described(name), formatter_class=_Help)
        if loaded:
            import_module(module).arguments(below)
    return parser


def _described(name: str) -> str:
    words = COMMANDS[name][1]
    return f"{words[0].upper()}{words[1:]}."


class _Parser(argparse.ArgumentParser):
    """Says which option was meant, too."""

    def error(self, message: str) -> NoReturn:
        unknown = next((word for word in message.partition("unrecognized arguments: ")[2].split()), "")
        if unknown.startswith("-"):
            message += meant(unknown.partition("=")[0], self._option_string_actions)
        super().error(message)


class _Help(argparse.HelpFormatter):
    """As wide as the terminal. argparse asks shutil for that with every option, which costs a hook 3 ms more."""

    def __init__(self, prog: str) -> None:
        try:
            columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
        except (OSError, ValueError):  # no terminal
            columns = 80
        super().__init__(prog, width=columns - 2)
