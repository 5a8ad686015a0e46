"""What the lists say of a package: for development only, or not for Workers. Shared by the rules of this folder."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from edgewheel.data import facts
from edgewheel.text.requirements import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edgewheel.text.requirements import Requirement
    from edgewheel.worker.settings import Settings


def development(key: str, settings: Settings) -> str:
    """Why a normalised name is for development only; "" where no list says so."""
    if named(key, settings.dev_only):
        return "`tool.edgewheel.dependencies.dev-only` names it"
    listed = facts("dev_only")
    if key in listed["except"]:
        return ""
    if (reason := listed["names"].get(key)) is not None:
        return str(reason)
    return next((str(reason) for pattern, reason in listed["patterns"].items() if fnmatchcase(key, pattern)), "")


def excepted(key: str) -> bool:
    """Whether a package is the Worker's whatever patterns or the project's own dev group say, as the SDK is."""
    return key in facts("dev_only")["except"]


def impossible(key: str) -> str:
    """Why a normalised name cannot run on Workers; "" where it can or is not known."""
    listed = facts("cannot_run")
    if (reason := listed["names"].get(key)) is not None:
        return str(reason)
    return next((str(why) for pattern, why in listed.get("patterns", {}).items() if fnmatchcase(key, pattern)), "")


def impossible_extra(requirement: Requirement) -> tuple[str, tuple[str, ...]]:
    """The first extra of a requirement that brings what cannot run, and what it brings; ("", ()) for none."""
    extras = facts("cannot_run").get("extras", {}).get(requirement.key, {})
    for extra in requirement.extras:
        if extra in extras:
            return extra, tuple(extras[extra])
    return "", ()


def allowed(key: str, settings: Settings) -> bool:
    """Whether the project vouches for a package."""
    return named(key, settings.allow)


def named(key: str, names: Iterable[str]) -> bool:
    """Whether a normalised name is among names and patterns such as `acme-*`."""
    return any(fnmatchcase(key, normalize(name)) for name in names)
