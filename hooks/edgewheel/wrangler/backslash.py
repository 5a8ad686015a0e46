"""Globs with a backslash. wrangler hands it on to JavaScript's regular expressions as it stands, so that `\\d` is a
digit, `\\.` a backslash and any sign, and `\\*` an error.

Their few constructs run as a set of states, so that no pattern takes more than path times pattern. A back reference
(`*\\1`) is not followed: it matches nothing here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

_ESCAPED = frozenset("/$^+.()=!|?[]{},")
_GLOBSTAR = "((?:[^/]*(?:/|$))*)"
_STAR = "([^/]*)"
_SPACES = "\\t\\n\\v\\f\\r \\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"
_CLASSES = {"d": "0-9", "w": "a-zA-Z0-9_", "s": _SPACES}
_CONTROLS = {"t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "0": "\0"}


class Step(NamedTuple):
    """One state: what it takes (a Python set as text, `^`, `$`, `b`, `B`, "" for nothing) and where it goes on."""

    kind: str
    takes: re.Pattern[str] | None
    then: tuple[int, ...]


class _Invalid(Exception):  # noqa: N818 - carries JavaScript's words
    pass


def compile_regex(text: str, *, any_star: bool = False) -> tuple[Callable[[str], bool], str | None]:
    """A test of whole paths, and JavaScript's error for a pattern that is none."""
    source = translate(text, any_star=any_star)
    try:
        steps = _Parser(_units(source)).program()
    except _Invalid as invalid:
        return _never, f"Invalid regular expression: /{source}/: {invalid}"
    return lambda path: _run(steps, _units(path)), None


def translate(text: str, *, any_star: bool = False) -> str:
    """The regular expression that npm's glob-to-regexp makes: with `globstar`, or without."""
    out = []
    at = 0
    while at < len(text):
        sign = text[at]
        if sign == "*":
            start = at
            while text[at : at + 1] == "*":
                at += 1
            if any_star:
                out.append(".*")
                continue
            alone = (not start or text[start - 1] == "/") and (at == len(text) or text[at] == "/")
            out.append(_GLOBSTAR if at - start > 1 and alone else _STAR)
            at += alone and at - start > 1
            continue
        out.append(f"\\{sign}" if sign in _ESCAPED else sign)
        at += 1
    return f"^{''.join(out)}$"


