"""`edgewheel prove`: does the upload import, by analysis or in the real runtime."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from edgewheel.commands import show, values, where
from edgewheel.documents.paths import relative
from edgewheel.findings import CouldNotRun
from edgewheel.reports.pasted import entered
from edgewheel.reports.text import clean, plural
from edgewheel.repository.discovery import known
from edgewheel.requirements.markers import PYTHONS
from edgewheel.runtime import environment
from edgewheel.runtime.python import is_on
from edgewheel.runtime.static import reached, refusal, subject
from edgewheel.runtime.verdict import asked, judged

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy
    from edgewheel.repository.worker import Worker
    from edgewheel.runtime.proof import Asked, MainExports, Problem, Proof, RefusedObject, Subject

_HINT = "pywrangler sync"


def arguments(parser: argparse.ArgumentParser) -> None:
    where.arguments(parser)
    add = parser.add_argument
    add("--runtime", default="static", choices=("static", "pyodide", "workerd"), help="default: static, nothing runs")
    add(
        "--python",
        default="",
        type=values.python,
        metavar="V",
        help=f"one of {', '.join(PYTHONS)} (default: what the config selects)",
    )
    add("--format", default="text", choices=("text", "json"))
    add("--timeout", default=60.0, type=values.seconds, metavar="S", help="seconds for the imports in a real runtime")


def run(args: argparse.Namespace) -> int:
    gc.disable()  # syntax trees of thousands of vendored modules: all of it is in use until the end
    deploy = _deploy(args)
    proof = _proof(deploy, args)
    if args.format == "json":
        show.data(_record(proof, deploy))
    else:
        show.lines(_lines(proof, deploy), indent=4)
    return 1 if proof.accepted is False else 0


def _deploy(args: argparse.Namespace) -> Deploy:
    deploy = where.find(args)
    known(deploy.worker, args.env)
    if not deploy.config.is_python:
        path = relative(deploy.config.config_path)
        raise CouldNotRun(f"main of `{path}` is not a `.py` file: there is no Python Worker to prove")
    if deploy.refusal is not None:
        raise CouldNotRun(f"wrangler {deploy.upload.wrangler} would refuse: {deploy.refusal}")
    return deploy.instead(python=args.python or ("3.12" if args.runtime == "workerd" else ""))


def _proof(deploy: Deploy, args: argparse.Namespace) -> Proof:
    """The proof with its verdict."""
    what, want = subject_of(deploy)
    refused = refusal(what, deploy.resolver())
    if args.runtime == "static":
        from edgewheel.runtime import static

        found = static.prove(what, deploy.resolver(), deploy.python, want=want, intended=deploy.project.intended)
    elif refused is not None:  # the runtime would not come as far as importing it
        from edgewheel.runtime.proof import Proof

        found = Proof(args.runtime, deploy.python, what.main[0], False, 0, (), (refused,))
    else:
        found = _run(what, deploy, args)
    if args.runtime == "static" and found.imports is not False:
        found = found._replace(problems=(*found.problems, *_at_start(deploy)))
    return judged(found, want, deploy.sources, deploy.main)


def _at_start(deploy: Deploy) -> Iterator[Problem]:
    """What analysis knows to fail while main is imported, beside imports: randomness, settings that are not there."""
    from edgewheel.rules.registry import load
    from edgewheel.runtime.proof import Problem

    names = {deploy.path(name): name for name in deploy.readers}
    for rule in load(select=("EW208", "EW211")):
        for each in rule.check(deploy.deploys):
            if (each.level or rule.level) == "error" and each.place.path in names:
                main = deploy.main.removesuffix(".py")
                yield Problem(main, rule.code, "", each.message, names[each.place.path], each.place.line, "start")


def subject_of(deploy: Deploy) -> tuple[Subject, Asked]:
    """What is imported of a deploy, in which environment, and what its config asks of main."""
    config = deploy.config
    what = subject(deploy.resolver(), deploy.main, pth=is_on("python_process_pth_files", config.date, config.flags))
    tables = environment.scope(config.document.data, config.env)
    want = asked(tables, date=config.date, flags=config.flags, main=str(tables.get("name") or ""))
    flags = environment.active(config.date, config.flags)
    return what._replace(flags=flags, env=environment.values(tables, _secrets(deploy.worker))), want


def with_reached(what: Subject, deploy: Deploy) -> Subject:
    """What is imported, with the modules that main would reach where it failed before."""
    return what._replace(reached=reached(what, deploy.resolver(), deploy.python))


def _secrets(worker: Worker) -> Iterator[str]:
    """The names that a developer's own files give: what `wrangler secret put` has set is in no file."""
    from edgewheel.wrangler import dotenv

    for name in (".dev.vars", ".env"):
        path = worker.path(name)
        if worker.disk.is_file(path):
            yield from dotenv.parse(worker.disk.read(path).decode("utf-8", "replace"))


