"""The rule book: which rules there are, and the function of each, loaded when it is asked for.

A rule is a function `(model) -> Iterator[Finding]` marked by `rule`, in a file of its name below the folder of its
hundred (`ew3/lost_main.py` is EW311). Its docstring is its page: what it finds, then paragraphs that begin with
`Workers:`, `Fix:`, `Bad:` and `Good:`. `book.txt` beside this file is made from the marks by `docs/generate.py`, so
that one rule can be loaded without importing the others.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from edgewheel.findings import Finding

    Check = Callable[..., Iterator[Finding]]

_F = TypeVar("_F", bound="Callable[..., Any]")
_FOLDERS = tuple(f"ew{hundred}" for hundred in range(8))
#: What the rules of a folder, or of a hook, judge, where it is not a Worker's deploys.
_JUDGES = {"ew6": "wheel", "ew7": "log", "worker-wheels": "resolution"}


class Rule(NamedTuple):
    """A declared rule; `fixes` says that its findings may carry edits for `--fix`.
    `judges` is what it takes: `worker` (its `Deploys`), `resolution` (of its dependencies), `wheel` (a built one),
    `log` or `start` (a measured one); its folder and hook say which.
    """

    code: str
    name: str
    level: str
    fixes: bool
    page: str
    check: Check
    hook: str = ""
    judges: str = ""


class BookEntry(NamedTuple):
    """What the book knows of a rule before its module is loaded. `module` is relative to `edgewheel.rules`."""

    code: str
    name: str
    hook: str
    judges: str
    module: str


def rule(
    code: str, hook: str = "", *, level: str = "error", fixes: bool = False, judges: str = ""
) -> Callable[[_F], _F]:
    """Declares a function as the rule `code`, named like the function. `hook` is the hook that runs it ("" for
    wheels, logs and starts), `level` ("error" or "warning") what its findings get by default; `fixes`: they may carry
    edits; `judges` where it is not what its folder's rules judge.
    """

    def mark(check: _F) -> _F:
        name = check.__name__.replace("_", "-")
        check.__dict__["rule"] = Rule(code, name, level, fixes, check.__doc__ or "", check, hook, judges)
        return check

    return mark


def load(*, select: Sequence[str] = ("EW",), hook: str = "", judges: str = "") -> list[Rule]:
    """The rules of some codes or prefixes, of one hook ("": any), that judge one kind ("": any), by code; imports their
    modules and no others.
    """
    chosen = [
        entry
        for entry in book()
        if entry.code.startswith(tuple(select)) and hook in {"", entry.hook} and judges in {"", entry.judges}
    ]
    return [_loaded(entry) for entry in chosen]


def hooks() -> list[str]:
    """The ids of the hooks that run rules of their own, in the order of the codes."""
    return list(dict.fromkeys(entry.hook for entry in book() if entry.hook))


@cache
def book() -> tuple[BookEntry, ...]:
    """Every rule of the rule book, by code."""
    with open(
        os.path.join(os.path.dirname(__file__), "book.txt"), encoding="utf-8"
    ) as file:  # JSON takes longer to load
        rows = [line.split() for line in file]
    return tuple(BookEntry(code, name, hook.strip("-"), judges, module) for code, name, hook, judges, module in rows)


def discover() -> list[BookEntry]:
    """The book as the files of the folders declare it: all are imported."""
    found = []
    for folder in _FOLDERS:
        files = os.listdir(os.path.join(os.path.dirname(__file__), folder))
        for stem in sorted(file[:-3] for file in files if file.endswith(".py") and file != "__init__.py"):
            module = import_module(f"edgewheel.rules.{folder}.{stem}")
            for check in vars(module).values():
                mark = getattr(check, "rule", None)
                if isinstance(mark, Rule) and check.__module__ == module.__name__:
                    judges = mark.judges or _JUDGES.get(mark.hook) or _JUDGES.get(folder, "worker")
                    found.append(BookEntry(mark.code, mark.name, mark.hook, judges, f"{folder}.{stem}"))
    return sorted(found)


def _loaded(entry: BookEntry) -> Rule:
    module = import_module(f"edgewheel.rules.{entry.module}")
    declared: Rule = getattr(module, entry.name.replace("-", "_")).rule
    return declared._replace(judges=entry.judges)
