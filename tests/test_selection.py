"""Stage, wheel, wheel from an sdist, `bundle` and `stage --wheel` are one tree, whatever the project chooses."""

from __future__ import annotations

import contextlib
import os
import random
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from hatchling.builders.wheel import WheelBuilder
from tests import projects
from tests.projects import HANDLER

import edgewheel_build as backend
from edgewheel.deploy import Deploys
from edgewheel.findings import CouldNotRun
from edgewheel.layout.selection import shipped
from edgewheel.repository.disk import Disk
from edgewheel.repository.worker import Worker
from edgewheel_build import staging, unpack

if TYPE_CHECKING:
    from pathlib import Path

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
