"""wrangler's errors and warnings about a config, in its order and its layout."""

from __future__ import annotations

from typing import Any

from edgewheel.wrangler import js


class MissingKey:
    """What JavaScript calls undefined: a key that is not there, unlike one that is null."""


MISSING = MissingKey()


class Notes:
    """One table's errors and warnings, with those of the tables below it.

    facts: `Processing wrangler.toml configuration:`, then a dash before each. Indents and blank lines are left out.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self.below: list[Notes] = []

    def add(self, notes: Notes) -> None:
        self.below.append(notes)

    def error_text(self) -> str:
        """All errors in one text; "" where there is none."""
        return "\n".join(self.lines("errors"))

    def warning_text(self) -> str:
        return "\n".join(self.lines("warnings"))

    def lines(self, what: str) -> list[str]:
        """The title and what stands below it, of `errors` or `warnings`; none where there is none."""
        own: list[str] = getattr(self, what)
        below = ["\n".join(lines) for notes in self.below if (lines := notes.lines(what))]
        if not own and not below:
            return []
        return [self.title, *(f"- {text}" for text in own), *(f"- {text}" for text in below)]

    def unexpected(self, where: str, table: dict[str, Any], known: set[str] | frozenset[str] | None) -> bool:
        """Warns of the keys that are not known; whether all are. Where `known` is None, all are."""
        odd = [] if known is None else [f'"{key}"' for key in js.keys(table) if key not in known]
        if odd:
            self.warnings.append(f"Unexpected fields found in {where} field: {','.join(odd)}")
        return not odd


def shown(value: Any) -> str:  # noqa: ANN401 - any TOML or JSON value
    """A value inside a message; what is not there is `undefined`."""
    return "undefined" if value is MISSING else js.stringify(value)


def kind(value: Any) -> str:  # noqa: ANN401
    """JavaScript's `typeof`."""
    if value is MISSING:
        return "undefined"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "object"
