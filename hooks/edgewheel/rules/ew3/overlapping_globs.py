"""EW306: globs that match the same files."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.ew3 import walks
from edgewheel.rules.ew3.levels import entry, replaced
from edgewheel.rules.ew3.walks import some
from edgewheel.rules.registry import rule
from edgewheel.wrangler.rules import MODULE_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.deploy import Deploys
    from edgewheel.rules.ew3.walks import Pattern
    from edgewheel.wrangler.config import Config

#: More globs than that nobody pastes.
_MANY = 20


@rule("EW306", "worker-wrangler-config")
def overlapping_globs(deploys: Deploys) -> Iterator[Finding]:
    """Globs that match the same files, or that upload `.py` files as text or data.

    Workers: wrangler prints `Ignoring duplicate module` for every further match, hundreds for a glob over everything.
    The first match decides the type: a `.py` file becomes text or data and cannot be imported.

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
    bare = [name for name in own if not posixpath.splitext(name)[1]]
    names = dict.fromkeys(posixpath.basename(name) for name in bare)
    if len(names) < len(bare):  # `vendor/**/METADATA` of each package
        bare = [f"{head}**/{name}" for name in names]
    return [f"{head}**/*{end}" for end in ends if end] + bare
