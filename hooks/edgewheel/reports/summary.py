"""The steps of a preflight: shown while they run, and as one table when they are done."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.findings import Finding, Place
from edgewheel.reports.text import brief, clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.table import Table

_COLOURS = {"passed": "green", "failed": "red", "skipped": "yellow", "could not run": "red"}


#: Findings shown of one step; the command of its name shows all.
_SHOWN = 12


class Step(NamedTuple):
    """`result` is passed, failed, skipped or could not run; findings are JSON objects as in `check`."""

    name: str
    result: str
    detail: str
    findings: Sequence[dict[str, Any]] = ()
    output: str = ""
    numbers: dict[str, int] | None = None
    seconds: float = 0.0


def judged(name: str, code: int, detail: str, found: Sequence[dict[str, Any]]) -> Step:
    return Step(name, "failed" if code else "passed", detail, found)


def watched(steps: Iterator[tuple[str, Callable[[], Step]]], *, live: bool) -> list[Step]:
    """Runs the steps. With `live` a terminal sees the table grow; a pipe gets one line a step as it ends."""
    done: list[Step] = []
    if live and sys.stdout.isatty():
        _watched(steps, done)
        return done
    for _, step in steps:
        done.append(_timed(step))
        if live:
            sys.stdout.write(_line(done[-1]) + "\n")
            sys.stdout.flush()
    return done


def _watched(steps: Iterator[tuple[str, Callable[[], Step]]], done: list[Step]) -> None:
    from rich.live import Live

    from edgewheel.reports import terminal

    screen = terminal.console()
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


def _timed(step: Callable[[], Step]) -> Step:
    start = time.monotonic()
    return step()._replace(seconds=round(time.monotonic() - start, 2))


def _table(done: Sequence[Step], *, running: str = "") -> Table:
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


def _line(step: Step) -> str:
    return f"{step.name:16}  {step.result:13}  {step.seconds:5.1f} s  {clean(step.detail)}"


#: Signs before what a step has to say.
_WIDTH = 16 + 2 + 13 + 2 + 7 + 2


def first(step: Step) -> list[Finding]:
    """What stands below the table of a step's findings."""
    return list(brief(_finding(each) for each in step.findings[:_SHOWN]))


def further(step: Step) -> Iterator[str]:
    """Lines below these: how many more there are, and what the step printed."""
    if len(step.findings) > _SHOWN:
        yield f"… and {len(step.findings) - _SHOWN:,} more: `edgewheel {step.name}` shows all"
    yield from (f"    {clean(line)}" for line in step.output.splitlines())


def _finding(each: dict[str, Any]) -> Finding:
    place = Place(each["path"], each["line"] or 0, each["column"] or 0)
    return Finding(each["message"], place, each["fix"], each["level"], each["code"])


def _where(finding: dict[str, Any]) -> str:
    return f"{finding['path']}:{finding['line']}" if finding["line"] else str(finding["path"])


def verdict(done: Sequence[Step]) -> str:
    failed = [step.name for step in done if step.result == "failed"]
    missing = [step.name for step in done if step.result == "could not run"]
    if failed:
        return f"not ready to deploy: {', '.join(failed)} failed"
    return f"not proven: {', '.join(missing)} could not run" if missing else "ready to deploy"


def markdown(done: Sequence[Step]) -> Iterator[str]:
    """For a pull request or a job summary."""
    from edgewheel.reports import markdown as table

    yield f"### edgewheel: {verdict(done)}"
    yield ""
    yield "| step | result | what | time |"
    yield "| --- | --- | --- | --- |"
    marks = {"passed": "✅", "failed": "❌", "skipped": "⏭️", "could not run": "⚠️"}
    for step in done:
        result = f"{marks[step.result]} {step.result}"
        yield f"| {step.name} | {result} | {table.prose(step.detail)} | {step.seconds:.1f} s |"
    found = [each for step in done for each in step.findings]
    if found:
        yield ""
        yield "| where | code | what |"
        yield "| --- | --- | --- |"
        for each in found:
            yield f"| {table.code(_where(each))} | {each['code']} | {table.prose(each['message'])} |"


def record(done: Sequence[Step]) -> dict[str, Any]:
    """The JSON of `preflight`; `size` in bytes and `duplicates` are null where the upload could not be predicted."""
    numbers = next((step.numbers for step in done if step.numbers), {})
    return {
        "ready": verdict(done) == "ready to deploy",
        "findings": [each for step in done for each in step.findings],
        "steps": [
            {
                "step": step.name,
                "result": step.result,
                "what": step.detail,
                "seconds": step.seconds,
                "output": step.output,
            }
            for step in done
        ],
        "size": numbers.get("size"),
        "duplicates": numbers.get("duplicates"),
    }
