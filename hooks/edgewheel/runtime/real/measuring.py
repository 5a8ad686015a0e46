"""The start measured: main imported in a fresh Pyodide as often as it takes, the CPU of each import told."""

from __future__ import annotations

import tempfile
from functools import partial
from typing import TYPE_CHECKING, Any

from edgewheel.findings import CouldNotRun
from edgewheel.runtime.real import pyodide
from edgewheel.runtime.real.running import Mounted, proof
from edgewheel.runtime.startup import MOST, SPREAD, Cost, ImportRun, Start, is_own, packages, savings, spread
from edgewheel.runtime.tree import module_name
from edgewheel.sources.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edgewheel.runtime.proof import Subject

_MOUNT = "/session/metadata/"


def measure(  # noqa: PLR0913 - by keyword
    what: Subject,
    readers: Mapping[str, Callable[[], bytes]],
    *,
    python: str,
    folder: str,
    timeout: float,
    extra: Mapping[str, bytes] | None = None,
    edges: bool = True,
) -> Start:
    """The start of an upload; `extra` are files beside it. CouldNotRun where main does not import."""
    alone = what._replace(modules=())
    with tempfile.TemporaryDirectory(prefix="edgewheel-") as root:
        Mounted(root, {**readers, **{name: partial(bytes, content) for name, content in (extra or {}).items()}})

        def run(watch: str) -> dict[str, Any]:
            (told,) = pyodide.run([(root, alone)], python=python, folder=folder, timeout=timeout, watch=watch)
            return told

        traced = run("edges") if edges else {"rows": [], "held": {}}
        outcomes = [run("costs")]
        _imports(what, outcomes[0], readers, python)
        while len(outcomes) < 3 or (spread([each["cpu"] for each in outcomes])[1] > SPREAD and len(outcomes) < MOST):
            outcomes.append(run("costs"))
    sizes = {name: len(read()) for name, read in readers.items()} if edges else {}
    return _start(what, outcomes, traced, python, sizes)


def _imports(what: Subject, told: dict[str, Any], readers: Mapping[str, Callable[[], bytes]], python: str) -> None:
    found = proof(what, told, Modules(readers), runtime="pyodide", python=python)
    if not found.imports:
        why = f"{found.problems[0].error}: {found.problems[0].message}" if found.problems else "it is another module"
        raise CouldNotRun(
            f"`{what.main[0]}` does not import, so its start cannot be measured: {why}\n"
            "`edgewheel prove --runtime pyodide` shows where"
        )


def _start(
    what: Subject, outcomes: list[dict[str, Any]], traced: dict[str, Any], python: str, sizes: Mapping[str, int]
) -> Start:
    runs = [each["cpu"] for each in outcomes]
    middle, apart = spread(runs)
    chosen = min(outcomes, key=lambda each: abs(each["cpu"] - middle))
    found = [ImportRun(*row) for row in traced["rows"]]
    rows = chosen["rows"]
    own = {row[0]: row[3] for row in rows}
    main = what.main[0]
    saved = savings(main, found, own) if found else {}
    direct = {(edge.module, edge.file, edge.line) for edge in found if is_own(edge.file)}
    files = {module_name(name, ("python_modules", "vendor", "")): size for name, size in sizes.items()}
    costs = tuple(
        Cost(
            module=name,
            self_ms=round(self_ms, 3),
            total_ms=round(total, 3),
            package=name.partition(".")[0],
            path=path,
            line=line,
            above=above,
            saves_ms=round(saved[path, line], 3) if (name, path, line) in direct and (path, line) in saved else None,
            size=files.get(name, 0),
        )
        for name, above, total, self_ms, path, line in rows
    )
    return Start(
        python=python,
        main=main,
        cpu_ms=round(middle, 1),
        spread=round(apart, 4),
        runs=tuple(round(each, 1) for each in runs),
        python_ms=round(min(each["python_cpu"] for each in outcomes), 1),
        imports=costs,
        packages=packages(costs, _held(traced["held"])),
        memory=chosen.get("memory"),
        edges=tuple(found),
    )


def _held(files: Mapping[str, int]) -> dict[str, int]:
    """Bytes by package of what each file's code has made and kept."""
    found: dict[str, int] = {}
    for path, size in files.items():
        if path.startswith(_MOUNT):
            name = path[len(_MOUNT) :].removeprefix("python_modules/").partition("/")[0].removesuffix(".py")
            found[name] = found.get(name, 0) + size
    return found
