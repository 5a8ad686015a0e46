"""Writers that are killed, that meet each other, or that find no room: processes of their own on one folder.

Whatever happens, each file is the old or the new one, and after the next run that ends by itself the folder is what
a run without trouble makes of it.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests import projects

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
#: What writes, by name: its command line in the folder of the example before edgewheel.
WRITERS = {
    "fix": ("check", "--fix"),
    "init": ("init", "--write"),
    "deps": ("deps", "--write"),
    "stage": ("stage",),
    "stage again": ("stage",),
    "trim": ("trim", "--write"),
    "reach": ("trim", "--write", "--reach"),
    "bundle baseline": ("bundle", "--save-baseline", "edgewheel-baseline.json"),
    "check baseline": ("check", "--save-baseline", "found.json"),
    "logs baseline": ("logs", "deploy.log", "--save-baseline", "logs.json"),
}
#: Runs a command that kills itself before its Nth step on the disk (0: never), and says how many there were.
_STEPS = """
import os, signal, sys
last, taken = int(sys.argv.pop(1)), 0
STEPS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.chmod", "shutil.rmtree"}
def step(event, arguments):
    global taken
    if event in STEPS or (event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
        taken += 1
        if taken == last:
            os.kill(os.getpid(), signal.SIGKILL)
from edgewheel.cli import main
sys.addaudithook(step)
code = main()
print(taken, file=sys.stderr)
sys.exit(code)
"""
#: An hour and more: what a run that was killed left is surely its own by then.
_OLD = 2 * 3600.0


def template(folder: Path, before: Path) -> Path:
    """The project that every writer has something to do in: the example before edgewheel, with things to trim."""
    shutil.copytree(before / "backend", folder, ignore=shutil.ignore_patterns(".git"))
    more = {f"python_modules/numpy/tests/test_{number}.py": "x = 1\n" * 200 for number in range(5)}
    more["python_modules/numpy/__init__.py"] = ""
    more["deploy.log"] = "Total Upload: 79.14 KiB / gzip: 20.36 KiB\n"
    return projects.write(folder, more)


def command(name: str) -> list[str]:
    return [sys.executable, "-m", "edgewheel", *WRITERS[name]]


def stepping(name: str, last: int) -> list[str]:
    return [sys.executable, "-c", _STEPS, str(last), *WRITERS[name]]


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {"EDGEWHEEL_CACHE_DIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}


class Scene(NamedTuple):
    """A writer and the project that it finds; the tree before, after one run, after two; the seconds of one, and the
    steps that it takes on the disk.
    """

    name: str
    folder: Path
    before: dict[str, bytes]
    once: dict[str, bytes]
    twice: dict[str, bytes]
    seconds: float
    steps: int


def scene(name: str, source: Path, top: Path) -> Scene:
    """Runs a writer without trouble. `deps` and `stage` need what `init` writes."""
    folder = top / "found"
    shutil.copytree(source, folder)
    if name in {"stage", "stage again", "deps"}:
        _run("init", folder, top)
    if name == "stage again":  # over the folder of another tree
        projects.write(folder, {"src/gone.py": "x = 1\n", "src/other.py": "x = 1\n"})
        _run("stage", folder, top)
        (folder / "src" / "gone.py").unlink()
        projects.write(folder, {"src/other.py": "x = 2\n", "src/come.py": "x = 1\n"})
    if name == "deps":  # it leaves a file that people wrote alone
        (folder / "requirements-runtime.txt").unlink()
    before = files(folder)
    shutil.copytree(folder, top / "done")
    start = time.monotonic()
    done = _run(name, top / "done", top)
    seconds = time.monotonic() - start
    assert done.returncode in {0, 1}, done.stderr
    once = files(top / "done")
    _run(name, top / "done", top)
    shutil.copytree(folder, top / "counted")
    counted = _run(name, top / "counted", top, stepping(name, 0))
    return Scene(name, folder, before, once, files(top / "done"), seconds, int(counted.stderr.split()[-1]))


def killed(scene: Scene, number: int, top: Path) -> Iterator[str]:
    """Kills the writer at a moment of the number's choice, or before a step on the disk, then lets it run; yields what
    is wrong.
    """
    pick = random.Random(number)
    by_step = pick.random() < 0.6  # under load most moments come before the first step
    folder = shutil.copytree(scene.folder, top / "killed")
    with subprocess.Popen(
        stepping(scene.name, pick.randint(1, scene.steps)) if by_step else command(scene.name),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(top / "cache"),
    ) as process:
        if by_step:
            process.wait()
        else:
            time.sleep(pick.uniform(0.3, 1.05) * scene.seconds)
            process.send_signal(signal.SIGKILL)
    now = files(folder)
    for path, content in now.items():
        if content not in (scene.before.get(path), scene.once.get(path)) and not _temporary(path):
            yield f"half written: {path}"
    yield from (f"lost: {path}" for path in sorted(scene.before.keys() & scene.once.keys() - now.keys()))
    for path in filter(_temporary, now):
        os.utime(folder / path, (time.time() - _OLD, time.time() - _OLD))
    done = _run(scene.name, folder, top)
    if done.returncode not in {0, 1} or "Traceback" in done.stderr:
        yield f"the next run: {done.returncode} {done.stderr[-300:]}"
    yield from (f"left: {path}" for path in sorted(files(folder).keys() - scene.once.keys() - scene.twice.keys()))


def racing(scene: Scene, top: Path) -> Iterator[str]:
    """Two at once in one folder: both succeed, and each file is what one run or two after each other make of it."""
    folder = shutil.copytree(scene.folder, top / "raced")
    running = [
        subprocess.Popen(
            command(scene.name),
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(top / "cache"),
        )
        for _ in range(2)
    ]
    ends = [(process.communicate()[1], process.returncode) for process in running]
    yield from (f"exit {code}: {said[-300:]}" for said, code in ends if code not in {0, 1} or "Traceback" in said)
    now = files(folder)
    for path, content in now.items():
        if content not in (scene.once.get(path), scene.twice.get(path)):
            yield f"differs: {path}"
    yield from (f"lost: {path}" for path in scene.once.keys() - now.keys())
    yield from (f"left: {path}" for path in now.keys() - scene.once.keys() - scene.twice.keys())
    if _staged(now) not in (_staged(scene.once), _staged(scene.twice)):
        yield "a mixture of two trees in the staging folder"


def without_room(scene: Scene, top: Path, limit: int) -> Iterator[str]:
    """No file may grow over `limit` bytes, as on a full disk: a refusal in words, and each file as it was or whole."""
    import resource

    folder = shutil.copytree(scene.folder, top / "full")
    done = subprocess.run(
        command(scene.name),
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment(top / "none"),
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    if "Traceback" in done.stderr or done.returncode not in {0, 1, 2}:
        yield f"at {limit}: {done.returncode} {done.stderr[-300:]}"
    for path, content in files(folder).items():
        if content not in (scene.before.get(path), scene.once.get(path)):
            yield f"at {limit}: half written or left: {path}"


def files(folder: Path) -> dict[str, bytes]:
    """A tree by posix path, without the cache and git's own."""
    found = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not {".git", "__pycache__"} & set(parts):
            found["/".join(parts)] = path.read_bytes()
    return found


def _staged(tree: dict[str, bytes]) -> dict[str, bytes]:
    return {path: content for path, content in tree.items() if path.startswith("build/worker/")}


def _run(name: str, folder: Path, top: Path, line: list[str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        line or command(name), cwd=folder, capture_output=True, text=True, env=environment(top / "cache"), check=False
    )


def _temporary(path: str) -> bool:
    last = path.rsplit("/", 1)[-1]
    return last.startswith(".edgewheel") or last.endswith(".tmp")
