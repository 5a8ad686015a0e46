"""`edgewheel platform --check`: are the facts made with versions as new as those that are installed here."""

from __future__ import annotations

import json
import os
import posixpath
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from packaging.version import InvalidVersion, Version

from edgewheel.data import facts
from edgewheel.documents.paths import absolute
from edgewheel.repository.disk import Disk

if TYPE_CHECKING:
    from collections.abc import Iterator


class Compared(NamedTuple):
    """A tool: the newest version that the facts are known to hold for, the installed one ("" for none found), and the
    files of facts that may be stale.
    """

    tool: str
    known: str
    installed: str
    stale: tuple[str, ...]


def compared(folder: str) -> list[Compared]:
    """Every tool that the facts are about, as it is installed for a folder."""
    disk = Disk()
    folders = list(_upwards(absolute(folder)))
    found = []
    for tool, row in facts("tools")["tools"].items():
        installed = _INSTALLED[row["kind"]](disk, folders, tool)
        newer = _is_newer(installed, row["version"])
        found.append(Compared(tool, row["version"], installed, tuple(row["files"]) if newer else ()))
    return found


def _upwards(folder: str) -> Iterator[str]:
    yield folder
    while folder != posixpath.dirname(folder):
        folder = posixpath.dirname(folder)
        yield folder


def _is_newer(installed: str, known: str) -> bool:
    try:
        return bool(installed) and Version(installed) > Version(known)
    except InvalidVersion:
        return False


def _npm(disk: Disk, folders: list[str], tool: str) -> str:
    for folder in folders:
        path = f"{folder}/node_modules/{tool}/package.json"
        if disk.is_file(path):
            try:
                version = json.loads(disk.read(path))["version"]
            except (ValueError, KeyError, TypeError, RecursionError):
                return ""
            return version if isinstance(version, str) else ""
    return ""


def _python(disk: Disk, folders: list[str], tool: str) -> str:
    """As vendored, else as locked."""
    for folder in folders:
        name = tool.replace("-", "_")
        for entry in disk.scan(f"{folder}/python_modules"):
            if match := re.fullmatch(rf"{re.escape(name)}-([^-]+)\.dist-info", entry.name):
                return match[1]
        lock = f"{folder}/uv.lock"
        if disk.is_file(lock):
            text = disk.read(lock).decode("utf-8", "replace")
            match = re.search(rf'^name = "{re.escape(tool)}"\r?\nversion = "([^"]+)"', text, re.MULTILINE)
            return match[1] if match else ""
    return ""


def _program(_disk: Disk, _folders: list[str], tool: str) -> str:
    path = shutil.which(tool)
    if path is None:
        return ""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=10, cwd=os.sep)
    except (OSError, subprocess.SubprocessError):
        return ""
    match = re.search(r"\d+\.\d+\.\d+\S*", done.stdout)
    return match[0] if match else ""


_INSTALLED = {"npm": _npm, "python": _python, "program": _program}
