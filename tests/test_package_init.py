"""EW201 in real repositories: staged deletions and renames, ranges of commits, and the pasted cure."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests import projects
from tests.projects import HANDLER, STAGED, git

from edgewheel.findings import CouldNotRun
from edgewheel.layout.trees import ImportRoot, Package, packages, trees
from edgewheel.repository import commit
from edgewheel.repository.discovery import find
from edgewheel.repository.worker import Worker
from edgewheel.rules import runner as run
from edgewheel.rules.ew2.missing_init import lacking

if TYPE_CHECKING:
    from pathlib import Path

    from edgewheel.findings import Finding

FILES = {
    "src/__init__.py": "",
    "src/main.py": HANDLER,
    "src/core/__init__.py": "NAME = 'core'\n",
    "src/core/settings.py": "",
    "src/core/deep/__init__.py": "x = 1\n",
    "src/core/deep/a.py": "",
    "src/core/tests/__init__.py": "y = 2\n",
    "src/core/tests/test_a.py": "",
    "tests/__init__.py": "z = 3\n",
    "tests/test_b.py": "",
}
RULES = run.rules_for(hook="worker-package-init")
CONSEQUENCE = "On Workers its names are gone and a vendored package of the same name hides the folder"


@pytest.fixture(autouse=True)
def _no_hook_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF", "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=["", "backend/"])
def prefix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def team(root: Path, prefix: str = "", **config: object) -> Path:
    """A committed repository with a Worker at its top or in a folder; the Worker's folder."""
    folder = root / "team" / prefix
    projects.worker(folder, FILES, config={**STAGED, **config})
    projects.commit(root / "team")
    return folder


def found(folder: Path) -> list[Finding]:
    return [each for worker in find([str(folder)]) for each in run.check(worker, RULES)]


def shown(folder: Path) -> list[tuple[str, str]]:
    top = folder.resolve().as_posix()
    return [(each.code, each.place.path.removeprefix(f"{top}/")) for each in found(folder)]


def test_nothing_staged(tmp_path: Path) -> None:
    assert found(team(tmp_path)) == []


def test_deleted(tmp_path: Path, prefix: str) -> None:
    folder = team(tmp_path, prefix)
    git(folder, "rm", "-q", "src/core/__init__.py")
    (finding,) = found(folder)
    assert (finding.code, finding.level, finding.place.line) == ("EW201", "error", 0)
    assert finding.place.path == f"{folder.resolve().as_posix()}/src/core/__init__.py"
    assert finding.message == (
        f"`src/core` keeps 3 modules and loses its `__init__.py`: this commit deletes it. {CONSEQUENCE}"
    )
    assert finding.fix == f"git restore --staged --worktree :/{prefix}src/core/__init__.py"


def test_renamed(tmp_path: Path, prefix: str) -> None:
    folder = team(tmp_path, prefix)
    git(folder, "mv", "src/core/__init__.py", "src/core/names.py")
    (finding,) = found(folder)
    assert "this commit renames it to `src/core/names.py`." in finding.message
    assert finding.fix == f"git restore --staged --worktree :/{prefix}src/core/__init__.py"


@pytest.mark.parametrize("place", [".", "src/core", "tests"])
def test_the_cure_works_wherever_it_is_pasted(tmp_path: Path, prefix: str, place: str) -> None:
    folder = team(tmp_path, prefix)
    git(folder, "rm", "-q", "src/core/__init__.py")
    git(folder, "mv", "src/core/deep/__init__.py", "src/core/deep/moved.py")
    for finding in found(folder):
        subprocess.run(finding.fix, shell=True, check=True, cwd=folder / place)  # noqa: S602 - as a user pastes it
    assert shown(folder) == []
    assert (folder / "src" / "core" / "__init__.py").read_text() == "NAME = 'core'\n"
    assert git(folder, "status", "--porcelain") == f"A  {prefix}src/core/deep/moved.py"


def test_only_in_the_index(tmp_path: Path) -> None:
    folder = team(tmp_path)
    git(folder, "rm", "-q", "--cached", "src/core/__init__.py")
    assert shown(folder) == [("EW201", "src/core/__init__.py")]


@pytest.mark.parametrize(
    ("removed", "expected"),
    [
        (["src/core/__init__.py"], ["src/core/__init__.py"]),
        (["src/core/__init__.py", "src/core/settings.py"], ["src/core/__init__.py"]),
        (["src/core/deep/__init__.py", "src/core/deep/a.py"], []),
        (["src/core"], []),
        (["src/__init__.py"], ["src/__init__.py"]),
        (["src/core/tests/__init__.py"], []),
        (["tests/__init__.py"], []),
        (["src/core/settings.py"], []),
        (["src/core/__init__.py", "src/core/deep/__init__.py"], ["src/core/__init__.py", "src/core/deep/__init__.py"]),
    ],
)
def test_what_counts(tmp_path: Path, removed: list[str], expected: list[str]) -> None:
    folder = team(tmp_path)
    git(folder, "rm", "-q", "-r", *removed)
    assert shown(folder) == [("EW201", name) for name in expected]


