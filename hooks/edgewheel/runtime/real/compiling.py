"""Modules compiled ahead of the start, by the very Python that runs them: in Pyodide under Node, each text once.

What was compiled is kept in the user's cache folder, by the module's name and bytes, sealed with the key
that only the user can read: the files are uploaded and run, so one that somebody else has put there is passed over.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from typing import TYPE_CHECKING

from edgewheel.repository.cache import cache_folder, seal, user_key
from edgewheel.runtime.bytecode import fits
from edgewheel.runtime.real import npm, pyodide
from edgewheel.runtime.real.running import Mounted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

#: Bytes of all that is kept, and days for which a file is kept without being used.
_LARGEST = 256_000_000
_DAYS = 30
_SEAL = 32


def compiled(
    sources: Mapping[str, bytes],
    python: str,
    *,
    timeout: float,
    waiting: Callable[[str], AbstractContextManager[None]],
) -> dict[str, bytes]:
    """By upload name, the compiled file of each module that this Python can parse. CouldNotRun without Node, where
    something has not been compiled before.
    """
    name, version, integrity = pyodide.package(python)
    folder = os.path.join(cache_folder(), "compiled", version)
    places = {each: os.path.join(folder, _key(each, source)) for each, source in sources.items()}
    found = {each: content for each, place in places.items() if (content := _kept(place)) is not None}
    missing = {each: sources[each] for each in sources if each not in found}
    if missing:
        npm.node()
        with waiting(f"fetching {name} {version}"):
            files = npm.fetch(name, version, integrity)
        with waiting(f"compiling {len(missing):,} modules in {name} {version}"):
            made = _made(missing, files, timeout)
        for each, content in made.items():
            _keep(places[each], content)
        _prune(os.path.dirname(folder))
        found.update(made)
    return {each: found[each] for each in sources if found.get(each) and fits(found[each], sources[each], python)}


def _made(sources: Mapping[str, bytes], folder: str, timeout: float) -> dict[str, bytes]:
    """What Pyodide has written; b"" for what it cannot parse."""
    names = list(sources)
    here = os.path.join(os.path.dirname(__file__), "compiling.mjs")
    with tempfile.TemporaryDirectory(prefix="edgewheel-") as root, tempfile.TemporaryDirectory() as out:
        Mounted(root, {name: lambda source=source: source for name, source in sources.items()})  # type: ignore[misc]
        job = json.dumps({"pyodide": folder, "root": root, "out": out, "names": names}).encode()
        pyodide.talk([npm.node(), here], job, timeout)
        made = {}
        for at, name in enumerate(names):
            path = os.path.join(out, str(at))
            made[name] = b""
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    made[name] = file.read()
        return made


def _key(name: str, source: bytes) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape") + b"\0" + source).hexdigest()


def _kept(path: str) -> bytes | None:
    """What an earlier run has compiled; None for nothing, and for a file that was damaged or is of somebody else."""
    key = user_key(create=False)
    try:
        with open(path, "rb") as file:
            content = file.read()
        if time.time() - os.path.getmtime(path) > 86_400:
            os.utime(path)  # it is in use
    except OSError:
        return None
    return content[_SEAL:] if key and _sealed(path, content[_SEAL:], key) == content[:_SEAL] else None


def _sealed(path: str, content: bytes, key: bytes) -> bytes:
    """Over the file's name too: another module's file is none of this one."""
    return seal(os.path.basename(path).encode() + content, key)


def _keep(path: str, content: bytes) -> None:
    """A cache that cannot be written is left as it is."""
    with contextlib.suppress(OSError):
        key = user_key(create=True)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".new-")
        with os.fdopen(handle, "wb") as file:
            file.write(_sealed(path, content, key) + content)
        os.replace(temporary, path)


def _prune(folder: str) -> None:
    """Removes what no run has used for long, and the oldest of too much."""
    now, total = time.time(), 0
    with contextlib.suppress(OSError):
        paths = [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names]
        for modified, size, path in sorted(((os.path.getmtime(p), os.path.getsize(p), p) for p in paths), reverse=True):
            total += size
            if now - modified > _DAYS * 86_400 or total > _LARGEST:
                os.unlink(path)
