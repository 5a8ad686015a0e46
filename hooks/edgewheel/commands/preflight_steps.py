"""The steps of a preflight of one Worker: each is the command of its name, run in this process for its JSON; uv and
Node have processes of their own.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import posixpath
import shutil
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.commands.startup import NAME as BASELINE
from edgewheel.data import facts
from edgewheel.findings import CouldNotRun
from edgewheel.reports import summary
from edgewheel.reports.text import plural
from edgewheel.wrangler.sizes import human

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edgewheel.reports.summary import SummaryStep
    from edgewheel.repository.worker import Worker

#: Where a command is, but for those of `edgewheel.commands`.
_ELSEWHERE = {"stage": "edgewheel_build.commands.stage"}
_NO_UV = "uv is not installed: pip install uv"
SYNC = "uv run pywrangler sync"


class PreflightRun(NamedTuple):
    """What all steps share: the Worker's folder, a scratch folder, the folder of reports ("" for none), options."""

    root: str
    scratch: str
    reports: str
    options: argparse.Namespace
    #: why the wheel and the staging folder are no part of this deploy; "" where they are
    flat: str = ""
    #: whether somebody asks what the start costs: it is measured, which takes seconds
    startup: bool = False


def steps(job: PreflightRun) -> Iterator[tuple[str, Callable[[], SummaryStep]]]:
    """Each step's name and what runs it, in order; a step may rest on what an earlier one wrote."""
    if job.options.sync:
        yield "sync", lambda: _sync(job)
    yield "check", lambda: _check(job)
    yield "build", lambda: _build(job)
    yield "inspect", lambda: _inspect(job)
    yield "stage", lambda: _stage(job)
    yield "bundle", lambda: _bundle(job)
    yield "prove", lambda: _prove(job, "static")
    yield "prove in Pyodide", lambda: _prove(job, "pyodide")
    if job.startup:
        yield "startup", lambda: _startup(job)


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


def asks_for_startup(worker: Worker, options: argparse.Namespace) -> bool:
    """Whether a budget or growth is written, a baseline is there, or an option names one."""
    written = worker.pyproject.get("tool", "edgewheel", "startup") if worker.pyproject is not None else None
    asked = isinstance(written, dict) and bool(written.keys() & {"budget", "growth"})
    return asked or bool(options.startup_baseline) or os.path.isfile(worker.path(BASELINE))


def _command(job: PreflightRun, name: str, *arguments: str, output: str = "") -> tuple[int, dict[str, Any], str]:
    """Exit code, JSON and the words of "could not run" of one of edgewheel's commands."""
    code, shown, words = _called(name, *arguments, "--format", "json")
    try:
        answer = json.loads(shown)
    except ValueError:
        answer = {}
    if job.reports and answer:
        write(job.reports, f"{output or name}.json", shown)
    return code, answer, words


def _called(name: str, *arguments: str) -> tuple[int, str, str]:
    """Exit code, output and the words of "could not run" of a command."""
    command = import_module(_ELSEWHERE.get(name, f"edgewheel.commands.{name}"))
    parser = argparse.ArgumentParser(f"edgewheel {name}", allow_abbrev=False)
    command.arguments(parser)
    output, errors = io.StringIO(), io.StringIO()
    try:
        with redirect_stdout(output), redirect_stderr(errors):
            code: int = command.run(parser.parse_args(arguments))
    except CouldNotRun as error:
        return 2, output.getvalue(), str(error)
    return code, output.getvalue(), errors.getvalue().strip().removeprefix("edgewheel: ")


def write(folder: str, name: str, text: str) -> None:
    """A report in the folder of reports."""
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text.rstrip("\n") + "\n")


def _process(*command: str, cwd: str | None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, cwd=cwd, capture_output=True, encoding="utf-8", errors="replace", check=False)
    except OSError as error:
        raise CouldNotRun(f"`{command[0]}` cannot be run: {error.strerror}") from None


def _env(job: PreflightRun) -> list[str]:
    return ["--env", job.options.env] if job.options.env is not None else []


