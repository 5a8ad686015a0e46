"""wrangler's validator and ours on the same configs: verdict, warnings and texts, key by key.

By hand, for the pinned wrangler or another one that is installed somewhere:

    python -m tests.oracles.compare                         4.164.0, every mutant
    python -m tests.oracles.compare 4.42.2
    python -m tests.oracles.compare 4.164.0 toml            the tables as wrangler reads them from TOML (from 4.49.0)
    python -m tests.oracles.compare 4.164.0 path/to/wrangler/wrangler-dist/cli.js

The last one prints what a new release says that the model of the version before does not.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests import tools
from tests.oracles.configs import Mutant, mutants

from edgewheel.deploy import Deploys
from edgewheel.documents.document import parse
from edgewheel.repository.discovery import find_one
from edgewheel.wrangler.diagnose import diagnose

if TYPE_CHECKING:
    from collections.abc import Sequence

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_HERE = Path(__file__).parent


class Said(NamedTuple):
    """What a validator says: the error that ends the run ("" for none), and the warnings before it."""

    error: str
    warnings: str


class Difference(NamedTuple):
    """One config that is judged otherwise: in its verdict, its warnings, or only the error's words."""

    mutant: Mutant
    kind: str
    real: Said
    ours: Said


def folder(root: Path) -> Path:
    """A Worker whose `main` and assets are there."""
    (root / "src").mkdir(parents=True)
    (root / "public").mkdir()
    (root / "src" / "main.py").touch()
    (root / "wrangler.json").write_text('{"main": "src/main.py"}', "utf-8")
    return root


def real(chosen: Sequence[Mutant], root: Path, program: str, *, toml: bool = False) -> list[Said]:
    """What wrangler's own validator says, in one process of Node."""
    orders = "".join(json.dumps({"config": each.config, "env": each.env, "toml": toml}) + "\n" for each in chosen)
    command = [str(tools.node()), "--no-warnings", str(_HERE / "normalize.js"), program, str(root)]
    done = subprocess.run(command, input=orders, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return [Said(_plain(each["crash"] or each["errors"]), _plain(each["warnings"])) for each in answers]


def ours(chosen: Sequence[Mutant], root: Path, version: str, *, toml: bool = False) -> list[Said]:
    """What the model says."""
    worker = find_one(str(root))
    said = []
    for each in chosen:
        document = parse(f"{root}/wrangler.json", json.dumps(each.config).encode())
        worker.config = document._replace(path=f"{root}/wrangler.toml") if toml else document
        deploy = Deploys(worker, version=version).of(each.env)
        found = diagnose(deploy.config, deploy.behavior, str(root), worker.disk)
        warnings = "" if found.crashes else found.notes.text("warnings")
        said.append(Said(_plain(found.error or ""), _plain(warnings)))
    return said


def differences(chosen: Sequence[Mutant], version: str, program: str = "", *, toml: bool = False) -> list[Difference]:
    """Where the two differ; `program` is the `cli.js` of another wrangler than the pinned one."""
    with tempfile.TemporaryDirectory() as temporary:
        root = folder(Path(temporary).resolve() / "worker")
        theirs = real(chosen, root, program or tools.wrangler(version)[-1], toml=toml)
        pairs = zip(chosen, theirs, ours(chosen, root, version, toml=toml), strict=True)
        return [Difference(mutant, kind, a, b) for mutant, a, b in pairs if (kind := _kind(a, b))]


def _kind(a: Said, b: Said) -> str:
    if bool(a.error) != bool(b.error):
        return "verdict"
    return "warnings" if a.warnings != b.warnings else "text" if a.error != b.error else ""


def _plain(text: str) -> str:
    lines = (line.strip() for line in _ANSI.sub("", text).splitlines())
    return "\n".join(line for line in lines if line)


def report(chosen: Sequence[Mutant], found: Sequence[Difference]) -> str:
    """By key: how many configs, and how many are judged otherwise; then the first of each kind."""
    total = Counter(each.key for each in chosen)
    by_key: dict[str, Counter[str]] = defaultdict(Counter)
    for each in found:
        by_key[each.mutant.key][each.kind] += 1
    kinds = Counter(each.kind for each in found)
    lines = [f"{len(chosen)} configs of {len(total)} keys"]
    lines += [
        f"  {kind}: {100 - 100 * kinds[kind] / len(chosen):.2f} % the same" for kind in ("verdict", "warnings", "text")
    ]
    lines += [f"  {key} ({total[key]}): {dict(count)}" for key, count in by_key.items()]
    for key, count in by_key.items():
        for kind in count:
            first = next(each for each in found if each.mutant.key == key and each.kind == kind)
            value = {name: each for name, each in first.mutant.config.items() if name in {key, "env"}}
            texts = [each.warnings if kind == "warnings" else each.error for each in (first.real, first.ours)]
            lines += [
                "",
                f"{key}: {kind} ({first.mutant.kind}, env {first.mutant.env})",
                f"  {json.dumps(value)[:300]}",
            ]
            lines += [f"  wrangler: {texts[0][:400] or '-'}", f"  model: {texts[1][:400] or '-'}"]
    return "\n".join(lines)


if __name__ == "__main__":
    is_toml = "toml" in sys.argv
    words = [each for each in sys.argv[1:] if each != "toml"] or ["4.164.0"]
    # TOML has no null
    every = [each for each in mutants() if not is_toml or "null" not in json.dumps(each.config)]
    sys.stdout.write(report(every, differences(every, *words, toml=is_toml)) + "\n")
