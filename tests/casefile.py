"""Cases as Markdown, one file a rule: `cases/EW203.md` says how it looks by example, CONTRIBUTING.md in a few lines.

A file is a head and sections. Each section `## trait` is one Worker's folder and the findings of the rule in it:

    `src/main.py`                      a path alone, then a fenced block: a file and its text
    `src/main.py` (escaped)            the block has the escapes of Python's bytes: `\\xe9`, `\\r`, `\\` at a line's end
    `src/data.txt` (4000 bytes)        a file of that many `x`, no block
    Shared: `wrangler.toml`            files of the head, as they are there
    Empty: `src/__init__.py`           files without text
    Folders: `python_modules`          folders without files
    Links: `src/a.py -> ../a.py`       symbolic links with their targets
    Git:                               a block of git's arguments, a command a line, run after all is written
    Expected: nothing                  or `Expected:` and a block: `path:line: level: message`, `    fix: …`

Anything else is prose. `Around: …` in the head names files that are around the samples of the rule's page
(`test_pages.py`): those of the head, others without text.
"""

from __future__ import annotations

import ast
import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from tests.projects import git

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

#: Where the text of a fix begins; its further lines are indented as far.
_FIX = "    fix: "


class Expected(NamedTuple):
    """A finding as a case writes it; its code is the file's name."""

    path: str
    line: int
    level: str
    message: str
    fix: str


class Case(NamedTuple):
    """One section. `files` and `links` are by posix path; `git` are command lines; `why` is its prose."""

    code: str
    trait: str
    files: Mapping[str, bytes]
    folders: tuple[str, ...] = ()
    links: Mapping[str, str] = {}
    git: tuple[str, ...] = ()
    expected: tuple[Expected, ...] = ()
    why: str = ""

    @property
    def name(self) -> str:
        """The trait as a folder's name."""
        return re.sub(r"\W+", "-", self.trait).strip("-").lower()


class _Section(NamedTuple):
    files: dict[str, bytes]
    lists: dict[str, list[str]]
    blocks: dict[str, str]
    prose: list[str]


def read(path: Path) -> list[Case]:
    """The cases of a file in their order; ValueError where one is not written as it should be."""
    head, *sections = re.split(r"(?m)^## ", path.read_text("utf-8"))
    shared = _section(head).files
    return [_case(path.stem, text, shared) for text in sections]


def around(path: Path) -> Mapping[str, bytes]:
    """The files of the head that are around the samples of the rule's page."""
    head = _section(path.read_text("utf-8").split("\n## ", 1)[0])
    return {name: head.files.get(name, b"") for name in head.lists.get("Around", [])}


def _case(code: str, text: str, shared: Mapping[str, bytes]) -> Case:
    trait, _, body = text.partition("\n")
    section = _section(body)
    try:
        files = {name: shared[name] for name in section.lists.get("Shared", [])}
    except KeyError as error:
        raise ValueError(f"{code}, {trait}: the head has no {error}") from error
    files |= dict.fromkeys(section.lists.get("Empty", []), b"") | section.files
    if "Expected" not in section.blocks and "Expected" not in section.lists:
        raise ValueError(f"{code}, {trait}: nothing says what is expected")
    return Case(
        code,
        trait.strip(),
        files,
        tuple(section.lists.get("Folders", [])),
        dict(link.split(" -> ") for link in section.lists.get("Links", [])),
        tuple(section.blocks.get("Git", "").splitlines()),
        tuple(_expected(section.blocks.get("Expected", ""))),
        " ".join(section.prose),
    )


def _section(text: str) -> _Section:
    section = _Section({}, {}, {}, [])
    lines = iter(text.split("\n"))
    waiting = ""
    for line in lines:
        if fence := re.fullmatch(r"(```+)\w*", line):
            block = _block(lines, fence[1])
            name, escaped = re.fullmatch(r"`(.+)`( \(escaped\))?|\w+:", waiting).group(1, 2)  # type: ignore[union-attr]
            if name is None:
                section.blocks[waiting[:-1]] = block
            else:
                section.files[name] = _unescaped(block) if escaped else block.encode()
            waiting = ""
        elif sized := re.fullmatch(r"`(.+)` \((\d+) bytes\)", line):
            section.files[sized[1]] = b"x" * int(sized[2])
        elif listed := re.fullmatch(r"(Around|Shared|Empty|Folders|Links|Expected): (.+)", line):
            section.lists[listed[1]] = re.findall(r"`([^`]+)`", listed[2])
        elif re.fullmatch(r"`[^`]+`( \(escaped\))?|Expected:|Git:", line):
            waiting = line
        elif line and not line.startswith("# "):
            section.prose.append(line)
    if waiting:
        raise ValueError(f"no block follows {waiting}")
    return section


def _block(lines: Iterator[str], fence: str) -> str:
    taken: list[str] = []
    for line in lines:
        if line == fence:
            return "".join(f"{each}\n" for each in taken)
        taken.append(line)
    raise ValueError("a block has no end")


def _unescaped(text: str) -> bytes:
    value = ast.literal_eval(f'b"""{text}"""')
    assert isinstance(value, bytes)
    return value


def _expected(block: str) -> Iterator[Expected]:
    for one in re.split(r"(?m)^(?=\S)", block):
        if one:
            first, _, rest = one.partition("\n")
            path, line, level, message = re.fullmatch(r"(.+?):(\d+): (\w+): (.*)", first).groups()  # type: ignore[union-attr]
            fix = "\n".join(each[len(_FIX) :] for each in rest.rstrip("\n").split("\n"))
            yield Expected(path, int(line), level, message, fix)


def shown(findings: Iterable[Expected]) -> str:
    """Findings as a case writes them: the line or the block that says what is expected."""
    lines = []
    for each in findings:
        lines.append(f"{each.path}:{each.line}: {each.level}: {each.message}")
        first, *rest = each.fix.split("\n") if each.fix else []
        lines += [_FIX + first] if each.fix else []
        lines += [" " * len(_FIX) + line if line else "" for line in rest]
    return "\n".join(("Expected:", "", "```text", *lines, "```")) if lines else "Expected: nothing"


def update(path: Path, trait: str, findings: Iterable[Expected]) -> None:
    """Writes what a case finds now in the place of what it expected."""
    text = path.read_text("utf-8")
    begin = text.index(f"\n## {trait}\n") + 1
    end = text.find("\n## ", begin)
    section = text[begin : end if end >= 0 else len(text)]
    new = re.sub(r"(?ms)^Expected:( nothing$|\n+(```+)text\n.*?^\2$)", lambda _: shown(findings), section)
    path.write_text(text[:begin] + new + (text[end:] if end >= 0 else ""), "utf-8", newline="\n")


def make(case: Case, folder: Path) -> Path:
    """The case in an empty folder."""
    for name in case.folders:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, content in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for name, target in case.links.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(target)
    for line in case.git:
        git(folder, *shlex.split(line))
    return folder
