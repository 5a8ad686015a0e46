"""The steps of a preflight: shown while they run, and as one table when they are done."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.findings import Finding, Place
from edgewheel.reports.blocks import singles
from edgewheel.reports.text import brief, clean, plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.table import Table

_COLOURS = {"passed": "green", "failed": "red", "skipped": "yellow", "not proven": "yellow", "could not run": "red"}


#: Findings shown of one step; the command of its name shows all.
_SHOWN = 12


class SummaryStep(NamedTuple):
    """`result` is passed, failed, skipped, not proven or could not run; findings are JSON objects as in `check`;
    `unproven` are packages that are imported and not vendored.
    """

    name: str
    result: str
    detail: str
    findings: Sequence[dict[str, Any]] = ()
    output: str = ""
    numbers: dict[str, int] | None = None
    seconds: float = 0.0
    unproven: tuple[str, ...] = ()


class Flight(NamedTuple):
    """The preflight of one Worker: its folder as seen from here, its steps, the command that vendors what it lacks."""

    worker: str
    steps: tuple[SummaryStep, ...]
    sync: str

    @property
    def verdict(self) -> str:
        """`ready to deploy`, `not ready` or `not proven`."""
        results = {step.result for step in self.steps}
        if "failed" in results:
            return "not ready"
        return "not proven" if results & {"not proven", "could not run"} else "ready to deploy"

    @property
    def unproven(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for step in self.steps for name in step.unproven))

    @property
    def code(self) -> int:
        """1 for what is not ready or not proven, 2 where a step could not run."""
        results = {step.result for step in self.steps}
        return 1 if results & {"failed", "not proven"} else 2 if "could not run" in results else 0


def judged(name: str, code: int, detail: str, found: Sequence[dict[str, Any]]) -> SummaryStep:
    return SummaryStep(name, "failed" if code else "passed", detail, found)


def watched(steps: Iterator[tuple[str, Callable[[], SummaryStep]]], *, live: bool) -> list[SummaryStep]:
    """Runs the steps. With `live` a terminal sees the table grow; a pipe gets one line a step as it ends."""
    done: list[SummaryStep] = []
    if live and sys.stdout.isatty():
        _watched(steps, done)
        return done
    for _, step in steps:
        done.append(_timed(step))
        if live:
            sys.stdout.write(_line(done[-1]) + "\n")
            sys.stdout.flush()
    return done


def _watched(steps: Iterator[tuple[str, Callable[[], SummaryStep]]], done: list[SummaryStep]) -> None:
    from rich.live import Live

    from edgewheel.reports import terminal

    screen = terminal.console()
    screen.file = sys.stdout  # for good: a step keeps its own output in the place of the process's
    if not terminal.moves(screen):
        for _, step in steps:
            done.append(_timed(step))
            for line in terminal.lines([_line(done[-1])], screen, _WIDTH):
                screen.print(line, soft_wrap=True)
        return
    with Live(console=screen, auto_refresh=True, refresh_per_second=8) as table:
        for name, step in steps:
            table.update(_table(done, running=name))
            done.append(_timed(step))
            table.update(_table(done))


def _timed(step: Callable[[], SummaryStep]) -> SummaryStep:
    start = time.monotonic()
    return step()._replace(seconds=round(time.monotonic() - start, 2))


def _table(done: Sequence[SummaryStep], *, running: str = "") -> Table:
    from rich import box
    from rich.spinner import Spinner
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    table.add_column("step", no_wrap=True)
    table.add_column("result", no_wrap=True)
    table.add_column("what", ratio=1)
    table.add_column("time", justify="right", no_wrap=True)
    for step in done:
        result = Text(step.result, style=_COLOURS[step.result])
        table.add_row(step.name, result, Text(clean(step.detail)), f"{step.seconds:.1f} s")
    if running:
        table.add_row(running, Spinner("line"), "", "")
    return table


def _line(step: SummaryStep) -> str:
    return f"{step.name:16}  {step.result:13}  {step.seconds:5.1f} s  {clean(step.detail)}"


#: Signs before what a step has to say.
_WIDTH = 16 + 2 + 13 + 2 + 7 + 2


def first(step: SummaryStep) -> list[Finding]:
    """What stands below the table of a step's findings."""
    return [block.head for block in brief(singles(_finding(each) for each in step.findings[:_SHOWN]))]


def further(step: SummaryStep) -> Iterator[str]:
    """Lines below these: how many more there are, and what the step printed."""
    if len(step.findings) > _SHOWN:
        yield f"… and {len(step.findings) - _SHOWN:,} more: `edgewheel {step.name}` shows all"
    yield from (f"    {clean(line)}" for line in step.output.splitlines())


