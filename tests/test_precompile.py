"""`precompile`: which compiled files fit, which find room, and what wrangler and Pyodide make of a staged one."""

from __future__ import annotations

import json
import marshal
import os
import subprocess
import sys
from contextlib import nullcontext
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests import tools, wrangler_oracle
from tests.projects import HANDLER, write

from edgewheel.cli import main
from edgewheel.repository import cache
from edgewheel.runtime import bytecode
from edgewheel.runtime.real import compiling

CONFIG = """\
name = "w"
main = "build/worker/worker.py"
compatibility_date = "2026-10-01"
compatibility_flags = ["python_workers"]
build = { command = "edgewheel stage" }

[[rules]]
type = "Data"
globs = ["**/*.pyc"]
fallthrough = true

[python_modules]
exclude = []
"""
PYPROJECT = """\
[project]
name = "w"
version = "1"

[tool.edgewheel]
entry = "src/main.py"

[tool.edgewheel.startup]
precompile = true
"""
FILES = {
    "wrangler.toml": CONFIG,
    "pyproject.toml": PYPROJECT,
    "src/__init__.py": "",
    "src/main.py": f"from src.deep import X\nimport pack\n{HANDLER}",
    "src/deep/__init__.py": "X = 'é'\n",
    "python_modules/pack/__init__.py": "from pack.part import Y\n",
    "python_modules/pack/part.py": "Y = 1\n",
    "python_modules/pack/old.py": "print 'of another age'\n",
    "python_modules/pack-1.dist-info/METADATA": "Name: pack\nVersion: 1\n",
    "python_modules/pack-1.dist-info/RECORD": "pack/__init__.py,,\npack/part.py,,\npack/old.py,,\n",
}


def header(source: bytes, python: str = "3.14", flags: int = 1) -> bytes:
    key = bytecode.magic(python)
    return key + flags.to_bytes(4, "little") + bytecode.source_hash(source, key)


@pytest.mark.parametrize("module", ["main.py", "a/b/c.py", "python_modules/p/__init__.py"])
def test_names_there_and_back(module: str) -> None:
    name = bytecode.compiled_name(module, "3.14")
    assert name.endswith(".cpython-314.pyc")
    assert bytecode.source_name(name) == (module, "3.14")


@pytest.mark.parametrize(
    "name", ["a.pyc", "a/__pycache__/b.pypy310.pyc", "__pycache__/a.cpython-314.opt-1.pyc", "a.py"]
)
def test_other_files(name: str) -> None:
    assert bytecode.source_name(name) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (header(b"x = 1\n") + marshal.dumps(1), True),
        (header(b"x = 2\n") + marshal.dumps(1), False),
        (header(b"x = 1\n", "3.13") + marshal.dumps(1), False),
        (header(b"x = 1\n", flags=3) + marshal.dumps(1), False),
        (header(b"x = 1\n"), False),
        (b"", False),
    ],
)
def test_fits(content: bytes, *, expected: bool) -> None:
    assert bytecode.fits(content, b"x = 1\n", "3.14") is expected


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 255, 256, 1000])
def test_the_hash_in_python_is_that_of_the_interpreter(size: int) -> None:
    if sys.version_info < (3, 11):
        pytest.skip("3.10 has another hash")
    source = bytes(at * 7 % 256 for at in range(size))
    key = bytecode.magic("3.14")
    assert bytecode._siphash(source, int.from_bytes(key, "little")) == bytecode.source_hash(source, key)


def test_what_the_start_reaches_finds_room_first() -> None:
    compiled = {"a.py": b"1234", "b.py": b"123456", "c.py": b"12"}
    found = bytecode.chosen(compiled, ["c.py", "b.py"], 8)
    assert (list(found.files), found.left) == (["c.py", "b.py"], {"a.py": 4})


