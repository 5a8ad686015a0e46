"""`edgewheel init`: wires the repository of one Worker or several; shows the diff, and with `--write` writes it."""

from __future__ import annotations

import os
import posixpath
import shlex
from contextlib import nullcontext
from typing import TYPE_CHECKING

from edgewheel.commands import fixes, show
from edgewheel.commands.wiring import config, files, project
from edgewheel.documents.document import parse
from edgewheel.documents.paths import absolute, relative
from edgewheel.documents.splice import CannotEdit
from edgewheel.findings import CouldNotRun
from edgewheel.reports.pasted import entered, program
from edgewheel.reports.text import clean
from edgewheel.repository.discovery import find, find_one
from edgewheel.repository.draft import Draft
from edgewheel.repository.worker import Worker
from edgewheel.repository.writing import alone, replace
from edgewheel.rules.registry import load
from edgewheel.rules.runner import Selection
from edgewheel.rules.staging import needs_staging

if TYPE_CHECKING:
    import argparse

_MADE = ["/python_modules/", "/.venv-workers/", "/.wrangler/"]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="a Worker's folder or one above several")
    parser.add_argument("--write", action="store_true", help="write the files; without it only the diff is shown")
    parser.add_argument("--format", default="text", choices=("text", "json"))


def run(args: argparse.Namespace) -> int:
    with alone(_found(args.path)) if args.write else nullcontext():
        return _run(args)


def _found(path: str) -> list[Worker]:
    return find([path]) or [find_one(path)]


def _run(args: argparse.Namespace) -> int:
    workers = _found(args.path)
    draft = Draft()
    notes: list[str] = []
    for worker in workers:
        _wire(worker, draft, notes)
    _beside(workers, draft, notes)
    changed = {path: content for path, content in draft.written.items() if _on_disk(path) != content}
    if args.write:
        for path in changed:
            os.makedirs(posixpath.dirname(path), exist_ok=True)
        replace(changed)
    if args.format == "json":
        report = {"findings": [], "files": [relative(path) for path in changed], "notes": notes, "written": args.write}
        show.data(report)
    else:
        _print(changed, notes, _next(args.path, workers, changed, written=args.write), written=args.write)
    return 0


def _on_disk(path: str) -> bytes | None:
    if not os.path.exists(path):
        return None
    with open(path, "rb") as file:
        return file.read()


def _wire(found: Worker, draft: Draft, notes: list[str]) -> None:
    """The Worker's own files, into the draft."""
    own: list[str] = []
    rules = [rule for hook in ("worker-wrangler-config", "worker-package-init") for rule in load(hook=hook)]
    fixes.fixed(draft, [found], rules, Selection())
    worker = Worker(found.root, disk=draft, repository=found.repository)
    if worker.config.problem is not None:
        raise CouldNotRun(
            f"`{relative(worker.config.path)}` line {worker.config.problem.line}: {worker.config.problem.message}"
        )
    upload = found.config.get("build", "upload")
    own += [
        f"`[build.upload] {key}` was ignored; {_BECOMES.get(key, 'it has no counterpart and is gone')}"
        for key in (upload if isinstance(upload, dict) else ())
    ]
    place = _place(worker, upload)
    if place and (blocked := config.by_hand(worker.config)):
        own.append(blocked)
        place = None
    try:
        document = config.without_refused_rules(worker.config, own)
        if place:
            document, more = config.staged(document, place)
            own += more
    except CannotEdit:
        raise CouldNotRun(
            f"`{relative(worker.config.path)}` is written in a way that cannot be edited safely; write by hand:\n"
            'main = "build/worker/worker.py"\n[build]\ncommand = "edgewheel stage"'
        ) from None
    draft.write(document.path, document.text.encode("utf-8"))
    _project(worker, place, draft, own)
    _ignore(worker, [*([f"/{place.stage}/"] if place else []), *_MADE], draft)
    name = relative(worker.root)
    notes += [note if name == "." else f"{name}: {note}" for note in own]


def _ignore(worker: Worker, made: list[str], draft: Draft) -> None:
    """What is made in the Worker's folder, into its .gitignore."""
    path = worker.path(".gitignore")
    text = draft.read(path).decode("utf-8", "surrogateescape") if draft.is_file(path) else ""
    draft.write(path, files.gitignore(text, made).encode("utf-8", "surrogateescape"))


_BECOMES = {
    "main": "wrangler reads the top-level `main`",
    "dir": "the module root is the folder of `main`, or `base_dir`",
    "include": "every `.py` below the module root is uploaded; other files by `[[rules]]`",
    "exclude": "tests and junk are left out of the staged tree; more by `strip` in `[tool.edgewheel]`",
    "rules": "`.py` needs no rule; other types go into `[[rules]]`",
}


