"""wrangler's own validator against the model: a sample here, all by `python -m tests.oracles.compare`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests import tools
from tests.oracles.compare import differences, report
from tests.oracles.configs import VALID, sample

#: version -> (key, what differs) -> why it may; all else must be the same
KNOWN: dict[str, dict[tuple[str, str], str]] = {
    "4.164.0": {},
    "4.42.2": {
        **dict.fromkeys((("placement", "verdict"), ("placement", "text")), "its words and its null, before regions"),
        **dict.fromkeys(
            (("containers", "verdict"), ("containers", "text"), ("containers", "warnings")),
            "names in environments and images, in the words of the first releases",
        ),
        ("migrations", "text"): "a crash names its variables otherwise",
        ("queues", "text"): "consumers of type http_pull were allowed",
        ("r2_buckets", "text"): "one more text for a bucket without a name",
        ("observability", "text"): "the order of two texts",
        ("mixes", "text"): "as above",
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
def test_every_key_of_the_schema_is_drawn() -> None:
    schema = Path(tools.wrangler("4.164.0")[-1]).parent.parent / "config-schema.json"
    definitions = json.loads(schema.read_text("utf-8"))["definitions"]
    assert set(definitions["RawConfig"]["properties"]) - set(VALID) - {"env"} == set()
