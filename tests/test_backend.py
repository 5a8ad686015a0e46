"""The shim and the hatchling hook, called as a frontend calls them, without an environment of their own."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests import projects
from tests.projects import HANDLER

if TYPE_CHECKING:
    from collections.abc import Mapping

WRANGLER = (
    'name = "w"\nmain = "build/worker/worker.py"\ncompatibility_flags = ["python_workers"]\n'
    '[build]\ncommand = "edgewheel stage"\n'
)
PROJECT = '[project]\nname = "forge-api"\nversion = "1.2"\nrequires-python = ">=3.12"\n'
SHIM = '[build-system]\nrequires = ["edgewheel"]\nbuild-backend = "edgewheel_build"\n'
HOOK = (
    '[build-system]\nrequires = ["hatchling", "edgewheel"]\nbuild-backend = "hatchling.build"\n'
    "[tool.hatch.build.hooks.edgewheel]\n"
)
WHEEL = "forge_api-1.2-py3-none-any.whl"
INFO = "forge_api-1.2.dist-info"
CODE: dict[str, str | bytes] = {
    "src/__init__.py": "",
    "src/main.py": HANDLER,
    "src/core/config.py": "NAME = 'config'\n",
    "src/core/data/table.json": "{}",
    "src/core/test_config.py": "import pytest\n",
    "src/tests/__init__.py": "",
    "tests/test_main.py": "",
}
LAID_OUT = [
    "src/__init__.py",
    "src/core/__init__.py",
    "src/core/config.py",
    "src/core/data/table.json",
    "src/main.py",
    "worker.py",
]


def project(root: Path, files: Mapping[str, str | bytes] = CODE, *, build: str = SHIM, more: str = "") -> Path:
    """A Worker's project; `build` is its `[build-system]`, `more` what else stands in pyproject.toml."""
    return projects.write(root, {"wrangler.toml": WRANGLER, "pyproject.toml": PROJECT + build + more, **files})


