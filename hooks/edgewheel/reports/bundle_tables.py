"""What a prediction tells, as sections of rows that text, terminal and Markdown then draw each in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edgewheel.documents.paths import relative
from edgewheel.reports.text import plural
from edgewheel.wrangler import trees
from edgewheel.wrangler.sizes import human, kib

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from edgewheel.wrangler.baseline import Baseline, Change
    from edgewheel.wrangler.collect import Upload
    from edgewheel.wrangler.limits import Limit

#: Rows of a table that was not asked for by `--by`.
_TOP = 10


class Report(NamedTuple):
    """All that is known of one upload; `by` is "module", "package", "tree" or "" for the survey of all three."""

    upload: Upload
    limits: tuple[Limit, ...] = ()
    warn_share: float = 0.8
    by: str = ""
    gzip_bytes: int | None = None
    before: Baseline | None = None
    changes: tuple[Change, ...] = ()


class Row(NamedTuple):
    """Cells in the order of the section's heads, the name last; `share` of the limit from 0 (None: no bar)."""

    cells: tuple[str, ...]
    share: float | None = None


class Section(NamedTuple):
    """One table. The last column is the name and aligned left, the others are numbers, aligned right."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    #: how many rows were left out
    more: int = 0


class Gauge(NamedTuple):
    """A size against one limit."""

    size: int
    limit: Limit

    @property
    def share(self) -> float:
        return self.size / self.limit.size if self.limit.size else 1.0


def headline(report: Report) -> str:
    """The one sentence that matters most."""
    upload = report.upload
    size = f"{kib(upload.total_bytes)} KiB"
    if upload.total_bytes >= 1 << 20:
        size = f"{human(upload.total_bytes)} ({size})"
    if report.gzip_bytes is not None:
        size += f", about {human(report.gzip_bytes)} gzip"
    what = f"{relative(upload.main)} and {plural(upload.attached, 'more module')}"
    env = f", environment {upload.env}" if upload.env else ""
    return f"{what}: {size}, by wrangler {upload.wrangler}{env}"


def gauges(report: Report) -> Iterator[Gauge]:
    """The upload against every limit whose kind of size is known."""
    for limit in report.limits:
        size = report.gzip_bytes if limit.gzip else report.upload.total_bytes
        if size is not None:
            yield Gauge(size, limit)


def sections(report: Report) -> Iterator[Section]:
    """The tables in order; those without a row are left out."""
    found = trees.packages(report.upload)
    made: dict[str, Callable[[], Section]] = {
        "tree": lambda: _trees(report, found),
        "package": lambda: _packages(report, found),
        "module": lambda: _modules(report),
    }
    for name, make in made.items():
        if report.by in {"", name} and (section := make()).rows:
            yield section
    if report.before is not None and report.changes:
        yield changes_section(report.changes)


def tree_name(tree: str, upload: Upload) -> str:
    """The module root by its own name, the other trees by theirs."""
    if tree != trees.ROOT:
        return tree
    name = relative(upload.module_root)
    return "module root" if name == "." else f"{name} (module root)"


def percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def bound(report: Report) -> int:
    """The uncompressed limit that the shares refer to: the tightest; 0 where none is known."""
    return min((limit.size for limit in report.limits if not limit.gzip), default=0)


def signed(size: int) -> str:
    return f"+{human(size)}" if size > 0 else human(size)


def changes_section(changes: Iterable[Change], *, most: int | None = None) -> Section:
    rows = (
        Row((each.word, signed(each.after - each.before), human(each.before), human(each.after), in_tree(each.package)))
        for each in changes
    )
    found = tuple(rows)
    heads = ("what", "by", "before", "now", "package")
    return Section("since the baseline", heads, found[:most], len(found) - len(found[:most]))


def in_tree(package: str) -> str:
    """`TREE/NAME` as people read it: a package of the module root by its name alone."""
    return package.removeprefix(f"{trees.ROOT}/")


def _trees(report: Report, found: Iterable[trees.PackageWeight]) -> Section:
    rows = [_row(report, each.size, each.modules, tree_name(each.tree, report.upload)) for each in trees.sums(found)]
    return _cut("by tree", ("size", _of(report), "modules", "tree"), tuple(rows), whole=True)


def _packages(report: Report, found: Iterable[trees.PackageWeight]) -> Section:
    rows = (_row(report, each.size, each.modules, in_tree(f"{each.tree}/{each.name}")) for each in found)
    return _cut("by package", ("size", _of(report), "modules", "package"), tuple(rows), whole=report.by == "package")


def _modules(report: Report) -> Section:
    whole = report.by == "module"
    found = list(trees.everything(report.upload))
    if not whole:  # in wrangler's order where all are asked for, else the heaviest
        found.sort(key=lambda module: -module.size)
    limit = bound(report)
    rows = tuple(
        Row(
            (human(each.size), percent(each.size / limit) if limit else "", each.type, each.name),
            _share(each.size, limit),
        )
        for each in (found if whole else found[:_TOP])
    )
    return Section("by module", ("size", _of(report), "type", "module"), rows, len(found) - len(rows))


def _row(report: Report, size: int, modules: int, name: str) -> Row:
    limit = bound(report)
    return Row((human(size), percent(size / limit) if limit else "", f"{modules:,}", name), _share(size, limit))


def _of(report: Report) -> str:
    return f"of {human(limit)}" if (limit := bound(report)) else ""


def _share(size: int, limit: int) -> float | None:
    return size / limit if limit else None


def _cut(title: str, heads: tuple[str, ...], rows: tuple[Row, ...], *, whole: bool) -> Section:
    shown = rows if whole else rows[:_TOP]
    return Section(title, heads, shown, len(rows) - len(shown))
