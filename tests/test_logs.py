"""What logs say: each known text once, as it stands in a CI log, and nothing in a clean one."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from edgewheel.logs.summary import digest
from edgewheel.rules.ew7.judged import Log
from edgewheel.rules.registry import load
from edgewheel.wrangler.limits import Limit

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = (
    Limit("64 MiB uncompressed", 64 * 2**20, gzip=False),
    Limit("25 MB gzip", 25 * 10**6, gzip=True),
)
FALLBACK = (
    'The module rule {"type":"Text","globs":["**/*.md"]} does not have a fallback, '
    "the following rules will be ignored:\n"
    ' {"type":"Text","globs":["**/*.txt"]} (DEFAULT)'
)
#: text as the program prints it -> the codes that it means, one each
TEXTS = [
    ("▲ [WARNING] Ignoring duplicate module: docs/a.md (text)", ["EW701"]),
    ("Total Upload: 90620.87 KiB / gzip: 23610.36 KiB", ["EW702"]),
    ("Total Upload: 40620.87 KiB / gzip: 29610.36 KiB", ["EW702"]),
    ("Total Upload: 79.14 KiB / gzip: 20.36 KiB", []),
    ("✘ [ERROR] A request to the Cloudflare API failed.\n  multipart: message too large [code: 10021]", ["EW702"]),
    ("Your Worker exceeded the size limit of 3 MiB. Please upgrade to a paid plan [code: 10027]", ["EW702"]),
    (
        "Your Worker failed validation because it exceeded size limits.\nHere are the 5 largest dependencies included",
        ["EW702"],
    ),
    ("Your Worker failed validation because it exceeded startup limits.", ["EW703"]),
    ("Script startup exceeded CPU time limit. [code: 10021]", ["EW703"]),
    ("Script startup exceeded memory limits.", ["EW703"]),
    ("Python Worker startup exceeded CPU limit 1050<=1000 with snapshot baseline", ["EW703"]),
    ("ModuleNotFoundError: No module named 'src'", ["EW704"]),
    ("ModuleNotFoundError: No module named 'src.core'", ["EW704"]),
    ("ModuleNotFoundError: No module named 'workers'", ["EW704"]),
    ("ModuleNotFoundError: No module named 'PIL'", ["EW704"]),
    ("ModuleNotFoundError: No module named 'pydantic_core._pydantic_core'", ["EW705"]),
    ("The Worker has no registered event handlers. [code: 10068]", ["EW706"]),
    ("OSError: Randomness is not allowed while a Worker is starting", ["EW707"]),
    ("RuntimeError: Cannot get entropy outside of request context", ["EW707"]),
    ("✘ [ERROR] The 'python_modules' directory cannot exist in your module root. Delete it to continue.", ["EW708"]),
    ("Found a `cf-requirements.txt` file. cf-requirements.txt is no longer used", ["EW708"]),
    ('    - Unexpected fields found in build field: "upload"', ["EW708"]),
    (FALLBACK, ["EW708"]),
    ("Because fastuuid has no usable wheels and building from source is disabled", ["EW709"]),
    ("hint: Wheels are required for `fastuuid` because building from source is disabled for all packages", ["EW709"]),
    ("building your application, exceeded expectations, module loaded, entropy is fine", []),
    (
        '{"outcome": "exception", "exceptions": [{"message": "No module named \'src\'"}], "logs": []}',
        ["EW704"],
    ),
]


def codes(text: str) -> list[str]:
    read = digest("/log", io.BytesIO(text.encode()))
    return sorted(rule.code for rule in load(judges="log") for _ in rule.check(Log(read, limits=LIMITS)))


def actions(text: str) -> str:
    """A log as GitHub Actions stores it, coloured as a terminal would have it."""
    return "".join(f"2026-11-20T10:00:00.1234567Z \x1b[33m{line}\x1b[0m\r\n" for line in text.split("\n"))


@pytest.mark.parametrize(("text", "expected"), TEXTS, ids=[text[:60] for text, _ in TEXTS])
@pytest.mark.parametrize("wrap", [str, actions], ids=["plain", "actions"])
def test_each_text(text: str, expected: list[str], wrap: type[str]) -> None:
    assert codes(wrap(text)) == expected
    assert codes(wrap("\n".join([text] * 3))) == expected


def test_all_at_once_none_twice() -> None:
    text = "\n".join(text for text, _ in TEXTS)
    found = codes(text)
    assert set(found) == {f"EW70{n}" for n in range(1, 10)}
    assert (found.count("EW701"), found.count("EW702"), found.count("EW703"), found.count("EW705")) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("version", "cause"),
    [("4.46.0", "its own fault"), ("4.52.0", "module rules overlap"), ("4.164.0", "module rules overlap")],
)
def test_whose_fault_duplicates_are(version: str, cause: str) -> None:
    text = f" ⛅️ wrangler {version}\nIgnoring duplicate module: anyio-4.16.0.dist-info/entry_points.txt (text)\n"
    (finding,) = next(rule for rule in load(judges="log") if rule.code == "EW701").check(
        Log(digest("/l", io.BytesIO(text.encode())))
    )
    assert cause in finding.message
    assert "`anyio` 1" in finding.message
    assert finding.place.line == 2


def run(*arguments: str, cwd: Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "edgewheel", "logs", *arguments], cwd=cwd, input=given, capture_output=True, check=False
    )


def test_a_pipe_passes_through_unchanged(tmp_path: Path) -> None:
    given = b"\x1b[31mred\x1b[0m \xff\r\nNo module named 'src'\nlast"
    done = run("-", cwd=tmp_path, given=given)
    assert done.returncode == 1
    assert done.stdout.startswith(given)
    done = run("-", "--format", "json", cwd=tmp_path, given=given)
    assert done.stderr == given
    (finding,) = json.loads(done.stdout)["findings"]
    assert (finding["code"], finding["path"], finding["line"]) == ("EW704", "-", 2)


def test_duplicates_against_a_number_and_a_baseline(tmp_path: Path) -> None:
    log = tmp_path / "deploy.log"
    log.write_text("Ignoring duplicate module: a.md (text)\n" * 3 + "Total Upload: 10.00 KiB / gzip: 5.00 KiB\n")
    assert run("deploy.log", cwd=tmp_path).returncode == 1
    assert run("deploy.log", "--max-duplicates", "3", cwd=tmp_path).returncode == 0
    assert run("deploy.log", "--max-duplicates", "3", "--save-baseline", "runs.json", cwd=tmp_path).returncode == 0
    assert run("deploy.log", "--baseline", "runs.json", cwd=tmp_path).returncode == 0
    log.write_text("Ignoring duplicate module: a.md (text)\n" * 4 + "Total Upload: 20.00 KiB / gzip: 9.00 KiB\n")
    done = run("deploy.log", "--baseline", "runs.json", "--save-baseline", "runs.json", cwd=tmp_path)
    assert done.returncode == 1
    assert "upload, KiB         ▅█  10.0 → 20.0" in done.stdout.decode()
    assert len(json.loads((tmp_path / "runs.json").read_text())["runs"]) == 2


@pytest.mark.parametrize(
    "arguments", [("none.log",), (".",), ("a.log", "--baseline", "none.json"), ("a.log", "--baseline", "a.log")]
)
def test_could_not_run(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "a.log").write_text("fine\n")
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    "baseline",
    [
        *("{", "null", "[]", '{"edgewheel": "logs", "runs": 1}', '{"edgewheel": "logs", "runs": [[]]}'),
        '{"edgewheel": "logs", "runs": [{"duplicates": 0, "upload_kib": "many", "gzip_kib": 5.0}]}',
        '{"edgewheel": "logs", "runs": [{"duplicates": {}, "upload_kib": 1.0, "gzip_kib": 5.0}]}',
        '{"edgewheel": "logs", "runs": [{"duplicates": 0, "upload_kib": 1.0, "gzip_kib": 5.0, "startup_ms": []}]}',
    ],
)
def test_a_baseline_of_another_shape(tmp_path: Path, baseline: str) -> None:
    """Sizes that are no numbers ended in a traceback."""
    (tmp_path / "a.log").write_text("Total Upload: 10.00 KiB / gzip: 5.00 KiB\n")
    (tmp_path / "runs.json").write_text(baseline)
    done = run("a.log", "--baseline", "runs.json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"`runs.json` is not a baseline of `edgewheel logs`" in done.stderr


def test_the_budget_of_the_project_counts(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").write_text('main = "main.py"\n')
    (tmp_path / "pyproject.toml").write_text('[tool.edgewheel.size]\nbudget = "1 MiB"\n')
    (tmp_path / "a.log").write_text("Total Upload: 2048.00 KiB / gzip: 9.00 KiB\n")
    done = run("a.log", cwd=tmp_path)
    assert done.returncode == 1
    assert "2048.00 KiB uploaded is over 1 MiB uncompressed, this project's `budget`" in done.stdout.decode()


@pytest.mark.parametrize(
    ("module", "own", "fix"),
    [
        ("src", {"src"}, "edgewheel init --write"),
        ("src.core", {"src"}, "edgewheel check --select EW203,EW204"),
        ("src", set(), "edgewheel check --select EW107,EW203"),
        ("pandas.nothing", set(), "edgewheel check --select EW107,EW203"),
        ("PIL", set(), "uv add pillow && uv run pywrangler sync"),
        ("workers", set(), "uv add workers-runtime-sdk && uv run pywrangler sync"),
    ],
)
def test_each_kind_of_absence_has_its_cure(module: str, own: set[str], fix: str) -> None:
    read = digest("/l", io.BytesIO(f"No module named '{module}'\n".encode()))
    (finding,) = next(rule for rule in load(judges="log") if rule.code == "EW704").check(Log(read, own=frozenset(own)))
    assert finding.fix == fix


def test_an_error_below_its_headline_is_told_once_with_its_words(tmp_path: Path) -> None:
    (tmp_path / "deploy.log").write_text(
        "\u2718 [ERROR] A request to the Cloudflare API (/accounts/1/workers/scripts/w) failed.\n\n"
        "  Script startup exceeded CPU time limit. [code: 10021]\n"
    )
    with (tmp_path / "deploy.log").open("rb") as stream:
        (hit,) = digest("deploy.log", stream).hits.values()
    assert (hit.said, hit.line, hit.text) == (1, 3, "  Script startup exceeded CPU time limit. [code: 10021]")
