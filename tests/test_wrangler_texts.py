"""Values as JavaScript shows and reads them, and wrangler's words for faults that no recorded run has."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from edgewheel.repository.discovery import find_one
from edgewheel.wrangler import js
from edgewheel.wrangler.collect import collect
from edgewheel.wrangler.config import resolve
from edgewheel.wrangler.dates import is_date
from edgewheel.wrangler.refusals import refusal
from edgewheel.wrangler.version import switches

if TYPE_CHECKING:
    from pathlib import Path

PROCESSING = "Processing wrangler.toml configuration:\n- "
TOML = 'name = "t"\nmain = "main.py"\ncompatibility_date = "2025-10-01"\ncompatibility_flags = ["python_workers"]\n'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [1, "x", None, True]}, '{"b":1,"a":[1,"x",null,true]}'),
        ({"x": 1, "10": 2, "2": 3, "01": 4}, '{"2":3,"10":2,"x":1,"01":4}'),
        ('é\n"\\\x01\u2028', '"é\\n\\"\\\\\\u0001\u2028"'),
        (1.0, "1"),
        (1.5, "1.5"),
        (-0.0, "0"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (1e-7, "1e-7"),
        (0.000001, "0.000001"),
        (0.00001234, "0.00001234"),
        (float("inf"), "null"),
        (dt.date(2025, 10, 1), '"2025-10-01"'),
        (dt.datetime(2025, 10, 1, 7, 32, tzinfo=dt.timezone.utc), '"2025-10-01T07:32:00.000Z"'),
        (dt.datetime(2025, 10, 1, 7, 32, 0, 999999), '"2025-10-01T07:32:00.999"'),  # noqa: DTZ001 - a local one
        (dt.time(7, 32), '"07:32:00.000"'),
        ([], "[]"),
        ({}, "{}"),
    ],
)
def test_stringify(value: Any, text: str) -> None:
    assert js.stringify(value) == text


def test_pretty() -> None:
    assert js.pretty({"a": [1, {"b": []}]}) == '{\n  "a": [\n    1,\n    {\n      "b": []\n    }\n  ]\n}'


GOOD = [
    "2025-10-01",
    "2025-10-1",
    "2025",
    "2025-10",
    "2025-02-31",
    "2025/10/01",
    "Oct 1 2025",
    "1 October 2025",
    "1-May-2025",
]
GOOD += [
    "2025-10-01T00:00:00Z",
    "2025-10-01 00:00:00",
    "10/01/2025",
    " 2025-10-01 ",
    "<2025-10-01>",
    "foo 2025",
    "May 1",
    "0",
]
BAD = [
    "",
    "%DATE%",
    "<DATE>",
    "YYYY-MM-DD",
    "latest",
    "$date",
    "2025-13-01",
    "2025-10-32",
    "2025-00-01",
    "13/01/2025",
    "May",
]
BAD += [
    "20251001",
    "2025_10_01",
    "2025-10-01abc",
    "2025--10-01",
    "2025-10-01-01",
    "25-10-01",
    "2025-10-01T25:00:00Z",
    "foo2025",
]


@pytest.mark.parametrize(("text", "good"), [(text, True) for text in GOOD] + [(text, False) for text in BAD])
def test_dates_as_node_22_reads_them(text: str, *, good: bool) -> None:
    assert is_date(text) is good


def verdict(root: Path, text: str, version: str, env: str | None = None) -> str | None:
    (root / "main.py").write_text("")
    (root / "wrangler.toml").write_text(text, "utf-8")
    worker = find_one(str(root))
    return refusal(resolve(worker, env=env), worker.disk, switches(version))


@pytest.mark.parametrize(
    ("version", "text", "error"),
    [
        ("4.164.0", TOML, None),
        ("4.164.0", TOML.replace("main.py", "x.py"), 'The entry-point file at "x.py" was not found.\nThis might mean'),
        ("4.42.2", TOML.replace("main.py", "x.py"), 'The entry-point file at "x.py" was not found.'),
        (
            "4.164.0",
            TOML.replace("main.py", "x.py") + '[build]\ncommand = "make"\n',
            "`x.py` does not exist: only `[build] command` makes it (`make`), which edgewheel runs with --run-build",
        ),
        (
            "4.164.0",
            TOML.replace('"t"', '"<WORKER_NAME>"'),
            (
                PROCESSING + 'Expected "name" to be of type string, alphanumeric and lowercase '
                'with dashes only but got "<WORKER_NAME>".'
            ),
        ),
        (
            "4.42.2",
            TOML.replace("2025-10-01", "%COMPAT_DATE"),
            (
                PROCESSING + '"compatibility_date" field should be a valid ISO-8601 date '
                '(YYYY-MM-DD), but got "%COMPAT_DATE".'
            ),
        ),
        (
            "4.164.0",
            TOML.replace("2025-10-01", "2025\u201310\u201301"),
            (
                PROCESSING + '"compatibility_date" field should use ISO-8601 accepted hyphens '
                "(-) rather than en-dashes (\u2013) or em-dashes (\u2014)."
            ),
        ),
        ("4.105.0", TOML.replace('["python_workers"]', "{}"), "config2.compatibility_flags.includes is not a function"),
        ("4.100.0", TOML.replace('["python_workers"]', "{}"), "config3.compatibility_flags.includes is not a function"),
        ("4.42.2", TOML + 'rules = "x"\n', "config.rules.some is not a function"),
        (
            "4.42.2",
            TOML + '[[kv_namespaces]]\nbinding = "A"\n',
            PROCESSING + '"kv_namesp',
        ),
        ("4.46.0", TOML + '[[kv_namespaces]]\nbinding = "A"\n', None),
        (
            "4.95.0",
            TOML + '[[pipelines]]\nbinding = "A"\nstream = 1\n',
            PROCESSING + '"pipelines[0]" bindings must have',
        ),
        ("4.164.0", TOML + '[[pipelines]]\nbinding = "A"\npipeline = "x"\n', None),
        ("4.114.0", TOML + '[[hyperdrive]]\nbinding = "A"\nid = "x"\nremote = "x"\n', None),
        (
            "4.164.0",
            TOML + '[[hyperdrive]]\nbinding = "A"\nid = "x"\nremote = "x"\n',
            PROCESSING + '"hyperdrive[0]" should, optionally, have a boolean "remote" field but got {"binding":"A",',
        ),
        ("4.164.0", TOML + 'version_metadata = {binding = "A", remote = "x"}\n', None),
        (
            "4.164.0",
            TOML + '[[kv_namespaces]]\nbinding = ["A"]\nid = "x"\n',
            PROCESSING + '"kv_namespaces[0]" bindings should have a string "binding" field but got {"binding":["A"],',
        ),
        *(
            (version, TOML + f"{name} = 1\n", PROCESSING + text)
            for version in ("4.42.2", "4.164.0")
            for name, text in (
                ("unsafe", 'The field "unsafe" should be an object but got 1.'),
                ("logfwdr", 'The field "logfwdr" should be an object but got 1.'),
                ("cloudchamber", '"cloudchamber" should be an object, but got 1'),
                ("containers", '"containers" field should be an array, but got 1'),
                ("define", 'The field "define" should be an object but got 1.'),
                ("define.A", 'The field "define.A" should be a string but got 1.'),
            )
        ),
        ("4.164.0", TOML + "secrets = 1\n", PROCESSING + 'The field "secrets" should be an object but got 1.'),
        ("4.42.2", TOML + "secrets = 1\n", None),
        (
            "4.164.0",
            TOML + 'tsconfig = ["x"]\n',
            'The "path" argument must be of type string. Received an instance of Array',
        ),
    ],
)
def test_refusals(version: str, text: str, error: str | None, tmp_path: Path) -> None:
    found = verdict(tmp_path, text, version)
    assert (found or "").startswith(error or "")
    assert (found is None) is (error is None)


def test_an_environment_beside_bindings_without_a_proper_name(tmp_path: Path) -> None:
    bad = '[[kv_namespaces]]\nbinding = ["A"]\nid = "x"\n[[env.a.kv_namespaces]]\nbinding = {}\nid = "x"\n'
    found = verdict(tmp_path, TOML + bad, "4.164.0", "a") or ""
    assert found.startswith(PROCESSING + '"kv_namespaces[0]" bindings should')
    assert '"env.a.kv_namespaces[0]" bindings should' in found


@pytest.mark.parametrize(
    ("version", "warnings"),
    [
        (
            "4.42.2",
            [
                (PROCESSING + 'Unexpected fields found in top-level field: "secrets","python_modules"'),
                "The entrypoint main.py defines a Python worker, support for Python workers is currently experimental.",
            ],
        ),
        (
            "4.46.0",
            [PROCESSING + 'Unexpected fields found in top-level field: "secrets"', None],
        ),
        (
            "4.68.0",
            [PROCESSING + 'Unexpected fields found in top-level field: "secrets"'],
        ),
        ("4.69.0", []),
    ],
)
def test_what_each_version_does_not_know_yet(version: str, warnings: list[str | None], tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("")
    (tmp_path / "wrangler.toml").write_text(TOML + "secrets = {}\npython_modules = {}\n")
    worker = find_one(str(tmp_path))
    found = collect(resolve(worker), worker.disk, switches(version)).warnings
    assert len(found) == len(warnings)
    assert all(expected in {None, each} for each, expected in zip(found, warnings, strict=True))
