"""The cures of a module root that does not suit: staging the Worker's files, or moving them. For several hooks."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from edgewheel.documents.paths import quoted
from edgewheel.repository.walk import TEST_FOLDERS, is_test, python_files

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edgewheel.deploy import Deploy
    from edgewheel.repository.disk import Disk
    from edgewheel.wrangler.config import Config


def needs_staging(disk: Disk, root: str, entry: str) -> bool:
    """Whether code below the entry's top folder imports by that folder's name, which a plain upload loses."""
    top, slash, _ = entry.partition("/")
    if not slash:
        return False
    pattern = re.compile(rb"^[ \t]*(?:from|import)[ \t]+" + re.escape(top.encode()) + rb"(?:[ \t.]|$)", re.MULTILINE)
    return any(pattern.search(disk.read(path)) for path in python_files(disk, posixpath.join(root, top), tests=False))


def staged(deploy: Deploy) -> str:
    """What wires the staging folder, in the config's own format, to be pasted in the place of main's line."""
    main = posixpath.relpath(deploy.config.main_path, posixpath.dirname(deploy.config.config_path))
    entry = posixpath.relpath(deploy.config.main_path, deploy.worker.root)
    watch = entry.partition("/")[0] if "/" in entry else ""
    lines = _instead(deploy.config, main, f"{deploy.worker.settings.stage}/worker.py")
    if posixpath.basename(deploy.config.config_path).endswith(".toml"):
        watched = f', watch_dir = "{watch}"' if watch else ""
        lines += [f'build = {{ command = "edgewheel stage"{watched} }}', "# pyproject.toml"]
    else:
        watched = f', "watch_dir": "{watch}"' if watch else ""
        lines += [f'"build": {{ "command": "edgewheel stage"{watched} }},', "// pyproject.toml"]
    by_command = (
        ["edgewheel init --write, or by hand:"] if needs_staging(deploy.worker.disk, deploy.worker.root, entry) else []
    )
    made = [f"touch {quoted(f'{watch}/__init__.py')}"] if _is_gap(deploy, watch) else []
    return "\n".join([*by_command, *lines, "[tool.edgewheel]", f'entry = "{entry}"', *made])


def _is_gap(deploy: Deploy, folder: str) -> bool:
    """Whether a folder of regular packages is none itself: as a namespace it would have to be one (EW202)."""
    disk, path = deploy.worker.disk, deploy.worker.path(folder)
    inner = (each.name for each in disk.scan(path) if each.kind == "dir")
    is_package = disk.is_file(f"{path}/__init__.py")
    return bool(folder) and not is_package and any(disk.is_file(f"{path}/{name}/__init__.py") for name in inner)


def narrowed(deploy: Deploy, names: Iterable[str]) -> str:
    """What makes a module root hold the Worker's files alone, where it is the whole project; `names` are those that are
    uploaded and wanted. A main in the project's own folder moves below `src/` with its modules, whose imports stay.
    """
    entry = posixpath.relpath(deploy.config.main_path, deploy.worker.root)
    tops = {name.partition("/") for name in names}
    if "/" in entry and deploy.config.base_dir and not needs_staging(deploy.worker.disk, deploy.worker.root, entry):
        return f"remove `base_dir` from `{posixpath.basename(deploy.config.config_path)}`"
    if "/" in entry:
        return staged(deploy)
    if any(top == "src" and inside for top, inside, _ in tops):  # its imports say `src`: they would not survive a move
        return f'{staged(deploy)}\nnamespace = "src"'
    own = sorted({top for top, inside, _ in tops if (inside or top.endswith(".py")) and not _is_aside(top)})
    moved = " ".join(_word(top) for top in dict.fromkeys([*own, entry]))
    main = posixpath.relpath(deploy.config.main_path, posixpath.dirname(deploy.config.config_path))
    return "\n".join([f"mkdir -p src && mv {moved} src/", *_instead(deploy.config, main, f"src/{entry}")])


def renamed(deploy: Deploy, old: str, name: str, only: Iterable[str] = ()) -> str:
    """The commands that give a module or folder of the Worker (`old`, from its folder) another name, and its importers
    with it. `only`: its submodules, where others import another package of that name.
    """
    folder, tail = posixpath.split(old)
    new = posixpath.join(folder, name + posixpath.splitext(tail)[1])
    root = posixpath.relpath(deploy.config.module_root, deploy.worker.root)
    module = posixpath.splitext(tail)[0]
    if inner := "|".join(only):
        edits = f"s/^(\\s*)(from|import) {module}\\.(?=(?:{inner})\\b)/$1$2 {name}./; "
        edits += f"s/^(\\s*)from {module} import (?=(?:{inner})\\b)/$1from {name} import /"
    else:
        edits = f"s/^(\\s*)import {module}(?=\\s*(?:#|$))/$1import {name} as {module}/; "
        edits += f"s/^(\\s*)(from|import) {module}\\b/$1$2 {name}/"
    importers = f"grep -rlw --include='*.py' {module} {quoted(root)}"
    return f"mv {quoted(old)} {quoted(new)}\n{importers} | xargs perl -pi -e '{edits}'"


def instead_of_main(config: Config, new: str) -> str:
    """The line of main, for a main that has moved to a path in the config's folder."""
    main = posixpath.relpath(config.main_path, posixpath.dirname(config.config_path))
    return "\n".join(_instead(config, main, new))


def _is_aside(top: str) -> bool:
    """Whether a file or folder at the top of a project is none of the Worker's code: tests, `setup.py`."""
    return top in TEST_FOLDERS or top == "setup.py" or is_test(top)


def _instead(config: Config, main: str, new: str) -> list[str]:
    """The line of main, and what it takes the place of."""
    name = posixpath.basename(config.config_path)
    without = ", and without `base_dir`" if config.base_dir else ""
    if name.endswith(".toml"):
        return [f"# {name}, instead of main = {_quoted(main)}{without}", f"main = {_quoted(new)}"]
    return [f'// {name}, instead of "main": {_quoted(main)}{without}', f'"main": {_quoted(new)},']


def _quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _word(name: str) -> str:
    """A name as one word of a shell line."""
    return name if re.fullmatch(r"[\w./-]+", name) else f'"{name}"'