def run(root: Path, out: Path, what: str = "build_wheel", **environment: str) -> subprocess.CompletedProcess[str]:
    """One function of the project's backend in a process of its own, as frontends do it."""
    backend = "hatchling.build" if HOOK in (root / "pyproject.toml").read_text() else "edgewheel_build"
    code = f"import {backend} as backend, sys; backend.{what}(sys.argv[1])"
    return subprocess.run(
        [sys.executable, "-c", code, str(out)],
        cwd=root,
        env={**{name: value for name, value in os.environ.items() if not name.startswith("HATCH_")}, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def built(root: Path, out: Path, what: str = "build_wheel") -> Path:
    """The only artifact of a build that must succeed."""
    done = run(root, out, what)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    (artifact,) = out.iterdir()
    return artifact


def names(wheel: Path) -> list[str]:
    """The files of a wheel in their order, without its dist-info."""
    with zipfile.ZipFile(wheel) as archive:
        assert archive.testzip() is None
        return [name for name in archive.namelist() if ".dist-info/" not in name]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def from_sdist(root: Path, out: Path) -> Path:
    """The wheel that is built from the project's sdist."""
    sdist = built(root, out / "sdist", "build_sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(out / "unpacked", filter="data")
    (unpacked,) = (out / "unpacked").iterdir()
    return built(unpacked, out / "from-sdist")


def members(sdist: Path) -> list[str]:
    with tarfile.open(sdist) as archive:
        assert all(each.isfile() for each in archive)
        return sorted(name.partition("/")[2] for name in archive.getnames())


@pytest.mark.parametrize("build", [SHIM, HOOK], ids=["shim", "hook"])
def test_the_wheel(tmp_path: Path, build: str) -> None:
    root = project(tmp_path / "w", build=build)
    done = run(root, tmp_path / "out")
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "",
        (
            f"edgewheel: {WHEEL}: 6 files, {_payload(tmp_path / 'out' / WHEEL):,} bytes; left out tests (2); "
            "added src/core/__init__.py\n"
        ),
    )
    assert names(tmp_path / "out" / WHEEL) == LAID_OUT
    with zipfile.ZipFile(tmp_path / "out" / WHEEL) as archive:
        assert archive.namelist()[6:] == [f"{INFO}/METADATA", f"{INFO}/WHEEL", f"{INFO}/RECORD"]
        assert b"Generator: hatchling" in archive.read(f"{INFO}/WHEEL")
        assert "from src.main import Default" in archive.read("worker.py").decode()


def _payload(wheel: Path) -> int:
    with zipfile.ZipFile(wheel) as archive:
        return sum(each.file_size for each in archive.infolist() if ".dist-info/" not in each.filename)


#: what a project may have beside its Worker -> pyproject.toml, files
TRAITS: dict[str, tuple[str, dict[str, str | bytes]]] = {
    "plain": ("", {}),
    "scripts, licence and readme": (
        'readme = "README.md"\nlicense-files = ["LICENSE"]\n[project.scripts]\nx = "src.main:run"\n',
        {"README.md": "# Forge\n", "LICENSE": "free"},
    ),
    "names and contents of all kinds": (
        "",
        {"src/ünï.py": "Ü = 1\n", "src/a b.txt": b"\xff" * 100_000, "src/e.py": ""},
    ),
    "another folder's package": (
        '[tool.hatch.build.targets.wheel]\npackages = ["src", "shared/money"]\n',
        {"shared/money/__init__.py": "", "shared/money/a.py": "", "shared/other.py": ""},
    ),
    "forced files": (
        '[tool.hatch.build.targets.wheel.force-include]\n"config/app.json" = "src/core/data/table.json"\n',
        {"config/app.json": '{"a": 1}'},
    ),
    "exclude": ('[tool.hatch.build]\nexclude = ["*.json"]\n', {}),
    "include": ('[tool.hatch.build.targets.wheel]\ninclude = ["/src", "shared/**/*.py"]\n', {"shared/money/a.py": ""}),
    "a hook of its own": (
        '[tool.hatch.build.hooks.custom]\npath = "hatch_build.py"\n',
        {
            "hatch_build.py": "from hatchling.builders.hooks.plugin.interface import BuildHookInterface\n"
            "class Own(BuildHookInterface):\n"
            "    def initialize(self, version, build_data):\n"
            "        with open('src/made.py', 'w') as file:\n"
            "            file.write('MADE = True')\n"
        },
    ),
    "files beside the code, that the sdist's own choice leaves out": (
        (
            '[tool.hatch.build.targets.sdist]\ninclude = ["/src"]\n[tool.hatch.build.targets.wheel]\n'
            'packages = ["src", "shared/money"]\nextra-metadata = { "meta" = "m" }\n'
            'shared-data = { "share/a.txt" = "etc/a.txt" }\n'
            '[tool.hatch.build.targets.wheel.force-include]\n"config" = "src/config"\n'
        ),
        {"shared/money/a.py": "", "meta/b.txt": "b", "share/a.txt": "a", "config/app.json": "{}"},
    ),
    "forced files of both archives": (
        '[tool.hatch.build.force-include]\n"src/core/data/table.json" = "share/table.json"\n',
        {},
    ),
    "packages of both archives": (
        '[tool.hatch.build]\npackages = ["src", "shared/money"]\n',
        {"shared/money/a.py": ""},
    ),
    "a hatch.toml": ("", {"hatch.toml": '[build]\nexclude = ["*.json"]\n[build.hooks.edgewheel]\n'}),
    "a dynamic version": (
        '[tool.hatch.version]\npath = "src/version.py"\n',
        {"src/version.py": '__version__ = "1.2"\n'},
    ),
}


@pytest.mark.parametrize("trait", TRAITS)
def test_one_wheel_by_all_ways(tmp_path: Path, trait: str) -> None:
    """By the shim and by the hook, from the tree and from the sdist: byte for byte."""
    more, files = TRAITS[trait]
    made = []
    for name, build in (("shim", SHIM), ("hook", HOOK)):
        root = tmp_path / name
        project(root, {**CODE, **files})
        text = PROJECT + more if more.startswith("readme") else PROJECT + build + more
        text = text + build if more.startswith("readme") else text
        if "version.py" in more:
            text = text.replace('version = "1.2"\n', 'dynamic = ["version"]\n')
        projects.write(root, {"pyproject.toml": text})
        made += [built(root, tmp_path / f"{name}-tree"), from_sdist(root, tmp_path / f"{name}-sdist")]
    assert len({digest(wheel) for wheel in made}) == 1


def test_an_unknown_hatchling_takes_the_long_way_to_the_same_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import edgewheel_build as backend
    from edgewheel_build import wheel as quick

    more, files = TRAITS["scripts, licence and readme"]
    root = project(tmp_path / "w", {**CODE, **files, "src/run.py": "x"})
    projects.write(root, {"pyproject.toml": PROJECT + more + SHIM})
    (root / "src" / "run.py").chmod(0o755)
    monkeypatch.chdir(root)
    for name in list(os.environ):
        if name.startswith(("HATCH_", "SOURCE_DATE")):
            monkeypatch.delenv(name)
    made = []
    for known in (quick.COMPARED, ((0, 1), (0, 2))):
        monkeypatch.setattr(quick, "COMPARED", known)
        made.append(digest(tmp_path / backend.build_wheel(str(tmp_path))))
    assert made[0] == made[1]


@pytest.mark.parametrize(("epoch", "when"), [("1700000000", (2023, 11, 14, 22, 13, 20)), ("1", (1980, 1, 1, 0, 0, 0))])
def test_the_time_that_the_environment_sets(tmp_path: Path, epoch: str, when: tuple[int, ...]) -> None:
    """By the quick way and by hatchling's builder; a zip file knows no time before 1980."""
    made = []
    for name, build in (("shim", SHIM), ("hook", HOOK)):
        done = run(project(tmp_path / name, build=build), tmp_path / f"{name}-out", SOURCE_DATE_EPOCH=epoch)
        assert done.returncode == 0, done.stderr
        made.append(digest(tmp_path / f"{name}-out" / WHEEL))
        with zipfile.ZipFile(tmp_path / f"{name}-out" / WHEEL) as archive:
            assert {each.date_time for each in archive.infolist()} == {when}
    assert made[0] == made[1]


SELECTED: dict[str, list[str]] = {
    "another folder's package": [*LAID_OUT, "money/__init__.py", "money/a.py"],
    "forced files": [*(name for name in LAID_OUT if not name.endswith(".json")), "src/core/data/table.json"],
    "exclude": [name for name in LAID_OUT if not name.endswith(".json")],
    "include": [*LAID_OUT, "shared/money/a.py"],
    "a hook of its own": sorted([*LAID_OUT, "src/made.py"]),
}


@pytest.mark.parametrize("trait", SELECTED)
def test_settings_of_hatchling_keep_working(tmp_path: Path, trait: str) -> None:
    more, files = TRAITS[trait]
    root = project(tmp_path / "w", {**CODE, **files}, more=more)
    assert names(built(root, tmp_path / "out")) == SELECTED[trait]


def test_an_include_that_names_a_part_of_the_namespace(tmp_path: Path) -> None:
    for option in ('include = ["/src/*.py", "/src/core/*.py"]', 'only-include = ["src/main.py", "src/core/config.py"]'):
        root = project(tmp_path / "w", more=f"[tool.hatch.build.targets.wheel]\n{option}\n")
        assert "src/core/data/table.json" not in names(built(root, tmp_path / "out"))
        (tmp_path / "out" / WHEEL).unlink()


def test_git_decides_what_belongs(tmp_path: Path) -> None:
    """Tracked files are in, whatever .gitignore says; ignored ones are out, but for declared artifacts."""
    artifacts = '[tool.hatch.build]\nartifacts = ["src/_version.py"]\n'
    wheels = []
    for name, build in (("shim", SHIM), ("hook", HOOK)):
        root = project(tmp_path / name, {**CODE, "src/lib/money.py": ""}, build=build, more=artifacts)
        projects.git(root, "init", "-q")
        projects.write(root, {".gitignore": "lib/\n*.log\nlocal/\n_version.py\n"})
        projects.git(root, "add", "-f", ".")
        projects.commit(root)
        projects.write(root, {"src/a.log": "", "src/local/x.py": "", "src/_version.py": "V = 1"})
        wheels += [built(root, tmp_path / f"{name}-tree"), from_sdist(root, tmp_path / f"{name}-sdist")]
    assert names(wheels[0]) == sorted([*LAID_OUT, "src/_version.py", "src/lib/__init__.py", "src/lib/money.py"])
    assert len({digest(wheel) for wheel in wheels}) == 1


@pytest.mark.parametrize("trait", ["nested", "exclude", "switched off"])
def test_what_git_ignores_is_in_no_sdist(tmp_path: Path, trait: str) -> None:
    """hatchling reads the .gitignore at the top and nothing else, and not even that by `ignore-vcs`."""
    more = "[tool.hatch.build]\nignore-vcs = true\n" if trait == "switched off" else ""
    root = project(tmp_path / "w", more=more)
    projects.commit(root)
    place = {"nested": "src/.gitignore", "exclude": ".git/info/exclude", "switched off": ".gitignore"}[trait]
    projects.write(root, {place: "local*\n", "src/local.py": "", "src/core/local/a.py": ""})
    wheel = built(root, tmp_path / "out")
    assert "src/local.py" not in names(wheel)
    assert digest(from_sdist(root, tmp_path / "sdist")) == digest(wheel)


@pytest.mark.skipif(os.name == "nt", reason="no such bits")
@pytest.mark.parametrize("build", [SHIM, HOOK], ids=["shim", "hook"])
def test_bits_that_no_archive_carries(tmp_path: Path, build: str) -> None:
    root = project(tmp_path / "w", build=build)
    (root / "src" / "core" / "config.py").chmod(0o4755)
    wheel = built(root, tmp_path / "out")
    with zipfile.ZipFile(wheel) as archive:
        assert archive.getinfo("src/core/config.py").external_attr >> 16 == 0o100755
    assert digest(from_sdist(root, tmp_path / "sdist")) == digest(wheel)


@pytest.mark.parametrize("named", [".git", "{root}/.git"])
def test_inside_a_hook_of_git(tmp_path: Path, named: str) -> None:
    """git names the repository to its hooks, and no work tree."""
    root = project(tmp_path / "w")
    projects.write(root, {".gitignore": "*.log\n"})
    projects.commit(root)
    projects.write(root, {"src/a.log": ""})
    assert run(root, tmp_path / "out", GIT_DIR=named.format(root=root)).returncode == 0
    assert names(tmp_path / "out" / WHEEL) == LAID_OUT


def test_work_in_progress_is_built_with_a_warning(tmp_path: Path) -> None:
    root = project(tmp_path / "w")
    projects.commit(root)
    projects.write(root, {"src/new.py": ""})
    done = run(root, tmp_path / "out")
    assert done.returncode == 0
    assert "warning: `src/new.py` is in the wheel and not tracked by git" in done.stderr
    assert "src/new.py" in names(tmp_path / "out" / WHEEL)


def test_a_repository_without_a_commit_is_not_judged(tmp_path: Path) -> None:
    root = project(tmp_path / "w")
    projects.git(root, "init", "-q")
    assert "EW606" not in run(root, tmp_path / "out").stderr


def test_an_sdist_inside_somebody_elses_repository(tmp_path: Path) -> None:
    """As with a cache folder inside a project: nothing of the sdist is ignored."""
    root = project(tmp_path / "w")
    projects.write(tmp_path / "other", {".gitignore": "*\n"})
    projects.git(tmp_path / "other", "init", "-q")
    wheel = built(root, tmp_path / "out")
    assert digest(from_sdist(root, tmp_path / "other")) == digest(wheel)


def test_the_sdist_carries_what_the_layout_reads_and_no_more(tmp_path: Path) -> None:
    foreign = {
        "python_modules/a.py": "",
        "node_modules/b/c.js": "",
        "web/node_modules/b/c.js": "",
        ".wrangler/tmp/d.js": "",
        ".venv-workers/pyvenv.cfg": "",
        "env/pyvenv.cfg": "",
        "env/lib/e.py": "",
        "build/worker/worker.py": "",
        "dist/f.whl": "",
        ".env": "KEY=1",
        ".dev.vars": "KEY=1",
    }
    own = {
        "src/build/g.py": "",
        "src/dist/h.py": "",
        "wrangler.jsonc": "{}",
        ".env.example": "KEY=",
        "scripts/i.py": "",
    }
    files = {**CODE, **foreign, **own}
    root = project(tmp_path / "w", files, more='[tool.edgewheel]\nentry = "src/main.py"\n')
    os.symlink("/usr/bin", root / ".venv-workers" / "bin")
    os.symlink(root / "scripts" / "i.py", root / "src" / "linked.py")
    os.symlink(root / "nowhere", root / "scripts" / "broken")
    done = run(root, tmp_path / "out", "build_sdist")
    (archive,) = (tmp_path / "out").iterdir()
    sdist = members(archive)
    kept = {*CODE, *own, "src/linked.py", "wrangler.toml", "pyproject.toml", "PKG-INFO"}
    assert sdist == sorted(kept)
    with tarfile.open(archive) as opened:
        size = sum(each.size for each in opened)
    left = ".dev.vars, .env, .venv-workers/, .wrangler/, build/ and 4 more"
    line = f"edgewheel: {archive.name}: {len(kept)} files, {size:,} bytes; left out {left}\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, "", line)


def test_the_sdist_that_chooses_its_files_still_builds(tmp_path: Path) -> None:
    root = project(tmp_path / "w", more='[tool.hatch.build.targets.sdist]\ninclude = ["README.md"]\n')
    wheel = built(root, tmp_path / "out")
    assert digest(from_sdist(root, tmp_path / "sdist")) == digest(wheel)


def test_a_worker_below_the_project(tmp_path: Path) -> None:
    files = {f"backend/{name}": content for name, content in CODE.items()}
    root = projects.write(
        tmp_path / "w", {"backend/wrangler.toml": WRANGLER, "pyproject.toml": PROJECT + SHIM, **files}
    )
    wheel = built(root, tmp_path / "out")
    assert names(wheel) == LAID_OUT
    assert digest(from_sdist(root, tmp_path / "sdist")) == digest(wheel)


NOT_BUILT: dict[str, tuple[dict[str, str | bytes], str, str]] = {
    "no handler": ({"src/main.py": "x = 1\n"}, "", "no module directly in src binds a handler"),
    "no Worker": ({"wrangler.toml": 'name = "static"\nmain = "x.js"\n'}, "", ""),
    "an unknown option of the hook": (
        CODE,
        '[tool.hatch.build.hooks.edgewheel]\nentry = "src/main.py"\n',
        "`entry` in `[tool.hatch.build.hooks.edgewheel]` is ignored: write the setting in `[tool.edgewheel]`",
    ),
    "settings that hatchling refuses": (
        CODE,
        "[tool.hatch.build.targets.wheel]\npackages = 3\n",
        "edgewheel: Field `tool.hatch.build.targets.wheel.packages` must be an array of strings",
    ),
    "tests that the settings bring back": (
        CODE,
        '[tool.hatch.build.targets.wheel.force-include]\n"tests" = "tests"\n',
        "EW602 `tests/` (1 file) is a test in the wheel: it would be uploaded with the Worker",
    ),
    "an address that no mail program takes": (
        CODE,
        '[project]\nauthors = [{ name = "A", email = "é@example.com" }]\n',
        "edgewheel: local-part contains non-ASCII characters",
    ),
    "a Python that is not there": (CODE, ">=4", '`requires-python = ">=4"` allows no Python 2 or 3'),
    "a misspelt setting": (
        CODE,
        '[tool.edgewheel]\nstripp = ["*.md"]\n',
        "pyproject.toml:9: EW003 unknown setting `tool.edgewheel.stripp`",
    ),
    "a file that is not there": (
        CODE,
        '[tool.hatch.build.targets.wheel.force-include]\n"nothing.txt" = "src/nothing.txt"\n',
        "edgewheel: Forced include not found: ",
    ),
    "an entry that the settings take away": (
        {**CODE, "src/app.py": ""},
        '[tool.hatch.build]\nexclude = ["src/main.py"]\n',
        "EW601 `src/main.py` is not in the wheel",
    ),
}


@pytest.mark.parametrize("trait", NOT_BUILT)
def test_a_build_that_fails_says_why_and_leaves_nothing(tmp_path: Path, trait: str) -> None:
    files, more, words = NOT_BUILT[trait]
    root = project(tmp_path / "w", files, more=more if "[tool." in more else "")
    if more.startswith("[project]"):
        projects.write(root, {"pyproject.toml": PROJECT + more.removeprefix("[project]\n") + SHIM})
    elif more.startswith(">="):
        projects.write(root, {"pyproject.toml": PROJECT.replace(">=3.12", more) + SHIM})
    done = run(root, tmp_path / "out")
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "out").glob("*")) if (tmp_path / "out").exists() else True


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="these file systems hold UTF-8 names only")
def test_a_name_that_no_wheel_can_hold(tmp_path: Path) -> None:
    root = project(tmp_path / "w")
    with open(os.fsencode(root / "src") + b"/\xff.txt", "w"):
        pass
    done = run(root, tmp_path / "out")
    assert (done.returncode, done.stderr) == (
        1,
        "edgewheel: `src/\\udcff.txt` has a name that is not UTF-8: no wheel can hold it. Rename the file\n",
    )


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    root = project(tmp_path / "w")
    (root / "src" / "core" / "config.py").chmod(0)
    done = run(root, tmp_path / "out")
    assert (done.returncode, done.stderr.endswith("config.py` cannot be read: Permission denied\n")) == (1, True)