@pytest.fixture
def compiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The modules that were compiled, by a stand-in for Pyodide; the cache is a new one."""
    names: list[str] = []

    def made(missing: dict[str, bytes], *_: object) -> dict[str, bytes]:
        names.extend(missing)
        return {name: header(source) + b"right" for name, source in missing.items()}

    monkeypatch.setenv("EDGEWHEEL_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(compiling, "_made", made)
    monkeypatch.setattr(compiling.npm, "node", lambda: "node")
    monkeypatch.setattr(compiling.npm, "fetch", lambda *_: "")
    return names


def compiled(sources: dict[str, bytes]) -> dict[str, bytes]:
    return compiling.compiled(sources, "3.14", timeout=1, waiting=lambda _: nullcontext())


SOURCES = {"a.py": b"x = 1\n", "b.py": b"x = 1\n"}


def test_what_was_compiled_is_kept(compiles: list[str]) -> None:
    first = compiled(SOURCES)
    assert compiled(SOURCES) == first
    assert compiles == ["a.py", "b.py"]
    assert compiled({"a.py": b"x = 2\n"}) == {"a.py": header(b"x = 2\n") + b"right"}


@pytest.mark.parametrize(
    "how", ["a digest", "another key", "another module's", "damaged", "cut short", "no key any more"]
)
def test_a_planted_file_is_passed_over(tmp_path: Path, compiles: list[str], how: str) -> None:
    compiled(SOURCES)
    compiles.clear()
    (folder,) = (tmp_path / "cache" / "compiled").iterdir()
    place, other = (folder / compiling._key(name, source) for name, source in SOURCES.items())
    wrong = header(b"x = 1\n") + b"wrong"
    key = tmp_path / "cache" / "records" / "key"
    if how == "no key any more":
        key.unlink()
    else:
        whole = place.read_bytes()
        place.write_bytes(
            {
                "a digest": sha256(wrong).digest() + wrong,
                "another key": cache.seal(place.name.encode() + wrong, bytes(32)) + wrong,
                "another module's": other.read_bytes(),
                "damaged": whole[:-1] + b"!",
                "cut short": whole[:20],
            }[how]
        )
    assert compiled(SOURCES) == {name: header(source) + b"right" for name, source in SOURCES.items()}
    assert compiles == (["a.py", "b.py"] if how == "no key any more" else ["a.py"])


def findings(capsys: pytest.CaptureFixture[str], root: Path) -> list[tuple[str, str, str]]:
    main(["check", str(root), "--select", "EW304,EW306,EW308,EW309,EW402,EW501", "--format", "json"])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["findings"]
    return [(each["code"], each["path"].rpartition("/")[2], each["fix"]) for each in found]


def test_a_stale_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = write(tmp_path / "w", FILES)
    cache = root / "python_modules/pack/__pycache__"
    cache.mkdir()
    part = cache / "part.cpython-314.pyc"
    part.write_bytes(header(b"Y = 1\n") + marshal.dumps(1))
    assert findings(capsys, root) == []
    part.write_bytes(header(b"Y = 0\n") + marshal.dumps(1))
    (cache / "gone.cpython-314.pyc").write_bytes(header(b"") + marshal.dumps(1))
    assert findings(capsys, root) == [
        ("EW501", "gone.cpython-314.pyc", "edgewheel stage"),
        ("EW501", "part.cpython-314.pyc", "edgewheel stage"),
    ]


def test_without_the_setting_only_what_would_run_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = write(tmp_path / "w", {**FILES, "pyproject.toml": PYPROJECT.replace("true", "false")})
    cache = root / "python_modules/pack/__pycache__"
    cache.mkdir()
    (cache / "part.cpython-314.pyc").write_bytes(header(b"Y = 0\n") + marshal.dumps(1))
    (cache / "__init__.cpython-313.pyc").write_bytes(header(b"", "3.13") + marshal.dumps(1))
    found = findings(capsys, root)
    assert [each[:2] for each in found if each[0] == "EW501"] == [("EW501", "part.cpython-314.pyc")]
    assert {"EW308", "EW402"} <= {each[0] for each in found}


def test_trim_leaves_them_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = write(tmp_path / "w", {**FILES, "python_modules/pack/tests/__init__.py": "x = 1\n" * 400})
    cache = root / "python_modules/pack/__pycache__"
    cache.mkdir()
    (cache / "part.cpython-314.pyc").write_bytes(header(b"Y = 1\n") + bytes(4000))
    assert main(["trim", str(root), "--write", "--format", "json"]) == 0
    (table,) = json.loads(capsys.readouterr().out)["tables"]
    assert table["exclude"] == ["**/tests/**"]


@pytest.fixture
def runtimes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "cache" / "runtimes"
    kept.mkdir(parents=True)
    for version in ("0.26.4", "0.28.3", "314.0.7"):
        (kept / f"pyodide-{version}").symlink_to(tools.pyodide(version))
    monkeypatch.setenv("EDGEWHEEL_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv(
        "PATH", os.pathsep.join([str(Path(sys.executable).parent), str(tools.node().parent), os.environ["PATH"]])
    )


def edgewheel(root: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "edgewheel", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.oracle
@pytest.mark.usefixtures("runtimes")
@pytest.mark.parametrize(("date", "digits"), [("2026-10-01", "314"), ("2026-01-01", "313"), ("2025-06-01", "312")])
def test_wrangler_uploads_them_and_they_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], date: str, digits: str
) -> None:
    root = write(tmp_path / "w", {**FILES, "wrangler.toml": CONFIG.replace("2026-10-01", date)})
    real = wrangler_oracle.run(root, ".", [], "4.164.0")
    assert real["exit"] == 0, real
    expected = {
        f"__pycache__/worker.cpython-{digits}.pyc",
        f"src/__pycache__/__init__.cpython-{digits}.pyc",
        f"src/__pycache__/main.cpython-{digits}.pyc",
        f"src/deep/__pycache__/__init__.cpython-{digits}.pyc",
        f"python_modules/pack/__pycache__/__init__.cpython-{digits}.pyc",
        f"python_modules/pack/__pycache__/part.cpython-{digits}.pyc",
    }
    assert {each["name"] for each in real["uploaded"] if each["name"].endswith(".pyc")} == expected
    assert (real["warnings"], real["duplicate_warnings"]) == ([], [])
    told = json.loads(edgewheel(root, "bundle", "--format", "json"))
    assert [(each["name"], each["size"]) for each in told["modules"]] == [
        (each["name"], each["size"]) for each in real["uploaded"]
    ]
    assert findings(capsys, root) == []
    # what is compiled runs, not what the source says by now
    (root / "python_modules/pack/part.py").write_text("raise RuntimeError('the source ran')\n")
    proved = json.loads(edgewheel(root, "prove", "--runtime", "pyodide", "--format", "json"))
    assert (proved["imports"], proved["failures"]) == (True, [])
    assert [each[:2] for each in findings(capsys, root)] == [("EW501", f"part.cpython-{digits}.pyc")]
    edgewheel(root, "stage")
    assert findings(capsys, root) == []
