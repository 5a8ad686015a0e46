"""`edgewheel startup`: what the start costs in CPU, by import, and what deferring each import saves."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.commands import show, values
from edgewheel.commands.prove import subject_of
from edgewheel.deploy import Deploys
from edgewheel.documents.paths import absolute, relative
from edgewheel.findings import CouldNotRun, Place
from edgewheel.reports import startup as report
from edgewheel.reports.pasted import from_here
from edgewheel.reports.text import data
from edgewheel.repository.discovery import find as find_workers
from edgewheel.repository.settings_shapes import parse_duration
from edgewheel.requirements.markers import PYTHONS
from edgewheel.rules.ew4.started import Before, Started
from edgewheel.rules.registry import load
from edgewheel.rules.runner import silenced, stamp

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from edgewheel.deploy import Deploy
    from edgewheel.findings import Finding
    from edgewheel.reports.startup import Columns, Tried
    from edgewheel.runtime.proof import Subject
    from edgewheel.runtime.startup import Start

#: The baseline that is taken where none is named and the file is beside the config.
NAME = "edgewheel-startup.json"
#: Statements that `--what-if` measures, the ones that save most.
_TRIED = 3


class _Job(NamedTuple):
    """One Worker's start with all that is said of it."""

    deploy: Deploy
    started: Started
    tried: tuple[Tried, ...]
    findings: tuple[Finding, ...]
    columns: Columns | None


def arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("paths", nargs="*", default=["."], metavar="PATH", help="Workers, or folders above them (default: here)")
    add("--env", default=None, metavar="N", help="an environment of the config")
    add("--python", default="", type=values.python, metavar="V", help=f"one of {', '.join(PYTHONS)}")
    add("--budget", default=None, type=_milliseconds, metavar="MS", help="milliseconds of CPU that the start may take")
    add("--baseline", default="", metavar="F", help=f"compare with this file (default: `{NAME}` beside the config)")
    add("--save-baseline", default="", metavar="F", help="write what was measured to this file")
    add("--what-if", action="store_true", help=f"measure what deferring the {_TRIED} most expensive imports saves")
    add("--format", default="text", choices=("text", "json", "markdown", "html"))
    add("--output", default="", metavar="F", help="write the report to a file")
    add("--timeout", default=120.0, type=values.seconds, metavar="S", help="seconds for each run")


def _milliseconds(text: str) -> float:
    import argparse

    found = parse_duration(text if text.strip().lower().endswith("s") else f"{text} ms")
    if not found:
        raise argparse.ArgumentTypeError(f"invalid time `{text}`: give milliseconds, such as 1000")
    return found


def run(args: argparse.Namespace) -> int:
    workers = find_workers(args.paths, env=args.env)
    if args.baseline and not os.path.isfile(args.baseline):
        raise CouldNotRun(
            f"`{args.baseline}` does not exist: `edgewheel startup --save-baseline {args.baseline}` makes it"
        )
    deploys = [Deploys(worker).of(args.env) for worker in workers]
    jobs = [_measured(deploy, args) for deploy in deploys if deploy.config.is_python]
    if not jobs:
        raise CouldNotRun("there is no Python Worker here whose start could be measured")
    if args.save_baseline:
        _save(args.save_baseline, jobs)
    _print(jobs, args)
    return 1 if any(each.level == "error" for job in jobs for each in job.findings) else 0


def _measured(deploy: Deploy, args: argparse.Namespace) -> _Job:
    from edgewheel.commands.precompiled import precompiled
    from edgewheel.commands.progress import waiting
    from edgewheel.runtime.real import npm, pyodide

    if deploy.refusal is not None:
        raise CouldNotRun(f"wrangler {deploy.upload.wrangler} would refuse: {deploy.refusal}")
    deploy = deploy.instead(python=args.python)
    npm.node()
    name, version, integrity = pyodide.package(deploy.python)
    with waiting(f"fetching {name} {version}"):
        folder = npm.fetch(name, version, integrity)
    ahead = deploy.worker.settings.precompile
    made = precompiled(deploy, as_if=not ahead) if ahead or args.what_if else None
    given = _Given(deploy, subject_of(deploy)[0], folder, args.timeout, made.files if made and ahead else {})
    with waiting(f"measuring the start of {relative(deploy.worker.root)}"):
        start = given.start()
        other = given._replace(extra={} if ahead else made.files).start(edges=False) if made and made.files else None
        tried = _tried(given, start) if args.what_if else ()
    columns = None
    if made is not None:
        plain, compiled = (other, start) if ahead and other is not None else (start, other)
        columns = report.Columns(plain, compiled, len(made.files), made.size, made.notes)
    started = _started(deploy, start, args)
    found = [stamp(each, rule, deploy.worker.root) for rule in load(judges="start") for each in rule.check(started)]
    kept = [each for each in found if not silenced(each, deploy.worker)]
    return _Job(deploy, started, tried, tuple(from_here(kept)), columns)


