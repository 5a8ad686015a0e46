"""The walk and what stands in its way; sizes, hashes and the gzip estimate."""

from __future__ import annotations

import hashlib
import os
import sys
import zlib
from typing import TYPE_CHECKING

import pytest

from edgewheel.findings import CouldNotRun
from edgewheel.repository.discovery import find_one
from edgewheel.repository.disk import Disk
from edgewheel.wrangler.collect import Module, Upload, collect
from edgewheel.wrangler.config import resolve
from edgewheel.wrangler.content import gzip_estimate, sha256
from edgewheel.wrangler.sizes import kib
from edgewheel.wrangler.sourcemaps import content
from edgewheel.wrangler.version import switches

if TYPE_CHECKING:
    from pathlib import Path

    from edgewheel.repository.disk import Entry

TOML = 'name = "t"\nmain = "src/main.py"\ncompatibility_date = "2025-10-01"\ncompatibility_flags = ["python_workers"]\n'
BOTH = pytest.mark.parametrize("version", ["4.164.0", "4.42.2"])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.py").write_text("x = 1\n")
    (tmp_path / "wrangler.toml").write_text(TOML)
    return tmp_path


def upload(root: Path, disk: Disk | None = None, version: str = "4.164.0") -> Upload:
    worker = find_one(str(root))
    return collect(resolve(worker), disk or worker.disk, switches(version))


def names(found: Upload) -> list[str]:
    return [module.name for module in found.modules]


def test_a_whole_upload(project: Path) -> None:
    (project / "src" / "core").mkdir()
    (project / "src" / "core" / "b.py").write_text("1\n")
    (project / "python_modules" / "p").mkdir(parents=True)
    (project / "python_modules" / "p" / "a.py").write_text("12\n")
    root = project.as_posix()
    main = Module("main.py", "python", 6, f"{root}/src/main.py", f"{root}/src/main.py")
    rest = (
        Module("core/b.py", "python", 2, f"{root}/src/core/b.py", f"{root}/src/core/b.py"),
        Module("python_modules/p/a.py", "buffer", 3, *[f"{root}/python_modules/p/a.py"] * 2),
    )
    config = f"{root}/wrangler.toml"
    assert upload(project) == Upload(
        "4.164.0", config, None, main.path, f"{root}/src", (main, *rest), rest, attached=2, total_bytes=11
    )


def test_a_loop_of_links_is_not_followed(project: Path) -> None:
    (project / "src" / "round").symlink_to(".", target_is_directory=True)
    (project / "src" / "up").symlink_to("..", target_is_directory=True)
    assert (names(upload(project)), upload(project).error) == (["main.py"], None)


@BOTH
def test_a_link_to_itself(project: Path, version: str) -> None:
    (project / "src" / "self.py").symlink_to("self.py")
    assert "src/self.py" in str(upload(project, version=version).error)


