"""`edgewheel inspect WHEEL…`: judges built wheels, whoever built them."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Any

from edgewheel.commands import show
from edgewheel.documents.paths import absolute, relative
from edgewheel.findings import CouldNotRun
from edgewheel.reports import text
from edgewheel.repository import wheel as wheels
from edgewheel.requirements.requirement import normalize
from edgewheel.rules import wheels as artifact

if TYPE_CHECKING:
    import argparse

    from edgewheel.findings import Finding
    from edgewheel.repository.wheel import Wheel
    from edgewheel.repository.worker import Worker


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("wheels", nargs="+", metavar="WHEEL", help="a built wheel (`dist/*.whl`)")
    parser.add_argument(
        "--project",
        metavar="PATH",
        help="the folder of the Worker that it was built from (default: the one above the wheel that has its name)",
    )
    parser.add_argument("--format", default="text", choices=("text", "json", "markdown"))
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")


def run(args: argparse.Namespace) -> int:
    hooks_off = os.environ.get("HATCH_BUILD_NO_HOOKS") in {"1", "true"}
    read = [_with_project(wheels.read(absolute(path), hooks_off=hooks_off), args.project) for path in args.wheels]
    judged = [(each, _judge(each, worker)) for each, worker in read]
    found = [finding for _, findings in judged for finding in findings]
    if args.format == "json":
        from edgewheel.reports import records

        tables = [_record(each) for each, _ in judged]
        show.data({"findings": records.findings(found), "wheels": tables})
    elif args.format == "markdown":
        _print_markdown(judged)
    else:
        show.findings(found)
        show.total(_count(judged), found)
    return 1 if any(each.level == "error" or args.strict for each in found) else 0


def _judge(wheel: Wheel, worker: Worker | None) -> list[Finding]:
    if worker is None:
        found = artifact.judge(wheel)
    else:
        found = artifact.judge(wheel, select=worker.settings.select, ignore=worker.settings.ignore)
    if not found:  # nothing to load for it
        return found
    from edgewheel.reports.pasted import from_here

    return from_here(found)


def _with_project(wheel: Wheel, given: str | None) -> tuple[Wheel, Worker | None]:
    """The wheel and the Worker that it was built from; a wheel whose Worker is not near is judged by itself."""
    if given is not None:
        from edgewheel.repository.discovery import find_one

        worker: Worker | None = find_one(given)
    else:
        worker = _nearest(wheel)
    if worker is None:
        return wheel, None
    from edgewheel.layout.expected import project

    try:
        return wheel._replace(project=project(worker, wheel.sizes)), worker
    except CouldNotRun:
        if given is not None:
            raise
        return wheel, None


def _nearest(wheel: Wheel) -> Worker | None:
    """The Worker in the folder of the first pyproject.toml above the wheel, where that one names it."""
    folder = posixpath.dirname(wheel.path)
    while not os.path.isfile(posixpath.join(folder, "pyproject.toml")):
        if folder == posixpath.dirname(folder):
            return None
        folder = posixpath.dirname(folder)
    from edgewheel.repository.disk import Disk, repository
    from edgewheel.repository.worker import CONFIG_NAMES, Worker

    disk = Disk()
    if not any(disk.is_file(posixpath.join(folder, name)) for name in CONFIG_NAMES):
        return None
    worker = Worker(folder, disk=disk, repository=repository(disk, folder))
    name = worker.pyproject.get("project", "name") if worker.pyproject else None
    return worker if isinstance(name, str) and normalize(name) == normalize(wheel.name) else None


def _record(wheel: Wheel) -> dict[str, Any]:
    return {
        "path": relative(wheel.path),
        "name": wheel.name,
        "version": wheel.version,
        "tags": list(wheel.tags),
        "requires_python": wheel.requires_python or None,
        "namespaces": list(wheel.namespaces()),
        "files": len(wheel.sizes),
        "bytes": sum(wheel.sizes.values()),
        "project": relative(wheel.project.root) if wheel.project else None,
    }


def _count(judged: list[tuple[Wheel, list[Finding]]]) -> str:
    """The last line."""
    found = [each for _, findings in judged for each in findings]
    files = text.plural(sum(len(wheel.sizes) for wheel, _ in judged), "file")
    size = text.plural(sum(size for wheel, _ in judged for size in wheel.sizes.values()), "byte")
    where = f"{text.plural(len(judged), 'wheel')} ({files}, {size})"
    errors = sum(each.level == "error" for each in found)
    if not found:
        return f"no findings in {where}"
    return f"{text.plural(errors, 'error')}, {text.plural(len(found) - errors, 'warning')} in {where}"


def _print_markdown(judged: list[tuple[Wheel, list[Finding]]]) -> None:
    print("| wheel | files | bytes | errors | warnings |\n| --- | ---: | ---: | ---: | ---: |")
    for wheel, findings in judged:
        errors = sum(each.level == "error" for each in findings)
        name = _cell(posixpath.basename(wheel.path))
        size = sum(wheel.sizes.values())
        print(f"| {name} | {len(wheel.sizes):,} | {size:,} | {errors} | {len(findings) - errors} |")
    found = [each for _, findings in judged for each in findings]
    if found:
        print("\n| code | level | finding | fix |\n| --- | --- | --- | --- |")
        for each in found:
            print(f"| {each.code} | {each.level} | {_cell(each.message)} | {_cell(each.fix)} |")


def _cell(words: str) -> str:
    return text.clean(words, keep="\n").replace("|", "\\|").replace("\n", "<br>")
