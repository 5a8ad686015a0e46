"""`edgewheel wheels` with real uv, against a package index of its own on this machine."""

from __future__ import annotations

import io
import json
import shutil
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from tests.projects import write

from edgewheel.cli import main
from edgewheel.dependencies.resolve import pyodide, uv
from edgewheel.dependencies.resolve.tags import Fit, fit, name_and_version
from edgewheel.repository.discovery import find_one

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.oracle, pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not installed")]

LINUX = "cp313-cp313-manylinux_2_28_x86_64"
PURE = "py3-none-any"
#: wheel -> what it requires
WHEELS = {
    f"workers_runtime_sdk-1.0-{PURE}.whl": [],
    f"webby-1.0-{PURE}.whl": ["base", 'fastloop; extra == "standard"'],
    f"base-1.0-{PURE}.whl": [],
    f"fastloop-0.2-{LINUX}.whl": [],
    f"llm-2.0-{PURE}.whl": ["base", "tok>=1"],
    f"llm-0.1-{PURE}.whl": [],
    f"tok-1.0-{LINUX}.whl": [],
    f"arr-2.1-{LINUX}.whl": [],
    f"bad-1.0-{LINUX}.whl": ["arr"],
    f"wasm-1.0-{LINUX}.whl": [],
    "wasm-1.0-cp313-cp313-pyemscripten_2025_0_wasm32.whl": [],
    "wasm-1.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl": [],
}
THEIRS = ("arr-2.0-cp313-cp313-pyodide_2025_0_wasm32.whl", "numpy-1.0-cp313-cp313-pyodide_2025_0_wasm32.whl")


def wheel(file: str, requires: list[str]) -> bytes:
    name, version, *_ = file.split("-")
    info = f"{name}-{version}.dist-info"
    extras = [f"Provides-Extra: {each.split(chr(34))[1]}" for each in requires if "extra ==" in each]
    head = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *extras]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(f"{info}/METADATA", "\n".join([*head, *(f"Requires-Dist: {each}" for each in requires), ""]))
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        archive.writestr(f"{info}/RECORD", "")
    return content.getvalue()


