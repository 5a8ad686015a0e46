"""What the lists say of a package: for development only, or not for Workers. Shared by the rules of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.data import facts
from edgewheel.requirements.requirement import normalize

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from edgewheel.repository.settings import Settings
    from edgewheel.requirements.requirement import Requirement

_LISTS = ("dev_only", "cannot_run")


def development(key: str, settings: Settings) -> str:
    """Why a normalised name is for development only; "" where no list says so."""
    if named(key, settings.dev_only):
        return "`tool.edgewheel.dependencies.dev-only` names it"
    listed = facts("dev_only")
    if key in listed["except"]:
        return ""
    if (reason := listed["names"].get(key)) is not None:
        return str(reason)
    return next((str(reason) for pattern, reason in listed["patterns"].items() if _matches(key, pattern)), "")


def excepted(key: str) -> bool:
    """Whether a package is the Worker's whatever patterns or the project's own dev group say, as the SDK is."""
    return key in facts("dev_only")["except"]


def costs_only_bytes(key: str) -> bool:
    """Whether a package for development is only type stubs, also the ones of Cloudflare's own template."""
    return key == "webtypy" or key.startswith("types-") or key.endswith("-stubs")


def impossible(key: str) -> str:
    """Why a normalised name cannot run on Workers; "" where it can or is not known."""
    listed = facts("cannot_run")
    if (reason := listed["names"].get(key)) is not None:
        return str(reason)
    return next((str(why) for pattern, why in listed["patterns"].items() if _matches(key, pattern)), "")


def without_wheel(key: str) -> bool:
    """Whether a package cannot even be installed: compiled for machines, or in need of one that is."""
    return facts("cannot_run")["kinds"].get(key) in {"native", "needs"}


def instead(key: str, pythons: Iterable[str]) -> str:
    """What does on Workers what a package cannot do there, on each of the Pythons; "" where nothing is known."""
    listed = facts("cannot_run")
    general, on = str(listed["instead"].get(key, "")), listed["instead_on"].get(key, {})
    return next((str(on[python]) for python in pythons if python in on), general)


def impossible_extra(requirement: Requirement) -> tuple[str, tuple[str, ...]]:
    """The first extra of a requirement that brings what cannot run, and what it brings; ("", ()) for none."""
    return _extra(requirement, "cannot_run")


def development_extra(requirement: Requirement) -> tuple[str, tuple[str, ...]]:
    """The first extra of a requirement that brings what is for development only, and what it brings."""
    return _extra(requirement, "dev_only")


def _extra(requirement: Requirement, name: str) -> tuple[str, tuple[str, ...]]:
    extras = facts(name)["extras"].get(requirement.key, {})
    found = next((extra for extra in requirement.extras if extra in extras), "")
    return found, tuple(extras.get(found, ()))


def needed(key: str, required: Container[str]) -> bool:
    """Whether a required package imports this one at run time, though the lists name it."""
    return any(parent in required for name in _LISTS for parent in facts(name)["needed_by"].get(key, ()))


def allowed(key: str, settings: Settings) -> bool:
    """Whether the project vouches for a package."""
    return named(key, settings.allow)


def named(key: str, names: Iterable[str]) -> bool:
    """Whether a normalised name is among names and patterns such as `acme-*`."""
    return any(_matches(key, normalize(name)) for name in names)


def _matches(key: str, pattern: str) -> bool:
    """fnmatch, which compiles a regular expression for each pattern: that would be a tenth of a hook's time."""
    head, star, tail = pattern.partition("*")
    if any(sign in f"{head}{tail}" for sign in "*?["):
        from fnmatch import fnmatchcase

        return fnmatchcase(key, pattern)
    if not star:
        return key == pattern
    return len(key) >= len(head) + len(tail) and key.startswith(head) and key.endswith(tail)
