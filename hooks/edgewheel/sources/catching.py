"""Which handlers and context managers go on after an import that fails, by the error that it fails with."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from edgewheel.sources.conditions import dotted

if TYPE_CHECKING:
    from collections.abc import Collection

#: What an import of the upload fails with -> the names that catch it.
_CAUGHT_BY = {
    "ModuleNotFoundError": {"ModuleNotFoundError", "ImportError", "Exception", "BaseException"},
    "ImportError": {"ImportError", "Exception", "BaseException"},
    "SyntaxError": {"SyntaxError", "Exception", "BaseException"},
}
ERRORS = tuple(_CAUGHT_BY)


def shares(handlers: list[ast.ExceptHandler]) -> list[tuple[str, ...]]:
    """For each handler the errors that it gets: the first one that names an error takes it."""
    left = list(ERRORS)
    found = []
    for handler in handlers:
        names = caught(handler)
        own = tuple(error for error in left if names is None or names & _CAUGHT_BY[error])
        left = [error for error in left if error not in own]
        found.append(own)
    return found


def raises(handler: ast.ExceptHandler) -> bool:
    """Whether the handler always raises: then the import is not optional."""
    return any(isinstance(statement, ast.Raise) for statement in handler.body)


def suppressed(manager: ast.expr) -> tuple[str, ...]:
    """The errors that a `contextlib.suppress(…)` swallows; none for any other context manager."""
    if not isinstance(manager, ast.Call) or _last(manager.func) != "suppress":
        return ()
    names = {_last(each) for each in manager.args}
    return tuple(error for error in ERRORS if names & _CAUGHT_BY[error])


def caught(handler: ast.ExceptHandler) -> set[str] | None:
    """The names behind an `except`, without their modules; None for a bare one, which takes everything."""
    if handler.type is None:
        return None
    return {_last(each) for each in (handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type])}


def expects(handler: ast.ExceptHandler, errors: Collection[str]) -> bool:
    """Whether the handler takes one of these errors."""
    names = caught(handler)
    return names is None or not names.isdisjoint(errors)


def _last(name: ast.expr) -> str:
    return dotted(name).rpartition(".")[2]