def page(path: str) -> bytes | None:
    """What the server answers: simple pages below /simple and /pyodide, files below /files."""
    kind, _, name = path.strip("/").partition("/")
    if kind == "files":
        return wheel(name, WHEELS[name])
    files = [each for each in (WHEELS if kind == "simple" else THEIRS) if name_and_version(each)[0] == name]
    return "".join(f'<a href="/files/{each}">{each}</a>\n' for each in files).encode() if files else None


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = page(self.path)
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Type", "text/html" if "/files/" not in self.path else "application/zip")
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def do_HEAD(self) -> None:
        self.send_response(405)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def index() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """uv asks every Python on the machine what it is, once a cache."""
    return str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def wheels(
    tmp_path: Path, index: str, cache: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Runs the command for a Worker with these requirements: exit code and JSON."""
    monkeypatch.setenv("UV_CACHE_DIR", cache)
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def run(dependencies: list[str], *arguments: str, uv: str = "", theirs: str = "") -> tuple[int, dict[str, Any]]:
        write(
            tmp_path,
            {
                "wrangler.toml": 'name = "w"\nmain = "src/main.py"\ncompatibility_date = "2026-01-01"\n'
                'compatibility_flags = ["python_workers"]\n',
                "src/main.py": "",
                "pyproject.toml": f'[project]\nname = "w"\nversion = "1"\ndependencies = {json.dumps(dependencies)}\n'
                f'[tool.uv]\n{uv}\n[[tool.uv.index]]\nurl = "{index}/simple"\ndefault = true\n',
            },
        )
        theirs = theirs or f"{index}/pyodide"
        code = main(["wheels", "--format", "json", "--pyodide-index", theirs, *arguments])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else {"error": err}

    return run


def test_what_fits_is_found(wheels: Callable[..., Any]) -> None:
    code, told = wheels(["webby", "wasm", "arr"])
    (python,) = told["pythons"]
    assert code == 0
    assert told["findings"] == []
    assert python["python"] == "3.13"
    assert python["indexes"] == ["package index: asked", "Pyodide index 0.28.3: asked"]
    assert [(each["name"], each["version"], each["tag"], each["source"]) for each in python["packages"]] == [
        ("arr", "2.0", "cp313-cp313-pyodide_2025_0_wasm32", "Pyodide index"),
        ("base", "1.0", "none-any", "package index"),
        ("wasm", "1.0", "cp313-cp313-pyemscripten_2025_0_wasm32", "package index"),
        ("webby", "1.0", "none-any", "package index"),
        ("workers-runtime-sdk", "1.0", "none-any", "package index"),
    ]


def test_the_newest_python_is_resolved_though_uv_does_not_know_it(wheels: Callable[..., Any]) -> None:
    code, told = wheels(["wasm"], "--python", "3.14")
    assert code == 0
    assert [(each["name"], each["tag"]) for each in told["pythons"][0]["packages"]] == [
        ("wasm", "cp314-cp314-pyemscripten_2026_0_wasm32"),
        ("workers-runtime-sdk", "none-any"),
    ]


def test_missing_wheels_are_named_with_their_chain_and_a_cure_that_resolves(wheels: Callable[..., Any]) -> None:
    code, told = wheels(["webby[standard]", "llm>=2"], "--python", "3.13,3.14")
    assert code == 1
    assert [(each["code"], each["path"], each["line"]) for each in told["findings"]] == [
        ("EW502", "pyproject.toml", 4),
        ("EW502", "pyproject.toml", 4),
    ]
    extra, chain = told["findings"]
    assert extra["message"].startswith(
        "`fastloop` 0.2, brought by `webby[standard]` → `fastloop` has no wheel for Python 3.13 and 3.14 on Workers "
        "(no version has one)"
    )
    assert extra["fix"] == 'uv remove --frozen webby && uv add --frozen "webby"'
    assert chain["message"].startswith("`tok` 1.0, brought by `llm` → `tok` has no wheel")
    assert [each["resolves"] for each in told["pythons"]] == [False, False]
    assert told["pythons"][0]["missing"][0]["chain"] == ["llm", "tok"]
    overrides = told["pythons"][0]["overrides"]
    assert overrides == ["tok ; sys_platform != 'emscripten'", "fastloop ; sys_platform != 'emscripten'"]
    again, _ = wheels(["webby[standard]", "llm>=2"], "--python", "all", uv=f"override-dependencies = {overrides}")
    assert again == 0


def test_an_old_release_for_want_of_a_wheel(wheels: Callable[..., Any]) -> None:
    code, told = wheels(["llm"])
    (finding,) = told["findings"]
    assert code == 1
    assert finding["code"] == "EW503"
    assert finding["message"] == (
        "`llm` resolves to 0.1 on Python 3.13, not to 2.0, because `tok 1.0` has no wheel for Workers: "
        "the old release is deployed"
    )
    assert finding["fix"].startswith('uv add --frozen "llm>=2.0"')


def test_a_package_that_no_version_of_fits(wheels: Callable[..., Any]) -> None:
    code, told = wheels(["arr"], theirs="none")
    assert code == 1
    assert told["pythons"][0]["indexes"][1] == "Pyodide index 0.28.3: not asked"
    assert told["findings"][0]["message"].startswith("`arr` 2.1 has no wheel for Python 3.13 on Workers")
    assert told["findings"][0]["fix"].startswith("no fix found")


def test_a_member_of_a_workspace(tmp_path: Path, index: str) -> None:
    """The settings and sources are the root's; a sibling brings what its own folder requires."""
    root = f'[[tool.uv.index]]\nurl = "{index}/simple"\ndefault = true\n[tool.uv]\n'
    root += 'constraint-dependencies = ["base<=1"]\n[tool.uv.workspace]\nmembers = ["api", "libs/*"]\n'
    root += "[tool.uv.sources]\nshared = { workspace = true, editable = false }\n"
    member = '[project]\nname = "api"\nversion = "1"\ndependencies = ["shared"]\n'
    shared = '[project]\nname = "shared"\nversion = "1"\ndependencies = ["webby"]\n'
    write(
        tmp_path,
        {
            "root/pyproject.toml": root,
            "root/api/pyproject.toml": member,
            "root/api/wrangler.toml": 'name = "w"\nmain = "src/main.py"\ncompatibility_date = "2026-01-01"\n'
            'compatibility_flags = ["python_workers"]\n',
            "root/api/src/main.py": "",
            "root/libs/shared/pyproject.toml": shared,
        },
    )
    found = uv.settings(find_one(str(tmp_path / "root/api")))
    assert found["sources"] == {"shared": {"path": (tmp_path / "root/libs/shared").as_posix()}}
    assert found["constraint-dependencies"] == ["base<=1"]


def test_what_only_its_newest_release_lacks_is_not_to_blame(wheels: Callable[..., Any]) -> None:
    """`arr` has a wheel in Pyodide's index, whatever bad package is beside it or brings it."""
    code, told = wheels(["fastloop", "arr", "bad"])
    assert code == 1
    named = sorted(each["message"].split(" has no wheel")[0] for each in told["findings"])
    assert named == ["`bad` 1.0", "`fastloop` 0.2"]
    packages = {each["name"]: (each["version"], each["source"]) for each in told["pythons"][0]["packages"]}
    assert packages["arr"] == ("2.0", "Pyodide index")


def test_an_index_that_does_not_answer_is_never_no_wheel(
    wheels: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = pyodide.Index("Pyodide index 0.28.3: did not answer", answered=False)
    monkeypatch.setattr(pyodide, "find", lambda *_, **__: silent)
    code, told = wheels(["arr"])
    assert code == 0
    assert [(each["level"], each["code"]) for each in told["findings"]] == [("warning", "EW502")]
    assert "Pyodide's index did not answer and may have it" in told["findings"][0]["message"]
    assert told["pythons"][0]["missing"][0]["known"] is False


def test_offline_from_the_cache_and_without_one(
    wheels: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(pyodide, "find", lambda *_, **__: pyodide.Index("Pyodide index: none", answered=True))
    code, told = wheels(["webby"], "--offline")
    assert code == 2
    assert "webby was not found in the cache" in told["error"]
    assert wheels(["webby"])[0] == 0
    assert wheels(["webby"], "--offline")[0] == 0


def test_tables_for_people(wheels: Callable[..., Any], capsys: pytest.CaptureFixture[str], index: str) -> None:
    wheels(["webby", "arr"])
    asked = ["wheels", "--pyodide-index", f"{index}/pyodide"]
    assert main([*asked, "--matrix"]) == 0
    out = capsys.readouterr().out
    assert "arr                  2.0 Pyodide\nbase                 1.0 pure" in out
    assert "Python 3.13: package index: asked; Pyodide index 0.28.3: asked" in out
    main([*asked, "--format", "markdown"])
    assert "| base | 1.0 | pure | package index |" in capsys.readouterr().out
    main(asked)
    assert capsys.readouterr().out.startswith("Python 3.13: resolves to\npackage")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--python", "3.11"], "`3.11` is not a Python version of Workers: choose from 3.12, 3.13, 3.14 or all"),
        (["--pyodide-index", "nowhere"], "`nowhere` is neither auto, npm, none nor an address"),
    ],
)
def test_bad_arguments(wheels: Callable[..., Any], arguments: list[str], words: str) -> None:
    code, told = wheels(["webby"], *arguments)
    assert code == 2
    assert words in told["error"]


@pytest.mark.parametrize(
    ("files", "python", "expected"),
    [
        (["a-1-py3-none-any.whl"], "3.12", Fit("a-1-py3-none-any.whl", "")),
        (["a-1-py2.py3-none-any.whl"], "3.14", Fit("a-1-py2.py3-none-any.whl", "")),
        ([f"a-1-{LINUX}.whl", "a-1.tar.gz", "nonsense"], "3.13", None),
        (["a-1-cp312-cp312-pyodide_2024_0_wasm32.whl"], "3.13", None),
        (
            ["a-1-py3-none-any.whl", "a-1-cp312-abi3-pyemscripten_2026_0_wasm32.whl"],
            "3.14",
            Fit("a-1-cp312-abi3-pyemscripten_2026_0_wasm32.whl", "cp312-abi3-pyemscripten_2026_0_wasm32"),
        ),
        (["a-1-cp314-cp314-pyodide_2025_0_wasm32.whl"], "3.14", None),
    ],
)
def test_which_wheels_fit(files: list[str], python: str, expected: Fit | None) -> None:
    assert fit(files, python) == expected


def test_the_index_of_an_npm_package(tmp_path: Path) -> None:
    lock = {
        "info": {"abi_version": "2025_0"},
        "packages": {
            "Arr": {"name": "Arr", "file_name": THEIRS[0], "depends": ["base"]},
            "arr-tests": {"name": "arr-tests", "file_name": "arr-tests.tar"},
        },
    }
    folder = "node_modules/pyodide"
    files = {f"{folder}/pyodide-lock.json": json.dumps(lock), f"{folder}/package.json": '{"version": "0.28.9"}'}
    write(tmp_path, {"wrangler.toml": 'main = "src/main.py"\n', "src/main.py": "", **files})
    worker = find_one(str(tmp_path))
    found = pyodide.find(worker, "3.13", wish="npm", offline=True)
    assert found.words == "Pyodide index 0.28.3: by the pyodide-lock.json of npm's pyodide 0.28.9"
    assert (found.answered, found.wheels("arr"), found.wheels("numpy")) == (True, (THEIRS[0],), ())
    assert found.needs == {"arr": ("base",)}


def test_no_index_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("EDGEWHEEL_CACHE", str(tmp_path / "none"))
    write(tmp_path, {"wrangler.toml": 'main = "src/main.py"\n', "src/main.py": ""})
    found = pyodide.find(find_one(str(tmp_path)), "3.13", offline=True)
    assert found.answered is False
    assert found.words == "Pyodide index 0.28.3: did not answer, and npm's pyodide@0.28.3 is not there"
