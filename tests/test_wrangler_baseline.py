"""The weight of an upload in a file, and what changed since."""

from __future__ import annotations

import json

import pytest

from edgewheel.findings import CouldNotRun
from edgewheel.wrangler.baseline import Baseline, Change, changes, dump, of, parse
from edgewheel.wrangler.collect import Module, Upload

BEFORE = Baseline(1000, None, {"./core": (400, 4), "python_modules/six": (500, 1), "python_modules/gone": (100, 1)})
AFTER = Baseline(
    2450, 700, {"./core": (300, 3), "python_modules/six": (650, 1), "python_modules/née": (1500, 2), "./empty": (0, 1)}
)


def test_of_an_upload() -> None:
    main = Module("main.py", "python", 10, "/w/main.py")
    upload = Upload("4.164.0", "/w/wrangler.toml", None, "/w/main.py", "/w", modules=(main,), total_bytes=10)
    assert of(upload, gzip_bytes=8) == Baseline(10, 8, {"./main": (10, 1)})


def test_changes() -> None:
    assert changes(BEFORE, AFTER) == (
        Change("python_modules/née", 0, 1500, 0, 2),
        Change("python_modules/six", 500, 650, 1, 1),
        Change("./core", 400, 300, 4, 3),
        Change("python_modules/gone", 100, 0, 1, 0),
        Change("./empty", 0, 0, 0, 1),
    )
    assert [each.word for each in changes(BEFORE, AFTER)] == ["came", "grew", "shrank", "went", "came"]
    assert changes(AFTER, AFTER) == ()


def test_a_file_keeps_its_other_environments() -> None:
    first = dump(BEFORE)
    both = dump(AFTER, env="production", before=first.encode(), path="b.json")
    assert parse(both.encode(), path="b.json") == BEFORE
    assert parse(both.encode(), path="b.json", env="production") == AFTER
    assert parse(both.encode(), path="b.json", env="staging") is None
    assert dump(AFTER, env="production", before=both.encode()) == both
    assert both.count("\n") == 13
    assert set(json.loads(both)) == {"edgewheel", "uploads"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"edgewheel": "bundle-baseline"}',
        b'{"edgewheel": "log-baseline", "uploads": {}}',
        b'{"edgewheel": "bundle-baseline", "uploads": {"": 3}}',
        b'{"edgewheel": "bundle-baseline", "uploads": {"": {"total_bytes": 1, "gzip_bytes": null}}}',
        b'{"edgewheel": "bundle-baseline", "uploads": {"": {"total_bytes": 1, "gzip_bytes": 1, "packages": {"a": 1}}}}',
    ],
)
def test_what_is_no_baseline(content: bytes) -> None:
    with pytest.raises(CouldNotRun, match=r"`b\.json` is not a baseline file"):
        parse(content, path="b.json")
