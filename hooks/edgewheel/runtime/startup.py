"""What a start costs: the record, and what it would cost without one import statement.

facts: acceptance 8: 1 s of CPU; what only one statement brings is what deferring it saves (dominators of the imports)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Cost(NamedTuple):
    """One module. Milliseconds of CPU: its own, and with what it brought in; `above` is the index of the module that
    led to it, -1 for none; `path` (upload name) and `line` are the project's own statement behind it; `saves_ms` is
    told where that statement itself imports the module.
    """

    module: str
    self_ms: float
    total_ms: float
    package: str
    path: str
    line: int
    above: int = -1
    saves_ms: float | None = None
    size: int = 0


class PackageCost(NamedTuple):
    """A top-level package: its modules' own CPU, how many they are, the bytes of their files, and the bytes that they
    hold after the start, None where nothing tells.
    """

    name: str
    ms: float
    modules: int
    size: int
    held: int | None = None


class ImportRun(NamedTuple):
    """An import that ran: by which module, from which file (upload name, "" for Python's own) and line, of which."""

    importer: str
    file: str
    line: int
    module: str


class Start(NamedTuple):
    """A measured start. `cpu_ms` is the median of the three lowest of `runs`, Python's own start (`python_ms`) taken
    off; `spread` is how far those three are apart, relative to it; `memory` is Python's whole, in bytes.
    """

    python: str
    main: str
    cpu_ms: float
    spread: float
    runs: tuple[float, ...]
    python_ms: float
    imports: tuple[Cost, ...]
    packages: tuple[PackageCost, ...]
    memory: int | None = None
    edges: tuple[ImportRun, ...] = ()


#: How far apart the three lowest runs may be, and how many are made until then.
SPREAD = 0.05
MOST = 7


def spread(runs: Sequence[float]) -> tuple[float, float]:
    """The median of the three lowest runs, and how far they are apart: what else the machine does only adds."""
    low = sorted(runs)[:3]
    middle = low[len(low) // 2]
    return middle, (low[-1] - low[0]) / middle if middle else 0.0


def is_own(file: str) -> bool:
    """Whether a file of the upload is the project's."""
    return bool(file) and not file.startswith(("python_modules/", "vendor/"))


def savings(main: str, edges: Iterable[ImportRun], own: Mapping[str, float]) -> dict[tuple[str, int], float]:
    """By the project's statement (file, line), what the start would not cost without it: the modules that are reached
    through it alone, by their own CPU (`own`, by module).
    """
    follows: dict[str, dict[str, set[tuple[str, int]]]] = {}
    statements: dict[tuple[str, int], None] = {}
    for edge in edges:
        place = (edge.file, edge.line) if is_own(edge.file) else ("", 0)
        if place[0]:
            statements[place] = None
        for name in _upwards(edge.module):
            if name in own:
                follows.setdefault(edge.importer, {}).setdefault(name, set()).add(place)
    whole = sum(own[name] for name in _reached(main, follows, None) if name in own)
    return {each: whole - sum(own.get(name, 0.0) for name in _reached(main, follows, each)) for each in statements}


def _reached(main: str, follows: Mapping[str, Mapping[str, set[tuple[str, int]]]], without: object) -> set[str]:
    seen, queue = {main}, [main]
    while queue:
        for name, places in follows.get(queue.pop(), {}).items():
            if name not in seen and places != {without}:
                seen.add(name)
                queue.append(name)
    return seen


def _upwards(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]


def packages(costs: Iterable[Cost], held: Mapping[str, int]) -> tuple[PackageCost, ...]:
    """The costs by package, the dearest first; `held` are bytes after the start by package."""
    found: dict[str, list[float]] = {}
    for each in costs:
        row = found.setdefault(each.package, [0.0, 0, 0])
        row[0] += each.self_ms
        row[1] += 1
        row[2] += each.size
    made = [PackageCost(name, row[0], int(row[1]), int(row[2]), held.get(name)) for name, row in found.items()]
    return tuple(sorted(made, key=lambda each: (-each.ms, each.name)))
