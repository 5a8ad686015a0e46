"""EW304, EW305 and EW306: what the globs of the rules match, and what they keep from matching."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import CouldNotRun, Finding
from edgewheel.rules.ew3 import walks
from edgewheel.rules.ew3.dead_glob_syntax import shape
from edgewheel.rules.ew3.levels import entry, replaced
from edgewheel.rules.ew3.walks import some
from edgewheel.rules.registry import rule
from edgewheel.wrangler.globs import any_match, compile_glob
from edgewheel.wrangler.rules import MODULE_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.rules.ew3.walks import Pattern
    from edgewheel.wrangler.config import Config


#: More globs than that nobody pastes.
_MANY = 20


@rule("EW304", "worker-wrangler-config")
def glob_without_files(deploys: Deploys) -> Iterator[Finding]:
    """A glob of a module rule that matches no file, now that this commit takes the last one away, or at all.

    Workers: a glob is matched against paths relative to the module root. One that matches nothing gives no warning;
    the files that it was written for are missing when the Worker opens them.

    Fix: correct the glob, or remove it. A folder's content is `folder/**`.

    Bad:
        [[rules]]
        type = "Text"
        globs = ["templates"]

    Good:
        [[rules]]
        type = "Text"
        globs = ["templates/**"]
        fallthrough = true
    """
    for deploy in deploys:
        if deploy.is_built_elsewhere or deploy.config.leaves_main_out:  # the command may make the files; EW311
            continue
        if not deploy.config.rules or not walks.well_formed(deploy.config) or not (names := deploy.module_names):
            continue
        for each in deploy.config.rules:
            idle = {
                at: _meant(glob, names)
                for at, glob in enumerate(each.globs)
                if not any(map(compile_glob(glob).matches, names)) and shape(deploy, glob) is None
                if not _is_filled_later(deploy, glob)
            }
            whole = replaced(each.globs, idle)
            fix = entry(deploy.config.document, "globs", whole) if whole else "remove this rule"
            for at in idle:
                message = _unmatched(deploy, each.globs[at])
                yield Finding(message, deploy.config.document.place(*each.key, "globs", at), fix)


def _is_filled_later(deploy: Deploy, glob: str) -> bool:
    """Whether the glob looks into a folder that git ignores and that is not there, such as `vendor/` before the step
    that fills it.
    """
    folder, inside, _ = glob.partition("/")
    path = posixpath.join(deploy.config.module_root, folder)
    if not inside or "*" in folder or deploy.worker.disk.kind(path) is not None:
        return False
    from edgewheel.repository.git import is_ignored

    return is_ignored(path)


def _unmatched(deploy: Deploy, glob: str) -> str:
    if gone := _taken(deploy, glob):
        taken = f"now that this commit takes away {some(gone)}"
        return f"`{glob}` matches no file any more, {taken}: nothing is uploaded for it"
    root = posixpath.relpath(deploy.config.module_root, deploy.worker.root)
    where = "the project's folder" if root == "." else f"`{root}/`"
    return f"`{glob}` matches no file below {where}: nothing is uploaded for it"


def _meant(glob: str, names: Sequence[str]) -> tuple[str, ...]:
    """The glob in a form that matches something: a folder's content, or at any depth."""
    for other in (f"{glob}/**", f"**/{glob}", f"**/{glob}/**"):
        if any(map(compile_glob(other).matches, names)):
            return (other,)
    return ()


def _taken(deploy: Deploy, glob: str) -> list[str]:
    """The files below the module root that the commit at hand takes away and that the glob matched."""
    from edgewheel.repository.commit import at_hand

    try:
        commit = at_hand(deploy.worker)
    except CouldNotRun:  # no history to ask
        return []
    prefix = f"{deploy.config.module_root}/"
    removed = [each.path for each in commit.removals] if commit else []
    inside = [path.removeprefix(prefix) for path in removed if path.startswith(prefix)]
    return [name for name in inside if compile_glob(glob).matches(name)]


@rule("EW305", "worker-wrangler-config")
def shadowing_rule(deploys: Deploys) -> Iterator[Finding]:
    """A rule without `fallthrough` that switches off a later or default rule of its type while files still match
    that one.

    Workers: a rule completes its type. Later rules of the type, wrangler's own for `.txt`, `.html`, `.sql`, `.bin`
    and `.wasm` included, are switched off, and files that only they match are not uploaded.

    Fix: add `fallthrough = true`; or `fallthrough = false`, which says that this is meant.

    Bad:
        [[rules]]
        type = "Text"
        globs = ["**/*.md"]

    Good:
        [[rules]]
        type = "Text"
        globs = ["**/*.md"]
        fallthrough = true
    """
    skips = deploys.behavior.shadowed_is_skipped
    for deploy in deploys:
        if not deploy.config.rules or not walks.well_formed(deploy.config):
            continue
        found = deploy.active
        is_kept = any_match(each.glob for each in walks.patterns(found))
        lost = [name for name in deploy.module_names if not is_kept(name)]
        for by in dict.fromkeys(by for _, by in found.shadows if by.key and not (skips and by.fallthrough is False)):
            off = [removed for removed, other in found.shadows if other == by]
            is_off = any_match(compile_glob(glob) for removed in off for glob in removed.globs)
            if names := [name for name in lost if is_off(name)]:
                globs = ", ".join(f"`{glob}`" for removed in off for glob in removed.globs)
                has = "no `fallthrough`" if by.fallthrough is None else "`fallthrough = false`"
                message = f"this `{by.type}` rule has {has}, which switches off {globs}: "
                message += f"{some(names)} {'is' if len(names) == 1 else 'are'} not uploaded"
                if not skips and _refused(deploy):
                    message += f"; wrangler {deploy.deploys.version} stops"
                yield Finding(
                    message,
                    deploy.config.document.place(*by.key),
                    entry(deploy.config.document, "fallthrough", value=True),
                )


