"""What git ignores: asked of git, and read without it where it gives no answer. Both give one answer."""

from __future__ import annotations

import os
import random
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests import projects

from edgewheel.repository import git
from edgewheel.repository.disk import Disk
from edgewheel.repository.git import Repository
from edgewheel.repository.ignores import IgnoreRule, Ignores, indexed
from edgewheel.repository.worker import Worker

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ["a", "b", "a.py", "b.txt", "é", ".x", "a b"]
PARTS = ["a", "b", "*", "**", "*.py", "a*", "?", "[ab]", "é", ".x", "a b", "b.txt", "\\a", "[!a]", "{a,b}"]


def lines(pick: random.Random) -> list[str]:
    """Patterns of all kinds."""
    return [
        pick.choice(["", "", "!"])
        + pick.choice(["", "", "/"])
        + "/".join(pick.choice(PARTS) for _ in range(pick.randint(1, 3)))
        + pick.choice(["", "", "/", " ", "/*", "/**"])
        for _ in range(pick.randint(1, 4))
    ]


def asked(root: Path, paths: list[str]) -> dict[str, tuple[str, int] | None]:
    """By path, the file and line that make git ignore it."""
    done = subprocess.run(
        ["git", "check-ignore", "-v", "-n", "-z", "--stdin"],
        cwd=root,
        input="\0".join(paths).encode(),
        capture_output=True,
        check=False,
    )
    fields = iter(done.stdout.decode().split("\0")[:-1])
    return {
        path: None if not pattern or pattern.startswith("!") else (f"{root.as_posix()}/{source}", int(line))
        for source, line, pattern, path in zip(*[fields] * 4, strict=True)
    }


@pytest.mark.parametrize("seed", range(20))
def test_every_pattern_is_read_as_git_reads_it(tmp_path: Path, seed: int) -> None:
    pick, root = random.Random(seed), tmp_path.resolve()
    projects.git(root, "init", "-q")
    for above in pick.sample(["", "", "a/", "a/b/"], pick.randint(1, 2)):
        end = pick.choice(["\n", "\r\n"])
        projects.write(root, {f"{above}.gitignore": "".join(f"{line}{end}" for line in lines(pick))})
    for _ in range(12):
        *folders, name = [pick.choice(NAMES) for _ in range(pick.randint(1, 4))]
        path = root.joinpath(*folders, name)
        if not path.exists() and not any(above.is_file() for above in path.parents):
            projects.write(root, {"/".join([*folders, name]): ""})
    paths = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if ".git" not in path.parts}
    own = Ignores(Disk(), root.as_posix())
    found = {name: own.rule(path.as_posix(), folder=path.is_dir()) for name, path in paths.items()}
    assert {name: rule and (rule.path, rule.line) for name, rule in found.items()} == asked(root, list(paths))


def repository(root: Path, files: dict[str, str], *, forced: tuple[str, ...] = ()) -> None:
    """A commit of all that git does not ignore, and of some that it does."""
    projects.write(root, files)
    projects.git(root, "init", "-q", "-b", "main")
    projects.git(root, "add", "-A")
    for name in forced:
        projects.git(root, "add", "-f", name)
    projects.git(root, "commit", "-q", "--no-verify", "--allow-empty", "-m", "all")


FILES = {
    ".gitignore": "*.log\nlib/\n/made/\n!keep.log\n",
    "src/.gitignore": "local*\n",
    "src/a.log": "",
    "src/keep.log": "",
    "src/lib/money.py": "",
    "src/lib/other.py": "",
    "src/local/x.py": "",
    "src/main.py": "",
    "made/x/y.py": "",
}


