"""What the rules on logs judge: a digest, what is allowed, and what is known of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edgewheel.data import facts
from edgewheel.findings import Finding, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.logs.summary import Digest, Hit
    from edgewheel.wrangler.limits import Limit


class Log(NamedTuple):
    """`allowed` duplicate warnings, the limits that count, and `own`, the project's top-level names."""

    digest: Digest
    allowed: int = 0
    limits: tuple[Limit, ...] = ()
    own: frozenset[str] = frozenset()

    def place(self, line: int) -> Place:
        return Place(self.digest.path, line)

    def hits(self, code: str) -> Iterator[tuple[Hit, str, str]]:
        """The hits of a rule with the meaning and the fix that the data gives them."""
        for text in facts("log_texts")["texts"]:
            if text["code"] == code and (hit := self.digest.hits.get(text["kind"])):
                yield hit, text["meaning"], text["fix"]


def times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def plain(log: Log, code: str, *, level: str = "") -> Iterator[Finding]:
    """One finding for each distinct meaning of a rule whose texts need no closer look."""
    causes: dict[str, list[tuple[Hit, str]]] = {}
    for hit, meaning, fix in log.hits(code):
        causes.setdefault(meaning, []).append((hit, fix))
    for meaning, hits in causes.items():
        first, fix = min(hits, key=lambda each: each[0].line)
        said = sum(hit.said for hit, _ in hits)
        yield Finding(f"`{first.text.strip()[:160]}` ({times(said)}): {meaning}", log.place(first.line), fix, level)
