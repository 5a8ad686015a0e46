"""EW205: tests that import the project in a way that the deployed Worker does not have."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.documents.paths import quoted
from edgewheel.findings import Cause, Finding, Place
from edgewheel.repository.walk import is_test, python_files
from edgewheel.rules.ew2 import cures
from edgewheel.rules.registry import rule
from edgewheel.runtime.resolve import FailedImport
from edgewheel.runtime.tree import module_name
from edgewheel.sources.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.sources.records import Import

#: So many imports are changed by hand.
_FEW = 3


@rule("EW205", "worker-imports", level="warning")
def tests_import_otherwise(deploys: Deploys) -> Iterator[Finding]:
    """Tests import the project in a way that the deployed Worker does not have: `from src.…` in tests where the
    upload has the same module without `src`, or the reverse.

    Workers: the tests pass, and the deployed Worker runs other imports than they have seen: what fails there is not
    seen here, and a module imported under two names exists twice.

    Fix: let both import the same names; staging keeps `src.` in the upload.

    Bad:
        # wrangler.toml
        main = "src/main.py"

        # src/main.py
        from core.settings import Settings

        # tests/test_config.py
        from src.core.settings import Settings

    Good:
        # wrangler.toml
        main = "src/main.py"

        # src/main.py
        from core.settings import Settings

        # tests/test_config.py
        from core.settings import Settings
    """
    worker = deploys.worker
    for deploy in deploys.importing:
        files = [path for path in python_files(worker.disk, worker.root) if is_test(worker.shown(path))]
        modules = Modules({path: (lambda path=path: worker.disk.read(path)) for path in files}, worker.disk.records)  # type: ignore[misc]
        yield from _as_one(deploy, [each for path in files for each in _judged(deploy, modules, path)])


class _Other(NamedTuple):
    """A finding with the folder's name that its import has before the upload's name, where that is the difference."""

    finding: Finding
    prefix: str = ""
    top: str = ""


def _as_one(deploy: Deploy, found: list[_Other]) -> Iterator[Finding]:
    """The findings; many imports through one folder are one cause, which one command ends."""
    for each in found:
        same = [other for other in found if each.prefix and other.prefix == each.prefix]
        if len(same) <= _FEW:
            yield each.finding
            continue
        shown = deploy.worker.shown
        folders = sorted({shown(other.finding.place.path).partition("/")[0] for other in same})
        main = deploy.main.partition("/")[0].removesuffix(".py")
        tops = "|".join(sorted({main, *(other.top for other in same)}))
        name = each.prefix.replace(".", "\\.")
        fix = f"grep -rl --include='*.py' {quoted(name)} {' '.join(map(quoted, folders))} | "
        fix += f"xargs perl -pi -e 's/\\b{name}\\.(?=(?:{tops})\\b)//g; s/^(\\s*)from {name} import /$1import /'"
        message = f"the tests import the Worker's modules through `{each.prefix}`, which the upload does not have: "
        message += "they import other names than the deployed Worker"
        cause = Cause(same[0].finding.place, message)
        yield each.finding._replace(fix=f"{fix}{_on_the_path(deploy)}", cause=cause)


def _judged(deploy: Deploy, modules: Modules, path: str) -> Iterator[_Other]:
    resolver = deploy.untouched
    worker = deploy.worker
    for item in modules.record(path).imports:
        if item.level or item.dynamic or not item.module:
            continue
        if item.module.partition(".")[0] in resolver.library.present:
            continue
        for name in (item.module, *(f"{item.module}.{each}" for each in item.names)):
            meant = deploy.project.intended(name)
            if meant is None or module_name(meant) == name or meant == deploy.main:
                continue
            if isinstance(resolver.locate(name), FailedImport):
                message = f"`{cures.statement(item)}`: in the upload `{worker.shown(deploy.path(meant))}` is "
                message += f"`{module_name(meant)}`, so the tests import other names than the deployed Worker"
                fix = _fix(deploy, item, name, meant)
                cause = cures.cause(deploy, fix)
                finding = Finding(message, Place(path, item.line, item.column), fix, cause=cause)
                prefix = "" if cause else _prefix(name, meant)
                yield _Other(finding, prefix, module_name(meant).partition(".")[0])
                break


def _prefix(name: str, meant: str) -> str:
    """What a dotted name has before the upload's; "" where they differ otherwise."""
    tail = f".{module_name(meant)}"
    return name.removesuffix(tail) if name.endswith(tail) else ""


def _fix(deploy: Deploy, item: Import, name: str, meant: str) -> str:
    """Staging where the Worker's code says `src` too; where it is flat, the tests say what it says."""
    prefix = _prefix(name, meant)
    if not prefix:
        return f"import it as `{module_name(meant)}`"
    if cures.keeps_the_folder(deploy):
        return cures.staging(deploy)
    names = ", ".join(item.names)
    module = item.module.removeprefix(prefix).removeprefix(".")
    statement = f"from {module} import {names}" if module and names else f"import {module or names}"
    return f"{statement}{_on_the_path(deploy)}"


def _on_the_path(deploy: Deploy) -> str:
    """What lets pytest find the Worker's modules under the names of the upload."""
    root = posixpath.relpath(deploy.config.module_root, deploy.worker.root)
    pyproject = deploy.worker.pyproject
    options = pyproject.get("tool", "pytest", "ini_options") if pyproject else None
    if not isinstance(options, dict):
        return f'\n# pyproject.toml\n[tool.pytest.ini_options]\npythonpath = ["{root}"]'
    if root in (options.get("pythonpath") or ()):
        return ""
    return f'\n# pyproject.toml, in [tool.pytest.ini_options]\npythonpath = ["{root}"]'
