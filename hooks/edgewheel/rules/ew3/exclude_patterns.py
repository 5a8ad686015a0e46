"""EW309 and EW316: patterns of python_modules.exclude that do nothing, or too much."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import Finding
from edgewheel.rules.ew3.dead_glob_syntax import shape
from edgewheel.rules.ew3.levels import entry, replaced
from edgewheel.rules.ew3.walks import some
from edgewheel.rules.registry import rule
from edgewheel.wrangler import survivors
from edgewheel.wrangler.globs import compile_glob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.documents.document import Key
    from edgewheel.repository.worker import Worker

_PREFIX = "python_modules/"
#: What ends like the name of a folder: no file matches it.
# patterns are compiled where they are used: a hook that finds nothing pays for none
_FOLDER = r"(?:^|/)(?:__pycache__|tests?|[^/]*\.(?:dist|egg)-info|[^/]*\.data)$"
_COMPILED = r".*\.py[co\[{?*]?.*|.*__pycache__/\*\*$"
_METADATA = r"([^/]+)-[^/-]+\.dist-info/([^/]+)"
_PROBES = ("_p.pth", "workers/__init__.py", "p/__init__.py", "p/_p.cpython-313-wasm32-emscripten.so", "lib/p.so")


class Given(NamedTuple):
    """One pattern of the list at `key`."""

    deploy: Deploy
    key: Key
    at: int
    text: str


def is_idle(pattern: str) -> bool:
    """Whether a pattern matches no file, by its shape alone."""
    return pattern.startswith(_PREFIX) or re.search(_FOLDER, pattern) is not None


def _findings(found: list[tuple[Given, str, tuple[str, ...]]]) -> Iterator[Finding]:
    """Messages with what each pattern means; the fix is the whole list as it should be."""
    meant: dict[Key, dict[int, tuple[str, ...]]] = {}
    for given, _, right in found:
        meant.setdefault(given.key, {})[given.at] = right
    for (deploy, key, at, _), message, _ in found:
        document = deploy.config.document
        whole = replaced(document.get(*key), meant[key])
        yield Finding(message, document.place(*key, at), entry(document, "exclude", whole))


@rule("EW309", "worker-wrangler-config")
def exclude_without_files(deploys: Deploys) -> Iterator[Finding]:
    """A pattern of `python_modules.exclude` that matches nothing.

    Workers: patterns are matched against the paths of files, relative to `python_modules/`: one that begins with
    `python_modules/`, or that names a folder without `/**` behind it, matches no file, and everything is uploaded.
    What a pattern matches by its content is judged only where `python_modules` is there.

    Fix: write `**/__pycache__/**` for a folder's content, and no `python_modules/` before it.

    Bad:
        [python_modules]
        exclude = ["**/*.pyc", "python_modules/pandas/tests"]

    Good:
        [python_modules]
        exclude = ["**/*.pyc", "pandas/tests/**"]
    """
    found: list[tuple[Given, str, tuple[str, ...]]] = []
    for given in _patterns(deploys):
        names = given.deploy.vendored_names
        if any(map(compile_glob(given.text).matches, names)):
            continue
        if given.text.startswith(_PREFIX):
            message = f"`{given.text}` matches nothing: paths are relative to `{_PREFIX}` already, no file is left out"
            found.append((given, message, (given.text.removeprefix(_PREFIX),)))
        elif re.search(_FOLDER, given.text):
            message = (
                f"`{given.text}` matches nothing: it names folders, and only files are matched, no file is left out"
            )
            found.append((given, message, _content(given.text)))
        elif names and not re.fullmatch(_COMPILED, given.text):
            below = f"{given.text}/**"
            meant = (below,) if any(map(compile_glob(below).matches, names)) else ()
            message = f"`{given.text}` matches none of the {len(names):,} files in `{_PREFIX}`: no file is left out"
            found.append((given, message, meant))
    yield from _findings(found)


def _content(pattern: str) -> tuple[str, ...]:
    """The files of the folders that a pattern names; of metadata only what nobody reads."""
    if pattern.endswith("-info"):
        return (f"{pattern}/RECORD", f"{pattern}/WHEEL", f"{pattern}/licenses/**")
    return (f"{pattern}/**",)


@rule("EW316", "worker-wrangler-config")
def exclude_too_much(deploys: Deploys) -> Iterator[Finding]:
    """A pattern of `python_modules.exclude` that removes what must survive: `*.pth`, `workers/**`, `lib/**`, `*.so`,
    the METADATA and entry points of packages that read them, or what is named like tests and is public (`django/test`).

    Workers: the deploy succeeds and the Worker fails at its start: without `workers/` no `import workers`, without
    its `*.so` no compiled package, without METADATA no `import openai`.

    Fix: leave these files in; of a dist-info RECORD, WHEEL and licenses may go.

    Bad:
        [python_modules]
        exclude = ["**/*.pyc", "**/*.dist-info/**"]

    Good:
        [python_modules]
        exclude = ["**/*.pyc", "**/*.dist-info/RECORD"]
    """
    found: list[tuple[Given, str, tuple[str, ...]]] = []
    for given in _patterns(deploys):
        matches = compile_glob(given.text).matches
        seen = given.deploy.vendored_names
        names = seen or _expected(deploys.worker)
        gone = [name for name in names if matches(name) and not name.endswith(".pyc")]
        stays = {name.partition("/")[0] for name in names if name.endswith(".py") and not matches(name)}
        reasons = {name: why for name in gone if (why := _why(name, stays))}
        if reasons:
            why = next(iter(reasons.values()))
            lost = [name for name, other in reasons.items() if other == why]
            what = some(lost) if seen else _kind(lost[0])
            found.append((given, f"`{given.text}` leaves out {what}: {why}", _spared(given.text)))
    yield from _findings(found)


def _why(name: str, stays: set[str]) -> str:
    """What breaks without a file, "" where nothing does; a package that goes as a whole is nobody's loss."""
    if why := survivors.read_at_start(name):
        return why
    glob, why = survivors.needed(name)
    if glob:
        whole = glob == "**/*.so" and name.partition("/")[0] not in stays
        return "" if whole or "/tests/" in name else why
    return survivors.public(name) if name.partition("/")[0] in stays else ""


