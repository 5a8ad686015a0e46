"""What the generated entry re-exports, and its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.layout.handlers import BASES, FUNCTIONS, SourceTree
from edgewheel.repository.walk import MARK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edgewheel.layout.entry import Source
    from edgewheel.repository.worker import Worker

WIDTH = 88
_DIGITS = re.compile(r"([0-9]+)")


class Exports(NamedTuple):
    """Names as they are sorted in an import. `perhaps` are bound on some paths through the entry only; `unbound`
    are classes that the wrangler config binds to this Worker and the entry does not have.
    """

    sure: tuple[str, ...]
    perhaps: tuple[str, ...] = ()
    unbound: tuple[str, ...] = ()


def find(worker: Worker, source: Source) -> Exports:
    """The names to re-export; CouldNotRun where the entry cannot be parsed or has none, or lacks one of `exports`."""
    tree = SourceTree(worker.disk, source.base)
    shown = relative(worker, source.entry)
    record = tree.record(source.module)
    if record is not None and record.names is None:
        raise CouldNotRun(_unparsed(shown, worker.disk.read(source.entry)))
    if record is None:
        raise CouldNotRun(f"`{shown}` is not a module that `{source.module}` imports")
    visible = dict(tree.visible(source.module))
    handlers = {name for name in visible if _is_handler(tree, source.module, name)}
    asked, bound = worker.settings.exports, class_names(worker)
    wanted = handlers | set(asked) | (bound & visible.keys())
    lacking = sorted((wanted | bound) - visible.keys())
    if lacking and tree.opaque(source.module):  # a name that only the running module knows
        wanted, lacking = wanted | set(lacking), []
    for name in asked:
        if name in lacking or not name.isidentifier():
            raise CouldNotRun(
                f"`[tool.edgewheel] exports` names `{name}`, which `{shown}` does not bind at module level: "
                "the generated `worker.py` could not import it"
            )
    if not wanted:
        raise CouldNotRun(_none(shown))
    perhaps = {name for name in wanted if not visible.get(name, True)}
    return Exports(in_order(wanted - perhaps), in_order(perhaps), tuple(lacking))


def _is_handler(tree: SourceTree, module: str, name: str) -> bool:
    if name == "Default" or name in FUNCTIONS:
        return True
    meaning = tree.look(module, name).kind
    return meaning == "handler" or (meaning == "function" and name.startswith("on_"))


def answers(tree: SourceTree, module: str) -> tuple[bool, bool]:
    """Whether a module binds what answers events (`Default`, `on_fetch`, …), and whether a class of the platform's."""
    names = [name for name, _ in tree.visible(module)]
    events = any(name == "Default" or name in FUNCTIONS for name in names)
    return events, any(tree.look(module, name).kind == "handler" for name in names)


def class_names(worker: Worker) -> set[str]:
    """Every `class_name` that the config binds to this very Worker, in all environments or the chosen one."""
    config = worker.config
    chosen = [each for name, each in config.table("env").items() if worker.env in {None, name}]
    tables = [config.data, *(each for each in chosen if isinstance(each, dict))]
    return {name for table in tables for name in _bound_here(table)}


def _bound_here(table: dict[str, object]) -> Iterator[str]:
    objects = table.get("durable_objects")
    lists = [objects.get("bindings") if isinstance(objects, dict) else None, table.get("workflows")]
    for each in (item for found in lists if isinstance(found, list) for item in found):
        if isinstance(each, dict) and not each.get("script_name"):
            name = each.get("class_name")
            if isinstance(name, str) and name.isidentifier():
                yield name


def text(source: Source, exports: Exports, *, shown: str) -> str:
    """The generated `worker.py`; `shown` is the entry's path as its people write it."""
    lines = [f"{MARK} from {shown}. Edit that file, not this one.", ""]
    if exports.perhaps:
        lines += [f"import {source.module} as _entry"]
    if exports.sure:
        lines += _listed(f"from {source.module} import ", exports.sure, "(", ")")
    quoted = [f'"{name}"' for name in exports.sure]
    lines += ["", *_listed("__all__ = [", quoted, "", "]")]
    for name in exports.perhaps:
        lines += ["", f'if hasattr(_entry, "{name}"):', f"    {name} = _entry.{name}", f'    __all__ += ["{name}"]']
    return "\n".join(lines) + "\n"


def _listed(head: str, items: Iterable[str], opening: str, closing: str) -> list[str]:
    """One line, or one a name where they do not fit, as the formatters of the day write it."""
    line = f"{head}{', '.join(items)}{closing if closing == ']' else ''}"
    if len(line) <= WIDTH:
        return [line]
    return [f"{head}{opening}", *(f"    {item}," for item in items), closing]


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Constants, classes, then the rest, each by name with numbers as numbers: the order that import sorters keep."""

    def key(name: str) -> tuple[int, list[str | int], str]:
        kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
        return kind, [int(part) if part.isdecimal() else part for part in _DIGITS.split(name.lower())], name

    return tuple(sorted(names, key=key))


def relative(worker: Worker, path: str) -> str:
    """A path below the Worker's folder as its people write it."""
    return path.removeprefix(f"{worker.root.rstrip('/')}/")


def _unparsed(shown: str, content: bytes) -> str:
    import platform
    import sys

    from edgewheel.sources.grammar import fault

    found = fault(content, sys.version_info[:2])
    where = f" line {found.line}" if found is not None and found.line else ""
    what = found.message if found is not None else "nested too deeply"
    return (
        f"`{shown}`{where} cannot be parsed by Python {platform.python_version()} ({what}): "
        "what `worker.py` would re-export is unknown"
    )


def _none(shown: str) -> str:
    bases = ", ".join(f"`{each}`" for each in BASES)
    return (
        f"`{shown}` binds no handler at module level, so the Worker would answer nothing. Looked for: `Default`, "
        f"classes that derive from {bases}, functions `on_fetch`, `on_scheduled` and the like, and each `class_name` "
        "of the wrangler config. A handler of another name is listed in pyproject.toml:\n"
        '[tool.edgewheel]\nexports = ["NAME"]'
    )
