"""The steps of a preflight: each is the command of its name in a process of its own."""

from __future__ import annotations

import json
import os
import posixpath
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.reports import summary
from edgewheel.wrangler.sizes import human

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from edgewheel.reports.summary import Step
    from edgewheel.repository.worker import Worker

#: edgewheel in a process of its own. `-m` would put the current folder on the path, and run a project's `json.py`.
_EDGEWHEEL = (
    sys.executable,
    "-c",
    "import sys; sys.path[:] = filter(None, sys.path); from edgewheel.cli import main; sys.exit(main())",
)


class Run(NamedTuple):
    """What all steps share: the Worker's folder, a scratch folder, the folder of reports ("" for none), options."""

    root: str
    scratch: str
    reports: str
    options: argparse.Namespace
    #: why the wheel and the staging folder are no part of this deploy; "" where they are
    flat: str = ""


def steps(job: Run) -> Iterator[tuple[str, Callable[[], Step]]]:
    """Each step's name and what runs it, in order; a step may rest on what an earlier one wrote."""
    yield "check", lambda: _check(job)
    yield "build", lambda: _build(job)
    yield "inspect", lambda: _inspect(job)
    yield "stage", lambda: _stage(job)
    yield "bundle", lambda: _bundle(job)
    yield "prove", lambda: _prove(job, "static")
    yield "prove in Pyodide", lambda: _prove(job, "pyodide")


def flat(worker: Worker) -> str:
    """Why building, inspecting and staging tell nothing of a deploy; "" where the Worker is staged, or means to be."""
    from edgewheel.layout.roots import module_roots
    from edgewheel.repository.settings import are_written

    roots = module_roots(worker)
    pyproject = worker.pyproject
    if not roots or are_written(pyproject) or (pyproject and "edgewheel" in str(pyproject.get("build-system"))):
        return ""
    folder = posixpath.relpath(roots[0], worker.root)
    return f"wrangler uploads {'this folder' if folder == '.' else f'`{folder}/`'} as it is: no wheel and no staging"


def _command(job: Run, name: str, *arguments: str, output: str = "") -> tuple[int, dict[str, Any], str]:
    """Exit code, JSON and the words of "could not run" of one of edgewheel's commands."""
    done = _process(*_EDGEWHEEL, name, *arguments, "--format", "json", cwd=None)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = {}
    if job.reports and answer:
        write(job.reports, f"{output or name}.json", done.stdout)
    words = done.stderr.strip().removeprefix("edgewheel: ")
    if done.returncode not in {0, 1, 2} or "Traceback" in words:  # a fault of edgewheel's own: its last line says which
        return 2, {}, words.rpartition("\n")[2]
    return done.returncode, answer, words


def write(folder: str, name: str, text: str) -> None:
    """A report in the folder of reports."""
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text.rstrip("\n") + "\n")


def _process(*command: str, cwd: str | None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, cwd=cwd, capture_output=True, encoding="utf-8", errors="replace", check=False)
    except OSError as error:
        raise CouldNotRun(f"`{command[0]}` cannot be run: {error.strerror}") from None


def _env(job: Run) -> list[str]:
    return ["--env", job.options.env] if job.options.env is not None else []


def _strict(job: Run) -> list[str]:
    return ["--strict"] if job.options.strict else []


def _check(job: Run) -> Step:
    code, answer, words = _command(job, "check", job.root, *_env(job), *_strict(job))
    if code == 2:
        return summary.Step("check", "could not run", words)
    found = answer["findings"]
    errors = sum(each["level"] == "error" for each in found)
    return summary.judged(
        "check", code, f"{errors} errors, {len(found) - errors} warnings" if found else "clean", found
    )


def _build(job: Run) -> Step:
    if job.flat:
        return summary.Step("build", "skipped", job.flat)
    if not os.path.exists(os.path.join(job.root, "pyproject.toml")):
        return summary.Step("build", "skipped", "no pyproject.toml: there is nothing to build")
    if shutil.which("uv") is None:
        return summary.Step("build", "could not run", "uv is not installed: pip install uv")
    done = _process("uv", "build", "--out-dir", job.scratch, job.root, cwd=None)
    wheel = _wheel(job)
    if done.returncode or not wheel:
        return summary.Step("build", "failed", "`uv build` failed", output=done.stderr.strip())
    return summary.Step("build", "passed", f"{os.path.basename(wheel)}, {human(os.path.getsize(wheel))}")


