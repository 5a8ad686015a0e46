"""The shapes of config values: one by one, and the two tables of wrangler's keys against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from edgewheel.checks.wrangler_config import shapes
from edgewheel.data import facts
from edgewheel.wrangler.fields import known

if TYPE_CHECKING:
    from edgewheel.text.document import Key


@pytest.mark.parametrize("version", ["4.42.2", facts("wrangler_versions")["newest"]])
def test_every_key_that_a_version_knows_has_a_shape(version: str) -> None:
    names = known(version)
    assert names.top_names <= set(shapes.fields(top=True))
    assert {field.name for field in names.environment} <= set(shapes.fields(top=False))


def test_no_shape_is_of_a_key_that_no_version_knows() -> None:
    newest, oldest = known(facts("wrangler_versions")["newest"]), known("4.42.2")
    removed = set(facts("wrangler_values")["removed"])
    assert set(shapes.fields(top=True)) <= newest.top_names | oldest.top_names | removed


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
    ],
)
def test_faults(table: dict[str, Any], expected: list[Key]) -> None:
    found = [fault.key for fault in shapes.faults(table, top=True)]
    assert sorted(found, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("text", ["%DATE%", "%COMPAT_DATE", "<NAME>", "$ID", "${ID}", "a-{{ x }}", "__NAME__"])
def test_a_placeholder_may_still_be_filled_in(text: str) -> None:
    (fault,) = shapes.faults({"compatibility_date": text}, top=True)
    assert fault.is_template


@pytest.mark.parametrize("text", ["latest", "2026-13-01", "a < b", "fifty %", "US$"])
def test_other_texts_are_none(text: str) -> None:
    (fault,) = shapes.faults({"compatibility_date": text}, top=True)
    assert not fault.is_template


def test_unknown_keys_in_open_and_closed_tables() -> None:
    table = {
        "vars": {"x": 1},
        "observability": {"enabled": True, "x": 1},
        "x": 1,
        "services": [{"binding": "A", "x": 1}],
    }
    assert list(shapes.unknown(table, top=False)) == [("observability", "x"), ("x",)]
    assert list(shapes.unknown({"dev": {"port": 1}}, top=False)) == [("dev",)]
