"""`edgewheel platform`: the facts that age, each file of them with its date and source."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.commands import show, values
from edgewheel.data import facts, names
from edgewheel.reports import table, text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence


class DataSource(NamedTuple):
    """One data file: the ISO date on which its facts were looked up, its age in days, where they are from."""

    name: str
    as_of: str
    age: int
    stale: bool
    source: str


class Sheet(NamedTuple):
    """One table of facts, and the data file that it is from."""

    title: str
    file: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--max-age",
        default="",
        type=values.days,
        metavar="AGE",
        help="exit 1 when a file of facts is older: 90d, 12w, 3m, 1y",
    )
    add(
        "--check",
        action="store_true",
        help="compare with the versions of wrangler, workerd, Pyodide, workers-py, the SDK and uv installed here",
    )
    add("--format", default="text", choices=("text", "json", "markdown"))


def run(args: argparse.Namespace) -> int:
    if args.check:
        return _check(args)
    allowed = args.max_age
    sources = [_source(name, allowed) for name in names()]
    stale = [each for each in sources if each.stale]
    if args.format == "json":
        show.data(_record(sources))
    elif args.format == "markdown":
        print("\n".join(_markdown(sources)))
    else:
        _text(sources)
        if stale:
            listed = ", ".join(f"{each.name} ({text.plural(each.age, 'day')})" for each in stale)
            print(f"older than {text.plural(allowed or 0, 'day')}: {listed}")
            print("    fix: uv lock --upgrade-package edgewheel")
    return 1 if stale else 0


def _check(args: argparse.Namespace) -> int:
    """What is newer here than the facts; that is a reason to look, not a fault."""
    from edgewheel.commands.platform_check import compared

    found = compared(".")
    if args.format == "json":
        show.data({"findings": [], "tools": [each._asdict() for each in found]})
        return 0
    heads = ("tool", "facts hold for", "installed here", "may be stale")
    rows = [
        (each.tool, each.known, each.installed or "not found", ", ".join(each.stale) or "nothing") for each in found
    ]
    if args.format == "markdown":
        print("\n".join(table.markdown(heads, rows)))
        return 0
    show.table(heads, rows)
    newer = [each.tool for each in found if each.stale]
    if newer:
        show.lines([f"newer here than the facts: {', '.join(newer)}", "    fix: uv lock --upgrade-package edgewheel"])
    else:
        show.lines(["the facts are as new as what is installed here"])
    return 0


def today() -> date:
    """The day on the user's wall."""
    return date.today()  # noqa: DTZ011 - the day where the reader is


def _source(name: str, allowed: int | None) -> DataSource:
    found = facts(name)
    age = max((today() - date.fromisoformat(found["as_of"])).days, 0)
    return DataSource(name, found["as_of"], age, allowed is not None and age > allowed, found["source"])


def _sheets() -> Iterator[Sheet]:
    yield _pythons()
    yield _wheels()
    yield _flags()
    yield _limits()
    yield _wrangler()


def _pythons() -> Sheet:
    heads = ("Python", "from the date", "or by the flag", "Pyodide of the index", "Pyodide on Workers", "ABI")
    rows = tuple(
        (
            python,
            row["date"] or "any",
            row["flag"],
            row["index"],
            f"{row['runtime_pyodide']} (Python {row['runtime_python']})",
            row["abi"],
        )
        for python, row in facts("pythons")["pythons"].items()
    )
    return Sheet("Python on Workers", "pythons", heads, rows)


def _wheels() -> Sheet:
    heads = ("Python", "wheels", "compiled modules", "uv's platform")
    rows = tuple(
        (python, tag, f"*{row['so_suffix']}", row["uv_platform"] or "none yet")
        for python, row in facts("pythons")["pythons"].items()
        for tag in row["wheel_tags"]
    )
    return Sheet("What is built for it", "pythons", heads, rows)


def _flags() -> Sheet:
    rows = tuple(
        (row["flag"], row["date"] or "by flag only", row["opt_out"] or "", row["what"].replace("`", ""))
        for row in sorted(facts("pythons")["flags"], key=lambda row: (row["date"] or "", row["flag"]))
    )
    return Sheet("Compatibility flags", "pythons", ("flag", "on from", "switched off by", "what it does"), rows)


def _limits() -> Sheet:
    listed = facts("limits")
    rows = [
        (f"{each['bytes'] / 2**20:g} MiB", each["of"], each["plan"], each["from"], each["until"] or "", each["source"])
        for each in listed["limits"]
    ]
    rows += [
        (f"{each['cpu_ms']} ms", "CPU at the start", "all", each["from"], each["until"] or "", each["source"])
        for each in listed["startup"]
    ]
    memory = listed["memory"]
    rows.append((f"{memory['bytes'] / 2**20:g} MiB", "memory", "all", "", "", memory["source"]))
    return Sheet("Limits", "limits", ("limit", "of", "plan", "from", "until", "source"), tuple(rows))


def _wrangler() -> Sheet:
    listed = facts("wrangler_versions")
    rows = tuple(
        (each.get("from") or "always", each.get("until") or "", each["what"].replace("`", ""))
        for each in sorted(
            listed["switches"].values(), key=lambda each: _numbers(each.get("from") or each.get("until") or "")
        )
    )
    title = f"wrangler, {listed['oldest']} to {listed['newest']}"
    return Sheet(title, "wrangler_versions", ("from", "until", "what it does"), rows)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def _text(sources: Sequence[DataSource]) -> None:
    by_name = {each.name: each for each in sources}
    told: set[tuple[str, str]] = set()
    for sheet in _sheets():
        each = by_name[sheet.file]
        is_new = (each.as_of, each.source) not in told
        told.add((each.as_of, each.source))
        show.lines([f"{sheet.title}, as of {each.as_of} ({each.source})" if is_new else sheet.title])
        show.table(sheet.heads, sheet.rows)
        print()
    show.table(*_ages(sources), right=(2,))


def _markdown(sources: Sequence[DataSource]) -> Iterator[str]:
    by_name = {each.name: each for each in sources}
    for sheet in _sheets():
        yield from (f"## {sheet.title}", "", f"As of {by_name[sheet.file].as_of}.", "")
        yield from (*table.markdown(sheet.heads, sheet.rows), "")
    yield from ("## Sources", "", *table.markdown(*_ages(sources), right=(2,)))


def _ages(sources: Sequence[DataSource]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    rows: list[tuple[str, ...]] = [(f"{each.name}.json", each.as_of, f"{each.age:,}", each.source) for each in sources]
    return ("file", "as of", "days old", "source"), rows


def _record(sources: Sequence[DataSource]) -> dict[str, Any]:
    """The tables as the data files have them, without the lists that only rules read."""
    pythons, limits, versions = facts("pythons"), facts("limits"), facts("wrangler_versions")
    return {
        "findings": [],
        "facts": [_fact(each) for each in sources],
        "pythons": pythons["pythons"],
        "flags": pythons["flags"],
        "limits": {key: limits[key] for key in ("limits", "startup", "memory")},
        "wrangler": {key: versions[key] for key in ("newest", "oldest", "switches")},
    }


def _fact(source: DataSource) -> dict[str, Any]:
    record = source._asdict()
    return {"name": record.pop("name"), "as_of": record.pop("as_of"), "age_days": record.pop("age"), **record}
