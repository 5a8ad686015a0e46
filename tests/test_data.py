"""The data files: dated, sourced, normalised, and free of contradictions."""

from __future__ import annotations

import re
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest
from packaging.utils import canonicalize_name

from edgewheel.data import facts, names
from edgewheel.requirements.markers import PYTHONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: The lists of packages: table names by file, each from a normalised name to a text.
TEXTS = {
    "dev_only": ("names", "patterns", "except"),
    "cannot_run": ("names", "patterns", "kinds", "instead"),
}
#: Tables whose keys are distributions, whatever their values are.
KEYS = {
    "dev_only": ("names", "except", "needed_by", "extras"),
    "cannot_run": ("names", "kinds", "instead", "needed_by", "extras"),
    "distributions": ("names", "brings"),
    "metadata_readers": ("packages",),
}
MODULE = re.compile(r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$")


def dev_only(name: str) -> bool:
    listed = facts("dev_only")
    return name not in listed["except"] and (
        name in listed["names"] or any(fnmatchcase(name, pattern) for pattern in listed["patterns"])
    )


def cannot_run(name: str) -> bool:
    listed = facts("cannot_run")
    return name in listed["names"] or any(fnmatchcase(name, pattern) for pattern in listed["patterns"])


def tables(listed: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(file, table) for file, wanted in listed.items() for table in wanted]


def dates(value: Any) -> Iterator[str]:
    """Every date that an entry of a file is bound to."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"as_of", "date"} and inner is not None:
                yield inner
            else:
                yield from dates(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from dates(inner)


def test_every_file_is_there() -> None:
    assert {
        "cannot_run",
        "compatibility_flags",
        "dev_only",
        "distributions",
        "limits",
        "log_texts",
        "metadata_readers",
        "platform_modules",
        "pythons",
        "stdlib",
        "wrangler_keys",
        "wrangler_versions",
    } <= set(names())


@pytest.mark.parametrize("name", names())
def test_a_file_is_dated_and_sourced(name: str) -> None:
    found = facts(name)
    assert found["as_of"] >= "2026-11-20"
    assert found["source"].strip()
    assert [each for each in dates(found) if date.fromisoformat(each).isoformat() != each] == []


@pytest.mark.parametrize(("file", "table"), tables(KEYS))
def test_package_names_are_normalised(file: str, table: str) -> None:
    assert [name for name in facts(file)[table] if canonicalize_name(name) != name] == []


@pytest.mark.parametrize(("file", "table"), tables(TEXTS))
def test_reasons_are_told_in_one_line(file: str, table: str) -> None:
    entries = facts(file)[table].items()
    assert [name for name, text in entries if not text.strip() or "\n" in text or text.endswith(".")] == []


def test_the_lists_are_long_enough() -> None:
    development, impossible = facts("dev_only"), facts("cannot_run")
    assert len(development["names"]) + len(development["patterns"]) >= 150
    assert len(impossible["names"]) >= 60


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pytest", True),
        ("pytest-asyncio", True),
        ("types-requests", True),
        ("boto3-stubs", True),
        ("sphinx", True),
        ("sphinxcontrib-mermaid", True),
        ("mkdocs-material", True),
        ("mypy-boto3-s3", True),
        ("workers-py", True),
        # what a Worker may well import
        ("workers-runtime-sdk", False),
        ("mypy-extensions", False),
        ("django-stubs-ext", False),
        ("typing-extensions", False),
        ("packaging", False),
        ("rich", False),
        ("click", False),
        ("pygments", False),
        ("docutils", False),
        ("griffe", False),
        ("setuptools", False),
        ("uvicorn", False),
    ],
)
def test_which_packages_are_for_development_only(name: str, *, expected: bool) -> None:
    assert dev_only(name) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *[(name, True) for name in ("gunicorn", "uvloop", "psutil", "celery", "torch", "psycopg2-binary")],
        ("nvidia-cublas-cu12", True),
        # pure Python, or with a wheel on Pyodide's index
        *[(name, False) for name in ("uvicorn", "numpy", "pandas", "lxml", "cryptography", "orjson", "pydantic-core")],
        *[(name, False) for name in ("asyncpg", "psycopg", "opencv-python", "tiktoken", "aiohttp", "pillow")],
    ],
)
def test_which_packages_cannot_run(name: str, *, expected: bool) -> None:
    assert cannot_run(name) is expected


def test_no_package_is_on_both_lists() -> None:
    assert [name for name in facts("cannot_run")["names"] if dev_only(name)] == []
    assert [name for name in facts("dev_only")["names"] if cannot_run(name)] == []


def test_exceptions_are_no_names_of_their_own() -> None:
    listed = facts("dev_only")
    assert set(listed["except"]) & set(listed["names"]) == set()


@pytest.mark.parametrize(("file", "judge"), [("dev_only", dev_only), ("cannot_run", cannot_run)])
def test_extras_bring_what_their_list_names(file: str, judge: Any) -> None:
    extras = facts(file)["extras"]
    brought = {(package, extra): packages for package, table in extras.items() for extra, packages in table.items()}
    assert {key: packages for key, packages in brought.items() if not packages or not all(map(judge, packages))} == {}


def test_what_needs_a_listed_package_is_known() -> None:
    for file, judge in (("dev_only", dev_only), ("cannot_run", cannot_run)):
        needed = facts(file)["needed_by"]
        assert [name for name, parents in needed.items() if not judge(name) or not parents] == []


def test_what_cannot_run_is_told_why_and_of_which_kind() -> None:
    listed = facts("cannot_run")
    assert set(listed["kinds"]) == set(listed["names"])
    assert set(listed["kinds"].values()) == {"server", "processes", "native", "needs", "system"}
    assert set(listed["instead"]) <= set(listed["names"])
    requires = {name: re.findall(r"`([^`]+)`", why)[0] for name, why in listed["names"].items() if why[:6] == "needs "}
    assert {name: need for name, need in requires.items() if not cannot_run(need)} == {}


@pytest.mark.parametrize("python", PYTHONS)
def test_the_standard_library_of(python: str) -> None:
    library = facts("stdlib")["pythons"][python]
    modules, absent = set(library["modules"]), set(library["absent"])
    assert {"os", "sys", "json", "asyncio", "multiprocessing", "zoneinfo"} <= modules
    assert {"tkinter", "curses", "dbm", "venv", "_multiprocessing"} <= absent
    assert modules & absent == set()
    assert set(library["behind_project"]) <= modules
    assert set(library["submodules"]) <= modules
    assert {name.partition(".")[0] for name in library["broken"]} <= modules
    assert [name for name in library["modules"] if not MODULE.match(name)] == []
    # whatever one Python has lost is not among its modules
    gone = {name for name, entry in facts("stdlib")["removed"].items() if entry["since"] <= python}
    assert gone & modules == set()


@pytest.mark.parametrize(
    ("python", "module", "expected"),
    [
        ("3.12", "xml.etree.ElementTree", True),
        ("3.13", "collections.abc", True),
        ("3.14", "os.path", True),
        ("3.14", "compression.zstd", True),
        ("3.13", "compression.zstd", False),
        ("3.14", "xml.nope", False),
        ("3.12", "sqlite3.dbapi2", True),
        ("3.14", "concurrent.futures.thread", True),
        ("3.12", "typing.io", True),
        ("3.13", "typing.io", False),
    ],
)
def test_submodules(python: str, module: str, *, expected: bool) -> None:
    package, _, rest = module.partition(".")
    assert (rest in facts("stdlib")["pythons"][python]["submodules"].get(package, ())) is expected


def test_what_is_found_behind_the_project() -> None:
    pythons = facts("stdlib")["pythons"]
    behind = {python: {"ssl", "sqlite3", "lzma"} & set(pythons[python]["behind_project"]) for python in PYTHONS}
    assert behind == {"3.12": {"ssl", "sqlite3", "lzma"}, "3.13": {"ssl", "sqlite3", "lzma"}, "3.14": set()}
    assert {"ssl", "sqlite3", "lzma"} <= set(pythons["3.14"]["modules"])


def test_pythons_and_their_tags() -> None:
    listed = facts("pythons")
    assert tuple(listed["pythons"]) == PYTHONS
    flags = {entry["flag"]: entry for entry in listed["flags"]}
    for python, entry in listed["pythons"].items():
        digits = python.replace(".", "")
        assert entry["so_suffix"] == f".cpython-{digits}-wasm32-emscripten.so"
        assert [tag for tag in entry["wheel_tags"] if not tag.startswith(f"cp{digits}-cp{digits}-")] == []
        assert [tag for tag in entry["platforms"] if entry["abi"] not in tag] == []
        assert (flags[entry["flag"]]["date"], flags[entry["flag"]]["opt_out"]) == (entry["date"], entry["opt_out"])
        assert entry["npm_integrity"].startswith("sha512-")
    assert [entry["date"] for entry in listed["pythons"].values()] == [None, "2025-09-29", "2026-09-08"]
    assert [entry["flag"] for entry in listed["flags"] if not (entry["what"] and entry["source"])] == []


def test_platform_modules() -> None:
    modules = facts("platform_modules")["modules"]
    assert {"js", "pyodide", "pyodide_js", "_pyodide", "workers", "asgi", "_cloudflare"} <= set(modules)
    until = {name: entry["needs"] for name, entry in modules.items() if entry["until"] and entry["needs"]}
    assert until == {"workers": "workers-runtime-sdk", "asgi": "workers-runtime-sdk"}
    assert [name for name, entry in modules.items() if not (entry["what"] and entry["source"])] == []
    library = facts("stdlib")["pythons"]
    assert [name for name in modules if any(name in library[python]["modules"] for python in PYTHONS)] == []


@pytest.mark.parametrize(
    ("distribution", "modules"),
    [
        ("pillow", ["PIL"]),
        ("pyyaml", ["yaml", "_yaml"]),
        ("beautifulsoup4", ["bs4"]),
        ("python-dateutil", ["dateutil"]),
        ("pyjwt", ["jwt"]),
        ("scikit-learn", ["sklearn"]),
        ("google-cloud-storage", ["google.cloud.storage", "google.cloud._storage", "google.cloud._storage_v2"]),
        ("opentelemetry-sdk", ["opentelemetry.sdk"]),
        ("attrs", ["attr", "attrs"]),
    ],
)
def test_import_names(distribution: str, modules: list[str]) -> None:
    assert sorted(facts("distributions")["names"][distribution]) == sorted(modules)


def test_import_names_differ_from_the_distribution() -> None:
    listed = facts("distributions")["names"]
    assert len(listed) >= 200
    assert {"workers", "asgi"} <= set(listed["workers-runtime-sdk"])
    assert [name for name, modules in listed.items() if modules == [name.replace("-", "_")]] == []
    assert [module for modules in listed.values() for module in modules if not MODULE.match(module)] == []


def test_what_a_distribution_brings() -> None:
    brings = facts("distributions")["brings"]
    assert len(brings) >= 60
    assert {"starlette", "pydantic", "pydantic-core", "anyio", "typing-extensions"} <= set(brings["fastapi"])
    assert [name for closure in brings.values() for name in closure if canonicalize_name(name) != name] == []
    assert {name for name, closure in brings.items() if name in closure} == set()


def test_what_survives_a_trim() -> None:
    listed = facts("metadata_readers")
    assert {"openai", "attrs", "click", "mcp"} <= set(listed["packages"])
    assert {"METADATA", "entry_points.txt", "top_level.txt"} <= set(listed["keep"])
    assert {"django/test", "tortoise/contrib/test"} <= set(listed["test_folders"])
    for table in ("test_folders", "test_files"):
        assert [path for path, entry in listed[table].items() if not (entry["package"] and entry["why"])] == []


def test_versions_of_wrangler_are_in_order() -> None:
    listed = facts("wrangler_versions")
    spans = listed["switches"].items()
    assert [name for name, span in spans if not ({"from", "until"} & set(span) and span["what"])] == []
