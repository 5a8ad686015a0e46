"""`settings`, and the schema: it takes and refuses the values that EW003 takes and refuses."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from tests.projects import write

from edgewheel import cli
from edgewheel.repository.settings_schema import schema
from edgewheel.repository.settings_shapes import SETTINGS, expected

if TYPE_CHECKING:
    from pathlib import Path

VALUES: list[Any] = [
    *(
        "",
        "src/main.py",
        "src",
        "main.py",
        "/a.py",
        "../a.py",
        "a/../b.py",
        "C:/a.py",
        "a\\b.py",
        ".",
        "./",
        "build/worker",
    ),
    *("consistent", "strict", "off", "loose", "a-b", "1a", "a/b", "4.164.0", "4.164", "4.1.0-beta.1"),
    *("64 MiB", "25MB", "1024", "64 TiB", "80%", "80 %", "80", "%", "5%", "1000 ms", "1.5 s", "1000", "1 min"),
    *(
        True,
        3,
        1.5,
        [],
        ["a"],
        ["EW101", "EW3", "EW"],
        ["EW1010"],
        ["E1"],
        ["a.txt", "../a.txt"],
        [1],
        ["Default", "1"],
    ),
    *({}, {"src/**": ["EW1"]}, {"src/**": "EW1"}, {"src/**": ["X"]}),
]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_the_schema_says_what_the_rule_says(setting: Any) -> None:
    whole = schema()
    jsonschema.Draft7Validator.check_schema(whole)
    wrong = []
    for value in VALUES:
        table: Any = value
        for part in reversed(setting.key.split(".")):
            table = {part: table}
        if jsonschema.Draft7Validator(whole).is_valid(table) != (expected(setting.shape, value) is None):
            wrong.append(value)
    assert wrong == []


def test_the_defaults_are_valid_and_shipped() -> None:
    whole = schema()
    for part in whole["properties"].values():
        for each in part.get("properties", {"": part}).values():
            assert jsonschema.Draft7Validator(each).is_valid(each["default"])
    assert not jsonschema.Draft7Validator(whole).is_valid({"no-such": 1})
    assert json.loads(files("edgewheel").joinpath("settings.schema.json").read_text("utf-8")) == whole


def test_the_schema_is_printed_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["settings", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == schema()


FILES = {
    "w/wrangler.toml": 'name = "w"\nmain = "src/main.py"\ncompatibility_date = "2026-09-08"\n[env.prod]\n',
    "w/src/main.py": "class Default: ...\n",
    "w/package-lock.json": '{"packages": {"node_modules/wrangler": {"version": "4.80.0"}}}',
    "w/pyproject.toml": '[project]\nname = "w"\nversion = "1"\n[tool.edgewheel.size]\nbudget = "1 MiB"\n',
}


def test_what_was_found_and_from_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EDGEWHEEL_CACHE_DIR", "/cache")
    assert cli.main(["settings", "--format", "json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    (found,) = whole["workers"]
    assert (whole["findings"], whole["cache"]) == ([], "/cache")
    assert found.pop("settings")["size.budget"] == {"value": "1 MiB", "from": "w/pyproject.toml:5"}
    assert found == {
        "worker": "w",
        "repository": None,
        "config": "w/wrangler.toml",
        "environments": ["prod"],
        "main": "src/main.py",
        "module_root": "w/src",
        "entry": "src/main.py",
        "namespace": "src",
        "why": None,
        "staged": False,
        "wrangler": {"version": "4.80.0", "from": "w/package-lock.json"},
        "python": "3.14",
        "files": ["w/pyproject.toml"],
    }
    assert cli.main(["settings"]) == 0
    shown = capsys.readouterr().out
    assert '        size.budget                 "1 MiB" (w/pyproject.toml:5)\n' in shown
    assert "    wrangler      4.80.0 (by w/package-lock.json)\n" in shown


def test_nothing_to_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["settings"]) == 2
    assert "no Worker in or below `.`" in capsys.readouterr().err
