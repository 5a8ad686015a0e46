"""Whole dry runs: what wrangler refuses after its validation, and whether `check` and `bundle` say the same.

python -m tests.oracles.dry_runs 800 SEED
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests import wrangler_oracle
from tests.oracles.compare import folder
from tests.oracles.configs import Mutant, sample

from edgewheel.deploy import Deploys
from edgewheel.repository.discovery import find_one
from edgewheel.rules import runner

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: the rules that say that wrangler refuses the config itself
REFUSING = ("EW002", "EW302", "EW303", "EW311", "EW312")


class Run(NamedTuple):
    """One config: wrangler's first error, ours, and whether `check` has an error for it."""

    mutant: Mutant
    real: str
    ours: str
    checked: bool

    @property
    def is_same(self) -> bool:
        return bool(self.real) == bool(self.ours) == self.checked

    @property
    def has_same_text(self) -> bool:
        return self.real.split("\n")[:2] == self.ours.split("\n")[:2]


def runs(chosen: Sequence[Mutant], version: str = "4.164.0") -> Iterator[Run]:
    """Each config as a project of its own; `[build] command` is taken out, for it would run."""
    batch = wrangler_oracle.Batch(version)
    with tempfile.TemporaryDirectory() as temporary:
        for at, mutant in enumerate(chosen):
            root = folder(Path(temporary).resolve() / str(at))
            (root / "wrangler.json").write_text(json.dumps(_unbuilt(mutant.config)), "utf-8")
            args = ["--env", mutant.env] if mutant.env else []
            said = batch.run(root, ".", args)
            real = "\n".join(said["errors"]) or ("exit 1" if said["exit"] else "")
            asked = Deploys(find_one(str(root)), version=version)
            yield Run(mutant, real, asked.of(mutant.env).upload.error or "", _is_refused(root, mutant.env))
    batch.close()


def _is_refused(root: Path, env: str | None) -> bool:
    worker = find_one(str(root))
    worker.env = env
    rules = runner.rules_for(select=REFUSING)
    return any(each.level == "error" for each in runner.check(worker, rules))


def _unbuilt(config: dict[str, object]) -> dict[str, object]:
    build = config.get("build")
    kept = {name: value for name, value in build.items() if name != "command"} if isinstance(build, dict) else build
    return {**config, "build": kept} if "build" in config else config


if __name__ == "__main__":
    for each in runs(sample(int(sys.argv[1]), int(sys.argv[2]))):
        if not (each.is_same and each.has_same_text):
            value = {key: item for key, item in each.mutant.config.items() if key in {each.mutant.key, "env"}}
            sys.stdout.write(f"{'TEXT' if each.is_same else 'VERDICT'} {each.mutant.key} {each.mutant.kind}\n")
            sys.stdout.write(f"  {json.dumps(value)[:300]}\n  wrangler: {each.real[:300]!r}\n")
            sys.stdout.write(f"  bundle: {each.ours[:300]!r}\n  check: {each.checked}\n")
