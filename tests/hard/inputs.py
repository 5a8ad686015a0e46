"""Projects made at random, by format: configs, requirements, locks, sources, logs, wheels, baselines and the rest.

A project begins as a case of `tests/cases` or as the example; some blows then spoil what is there or write a file of
one format. Everything follows from the number: the same number, the same project.
"""

from __future__ import annotations

import json
import random
import shutil
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomlkit
from tests import casefile
from tests.hard.spoil import HOSTILE, NAMES, PIECES, WORDS, spoil, value

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent.parent
EXAMPLE = HERE.parent / "examples" / "forge" / "backend"
CASES = [case for path in sorted((HERE / "cases").glob("EW*.md")) for case in casefile.read(path)]
SPOILED = (".toml", ".json", ".jsonc", ".txt", ".lock", ".py")
PACKAGES = (
    "fastapi",
    "httpx[http2]",
    "pytest",
    "uvicorn[standard]",
    "numpy",
    "src",
    "é",
    "a" * 300,
    "A.-_b",
    "-e .",
    "x y",
)
SPECIFIERS = (
    ">=1",
    "==1.*",
    "~=2",
    "<1,>2",
    ">=",
    "==",
    "; python_version < '3'",
    "@ file:///x",
    "[",
    " # edgewheel: ignore[EW101]",
)
SNIPPETS = (
    *(
        "import src.a\n",
        "from . import *\n",
        "from ... import x\n",
        "import {w}\n",
        "from {w} import {w}\n",
        "x = {v}\n",
    ),
    *("class Default(WorkerEntrypoint):\n    async def fetch(self, request):\n        return self.env.{w}.get({v})\n",),
    *(
        "try:\n    import {w}\nexcept ImportError:\n    {w} = None\n",
        "if TYPE_CHECKING:\n    import {w}\n",
        "open({v})\n",
    ),
    *("def f({w}={v}):\n    import {w}\n", "@{w}\ndef g(): ...\n", "async def on_fetch(request, env): ...\n", "f()\n"),
    *("import os\nos.environ[{v}]\n", "x: list[{w}] = [{v} for {w} in {v}]\n", "match {w}:\n    case {v}: ...\n"),
    *(
        "__all__ = [{v}]\n",
        "importlib.import_module({v})\n",
        "with {w}: pass\n",
        "lambda: (yield)\n",
        "global {w}\n",
        "del {w}\n",
    ),
    *(
        "# coding: {w}\n",
        "type X[T] = {v}\n",
        'f"{{{w}!r:{{x}}}}"\n',
        "print(*{v})\n",
        "Path(__file__).with_name({v}).read_text()\n",
    ),
)
LOGS = (
    *(
        "Ignoring duplicate module: {v} (text)",
        "ModuleNotFoundError: No module named '{v}'",
        "✘ [ERROR] {v} [code: 10021]",
    ),
    *(
        "Total Upload: {n} KiB / gzip: {n} KiB",
        "Worker Startup Time: {n} ms",
        " ⛅️ wrangler {v}",
        "{v}",
        "\tat {v}:{n}",
    ),
    *(
        '{{"outcome": "exception", "exceptions": [{{"message": "{v}"}}]}}',
        '{{"outcome": {n}}}',
        "Because {v} has no usable wheels",
    ),
    *(
        "2026-11-20T10:00:00.1234567Z \x1b[33m{v}\x1b[0m\r",
        "│ {v} │ {n} │",
        "Traceback (most recent call last):",
        "::error::{v}",
    ),
)


class Project:
    """A project under construction: its folder, and the choices of its number."""

    def __init__(self, number: int, top: Path) -> None:
        self.pick = random.Random(number)
        self.top = top

    def word(self) -> str:
        return self.pick.choice(self.pick.choice([WORDS, NAMES, HOSTILE, PACKAGES]))

    def write(self, name: str, content: str | bytes) -> None:
        path = self.top / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        except OSError:  # a file where a folder would have to be: another blow came first
            return

    def lines(self, makes: Callable[[], str], most: int = 30) -> str:
        return "".join(
            makes() + self.pick.choice(["\n"] * 8 + ["\r\n", " \n"]) for _ in range(self.pick.randrange(most))
        )


def make(number: int, top: Path) -> Path:
    """The project of a number, in a folder that is not there yet."""
    project = Project(number, top)
    if project.pick.random() < 0.1:
        shutil.copytree(EXAMPLE, top, symlinks=True, ignore=shutil.ignore_patterns(".*_cache", "__pycache__", ".venv"))
    else:
        case = project.pick.choice(CASES)
        casefile.make(case._replace(git=()), top)
    for blow in (log, wheel):
        if project.pick.random() < 0.5:
            blow(project)
    for blow in project.pick.choices(BLOWS, k=project.pick.randint(1, 4)):
        blow(project)
    return top


