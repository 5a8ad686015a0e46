"""The parts of the runtime model, each by a table."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from edgewheel.findings import CouldNotRun
from edgewheel.runtime import python
from edgewheel.runtime.distributions import Distributions, distribution_of
from edgewheel.runtime.real import npm
from edgewheel.runtime.tree import Spec, Tree, module_name
from edgewheel.sources import grammar, names, parsing, paths, scan, syntax


@pytest.mark.parametrize(
    ("date", "flags", "selected"),
    [
        ("2025-09-28", ["python_workers"], "3.12"),
        ("2025-09-29", ["python_workers"], "3.13"),
        ("2026-09-07", ["python_workers"], "3.13"),
        ("2026-09-08", ["python_workers"], "3.14"),
        ("2024-01-01", ["python_workers_20250116"], "3.13"),
        ("2024-01-01", ["python_workers_314"], "3.14"),
        ("2026-10-01", ["no_python_workers_314"], "3.13"),
        ("2026-10-01", ["no_python_workers_314", "no_python_workers_20250116"], "3.12"),
        ("", [], "3.12"),
    ],
)
def test_selected_python(date: str, flags: list[str], selected: str) -> None:
    assert python.select(date, flags) == selected


@pytest.mark.parametrize(
    ("flag", "date", "flags", "on"),
    [
        ("python_no_global_handlers", "2025-08-13", [], False),
        ("python_no_global_handlers", "2025-08-14", [], True),
        ("python_no_global_handlers", "2026-01-01", ["disable_python_no_global_handlers"], False),
        ("python_no_global_handlers", "2024-01-01", ["python_no_global_handlers"], True),
        ("nobody_knows", "2026-01-01", ["nobody_knows"], True),
    ],
)
def test_dated_flags(flag: str, date: str, flags: list[str], *, on: bool) -> None:
    assert python.is_on(flag, date, flags) is on


FILES = ("main.py", "a.py", "a/x.html", "b/__init__.py", "b.py", "n/m.py", "python_modules/n/v.py", "c.so", "d.pyc")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a", Spec("module", "a.py")),
        ("b", Spec("package", "b/__init__.py", ("b",))),
        ("n", Spec("namespace", "", ("python_modules/n", "n"))),
        ("c", Spec("extension", "c.so")),
        ("d", Spec("module", "d.pyc")),
        ("gone", None),
    ],
)
def test_finding(name: str, found: Spec | None) -> None:
    assert Tree(FILES, (3, 13)).find(name, ["python_modules", ""]) == found


def test_module_names() -> None:
    assert [module_name(name) for name in ("a/b.py", "a/__init__.py", "__init__.py")] == ["a.b", "a", ""]
    assert Tree(FILES, (3, 13)).top_level("") == ["a", "b", "c", "d", "main", "n", "python_modules"]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"x = 1\n", None),
        (b"\xef\xbb\xbfx = 1\n", None),
        (b"x = 1\ndef f(:\n", 2),
        (b"print 'x'\n", 1),
        (b"return 1\n", 1),
        (b"x = 1\0\n", 1),
        (b"type X = int\n", None),
        (b"def f[T](x: T) -> T: ...\n", None),
        (b'x = f"{a["b"]}"\n', None),
    ],
)
def test_faults(source: bytes, line: int | None) -> None:
    found = grammar.fault(source, (3, 13))
    assert (None if found is None else found.line) == line


@pytest.mark.parametrize(
    ("source", "at"),
    [(b"# caf\xe9\n", ((3, 14),)), (b"# coding: latin-1\n# caf\xe9\n", ()), (b"x = '\xe9'\n", ((3, 12), (3, 14)))],
)
def test_bytes_that_are_no_utf8(source: bytes, at: tuple[tuple[int, int], ...]) -> None:
    assert tuple(version for version in ((3, 12), (3, 14)) if grammar.fault(source, version)) == at


@pytest.mark.parametrize("source", [b"try: ...\nexcept A, B: ...\n", b"x = t'{y}'\n"])
def test_newest_syntax_on_an_older_python(source: bytes) -> None:
    assert grammar.fault(source, (3, 13)) is not None
    assert grammar.fault(source, (3, 14)) is None


@pytest.mark.parametrize("count", [3, parsing.MANY + 50])
def test_many_files_by_two_processes(tmp_path: Path, count: int) -> None:
    paths = [tmp_path / f"m{number}.py" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text("def f(:\n" if number in {1, count - 1} else "x = 1\n")
    names = [str(path) for path in paths]

    found = parsing.suspects(parsing.begin(names, many=count >= parsing.MANY), lambda path: Path(path).read_bytes())
    assert found == (names if count < parsing.MANY else [names[1], names[count - 1]])


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("def a(): ...\nclass B: ...\nx: int\ny: int = 1\n", {"a", "B", "y"}),
        ("import a.b\nimport c as d\nfrom e import f as g\n", {"a", "d", "g"}),
        ("for i in x:\n    j = 1\nwith y as k: ...\n(m, *n) = z\n", {"i", "j", "k", "m", "n"}),
        ("if (q := 1): ...\ntry:\n    r = 1\nexcept E:\n    s = 1\n", {"q", "r", "s"}),
        ("if TYPE_CHECKING:\n    import hidden\n", set()),
        ("def f():\n    global late\n    late = 1\n", {"f", "late"}),
        ("match x:\n    case [a, *b]: ...\n", {"a", "b"}),
    ],
)
def test_names(text: str, bound: set[str]) -> None:
    found = names.read(ast.parse(text))
    assert set(found.bound) | found.late == bound


def test_simple_bindings_are_some_of_all() -> None:
    text = (
        "def a(): ...\nasync def b(): ...\nclass C: ...\nd = 1\ne: int = 2\nf == 1\n    g = 1\nh: int\nclass Ab: ...\n"
    )
    assert scan.read(text.encode()).binds == {"a", "b", "C", "d", "e", "Ab"}


@pytest.mark.parametrize(
    ("keys", "module", "provider"),
    [
        (["pillow"], "PIL.Image", "pillow"),
        (["python-dateutil"], "dateutil", "python-dateutil"),
        (["acme-client"], "acme_client", "acme-client"),
        (["acme-client"], "acme.client", "acme-client"),
        (["fastapi"], "requests", ""),
        (["installed-as"], "other", "installed-as"),
        (["installed-as"], "installed", ""),
    ],
)
def test_providers(keys: list[str], module: str, provider: str) -> None:
    known = {"installed-as": ("other",)}
    assert Distributions(keys, known.get).provider(module) == provider


@pytest.mark.parametrize(
    ("keys", "module", "filled"),
    [
        (["google-auth"], "google", True),
        (["google-auth"], "google.oauth2", False),
        (["google-cloud-storage"], "google.cloud", True),
        (["google-cloud-storage"], "google.cloud.storage", False),
        (["fastapi", "azure-core"], "google", False),
    ],
)
def test_namespaces(keys: list[str], module: str, *, filled: bool) -> None:
    assert Distributions(keys, {}.get).fills(module) is filled


def test_distribution_of_a_module() -> None:
    assert [distribution_of(name) for name in ("yaml", "PIL.Image", "nobody_knows.x")] == [
        "pyyaml",
        "pillow",
        "nobody-knows",
    ]


def test_effects_of_the_top_level() -> None:
    text = (
        "import random as r, os\nfrom uuid import uuid4\nX = r.random()\ndef f(): return uuid4()\nY = f()\n"
        "Z = r.Random(1)\ndef g(x=os.urandom(1)): ...\nlambda: r.random()\n"
        "try:\n    W = r.random()\nexcept Exception:\n    W = 0\n"
    )
    found = [(each.name, each.kind, each.line, each.through) for each in syntax.read(text.encode()).effects]
    assert found == [
        ("r.random", "randomness", 3, ""),
        ("uuid4", "randomness", 5, "f"),
        ("os.urandom", "randomness", 7, ""),
    ]


def test_opened_files() -> None:
    text = (
        "from pathlib import Path\nHERE = Path(__file__).parent\n(HERE / 'a.json').read_text()\nopen('b.txt')\n"
        "open(HERE / 'c.log', 'w')\nfiles('src.data').joinpath('d.md').read_text()\n"
        "try:\n    open('e')\nexcept OSError: ...\nget_data(__name__, 'f.bin')\n"
    )
    record = syntax.read(text.encode())
    found = [
        (paths.resolve(each.path, "src/main.py"), each.line, paths.is_relative(each.path), each.how)
        for each in record.opened
    ]
    assert found == [
        ("src/a.json", 3, False, "file"),
        ("b.txt", 4, True, "file"),
        ("src/data/d.md", 6, False, "file"),
        ("src/f.bin", 10, False, "get_data"),
        ("src/c.log", 5, False, "write"),
    ]


def test_without_node(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CouldNotRun, match="needs Node 18"):
        npm.node()
    monkeypatch.setenv("EDGEWHEEL_CACHE_DIR", str(tmp_path / "cache"))
    with pytest.raises(CouldNotRun, match="`npm`, which is not on PATH"):
        npm.fetch("pyodide", "0.0.0", "sha512-x")


def program(path: Path, text: str) -> None:
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for npm is a script")
def test_what_npm_gives_is_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    program(folder / "npm", "import sys\nprint('npm error network', file=sys.stderr)\nsys.exit(1)\n")
    with pytest.raises(CouldNotRun, match="npm error network"):
        npm.fetch("thing", "1.0.0", "sha512-x")
    program(folder / "npm", "import sys\nopen(sys.argv[4] + '/thing.tgz', 'wb').write(b'other')\n")
    with pytest.raises(CouldNotRun, match="is not the file that is pinned"):
        npm.fetch("thing", "1.0.0", "sha512-x")
    assert npm.kept("thing", "1.0.0") is None
