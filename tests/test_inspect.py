"""`edgewheel inspect`: formats, exit codes, and the project that a wheel is compared with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests import projects, wheels
from tests.wheels import GOOD

from edgewheel import cli

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

WRANGLER = 'name = "forge"\nmain = "src/main.py"\ncompatibility_flags = ["python_workers"]\n'
PYPROJECT = '[project]\nname = "Forge"\nversion = "1.0"\n'
NO_ENTRY = {
    "code": "EW601",
    "level": "error",
    "message": "`worker.py` is not in the wheel: wrangler finds no entry to upload",
    "path": "forge-1.0-py3-none-any.whl",
    "line": 0,
    "column": 0,
    "end_line": 0,
    "end_column": 0,
    "cause": None,
    "url": "https://github.com/edgewheel/edgewheel/blob/main/docs/rules/EW601.md",
    "fix": '[build-system]\nrequires = ["edgewheel"]\nbuild-backend = "edgewheel_build"',
    "worker": "",
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HATCH_BUILD_NO_HOOKS", raising=False)


def project(root: Path, files: Mapping[str, str | bytes], pyproject: str = PYPROJECT) -> Path:
    """A committed Worker of these files."""
    projects.write(root, {"wrangler.toml": WRANGLER, "pyproject.toml": pyproject, ".gitignore": "/dist/\n", **files})
    projects.commit(root)
    return root


def inspect(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(["inspect", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_good_wheel(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = wheels.build(tmp_path, GOOD)
    size = sum(len(content) for content in [*GOOD.values(), *wheels.OWN.values()])
    assert inspect(capsys, path) == (0, f"no findings in 1 wheel (6 files, {size} bytes)\n", "")


def test_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = wheels.build(tmp_path, {"src/__init__.py": "", "src/\x1b[31m.pyc": ""})
    assert inspect(capsys, path)[:2] == (
        1,
        (
            "forge-1.0-py3-none-any.whl: EW601 `worker.py` is not in the wheel: wrangler finds no entry to upload\n"
            "    fix: [build-system]\n"
            '         requires = ["edgewheel"]\n'
            '         build-backend = "edgewheel_build"\n'
            "forge-1.0-py3-none-any.whl: EW605 `src/\\x1b[31m.pyc` is junk in the wheel (caches): it would be unpacked "
            "into the upload\n"
            '    fix: build with `build-backend = "edgewheel_build"`, which leaves it out; where it does, take away '
            "the line of `[tool.hatch.build]` that brings it back\n"
            f"2 errors, 0 warnings in 1 wheel (5 files, {sum(map(len, wheels.OWN.values()))} bytes)\n"
        ),
    )


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = inspect(capsys, wheels.build(tmp_path, {"src/__init__.py": "a"}), "--format", "json")
    assert (code, err) == (1, "")
    assert json.loads(out) == {
        "findings": [NO_ENTRY],
        "wheels": [
            {
                "path": "forge-1.0-py3-none-any.whl",
                "name": "forge",
                "version": "1.0",
                "tags": ["py3-none-any"],
                "requires_python": ">=3.12",
                "namespaces": ["src"],
                "files": 4,
                "bytes": 1 + sum(map(len, wheels.OWN.values())),
                "project": None,
            }
        ],
    }


def test_markdown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = wheels.build(tmp_path, {**GOOD, "src/a|b.pyc": ""})
    code, out, _ = inspect(capsys, path, "--format", "markdown")
    assert code == 1
    assert out.splitlines()[:6] == [
        "| wheel | files | bytes | errors | warnings |",
        "| --- | ---: | ---: | ---: | ---: |",
        f"| forge-1.0-py3-none-any.whl | 7 | {os.path.getsize(path) and _bytes()} | 1 | 0 |",
        "",
        "| code | level | finding | fix |",
        "| --- | --- | --- | --- |",
    ]
    assert out.splitlines()[6].startswith("| EW605 | error | `src/a\\|b.pyc` is junk in the wheel")


def _bytes() -> int:
    return sum(len(content) for content in [*GOOD.values(), *wheels.OWN.values()])


def test_warnings_and_strict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = wheels.build(tmp_path, GOOD, name="forge-1.0-py2.py3-none-any.whl")
    code, out, _ = inspect(capsys, path)
    assert (code, out.splitlines()[-1]) == (0, f"0 errors, 1 warning in 1 wheel (6 files, {_bytes()} bytes)")
    assert inspect(capsys, path, "--strict")[0] == 1


def test_several_wheels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = wheels.build(tmp_path / "a", GOOD), wheels.build(tmp_path / "b", {})
    code, out, _ = inspect(capsys, good, bad)
    assert code == 1
    assert [line.partition(":")[0] for line in out.splitlines() if "EW" in line] == ["b/forge-1.0-py3-none-any.whl"]
    assert " in 2 wheels " in out


def test_hooks_off(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HATCH_BUILD_NO_HOOKS", "1")
    code, out, _ = inspect(capsys, wheels.build(tmp_path, {"src/main.py": ""}))
    assert code == 1
    assert "EW608 `HATCH_BUILD_NO_HOOKS` is set" in out


@pytest.mark.parametrize("name", ["x.zip", "forge-1.0-py3-none-any.whl", "nothing-1.0-py3-none-any.whl"])
def test_what_is_no_wheel_could_not_be_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    if not name.startswith("nothing"):
        (tmp_path / name).write_bytes(b"no zip")
    code, out, err = inspect(capsys, name)
    assert (code, out) == (2, "")
    assert err.startswith("edgewheel: `")
    assert "Traceback" not in err


def test_the_project_above_the_wheel(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(tmp_path, {"src/main.py": "Default = 1", "src/lib/money.py": "", "src/tests/test_a.py": ""})
    wheels.build(tmp_path / "dist", {**GOOD, "src/stray.py": ""})
    (tmp_path / "src" / "stray.py").touch()
    code, out, _ = inspect(capsys, "dist/forge-1.0-py3-none-any.whl")
    assert code == 1
    assert [line.partition(": ")[2] for line in out.splitlines() if "EW" in line] == [
        "EW606 `src/lib/money.py` is tracked by git and not in the wheel: what imports it fails on Workers",
        "EW606 `src/stray.py` is in the wheel and not tracked by git: no commit can build this wheel again",
    ]


def test_a_project_of_another_name_is_not_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(tmp_path, {"src/main.py": "Default = 1", "src/lib/money.py": ""}, PYPROJECT.replace("Forge", "other"))
    wheels.build(tmp_path / "dist", GOOD)
    assert inspect(capsys, "dist/forge-1.0-py3-none-any.whl")[0] == 0


def test_a_named_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(tmp_path / "w", {"src/main.py": "Default = 1", "src/lib/money.py": ""})
    path = wheels.build(tmp_path / "out", GOOD)
    assert inspect(capsys, path)[0] == 0
    code, out, _ = inspect(capsys, path, "--project", "w")
    assert code == 1
    assert "`src/lib/money.py` is tracked by git and not in the wheel" in out
    assert inspect(capsys, path, "--project", "nowhere")[0] == 2


def test_settings_of_the_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = '[tool.edgewheel]\nignore = ["EW606"]\nkeep = ["src/test"]\n'
    project(tmp_path, {"src/main.py": "Default = 1", "src/lib/money.py": ""}, PYPROJECT + settings)
    wheels.build(tmp_path / "dist", {**GOOD, "src/test/__init__.py": ""})
    assert inspect(capsys, "dist/forge-1.0-py3-none-any.whl")[0] == 0


def test_what_the_project_leaves_out_itself_is_not_missed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = (
        '[tool.edgewheel]\nstrip = ["*.md"]\n[tool.hatch.build]\nexclude = ["src/raw"]\nartifacts = ["_version.py"]\n'
    )
    files = {
        "src/main.py": "Default = 1",
        "src/README.md": "",
        "src/raw/a.py": "",
        ".gitignore": "/dist/\n_version.py\n",
    }
    project(tmp_path, files, PYPROJECT + settings)
    projects.write(tmp_path, {"src/_version.py": ""})
    wheels.build(tmp_path / "dist", {**GOOD, "src/_version.py": ""})
    code, out, _ = inspect(capsys, "dist/forge-1.0-py3-none-any.whl")
    assert (code, [line for line in out.splitlines() if "EW" in line]) == (0, [])


def test_a_project_whose_entry_is_unknown_leaves_the_wheel_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project(tmp_path, {"lib/other.py": ""})
    wheels.build(tmp_path / "dist", GOOD)
    assert inspect(capsys, "dist/forge-1.0-py3-none-any.whl")[0] == 0


def test_nothing_of_the_wheel_is_run_or_unpacked(tmp_path: Path) -> None:
    path = wheels.build(tmp_path, {**GOOD, "src/__init__.py": "raise SystemExit('run')", "worker.py": "1/0\n"})
    before = sorted(os.listdir(tmp_path))
    command = [sys.executable, "-m", "edgewheel", "inspect", path]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, sorted(os.listdir(tmp_path))) == (0, "", before)
