"""The files of a `*.dist-info`: what RECORD lists and METADATA says. Never raises for bad content.

facts: the core metadata specification; "Recording installed projects"
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.requirements.requirement import parse_requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.requirements.requirement import Requirement

#: Characters of a path: no system has a longer one, so a RECORD that names one is broken there.
_LONGEST = 4096


class Metadata(NamedTuple):
    """The fields that are read; "" for what is not there."""

    name: str = ""
    version: str = ""
    requires_python: str = ""
    requires: tuple[Requirement, ...] = ()


def metadata(raw: bytes) -> Metadata:
    """The head of a METADATA file; the description below it is not looked at."""
    fields: dict[str, str] = {}
    requires: list[Requirement] = []
    for line in raw.decode("utf-8", "replace").splitlines():
        if not line.strip():
            break
        head, _, value = line.partition(":")
        if head.lower() == "requires-dist":
            if (parsed := parse_requirement(value)) is not None:
                requires.append(parsed)
        else:
            fields.setdefault(head.lower(), value.strip())
    return Metadata(
        fields.get("name", ""), fields.get("version", ""), fields.get("requires-python", ""), tuple(requires)
    )


def recorded(raw: bytes) -> Iterator[str]:
    """The files that a RECORD lists, relative to site-packages; scripts outside it are left out, and broken lines."""
    for line in raw.decode("utf-8", "replace").splitlines():
        if line.startswith('"'):
            quoted, closed, _ = line[1:].replace('""', "\0").partition('"')
            name = quoted.replace("\0", '"') if closed else ""
        else:
            name = line.partition(",")[0]
        if 0 < len(name) <= _LONGEST and not name.startswith(("../", "/")):
            yield posixpath.normpath(name.replace("\\", "/"))


def importable(file: str) -> str:
    """The name that a recorded file is imported by: its top folder or module; "" for none."""
    top, slash, _ = file.partition("/")
    if slash:
        return "" if top.endswith((".dist-info", ".data")) or top in {"bin", "share", "__pycache__"} else top
    stem, dot, extension = top.partition(".")
    return stem if dot and extension.endswith(("py", "so")) else ""
