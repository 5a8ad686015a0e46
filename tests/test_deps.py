"""`edgewheel deps`: what reaches the Worker, its requirements files, and what a removal breaks."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from tests.projects import write

from edgewheel.cli import main
from edgewheel.reports import table
from edgewheel.repository.discovery import find_one
from edgewheel.requirements.locks import Link, chains, parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONFIG = """name = "w"
main = "src/main.py"
compatibility_date = "2026-10-01"
compatibility_flags = ["python_workers"]
"""
PROJECT = """[project]
name = "w"
version = "1"
requires-python = ">=3.10"
dependencies = ["acme-web[fast]>=1", "acme-db", "pytest"]

[dependency-groups]
dev = ["acme-test"]
"""
LOCK = """version = 1
revision = 3
requires-python = ">=3.10"

[[package]]
name = "acme-base"
version = "3.0"
source = { registry = "https://example.org/simple" }
sdist = { url = "https://example.org/acme_base-3.0.tar.gz", hash = "sha256:{A}", size = 1 }
wheels = [
    { url = "https://example.org/acme_base-3.0-py3-none-any.whl", hash = "sha256:{B}", size = 1 },
]

[[package]]
name = "acme-db"
version = "2.0"
source = { registry = "https://example.org/simple" }
dependencies = [
    { name = "acme-base" },
    { name = "acme-win", marker = "sys_platform == 'win32'" },
]

[[package]]
name = "acme-test"
version = "1.0"
source = { registry = "https://example.org/simple" }

[[package]]
name = "acme-web"
version = "1.5"
source = { registry = "https://example.org/simple" }
dependencies = [
    { name = "acme-base" },
]

[package.optional-dependencies]
fast = [
    { name = "uvloop" },
]

[[package]]
name = "acme-win"
version = "1.0"
source = { registry = "https://example.org/simple" }

[[package]]
name = "pytest"
version = "8.3.4"
source = { registry = "https://example.org/simple" }

[[package]]
name = "uvloop"
version = "0.21.0"
source = { registry = "https://example.org/simple" }

[[package]]
name = "w"
version = "1"
source = { virtual = "." }
dependencies = [
    { name = "acme-db" },
    { name = "acme-web", extra = ["fast"] },
    { name = "pytest" },
]

[package.dev-dependencies]
dev = [
    { name = "acme-test" },
]

[package.metadata]
requires-dist = [
    { name = "acme-db" },
    { name = "acme-web", extras = ["fast"], specifier = ">=1" },
    { name = "pytest" },
]

[package.metadata.requires-dev]
dev = [{ name = "acme-test" }]
""".replace("{A}", "a" * 64).replace("{B}", "b" * 64)
SOURCES = {
    "src/main.py": "from acme_web import App\nfrom workers import WorkerEntrypoint\n\nfrom store import save\n\n\n"
    "class Default(WorkerEntrypoint):\n    async def fetch(self, request):\n        return save(request)\n\n"
    "    async def scheduled(self, controller):\n        return App()\n",
    "src/store.py": "def save(request):\n    import acme_db\n\n    return acme_db.put(request)\n",
    "tests/test_store.py": "from src.store import save\n",
    "tests/test_other.py": "import json\n",
}


def dist(name: str, version: str, files: dict[str, str], *requires: str) -> dict[str, str]:
    """A vendored distribution with its RECORD."""
    info = f"python_modules/{name}-{version}.dist-info"
    metadata = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {each}" for each in requires)]
    record = [f"{each},," for each in files] + [f"{name}-{version}.dist-info/METADATA,,", "../../../bin/x,,"]
    return {
        **{f"python_modules/{each}": text for each, text in files.items()},
        f"{info}/METADATA": "\n".join(["Metadata-Version: 2.1", *metadata, "", "Requires-Dist: body"]),
        f"{info}/RECORD": "\n".join(record),
    }


VENDORED = {
    **dist("acme_web", "1.5", {"acme_web/__init__.py": "x = 1\n" * 100}, "acme-base", 'uvloop; extra == "fast"'),
    **dist("acme_base", "3.0", {"acme_base.py": "y = 2\n", "acme_base.pyc": "old"}),
    **dist("acme_db", "2.0", {"acme_db/__init__.py": "z\n"}, "acme-base", 'acme-win; sys_platform == "win32"'),
}


@pytest.fixture
def deps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Runs the command in a Worker of these files: exit code and output, JSON as data."""
    write(tmp_path, {"wrangler.toml": CONFIG, "pyproject.toml": PROJECT, **SOURCES})
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, files: dict[str, str] | None = None) -> tuple[int, Any]:
        write(tmp_path, files or {})
        code = main(["deps", *arguments])
        out, err = capsys.readouterr()
        assert not (code != 2 and err)
        return code, json.loads(out) if "json" in arguments else out or err

    return run


