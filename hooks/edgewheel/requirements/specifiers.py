"""Version specifiers compared with each other. Loads `packaging`: for the few that need more than equality."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PARTS = re.compile(r"(~=|={2,3}|!=|<=?|>=?)\s*([^,\s]+)")


def same(one: str, other: str) -> bool:
    """Whether two specifiers say the same, whatever their order, blanks and trailing zeros; what a broken lock has in
    the place of one is like no other.
    """
    if _bare(one) == _bare(other):
        return True
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(one) == SpecifierSet(other)
    except InvalidSpecifier:
        return False


def fits(version: str, specifier: str) -> bool:
    """Whether a version, also a pre-release, satisfies a specifier; False for what is no version or no specifier."""
    if not specifier:
        return True
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except (InvalidVersion, InvalidSpecifier):
        return False


def exclusive(one: str, other: str) -> bool:
    """Whether no version satisfies both."""
    if not one or not other or _bare(one) == _bare(other):
        return False
    from packaging.specifiers import SpecifierSet

    first, second = SpecifierSet(one), SpecifierSet(other)
    return not any(
        first.contains(version, prereleases=True) and second.contains(version, prereleases=True)
        for version in _candidates(f"{one},{other}")
    )


def _bare(specifier: str) -> frozenset[str]:
    return frozenset("".join(part.split()) for part in specifier.split(",") if part.strip())


def _candidates(specifier: str) -> Iterator[str]:
    """Versions of which one satisfies a specifier that any version satisfies: every bound, and the next ones to it."""
    from packaging.version import InvalidVersion, Version

    yield from ("0", "0a0")
    for _, text in _PARTS.findall(specifier):
        try:
            version = Version(text.removesuffix(".*"))
        except InvalidVersion:  # `===` takes any text
            yield text
            continue
        yield str(version)
        epoch = f"{version.epoch}!" if version.epoch else ""
        yield from (epoch + ".".join(map(str, release)) for release in _near(version.release))
        yield f"{epoch}{'.'.join(map(str, version.release))}a0"
        if version.is_prerelease or version.is_postrelease:
            yield f"{epoch}{'.'.join(map(str, version.release))}.post{(version.post or 0) + 1}"


def _near(release: Iterable[int]) -> Iterator[list[int]]:
    """Just below, at and above a release: `1.2` gives `1.2`, `1.2.0.0.1`, `1.3`, `2` and `1.1.9999`, `0.9999`."""
    parts = list(release)
    yield parts
    yield [*parts, 0, 0, 1]
    for index in range(len(parts)):
        yield [*parts[:index], parts[index] + 1]
        if parts[index]:
            yield [*parts[:index], parts[index] - 1, 9999]