def _finding(each: dict[str, Any]) -> Finding:
    place = Place(each["path"], each["line"] or 0, each["column"] or 0)
    return Finding(each["message"], place, each["fix"], each["level"], each["code"])


def _where(finding: dict[str, Any]) -> str:
    return f"{finding['path']}:{finding['line']}" if finding["line"] else str(finding["path"])


def verdict(flight: Flight) -> str:
    """The last line of a Worker's preflight."""
    named = ", ".join(step.name for step in flight.steps if step.result == "failed")
    if named:
        return f"not ready to deploy: {named} failed"
    if flight.unproven:
        them = "it" if len(flight.unproven) == 1 else "them"
        return f"not proven: {not_vendored(flight.unproven)}, so size and start were judged without {them}"
    missing = ", ".join(step.name for step in flight.steps if step.result == "could not run")
    return f"not proven: {missing} could not run" if missing else "ready to deploy"


def not_vendored(names: Sequence[str]) -> str:
    """`a`, `b` and `c` are not vendored."""
    quoted = [f"`{name}`" for name in names]
    listed = ", ".join(quoted[:-1]) + (" and " if quoted[1:] else "") + quoted[-1]
    return f"{listed} {'is' if len(quoted) == 1 else 'are'} not vendored"


def total(flights: Sequence[Flight]) -> str:
    """The last line of several."""
    counts = [(words, sum(each.verdict == words for each in flights)) for words in _VERDICTS]
    return f"{plural(len(flights), 'Worker')}: " + ", ".join(f"{count} {words}" for words, count in counts if count)


_VERDICTS = ("not ready", "not proven", "ready to deploy")


def markdown(flights: Sequence[Flight]) -> Iterator[str]:
    """For a pull request or a job summary."""
    for flight in flights:
        name = f" {flight.worker}" if len(flights) > 1 else ""
        yield from _markdown(flight, name)
    if len(flights) > 1:
        yield f"**{total(flights)}**"


def _markdown(flight: Flight, name: str) -> Iterator[str]:
    from edgewheel.reports import markdown as table

    yield f"### edgewheel{table.prose(name)}: {table.prose(verdict(flight))}"
    yield ""
    if flight.unproven:
        yield f"Next: {table.code(flight.sync)}"
        yield ""
    yield "| step | result | what | time |"
    yield "| --- | --- | --- | --- |"
    marks = {"passed": "✅", "failed": "❌", "skipped": "⏭️", "not proven": "⚠️", "could not run": "⚠️"}
    for step in flight.steps:
        result = f"{marks[step.result]} {step.result}"
        yield f"| {step.name} | {result} | {table.prose(step.detail)} | {step.seconds:.1f} s |"
    yield ""
    found = [each for step in flight.steps for each in step.findings]
    if found:
        yield "| where | code | what | fix |"
        yield "| --- | --- | --- | --- |"
        for each in found:
            fix = "<br>".join(table.code(part) for part in each["fix"].split("\n") if part.strip())
            yield f"| {table.code(_where(each))} | {each['code']} | {table.prose(each['message'])} | {fix} |"
        yield ""


def record(flights: Sequence[Flight]) -> dict[str, Any]:
    """The JSON of `preflight`: of one Worker, or of several with each one's own in `workers`. `size` in bytes (of the
    largest) and `duplicates` are null where the upload could not be predicted.
    """
    numbers = [numbers for each in flights if (numbers := _numbers(each)) is not None]
    worst = next((words for words in _VERDICTS if any(each.verdict == words for each in flights)), "not proven")
    return {
        "verdict": worst,
        "ready": worst == "ready to deploy",
        "unproven": list(dict.fromkeys(name for each in flights for name in each.unproven)),
        "findings": [finding for each in flights for step in each.steps for finding in step.findings],
        "steps": [step for each in flights for step in _steps(each)],
        "size": max(each["size"] for each in numbers) if numbers else None,
        "duplicates": sum(each["duplicates"] for each in numbers) if numbers else None,
        "workers": [
            {
                "worker": each.worker,
                "verdict": each.verdict,
                "unproven": list(each.unproven),
                "next": each.sync if each.unproven else "",
                **(_numbers(each) or {"size": None, "duplicates": None}),
            }
            for each in flights
        ],
    }


def _numbers(flight: Flight) -> dict[str, int] | None:
    return next((step.numbers for step in flight.steps if step.numbers), None)


def _steps(flight: Flight) -> Iterator[dict[str, Any]]:
    for step in flight.steps:
        yield {
            "worker": flight.worker,
            "step": step.name,
            "result": step.result,
            "what": step.detail,
            "seconds": step.seconds,
            "output": step.output,
        }
