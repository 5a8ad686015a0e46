"""What `edgewheel trim` proposes, why something stays, and how the patterns come into the config."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.projects import HANDLER, write

from edgewheel.cli import main
from edgewheel.deploy import Deploys
from edgewheel.repository.discovery import find_one
from edgewheel.rules import runner as run
from edgewheel.rules.registry import load
from edgewheel.trim import propose as trimming
from edgewheel.trim import removable
from edgewheel.trim.needed import needed
from edgewheel.wrangler.globs import compile_glob

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

TEXT = "x = 1\n"
TOML = """\
name = "w"
main = "src/main.py"
compatibility_date = "2026-10-01"  # Python 3.14
compatibility_flags = ["python_workers"]

# read by the handler
[vars]
STAGE = "dev"
"""
VENDORED = {
    "pandas/__init__.py": "from pandas import core\n",
    "pandas/core.py": TEXT,
    "pandas/core.pyi": "x: int\n",
    "pandas/tests/__init__.py": TEXT,
    "pandas/tests/data/a.csv": "a,b\n",
    "pandas/_libs/fast.pyx": TEXT,
    "pandas/_libs/fast.cpython-314-wasm32-emscripten.so": "\0asm",
    "pandas-3.0.dist-info/METADATA": "Name: pandas\nVersion: 3.0\n",
    "pandas-3.0.dist-info/RECORD": "pandas/__init__.py,,\npandas/core.py,,\npandas/tests/__init__.py,,\n",
    "pandas-3.0.dist-info/entry_points.txt": "[x]\n",
    "pandas-3.0.dist-info/licenses/LICENSE": "free\n",
    "workers/__init__.py": TEXT,
    "workers/tests/__init__.py": TEXT,
    "sdk.pth": "import workers\n",
}
#: A pattern that saves less than a kilobyte is not proposed.
PAD = "\n" * 1024
PATTERNS = [
    "pandas/**/tests/**",
    "**/*.pyi",
    "**/*.pyx",
    "*.dist-info/RECORD",
    "*.dist-info/licenses/**",
]


def proposal(files: Mapping[str, str], own: Mapping[str, str] | None = None) -> trimming.Proposal:
    """Of vendored files and of the project's own modules, by their texts."""
    sizes = {name: len(content) for name, content in files.items()}
    stays = needed(readers(files), readers(own or {}), removable.candidates(sizes))
    return trimming.propose(sizes, stays)


def readers(files: Mapping[str, str]) -> dict[str, Callable[[], bytes]]:
    return {name: content.encode for name, content in files.items()}


def test_a_vendored_package() -> None:
    found = proposal(VENDORED)
    assert sorted(each.text for each in found.patterns) == sorted(PATTERNS)
    assert dict(found.kept)["workers/tests"] == "it is the SDK that `import workers` loads"
    assert [each.why for each in found.patterns if each.text == "**/*.pyx"] == ["sources of compiled parts"]
    assert found.size == sum(len(VENDORED[file]) for file in found.files)