def test_a_pipe_is_told_not_waited_for(project: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("there are no pipes among the files")
    os.mkfifo(project / "src" / "pipe.py")
    os.mkfifo(project / "src" / "pipe")
    found = upload(project)
    assert (
        found.error
        == f"`{project.as_posix()}/src/pipe.py` is not a regular file: wrangler would read from it without end"
    )


class Broken(Disk):
    """A disk with a forbidden file or folder, and one that changes under the reader's hands."""

    def __init__(self, *, closed: str = "", gone: str = "") -> None:
        super().__init__()
        self.closed = closed
        self.gone = gone

    def size(self, path: str) -> int:
        if self.gone and path.endswith(self.gone):
            os.unlink(path)
        if self.closed and path.endswith(self.closed):
            raise CouldNotRun(f"`{path}` cannot be read: Permission denied")
        return super().size(path)

    def scan(self, path: str) -> tuple[Entry, ...]:
        if self.closed and path.endswith(self.closed):
            raise CouldNotRun(f"`{path}` cannot be read: Permission denied")
        return super().scan(path)


@pytest.mark.parametrize(
    ("version", "error"),
    [
        ("4.42.2", "ENOENT: no such file or directory, open '{}/src/gone.py'"),
        (
            "4.164.0",
            (
                "A file or directory could not be found.\nMissing file or directory: {}/src/gone.py\n"
                "This is typically caused by:\n- The file or directory does not exist\n- A typo in the file path\n"
                "- The file was moved or deleted\nPlease check the file path and try again."
            ),
        ),
    ],
)
def test_a_file_that_vanishes_during_the_walk(version: str, error: str, project: Path) -> None:
    (project / "src" / "gone.py").write_text("")
    assert upload(project, Broken(gone="gone.py"), version).error == error.format(project.as_posix())


@pytest.mark.parametrize(
    ("version", "what", "error"),
    [
        ("4.42.2", "closed", "EACCES: permission denied, scandir '{}/src/closed'"),
        ("4.42.2", "closed.py", "EACCES: permission denied, open '{}/src/closed.py'"),
        (
            "4.164.0",
            "closed",
            "A permission error occurred while accessing the file system.\nAffected path: {}/src/closed\n",
        ),
        (
            "4.164.0",
            "closed.py",
            "A permission error occurred while accessing the file system.\nAffected path: {}/src/closed.py\n",
        ),
    ],
)
def test_what_may_not_be_read(version: str, what: str, error: str, project: Path) -> None:
    (project / "src" / "closed").mkdir()
    (project / "src" / "closed.py").write_text("")
    found = upload(project, Broken(closed=what), version).error
    assert str(found).startswith(error.format(project.as_posix()))


def test_the_order_is_that_of_the_bytes(project: Path) -> None:
    for name in ("é.py", "B.py", "a.py", "a-b.py", "a_b/x.py", "a/x.py", "10.py", "2.py", ".hid.py", "_x.py"):
        path = project / "src" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    assert names(upload(project)) == [
        *("main.py", ".hid.py", "10.py", "2.py", "B.py", "_x.py", "a/x.py", "a-b.py", "a.py", "a_b/x.py", "é.py")
    ]


def test_nothing_but_main_is_read(project: Path) -> None:
    (project / "python_modules").mkdir()
    (project / "python_modules" / "big.so").write_bytes(b"x" * 100)

    class Counting(Disk):
        read_paths: list[str]

        def read(self, path: str) -> bytes:
            self.read_paths = [*getattr(self, "read_paths", []), path]
            return super().read(path)

    disk = Counting()
    assert upload(project, disk).total_bytes == 106
    assert disk.read_paths == [f"{project.as_posix()}/src/main.py"]


def test_hashes_and_the_compressed_size(project: Path) -> None:
    (project / "src" / "main.py").write_bytes(b"# caf\xe9\n")
    (project / "python_modules").mkdir()
    (project / "python_modules" / "big.bin").write_bytes(bytes(range(256)) * 5000)
    found = upload(project)
    main = "# caf\ufffd\n".encode()
    big = bytes(range(256)) * 5000
    assert list(sha256(found, Disk())) == [hashlib.sha256(main).hexdigest(), hashlib.sha256(big).hexdigest()]
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    assert gzip_estimate(found, Disk()) == len(packer.compress(big + main) + packer.flush())


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0.00"), (128, "0.13"), (5, "0.00"), (6, "0.01"), (1024, "1.00"), (138_801_152, "135548.00")]
)
def test_kib(size: int, text: str) -> None:
    assert kib(size) == text


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        (
            '{"version":3,"sources":["../../a.ts","./b"],"x":1.50}',
            '{"version":3,"sources":["a.ts","b"],"x":1.5,"file":"n.js"}',
        ),
        ('{"file":"o","sourceRoot":"../r","sources":[],"1":2}', '{"1":2,"file":"n.js","sourceRoot":"r","sources":[]}'),
    ],
)
def test_a_source_map_is_written_anew(text: str, sent: str) -> None:
    assert content("n.js", text.encode()) == sent.encode()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"sources":[1]}', '{"sources":[],"sourceRoot":1}', '{"sources":[],"x":NaN}']
)
def test_what_is_no_source_map(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        content("n.js", text.encode())
