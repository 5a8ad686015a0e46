"""Every command run above a Worker: its cures begin with the way into the Worker's folder, in every form."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests import wheels
from tests.projects import write

from edgewheel.cli import main
from edgewheel.commands import wheels as asking
from edgewheel.dependencies.resolve.outcome import Fallen, WheelOutcome
from edgewheel.reports import pasted
from edgewheel.runtime import static
from edgewheel.runtime.proof import Problem, Proof

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edgewheel.repository.worker import Worker

CONFIG = 'name = "forge"\nmain = "src/main.py"\ncompatibility_date = "2026-10-01"\n'
CONFIG += 'compatibility_flags = ["python_workers"]\n'
FILES = {
    "a b/wrangler.toml": CONFIG,
    "a b/pyproject.toml": '[project]\nname = "forge"\nversion = "1.0"\ndependencies = ["pytest", "litellm"]\n',
    "a b/src/__init__.py": "",
    "a b/src/main.py": "import httpx\nfrom workers import WorkerEntrypoint\nclass Default(WorkerEntrypoint): ...\n",
    "a b/python_modules/x/__init__.py": "",
    "a b/python_modules/x/__init__.pyi": "#" * 2048,
    "deploy.log": "No module named 'pydantic_core._pydantic_core'\n",
}
PROBLEM = Problem("httpx", "ModuleNotFoundError", "httpx", "No module named 'httpx'", "main.py", 1, "start")
WHEEL = {"worker.py": "", "src/__init__.py": "", "src/vendor/x.dist-info/METADATA": "Name: x\n"}


@pytest.fixture
def said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[str, str]]:
    """Runs a command above the Worker's folder: stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(asking, "ask", _old_release)
    monkeypatch.setattr(static, "prove", lambda *_, **__: Proof("static", "3.13", "main", False, 1, (), (PROBLEM,)))

    def run(*arguments: str, **files: str) -> tuple[str, str]:
        write(tmp_path, FILES | files)
        wheels.build(tmp_path / "a b" / "dist", WHEEL)
        main([each.replace("WHEEL", "a b/dist/forge-1.0-py3-none-any.whl") for each in arguments])
        captured = capsys.readouterr()
        return captured.out, captured.err

    return run


def _old_release(worker: Worker, python: str, **_: Any) -> WheelOutcome:
    assert worker.requirements.project
    root = next(each for each in worker.requirements.project if each.name == "litellm")
    fallen = (Fallen("litellm", "0.1.236", "1.77.1", "", (), root),)
    return WheelOutcome(
        python, (), known=True, resolves=True, found=(), missing=(), fallen=fallen, cured=True, overrides=(), words=""
    )


CURES = [
    ("check --select EW101", "(cd 'a b' && uv remove --frozen pytest && uv add --frozen --dev \"pytest\")"),
    ("deps", "(cd 'a b' && uv remove --frozen pytest && uv add --frozen --dev \"pytest\")"),
    ("wheels", "(cd 'a b' && uv add --frozen \"litellm>=1.77\"), then `edgewheel wheels` says how"),
    ("inspect WHEEL", "(cd 'a b' && rm -r src/vendor/x.dist-info)"),
    ("logs deploy.log", "(cd 'a b' && uv run pywrangler sync --force)"),
]
FORMATS = {
    "check": ("text", "json", "github", "sarif", "markdown"),
    "deps": ("text", "json", "markdown"),
    "wheels": ("text", "json", "markdown"),
    "inspect": ("text", "json", "markdown"),
    "logs": ("text", "json", "github", "markdown"),
}


@pytest.mark.parametrize(
    ("line", "form", "cure"),
    [(line, form, cure) for line, cure in CURES for form in FORMATS[line.partition(" ")[0]]],
)
def test_cures_are_for_the_current_folder(
    said: Callable[..., tuple[str, str]], line: str, form: str, cure: str
) -> None:
    out, _ = said(*line.split(" "), "--format", form)
    if form in {"json", "sarif"}:
        out = json.dumps(json.loads(out), ensure_ascii=False).replace('\\"', '"')
    assert cure in out.replace("`<br>`", "\n")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("trim", "`(cd 'a b' && edgewheel trim --write)` puts"),
        ("prove", "fix: (cd 'a b' && pywrangler sync)"),
        ("deps --write --hashes", "run `(cd 'a b' && uv lock)`"),
    ],
)
def test_hints_too(said: Callable[..., tuple[str, str]], line: str, words: str) -> None:
    declared = FILES["a b/pyproject.toml"].replace("pytest", "httpx")
    assert words in "".join(said(*line.split(" "), **{"a b/pyproject.toml": declared}))


def test_trim_repeats_the_config_that_was_named(said: Callable[..., tuple[str, str]]) -> None:
    out, _ = said("trim", "--config", "a b/other.toml", **{"a b/other.toml": CONFIG})
    assert "`(cd 'a b' && edgewheel trim --config other.toml --write)` puts" in out


def test_what_cannot_be_trimmed_yet(said: Callable[..., tuple[str, str]]) -> None:
    old = {"a b/node_modules/wrangler/package.json": '{"name": "wrangler", "version": "4.42.2"}'}
    assert "`(cd 'a b' && npm install --save-dev wrangler@latest)`" in said("trim", **old)[1]


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "edgewheel"),
        ({"UV_RUN_RECURSION_DEPTH": "1", "VIRTUAL_ENV": "{own}"}, "uv run edgewheel"),
        ({"UV_RUN_RECURSION_DEPTH": "1", "VIRTUAL_ENV": "/another"}, "edgewheel"),
        ({"PRE_COMMIT": "1"}, "uvx edgewheel"),
        ({"PRE_COMMIT": "1", "UV_RUN_RECURSION_DEPTH": "1", "VIRTUAL_ENV": "/another"}, "uvx edgewheel"),
    ],
)
@pytest.mark.parametrize("is_installed", [False, True])
def test_how_edgewheel_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str, *, is_installed: bool
) -> None:
    for name in ("PRE_COMMIT", "UV_RUN_RECURSION_DEPTH", "VIRTUAL_ENV"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(own=sys.prefix))
    monkeypatch.setenv("PATH", os.pathsep.join([os.path.join(sys.prefix, "bin"), str(tmp_path)]))
    if is_installed:
        (tmp_path / "edgewheel").touch(0o755)
    assert pasted.program() == ("edgewheel" if is_installed else expected)
