"""The proof by running: the last workerd that carries Pyodide in its program; the newest one judges date and flags.

facts: workerd 1.20241112.0, Python 3.12.1, `workerd test` with the modules embedded in a config; 1.20261117.1 refuses a
date or flag for JavaScript as for Python, and says so without the network
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import tempfile
from typing import TYPE_CHECKING, Any

from edgewheel.data import facts
from edgewheel.findings import CouldNotRun
from edgewheel.runtime.real.running import proof
from edgewheel.runtime.tree import VENDORED
from edgewheel.sources.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from edgewheel.runtime.proof import Proof, Subject
    from edgewheel.runtime.tree import Tree

#: What this release cannot show.
LIMITS = (
    "any Python but 3.12, and packages: it has the standard library only, and no python_modules",
    "handlers: the modules are imported, nothing is called",
)
_MARK = b"@edgewheel "
#: Seconds that the program may take to start, on a slow machine.
_LOADING = 120.0
_ROOT = "/session/metadata"
#: Each upload in turn: alone it is the root, as on Workers; several have a folder each that is made the root.
_MAIN = """
import json, sys

import edgewheel_probe as probe

OUTCOMES = []
WHOLE = list(sys.path)
for job in json.loads({jobs!r}):
    probe.MOUNT, probe.VENDORED = job["mount"], job["mount"] + "/python_modules"
    sys.path[:] = [job["mount"] if each == {root!r} else each for each in WHOLE]
    OUTCOMES.append(probe.prove(job))


def test():
    print("\\n@edgewheel " + json.dumps(OUTCOMES))
"""
_CONFIG = """using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "proof", worker = (
  modules = [
{modules}
  ],
  compatibilityDate = "{date}",
  compatibilityFlags = ["python_workers"],
))]);
"""


#: What workerd says where nothing is refused: of a flag that is on anyway, and of a date newer than itself.
_NO_REFUSAL = ("became the default as of", "newest date supported by this server binary")

_JUDGED = """using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "judged", worker = (
  modules = [(name = "main.js", esModule = "export default {{ test() {{}} }}")],
  compatibilityDate = {date}, compatibilityFlags = {flags},
))]);
"""


def package(which: str = "workerd") -> tuple[str, str, str]:
    """The npm package, its version and its integrity: of what runs Python, or of the `judge` of date and flags."""
    row = facts("runtimes")[which]
    return row["package"], row["version"], row["integrity"]


def refused(date: str, flags: Sequence[str], *, folder: str) -> list[str]:
    """What the newest workerd refuses of a compatibility date and flags, in its words; `folder` holds it."""
    plain = [each for each in flags if each != "python_workers"]  # with it, it fetches its Python from the network
    with tempfile.TemporaryDirectory(prefix="edgewheel-") as root:
        config = os.path.join(root, "config.capnp")
        with open(config, "w", encoding="utf-8") as file:
            file.write(_JUDGED.format(date=json.dumps(date), flags=json.dumps(plain)))
        done = _ended([os.path.join(folder, "bin", "workerd"), "test", config], _LOADING)
    said = [line.partition(": ") for line in done.stderr.decode("utf-8", "replace").splitlines()]
    words = [what for who, _, what in said if who == "service judged"]
    if done.returncode and not words:
        raise CouldNotRun(f"workerd ended with exit code {done.returncode} and no judgement")
    return [each for each in words if not any(known in each for known in _NO_REFUSAL)]


def system() -> None:
    """CouldNotRun where neither of them runs."""
    row = facts("runtimes")["workerd"]
    if (platform.system(), platform.machine()) != (row["system"], row["machine"]):
        raise CouldNotRun(
            f"workerd {row['version']} is pinned for {row['system']} on {row['machine']} only: use `--runtime pyodide`"
        )


def check(tree: Tree, python: str) -> None:
    """CouldNotRun where this release could not tell anything about the upload."""
    row = facts("runtimes")["workerd"]
    if python != row["python"]:
        raise CouldNotRun(f"workerd {row['version']} has Python {row['python']} only: use `--runtime pyodide`")
    if VENDORED in tree.folders:
        raise CouldNotRun(
            f"workerd {row['version']} has the standard library only, and this upload has python_modules: "
            "use `--runtime pyodide`"
        )


def prove(what: Subject, readers: Mapping[str, Callable[[], bytes]], *, folder: str, timeout: float) -> Proof:
    """Imports main at the start, then every module. `folder` holds the npm package's files; `timeout` is in seconds."""
    (told,) = run([(what, readers)], folder=folder, timeout=timeout)
    found = proof(what, told, Modules(readers), runtime="workerd", python=facts("runtimes")["workerd"]["python"])
    return found._replace(limits=LIMITS)