@pytest.mark.parametrize(
    ("files", "patterns"),
    [
        # all of a kind may go: one pattern
        (["a/tests/t.py", "b/tests/t.py"], ["**/tests/**"]),
        (["a/tests/t.py", "a/test_x.py", "conftest.py"], ["**/conftest.py", "**/test_*.py", "**/tests/**"]),
        # what the pattern of a folder takes needs no other
        (["a/tests/test_x.py", "a/tests/x.pyi"], ["**/tests/**"]),
        # an exception among them: one pattern a package, in the exception's own package one a folder
        (
            ["django/test/client.py", "django/db/test/t.py", "a/test/t.py", "a/b/test/t.py"],
            ["a/**/test/**", "django/db/test/**"],
        ),
        (["tortoise/contrib/test/__init__.py", "tortoise/test/t.py"], ["tortoise/test/**"]),
        (["aiohttp/test_utils.py", "aiohttp/test_more.py", "a/test_x.py"], ["a/**/test_*.py", "aiohttp/test_more.py"]),
        # a folder that keeps something is cut by endings
        (["a/tests/t.py", "a/tests/_t.so", "b/tests/t.py"], ["a/tests/**/*.py", "b/**/tests/**"]),
        # somebody's tests at the top level, beside a package of a protected name
        (["tests/t.py", "workers/tests/t.py"], ["tests/**"]),
        (["tests/t.py", "a/tests/t.py"], ["**/tests/**"]),
        # never: what the facts forbid
        (["a.pth", "workers/test_x.py", "lib/tests/x.so", "asgi.py"], []),
        # type information
        (["a-stubs/__init__.pyi", "a-stubs/METADATA", "a/py.typed"], ["*-stubs/**"]),
        # a source goes where what was compiled of it stands
        (["a/l/x.po", "a/l/x.mo"], ["**/*.po"]),
        (["a/l/x.po", "a/l/x.mo", "b/l/x.po"], ["a/**/*.po"]),
        (["b/l/x.po"], []),
        (["a/x.c", "a/x.h", "a/x.html"], ["**/*.c", "**/*.h"]),
        (["a/__pycache__/x.cpython-314.pyc", "a/__pycache__/x.nbi"], ["**/*.pyc", "**/__pycache__/**"]),
        # documentation, and what only sounds like it
        (["a/docs/x.rst", "a/README.md", "a/mydocs/x.rst", "a/readme.py"], ["**/README.md", "**/docs/**"]),
        # metadata
        (
            ["a-1.dist-info/METADATA", "a-1.dist-info/WHEEL", "a-1.dist-info/top_level.txt", "a-1.dist-info/other"],
            ["*.dist-info/WHEEL"],
        ),
        (["a-1.dist-info/LICENSE.txt", "a/LICENSE.txt"], ["*.dist-info/LICENSE*"]),
        # no tests at all
        (["a/testing.py", "a/contest.py", "a/latest/x.py", "a/attest_x.py", "test.py"], []),
    ],
)
def test_patterns(files: list[str], patterns: list[str]) -> None:
    found = proposal(dict.fromkeys(files, TEXT))
    assert sorted(each.text for each in found.patterns) == patterns
    # no pattern takes what no pattern claims
    taken = {file for file in files if any(compile_glob(each.text).matches(file) for each in found.patterns)}
    assert taken == found.files


@pytest.mark.parametrize(
    ("files", "own", "kept"),
    [
        ({"a/__init__.py": "from a.tests import run\n", "a/tests/__init__.py": TEXT}, {}, {"a/tests": "a/__init__.py"}),
        ({"a/b/c.py": "from ..tests.d import (\n    x,\n)\n", "a/tests/d.py": TEXT}, {}, {"a/tests": "a/b/c.py"}),
        (
            {"a/__init__.py": "from . import (\n  core, tests)\n", "a/tests/d.py": TEXT},
            {},
            {"a/tests": "a/__init__.py"},
        ),
        ({"a/b.py": "def f():\n    import a.tests.x as x\n", "a/tests/x.py": TEXT}, {}, {"a/tests": "a/b.py"}),
        ({"a/b.py": "import json, a.test_x\n", "a/test_x.py": TEXT}, {}, {"a/test_x.py": "a/b.py"}),
        # what is kept may need more
        (
            {"a/b.py": "import a.test_x\n", "a/test_x.py": "from b import tests\n", "b/tests/t.py": TEXT},
            {},
            {"a/test_x.py": "a/b.py", "b/tests": "a/test_x.py"},
        ),
        # the project's own code counts
        ({"a/tests/t.py": TEXT}, {"src/main.py": "from a.tests.t import x\n"}, {"a/tests": "src/main.py"}),
        ({"a/tests/t.py": TEXT}, {"main.py": "from .tests import x\nfrom tests import y\n"}, {}),
        ({"a/b.py": "type X = int\nprint 1\nimport a.tests\n", "a/tests/t.py": TEXT}, {}, {"a/tests": "a/b.py"}),
        # what only looks like an import
        ({"a/b.py": '"""\nfrom a.tests import x\n"""\n', "a/tests/t.py": TEXT}, {}, {}),
        ({"a/b.py": "if TYPE_CHECKING:\n    from a.tests import x\n", "a/tests/t.py": TEXT}, {}, {}),
        ({"a/b.py": "from c import tests\n", "a/tests/t.py": TEXT}, {}, {}),
        ({"a/tests/t.py": "import a.tests.u\n", "a/tests/u.py": TEXT}, {}, {}),
    ],
)
def test_what_somebody_imports_stays(files: dict[str, str], own: dict[str, str], kept: dict[str, str]) -> None:
    assert dict(proposal(files, own).kept) == {unit: f"`{name}` imports it" for unit, name in kept.items()}


