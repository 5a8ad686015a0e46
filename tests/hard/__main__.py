"""The long run by hand: `python -m tests.hard runs COUNT SEED`, also `kills`, `pairs` and `large`.

Prints each thing that is wrong with the number that makes it again, and the count at the end.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.hard import large, runs, writers

if TYPE_CHECKING:
    from collections.abc import Iterator


#: Projects and bytes of memory that one process may take.
BATCH, MEMORY = 100, 4 << 30


def many(count: int, seed: int) -> Iterator[str]:
    """`count` commands: four a project, the projects numbered from the seed's first; a process for some projects."""
    first, last = seed * 1_000_000, seed * 1_000_000 + count // 4
    for start in range(first, last, BATCH):
        yield from _apart(range(start, min(start + BATCH, last)))


def _apart(numbers: range) -> Iterator[str]:
    """The lines of some projects, from a fork of this process; one more where it ends before its time."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            with os.fdopen(writing, "w", encoding="utf-8") as told:
                for number in numbers:
                    with tempfile.TemporaryDirectory() as folder:
                        for wrong in runs.one(number, Path(folder).resolve(), seconds=2):
                            print(wrong, file=told, flush=True)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as told:
        yield from (line.rstrip("\n") for line in told)
    _, status = os.waitpid(child, 0)
    if status:
        yield f"{numbers}: the process ended by {os.waitstatus_to_exitcode(status)}"


def writing(kind: str, count: int, seed: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as above:
        top = Path(above).resolve()
        subprocess.run([sys.executable, str(writers.EXAMPLES / "before.py"), str(top / "before")], check=True)
        source = writers.template(top / "worker", top / "before")
        scenes = []
        for name in writers.WRITERS:
            (top / name).mkdir()
            scenes.append(writers.scene(name, source, top / name))
        for number in range(seed * 1_000_000, seed * 1_000_000 + count):
            scene = scenes[number % len(scenes)]
            with tempfile.TemporaryDirectory() as folder:
                place = Path(folder).resolve()
                found = writers.killed(scene, number, place) if kind == "kills" else writers.racing(scene, place)
                yield from (f"{number} {scene.name}: {line}" for line in found)


def main() -> int:
    kind, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    wrong = 0
    found = many(count, seed) if kind == "runs" else large.found(seed, count) if kind == "large" else None
    for line in writing(kind, count, seed) if found is None else found:
        wrong += 1
        print(line, flush=True)  # noqa: T201
    print(f"{count} {kind}, seed {seed}: {wrong} wrong")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