def _run(what: Subject, deploy: Deploy, args: argparse.Namespace) -> Proof:
    from edgewheel.runtime.real import npm

    what = with_reached(what, deploy)
    if args.runtime == "workerd":
        from edgewheel.runtime.real import workerd

        workerd.system()
        with _waiting("fetching workerd"):
            judge = npm.fetch(*workerd.package("judge"))
        if deploy.config.date and (words := workerd.refused(deploy.config.date, deploy.config.flags, folder=judge)):
            return _refusals(words, what, deploy)
        workerd.check(deploy.tree, deploy.python)
        with _waiting("fetching workerd"):
            folder = npm.fetch(*workerd.package())
        with _waiting("running workerd"):
            return workerd.prove(what, deploy.readers, folder=folder, timeout=args.timeout)
    from edgewheel.runtime.real import pyodide

    npm.node()
    name, version, integrity = pyodide.package(deploy.python)
    with _waiting(f"fetching {name} {version}"):
        folder = npm.fetch(name, version, integrity)
    with _waiting(f"importing in {name} {version}"):
        return pyodide.prove(what, deploy.readers, python=deploy.python, folder=folder, timeout=args.timeout)


def _refusals(words: list[str], what: Subject, deploy: Deploy) -> Proof:
    """What workerd says of date and flags: nothing is imported then."""
    from edgewheel.runtime.proof import Problem, Proof

    date = deploy.config.place("compatibility_date")
    flags = deploy.config.place("compatibility_flags")
    problems = []
    for each in words:
        place = date if "compatibility date" in each else flags
        problems.append(Problem(what.main[0], "ConfigError", "", each, relative(place.path), place.line, "start"))
    return Proof("workerd", deploy.python, what.main[0], None, 0, (), tuple(problems))


def _waiting(words: str) -> Any:  # noqa: ANN401 - rich's own context manager, or none
    """A moving bar on stderr, where a person looks."""
    from edgewheel.commands.progress import waiting

    return waiting(words)


def _record(proof: Proof, deploy: Deploy) -> dict[str, Any]:
    record: dict[str, Any] = {
        "runtime": proof.runtime,
        "python": proof.python,
        "main": proof.main,
        "imports": proof.imports,
        "modules": proof.modules,
        "stand_ins": list(proof.stand_ins),
        "failures": [_failure(each, deploy) for each in proof.problems],
        "seconds": round(proof.seconds, 3),
        "accepted": proof.accepted,
        "exports": _exports(proof.exports) if proof.exports is not None else None,
        "snapshot": {
            "checked": proof.snapshot.checked,
            "refused": [_refused(each, deploy) for each in proof.snapshot.refused],
        },
        "unproven": list(proof.unproven),
        "findings": [],
    }
    if proof.runtime != "static":
        record["times"] = {name: round(seconds, 4) for name, seconds in proof.times[:10]}
        record["memory"] = proof.memory
        record["limits"] = list(proof.limits)
    return record


def _exports(found: MainExports) -> dict[str, Any]:
    record: dict[str, Any] = {
        "entrypoints": {name: list(methods) for name, methods in found.entrypoints.items()},
        "durable_objects": {name: list(methods) for name, methods in found.durable_objects.items()},
        "workflows": {name: list(methods) for name, methods in found.workflows.items()},
    }
    return {**record, "functions": list(found.functions)} if found.functions else record


