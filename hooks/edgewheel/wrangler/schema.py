"""What one version of wrangler knows of the keys of a config, from `wrangler_keys.json`."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

from edgewheel.data import facts
from edgewheel.wrangler.version import numbers

Entry = dict[str, Any]
#: how an entry says that a key holds tables
FORMS = ("table", "list", "single", "bindings")


class Schema:
    """The entries of one version. Plain tables: a hook looks at each of them once, and at few of them closely."""

    def __init__(self, version: str) -> None:
        self.data, self.version = facts("wrangler_keys"), numbers(version)
        self.environment: list[Entry] = self.of(self.data["environment"])
        self.top: list[Entry] = self.of(self.data["top"])
        self.after: list[Entry] = self.of(self.data["after"])
        self.fields: dict[str, Entry] = {each["name"]: each for each in (*self.after, *self.top, *self.environment)}
        self.texts: dict[str, str] = self.data["texts"]

    def of(self, entries: list[Entry]) -> list[Entry]:
        """Those of a list that count."""
        return [each for each in entries if ("from" not in each and "until" not in each) or self.counts(each)]

    def counts(self, entry: Entry) -> bool:
        """Whether an entry is one of the version's: `from` is the first that has it, `until` the first without."""
        if "from" in entry and self.version < numbers(entry["from"]):
            return False
        return "until" not in entry or self.version < numbers(entry["until"])

    def names(self, entries: list[Entry]) -> tuple[str, ...]:
        """The keys that a table may have."""
        names = (each["name"] for each in entries if "name" in each and each.get("known", True) and self.counts(each))
        return tuple(dict.fromkeys(names))

    @cached_property
    def titles(self) -> list[tuple[str, str]]:
        """The kinds of bindings in wrangler's order, with its name for each."""
        return [(each["key"], each["title"]) for each in self.of(self.data["titles"])]


@lru_cache(maxsize=8)
def schema(version: str) -> Schema:
    return Schema(version)