def test_a_class_that_the_entry_lacks_is_warned_of(tmp_path: Path) -> None:
    objects = '[[durable_objects.bindings]]\nname = "ROOM"\nclass_name = "Room"\n'
    done = run(project(tmp_path / "w", {**CODE, "wrangler.toml": WRANGLER + objects}), tmp_path / "out")
    assert done.returncode == 0
    assert "warning: the wrangler config binds `Room`, which the entry does not bind at module level\n" in done.stderr


def test_findings_can_be_ignored(tmp_path: Path) -> None:
    more = '[tool.edgewheel]\nignore = ["EW602"]\n[tool.hatch.build.targets.wheel.force-include]\n"tests" = "tests"\n'
    assert "tests/test_main.py" in names(built(project(tmp_path / "w", more=more), tmp_path / "out"))


def test_a_fault_in_somebodys_own_hook_keeps_its_traceback(tmp_path: Path) -> None:
    more, files = TRAITS["a hook of its own"]
    broken = {**files, "hatch_build.py": str(files["hatch_build.py"]).replace("'MADE = True'", "1 / 0")}
    done = run(project(tmp_path / "w", {**CODE, **broken}, more=more), tmp_path / "out")
    assert "ZeroDivisionError" in done.stderr


@pytest.mark.parametrize("what", ["build_wheel", "build_sdist", "build_editable"])
def test_the_shim_refuses_without_hooks(tmp_path: Path, what: str) -> None:
    done = run(project(tmp_path / "w"), tmp_path / "out", what, HATCH_BUILD_NO_HOOKS="1")
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        (
            "pyproject.toml: EW608 `HATCH_BUILD_NO_HOOKS` is set: hatchling skips every build hook, and the wheel "
            "would have no entry\n    fix: unset HATCH_BUILD_NO_HOOKS\n"
        ),
    )
    assert not (tmp_path / "out").exists()


