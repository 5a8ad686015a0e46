"""Findings as workflow commands of GitHub Actions, one a line, escaped so that no text can forge another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.reports.text import clean, relative

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edgewheel.findings import Finding


def findings(found: Iterable[Finding]) -> Iterator[str]:
    """`::error file=…,line=…,title=…::message`; the fix on lines of its own behind the message."""
    for each in found:
        place = [f"file={_property(relative(each.place.path))}"] if each.place.path != "-" else []
        place += [f"line={each.place.line}"] if each.place.line and place else []
        place += [f"col={each.place.column}"] if each.place.column and each.place.line and place else []
        level = "error" if each.level == "error" else "warning"
        message = each.message + (f"\nfix: {each.fix}" if each.fix else "")
        yield f"::{level} {','.join([*place, f'title={each.code}'])}::{_data(message)}"


def _data(text: str) -> str:
    return clean(text.replace("%", "%25"), keep="\n").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
