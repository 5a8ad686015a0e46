"""Which file goes where: entry, namespace, what is left out and why, which `__init__.py` are added."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests import projects
from tests.projects import HANDLER, STAGED

from edgewheel.findings import CouldNotRun
from edgewheel.layout import summary
from edgewheel.layout.plan import Layout, Stripped, plan

if TYPE_CHECKING:
    from pathlib import Path


def layout(root: Path, files: dict[str, str | bytes], settings: str = "", **config: object) -> Layout:
    return plan(projects.worker(root, files, settings=settings, config=config))


def names(found: Layout) -> list[str]:
    return [file.name for file in found.files]


def test_the_whole_tree(tmp_path: Path) -> None:
    found = layout(
        tmp_path,
        {"src/main.py": HANDLER, "src/core/a.py": "x", "src/core/data/t.json": "{}", "tests/test_a.py": "", "x.py": ""},
    )
    root = tmp_path.resolve().as_posix()
    assert [(file.name, file.source, file.content) for file in found.files if file.name != "worker.py"] == [
        ("src/__init__.py", "", b""),
        ("src/core/__init__.py", "", b""),
        ("src/core/a.py", f"{root}/src/core/a.py", None),
        ("src/core/data/t.json", f"{root}/src/core/data/t.json", None),
        ("src/main.py", f"{root}/src/main.py", None),
    ]
    assert found.files[-1].name == "worker.py"
    assert found._replace(files=()) == Layout(
        "src", f"{root}/src/main.py", (), (), ("src/__init__.py", "src/core/__init__.py"), f"{root}/src", "src.main"
    )


LEFT_OUT = {
    "tests/test_a.py": ("src/tests/", "tests"),
    "a/test/b.py": ("src/a/test/", "tests"),
    "test_a.py": ("src/test_a.py", "tests"),
    "a_test.py": ("src/a_test.py", "tests"),
    "conftest.py": ("src/conftest.py", "tests"),
    "__pycache__/a.cpython-312.pyc": ("src/__pycache__/", "caches"),
    "old.pyc": ("src/old.pyc", "caches"),
    "old.pyo": ("src/old.pyo", "caches"),
    "old.pyd": ("src/old.pyd", "caches"),
    "a.dist-info/METADATA": ("src/a.dist-info/", "package metadata"),
    "a.egg-info/PKG-INFO": ("src/a.egg-info/", "package metadata"),
    ".git": ("src/.git", "version control"),
    ".hg/x": ("src/.hg/", "version control"),
    ".svn/x": ("src/.svn/", "version control"),
    ".idea/x": ("src/.idea/", "editor files"),
    ".vscode/x": ("src/.vscode/", "editor files"),
    "a.py~": ("src/a.py~", "editor files"),
    ".env": ("src/.env", "secrets"),
    ".env.production": ("src/.env.production", "secrets"),
    ".dev.vars": ("src/.dev.vars", "secrets"),
    ".dev.vars.develop": ("src/.dev.vars.develop", "secrets"),
    ".venv/lib/a.py": ("src/.venv/", "environments"),
    "node_modules/a.js": ("src/node_modules/", "environments"),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_left_out(tmp_path: Path, name: str) -> None:
    found = layout(tmp_path, {"src/main.py": HANDLER, f"src/{name}": "x"})
    assert names(found) == ["src/__init__.py", "src/main.py", "worker.py"]
    assert found.stripped == (Stripped(*LEFT_OUT[name]),)


@pytest.mark.parametrize(
    "name",
    ["contest.py", "Tests/a.py", "testing/a.py", "test.py", "latest_tests.py", "env.py", "x.pyi", "a_tests/b.py"],
)
def test_not_left_out(tmp_path: Path, name: str) -> None:
    found = layout(tmp_path, {"src/main.py": HANDLER, f"src/{name}": "x"})
    assert f"src/{name}" in names(found)
    assert found.stripped == ()


@pytest.mark.parametrize(
    ("settings", "kept", "left_out"),
    [
        ("strip = ['*.md']", ["src/doc/y.txt"], ["src/.env.x", "src/doc/x.md", "src/test/", "src/test_c.py"]),
        ("strip = ['/src/doc/']", [], ["src/.env.x", "src/doc/", "src/test/", "src/test_c.py"]),
        (
            "strip = ['src/doc/*', '!x.md']",
            ["src/doc/x.md"],
            ["src/.env.x", "src/doc/y.txt", "src/test/", "src/test_c.py"],
        ),
        (
            "keep = ['src/test/']\nstrip = ['doc']",
            ["src/test/a.py", "src/test/test_b.py"],
            ["src/.env.x", "src/doc/x.md", "src/doc/y.txt", "src/test/__pycache__/a.pyc", "src/test_c.py"],
        ),
        (
            "keep = ['test_*.py', '.env.x']\nstrip = ['doc']",
            ["src/.env.x", "src/test/test_b.py", "src/test_c.py"],
            ["src/doc/x.md", "src/doc/y.txt", "src/test/__pycache__/a.pyc", "src/test/a.py"],
        ),
        (
            "strip = ['doc']\nkeep = ['src/doc/x.md', '*.pyc']",
            ["src/doc/x.md", "src/test/__pycache__/a.pyc"],
            ["src/.env.x", "src/doc/y.txt", "src/test/a.py", "src/test/test_b.py", "src/test_c.py"],
        ),
    ],
)
def test_patterns(tmp_path: Path, settings: str, kept: list[str], left_out: list[str]) -> None:
    some = ["test/a.py", "test/test_b.py", "test/__pycache__/a.pyc", "test_c.py", "doc/x.md", "doc/y.txt", ".env.x"]
    found = layout(tmp_path, {"src/main.py": HANDLER, **{f"src/{name}": "x" for name in some}}, settings)
    made = {"src/main.py", "worker.py", *found.added}
    assert [name for name in names(found) if name not in made] == kept
    assert [each.name for each in found.stripped] == left_out


@pytest.mark.parametrize(
    ("files", "added"),
    [
        (["a/b/c.py"], ["src/__init__.py", "src/a/__init__.py", "src/a/b/__init__.py"]),
        (["__init__.py", "a/__init__.py", "a/b.py"], []),
        (["__init__.py", "data/x.json", "data/deep/y.md"], []),
        (["__init__.py", "some-scripts/x.py", "some-scripts/lib/y.py"], []),
        (["__init__.py", "a/tests/test_x.py"], []),
    ],
)
def test_added_packages(tmp_path: Path, files: list[str], added: list[str]) -> None:
    tree = {"src/main.py": HANDLER, **{f"src/{name}": "" for name in files}}
    assert list(layout(tmp_path, tree).added) == added
    assert layout(tmp_path / "off", tree, "packages = 'off'").added == ()


@pytest.mark.parametrize(
    ("files", "settings", "config", "expected"),
    [
        (["src/main.py"], "", {}, ("src/main.py", "src", "src.main")),
        (["app/web/entry.py"], "", {"main": "app/web/entry.py"}, ("app/web/entry.py", "app", "app.web.entry")),
        (["src/main.py", "src/b.py"], "entry = 'src/b.py'", {}, ("src/b.py", "src", "src.b")),
        (["src/b.py"], "entry = 'src/b.py'", STAGED, ("src/b.py", "src", "src.b")),
        (["src/__init__.py"], "entry = 'src/__init__.py'", STAGED, ("src/__init__.py", "src", "src")),
        (["src/app.py"], "", STAGED, ("src/app.py", "src", "src.app")),
        (["app/main.py"], "", STAGED, ("app/main.py", "app", "app.main")),
        (["main.py", "src/a.py"], "", STAGED, ("main.py", "src", "main")),
        (["main.py", "src/a.py", "lib/a.py"], "", {"main": "main.py"}, ("main.py", "src", "main")),
        (["main.py", "lib/a.py", "docs/x.md"], "", {"main": "main.py"}, ("main.py", "lib", "main")),
        (["pkg/forge/main.py"], "namespace = 'pkg/forge'", STAGED, ("pkg/forge/main.py", "forge", "forge.main")),
        (
            ["pkg/main.py", "pkg/forge/a.py"],
            "namespace = 'pkg/forge'",
            {"main": "pkg/main.py"},
            ("pkg/main.py", "forge", "main"),
        ),
        (["src/main.py"], "", {**STAGED, "env": {"dev": {"main": "src/main.py"}}}, ("src/main.py", "src", "src.main")),
        (["src/main.py"], "", {"main": "./src/../src/main.py"}, ("src/main.py", "src", "src.main")),
    ],
)
def test_entry_and_namespace(
    tmp_path: Path, files: list[str], settings: str, config: dict[str, object], expected: tuple[str, str, str]
) -> None:
    entry, namespace, module = expected
    found = layout(tmp_path, {name: HANDLER if name == entry else "x = 1\n" for name in files}, settings, **config)
    root = tmp_path.resolve().as_posix()
    assert (found.entry, found.namespace, found.module) == (f"{root}/{entry}", namespace, module)
    stem = module.replace(".", "/")
    assert {f"{stem}.py", f"{stem}/__init__.py"} & set(names(found))
    text = next(file.content for file in found.files if file.name == "worker.py")
    assert f"from {module} import Default\n".encode() in (text or b"")


def test_a_staged_main_beside_an_environments_own(tmp_path: Path) -> None:
    two = {"src/main.py": HANDLER, "src/other.py": HANDLER}
    config = {**STAGED, "env": {"old": {"main": "src/other.py"}}}
    assert layout(tmp_path / "a", two, **config).module == "src.other"
    assert layout(tmp_path / "b", {**two, "src/other.py": "x = 1\n"}, **config).module == "src.main"


def test_without_main(tmp_path: Path) -> None:
    with pytest.raises(CouldNotRun, match="main is not set, and no module"):
        layout(tmp_path, {"src/a.py": ""}, main=None)
    assert layout(tmp_path, {"src/main.py": HANDLER}, main=None).module == "src.main"


def test_what_the_parser_warns_of_is_not_told(tmp_path: Path) -> None:
    assert layout(tmp_path, {"src/main.py": HANDLER + "x = '\\d' is 'd'\n"}).module == "src.main"


def test_the_importing_module_is_the_entry(tmp_path: Path) -> None:
    found = layout(tmp_path, {"src/app.py": HANDLER, "src/main.py": "from src.app import Default\n"}, **STAGED)
    assert found.module == "src.main"


@pytest.mark.parametrize(
    ("files", "settings", "config", "words"),
    [
        ({"src/main.py": "x = 1\n"}, "", STAGED, "no module directly in src binds a handler"),
        ({"README.md": ""}, "", STAGED, 'entry = "src/main.py"'),
        (
            {"src/a.py": HANDLER, "src/b.py": HANDLER},
            "",
            STAGED,
            "several modules bind a handler: `src/a.py`, `src/b.py`. Name the real entry, in pyproject.toml:",
        ),
        ({}, "entry = 'src/lost.py'", {}, "`[tool.edgewheel] entry` names `src/lost.py`, which is not a `.py` file"),
        ({}, "", {}, "main is `src/main.py`, which does not exist"),
        ({"src/main.py": HANDLER}, "namespace = 'lib'", {}, "namespace` names `lib`, which is not a folder"),
        ({"src/main.py": HANDLER, "lib/a.py": ""}, "namespace = 'lib'", {}, "neither below the namespace `lib` nor"),
        ({"my-app/main.py": HANDLER}, "", {"main": "my-app/main.py"}, "`my-app` is not a module name"),
        ({"src/my-main.py": HANDLER}, "", {"main": "src/my-main.py"}, "`my-main` is not a module name"),
        ({"src/class.py": HANDLER}, "", {"main": "src/class.py"}, "`class` is not a module name"),
        ({"main.py": HANDLER}, "", {"main": "main.py"}, "there is no folder with modules"),
        ({"main.py": HANDLER, "a/x.py": "", "b/x.py": ""}, "", {"main": "main.py"}, "several: a, b"),
        ({"worker.py": HANDLER, "src/x.py": ""}, "", {"main": "worker.py"}, "the name of the generated entry"),
        ({"worker/main.py": HANDLER}, "", {"main": "worker/main.py"}, "`worker` has the name of the generated entry"),
        ({"src/main.py": HANDLER}, "", {"main": "../x.py"}, "main is `../x.py`, which does not exist"),
        ({"src/main.py": HANDLER}, "stage = 'src/build'", {}, "lie in each other"),
    ],
)
def test_refused(
    tmp_path: Path, files: dict[str, str | bytes], settings: str, config: dict[str, object], words: str
) -> None:
    with pytest.raises(CouldNotRun) as refused:
        layout(tmp_path, files, settings, **config)
    assert words in str(refused.value)


def test_links(tmp_path: Path) -> None:
    shared = projects.write(tmp_path / "shared", {"lib/a.py": "x", "one.py": "y"})
    root = projects.write(tmp_path / "w", {"src/main.py": HANDLER})
    os.symlink(shared / "one.py", root / "src" / "one.py")
    os.symlink(shared / "lib", root / "src" / "lib", target_is_directory=True)
    os.symlink("nowhere", root / "src" / "notes.txt")
    found = layout(root, {})
    assert [name for name in names(found) if "init" not in name] == [
        "src/lib/a.py", "src/main.py", "src/one.py", "worker.py"
    ]  # fmt: skip
    assert found.stripped == (Stripped("src/notes.txt", "broken links"),)
    assert "src/lib/__init__.py" in found.added


@pytest.mark.parametrize("target", [".", "..", "../..", "../../src"])
def test_a_link_that_never_ends(tmp_path: Path, target: str) -> None:
    projects.write(tmp_path, {"src/main.py": HANDLER, "src/a/b.py": ""})
    os.symlink(target, tmp_path / "src" / "a" / "loop", target_is_directory=True)
    with pytest.raises(CouldNotRun, match="never end"):
        layout(tmp_path, {})
    assert "src/a/b.py" in names(layout(tmp_path, {}, "strip = ['loop']"))


def test_a_module_that_leads_nowhere(tmp_path: Path) -> None:
    projects.write(tmp_path, {"src/main.py": HANDLER})
    os.symlink("lost.py", tmp_path / "src" / "a.py")
    with pytest.raises(CouldNotRun, match="leads nowhere"):
        layout(tmp_path, {})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFO on this system")
def test_what_is_no_file(tmp_path: Path) -> None:
    projects.write(tmp_path, {"src/main.py": HANDLER})
    os.mkfifo(tmp_path / "src" / "pipe.py")
    assert layout(tmp_path, {}).stripped == (Stripped("src/pipe.py", "special files"),)


def test_an_entry_named_like_a_test_stays(tmp_path: Path) -> None:
    found = layout(tmp_path, {"src/test_main.py": HANDLER}, main="src/test_main.py")
    assert "src/test_main.py" in names(found)
    assert found.stripped == ()


def test_summary(tmp_path: Path) -> None:
    tree: dict[str, str | bytes] = {f"src/p{number}/a.py": "" for number in range(6)}
    found = layout(
        tmp_path, {**tree, "src/main.py": HANDLER, "src/tests/a.py": "", "src/.env": "", "src/t_test.py": ""}
    )
    assert summary.line(found, size=1234) == (
        "15 files, 1,234 bytes; left out secrets (1), tests (2); added src/__init__.py, src/p0/__init__.py, "
        "src/p1/__init__.py, src/p2/__init__.py, src/p3/__init__.py and 2 more"
    )
