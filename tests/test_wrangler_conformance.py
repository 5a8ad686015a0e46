"""Every recorded run of the real wrangler, predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests import wrangler_cases as recorded

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("name", "version"), recorded.runs())
def test_prediction_equals_the_recorded_run(name: str, version: str, tmp_path: Path) -> None:
    case = recorded.load(name)
    recorded.write(case["files"], tmp_path)
    predicted = recorded.predict(tmp_path, case["cwd"], case["args"], version)
    assert recorded.differences(case["expect"][version], recorded.outcome(predicted, tmp_path)) == {}
