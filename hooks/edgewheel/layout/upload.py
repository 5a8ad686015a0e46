"""Whether `edgewheel stage` writes the folder that wrangler uploads, and what stands there then."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edgewheel.layout.plan import Layout
    from edgewheel.repository.worker import Worker
    from edgewheel.wrangler.config import Config

#: What may stand before `edgewheel stage`: a tool that runs programs of an environment, a Python, an assignment.
_RUNNER = re.compile(
    r"(?:.*/)?(?:uvx?|poetry|pdm|pipenv|pixi|rye|hatch|mise|env|py|python[\d.]*)(?:\.exe)?|[A-Za-z_]\w*=.*"
)
_EDGEWHEEL = re.compile(r"(?:.*/)?edgewheel(?:\.exe|@\S+)?")
_SHELL = re.compile(r"[;|&<>()\n]+")


def names_staged(layout: Layout, module_root: str, target: str) -> list[str]:
    """The names below the module root in a staging folder that holds the layout."""
    inside = posixpath.relpath(module_root, target)
    prefix = "" if inside == "." else f"{inside}/"
    return [file.name.removeprefix(prefix) for file in layout.files if file.name.startswith(prefix)]


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


def staged_wheel(worker: Worker, config: Config) -> str:
    """The absolute path of the built wheel that `edgewheel stage --wheel` takes; "" where it takes the project's files,
    or where the wheel is still to be built.
    """
    words = _words(config.build_command)
    given = _option(words, "--wheel", "--wheel")
    if not given or not staging_folder(worker, config):
        return ""
    folder = posixpath.join(worker.root, config.build_cwd, *(words[1:2] if words[:1] == ["cd"] else ()))
    path = posixpath.normpath(posixpath.join(folder, given))
    if "*" in path or "?" in path:
        from glob import glob

        matching = glob(path)  # as the shell does before the command sees it
        path = matching[0].replace("\\", "/") if len(matching) == 1 else ""
    return path if path and worker.disk.is_file(path) else ""


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


@lru_cache(maxsize=8)
def _words(command: str) -> list[str]:
    """The words of a shell line, its operators among them; none for a line that is no valid one. To be left as it is:
    it is asked for by each environment.
    """
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
