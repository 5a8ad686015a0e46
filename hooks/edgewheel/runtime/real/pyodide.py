"""The proof by running: Pyodide of the selected Python, under Node."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import threading
from typing import TYPE_CHECKING, Any

from edgewheel.data import facts
from edgewheel.findings import CouldNotRun
from edgewheel.runtime.real import npm
from edgewheel.runtime.real.running import Mounted, proof
from edgewheel.sources.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from edgewheel.runtime.proof import Proof, Subject

#: How Pyodide's lines for this program begin.
_MARK = b"@edgewheel "
#: Seconds that Pyodide itself may take to load, on a slow machine.
_LOADING = 120.0


def package(python: str) -> tuple[str, str, str]:
    """The npm package, its version and its integrity for a Python such as `3.13`."""
    row = facts("pythons")["pythons"][python]
    return "pyodide", row["npm_pyodide"], row["npm_integrity"]


def prove(
    what: Subject, readers: Mapping[str, Callable[[], bytes]], *, python: str, folder: str, timeout: float
) -> Proof:
    """Mounts an upload where the runtime mounts it, and imports main, then every module.

    `folder` holds the npm package's files; `timeout` is in seconds, from the moment that Pyodide is loaded.
    """
    with tempfile.TemporaryDirectory(prefix="edgewheel-") as root:
        Mounted(root, readers)
        (told,) = run([(root, what)], python=python, folder=folder, timeout=timeout)
    found = proof(what, told, Modules(readers), runtime="pyodide", python=python)
    if python != "3.12" and not told["waits"] and any("stack switch" in each.message for each in found.problems):
        raise CouldNotRun(
            "main waits for JavaScript at its top level (`asyncio.run()`), which works on Workers and needs Node 22 or "
            f"newer here: `{npm.node()}` is older"
        )
    return found


def run(
    uploads: Sequence[tuple[str, Subject]], *, python: str, folder: str, timeout: float, watch: str = ""
) -> list[dict[str, Any]]:
    """The outcomes of several mounted uploads (folder and what to import) in one process. `watch` asks for more of
    main: the `costs` of its imports, or their `edges`.
    """
    here = os.path.dirname(__file__)
    inside = ("probe", "entropy", "watching")
    job = {
        "pyodide": folder,
        "inside": {f"edgewheel_{name}.py": _text(os.path.join(here, f"{name}.py")) for name in inside},
        "javascript": facts("runtimes")["javascript"],
        "jspi": python != "3.12",  # facts: acceptance 9
        "snapshot": python != "3.12",  # facts: acceptance 2
        "watch": watch,
        "uploads": [_upload(root, what) for root, what in uploads],
    }
    told = talk(
        [*npm.promising_node(), os.path.join(here, "pyodide.mjs")], json.dumps(job).encode(), timeout * len(uploads)
    )
    return [each["outcome"] for each in told if each["event"] == "proved"]


def _upload(root: str, what: Subject) -> dict[str, Any]:
    return {
        "root": root,
        "main": list(what.main),
        "modules": [list(each) for each in what.modules],
        "stand_ins": list(what.stand_ins),
        "first": list(what.first),
        "hidden": list(what.hidden),
        "pth": what.pth,
        "flags": list(what.flags),
        "env": dict(what.env),
    }


def _text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def talk(command: Sequence[str], job: bytes, timeout: float) -> list[dict[str, Any]]:
    """The events that the process tells; CouldNotRun where it ends without a result, or not in time."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)
        events, late = _listen(process, job, timeout)
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace").strip().splitlines()
    if late:
        at = next((each["module"] for each in reversed(events) if each["event"] == "importing"), "")
        where = f"while importing `{at}`: raise `--timeout`" if at else "while it was loading"
        raise CouldNotRun(f"Pyodide did not end within {timeout if at else _LOADING:g} s, {where}")
    if not any(each["event"] == "proved" for each in events):
        short = [line.strip() for line in said if len(line) < 300]  # Node shows the line of a script that fails
        words = next((line for line in short if "Error" in line), short[-1] if short else "")
        raise CouldNotRun(f"Pyodide ended with exit code {process.returncode} and no result: {words}")
    return events


def _listen(process: subprocess.Popen[bytes], job: bytes, timeout: float) -> tuple[list[dict[str, Any]], bool]:
    """The events up to the process's end, and whether it had to be ended; the clock runs anew once it is loaded."""
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    events: list[dict[str, Any]] = []
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    clock = threading.Timer(_LOADING, end)
    clock.start()
    try:
        with contextlib.suppress(OSError), process.stdin:  # it may have ended already: then it tells nothing
            process.stdin.write(job)
        for line in process.stdout:
            if line.startswith(_MARK):
                events.append(json.loads(line[len(_MARK) :]))
                if events[-1]["event"] == "ready":
                    clock.cancel()
                    clock = threading.Timer(timeout, end)
                    clock.start()
        process.wait()
    finally:
        clock.cancel()
        process.kill()
        process.wait()
        process.stdout.close()
    return events, late.is_set()
