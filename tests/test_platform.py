"""`edgewheel platform`: the facts, their age, and the shape of the files that hold them."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from tests.data_schema import SCHEMAS
from tests.projects import write

from edgewheel.cli import main
from edgewheel.commands import platform
from edgewheel.data import facts, names

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TODAY = date(2027, 2, 18)  # 90 days after the oldest facts


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.setattr(platform, "today", lambda: TODAY)

    def tell(*arguments: str) -> tuple[int, str, str]:
        code = main(["platform", *arguments])
        return code, *capsys.readouterr()

    return tell


def test_every_data_file_has_a_schema() -> None:
    assert sorted(SCHEMAS) == names()


@pytest.mark.parametrize("name", names())
def test_data_as_its_schema_says(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])
    jsonschema.Draft202012Validator(SCHEMAS[name]).validate(facts(name))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"as_of": "yesterday"}, "yesterday"),
        ({"source": ""}, "source"),
        ({"limit": []}, "limit"),
        ({"limits": [{"plan": "all"}]}, "required"),
    ],
)
def test_a_schema_refuses(change: dict[str, Any], word: str) -> None:
    with pytest.raises(jsonschema.ValidationError, match=word):
        jsonschema.validate({**facts("limits"), **change}, SCHEMAS["limits"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 0),
        (("--max-age", "90d"), 0),
        (("--max-age", "90"), 0),
        (("--max-age", "89d"), 1),
        (("--max-age", "12w"), 1),
        (("--max-age", "13w"), 0),
        (("--max-age", "2m"), 1),
        (("--max-age", "1y"), 0),
    ],
)
def test_age(told: Callable[..., tuple[int, str, str]], arguments: tuple[str, ...], code: int) -> None:
    assert told(*arguments)[0] == code


def test_what_is_too_old_is_named(told: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = told("--max-age", "30d")
    *_, line, fix = out.splitlines()
    assert line.startswith("older than 30 days: absent_names (83 days), cannot_run (90 days), ")
    assert fix == "    fix: uv lock --upgrade-package edgewheel"


@pytest.mark.parametrize("age", ["old", "-3d", "3 fortnights", "1.5d"])
def test_no_age(told: Callable[..., tuple[int, str, str]], age: str) -> None:
    code, out, err = told(f"--max-age={age}")
    assert (code, out) == (2, "")
    assert err.endswith(f"argument --max-age: `{age}` is not an age: write 90d, 12w, 3m or 1y\n")


def test_text(told: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = told()
    lines = out.splitlines()
    assert "Python on Workers, as of 2026-11-20 (workerd" in lines[0]
    rows = [line.split("  ")[0] for line in lines]
    for row in ("3.12", "3.13", "3.14", "python_workers_314", "64 MiB", "4.45.0", "limits.json"):
        assert row in rows
    assert next(line.split() for line in lines if line.startswith("limits.json"))[1:3] == ["2026-11-20", "90"]


def test_json(told: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = told("--format", "json", "--max-age", "1d")
    record = json.loads(out)
    assert code == 1
    assert list(record) == ["findings", "facts", "pythons", "flags", "limits", "wrangler"]
    assert [each["name"] for each in record["facts"]] == names()
    assert {(each["age_days"], each["stale"]) for each in record["facts"]} == {(83, True), (90, True)}
    assert record["pythons"]["3.14"]["date"] == "2026-09-08"
    assert record["wrangler"]["switches"]["exclude"]["from"] == "4.45.0"


def test_markdown(told: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = told("--format", "markdown")
    lines = out.splitlines()
    heads = [line for line in lines if line.startswith("## ")]
    assert heads == [
        "## Python on Workers",
        "## What is built for it",
        "## Compatibility flags",
        "## Limits",
        "## wrangler, 4.42.2 to 4.164.0",
        "## Sources",
    ]
    assert {line.count("|") for line in lines if line.startswith("| limits")} == {5}


def test_the_facts_against_what_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        tmp_path,
        {
            "node_modules/wrangler/package.json": '{"version": "99.0.0"}',
            "node_modules/workerd/package.json": '{"version": "1.20240101.0"}',
            "node_modules/pyodide/package.json": "not JSON",
            "app/python_modules/workers_runtime_sdk-99.1.dist-info/METADATA": "",
            "app/uv.lock": '[[package]]\nname = "workers-py"\nversion = "1.0.0"\n',
        },
    )
    monkeypatch.chdir(tmp_path / "app")
    monkeypatch.setenv("PATH", "")
    assert main(["platform", "--check", "--format", "json"]) == 0
    found = {
        each["tool"]: (each["installed"], bool(each["stale"])) for each in json.loads(capsys.readouterr().out)["tools"]
    }
    assert found == {
        "wrangler": ("99.0.0", True),
        "workerd": ("1.20240101.0", False),
        "pyodide": ("", False),
        "workers-py": ("1.0.0", False),
        "workers-runtime-sdk": ("99.1", True),
        "uv": ("", False),
    }
    assert main(["platform", "--check"]) == 0
    assert "newer here than the facts: wrangler, workers-runtime-sdk" in capsys.readouterr().out
    assert main(["platform", "--check", "--format", "markdown"]) == 0
