"""The Bad and Good samples of every rule's page are run: Bad gives exactly that code, Good nothing of it.

A sample is a fragment, so a small Worker stands around it. Where it goes is read off the sample itself:

* a line that is a comment with nothing but a path (`# src/main.py`) begins that file;
* lines that are all paths are files without text, `a -> b` is a symbolic link;
* TOML is merged into `pyproject.toml` or `wrangler.toml` by its keys;
* all else goes into `src/main.py`: after the standard one, or in its place where it has a handler.

`Around: …` in the head of `cases/<CODE>.md` names files of that head which are there too. A wheel's sample lists what
is in the wheel, a log's sample is the log.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import tomlkit
from tests import casefile, projects, wheels
from tests.test_startup import started

from edgewheel import cli
from edgewheel.repository.settings_shapes import parse_duration
from edgewheel.rules.ew4.started import Before
from edgewheel.rules.page import parse
from edgewheel.rules.registry import Rule, load

if TYPE_CHECKING:
    from collections.abc import Mapping

CASES = Path(__file__).parent / "cases"
STANDARD = {
    "pyproject.toml": '[project]\nname = "forge"\nversion = "1.0"\nrequires-python = ">=3.12"\ndependencies = []\n',
    "wrangler.toml": 'name = "forge"\nmain = "src/main.py"\ncompatibility_date = "2026-09-08"\n'
    'compatibility_flags = ["python_workers"]\n',
    "src/main.py": "from workers import Response, WorkerEntrypoint\n\n\nclass Default(WorkerEntrypoint):\n"
    '    async def fetch(self, request):\n        return Response("ok")\n',
}
CONFIG = (
    '{"name": "forge", "main": "src/main.py", "compatibility_date": "2026-09-08", '
    '"compatibility_flags": ["python_workers"]}\n'
)
#: Pages that need what no folder holds; the tests named run what they show.
NOT_RUN = {
    "EW201": "a commit: test_package_init.py",
    "EW502": "a package index: test_wheels.py",
    "EW503": "a package index: test_wheels.py",
    "EW606": "a commit: test_inspect.py",
    "EW608": "a build: test_backend.py",
}
#: Codes that tell of the same cause today.
ALSO = {"EW402": {"EW310"}}
RULES = [rule for rule in load() if rule.code not in NOT_RUN and rule.judges != "start"]
_PYPROJECT = {"project", "dependency-groups", "tool", "build-system"}
_MARK = re.compile(r"(?:#|//) ([\w./-]+\.\w+)")


def files(sample: str, around: Mapping[str, bytes]) -> tuple[dict[str, str | bytes], dict[str, str]]:
    """The Worker around a sample: its files and its links."""
    made: dict[str, str | bytes] = {**STANDARD, **around}
    links: dict[str, str] = {}
    for path, text in _parts(sample):
        if path.endswith(".toml") and path in made:
            made[path] = _merged(made[path], text)
        elif path == "src/main.py":
            made[path] = _program(made[path], text)
        elif path:
            made[path] = text
        elif all(re.fullmatch(r"[\w./{}-]+( -> [\w./-]+)?", line) for line in text.splitlines()):
            for line in text.splitlines():
                name, _, target = line.partition(" -> ")
                if target:
                    links[name] = target
                else:
                    made.setdefault(name, CONFIG if name == "wrangler.jsonc" else "")
        elif (keys := _keys(text)) is not None:
            name = "pyproject.toml" if keys & _PYPROJECT else "wrangler.toml"
            made[name] = _merged(made[name], text)
        else:
            made["src/main.py"] = _program(made["src/main.py"], text)
    return made, links


def _program(standard: str | bytes, sample: str) -> str:
    """A main with the sample in it: a sample with a handler of its own replaces the standard one."""
    if re.search(r"class Default|def on_fetch", sample):
        return f"from workers import Response, WorkerEntrypoint\n\n{sample}"
    return f"{_text(standard)}\n\n{sample}"


def _parts(sample: str) -> list[tuple[str, str]]:
    """(path, text) of each file that a sample names; the path is "" where it names none."""
    found: list[tuple[str, str]] = [("", "")]
    for line in sample.splitlines(keepends=True):
        if mark := _MARK.fullmatch(line.strip()):
            found.append((mark[1], ""))
        else:
            found[-1] = (found[-1][0], found[-1][1] + line)
    return [(path, text.strip("\n") + "\n" if text.strip() else "") for path, text in found if path or text.strip()]


def _keys(text: str) -> set[str] | None:
    try:
        return set(tomlkit.parse(text))
    except tomlkit.exceptions.TOMLKitError:
        return None


def _merged(text: str | bytes, sample: str) -> str:
    """A TOML file with the keys of a sample put into it."""
    whole = tomlkit.parse(_text(text)).unwrap()
    _put(whole, tomlkit.parse(sample).unwrap())
    return tomlkit.dumps(whole)


def _put(into: dict[str, Any], values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _put(into[key], value)
        else:
            into[key] = value


def _text(content: str | bytes) -> str:
    return content if isinstance(content, str) else content.decode()


def codes(rule: Rule, sample: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> set[str]:
    """Every code that the command for such a thing gives for a sample."""
    folder.mkdir()
    if rule.judges == "start":  # measured by `startup` alone: here a start that is there
        settings = tomlkit.parse(sample).unwrap()["tool"]["edgewheel"]["startup"]
        budget, before = parse_duration(settings.get("budget", "60 s")) or 0, Before(100.0, 2000.0, {})
        return {rule.code for _ in rule.check(started(budget, settings.get("growth", ""), before))}
    if rule.judges == "log":
        (folder / "deploy.log").write_text(sample + "\n", "utf-8")
        command = ["logs", str(folder / "deploy.log")]
    elif rule.judges == "wheel":
        command = ["inspect", _wheel(sample, folder)]
    else:
        head = CASES / f"{rule.code}.md"
        made, links = files(sample, casefile.around(head) if head.exists() else {})
        projects.write(folder, made)
        for name, target in links.items():
            (folder / name).symlink_to(target)
        command = ["check", str(folder)]
    cli.main([*command, "--format", "json"])
    return {each["code"] for each in json.loads(capsys.readouterr().out)["findings"]}


def _wheel(sample: str, folder: Path) -> str:
    """A wheel of the names of a sample, beside those of a good one; after a wheel's name the sample lists all."""
    names = [line.strip() for line in sample.splitlines()]
    name = names.pop(0) if names[0].endswith(".whl") else ""
    listed = {} if name and names else dict(wheels.GOOD)
    for each in names:
        listed.setdefault(each, "")
    own = {key: text for key, text in wheels.OWN.items() if key not in listed}
    return wheels.build(folder, listed, name=name or "forge-1.0-py3-none-any.whl", own=own)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_bad_gives_the_code_and_good_does_not(rule: Rule, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = parse(rule.page)
    if "->" in page.bad and sys.platform == "win32":
        pytest.skip("symbolic links need a right that not every account on Windows has")
    assert codes(rule, page.bad, tmp_path / "bad", capsys) - ALSO.get(rule.code, set()) == {rule.code}
    assert rule.code not in codes(rule, page.good, tmp_path / "good", capsys)
