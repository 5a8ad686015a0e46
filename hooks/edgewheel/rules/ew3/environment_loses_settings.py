"""EW315: what an environment loses by what it sets."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.ew3 import walks
from edgewheel.rules.ew3.exclude_table import covers_compiled
from edgewheel.rules.ew3.excludes import is_idle
from edgewheel.rules.ew3.levels import entry, more_rules
from edgewheel.rules.registry import rule
from edgewheel.wrangler.config import PYC
from edgewheel.wrangler.globs import any_match, compile_glob

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.rules.env_bindings import Binding, Taken
    from edgewheel.wrangler.config import Config


#: Whether it is about variables -> the level.
_LEVELS = {True: "warning", False: "error"}


@rule("EW315", "worker-wrangler-config")
def environment_loses_settings(deploys: Deploys) -> Iterator[Finding]:
    """An environment that replaces `rules`, `compatibility_flags` or `python_modules` and loses what the top level had.
    Or one that lacks bindings which the code uses and the top level declares.

    Workers: an environment's value replaces the top level's as a whole, nothing is merged: the files that the top
    level's rules upload are missing in this environment alone, its flags are off, its excludes are uploaded.
    Bindings and `vars` are never inherited: wrangler warns and deploys, and using one raises AttributeError. For a
    variable this is a warning: the environment may have a secret of its name.

    Fix: repeat in the environment what it still needs.

    Bad:
        compatibility_flags = ["python_workers", "nodejs_compat"]

        [env.staging]
        compatibility_flags = ["python_workers"]

    Good:
        compatibility_flags = ["python_workers", "nodejs_compat"]

        [env.staging]
        vars = { LEVEL = "debug" }
    """
    top = deploys.of(None).config
    for deploy in deploys:
        if deploy.config.env is not None:
            yield from _flags(deploy.config, top)
            yield from _rules(deploy, top)
            yield from _excludes(deploy.config, top)
    yield from _bindings(deploys)


def _flags(config: Config, top: Config) -> Iterator[Finding]:
    if config.key("compatibility_flags") == ("compatibility_flags",):
        return
    own = set(config.flags)
    # the flag for Python has a rule of its own; what is switched to its opposite is no loss
    lost = [flag for flag in top.flags if flag not in own and flag != "python_workers" and not own & _opposites(flag)]
    if lost:
        named = ", ".join(f"`{flag}`" for flag in lost)
        message = f"`compatibility_flags` of `env.{config.env}` replaces the top level's: {named} "
        message += f"{'is' if len(lost) == 1 else 'are'} off in this environment"
        whole = [*config.flags, *(flag for flag in top.flags if flag not in own and flag in {*lost, "python_workers"})]
        fix = entry(config.document, "compatibility_flags", whole)
        yield Finding(message, config.place("compatibility_flags"), fix)


def _opposites(flag: str) -> set[str]:
    return {f"no_{flag}", flag.removeprefix("no_")} - {flag}


def _rules(deploy: Deploy, top: Config) -> Iterator[Finding]:
    if deploy.config.key("rules") == ("rules",) or not walks.well_formed(deploy.config) or not walks.well_formed(top):
        return
    kept = any_match(each.glob for each in walks.patterns(deploy.active))
    names = [name for name in deploy.module_names if not kept(name)]
    lost = {
        glob: found
        for each in top.rules
        for glob in each.globs
        if (found := [name for name in names if compile_glob(glob).matches(name)])
    }
    if lost:
        globs = ", ".join(f"`{glob}`" for glob in lost)
        files = list(dict.fromkeys(name for found in lost.values() for name in found))
        message = f"`rules` of `env.{deploy.config.env}` replaces the top level's: {globs} "
        message += f"{'does' if len(lost) == 1 else 'do'} not count here, {walks.some(files)} "
        message += f"{'is' if len(files) == 1 else 'are'} not uploaded"
        given = deploy.config.document.get("rules")
        again = [given[int(each.key[-1])] for each in top.rules if not lost.keys().isdisjoint(each.globs)]
        yield Finding(message, deploy.config.place("rules"), more_rules(deploy.config, again))


def _excludes(config: Config, top: Config) -> Iterator[Finding]:
    own = config.document.get(*config.key("python_modules"), "exclude")
    given = config.document.get("python_modules", "exclude")
    if config.key("python_modules") == ("python_modules",) or not isinstance(own, list) or not isinstance(given, list):
        return
    # compiled files have a rule of their own
    lost = [each for each in top.exclude if each not in config.exclude and not covers_compiled([each]) and each != PYC]
    lost = [each for each in lost if not is_idle(each)]  # nothing is lost with what leaves nothing out
    if lost and not any(compile_glob(each).suffix == "" for each in config.exclude):
        named = ", ".join(f"`{each}`" for each in lost)
        message = f"`python_modules` of `env.{config.env}` replaces the top level's: what {named} "
        message += f"{'leaves' if len(lost) == 1 else 'leave'} out is uploaded in this environment"
        fix = entry(config.document, "exclude", [*config.exclude, *lost])
        yield Finding(message, config.place("python_modules", "exclude"), fix)


def _bindings(deploys: Deploys) -> Iterator[Finding]:
    """What the top level declares, an environment lacks, and the code uses; without the first two no code is read."""
    if deploys.environments == (None,):
        return
    from edgewheel.rules import env_bindings

    above = env_bindings.declared(deploys.of(None))
    for deploy in deploys if above else ():
        lost = above.keys() - env_bindings.declared(deploy).keys() if deploy.config.env is not None else set()
        like = deploys.like(deploy) if lost else None
        if like is not None:
            uses = [each for each in env_bindings.uses(like) if each.use.name in lost]
            objects = [each for each in uses if above[each.use.name].kind != "vars"]
            yield from _lost(like, deploy.config, objects, above)
            yield from _lost(like, deploy.config, [each for each in uses if each not in objects], above)


def _lost(like: Deploy, config: Config, uses: Sequence[Taken], above: Mapping[str, Binding]) -> Iterator[Finding]:
    """One finding for bindings, or for variables, of an environment."""
    if not uses:
        return
    names = list(dict.fromkeys(each.use.name for each in uses))
    first = uses[0]
    is_text = above[names[0]].kind == "vars"
    named = ", ".join(f"`{name}`" for name in names)
    message = (
        f"`env.{config.env}` does not inherit {'the variables' if is_text else 'the bindings'} {named} of the top "
    )
    message += f"level: `{like.worker.shown(like.path(first.module))}` uses `env.{first.use.name}` in line "
    message += f"{first.use.line}, which raises AttributeError in this environment"
    place = config.document.place("env", str(config.env))
    yield Finding(message, place, _declared_again(like, config, [above[name] for name in names]), _LEVELS[is_text])


def _declared_again(like: Deploy, config: Config, names: Sequence[Binding]) -> str:
    from edgewheel.rules.env_bindings import pasted

    if names[0].kind == "vars":
        values = {each.name: config.document.get(*each.key) for each in names}
        key = ("env", str(config.env), "vars")
        given = config.document.get(*key)
        if isinstance(given, dict) and config.document.line_text(config.document.place(*key).line).lstrip()[:1] == "[":
            lines = [entry(config.document, name, value) for name, value in values.items()]
            return "\n".join([f"# {posixpath.basename(config.config_path)}, in [{'.'.join(key)}]", *lines])
        return entry(config.document, "vars", {**(given if isinstance(given, dict) else {}), **values})
    classes = [config.document.get(*each.key, "class_name") for each in names]
    rows = [(each.kind, each.name, str(found or "")) for each, found in zip(names, classes, strict=True)]
    return pasted(like, [row for row in rows if row[0]], config.env) if any(row[0] for row in rows) else ""
