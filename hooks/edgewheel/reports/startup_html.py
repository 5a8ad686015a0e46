"""A measured start as one HTML file that needs nothing else: a flame graph of the imports, tables beside it."""

from __future__ import annotations

import html
import json
import os
import re
from typing import TYPE_CHECKING, Any

from edgewheel.reports.startup import headline, record
from edgewheel.reports.text import clean
from edgewheel.runtime.startup import is_own

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edgewheel.reports.startup import MeasuredStart

_PLACE = re.compile(r"\{\{(\w+)\}\}")
#: A script element's text ends at the first `</script`, and `<!--` changes how it is read.
_HARMLESS = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}


def render(given: Sequence[MeasuredStart]) -> str:
    """The file's text, of one Worker or several."""
    data = json.dumps([_picture(each) for each in given], ensure_ascii=False, separators=(",", ":"))
    names = ", ".join(f"`{clean(each.started.start.main)}`" for each in given)
    parts = {
        "title": html.escape(f"Start of {names}".replace("`", "")),
        "style": _beside("startup.css"),
        "script": _beside("startup.js"),
        "data": data.translate(_HARMLESS),
    }
    return _PLACE.sub(lambda match: parts[match[1]], _beside("startup.html"))


def _picture(given: MeasuredStart) -> dict[str, Any]:
    start = given.started.start
    whole = record(given)
    rows = [
        [each["module"], cost.above, each["self_ms"], each["total_ms"], each["path"], each["line"], each["saves_ms"]]
        for each, cost in zip(whole["imports"], start.imports, strict=True)
    ]
    own = sorted({start.main, *(each.importer.partition(".")[0] for each in start.edges if is_own(each.file))})
    return {
        "main": start.main,
        "headline": [clean(line).replace("`", "") for line in headline(given)],
        "rows": rows,
        "own": own,
        "packages": [[each["name"], each["modules"], each["ms"], each["bytes"]] for each in whole["packages"]],
        "findings": [f"{each['code']}: {each['message']}" for each in whole["findings"]],
    }


def _beside(name: str) -> str:
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as file:
        return file.read()