def spoiled(project: Project) -> None:
    files = [path for path in sorted(project.top.rglob("*")) if path.suffix in SPOILED and path.is_file()]
    for path in project.pick.sample(files, min(len(files), 2)):
        spoil(project.pick, path)


def _table(project: Project, depth: int = 0) -> dict[str, Any]:
    keys = project.pick.sample(NAMES, project.pick.randrange(1, 8))
    return {key: value(project.pick, depth) for key in keys}


def config(project: Project) -> None:
    data = {"name": "w", "main": project.pick.choice(["src/main.py", "main.py", project.word()]), **_table(project)}
    if project.pick.random() < 0.5:
        project.write("wrangler.toml", tomlkit.dumps(data))
    else:
        text = json.dumps(data, indent=project.pick.choice([None, 2]))
        project.write("wrangler.jsonc", text.replace("{", "{ // x\n", project.pick.randrange(2)))


def pyproject(project: Project) -> None:
    requirements = [
        project.pick.choice(PACKAGES) + project.pick.choice(SPECIFIERS) for _ in range(project.pick.randrange(5))
    ]
    data = {"project": {"name": "w", "version": "1", "dependencies": requirements, **_table(project, 2)}}
    data["tool"] = {"edgewheel": _table(project, 1), "uv": _table(project, 1), "hatch": {"build": _table(project)}}
    project.write("pyproject.toml", tomlkit.dumps(data))


def settings(project: Project) -> None:
    path = project.top / "pyproject.toml"
    text = path.read_text("utf-8", "replace") if path.is_file() else ""
    if "[tool.edgewheel" not in text:
        project.write("pyproject.toml", text + "\n" + tomlkit.dumps({"tool": {"edgewheel": _table(project, 1)}}))


def requirements(project: Project) -> None:
    name = project.pick.choice(["requirements.txt", "requirements-runtime.txt", "requirements-dev.txt", "base.txt"])
    project.write(
        name,
        project.lines(
            lambda: (
                project.pick.choice([*PACKAGES, "-r base.txt", "-c x", "--hash=", "\\"])
                + project.pick.choice(SPECIFIERS)
            )
        ),
    )


def lock(project: Project) -> None:
    def package() -> dict[str, Any]:
        name = project.pick.choice(["fastapi", "httpx", "pytest", project.word()])
        return {"name": name, "version": project.pick.choice(["1.0", "x", "1" * 99]), **_table(project, 2)}

    name, key = project.pick.choice([("uv.lock", "package"), ("pylock.toml", "packages")])
    project.write(name, tomlkit.dumps({"version": 1, key: [package() for _ in range(project.pick.randrange(4))]}))


def source(project: Project) -> None:
    def piece() -> str:
        text = project.pick.choice(SNIPPETS)
        word = project.pick.choice(["os", "src", "x", "fastapi", "calendar", "workers", project.word()])
        return text.format(w=word, v=project.pick.choice([repr(project.word()), "1", "x", "(", "src.main"]), x="{x}")

    name = project.pick.choice(["src/main.py", "main.py", "src/core/a.py", "src/__init__.py", "tests/test_a.py"])
    project.write(name, "".join(piece() for _ in range(project.pick.randrange(12))))