def _expected(worker: Worker) -> tuple[str, ...]:
    """Names as pywrangler will write them, where it has not yet: one of each kind that must survive, and the metadata
    of the project's own dependencies.
    """
    required = worker.pyproject.get("project", "dependencies") if worker.pyproject else None
    items = [item for item in required if isinstance(item, str)] if isinstance(required, list) else []
    named = [re.split(r"[^A-Za-z0-9._-]", item.strip())[0] for item in items]
    return (*_PROBES, *(f"{re.sub(r'[-_.]+', '_', name)}-1.0.dist-info/METADATA" for name in named))


def _kind(name: str) -> str:
    """What one of the expected names stands for."""
    kinds = {"_p.pth": "`*.pth`", "workers/__init__.py": "`workers/**`", "lib/p.so": "`lib/**`"}
    return kinds.get(name, "`*.so`" if name.endswith(".so") else f"the METADATA of `{name.partition('-1.0')[0]}`")


def _spared(pattern: str) -> tuple[str, ...]:
    """What may stay of a pattern: of metadata what nobody reads, nothing else."""
    head, info, _ = pattern.partition("-info/")
    return (f"{head}-info/RECORD", f"{head}-info/WHEEL", f"{head}-info/licenses/**") if info else ()


def _patterns(deploys: Deploys) -> Iterator[Given]:
    """The well-formed patterns of every list, each once, where wrangler reads such lists at all."""
    if not deploys.behavior.exclude:
        return
    seen: set[Key] = set()
    for deploy in deploys:
        key = deploy.config.key("python_modules", "exclude")
        globs = deploy.config.document.get(*key)
        if key in seen or not isinstance(globs, list) or not all(isinstance(glob, str) for glob in globs):
            continue
        seen.add(key)
        for at, glob in enumerate(globs):
            if shape(deploy, glob, excludes=True) is None:
                yield Given(deploy, key, at, glob)
