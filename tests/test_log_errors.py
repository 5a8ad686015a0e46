"""Logs of deploys that failed, each found and most explained, and logs of what went well, which are silent."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgewheel.logs.summary import digest
from edgewheel.rules.ew7.judged import Log
from edgewheel.rules.registry import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edgewheel.findings import Finding

CASES = Path(__file__).parent / "logs.md"


def cases() -> Iterator[tuple[str, str, list[str]]]:
    """Name, log and codes of each case; no codes for a clean log."""
    pattern = r"^## (.+)\n\n````text\n([\s\S]*?)````$"
    for heading, text in re.findall(pattern, CASES.read_text("utf-8"), re.MULTILINE):
        name, _, codes = heading.partition(": ")
        yield name, text.replace("\\e", "\x1b"), codes.split(", ") if codes else []


ERRORS = {name: (text, codes) for name, text, codes in cases() if codes}
CLEAN = {name: text for name, text, codes in cases() if not codes}


def found(text: str) -> list[tuple[str, Finding]]:
    log = Log(digest("/log", io.BytesIO(text.encode())), startup_ms=1000)
    return [(rule.code, each) for rule in load(judges="log") for each in rule.check(log)]


def codes(text: str) -> list[str]:
    return [code for code, _ in found(text)]


def coloured(text: str) -> str:
    """As wrangler and uv colour their marks."""
    mark = "\x1b[31m✘ \x1b[41;31m[\x1b[41;97mERROR\x1b[41;31m]\x1b[0m \x1b[1m"
    lines = [f"{line}\x1b[0m" if "✘ [ERROR]" in line else line for line in text.split("\n")]
    text = "\n".join(lines).replace("✘ [ERROR] ", mark).replace("ERROR    ", "\x1b[1;31mERROR   \x1b[0m ")
    return text.replace("\nerror: ", "\n\x1b[1m\x1b[31merror\x1b[39m\x1b[0m: ")


WRAPS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "coloured": coloured,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
}


def each_line(prefix: str) -> Callable[[str], str]:
    return lambda text: "".join(f"{prefix}{line}\n" for line in text.split("\n"))


CARRIERS = {
    "GitHub": "2026-11-20T10:00:00.1234567Z ",
    "gh run view": "deploy\tRun\t\ufeff2026-11-20T10:00:00.12Z ",
    "GitLab": "2026-11-27T10:00:00.123456Z 01O ",
    "Docker": "#12 3.412 ",
    "Docker and turbo": "#12 3.412 web:deploy: ",
    "compose": "deploy-1  | ",
    "turbo": "@acme/api:deploy: ",
    "turbo, coloured": "\x1b[35mweb:deploy: \x1b[0m",
    "pnpm -r": "packages/api deploy: ",
    "yarn workspaces": "\u27a4 YN0000: [@acme/api]: ",
    "concurrently": "[0] ",
    "lerna": "@acme/api: ",
    "Jenkins": "[2026-11-27T10:00:00.123Z] ",
    "Jenkins, times": "10:00:00  ",
    "Buildkite": "\x1b_bk;t=1764252000000\x07",
    "Workers Builds": "10:00:00.123\t",
    "Cloud Build": 'Step #1 - "deploy": ',
    "act": "[CI/deploy]   | ",
    "syslog": "Nov 27 10:00:00 ci runner[12]: ",
    "time zone": "2026-11-27T10:00:00+09:00 ",
    "date and time": "2026-11-27 10:00:00,123 ",
    "GitHub and turbo": "2026-11-27T10:00:00.1234567Z web:deploy: ",
}
MARKED = [name for name, (text, _) in ERRORS.items() if "✘ [ERROR]" in text]


@pytest.mark.parametrize("wrap", WRAPS)
@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_found(name: str, wrap: str) -> None:
    text, expected = ERRORS[name]
    assert codes(WRAPS[wrap](text)) == expected


@pytest.mark.parametrize("wrap", WRAPS)
@pytest.mark.parametrize("name", CLEAN)
def test_what_went_well_is_silent(name: str, wrap: str) -> None:
    assert codes(WRAPS[wrap](CLEAN[name])) == []


@pytest.mark.parametrize("carrier", CARRIERS)
def test_what_runs_a_deploy_may_put_something_before_each_line(carrier: str) -> None:
    carry = each_line(CARRIERS[carrier])
    assert {name: codes(carry(text)) for name, (text, _) in ERRORS.items()} == {
        name: expected for name, (_, expected) in ERRORS.items()
    }
    assert {name: found for name, text in CLEAN.items() if (found := codes(carry(text)))} == {}


@pytest.mark.parametrize("name", MARKED)
def test_two_jobs_in_one_log(name: str) -> None:
    """Each line of one job has its name before it, and the other one's lines stand between."""
    text, expected = ERRORS[name]
    both = "".join(f"api:deploy: {line}\nweb:build: compiled in 3 ms\n" for line in text.split("\n"))
    assert codes(both) == expected