def rows(told: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (each["name"], each["version"], each["kind"], each["chain"], [use["module"] for use in each["imported_by"]])
        for each in told["packages"]
    ]


def test_the_table_by_uv_lock(deps: Callable[..., Any]) -> None:
    code, told = deps("--format", "json", files={"uv.lock": LOCK})
    assert code == 1
    assert told["source"] == "uv.lock"
    assert rows(told) == [
        ("acme-base", "3.0", "runtime", ["acme-web", "acme-base"], []),
        ("acme-db", "2.0", "runtime", ["acme-db"], ["store.py"]),
        ("acme-web", "1.5", "runtime", ["acme-web"], ["main.py"]),
        ("pytest", "8.3.4", "dev-only", ["pytest"], []),
        ("uvloop", "0.21.0", "cannot run", ["acme-web[fast]", "uvloop"], []),
    ]
    assert [each["code"] for each in told["findings"]] == ["EW103", "EW101"]


def test_the_table_by_what_is_vendored(deps: Callable[..., Any]) -> None:
    _, told = deps("--format", "json", files=VENDORED)
    assert told["source"] == "python_modules"
    sizes = {each["name"]: each["bytes"] for each in told["packages"]}
    assert [name for name, size in sizes.items() if size is None] == ["pytest", "uvloop"]
    assert sizes["acme-web"] > 600
    assert ("uvloop", "", "cannot run", ["acme-web[fast]", "uvloop"], []) in rows(told)


def test_the_table_of_what_is_only_declared(deps: Callable[..., Any]) -> None:
    code, out = deps()
    assert code == 1
    assert out.splitlines()[0].split() == ["package", "version", "kind", "bytes", "brought", "by", "imported", "by"]
    assert (
        out.splitlines()[-1]
        == "3 packages by edgewheel's table of 2026-11-20; it does not know acme-web, acme-db, pytest"
    )


def test_markdown_escapes_what_means_something(deps: Callable[..., Any]) -> None:
    _, out = deps("--format", "markdown", files={"uv.lock": LOCK})
    assert "| acme-base | 3.0 | runtime |  | acme-web | nowhere |" in out
    assert list(table.markdown(["a"], [["x|y*"]])) == ["| a |", "| --- |", "| x\\|y\\* |"]


def test_the_impact_of_a_package_that_a_handler_needs(deps: Callable[..., Any]) -> None:
    code, told = deps("--impact", "acme-db", "--format", "json", files={"uv.lock": LOCK})
    use = {"module": "store.py", "path": "src/store.py", "line": 2, "at": "request"}
    assert code == 0
    assert told["impact"] == {
        "names": ["acme-db"],
        "gone": ["acme-db"],
        "saved": None,
        "direct": [use],
        "through": ["src/main.py"],
        "tests": ["tests/test_store.py"],
        "handlers": ["store.save", "main.Default.fetch"],
        "starts": True,
    }


