"""What a shell makes of `[build] command`: whether it comes to a program that stands in it, and what may follow it.

facts: wrangler 4.164.0 trims the command and gives it to `/bin/sh -c`, and stops where its exit code is not 0
"""

from __future__ import annotations

import re
from typing import NamedTuple

_OPERATORS = ("&&", "||", ";;", ";", "&", "|", "\n", "(", ")")
#: What stands before the program itself.
_RUNNER = re.compile(r"(?:.*/)?(?:uvx?|poetry|pdm|pipenv|pixi|rye|hatch|mise|env|npx|pipx|py|python[\d.]*)(?:\.exe)?")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_EDGEWHEEL = re.compile(r"(?:.*/)?edgewheel(?:\.exe|[@=]\S+)?")
#: After these a shell's own command follows.
_PREFIXES = {"!", "{", "then", "do", "else", "time", "command", "builtin"}
_BRANCHES = {"if", "elif", "while", "until", "for", "case", "function", "select"}
#: Commands after which this shell runs no more.
_ENDS = {"exit", "exec", "return"}
#: What ends no word and begins nothing in one.
_PLAIN = re.compile(r"[\w./:=,@%+-]+")
#: Commands whose effect on what follows cannot be read off the line.
_OPAQUE = {"cd", "pushd", "popd", "eval", "source", ".", "set", "trap", "alias", "kill", "wait"} | _ENDS


class SimpleCommand(NamedTuple):
    """A simple command: its words without quotes, and the operators on both sides of it."""

    before: str
    words: tuple[str, ...]
    after: str

    @property
    def program(self) -> str:
        """The first word that is neither an assignment nor a word of the shell's before a command."""
        return next((word for word in self.words if not _ASSIGNMENT.match(word) and word not in _PREFIXES), "")


def parts(command: str) -> list[SimpleCommand] | None:
    """The simple commands of a line, without comments; None for one that no shell takes, or that holds a document."""
    found: list[SimpleCommand] = []
    words: list[str] = []
    before = ""
    at = 0
    text = command.strip()
    while at < len(text):
        if text[at] in " \t\r":
            at += 1
        elif text[at] == "#":
            at = (text.find("\n", at) + 1 or len(text) + 1) - 1
        elif operator := next((each for each in _OPERATORS if text.startswith(each, at)), ""):
            if words or operator not in {"\n", "("}:
                found.append(SimpleCommand(before, tuple(words), operator))
                words = []
            before = operator
            at += len(operator)
        elif text.startswith("<<", at) or (word := _word(text, at)) is None:
            return None
        else:
            words.append(word[0])
            at = word[1]
    if words:
        found.append(SimpleCommand(before, tuple(words), ""))
    return found


def _word(text: str, at: int) -> tuple[str, int] | None:
    """A word and where it ends; None where a quote or a backslash is left open."""
    word = ""
    while at < len(text) and not text[at].isspace() and not any(text.startswith(each, at) for each in _OPERATORS):
        if text[at] in "'\"`":
            end = _closed(text, at)
            if end < 0:
                return None
            word += text[at + 1 : end]
            at = end + 1
        elif text[at] == "\\":
            if at + 1 == len(text):
                return None
            word += text[at + 1].strip("\n")
            at += 2
        elif text[at] in "<>":
            word += text[at]
            at += 1
            if text.startswith("&", at):  # `2>&1`
                word += "&"
                at += 1
        elif text.startswith("$(", at):
            end = _bracketed(text, at + 1)
            if end < 0:
                return None
            word += text[at : end + 1]
            at = end + 1
        else:
            plain = _PLAIN.match(text, at)
            word += plain[0] if plain else text[at]
            at += len(plain[0]) if plain else 1
    return word, at


def _closed(text: str, at: int) -> int:
    quote = text[at]
    at += 1
    while at < len(text) and text[at] != quote:
        at += 2 if text[at] == "\\" and quote != "'" else 1
    return at if at < len(text) else -1


def _bracketed(text: str, at: int) -> int:
    depth = 0
    while at < len(text):
        if text[at] in "'\"`":
            at = _closed(text, at)
            if at < 0:
                return -1
        elif text[at] in "()":
            depth += 1 if text[at] == "(" else -1
            if not depth:
                return at
        at += 1
    return -1


def extended(command: str, program: str) -> str | None:
    """A command that runs `program` after what it runs today, and fails where that fails; None where that cannot be
    read off the line.
    """
    if not command.strip():
        return program
    found = parts(command)
    if not found or "\n" in command.strip() or _has_comment(command, found) or found[-1].after not in {"", ")"}:
        return None
    for part in found:
        if part.program in _OPAQUE or any(word in _OPAQUE for word in part.words[:2]):
            return None
        if part.program in _BRANCHES or {"&"} & {part.before, part.after}:
            return None
    return f"{command.strip()} && {program}"


def _has_comment(command: str, found: list[SimpleCommand]) -> bool:
    return re.search(r"(?:^|[\s;&|(])#", command) is not None and not any(
        "#" in word for each in found for word in each.words
    )


def never_stages(command: str) -> str:
    """Why a shell never comes to the `edgewheel stage` in a command; "" where it may, or where there is none."""
    if re.search(r"\bedgewheel\b[^\n]*\bstage\b", command) is None:
        return ""
    found = parts(command)
    if found is None:
        return "the shell cannot read this line"
    if any(part.program in _BRANCHES for part in found):
        return ""
    ended = ""
    depth = 0
    for at, part in enumerate(found):
        if _stages(part):
            if ended:
                return f"`{ended}` ends the shell before"
            if part.after == "&":
                return "it runs in the background, and wrangler does not wait for it"
            if part.before == "||":
                return f"it runs only where `{' '.join(found[at - 1].words)}` fails"
            return ""
        inside = depth or part.before == "(" or part.before in {"&&", "||", "|"} or part.after in {"|", "&"}
        depth += (part.after == "(") - (part.after == ")")
        if part.program in _ENDS and not inside:
            ended = ended or " ".join(part.words)
    return "it is in a comment, or an argument of another command"


def _stages(part: SimpleCommand) -> bool:
    """Whether a simple command is `edgewheel stage`, also by `uv run` and its like, or by `exec`."""
    words = [word for word in part.words if not _ASSIGNMENT.match(word) and word not in _PREFIXES | {"exec"}]
    for at, word in enumerate(words[:-1]):
        if _EDGEWHEEL.fullmatch(word) and "stage" in words[at + 1 : at + 2]:
            return at == 0 or _RUNNER.fullmatch(words[0]) is not None
    return False
