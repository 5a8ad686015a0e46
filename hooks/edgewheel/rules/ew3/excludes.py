"""The patterns of python_modules.exclude as they are given. Shared by EW309, EW316 and EW315."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import Cause, Finding
from edgewheel.rules.ew3.dead_glob_syntax import shape
from edgewheel.rules.ew3.levels import entry, replaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.documents.document import Key

PREFIX = "python_modules/"


#: What ends like the name of a folder: no file matches it.
# patterns are compiled where they are used: a hook that finds nothing pays for none
FOLDER = r"(?:^|/)(?:__pycache__|tests?|[^/]*\.(?:dist|egg)-info|[^/]*\.data)$"
_METADATA = r"([^/]+)-[^/-]+\.dist-info/([^/]+)"


class Given(NamedTuple):
    """One pattern of the list at `key`."""

    deploy: Deploy
    key: Key
    at: int
    text: str


def is_idle(pattern: str) -> bool:
    """Whether a pattern matches no file, by its shape alone."""
    return pattern.startswith(PREFIX) or re.search(FOLDER, pattern) is not None


def findings(found: list[tuple[Given, str, tuple[str, ...]]]) -> Iterator[Finding]:
    """Messages with what each pattern means; the fix is the whole list as it should be."""
    meant: dict[Key, dict[int, tuple[str, ...]]] = {}
    for given, _, right in found:
        meant.setdefault(given.key, {})[given.at] = right
    for (deploy, key, at, _), message, _ in found:
        document = deploy.config.document
        whole = replaced(document.get(*key), meant[key])
        fix, cause = entry(document, "exclude", whole), Cause(document.place(*key))
        yield Finding(message, document.place(*key, at), fix, cause=cause)


def patterns(deploys: Deploys) -> Iterator[Given]:
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
