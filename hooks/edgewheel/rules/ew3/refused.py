"""What the model of wrangler's own checks says beyond shapes: told in wrangler's words, at the place that they name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.rules.ew3.levels import levels
from edgewheel.rules.ew3.shapes import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.documents.document import Document, Key
    from edgewheel.findings import Place
    from edgewheel.wrangler.notes import Notes

#: Keys whose shapes say all: with nothing else in a config the whole model need not be loaded.
_PLAIN = frozenset(
    (
        *("$schema", "name", "main", "base_dir", "account_id", "compatibility_date", "compatibility_flags", "env"),
        *("workers_dev", "preview_urls", "no_bundle", "minify", "logpush", "upload_source_maps", "send_metrics"),
        *("find_additional_modules", "keep_vars", "vars", "rules", "python_modules"),
        *("include", "exclude", "type", "d1_databases", "migrations", "vectorize", "secrets_store_secrets"),
    )
)
# patterns are compiled where they are used: a hook that finds nothing pays for none
_PATH = r'(?:"|^)([A-Za-z_$][^"\s=]*)(?:"|=)'
_STEP = r"[^.\[\]]+"
#: Said by rules of their own, or where it stands by this one.
_ELSEWHERE = (
    r'^(?:bindings should have a string "type"|the field "fallthrough"|.* assigned to |Bindings must '
    r'|The field "(?:env\..+\.)?rules" should be an array)'
)


class Refusal(NamedTuple):
    """One error of wrangler's: `is_template` where a placeholder in it may still be filled in."""

    text: str
    place: Place
    #: where what it speaks of stands: an error about a binding may be about each of its keys
    lines: frozenset[int]
    is_template: bool


def refusals(deploys: Deploys) -> Iterator[Refusal]:
    """The errors on every environment to judge, in wrangler's order."""
    if all(_is_plain(name, value) for level in levels(deploys) for name, value in level.table.items()):
        return
    from edgewheel.wrangler.validate import validate

    for deploy in deploys:
        notes = validate(deploy.config, deploys.behavior, "the deploy.config")
        yield from _of(deploy.config.document, notes, ())


def _is_plain(name: str, value: Any) -> bool:  # noqa: ANN401 - any value of the config
    """Whether `shapes` says all that there is to say of a value."""
    if name in _PLAIN:
        return True
    if name == "build":
        return not isinstance(value, dict) or isinstance(value.get("watch_dir", ""), str)
    if name == "kv_namespaces":
        return not (isinstance(value, list) and any(isinstance(each, dict) and each.get("id") == "" for each in value))
    if name == "durable_objects" and isinstance(value, dict):
        bindings = value.get("bindings")
        return "code_update_strategy" not in value and isinstance(bindings, list) and "environment" not in str(bindings)
    if name == "observability" and isinstance(value, dict):
        return value.get("enabled") is True and set(value) <= {"enabled"}
    return name == "triggers" and isinstance(value, dict) and set(value) <= {"crons"}


def _of(document: Document, notes: Notes, around: Key) -> Iterator[Refusal]:
    inside = _key(document, notes.title, around)
    for text in notes.errors:
        if not re.match(_ELSEWHERE, text):
            key = _key(document, text, inside)
            place = document.place(*key)
            yield Refusal(" ".join(text.split()), place, _lines(document, key, place.line), is_placeholder(text))
    for below in notes.below:
        yield from _of(document, below, inside)


def _lines(document: Document, key: Key, line: int) -> frozenset[int]:
    value = document.get(*key) if key and isinstance(key[-1], int) else None
    names = value if isinstance(value, dict) else ()
    return frozenset((line, *(document.place(*key, name).line for name in names)))


def _key(document: Document, text: str, around: Key) -> Key:
    """The key that a text names first, `around` where it names none that is there."""
    for path in re.findall(_PATH, text):
        steps: Key = tuple(int(step) if step.isdigit() else step for step in re.findall(_STEP, path))
        for key in ((*around[:2], *steps), steps) if around[:1] == ("env",) else (steps,):
            if document.get(*key[: 3 if key[:1] == ("env",) else 1]) is not None:
                return key
    return around
