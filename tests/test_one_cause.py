"""One thing done wrong to a clean Worker: every rule is asked, and one of them answers, at the line."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.projects import write

from edgewheel.repository.discovery import find
from edgewheel.rules import runner as run

if TYPE_CHECKING:
    from pathlib import Path

CLEAN = {
    "wrangler.toml": """\
name = "clean"
main = "src/main.py"
compatibility_date = "2026-10-01"
compatibility_flags = ["python_workers"]

[[rules]]
type = "Text"
globs = ["**/*.md"]
fallthrough = true
""",
    "pyproject.toml": """\
[project]
name = "clean"
version = "1"
dependencies = [
    "fastapi>=0.115",
    "jinja2",
]
""",
    "src/main.py": """\
from core.page import TEXT
from fastapi import FastAPI
from workers import WorkerEntrypoint


class Default(WorkerEntrypoint):
    app = FastAPI(title=TEXT)
""",
    "src/core/__init__.py": "",
    "src/core/page.py": """\
from pathlib import Path

import jinja2

TEXT = jinja2.Template((Path(__file__).parent / "page.md").read_text()).render()
""",
    "src/core/page.md": "hello\n",
}
#: file, what stands there, what takes its place, the one finding
MUTATIONS = {
    "a requirement of a wrong sign": ("pyproject.toml", "fastapi>=", "fastapi=>", "EW001 pyproject.toml:5"),
    "a requirement that is none": ("pyproject.toml", '"jinja2"', '"jinja2[i18n"', "EW001 pyproject.toml:6"),
    "an item that is no text": ("pyproject.toml", '"jinja2"', "3", "EW001 pyproject.toml:6"),
    "a type in small letters": ("wrangler.toml", '"Text"', '"text"', "EW302 wrangler.toml:7"),
    "a type that nobody knows": ("wrangler.toml", '"Text"', '"Binary"', "EW302 wrangler.toml:7"),
    "a type for Python": ("wrangler.toml", '"Text"', '"CompiledPython"', "EW302 wrangler.toml:7"),
    "a rule without a type": ("wrangler.toml", 'type = "Text"\n', "", "EW302 wrangler.toml:6"),
    "a table of rules": ("wrangler.toml", "[[rules]]", "[rules]", "EW302 wrangler.toml:6"),
    "a rule by a near name": ("wrangler.toml", "[[rules]]", "[[rule]]", "EW302 wrangler.toml:6"),
    "globs that are a text": ("wrangler.toml", '["**/*.md"]', '"**/*.md"', "EW002 wrangler.toml:8"),
    "a glob with braces": ("wrangler.toml", "**/*.md", "**/*.{md,rst}", "EW303 wrangler.toml:8"),
    "a glob from the top": ("wrangler.toml", "**/*.md", "./**/*.md", "EW303 wrangler.toml:8"),
    "a glob by the root's name": ("wrangler.toml", "**/*.md", "src/**/*.md", "EW303 wrangler.toml:8"),
    "no rule": (
        "wrangler.toml",
        '[[rules]]\ntype = "Text"\nglobs = ["**/*.md"]\n',
        "[vars]\n",
        "EW207 src/core/page.py:5",
    ),
    "a folder in capitals": ("src/main.py", "from core", "from Core", "EW203 src/main.py:1"),
    "a letter left out": ("src/main.py", "core.page", "core.pge", "EW203 src/main.py:1"),
    "the root's own name": ("src/main.py", "from core", "from src.core", "EW203 src/main.py:1"),
    "a null byte": ("src/core/page.py", "import jinja2", "import jinja2\0", "EW209 src/core/page.py:3"),
}


def checked(top: Path) -> list[str]:
    found = [finding for worker in find([str(top)]) for finding in run.check(worker, run.rules_for())]
    return [f"{each.code} {each.place.path.removeprefix(f'{top.as_posix()}/')}:{each.place.line}" for each in found]


def test_clean(tmp_path: Path) -> None:
    write(tmp_path, CLEAN)
    assert checked(tmp_path) == []


@pytest.mark.parametrize(
    ("deed", "fix"),
    [
        (["rm", "-q", "src/core/page.py"], "git restore --staged --worktree :/src/core/page.py"),
        (["mv", "src/core/page.py", "src/core/text.py"], "import it as `core.text`"),
        ([], "git restore :/src/core/page.py"),
    ],
)
def test_a_module_that_git_still_has(deed: list[str], fix: str, tmp_path: Path) -> None:
    write(tmp_path, CLEAN)
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"], *([deed] if deed else [])):
        subprocess.run([*git, *words], check=True)
    if not deed:
        (tmp_path / "src/core/page.py").unlink()
    found = [finding for worker in find([str(tmp_path)]) for finding in run.check(worker, run.rules_for())]
    assert [(each.code, each.fix) for each in found] == [("EW203", fix)]


@pytest.mark.parametrize("name", MUTATIONS)
def test_one_cause_one_finding(name: str, tmp_path: Path) -> None:
    file, old, new, expected = MUTATIONS[name]
    assert CLEAN[file].count(old) == 1
    write(tmp_path, CLEAN | {file: CLEAN[file].replace(old, new)})
    assert checked(tmp_path) == [expected]
