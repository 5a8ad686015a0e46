"""Options of this test suite."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest

# A machine that is busy is no fault of the code: no time limits. CI draws more examples in one job than in each.
hypothesis.settings.register_profile(
    "few", max_examples=40, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("more", hypothesis.settings.get_profile("few"), max_examples=200)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "few"))

os.environ.pop("UV_RUN_RECURSION_DEPTH", None)  # `uv run pytest` is not how people call edgewheel
EXAMPLES = Path(__file__).parent.parent / "examples"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cases", action="store_true", help="write what the cases find now into tests/cases as expected"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--update-cases") and getattr(config.option, "numprocesses", None):
        raise pytest.UsageError("--update-cases writes into shared files: run it without -n")


@pytest.fixture(scope="session")
def forge_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as its team had it, made from `forge`. To be copied by who writes into it."""
    folder = tmp_path_factory.mktemp("examples") / "forge-before"
    subprocess.run([sys.executable, str(EXAMPLES / "before.py"), str(folder)], check=True)
    return folder
