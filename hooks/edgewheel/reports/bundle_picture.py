"""What the HTML report draws, as plain data: trees, packages and modules, limits, changes, and who carries what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.documents.paths import relative
from edgewheel.reports.bundle_tables import bound, gauges, headline, in_tree, tree_name
from edgewheel.reports.kinds import KINDS, parts
from edgewheel.reports.text import clean
from edgewheel.wrangler import trees
from edgewheel.wrangler.carriers import NEEDED_BY, Weight, imported

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from edgewheel.reports.bundle_tables import Report
    from edgewheel.reports.kinds import Part
    from edgewheel.wrangler.carriers import Carrier


#: In the place of a column: the runtime imports its own module of that name.
_OWN = -2


def picture(report: Report, carried: Sequence[Carrier], standard: Collection[str]) -> dict[str, Any]:
    """The data of the report's page. Sizes in bytes; kinds and notes are numbers into the lists of that name.
    `standard` are the modules that the runtime finds before any file of the upload.
    """
    upload = report.upload
    notes: dict[str, int] = {"": 0}
    return {
        "headline": clean(headline(report)),
        "config": clean(relative(upload.config)),
        "total": upload.total_bytes,
        "modules": upload.attached + 1,
        "bound": bound(report),
        "warn": report.warn_share,
        "gauges": [
            {"size": each.size, "limit": each.limit.size, "words": each.limit.words.replace("`", "")}
            for each in gauges(report)
        ],
        "kinds": KINDS,
        "trees": _trees(report, notes),
        "notes": list(notes),
        "before": report.before.total_bytes if report.before is not None else None,
        "changes": [[each.word, clean(in_tree(each.package)), each.before, each.after] for each in report.changes],
        "duplicates": [clean(each) for each in upload.duplicate_warnings],
        "warnings": [clean(each, keep="\n") for each in dict.fromkeys(upload.warnings)],
        "carried": _carried(tuple(carried), report, standard),
    }


def _trees(report: Report, notes: dict[str, int]) -> list[dict[str, Any]]:
    """Largest first, down to the modules: `[name in the tree, bytes, type, kind, note, source]`."""
    grouped: dict[str, dict[str, list[Part]]] = {}
    for part in parts(report.upload):
        grouped.setdefault(part.where.tree, {}).setdefault(trees.package(part.where), []).append(part)
    found = []
    for tree, packages in grouped.items():
        rows = [_package(name, inside, notes) for name, inside in packages.items()]
        rows.sort(key=lambda row: -row["size"])
        found.append(
            {
                "name": clean(tree_name(tree, report.upload)),
                "size": sum(row["size"] for row in rows),
                "packages": rows,
            }
        )
    return sorted(found, key=lambda row: -row["size"])


def _package(name: str, inside: list[Part], notes: dict[str, int]) -> dict[str, Any]:
    inside.sort(key=lambda part: -part.size)
    return {
        "name": clean(name),
        "size": sum(part.size for part in inside),
        "modules": [_module(part, notes) for part in inside],
    }


def _module(part: Part, notes: dict[str, int]) -> list[Any]:
    note = notes.setdefault(part.note, len(notes))
    source = clean(relative(part.module.source)) if part.module.source else ""
    return [clean(part.module.name), part.size, part.module.type, KINDS.index(part.kind), note, source]


def _carried(carried: tuple[Carrier, ...], report: Report, standard: Collection[str]) -> dict[str, Any]:
    """The second picture: a column a tree, a row a package; packages of several trees first, then the largest."""
    names = dict.fromkeys(name for each in carried for name in each.packages)
    rows: list[Any] = []
    for name in names:
        cells = [each.packages.get(name) for each in carried]
        source = imported(name, carried)
        column = next((at for at, each in enumerate(carried) if each.tree == source), -1)
        column = _OWN if name in standard and source else column
        rows.append([clean(name), [_cell(cell) for cell in cells], column])
    rows.sort(key=lambda row: (-sum(cell is not None for cell in row[1]), -max(_bytes(cell) for cell in row[1])))
    columns = [
        {
            "name": clean(tree_name(each.tree, report.upload)),
            "need": NEEDED_BY[each.tree],
            "size": sum(weight.size for weight in each.packages.values()),
            "uploaded": each.uploaded,
            "wanted": each.tree in {trees.ROOT, trees.VENDORED},
        }
        for each in carried
    ]
    return {"columns": columns, "rows": rows}


def _cell(weight: Weight | None) -> list[int] | None:
    return None if weight is None else [weight.size, weight.files]


def _bytes(cell: list[int] | None) -> int:
    return cell[0] if cell else 0
