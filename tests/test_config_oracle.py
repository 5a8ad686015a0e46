"""wrangler's own validator against the model: a sample here, all by `python -m tests.oracles.compare`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests import tools
from tests.oracles.compare import differences, report
from tests.oracles.configs import VALID, sample
from tests.oracles.dry_runs import realistic, runs

#: version -> (key, what differs) -> why it may; all else must be the same
KNOWN: dict[str, dict[tuple[str, str], str]] = {
    "4.164.0": {},
    "4.42.2": {
        ("queues", "text"): "null for `consumers` is refused in words, and then crashes wrangler",
        ("observability", "text"): "null is refused in other words, by a crash",
    },
}


@pytest.mark.oracle
@pytest.mark.parametrize("version", KNOWN)
def test_a_sample_is_judged_the_same(version: str) -> None:
    chosen = sample(1500, int(os.environ.get("EDGEWHEEL_ORACLE_SEED", "1")))
    found = differences(chosen, version)
    unknown = [each for each in found if (each.mutant.key, each.kind) not in KNOWN[version]]
    assert not unknown, report(chosen, unknown)


@pytest.mark.oracle
def test_tables_of_toml_are_judged_the_same() -> None:
    chosen = [each for each in sample(1500, 2) if "null" not in json.dumps(each.config)]  # TOML has none
    assert not (found := differences(chosen, "4.164.0", toml=True)), report(chosen, found)


@pytest.mark.oracle
def test_what_people_write_is_judged_as_by_a_dry_run() -> None:
    found = list(runs(realistic()))
    assert len(found) > 300
    assert [each for each in found if not (each.is_same and each.has_same_text)] == []


@pytest.mark.oracle
def test_every_key_of_the_schema_is_drawn() -> None:
    schema = Path(tools.wrangler("4.164.0")[-1]).parent.parent / "config-schema.json"
    definitions = json.loads(schema.read_text("utf-8"))["definitions"]
    assert set(definitions["RawConfig"]["properties"]) - set(VALID) - {"env"} == set()
