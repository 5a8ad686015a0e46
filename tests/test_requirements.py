"""Requirements: single ones against packaging, files with their lines, and what a project requires where."""

from __future__ import annotations

import subprocess
import sys
import time
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import Marker
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Reference
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from edgewheel.dependencies import lists
from edgewheel.findings import Place
from edgewheel.repository.discovery import find_one
from edgewheel.requirements import locks
from edgewheel.requirements.file import parse_file
from edgewheel.requirements.metadata import recorded
from edgewheel.requirements.requirement import Requirement, nearest, normalize, parse_requirement
from edgewheel.requirements.specifiers import exclusive, fits, same

if TYPE_CHECKING:
    from pathlib import Path

    from edgewheel.repository.requirements import Requirements


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("fastapi", ("fastapi", (), "", "", "")),
        ("Fast_API >=0.1 , <1", ("Fast_API", (), ">=0.1 , <1", "", "")),
        ("uvicorn[Stan_dard, b]==0.30.*", ("uvicorn", ("b", "stan-dard"), "==0.30.*", "", "")),
        ("x ~= 1.4 ; python_version < '3.8'", ("x", (), "~= 1.4", "", "python_version < '3.8'")),
        ("x (>=1)", ("x", (), ">=1", "", "")),
        ("x @ https://e/x-1.whl ; os_name == 'nt'", ("x", (), "", "https://e/x-1.whl", 'os_name == "nt"')),
        ("x==1!2.0+local.1", ("x", (), "==1!2.0+local.1", "", "")),
        ("x; (os_name == 'nt')", ("x", (), "", "", 'os_name == "nt"')),
    ],
)
def test_a_requirement(text: str, parts: tuple[str, tuple[str, ...], str, str, str]) -> None:
    place = Place("/p/pyproject.toml", 3, 2)
    assert parse_requirement(text, place) == Requirement(*parts, text, place)


@pytest.mark.parametrize("text", ["", "=1", "a b", "a==", "a>=1.*", "a~=1", "a[", "a;", "a; x == 1", "-a", "a @ "])
def test_no_requirement(text: str) -> None:
    with pytest.raises(InvalidRequirement):
        Reference(text)
    assert parse_requirement(text) is None


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("fastapi => 0.115", "write `fastapi >= 0.115`"),
        ("fastapi=0.115", "write `fastapi==0.115`"),
        ("fastapi==", "write `fastapi`"),
        ("fast api", "write `fast`"),
    ],
)
def test_what_was_meant(text: str, fix: str) -> None:
    assert nearest(text) == fix


def like_packaging(text: str) -> None:
    """The same verdict and the same meaning as packaging's, whichever way it was read."""
    found = parse_requirement(text)
    try:
        reference = Reference(text)
    except InvalidRequirement:
        assert found is None
        return
    assert isinstance(found, Requirement)
    assert found.name == reference.name
    assert found.extras == tuple(sorted({normalize(extra) for extra in reference.extras}))
    assert SpecifierSet(found.specifier) == reference.specifier
    assert found.url == (reference.url or "")
    assert (Marker(found.marker) if found.marker else None) == reference.marker


BLANK = st.sampled_from(["", " ", "\t"])
NAME = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,6}", fullmatch=True)
VERSION = st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){0,2}(a1|rc2|\.post1|\.dev3|\.\*|\+x)?", fullmatch=True)
CLAUSE = st.builds("{}{}{}".format, st.sampled_from(["==", "!=", ">=", "<=", "<", ">", "~=", "==="]), BLANK, VERSION)
VALUE = st.sampled_from(["'linux'", '"3.8"', "'3.10'", "3", "''"])
TEST = st.builds(
    "{} {} {}".format,
    st.sampled_from(["python_version", "sys_platform", "extra", "python_full_version", "os_name", "bad_name"]),
    st.sampled_from(["==", "!=", "<", ">=", "in", "not in", "~="]),
    VALUE,
)
MARKER = st.builds("{}{}".format, TEST, st.one_of(st.just(""), st.builds(" and {}".format, TEST)))


@given(
    st.builds(
        "{}{}{}{}{}{}{}".format,
        BLANK,
        NAME,
        BLANK,
        st.one_of(st.just(""), st.builds("[{},{}]".format, NAME, NAME), st.builds("[{}]".format, NAME)),
        st.lists(CLAUSE, max_size=3).map(",".join),
        BLANK,
        st.one_of(st.just(""), st.builds(";{}".format, MARKER)),
    )
)
def test_shapes_read_like_packaging(text: str) -> None:
    like_packaging(text)


@given(st.text("ab1.-_[],;<>=!~ '\"@/()\n#", max_size=14))
def test_any_text_reads_like_packaging(text: str) -> None:
    like_packaging(text)


