"""What wrangler refuses and warns of, key by key, as diagnostics with their places."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from edgewheel.data import facts
from edgewheel.deploy import Deploys
from edgewheel.repository.discovery import find, find_one
from edgewheel.rules.ew0.refused_config import refused_config
from edgewheel.rules.ew3.diagnosed import is_placeholder, told

if TYPE_CHECKING:
    from pathlib import Path

    from edgewheel.documents.document import Key
    from edgewheel.findings import Finding
    from edgewheel.wrangler.diagnose import Diagnosis

NEWEST: str = facts("wrangler_versions")["newest"]
OLDEST: str = facts("wrangler_versions")["oldest"]
BASE = {
    "name": "t",
    "main": "src/main.py",
    "compatibility_date": "2026-10-01",
    "compatibility_flags": ["python_workers"],
}


def deploys(root: Path, table: dict[str, Any], version: str) -> Deploys:
    (root / "src").mkdir()
    (root / "src" / "main.py").touch()
    (root / "wrangler.json").write_text(json.dumps({**BASE, **table}), "utf-8")
    return Deploys(find_one(str(root)), version=version)


def diagnosis(root: Path, table: dict[str, Any], version: str = NEWEST) -> Diagnosis:
    return deploys(root, table, version).of(None).diagnosis


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"name": "a-b_c", "workers_dev": True, "vars": {"A": [1]}}, []),
        ({"name": "A"}, [("name",)]),
        ({"name": ""}, []),
        ({"compatibility_date": "2026-02-30"}, []),
        ({"compatibility_date": "2026-02-32"}, [("compatibility_date",)]),
        ({"minify": 1}, [("minify",)]),
        ({"account_id": ""}, []),
        ({"rules": None, "triggers": None, "migrations": None}, []),
        ({"vars": None}, [("vars",)]),
        (
            {"kv_namespaces": [{"binding": "A"}, {"id": 1}]},
            [("kv_namespaces", 1, "binding"), ("kv_namespaces", 1, "id")],
        ),
        (
            {"queues": {"producers": [{"binding": "A", "delivery_delay": "1"}]}},
            [("queues", "producers", 0, "delivery_delay")],
        ),
        ({"define": {"A": 1, "B": "x"}}, [("define", "A")]),
        ({"dev": {"port": True}}, [("dev", "port")]),
        ({"unknown": 1}, []),
        ({"build": 1, "dev": 1, "limits": 1}, []),
        ({"observability": {"enabled": True, "logs": {"enabled": 1}}}, [("observability", "logs", "enabled")]),
        ({"observability": {"enabled": True, "logs": None}}, [("observability",)]),
        ({"vpc_services": [{"binding": "A", "service_id": "x", "remote": 1}]}, []),
        ({"ratelimits": [{"name": "A", "namespace_id": "1"}]}, [("ratelimits", 0, "simple")]),
        ({"alias": ["x"]}, []),
        ({"connect": [{"protocol": "tcp", "port": 0}]}, [("connect", 0, "port")]),
        ({"placement": {"mode": "off", "hint": "wnam"}}, [("placement", "hint")]),
        (
            {"durable_objects": {"bindings": [{"name": "A"}, 1]}},
            [("durable_objects", "bindings", 0, "class_name"), ("durable_objects", "bindings", 1)],
        ),
        (
            {"exports": {"A": {"type": "durable-object", "storage": "sqlite", "x": 1}}},
            [("exports", "A", "x"), ("exports", "A")],
        ),
    ],
)
def test_what_is_refused(table: dict[str, Any], expected: list[Key], tmp_path: Path) -> None:
    found = [each.key for each in diagnosis(tmp_path, table).errors()]
    assert sorted(found, key=str) == sorted(expected, key=str)


def finding(root: Path, table: dict[str, Any]) -> Finding:
    asked = deploys(root, table, NEWEST)
    (found,) = asked.of(None).diagnosis.errors()
    return told(asked.of(None), found)


@pytest.mark.parametrize("text", ["%DATE%", "%COMPAT_DATE", "<NAME>", "$ID", "${ID}", "a-{{ x }}", "__NAME__"])
def test_a_placeholder_may_still_be_filled_in(text: str, tmp_path: Path) -> None:
    assert is_placeholder(text)
    assert finding(tmp_path, {"compatibility_date": text}).level == "warning"


@pytest.mark.parametrize("text", ["latest", "2026-13-01", "a < b", "fifty %", "US$"])
def test_other_texts_are_errors(text: str, tmp_path: Path) -> None:
    assert not is_placeholder(text)
    assert finding(tmp_path, {"compatibility_date": text}).level != "warning"


def unknown(found: Diagnosis) -> list[tuple[Key, str]]:
    return [(each.key, each.kind) for each in found.warnings() if each.kind in {"unknown", "later"}]


def test_unknown_keys_in_open_and_closed_tables(tmp_path: Path) -> None:
    table = {
        "vars": {"x": 1},
        "observability": {"enabled": True, "x": 1},
        "x": 1,
        "services": [{"binding": "A", "service": "b", "x": 1}],
    }
    assert unknown(diagnosis(tmp_path, table)) == [(("observability", "x"), "unknown"), (("x",), "unknown")]


def test_a_key_of_a_later_version(tmp_path: Path) -> None:
    table = {"secrets": {"required": 1}, "observability": {"enabled": True, "logs": {"persist": 1}}}
    found = diagnosis(tmp_path, table, OLDEST)
    assert list(found.errors()) == []
    assert unknown(found) == [(("observability", "logs", "persist"), "later"), (("secrets",), "later")]


def test_what_an_older_version_asks_for(tmp_path: Path) -> None:
    table = {"kv_namespaces": [{"binding": "A"}], "legacy_env": 1}
    keys = [each.key for each in diagnosis(tmp_path, table, OLDEST).errors()]
    assert keys == [("legacy_env",), ("kv_namespaces", 0, "id")]


WANTED = "a name of lower-case letters, digits, `-` and `_`"
NAME = f'`name` is `"Forge"` and must be {WANTED}: wrangler refuses the config, and nothing is uploaded'


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"name": "Forge"}, NAME),
        (
            {"compatibility_flags": []},
            "wrangler refuses the config: `The `python_workers` compatibility flag is required to use Python.`",
        ),
        ({"main": "../src/x.py"}, 'wrangler refuses the config: `The entry-point file at "../src/x.py" was not found.'),
        (
            {"migrations": [{"tag": "v1", "deleted_classes": ["A"]}]},
            "wrangler refuses the config: `Cannot apply deleted_classes migration to non-existent class A`",
        ),
    ],
)
def test_a_redirected_config_that_git_ignores_is_judged(table: dict[str, Any], message: str, tmp_path: Path) -> None:
    deploys(tmp_path, {}, NEWEST)
    (tmp_path / ".wrangler" / "deploy").mkdir(parents=True)
    (tmp_path / ".wrangler" / "deploy" / "config.json").write_text('{"configPath": "../../build/wrangler.json"}')
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "wrangler.json").write_text(json.dumps({**BASE, "main": "../src/main.py", **table}))
    (tmp_path / ".gitignore").write_text("build/\n")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    asked = Deploys(find([str(tmp_path)])[0])
    (found,) = refused_config(asked)
    assert found.place.path.endswith("/build/wrangler.json")
    assert found.message.startswith(message)
