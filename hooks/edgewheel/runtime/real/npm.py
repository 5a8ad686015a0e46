"""Runtimes from npm: fetched once, checked against a pinned integrity, kept in a cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from functools import lru_cache

from edgewheel.findings import CouldNotRun
from edgewheel.repository.cache import cache_folder


def node() -> str:
    """The path of Node. CouldNotRun without one that is new enough."""
    return _node()[0]


def promising_node() -> list[str]:
    """The command of Node, with what lets Python wait for JavaScript (JSPI) where this Node has it behind a switch."""
    path, major = _node()
    return [path, "--experimental-wasm-jspi"] if 22 <= major < 25 else [path]


def _node() -> tuple[str, int]:
    found = shutil.which("node")
    if found is None:
        raise CouldNotRun(
            "this runtime needs Node 18 or newer, and there is no `node` on PATH: install it from nodejs.org, "
            "or use `--runtime static`"
        )
    told = _version(found)
    major = told.removeprefix("v").partition(".")[0]
    if not major.isdigit() or int(major) < 18:
        raise CouldNotRun(f"this runtime needs Node 18 or newer, and `{found}` is {told or 'unknown'}")
    return found, int(major)


@lru_cache(maxsize=4)
def _version(program: str) -> str:
    """What a Node says of itself: asked once for each program, since PATH may change within a process."""
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.strip()


def cache() -> str:
    """The folder for the runtimes, in the user's cache."""
    return os.path.join(cache_folder(), "runtimes")


def kept(package: str, version: str) -> str | None:
    """The folder of a package that has been fetched before."""
    folder = os.path.join(cache(), f"{package.replace('/', '-').lstrip('@')}-{version}")
    return folder if os.path.isfile(os.path.join(folder, "package.json")) else None


def fetch(package: str, version: str, integrity: str) -> str:
    """The folder of a package's files, fetched by npm where it is not kept. CouldNotRun says what was in the way."""
    if (known := kept(package, version)) is not None:
        return known
    npm = shutil.which("npm")
    if npm is None:
        raise CouldNotRun(f"`{package}@{version}` is fetched by `npm`, which is not on PATH: it comes with Node")
    folder = os.path.join(cache(), f"{package.replace('/', '-').lstrip('@')}-{version}")
    try:
        os.makedirs(cache(), exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache(), prefix=".fetch-") as temporary:
            archive = _packed(npm, f"{package}@{version}", temporary)
            _verify(archive, f"{package}@{version}", integrity)
            _unpack(archive, os.path.join(temporary, "files"))
            _keep(os.path.join(temporary, "files", "package"), folder)
    except OSError as error:
        raise CouldNotRun(f"`{package}@{version}` cannot be kept in `{cache()}`: {error.strerror}") from None
    return folder


def _packed(npm: str, name: str, folder: str) -> str:
    command = [npm, "pack", name, "--pack-destination", folder, "--loglevel", "error"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    archives = [each for each in os.listdir(folder) if each.endswith(".tgz")]
    if done.returncode or not archives:
        said = [line for line in done.stderr.splitlines() if line.strip() and "A complete log" not in line]
        telling = next((line for line in said if "reason:" in line or "404" in line), said[-1] if said else "")
        reason = telling.strip() or f"npm exited with {done.returncode}"
        raise CouldNotRun(
            f"`{name}` could not be fetched from npm: {reason}\n"
            f"It is fetched once, then kept in `{cache()}`. Without network use `--runtime static`"
        )
    return os.path.join(folder, archives[0])


def _verify(archive: str, name: str, integrity: str) -> None:
    import base64
    import hashlib

    kind, _, wanted = integrity.partition("-")
    with open(archive, "rb") as file:
        found = base64.b64encode(hashlib.new(kind, file.read()).digest()).decode()
    if found != wanted:
        raise CouldNotRun(
            f"`{name}` from npm is not the file that is pinned ({kind}-{found} instead of {integrity}): not used"
        )


def _unpack(archive: str, folder: str) -> None:
    import tarfile

    os.mkdir(folder)
    with tarfile.open(archive) as tar:
        if sys.version_info >= (3, 12) or hasattr(tarfile, "data_filter"):
            tar.extractall(folder, filter="data")
        else:  # pragma: no cover - an older Python
            tar.extractall(folder)  # noqa: S202 - verified against the pinned integrity


def _keep(source: str, folder: str) -> None:
    """Into place at once, whoever else is fetching the same."""
    try:
        os.rename(source, folder)
    except OSError:
        if not os.path.isfile(os.path.join(folder, "package.json")):
            raise
