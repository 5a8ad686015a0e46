"""Reading logs: numbers, cleaning, block borders, pipes."""

from __future__ import annotations

import io
import os
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgewheel.data import facts
from edgewheel.logs import lines as log

if TYPE_CHECKING:
    from pathlib import Path


def lines(raw: bytes, *anchors: bytes) -> list[tuple[int, str]]:
    return [tuple(line) for line in log.matching(io.BytesIO(raw), anchors)]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", []),
        (b"one\ntwo x\nthree\n", [(2, "two x")]),
        (b"x", [(1, "x")]),
        (b"x\n\nx\r\n", [(1, "x"), (3, "x")]),
        (b"x x x\n", [(1, "x x x")]),
        (b"\xff x\n", [(1, "\ufffd x")]),
        (b"\x1b[33mwarn\x1b[0m x \x1b]8;;u\x07link\x1b]8;;\x07\n", [(1, "warn x link")]),
        (b"2026-11-20T10:00:00.1234567Z x\n", [(1, "x")]),
        (b"2026-11-20T10:00:00Z 00O x\n", [(1, "x")]),
        (b"[10:00:00] x\n", [(1, "x")]),
        (b"10 %\r50 %\r100 % x\n", [(1, "100 % x")]),
    ],
)
def test_lines(raw: bytes, expected: list[tuple[int, str]]) -> None:
    assert lines(raw, b"x") == expected


@given(st.lists(st.text(st.sampled_from("abc x"), max_size=9), max_size=60), st.integers(1, 40))
def test_block_borders_change_nothing(texts: list[str], size: int) -> None:
    raw = "\n".join(texts).encode()
    expected = [(number, text) for number, text in enumerate(texts, 1) if "x" in text or "ab" in text]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log, "_BLOCK", size)
        assert lines(raw, b"x", b"ab") == expected


def test_both_searches_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = b"".join(b"line %d %s\n" % (n, b"needle" if n % 97 == 0 else b"hay") for n in range(50_000))
    found = lines(raw, b"needle", b"line 777 ")
    monkeypatch.setattr(log, "_memmem", lambda: None)
    assert lines(raw, b"needle", b"line 777 ") == found
    assert len(found) == 517


def test_an_endless_line_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_BLOCK", 64)
    monkeypatch.setattr(log, "_LONGEST", 256)
    found = lines(b"a" * 10_000 + b"x" + b"a" * 10_000 + b"\nx\n", b"x")
    assert [text.count("x") for _, text in found] == [1, 1]
    assert max(len(text) for _, text in found) < 500


def test_a_large_file_is_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = b"".join(b"line %d %s\n" % (n, b"needle" if n % 97 == 0 else b"hay") for n in range(20_000)) + b"a needle"
    (tmp_path / "large.log").write_bytes(raw)
    monkeypatch.setattr(log, "_LARGE", 1000)
    monkeypatch.setattr(log, "_PART", 7001)
    with (tmp_path / "large.log").open("rb") as stream:
        found = [tuple(line) for line in log.matching(stream, [b"needle"])]
    assert found == lines(raw, b"needle")
    assert found[-1] == (20_001, "a needle")


def test_a_pipe_is_passed_on_while_it_is_read() -> None:
    reading, writing = os.pipe()
    passed: list[bytes] = []
    arrived = threading.Event()

    def echo(chunk: bytes) -> None:
        passed.append(chunk)
        arrived.set()

    with os.fdopen(reading, "rb") as stream, os.fdopen(writing, "wb", buffering=0) as end:
        reader = threading.Thread(target=lambda: list(log.matching(stream, [b"x"], echo)))
        reader.start()
        end.write(b"no newline yet")
        assert arrived.wait(5)
        end.close()
        reader.join(5)
    assert b"".join(passed) == b"no newline yet"


def test_what_anchors_share_is_of_several() -> None:
    """Else looking for it first would only take longer."""
    anchors = [anchor.encode() for anchor in facts("log_texts")["anchors"]]
    assert all(sum(shared in anchor for anchor in anchors) > 1 for shared in log._SHARED)


def test_numbers_in_a_part_whose_first_blocks_hold_nothing(tmp_path: Path) -> None:
    """Line ends are counted only from the first hit on, those before it afterwards."""
    quiet, found = b"all is well\n" * 300_000, b"message too large\n"
    path = tmp_path / "deploy.log"
    path.write_bytes(quiet + found + quiet + found)
    assert log._part(str(path), 0, path.stat().st_size, {b"message too large": 0}) == [
        log.Line(300_001, "message too large"),
        log.Line(600_002, "message too large"),
    ]