def test_a_folder_that_moves_whole(tmp_path: Path) -> None:
    folder = team(tmp_path)
    git(folder, "mv", "src/core", "src/kernel")
    assert shown(folder) == []


def test_main_that_is_not_staged(tmp_path: Path) -> None:
    folder = team(tmp_path, main="src/main.py", build={})
    git(folder, "rm", "-q", "src/core/__init__.py")
    assert shown(folder) == [("EW201", "src/core/__init__.py")]


def test_deleted_and_not_staged_is_the_other_rule(tmp_path: Path) -> None:
    folder = team(tmp_path)
    (folder / "src" / "core" / "__init__.py").unlink()
    assert shown(folder) == [("EW202", "src/core/__init__.py")]


def test_range(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefix: str) -> None:
    folder = team(tmp_path, prefix)
    base = git(folder, "rev-parse", "HEAD")
    git(folder, "rm", "-q", "src/core/__init__.py")
    projects.commit(tmp_path / "team", "drops it")
    projects.write(folder, {"src/more.py": ""})
    projects.commit(tmp_path / "team", "more")
    assert [each.code for each in found(folder)] == ["EW202"]
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "HEAD~2")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    (finding,) = found(folder)
    assert finding.code == "EW201"
    assert finding.fix == f"git restore --source={base[:12]} --staged --worktree :/{prefix}src/core/__init__.py"
    subprocess.run(finding.fix, shell=True, check=True, cwd=folder)  # noqa: S602 - as a user pastes it
    projects.commit(tmp_path / "team", "restores it")
    assert found(folder) == []


def test_a_range_that_git_does_not_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = team(tmp_path)
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "origin/lost")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    with pytest.raises(CouldNotRun, match=r"origin/lost.*fetch-depth: 0"):
        found(folder)


def test_outside_a_repository(tmp_path: Path) -> None:
    projects.worker(tmp_path, FILES, config=STAGED)
    assert found(tmp_path) == []


@pytest.mark.parametrize("name", ["the café's", "[app]*", "!odd", "a b", ".hid", "$x;y"])
def test_names_with_any_sign(tmp_path: Path, name: str) -> None:
    folder = team(tmp_path, f"{name}/")
    git(folder, "rm", "-q", "src/core/__init__.py")
    (finding,) = found(folder)
    quoted = name.replace("'", "'\"'\"'")
    assert finding.fix == f"git restore --staged --worktree ':(top,literal){quoted}/src/core/__init__.py'"
    subprocess.run(finding.fix, shell=True, check=True, cwd=folder)  # noqa: S602 - as a user pastes it
    assert git(folder, "status", "--porcelain") == ""


def test_without_a_first_commit(tmp_path: Path) -> None:
    projects.worker(tmp_path, FILES, config=STAGED)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    assert found(tmp_path) == []


def test_renames_of_anything(tmp_path: Path) -> None:
    folder = team(tmp_path)
    git(folder, "mv", "src/core/deep/a.py", "src/core/deep/b c.py")
    git(folder, "rm", "-q", "src/main.py")
    top = folder.resolve().as_posix()
    seen = commit.at_hand(Worker(top, repository=top))
    assert seen is not None
    assert {each.path for each in seen.removals} == {f"{top}/src/core/deep/a.py", f"{top}/src/main.py"}
    assert f"{top}/src/core/deep/b c.py" in seen.holds(f"{top}/src/core/deep")


SRC, CORE, DATA, MORE, DEEP = "/w/src", "/w/src/core", "/w/src/data", "/w/src/more", "/w/src/core/deep"


@pytest.mark.parametrize(
    ("regular", "without", "named", "consistent", "strict"),
    [
        ([SRC, CORE], [DATA], True, [DATA], [DATA]),
        ([CORE], [SRC], True, [SRC], [SRC]),
        ([CORE], [SRC], False, [], []),
        ([CORE], [SRC, DATA], True, [], [SRC, DATA]),
        ([CORE], [SRC, DATA, DEEP], True, [SRC, DATA, DEEP], [SRC, DATA, DEEP]),
        ([CORE], [SRC, DATA, MORE, DEEP], True, [DEEP], [SRC, DATA, MORE, DEEP]),
        ([], [SRC, CORE, DATA], True, [], [SRC, CORE, DATA]),
        ([], [SRC, CORE, DATA], False, [], [CORE, DATA]),
        ([SRC], [CORE, DATA], False, [], [CORE, DATA]),
        ([SRC], [CORE, DATA], True, [CORE, DATA], [CORE, DATA]),
        ([], [SRC], True, [], [SRC]),
    ],
)
def test_lacking(
    regular: list[str], without: list[str], *, named: bool, consistent: list[str], strict: list[str]
) -> None:
    seen = [Package(folder, direct=True, regular=folder in regular) for folder in sorted([*regular, *without])]
    tree = ImportRoot(SRC, named=named)
    assert sorted(lacking(seen, tree, strict=False)) == sorted(consistent)
    assert sorted(lacking(seen, tree, strict=True)) == sorted(strict)
    mended = [each._replace(regular=each.regular or each.folder in consistent) for each in seen]
    assert lacking(mended, tree, strict=False) == []


