"""Values of options that are none: refused with exit 2 and the reason, before anything is read or run."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from tests.projects import HANDLER, write

from edgewheel.cli import COMMANDS, main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMAT = (["xml", "TEXT", "text,json", ""], "invalid choice: '{}'")
SECONDS = (
    ["0", "-1", "nan", "inf", "-inf", "1e308", "86401", "x", "", "1 s"],
    "`{}` is not a number of seconds above 0",
)
COUNT = (["-1", "1.5", "nan", "x", "", "1_000", "٣"], "`{}` is not a number: write 0, 1, 2 …")
SIZE = (["-1", "nan", "inf", "much", "58 MiBs", "1e6", "5 %"], "`{}` is not a size: write one such as `58 MiB`")
PYTHON = (
    ["9.9", "3.11", "3", "3.13.2", "all"],
    "`{}` is not a Python version of Workers: choose from 3.12, 3.13, 3.14",
)
ENV = (["gone", " "], "has no environment `{}`")
WRITTEN = (["EW1x", "E", "301"], "`{}` is not a rule code or prefix")
#: command and option -> values that are none, and what is said of them
NONSENSE: dict[tuple[str, str], tuple[list[str], str]] = {
    ("check", "--format"): FORMAT,
    ("check", "--hook"): (["worker-import", "EW1"], "unknown hook `{}`"),
    ("check", "--select"): (["EW999", "EW7"], "unknown rule `{}`"),
    ("check", "--ignore"): WRITTEN,
    ("check", "--env"): ENV,
    ("bundle", "--format"): FORMAT,
    ("bundle", "--by"): (["folder"], "invalid choice: '{}'"),
    ("bundle", "--wrangler"): (["4", "newest", "^4.1.0", "4.x.1"], "`{}` is not a version: write one such as 4.164.0"),
    ("bundle", "--max-size"): SIZE,
    ("stage", "--format"): FORMAT,
    ("inspect", "--format"): FORMAT,
    ("prove", "--format"): FORMAT,
    ("prove", "--runtime"): (["node", ""], "invalid choice: '{}'"),
    ("prove", "--python"): PYTHON,
    ("prove", "--timeout"): SECONDS,
    ("prove", "--env"): ENV,
    ("deps", "--format"): FORMAT,
    ("deps", "--impact"): (["gone"], "`{}` does not reach the Worker"),
    ("wheels", "--format"): FORMAT,
    ("wheels", "--python"): (
        ["9.9", "ALL", "3.13;3.14"],
        "`{}` is not a Python version of Workers: choose from 3.12, 3.13, 3.14 or all",
    ),
    ("wheels", "--pyodide-index"): (["nowhere", ""], "`{}` is neither auto, npm, none nor an address"),
    ("trim", "--format"): FORMAT,
    ("trim", "--timeout"): SECONDS,
    ("logs", "--format"): FORMAT,
    ("logs", "--max-duplicates"): COUNT,
    ("startup", "--format"): FORMAT,
    ("startup", "--python"): PYTHON,
    ("startup", "--budget"): (["x", "-1", "nan"], "invalid time `{}`: give milliseconds"),
    ("startup", "--timeout"): SECONDS,
    ("startup", "--env"): ENV,
    ("settings", "--format"): FORMAT,
    ("upgrade", "--format"): FORMAT,
    ("upgrade", "--to"): (["3.11", "x", "2026-13-01"], "invalid target `{}`: choose from 3.12, 3.13, 3.14, or a date"),
    ("upgrade", "--env"): ENV,
    ("completion", "shell"): (["csh", ""], "invalid choice: '{}'"),
    ("preflight", "--format"): FORMAT,
    ("preflight", "--python"): PYTHON,
    ("preflight", "--max-size"): SIZE,
    ("preflight", "--env"): ENV,
    ("init", "--format"): FORMAT,
    ("explain", "CODE|NAME|PREFIX"): (["EW999", "x"], "unknown rule `{}`"),
    ("explain", "--format"): FORMAT,
    ("rules", "--format"): FORMAT,
    ("rules", "--select"): (["EW9", "301"], "unknown rule `{}`"),
    ("platform", "--format"): FORMAT,
    ("platform", "--max-age"): (["x", "-1d", "1.5d", "3 days", "9999999y", "d"], "`{}` is not an age: write 90d"),
}
#: what an option needs besides
MORE = {"inspect": ["t-1-py3-none-any.whl"], "explain": ["EW101"]}
POSITIONAL = {"CODE|NAME|PREFIX", "shell"}
#: options whose values are not argparse's to judge
BY_HAND = {"--hook", "--select", "--ignore", "--env", "--impact", "CODE|NAME|PREFIX"}
PROJECT = {
    "wrangler.toml": 'name = "t"\nmain = "src/main.py"\ncompatibility_date = "2026-10-01"\n'
    'compatibility_flags = ["python_workers"]\n[env.a]\n',
    "src/main.py": HANDLER,
}


CASES = [
    (command, option, value, words.format(value))
    for (command, option), (values, words) in NONSENSE.items()
    for value in values
]


@pytest.mark.parametrize(("command", "option", "value", "words"), CASES)
def test_nonsense_is_refused(  # noqa: PLR0917 - a table and two fixtures
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    option: str,
    value: str,
    words: str,
) -> None:
    write(tmp_path, PROJECT)
    monkeypatch.chdir(tmp_path)
    given = [value] if option in POSITIONAL else [*MORE.get(command, []), f"{option}={value}"]
    code = main([command, *given])
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err


def _options(command: str) -> Iterator[argparse.Action]:
    parser = argparse.ArgumentParser()
    import_module(COMMANDS[command][0]).arguments(parser)
    yield from parser._actions


@pytest.mark.parametrize("command", COMMANDS)
def test_no_option_is_forgotten(command: str) -> None:
    judged = {
        each.option_strings[0] if each.option_strings else str(each.metavar or each.dest)
        for each in _options(command)
        if each.choices is not None or each.type is not None or {*each.option_strings, each.metavar} & BY_HAND
    }
    assert judged == {option for name, option in NONSENSE if name == command} | (
        {"--env"} if command == "bundle" else set()  # of which wrangler's own words are told
    )


@pytest.mark.parametrize(
    "line",
    [
        "bundle --max-size= --wrangler= --env=",
        "check --env=",
        "prove --python= --env=",
        "prove --timeout 86400",
        "prove --timeout 0.5",
        "logs --max-duplicates 0 wrangler.toml",
        "platform --max-age=",
        "platform --max-age 100y",
    ],
)
def test_what_a_script_may_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    """An empty value is none that was given; of `--env` it is the top level, as for wrangler."""
    write(tmp_path, PROJECT)
    monkeypatch.chdir(tmp_path)
    assert main(line.split(" ")) == 0
    assert not capsys.readouterr().err


def test_a_table_of_environments_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = PROJECT["wrangler.toml"].replace("[env.a]", "env = 3").replace('name = "t"\n', "")
    write(tmp_path, {**PROJECT, "wrangler.toml": config})
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--env", "a"]) == 2
    assert "has no environment `a`" in capsys.readouterr().err


def test_the_top_level_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = PROJECT["wrangler.toml"] + 'main = "src/gone.py"\n'
    write(tmp_path, {**PROJECT, "wrangler.toml": config})
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--select", "EW311"]) == 1
    capsys.readouterr()
    assert main(["check", "--select", "EW311", "--env", ""]) == 0
