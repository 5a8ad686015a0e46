"""From a repository to an import, with the real pieces: wrangler's form in workerd and in every Pyodide."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests import tools
from tests.wrangler_oracle import parts

pytestmark = pytest.mark.oracle

ROOT = Path(__file__).parent.parent
PROGRAMS = Path(__file__).parent / "programs"
BIN = Path(sys.executable).parent
PYODIDES = ("0.26.4", "0.28.3", "314.0.7")
#: What the platform brings, as little of it as the examples ask for at their start.
WORKERS = "class Response:\n    pass\n\n\nclass WorkerEntrypoint:\n    pass\n\n\nclass DurableObject:\n    pass\n"


class Upload(NamedTuple):
    """A form as wrangler would upload it, written out under the names of its parts."""

    folder: Path
    main: str


def run(*command: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=cwd, env=os.environ | env, capture_output=True, text=True, check=False)


def edgewheel(*arguments: str, cwd: Path) -> dict[str, Any]:
    done = run(sys.executable, "-m", "edgewheel", *arguments, "--format", "json", cwd=cwd)
    assert done.stdout, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def uploaded(project: Path, target: Path) -> Upload:
    """What real wrangler uploads; `[build] command` finds this environment's edgewheel."""
    form = target.with_suffix(".form")
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    deploy = ("deploy", "--dry-run", "--outdir", target.with_suffix(".out"), "--outfile", form)
    done = run(*tools.wrangler("4.164.0"), *deploy, cwd=project, PATH=path, **tools.WRANGLER_ENVIRONMENT)
    assert done.returncode == 0, done.stdout + done.stderr
    modules = parts(form.read_bytes())
    for name, _, content in modules:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)
    return Upload(target, modules[0][0].removesuffix(".py"))


@pytest.fixture(scope="module")
def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stand-ins")
    (folder / "workers.py").write_text(WORKERS)
    return folder


def in_pyodide(upload: Upload, stand_ins: Path, version: str) -> dict[str, Any]:
    program = (tools.node(), PROGRAMS / "imports.mjs", tools.pyodide(version))
    done = run(*program, upload.folder, stand_ins, upload.main, cwd=upload.folder)
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def in_workerd(upload: Upload) -> subprocess.CompletedProcess[str]:
    """The workerd of 2024: Python 3.12 with its standard library, a test function instead of a request."""
    (upload.folder / "workers.py").write_text(WORKERS)
    (upload.folder / "proof.py").write_text(f"import {upload.main}\n\n\ndef test():\n    pass\n")
    files = sorted(path.relative_to(upload.folder).as_posix() for path in upload.folder.rglob("*.py"))
    files.sort(key=lambda name: name != "proof.py")
    modules = ", ".join(f'(name = "{name}", pythonModule = embed "{name}")' for name in files)
    (upload.folder / "config.capnp").write_text(
        'using Workerd = import "/workerd/workerd.capnp";\n'
        f'const config :Workerd.Config = (services = [(name = "main", worker = (modules = [{modules}],\n'
        '  compatibilityDate = "2024-10-01", compatibilityFlags = ["python_workers"]))]);\n'
    )
    return run(tools.workerd(), "test", "config.capnp", cwd=upload.folder)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory, forge_before: Path) -> tuple[Path, Upload]:
    top = tmp_path_factory.mktemp("before")
    shutil.copytree(forge_before / "backend", top / "backend")
    return top / "backend", uploaded(top / "backend", top / "upload")


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Upload]:
    top = tmp_path_factory.mktemp("after")
    shutil.copytree(ROOT / "examples" / "forge" / "backend", top / "backend")
    return top / "backend", uploaded(top / "backend", top / "upload")


@pytest.mark.parametrize("version", PYODIDES)
def test_as_found_it_fails_where_check_said(before: tuple[Path, Upload], stand_ins: Path, version: str) -> None:
    project, upload = before
    answer = in_pyodide(upload, stand_ins, version)
    assert (answer["imports"], answer["error"]) == (False, "No module named 'src'")
    place = ("src/" + answer["file"].removeprefix("/session/metadata/"), answer["line"])
    found = edgewheel("check", "--select", "EW203", cwd=project)["findings"]
    assert place in [(each["path"], each["line"]) for each in found]
    proved = edgewheel("prove", cwd=project)
    first = proved["failures"][0]
    assert (proved["imports"], first["name"], (first["path"], first["line"])) == (False, "src", place)


def test_as_found_it_fails_in_workerd(before: tuple[Path, Upload]) -> None:
    done = in_workerd(before[1])
    assert done.returncode == 1
    assert "No module named 'src'" in done.stderr


@pytest.mark.parametrize("version", PYODIDES)
def test_staged_it_imports(after: tuple[Path, Upload], stand_ins: Path, version: str) -> None:
    _, upload = after
    assert upload.main == "worker"
    assert in_pyodide(upload, stand_ins, version) == {"imports": True}