def test_no_requires_python_is_warned_of(tmp_path: Path) -> None:
    root = project(tmp_path / "w")
    text = (root / "pyproject.toml").read_text().replace('requires-python = ">=3.12"\n', "")
    projects.write(root, {"pyproject.toml": text})
    done = run(root, tmp_path / "out")
    assert done.returncode == 0
    assert "EW607 warning: `forge_api-1.2-py2.py3-none-any.whl` is tagged for Python 2" in done.stderr


@pytest.mark.parametrize("build", [SHIM, HOOK], ids=["shim", "hook"])
def test_editable_copies_nothing(tmp_path: Path, build: str) -> None:
    root = project(tmp_path / "w", build=build, more="[tool.hatch.build]\ndev-mode-exact = true\n" * (build == SHIM))
    done = run(root, tmp_path / "out", "build_editable")
    assert (done.returncode, done.stderr) == (
        0,
        "edgewheel: no src/core/__init__.py: the wheel gets them, an editable install does not\n",
    )
    (wheel,) = (tmp_path / "out").iterdir()
    with zipfile.ZipFile(wheel) as archive:
        assert [name for name in archive.namelist() if ".dist-info/" not in name] == ["_forge_api.pth"]
        assert Path(archive.read("_forge_api.pth").decode()).resolve() == root.resolve()
        assert b"editables" not in archive.read(f"{INFO}/METADATA")


