"""uv as a resolver, in temporary projects of its own: nothing of the Worker's project is built or changed.

facts: uv 0.13.8. `--python-platform` has no value for 3.14 on Workers: there the 3.13 one is asked, which has the same
markers, and the wheels for 3.14 are offered to it under the 3.13 platform's name (`stand_ins`)
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
import tempfile
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.data import facts
from edgewheel.dependencies.resolve.tags import name_and_version
from edgewheel.findings import CouldNotRun
from edgewheel.repository.locks import workspace
from edgewheel.repository.pywrangler import folder_of
from edgewheel.requirements import locks
from edgewheel.requirements.requirement import Requirement, normalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from edgewheel.repository.worker import Worker
    from edgewheel.requirements.locks import Lock

_UNREACHED = re.compile(
    r"not found in the cache|[Rr]equest failed|error sending request|dns error|Failed to fetch|offline"
)
_NAME = "question"


class Question(NamedTuple):
    """What is to be resolved: requirements, the project's `[tool.uv]`, and what is tried beside them."""

    requirements: tuple[str, ...]
    table: Mapping[str, Any]
    constraints: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    offline: bool = False


class Answer(NamedTuple):
    """A resolution. `files` maps each package to the file names and addresses of its usable wheels; `words` is what uv
    says where there is none.
    """

    lock: Lock | None
    files: Mapping[str, tuple[str, ...]]
    times: Mapping[str, str]
    words: str = ""


def newest(question: Question, python: str) -> Answer:
    """The newest of everything, whether or not its wheels fit Workers, with all wheels of all platforms."""
    # what has wheels for other Pythons only is still wanted: then all of Workers' Pythons are asked for
    for marker in (f"python_version == '{python}'", f"python_version >= '{next(iter(facts('pythons')['pythons']))}'"):
        with tempfile.TemporaryDirectory(prefix="edgewheel-") as folder:
            _project(folder, question, {"environments": [marker], "no-build": True})
            answer = _answer(folder, _run(["lock"], folder, question), "uv.lock")
            if answer.lock is not None or "wheels" not in answer.words:
                break
    return answer


def compiled(question: Question, python: str, offered: Mapping[str, Iterable[str]], *, deps: bool = True) -> Answer:
    """What pywrangler would install: wheels for Workers only. `offered` are wheels of Pyodide's index by file name,
    with what they require.
    """
    row = facts("pythons")["pythons"][python]
    platform = row["uv_platform"] or _platforms()[-1]
    with tempfile.TemporaryDirectory(prefix="edgewheel-") as folder:
        _project(folder, question, {})
        links = os.path.join(folder, "links")
        os.mkdir(links)
        for file, needs in offered.items():
            _stand_in(links, file, needs, row["platforms"], platform)
        command = ["pip", "compile", "pyproject.toml", "--no-build", "--python-platform", platform]
        command += ["--python-version", python, "--find-links", links, "--index-strategy", "unsafe-best-match"]
        command += ["--no-header", "-o", "pylock.toml", *([] if deps else ["--no-deps"])]
        return _answer(folder, _run(command, folder, question), "pylock.toml")


def _platforms() -> list[str]:
    known = (row["uv_platform"] for row in facts("pythons")["pythons"].values())
    return [platform for platform in known if platform]


def _project(folder: str, question: Question, extra: Mapping[str, Any]) -> None:
    import tomlkit

    constraints = [*question.table.get("constraint-dependencies", ()), *question.constraints]
    overrides = [*question.table.get("override-dependencies", ()), *question.overrides]
    table = {**question.table, "constraint-dependencies": constraints, "override-dependencies": overrides, **extra}
    project = {
        "name": _NAME,
        "version": "0",
        "requires-python": ">=3.8",
        "dependencies": list(question.requirements),
    }
    with open(os.path.join(folder, "pyproject.toml"), "w", encoding="utf-8") as file:
        tomlkit.dump({"project": project, "tool": {"uv": table}}, file)