def _refused(deploy: Deploy) -> bool:
    """Whether an older wrangler refuses to go on without such a file."""
    return "matched a module rule" in (deploy.refusal or "")


@rule("EW306", "worker-wrangler-config")
def overlapping_globs(deploys: Deploys) -> Iterator[Finding]:
    """Globs that match the same files, or that upload `.py` files as text or data.

    Workers: wrangler prints `Ignoring duplicate module` for every further match, hundreds for a glob over everything.
    The first match decides the type: a `.py` file becomes text or data, and is no Python module of the upload.

    Fix: leave `.py` and what another glob or wrangler's defaults match out of the globs.

    Bad:
        [[rules]]
        type = "Data"
        globs = ["**/*"]

    Good:
        [[rules]]
        type = "Data"
        globs = ["**/*.json"]
        fallthrough = true
    """
    for deploy in deploys:
        if not deploy.config.rules or not walks.well_formed(deploy.config):
            continue
        found = walks.patterns(deploy.active)
        blamed: dict[Pattern, list[tuple[str, Pattern]]] = {}
        for name in deploy.module_names:
            hits = [each for each in found if each.glob.matches(name)]
            for later in hits[1:]:
                # of two of the user's the later one is too much; beside wrangler's own the user's is
                blamed.setdefault(later if later.key else hits[0], []).append((name, hits[0] if later.key else later))
        eaters = {each.glob.text for each, overlaps in blamed.items() if _python(deploy.config, overlaps)}
        for each, overlaps in blamed.items():
            # what a glob over Python overlaps beside that goes away with it
            if each.key and (each.glob.text in eaters or any(other.glob.text not in eaters for _, other in overlaps)):
                yield _overlap(deploy.config, each, overlaps, deploy.module_names, found)


def _overlap(
    config: Config, each: Pattern, overlaps: list[tuple[str, Pattern]], names: Sequence[str], found: Sequence[Pattern]
) -> Finding:
    glob = each.glob.text
    python = _python(config, overlaps)
    if python:
        kind = {"buffer": "data"}.get(MODULE_TYPES[each.type], MODULE_TYPES[each.type])
        message = f"`{glob}` uploads {some(python)} as {kind}, not as Python, and wrangler prints "
        message += "`Ignoring duplicate module` for each"
    else:
        doubled = list(dict.fromkeys(name for name, _ in overlaps))
        whose = {True: "", False: "wrangler's own "}
        shown = [f"{whose[bool(other.key)]}`{other.glob.text}`" for _, other in overlaps]
        others = ", ".join(dict.fromkeys(shown))
        message = f"`{glob}` matches what {others} matches too, {some(doubled)}: wrangler prints "
        message += "`Ignoring duplicate module` for each"
    key, at = each.key[:-1], int(each.key[-1])
    rest = [other for other in found if other is not each]
    own = [name for name in names if each.glob.matches(name) and not any(other.glob.matches(name) for other in rest)]
    globs: list[str] = config.document.get(*key)
    narrower = _narrower(glob, own)
    whole = replaced(globs, {at: narrower})
    fix = entry(config.document, "globs", whole) if whole else "remove this rule"
    if len(narrower) > _MANY:
        fix = (
            f"name the {len(own):,} files that only this glob matches by globs of their own, or let pywrangler vendor "
        )
        fix += "such packages: wrangler uploads `python_modules/` without a rule"
    return Finding(message, config.document.place(*each.key), fix)


def _python(config: Config, overlaps: list[tuple[str, Pattern]]) -> list[str]:
    """The Python modules that a glob makes text or data."""
    main = posixpath.relpath(config.main_path, config.module_root)
    return [name for name, other in overlaps if other.type == "PythonModule" and not other.key and name != main]


def _narrower(glob: str, own: Sequence[str]) -> list[str]:
    """Globs for the files that nothing else matches: by their endings."""
    folder = glob[: glob.index("*")].rpartition("/")[0] if "*" in glob else posixpath.dirname(glob)
    head = f"{folder}/" if folder else ""
    own = [name for name in own if not name.endswith((".pyc", ".pyo"))]
    ends = dict.fromkeys(posixpath.splitext(name)[1] for name in own)
    return [f"{head}**/*{end}" for end in ends if end] + [name for name in own if not posixpath.splitext(name)[1]]
