"""Recorded runs of the real wrangler (`golden/wrangler/*.json`): written to disk, predicted, compared.

A case: `files` {path: {"text"} | {"base64"} | {"symlink"} | {"dir"}}, `cwd` relative to the folder, `args` of wrangler,
`expect` {version: {"exit", "uploaded", "attached", "total_upload_kib", "gzip_kib", "duplicate_warnings", "warnings",
"errors"}}; `<ROOT>` in a text stands for the folder.
"""

from __future__ import annotations

import base64
import json
import os
import posixpath
import subprocess
from pathlib import Path
from typing import Any

from edgewheel.findings import CouldNotRun
from edgewheel.repository.discovery import find_one
from edgewheel.repository.disk import Disk
from edgewheel.wrangler.collect import Upload, collect
from edgewheel.wrangler.config import resolve
from edgewheel.wrangler.content import gzip_estimate, sha256
from edgewheel.wrangler.sizes import kib
from edgewheel.wrangler.version import switches

FOLDER = Path(__file__).parent / "golden" / "wrangler"
Case = dict[str, Any]


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load(name: str) -> Case:
    case: Case = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return case


def runs() -> list[tuple[str, str]]:
    """Every case with each version that it was recorded with."""
    return [(name, version) for name in names() for version in load(name)["expect"]]


def write(files: dict[str, dict[str, Any]], root: Path) -> None:
    """Names are posix; bytes that are no UTF-8 stand as surrogates, as in `os.fsdecode`."""
    for name, entry in files.items():
        path = root / name
        if "dir" in entry:
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if "symlink" in entry:
            path.symlink_to(entry["symlink"])
        else:
            content = base64.b64decode(entry["base64"]) if "base64" in entry else entry["text"].encode()
            path.write_bytes(content)


def arguments(args: list[str]) -> dict[str, str]:
    """wrangler's arguments as those of `find_one` and `collect`."""
    found: dict[str, str] = {}
    rest = iter(args)
    for each in rest:
        if each in {"--env", "--config"}:
            found[each[2:]] = next(rest)
        else:
            found["script"] = each
    return found


def predict(root: Path, cwd: str, args: list[str], version: str) -> Upload | str:
    """The prediction, or the words of a config that could not be found."""
    given = arguments(args)
    here = os.path.normpath(root / cwd)
    try:
        worker = find_one(here, config=given.get("config", ""), script=given.get("script", ""))
    except CouldNotRun as error:
        return str(error)
    script = given.get("script", "")
    built = resolve(worker, env=given.get("env"), script=script, cwd=here)
    if built.build_command:
        subprocess.run(built.build_command, shell=True, cwd=posixpath.join(here, built.build_cwd), check=False)  # noqa: S602
        worker = find_one(here, config=given.get("config", ""), script=script)
    config = resolve(worker, env=given.get("env"), script=script, cwd=here)
    return collect(config, worker.disk, switches(version), cwd=here, built=True)


def outcome(predicted: Upload | str, root: Path) -> Case:
    """A prediction in the form of `expect`."""
    if isinstance(predicted, str):
        return {"exit": 1, "errors": [plain(predicted, root)], "warnings": [], "duplicate_warnings": []}
    texts = {
        "duplicate_warnings": list(predicted.duplicate_warnings),
        "warnings": [plain(each, root) for each in predicted.warnings],
    }
    if predicted.error is not None:
        return {"exit": 1, **texts, "errors": [plain(predicted.error, root)]}
    return {
        "exit": 0,
        "uploaded": [
            {"name": each.name, "type": each.type, "size": each.size, "sha256": digest}
            for each, digest in zip(predicted.modules, sha256(predicted, Disk()), strict=True)
        ],
        "attached": predicted.attached or None,
        "total_upload_kib": kib(predicted.total_bytes),
        "gzip_kib": kib(gzip_estimate(predicted, Disk())),
        **texts,
        "errors": [],
    }


def plain(text: str, root: Path) -> str:
    """A text as it is recorded: the folder's name hidden, lines without indent, no blank lines."""
    lines = (line.strip() for line in text.replace(str(root), "<ROOT>").splitlines())
    return "\n".join(line for line in lines if line)


def differences(case: Case, actual: Case) -> dict[str, Any]:
    """What a prediction gets wrong, by field; gzip may be off by 3 % or 0.02 KiB."""
    wrong = {}
    for field in ("exit", "uploaded", "attached", "total_upload_kib", "duplicate_warnings", "warnings", "errors"):
        if case["exit"] and field in {"uploaded", "attached", "total_upload_kib"}:
            continue
        if field == "errors" and "\n".join(case[field]) == "\n".join(actual.get(field, [])):
            continue
        if case[field] != actual.get(field):
            wrong[field] = {"wrangler": case[field], "edgewheel": actual.get(field)}
    if not case["exit"] and not actual["exit"]:
        real, estimate = float(case["gzip_kib"]), float(actual["gzip_kib"])
        if abs(real - estimate) > max(0.02, 0.03 * real) + 1e-9:
            wrong["gzip_kib"] = {"wrangler": real, "edgewheel": estimate}
    return wrong
