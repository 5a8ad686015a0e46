"""`init` on the layouts that teams have: what it writes, that a second run has nothing to do, that it then builds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from tests import tools, wrangler_oracle

from edgewheel.commands.wiring import files
from edgewheel.requirements.poetry import project_of, specifier

ROOT = Path(__file__).parent.parent
WRANGLER = """\
# the Worker
name = "shop"
main = "src/main.py" # the entry
compatibility_date = "2026-10-01"
compatibility_flags = ["python_workers"]

[[rules]]
type = "Text"
globs = ["**/*.md", "docs/*.txt"]

[vars]
A = "1"
"""
JSONC = """\
{
  // the Worker
  "name": "shop",
  "main": "src/main.py",
  "compatibility_date": "2026-10-01", /* why */
  "compatibility_flags": ["python_workers"],
}
"""
MAIN = (
    "from src.core.names import NAME\nfrom workers import Response, WorkerEntrypoint\n\n\n"
    "class Default(WorkerEntrypoint):\n    async def fetch(self, request):\n        return Response(NAME)\n"
)
PROJECT = (
    '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.12"\ndependencies = ["workers-runtime-sdk"]\n'
)
CODE = {
    "src/main.py": MAIN,
    "src/__init__.py": "",
    "src/core/__init__.py": "",
    "src/core/names.py": 'NAME = "shop"\n',
    "src/a.md": "",
    "src/docs/a.txt": "",
}
BACKEND = '[build-system]\nrequires = ["{0}"]\nbuild-backend = "{1}"\n\n'
POETRY = """\
[tool.poetry]
name = "shop"
version = "2.0"
description = "sells"
packages = [{include = "src"}]

[tool.poetry.dependencies]
python = "^3.12"
workers-runtime-sdk = "*"
httpx = { version = "~0.27", extras = ["http2"] }

