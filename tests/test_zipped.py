"""The directory of a zip as the standard library's `zipfile` reads it, on random archives and on broken ones."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgewheel.repository import zipped

NAMES = st.text(st.characters(exclude_characters="\0\\", exclude_categories=["Cs"]), min_size=1, max_size=20)
METHODS = st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])


def members(raw: bytes) -> list[tuple[str, int, bytes]]:
    """Name, size and content of every entry."""
    file = io.BytesIO(raw)
    found = zipped.directory(file)
    return [(name, size, zipped.head(file, found, at, 1 << 30)) for name, size, at in found.members]


def by_zipfile(raw: bytes) -> list[tuple[str, int, bytes]]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return [(each.orig_filename, each.file_size, archive.read(each)) for each in archive.infolist()]


@settings(max_examples=100, deadline=None)
@given(
    files=st.dictionaries(NAMES, st.tuples(st.binary(max_size=300), METHODS), max_size=8),
    comment=st.binary(max_size=40).filter(lambda text: b"PK" not in text),
    before=st.binary(max_size=40),
)
def test_as_zipfile(files: dict[str, tuple[bytes, int]], comment: bytes, before: bytes) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, (content, method) in files.items():
            archive.writestr(name, content, method)
        archive.comment = comment
    raw = before + target.getvalue()  # as with a program put before its archive
    assert members(raw) == by_zipfile(raw)


def archive(*, zip64: bool = False, flags: int = 0) -> bytearray:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made, made.open("a.txt", "w", force_zip64=zip64) as file:
        file.write(b"content")
    raw = bytearray(target.getvalue())
    at = raw.index(b"PK\1\2")
    raw[at + 8] |= flags
    return raw


def test_sizes_of_64_bits() -> None:
    """A directory whose end record and sizes all stand in their long forms."""
    raw = archive()
    central, end = raw.index(b"PK\1\2"), raw.index(b"PK\5\6")
    entry = raw[central:end]
    size, packed, offset = 7, 7, 0
    entry[20:28] = entry[42:46] * 0 + b"\xff" * 8
    entry[42:46] = b"\xff" * 4
    entry[30:32] = struct.pack("<H", 28)
    entry += struct.pack("<HHQQQ", 1, 24, size, packed, offset)
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(entry), central)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, central + len(entry), 1)
    tail = raw[end:]
    tail[8:20] = b"\xff" * 12
    whole = bytes(raw[:central] + entry + record + locator + tail)
    assert members(whole) == by_zipfile(whole) == [("a.txt", 7, b"content")]


def test_a_limit_is_kept() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("zeros", bytes(50 << 20))
    assert zipped.head(target, zipped.directory(target), 0, 1000) == bytes(1000)


def test_what_cannot_be_unpacked_is_empty() -> None:
    file = io.BytesIO(archive(flags=1))
    assert zipped.head(file, zipped.directory(file), 0, 100) == b""
    file = io.BytesIO(archive())
    found = zipped.directory(file)
    assert zipped.head(file, found, 0, 100) == b"content"
    assert zipped.head(file, found._replace(shift=3), 0, 100) == b""
    assert zipped.head(file, found._replace(shift=-3), 0, 100) == b""
    rare = bytearray(found.raw)
    rare[10] = 99
    assert zipped.head(file, found._replace(raw=bytes(rare)), 0, 100) == b""


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "it is not a zip file"),
        (b"PK\5\6", "its directory cannot be read (unpack_from requires a buffer of at least 22 bytes"),
        (bytes(archive()).replace(b"PK\1\2", b"PK\1\3"), "its directory has a hole"),
        (archive()[:-10] + b"\xff\xff\xff\x0f" + archive()[-6:], "its directory is longer than the file"),
    ],
)
def test_what_is_damaged(raw: bytes, why: str) -> None:
    with pytest.raises(zipped.Damaged) as caught:
        zipped.directory(io.BytesIO(raw))
    assert str(caught.value).startswith(why)


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, 120), with_=st.binary(min_size=1, max_size=8))
def test_any_damage_is_told_or_read_over(at: int, with_: bytes) -> None:
    raw = archive()
    raw[at : at + len(with_)] = with_
    try:
        members(bytes(raw))
    except zipped.Damaged:
        return
