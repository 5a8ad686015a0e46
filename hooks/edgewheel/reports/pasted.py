"""Fixes that are commands, made so that they work where the findings are read."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from edgewheel.reports.text import relative

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edgewheel.findings import Finding

#: Commands that act on the folder in which they are run; `, and …` or `, or …` behind one is for a person to read.
_COMMAND = re.compile(
    r"^(?P<command>(?:uv|mv|rm|cp|mkdir|npm|pywrangler|git (?:mv|rm)|edgewheel (?:deps|bundle|trim)) .*?)"
    r"(?P<more>, (?:and|or) .*)?$",
    re.MULTILINE,
)


def from_here(found: Iterable[Finding]) -> list[Finding]:
    """The findings with commands for the Worker's folder; `git restore :/…` and `check --fix` work from above too.

    A hook runs in the repository's root: there `uv remove` finds no pyproject.toml, or another project's.
    """
    return [_from_here(each) for each in found]


def _from_here(finding: Finding) -> Finding:
    folder = relative(finding.worker)
    if folder in {"", "."} or not _COMMAND.match(finding.fix):
        return finding
    enter = f"cd {shlex.quote(folder)}"
    return finding._replace(fix=_COMMAND.sub(lambda line: f"({enter} && {line[1]}){line[2] or ''}", finding.fix))
