"""Which handlers and context managers go on after an import that fails."""

from __future__ import annotations

import ast

from edgewheel.runtime import conditions

#: Their handlers catch a failing import.
_CATCHING = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


def catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(conditions.dotted(each).rpartition(".")[2] in _CATCHING for each in types)


def raises(handler: ast.ExceptHandler) -> bool:
    """Whether the handler always raises: then the import is not optional."""
    return any(isinstance(statement, ast.Raise) for statement in handler.body)


def suppresses(manager: ast.expr) -> bool:
    return (
        isinstance(manager, ast.Call)
        and conditions.dotted(manager.func).rpartition(".")[2] == "suppress"
        and any(conditions.dotted(each).rpartition(".")[2] in _CATCHING for each in manager.args)
    )
