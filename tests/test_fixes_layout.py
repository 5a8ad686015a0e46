"""The fixes about files and git do what they say: tried on a copy, the finding goes and no new error comes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest
from tests import projects

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DATE = 'compatibility_date = "2026-09-10"\ncompatibility_flags = ["python_workers"]\n'
MAIN = (
    "from workers import Response, WorkerEntrypoint\n\n\nclass Default(WorkerEntrypoint):\n"
    '    async def fetch(self, request):\n        return Response("ok")\n'
)
KEY = "-----BEGIN PRIVATE KEY-----\nx\n"
STAGED = 'name = "w"\nmain = "build/worker/worker.py"\n' + DATE + '[build]\ncommand = "edgewheel stage"\n'
RULE = '[[rules]]\ntype = "Data"\nglobs = {}\nfallthrough = true\n'


class Trouble(NamedTuple):
    code: str
    files: Mapping[str, str]
    #: not committed
    left: Mapping[str, str] = {}
    links: Mapping[str, str] = {}


def plain(main: str, globs: str = "") -> str:
    return f'name = "w"\nmain = "{main}"\n{DATE}' + (RULE.format(globs) if globs else "")


TROUBLES = {
    "a key in a flat Worker": Trouble(
        "EW402",
        {
            "wrangler.toml": plain("main.py", '["certs/*", "**/*.json"]'),
            "main.py": MAIN,
            "a.json": "{}",
            "certs/own.pem": KEY,
            "certs/ca.crt": "public",
        },
    ),
    "a key that a default rule takes": Trouble(
        "EW402", {"wrangler.toml": plain("main.py"), "main.py": MAIN, "certs/own.txt": KEY}
    ),
    "secrets below src": Trouble(
        "EW402",
        {
            "wrangler.toml": plain("src/main.py", '[".env", "keys/*", "**/*.md"]'),
            "src/main.py": MAIN,
            "src/.env": "A=b\n",
            "src/keys/id_rsa": "x",
            "src/a.md": "",
            ".env": "C=d\n",
        },
    ),
    "tests of several modules below src": Trouble(
        "EW402",
        {
            "wrangler.toml": plain("src/main.py"),
            "src/main.py": MAIN,
            **{f"src/core/{name}": "" for name in ("__init__.py", "test_a.py", "test_b.py", "c_test.py")},
            "src/other/test_a.py": "",
            "tests/test_a.py": "",
        },
    ),
    "an ignored module": Trouble(
        "EW203",
        {
            "wrangler.toml": STAGED,
            "pyproject.toml": '[project]\nname = "w"\nversion = "1"\n',
            "src/__init__.py": "",
            "src/main.py": f"from src.local import name\n{MAIN}",
            ".gitignore": "build/\nlocal.py\n",
        },
        {"src/local.py": "name = 1\n"},
    ),
    "a module that was never added": Trouble(
        "EW203",
        {"wrangler.toml": plain("src/main.py"), "src/main.py": f"import helpers\n{MAIN}"},
        {"src/helpers.py": ""},
    ),
    "globs for nothing": Trouble(
        "EW304",
        {
            "wrangler.toml": plain("src/main.py", '["docs", "none/*.md", "./x/*.md", "**/*.json"]'),
            "src/main.py": MAIN,
            "src/docs/a.md": "",
            "src/a.json": "{}",
        },
    ),
    "a broken link below the namespace": Trouble(
        "EW406",
        {
            "wrangler.toml": STAGED,
            "pyproject.toml": '[project]\nname = "w"\nversion = "1"\n',
            "src/__init__.py": "",
            "src/main.py": MAIN,
            ".gitignore": "build/\n",
        },
        links={"src/gone.py": "nowhere.py"},
    ),
    "a folder without its file": Trouble(
        "EW202",
        {
            "wrangler.toml": STAGED,
            "pyproject.toml": '[project]\nname = "w"\nversion = "1"\n',
            "src/__init__.py": "",
            "src/main.py": MAIN,
            "src/core/a.py": "",
            ".gitignore": "build/\n",
        },
    ),
}


def check(folder: Path) -> list[dict[str, object]]:
    command = [sys.executable, "-m", "edgewheel", "check", "--format", "json", "--no-cache"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    found: list[dict[str, object]] = json.loads(done.stdout)["findings"]
    return found


def apply(folder: Path, finding: dict[str, object]) -> None:
    """Runs the shell lines of a fix, and pastes its lines of the config at the line that it names."""
    at = int(str(finding["line"]))
    for line in str(finding["fix"]).split("\n"):
        if named := re.match(r"# (\S+), line (\d+)(: remove the rule)?$", line):
            at = int(named[2])
            if named[3]:
                text = (folder / named[1]).read_text().splitlines()
                end = next((n for n, each in enumerate(text[at:], at) if each.startswith("[")), len(text))
                (folder / named[1]).write_text("\n".join([*text[: at - 1], *text[end:]]) + "\n")
        elif line.startswith("globs = "):
            text = (folder / "wrangler.toml").read_text().splitlines()
            spot = next(n for n in range(at - 1, len(text)) if text[n].startswith("globs"))
            (folder / "wrangler.toml").write_text("\n".join([*text[:spot], line, *text[spot + 1 :]]) + "\n")
        else:
            command = line.partition(", or add ")[0].replace("edgewheel ", f"{sys.executable} -m edgewheel ")
            done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
            assert done.returncode in {0, 1}, (command, done.stderr)


@pytest.mark.parametrize("name", TROUBLES)
def test_the_fix_fixes(tmp_path: Path, name: str) -> None:
    trouble, root = TROUBLES[name], tmp_path.resolve() / "w"
    projects.write(root, trouble.files)
    for link, target in trouble.links.items():
        (root / link).symlink_to(target)
    projects.commit(root)
    projects.write(root, trouble.left)
    before = check(root)
    assert trouble.code in {each["code"] for each in before}
    other = {each["code"] for each in before if each["level"] == "error"} - {trouble.code}
    applied = set()
    for finding in [each for each in before if each["code"] == trouble.code]:
        if finding["fix"] not in applied:
            apply(root, finding)
        applied.add(finding["fix"])
    after = check(root)
    assert trouble.code not in {each["code"] for each in after}
    assert {each["code"] for each in after if each["level"] == "error"} <= other
    tracked = projects.git(root, "ls-files").splitlines()
    assert not [each for each in tracked if "id_rsa" in each or each == "src/.env"]
