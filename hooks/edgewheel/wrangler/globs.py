"""wrangler's glob dialect, matched in linear time.

facts: wrangler 4.42.2 to 4.164.0, npm `glob-to-regexp` 0.4.1 with `globstar`, whole match on a `/`-separated path.
`*` stays inside one segment; a run of two or more stars that stands alone between slashes crosses them and takes the
slash behind it along; every other sign stands for itself, but for the backslash (see `backslash`).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

STAR: Final = None
GLOBSTAR: Final = ...
#: any signs but line ends
ANY: Final = True
#: a literal text, one star, a globstar, or `ANY`
Token = object


class Glob:
    """One pattern. `error` is what JavaScript says where the pattern is no regular expression: it matches nothing."""

    __slots__ = ("error", "exact", "matches", "suffix", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.text: Final = text
        self.error: str | None = None
        #: the pattern in its parts; empty for one with a backslash
        self.tokens: tuple[Token, ...] = ()
        #: the ending that alone decides (`.py` for `**/*.py`), None where more counts
        self.suffix: str | None = None
        #: the only path that matches, None for a pattern with stars
        self.exact: str | None = None
        self.matches: Callable[[str], bool]
        if "\\" in text:
            from edgewheel.wrangler.backslash import compile_regex

            self.matches, self.error = compile_regex(text)
            return
        self.tokens = tokens = tuple(tokenize(text))
        if tokens in {(GLOBSTAR,), (GLOBSTAR, STAR)}:
            self.suffix = ""
        elif len(tokens) == 3 and tokens[:2] == (GLOBSTAR, STAR) and isinstance(tokens[2], str):
            self.suffix = tokens[2]
        elif all(isinstance(token, str) for token in tokens):
            self.exact = text
        self.matches = _matcher(self)

    def __repr__(self) -> str:
        return f"Glob({self.text!r})"


@cache
def compile_glob(text: str) -> Glob:
    """The matcher of a pattern; never raises, see `Glob.error`."""
    return Glob(text)


@cache
def compile_old_glob(text: str) -> Glob:
    """A pattern as versions before 4.104.0 read it for switched-off rules: every run of stars crosses slashes."""
    glob = Glob(text)
    if "\\" in text:
        from edgewheel.wrangler.backslash import compile_regex

        glob.matches, glob.error = compile_regex(text, any_star=True)
    else:
        tokens = tuple(tokenize(text, any_star=True))
        glob.matches = lambda path: simulate(tokens, path)
    return glob


def tokenize(text: str, *, any_star: bool = False) -> Iterable[Token]:
    """Literal texts, `STAR` and `GLOBSTAR`, in order; or literal texts and `ANY`."""
    at = 0
    while at < len(text):
        if text[at] != "*":
            end = text.find("*", at)
            end = len(text) if end < 0 else end
            yield text[at:end]
            at = end
            continue
        start = at
        while text[at : at + 1] == "*":
            at += 1
        alone = (not start or text[start - 1] == "/") and (at == len(text) or text[at] == "/")
        if any_star:
            yield ANY
        elif at - start > 1 and alone:
            while text.startswith("/**/", at):  # one after the other matches what one does
                at += 3
            at += 1
            yield GLOBSTAR
        else:
            yield STAR


def any_match(globs: Iterable[Glob]) -> Callable[[str], bool]:
    """One test for several patterns; those that look at the ending alone are asked in one call."""
    globs = tuple(globs)
    suffixes = tuple(glob.suffix for glob in globs if glob.suffix is not None)
    others = [glob.matches for glob in globs if glob.suffix is None and glob.error is None]
    if not others:
        return lambda path: path.endswith(suffixes)

    def matches(path: str) -> bool:
        if path.endswith(suffixes):
            return True
        for other in others:  # noqa: SIM110 - a generator for each of thousands of paths costs more than the tests
            if other(path):
                return True
        return False

    return matches


def _matcher(glob: Glob) -> Callable[[str], bool]:
    """A test as cheap as the pattern allows; the general one is `simulate`."""
    if glob.exact is not None:
        return glob.exact.__eq__
    if (suffix := glob.suffix) is not None:
        return lambda path: path.endswith(suffix)
    tokens = glob.tokens
    first = tokens[0] if isinstance(tokens[0], str) else ""
    last = tokens[-1] if isinstance(tokens[-1], str) else ""
    rest = tokens[1:] if first else tokens
    shortest = len(first) + len(last)
    if rest in {(STAR,), (STAR, last)}:
        return lambda path: (
            path.startswith(first)
            and path.endswith(last)
            and len(path) >= shortest
            and path.find("/", len(first), len(path) - len(last)) < 0
        )
    if rest in {(GLOBSTAR,), (GLOBSTAR, STAR), (GLOBSTAR, STAR, last)}:
        # the first literal ends with a slash, so that the rest may begin anywhere behind it
        return lambda path: path.startswith(first) and path.endswith(last) and len(path) >= shortest
    if len(tokens) == 3 and tokens[0] is tokens[2] is GLOBSTAR and isinstance(tokens[1], str):
        middle, inside = tokens[1], f"/{tokens[1]}"
        return lambda path: path.startswith(middle) or inside in path

    def matches(path: str) -> bool:
        if not path.startswith(first) or not path.endswith(last) or len(path) < shortest:
            return False
        return simulate(tokens, path)

    return matches


def simulate(tokens: Iterable[Token], path: str) -> bool:
    """All positions that a pattern can have reached, as the bits of one number: no path is tried twice."""
    length = len(path)
    slashes = _starts(path, "/")
    inside = ~slashes & ((1 << length) - 1)  # signs that one star may take
    literals: dict[str, int] = {}
    reached = 1
    for token in tokens:
        if token is STAR:
            reached = _through(reached, inside)
        elif token is GLOBSTAR:
            lowest = reached & -reached
            reached |= ((slashes & -lowest) << 1) | (1 << length)
        elif token is ANY:
            ends = sum(_starts(path, sign) for sign in "\n\r\u2028\u2029")
            reached = _through(reached, ~ends & ((1 << length) - 1))
        else:
            text = str(token)
            if text not in literals:
                literals[text] = _starts(path, text)
            reached = (reached & literals[text]) << len(text)
        if not reached:
            return False
    return bool(reached >> length & 1)


def _through(reached: int, signs: int) -> int:
    """The positions from which a run of such signs leads on: the sum carries each to the end of its run."""
    return reached | (((reached & signs) + signs) ^ signs)


def _starts(path: str, text: str) -> int:
    """The positions at which a text begins, as the bits of a number."""
    bits = bytearray(b"0") * len(path)
    at = path.find(text)
    while at >= 0:
        bits[~at] = 49  # "1"; the first position is the last digit
        at = path.find(text, at + 1)
    return int(bits or b"0", 2)
