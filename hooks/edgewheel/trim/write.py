"""Puts the patterns into the config, and holds the upload that follows from it against the promised one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.deploy import Deploys
from edgewheel.documents.edit import added, appended, inserted, table_added
from edgewheel.documents.paths import relative
from edgewheel.documents.splice import CannotEdit, literal
from edgewheel.findings import CouldNotRun
from edgewheel.repository.draft import Draft
from edgewheel.repository.worker import Worker
from edgewheel.repository.writing import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edgewheel.documents.document import Document, Key
    from edgewheel.trim.search import Trim

_BOM = b"\xef\xbb\xbf"


def write(worker: Worker, found: Sequence[Trim]) -> bool:
    """Whether the config has changed. Nothing is written where the new upload would not be the promised one."""
    path = worker.config.path
    if worker.redirected:
        raise CouldNotRun(f"`{relative(path)}` is made by a build tool: put the patterns into the config that it reads")
    document = worker.config
    for trim in found:
        if trim.proposal.patterns:
            try:
                document = _edited(document, trim.table.key, trim.exclude)
            except CannotEdit:
                listed = ", ".join(map(literal, trim.exclude))
                message = f"`{relative(path)}` cannot be edited here; `{trim.table.name}` needs this list as `exclude`:"
                raise CouldNotRun(f"{message}\n[{listed}]") from None
    if document is worker.config:
        return False
    bom = _BOM if worker.disk.read(path).startswith(_BOM) else b""
    content = bom + document.text.encode()
    draft = Draft()
    draft.write(path, content)
    again = Worker(worker.root, disk=draft, config=path, repository=worker.repository)
    deploys = Deploys(again)
    for trim in found:
        upload = deploys.of(trim.table.env).upload
        if upload.error is not None or upload.total_bytes != trim.after:
            told = upload.error or f"{upload.total_bytes:,} bytes, not {trim.after:,}"
            raise CouldNotRun(f"the upload by the new `{trim.table.name}` is not the promised one: {told}")
    replace({path: content})
    return True


def _edited(document: Document, key: Key, wanted: Sequence[str]) -> Document:
    written = document.get(*key)
    if isinstance(written, dict) and isinstance(given := written.get("exclude"), list):
        if not given:
            from edgewheel.documents.edit import replaced

            return replaced(document, (*key, "exclude"), _list(document, wanted, key))
        for each in wanted:
            if each not in given:
                document = appended(document, (*key, "exclude"), each)
        return document
    if isinstance(written, dict):
        return inserted(document, key, "exclude", _list(document, wanted, key))
    if document.path.endswith(".toml"):
        return table_added(document, ".".join(map(str, key)), [f"exclude = {_list(document, wanted, key)}"])
    unit = _indent(document)
    inner = f"{unit * (len(key) + 1)}{literal('exclude')}: {_list(document, wanted, key)}"
    end = "\r\n" if "\r\n" in document.text else "\n"
    return added(document, key[:-1], "python_modules", f"{{{end}{inner}{end}{unit * len(key)}}}")


def _list(document: Document, wanted: Sequence[str], key: Key) -> str:
    """One pattern a line, indented as the file is."""
    end = "\r\n" if "\r\n" in document.text else "\n"
    outer = "" if document.path.endswith(".toml") else _indent(document) * (len(key) + 1)
    inner = f"{outer}{_indent(document)}"
    comma = "," if document.path.endswith(".toml") else ""
    lines = f",{end}".join(f"{inner}{literal(each)}" for each in wanted)
    return f"[{end}{lines}{comma}{end}{outer}]"


def _indent(document: Document) -> str:
    """The shallowest indent of the file; two spaces where it has none."""
    lines = [line for line in document.text.splitlines() if line.strip()]
    leads = {line[: len(line) - len(line.lstrip(" \t"))] for line in lines} - {""}
    return min(leads, key=len, default="  ")
