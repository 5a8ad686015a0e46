"""Which packages the uploaded code imports. Read only for a package that is about to be found fault with."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from edgewheel.data import facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.worker.model import Worker


def imported(worker: Worker, key: str) -> bool:
    """Whether a module of the project that is uploaded imports the package with this normalised name."""
    names = facts("distributions")["names"].get(key) or [key.replace("-", "_")]
    quick = re.compile(("|".join(rf"\b{re.escape(name)}\b" for name in names)).encode())
    return any(quick.search(source) and _imports(source, set(names)) for source in _sources(worker))


def _imports(source: bytes, names: set[str]) -> bool:
    import ast

    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # judged by a rule of its own
        return False
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return any(name == want or name.startswith(f"{want}.") for name in found for want in names)


def _sources(worker: Worker) -> Iterator[bytes]:
    """The Python files below the folder of main, without tests."""
    main = worker.config.get("main")
    entry = worker.settings.entry or (main if isinstance(main, str) else "")
    yield from _walk(worker, posixpath.dirname(worker.path(entry)))


def _walk(worker: Worker, folder: str) -> Iterator[bytes]:
    for entry in worker.disk.scan(folder):
        path = posixpath.join(folder, entry.name)
        if entry.kind == "dir" and entry.name not in {"tests", "test", "node_modules", "python_modules"}:
            if not entry.name.startswith("."):
                yield from _walk(worker, path)
        elif entry.kind == "file" and entry.name.endswith(".py") and not entry.name.startswith(("test_", "conftest")):
            yield worker.disk.read(path)