def run(
    uploads: Sequence[tuple[Subject, Mapping[str, Callable[[], bytes]]]], *, folder: str, timeout: float
) -> list[dict[str, Any]]:
    """The outcomes of uploads, in one Worker: to start one takes seconds, to import an upload takes none."""
    row = facts("runtimes")["workerd"]
    below = [""] if len(uploads) == 1 else [f"w{at}/" for at in range(len(uploads))]
    jobs = [_job(what, f"{_ROOT}/{name}".rstrip("/")) for name, (what, _) in zip(below, uploads, strict=True)]
    with open(os.path.join(os.path.dirname(__file__), "probe.py"), "rb") as file:
        probe = file.read()
    contents = {
        "edgewheel_proof.py": _MAIN.format(jobs=json.dumps(jobs), root=_ROOT).encode(),
        "edgewheel_probe.py": probe,
        **{below[at] + name: read() for at, (_, readers) in enumerate(uploads) for name, read in readers.items()},
    }
    with tempfile.TemporaryDirectory(prefix="edgewheel-") as root:
        modules = "\n".join(_module(root, at, *each) for at, each in enumerate(contents.items()))
        config = os.path.join(root, "config.capnp")
        with open(config, "w", encoding="utf-8") as file:
            file.write(_CONFIG.format(modules=modules, date=row["date"]))
        return _talk([os.path.join(folder, "bin", "workerd"), "test", config], timeout * len(uploads))


def _job(what: Subject, mount: str) -> dict[str, Any]:
    return {
        "mount": mount,
        "main": list(what.main),
        "modules": [list(each) for each in what.modules],
        "stand_ins": list(what.stand_ins),
        "first": list(what.first),
        "hidden": list(what.hidden),
        "pth": False,
    }


def _module(root: str, at: int, name: str, content: bytes) -> str:
    """One module of the config, whose content stands beside it under a number."""
    with open(os.path.join(root, str(at)), "wb") as file:
        file.write(content)
    kind = "pythonModule" if name.endswith(".py") else "data"
    return f'    (name = {json.dumps(name, ensure_ascii=False)}, {kind} = embed "{at}"),'


def _talk(command: list[str], timeout: float) -> list[dict[str, Any]]:
    """What the Worker told of each upload."""
    done = _ended(command, timeout)
    told = next((line[len(_MARK) :] for line in done.stdout.splitlines() if line.startswith(_MARK)), b"")
    if not told:
        said = [each for each in done.stderr.decode("utf-8", "replace").splitlines() if each.strip()]
        words = next((each.strip() for each in said if "Error" in each or "error" in each), said[-1] if said else "")
        raise CouldNotRun(f"workerd ended with exit code {done.returncode} and no result: {words}")
    found: list[dict[str, Any]] = json.loads(told)
    return found


def _ended(command: list[str], timeout: float) -> subprocess.CompletedProcess[bytes]:
    try:
        os.chmod(command[0], 0o755)  # noqa: S103 - npm's archive has it executable; some file systems lose that
        return subprocess.run(command, capture_output=True, timeout=_LOADING + timeout, check=False)
    except subprocess.TimeoutExpired:
        raise CouldNotRun(f"workerd did not end within {timeout:g} s: raise `--timeout`") from None
    except OSError as error:
        raise CouldNotRun(f"`{command[0]}` cannot be run: {error.strerror}") from None