[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
"""
SETUPTOOLS = (
    BACKEND.format("setuptools>=68", "setuptools.build_meta")
    + PROJECT.replace('version = "1.0"', 'dynamic = ["version"]')
    + '\n[tool.setuptools.dynamic]\nversion = {attr = "src.__version__"}\n'
    + '\n[tool.setuptools.package-data]\n"*" = ["*.md"]\n'
)
HATCHLING = PROJECT + '\n[build-system]\nrequires = ["hatchling"] # ours\nbuild-backend = "hatchling.build"\n'
UV_BUILD = (
    BACKEND.format("uv_build", "uv_build")
    + PROJECT
    + '\n[tool.uv.build-backend]\nmodule-name = "src"\nmodule-root = ""\n'
)

LAYOUTS: dict[str, dict[str, str]] = {
    "setuptools": {
        "wrangler.toml": WRANGLER,
        "pyproject.toml": SETUPTOOLS,
        **CODE,
        "src/__init__.py": '__version__ = "3.1"\n',
    },
    "hatchling": {"wrangler.toml": WRANGLER, "pyproject.toml": HATCHLING, **CODE},
    "uv_build": {"wrangler.toml": WRANGLER, "pyproject.toml": UV_BUILD, **CODE},
    "poetry": {"wrangler.toml": WRANGLER, "pyproject.toml": POETRY, **CODE},
    "project-only": {"wrangler.toml": WRANGLER, "pyproject.toml": PROJECT, **CODE},
    "no-pyproject": {"wrangler.toml": WRANGLER, **CODE},
    "jsonc": {"wrangler.jsonc": JSONC, "pyproject.toml": PROJECT, **CODE},
    "monorepo": {
        f"{folder}/{name}": text
        for folder in ("shop", "apps/desk")
        for name, text in {"wrangler.toml": WRANGLER, "pyproject.toml": PROJECT, **CODE}.items()
    },
}


def made(top: Path, tree: dict[str, str]) -> Path:
    for name, text in tree.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    subprocess.run(["git", "init", "-q"], cwd=top, check=True)
    return top


def edgewheel(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "edgewheel", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | env,
    )


def toml(path: Path) -> dict[str, Any]:
    return tomlkit.parse(path.read_text()).unwrap()


@pytest.fixture(params=sorted(LAYOUTS))
def wired(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    top = made(tmp_path / "repository", LAYOUTS[request.param])
    before = {path: path.read_bytes() for path in top.rglob("*") if path.is_file() and ".git" not in path.parts}
    shown = edgewheel("init", cwd=top)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert {path: path.read_bytes() for path in before} == before
    done = edgewheel("init", "--write", cwd=top)
    assert (done.returncode, done.stderr) == (0, "")
    return request.param, top


def test_second_time_nothing_to_do(wired: tuple[str, Path]) -> None:
    _, top = wired
    for arguments in (["init"], ["init", "--write"]):
        assert edgewheel(*arguments, cwd=top).stdout == "nothing to do: the repository is wired\n"


def test_check_is_clean(wired: tuple[str, Path]) -> None:
    _, top = wired
    done = edgewheel("check", cwd=top)
    assert done.returncode == 0, done.stdout


def test_what_each_layout_becomes(wired: tuple[str, Path]) -> None:
    layout, top = wired
    folders = [top / "shop", top / "apps" / "desk"] if layout == "monorepo" else [top]
    for folder in folders:
        project = toml(folder / "pyproject.toml")
        assert project["tool"]["edgewheel"] == {"entry": "src/main.py"}
        if layout == "hatchling":
            assert project["build-system"] == {
                "requires": ["hatchling", "edgewheel"],
                "build-backend": "hatchling.build",
            }
            assert project["tool"]["hatch"]["build"]["hooks"] == {"edgewheel": {}}
        else:
            assert project["build-system"] == {"requires": ["edgewheel"], "build-backend": "edgewheel_build"}
        if layout != "jsonc":
            config = toml(folder / "wrangler.toml")
            assert config["main"] == "build/worker/worker.py"
            assert config["build"] == {"command": "edgewheel stage", "watch_dir": "src"}
            assert config["rules"][0]["globs"] == ["**/*.md", "src/docs/*.txt"]
            text = (folder / "wrangler.toml").read_text()
            assert all(comment in text for comment in ("# the Worker", "# the entry"))
        assert "/build/worker/" in (folder / ".gitignore").read_text().splitlines()
    assert (top / ".pre-commit-config.yaml").read_text().startswith(f"{TYPES}repos:\n  - repo: ")
    flow = (top / ".github" / "workflows" / "edgewheel.yml").read_text()
    assert flow.count("preflight of ") == len(folders)


def test_several_workers_without_a_repository(tmp_path: Path) -> None:
    made(tmp_path, LAYOUTS["monorepo"])
    for path in tmp_path.rglob(".git"):
        shutil.rmtree(path)
    done = edgewheel("init", cwd=tmp_path)
    assert "+++ b/.pre-commit-config.yaml" in done.stdout
    assert done.stdout.endswith("next:\n  edgewheel init --write\n")
    done = edgewheel("init", "--write", cwd=tmp_path)
    assert "next:\n  edgewheel check\n  edgewheel preflight --sync\n  pre-commit install\n" in done.stdout


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a = '\xe9'\n", "`pyproject.toml` line 1: not UTF-8: byte 0xe9"),
        (b"a = = 1\n", "`pyproject.toml` line 1: invalid value"),
        (b".".join([b"a"] * 300) + b" = 1\n", "pyproject.toml cannot be edited: "),
        (b"project = 3\n", "pyproject.toml cannot be edited: `project` is not a table"),
        (b"[tool]\nedgewheel = 3\n", "pyproject.toml cannot be edited: `tool.edgewheel` is not a table"),
        (b"[build-system]\nbuild-backend = 3\n", "pyproject.toml cannot be edited: `build-system.build-backend` is no"),
        (b"[build-system]\nrequires = 3\n", "pyproject.toml cannot be edited: `build-system.requires` is not a list"),
    ],
)
def test_a_pyproject_that_cannot_be_edited(tmp_path: Path, content: bytes, words: str) -> None:
    top = made(tmp_path, LAYOUTS["jsonc"])
    (top / "pyproject.toml").write_bytes(content)
    done = edgewheel("init", "--write", cwd=top)
    assert (done.returncode, done.stderr.startswith(f"edgewheel: {words}")) == (2, True), done.stderr
    assert (top / "pyproject.toml").read_bytes() == content


@pytest.mark.parametrize(
    "line",
    [
        "build = 3",
        "build = [1]",
        "build = { command = 3 }",
        "env = 3\nbuild = 3",
        "build = 3\n[env.a]\nmain = []",
    ],
)
def test_a_config_that_cannot_be_edited(tmp_path: Path, line: str) -> None:
    top = made(tmp_path, LAYOUTS["uv_build"] | {"wrangler.toml": f'name = "a"\nmain = "src/main.py"\n{line}\n'})
    done = edgewheel("init", "--write", cwd=top)
    assert (done.returncode, "in a way that cannot be edited safely" in done.stderr) == (2, True), done.stderr


def test_a_gitignore_that_is_no_text(tmp_path: Path) -> None:
    top = made(tmp_path, LAYOUTS["jsonc"])
    (top / ".gitignore").write_bytes(b"caf\xe9/\n")
    shown = edgewheel("init", cwd=top)
    assert (shown.returncode, shown.stderr) == (0, "")
    edgewheel("init", "--write", cwd=top)
    assert (top / ".gitignore").read_bytes().startswith(b"caf\xe9/\n")


def test_comments_in_jsonc_stay(tmp_path: Path) -> None:
    top = made(tmp_path, LAYOUTS["jsonc"])
    edgewheel("init", "--write", cwd=top)
    text = (top / "wrangler.jsonc").read_text()
    assert "// the Worker" in text
    assert "/* why */" in text
    assert '"build": { "command": "edgewheel stage", "watch_dir": "src" }' in text


def test_poetry_becomes_a_project(tmp_path: Path) -> None:
    top = made(tmp_path, LAYOUTS["poetry"])
    done = edgewheel("init", "--write", cwd=top)
    assert toml(top / "pyproject.toml")["project"] == {
        "name": "shop",
        "version": "2.0",
        "description": "sells",
        "requires-python": ">=3.12,<4",
        "dependencies": ["workers-runtime-sdk", "httpx[http2]>=0.27,<0.28"],
    }
    assert "`[tool.poetry] packages` has no counterpart" in done.stdout


def test_setuptools_settings_are_named_and_the_version_is_kept(tmp_path: Path) -> None:
    top = made(tmp_path, LAYOUTS["setuptools"])
    done = edgewheel("init", "--write", cwd=top)
    assert toml(top / "pyproject.toml")["tool"]["hatch"]["version"] == {"path": "src/__init__.py"}
    assert "`[tool.setuptools] package-data` no longer has any effect and is removed" in done.stdout


@pytest.mark.parametrize(
    ("poetry", "expected"),
    [
        ("^1.2.3", ">=1.2.3,<2"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0.0", ">=0.0,<0.1"),
        ("^0", ">=0,<1"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("~1.2", ">=1.2,<1.3"),
        ("~1", ">=1,<2"),
        ("~=1.2", "~=1.2"),
        ("*", ""),
        ("1.2.3", "==1.2.3"),
        ("1.2.*", "==1.2.*"),
        (">=1,<3", ">=1,<3"),
        ("!=1.5, ^1.2", "!=1.5,>=1.2,<2"),
    ],
)
def test_poetry_constraints(poetry: str, expected: str) -> None:
    assert specifier(poetry) == expected


TYPES = "default_install_hook_types: [pre-commit, pre-push]\n"
ENTRY = """\
- repo: https://github.com/edgewheel/edgewheel
  rev: v0.1.0
  hooks:
    - id: edgewheel
    - id: worker-bundle
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"{TYPES}repos:\n" + "".join(f"  {line}\n" for line in ENTRY.splitlines())),
        (
            "# mine\nrepos:\n- repo: x\n  hooks: [{id: y}]\n",
            f"# mine\n{TYPES}repos:\n- repo: x\n  hooks: [{{id: y}}]\n" + ENTRY,
        ),
        (
            "repos:\n    - repo: x\n\n# end\nci:\n  skip: []\n",
            f"{TYPES}repos:\n    - repo: x\n"
            + "".join(f"    {line}\n" for line in ENTRY.splitlines())
            + "\n# end\nci:\n  skip: []\n",
        ),
    ],
)
def test_pre_commit_config_is_extended(before: str, after: str) -> None:
    text, by_hand = files.pre_commit(before)
    assert (text, by_hand) == (after, "")
    assert files.pre_commit(text) == (text, "")