def test_editable_with_tables_of_the_wheel(tmp_path: Path) -> None:
    """hatchling asks then which files are selected, and would guess by the project's name."""
    more = '[tool.hatch.build.targets.wheel]\nextra-metadata = { "wrangler.toml" = "w.toml" }\n'
    with zipfile.ZipFile(built(project(tmp_path / "w", more=more), tmp_path / "out", "build_editable")) as archive:
        assert archive.namelist()[0] == "_forge_api.pth"
        assert f"{INFO}/extra_metadata/w.toml" in archive.namelist()


def test_editable_needs_no_handler(tmp_path: Path) -> None:
    done = run(project(tmp_path / "w", {"src/main.py": ""}), tmp_path / "out", "build_editable")
    assert done.returncode == 0
    assert "binds a handler" in done.stderr


def test_editable_respects_its_settings(tmp_path: Path) -> None:
    root = project(tmp_path / "w", more='[tool.hatch.build]\ndev-mode-dirs = ["src", "."]\n')
    with zipfile.ZipFile(built(root, tmp_path / "out", "build_editable")) as archive:
        paths = archive.read("_forge_api.pth").decode().splitlines()
    assert [Path(each).resolve() for each in paths] == [root.resolve(), (root / "src").resolve()]


REQUIRES: dict[str, tuple[str, list[str], list[str]]] = {
    "plain": ("", [], []),
    "broken": ("[", [], []),
    "named by the build, its target and hooks": (
        (
            '[tool.hatch.build]\ndependencies = ["a", "b"]\n[tool.hatch.build.targets.wheel]\ndependencies = ["c>1"]\n'
            '[tool.hatch.build.hooks.vcs]\nversion-file = "x"\ndependencies = ["hatch-vcs"]\n'
            '[tool.hatch.build.targets.sdist.hooks.x]\ndependencies = ["d"]\n'
        ),
        ["a", "b", "c>1", "hatch-vcs"],
        ["a", "b", "hatch-vcs", "d"],
    ),
    "those of the run time": (
        (
            "[tool.hatch.build.hooks.x]\nrequire-runtime-dependencies = true\n"
            '[tool.hatch.build.targets.wheel]\nrequire-runtime-features = ["fast"]\n'
            '[project]\ndependencies = ["fastapi"]\n[project.optional-dependencies]\nfast = ["orjson"]\n'
        ),
        ["orjson", "fastapi"],
        ["fastapi"],
    ),
}


