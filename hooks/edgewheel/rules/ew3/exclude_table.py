"""The table that says which vendored files stay behind. Shared by EW307, EW308 and EW315; and
what a config lacks for the files of `precompile`, for EW308 and the commands that make them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edgewheel.rules.ew3.levels import entry, levels, more_rules
from edgewheel.runtime.startup import is_own
from edgewheel.wrangler.globs import any_match, compile_glob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.findings import Place
    from edgewheel.rules.ew3.levels import Scope
    from edgewheel.wrangler.config import Config

FOLDER = "python_modules/"
#: One compiled file at each place where they stand.
_COMPILED = ("a.pyc", "p/a.pyc", "p/__pycache__/a.cpython-313.pyc")


def read_levels(deploys: Deploys) -> Iterator[Scope]:
    """The tables whose python_modules the installed wrangler reads: none before 4.45.0."""
    return levels(deploys) if deploys.behavior.exclude else iter(())


def is_patterns(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def covers_compiled(patterns: list[str]) -> bool:
    """Whether a list leaves out every compiled file."""
    globs = [compile_glob(pattern) for pattern in patterns]
    return all(any(glob.matches(path) for glob in globs) for path in _COMPILED)


class Lacking(NamedTuple):
    """What a config has to say before wrangler uploads compiled files: why, where, and the text to paste."""

    message: str
    place: Place
    fix: str


def takes_compiled(deploy: Deploy) -> Callable[[str], bool]:
    """Whether wrangler uploads a compiled file under its name, as it is."""
    excluded = any_match([compile_glob(text) for text in deploy.config.exclude])
    rules = [(compile_glob(glob), rule.type) for rule in deploy.active.rules for glob in rule.globs]
    listed = deploy.config.find_additional_modules is not False or not deploy.behavior.find_modules_optional

    def takes(name: str) -> bool:
        if name.startswith(FOLDER):
            return not (deploy.behavior.exclude and excluded(name.removeprefix(FOLDER)))
        return listed and next((kind for glob, kind in rules if glob.matches(name)), "") == "Data"

    return takes


def lacking(deploy: Deploy, targets: Mapping[str, str]) -> Iterator[Lacking]:
    """`targets` are the compiled files that `precompile` would add, by their modules."""
    takes, config = takes_compiled(deploy), deploy.config
    own = [takes(name) for name in targets.values() if is_own(name)]
    vendored = [takes(name) for name in targets.values() if not is_own(name)]
    if deploy.target and own and not any(own):  # what nobody stages is not compiled
        why = "`precompile` has no effect on the project's modules: no rule uploads `.pyc` files"
        yield Lacking(why, *_rule(config))
    if vendored and not any(vendored):
        rest = [text for text in config.exclude if not _parts(text, targets)]
        yield Lacking(
            "`precompile` has no effect on python_modules: `exclude` leaves `.pyc` files out (a list of your own "
            "replaces wrangler's default)",
            config.place("python_modules", "exclude"),
            _table(config, rest),
        )


def _parts(pattern: str, targets: Mapping[str, str]) -> bool:
    """Whether a pattern leaves a compiled file out and not its module."""
    matches = compile_glob(pattern).matches
    names = ((one.removeprefix(FOLDER), two.removeprefix(FOLDER)) for one, two in targets.items() if not is_own(one))
    return any(matches(compiled) and not matches(module) for module, compiled in names)


def _rule(config: Config) -> tuple[Place, str]:
    """Where the rule for compiled files comes, and its text: one of the same type without `fallthrough` switches off
    those behind it, so that it takes the glob.
    """
    rules = config.document.get(*config.key("rules"))
    for at, each in enumerate(rules if isinstance(rules, list) else ()):
        if isinstance(each, dict) and each.get("type") == "Data" and not each.get("fallthrough"):
            globs = [*each.get("globs", []), "**/*.pyc"]
            return config.place("rules", at, "globs"), entry(config.document, "globs", globs)
    return config.place("rules"), more_rules(config, [{"type": "Data", "globs": ["**/*.pyc"], "fallthrough": True}])


def _table(config: Config, exclude: list[str]) -> str:
    *_, name = key = config.key("python_modules")
    if config.document.path.endswith(".toml"):
        return f"[{'.'.join(map(str, key))}]\n{entry(config.document, 'exclude', exclude)}"
    return entry(config.document, str(name), {"exclude": exclude})
