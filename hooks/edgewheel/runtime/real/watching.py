"""What runs inside Pyodide: what each import costs, or which statement leads to which module. Handed over as text."""

from __future__ import annotations

import builtins
import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

#: Where every import begins.
_bootstrap: Any = importlib._bootstrap
MOUNT = "/session/metadata/"
_VENDORED = f"{MOUNT}python_modules/"


class Costs:
    """CPU of each module from the first question for it to the end of its execution.

    A row is the module's name, the row of the module that led to it (-1 for none), the CPU with and without what it
    imports itself (milliseconds), and the project's own statement behind it: upload name and line.
    """

    def __init__(self, cpu: Callable[[], float]) -> None:
        self.rows: list[list[Any]] = []
        self._cpu = cpu
        self._open: list[int] = []
        self.memory: dict[str, int] = {}

    def begin(self) -> None:
        self._own = own = _bootstrap._find_and_load
        rows, stack, cpu = self.rows, self._open, self._cpu

        def find_and_load(name: str, import_: object) -> Any:
            if name in sys.modules:
                return own(name, import_)
            row: list[Any] = [name, stack[-1] if stack else -1, 0.0, 0.0, *_statement(sys._getframe(1))]
            stack.append(len(rows))
            rows.append(row)
            began = cpu()
            try:
                return own(name, import_)
            finally:
                spent = cpu() - began
                stack.pop()
                row[2] += spent
                row[3] += spent
                if stack:
                    rows[stack[-1]][3] -= spent

        _bootstrap._find_and_load = find_and_load

    def end(self) -> None:
        _bootstrap._find_and_load = self._own


class Edges:
    """Every import that runs: the importing module, its file and line, and the modules that the statement brings."""

    def __init__(self, cpu: Callable[[], float]) -> None:  # noqa: ARG002 - as of Costs
        self.seen: dict[tuple[str, str, int, str], None] = {}
        self.memory: dict[str, int] = {}
        self._traced: Any = None

    @property
    def rows(self) -> list[list[Any]]:
        return [list(each) for each in self.seen]

    def begin(self) -> None:
        self._import, self._load, self._named = builtins.__import__, _bootstrap._find_and_load, importlib.import_module
        seen = self.seen

        def note(frame: FrameType | None, names: list[str]) -> None:
            frame = _importing(frame)
            if frame is not None:
                file = frame.f_code.co_filename
                file = file[len(MOUNT) :] if file.startswith(MOUNT) else ""
                for name in names:
                    seen[str(frame.f_globals.get("__name__")), file, frame.f_lineno, name] = None

        def imports(
            name: str,
            globals: Any = None,
            locals: Any = None,
            fromlist: Any = (),
            level: int = 0,
        ) -> Any:
            found = self._import(name, globals, locals, fromlist, level)
            whole = name
            if level:
                package = (globals or {}).get("__package__") or ""
                whole = ".".join(filter(None, [package.rsplit(".", level - 1)[0] if level > 1 else package, name]))
            names = [whole, *(f"{whole}.{each}" for each in fromlist or () if f"{whole}.{each}" in sys.modules)]
            note(sys._getframe(1), names)
            return found

        def load(name: str, import_: object) -> Any:
            note(sys._getframe(1), [name])
            return self._load(name, import_)

        def named(name: str, package: str | None = None) -> Any:
            if not name.startswith("."):
                note(sys._getframe(1), [name])
            return self._named(name, package)

        builtins.__import__, _bootstrap._find_and_load, importlib.import_module = imports, load, named
        try:
            import tracemalloc

            tracemalloc.start()
            self._traced = tracemalloc
        except (ImportError, RuntimeError):  # what Python has no memory of costs nothing to ask
            self._traced = None

    def end(self) -> None:
        builtins.__import__, _bootstrap._find_and_load, importlib.import_module = self._import, self._load, self._named
        if self._traced is not None:
            for each in self._traced.take_snapshot().statistics("filename"):
                self.memory[each.traceback[0].filename] = each.size
            self._traced.stop()


def _importing(frame: FrameType | None) -> FrameType | None:
    """The frame of the code that imports."""
    while frame is not None and (
        frame.f_code.co_filename.startswith("<frozen importlib") or frame.f_code.co_filename == __file__
    ):
        frame = frame.f_back
    return frame


def _statement(frame: FrameType | None) -> tuple[str, int]:
    """The project's own statement that is running."""
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(MOUNT) and not file.startswith(_VENDORED):
            return file[len(MOUNT) :], frame.f_lineno
        frame = frame.f_back
    return "", 0
