"""The shapes of config values, as one version of wrangler asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from edgewheel.data import facts
from edgewheel.rules.ew3 import shapes

if TYPE_CHECKING:
    from edgewheel.documents.document import Key


NEWEST: str = facts("wrangler_versions")["newest"]
OLDEST: str = facts("wrangler_versions")["oldest"]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"name": "a-b_c", "main": "m.py", "workers_dev": True, "vars": {"A": [1]}}, []),
        ({"name": "A"}, [("name",)]),
        ({"name": "-a"}, [("name",)]),
        ({"name": ""}, []),
        ({"compatibility_date": "2026-02-30"}, []),
        ({"compatibility_date": "2026-02-32"}, [("compatibility_date",)]),
        ({"compatibility_date": "2026\u201302\u201301"}, [("compatibility_date",)]),
        ({"minify": 1}, [("minify",)]),
        ({"account_id": ""}, []),
        ({"rules": None, "triggers": None, "migrations": None}, []),
        ({"vars": None}, [("vars",)]),
        (
            {"kv_namespaces": [{"binding": "A"}, {"id": 1}]},
            [("kv_namespaces", 1, "binding"), ("kv_namespaces", 1, "id")],
        ),
        ({"kv_namespaces": {"binding": "A"}}, [("kv_namespaces",)]),
        (
            {"queues": {"producers": [{"binding": "A", "delivery_delay": "1"}]}},
            [("queues", "producers", 0, "delivery_delay")],
        ),
        ({"define": {"A": 1, "B": "x"}}, [("define", "A")]),
        ({"dev": {"port": True}}, [("dev", "port")]),
        ({"unknown": 1}, []),
        ({"build": 1, "dev": 1, "limits": 1}, []),
        ({"build": None, "assets": None}, [("assets",)]),
        ({"observability": {"enabled": 1, "logs": {"enabled": 1}}}, [("observability", "logs", "enabled")]),
        ({"vpc_services": [{"binding": "A", "service_id": "x", "remote": 1}]}, []),
        ({"ratelimits": [{"name": "A", "namespace_id": "1"}]}, [("ratelimits", 0, "simple")]),
        (
            {"durable_objects": {"bindings": [{"name": "A"}, 1]}},
            [("durable_objects", "bindings", 0, "class_name"), ("durable_objects", "bindings", 1)],
        ),
    ],
)
def test_faults(table: dict[str, Any], expected: list[Key]) -> None:
    found = [fault.key for fault in shapes.faults(table, NEWEST, top=True)]
    assert sorted(found, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("text", ["%DATE%", "%COMPAT_DATE", "<NAME>", "$ID", "${ID}", "a-{{ x }}", "__NAME__"])
def test_a_placeholder_may_still_be_filled_in(text: str) -> None:
    (fault,) = shapes.faults({"compatibility_date": text}, NEWEST, top=True)
    assert fault.is_template


@pytest.mark.parametrize("text", ["latest", "2026-13-01", "a < b", "fifty %", "US$"])
def test_other_texts_are_none(text: str) -> None:
    (fault,) = shapes.faults({"compatibility_date": text}, NEWEST, top=True)
    assert not fault.is_template


def test_unknown_keys_in_open_and_closed_tables() -> None:
    table = {
        "vars": {"x": 1},
        "observability": {"enabled": True, "x": 1},
        "x": 1,
        "services": [{"binding": "A", "x": 1}],
    }
    found = [(("observability", "x"), False), (("x",), False)]
    assert list(shapes.unknown(table, NEWEST, top=False)) == found
    assert list(shapes.unknown({"dev": {"port": 1}}, NEWEST, top=False)) == [(("dev",), False)]


def test_a_key_of_a_later_version() -> None:
    table = {"secrets": {"required": 1}, "observability": {"enabled": True, "logs": {"persist": 1}}}
    assert list(shapes.faults(table, OLDEST, top=True)) == []
    found = [(("secrets",), True), (("observability", "logs", "persist"), True)]
    assert list(shapes.unknown(table, OLDEST, top=True)) == found
    assert len(list(shapes.faults(table, NEWEST, top=True))) == 2
    assert list(shapes.unknown(table, NEWEST, top=True)) == []


def test_what_an_older_version_asks_for() -> None:
    table = {"kv_namespaces": [{"binding": "A"}], "legacy_env": 1}
    keys = [("kv_namespaces", 0, "id"), ("legacy_env",)]
    assert [fault.key for fault in shapes.faults(table, OLDEST, top=True)] == keys
    assert list(shapes.faults(table, NEWEST, top=True)) == []
