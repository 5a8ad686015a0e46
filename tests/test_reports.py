"""Findings in every form, with names and messages that try to be more than text."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest

from edgewheel.findings import Finding, Place
from edgewheel.reports import github, markdown, records, sarif, text
from edgewheel.reports.pasted import from_here
from edgewheel.rules.registry import load

SCHEMA = json.loads((Path(__file__).parent / "golden" / "sarif-2.1.0.json").read_text("utf-8"))
HERE = os.getcwd().replace(os.sep, "/")
PLAIN = Finding(
    "`x` is ignored", Place(f"{HERE}/w/wrangler.toml", 3, 5), "remove it\nand this", "error", "EW301", f"{HERE}/w"
)
WARNING = Finding("100 % of it", Place(f"{HERE}/a,b:c.toml"), "", "warning", "EW313", HERE)
HOSTILE = Finding(
    "a\n::error::forged\r\n\x1b[31mred\x1b]8;;http://x\x07 %0A ::warning::",
    Place(f"{HERE}/a\n::b\x1b[0m\u202e.toml", 1, 1),
    "f\x1b[2J",
    "error",
    "EW002",
)


def test_text() -> None:
    assert list(text.findings([PLAIN, WARNING])) == [
        "w/wrangler.toml:3: EW301 `x` is ignored",
        "    fix: remove it",
        "         and this",
        "a,b:c.toml: EW313 warning: 100 % of it",
    ]
    assert text.count([PLAIN, WARNING], workers=1) == "1 error, 1 warning in 1 Worker"
    assert text.count([], workers=2) == "no findings in 2 Workers"


def test_what_workers_share_is_told_once() -> None:
    shared = Finding("x", Place(os.path.abspath("src/main.py"), 3), "save it as UTF-8", "error", "EW209", "/a")
    found = [shared, shared._replace(worker="/b"), shared._replace(worker="/b", fix="another")]
    lines = list(text.findings(found))
    assert [line for line in lines if "EW209" in line] == ["src/main.py:3: EW209 x"] * 2
    assert "    2 findings with this cause: src/main.py:3" in lines
    assert len([line for line in text.findings(found, each_one=True) if "EW209" in line]) == 3


def test_github() -> None:
    assert list(github.findings([PLAIN, WARNING])) == [
        "::error file=w/wrangler.toml,line=3,col=5,title=EW301::`x` is ignored%0Afix: remove it%0Aand this",
        "::warning file=a%2Cb%3Ac.toml,title=EW313::100 %25 of it",
    ]


def test_records() -> None:
    assert records.findings([PLAIN]) == [
        {
            "code": "EW301",
            "level": "error",
            "message": "`x` is ignored",
            "path": "w/wrangler.toml",
            "line": 3,
            "column": 5,
            "end_line": 0,
            "end_column": 0,
            "fix": "remove it\nand this",
            "cause": None,
            "url": "https://github.com/edgewheel/edgewheel/blob/main/docs/rules/EW301.md",
            "worker": "w",
        }
    ]


def test_markdown() -> None:
    assert list(markdown.findings([PLAIN]))[2:] == [
        "| `w/wrangler.toml:3` | EW301 | `x` is ignored | `remove it`<br>`and this` |"
    ]
    assert list(markdown.findings([])) == ["No findings."]


@pytest.mark.parametrize(
    "lines", [list(text.findings([HOSTILE])), list(github.findings([HOSTILE])), list(markdown.findings([HOSTILE]))]
)
def test_nothing_is_forged(lines: list[str]) -> None:
    whole = "\n".join(lines)
    assert not any(sign in whole for sign in "\x1b\x07\r\u202e")
    assert sum(line.startswith("::") for line in lines) <= 1
    assert not any("\n" in line for line in lines)


def test_sarif_validates() -> None:
    rules = load()
    known = [each._replace(code=rules[0].code) for each in (PLAIN, WARNING, HOSTILE)]
    document = json.loads(sarif.report(known, rules))
    jsonschema.Draft4Validator(SCHEMA).validate(document)
    run = document["runs"][0]
    assert [each["id"] for each in run["tool"]["driver"]["rules"]] == [rule.code for rule in rules]
    assert all(each["help"]["text"] for each in run["tool"]["driver"]["rules"])
    assert run["results"][0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "w/wrangler.toml"},
        "region": {"startLine": 3, "startColumn": 5},
    }
    assert "\x1b" not in json.dumps(document)


@pytest.mark.parametrize(
    ("worker", "fix", "pasted"),
    [
        ("", 'uv add "httpx>=0.27,<1"', 'uv add "httpx>=0.27,<1"'),
        ("w", 'uv add "httpx>=0.27,<1"', '(cd w && uv add "httpx>=0.27,<1")'),
        ("a b", "mv x y", "(cd 'a b' && mv x y)"),
        ("w", "git rm a\ngit rm b", "(cd w && git rm a)\n(cd w && git rm b)"),
        ("w", "git mv a b, and name it in `main`", "(cd w && git mv a b), and name it in `main`"),
        ("w", "git restore --staged --worktree :/w/a", "git restore --staged --worktree :/w/a"),
        ("w", "edgewheel deps --write", "(cd w && edgewheel deps --write)"),
        ("w", "edgewheel check --select EW301 --fix", "edgewheel check --select EW301 --fix"),
        ("w", 'uv add "a>=1", then `edgewheel wheels` tells', '(cd w && uv add "a>=1"), then `edgewheel wheels` tells'),
        ("w", "edgewheel wheels", "(cd w && edgewheel wheels)"),
        ("w", "git check-ignore -v x  # names the line", "(cd w && git check-ignore -v x)  # names the line"),
        ("w", "remove the line", "remove the line"),
        ("w", '# wrangler.toml\nrm = "x"', '# wrangler.toml\nrm = "x"'),
    ],
)
def test_a_command_works_where_it_is_read(worker: str, fix: str, pasted: str) -> None:
    finding = PLAIN._replace(worker=f"{HERE}/{worker}".rstrip("/"), fix=fix)
    assert from_here([finding]) == [finding._replace(fix=pasted)]


def test_sarif_of_a_name_that_is_no_text() -> None:
    named = PLAIN._replace(place=Place(f"{HERE}/caf\udce9.toml", 1))
    rules = [rule for rule in load() if rule.code == PLAIN.code]
    (result,) = json.loads(sarif.report([named], rules))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "caf%E9.toml"}
