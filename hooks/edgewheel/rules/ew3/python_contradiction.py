"""EW318: the Python that the date and flags select, against pywrangler's reading and the project's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.data import facts
from edgewheel.findings import Finding, Place
from edgewheel.rules.ew3.competing_configs import uses_pywrangler
from edgewheel.rules.ew3.levels import entry
from edgewheel.rules.registry import rule
from edgewheel.runtime import python

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.documents.document import Document
    from edgewheel.repository.worker import Worker
    from edgewheel.wrangler.config import Config


@rule("EW318", "worker-wrangler-config")
def python_contradiction(deploys: Deploys) -> Iterator[Finding]:
    """A compatibility date and flags that contradict each other, or that pywrangler reads differently from the runtime.

    Workers: pywrangler vendors for one Python and the runtime starts another: compiled modules are not found. It
    reads the top level of wrangler.toml, else of wrangler.jsonc, and knows no `no_…` flags; the runtime gets what the
    deployed environment says.

    Fix: let one date at the top level decide; remove the flag that only one of the two reads.

    Bad:
        compatibility_date = "2026-10-01"
        compatibility_flags = ["python_workers", "no_python_workers_314"]

    Good:
        compatibility_date = "2026-09-07"
        compatibility_flags = ["python_workers"]
    """
    yield from _stops(deploys)
    seen: set[Finding] = set()
    for deploy in deploys:
        for finding in (*_both(deploy.config), *_read_differently(deploy)):
            if finding not in seen:
                seen.add(finding)
                yield finding


def _stops(deploys: Deploys) -> Iterator[Finding]:
    """What wrangler reads and pywrangler does not. facts: workers-py 1.17.9 reads TOML 1.0, without a BOM."""
    worker = deploys.worker
    document = _pywranglers(worker)
    if document is None or not document.path.endswith(".toml"):
        return
    level = "" if uses_pywrangler(worker) else "warning"
    name, stops = document.path.rpartition("/")[2], "wrangler reads it, pywrangler stops at it and does not deploy"
    if (place := document.toml_11_only) is not None:
        what, fix = toml_11(document, place)
        both = f"wrangler {deploys.version} and pywrangler stop at it: nothing is deployed"
        both = stops if deploys.behavior.toml_11 or document.path != deploys.document.path else both
        yield Finding(f"`{name}` has {what}, a form of TOML 1.1: {both}", place, fix, level)
    if worker.disk.read(document.path).startswith(b"\xef\xbb\xbf"):
        message = f"`{name}` begins with a byte order mark: {stops}"
        yield Finding(message, Place(document.path, 1, 1), f"save {name} as UTF-8 without BOM", level)
    date = document.get("compatibility_date")
    if isinstance(date, str) and _is_no_day(date):
        message = f"`compatibility_date` is `{date}`, a day that does not exist: {stops}"
        fix = entry(document, "compatibility_date", f"{date[:8]}28")
        yield Finding(message, document.place("compatibility_date"), fix, level)


def toml_11(document: Document, place: Place) -> tuple[str, str]:
    """What stands where a reader of TOML 1.0 stops, and how to write it."""
    rest = document.line_text(place.line)[place.column - 1 :]
    if rest.startswith("\\"):
        return f"`{rest[:2]}` in a text", "write the character as `\\u` and four digits, such as `\\u001b`"
    if rest[:1].isdigit():
        return "a time without seconds", "add the seconds, such as `07:32:00`"
    return "a new line or a last comma in braces", "write the inline table in one line, without a comma at its end"


def _is_no_day(text: str) -> bool:
    """Whether a text has the form of a date whose month is shorter."""
    if len(text) != len("2026-02-30") or text[8:] < "29":
        return False
    import datetime as dt

    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return text.replace("-", "").isdigit() and text[4] == text[7] == "-" and "29" <= text[8:] <= "31"
    return False


def _both(config: Config) -> Iterator[Finding]:
    """A flag together with its opposite, which the deploy refuses."""
    if len(config.flags) < 2:
        return
    given = set(config.flags)
    pairs = [(one, other) for one, other in facts("compatibility_flags")["pairs"] if one in given and other in given]
    opposites = {opposite for _, opposite in pairs}
    kept = [flag for flag in config.flags if flag not in opposites]
    for flag, opposite in pairs:
        yield Finding(
            f"`{flag}` and `{opposite}` contradict each other: Workers refuse a deploy with both",
            config.place("compatibility_flags"),
            entry(config.document, "compatibility_flags", kept),
        )


def _read_differently(deploy: Deploy) -> Iterator[Finding]:
    document = _pywranglers(deploy.worker)
    if document is None or python.is_open(deploy.config.date):
        return
    date, flags = document.get("compatibility_date"), document.get("compatibility_flags", default=[])
    if not isinstance(date, str) or not isinstance(flags, list) or "python_workers" not in flags:
        return  # pywrangler stops: told by other rules
    vendors, runs = pywrangler_reads(date, flags), python.select(deploy.config.date, deploy.config.flags)
    if vendors == runs:
        return
    where = "environment " + f"`{deploy.config.env}`" if deploy.config.env else "the top level"
    opposite = next(
        (row["opt_out"] for row in facts("pythons")["pythons"].values() if row["opt_out"] in deploy.config.flags), ""
    )
    why = f": it does not know `{opposite}`" if opposite else ""
    rows = facts("pythons")["pythons"]
    needed = [row["flag"] for name, row in rows.items() if name == vendors]
    kept = [flag for flag in deploy.config.flags if flag != opposite]
    fix = entry(deploy.config.document, "compatibility_flags", kept if opposite else [*kept, *needed])
    yield Finding(
        f"pywrangler vendors for Python {vendors} and {where} runs Python {runs} on Workers{why}: "
        f"compiled modules will not be found",
        deploy.config.place("compatibility_flags" if opposite or deploy.config.env is None else "compatibility_date"),
        fix,
    )


def pywrangler_reads(date: str, flags: list[str]) -> str:
    """The Python that pywrangler vendors for. facts: workers-py 1.17.9, which knows no opt-out flags"""
    rows = facts("pythons")["pythons"]
    newer = [str(name) for name, row in rows.items() if row["flag"] in flags or (row["date"] and date >= row["date"])]
    return str(max((*newer, next(iter(rows))), key=python.number))


def _pywranglers(worker: Worker) -> Document | None:
    """The config that pywrangler reads: not wrangler.json, and wrangler.toml before wrangler.jsonc."""
    names = {path.rpartition("/")[2]: path for path in worker.config_paths}
    path = names.get("wrangler.toml") or names.get("wrangler.jsonc")
    document = worker.document(path) if path and worker.pyproject else None
    return document if document is not None and document.problem is None else None