def test_staged_it_imports_in_workerd(after: tuple[Path, Upload]) -> None:
    done = in_workerd(after[1])
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("runtime", ["static", "pyodide"])
def test_prove_says_the_same(before: tuple[Path, Upload], after: tuple[Path, Upload], runtime: str) -> None:
    assert edgewheel("prove", "--runtime", runtime, cwd=before[0])["imports"] is False
    proved = edgewheel("prove", "--runtime", runtime, cwd=after[0])
    failed = [(each["name"], each["path"], each["at"]) for each in proved["failures"]]
    if runtime == "static":  # nobody knows by analysis alone what the packages that are not vendored would do
        assert (proved["imports"], failed) == (None, [])
    else:
        lacking = [
            ("fastapi", "src/presentation/asgi.py", "request"),
            ("pydantic", "src/presentation/schemas/blueprint.py", "request"),
            ("pydantic", "src/presentation/schemas/job.py", "request"),
        ]
        assert (proved["imports"], failed) == (True, lacking)


@pytest.fixture(scope="module")
def wheel(after: tuple[Path, Upload]) -> Path:
    """The staged example's wheel, built with what this environment has."""
    project = after[0]
    options = ("--no-build-isolation", "--offline", "--python", sys.executable, "--out-dir", project.parent / "dist")
    done = run(BIN / "uv", "build", "-q", "--wheel", *options, project, cwd=project)
    assert done.returncode == 0, done.stderr
    (built,) = (project.parent / "dist").glob("*.whl")
    return built


CONFIG = """\
name = "other"
main = "{main}"
compatibility_date = "2026-10-01"
compatibility_flags = ["python_workers"]
"""


def worker(top: Path, main: str, files: dict[str, str]) -> Path:
    for name, text in {"wrangler.toml": CONFIG.format(main=main), **files}.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    return top


@pytest.mark.parametrize("version", PYODIDES)
def test_the_wheel_vendored_as_a_dependency(wheel: Path, tmp_path: Path, stand_ins: Path, version: str) -> None:
    """pywrangler copies what it installed to python_modules: the wheel's files as they are."""
    project = worker(
        tmp_path / "other", "app/entry.py", {"app/entry.py": "from src.main import Default, JobCoordinator\n"}
    )
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(project / "python_modules")
    assert in_pyodide(uploaded(project, tmp_path / "upload"), stand_ins, version) == {"imports": True}
    assert edgewheel("prove", cwd=project)["imports"] is True


SHADOWED = {
    "main.py": "from src.core import NAME\nfrom workers import WorkerEntrypoint as Default\n",
    "src/core.py": "NAME = 'local'\n",
}
VENDORED = {"python_modules/src/__init__.py": "", "python_modules/src/other.py": ""}


@pytest.mark.parametrize("version", PYODIDES)
def test_a_vendored_package_hides_a_folder_without_init(tmp_path: Path, stand_ins: Path, version: str) -> None:
    project = worker(tmp_path / "other", "main.py", SHADOWED | VENDORED)
    answer = in_pyodide(uploaded(project, tmp_path / "upload"), stand_ins, version)
    assert (answer["imports"], answer["error"], answer["line"]) == (False, "No module named 'src.core'", 1)
    assert [each["code"] for each in edgewheel("check", "--select", "EW204", cwd=project)["findings"]] == ["EW204"]
    proved = edgewheel("prove", cwd=project)
    assert (proved["imports"], proved["failures"][0]["message"]) == (False, "No module named 'src.core'")
    with_neither = worker(tmp_path / "clean", "main.py", SHADOWED)
    assert in_pyodide(uploaded(with_neither, tmp_path / "clean-upload"), stand_ins, version) == {"imports": True}
    assert edgewheel("check", "--select", "EW204", cwd=with_neither)["findings"] == []


@pytest.mark.parametrize("version", PYODIDES)
def test_the_backend_runs_inside_pyodide(wheel: Path, after: tuple[Path, Upload], tmp_path: Path, version: str) -> None:
    """No subprocess, no thread, no socket: as pywrangler builds a dependency that is a directory."""
    project, out = tmp_path / "project", tmp_path / "out"
    shutil.copytree(after[0], project, ignore=shutil.ignore_patterns("build", "dist"))
    out.mkdir()
    paths = (ROOT / "hooks", ROOT / "backend", Path(sysconfig.get_path("purelib")))
    program = (tools.node(), PROGRAMS / "build.mjs", tools.pyodide(version))
    done = run(*program, project, out, *paths, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]
    (built,) = out.glob("*.whl")
    assert list(out.glob("*.tar.gz"))
    with zipfile.ZipFile(built) as inside, zipfile.ZipFile(wheel) as outside:
        assert built.name == wheel.name
        # the archives' bytes may differ: Pyodide brings another zlib
        assert [(info.filename, inside.read(info)) for info in inside.infolist()] == [
            (info.filename, outside.read(info)) for info in outside.infolist()
        ]