@pytest.mark.parametrize(
    ("files", "settings", "config", "expected"),
    [
        (["src/main.py"], "", {}, [("src", False)]),
        (["src/main.py"], "", {"base_dir": "src"}, [("src", False)]),
        (["src/main.py"], "namespace = 'src'", {}, [("src", True)]),
        (["src/main.py"], "", STAGED, [("src", True)]),
        (["src/main.py"], "entry = 'src/main.py'", STAGED, [("src", True)]),
        (["main.py", "src/a.py", "lib/b.py"], "", {"main": "main.py"}, [("lib", True), ("src", True)]),
        (["src/main.py", "lib/b.py"], "", {"base_dir": "."}, [("lib", True), ("src", True)]),
        (["src/a.py", "lib/b.py"], "", STAGED, [("lib", True), ("src", True)]),
        (["src/main.py"], "", {**STAGED, "env": {"x": {"main": "app/main.py"}}}, [("src", True), ("app", False)]),
        (["src/main.py"], "", {"main": "index.js"}, []),
    ],
)
def test_trees(
    tmp_path: Path, files: list[str], settings: str, config: dict[str, object], expected: list[tuple[str, bool]]
) -> None:
    content = {name: HANDLER if name.endswith("main.py") else "" for name in files}
    worker = projects.worker(tmp_path, content, settings=settings, config=config)
    assert [(tree.folder.removeprefix(f"{worker.root}/"), tree.named) for tree in trees(worker)] == expected


def test_packages(tmp_path: Path) -> None:
    names = ["main.py", "a/__init__.py", "a/b/c.py", "d/x.json", "tests/t.py", "e-f/x.py", "g/test_x.py", "h/skip.py"]
    worker = projects.worker(tmp_path, {f"src/{name}": "" for name in names}, settings="strip = ['skip.py']")
    src = worker.path("src")
    assert packages(worker, ImportRoot(src, named=True)) == (
        Package(src, direct=True, regular=False),
        Package(f"{src}/a", direct=False, regular=True),
        Package(f"{src}/a/b", direct=True, regular=False),
    )


def test_mended(tmp_path: Path) -> None:
    files = {**FILES, "src/legacy/a.py": "", "src/domain/deep/b.py": "", "src/domain/c.py": ""}
    settings = "per-file-ignores = { 'src/legacy/**' = ['EW202'] }"
    folder = projects.worker(tmp_path, files, settings=settings, config=STAGED).root
    command = [sys.executable, "-m", "edgewheel", "check", "--select", "EW202"]

    def edgewheel(*more: str) -> tuple[int, str]:
        done = subprocess.run([*command, *more], cwd=folder, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    assert edgewheel()[0] == 0  # warnings: below a regular package the modules import
    assert edgewheel("--strict")[0] == 1
    new = "".join(
        f"diff --git a/{name} b/{name}\nnew file mode 100644\nindex 0000000..e69de29\n"
        for name in ("src/domain/__init__.py", "src/domain/deep/__init__.py")
    )
    assert edgewheel("--diff") == (1, new)
    assert not (tmp_path / "src" / "domain" / "__init__.py").exists()
    code, said = edgewheel("--fix")
    assert (code, said.splitlines()[:2]) == (
        1,
        ["src/domain/__init__.py: fixed EW202", "src/domain/deep/__init__.py: fixed EW202"],
    )
    assert (tmp_path / "src" / "domain" / "deep" / "__init__.py").read_bytes() == b""
    assert not (tmp_path / "src" / "legacy" / "__init__.py").exists()
    assert edgewheel() == (0, "no findings in 1 Worker\n")


def test_the_hook_imports_no_parser(tmp_path: Path) -> None:
    projects.worker(tmp_path, FILES, config=STAGED)
    heavy = {"ast", "packaging", "pathspec", "rich", "tomlkit", "hashlib", "zipfile", "tempfile", "difflib", "inspect"}
    code = (
        "import sys; from edgewheel.cli import main; main(['check', '--hook', 'worker-package-init']);"
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["no findings in 1 Worker", "[]"]
