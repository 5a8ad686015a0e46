"""Real frontends, each with the environment that it makes itself: uv, build, pip; and wheels of other backends."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests import projects, tools
from tests.test_backend import CODE, HOOK, LAID_OUT, PROJECT, SHIM, WHEEL, names, project

from edgewheel import cli

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.oracle

ROOT = Path(__file__).parent.parent
UV = str(Path(sys.executable).parent / "uv")
FORGE = ROOT / "examples" / "forge" / "backend"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a command that must succeed, where `edgewheel` is this repository, built as a wheel."""
    house = tmp_path_factory.mktemp("house")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HATCH_", "VIRTUAL_ENV"))}
    environment |= {"PIP_FIND_LINKS": str(house), "UV_FIND_LINKS": str(house), "UV_PYTHON": sys.executable}

    def running(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
        words = [str(each) for each in command]
        done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
        return done

    if shutil.which(UV) is None:
        tools.unavailable("uv is not installed")
    try:
        running(UV, "build", "--wheel", "--out-dir", house, ROOT)
    except AssertionError as error:
        if "error sending request" not in str(error) and "No solution found" not in str(error):
            raise
        tools.unavailable("no package index")
    return running


def digest(wheel: Path) -> str:
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def venv(run: Callable[..., subprocess.CompletedProcess[str]], folder: Path) -> Path:
    """The Python of a new environment with pip in it."""
    run(sys.executable, "-m", "venv", folder)
    return folder / ("Scripts" if os.name == "nt" else "bin") / "python"


def test_every_frontend_makes_one_wheel(tmp_path: Path, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    made = []
    for name, build in (("shim", SHIM), ("hook", HOOK)):
        root = project(tmp_path / name, build=build)
        projects.commit(root)
        commands = {
            "uv-wheel": [UV, "build", "--wheel", "--out-dir", "OUT", root],
            "uv-both": [UV, "build", "--out-dir", "OUT", root],
            "build": [sys.executable, "-m", "build", "--outdir", "OUT", root],
            "pip": [sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", "OUT", root],
        }
        if name == "hook":
            del commands["build"], commands["pip"]
        if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
            commands.pop("pip", None)
        for way, command in commands.items():
            out = tmp_path / f"{name}-{way}"
            run(*(out if word == "OUT" else word for word in command))
            made.append(out / WHEEL)
    assert names(made[0]) == LAID_OUT
    assert len({digest(wheel) for wheel in made}) == 1


@pytest.mark.parametrize("build", [SHIM, HOOK], ids=["shim", "hook"])
def test_the_build_imports_nothing_beside_pyproject(
    tmp_path: Path, run: Callable[..., subprocess.CompletedProcess[str]], build: str
) -> None:
    """Hooks of PEP 517 run in the project's folder, and no frontend puts that on Python's path: nothing to guard."""
    trap = tmp_path / "sprung"
    taken = ("json", "typing", "zipfile", "edgewheel", "edgewheel_build", "hatchling", "pathspec", "sitecustomize")
    root = project(tmp_path / "w", build=build)
    text = (root / "pyproject.toml").read_text().replace(">=3.12", ">=3.10")
    projects.write(root, {f"{name}.py": f"open({str(trap)!r}, 'w').close()\n" for name in taken})
    projects.write(root, {"pyproject.toml": text})
    python = venv(run, tmp_path / "venv")
    for way, command in {
        "uv": [UV, "build", "--out-dir", "OUT"],
        "build": [sys.executable, "-m", "build", "--outdir", "OUT", root],
        "pip": [python, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", "OUT", root],
    }.items():
        out = tmp_path / way
        run(*(out if word == "OUT" else word for word in command), cwd=root if way == "uv" else ROOT)
        assert names(out / WHEEL) == LAID_OUT
    assert not trap.exists()


def test_uv_shows_the_line_and_the_report(tmp_path: Path, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    good = run(UV, "build", "--wheel", project(tmp_path / "good"))
    assert f"edgewheel: {WHEEL}: 6 files" in good.stderr
    more = '[tool.hatch.build.targets.wheel.force-include]\n"tests" = "tests"\n'
    with pytest.raises(AssertionError) as caught:
        run(UV, "build", "--wheel", project(tmp_path / "bad", more=more))
    assert "EW602 `tests/` (1 file) is a test in the wheel" in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert not list((tmp_path / "bad").glob("dist/*.whl"))


def test_installed_and_editable(tmp_path: Path, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    root = project(tmp_path / "w", more='[tool.hatch.build]\nexclude = ["*.json"]\n')
    text = (root / "pyproject.toml").read_text().replace(">=3.12", ">=3.10")
    projects.write(
        root, {"pyproject.toml": text, "src/main.py": "from src.core.config import NAME\n\nDefault = NAME\n"}
    )
    python = venv(run, tmp_path / "venv")
    where = "import src.main, src.core.config as c; print(c.__file__)"
    run(python, "-m", "pip", "install", "-q", root)
    assert "site-packages" in run(python, "-c", where, cwd=tmp_path).stdout
    run(python, "-m", "pip", "uninstall", "-q", "-y", "forge-api")
    run(python, "-m", "pip", "install", "-q", "-e", root)
    assert Path(run(python, "-c", where, cwd=tmp_path).stdout.strip()) == root / "src" / "core" / "config.py"
    run(UV, "sync", "-q", cwd=root)
    own = root / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    assert Path(run(own, "-c", where, cwd=tmp_path).stdout.strip()) == root / "src" / "core" / "config.py"
    assert not (root / "build").exists()


def test_the_example(tmp_path: Path, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """Its wheel, alone in an environment, lacks only what the platform brings."""
    run(UV, "build", "--wheel", "--out-dir", tmp_path / "tree", FORGE)
    run(UV, "build", "--out-dir", tmp_path / "sdist", FORGE)
    (tree,), (sdist,) = (tmp_path / "tree").glob("*.whl"), (tmp_path / "sdist").glob("*.whl")
    assert digest(tree) == digest(sdist)
    python = venv(run, tmp_path / "venv")
    run(python, "-m", "pip", "install", "-q", "--no-deps", tree)
    with pytest.raises(AssertionError, match="No module named 'workers'"):
        run(python, "-c", "import src.main", cwd=tmp_path)
    run(python, "-m", "pip", "install", "-q", tree)
    code = (
        "import importlib, pkgutil, src\n"
        "for each in pkgutil.walk_packages(src.__path__, 'src.'):\n"
        "    try: importlib.import_module(each.name)\n"
        "    except ModuleNotFoundError as error: print(each.name, error.name)\n"
    )
    assert run(python, "-c", code, cwd=tmp_path).stdout == "src.main workers\n"


SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
UV_BUILD = (
    '[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n'
    '[tool.uv.build-backend]\nmodule-name = "src"\nmodule-root = ""\n'
)
#: backend -> what is wrong with its wheel
OTHERS = {
    "setuptools": (
        SETUPTOOLS,
        [
            "EW601 `src/` is not in the wheel",
            "EW601 `worker.py` is not in the wheel",
            "EW602 `core/test_config.py` is",
            "EW602 `tests/` (1 file) is",
        ],
    ),
    "uv_build": (
        UV_BUILD,
        [
            "EW601 `worker.py` is not in the wheel",
            "EW602 `src/core/test_config.py` is",
            "EW602 `src/tests/` (1 file) is",
            "EW603 `src/core/__init__.py` is",
        ],
    ),
}


@pytest.mark.parametrize("backend", OTHERS)
def test_wheels_of_other_backends(
    tmp_path: Path,
    run: Callable[..., subprocess.CompletedProcess[str]],
    capsys: pytest.CaptureFixture[str],
    backend: str,
) -> None:
    build, expected = OTHERS[backend]
    code = {**CODE, "src/core/__init__.py": ""} if backend == "setuptools" else CODE
    root = project(tmp_path / "w", code, build=build)
    assert PROJECT in (root / "pyproject.toml").read_text()
    run(UV, "build", "--wheel", "--out-dir", tmp_path, root)
    assert cli.main(["inspect", str(tmp_path / WHEEL), "--project", str(root)]) == 1
    found = [line.partition(": ")[2] for line in capsys.readouterr().out.splitlines() if ": EW" in line]
    assert [line[: len(words)] for line, words in zip(found, expected, strict=True)] == expected
