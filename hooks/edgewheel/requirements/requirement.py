"""Single requirements. `requirements/file.py` reads files of them.

`packaging` judges what a requirement is. Loading it takes most of a hook's time, so the plain shapes of PEP 508
(`name[extra] >=1,<2 ; sys_platform == "linux"`) are recognised by patterns, and only the rest is handed over.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import Place

if TYPE_CHECKING:
    from collections.abc import Iterator


class Requirement(NamedTuple):
    """One requirement. `name` is as written, "" for a path or URL that does not tell it; extras are normalised and
    sorted; `specifier`, `url` (also a path) and `marker` are "" where there is none; `group` is the project's own extra
    that holds it, "" for every other place.
    """

    name: str
    extras: tuple[str, ...] = ()
    specifier: str = ""
    url: str = ""
    marker: str = ""
    text: str = ""
    place: Place = Place("")
    group: str = ""

    @property
    def key(self) -> str:
        """The normalised name: what makes two requirements one package's."""
        return normalize(self.name)

    @property
    def shown(self) -> str:
        """The requirement without version and marker: `uvicorn[standard]`."""
        return f"{self.name}[{','.join(self.extras)}]" if self.extras else self.name

    @property
    def pinned(self) -> str:
        """The version of an `==` without a wildcard, "" for any other specifier."""
        match = re.fullmatch(_PIN, self.specifier)
        return match[1] if match else ""


class RequirementFault(NamedTuple):
    """What is wrong in a requirements file, where, and what to write instead.

    `hides` is the normalised name of the requirement that cannot be read for it: "" where it may be any, None where it
    is none.
    """

    message: str
    place: Place
    fix: str = ""
    hides: str | None = None


NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
#: No requirement that anybody means is longer; what reads further would read for ever.
LONGEST = 4000
_SHOWN = 200
_SEPARATORS = re.compile(r"[-_.]+")
# the rest is compiled when first used: most runs read no requirement
_SHAPE = rf"[ \t]*({NAME})(?![A-Za-z0-9._-])[ \t]*(?:\[([^\]]+)\][ \t]*)?((?:[^;@\[\]( \t][^;@\[\](]*)?)(?:;(.*))?"
_JUNCTION = r"(?<![ \t])[ \t]+(?:and|or)[ \t]+"
_PIN = r"\s*==\s*([^,*\s]+)\s*"
_RELEASE = r"[0-9]+(?:\.[0-9]+)*"


@cache
def _clause() -> re.Pattern[str]:
    """One plain part of a specifier: no epoch, no local version, no `===`."""
    version = rf"{_RELEASE}(?:(?:a|b|rc)[0-9]+)?(?:\.post[0-9]+)?(?:\.dev[0-9]+)?"
    return re.compile(
        rf"[ \t]*(?:(?:<=?|>=?)[ \t]*{version}|[=!]=[ \t]*(?:{_RELEASE}\.\*|{version})"
        r"|~=[ \t]*[0-9]+(?:\.[0-9]+)+)[ \t]*"
    )


@cache
def _test() -> re.Pattern[str]:
    """One plain comparison of a marker: a variable, then a quoted text."""
    variable = (
        r"(?:python_version|python_full_version|os_name|sys_platform|platform_system|platform_machine|extra"
        r"|implementation_name|platform_python_implementation)"
    )
    quoted = r"""(?:'[^'"\\]*'|"[^'"\\]*")"""
    return re.compile(
        rf"{variable}[ \t]*(?:==|!=)[ \t]*{quoted}"
        rf"|python_(?:full_)?version[ \t]*(?:<=?|>=?)[ \t]*(?:'{_RELEASE}'|\"{_RELEASE}\")"
    )


def normalize(name: str) -> str:
    """A project's or extra's name as package indexes compare it (PEP 503)."""
    return _SEPARATORS.sub("-", name).lower()


def parse_requirement(text: str, place: Place = Place("")) -> Requirement | None:  # noqa: B008 - a constant
    """A requirement as `[project].dependencies` holds it; None for an invalid one."""
    if len(text) > LONGEST:
        return None
    if plain := _plain(text):
        name, extras, specifier, marker = plain
        return Requirement(name, split_extras(extras), specifier, "", marker, text.strip(), place)
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Parsed

    try:
        parsed = Parsed(text)
    except (InvalidRequirement, RecursionError):
        return None
    return Requirement(
        parsed.name,
        tuple(sorted({normalize(extra) for extra in parsed.extras})),
        str(parsed.specifier),
        parsed.url or "",
        str(parsed.marker or ""),
        text.strip(),
        place,
    )


def _plain(text: str) -> tuple[str, str, str, str] | None:
    """Name, extras, specifier and marker of a text that packaging takes alike; None for what it must judge."""
    match = re.fullmatch(_SHAPE, text)
    if match is None:
        return None
    name, extras, specifier, marker = (part and part.strip(" \t") for part in match.groups())
    if extras and not all(re.fullmatch(NAME, extra.strip(" \t")) for extra in extras.split(",")):
        return None
    if specifier and not all(_clause().fullmatch(part) for part in specifier.split(",")):
        return None
    if marker is not None and not all(_test().fullmatch(test) for test in re.split(_JUNCTION, marker)):
        return None
    return name, extras or "", specifier, marker or ""


def nearest(text: str) -> str:
    """How to write what was meant by an invalid requirement."""
    if len(text) > _SHOWN:
        return "remove it"
    for guess in _guesses(text):
        if guess != text and guess and parse_requirement(guess) is not None:
            return f"write `{guess.strip()}`"
    return f"remove `{text or chr(34) * 2}`"


def _guesses(text: str) -> Iterator[str]:
    """From what keeps all of it to the bare name: signs in the wrong order, other tools' signs, what is not closed."""
    swapped = re.sub(r"([<>!~])==", r"\1=", text.replace("=>", ">=").replace("=<", "<="))
    yield swapped
    yield re.sub(r"(?<![<>=!~])=(?!=)", "==", swapped)
    yield re.sub(r"\^\s*(\d+)((?:\.\d+)*)", lambda each: f">={each[1]}{each[2]},<{int(each[1]) + 1}", text)  # Poetry's
    yield re.sub(r"~(?=\s*\d)", "~=", text)
    yield re.sub(r"([<>]=?\s*[\d.]*\d)\.\*", r"\1", text)
    yield re.sub(r"(\[[\w.,\s-]*[\w\s])(?=[^\w.,\s\]-]|$)", r"\1]", text)
    yield re.sub(rf"^({NAME})\s+v?(\d[\w.]*)$", r"\1==\2", text.strip())
    head = swapped.partition(";")[0]
    yield re.sub(r"[<>=!~@\s]+$", "", head)
    match = re.match(NAME, text.strip())
    yield match[0] if match else ""


def meant(text: str) -> str:
    """The normalised name that an invalid requirement begins with, "" for none."""
    match = re.match(NAME, text.strip())
    return normalize(match[0]) if match else ""


def shown(text: str) -> str:
    """A requirement for a message: a long one is cut."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def split_extras(listed: str) -> tuple[str, ...]:
    """Extras as they stand between brackets, normalised and sorted."""
    return tuple(sorted({normalize(extra.strip()) for extra in listed.split(",") if extra.strip()}))