def _wheel(job: Run) -> str:
    found = [name for name in os.listdir(job.scratch) if name.endswith(".whl")]
    return os.path.join(job.scratch, found[0]) if found else ""


def _inspect(job: Run) -> Step:
    wheel = _wheel(job)
    if not wheel:
        return summary.Step("inspect", "skipped", "no wheel was built")
    code, answer, words = _command(job, "inspect", wheel, "--project", job.root, *_strict(job))
    if code == 2:
        return summary.Step("inspect", "could not run", words)
    found = [each | {"path": os.path.basename(each["path"])} for each in answer["findings"]]
    return summary.judged("inspect", code, f"{len(found)} findings" if found else "deploy-ready", found)


def _stage(job: Run) -> Step:
    """Into the scratch folder: the same writing, and the project stays as it is."""
    if job.flat:
        return summary.Step("stage", "skipped", job.flat)
    code, answer, words = _command(job, "stage", job.root, "--output", os.path.join(job.scratch, "worker"))
    if code:
        return summary.Step("stage", "failed", words)
    stripped = f", {len(answer['stripped'])} left out" if answer["stripped"] else ""
    return summary.Step("stage", "passed", f"{len(answer['files'])} files{stripped}")


def _bundle(job: Run) -> Step:
    options = job.options
    most = ["--max-size", options.max_size.text] if options.max_size else []
    before = ["--baseline", options.baseline] if options.baseline else []
    code, answer, words = _command(job, "bundle", job.root, *_env(job), *most, *before)
    if job.reports:
        picture = os.path.join(job.reports, "bundle.html")
        _process(
            *(*_EDGEWHEEL, "bundle", job.root, *_env(job), *before),
            *("--format", "html", "--output", picture),
            cwd=None,
        )
    if not answer or answer["error"]:
        return summary.Step("bundle", "failed", (answer.get("error") or {}).get("message") or words)
    doubled = len(answer["duplicate_warnings"])
    size = f"{answer['total_upload_kib']} KiB in {len(answer['modules'])} modules, {doubled} duplicate warnings"
    step = summary.Step("bundle", "failed" if code else "passed", f"{size}: {words}" if code else size)
    return step._replace(numbers={"size": answer["total_bytes"], "duplicates": doubled})


def _is_to_be_vendored(job: Run, failure: dict[str, Any]) -> bool:
    """Whether what is missing is declared, so that the deploy vendors it first."""
    if failure.get("error") != "ModuleNotFoundError":
        return False
    _, answer, _ = _command(job, "prove", job.root, *_env(job), output="prove-static")
    return failure["name"].partition(".")[0] in answer.get("stand_ins", ())


def _prove(job: Run, runtime: str) -> Step:
    name = "prove" if runtime == "static" else "prove in Pyodide"
    if runtime != "static" and shutil.which("node") is None:
        return summary.Step(name, "skipped", "Node is not installed")
    python = ["--python", job.options.python] if job.options.python else []
    code, answer, words = _command(
        job, "prove", job.root, "--runtime", runtime, *_env(job), *python, output=f"prove-{runtime}"
    )
    if code == 2 or not answer:
        return summary.Step(name, "could not run" if runtime == "static" else "skipped", words)
    failed = answer["failures"]
    text = f"imports: {answer['modules']} modules, Python {answer['python']}"
    if code:
        first = failed[0] if failed else {"message": "main does not import", "path": "", "line": 0}
        if runtime != "static" and _is_to_be_vendored(job, first):
            return summary.Step(name, "skipped", f"`{first['name']}` is not vendored yet: `pywrangler sync` first")
        return summary.Step(name, "failed", f"{first['message']} ({first['path']}:{first['line']})")
    return summary.Step(name, "passed", text)