class _Parser:
    """A text of JavaScript's dialect into states; fragments are (entry, open ends) of a growing program."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.steps: list[tuple[str, str, list[int]]] = []
        self.opened = 0
        self.closed: set[int] = set()
        self.groups = len(re.findall(r"(?<!\\)(?:\\\\)*\((?!\?)", source))

    def program(self) -> list[Step]:
        entry, ends = self.alternatives()
        if self.at < len(self.source):
            self.fail("Unmatched ')'")
        match = self.new("match", "", [])
        self.patch(ends, match)
        compiled = [
            Step(kind, re.compile(takes, re.DOTALL) if takes else None, tuple(then)) for kind, takes, then in self.steps
        ]
        return [*compiled, Step("split", None, (entry,))]

    def alternatives(self) -> tuple[int, list[int]]:
        entry, ends = self.sequence()
        while self.take("|"):
            other, more = self.sequence()
            entry, ends = self.new("split", "", [entry, other]), ends + more
        return entry, ends

    def sequence(self) -> tuple[int, list[int]]:
        entry = self.new("split", "", [])
        ends = [entry]
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            start, out = self.atom()
            sign = self.source[self.at : self.at + 1]
            if sign and sign in "*+?":
                self.at += 1
                loop = self.new("split", "", [start])
                if sign != "?":
                    self.patch(out, loop)
                    out = []
                start, out = (start if sign == "+" else loop), [*out, loop]
            self.patch(ends, start)
            ends = out
        return entry, ends

    def atom(self) -> tuple[int, list[int]]:
        sign = self.source[self.at]
        self.at += 1
        if sign == "(":
            return self.group()
        if sign in "^$":
            return self.single(sign, "")
        if sign == "[":
            return self.single("take", self.charset())
        if sign == "\\":
            return self.escape()
        if sign in "*+?":
            self.fail("Nothing to repeat")
        return self.single("take", "[^\\n\\r\\u2028\\u2029]" if sign == "." else re.escape(sign))

    def group(self) -> tuple[int, list[int]]:
        number = 0
        if not self.take("?:"):
            self.opened += 1
            number = self.opened
        inside = self.alternatives()
        if not self.take(")"):
            self.fail("Unterminated group")
        self.closed.add(number)
        return inside

    def escape(self) -> tuple[int, list[int]]:
        sign = self.source[self.at : self.at + 1]
        if not sign:
            self.fail("\\ at end of pattern")
        if sign in "bB":
            self.at += 1
            return self.single(sign, "")
        if "1" <= sign <= "9":
            number = re.compile(r"\d+").match(self.source, self.at)
            assert number is not None  # noqa: S101 - it begins with a digit
            if int(number[0]) <= self.groups:
                self.at = number.end()
                # a group that has not ended yet stands for nothing
                return self.single("never" if int(number[0]) in self.closed else "split", "")
        if sign in "dDwWsS":
            self.at += 1
            inside = _CLASSES[sign.lower()]
            return self.single("take", f"[{'^' if sign.isupper() else ''}{inside}]")
        return self.single("take", re.escape(self.escaped()))

    def escaped(self, *, in_class: bool = False) -> str:
        """The one sign that an escape stands for."""
        sign = self.source[self.at]
        self.at += 1
        for letter, length in (("x", 2), ("u", 4)):
            digits = self.source[self.at : self.at + length]
            if sign == letter and re.fullmatch(f"[0-9a-fA-F]{{{length}}}", digits):
                self.at += length
                return chr(int(digits, 16))
        if "0" <= sign <= "7":
            octal = re.compile(r"[0-3]?[0-7]{1,2}").match(self.source, self.at - 1)
            assert octal is not None  # noqa: S101 - it begins with such a digit
            self.at = octal.end()
            return chr(int(octal[0], 8))
        if sign == "c":
            letter = self.source[self.at : self.at + 1]
            if letter.isascii() and letter.isalpha():
                self.at += 1
                return chr(ord(letter) % 32)
            self.at -= 1
            return "\\"
        if in_class and sign == "b":
            return "\b"
        return _CONTROLS.get(sign, sign)

    def charset(self) -> str:
        """A set in brackets, as Python's."""
        out = "[^" if self.take("^") else "["
        while True:
            if self.at >= len(self.source):
                self.fail("Unterminated character class")
            if self.take("]"):
                break
            low = self.member()
            if self.source[self.at : self.at + 1] == "-" and self.source[self.at + 1 : self.at + 2] not in {"]", ""}:
                self.at += 1
                high = self.member()
                if len(low) == len(high) == 1:
                    if low > high:
                        self.fail("Range out of order in character class")
                    out += f"{re.escape(low)}-{re.escape(high)}"
                    continue
                out += self.shown(low) + "\\-" + self.shown(high)
                continue
            out += self.shown(low)
        return {"[": "(?!)", "[^": "(?s:.)"}.get(out, f"{out}]")

    def member(self) -> str:
        """One sign of a set, or a named class as the text of its insides."""
        sign = self.source[self.at]
        self.at += 1
        if sign != "\\" or self.at >= len(self.source):
            return sign
        name = self.source[self.at]
        if name in "dws":
            self.at += 1
            return _CLASSES[name]
        if name in "DWS":
            self.at += 1
            return f"\\{name}"
        return self.escaped(in_class=True)

    def shown(self, member: str) -> str:
        return re.escape(member) if len(member) == 1 else member

    def take(self, sign: str) -> bool:
        if self.source.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    def single(self, kind: str, takes: str) -> tuple[int, list[int]]:
        step = self.new(kind, takes, [])
        return step, [step]

    def new(self, kind: str, takes: str, then: list[int]) -> int:
        self.steps.append((kind, takes, then))
        return len(self.steps) - 1

    def patch(self, ends: list[int], target: int) -> None:
        for end in ends:
            self.steps[end][2].append(target)

    def fail(self, words: str) -> NoReturn:
        raise _Invalid(words)


def _run(steps: list[Step], units: str) -> bool:
    """Whether the program matches anywhere; all states at once, sign by sign."""
    current: set[int] = set()
    for at in range(len(units) + 1):
        if _close(steps, current, len(steps) - 1, units, at):
            return True
        following: set[int] = set()
        if at == len(units):
            break
        for state in current:
            takes = steps[state].takes
            if takes is not None and takes.match(units[at]):
                for target in steps[state].then:
                    if _close(steps, following, target, units, at + 1):
                        return True
        current = following
    return False


def _close(steps: list[Step], states: set[int], first: int, units: str, at: int) -> bool:
    """Adds a state and all that it reaches without taking a sign; whether that is the end."""
    waiting = [first]
    while waiting:
        state = waiting.pop()
        if state in states:
            continue
        step = steps[state]
        if step.kind == "match":
            return True
        if step.kind in {"^", "$", "b", "B"} and not _holds(step.kind, units, at):
            continue
        states.add(state)
        if step.takes is None and step.kind != "never":
            waiting += step.then
    return False


def _holds(kind: str, units: str, at: int) -> bool:
    if kind == "^":
        return at == 0
    if kind == "$":
        return at == len(units)
    before = at > 0 and _is_word(units[at - 1])
    after = at < len(units) and _is_word(units[at])
    return (before != after) == (kind == "b")


def _is_word(unit: str) -> bool:
    return unit.isascii() and (unit.isalnum() or unit == "_")


def _units(text: str) -> str:
    """A text in JavaScript's 16-bit units: a sign beyond them becomes two."""
    if text.isascii() or max(text) < "\U00010000":
        return text
    raw = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(raw[at] | raw[at + 1] << 8) for at in range(0, len(raw), 2))


def _never(_: str) -> bool:
    return False
