"""Trees whose top level calls the project's own functions: the analysis says what Python, and Pyodide, say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.oracles import random_modules

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("first", range(0, 150, 50))
def test_as_the_running_python(first: int, tmp_path: Path) -> None:
    assert random_modules.wrong(range(first, first + 50), "", tmp_path) == []


@pytest.mark.oracle
@pytest.mark.parametrize("python", random_modules.PYODIDES)
def test_as_pyodide(python: str, tmp_path: Path) -> None:
    assert random_modules.wrong(range(50), python, tmp_path) == []
