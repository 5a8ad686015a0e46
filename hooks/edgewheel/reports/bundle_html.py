"""The prediction of an upload as one HTML file that needs nothing else: its style, script and data stand in it."""

from __future__ import annotations

import html
import json
import os
import re
from typing import TYPE_CHECKING

from edgewheel.documents.paths import relative
from edgewheel.reports.bundle_picture import picture
from edgewheel.reports.bundle_tables import headline
from edgewheel.reports.text import clean

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from edgewheel.reports.bundle_tables import Report
    from edgewheel.wrangler.carriers import Carrier

_PLACE = re.compile(r"\{\{(\w+)\}\}")
#: A script element's text ends at the first `</script`, and `<!--` changes how it is read: none of these signs stays.
_HARMLESS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def render(report: Report, carried: Sequence[Carrier], standard: Collection[str] = ()) -> str:
    """The file's text. `carried` is the second picture: which tree carries which package; `standard` are the modules
    that the runtime has itself and imports instead.
    """
    data = json.dumps(picture(report, carried, standard), ensure_ascii=False, separators=(",", ":"))
    env = f" ({report.upload.env})" if report.upload.env else ""
    parts = {
        "title": html.escape(clean(f"Upload of {relative(report.upload.main)}{env}")),
        "headline": html.escape(clean(headline(report))),
        "style": _beside("bundle.css"),
        "script": _beside("bundle.js"),
        "data": data.translate(_HARMLESS),
    }
    return _PLACE.sub(lambda match: parts[match[1]], _beside("bundle.html"))


def _beside(name: str) -> str:
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as file:
        return file.read()
