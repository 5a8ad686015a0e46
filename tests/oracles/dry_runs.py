"""Whole dry runs: what wrangler refuses after its validation, and whether `check` and `bundle` say the same.

python -m tests.oracles.dry_runs 800 SEED      generated configs
python -m tests.oracles.dry_runs realistic     those of realistic.txt, each as TOML and as JSON
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import tomlkit
from tests import wrangler_oracle
from tests.oracles.compare import folder
from tests.oracles.configs import BASE, sample
from tests.wrangler_cases import plain

from edgewheel.deploy import Deploys
from edgewheel.repository.discovery import find_one
from edgewheel.rules import runner

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: the rules that say that wrangler refuses the config itself
REFUSING = ("EW002", "EW302", "EW303", "EW311", "EW312")
PLACEHOLDER = "wrangler refuses the config unless it is filled in"


class Project(NamedTuple):
    """A config as a file, and the environment to deploy."""

    name: str
    file: str
    text: str
    env: str | None = None


class Run(NamedTuple):
    """One config: wrangler's first error, ours, and whether `check` has an error for it."""

    project: Project
    real: str
    ours: str
    checked: bool

    @property
    def is_same(self) -> bool:
        return bool(self.real) == bool(self.ours) == self.checked

    @property
    def has_same_text(self) -> bool:
        return self.real.split("\n")[:2] == self.ours.split("\n")[:2]


def realistic() -> Iterator[Project]:
    """What people write, right and wrong."""
    for block in Path(__file__).with_name("realistic.txt").read_text("utf-8").split("---\n"):
        name, _, text = block.partition("\n")
        text = text if text.startswith(("name =", "main =")) else f"{tomlkit.dumps(BASE)}{text}"
        data = tomlkit.parse(text).unwrap()
        env = next(iter(data["env"]), None) if isinstance(data.get("env"), dict) else None
        yield Project(name.removeprefix("# "), "wrangler.toml", text, env)
        if not any(isinstance(each, dt.date) for each in (*data.values(), *data.get("vars", ()))):
            yield Project(name.removeprefix("# "), "wrangler.jsonc", json.dumps(data, default=str), env)


def generated(count: int, number: int) -> Iterator[Project]:
    """Mutants; `[build] command` is taken out, for it would run."""
    for each in sample(count, number):
        yield Project(f"{each.key} {each.kind}", "wrangler.json", json.dumps(_unbuilt(each.config)), each.env)


def runs(projects: Iterable[Project], version: str = "4.164.0") -> Iterator[Run]:
    """Each config in a folder of its own."""
    batch = wrangler_oracle.Batch(version)
    with tempfile.TemporaryDirectory() as temporary:
        for at, project in enumerate(projects):
            root = folder(Path(temporary).resolve() / str(at))
            (root / "wrangler.json").unlink()
            (root / project.file).write_text(project.text, "utf-8")
            (root / "pyproject.toml").write_text(f'[tool.edgewheel]\nwrangler-version = "{version}"\n', "utf-8")
            said = batch.run(root, ".", ["--env", project.env] if project.env else [])
            real = "\n".join(said["errors"]) or ("exit 1" if said["exit"] else "")
            asked = Deploys(find_one(str(root)), version=version)
            ours = plain(asked.of(project.env).upload.error or "", root)
            yield Run(project, real, ours, _is_refused(root, project.env))
    batch.close()


def _is_refused(root: Path, env: str | None) -> bool:
    worker = find_one(str(root))
    worker.env = env or ""
    rules = runner.rules_for(select=REFUSING)
    return any(each.level == "error" or PLACEHOLDER in each.message for each in runner.check(worker, rules))


def _unbuilt(config: dict[str, Any]) -> dict[str, Any]:
    build = config.get("build")
    kept = {name: value for name, value in build.items() if name != "command"} if isinstance(build, dict) else build
    return {**config, "build": kept} if "build" in config else config


if __name__ == "__main__":
    count = 0
    chosen = realistic() if sys.argv[1] == "realistic" else generated(int(sys.argv[1]), int(sys.argv[2]))
    for each in runs(chosen):
        count += 1
        if not (each.is_same and each.has_same_text):
            sys.stdout.write(f"{'TEXT' if each.is_same else 'VERDICT'} {each.project}\n")
            sys.stdout.write(f"  wrangler: {each.real[:300]!r}\n")
            sys.stdout.write(f"  bundle: {each.ours[:300]!r}\n  check: {each.checked}\n")
    sys.stdout.write(f"{count} configs\n")
