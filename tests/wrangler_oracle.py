"""Runs the real wrangler on a project and reads what it would upload, in the form of the recorded cases."""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import re
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests import tools
from tests.wrangler_cases import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.wrangler_cases import Case

TYPES = {
    "text/x-python": "python",
    "text/x-python-requirement": "python-requirement",
    "application/octet-stream": "buffer",
    "text/plain": "text",
    "application/javascript+module": "esm",
    "application/javascript": "commonjs",
    "application/wasm": "compiled-wasm",
    "application/source-map": "source-map",
}
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_SAID = re.compile(r"^\S{1,2} \[(WARNING|ERROR)\] (.*(?:\n(?: .*|(?=\n(?: |\n|\Z)))?)*)", re.MULTILINE)
_TOTAL = re.compile(r"^Total Upload: ([\d.]+) KiB / gzip: ([\d.]+) KiB$", re.MULTILINE)
_ATTACHED = re.compile(r"Total \((\d+) modules?\)")
_PART = re.compile(
    rb'Content-Disposition: form-data; name="(.*?)"(?:; filename="[^\r]*")?\r\n(?:Content-Type: ([^\r]*)\r\n)?\r\n'
)


def run(root: Path, cwd: str, args: list[str], version: str) -> Case:
    """What `wrangler deploy --dry-run` does in `root/cwd`, in a process of its own."""
    with tempfile.TemporaryDirectory() as outside:
        done = subprocess.run(
            [*tools.wrangler(version), *_deploy(outside, args)],
            cwd=root / cwd,
            env=_environment(outside),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=120,
        )
        said = (done.stdout + b"\n" + done.stderr).decode("utf-8", "replace")
        return _outcome(said, done.returncode, root, outside)


class Batch:
    """One process of one version for many deploys: most of a deploy's time is wrangler's start."""

    def __init__(self, version: str) -> None:
        node, *_, program = tools.wrangler(version)
        self.outside = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [node, "--no-warnings", str(Path(__file__).with_name("wrangler_batch.js")), program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(self.outside.name),
        )

    def run(self, root: Path, cwd: str, args: list[str]) -> Case:
        """As `run`, in the one process."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with tempfile.TemporaryDirectory(dir=self.outside.name) as outside:
            order = {"cwd": str(root / cwd), "argv": _deploy(outside, args), "env": _environment(outside)}
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline())
            return _outcome(answer["said"], answer["exit"], root, outside)

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()
        self.outside.cleanup()


@cache
def _shared(version: str) -> Batch:
    batch = Batch(version)
    atexit.register(batch.close)
    return batch


def deploy(root: Path, args: Sequence[str] = (), version: str = "4.164.0") -> Case:
    """As `run`, in a process that all tests share; what it refuses is asked again in a process of its own."""
    found = _shared(version).run(root, ".", list(args))
    return run(root, ".", list(args), version) if found["exit"] else found


def _deploy(outside: str, args: list[str]) -> list[str]:
    return ["deploy", "--dry-run", "--outdir", f"{outside}/out", "--outfile", f"{outside}/form", *args]


def _environment(outside: str) -> dict[str, str]:
    return {**os.environ, **tools.WRANGLER_ENVIRONMENT, "XDG_CONFIG_HOME": outside}


def _outcome(said: str, code: int, root: Path, outside: str) -> Case:
    said = _COLOUR.sub("", said)
    body = Path(outside, "form").read_bytes() if code == 0 else b""
    return {"exit": code, **_texts(said, root), **_upload(said, body)}


def _texts(said: str, root: Path) -> Case:
    texts: Case = {"warnings": [], "errors": [], "duplicate_warnings": []}
    for kind, text in _SAID.findall(said):
        line = plain(text.replace("✘ [ERROR] ", ""), root)
        if line.startswith(dup := "Ignoring duplicate module: "):
            texts["duplicate_warnings"].append(line[len(dup) :])
        else:
            texts["warnings" if kind == "WARNING" else "errors"].append(line)
    return texts


def _upload(said: str, body: bytes) -> Case:
    total, attached = _TOTAL.search(said), _ATTACHED.search(said)
    return {
        "uploaded": [
            {"name": name, "type": kind, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, kind, content in parts(body)
        ],
        "attached": int(attached[1]) if attached else None,
        "total_upload_kib": total[1] if total else None,
        "gzip_kib": total[2] if total else None,
    }


def parts(body: bytes) -> list[tuple[str, str, bytes]]:
    """The modules of a multipart body: name, type, content."""
    if not body:
        return []
    boundary = body[: body.index(b"\r\n")]
    found = []
    for part in body.split(boundary)[1:-1]:
        match = _PART.match(part, 2)
        assert match is not None, part[:200]
        if match[1] != b"metadata" or match[2]:
            name = match[1].replace(b"%22", b'"').replace(b"%0A", b"\n").replace(b"%0D", b"\r").decode()
            found.append((name, TYPES[match[2].decode()], part[match.end() : -2]))
    return found
