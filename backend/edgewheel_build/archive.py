"""Writes files into hatchling's wheel archive, byte for byte as it does itself, in half the time a file.

`zipfile` writes every local header twice, and hatchling reads in small pieces; here a file is read, compressed and
written at once.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipInfo

from hatchling.builders.utils import normalize_file_permissions, set_zip_info_mode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hatchling.builders.plugin.interface import IncludedFile
    from hatchling.builders.wheel import RecordFile, WheelArchive

#: Larger files are left to `zipfile`, which knows when a header needs 64 bits.
_LARGE = 64 << 20


def write(archive: WheelArchive, records: RecordFile, files: Iterable[IncludedFile]) -> None:
    """Adds the files and their records, in the given order."""
    if not archive.reproducible or archive.time_tuple is None:  # headers then tell the times of the files
        for file in files:
            records.write(archive.add_file(file))
        return
    archive.fd.seek(archive.zf.start_dir)
    for file in files:
        data, mode = _read(file.path)
        name = file.distribution_path.replace(os.sep, "/")
        if data is None or name in archive.zf.NameToInfo:  # for the latter hatchling ends the build in its own words
            records.write(archive.add_file(file))
            archive.fd.seek(archive.zf.start_dir)
        else:
            _append(archive, ZipInfo(name, archive.time_tuple), data, mode)
            digest = urlsafe_b64encode(hashlib.sha256(data).digest()).decode("ascii").rstrip("=")
            records.write((name, f"sha256={digest}", str(len(data))))


def _read(path: str) -> tuple[bytes | None, int]:
    """The content of a file, None of a large one, and its mode."""
    with open(path, "rb", buffering=0) as file:
        status = os.fstat(file.fileno())
        return (file.readall() if status.st_size < _LARGE else None), status.st_mode


def _append(archive: WheelArchive, info: ZipInfo, data: bytes, mode: int) -> None:
    zipped = archive.zf
    compressor = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = compressor.compress(data) + compressor.flush()
    set_zip_info_mode(info, normalize_file_permissions(mode))
    info.compress_type = ZIP_DEFLATED
    info.CRC, info.file_size, info.compress_size = zlib.crc32(data), len(data), len(packed)
    info.header_offset = zipped.start_dir
    written = info.FileHeader(zip64=False) + packed
    archive.fd.write(written)
    zipped.start_dir += len(written)
    zipped.filelist.append(info)
    zipped.NameToInfo[info.filename] = info