@pytest.mark.parametrize("mark", ["##[error]", "::error::", "::error file=wrangler.toml,line=3::"])
def test_an_annotation(mark: str) -> None:
    assert codes(f'{mark}\u2718 [ERROR] The entry-point file at "src/main.py" was not found.\n') == ["EW708"]


def test_all_in_one_log() -> None:
    both = "".join(text + CLEAN["entropy"] for text, _ in ERRORS.values())
    assert set(codes(both)) == {f"EW70{n}" for n in range(2, 10)} | {"EW710"}


def test_the_whole_error_is_shown(tmp_path: Path) -> None:
    (tmp_path / "deploy.log").write_text(ERRORS["unknown"][0])
    done = run(tmp_path, "logs", "deploy.log")
    assert done.returncode == 1
    head = "A request to the Cloudflare API (/accounts/0a1b2c/workers/scripts/shop/versions) failed."
    first, *block, last = done.stdout.splitlines()
    assert first == f"deploy.log:3: EW710 `{head}` (once)"
    assert block == [
        f"    | ✘ [ERROR] {head}",
        "    | ",
        "    |   workers.api.error.unknown [code: 10013]",
        "    | ",
        "    |   If you think this is a bug, please open an issue at:",
        "    |   https://github.com/cloudflare/workers-sdk/issues/new/choose",
    ]
    assert last == "1 error, 0 warnings in the log"
    told = json.loads(run(tmp_path, "logs", "deploy.log", "--format", "json").stdout)
    assert told["findings"][0]["block"][2] == "  workers.api.error.unknown [code: 10013]"


def test_the_startup_time_is_kept(tmp_path: Path) -> None:
    (tmp_path / "deploy.log").write_text(CLEAN["deploy"])
    assert run(tmp_path, "logs", "deploy.log", "--save-baseline", "runs.json").returncode == 0
    (kept,) = json.loads((tmp_path / "runs.json").read_text())["runs"]
    assert kept == {"duplicates": 0, "upload_kib": 79.14, "gzip_kib": 20.36, "startup_ms": 412.0}
    (tmp_path / "runs.json").write_text('{"runs": [{"duplicates": 0, "upload_kib": 1, "gzip_kib": 1}]}')
    assert run(tmp_path, "logs", "deploy.log", "--baseline", "runs.json").returncode == 0


@pytest.mark.parametrize("value", ['"many"', "[]", "-1", "1e400", "true", "null"])
def test_a_baseline_that_is_none(tmp_path: Path, value: str) -> None:
    (tmp_path / "deploy.log").write_text("fine\n")
    (tmp_path / "runs.json").write_text(f'{{"runs": [{{"duplicates": {value}, "upload_kib": 1, "gzip_kib": 1}}]}}')
    done = run(tmp_path, "logs", "deploy.log", "--baseline", "runs.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not a baseline" in done.stderr


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "edgewheel", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
