"""Files from a wheel: every hash proved, and no name that could leave the folder."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from edgewheel.findings import CouldNotRun
from edgewheel.layout import unpack
from edgewheel.repository.walk import MARK
from edgewheel_build import staging

if TYPE_CHECKING:
    from pathlib import Path

INFO = "w-1.dist-info"
TREE = {"worker.py": f"{MARK} from src/main.py\n".encode(), "src/__init__.py": b"", "src/a.py": b"A = 1\n" * 50}
WHEEL = {**TREE, f"{INFO}/METADATA": b"Name: w\n", f"{INFO}/WHEEL": b"Wheel-Version: 1.0\n", "w-1.data/scripts/x": b"x"}


def row(name: str, content: bytes, algorithm: str = "sha256") -> str:
    digest = base64.urlsafe_b64encode(hashlib.new(algorithm, content).digest()).rstrip(b"=").decode()
    quoted = f'"{name}"' if "," in name else name
    return f"{quoted},{algorithm}={digest},{len(content)}\n"


def build(folder: Path, files: dict[str, bytes], *, record: str | None = None) -> str:
    """A wheel; `record` replaces the right one."""
    rows = "".join(row(name, content) for name, content in files.items()) + f"{INFO}/RECORD,,\n"
    path = folder / "w-1-py3-none-any.whl"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr(f"{INFO}/RECORD", rows if record is None else record)
    return str(path)


def test_files(tmp_path: Path) -> None:
    odd = {"src/a, b.py": b"x", "src/é\u2028.py": b"y"}
    assert unpack.files(build(tmp_path, {**WHEEL, **odd})) == {**TREE, **odd}
    stronger = "".join(row(name, content, "sha512") for name, content in WHEEL.items())
    assert unpack.files(build(tmp_path, WHEEL, record=stronger)) == TREE


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../evil.py", "outside the staging folder"),
        ("src/../../evil.py", "outside the staging folder"),
        ("/etc/evil.py", "outside the staging folder"),
        ("C:/evil.py", "outside the staging folder"),
        ("C:evil.py", "outside the staging folder"),
        ("src\\evil.py", "outside the staging folder"),
        ("..\\evil.py", "outside the staging folder"),
        ("//host/evil.py", "outside the staging folder"),
        ("src//evil.py", "outside the staging folder"),
        ("./evil.py", "outside the staging folder"),
        ("src/./evil.py", "outside the staging folder"),
        ("src/evil.py:stream", "outside the staging folder"),
        ("src/e\nvil.py", "outside the staging folder"),
        ("src/a.py/evil.py", "a file that is also the folder of"),
    ],
)
def test_names(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(CouldNotRun, match=words):
        unpack.files(build(tmp_path, {**WHEEL, name: b"evil"}))


def test_a_link(tmp_path: Path) -> None:
    path = build(tmp_path, WHEEL)
    link = ZipInfo("src/link.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(CouldNotRun, match=r"the link `src/link.py`"):
        unpack.files(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_duplicate(tmp_path: Path) -> None:
    path = build(tmp_path, WHEEL)
    with ZipFile(path, "a") as archive:
        archive.writestr("src/a.py", b"other")
    with pytest.raises(CouldNotRun, match=r"`src/a\.py` twice"):
        unpack.files(path)


RIGHT = "".join(row(name, content) for name, content in WHEEL.items())
A, INIT = row("src/a.py", TREE["src/a.py"]), row("src/__init__.py", b"")


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (
            RIGHT.replace(A, row("src/a.py", b"other")),
            "`src/a.py` is not what its RECORD",
        ),
        (RIGHT.replace(A, ""), "`src/a.py`, which its RECORD does not list"),
        (RIGHT + row("src/lost.py", b""), "lacks `src/lost.py`"),
        (RIGHT.replace(INIT, "src/__init__.py,,\n"), "`src/__init__.py` is not what"),
        (
            RIGHT.replace(INIT, row("src/__init__.py", b"", "md5")),
            "`src/__init__.py` is not what",
        ),
        (RIGHT.replace(f"{len(TREE['src/a.py'])}\n", "7\n"), "`src/a.py` is not what"),
        ("src/a.py\n", "is not a list of names, hashes and sizes"),
        ("\x00\n", "is not a list of names, hashes and sizes|does not list"),
    ],
)
def test_hashes(tmp_path: Path, record: str, words: str) -> None:
    with pytest.raises(CouldNotRun, match=words):
        unpack.files(build(tmp_path, WHEEL, record=record))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"worker.py": b"mine"}, "no generated `worker.py`"),
        ({"x-2.dist-info/METADATA": b""}, "2 dist-info folders"),
    ],
)
def test_other_wheels(tmp_path: Path, change: dict[str, bytes], words: str) -> None:
    with pytest.raises(CouldNotRun, match=words):
        unpack.files(build(tmp_path, {**WHEEL, **change}))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFO here")
def test_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "forge-1.0-py3-none-any.whl")
    with pytest.raises(CouldNotRun, match="cannot be read: it is not a file"):
        unpack.files(str(tmp_path / "forge-1.0-py3-none-any.whl"))


def test_a_damaged_zip(tmp_path: Path) -> None:
    path = build(tmp_path, WHEEL)
    with open(path, "rb") as file:
        content = bytearray(file.read())
    at = content.find(b"src/a.py") + len("src/a.py") + 4
    content[at : at + 4] = b"\xff\xff\xff\xff"
    for damaged in (bytes(content), b"no zip", b"", bytes(content[: len(content) // 2])):
        with open(path, "wb") as file:
            file.write(damaged)
        with pytest.raises(CouldNotRun, match=r"damaged wheel, nothing is staged"):
            unpack.files(path)


def test_nothing_is_written_from_a_bad_wheel(tmp_path: Path) -> None:
    path = build(tmp_path, {**WHEEL, "zz/../../evil.py": b"evil"})
    with pytest.raises(CouldNotRun):
        staging.write(staging.from_content(unpack.files(path), path), str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_zip_that_says_it_is_huge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "_LIMIT_BYTES", 100)
    with pytest.raises(CouldNotRun, match="no Worker can carry"):
        unpack.files(build(tmp_path, WHEEL))
