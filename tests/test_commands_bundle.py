"""`edgewheel bundle` from the command line."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from edgewheel.cli import main

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
name = "t"
main = "src/main.py"
compatibility_date = "2026-10-01"
compatibility_flags = ["python_workers"]
"""
FILES = {
    "wrangler.toml": CONFIG,
    "src/main.py": "import core.a\n",
    "src/core/__init__.py": "",
    "src/core/a.py": "A = 1\n",
    "src/core/page.html": "<p>",
    "src/core/notes.md": "not uploaded",
    "python_modules/six.py": "x" * 2000,
    "python_modules/six-1.17.dist-info/METADATA": "Name: six\n",
}
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, FILES)
    return tmp_path


def write(top: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def predicted(capsys: pytest.CaptureFixture[str], *args: str, code: int = 0) -> Any:
    assert main(["bundle", "--format", "json", *args]) == code
    return json.loads(capsys.readouterr().out)


def entry(name: str, kind: str, size: int, source: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "size": size, "source": source}


def test_json_is_the_contract(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert project.is_dir()
    assert predicted(capsys) == {
        "wrangler": "4.164.0",
        "config": "wrangler.toml",
        "env": None,
        "main": "src/main.py",
        "module_root": "src",
        "modules": [
            entry("main.py", "python", 14, "src/main.py"),
            entry("core/__init__.py", "python", 0, "src/core/__init__.py"),
            entry("core/a.py", "python", 6, "src/core/a.py"),
            entry("core/page.html", "text", 3, "src/core/page.html"),
            entry(
                "python_modules/six-1.17.dist-info/METADATA", "buffer", 10, "python_modules/six-1.17.dist-info/METADATA"
            ),
            entry("python_modules/six.py", "buffer", 2000, "python_modules/six.py"),
        ],
        "attached": 5,
        "total_bytes": 2033,
        "total_upload_kib": "1.99",
        "duplicate_warnings": [],
        "warnings": [],
        "error": None,
    }


def test_paths_are_relative_to_the_current_folder(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.parent)
    found = predicted(capsys, project.name)
    assert (found["config"], found["main"], found["module_root"], found["modules"][0]["source"]) == (
        f"{project.name}/wrangler.toml",
        f"{project.name}/src/main.py",
        f"{project.name}/src",
        f"{project.name}/src/main.py",
    )


def test_environment_script_and_version(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, {"wrangler.toml": CONFIG + '[env.production]\nbase_dir = "."\n'})
    found = predicted(capsys, "--env", "production", "--wrangler", "4.42.2")
    assert (found["wrangler"], found["env"], found["module_root"]) == ("4.42.2", "production", ".")
    write(project, {"other/start.py": "pass\n"})
    found = predicted(capsys, "--script", "other/start.py")
    assert [module["name"] for module in found["modules"]][:2] == [
        "start.py",
        "python_modules/six-1.17.dist-info/METADATA",
    ]


def test_hash_and_gzip(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert project.is_dir()
    found = predicted(capsys, "--hash", "--gzip")
    assert found["modules"][1]["sha256"] == EMPTY
    assert all(len(module["sha256"]) == 64 for module in found["modules"])
    assert 0 < float(found["gzip_kib"]) < 1


def test_refusal_is_reported_and_exits_with_2(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "src/main.py").unlink()
    found = predicted(capsys, code=2)
    assert found["error"]["message"].startswith('The entry-point file at "src/main.py" was not found.')
    assert found["modules"] == []
    assert main(["bundle"]) == 2
    assert "wrangler 4.164.0 would refuse: The entry-point" in capsys.readouterr().err


def test_build_command_runs_only_when_asked(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = f"{sys.executable} make.py"
    config = CONFIG.replace("src/main.py", "out/main.py") + f'[build]\ncommand = """{line}"""\n'
    maker = (
        "import os\nos.mkdir('out')\nopen('out/main.py', 'w').write(os.environ['WRANGLER_COMMAND'])\nprint('made')\n"
    )
    write(project, {"wrangler.toml": config, "make.py": maker})
    message = predicted(capsys, code=2)["error"]["message"]
    assert message.startswith("`out/main.py` does not exist: only `[build] command` makes it")
    assert "--run-build" in message
    assert line in message
    assert not (project / "out").exists()
    found = predicted(capsys, "--run-build")
    assert found["modules"][0] == entry("main.py", "python", 6, "out/main.py")


def test_failing_build_command(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, {"wrangler.toml": CONFIG + '[build]\ncommand = "exit 3"\n'})
    found = predicted(capsys, "--run-build", code=2)
    assert found["error"] == {"message": "`[build] command` failed with exit code 3: `exit 3`"}
    assert found["modules"] == []


def test_staged_entry_is_predicted_without_writing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = CONFIG.replace("src/main.py", "build/worker/worker.py") + '[build]\ncommand = "edgewheel stage"\n'
    entry_text = "from workers import WorkerEntrypoint\n\n\nclass Default(WorkerEntrypoint):\n    pass\n"
    write(project, {"wrangler.toml": config, "src/main.py": entry_text})
    found = predicted(capsys, "--hash")
    names = {module["name"]: module["source"] for module in found["modules"]}
    assert names["worker.py"] is None
    assert names["src/main.py"] == "src/main.py"
    assert all("sha256" in module for module in found["modules"])
    assert not (project / "build").exists()


@pytest.mark.parametrize(("size", "code"), [("2 KB", 1), ("2033", 0), ("2 KiB", 0)])
def test_max_size(project: Path, capsys: pytest.CaptureFixture[str], size: str, code: int) -> None:
    assert project.is_dir()
    assert main(["bundle", "--max-size", size]) == code
    assert ("over the size: 2 KiB (2,033 bytes)" in capsys.readouterr().out) == bool(code)
    assert main(["bundle", "--max-size", size, "--format", "json"]) == code
    shown = capsys.readouterr()
    assert json.loads(shown.out)["total_bytes"] == 2033
    assert ("over the size" in shown.err) == bool(code)


def test_what_is_no_size(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert project.is_dir()
    assert main(["bundle", "--max-size", "much"]) == 2
    assert "argument --max-size: `much` is not a size" in capsys.readouterr().err


def test_baseline(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bundle", "--save-baseline", "b.json", "--format", "json"]) == 0
    assert main(["bundle", "--save-baseline", "b.json", "--env", "production"]) == 0
    (project / "python_modules/six.py").unlink()
    (project / "python_modules/six-1.17.dist-info/METADATA").unlink()
    write(project, {"src/core/a.py": "A = 12345\n", "python_modules/idna/core.py": "y" * 300})
    capsys.readouterr()
    found = predicted(capsys, "--baseline", "b.json")
    assert [(each["change"], each["package"], each["before"], each["after"]) for each in found["changes"]] == [
        ("went", "python_modules/six", 2010, 0),
        ("came", "python_modules/idna", 0, 300),
        ("grew", "./core", 9, 13),
    ]
    assert main(["bundle", "--baseline", "b.json"]) == 0
    text = capsys.readouterr().out
    assert "-1.7 KiB since the baseline" in text
    assert "went  -2 KiB   2 KiB    0 B  python_modules/six" in text


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--baseline", "none.json"], "`none.json` does not exist"),
        (["--baseline", "wrangler.toml"], "`wrangler.toml` is not a baseline file"),
        (["--baseline", "b.json", "--env", "production"], "has no baseline of the environment `production`"),
        (["--output", "no/such/folder.html"], "cannot be written"),
        (["--config", "none.toml"], "`none.toml` does not exist"),
        (["nowhere"], "`nowhere` is not a folder"),
        (["--wrangler", "newest"], "argument --wrangler: `newest` is not a version"),
    ],
)
def test_what_cannot_run(project: Path, capsys: pytest.CaptureFixture[str], args: list[str], words: str) -> None:
    assert project.is_dir()
    assert main(["bundle", "--save-baseline", "b.json", "--format", "json"]) == 0
    capsys.readouterr()
    assert main(["bundle", *args]) == 2
    shown = capsys.readouterr()
    assert words in shown.err
    assert shown.out == ""


def test_json_carries_what_could_not_run(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert project.is_dir()
    found = predicted(capsys, "--config", "none.toml", code=2)
    assert found["error"]["message"].startswith("`none.toml` does not exist")
    assert (found["config"], found["modules"]) == (None, [])


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_output_goes_to_a_file_whole(project: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    assert main(["bundle", "--format", form]) == 0
    shown = capsys.readouterr().out
    assert main(["bundle", "--format", form, "--output", "report"]) == 0
    assert capsys.readouterr().out == ""
    assert (project / "report").read_text("utf-8") == shown
    assert sorted(path.name for path in project.iterdir()) == ["python_modules", "report", "src", "wrangler.toml"]


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("tree", [["python_modules", 2010, 2], [".", 23, 4]]),
        ("package", [["python_modules", "six", 2010, 2], [".", "main", 14, 1], [".", "core", 9, 3]]),
    ],
)
def test_by_in_json(project: Path, capsys: pytest.CaptureFixture[str], by: str, rows: list[list[Any]]) -> None:
    assert project.is_dir()
    assert [list(row.values()) for row in predicted(capsys, "--by", by)[f"{by}s"]] == rows
