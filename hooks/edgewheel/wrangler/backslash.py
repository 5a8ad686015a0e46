"""Globs with a backslash. wrangler hands it on to JavaScript's regular expressions as it stands, so that `\\d` is a
digit, `\\.` a backslash and any character, and `\\*` an error.

Their few constructs run as a set of states, so that no pattern takes more than path times pattern. A back reference
(`*\\1`) is not followed: it matches nothing here.

Kept beside EW303, which flags such globs: `bundle` must list what they upload and say where they crash (37 of 300
random projects have one), and nothing else loads this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.wrangler.regex import Invalid, Parser

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgewheel.wrangler.regex import RegexState

_ESCAPED = frozenset("/$^+.()=!|?[]{},")
_GLOBSTAR = "((?:[^/]*(?:/|$))*)"
_STAR = "([^/]*)"


def compile_regex(text: str, *, any_star: bool = False) -> tuple[Callable[[str], bool], str | None]:
    """A test of whole paths, and JavaScript's error for a pattern that is none."""
    source = translate(text, any_star=any_star)
    try:
        steps = Parser(_units(source)).program()
    except Invalid as invalid:
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


def _run(steps: list[RegexState], units: str) -> bool:
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


def _close(steps: list[RegexState], states: set[int], first: int, units: str, at: int) -> bool:
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
