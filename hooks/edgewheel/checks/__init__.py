"""The rules. One folder a hook; a module in it holds functions that `rule` has marked. Nothing is registered by hand.

A rule is `(worker: Worker) -> Iterator[Finding]`; its docstring is its page in the rule book, five parts:
what it finds, then paragraphs that begin with `Workers:`, `Fix:`, `Bad:` and `Good:`.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edgewheel.findings import Finding
    from edgewheel.worker.model import Worker

    Check = Callable[..., Iterator[Finding]]
    Mend = Callable[[Worker], Iterator["Edit"]]

_F = TypeVar("_F", bound="Callable[..., Any]")


class Edit(NamedTuple):
    """A file as it should be: absolute posix path and whole new text."""

    path: str
    text: str


class Rule(NamedTuple):
    """A declared rule; `mend` gives the edits of `--fix`, None for what only people can decide.
    `judges` is what it takes: `worker`, `wheel` (a built wheel) or `log`; its folder tells, and the hook.
    """

    code: str
    name: str
    level: str
    mend: Mend | None
    page: str
    check: Check
    hook: str = ""
    judges: str = ""


#: Folder -> (hook id, what its rules judge). The hook ids are fixed by the manifest.
FOLDERS = {
    "runtime_deps": ("worker-runtime-deps", "worker"),
    "package_init": ("worker-package-init", "worker"),
    "wrangler_config": ("worker-wrangler-config", "worker"),
    "imports": ("worker-imports", "worker"),
    "bundle": ("worker-bundle", "worker"),
    "wheels": ("worker-wheels", "worker"),
    "wheel": ("", "wheel"),
    "logs": ("", "log"),
}


def rule(code: str, name: str, *, level: str = "error", mend: Mend | None = None) -> Callable[[_F], _F]:
    """Declares a function as the rule `code`; `level` ("error" or "warning") is what its findings get by default;
    `mend` makes the edits of `--fix`.
    """

    def mark(check: _F) -> _F:
        check.__dict__["rule"] = Rule(code, name, level, mend, check.__doc__ or "", check)
        return check

    return mark


def load(folder: str) -> list[Rule]:
    """The rules of one folder, by code; imports its modules and nothing else."""
    hook, judges = FOLDERS[folder]
    files = os.listdir(os.path.join(os.path.dirname(__file__), folder))
    found = []
    for name in sorted(file[:-3] for file in files if file.endswith(".py") and file != "__init__.py"):
        module = import_module(f"{__name__}.{folder}.{name}")
        for check in vars(module).values():
            declared = getattr(check, "rule", None)
            if isinstance(declared, Rule) and check.__module__ == module.__name__:
                found.append(declared._replace(hook=hook, judges=judges))
    return sorted(found, key=lambda each: each.code)


def load_all() -> list[Rule]:
    """Every rule of the rule book, by code."""
    return sorted((each for folder in FOLDERS for each in load(folder)), key=lambda each: each.code)
