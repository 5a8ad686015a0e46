"""Writes `data/compatibility_flags.json` from a workerd: `python -m tests.oracles.flags [path/to/workerd]`.

The program's own constants are its candidates: one run names those that are no flag, those that are experimental and
the pairs that exclude each other.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from tests import tools

FILE = Path(__file__).parents[2] / "hooks" / "edgewheel" / "data" / "compatibility_flags.json"
_CONSTANT = re.compile(rb"(?<![A-Za-z0-9_])[a-z][a-z0-9_]{5,79}(?=\0)")
_CONFIG = """\
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = (
  modules = [(name = "main.js", esModule = "export default { test() {} }")],
  compatibilityDate = "2024-01-01", compatibilityFlags = [FLAGS])
)]);
"""


def newest() -> Path:
    """The workerd that comes with the newest locked wrangler."""
    return tools.npm_tool("wrangler", "4.164.0") / "@cloudflare" / "workerd-linux-64" / "bin" / "workerd"


def flags(program: Path) -> dict[str, object]:
    """All flags of one workerd."""
    candidates = sorted({match.decode() for match in _CONSTANT.findall(program.read_bytes())})
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "config.capnp")
        config.write_text(_CONFIG.replace("FLAGS", ", ".join(f'"{name}"' for name in candidates)), "utf-8")
        done = subprocess.run([str(program), "test", str(config)], capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    unknown = set(re.findall(r"No such compatibility flag: (\S+)", said))
    version = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True).stdout
    return {
        "as_of": dt.datetime.now(dt.timezone.utc).date().isoformat(),
        "source": f"{version.strip()} of npm, asked for every constant of its own (`python -m tests.oracles.flags`)",
        "flags": [name for name in candidates if name not in unknown],
        "experimental": sorted(set(re.findall(r"flag (\S+) is experimental", said))),
        "pairs": sorted(re.findall(r"contradictory: (\S+) vs (\S+)", said)),
    }


def _lines(found: dict[str, object]) -> str:
    """JSON with the names of a list side by side."""
    dumped = json.dumps(found, indent=1)
    listed = re.compile(r"\[\s+(\"[^\]\[]*?\")\s+\]")
    return listed.sub(lambda match: _side_by_side(match[1].split()), dumped) + "\n"


def _side_by_side(words: list[str]) -> str:
    flat = f"[{' '.join(words)}]"
    if len(flat) < 100:
        return flat
    wrapped = textwrap.wrap(" ".join(words), 116, break_on_hyphens=False)
    return "[\n" + "\n".join(f"  {line}" for line in wrapped) + "\n ]"


if __name__ == "__main__":
    FILE.write_text(_lines(flags(Path(sys.argv[1]) if len(sys.argv) > 1 else newest())), "utf-8")
    sys.stdout.write(f"{dt.datetime.now(dt.timezone.utc).date()}: wrote {FILE.name}\n")