def _run(arguments: list[str], folder: str, question: Question) -> str:
    """What uv says where it has not resolved; CouldNotRun where it is not there or could not ask an index."""
    uv = shutil.which("uv")
    if uv is None:
        raise CouldNotRun("`uv` is not on PATH: `pip install uv` brings it")
    environment = {key: value for key, value in os.environ.items() if key not in {"VIRTUAL_ENV", "UV_PYTHON"}}
    environment |= {"UV_PYTHON_DOWNLOADS": "never", "NO_COLOR": "1", "UV_NO_PROGRESS": "1"}
    command = [uv, *arguments, *(["--offline"] if question.offline else [])]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if not done.returncode:
        return ""
    if "No solution found" not in done.stderr or "not found in the cache" in done.stderr:
        missing = sorted({match[0] for match in re.finditer(r"[\w.-]+ was not found in the cache", done.stderr)})
        if missing or _UNREACHED.search(done.stderr):
            told = "\n".join(missing) or done.stderr.strip()
            raise CouldNotRun(f"a package index could not be asked, so nothing can be said of wheels:\n{told}")
    return done.stderr.strip() or "uv failed"


def _answer(folder: str, words: str, name: str) -> Answer:
    if words:
        return Answer(None, {}, {}, words)
    with open(os.path.join(folder, name), "rb") as file:
        raw = file.read()
    lock = locks.parse(f"{folder}/{name}", raw)
    from edgewheel.documents.document import parse_text

    data = parse_text(name, raw.decode("utf-8")).data
    files: dict[str, tuple[str, ...]] = {}
    times: dict[str, str] = {}
    for table in data.get("package", data.get("packages", [])):
        archives = [each for each in (*table.get("wheels", ()), table.get("archive")) if each]
        files[table["name"]] = tuple(str(each.get("url", each.get("path", ""))) for each in archives)
        dated = [str(each["upload-time"]) for each in (*archives, table.get("sdist") or {}) if "upload-time" in each]
        times[table["name"]] = max(dated, default="")
    packages = tuple(each for each in lock.packages if each.name != _NAME)
    return Answer(lock._replace(packages=packages), files, times)


def _stand_in(links: str, file: str, needs: Iterable[str], platforms: Iterable[str], platform: str) -> None:
    """An empty wheel of the same name, version and requirements, under the platform tag that uv is asked for."""
    name, version = name_and_version(file)
    if not name:
        return
    year = platform.removeprefix("wasm32-pyodide")
    renamed = file
    for own in platforms:
        renamed = renamed.replace(own, f"pyodide_{year}_0_wasm32")
    info = f"{'-'.join(file.split('-')[:2])}.dist-info"
    metadata = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {need}" for need in needs)]
    tag = "-".join(renamed.removesuffix(".whl").split("-")[-3:])
    with zipfile.ZipFile(os.path.join(links, renamed), "w") as wheel:
        wheel.writestr(f"{info}/METADATA", "\n".join(("Metadata-Version: 2.1", *metadata)) + "\n")
        wheel.writestr(
            f"{info}/WHEEL", f"Wheel-Version: 1.0\nGenerator: edgewheel\nRoot-Is-Purelib: false\nTag: {tag}\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


def settings(worker: Worker) -> dict[str, Any]:
    """`[tool.uv]` as far as it decides a resolution; paths made absolute. In a workspace it is that of the root, with
    the member's own sources before the root's, and members as the folders that they are. facts: uv 0.13.9
    """
    root = workspace(worker) or worker.pyproject
    if root is None or worker.pyproject is None:
        return {}
    kept = ("constraint-dependencies", "override-dependencies", "index", "index-url", "extra-index-url")
    table, top = root.table("tool", "uv"), posixpath.dirname(root.path)
    found: dict[str, Any] = {key: table[key] for key in kept if key in table}
    if "index" in found:
        found["index"] = _absolute(found["index"], top)
    sources: dict[str, Any] = {}
    for document in dict.fromkeys((root, worker.pyproject)):
        own = _absolute(document.table("tool", "uv", "sources"), posixpath.dirname(document.path))
        sources |= {normalize(name): source for name, source in own.items()}
    for name, source in sources.items():
        if isinstance(source, dict) and source.get("workspace") is True:
            folder = folder_of(worker, Requirement(name))
            sources[name] = {"path": folder} if folder else source
    return {**found, "sources": sources} if sources else found


def _absolute(value: Any, folder: str) -> Any:  # noqa: ANN401 - any TOML value
    if isinstance(value, dict):
        return {
            key: posixpath.normpath(posixpath.join(folder, each))
            if key in {"path", "url"} and isinstance(each, str) and "://" not in each
            else _absolute(each, folder)
            for key, each in value.items()
        }
    return [_absolute(each, folder) for each in value] if isinstance(value, list) else value