@pytest.mark.parametrize(
    ("code", "file", "stays"),
    [
        ("join(dirname(a.__file__), 'examples')\n", "a/examples/x.rst", True),
        ("open('a/examples/x.rst')\n", "a/examples/x.rst", True),
        ("# the examples are elsewhere\n", "a/examples/x.rst", False),
        ('path = "include/a.h"\n', "a/include/a.h", True),
        ('code = """\n#include "include/a.h"\n"""\n', "a/include/a.h", False),
        ('files(__name__) / "README.md"\n', "a/README.md", True),
        ("lazy.attach_stub(__name__, __file__)\n", "a/__init__.pyi", True),
        ("lazy.attach(__name__)\n", "a/__init__.pyi", False),
    ],
)
def test_what_a_package_names_stays(code: str, file: str, *, stays: bool) -> None:
    found = proposal({"a/__init__.py": code, file: TEXT, "b/__init__.py": TEXT})
    assert bool(found.kept) is stays
    assert bool(found.patterns) is not stays


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("**/*.pyc",), ("**/*.pyc", "*.dist-info/RECORD")),
        (("a/**",), ("**/*.pyc", "a/**", "*.dist-info/RECORD")),
        (("**/*.py[co]",), ("**/*.pyc", "**/*.py[co]", "*.dist-info/RECORD")),
        (("**/__pycache__/**", "*.pyc"), ("**/__pycache__/**", "*.pyc", "*.dist-info/RECORD")),
        ((), ("**/*.pyc", "*.dist-info/RECORD")),
    ],
)
def test_compiled_files_stay_out(given: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert trimming.whole(given, proposal({"a-1.dist-info/RECORD": "a"})) == expected


def project(
    root: Path, config: str = TOML, *, name: str = "wrangler.toml", more: Mapping[str, str] | None = None
) -> Path:
    vendored = {f"python_modules/{file}": text + PAD for file, text in VENDORED.items()}
    return write(root, {name: config, "src/main.py": HANDLER, **vendored, **(more or {})})


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = main(["trim", *arguments, "--format", "json"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else {}


def test_nothing_is_written_unless_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path)
    code, record = told(capsys, str(root))
    (table,) = record["tables"]
    assert (code, record["written"], record["findings"]) == (0, False, [])
    assert (root / "wrangler.toml").read_text() == TOML
    assert table["exclude"][0] == "**/*.pyc"
    assert sorted(table["exclude"][1:]) == sorted(PATTERNS)
    assert table["saved"] == sum(each["bytes"] for each in table["patterns"]) == sum(table["packages"].values())
    assert table["before"] - table["saved"] == table["after"]
    assert table["proved"] == "by analysis"


def test_write_keeps_comments_and_the_promise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path)
    _, before = told(capsys, str(root), "--write")
    written = (root / "wrangler.toml").read_text()
    assert before["written"] is True
    assert "# Python 3.14" in written
    assert written.index("[python_modules]") < written.index("# read by the handler\n[vars]")
    worker = find_one(str(root))
    upload = Deploys(worker).of(None).upload
    assert upload.total_bytes == before["tables"][0]["after"]
    names = {module.name for module in upload.modules}
    kept = {f"python_modules/{name}" for name in VENDORED}
    assert {name for name in kept if name.endswith((".so", ".pth", "METADATA", "entry_points.txt"))} <= names
    assert all((root / name).exists() for name in kept)
    # and no rule finds fault with it
    rules = [rule for rule in load() if rule.code in {"EW303", "EW307", "EW308", "EW309", "EW316", "EW501", "EW505"}]
    assert run.check(worker, rules) == []
    # a second time there is nothing to do
    code, after = told(capsys, str(root), "--write")
    assert (code, after["written"], after["tables"][0]["patterns"]) == (0, False, [])
    assert (root / "wrangler.toml").read_text() == written


JSONC = """\
{
    // the Worker
    "name": "w",
    "main": "src/main.py",
    "compatibility_flags": ["python_workers"],
    "compatibility_date": "2026-10-01" // Python 3.14
}
"""


@pytest.mark.parametrize(
    ("name", "config", "kept"),
    [
        ("wrangler.jsonc", JSONC, ["// the Worker", "// Python 3.14"]),
        ("wrangler.json", JSONC.replace("// the Worker", "").replace("// Python 3.14", ""), []),
        ("wrangler.toml", TOML + "\n[python_modules]\n# mine\nexclude = []  # none\n", ["# mine", "# none"]),
        ("wrangler.toml", TOML + '\n[python_modules]\nexclude = ["**/*.pyc", "x/**"]  # own\n', ['"x/**"', "# own"]),
        ("wrangler.toml", TOML + "\n[python_modules]\n# empty\n", ["# empty"]),
        ("wrangler.toml", TOML.replace("\n", "\r\n"), ["# Python 3.14\r\n"]),
        ("wrangler.toml", "\ufeff" + TOML, ["\ufeffname"]),
        ("wrangler.toml", 'python_modules = { exclude = ["**/*.pyc"] }\n' + TOML, ["# Python 3.14"]),
    ],
)
def test_formats(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, config: str, kept: list[str]) -> None:
    root = project(tmp_path)
    (root / "wrangler.toml").unlink()
    (root / name).write_bytes(config.encode())
    _, record = told(capsys, str(root), "--write")
    assert record["written"] is True
    text = (root / name).read_bytes().decode()
    assert [each for each in kept if each not in text] == []
    assert "\r\n" not in config or "\n" not in text.replace("\r\n", "")
    exclude = find_one(str(root)).config.get("python_modules", "exclude")
    assert set(PATTERNS) | {"**/*.pyc"} <= set(exclude)
    assert Deploys(find_one(str(root))).of(None).upload.total_bytes == record["tables"][0]["after"]
    assert told(capsys, str(root), "--write")[1]["written"] is False


def test_each_table_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = '\n[env.staging]\nname = "s"\n\n[env.live.python_modules]\nexclude = ["**/*.pyc", "**/tests/**"]\n'
    root = project(tmp_path, TOML + more)
    _, record = told(capsys, str(root), "--write")
    assert [(each["table"], each["env"]) for each in record["tables"]] == [
        ("[python_modules]", None),
        ("[env.live.python_modules]", "live"),
    ]
    config = find_one(str(root)).config
    assert set(PATTERNS) <= set(config.get("python_modules", "exclude"))
    live = config.get("env", "live", "python_modules", "exclude")
    assert live[:2] == ["**/*.pyc", "**/tests/**"]
    assert set(PATTERNS) - {"pandas/**/tests/**"} == set(live[2:])


@pytest.mark.parametrize(
    ("config", "more", "message"),
    [
        (TOML + "[python_modules]\nexclude = 3\n", {}, "has no list of patterns as `exclude`: wrangler refuses it"),
        (TOML + "x = \n", {}, "cannot be parsed: "),
        (TOML.replace("main.py", "main.js"), {}, "is not a `.py` file: there is no upload to trim"),
        (TOML.replace("src/main.py", "src/gone.py"), {}, "would refuse: "),
        (
            TOML,
            {"node_modules/wrangler/package.json": '{"version": "4.42.2"}'},
            " && npm install --save-dev wrangler@latest)`",
        ),
    ],
)
def test_what_cannot_be_trimmed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], config: str, more: dict[str, str], message: str
) -> None:
    root = project(tmp_path, config, more=more)
    assert main(["trim", str(root), "--write"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert (root / "wrangler.toml").read_text() == config


def test_nothing_vendored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {"wrangler.toml": TOML, "src/main.py": HANDLER})
    assert main(["trim", str(tmp_path)]) == 2
    assert capsys.readouterr().err.endswith(" && pywrangler sync)` makes it\n")


def test_text_and_markdown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path)
    assert main(["trim", str(root)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["pattern", "what", "files", "bytes"]
    assert "stays: workers/tests: it is the SDK that `import workers` loads" in lines
    assert lines[-2].startswith("`[python_modules]`: ")
    assert lines[-1].endswith("wrangler.toml; nothing on the disk is deleted")
    assert main(["trim", str(root), "--format", "markdown"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "## [python_modules]"
    assert lines[2] == "| pattern | what | files | bytes |"
    assert "- `workers/tests` stays: it is the SDK that `import workers` loads" in lines
