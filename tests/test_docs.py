"""The documentation says what is so: its commands run, its tables and pages are current, its links lead somewhere."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from tests import tools

from edgewheel.cli import COMMANDS
from edgewheel.rules.registry import load

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
README, JAPANESE = ROOT / "README.md", ROOT / "README.ja.md"
PROSE = (README, *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "examples").glob("*/README.md")))
LINKED = (
    *PROSE,
    JAPANESE,
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs" / "rules").glob("*.md")),
)
_FENCE = re.compile(r"^( *)```(.*)\n((?:.*\n)*?)\1```$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block; `word` is what stands behind the fence, `end` where the block ends in the text."""

    word: str
    body: str
    start: int
    end: int


class Example(NamedTuple):
    """A block marked ```` ```sh run [in=FOLDER] [exit=CODE] [oracle] ````, and the output shown right after it."""

    name: str
    commands: str
    folder: str
    code: int
    oracle: bool
    output: str | None


def blocks(text: str) -> list[Block]:
    found = []
    for match in _FENCE.finditer(text):
        indent = match[1]
        body = "".join(line.removeprefix(indent) for line in match[3].splitlines(keepends=True))
        found.append(Block(match[2].strip(), body, match.start(), match.end()))
    return found


def examples() -> Iterator[Example]:
    for path in PROSE:
        text = path.read_text("utf-8")
        found = blocks(text)
        for block, after in zip(found, [*found[1:], None], strict=False):
            folder = path.parent.relative_to(ROOT).as_posix() if "examples" in path.parts else "examples/forge/backend"
            words = block.word.split()
            if words[:2] != ["sh", "run"]:
                continue
            asked = dict(word.partition("=")[::2] for word in words[2:])
            shown = after is not None and after.word == "text" and not text[block.end : after.start].strip()
            line = text.count("\n", 0, block.start) + 1
            yield Example(
                f"{path.relative_to(ROOT).as_posix()}:{line}",
                block.body,
                asked.get("in", folder),
                int(asked.get("exit", 0)),
                "oracle" in asked,
                after.body if after is not None and shown else None,
            )


