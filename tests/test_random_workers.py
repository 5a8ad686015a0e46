"""Random Workers: analysis says what Pyodide says with the runtime's questions, or that it cannot know."""

from __future__ import annotations

import pytest
from tests import tools
from tests.oracles.random_workers import differences


@pytest.mark.oracle
@pytest.mark.parametrize("python", ["3.12", "3.13", "3.14"])
def test_random_workers(python: str) -> None:
    tools.pyodide("314.0.7")
    wrong, said = differences(range(50), python)
    assert wrong == []
    assert said[True] > 5
    assert said[False] > 5
