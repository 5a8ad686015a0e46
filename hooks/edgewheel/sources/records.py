"""What a module's source says about imports, as plain records."""

from __future__ import annotations

from typing import NamedTuple


class Block(NamedTuple):
    """What stands around an import and decides whether it runs.

    Kinds: `def` (a function or lambda: it runs at request time), `if` (`test` decides), `maybe` (nobody can say),
    `try` (its failure is caught), `reraised` (caught, and another error raised instead), `caught` (runs only where an
    import of that `try` failed), `else` (runs only where none did). `key` is the line of the `try` statement that
    `try`, `caught` and `else` belong to; `test` then names the errors that are caught.
    """

    kind: str
    key: int = 0
    test: tuple[object, ...] = ()


class Import(NamedTuple):
    """One module that a statement imports.

    `module` is as written, without the leading dots that `level` counts; `names` are those of a `from` statement
    (`("*",)` for all), none for a plain `import`. Lines and columns count from 1. `dynamic` is an `import_module`
    or `__import__` with a literal.
    """

    module: str
    names: tuple[str, ...]
    level: int
    line: int
    column: int
    blocks: tuple[Block, ...] = ()
    dynamic: bool = False


class PathChange(NamedTuple):
    """A directory put on `sys.path`: relative to the upload's root, None where nobody can say which; `first` where it
    is put before all others.
    """

    line: int
    folder: str | None
    blocks: tuple[Block, ...] = ()
    first: bool = False


class Record(NamedTuple):
    """All that the import analysis needs of one module.

    `paths`: changes of `sys.path`; `provided`: names put into `sys.modules` (`*` for ones that cannot be read off);
    `own_path`: it changes its `__path__`, so its submodules may come from anywhere.
    """

    imports: tuple[Import, ...] = ()
    paths: tuple[PathChange, ...] = ()
    provided: frozenset[str] = frozenset()
    own_path: bool = False


IN_FUNCTION = Block("def")


def at_request(item: Import | PathChange) -> bool:
    """Whether it stands in a function, so that it runs with a request and not at the start."""
    return IN_FUNCTION in item.blocks
