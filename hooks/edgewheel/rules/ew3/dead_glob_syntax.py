"""EW303: globs of other dialects than wrangler's."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import Cause, Finding
from edgewheel.rules.ew3.levels import entry, replaced
from edgewheel.rules.ew3.rejected_rule_type import TYPES
from edgewheel.rules.registry import rule
from edgewheel.wrangler.globs import compile_glob

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.documents.document import Key
    from edgewheel.wrangler.config import Config


class DeadGlob(NamedTuple):
    """What is wrong with a glob, and the globs that say what it means (none: it can only be deleted)."""

    why: str
    meant: tuple[str, ...]


# patterns are compiled where they are used: a hook that finds nothing pays for none
_BRACES = r"\{([^{}]*)\}"
_GROUP = r"[@+*?!]?\(([^()/]*)\)"
_CLASS = r"\[([^\]/]+)\]"
#: No glob that anybody means is longer; what spells it out would take long, and fill the memory.
_LONGEST = 2000
_MOST = 32


@rule("EW303", "worker-wrangler-config")
def dead_glob_syntax(deploys: Deploys) -> Iterator[Finding]:
    """A glob written in a way that can never match in wrangler's dialect, or that crashes it.

    Workers: the dialect knows `*` and `**` and nothing else: braces, `?`, `[…]` and `!` stand for themselves,
    paths are relative to the module root without `./` or its name, and a backslash can stop the deploy. The files
    are missing after it, without a warning. In `python_modules.exclude` such a pattern leaves nothing out, which is a
    warning.

    Fix: write one glob a pattern, relative to the folder of `main` (or `base_dir`), with `/` between names.

    Bad:
        [[rules]]
        type = "Text"
        globs = ["./docs/*.{md,txt}"]

    Good:
        [[rules]]
        type = "Text"
        globs = ["docs/*.md", "docs/*.txt"]
        fallthrough = true
    """
    for deploy in deploys:
        for each in deploy.config.rules:
            if each.type in TYPES and not deploy.config.leaves_main_out:  # EW311
                key = (*each.key, "globs")
                yield from _of_list(deploy, key, "uploaded")
        yield from _of_list(deploy, deploy.config.key("python_modules", "exclude"), "left out")


def _of_list(deploy: Deploy, key: Key, done: str) -> Iterator[Finding]:
    globs = deploy.config.document.get(*key)
    if not isinstance(globs, list) or not all(isinstance(glob, str) for glob in globs):
        return
    excludes = done == "left out"
    shapes = [shape(deploy, glob, excludes=excludes) for glob in globs]
    names = deploy.vendored_names if excludes else deploy.module_names
    # files of the Worker may be still to come; what is vendored is there, or nothing is
    to_come = not (excludes and names)
    meant = {at: useful(found.meant, names, to_come=to_come) for at, found in enumerate(shapes) if found}
    whole = replaced(globs, meant) if excludes else _apart(deploy, replaced(globs, meant), globs, names)
    fix = entry(deploy.config.document, str(key[-1]), whole) if whole else "remove this rule"
    for at, (glob, found) in enumerate(zip(globs, shapes, strict=True)):
        if found is None:
            continue
        crashes = bool(compile_glob(glob).error)
        if crashes:
            message = f"`{glob}` crashes wrangler ({found.why}): nothing is uploaded"
        else:
            message = f"`{glob}` matches nothing ({found.why}): no file is {done} for it"
        # a pattern that leaves nothing out costs bytes only
        level = "warning" if excludes and not crashes else ""
        place, cause = deploy.config.document.place(*key, at), Cause(deploy.config.document.place(*key))
        yield Finding(message, place, fix, level, cause=cause)


def _apart(deploy: Deploy, whole: Sequence[str], given: Sequence[str], names: Sequence[str]) -> list[str]:
    """Without globs that are new and add nothing: their files are others', or there is none and none may come."""
    from edgewheel.rules.ew3.ignored_names import may_come

    if not names:
        return list(whole)
    matched = {glob: {name for name in names if compile_glob(glob).matches(name)} for glob in whole}
    kept = list(whole)
    for glob in sorted(whole, key=lambda each: len(matched[each])):
        others = set().union(*(matched[each] for each in kept if each != glob)) if len(kept) > 1 else set()
        if glob not in given and matched[glob] <= others and (matched[glob] or not may_come(deploy, glob)):
            kept.remove(glob)
    return kept


