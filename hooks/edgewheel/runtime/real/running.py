"""Real runtimes: the upload in a temporary folder, and what they told as a proof."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from edgewheel.findings import CouldNotRun
from edgewheel.runtime.proof import MainExports, Problem, Proof, Snapshot
from edgewheel.runtime.resolve import absolute
from edgewheel.runtime.tree import module_name
from edgewheel.runtime.verdict import FUNCTIONS, located

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edgewheel.runtime.proof import Subject
    from edgewheel.sources.modules import Modules


class Mounted:
    """The files of an upload, exactly as they are named, below a folder."""

    def __init__(self, folder: str, readers: Mapping[str, Callable[[], bytes]]) -> None:
        self.folder = folder
        for name, read in readers.items():
            path = os.path.join(folder, *name.split("/"))
            if os.path.relpath(path, folder).startswith(os.pardir):
                raise CouldNotRun(f"the upload has a module `{name}`, which leads out of its folder")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(read())


def proof(what: Subject, told: dict[str, Any], modules: Modules, *, runtime: str, python: str) -> Proof:
    """The outcome that `probe.prove` gave, as a proof."""
    outcomes = told["outcomes"]
    problems: dict[tuple[str, int, str], Problem] = {}
    for index, (name, failure) in enumerate(outcomes):
        if failure is None or (failure.get("shadowed") and index):
            continue
        at_start = index == 0 or (outcomes[0][1] is not None and name in what.reached)  # main did not come that far
        problem = _problem(name, failure, what, modules, at="start" if at_start else "request")
        problems.setdefault((problem.importer, problem.line, problem.name), problem)
    times = sorted(told["times"].items(), key=lambda each: -each[1])
    return Proof(
        runtime=runtime,
        python=python,
        main=what.main[0],
        imports=bool(outcomes) and outcomes[0][1] is None,
        modules=sum(1 for _, failure in outcomes if not (failure and failure.get("shadowed"))),
        stand_ins=tuple(told["stand_ins"]),
        problems=tuple(problems.values()),
        seconds=told.get("seconds", 0.0),
        times=tuple((name, seconds) for name, seconds in times),
        memory=told.get("memory"),
        failed=tuple(sorted(name for name, failure in outcomes if failure and not failure.get("shadowed"))),
        exports=_exports(told["exports"]) if told.get("exports") else None,
        snapshot=Snapshot(runtime == "pyodide" and python != "3.12", located(told.get("refused") or (), modules)),
    )


def _exports(told: dict[str, Any]) -> MainExports:
    kinds = {
        kind: {name: tuple(methods) for name, methods in sorted(classes.items())}
        for kind, classes in told["classes"].items()
    }
    return MainExports(
        entrypoints=kinds.get("WorkerEntrypoint", {}),
        durable_objects=kinds.get("DurableObject", {}),
        workflows=kinds.get("WorkflowEntrypoint", {}),
        functions=tuple(name for name in FUNCTIONS if name in told["functions"]),
        fault=(told["fault"][0], told["fault"][1]) if told.get("fault") else ("", ""),
        aliases=told["aliases"],
    )


def _problem(name: str, failure: dict[str, Any], what: Subject, modules: Modules, *, at: str) -> Problem:
    own = [frame for frame in failure["frames"] if not frame[0].startswith("python_modules/")]
    files = dict([what.main, *what.modules])
    importer, line = (own[-1][0], own[-1][1]) if own else (files.get(name, what.main[1]), 0)
    missing = str(failure["name"])
    if failure["error"] == "ImportError" and failure.get("from"):
        missing = f"{missing}.{failure['from']}"
    wanted = module_name(importer) if failure["error"] == "SyntaxError" else _wanted(modules, importer, line)
    return Problem(
        module=wanted or missing or name,
        error=str(failure["error"]),
        name=missing or (wanted if failure["error"] == "ImportError" else ""),
        message=str(failure["message"]),
        importer=importer,
        line=line,
        at=at,
        trace=tuple((file, number, text) for file, number, text in own),
    )


def _wanted(modules: Modules, importer: str, line: int) -> str:
    """The module that the import statement on a line asks for; "" where the line is none."""
    found = next((item for item in modules.record(importer).imports if item.line == line), None)
    if found is None:
        return ""
    target = absolute(found, module_name(importer), package=importer.endswith("/__init__.py"))
    return target if isinstance(target, str) else target.name