@pytest.fixture(params=["git", "another owner", "no git"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """How git answers, or does not."""
    if request.param == "another owner":
        monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    elif request.param == "no git":
        monkeypatch.setenv("PATH", str(tmp_path))
    return str(request.param)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with ignored files, one of them tracked all the same."""
    folder = tmp_path.resolve() / "r"
    repository(folder, FILES, forced=("src/lib/money.py",))
    projects.write(folder, {"src/new.py": "", "src/a.log": ""})
    return folder


TROUBLES = {
    "git": "",
    "another owner": "the repository belongs to another user",
    "no git": "git is not installed",
}


def test_one_answer_by_every_way(root: Path, way: str) -> None:
    found = Repository(Disk(), root.as_posix(), versioned=True)
    top = root.as_posix()
    names = [name for name in [*FILES, "src/new.py"] if found.is_ignored(f"{top}/{name}")]
    assert names == ["src/a.log", "src/lib/other.py", "src/local/x.py", "made/x/y.py"]
    assert found.rule(f"{top}/src/a.log") == IgnoreRule("*.log", f"{top}/.gitignore", 1)
    assert found.rule(f"{top}/src/gone/lib/") == IgnoreRule("lib/", f"{top}/.gitignore", 2)
    assert found.rule(f"{top}/src/local.py") == IgnoreRule("local*", f"{top}/src/.gitignore", 1)
    assert found.rule(f"{top}/src/lib/money.py") is None
    assert found.rule(f"{top}/src/keep.log") is None
    assert found.trouble == TROUBLES[way]
    assert found.answers is (way == "git")
    note = f"git was not asked ({TROUBLES[way]}): the `.gitignore` files below `{top}` were read instead"
    assert found.note == ("" if way == "git" else note)
    assert found.is_new(f"{top}/src/new.py") is (way == "git")
    assert found.is_tracked(f"{top}/src/lib/money.py") is (way == "git")
    assert found.holds(f"{top}/src/lib/money.py")
    assert not found.holds(f"{top}/src/new.py")


def test_without_a_repository(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    projects.write(root, {"w/.gitignore": "*.log\n", "w/src/a.log": "", "other/a.log": ""})
    found = Worker(f"{root.as_posix()}/w/src").git
    assert (found.top, found.is_ignored(f"{root.as_posix()}/w/src/a.log")) == (f"{root.as_posix()}/w", True)
    assert found.trouble == "there is no `.git`"
    nothing = Worker(f"{root.as_posix()}/other").git
    assert (nothing.top, nothing.note, nothing.is_ignored(f"{root.as_posix()}/other/a.log")) == ("", "", False)


def test_a_folder_that_is_ignored_itself(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    repository(root, {".gitignore": "out/\n", "out/src/a.py": ""})
    found = Repository(Disk(), root.as_posix(), versioned=True)
    found.look(f"{root.as_posix()}/out/src")
    assert found.is_ignored(f"{root.as_posix()}/out/src/a.py")
    assert found.trouble == ""


def test_git_is_asked_once_for_all(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    usual = subprocess.Popen

    class Counted(usual):  # type: ignore[misc, valid-type]
        def __init__(self, command: list[str], **rest: object) -> None:
            ran.append(next(word for word in command if word in {"ls-files", "check-ignore"}))
            super().__init__(command, **rest)

    monkeypatch.setattr(subprocess, "Popen", Counted)
    found = Repository(Disk(), root.as_posix(), versioned=True)
    for folder in ("src/lib", "src", "made", "src/local", ""):
        found.look(f"{root.as_posix()}/{folder}".rstrip("/"))
        assert found.is_tracked(f"{root.as_posix()}/src/main.py")
    assert ran == ["ls-files"] * 4


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_the_index(tmp_path: Path, version: str) -> None:
    names = ["a.py", "b/c.py", "b/cd/é.py", f"b/{'x' * 200}/y", "z"]
    repository(tmp_path, dict.fromkeys(names, ""))
    projects.git(tmp_path, "update-index", "--index-version", version)
    if version == "3":
        projects.git(tmp_path, "update-index", "--skip-worktree", "b/c.py")
    assert indexed((tmp_path / ".git").as_posix()) == frozenset(names)


@pytest.mark.parametrize("content", [b"", b"DIRC", b"DIRC\0\0\0\2\0\0\0\3" + b"x" * 80, os.urandom(400)])
def test_an_index_that_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "index").write_bytes(content)
    assert indexed(tmp_path.as_posix()) == frozenset()


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"])
def test_the_repository_of_a_hook_around_is_not_asked(root: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    other = root.parent / "super"
    repository(other, {"x": ""})
    value = {"GIT_DIR": ".git", "GIT_WORK_TREE": ".", "GIT_INDEX_FILE": ".git/index"}[name]
    monkeypatch.chdir(other)
    monkeypatch.setenv(name, value)
    assert Repository(Disk(), root.as_posix(), versioned=True).is_tracked(f"{root.as_posix()}/src/main.py")
    assert name not in git.environment(root.as_posix())


def test_the_index_of_the_commit_at_hand_is_asked(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index-1.lock")
    assert git.environment(root.as_posix())["GIT_INDEX_FILE"] == str(root / ".git" / "next-index-1.lock")