def useful(globs: Sequence[str], names: Sequence[str], *, to_come: bool = False) -> Sequence[str]:
    """Those of several globs that match a file; all of them where none does and the files may be still to come."""
    found = [glob for glob in globs if any(map(compile_glob(glob).matches, names))]
    return found or (globs if to_come else ())


def shape(deploy: Deploy, glob: str, *, excludes: bool = False) -> DeadGlob | None:
    """Why a glob can match nothing by its shape; None for one that can, or that does by a file so named."""
    found = _syntax(glob) or (None if excludes else _prefix(deploy.config, glob))
    if found is None or compile_glob(glob).error:
        return found
    names = deploy.vendored_names if excludes else deploy.module_names
    return None if any(map(compile_glob(glob).matches, names)) else found


def _syntax(glob: str) -> DeadGlob | None:
    error = compile_glob(glob).error
    clean = glob.replace("\\", "/")
    if error:
        return DeadGlob(f"`{error}`", cleaned(clean))
    for sign, why in (
        ("\\", "a backslash does not separate names here"),
        ("{", "braces stand for themselves"),
        ("?", "`?` stands for itself"),
        ("[", "brackets stand for themselves"),
        ("|", "`|` and parentheses stand for themselves"),
    ):
        if sign in glob:
            return DeadGlob(why, cleaned(clean))
    if glob.startswith("!"):
        return DeadGlob("there is no negation, `!` stands for itself", ())
    if glob.startswith(("./", "../", "/")):
        return DeadGlob("paths have no `./`, `../` or `/` before them", cleaned(glob))
    if glob.endswith("/") and isinstance(compile_glob(glob).tokens[-1], str):  # `**/` takes its slash along
        return DeadGlob("a path never ends with `/`", (f"{glob}**",))
    if "//" in glob or "/./" in glob or "/../" in glob or not glob:
        return DeadGlob("no path is written so", cleaned(glob))
    return None


def cleaned(glob: str) -> tuple[str, ...]:
    """The glob in wrangler's dialect: braces written out, other wild signs as stars, the path in its plain form."""
    if glob.startswith("!") or len(glob) > _LONGEST:
        return ()
    # `(a|b)` as `{a,b}`, `[cod]` as `{c,o,d}`; a range or a negation as a star
    glob = re.sub(_GROUP, lambda match: f"{{{match[1].replace('|', ',')}}}", glob)
    glob = re.sub(_CLASS, lambda match: f"{{{','.join(match[1])}}}" if match[1].isalnum() else "*", glob)
    globs = [glob]
    while any(re.search(_BRACES, each) for each in globs) and len(globs) < _MOST:
        globs = [
            each[: match.start()] + part.strip() + each[match.end() :]
            for each in globs
            for match in [re.search(_BRACES, each)]
            if match
            for part in match[1].split(",")
        ] + [each for each in globs if not re.search(_BRACES, each)]
    plain = []
    for each in globs:
        text = each.replace("?", "*")
        ends = text.endswith("/")
        while text.startswith(("./", "../", "/")):
            text = text.partition("/")[2]
        text = posixpath.normpath(re.sub(r"(?<=[^*/])\*+|\*+(?=[^*/])", "*", text)) if text else ""
        if text not in {"", "."}:
            plain.append(f"{text}/**" if ends else text)
    return tuple(dict.fromkeys(plain))


def _prefix(config: Config, glob: str) -> DeadGlob | None:
    """The module root's own path before the glob, where no folder of that name stands inside it."""
    folder = posixpath.dirname(config.config_path)
    whole = posixpath.relpath(config.module_root, folder)
    for prefix in dict.fromkeys((whole, posixpath.basename(whole))):
        if prefix not in {"", "."} and not prefix.startswith("..") and glob.startswith(f"{prefix}/"):
            rest = glob[len(prefix) + 1 :]
            return DeadGlob(f"paths are relative to the module root `{whole}/`", (rest,) if rest else ())
    return None
