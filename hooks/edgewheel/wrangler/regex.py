"""The few constructs of JavaScript's regular expressions that a glob can become, as a program of states."""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

_SPACES = "\\t\\n\\v\\f\\r \\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"
_CLASSES = {"d": "0-9", "w": "a-zA-Z0-9_", "s": _SPACES}
_CONTROLS = {"t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "0": "\0"}


class RegexState(NamedTuple):
    """One state: what it takes (a Python set as text, `^`, `$`, `b`, `B`, "" for nothing) and where it goes on."""

    kind: str
    takes: re.Pattern[str] | None
    then: tuple[int, ...]


class Invalid(Exception):  # noqa: N818 - carries JavaScript's words
    pass


class Parser:
    """A text of JavaScript's dialect into states; fragments are (entry, open ends) of a growing program."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.steps: list[tuple[str, str, list[int]]] = []
        self.opened = 0
        self.closed: set[int] = set()
        self.groups = len(re.findall(r"(?<!\\)(?:\\\\)*\((?!\?)", source))

    def program(self) -> list[RegexState]:
        entry, ends = self.alternatives()
        if self.at < len(self.source):
            self.fail("Unmatched ')'")
        match = self.new("match", "", [])
        self.patch(ends, match)
        compiled = [
            RegexState(kind, re.compile(takes, re.DOTALL) if takes else None, tuple(then))
            for kind, takes, then in self.steps
        ]
        return [*compiled, RegexState("split", None, (entry,))]

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
        raise Invalid(words)