@pytest.mark.parametrize("trait", REQUIRES)
def test_what_a_build_needs(tmp_path: Path, trait: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import edgewheel_build as backend

    text, wheel, sdist = REQUIRES[trait]
    projects.write(tmp_path, {"pyproject.toml": text})
    monkeypatch.chdir(tmp_path)
    assert backend.get_requires_for_build_wheel() == ["hatchling>=1.27,<2", *wheel]
    assert backend.get_requires_for_build_editable() == ["hatchling>=1.27,<2", *wheel]
    assert backend.get_requires_for_build_sdist() == ["hatchling>=1.27,<2", *sdist]


def test_what_a_hatch_toml_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import edgewheel_build as backend

    text = '[tool.hatch.build.hooks.a]\ndependencies = ["a"]\n'
    projects.write(tmp_path, {"pyproject.toml": text, "hatch.toml": '[build.hooks.b]\ndependencies = ["b"]\n'})
    monkeypatch.chdir(tmp_path)
    assert backend.get_requires_for_build_wheel() == ["hatchling>=1.27,<2", "b"]
    projects.write(tmp_path, {"hatch.toml": "[version]\n"})
    assert backend.get_requires_for_build_wheel() == ["hatchling>=1.27,<2", "a"]


def test_importing_the_backend_needs_the_standard_library_only() -> None:
    code = (
        "import sys; before = set(sys.modules); import edgewheel_build as b; b.get_requires_for_build_wheel();"
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout in {"['edgewheel_build']\n", "['edgewheel_build', 'tomli']\n"}


def test_the_hook_is_a_plugin_of_hatchling() -> None:
    from hatchling.plugin.manager import PluginManager

    from edgewheel_build.hatch import WorkerBuildHook

    assert PluginManager().build_hook.get("edgewheel") is WorkerBuildHook
