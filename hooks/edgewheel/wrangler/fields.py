"""What one version of wrangler knows of the keys of a config, from `wrangler_keys.json`."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

from edgewheel.data import facts
from edgewheel.wrangler.version import numbers

Entry = dict[str, Any]
#: how an entry says that a key holds tables
FORMS = ("table", "single", "list")


class Field:
    """A key of a config, or of a table in it. What is an environment's `own` it has to repeat; others it inherits."""

    __slots__ = ("_members", "entry", "name", "version")  # a hook makes one of every key

    def __init__(self, entry: Entry, version: tuple[int, ...]) -> None:
        self.entry = entry
        self.version = version
        self.name: str = entry["name"]
        self._members: tuple[Field, ...] | None = None

    @property
    def own(self) -> bool:
        return bool(self.entry.get("own", False))

    @property
    def kind(self) -> str:
        """What a value must be; `any` where that is for `members`, `values` or a check of its own to say."""
        return str(self.entry.get("is", "any")).removesuffix("?")

    @property
    def needed(self) -> bool:
        """Whether its table must have it."""
        return not self.entry.get("is", "?").endswith("?")

    @property
    def form(self) -> str:
        """`table` (of `members`), `single` (a table that is one binding), `list` (of tables), `values` or ""."""
        return next((form for form in (*FORMS, "values") if form in self.entry), "")

    @property
    def members(self) -> tuple[Field, ...]:
        """The keys of the table, or of each table of the list, in the order in which wrangler looks at them."""
        if self._members is None:
            form = self.form
            self._members = of(self.entry[form], self.version) if form in FORMS else ()
        return self._members

    @property
    def names(self) -> frozenset[str] | None:
        """The names of the members; None where wrangler does not look for others."""
        if self.form not in FORMS or self.entry.get("open"):
            return None
        return frozenset(member.name for member in self.members if member.entry.get("known", True))

    @property
    def choices(self) -> tuple[str, ...]:
        """The texts that alone are allowed."""
        entries = [{"name": each} if isinstance(each, str) else each for each in self.entry.get("choices", ())]
        return tuple(entry["name"] for entry in entries if counts(entry, self.version))

    def is_later(self, name: str) -> bool:
        """Whether a member that this version lacks is one of the newest."""
        return any(entry["name"] == name and "until" not in entry for entry in self.entry[self.form])

    def member(self, name: str) -> Field:
        return next(member for member in self.members if member.name == name)


class Known:
    """The keys of one version; made when they are asked for."""

    def __init__(self, version: str) -> None:
        self.data, self.version = facts("wrangler_keys"), numbers(version)
        self.environment = Field({"name": "env", "table": self.data["environment"]}, self.version)
        self.top_level = Field(
            {"name": "top-level", "table": self.data["environment"] + self.data["top"]}, self.version
        )

    def level(self, *, top: bool) -> Field:
        """The top level's table, or an environment's."""
        return self.top_level if top else self.environment

    @cached_property
    def top(self) -> tuple[Field, ...]:
        """What the top level alone may have."""
        return of(self.data["top"], self.version)

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {field.name: field for field in self.top_level.members}

    @cached_property
    def titles(self) -> dict[str, str]:
        """wrangler's name for each kind of binding."""
        return {each["key"]: each["title"] for each in self.data["titles"] if counts(each, self.version)}


@lru_cache(maxsize=8)
def known(version: str) -> Known:
    return Known(version)


def of(entries: list[Entry], version: tuple[int, ...]) -> tuple[Field, ...]:
    return tuple([Field(entry, version) for entry in entries if counts(entry, version)])


def counts(entry: Entry, version: tuple[int, ...]) -> bool:
    """Whether an entry is one of a version's: `from` is the first that has it, `until` the first that has not."""
    if "from" in entry and version < numbers(entry["from"]):
        return False
    return "until" not in entry or version < numbers(entry["until"])
