"""The proof by running: the last workerd that carries Pyodide in its program.

facts: workerd 1.20241112.0, Python 3.12.1, `workerd test` with the modules embedded in a config
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
_MAIN = """
import json

from edgewheel_probe import prove

OUTCOME = prove(json.loads({job!r}))


def test():
    print("\\n@edgewheel " + json.dumps([{at}, OUTCOME]))
"""
_CONFIG = """using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [
{services}
]);
"""
_SERVICE = """(name = "proof{at}", worker = (
  modules = [
{modules}
  ],
  compatibilityDate = "{date}",
  compatibilityFlags = ["python_workers"],
)),"""


def package() -> tuple[str, str, str]:
    """The npm package, its version and its integrity."""
    row = facts("runtimes")["workerd"]
    return row["package"], row["version"], row["integrity"]


def check(tree: Tree, python: str) -> None:
    """CouldNotRun where this release could not tell anything about the upload."""
    row = facts("runtimes")["workerd"]
    if (platform.system(), platform.machine()) != (row["system"], row["machine"]):
        raise CouldNotRun(
            f"workerd {row['version']} is pinned for {row['system']} on {row['machine']} only: use `--runtime pyodide`"
        )
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
    if told is None:
        raise CouldNotRun("workerd failed before it imported anything: a module is in its own way")
    found = proof(what, told, Modules(readers), runtime="workerd", python=facts("runtimes")["workerd"]["python"])
    return found._replace(limits=LIMITS)


def run(
    uploads: Sequence[tuple[Subject, Mapping[str, Callable[[], bytes]]]], *, folder: str, timeout: float
) -> list[dict[str, Any] | None]:
    """The outcomes of several uploads, each a Worker of its own, in one process; None for one that gave none."""
    date = facts("runtimes")["workerd"]["date"]
    with tempfile.TemporaryDirectory(prefix="edgewheel-") as root:
        services = [_service(root, at, *upload, date) for at, upload in enumerate(uploads)]
        config = os.path.join(root, "config.capnp")
        with open(config, "w", encoding="utf-8") as file:
            file.write(_CONFIG.format(services="\n".join(services)))
        command = [os.path.join(folder, "bin", "workerd"), "test", config]
        told = _talk(command, timeout * len(uploads))
    return [told.get(at) for at in range(len(uploads))]


def _service(root: str, at: int, what: Subject, readers: Mapping[str, Callable[[], bytes]], date: str) -> str:
    """One Worker of the config, with its modules beside it under numbers."""
    job = {
        "main": list(what.main),
        "modules": [list(each) for each in what.modules],
        "stand_ins": list(what.stand_ins),
        "first": list(what.first),
        "hidden": list(what.hidden),
        "pth": False,
    }
    with open(os.path.join(os.path.dirname(__file__), "probe.py"), "rb") as file:
        probe = file.read()
    main = _MAIN.format(job=json.dumps(job), at=at).encode()
    contents = [("edgewheel_proof.py", main), ("edgewheel_probe.py", probe)]
    contents += [(name, read()) for name, read in readers.items()]
    lines = []
    for index, (name, content) in enumerate(contents):
        with open(os.path.join(root, f"{at}-{index}"), "wb") as file:
            file.write(content)
        kind = "pythonModule" if name.endswith(".py") else "data"
        lines.append(f'    (name = {json.dumps(name, ensure_ascii=False)}, {kind} = embed "{at}-{index}"),')
    return _SERVICE.format(at=at, modules="\n".join(lines), date=date)


def _talk(command: list[str], timeout: float) -> dict[int, dict[str, Any]]:
    """What each Worker told, by its number."""
    try:
        os.chmod(command[0], 0o755)  # noqa: S103 - npm's archive has it executable; some file systems lose that
        done = subprocess.run(command, capture_output=True, timeout=_LOADING + timeout, check=False)
    except subprocess.TimeoutExpired:
        raise CouldNotRun(f"workerd did not end within {timeout:g} s: raise `--timeout`") from None
    except OSError as error:
        raise CouldNotRun(f"`{command[0]}` cannot be run: {error.strerror}") from None
    told = [json.loads(line[len(_MARK) :]) for line in done.stdout.splitlines() if line.startswith(_MARK)]
    if not told:
        said = [each for each in done.stderr.decode("utf-8", "replace").splitlines() if each.strip()]
        words = next((each.strip() for each in said if "Error" in each or "error" in each), said[-1] if said else "")
        raise CouldNotRun(f"workerd ended with exit code {done.returncode} and no result: {words}")
    return dict(told)
