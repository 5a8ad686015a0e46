"""Stage, wheel, wheel from an sdist, `bundle` and `stage --wheel` are one tree, whatever the project chooses."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from tests import projects, wrangler_oracle
from tests.projects import HANDLER

import edgewheel_build as backend
from edgewheel import cli
from edgewheel.deploy import Deploys
from edgewheel.findings import CouldNotRun
from edgewheel.layout import unpack
from edgewheel.layout.selection import shipped
from edgewheel.repository.disk import Disk
from edgewheel.repository.worker import Worker
from edgewheel_build import staging

WRANGLER = (
    'name = "w"\nmain = "build/worker/worker.py"\ncompatibility_flags = ["python_workers"]\n'
    'compatibility_date = "2026-01-01"\n'
    '[build]\ncommand = "edgewheel stage"\n[[rules]]\ntype = "Data"\nglobs = ["**/*.json", "**/*.log"]\n'
)
PROJECT = '[project]\nname = "w"\nversion = "1"\nrequires-python = ">=3.12"\n'
SHIM = '[build-system]\nrequires = ["edgewheel"]\nbuild-backend = "edgewheel_build"\n'
NAMES = (
    *(
        "src/core/a.py",
        "src/core/b.json",
        "src/core/deep/c.py",
        "src/lib/d.py",
        "src/gen/e.py",
        "src/f.log",
        "src/g.txt",
    ),
    *("shared/__init__.py", "shared/h.py", "shared/k.json", "shared/out/l.py", "libs/money/__init__.py"),
    *("libs/money/m.py", "libs/tests/test_m.py", "config/n.json", "config/o.py", "p.py", "docs/q.md", "shared/.env"),
    *("build/worker/old.py", "node_modules/r.json", "shared/python_modules/s.py", "libs/t.log"),
)
PATTERNS = (
    *("*.json", "src/core", "/shared", "shared/**/*.py", "src/**/*.py", "/src/core/a.py", "*.log", "deep/", "libs"),
    *("/config/*.json", "src", "**/h.py", "!src/f.log", "!*.json", "p.py", "src/lib/"),
)
PLACES = ("src", "shared", "src/core", "libs/money", "config/o.py", "p.py", "src/main.py", "libs", "shared/out")
FORCED = ("config/n.json", "config", "shared/h.py", "src/core/a.py", "docs/q.md", "src/f.log", "p.py", "libs/money")
TARGETS = ("src/core/a.py", "src/config", "share/x", "conf/n.json", "src/core/new/y.py", "data.txt", "src/new")
IGNORED = ("*.log", "lib/", "/src/gen/", "out", "*.json", "!n.json", "libs/*", "/shared/k.json", "build/", "p.py")


def quoted(values: list[str]) -> str:
    return "[" + ", ".join(f'"{each}"' for each in values) + "]"


def options(pick: random.Random) -> str:
    """A random choice of files in hatchling's settings, in one of the four places that hatchling reads."""
    lines = []
    for name, values in (("include", PATTERNS), ("exclude", PATTERNS), ("artifacts", ("*.log", "src/gen", "*.json"))):
        if pick.random() < 0.4:
            chosen = pick.sample(values, pick.randint(1, 2))
            lines.append(f"{name} = {quoted(['/src/*.py', *chosen] if name == 'include' else chosen)}")
    lines += [
        f"{name} = {quoted(pick.sample(PLACES, pick.randint(1, 2)))}"
        for name in ("only-include", "packages")
        if pick.random() < 0.3
    ]
    if pick.random() < 0.2:
        lines.append(pick.choice(['sources = ["libs"]', 'sources = { "shared" = "common" }', 'sources = { "" = "x" }']))
    if pick.random() < 0.4:
        table = dict(zip(pick.sample(FORCED, 2), pick.sample(TARGETS, 2), strict=True))
        lines.append("force-include = { " + ", ".join(f'"{one}" = "{other}"' for one, other in table.items()) + " }")
    return "\n".join(lines) + "\n"