def _strict(job: PreflightRun) -> list[str]:
    return ["--strict"] if job.options.strict else []


def _sync(job: PreflightRun) -> SummaryStep:
    path = os.path.join(job.root, "pyproject.toml")
    if not os.path.exists(path):
        return summary.SummaryStep("sync", "skipped", "no pyproject.toml: there is nothing to vendor")
    if shutil.which("uv") is None:
        return summary.SummaryStep("sync", "could not run", _NO_UV)
    command = SYNC if _has_pywrangler(job.root) else "uvx --from workers-py pywrangler sync"
    done = _process(*command.split(), cwd=job.root)
    if done.returncode:
        return summary.SummaryStep("sync", "failed", f"`{command}` failed", output=(done.stdout + done.stderr).strip())
    return summary.SummaryStep("sync", "passed", "`python_modules` is up to date")


def vendor(root: str) -> str:
    """The command that vendors a Worker's packages; pywrangler comes with `workers-py`, which not every project has."""
    return SYNC if _has_pywrangler(root) else f"uv add --dev workers-py && {SYNC}"


def _has_pywrangler(root: str) -> bool:
    try:
        with open(os.path.join(root, "pyproject.toml"), "rb") as file:
            return b"workers-py" in file.read()
    except OSError:
        return False


def _check(job: PreflightRun) -> SummaryStep:
    code, answer, words = _command(job, "check", job.root, *_env(job), *_strict(job))
    if code == 2:
        return summary.SummaryStep("check", "could not run", words)
    found = answer["findings"]
    errors = sum(each["level"] == "error" for each in found)
    counted = f"{plural(errors, 'error')}, {plural(len(found) - errors, 'warning')}" if found else "clean"
    return summary.judged("check", code, counted, found)


def _build(job: PreflightRun) -> SummaryStep:
    if job.flat:
        return summary.SummaryStep("build", "skipped", job.flat)
    if not os.path.exists(os.path.join(job.root, "pyproject.toml")):
        return summary.SummaryStep("build", "skipped", "no pyproject.toml: there is nothing to build")
    if shutil.which("uv") is None:
        return summary.SummaryStep("build", "could not run", _NO_UV)
    done = _process("uv", "build", "--out-dir", job.scratch, job.root, cwd=None)
    wheel = _wheel(job)
    if done.returncode or not wheel:
        return summary.SummaryStep("build", "failed", "`uv build` failed", output=done.stderr.strip())
    return summary.SummaryStep("build", "passed", f"{os.path.basename(wheel)}, {human(os.path.getsize(wheel))}")


def _wheel(job: PreflightRun) -> str:
    found = [name for name in os.listdir(job.scratch) if name.endswith(".whl")]
    return os.path.join(job.scratch, found[0]) if found else ""


def _inspect(job: PreflightRun) -> SummaryStep:
    wheel = _wheel(job)
    if not wheel:
        return summary.SummaryStep("inspect", "skipped", "no wheel was built")
    code, answer, words = _command(job, "inspect", wheel, "--project", job.root, *_strict(job))
    if code == 2:
        return summary.SummaryStep("inspect", "could not run", words)
    found = [each | {"path": os.path.basename(each["path"])} for each in answer["findings"]]
    return summary.judged("inspect", code, plural(len(found), "finding") if found else "deploy-ready", found)


def _stage(job: PreflightRun) -> SummaryStep:
    """Into the scratch folder: the same writing, and the project stays as it is."""
    if job.flat:
        return summary.SummaryStep("stage", "skipped", job.flat)
    code, answer, words = _command(job, "stage", job.root, "--output", os.path.join(job.scratch, "worker"))
    if code:
        return summary.SummaryStep("stage", "failed", words)
    stripped = f", {len(answer['stripped'])} left out" if answer["stripped"] else ""
    return summary.SummaryStep("stage", "passed", f"{plural(len(answer['files']), 'file')}{stripped}")


