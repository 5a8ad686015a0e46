"""The examples, predicted by `edgewheel bundle` and uploaded (in a dry run) by the real wrangler."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests import wrangler_oracle

from edgewheel.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parent.parent / "examples"
ENVIRONMENTS = (None, "develop", "staging", "production", "preview")


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory, forge_before: Path) -> Iterator[Path]:
    """Copies: a build writes into them. `edgewheel` of this Python is on PATH, for `[build] command`."""
    top = tmp_path_factory.mktemp("examples")
    for source in (EXAMPLES / "forge", forge_before):
        shutil.copytree(source, top / source.name, ignore=shutil.ignore_patterns("build", "dist", ".venv*"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        yield top


@pytest.mark.oracle
@pytest.mark.parametrize("version", ["4.164.0", "4.42.2"])
@pytest.mark.parametrize("env", ENVIRONMENTS)
@pytest.mark.parametrize("name", ["forge-before", "forge"])
def test_prediction_is_what_wrangler_uploads(
    examples: Path, name: str, env: str | None, version: str, capsys: pytest.CaptureFixture[str]
) -> None:
    root = examples / name / "backend"
    chosen = ["--env", env] if env else []
    code = main(["bundle", str(root), *chosen, "--wrangler", version, "--hash", "--gzip", "--format", "json"])
    ours = json.loads(capsys.readouterr().out)
    theirs = wrangler_oracle.deploy(root, chosen, version)
    assert (code != 0) == (theirs["exit"] != 0), (ours["error"], theirs["errors"])
    assert [without(module, "source") for module in ours["modules"]] == theirs["uploaded"]
    assert ours["attached"] == (theirs["attached"] or 0)
    assert ours["duplicate_warnings"] == theirs["duplicate_warnings"]
    assert sorted(map(plain, ours["warnings"])) == sorted(map(plain, theirs["warnings"]))
    if not code:
        assert ours["total_upload_kib"] == theirs["total_upload_kib"]
        assert float(ours["gzip_kib"]) == pytest.approx(float(theirs["gzip_kib"]), rel=0.03, abs=0.02)


def without(entry: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != name}


def plain(text: str) -> str:
    return " ".join(text.split())