def test_plain_requirements_load_no_packaging() -> None:
    code = (
        "import sys; from edgewheel.requirements.file import parse_file;"
        "parse_file('/r', b'a\\nb[c]>=1,<2\\nd==1.*; sys_platform != \"x\" and python_version >= \"3.1\"\\n');"
        "sys.exit('packaging' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


FILE = b"""# comment
-r base.txt
-c  cons.txt
--requirement=x.txt
-e ./lib[foo]
-e git+https://g/x.git@v1#egg=Foo_Bar[baz]
--index-url https://x/simple
httpx==0.27 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
Sphinx # docs
\tpytest>=8 ; python_version > "3"   # edgewheel: ignore[EW101]
./dist/forge_lib-1.0-py3-none-any.whl
foo @ https://${TOKEN}@h/foo-1.0.zip#sha256=ab
bar[x]==${BAR}
"""


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_file_with_everything(ends: bytes, mark: bytes) -> None:
    found = parse_file("/p/r.txt", mark + FILE.replace(b"\n", ends))
    assert found.faults == ()
    assert [(each.target, each.constraint, each.place.line) for each in found.includes] == [
        ("base.txt", False, 2),
        ("cons.txt", True, 3),
        ("x.txt", False, 4),
    ]
    assert [
        (each.shown, each.specifier, each.url, each.place.line, each.place.column) for each in found.requirements
    ] == [
        ("[foo]", "", "./lib", 5, 1),
        ("Foo_Bar[baz]", "", "git+https://g/x.git@v1#egg=Foo_Bar[baz]", 6, 1),
        ("httpx", "==0.27", "", 8, 1),
        ("Sphinx", "", "", 11, 1),
        ("pytest", ">=8", "", 12, 2),
        ("forge-lib", "", "./dist/forge_lib-1.0-py3-none-any.whl", 13, 1),
        ("foo", "", "https://${TOKEN}@h/foo-1.0.zip#sha256=ab", 14, 1),
        ("bar[x]", "", "", 15, 1),
    ]


def test_utf_16_with_its_mark() -> None:
    assert [each.name for each in parse_file("/r", "é\nok".replace("é", "a").encode("utf-16")).requirements] == [
        "a",
        "ok",
    ]


@pytest.mark.parametrize(
    ("raw", "line", "column", "words"),
    [
        (b"ok\n\n caf\xe9\n", 3, 5, "the file is not UTF-8: byte 0xe9"),
        (b"a\n--frob x\n", 2, 1, "`--frob` is not an option of a requirements file"),
        (b"a --frob\n", 1, 1, "`--frob` is not an option of a requirement"),
        (b"-r\n", 1, 1, "`-r` names no file"),
        (b"-e\n", 1, 1, "`-e` names no project"),
        (b"a \\\n  == \\\n\n", 1, 1, "`a   ==` is not a valid requirement"),
        (b"<<<<<<< HEAD\na\n", 1, 1, "`<<<<<<< HEAD` is not a valid requirement"),
    ],
)
def test_faults_of_a_file(raw: bytes, line: int, column: int, words: str) -> None:
    (fault,) = parse_file("/r", raw).faults
    assert (fault.place.line, fault.place.column) == (line, column)
    assert fault.message.startswith(words)


@given(st.binary(max_size=60))
def test_any_bytes_give_faults_and_no_error(raw: bytes) -> None:
    parse_file("/r", raw)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (">=2", "<2", True),
        (">=2", "<=2", False),
        (">2", "<=2", True),
        ("==1.*", ">1.5", False),
        ("==1.2.*", ">=1.3", True),
        ("~=1.4", ">=1.6", False),
        ("~=1.4.2", ">=1.5", True),
        ("==0.27.2", ">=0.28", True),
        ("==1.0", "==1", False),
        ("!=1", "==1", True),
        (">1,<2", "!=1.5", False),
        (">1.9,<2", ">1.8", False),
        (">=1.0a1", "<1.0", True),  # `<` leaves its own pre-releases out
        (">=1.0a1", "<1.0a2", False),
        ("", "<1", False),
    ],
)
def test_exclusive_specifiers(one: str, other: str, *, expected: bool) -> None:
    assert exclusive(one, other) is exclusive(other, one) is expected


PLAIN_CLAUSE = st.builds(
    "{}{}.{}".format,
    st.sampled_from(["==", "!=", ">=", "<=", "<", ">", "~="]),
    st.integers(0, 2),
    st.integers(0, 2),
)


@given(
    st.lists(PLAIN_CLAUSE, min_size=1, max_size=2).map(",".join),
    st.lists(PLAIN_CLAUSE, min_size=1, max_size=2).map(",".join),
)
def test_what_excludes_each_other_has_no_common_version(one: str, other: str) -> None:
    versions = [Version(f"{a}.{b}{c}") for a in range(4) for b in range(4) for c in ("", ".1", "a1", ".post1")]
    both = SpecifierSet(f"{one},{other}")
    if any(both.contains(version, prereleases=True) for version in versions):
        assert not exclusive(one, other)