def _bundle(job: PreflightRun) -> SummaryStep:
    options = job.options
    most = ["--max-size", options.max_size.text] if options.max_size else []
    before = ["--baseline", options.baseline] if options.baseline else []
    code, answer, words = _command(job, "bundle", job.root, *_env(job), *most, *before)
    if job.reports:
        picture = os.path.join(job.reports, "bundle.html")
        _called("bundle", job.root, *_env(job), *before, "--format", "html", "--output", picture)
    if not answer or answer["error"]:
        return summary.SummaryStep("bundle", "failed", (answer.get("error") or {}).get("message") or words)
    doubled = len(answer["duplicate_warnings"])
    modules, warnings = plural(len(answer["modules"]), "module"), plural(doubled, "duplicate warning")
    size = f"{answer['total_upload_kib']} KiB in {modules}, {warnings}"
    step = summary.SummaryStep("bundle", "failed" if code else "passed", f"{size}: {words}" if code else size)
    return step._replace(numbers={"size": answer["total_bytes"], "duplicates": doubled})


def _is_to_be_vendored(job: PreflightRun, failure: dict[str, Any]) -> bool:
    """Whether what is missing is declared, so that the deploy vendors it first."""
    if failure.get("error") != "ModuleNotFoundError":
        return False
    _, answer, _ = _command(job, "prove", job.root, *_env(job), output="prove-static")
    return failure["name"].partition(".")[0] in answer.get("stand_ins", ())


def _prove(job: PreflightRun, runtime: str) -> SummaryStep:
    name = "prove" if runtime == "static" else "prove in Pyodide"
    if runtime != "static" and shutil.which("node") is None:
        return summary.SummaryStep(name, "skipped", "Node is not installed")
    python = ["--python", job.options.python] if job.options.python else []
    code, answer, words = _command(
        job, "prove", job.root, "--runtime", runtime, *_env(job), *python, output=f"prove-{runtime}"
    )
    if code == 2 or not answer:
        return summary.SummaryStep(name, "could not run" if runtime == "static" else "skipped", _first(words))
    failed = answer["failures"]
    text = f"imports: {plural(answer['modules'], 'module')}, Python {answer['python']}"
    unproven = _unproven(answer) if runtime == "static" else ()
    if code:
        first = failed[0] if failed else {"message": "main does not import", "path": "", "line": 0}
        if runtime != "static" and _is_to_be_vendored(job, first):
            return summary.SummaryStep(name, "skipped", f"`{first['name']}` is not vendored")
        return summary.SummaryStep(name, "failed", f"{first['message']} ({first['path']}:{first['line']})")
    if unproven:
        return summary.SummaryStep(name, "not proven", summary.not_vendored(unproven), unproven=unproven)
    return summary.SummaryStep(name, "passed", text)


def _first(words: str) -> str:
    """What fits into a row: the rest is for whoever runs the command itself."""
    return words.partition("\n")[0]


def _unproven(answer: dict[str, Any]) -> tuple[str, ...]:
    """The packages that the Worker imports, that are not vendored, and that the analysis had to take as given."""
    if isinstance(given := answer.get("unproven"), list):
        return tuple(given)
    platform = facts("platform_modules")["modules"]
    return tuple(name for name in answer["stand_ins"] if name not in platform)


def _startup(job: PreflightRun) -> SummaryStep:
    """What the start costs against its budget and baseline; where Node or a package is lacking the proof says so."""
    if shutil.which("node") is None:
        return summary.SummaryStep("startup", "skipped", "Node is not installed")
    options = job.options
    before = ["--baseline", options.startup_baseline] if options.startup_baseline else []
    python = ["--python", options.python] if options.python else []
    code, answer, words = _command(job, "startup", job.root, *_env(job), *python, *before)
    if code == 2 or not answer:
        return summary.SummaryStep("startup", "skipped", _first(words))
    spent = f"{answer['cpu_ms']:,.0f} ms of CPU, budget {answer['budget_ms']:,.0f} ms, spread {answer['spread']:.0%}"
    return summary.judged("startup", code, spent, answer["findings"])
