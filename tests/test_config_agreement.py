"""The rules on generated configs: no fix proposes what wrangler refuses, `check` and `bundle` judge alike.

`EDGEWHEEL_CONFIGS` (default 500) and `EDGEWHEEL_ORACLE_SEED` choose the configs.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from tests.oracles.compare import folder
from tests.oracles.configs import Mutant, replaced, sample

from edgewheel.deploy import Deploys
from edgewheel.documents.document import parse
from edgewheel.repository.discovery import find_one
from edgewheel.rules import runner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edgewheel.documents.document import Key
    from edgewheel.findings import Finding
    from edgewheel.repository.worker import Worker

CONFIG_RULES = runner.rules_for(select=("EW002", "EW30", "EW31"))
#: the rules that say that wrangler refuses the config itself
REFUSING = runner.rules_for(select=("EW002", "EW302", "EW303", "EW311", "EW312"))


#: what a finding says whose level does not tell whether wrangler refuses
UNREFUSED = ("matches nothing", "is ignored by wrangler, which reads")
PLACEHOLDER = "wrangler refuses the config unless it is filled in"
#: what `bundle` cannot predict: it is the machine's business
UNKNOWN = "so that the upload depends on the machine and is not predicted"


def chosen() -> list[Mutant]:
    count = int(os.environ.get("EDGEWHEEL_CONFIGS", "500"))
    return sample(count, int(os.environ.get("EDGEWHEEL_ORACLE_SEED", "1")))


def written(root: Path, config: dict[str, Any], env: str | None) -> Worker:
    worker = find_one(str(root))
    worker.config = parse(f"{root}/wrangler.json", json.dumps(config, indent=1).encode())
    worker.env = env or ""  # the top level alone: `check` judges every environment
    return worker


def proposals(worker: Worker, found: Finding) -> Iterator[tuple[Key, Any]]:
    """The keys at which a fix may mean its value, if it is a key with a value."""
    try:
        ((name, value),) = json.loads(f"{{{found.fix}}}").items()
    except ValueError:
        return
    document = worker.config
    at = [key for key, (line, _) in document.positions.items() if line == found.place.line]
    for key in at or [()]:
        if key[-1:] == (name,):
            yield key, value
        elif isinstance(document.get(*key), dict):
            yield (*key, name), value


def test_no_fix_proposes_what_is_refused(tmp_path: Path) -> None:
    root, tried = folder(tmp_path / "worker"), 0
    for mutant in chosen():
        worker = written(root, mutant.config, mutant.env)
        for found in runner.check(worker, CONFIG_RULES):
            for key, value in list(proposals(worker, found))[:1]:
                tried += 1
                again = written(root, replaced(mutant.config, key, value), mutant.env)
                # a list of flags has a finding for each of them
                left = [each for each in runner.check(again, CONFIG_RULES) if each.message == found.message]
                assert not left, (mutant.config, found)
    assert tried > len(chosen()) / 20


def test_check_and_bundle_agree_on_what_is_refused(tmp_path: Path) -> None:
    root = folder(tmp_path / "worker")
    for mutant in chosen():
        worker = written(root, mutant.config, mutant.env)
        deploy = Deploys(worker).of(mutant.env)
        refused = deploy.upload.error or ""
        if not deploy.config.is_python or UNKNOWN in refused:
            continue
        found = [each for each in runner.check(worker, REFUSING) if _says_refused(each)]
        assert bool(refused) == bool(found), (mutant.config, mutant.env, refused, found)


def _says_refused(found: Finding) -> bool:
    is_error = found.level == "error" and not any(each in found.message for each in UNREFUSED)
    return is_error or PLACEHOLDER in found.message
