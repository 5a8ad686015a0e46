"""Random TOML texts through the reader of wrangler itself: the same verdict and the same values."""

from __future__ import annotations

import json
import math
import subprocess
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from tests import tools
from tests.toml_texts import texts

from edgewheel.documents.document import parse_text

#: smol-toml, cut out of wrangler's one file, between the comments that its bundler leaves.
SCRIPT = """
const fs = require("fs");
const source = fs.readFileSync(process.argv[2], "utf8");
const begin = source.search(/^\\/\\/ \\S*smol-toml@[^\\n]*error\\.js$/m);
const end = source.search(/^\\/\\/ \\S*smol-toml@[^\\n]*stringify\\.js$/m);
const once = (f) => { let done = false; return () => { if (!done) { done = true; f(); } }; };
const { parse, TomlDate } = new Function("__esm", "__name", "init_import_meta_url",
  `${source.slice(begin, end)}; init_parse(); return { parse, TomlDate };`,
)((o) => once(Object.values(o)[0]), (x) => x, () => {});
const table = (v) => Object.fromEntries(Object.entries(v).map(([k, x]) => [k, plain(x)]));
const plain = (v) => {
  if (v instanceof TomlDate) return { date: true };
  if (typeof v === "number" && !Number.isFinite(v)) return { number: String(v) };
  return Array.isArray(v) ? v.map(plain) : v && typeof v === "object" ? table(v) : v;
};
console.log(JSON.stringify(JSON.parse(fs.readFileSync(0, "utf8")).map((text) => {
  try { return { data: plain(parse(text)) }; } catch (error) { return { line: error.line }; }
})));
"""


def plain(value: Any) -> Any:
    if isinstance(value, date | time):
        return {"date": True}
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")}
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def ours(text: str) -> dict[str, Any]:
    document = parse_text("/p/wrangler.toml", text)
    if document.problem is not None or document.wrangler_refuses is not None:
        return {"line": True}
    return {"data": plain(document.data)}


@pytest.mark.oracle
@pytest.mark.parametrize("seed", [1, 2])
def test_as_wrangler_reads_it(seed: int, tmp_path: Path) -> None:
    program = Path(tools.wrangler("4.164.0")[-1])
    script = tmp_path / "smol.js"
    script.write_text(SCRIPT, "utf-8")
    given = texts(seed, 4000)
    done = subprocess.run(
        [str(tools.node()), str(script), str(program)],
        input=json.dumps(given),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    differ = []
    for text, theirs in zip(given, json.loads(done.stdout), strict=True):
        mine = ours(text)
        if ("data" in mine) != ("data" in theirs) or mine.get("data") != theirs.get("data"):
            differ.append((text, mine, theirs))
    assert differ == []
