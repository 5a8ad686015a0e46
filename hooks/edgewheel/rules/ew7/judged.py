"""What the rules on logs judge: a digest, what is allowed, and what is known of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edgewheel.data import facts
from edgewheel.findings import Finding, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.logs.summary import Digest, Hit, Name
    from edgewheel.wrangler.limits import Limit

#: Characters of a line that a message quotes.
_QUOTED = 160


class Log(NamedTuple):
    """`allowed` duplicate warnings, the limits that count, `own`, the project's top-level names, and the CPU time that
    the start may take, in milliseconds (0: any).
    """

    digest: Digest
    allowed: int = 0
    limits: tuple[Limit, ...] = ()
    own: frozenset[str] = frozenset()
    startup_ms: float = 0

    def place(self, line: int) -> Place:
        return Place(self.digest.path, line)

    def names(self, kind: str) -> tuple[Name, ...]:
        """The names that the lines of a kind carry."""
        hit = self.digest.hits.get(kind)
        return hit.names if hit else ()

    def hits(self, code: str) -> Iterator[tuple[Hit, str, str, str]]:
        """The hits of a rule with the meaning, the fix and the level ("": the rule's) that the data gives them."""
        for text in facts("log_texts")["texts"]:
            if text["code"] == code and (hit := self.digest.hits.get(text["kind"])):
                yield hit, text["meaning"], text["fix"], text.get("level", "")


def times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def shown(line: str) -> str:
    """A line of the log as a message quotes it."""
    text = line.strip()
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"


def plain(log: Log, code: str, *, only: str = "", but: str = "") -> Iterator[Finding]:
    """One finding for each distinct meaning of a rule, or of its kinds `only` or all `but` one."""
    causes: dict[str, list[tuple[Hit, str, str]]] = {}
    for hit, meaning, fix, level in log.hits(code):
        if only in {"", hit.kind} and hit.kind != but:
            causes.setdefault(meaning, []).append((hit, fix, level))
    for meaning, hits in causes.items():
        first, fix, level = min(hits, key=lambda each: each[0].line)
        said = sum(hit.said for hit, _, _ in hits)
        yield Finding(f"`{shown(first.text)}` ({times(said)}): {meaning}", log.place(first.line), fix, level)


def is_compiled(name: Name) -> bool:
    """Whether a module's name is that of a package's compiled part."""
    head, dot, last = name.text.rpartition(".")
    return bool(dot) and last.startswith("_") and not last.startswith("__") and not head.startswith("_")
