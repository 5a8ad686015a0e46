"""EW305: a rule without `fallthrough` that switches off another rule while files still match that one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.ew3 import walks
from edgewheel.rules.ew3.levels import entry
from edgewheel.rules.ew3.walks import some
from edgewheel.rules.registry import rule
from edgewheel.wrangler.globs import any_match, compile_glob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys


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
