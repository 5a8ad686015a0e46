"""EW207: files that the code opens and that wrangler will not upload."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.layout import absence
from edgewheel.rules.registry import rule
from edgewheel.sources import paths
from edgewheel.sources.written import WRITING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.sources.records import Opened


@rule("EW207", "worker-imports")
def data_file_not_in_upload(deploys: Deploys) -> Iterator[Finding]:
    """A file that the code opens beside itself and that wrangler will not upload (json, yaml, md, …), one that is
    opened relative to the current folder, or one asked of a package under a name that the upload lacks.

    Workers: of what stands beside the code wrangler uploads `.py`, `.txt`, `.html`, `.sql`, `.bin` and `.wasm`; all
    else needs a rule. Opening a file that is not there raises FileNotFoundError. The current folder is `/`, so
    `open("prices.txt")` never finds an uploaded file; `importlib.resources` and `pkgutil` follow the names of imports.

    Fix: add a rule for the file's kind.

    Bad:
        from pathlib import Path

        PRICES = Path(__file__).with_name("prices.json").read_text()

    Good:
        # wrangler.toml
        [[rules]]
        type = "Text"
        globs = ["**/*.json"]
        fallthrough = true

        # src/main.py
        from pathlib import Path

        PRICES = Path(__file__).with_name("prices.json").read_text()
    """
    found: dict[Finding, dict[str, None]] = {}
    for deploy in deploys.importing:
        for name, _ in deploy.own("opened"):
            for each in _judged(deploy, name):
                # each environment with rules of its own needs the file in them, too
                found.setdefault(each._replace(fix=""), {})[each.fix] = None
    for each, fixes in found.items():
        first, *more = fixes
        yield each._replace(fix="\n".join([first, *(fix[fix.find("# ") if "\n# " in fix else 0 :] for fix in more)]))


def _judged(deploy: Deploy, name: str) -> Iterator[Finding]:
    path = deploy.path(name)
    for found in deploy.sources.whole(name).opened:
        real = _real(deploy, name, found) if found.how not in WRITING else ""
        if not real or real.endswith(".py") or paths.resolve(found.path, name) in _found_there(deploy, found):
            continue
        if real in deploy.project.uploaded:
            place = Place(path, found.line, found.column)
            yield _elsewhere(deploy, name, found, real, place)
        elif not _meant(deploy, real):
            message = f"`{deploy.worker.shown(real)}` is opened here, and wrangler does not upload it: "
            message += f"on Workers this raises FileNotFoundError{_ignored(deploy, real)}"
            yield Finding(message, Place(path, found.line, found.column), _fix(deploy, name, found, real))


def _ignored(deploy: Deploy, real: str) -> str:
    """That a checkout lacks the file, whatever rule uploads it here."""
    rule = deploy.worker.git.rule(real)
    if rule is None:
        return ""
    return (
        f"; git ignores it too ({absence.said(deploy.worker, rule)}), so that a clone has it only where a step makes it"
    )


def _found_there(deploy: Deploy, found: Opened) -> Collection[str]:
    """The names under which the path is there: none for one that is relative to the current folder."""
    return () if paths.is_relative(found.path) else deploy.tree.files


def _elsewhere(deploy: Deploy, name: str, found: Opened, real: str, place: Place) -> Finding:
    """The file is uploaded, and not where it is looked for."""
    uploaded = deploy.project.uploaded[real]
    beside = posixpath.relpath(uploaded, posixpath.dirname(name) or ".")
    fix = f'open it as `Path(__file__).parent / "{beside}"`'
    if paths.is_relative(found.path):
        message = f"`{found.path}` is opened relative to the current folder, which is `/` on Workers: "
        return Finding(f"{message}this raises FileNotFoundError, though the file is uploaded", place, fix)
    asked = paths.resolve(found.path, name)
    message = f"`{asked}` is asked for here, and the upload has it as `{uploaded}`: on Workers this fails"
    return Finding(message, place, fix)


def _real(deploy: Deploy, name: str, found: Opened) -> str:
    """The file of the repository that is meant; "" where there is none (it may be made while running)."""
    own = posixpath.dirname(deploy.path(name))
    inside = paths.resolve(found.path, name)
    if inside is None:
        return ""
    if found.path.startswith(paths.MOUNT):  # a package by its name, or the path of the runtime
        named = [deploy.worker.path(inside), f"{deploy.config.module_root}/{inside}"]
        return next((each for each in named if deploy.worker.disk.is_file(each)), "")
    bases = [posixpath.join(own, posixpath.relpath(inside or ".", posixpath.dirname(name) or "."))]
    if paths.is_relative(found.path):
        bases = [posixpath.join(base, found.path) for base in (own, deploy.worker.root, deploy.config.module_root)]
    candidates = [posixpath.normpath(each) for each in bases]
    return next((each for each in candidates if deploy.worker.disk.is_file(each)), "")


def _meant(deploy: Deploy, real: str) -> bool:
    """Whether a rule that is written wrong was meant for the file: that is said where the rule stands."""
    from edgewheel.rules.ew3.dead_glob_syntax import cleaned
    from edgewheel.wrangler.globs import compile_glob

    config = deploy.config
    # of a staged upload the path in the project's own folder
    inside = [posixpath.relpath(real, top) for top in (config.module_root, deploy.worker.root)]
    # an environment's own rules in the place of the top level's are EW315's
    for key in dict.fromkeys((config.key("rules"), config.key("rule"), ("rules",))):
        rules = config.document.get(*key)
        for each in rules if isinstance(rules, list) else [rules]:
            globs = each.get("globs", "**/*") if isinstance(each, dict) else []
            for glob in globs if isinstance(globs, list) else [globs]:
                forms = cleaned(str(glob).replace("\\", "/"))
                root = f"{posixpath.relpath(config.module_root, posixpath.dirname(config.config_path))}/"
                tests = [compile_glob(form.removeprefix(root)) for form in forms]
                if any(test.matches(path) for test in tests for path in inside):
                    return True
    return False


def _fix(deploy: Deploy, name: str, found: Opened, real: str) -> str:
    from edgewheel.rules.ew3.levels import more_rules

    own = posixpath.dirname(deploy.path(name))
    inside = posixpath.normpath(posixpath.join(posixpath.dirname(name), posixpath.relpath(real, own)))
    if inside.startswith(".."):
        return f"mv {deploy.worker.shown(real)} {deploy.worker.shown(own)}/, and open it there"
    suffix = posixpath.splitext(real)[1]
    folder = posixpath.dirname(inside)
    glob = posixpath.join(folder, f"*{suffix}") if suffix else inside
    kind = "Text" if _is_text(deploy, real) else "Data"
    name_of_config = posixpath.basename(deploy.config.config_path)
    beside = posixpath.relpath(inside, posixpath.dirname(name) or ".")
    where = f'open it as `Path(__file__).parent / "{beside}"`\n' if paths.is_relative(found.path) else ""
    rule = {"type": kind, "globs": [glob], "fallthrough": True}
    if name_of_config.endswith(".toml"):
        return f"{where}# {name_of_config}\n{more_rules(deploy.config, [rule])}"
    rule_text = f'{{ "type": "{kind}", "globs": ["{glob}"], "fallthrough": true }}'
    return f'{where}// {name_of_config}, in "rules"\n{rule_text}'


def _is_text(deploy: Deploy, path: str) -> bool:
    try:
        deploy.worker.disk.read(path).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
