"""Which handlers and context managers go on after an import that fails, by the error that it fails with."""

from __future__ import annotations

import ast

from edgewheel.sources import conditions

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
        names = _names(handler.type)
        own = tuple(error for error in left if names is None or names & _CAUGHT_BY[error])
        left = [error for error in left if error not in own]
        found.append(own)
    return found


def raises(handler: ast.ExceptHandler) -> bool:
    """Whether the handler always raises: then the import is not optional."""
    return any(isinstance(statement, ast.Raise) for statement in handler.body)


def suppressed(manager: ast.expr) -> tuple[str, ...]:
    """The errors that a `contextlib.suppress(…)` swallows; none for any other context manager."""
    if not isinstance(manager, ast.Call) or conditions.dotted(manager.func).rpartition(".")[2] != "suppress":
        return ()
    names = {_last(each) for each in manager.args}
    return tuple(error for error in ERRORS if names & _CAUGHT_BY[error])


def _names(type_: ast.expr | None) -> set[str] | None:
    """The names behind an `except`; None for a bare one, which takes everything."""
    if type_ is None:
        return None
    return {_last(each) for each in (type_.elts if isinstance(type_, ast.Tuple) else [type_])}


def _last(name: ast.expr) -> str:
    return conditions.dotted(name).rpartition(".")[2]