def test_the_impact_of_a_package_that_the_start_needs(deps: Callable[..., Any]) -> None:
    _, told = deps("--impact", "Acme_Web", "--format", "json", files={"uv.lock": LOCK})
    assert told["impact"] == {
        "names": ["acme-web"],
        "gone": ["acme-web", "uvloop"],
        "saved": None,
        "direct": [{"module": "main.py", "path": "src/main.py", "line": 1, "at": "start"}],
        "through": [],
        "tests": [],
        "handlers": [],
        "starts": False,
    }


def test_what_only_they_bring_leaves_with_them(deps: Callable[..., Any]) -> None:
    _, told = deps("--impact", "acme-db", "acme-web", "--format", "json", files={"uv.lock": LOCK})
    assert told["impact"]["gone"] == ["acme-base", "acme-db", "acme-web", "uvloop"]


def test_the_impact_in_words(deps: Callable[..., Any]) -> None:
    code, out = deps("--impact", "acme-web", files=VENDORED)
    assert code == 0
    assert "every handler stops: the Worker does not start without it" in out
    assert "bytes less to upload" in out


def test_the_impact_of_what_is_not_there(deps: Callable[..., Any]) -> None:
    code, out = deps("--impact", "numpy")
    assert code == 2
    assert "`numpy` does not reach the Worker" in out


@pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not installed")
@pytest.mark.parametrize("hashes", [[], ["--hashes"]])
def test_written_files_from_the_lock_stay_true(deps: Callable[..., Any], tmp_path: Path, hashes: list[str]) -> None:
    files = {"uv.lock": LOCK, "requirements.txt": "stays\n"}
    assert deps("--write", *hashes, files=files)[0] == 0
    runtime = (tmp_path / "requirements-runtime.txt").read_text()
    lines = [line.removesuffix(" \\") for line in runtime.splitlines() if not line.startswith((" ", "#"))]
    assert lines == [
        "acme-base==3.0",
        "acme-db==2.0",
        "acme-web==1.5",
        "acme-win==1.0 ; sys_platform == 'win32'",
        "pytest==8.3.4",
        "uvloop==0.21.0",
    ]
    assert ("--hash=sha256:bbbb" in runtime) is bool(hashes)
    assert (tmp_path / "requirements-dev.txt").read_text().splitlines()[1:-1] == [
        "-r requirements-runtime.txt",
        "acme-test==1.0",
    ]
    assert (tmp_path / "requirements.txt").read_text() == "stays\n"
    code, out = deps("--write", *hashes)
    assert (code, out.count("unchanged")) == (0, 2)
    assert main(["check", "--select", "EW106"]) == 0
    (tmp_path / "requirements-runtime.txt").write_text(runtime.replace("acme-base==3.0", "acme-base==2.9"))
    assert main(["check", "--select", "EW106"]) == 1


def test_written_files_without_a_lock_mirror_pyproject(deps: Callable[..., Any], tmp_path: Path) -> None:
    assert deps("--write")[0] == 0
    assert (tmp_path / "requirements-runtime.txt").read_text().splitlines()[1:-1] == [
        "acme-web[fast]>=1",
        "acme-db",
        "pytest",
    ]
    assert "unchanged" in deps("--write")[1]
    assert main(["check", "--select", "EW106"]) == 0


def test_what_people_wrote_stays(deps: Callable[..., Any], tmp_path: Path) -> None:
    runtime, dev = tmp_path / "requirements-runtime.txt", tmp_path / "requirements-dev.txt"
    dev.write_text("-e .\npytest\n# ours\n")
    code, out = deps("--write")
    assert (code, "was not made by `edgewheel deps --write`" in out) == (2, True)
    assert (runtime.exists(), dev.read_text()) == (False, "-e .\npytest\n# ours\n")
    code, out = deps("--diff")
    assert (code, "-# ours" in out, "+# This file was autogenerated" in out) == (1, True, True)
    assert (runtime.exists(), dev.read_text()) == (False, "-e .\npytest\n# ours\n")
    dev.unlink()
    assert deps("--write")[0] == 0
    made = dev.read_text()
    dev.write_text(f"{made}-e .\nours==1\n# why\n")
    (tmp_path / "pyproject.toml").write_text(PROJECT.replace("acme-test", "acme-tests"))
    assert deps("--write")[0] == 0
    assert dev.read_text() == made.replace("acme-test", "acme-tests") + "-e .\nours==1\n# why\n"
    assert deps("--diff") == (0, "")


