"""What Pyodide's own index has for a Python: asked over the network, or read from the lock in its npm package.

facts: the npm package `pyodide` ships `pyodide-lock.json`, which names that version's whole index
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import shutil
import subprocess
import tarfile
import tempfile
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.data import facts
from edgewheel.requirements.requirement import normalize
from edgewheel.runtime.real import npm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edgewheel.repository.worker import Worker

_ANCHOR = re.compile(rb'<a[^>]*href="[^"]*?([^"/#]+\.whl)(?:#[^"]*)?"')
_HOST = "https://index.pyodide.org"


class Index(NamedTuple):
    """An index. `words` tells which one answered and how; `answered` is False where none did, so that nobody knows
    what it has. `listed` maps normalised names to wheel file names, `needs` to what a package of it requires.
    """

    words: str
    answered: bool
    url: str = ""
    listed: Mapping[str, tuple[str, ...]] = {}
    needs: Mapping[str, tuple[str, ...]] = {}

    def wheels(self, name: str) -> tuple[str, ...]:
        return _page(f"{self.url}/{name}/") if self.url else self.listed.get(name, ())


def find(worker: Worker, python: str, *, wish: str = "auto", offline: bool = False) -> Index:
    """The index that goes with a Python. `wish` is "auto", "npm" (its lock only), "none", or an address."""
    row = facts("pythons")["pythons"][python]
    label = f"Pyodide index {row['index']}"
    if wish == "none":
        return Index(f"{label}: not asked", answered=True)
    url = wish.rstrip("/") if "://" in wish else f"{_HOST}/{row['index']}"
    if wish != "npm" and not offline and _reaches(url):
        return Index(f"{label}: asked", answered=True, url=url)
    fetched = npm.kept("pyodide", row["index"])
    for path in (*_installed(worker), *([f"{fetched}/pyodide-lock.json"] if fetched else []), _cached(row["index"])):
        if (lock := _lock(path)) is not None and lock["info"]["abi_version"] == row["abi"]:
            return _from_lock(lock, label, path)
    if not offline and (path := _download(row["index"])) and (lock := _lock(path)) is not None:
        return _from_lock(lock, label, path)
    return Index(f"{label}: did not answer, and npm's pyodide@{row['index']} is not there", answered=False)


def _from_lock(lock: dict[str, Any], label: str, path: str) -> Index:
    version = _version(posixpath.dirname(path))
    listed: dict[str, tuple[str, ...]] = {}
    needs: dict[str, tuple[str, ...]] = {}
    for entry in lock["packages"].values():
        if str(entry.get("file_name", "")).endswith(".whl"):
            listed[normalize(entry["name"])] = (entry["file_name"],)
            needs[normalize(entry["name"])] = tuple(entry.get("depends", ()))
    return Index(f"{label}: by the pyodide-lock.json of npm's pyodide {version}", True, "", listed, needs)


def _version(folder: str) -> str:
    """The version of an npm package's folder, or of one in the cache."""
    try:
        with open(f"{folder}/package.json", encoding="utf-8") as file:
            return str(json.load(file)["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return posixpath.basename(folder).removeprefix("pyodide-lock-")


def _reaches(url: str) -> bool:
    import urllib.error
    import urllib.request

    try:
        with urllib.request.urlopen(f"{url}/numpy/", timeout=4) as answer:  # noqa: S310 - the address is the user's
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        error.close()
        return False
    except (OSError, ValueError):
        return False


def _page(url: str) -> tuple[str, ...]:
    """The wheels on a page of a simple index; none where it has no such page."""
    import urllib.error
    import urllib.parse
    import urllib.request

    try:
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - the address is the user's
            found = _ANCHOR.findall(answer.read())
    except urllib.error.HTTPError as error:
        error.close()
        return ()
    return tuple(urllib.parse.unquote(name.decode("utf-8", "replace")) for name in found)


def _installed(worker: Worker) -> list[str]:
    """pyodide-lock.json of every `node_modules/pyodide` upwards."""
    found, folder = [], worker.root
    while True:
        found.append(posixpath.join(folder, "node_modules/pyodide/pyodide-lock.json"))
        if folder == posixpath.dirname(folder):
            return found
        folder = posixpath.dirname(folder)


def _cached(version: str) -> str:
    """Where the lock of a version is kept for the next run, beside the runtimes that `prove` fetches."""
    return os.path.join(npm.cache(), f"pyodide-lock-{version}", "pyodide-lock.json").replace(os.sep, "/")


def _lock(path: str) -> dict[str, Any] | None:
    try:
        with open(path, encoding="utf-8") as file:
            lock = json.load(file)
    except (OSError, ValueError):
        return None
    good = isinstance(lock, dict) and isinstance(lock.get("packages"), dict) and "abi_version" in lock.get("info", {})
    return lock if good else None


def _download(version: str) -> str:
    """Fetches the npm package and keeps its lock; "" where npm or the network is missing."""
    program = shutil.which("npm")
    if program is None:
        return ""
    target = _cached(version)
    with tempfile.TemporaryDirectory(prefix="edgewheel-") as folder:
        command = [program, "pack", f"pyodide@{version}", "--silent", "--pack-destination", folder]
        try:
            subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=120)
            archive = next(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".tgz"))
            with tarfile.open(archive) as tar:
                member = tar.extractfile("package/pyodide-lock.json")
                content = member.read() if member else b""
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(f"{target}.new", "wb") as file:
                file.write(content)
            os.replace(f"{target}.new", target)
        except (OSError, StopIteration, KeyError, tarfile.TarError, subprocess.SubprocessError):
            return ""
    return target