class _Given(NamedTuple):
    """What is measured: an upload, the folder of Pyodide, seconds for each run, and compiled files."""

    deploy: Deploy
    what: Subject
    folder: str
    timeout: float
    extra: Mapping[str, bytes]

    def start(self, *, edges: bool = True, readers: Mapping[str, Callable[[], bytes]] | None = None) -> Start:
        from edgewheel.runtime.bytecode import source_name
        from edgewheel.runtime.real import measuring

        given = {name: read for name, read in self.deploy.readers.items() if source_name(name) is None}
        return measuring.measure(
            self.what,
            {**given, **(readers or {})},
            python=self.deploy.python,
            folder=self.folder,
            timeout=self.timeout,
            extra=self.extra,
            edges=edges,
        )

    def without(self, path: str, text: bytes) -> Start:
        """The start with another text of one module, which is not compiled ahead then."""
        from edgewheel.runtime.bytecode import compiled_name

        name = compiled_name(path, self.deploy.python)
        rest = {each: content for each, content in self.extra.items() if each != name}
        return self._replace(extra=rest).start(edges=False, readers={path: lambda: text})


def _started(deploy: Deploy, start: Start, args: argparse.Namespace) -> Started:
    settings = deploy.worker.settings
    own = deploy.worker.path(NAME)
    file = absolute(args.baseline) if args.baseline else own if os.path.isfile(own) else ""
    budget = args.budget if args.budget is not None else parse_duration(settings.startup_budget) or 1000.0
    return Started(
        start=start,
        budget_ms=budget,
        growth=settings.startup_growth or ("10%" if file else ""),
        before=_before(file, _key(deploy)) if file else None,
        baseline=relative(file or own),
        path=deploy.path,
        place=Place(deploy.config.place("main").path, deploy.config.place("main").line, 1),
    )


def _key(deploy: Deploy) -> str:
    """How a baseline names a Worker's deploy: by its main, from the repository's or the Worker's folder."""
    top = deploy.worker.repository or deploy.worker.root
    name = os.path.relpath(deploy.config.main_path, top).replace(os.sep, "/")
    return f"{name}#{deploy.env}" if deploy.env else name


def _before(file: str, key: str) -> Before | None:
    try:
        with open(file, encoding="utf-8") as source:
            kept = json.load(source)
        row = kept["workers"].get(key) if kept["edgewheel"] == "startup" else None
        return Before(float(row["cpu_ms"]), float(row["python_ms"]), dict(row["imports"])) if row else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise CouldNotRun(f"`{relative(file)}` is not a baseline of `edgewheel startup`") from None


def _save(file: str, jobs: list[_Job]) -> None:
    from edgewheel.repository.writing import replace

    rows = {
        _key(job.deploy): {
            "python": job.started.start.python,
            "cpu_ms": job.started.start.cpu_ms,
            "python_ms": job.started.start.python_ms,
            "imports": {each.module: each.saves_ms for each in job.started.costs() if (each.saves_ms or 0) >= 1},
        }
        for job in jobs
    }
    replace({absolute(file): (json.dumps({"edgewheel": "startup", "workers": rows}, indent=1) + "\n").encode()})


def _tried(given: _Given, start: Start) -> tuple[Tried, ...]:
    """The dearest statements, each measured as if a request ran it."""
    from edgewheel.reports.startup import Tried
    from edgewheel.sources.deferred import without

    costs = sorted((each for each in start.imports if each.saves_ms), key=lambda each: -(each.saves_ms or 0))
    places = dict.fromkeys((each.path, each.line) for each in costs)
    found = []
    for path, line in list(places)[:_TRIED]:
        modules = tuple(each.module for each in costs if (each.path, each.line) == (path, line))
        told = max(each.saves_ms or 0 for each in costs if (each.path, each.line) == (path, line))
        text = without(given.deploy.readers[path](), line)
        if text is None:
            continue
        try:
            after = given.without(path, text)
        except CouldNotRun as error:
            why = str(error).partition("measured: ")[2].partition("\n")[0] or str(error)
            found.append(Tried(modules, path, line, told, None, why))
            continue
        found.append(Tried(modules, path, line, told, round(start.cpu_ms - after.cpu_ms, 1), ""))
    return tuple(found)


def _print(jobs: list[_Job], args: argparse.Namespace) -> None:
    made = [report.MeasuredStart(job.started, job.tried, job.findings, job.deploy.path, job.columns) for job in jobs]
    if args.format == "json":
        records: list[dict[str, Any]] = [report.record(each) for each in made]
        whole = records[0] if len(records) == 1 else {"workers": records, "findings": _all(records)}
        text = f"{data(whole)}\n"
    elif args.format == "html":
        from edgewheel.reports import startup_html

        text = startup_html.render(made)
    elif args.format == "markdown":
        text = "\n".join(line for each in made for line in report.markdown(each)) + "\n"
    else:
        text = "\n".join(line for each in made for line in report.text(each)) + "\n"
    if args.output:
        from edgewheel.repository.writing import replace

        replace({absolute(args.output): text.encode()})
        print(f"{relative(absolute(args.output))}: written")
    elif args.format == "text":
        show.lines(text.splitlines(), indent=4)
    else:
        print(text, end="")
    if args.format == "text":
        for job in jobs:
            show.findings(job.findings)


def _all(records: list[dict[str, Any]]) -> list[Any]:
    return [each for record in records for each in record["findings"]]
