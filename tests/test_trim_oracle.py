"""Real packages in python_modules: `deps`, `trim` and `check` against the disk, wrangler and Pyodide."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests import tools, wrangler_oracle
from tests.projects import HANDLER, write
from tests.test_trim_reach import FAILING

from edgewheel.cli import main

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.oracle

UV = Path(sys.executable).parent / "uv"
#: Pure Python, but for charset-normalizer, whose compiled part is for 3.13 and has a substitute in Python. rich is not
#: among them: it asks for randomness when it is imported, which a start refuses; httpx imports it where it is there.
PACKAGES = [
    "aiosqlite",
    "annotated-types",
    "anyio",
    "asgiref",
    "attrs",
    "beautifulsoup4",
    "certifi",
    "charset-normalizer",
    "click",
    "distro",
    "django",
    "docstring-parser",
    "h11",
    "httpcore",
    "httpx",
    "idna",
    "iso8601",
    "itsdangerous",
    "jmespath",
    "markdown",
    "markdown-it-py",
    "mdurl",
    "more-itertools",
    "mpmath",
    "networkx",
    "packaging",
    "pygments",
    "pyjwt",
    "pypika-tortoise",
    "python-dateutil",
    "pytz",
    "six",
    "sniffio",
    "soupsieve",
    "sqlalchemy",
    "sqlparse",
    "starlette",
    "structlog",
    "tabulate",
    "toolz",
    "tortoise-orm",
    "tqdm",
    "typing-extensions",
    "tzdata",
    "workers-runtime-sdk",
]
CONFIG = """\
name = "forge"
main = "src/main.py"
compatibility_date = "2026-10-01"
compatibility_flags = ["python_workers"]
"""


@pytest.fixture(scope="module")
def vendored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """python_modules as uv installs it for the newest wasm platform that it has a value for."""
    folder = tmp_path_factory.mktemp("vendored") / "python_modules"
    uv = UV if UV.exists() else Path(shutil.which("uv") or UV)
    platform = ("--python-platform", "wasm32-pyodide2025", "--python-version", "3.13")
    command = [uv, "pip", "install", "-q", "--target", folder, *platform, "--only-binary", ":all:", "--no-deps"]
    try:
        done = subprocess.run([*command, *PACKAGES], capture_output=True, text=True, check=False)
    except OSError as error:
        tools.unavailable(f"uv cannot be started: {error.strerror}")
    if done.returncode:
        tools.unavailable(f"uv pip install failed: {done.stderr.strip()[-500:]}")
    shutil.rmtree(folder / "bin", ignore_errors=True)  # pywrangler copies site-packages only
    shutil.rmtree(folder / "share", ignore_errors=True)
    return folder


@pytest.fixture
def project(tmp_path: Path, vendored: Path) -> Path:
    root = tmp_path / "project"
    shutil.copytree(vendored, root / "python_modules", copy_function=os.link)
    listed = ", ".join(json.dumps(name) for name in PACKAGES if name != "workers-runtime-sdk")
    pyproject = f'[project]\nname = "forge"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = [{listed}]\n'
    # some ask for randomness when they are imported, which a start refuses: with trim or without
    guarded = "try:\n    import {}\nexcept (OSError, RuntimeError):\n    pass\n"
    imports = "".join(guarded.format(name) for name in tops(vendored) if name != "workers")
    return write(root, {"wrangler.toml": CONFIG, "pyproject.toml": pyproject, "src/main.py": imports + HANDLER})


@pytest.fixture
def pyodide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The runtime of the test's own tools in the place of a fetched one."""
    kept = tmp_path / "cache" / "runtimes"
    kept.mkdir(parents=True)
    (kept / "pyodide-314.0.7").symlink_to(tools.pyodide("314.0.7"))
    monkeypatch.setenv("EDGEWHEEL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tools.node().parent}{os.pathsep}{os.environ['PATH']}")


def tops(folder: Path) -> list[str]:
    """What can be imported by its name alone."""
    found = {path.parent.name for path in folder.glob("*/__init__.py")} | {path.stem for path in folder.glob("*.py")}
    return sorted(name for name in found if name.isidentifier() and not name.startswith("_"))


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = main([*arguments, "--format", "json"])
    out, err = capsys.readouterr()
    assert out, err
    return code, json.loads(out)