def project(root: Path, pick: random.Random) -> Path:
    """A Worker's project in a repository, with ignored files, artifacts and links."""
    files = {name: f"# {name}\n" for name in NAMES if pick.random() < 0.8}
    head = pick.choice(["[tool.hatch.build]\n", "[tool.hatch.build.targets.wheel]\n"])
    own = pick.random() < 0.2
    chosen = head.replace("tool.hatch.", "") + options(pick) if own else head + options(pick)
    projects.write(
        root,
        {
            "wrangler.toml": WRANGLER,
            "pyproject.toml": PROJECT + SHIM + ("" if own else chosen),
            **({"hatch.toml": chosen} if own else {}),
            "src/main.py": HANDLER,
            "src/__init__.py": "",
            **files,
        },
    )
    if pick.random() < 0.4 and hasattr(os, "symlink"):
        (root / "src" / "linked.py").symlink_to("main.py")
        (root / "libs").mkdir(exist_ok=True)
        (root / "libs" / "inside").symlink_to("../shared")
    if pick.random() < 0.7:
        projects.git(root, "init", "-q", "-b", "main")
        projects.write(root, {".gitignore": "\n".join(pick.sample(IGNORED, pick.randint(0, 4))) + "\n"})
        projects.git(root, "add", "-f", *pick.sample([*files, "src/main.py"], min(3, len(files))))
        projects.git(root, "add", "-A")
        projects.git(root, "commit", "-q", "--no-verify", "-m", "all")
    return root


def staged(root: Path) -> dict[str, bytes]:
    worker = Worker(root.as_posix(), disk=Disk(), repository=root.as_posix() if (root / ".git").exists() else "")
    target = root / "build" / "worker"
    layout = shipped(worker)
    assert not (target / "worker.py").exists()
    for path in target.glob("*"):
        path.unlink()
    staging.write(staging.from_layout(worker, layout), str(target))
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}


def predicted(root: Path) -> dict[str, bytes]:
    """What wrangler uploads of the staging folder, by its rules."""
    worker = Worker(root.as_posix(), disk=Disk(), repository=root.as_posix() if (root / ".git").exists() else "")
    deploy = Deploys(worker).of(None)
    upload = deploy.upload
    if upload.error is not None:
        raise CouldNotRun(upload.error)
    return {module.name: deploy.disk.read(module.path) for module in upload.modules}


