"""What wrangler says of a config: diagnostics with the place in the config that each is about.

facts: `Processing wrangler.toml configuration:`, then a dash before each. Indents and blank lines are left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.wrangler import js

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.documents.document import Key
    from edgewheel.repository.disk import Disk
    from edgewheel.wrangler.schema import Entry, Schema
    from edgewheel.wrangler.version import Behavior

Value = Any
_PLACE = re.compile(r"\{(\w+)\}")


class Diagnostic(NamedTuple):
    """One thing that wrangler says. `text` is in its words ("" where the one before says it too); `key` is what it is
    about; `kind` says whether that is missing, unknown, of a wrong type and the like; `wanted` what it should be, in
    our words; `names` the keys or values that are allowed there.
    """

    text: str
    key: Key
    kind: str = "relation"
    wanted: str = ""
    names: tuple[str, ...] = ()


class Notes:
    """One table's errors and warnings, with those of the tables below it."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.errors: list[Diagnostic] = []
        self.warnings: list[Diagnostic] = []
        self.below: list[Notes] = []

    def text(self, what: str) -> str:
        """All `errors` or `warnings` in one text; "" where there is none."""
        return "\n".join(self.lines(what))

    def lines(self, what: str) -> list[str]:
        """The title and what stands below it; none where there is nothing."""
        own = [each.text for each in self.of(what, deep=False) if each.text]
        below = ["\n".join(lines) for notes in self.below if (lines := notes.lines(what))]
        return [self.title, *(f"- {text}" for text in (*own, *below))] if own or below else []

    def of(self, what: str, *, deep: bool = True) -> Iterator[Diagnostic]:
        """The `errors` or `warnings`, with those below."""
        yield from self.errors if what == "errors" else self.warnings
        for notes in self.below if deep else ():
            yield from notes.of(what)


class Context(NamedTuple):
    """What a check may need besides the value: what the version knows, the whole config, the table that is judged with
    its environment, what it inherits, the config's name in messages, its folder on the disk.
    """

    schema: Schema
    switched: Behavior
    data: dict[str, Value]
    table: Value
    env: str | None
    file: str
    folder: str
    disk: Disk | None
    #: exceptions in wrangler's own code, of which the first ends the run
    crashes: list[Diagnostic]

    def inherited(self, name: str) -> Value:
        """The value of an inheritable key that counts here; null counts as none."""
        found = js.get(self.table, name)
        if self.env is not None and (found is None or found is js.MISSING):
            found = self.data.get(name, js.MISSING)
        return js.MISSING if found is None else found

    def above(self, name: str) -> Value:
        """What the top level has under a key, seen from an environment."""
        return js.MISSING if self.env is None else self.data.get(name, js.MISSING)


class FieldPath:
    """A value of the config, where it stands, and how messages name the place: `name`, `bare` without environment."""

    __slots__ = ("bare", "context", "key", "name", "notes", "outer", "value")

    def __init__(  # noqa: PLR0913 - a record, by keyword
        self,
        *,
        context: Context,
        notes: Notes,
        key: Key,
        value: Value,
        name: str,
        bare: str | None = None,
        outer: str = "",
    ) -> None:
        self.context, self.notes, self.key, self.value = context, notes, key, value
        self.name, self.bare, self.outer = name, name if bare is None else bare, outer

    def at(self, step: str | int) -> FieldPath:
        """A member or an item."""
        name = f"{self.name}[{step}]" if isinstance(step, int) else f"{self.name}.{step}" if self.name else step
        value = js.get(self.value, step)
        key = (*self.key, step)
        return FieldPath(context=self.context, notes=self.notes, key=key, value=value, name=name, outer=self.name)

    def find(self, steps: str) -> Value:
        """The value at a path such as `logs.enabled`, MISSING where a step of it is."""
        value = self.value
        for step in steps.split("."):
            value = js.MISSING if value is None or value is js.MISSING else js.get(value, step)
        return value

    def with_member(self, name: str, value: Value) -> FieldPath:
        """The same table with one more member."""
        table = {**self.value, name: value}
        more = {"name": self.name, "bare": self.bare, "outer": self.outer}
        return FieldPath(context=self.context, notes=self.notes, key=self.key, value=table, **more)

    def get(self, name: str) -> Value:
        return js.get(self.value, name)

    def error(self, text: str, step: str | int | None = None, /, **more: Value) -> bool:
        """Adds an error about the value, or about its member `step`; false, so that a check can return it."""
        self.notes.errors.append(self._say(text, step, more))
        return False

    def warn(self, text: str, step: str | int | None = None, /, **more: Value) -> None:
        self.notes.warnings.append(self._say(text, step, more))

    def unknown(self, where: str, names: tuple[str, ...], entries: list[Entry], *, is_silent: bool = False) -> bool:
        """Warns of the keys that are not known; whether all are. `entries` are those of every version; `is_silent` for
        what wrangler passes over without a word.
        """
        odd = [name for name in js.keys(self.value) if name not in names]
        if not odd:
            return True
        always = [each for each in entries if "until" not in each and "if" not in each]
        later = {each.get("name") for each in always if each.get("known", True)}
        listed = ",".join(f'"{name}"' for name in odd)
        for at, name in enumerate(odd):
            text = "" if at or is_silent else self.context.schema.texts["unknown"].replace("{where}", where)
            kind = "later" if name in later else "unknown"
            found = Diagnostic(text.replace("{names}", listed), (*self.key, name), kind, "", names)
            self.notes.warnings.append(found)
        return False

    def _say(self, text: str, step: str | int | None, more: dict[str, Value]) -> Diagnostic:
        template = self.context.schema.texts.get(text, text)
        value = self.value if step is None else js.get(self.value, step)
        key = self.key if step is None else (*self.key, step)
        dotted = f"{self.name}.{step}" if self.name and step is not None else self.name if step is None else step
        more = {"path": dotted, "key": key[-1] if key else "", **more}

        def fill(match: re.Match[str]) -> str:
            name = match[1]
            if name in more:
                return str(more[name])
            if name in {"field", "bare", "outer"}:
                return str(getattr(self, "name" if name == "field" else name))
            if name in {"value", "json"}:
                return js.shown(value if name == "value" else self.value)
            if name == "env":
                return str(self.context.env)
            if name == "holder":
                return "export" if "exports" in self.key else "bindings"
            if found := {"text": js.text, "typeof": js.typeof}.get(name):
                return found(value)
            other = self.find(name)
            return "created" if name == "state" and other is js.MISSING else js.text(other)

        filled = _PLACE.sub(fill, template)
        return Diagnostic(filled, key, more.get("kind", "relation"), more.get("wanted", ""), more.get("choice", ()))
