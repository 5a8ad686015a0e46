"""Requirements, one by one and as requirements files: each with its line and column.

`packaging` judges what a requirement is. Loading it takes most of a hook's time, so the plain shapes of PEP 508
(`name[extra] >=1,<2 ; sys_platform == "linux"`) are recognised by one pattern, and only the rest is handed over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Requirement(NamedTuple):
    """One requirement. `name` is as written, "" for a path or URL that does not tell it; extras are normalised and
    sorted; `specifier`, `url` (also a path) and `marker` are "" where there is none.
    """

    name: str
    extras: tuple[str, ...] = ()
    specifier: str = ""
    url: str = ""
    marker: str = ""
    text: str = ""
    place: Place = Place("")

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
        match = _PIN.fullmatch(self.specifier)
        return match[1] if match else ""


class Include(NamedTuple):
    """`-r FILE` or, where `constraint`, `-c FILE`; target as written."""

    target: str
    constraint: bool
    place: Place


class Fault(NamedTuple):
    """What is wrong in a requirements file, where, and what to write instead."""

    message: str
    place: Place
    fix: str = ""


class File(NamedTuple):
    """A requirements file by itself: what it includes is named, not read."""

    path: str
    requirements: tuple[Requirement, ...] = ()
    includes: tuple[Include, ...] = ()
    faults: tuple[Fault, ...] = ()
    generated: bool = False


_SEPARATORS = re.compile(r"[-_.]+")
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_RELEASE = r"[0-9]+(?:\.[0-9]+)*"
_VERSION = rf"{_RELEASE}(?:(?:a|b|rc)[0-9]+)?(?:\.post[0-9]+)?(?:\.dev[0-9]+)?"
_CLAUSE = rf"(?:(?:<=?|>=?)[ \t]*{_VERSION}|[=!]=[ \t]*(?:{_RELEASE}\.\*|{_VERSION})|~=[ \t]*[0-9]+(?:\.[0-9]+)+)"
_QUOTED = r"""(?:'[^'"\\]*'|"[^'"\\]*")"""
_VARIABLE = (
    r"(?:python_version|python_full_version|os_name|sys_platform|platform_system|platform_machine|extra"
    r"|implementation_name|platform_python_implementation)"
)
_TEST = (
    rf"{_VARIABLE}[ \t]*(?:==|!=)[ \t]*{_QUOTED}"
    rf"|python_(?:full_)?version[ \t]*(?:<=?|>=?)[ \t]*(?:'{_RELEASE}'|\"{_RELEASE}\")"
)
_MARKER = rf"(?:{_TEST})(?:[ \t]+(?:and|or)[ \t]+(?:{_TEST}))*"
#: PEP 508 without parentheses, URLs, epochs and local versions; what it takes, packaging takes alike
_PLAIN = re.compile(
    rf"[ \t]*({_NAME})[ \t]*"
    rf"(?:\[[ \t]*({_NAME}(?:[ \t]*,[ \t]*{_NAME})*)[ \t]*\])?[ \t]*"
    rf"({_CLAUSE}(?:[ \t]*,[ \t]*{_CLAUSE})*)?[ \t]*"
    rf"(?:;[ \t]*({_MARKER})[ \t]*)?"
)
_PIN = re.compile(r"\s*==\s*([^,*\s]+)\s*")
_COMMENT = re.compile(r"(?:^|\s+)#.*$")
_OPTION = re.compile(r"\s(--?[A-Za-z].*)$")
_INCLUDE = re.compile(r"(-r|-c|--requirement|--constraint)(?:\s*=\s*|\s*)(.*)")
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s*=\s*|\s*)(.*)")
_LONG = re.compile(r"--[a-z][a-z-]*|-[a-zA-Z]")
_SCHEME = re.compile(r"(?:git|hg|svn|bzr)\+|https?://|ftp://|file:|\.{0,2}/|~/|[A-Za-z]:[\\/]|\.\.?$")
_EGG = re.compile(rf"[#&]egg=({_NAME})(?:\[([^\]]*)\])?")
_WHEEL = re.compile(rf"(?:^|[\\/])({_NAME})-[^-\\/]+(?:-[^-\\/]+)?-[^-\\/]+-[^-\\/]+-[^-\\/]+\.whl(?:$|[#?\[])")
_BARE = re.compile(rf"({_NAME})\s*(?:\[([^\]]*)\])?")
_LINES = re.compile(r"\r\n|\n|\r")

#: What pip reads on a line of its own. facts: pip's reference, "Requirements file format"
_OPTIONS = frozenset(
    (
        *("-i", "--index-url", "--pypi-url", "--extra-index-url", "--no-index", "-f", "--find-links"),
        *("--no-binary", "--only-binary", "--prefer-binary", "--require-hashes", "--pre", "--trusted-host"),
        *("--use-feature", "--uploaded-prior-to", "--all-releases", "--only-final"),
    )
)
#: What pip reads behind a requirement.
_PER_REQUIREMENT = frozenset(("--hash", "--global-option", "--install-option", "--config-settings", "--config-setting"))


def normalize(name: str) -> str:
    """A project's or extra's name as package indexes compare it (PEP 503)."""
    return _SEPARATORS.sub("-", name).lower()


def parse_requirement(text: str, place: Place = Place("")) -> Requirement | None:  # noqa: B008 - a constant
    """A requirement as `[project].dependencies` holds it; None for a text that is none."""
    if match := _PLAIN.fullmatch(text):
        name, extras, specifier, marker = match.groups(default="")
        return Requirement(name, _extras(extras), specifier.strip(), "", marker, text.strip(), place)
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Parsed

    try:
        parsed = Parsed(text)
    except InvalidRequirement:
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


def nearest(text: str) -> str:
    """How to write what was meant by a text that is no requirement."""
    swapped = text.replace("=>", ">=").replace("=<", "<=")
    for guess in (swapped, re.sub(r"(?<![<>=!~])=(?!=)", "==", swapped), re.sub(r"[<>=!~\s]+$", "", swapped)):
        if guess != text and guess and parse_requirement(guess) is not None:
            return f"write `{guess.strip()}`"
    return "write `name[extra]>=1,<2 ; marker`, or `name @ https://…` for a file (PEP 508)"


def parse_file(path: str, raw: bytes) -> File:
    """A requirements file. Never raises for bad content: each fault has its line."""
    text, problem = decode(raw)
    if problem is not None:
        place = Place(path, problem.line, problem.column)
        return File(path, faults=(Fault(f"the file is {problem.message}", place, "save it as UTF-8"),))
    requirements: list[Requirement] = []
    includes: list[Include] = []
    faults: list[Fault] = []
    for line, place in _logical(path, text):
        found = _option(line, place) if line.startswith("-") else _requirement(line, place)
        if isinstance(found, Requirement):
            requirements.append(found)
        elif isinstance(found, Include):
            includes.append(found)
        elif found is not None:
            faults.append(found)
    generated = "autogenerated by" in text[:2000]
    return File(path, tuple(requirements), tuple(includes), tuple(faults), generated)


def decode(raw: bytes) -> tuple[str, Problem | None]:
    """The text of a UTF-8 file, with or without BOM, or UTF-16 with one, as pip and uv read it."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16"), None
        except UnicodeDecodeError:
            return "", Problem("not UTF-16, though it begins with its byte order mark", 1, 1)
    try:
        return raw.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        return "", Problem(f"not UTF-8: byte 0x{raw[error.start]:02x}", before.count(b"\n") + 1, column)


def _logical(path: str, text: str) -> Iterator[tuple[str, Place]]:
    """The lines with continuations joined and comments gone, each with the place of its first sign."""
    joined: list[str] = []
    start = Place(path)
    for number, raw in enumerate([*_LINES.split(text), ""], 1):
        comment = raw.lstrip().startswith("#")
        more = raw.endswith("\\") and not comment
        line = "" if comment else raw[:-1] if more else raw
        if not joined:
            start = Place(path, number, len(line) - len(line.lstrip()) + 1)
        joined.append(line)
        if more:
            continue
        whole = _COMMENT.sub("", "".join(joined)).strip()
        joined = []
        if whole:
            yield whole, start


def _option(line: str, place: Place) -> Include | Requirement | Fault | None:
    """What a line that begins with `-` means: None for an option that names no package."""
    if include := _INCLUDE.match(line):
        target = include[2].strip().strip("\"'")
        if not target:
            return Fault(f"`{include[1]}` names no file", place, "remove the line")
        return Include(target, include[1] in {"-c", "--constraint"}, place)
    if editable := _EDITABLE.match(line):
        if not editable[1].strip():
            return Fault("`-e` names no project", place, "write `-e .` for this one")
        return _located(editable[1].strip(), place, line)
    name = _LONG.match(line)
    if name is None or name[0] not in _OPTIONS | _PER_REQUIREMENT:
        word = line.split(maxsplit=1)[0].partition("=")[0]
        return Fault(f"`{word}` is no option of a requirements file", place, _known_option(word, _OPTIONS))
    return None


def _requirement(line: str, place: Place) -> Requirement | Fault:
    if option := _OPTION.search(line):
        for word in re.findall(r"(?:^|\s)(--?[A-Za-z][a-z-]*)", option[1]):
            if word not in _PER_REQUIREMENT:
                message = f"`{word}` is no option of a requirement"
                return Fault(message, place, _known_option(word, _PER_REQUIREMENT))
        line = line[: option.start()].rstrip()
    if _SCHEME.match(line) or (_WHEEL.search(line) and "@" not in line):
        return _located(line, place, line)
    found = parse_requirement(line, place)
    if found is not None:
        return found
    if "${" in line and (bare := _BARE.match(line)):  # the version is known where it is installed, not here
        return Requirement(bare[1], _extras(bare[2] or ""), text=line, place=place)
    return Fault(f"`{line}` is no requirement", place, nearest(line))


def _known_option(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = sorted(each for each in known if each.startswith(word)) or get_close_matches(word, known, 1)
    return f"write `{close[0]}`" if close else f"remove `{word}`"


def _located(text: str, place: Place, line: str) -> Requirement:
    """A path or URL without `name @`: the name is told by `#egg=` or the wheel's file name, or not at all."""
    url, _, marker = text.partition(" ;")
    egg = _EGG.search(url)
    wheel = _WHEEL.search(url)
    extras = _extras(egg[2] or "") if egg else ()
    if not egg and url.endswith("]") and "[" in url:
        url, _, listed = url[:-1].rpartition("[")
        extras = _extras(listed)
    name = egg[1] if egg else wheel[1].replace("_", "-") if wheel else ""
    return Requirement(name, extras, "", url.strip(), marker.strip(), line, place)


def _extras(listed: str) -> tuple[str, ...]:
    return tuple(sorted({normalize(extra.strip()) for extra in listed.split(",") if extra.strip()}))