def _place(worker: Worker, upload: object) -> config.ConfigPaths | None:
    """Where the entry is and what is staged; None for code that imports as it is uploaded."""
    stage = worker.settings.stage
    main = worker.config.get("main")
    if main is None and isinstance(upload, dict) and isinstance(upload.get("main"), str):
        folder = upload.get("dir", "")
        main = posixpath.normpath(posixpath.join(folder if isinstance(folder, str) else "", upload["main"]))
    if not isinstance(main, str):
        return None
    main = posixpath.normpath(main)
    if main.startswith(f"{stage}/"):
        main = worker.settings.entry
        return config.ConfigPaths(main, worker.settings.namespace or main.partition("/")[0], stage) if main else None
    entry = worker.settings.entry or main
    if not needs_staging(worker.disk, worker.root, entry):
        return None
    return config.ConfigPaths(entry, worker.settings.namespace or entry.partition("/")[0], stage)


def _project(worker: Worker, place: config.ConfigPaths | None, draft: Draft, notes: list[str]) -> None:
    path = worker.path("pyproject.toml")
    known = draft.is_file(path)
    document = parse(path, draft.read(path) if known else b"")
    if problem := document.problem:
        raise CouldNotRun(f"`{relative(path)}` line {problem.line}: {problem.message}")
    name = worker.config.get("name", default="") or posixpath.basename(worker.root)
    requirements = [] if known else _requirements(worker)
    entry = place.entry if place else ""
    if known or place:
        wired, more = project.wired(document.text, name=str(name), entry=entry, dependencies=requirements)
        notes += more
        draft.write(path, wired.encode("utf-8"))
        if not known and draft.is_file(worker.path("requirements.txt")):
            notes.append(
                "`requirements.txt` stands beside a pyproject.toml now, with which pywrangler refuses to run, and what "
                "it lists is declared there: `git mv requirements.txt requirements-runtime.txt`"
            )


def _requirements(worker: Worker) -> list[str]:
    """Without pyproject.toml a requirements file says what the Worker needs at run time."""
    from edgewheel.repository import requirements

    return [each.text for each in requirements.read(worker).runtime if each.text and each.name]


def _beside(workers: list[Worker], draft: Draft, notes: list[str]) -> None:
    """What stands once in a repository, for all its Workers."""
    top = workers[0].repository or posixpath.commonpath([worker.root for worker in workers])
    hooks = posixpath.join(top, ".pre-commit-config.yaml")
    text = draft.read(hooks).decode("utf-8", "surrogateescape") if draft.is_file(hooks) else ""
    wired, by_hand = files.pre_commit(text)
    draft.write(hooks, wired.encode("utf-8", "surrogateescape"))
    if by_hand:
        notes.append(f"`.pre-commit-config.yaml` lists its repos on one line; add below `repos:`\n{by_hand}")
    flow = posixpath.join(top, ".github", "workflows", "edgewheel.yml")
    if not draft.is_file(flow):
        paths = [posixpath.relpath(worker.root, top) for worker in workers]
        draft.write(flow, files.workflow(paths, branch="main").encode())


def _print(changed: dict[str, bytes], notes: list[str], steps: list[str], *, written: bool) -> None:
    if not changed:
        print("nothing to do: the repository is wired")
        return
    for path, content in changed.items():
        if written:
            print(f"wrote {clean(relative(path))}")
        else:
            show.diff(fixes.diff(path, content))
    show.lines((f"note: {clean(note, keep=chr(10))}" for note in notes), indent=6)
    print("next:")
    for step in steps:
        print(f"  {step}")


def _next(given: str, workers: list[Worker], changed: dict[str, bytes], *, written: bool) -> list[str]:
    """The commands to run now, from here, up to a dry run of the deploy."""
    roots = [_argument(worker.root) for worker in workers]
    whole = roots[0] if len(roots) == 1 else _argument(absolute(given))
    if not written:
        return [f"{program()} init{whole} --write"]
    locks = [entered("uv lock", posixpath.dirname(lock)) for lock in _locks(workers, changed)]
    steps = [*locks, f"{program()} check{whole}", f"{program()} preflight{whole} --sync", "pre-commit install"]
    for worker in workers:
        run = "uv run " if worker.path("pyproject.toml") in changed or worker.pyproject else ""
        steps.append(entered(f"{run}npx wrangler deploy --dry-run", worker.root))
    return [*steps, "commit, and deploy as before"]


def _locks(workers: list[Worker], changed: dict[str, bytes]) -> list[str]:
    """The uv.lock files that no longer fit their pyproject.toml: a workspace's stands in its root."""
    found = []
    for worker in workers:
        if worker.path("pyproject.toml") in changed:
            folders = [worker.root]
            while folders[-1] != worker.repository and folders[-1] != posixpath.dirname(folders[-1]):
                folders.append(posixpath.dirname(folders[-1]))
            lock = next((f"{each}/uv.lock" for each in folders if worker.disk.is_file(f"{each}/uv.lock")), "")
            found += [lock] if lock else []
    return list(dict.fromkeys(found))


def _argument(path: str) -> str:
    """A folder as it is pasted behind a command; the current one needs no word."""
    where = relative(path)
    return "" if where == "." else f" {shlex.quote(clean(where))}"
