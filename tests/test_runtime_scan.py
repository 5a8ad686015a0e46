"""Imports by the quick scan and by the syntax tree: the same records, or the scan says that it is unsure."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from edgewheel.sources import before, paths, scan, syntax
from edgewheel.sources.conditions import evaluate, parse
from edgewheel.sources.records import Import, Record, at_request

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
CORPUS = sorted(
    each for folder in ("asyncio", "json", "email", "http", "concurrent") for each in LIBRARY.glob(f"{folder}/**/*.py")
)


def by_tree(source: bytes) -> Record:
    found = syntax.read(source)
    assert not found.fails
    return found


def plain(record: Record) -> list[tuple[object, ...]]:
    return [
        (each.module, each.names, each.level, each.line, each.column, at_request(each), each.bound)
        for each in record.imports
    ]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.relative_to(LIBRARY).as_posix())
def test_the_standard_library_reads_the_same(path: Path) -> None:
    source = path.read_bytes()
    try:
        quick = scan.read(source)
    except before.Unsure:
        return
    assert plain(quick) == plain(by_tree(source))


SAME = {
    "plain": "import a, b.c as d\nfrom e import f as g, h\n",
    "in brackets": "from a import (\n    b,  # why\n    c as d,\n)\nimport z  # comment, import y\n",
    "relative": "from . import a\nfrom ..b.c import *\n",
    "in a function": "def f(\n    x,\n) -> int:\n    '''no'''\n".replace("'''", '"""') + "    import a\n",
    "in a method": "class A:\n    import a\n\n    async def f(self):\n        from b import c\n",
    "for type checkers": "if TYPE_CHECKING:\n    import a\n    from b import c\nimport d\n",
    "in a docstring": '"""\nimport a\n"""\nimport b\n',
    "in a comment and in a text": "# import a\nx = 'import b'\nimportant = 1\nimport c\n",
    "Windows lines": "import a\r\nfrom b import c\r\n",
    "indented less inside brackets": "def f():\n    x = [\n1,\n]\n    import a\n",
    "a block head with a bracket": "for x in (1, 2):\n    import a\n",
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_scan_and_tree_agree(text: str) -> None:
    assert plain(scan.read(text.encode())) == plain(by_tree(text.encode()))


UNSURE = {
    "two statements": "import a; import b\n",
    "after a head": "if x: import a\n",
    "a backslash": "from a import \\\n    b\n",
    "single quotes in threes": "x = '''\nimport a\n'''\nimport b\n",
    "a quote in a comment": 'x = 1  # """\nimport a\n',
    "try": "try:\n    import a\nexcept ImportError:\n    a = None\n",
    "sys.path": "import sys\nsys.path.append('x')\n",
    "own path": "__path__.append('x')\n",
    "by name": "import importlib\nimportlib.import_module('a')\n",
    "else": "if x:\n    import a\nelse:\n    import b\n",
    "tabs": "def f():\n\timport a\n",
}


@pytest.mark.parametrize("text", UNSURE.values(), ids=UNSURE)
def test_scan_is_unsure(text: str) -> None:
    with pytest.raises(before.Unsure):
        scan.read(text.encode())


@pytest.mark.parametrize(
    "source", [b"import a\xff\n", b"# coding: latin-1\nimport a\n", b"import a\rimport b\n", b"\0"]
)
def test_scan_is_unsure_of_bytes(source: bytes) -> None:
    with pytest.raises(before.Unsure):
        scan.read(source)


def test_a_byte_order_mark_is_no_fault() -> None:
    assert scan.read(b"\xef\xbb\xbfimport a\n") == Record((Import("a", (), 0, 1, 1),))


@pytest.mark.parametrize(
    ("text", "folders"),
    [
        ("sys.path.insert(0, '/session/metadata/libs')", ["libs"]),
        ("sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'libs'))", ["libs"]),
        ("sys.path.append(str(Path(__file__).resolve().parents[1]))", [""]),
        ("sys.path[:0] = ['a', 'b']", ["a", "b"]),
        ("sys.path = ['a'] + sys.path", ["a"]),
        ("sys.path.extend(['a', unknown])", ["a", None]),
        ("sys.path.append('/elsewhere')", [None]),
        ("HERE = Path(__file__).parent\nsys.path.append(HERE / 'x')", ["src/x"]),
    ],
)
def test_path_changes(text: str, folders: list[str | None]) -> None:
    found = [each.folder for each in by_tree(text.encode()).paths]
    assert [None if each is None else paths.resolve(each, "src/main.py") for each in found] == folders


def test_what_goes_into_sys_modules() -> None:
    text = (
        "sys.modules['a'] = x\nsys.modules[__name__ + '.b'] = x\nsys.modules.setdefault('c', x)\nsys.modules[d] = x\n"
    )
    assert by_tree(text.encode()).provided == {"a", "@.b", "c", "*"}


@pytest.mark.parametrize(
    ("test", "known"),
    [
        ("TYPE_CHECKING", False),
        ("not typing.TYPE_CHECKING", True),
        ("sys.platform == 'emscripten'", True),
        ("sys.platform in ('win32', 'cygwin')", False),
        ("sys.platform.startswith('win')", False),
        ("os.name == 'nt'", False),
        ("sys.version_info >= (3, 13)", True),
        ("sys.version_info[:2] == (3, 13)", True),
        ("sys.version_info < (3, 13)", False),
        ("sys.version_info[0] >= 3", True),
        ("sys.version_info.major == 2", False),
        ("__name__ == '__main__'", False),
        ("'pyodide' in sys.modules", True),
        ("find_spec('there')", True),
        ("importlib.util.find_spec('gone') is None", True),
        ("find_spec('gone') and whatever", False),
        ("TYPE_CHECKING or sys.version_info >= (3, 12)", True),
        ("whatever", None),
        ("not whatever", None),
        ("whatever or True", True),
    ],
)
def test_conditions(test: str, *, known: bool | None) -> None:
    import ast

    condition = parse(ast.parse(test, mode="eval").body)
    assert evaluate(condition, (3, 13), lambda name: name == "there") is known
