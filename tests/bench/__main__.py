"""Prints the table of speeds, every row measured side by side in this run: `uv run --group bench python tests/bench`.

Rows may be chosen by words: `python tests/bench --what hooks build`. Times are medians of whole processes, run in turn,
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
from functools import partial
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
CACHE = tempfile.TemporaryDirectory()
ENVIRONMENT["EDGEWHEEL_CACHE_DIR"] = CACHE.name


#: Runs the command line and counts.
COUNTING = """
import os, sys
parsed = set()
def audit(event, args):
    if event == "compile" and isinstance(args[0], bytes) and str(args[1]) in {"module.py", "<unknown>"}:
        parsed.add(args[0].removeprefix(b"from __future__ import edgewheel" + bytes([10])))
sys.addaudithook(audit)
from edgewheel.cli import main
main(sys.argv[1:])
sys.stdout.flush()
loaded = sum(name.split(".")[0] in {"edgewheel", "edgewheel_build"} for name in sys.modules)
print(f"{loaded} / {len(parsed)}", file=sys.stderr)
"""


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


def work(row: Row) -> str:
    """The modules of edgewheel's that a run loads, and the files of the project that its own process parses."""
    if row.ours[0] != EDGEWHEEL:
        return ""
    if row.before:
        row.before()
    command = [sys.executable, "-c", COUNTING, *row.ours[1:]]
    done = subprocess.run(command, cwd=row.cwd, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    return done.stderr.splitlines()[-1] if done.stderr else ""


def bundle_rows(top: Path) -> Iterator[Row]:
    out = ["--outdir", str(top / "out"), "--outfile", str(top / "form")]
    wrangler = [*tools.wrangler("4.164.0"), "deploy", "--dry-run", *out]
    ours = [EDGEWHEEL, "bundle", "--format", "json"]
    small = trees.worker(top / "small", modules=1)
    middle = trees.vendored(trees.worker(top / "middle", modules=1), files=2000, size=8192)
    large = trees.vendored(trees.worker(top / "large", modules=1), files=9000, size=23_000)
    yield Row("bundle, 3 modules, against wrangler", ours, wrangler, 1 / 12, small)
    yield Row("bundle, 2,000 vendored of 16 MB, against wrangler", ours, wrangler, 1 / 25, middle, 5)
    yield Row("bundle, 9,000 files of 200 MB, against wrangler", ours, wrangler, 1 / 60, large, 3)


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
    deptry = [str(BIN / "deptry"), "."]
    check = [EDGEWHEEL, "check"]
    for number, runs in ((1000, 7), (4000, 3)):
        worker = trees.worker(top / f"check{number}", modules=number)
        what = f"check, {number:,} modules reached"
        change = partial(trees.change, worker)
        yield Row(f"{what}, no cache, against deptry", [*check, "--no-cache"], deptry, 1, worker, runs)
        yield Row(f"{what}, after one change, against deptry", check, deptry, 0.3, worker, runs, change)
        hook = [*check, "--hook", "worker-wrangler-config"]
        yield Row(f"worker-wrangler-config, {number:,} modules, against deptry", hook, deptry, 0.25, worker, runs)


def monorepo_rows(top: Path) -> Iterator[Row]:
    house = trees.workers(top / "house", count=100, modules=40)
    each = f'for worker in */; do (cd "$worker" && "{BIN / "deptry"}" .); done; true'
    deptry, check = ["sh", "-c", each], [EDGEWHEEL, "check"]
    change = partial(trees.change, house)
    yield Row("check, 100 Workers, no cache, against deptry in each", [*check, "--no-cache"], deptry, 0.5, house, 3)
    yield Row("check, 100 Workers, after one change, against deptry in each", check, deptry, 0.08, house, 3, change)


def build_rows(top: Path) -> Iterator[Row]:
    """As a user builds: in an environment that uv makes for each build, from its cache."""
    house = str(top / "house")
    uv = [str(BIN / "uv"), "build", "--wheel", "--python", sys.executable, "-q"]
    subprocess.run([*uv, "--out-dir", house, str(ROOT)], check=True)
    uv += ["--find-links", house]
    for number, limit in ((1000, 0.75), (10_000, 0.65)):
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
    for name, limit in (("check-wheel-contents", 0.16), ("pydistcheck", 1 / 8)):
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


def prove_rows(top: Path) -> Iterator[Row]:
    """Against Pyodide's own start and the import of main alone, which imports all modules here."""
    worker = trees.worker(top / "prove", modules=100)  # a chain of 160 is too deep for Pyodide
    trees.write(top / "stand-ins" / "workers.py", "class Response: ...\n\n\nclass WorkerEntrypoint: ...\n")
    alone = [shutil.which("node") or str(tools.node()), str(ROOT / "tests" / "programs" / "imports.mjs")]
    alone += [str(tools.pyodide("314.0.7")), str(worker / "src"), str(top / "stand-ins"), "main"]
    ours = [EDGEWHEEL, "prove", "--runtime", "pyodide"]
    yield Row("prove in Pyodide, snapshot included, against the imports alone", ours, alone, 1.2, worker, 5)


ROWS = {
    "bundle": bundle_rows,
    "hooks": hook_rows,
    "check": check_rows,
    "monorepo": monorepo_rows,
    "build": build_rows,
    "inspect": inspect_rows,
    "prove": prove_rows,
    "logs": log_rows,
}


def main() -> int:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        "what", "ours", "theirs", "ratio", "at most", "modules / parsed", title="median of whole processes, in turn"
    )
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in [each for each in sys.argv[1:] if each != "--what"] or ROWS:
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
                table.add_row(row.what, f"{ours:.3f} s", f"{theirs:.3f} s", ratio, f"{row.limit:.3f}", work(row))
            shutil.rmtree(top)
    Console(width=None if os.isatty(1) else 110).print(table)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