def _refused(found: RefusedObject, deploy: Deploy) -> dict[str, Any]:
    path = _path(found.path, deploy) if found.path else None
    return {"type": found.type, "module": found.module, "name": found.name, "path": path, "line": found.line}


def _failure(problem: Problem, deploy: Deploy) -> dict[str, Any]:
    return {
        "module": problem.module,
        "error": problem.error,
        "name": problem.name,
        "message": problem.message,
        "path": _path(problem.importer, deploy),
        "line": problem.line,
        "at": problem.at,
    }


def _path(importer: str, deploy: Deploy) -> str:
    """The project's file; of generated code, its name in the upload."""
    path = deploy.path(importer)
    return relative(path) if path else importer


def _lines(proof: Proof, deploy: Deploy) -> Iterator[str]:
    start = [each for each in proof.problems if each.at == "start"]
    later = [each for each in proof.problems if each.at != "start"]
    for problem in [*start, *later]:
        yield from _problem(problem, proof.main, deploy)
        if proof.runtime != "workerd" and _is_to_be_vendored(problem, deploy):
            yield f"    fix: {clean(entered(_HINT, deploy.worker.root))}"
    for refused in proof.snapshot.refused:
        yield from _kept(refused, deploy)
    if proof.times:
        yield f"longest imports: {', '.join(f'{clean(name)} {seconds:.2f} s' for name, seconds in proof.times[:10])}"
    if proof.memory is not None:
        yield f"memory: {proof.memory / 2**20:.0f} MiB of 128 MiB, Python itself included"
    if proof.stand_ins:
        yield f"not vendored, replaced by stand-ins: {', '.join(clean(name) for name in proof.stand_ins)}"
    for limit in proof.limits:
        yield f"not shown by {proof.runtime}: {limit}"
    yield _verdict(proof, later)


def _verdict(proof: Proof, later: list[Problem]) -> str:
    how = "by analysis" if proof.runtime == "static" else f"in {proof.runtime}"
    where_ = f"on Python {proof.python} ({how}, {plural(proof.modules, 'module')})"
    more = f"; {plural(len(later), 'failure')} that only a request would meet" if later else ""
    if proof.imports is False:
        return f"`{proof.main}` does not import {where_}{more}"
    if proof.accepted is None:
        missing = f": {', '.join(clean(each) for each in proof.unproven)} not vendored" if proof.unproven else ""
        return f"`{proof.main}` is not proven {where_}{missing}{more}"
    if not proof.accepted:
        comes = "imports but is" if proof.imports else "is"
        return f"`{proof.main}` {comes} not accepted {where_}{more}"
    return f"`{proof.main}` imports and is accepted {where_}{more}"


def _kept(found: RefusedObject, deploy: Deploy) -> Iterator[str]:
    """A JavaScript object that stays, and what to do."""
    what = f"the JavaScript object `{clean(found.name)}` ({clean(found.type)})" if found.name else f"a {found.type}"
    place = f"{_path(found.path, deploy)}:{found.line}" if found.path else "somewhere in the imported modules"
    yield f"{clean(place)}: {what} stays after the start: the dedicated snapshot cannot keep it, the upload fails"
    yield "    fix: make it in the function that uses it, or `del` it at the end of the module"


def _problem(problem: Problem, main: str, deploy: Deploy) -> Iterator[str]:
    line = f":{problem.line}" if problem.line else ""
    mark = "" if problem.at == "start" else "warning: "
    place = f"{_path(problem.importer, deploy)}{line}"
    importing = "" if problem.module == main else f" (importing `{clean(problem.module)}`)"
    yield f"{clean(place)}: {mark}{problem.error}: {clean(problem.message)}{importing}"
    for file, number, text in problem.trace[:-1]:
        yield f"    {clean(_path(file, deploy))}:{number}: {clean(text)}"


def _is_to_be_vendored(problem: Problem, deploy: Deploy) -> bool:
    return problem.error == "ModuleNotFoundError" and deploy.project.is_declared(problem.name)
