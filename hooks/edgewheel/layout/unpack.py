"""The files of a wheel that is to be deployed as it was tested: each proved by its hash before any is taken."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import re
import stat
import zlib
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from edgewheel.findings import CouldNotRun
from edgewheel.layout.entry import WORKER
from edgewheel.layout.plan import File, Layout
from edgewheel.repository.walk import MARK

if TYPE_CHECKING:
    from zipfile import ZipInfo

    from edgewheel.repository.disk import Disk

#: The hashes that RECORD may carry. facts: binary distribution format 1.0: sha256 or better
_HASHES = {"sha256", "sha384", "sha512"}
#: Eight times what the platform takes; a zip that says more of itself is not unpacked into memory.
_LIMIT_BYTES = 512 * 2**20
_DIST_INFO = re.compile(r"[^/]+\.dist-info")
#: RECORD cannot hold its own hash, and signatures of it come after it.
_UNHASHED = {"RECORD", "RECORD.jws", "RECORD.p7s"}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\:]")


def files(path: str) -> dict[str, bytes]:
    """Name and content of every file that belongs in the staging folder: all but `*.dist-info` and `*.data`.

    CouldNotRun for what is no wheel of edgewheel's, for a name that could leave the folder, a link, a duplicate, and
    for any file that RECORD does not list with its right hash and size.
    """
    try:
        if not stat.S_ISREG(mode := os.stat(path).st_mode) and not stat.S_ISDIR(mode):
            raise CouldNotRun(f"`{path}` cannot be read: it is not a file")  # a FIFO would be waited for
        with ZipFile(path) as archive:
            infos = _entries(path, archive)
            contents = {name: archive.read(info) for name, info in infos.items()}
    except OSError as error:
        raise CouldNotRun(f"`{path}` cannot be read: {error.strerror or error}") from None
    except (BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, EOFError, OverflowError) as error:
        raise CouldNotRun(f"`{path}` is a damaged wheel, nothing is staged: {error}") from None
    folders = {top for name in contents if _DIST_INFO.fullmatch(top := name.partition("/")[0])}
    if len(folders) != 1:
        raise CouldNotRun(f"`{path}` has {len(folders)} dist-info folders instead of one: it is not a wheel")
    _verify(path, contents, folders.pop())
    kept = {name: content for name, content in contents.items() if _belongs(name)}
    if not kept.get(WORKER, b"").startswith(MARK.encode()):
        raise CouldNotRun(
            f"`{path}` has no generated `{WORKER}`, so wrangler would have no main: build it with edgewheel's backend "
            "or its hatchling hook (`uv build --wheel`)"
        )
    return kept


def layout(path: str, disk: Disk, own: Layout | None) -> Layout:
    """The tree that `edgewheel stage --wheel` writes; CouldNotRun as of `files`.

    A file that the project's own layout has with the same content is taken as that file of the project.
    """
    sources = {file.name: file.source for file in own.files} if own else {}
    found = []
    for name, content in sorted(files(path).items()):
        source = sources.get(name, "")
        same = bool(source) and disk.is_file(source) and disk.read(source) == content
        found.append(File(name, source if same else "", content))
    if own is not None:
        return own._replace(files=tuple(found), stripped=(), added=(), unbound=(), declared=frozenset(), lacking=())
    return Layout(namespace="", entry="", files=tuple(found), stripped=(), added=(), folder="", module="")


def _belongs(name: str) -> bool:
    return not name.partition("/")[0].endswith((".dist-info", ".data"))


def _entries(path: str, archive: ZipFile) -> dict[str, ZipInfo]:
    """The files by their checked names; nothing is unpacked yet."""
    found: dict[str, ZipInfo] = {}
    for info in archive.infolist():
        name = info.orig_filename  # `filename` has lost what comes after a NUL, and backslashes on Windows
        parts = name.removesuffix("/").split("/")
        if _UNSAFE.search(name) or any(part in {"", ".", ".."} for part in parts):
            raise CouldNotRun(f"`{path}` holds `{name}`, which could be written outside the staging folder: refused")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise CouldNotRun(f"`{path}` holds the link `{name}`, which could lead outside the staging folder: refused")
        if name.endswith("/"):
            continue
        if name in found:
            raise CouldNotRun(f"`{path}` holds `{name}` twice: which of them was tested cannot be told")
        found[name] = info
    for name in found:
        if any(name[:at] in found for at, sign in enumerate(name) if sign == "/"):
            raise CouldNotRun(f"`{path}` holds a file that is also the folder of `{name}`: refused")
    if sum(info.file_size for info in found.values()) > _LIMIT_BYTES:
        raise CouldNotRun(f"`{path}` unpacks to more than {_LIMIT_BYTES // 2**20} MiB, which no Worker can carry")
    return found


def _verify(path: str, contents: dict[str, bytes], folder: str) -> None:
    """Compares every file with RECORD, both ways."""
    if (record := contents.get(f"{folder}/RECORD")) is None:
        raise CouldNotRun(f"`{path}` has no `{folder}/RECORD`: its files cannot be verified")
    try:
        rows = [row for row in csv.reader(io.StringIO(record.decode("utf-8"), newline="")) if row]
        listed = {name: (hashed, size) for name, hashed, size in rows}
    except (UnicodeDecodeError, ValueError, csv.Error):
        raise CouldNotRun(f"`{path}`: `{folder}/RECORD` is not a list of names, hashes and sizes") from None
    unhashed = {f"{folder}/{name}" for name in _UNHASHED}
    for name in sorted((contents.keys() | listed.keys()) - unhashed):
        if name not in listed:
            raise CouldNotRun(f"`{path}` holds `{name}`, which its RECORD does not list: it was added after the build")
        if name not in contents:
            raise CouldNotRun(f"`{path}` lacks `{name}`, which its RECORD lists")
        if not _is_right(contents[name], *listed[name]):
            raise CouldNotRun(f"`{path}`: `{name}` is not what its RECORD says (hash or size): it was changed")


def _is_right(content: bytes, hashed: str, size: str) -> bool:
    algorithm, _, digest = hashed.partition("=")
    if algorithm not in _HASHES or (size and size != str(len(content))):
        return False
    actual = base64.urlsafe_b64encode(hashlib.new(algorithm, content).digest()).rstrip(b"=").decode()
    return actual == digest