def build(root: Path, out: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    with monkeypatch.context() as patch:
        patch.chdir(root)
        for name in [name for name in os.environ if name.startswith("HATCH_")]:
            patch.delenv(name)
        return out / getattr(backend, what)(str(out))


def content(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}


def from_sdist(root: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    sdist = build(root, out / "sdist", "build_sdist", monkeypatch)
    with tarfile.open(sdist) as archive:
        archive.extractall(out / "unpacked", filter="data")
    (unpacked,) = (out / "unpacked").iterdir()
    return build(unpacked, out / "from-sdist", "build_wheel", monkeypatch)


@pytest.mark.parametrize("seed", range(int(os.environ.get("EDGEWHEEL_EXAMPLES", "25"))))
def test_one_tree(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(tmp_path.resolve() / "w", random.Random(seed))
    try:
        before = predicted(root)
        tree = staged(root)
    except CouldNotRun:
        with pytest.raises(SystemExit):
            build(root, tmp_path / "out", "build_wheel", monkeypatch)
        return
    uploaded = {name: data for name, data in tree.items() if name.endswith((".py", ".json", ".log", ".txt"))}
    assert before == uploaded
    assert predicted(root) == uploaded
    try:
        wheel = build(root, tmp_path / "out", "build_wheel", monkeypatch)
    except SystemExit as error:  # the tree holds what no wheel may: a test, a secret
        assert any(code in str(error) for code in ("EW602", "EW605"))  # noqa: PT017
        return
    assert content(wheel) == tree
    again = from_sdist(root, tmp_path / "s", monkeypatch)
    assert content(again) == tree
    assert again.read_bytes() == wheel.read_bytes()
    assert unpack.files(str(wheel)) == tree


@pytest.mark.parametrize("seed", range(int(os.environ.get("EDGEWHEEL_EXAMPLES", "25"))))
def test_beside_the_namespace_hatchling_is_followed(tmp_path: Path, seed: int) -> None:
    """Of what is neither the layout's, nor stripped, nor decided by git, hatchling's own choice is taken."""
    pick = random.Random(1000 + seed)
    root = project(tmp_path.resolve() / "w", pick)
    worker = Worker(root.as_posix(), disk=Disk())
    with contextlib.suppress(OSError):
        (root / ".gitignore").unlink()
    try:
        layout = shipped(worker)
    except CouldNotRun:
        return
    builder = WheelBuilder(str(root))
    chosen = {**builder.build_config, **builder.target_config}
    if not any(name in chosen for name in ("include", "packages", "only-include")):
        return
    own = {file.name for file in layout.files if not file.source or file.source.startswith(f"{root.as_posix()}/src/")}
    with builder.config.set_build_data({"artifacts": [], "force_include": {}}):
        theirs = {
            each.distribution_path: each.path
            for each in builder.recurse_included_files()
            if not each.path.startswith(f"{root}/src/")
            and not any(part in each.path for part in ("/build/", "/tests/", ".env", "_modules/"))
        }
    ours = {file.name: file.source for file in layout.files if file.name not in own}
    assert ours == {name: path for name, path in theirs.items() if name not in own}


def test_a_staged_wheel_is_predicted_as_that_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path.resolve() / "w"
    config = WRANGLER.replace("edgewheel stage", "edgewheel stage --wheel dist/*.whl")
    files = {"src/main.py": HANDLER, "src/kept.py": "K = 1\n", "src/changed.py": "old\n", "src/gone.py": ""}
    projects.write(root, {"wrangler.toml": config, "pyproject.toml": PROJECT + SHIM, **files})
    plain = predicted(root)  # the wheel is still to be built
    build(root, root / "dist", "build_wheel", monkeypatch)
    assert predicted(root) == plain
    (root / "src" / "changed.py").write_text("new\n")
    (root / "src" / "gone.py").unlink()
    (root / "src" / "more.py").write_text("")
    assert predicted(root) == plain
    sources = {module.name: module.source for module in Deploys(Worker(root.as_posix())).of(None).upload.modules}
    assert sources["src/kept.py"] == f"{root.as_posix()}/src/kept.py"
    assert sources["src/changed.py"] == ""
    (next((root / "dist").iterdir())).write_bytes(b"no zip")
    with pytest.raises(CouldNotRun, match="is a damaged wheel, nothing is staged"):
        predicted(root)


REFUSED = {
    "the entry's place": ('force-include = { "a.py" = "worker.py" }', "is the name of the generated entry"),
    "outside": ('force-include = { "a.py" = "../b.py" }', "leads out of the upload"),
    "below a file": ('force-include = { "a.py" = "src/main.py/x.py" }', "lies below the file `src/main.py`"),
    "twice": ('force-include = { "a.py" = "x.py", "b.py" = "x.py" }', "makes `x.py` of both"),
    "nothing": ('force-include = { "none.py" = "x.py" }', "Forced include not found: "),
    "no entry": ('exclude = ["main.py"]', "leaves out the entry `src/main.py`"),
}


@pytest.mark.parametrize("trait", REFUSED)
def test_a_choice_that_no_folder_can_hold(tmp_path: Path, trait: str, monkeypatch: pytest.MonkeyPatch) -> None:
    option, words = REFUSED[trait]
    root = tmp_path.resolve() / "w"
    files = {"src/main.py": HANDLER, "a.py": "1", "b.py": "2"}
    text = f"{PROJECT}{SHIM}[tool.hatch.build]\n{option}\n"
    projects.write(root, {"wrangler.toml": WRANGLER, "pyproject.toml": text, **files})
    with pytest.raises(CouldNotRun) as caught:
        shipped(Worker(root.as_posix()))
    assert words in str(caught.value)
    with pytest.raises(SystemExit):
        build(root, tmp_path / "out", "build_wheel", monkeypatch)
    assert not list((tmp_path / "out").glob("*.whl"))


def test_a_forced_folder_is_not_at_its_own_place(tmp_path: Path) -> None:
    """As hatchling does: the folder goes to its new name only, where no option names the folder itself."""
    files = {"src/main.py": HANDLER, "config/n.json": "{}", "data/n.json": "{}"}
    for chosen, names in (('include = ["*.json"]', ["data/n.json"]), ('only-include = ["config"]', ["config/n.json"])):
        root = tmp_path.resolve() / chosen[:4]
        options = f'[tool.hatch.build]\n{chosen}\nforce-include = {{ "config" = "moved" }}\n'
        text = f"{PROJECT}{SHIM}{options}"
        projects.write(root, {"wrangler.toml": WRANGLER, "pyproject.toml": text, **files})
        layout = shipped(Worker(root.as_posix()))
        found = sorted(file.name for file in layout.files if file.name.endswith(".json"))
        assert found == sorted([*names, "moved/n.json"])


def test_what_only_a_build_hook_makes_is_said_to_be_missing(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    option = 'force-include = { "made.py" = "src/made.py" }\n[tool.hatch.build.hooks.custom]\n'
    text = f"{PROJECT}{SHIM}[tool.hatch.build]\n{option}"
    projects.write(root, {"wrangler.toml": WRANGLER, "pyproject.toml": text, "src/main.py": HANDLER})
    assert shipped(Worker(root.as_posix())).lacking == (f"{root.as_posix()}/made.py",)


@pytest.mark.parametrize("way", ["another owner", "no git", "no .git"])
def test_nothing_ignored_is_shipped_where_git_gives_no_answer(
    tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path.resolve() / "w"
    files = {"src/main.py": HANDLER, "src/local.py": "", "src/lib/kept.py": "", ".gitignore": "local.py\nlib/\n"}
    projects.write(root, {"wrangler.toml": WRANGLER, "pyproject.toml": PROJECT + SHIM, **files})
    if way != "no .git":
        projects.git(root, "init", "-q")
        projects.git(root, "add", "-f", "src/lib/kept.py")
    if way == "another owner":
        monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    elif way == "no git":
        monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(root)
    assert cli.main(["stage"]) == 0
    names = sorted(path.relative_to(root / "build/worker").as_posix() for path in (root / "build").rglob("*.py"))
    kept = [] if way == "no .git" else ["src/lib/__init__.py", "src/lib/kept.py"]
    assert names == ["src/__init__.py", *kept, "src/main.py", "worker.py"]
    reason = {"another owner": "the repository belongs to another user", "no git": "git is not installed"}
    note = f"note: git was not asked ({reason.get(way, 'there is no `.git`')}): the `.gitignore` files below `{root}` "
    assert capsys.readouterr().err == f"{note}were read instead\n"
    wheel = build(root, tmp_path / "out", "build_wheel", monkeypatch)
    assert [name for name in content(wheel) if name.startswith("src/l")] == kept
    assert note in capsys.readouterr().err


@pytest.mark.oracle
@pytest.mark.parametrize("seed", range(int(os.environ.get("EDGEWHEEL_EXAMPLES", "8"))))
@pytest.mark.parametrize("command", ["edgewheel stage", "edgewheel stage --wheel dist/w-1-py3-none-any.whl"])
def test_real_wrangler_uploads_the_selection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, command: str
) -> None:
    root = project(tmp_path.resolve() / "w", random.Random(seed))
    (root / "wrangler.toml").write_text(WRANGLER.replace("edgewheel stage", command))
    (root / "build" / "worker" / "old.py").unlink(missing_ok=True)
    try:
        if "--wheel" in command:
            build(root, root / "dist", "build_wheel", monkeypatch)
        wanted = predicted(root)
    except (CouldNotRun, SystemExit):
        return
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    real = wrangler_oracle.deploy(root)
    assert real["exit"] == 0, real
    uploaded = {each["name"]: each["sha256"] for each in real["uploaded"]}
    assert uploaded == {name: hashlib.sha256(data).hexdigest() for name, data in wanted.items()}