def on_disk(root: Path) -> dict[str, int]:
    folder = root / "python_modules"
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def test_the_tables_agree_with_the_disk(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    disk = on_disk(project)
    infos = {name.partition("-")[0] for name in disk if ".dist-info/" in name}
    assert len(infos) == len(PACKAGES) >= 30
    _, deps = told(capsys, "deps", str(project))
    assert {each["name"].replace("-", "_") for each in deps["packages"]} == {name.lower() for name in infos}
    # what belongs to no package is uv's own lock file
    nobody = {name: size for name, size in disk.items() if name in {".lock", ".gitignore", "CACHEDIR.TAG"}}
    assert sum(each["bytes"] for each in deps["packages"]) == sum(disk.values()) - sum(nobody.values())
    imported = {each["name"] for each in deps["packages"] if each["imported_by"]}
    assert {"django", "markdown-it-py", "python-dateutil", "pyjwt"} <= imported
    _, trim = told(capsys, "trim", str(project))
    (table,) = trim["tables"]
    assert table["before"] == sum(disk.values()) + (project / "src/main.py").stat().st_size
    assert table["saved"] > 1_000_000
    assert {"django/test", "tortoise/contrib/test"} <= {each["path"] for each in table["kept"]}


def test_compiled_for_another_python(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    compiled = sorted(name for name in on_disk(project) if name.endswith(".so"))
    assert compiled
    code, checked = told(capsys, "check", str(project), "--select", "EW501,EW505")
    (finding,) = checked["findings"]
    assert code == 1
    assert finding["code"] == "EW501"
    assert [name for name in compiled if f"`python_modules/{name}`" not in finding["message"]] == []
    assert "Python 3.13" in finding["message"]
    assert "Python 3.14" in finding["message"]
    assert "pywrangler sync --force" in finding["fix"]
    (project / "wrangler.toml").write_text(CONFIG.replace("2026-10-01", "2026-01-01"))
    assert told(capsys, "check", str(project), "--select", "EW501,EW505") == (
        0,
        {**checked, "findings": []},
    )


@pytest.mark.usefixtures("pyodide")
def test_trimmed_it_imports_and_weighs_what_was_promised(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = on_disk(project)
    code, trim = told(capsys, "trim", str(project), "--write")
    assert (code, trim["written"]) == (0, True)
    assert on_disk(project) == before
    (table,) = trim["tables"]
    real = wrangler_oracle.deploy(project)
    assert real["errors"] == []
    uploaded = {each["name"]: each["size"] for each in real["uploaded"]}
    assert sum(uploaded.values()) == table["after"]
    assert real["total_upload_kib"] == f"{table['after'] / 1024:.2f}"
    assert {name for name in uploaded if name.endswith((".so", ".pth", "/METADATA", "/entry_points.txt"))} == {
        f"python_modules/{name}" for name in before if name.endswith((".so", ".pth", "/METADATA", "/entry_points.txt"))
    }
    again = told(capsys, "trim", str(project), "--write")[1]
    assert (again["written"], again["tables"][0]["patterns"]) == (False, [])
    code, checked = told(capsys, "check", str(project), "--hook", "worker-wrangler-config")
    assert (code, checked["findings"]) == (0, [])
    code, proved = told(capsys, "prove", str(project), "--runtime", "pyodide", "--timeout", "240")
    assert (code, proved["imports"], proved["failures"]) == (0, True, [])


#: A package that opens what is among its tests, in a way that no analysis sees.
HIDDEN: Mapping[str, str] = {
    "python_modules/odd/__init__.py": "from odd.load import TABLE\n",
    "python_modules/odd/load.py": "import os\n"
    "TABLE = open(os.path.join(os.path.dirname(__file__), 'te' + 'sts', 'table.txt')).read()\n",
    "python_modules/odd/tests/table.txt": "x\n" * 900,
    "python_modules/odd-1.dist-info/METADATA": "Name: odd\nVersion: 1\n",
    "python_modules/odd-1.dist-info/RECORD": "odd/__init__.py,,\nodd/load.py,,\nodd/tests/table.txt,,\n",
    "python_modules/plain/__init__.py": "x = 1\n",
    "python_modules/plain/tests/__init__.py": "x = 1\n" * 300,
    "python_modules/plain-1.dist-info/METADATA": "Name: plain\nVersion: 1\n",
    "python_modules/plain-1.dist-info/RECORD": "plain/__init__.py,,\nplain/tests/__init__.py,,\n",
    "python_modules/broken/__init__.py": "import nothing_of_this_name\n",
    "python_modules/broken/tests/__init__.py": "x = 1\n" * 300,
    "python_modules/broken-1.dist-info/METADATA": "Name: broken\nVersion: 1\n",
    "python_modules/broken-1.dist-info/RECORD": "broken/__init__.py,,\nbroken/tests/__init__.py,,\n",
}


@pytest.mark.usefixtures("pyodide")
def test_what_breaks_in_pyodide_is_taken_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = write(tmp_path / "odd", {"wrangler.toml": CONFIG, "src/main.py": HANDLER, **HIDDEN})
    _, trim = told(capsys, "trim", str(root), "--write", "--prove")
    (table,) = trim["tables"]
    assert table["taken_back"] == ["odd"]
    assert table["proved"] == "by analysis and in Pyodide for Python 3.14"
    assert {"plain/**/tests/**", "broken/**/tests/**"} <= set(table["exclude"])
    code, _ = told(capsys, "trim", str(root))
    assert code == 0


@pytest.mark.usefixtures("pyodide")
def test_what_goes_whole_and_what_failed_before_is_not_taken_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write(tmp_path / "w", {"wrangler.toml": CONFIG, **FAILING})
    code, trim = told(capsys, "trim", str(root), "--reach", "--prove")
    (table,) = trim["tables"]
    assert (code, table["taken_back"]) == (0, [])
    assert "idle/**" in table["exclude"]
