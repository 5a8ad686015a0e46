"""Prints the table of speeds, every row measured side by side in this run: `uv run --group bench python tests/bench`.

Rows may be chosen by words: `python tests/bench hooks build`. Times are medians of whole processes, run in turn,
each command once before it is measured: bytecode is there for both sides, as on a machine that is in use.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests import tools  # noqa: E402 - a script knows its folder, not the repository
from tests.bench import trees  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BIN = Path(sys.executable).parent
EDGEWHEEL = str(BIN / "edgewheel")
ENVIRONMENT = os.environ | tools.WRANGLER_ENVIRONMENT
ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)


class Row(NamedTuple):
    what: str
    ours: list[str]
    against: list[str]
    limit: float
    cwd: Path
    runs: int = 7
    before: Callable[[], object] | None = None


def seconds(command: list[str], row: Row) -> float:
    if row.before:
        row.before()
    start = time.perf_counter()
    done = subprocess.run(command, cwd=row.cwd, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    took = time.perf_counter() - start
    if done.returncode not in {0, 1} or "Traceback" in done.stderr:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return took


def bundle_rows(top: Path) -> Iterator[Row]:
    out = ["--outdir", str(top / "out"), "--outfile", str(top / "form")]
    wrangler = [*tools.wrangler("4.164.0"), "deploy", "--dry-run", *out]
    ours = [EDGEWHEEL, "bundle", "--format", "json"]
    small = trees.worker(top / "small", modules=1)
    middle = trees.vendored(trees.worker(top / "middle", modules=1), files=2000, size=8192)
    large = trees.vendored(trees.worker(top / "large", modules=1), files=9000, size=23_000)
    yield Row("bundle, 3 modules, against wrangler", ours, wrangler, 1 / 10, small)
    yield Row("bundle, 2,000 vendored of 16 MB, against wrangler", ours, wrangler, 1 / 15, middle, 5)
    yield Row("bundle, 9,000 files of 200 MB, against wrangler", ours, wrangler, 1 / 25, large, 3)


def hook_rows(top: Path) -> Iterator[Row]:
    worker = trees.worker(top / "hooks", modules=97)
    subprocess.run(["git", "init", "-q"], cwd=worker, check=True)
    subprocess.run(["git", "add", "-A"], cwd=worker, check=True)
    for hook in ("worker-runtime-deps", "worker-package-init", "worker-wrangler-config"):
        check_toml = [str(BIN / "check-toml"), "pyproject.toml"]
        yield Row(
            f"{hook}, 100 files, against check-toml", [EDGEWHEEL, "check", "--hook", hook], check_toml, 1.5, worker, 31
        )


def check_rows(top: Path) -> Iterator[Row]:
    worker = trees.worker(top / "check", modules=1000)
    yield Row("check, 1,000 modules, against deptry", [EDGEWHEEL, "check"], [str(BIN / "deptry"), "."], 1, worker)


def build_rows(top: Path) -> Iterator[Row]:
    """As a user builds: in an environment that uv makes for each build, from its cache."""
    house = str(top / "house")
    uv = [str(BIN / "uv"), "build", "--wheel", "--python", sys.executable, "-q"]
    subprocess.run([*uv, "--out-dir", house, str(ROOT)], check=True)
    uv += ["--find-links", house]
    for number, limit in ((1000, 0.8), (10_000, 1.0)):
        ours = trees.worker(
            top / f"ours{number}",
            modules=number,
            namespace="src",
            build='[build-system]\nrequires = ["edgewheel"]\nbuild-backend = "edgewheel_build"\n',
        )
        plain = trees.worker(
            top / f"plain{number}",
            modules=number,
            namespace="src",
            build='[tool.hatch.build.targets.wheel]\npackages = ["src"]\n[build-system]\nrequires = ["hatchling"]\n'
            'build-backend = "hatchling.build"\n',
        )
        for each in (ours, plain):  # fills the cache
            subprocess.run([*uv, str(each)], check=True, capture_output=True)
        offline = [*uv, "--offline"]
        what = f"uv build --wheel, {number:,} files, against hatchling"
        yield Row(what, [*offline, str(ours)], [*offline, str(plain)], limit, top, 15)


def inspect_rows(top: Path) -> Iterator[Row]:
    worker = trees.worker(
        top / "wheel",
        modules=1000,
        namespace="src",
        build='[build-system]\nrequires = ["edgewheel"]\nbuild-backend = "edgewheel_build"\n',
    )
    uv = [str(BIN / "uv"), "build", "--wheel", "--offline", "--no-build-isolation", "--python", sys.executable, "-q"]
    subprocess.run([*uv, str(worker)], check=True)
    (built,) = (worker / "dist").glob("*.whl")
    wheel = built.replace(top / built.name)  # away from its project, of which the others know nothing
    ours = [EDGEWHEEL, "inspect", str(wheel)]
    for name, limit in (("check-wheel-contents", 1 / 6), ("pydistcheck", 1 / 2)):
        yield Row(f"inspect, 1,000-file wheel, against {name}", ours, [str(BIN / name), str(wheel)], limit, top, 31)


def log_rows(top: Path) -> Iterator[Row]:
    log = top / "deploy.log"
    line = (
        "2026-11-20T10:00:00.0000000Z uploading part of the Worker, all is well, nothing to see in this line of text\n"
    )
    with log.open("w") as file:
        for _ in range(1_000):
            file.write(line * (1_000_000 // len(line)))
        file.write("multipart: message too large [code: 10021]\n")
    grep = ["grep", "-c", "-F", "message too large", str(log)]
    yield Row("logs, 1 GB, against grep -c -F", [EDGEWHEEL, "logs", str(log)], grep, 3, top, 3)


ROWS = {
    "bundle": bundle_rows,
    "hooks": hook_rows,
    "check": check_rows,
    "build": build_rows,
    "inspect": inspect_rows,
    "logs": log_rows,
}


def main() -> int:
    from rich.console import Console
    from rich.table import Table

    table = Table("what", "ours", "theirs", "ratio", "at most", title="median of whole processes, in turn")
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:] or ROWS:
            top = Path(folder) / name
            top.mkdir()
            for row in ROWS[name](top):
                for command in (row.ours, row.against):  # bytecode and page cache
                    seconds(command, row)
                pairs = [(seconds(row.ours, row), seconds(row.against, row)) for _ in range(row.runs)]
                ours, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
                missed += ours / theirs > row.limit
                color = "red" if ours / theirs > row.limit else "green"
                ratio = f"[{color}]{ours / theirs:.3f}[/]"
                table.add_row(row.what, f"{ours:.3f} s", f"{theirs:.3f} s", ratio, f"{row.limit:.3f}")
            shutil.rmtree(top)
    Console(width=None if os.isatty(1) else 110).print(table)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
