import pytest

from src.core.config import x


def test_x():
    assert x