def test_same_and_fits() -> None:
    assert same(">=1, <2", "<2,>=1")
    assert same("==1.0", "==1")
    assert not same(">=1", ">1")
    assert fits("1.5", ">=1,<2")
    assert not fits("2", ">=1,<2")
    assert fits("1.0a1", ">=0.9")
    assert not fits("nonsense", ">=1")


CONFIG = 'name = "w"\nmain = "src/main.py"\n'


def project(tmp_path: Path, files: dict[str, str]) -> Requirements:
    for name, text in {"wrangler.toml": CONFIG, **files}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return find_one(str(tmp_path)).requirements


def names(requirements: tuple[Requirement, ...]) -> list[str]:
    return [each.shown for each in requirements]


def test_a_project_with_all_its_sources(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "pyproject.toml": """
[project]
name = "w"
version = "1"
dependencies = ["fastapi"]
[project.optional-dependencies]
dev = ["ruff"]
s3 = ["boto3"]
[dependency-groups]
tests = ["pytest", {include-group = "Lint"}]
lint = ["mypy"]
prod = ["gunicorn"]
[tool.uv]
dev-dependencies = ["black"]
""",
            "requirements-runtime.txt": "-r common.txt\nhttpx\n",
            "common.txt": "anyio\n",
            "requirements-dev.txt": "-r requirements-runtime.txt\npytest-cov\n",
            "requirements/docs.txt": "sphinx\n",
        },
    )
    assert found.faults == ()
    assert names(found.runtime) == ["fastapi", "anyio", "httpx"]
    assert [(each.label, names(each.requirements)) for each in found.dev] == [
        ("extra `dev`", ["ruff"]),
        ("dependency group `tests`", ["pytest"]),
        ("dependency group `lint`", ["mypy"]),
        ("`tool.uv.dev-dependencies`", ["black"]),
        ("`requirements-dev.txt`", ["pytest-cov"]),
        ("`requirements/docs.txt`", ["sphinx"]),
    ]
    assert [(each.label, names(each.requirements)) for each in found.extras] == [("extra `s3`", ["boto3"])]


def test_without_pyproject_nothing_reads_the_files(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "requirements.txt": "a\n",
            "requirements.in": "not-read\n",
            "requirements-prod.txt": "b\n",
            "test-requirements.txt": "c\n",
            "constraints.txt": "d<1\n",
        },
    )
    assert found.project is None
    assert names(found.runtime) == []
    assert [(each.path.rpartition("/")[2], names(each.requirements)) for each in found.ignored] == [
        ("requirements-prod.txt", ["b"]),
        ("requirements.in", ["not-read"]),
        ("requirements.txt", ["a"]),
    ]
    assert [(each.label, names(each.requirements)) for each in found.dev] == [("`test-requirements.txt`", ["c"])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[project]\nname='w'\n", []),
        ("[project]\ndynamic=['dependencies']\n", None),
        ("[tool.x]\n", None),
        ("project = 3\n", None),
    ],
)
def test_project_dependencies_that_are_not_there(tmp_path: Path, text: str, expected: list[str] | None) -> None:
    found = project(tmp_path, {"pyproject.toml": text}).project
    assert (None if found is None else names(found)) == expected


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("[project\n", [("`pyproject.toml` is not valid TOML: expected `]` at the end of a table header", 1)]),
        ("project = 3\n", [("`project` must be a table", 1)]),
        (
            "[project]\ndependencies = 'a'\n",
            [("`project.dependencies` must be a list of requirements, not a string", 2)],
        ),
        (
            "[project]\ndependencies = [\n 'a',\n 3,\n]\n",
            [("`project.dependencies` must hold requirements, not an integer", 4)],
        ),
        ("[project]\noptional-dependencies = []\n", [("`project.optional-dependencies` must be a table of lists", 2)]),
        (
            "[dependency-groups]\ndev = {}\n",
            [("`dependency-groups.dev` must be a list of requirements, not a table", 2)],
        ),
        (
            "[dependency-groups]\ndev = [\n{include-group = 'x'}]\n",
            [("`dependency-groups.dev` includes the group `x`, which does not exist", 3)],
        ),
        (
            "[dependency-groups]\na = [{include-group = 'B'}]\nb = [{include-group = 'a'}]\n",
            [
                ("`dependency-groups.a` includes the group `B`, which includes it again", 2),
                ("`dependency-groups.b` includes the group `a`, which includes it again", 3),
            ],
        ),
        (
            "[dependency-groups]\na = [{other = 'B'}]\n",
            [('`dependency-groups.a` may hold requirements and `{ include-group = "name" }` only', 2)],
        ),
    ],
)
def test_faults_of_pyproject(tmp_path: Path, text: str, faults: list[tuple[str, int]]) -> None:
    found = project(tmp_path, {"pyproject.toml": text})
    assert [(each.message, each.place.line) for each in found.faults] == faults


