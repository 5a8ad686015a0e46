"""`edgewheel settings`: what was found and from where; `--schema` prints the schema of `[tool.edgewheel]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.commands import show
from edgewheel.documents.paths import relative
from edgewheel.findings import CouldNotRun

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.repository.worker import Worker


def arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("path", nargs="?", default=".", metavar="PATH", help="a Worker's folder or one above several (default: here)")
    add("--format", default="text", choices=("text", "json"))
    add("--schema", action="store_true", help="print the JSON schema of `[tool.edgewheel]`, for editors")


def run(args: argparse.Namespace) -> int:
    if args.schema:
        from edgewheel.repository.settings_schema import schema

        show.data(schema())
        return 0
    from edgewheel.deploy import Deploys
    from edgewheel.repository.cache import cache_folder
    from edgewheel.repository.discovery import find

    found = [_record(Deploys(worker)) for worker in find([args.path])]
    if not found:
        raise CouldNotRun(f"no Worker in or below `{args.path}`: no wrangler config names a `.py` as main")
    if args.format == "json":
        show.data({"findings": [], "workers": found, "cache": cache_folder()})
        return 0
    for each in found:
        show.lines(_lines(each), indent=4)
        print()
    show.lines([f"cache: {cache_folder()}"])
    return 0


def _record(deploys: Deploys) -> dict[str, Any]:
    from edgewheel.wrangler.version import located

    worker = deploys.worker
    version, source = located(worker)
    entry, namespace, why = _source(worker)
    top = deploys.of(None)
    return {
        "worker": relative(worker.root),
        "repository": relative(worker.repository) or None,
        "config": relative(worker.config.path),
        "environments": [env for env in deploys.environments if env is not None],
        "main": top.config.main or None,
        "module_root": relative(top.config.module_root) if top.config.main else None,
        "entry": entry,
        "namespace": namespace,
        "why": why,
        "staged": bool(top.target),
        "wrangler": {"version": version, "from": relative(source) or None},
        "python": top.python,
        "files": _files(worker),
        "settings": _settings(worker),
    }


def _source(worker: Worker) -> tuple[str | None, str | None, str | None]:
    """The entry and the namespace relative to the Worker, or why there are none."""
    from edgewheel.layout.entry import locate

    try:
        source = locate(worker)
    except CouldNotRun as error:
        return None, None, str(error)
    return worker.shown(source.entry), worker.shown(source.folder), None


def _files(worker: Worker) -> list[str]:
    """What is read beside the config and the code, where it is there."""
    requirements = worker.requirements
    named = [worker.pyproject.path] if worker.pyproject else []
    named += [file.path for file in requirements.files]
    named += [f"{requirements.folder}/{name}" for name in ("uv.lock", "pylock.toml")]
    named += [worker.path("python_modules")]
    return [relative(path) for path in dict.fromkeys(named) if worker.disk.kind(path) is not None]


def _settings(worker: Worker) -> dict[str, Any]:
    """Each setting with its value and the line that sets it (None: the default)."""
    from edgewheel.repository.settings_shapes import SETTINGS

    values, found = worker.settings._asdict(), {}
    for setting in SETTINGS:
        place = None
        if worker.pyproject is not None:
            key = ("tool", "edgewheel", *setting.key.split("."))
            if worker.pyproject.get(*key) is not None:
                at = worker.pyproject.place(*key)
                place = f"{relative(at.path)}:{at.line}"
        value = values[setting.field]
        if setting.shape == "codes-by-file":
            value = dict(value)
        found[setting.key] = {"value": value, "from": place}
    return found


def _lines(record: dict[str, Any]) -> Iterator[str]:
    yield f"{record['worker']}: {record['config']}"
    rows: list[tuple[str, str]] = [("main", record["main"] or "none")]
    if record["module_root"] is not None:
        rows.append(("module root", f"{record['module_root']}{' (staged)' if record['staged'] else ''}"))
    if record["entry"]:
        rows += [("entry", record["entry"]), ("namespace", record["namespace"])]
    else:
        rows.append(("entry", f"not found: {str(record['why']).partition(chr(10))[0]}"))
    source = record["wrangler"]["from"]
    where = f"by {source}" if source else "the newest known: none is installed"
    rows += [
        ("environments", ", ".join(record["environments"]) or "none"),
        ("wrangler", f"{record['wrangler']['version']} ({where})"),
        ("Python", record["python"]),
        ("repository", record["repository"] or "none: git is not asked"),
        ("files read", ", ".join(record["files"]) or "none"),
    ]
    yield from _aligned(rows, 4)
    yield "    [tool.edgewheel]"
    written = record["settings"].items()
    yield from _aligned([(name, f"{_shown(each['value'])} ({each['from'] or 'default'})") for name, each in written], 8)


def _aligned(rows: list[tuple[str, str]], indent: int) -> Iterator[str]:
    width = max(len(name) for name, _ in rows)
    yield from (f"{' ' * indent}{name:{width}}  {value}" for name, value in rows)


def _shown(value: Any) -> str:  # noqa: ANN401 - a setting's value
    import json

    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