def test_what_was_written_declares_nothing(deps: Callable[..., Any], tmp_path: Path) -> None:
    assert deps("--write")[0] == 0
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "forge"\nversion = "1"\ndependencies = ["acme-db"]\n')
    _, out = deps("--format", "json")
    assert [each["name"] for each in out["packages"]] == ["acme-db"]


def test_imports_are_not_known_where_wrangler_refuses(deps: Callable[..., Any], tmp_path: Path) -> None:
    config = tmp_path / "wrangler.toml"
    config.write_text(config.read_text() + '\n[[rules]]\ntype = "PythonModule"\nglobs = ["**/*"]\n')
    _, out = deps()
    assert "nowhere" not in out
    assert "not known" in out
    _, out = deps("--format", "json")
    assert {each["imported_by"] for each in out["packages"]} == {None}


@pytest.mark.parametrize(
    ("files", "arguments", "words"),
    [
        ({"pyproject.toml": "[tool.x]\n"}, [], "no `[project].dependencies`"),
        (
            {"pyproject.toml": "[project]\nname='w'\ndependencies = ['a b']\n"},
            [],
            "`a b`, which is not a valid requirement",
        ),
        ({}, ["--hashes"], "--hashes needs uv and a uv.lock"),
        (
            {"pyproject.toml": PROJECT + '[tool.edgewheel.dependencies]\nruntime-files = ["requirements.txt"]\n'},
            [],
            "names a `requirements.txt`: pywrangler refuses it",
        ),
    ],
)
def test_what_cannot_be_written(
    deps: Callable[..., Any], files: dict[str, str], arguments: list[str], words: str
) -> None:
    code, out = deps("--write", *arguments, files=files)
    assert code == 2
    assert words in out


def test_vendored_distributions(tmp_path: Path) -> None:
    write(tmp_path, {"wrangler.toml": CONFIG, "src/main.py": "", **VENDORED})
    there = find_one(str(tmp_path)).vendored
    found = {each.name: each for each in there.distributions}
    assert found["acme-base"].files == ("acme_base.py", "acme_base.pyc", "acme_base-3.0.dist-info/METADATA")
    assert found["acme-base"].tops == ("acme_base",)
    assert found["acme-web"].tops == ("acme_web",)
    assert [each.text for each in found["acme-web"].requires] == ["acme-base", 'uvloop; extra == "fast"']
    assert there.owners["acme_db/__init__.py"] == "acme-db"


def test_locks_read_fast_and_whole_are_the_same() -> None:
    fast, whole = parse("/p/uv.lock", LOCK.encode()), parse("/p/uv.lock", LOCK.encode(), files=True)
    assert [each._replace(hashes=()) for each in whole.packages] == list(fast.packages)
    assert whole.packages[0].hashes == (f"sha256:{'a' * 64}", f"sha256:{'b' * 64}")
    lines = LOCK.splitlines()
    assert all(f'name = "{each.name}"' == lines[each.line - 1] for each in fast.packages)


def test_chains_go_through_the_extras_that_are_asked_for(tmp_path: Path) -> None:
    write(tmp_path, {"wrangler.toml": CONFIG, "pyproject.toml": PROJECT, "src/main.py": ""})
    roots = find_one(str(tmp_path)).requirements.runtime
    found = chains(parse("/p/uv.lock", LOCK.encode()), roots)
    assert found["uvloop"] == (Link("acme-web", ""), Link("uvloop", "fast"))
    assert found["acme-win"] == (Link("acme-db", ""), Link("acme-win", ""))
    assert "acme-test" not in found
