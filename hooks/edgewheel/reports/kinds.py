"""What a module is to a Worker: its own code, vendored, swept in by accident, or a copy of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edgewheel.layout.strip import why
from edgewheel.reports.text import plural
from edgewheel.wrangler import trees

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.wrangler.collect import Module, Upload

APP, VENDORED, SWEPT, DUPLICATED = "app", "vendored", "swept in", "duplicated"
KINDS = (APP, VENDORED, SWEPT, DUPLICATED)


class Part(NamedTuple):
    """One module name of an upload: `size` counts as often as wrangler lists it; `note` says why it is of its kind."""

    module: Module
    where: trees.Spot
    size: int
    kind: str
    note: str


def parts(upload: Upload) -> Iterator[Part]:
    """Every name once, in the form's order; the sizes add up to `total_bytes`."""
    copies = trees.copies(upload)
    listed: dict[str, list[Module]] = {}
    for module in trees.everything(upload):
        listed.setdefault(module.name, []).append(module)
    for name, modules in listed.items():
        where = trees.spot(name)
        kind, note = _kind(name, where, len(modules), copies.get(where.path, []))
        yield Part(modules[-1], where, sum(module.size for module in modules), kind, note)


def _kind(name: str, where: trees.Spot, times: int, copies: list[str]) -> tuple[str, str]:
    imported = next(
        (each for tree in (trees.VENDORED, trees.ROOT) for each in copies if trees.spot(each).tree == tree), ""
    )
    others = [each for each in copies if each != name]
    if swept := _swept(where):
        also = f"; also in the upload as {', '.join(others)}" if others else ""
        return SWEPT, f"{swept}{also}"
    if times > 1:
        return DUPLICATED, f"wrangler lists it {times} times, and its size counts {times} times"
    if others and name != imported:
        return DUPLICATED, f"never imported: {imported} comes first"
    note = f"the copy that is imported; {plural(len(others), 'other')}: {', '.join(others)}" if others else ""
    return (VENDORED if where.tree == trees.VENDORED else APP), note


def _swept(where: trees.Spot) -> str:
    if where.tree not in {trees.ROOT, trees.VENDORED}:
        return f"part of {where.tree}, which the runtime does not look into"
    if where.tree == trees.VENDORED:
        return ""
    *folders, name = where.path.split("/")
    reason = next(filter(None, (why(folder, folder=True) for folder in folders)), "") or why(name, folder=False)
    return f"{reason}: not needed by a Worker" if reason else ""
