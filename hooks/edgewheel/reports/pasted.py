"""Fixes that are commands, made so that they work where the findings are read."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from typing import TYPE_CHECKING

from edgewheel.documents.paths import relative

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edgewheel.findings import Finding

#: Commands that act on the folder in which they are run. What stands behind one, as `, and …` or as a comment, is for a
#: person to read.
_COMMAND = re.compile(
    r"^(?P<command>(?:uv|mv|rm|cp|touch|mkdir|find|echo|grep|npm|pywrangler|git (?:mv|rm|add|check-ignore)"
    r"|edgewheel (?:deps|bundle|trim|wheels|prove)) (?!= ).*?|edgewheel wheels)"
    r"(?P<more>, (?:and|or|then) .*|  # .*)?$",
    re.MULTILINE,
)


#: edgewheel as a command of a fix: at the beginning of a line, or behind `cd` or `&&`; never in a config's value.
_OWN = re.compile(r"(^|^\(cd .*? && |&& )edgewheel (?=[a-z])", re.MULTILINE)


def from_here(found: Iterable[Finding]) -> list[Finding]:
    """The findings with commands for the Worker's folder; `git restore :/…` and `check --fix` work from above too.
    Commands of edgewheel itself begin as `program` says.

    A hook runs in the repository's root: there `uv remove` finds no pyproject.toml, or another project's.
    """
    folders = [] if (called := program()) == "edgewheel" else [called]
    return [_called(_from_here(each), *folders) for each in found]


def program() -> str:
    """How a shell calls edgewheel: `uvx edgewheel` where only a hook or uvx brings it, `uv run edgewheel` where
    `uv run` brought this one.
    """
    own = os.path.realpath(sys.prefix)
    ran = "UV_RUN_RECURSION_DEPTH" in os.environ and os.path.realpath(os.environ.get("VIRTUAL_ENV", "")) == own
    if not ran and "PRE_COMMIT" not in os.environ and "archive-v0" not in sys.prefix:
        return "edgewheel"
    path = os.pathsep.join(
        each for each in os.environ.get("PATH", "").split(os.pathsep) if not os.path.realpath(each).startswith(own)
    )
    if shutil.which("edgewheel", path=path):
        return "edgewheel"
    return "uv run edgewheel" if ran else "uvx edgewheel"


def _called(finding: Finding, name: str = "edgewheel") -> Finding:
    if name == "edgewheel" or "edgewheel" not in finding.fix:
        return finding
    return finding._replace(fix=_OWN.sub(lambda match: f"{match[1]}{name} ", finding.fix))


def _from_here(finding: Finding) -> Finding:
    if not _COMMAND.search(finding.fix):
        return finding
    return finding._replace(
        fix=_COMMAND.sub(lambda line: f"{entered(line[1], finding.worker)}{line[2] or ''}", finding.fix)
    )


def entered(command: str, root: str) -> str:
    """A command for a Worker's folder (an absolute path, "" for none), as it is typed in the current one."""
    folder = relative(root)
    return command if folder in {"", "."} else f"(cd {shlex.quote(folder)} && {command})"