def test_includes_that_loop_or_lead_nowhere(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "pyproject.toml": "",
            "requirements.txt": "-r a.txt\n-c gone.txt\n-r https://x/y.txt\nx\n",
            "a.txt": "y\n-r requirements.txt\n",
        },
    )
    assert names(found.runtime) == ["y", "x"]
    assert sorted((each.message, each.place.path.rpartition("/")[2], each.place.line) for each in found.faults) == [
        ("`-c gone.txt`: there is no such file", "requirements.txt", 2),
        ("`-r requirements.txt` includes itself", "a.txt", 2),
    ]


SELF = """\
[project]
name = "The_T"
dependencies = ["the-t[x,all] ; os_name == 'posix'", "a"]

[project.optional-dependencies]
x = ["b"]
y = ["c ; python_version >= '3.13'"]
all = ["the.t[y]"]
dev = ["pytest"]
"""


def test_the_extras_of_the_project_that_it_asks_for(tmp_path: Path) -> None:
    found = project(tmp_path, {"pyproject.toml": SELF})
    assert [(each.name, each.group, each.marker, each.place.line) for each in found.runtime] == [
        ("b", "x", "os_name == 'posix'", 6),
        ("c", "y", "(os_name == 'posix') and (python_version >= '3.13')", 7),
        ("a", "", "", 3),
    ]
    assert [each.label for each in (*found.extras, *found.dev)] == ["extra `dev`"]


LONG = {
    "a name": "a" * 10_000 + "!",
    "a name of many parts": "a-" * 5000 + "!",
    "an extra": f"a[{'b' * 10_000}!]",
    "blanks before a comment": f"a{' ' * 8000}# c\n{' ' * 8000}#",
    "blanks in a marker": f"a ; python_version{' ' * 8000}> '3'",
    "a path of many parts": f"./{'a-' * 5000}.whl",
    "many hashes": "a " + "--hash x " * 3000,
    "clauses": "a" + ">=1," * 3000,
    "numbers": "a>=" + "1." * 5000,
    "parentheses": "a ; " + "(" * 3000,
    "brackets": "[" * 3000,
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_line_is_read_in_no_time(name: str) -> None:
    parse_requirement("a (>=1)")  # packaging is loaded
    start = time.process_time()
    parse_file("/p/requirements.txt", LONG[name].encode())
    parse_requirement(LONG[name])
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    "raw",
    [b'"a,b\n' + b"x" * 200_000, b'"' + b"y" * 200_000 + b"\n", b"\xff\xfe,,\n", b'"a""b.py",,\n../bin/x,,\n/y,,\n'],
)
def test_a_broken_record_is_read_as_far_as_it_goes(raw: bytes) -> None:
    found = list(recorded(raw + b"\nok.py,sha256=x,1\n"))
    assert found[-1] == "ok.py"
    assert max(map(len, found)) < 100  # a name of 200,000 characters is shown to nobody


@pytest.mark.parametrize(
    "pattern", ["types-*", "*-stubs", "sphinx*", "a-*-b", "a?c", "[ab]c", "plain", "*", "a*b*c", "a-*"]
)
@given(st.text("abcsphinxtye-stu*?[", max_size=9))
def test_patterns_match_like_fnmatch(pattern: str, key: str) -> None:
    for name in (key, key.lower(), pattern.replace("*", key), pattern.replace("*", "")):
        assert lists.named(name, [pattern]) == fnmatchcase(name, normalize(pattern))


@pytest.mark.parametrize(
    "entry",
    [
        'version = 1\ndependencies = [{ name = 3, extra = 5, marker = 3 }, 4, "x"]',
        "dependencies = 3\nsource = 3\nmetadata = 3\narchive = 3\nwheels = [3, { url = 3 }]",
        'dependencies = [{ name = "b", extra = "web" }]\noptional-dependencies = 3\nsdist = []',
        'wheels = { url = "x" }\n[package.metadata]\nrequires-dist = 3',
    ],
)
def test_a_lock_of_odd_shapes_is_read_as_far_as_it_goes(entry: str) -> None:
    lock = locks.parse("/p/uv.lock", f'[[package]]\nname = "a"\n{entry}\n[[package]]\nname = 3\n'.encode(), files=True)
    assert [package.name for package in lock.packages] == ["a"]
    assert [edge.extras for edge in lock.packages[0].edges if edge.name == "b"] in ([], [("web",)])