def test_a_flow_list_is_left_alone() -> None:
    text, by_hand = files.pre_commit("repos: []\n")
    assert text == "repos: []\n"
    assert "id: edgewheel" in by_hand


def test_code_that_imports_flat_is_not_staged(tmp_path: Path) -> None:
    """`from core…` under `main = "src/main.py"` works as it is; a staged tree would break it."""
    top = made(tmp_path, {**LAYOUTS["project-only"], "src/main.py": MAIN.replace("src.core", "core")})
    edgewheel("init", "--write", cwd=top)
    assert (top / "wrangler.toml").read_text() == WRANGLER
    assert (top / "pyproject.toml").read_text() == PROJECT


def test_an_existing_build_command_still_runs(tmp_path: Path) -> None:
    top = made(
        tmp_path, {**LAYOUTS["project-only"], "wrangler.toml": WRANGLER + '[build]\ncommand = "make"\ncwd = "x"\n'}
    )
    edgewheel("init", "--write", cwd=top)
    assert toml(top / "wrangler.toml")["build"]["command"] == "make && edgewheel stage"


#: commands that end well, and whether a shell surely comes to what is added
COMMANDS = {
    "": True,
    "true": True,
    "true && true": True,
    "true; true": True,
    "false || true": True,
    "true | cat": True,
    "A=1 true": True,
    "env A=1 true": True,
    "echo '# no comment; exit'": True,
    "echo a#b": True,
    "echo \\#b": True,
    "echo $(true; exit 0)": True,
    "true > log.txt 2>&1": True,
    "{ true; }": True,
    "(true)": True,
    "! false": True,
    "sh -c 'exit 0'": True,
    "mkdir -p out/x": True,
    "true;": False,
    "true &": False,
    "true & true": False,
    "true # later": False,
    "true # don't": False,
    "true\ntrue": False,
    "exec true": False,
    "exit 0": False,
    "true && exit 0": False,
    "true || exit 1": False,
    "command exit 0": False,
    "eval 'exit 0'": False,
    "set -e; true": False,
    "trap 'true' EXIT": False,
    "cd src": False,
    "(cd src && true)": False,
    "if true; then exit 0; fi": False,
    "true \\": False,
    "cat <<E\nx\nE": False,
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_build_command_is_extended_only_where_the_stage_surely_runs(tmp_path: Path, command: str) -> None:
    config = WRANGLER + f"[build]\ncommand = {json.dumps(command)}\n"
    top = made(tmp_path, {**LAYOUTS["project-only"], "wrangler.toml": config})
    done = edgewheel("init", "--write", cwd=top)
    written = toml(top / "wrangler.toml")
    if COMMANDS[command]:
        assert written["build"]["command"] == (f"{command} && " if command else "") + "edgewheel stage"
        assert written["main"] == "build/worker/worker.py"
    else:
        assert (top / "wrangler.toml").read_text() == config
        assert (top / "pyproject.toml").read_text() == PROJECT
        assert "note: `[build] command` is left as it is" in done.stdout


@pytest.mark.oracle
@pytest.mark.parametrize("command", COMMANDS)
def test_what_deployed_before_deploys_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """Real wrangler's dry run, before and after `init --write`."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    config = WRANGLER + f"[build]\ncommand = {json.dumps(command)}\n"
    top = made(tmp_path, {**LAYOUTS["project-only"], "wrangler.toml": config})
    assert wrangler_oracle.deploy(top)["exit"] == 0
    edgewheel("init", "--write", cwd=top)
    real = wrangler_oracle.deploy(top)
    assert real["exit"] == 0, real
    is_staged = "src/main.py" in [each["name"] for each in real["uploaded"]]  # as a module beside the staged entry
    assert is_staged is COMMANDS[command]


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_the_diff_can_be_applied(tmp_path: Path, layout: str) -> None:
    top = made(tmp_path / "a", LAYOUTS[layout])
    patch = edgewheel("init", cwd=top).stdout.partition("note: ")[0].partition("next:\n")[0]
    other = made(tmp_path / "b", LAYOUTS[layout])
    done = subprocess.run(["git", "apply"], cwd=other, input=patch, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    edgewheel("init", "--write", cwd=top)
    for path in sorted(each for each in top.rglob("*") if each.is_file() and ".git" not in each.relative_to(top).parts):
        assert (other / path.relative_to(top)).read_bytes() == path.read_bytes()


def test_edgewheel_joins_the_dev_group(tmp_path: Path) -> None:
    project = PROJECT + '\n[dependency-groups]\ndev = ["pytest"] # ours\n\n[tool.black]\nline-length = 100\n'
    top = made(tmp_path, {**LAYOUTS["project-only"], "pyproject.toml": project, "uv.lock": "version = 1\n"})
    done = edgewheel("init", "--write", cwd=top)
    assert (top / "pyproject.toml").read_text() == (
        PROJECT + '\n[dependency-groups]\ndev = ["pytest", "edgewheel>=0.1.0,<0.2"] # ours\n\n'
        '[build-system]\nrequires = ["edgewheel"]\nbuild-backend = "edgewheel_build"\n\n'
        '[tool.black]\nline-length = 100\n\n[tool.edgewheel]\nentry = "src/main.py"\n'
    )
    assert "next:\n  uv lock\n  edgewheel check\n" in done.stdout


def test_a_broken_config_is_named_with_its_line(tmp_path: Path) -> None:
    top = made(tmp_path, {"wrangler.toml": 'main = "a.py"\nx = = 1\n'})
    done = edgewheel("init", "--write", cwd=top)
    assert (done.returncode, done.stdout) == (2, "")
    assert "`wrangler.toml` line 2" in done.stderr
    assert not (top / ".gitignore").exists()


def test_the_forge_as_found(tmp_path: Path, forge_before: Path) -> None:
    """After `init --write` what is left to `check` are decisions on dependencies."""
    shutil.copytree(forge_before, tmp_path / "forge", ignore=shutil.ignore_patterns(".git"))
    top = made(tmp_path / "forge", {})
    assert edgewheel("init", "--write", cwd=top).returncode == 0
    found = json.loads(edgewheel("check", "--format", "json", cwd=top).stdout)["findings"]
    assert {each["code"][:3] for each in found if each["level"] == "error"} == {"EW1"}


@pytest.fixture(scope="session")
def links(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with this project's wheel, for builds that ask for `edgewheel` by name."""
    folder = tmp_path_factory.mktemp("links")
    uv = Path(sys.executable).parent / "uv"
    subprocess.run([str(uv), "build", "-q", "--wheel", "-o", str(folder), str(ROOT)], check=True)
    return folder


@pytest.mark.oracle
def test_preflight_after_it(wired: tuple[str, Path], links: Path) -> None:
    layout, top = wired
    for folder in ("shop", "apps/desk") if layout == "monorepo" else (".",):
        done = edgewheel(
            "preflight", folder, "--format", "json", cwd=top, UV_FIND_LINKS=str(links), UV_PYTHON=sys.executable
        )
        answer = json.loads(done.stdout)
        results = {step["step"]: step["result"] for step in answer["steps"]}
        assert done.returncode == 0, answer
        assert {name for name, result in results.items() if result != "passed"} <= {"prove in Pyodide"}


@pytest.mark.oracle
def test_the_next_steps_to_the_letter_in_a_fresh_clone(tmp_path: Path, links: Path) -> None:
    """Up to a real dry run of the deploy. The SDK comes without pywrangler, which asks Pyodide's index too."""
    if sys.version_info < (3, 11):
        pytest.skip("the SDK needs Python 3.11")
    project = PROJECT.replace(">=3.12", f">=3.{sys.version_info.minor}")  # whatever Python runs this
    top = made(tmp_path / "origin", LAYOUTS["project-only"] | {"pyproject.toml": project})
    told = edgewheel("init", "--write", cwd=top).stdout.partition("next:\n")[2]
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for arguments in (["add", "-A"], ["commit", "-qm", "wire"]):
        subprocess.run([*git, *arguments], cwd=top, check=True)
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(top), str(clone)], check=True)
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    vendor = "exec uv pip install -q --target python_modules --only-binary :all: workers-runtime-sdk"
    for name, script in {"npx": f'shift; exec {" ".join(tools.wrangler("4.164.0"))} "$@"', "uvx": vendor}.items():
        (bin_ / name).write_text(f"#!/bin/sh\n{script}\n")
        (bin_ / name).chmod(0o755)
    path = os.pathsep.join([str(bin_), str(Path(sys.executable).parent), os.environ["PATH"]])
    env = (
        os.environ
        | tools.WRANGLER_ENVIRONMENT
        | {"PATH": path, "UV_FIND_LINKS": str(links), "UV_PYTHON": sys.executable}
    )
    *steps, last = [line.strip() for line in told.splitlines()]
    assert last == "commit, and deploy as before"
    assert steps == [
        "edgewheel check",
        "edgewheel preflight --sync",
        "pre-commit install",
        "uv run npx wrangler deploy --dry-run",
    ]
    for step in steps:
        done = subprocess.run(  # noqa: S602 - as it is pasted into a shell
            step, shell=True, cwd=clone, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{step}\n{done.stdout}{done.stderr}"
    assert "--dry-run: exiting now." in done.stdout
    assert "src/main.py" in done.stdout


@pytest.mark.parametrize(
    ("poetry", "dependencies", "lost"),
    [
        ({"dependencies": ["a"]}, [], []),
        ({"dependencies": {"a": "^abc", "b": "^1.2"}}, ["b>=1.2,<2"], ["dependencies.a"]),
        ({"dependencies": {"a": {"version": "^1", "extras": [["x"]]}}}, [], ["dependencies.a"]),
        (
            {"dependencies": {"a": {"version": "1", "markers": 3}, "b": [{"version": "1"}]}},
            [],
            ["dependencies.a", "dependencies.b"],
        ),
        ({"dependencies": {"a": {"version": "*", "extras": ["x", "y"]}}}, ["a[x,y]"], []),
        ({"name": 3, "version": [], "description": {}, "dependencies": {"python": 3}}, [], []),
    ],
)
def test_what_poetry_itself_would_refuse(poetry: dict[str, Any], dependencies: list[str], lost: list[str]) -> None:
    values, found = project_of(poetry, {"name": "w"})
    assert values == {"name": "w", "version": "0.1.0", "dependencies": dependencies}
    assert found == lost