def long(project: Project) -> None:
    """One very long line of one kind, or one very deep nesting."""
    size = project.pick.choice([8_000, 40_000, 200_000])
    unit = project.pick.choice(
        ["x", " ", "# coding:", "[", "(", "{", "a.", "**/", "-", "a,", "\\", "'", "é", "a;", "a[", "not "]
    )
    text = unit * (size // len(unit))
    quoted = json.dumps(text, ensure_ascii=False)
    kind = project.pick.randrange(8)
    if kind == 0:
        project.write(
            "src/main.py", project.pick.choice(["# {}\n", "x = {}\n", "{}\n", "import {}\n", "'''{}'''\n"]).format(text)
        )
    elif kind == 1:
        project.write(
            "requirements-runtime.txt", project.pick.choice(["{}\n", "x{}\n", "x[{}]\n", "x # {}\n"]).format(text)
        )
    elif kind == 2:
        project.write("wrangler.toml", f'main = "src/main.py"\n[build]\ncommand = {quoted}\n')
    elif kind == 3:
        project.write("wrangler.toml", f'main = "src/main.py"\n[[rules]]\ntype = "Text"\nglobs = [{quoted}]\n')
    elif kind == 4:
        project.write("wrangler.jsonc", '{"main": "src/main.py", "x": ' + text)
    elif kind == 5:
        project.write("pyproject.toml", f"[project]\nname = {quoted}\ndependencies = [{quoted}]\n")
    elif kind == 6:
        project.write("deploy.log", text)
    else:
        project.write(".gitignore", text + "\n")


def deep(project: Project) -> None:
    """Folders below folders, or many files in one."""
    if project.pick.random() < 0.5:
        project.write("src/" + "d/" * project.pick.choice([20, 200]) + "a.py", "x = 1\n")
    else:
        for number in range(project.pick.choice([50, 300])):
            project.write(f"src/many/m{number}.py", "from src.main import x\n")


def names(project: Project) -> None:
    """Files, modules and packages with names that no terminal should see."""
    for name in project.pick.sample(HOSTILE, 3):
        if "\0" not in name:
            folder = project.pick.choice(["src/", "", "python_modules/", "tests/", "src/core/"])
            project.write(
                folder + name.replace("/", "_") + project.pick.choice([".py", ".md", "", "/__init__.py", ".so"]),
                "x = 1\n",
            )


def gitignore(project: Project) -> None:
    project.write(
        ".gitignore",
        project.lines(lambda: project.pick.choice(["*", "!", "/src", "src/", "**", "[", "\\", "# x", project.word()])),
    )
    if project.pick.random() < 0.3:
        (project.top / ".git").mkdir(exist_ok=True)


def baseline(project: Project) -> None:
    sizes = {"total_bytes": value(project.pick), "gzip_bytes": None, "packages": value(project.pick, 1)}
    data = {
        "edgewheel": project.pick.choice(["bundle-baseline", "log-baseline", 1]),
        "uploads": {"": sizes},
        **_table(project, 2),
    }
    project.write(
        project.pick.choice(["edgewheel-baseline.json", "baseline.json"]),
        json.dumps(data)[: project.pick.choice([None, 50])],
    )


def vendored(project: Project) -> None:
    """A package in python_modules whose RECORD, METADATA or files are not as they should be."""
    info = f"python_modules/{project.pick.choice(['httpx-1.0', 'a-b', project.word().replace('/', '_')])}.dist-info"
    if "\0" in info:
        return
    rows = project.lines(
        lambda: project.pick.choice(['"', "a/b.py,sha256=x,1", "../x,,", ",,,", project.word(), "x" * 200_000]), 8
    )
    project.write(f"{info}/RECORD", rows)
    project.write(
        f"{info}/METADATA", f"Name: {project.word()}\nVersion: {project.word()}\nRequires-Dist: {project.word()}\n"
    )


def wheel(project: Project) -> None:
    path = project.top / "x-1.0-py3-none-any.whl"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as archive:
        warnings.simplefilter("ignore")  # two members of one name
        for _ in range(project.pick.randrange(6)):
            name = project.pick.choice(
                ["worker.py", "src/a.py", "../x.py", "/abs.py", "x-1.0.dist-info/RECORD", "a\\b", "src/.env"]
            )
            info = zipfile.ZipInfo("x")
            info.filename = project.pick.choice([name, name, project.word().replace("\0", "") or "x"])
            archive.writestr(info, project.pick.choice(["", "x,,\n", '"unclosed', "import x\n"]))
    if project.pick.random() < 0.3:
        raw = bytearray(path.read_bytes())
        for _ in range(3):
            raw[project.pick.randrange(len(raw))] = project.pick.randrange(256)
        path.write_bytes(raw[: project.pick.choice([len(raw), len(raw) // 2])])


def log(project: Project) -> None:
    project.write(
        "deploy.log",
        project.lines(
            lambda: project.pick.choice(LOGS).format(v=project.word(), n=project.pick.choice([0, 412, "9" * 400, "x"])),
            60,
        ),
    )


def pieces(project: Project) -> None:
    """Text of no format at all where one is expected."""
    name = project.pick.choice(
        ["wrangler.toml", "wrangler.json", "pyproject.toml", "uv.lock", "deploy.log", "src/main.py", "hatch.toml"]
    )
    project.write(name, "".join(project.pick.choices(PIECES, k=project.pick.randrange(30))))


BLOWS = (
    *(spoiled, spoiled, spoiled, config, pyproject, settings, requirements, lock, source, source, long, deep, names),
    *(gitignore, baseline, vendored, wheel, log, pieces),
)
