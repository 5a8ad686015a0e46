"""The upload as it will be: through the layout where edgewheel stages it, from the disk as it is where not."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from edgewheel.findings import CouldNotRun
from edgewheel.wrangler.collect import collect
from edgewheel.wrangler.config import resolve

if TYPE_CHECKING:
    from edgewheel.layout.plan import Layout
    from edgewheel.repository.disk import Disk
    from edgewheel.repository.worker import Worker
    from edgewheel.wrangler.collect import Upload
    from edgewheel.wrangler.config import Config

#: What may stand before `edgewheel stage`: a tool that runs programs of an environment, a Python, an assignment.
_RUNNER = re.compile(
    r"(?:.*/)?(?:uvx?|poetry|pdm|pipenv|pixi|rye|hatch|mise|env|py|python[\d.]*)(?:\.exe)?|[A-Za-z_]\w*=.*"
)
_EDGEWHEEL = re.compile(r"(?:.*/)?edgewheel(?:\.exe|@\S+)?")
_SHELL = re.compile(r"[;|&<>()\n]+")


def predict(worker: Worker, *, env: str | None = None, script: str = "", version: str = "", cwd: str = "") -> Upload:
    """What wrangler will upload; arguments as of `wrangler.collect.collect`.

    Where main is in the folder that `edgewheel stage` writes as `[build] command`, the files are the layout's,
    whatever stands there, and nothing is written; where the layout cannot be made, `error` says why.
    """
    known = _KNOWN.setdefault(worker, {})
    asked = (env, script, version, cwd)
    if asked not in known:
        known[asked] = _predict(worker, env=env, script=script, version=version, cwd=cwd)
    return known[asked]


_KNOWN: WeakKeyDictionary[Worker, dict[tuple[str | None, str, str, str], Upload]] = WeakKeyDictionary()


def _predict(worker: Worker, *, env: str | None, script: str, version: str, cwd: str) -> Upload:
    try:
        disk = seen(worker, env=env, script=script, cwd=cwd)
    except CouldNotRun as error:
        upload = collect(worker, worker.disk, env=env, script=script, version=version, cwd=cwd)
        return upload._replace(modules=(), listed=(), attached=0, total_bytes=0, error=str(error))
    return collect(worker, disk, env=env, script=script, version=version, cwd=cwd)


def anyway(worker: Worker, config: Config) -> Upload:
    """What the imports of one environment are judged by: the prediction, and where wrangler refuses the config for what
    is no module (a placeholder, a container where Docker is not), the modules that would be uploaded without that.
    """
    upload = predict(worker, env=config.env)
    if upload.error is None or worker.disk.kind(config.main_path) is None or staging_folder(worker, config):
        return upload
    found = collect(worker, worker.disk, env=config.env, judged=False)
    return upload if found.error is not None else found


def seen(worker: Worker, *, env: str | None = None, script: str = "", cwd: str = "") -> Disk:
    """The disk as wrangler will see it after `edgewheel stage`, where the modules of `predict` can be read;
    CouldNotRun where the layout cannot be made.
    """
    config = resolve(worker, env=env, script=script, cwd=cwd)
    if not (target := staging_folder(worker, config)):
        return worker.disk
    from edgewheel.layout.overlay import Overlay

    return Overlay(worker.disk, staged(worker), target)


def staged(worker: Worker) -> Layout:
    """The layout that `edgewheel stage` writes, git asked once what it ignores."""
    if (known := _LAYOUTS.get(worker)) is None:
        from edgewheel.layout.committed import committed

        known = _LAYOUTS[worker] = committed(worker)
    return known


_LAYOUTS: WeakKeyDictionary[Worker, Layout] = WeakKeyDictionary()


def staging_folder(worker: Worker, config: Config) -> str:
    """The absolute path of the folder that holds main and that `edgewheel stage` writes before each upload; "" where
    main is the project's own file or another command makes it.
    """
    if not config.main_path or not owns_build(config):
        return ""
    folder = posixpath.join(worker.root, config.build_cwd)
    words = _words(config.build_command)
    if words[:1] == ["cd"]:
        folder = posixpath.join(folder, words[1])
    written = _option(words, "-o", "--output")
    target = posixpath.normpath(posixpath.join(folder, written)) if written else worker.path(worker.settings.stage)
    return target if config.main_path.startswith(f"{target}/") else ""


def owns_build(config: Config) -> bool:
    """Whether `[build] command` is `edgewheel stage`: alone or after `cd FOLDER &&`, also as `uv run edgewheel stage`
    or `python -m edgewheel stage`. A line that does more than that may make files that only running it would show.
    """
    words = _words(config.build_command)
    if words[:1] == ["cd"] and words[2:3] == ["&&"]:
        words = words[3:]
    pairs = pairwise(words)
    at = next((at for at, (word, then) in enumerate(pairs) if then == "stage" and _EDGEWHEEL.fullmatch(word)), None)
    if at is None or "--dry-run" in words:
        return False
    return not any(_SHELL.fullmatch(word) for word in words) and (at == 0 or bool(_RUNNER.fullmatch(words[0])))


def _words(command: str) -> list[str]:
    """The words of a shell line, its operators among them; none for a line that is no valid one."""
    import shlex

    split = shlex.shlex(command.strip(), posix=True, punctuation_chars=";|&<>()\n")
    split.whitespace = " \t"
    split.whitespace_split = True
    split.commenters = ""
    try:
        return list(split)
    except ValueError:
        return []


def _option(words: list[str], short: str, long: str) -> str:
    for at, word in enumerate(words):
        if word in {short, long}:
            return "".join(words[at + 1 : at + 2])
        for head in (f"{long}=", short):
            if word.startswith(head) and (head != short or not word.startswith("--")):
                return word.removeprefix(head)
    return ""
