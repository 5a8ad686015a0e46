"""uv.lock and pylock.toml: which packages are locked, in which versions, and which one brings which."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.findings import Place
from edgewheel.requirements.requirement import RequirementFault, normalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from edgewheel.requirements.requirement import Requirement


class LockedEdge(NamedTuple):
    """What one package requires of another. `via` is the extra that asks for it, "" for the package itself; `version`
    is the locked one, of what the project's table declares its specifier.
    """

    name: str
    version: str
    extras: tuple[str, ...]
    marker: str
    via: str


class LockedPackage(NamedTuple):
    """A locked package: normalised name, version ("" for a folder), line in the lock, and where it comes from:
    `local` is the path of a local folder or file, `hashes` those of its files (`sha256:…`).
    """

    name: str
    version: str
    line: int
    edges: tuple[LockedEdge, ...] = ()
    local: str = ""
    hashes: tuple[str, ...] = ()
    #: what uv.lock remembers of the project's own table: each `name[extras]specifier ; marker`; None for others
    declared: tuple[LockedEdge, ...] | None = None
    #: whether one of its wheels is compiled for Workers; known where the lock was read with its files
    wasm: bool = False


class Link(NamedTuple):
    """One step of a chain: a package with the extra of the step before that brought it ("" for none)."""

    name: str
    via: str
    version: str = ""


class Lock(NamedTuple):
    """A lock file; `linked` tells whether it says which package brings which (uv's pylock.toml does not)."""

    path: str
    packages: tuple[LockedPackage, ...] = ()
    linked: bool = True
    fault: RequirementFault | None = None

    def versions(self, name: str) -> tuple[str, ...]:
        return tuple(package.version for package in self.packages if package.name == name)

    def place(self, name: str) -> Place:
        """The line of a package; the file's first where it is not locked."""
        line = next((package.line for package in self.packages if package.name == name), 1)
        return Place(self.path, line, 1)


#: Lists of files and hashes are most of a lock and nothing of its graph: left out, it parses in a fifth of the time.
_FILES = re.compile(r"^(?:sdist = \{[^\n]*\}|wheels = \[\n(?:    [^\n]*\n)*\])$", re.MULTILINE)
_HEADS = re.compile(r'^\[\[packages?\]\]\r?\n(?:#[^\n]*\n)*name = "([^"]+)"', re.MULTILINE)


@lru_cache(maxsize=4)
def parse(path: str, raw: bytes, *, files: bool = False) -> Lock:
    """A lock from its bytes. Never raises for bad content: then `fault` says what is wrong."""
    from edgewheel.documents.document import parse_text

    text = raw.decode("utf-8", "replace").replace("\r\n", "\n")
    document = parse_text(path, text if files else _FILES.sub("", text))
    if document.problem is not None and not files:
        document = parse_text(path, text)
    data = document.data
    if (problem := document.problem) is not None:
        place = Place(path, problem.line, problem.column)
        message = f"`{posixpath.basename(path)}` is not valid TOML: {problem.message}"
        return Lock(path, fault=RequirementFault(message, place, f"rm {posixpath.basename(path)} && {_again(path)}"))
    tables = data.get("package", data.get("packages", []))
    entries = [each for each in tables if isinstance(each, dict)] if isinstance(tables, list) else []
    lines = _lines(text)
    packages = tuple(_package(each, lines) for each in entries if isinstance(each.get("name"), str))
    linked = path.endswith("uv.lock") or any(package.edges for package in packages)
    return Lock(path, packages, linked)


def _again(path: str) -> str:
    return "uv lock" if path.endswith("uv.lock") else "pywrangler sync --force"


def _lines(text: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    line, counted = 1, 0
    for match in _HEADS.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        found.setdefault(match[1], []).append(line + match[0].count("\n"))
    return found


def _package(table: dict[str, Any], lines: dict[str, list[int]]) -> LockedPackage:
    name = str(table["name"])
    at = lines.get(name, [])
    line = at.pop(0) if len(at) > 1 else at[0] if at else 1
    extras = table.get("optional-dependencies")
    edges = [
        *_edges(table.get("dependencies", []), ""),
        *(edge for extra, listed in _items(extras) for edge in _edges(listed, normalize(extra))),
    ]
    source: dict[str, Any] = next(
        (table[key] for key in ("source", "archive", "directory") if isinstance(table.get(key), dict)), {}
    )
    local = next((str(source[key]) for key in ("path", "directory", "editable", "virtual") if key in source), "")
    archives = [table.get("archive"), table.get("sdist"), *_tables(table.get("wheels"))]
    if not local:
        local = next((str(each["path"]) for each in archives if isinstance(each, dict) and "path" in each), "")
    hashes = tuple(found for each in archives if isinstance(each, dict) for found in _hashes(each))
    metadata = table.get("metadata")
    declared = tuple(_edges(metadata.get("requires-dist"), "")) if isinstance(metadata, dict) else None
    wasm = any("wasm32" in str(each.get("url", each.get("name", ""))) for each in archives if isinstance(each, dict))
    return LockedPackage(
        normalize(name), str(table.get("version", "")), line, tuple(edges), local, hashes, declared, wasm
    )


def _edges(listed: object, via: str) -> Iterator[LockedEdge]:
    for each in _tables(listed):
        extras = each.get("extra", each.get("extras", ()))
        yield LockedEdge(
            normalize(str(each.get("name", ""))),
            str(each.get("version", each.get("specifier", ""))),
            tuple(normalize(extra) for extra in _texts(extras)),
            str(each.get("marker", "")),
            via,
        )


def _items(table: object) -> Iterable[tuple[str, object]]:
    return table.items() if isinstance(table, dict) else ()


def _tables(listed: object) -> list[dict[str, Any]]:
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _texts(value: object) -> list[str]:
    """The strings of a list; a string by itself."""
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _hashes(archive: dict[str, Any]) -> Iterator[str]:
    """uv.lock writes `hash = "sha256:…"`, pylock.toml `hashes = { sha256 = "…" }`."""
    if isinstance(archive.get("hash"), str):
        yield archive["hash"]
    table = archive.get("hashes")
    for kind, digest in _items(table):
        yield f"{kind}:{digest}"


def chains(
    lock: Lock, roots: Sequence[Requirement], *, reached: Callable[[str], bool] = lambda _marker: True
) -> dict[str, tuple[Link, ...]]:
    """The shortest chain from the roots to every package that they bring, the roots included.

    A chain begins with the root; each further link has the extra of the one before that brings it. `reached` says
    whether a marker holds.
    """
    known: dict[str, list[LockedPackage]] = {}
    for package in lock.packages:
        known.setdefault(package.name, []).append(package)
    found: dict[str, tuple[Link, ...]] = {}
    queue: list[tuple[str, str, str, tuple[Link, ...]]] = []
    seen: set[tuple[str, str, str]] = set()
    for root in roots:
        start = (Link(root.key, ""),)
        queue += [(root.key, "", extra, start) for extra in ("", *root.extras)]
    for name, version, extra, chain in queue:
        if (name, version, extra) in seen:
            continue
        seen.add((name, version, extra))
        found.setdefault(name, chain)
        for package in known.get(name, ()):
            if version and package.version != version:
                continue
            for edge in package.edges:
                if edge.via == extra and reached(edge.marker):
                    longer = (*chain, Link(edge.name, extra, edge.version))
                    queue += [(edge.name, edge.version, below, longer) for below in ("", *edge.extras)]
    return found