def pattern(output: str) -> str:
    """Output as documentation shows it: a line of `…` is any number of lines, `…` in a line any part of it."""
    lines = (
        r"(?:.*\n)*?" if line == "…" else ".*?".join(map(re.escape, line.split("…"))) + r"\n"
        for line in output.splitlines()
    )
    return "".join(lines)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a clone holds that the examples need: themselves, and edgewheel to build with."""
    folder = tmp_path_factory.mktemp("clone")
    ignore = shutil.ignore_patterns("__pycache__", "build", "dist", ".venv*", ".wrangler", "python_modules")
    for name in ("hooks", "backend"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def run(example: Example, repository: Path, path: str) -> subprocess.CompletedProcess[str]:
    shutil.rmtree(repository / "examples", ignore_errors=True)
    ignore = shutil.ignore_patterns("__pycache__", "build", "dist", ".venv*", ".wrangler", "python_modules")
    shutil.copytree(ROOT / "examples", repository / "examples", ignore=ignore)
    subprocess.run([sys.executable, str(repository / "examples" / "before.py")], check=True)
    environment = os.environ | {
        "PATH": os.pathsep.join([path.partition(os.pathsep)[0], str(Path(sys.executable).parent), path])
    }
    shell = shutil.which("bash") or pytest.skip("no shell to run the commands in")
    command = [shell, "-e", "-c", example.commands]
    return subprocess.run(
        command,
        cwd=repository / example.folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def vendoring(folder: Path, *packages: str) -> Path:
    """A folder with a `uvx` in pywrangler's place, which would download a Python from GitHub: pip fetches the wheels
    that it would vendor for Python 3.14.
    """
    folder.mkdir()
    script = (
        "exec uv tool run -q pip install -q --disable-pip-version-check --target python_modules --only-binary=:all: "
        "--platform pyemscripten_2026_0_wasm32 --platform any --python-version 314 --implementation cp --abi cp314 "
    )
    (folder / "uvx").write_text(f"#!/bin/sh\n{script}{' '.join(packages)} workers-runtime-sdk\n")
    (folder / "uvx").chmod(0o755)
    return folder


@pytest.mark.parametrize("example", [each for each in examples() if not each.oracle], ids=lambda each: each.name)
def test_commands_run(example: Example, repository: Path) -> None:
    compare(example, run(example, repository, os.environ["PATH"]))


@pytest.mark.oracle
@pytest.mark.parametrize("example", [each for each in examples() if each.oracle], ids=lambda each: each.name)
def test_commands_run_with_real_programs(example: Example, repository: Path, tmp_path: Path) -> None:
    uvx = vendoring(tmp_path / "bin", "fastapi", "httpx")
    path = os.pathsep.join([str(uvx), str(tools.node().parent), os.environ["PATH"]])
    compare(example, run(example, repository, path))


def compare(example: Example, done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == example.code, done.stdout + done.stderr
    if example.output is not None and re.fullmatch(pattern(example.output), done.stdout) is None:
        assert done.stdout == example.output  # for the difference


def test_every_command_that_is_shown_is_known() -> None:
    for path in (*PROSE, JAPANESE):
        for block in blocks(path.read_text("utf-8")):
            for line in block.body.splitlines() if block.word.startswith("sh") else ():
                words = shlex.split(line, comments=True)
                if words[:1] == ["edgewheel"]:
                    assert words[1] in COMMANDS, f"{path.name}: {line}"


def test_the_readme_shows_what_it_is_in_twenty_lines() -> None:
    text = README.read_text("utf-8")
    lines = text.splitlines()
    head = "\n".join(lines[:20]) + "\n"
    assert [block.word for block in blocks(head)][:2] == ["toml", "yaml"]
    assert 'requires = ["edgewheel"]' in head
    assert "id: edgewheel" in head
    assert lines.index("```yaml") < 16
    assert lines[2].count(". ") == 1, "what it is, in two sentences"
    assert "uv add --dev edgewheel" in text.split("## What it looks like")[0]


def test_the_two_commands_of_the_readme_are_one_line_each() -> None:
    found = blocks(README.read_text("utf-8"))
    commands = [block.body for block in found if block.word == "sh" and "uv run" in block.body]
    assert [command.count("\n") for command in commands] == [1, 1]
    assert "edgewheel check examples/forge/backend" in commands[0]
    assert "pytest" in commands[1]


def test_generated_files_are_current() -> None:
    made = generator().files()
    stale = [path.name for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text]
    assert stale == [], "run `uv run python docs/generate.py`"


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "rules").glob("EW*.md")}
    assert pages == {rule.code for rule in load()}


def generator() -> Any:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prose(text: str) -> str:
    """A text without its code."""
    return re.sub(r"`[^`\n]+`", "", _FENCE.sub("", text))


def slug(heading: str) -> str:
    """GitHub's name of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("path", LINKED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    text = _FENCE.sub("", path.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        file, _, anchor = target.partition("#")
        if "://" in target:
            continue
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), f"{target} is not there"
        if anchor:
            headings = re.findall(r"(?m)^#+ (.+)$", _FENCE.sub("", there.read_text("utf-8")))
            assert anchor in map(slug, headings), f"{target}: no such heading"


def test_the_japanese_readme_has_the_same_parts() -> None:
    english, japanese = (path.read_text("utf-8") for path in (README, JAPANESE))
    assert [block[:2] for block in blocks(japanese)] == [block[:2] for block in blocks(english)]
    levels = [re.findall(r"(?m)^(#+) ", _FENCE.sub("", text)) for text in (english, japanese)]
    assert levels[0] == levels[1]
    rows = [re.findall(r"(?m)^\| (.*?) \|", _FENCE.sub("", text)) for text in (english, japanese)]
    assert len(rows[0]) == len(rows[1])
    code = [[row for row in each if row.startswith(("`", "["))] for each in rows]
    assert code[0] == code[1]
    made = [re.findall(r"(?s)<!-- begin \w+ -->.*?<!-- end \w+ -->", text) for text in (english, japanese)]
    assert made[0] == made[1]
    assert len(made[0]) == 2


def test_the_changelog_names_every_command_hook_and_rule() -> None:
    bullets = re.findall(
        r"(?m)^- ((?:`[\w-]+`|EW\d{3}(?:\u2013EW\d{3})?)(?:, (?:`[\w-]+`|EW\d{3}(?:\u2013EW\d{3})?))*):", changelog()
    )
    names = {name for bullet in bullets for name in re.findall(r"`([\w-]+)`", bullet)}
    assert set(COMMANDS) <= names
    assert set(generator().HOOKS) <= names
    codes: set[str] = set()
    for first, last in re.findall(r"(EW\d{3})(?:\u2013(EW\d{3}))?", " ".join(bullets)):
        codes |= {f"EW{number:03}" for number in range(int(first[2:]), int((last or first)[2:]) + 1)}
    assert {rule.code for rule in load()} <= codes


def changelog() -> str:
    return (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_drawing_is_no_program() -> None:
    drawing = (ROOT / "docs" / "upload.svg").read_text("utf-8")
    assert "<script" not in drawing
    assert "prefers-color-scheme: dark" in drawing
    assert not re.search(r'(?:href|src)="', drawing)
