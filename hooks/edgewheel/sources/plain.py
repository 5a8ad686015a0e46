"""Records as lists, strings and numbers, to be kept as JSON, and back: what has another shape raises ValueError."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from edgewheel.sources.records import (
    IN_FUNCTION,
    Block,
    Bound,
    Effect,
    EnvUse,
    HandlerUse,
    Import,
    Kept,
    Names,
    Need,
    Opened,
    PathChange,
    Record,
    Star,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Fact = TypeVar("Fact")
#: Changed whenever a record means something else than before.
FORMAT = 7
_TEXT = frozenset({str})
_PLAIN_BLOCKS = {"": (), "f": (IN_FUNCTION,)}


def plain(record: Record) -> list[Any]:
    """The record as JSON can hold it."""
    names = record.names
    kept = None
    if names is not None:
        kept = [names.bound, sorted(names.sure), sorted(names.late), names.stars, names.listed, names.dynamic]
    return [
        [_plain_import(each) for each in record.imports],
        record.paths,
        sorted(record.provided),
        record.own_path,
        sorted(record.binds),
        sorted(record.heads),
        kept,
        record.opened,
        record.effects,
        record.kept,
        record.needs,
        record.uses,
        record.program,
        record.fails,
        record.parses,
        record.env,
        sorted(record.hints),
    ]


def record(value: Any) -> Record:  # noqa: ANN401 - whatever stands in the file
    """The record that `plain` gave; ValueError for anything else."""
    try:
        imports, paths, provided, own_path, binds, heads, names, opened, effects, *rest = value
        kept, needs, uses, body, fails, parses, env, hints = rest
        return Record(
            imports=tuple([_import(each) for each in imports]),
            paths=tuple(
                PathChange(_of(line, int), _text_or_none(folder), _blocks(blocks), _of(first, bool))
                for line, folder, blocks, first in paths
            ),
            provided=_names(provided),
            own_path=_of(own_path, bool),
            binds=_names(binds),
            heads=_names(heads),
            names=None if names is None else _bindings(names),
            opened=_rows(opened, Opened, str, int, int, str),
            effects=_rows(effects, Effect, str, str, int, int, str, str, bool),
            kept=_rows(kept, Kept, str, str, int, int, str),
            needs=_rows(needs, Need, str, str, str, int, int, str),
            uses=_rows(uses, HandlerUse, str, str, str, str, str, int, int),
            program=None if body is None else tuple(_of(body, list)),
            fails=_of(fails, bool),
            parses=_of(parses, int),
            env=_rows(env, EnvUse, str, str, int, int),
            hints=_names(hints),
        )
    except (TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError(str(error)) from None


def _plain_import(item: Import) -> list[Any]:
    blocks: Any = item.blocks
    if not blocks or blocks == (IN_FUNCTION,):
        blocks = "f" if blocks else ""
    found = [item.module, item.names, item.level, item.line, item.column, blocks, item.dynamic, item.bound]
    return found if item.dynamic or item.bound else found[:6] if blocks else found[:5]


def _import(value: Any) -> Import:  # noqa: ANN401
    module, names, level, line, column, *rest = value
    if type(module) is not str or type(line) is not int or type(level) is not int or type(column) is not int:
        raise ValueError("not an import")
    if not rest:
        return Import(module, _texts(names), level, line, column)
    blocks, dynamic, bound = rest if len(rest) == 3 else (rest[0], False, ())
    around = _PLAIN_BLOCKS[blocks] if isinstance(blocks, str) else _blocks(blocks)
    return Import(module, _texts(names), level, line, column, around, _of(dynamic, bool), _texts(bound))


def _blocks(value: Any) -> tuple[Block, ...]:  # noqa: ANN401
    return tuple(Block(_of(kind, str), _of(key, int), _tuples(test)) for kind, key, test in value)


def _bindings(value: Any) -> Names:  # noqa: ANN401
    bound, sure, late, stars, listed, dynamic = value
    return Names(
        {
            name: tuple(
                Bound(_of(kind, str), tuple(bases), value, _of(module, str), _of(origin, str))
                for kind, bases, value, module, origin in ways
            )
            for name, ways in _of(bound, dict).items()
        },
        _names(sure),
        _names(late),
        tuple(Star(_of(module, str), _of(certain, bool)) for module, certain in stars),
        None if listed is None else _texts(listed),
        _of(dynamic, bool),
    )


def _tuples(value: Any) -> tuple[object, ...]:  # noqa: ANN401
    return tuple(_tuples(each) if isinstance(each, list) else each for each in value)


def _names(value: Iterable[Any]) -> frozenset[str]:
    return frozenset(_texts(value))


def _texts(value: Iterable[Any]) -> tuple[str, ...]:
    found = tuple(value)
    if isinstance(value, str) or not _TEXT.issuperset(map(type, found)):
        raise ValueError("not a list of texts")
    return found


def _rows(rows: Iterable[Any], made: Callable[..., Fact], *kinds: type) -> tuple[Fact, ...]:
    """Facts whose members are of these very types."""
    found = []
    for row in rows:
        if tuple(map(type, row)) != kinds:
            raise ValueError("a fact of another shape")
        found.append(made(*row))
    return tuple(found)


def _text_or_none(value: Any) -> str | None:  # noqa: ANN401
    return None if value is None else _of(value, str)


def _of(value: Any, kind: type) -> Any:  # noqa: ANN401
    if type(value) is not kind:
        raise ValueError(f"not a {kind.__name__}")
    return value
