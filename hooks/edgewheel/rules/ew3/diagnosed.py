"""What wrangler refuses of a config, told with what to write instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from edgewheel.data import facts
from edgewheel.findings import Finding
from edgewheel.rules.ew3.levels import entry
from edgewheel.wrangler.js import stringify

if TYPE_CHECKING:
    from edgewheel.documents.document import Document, Key
    from edgewheel.wrangler.diagnostics import Diagnostic

#: What a value that wrangler refuses leads to.
STOPS = "wrangler refuses the config, and nothing is uploaded"
#: `%NAME%`, `<NAME>`, `$NAME`, `${NAME}`, `{{ name }}`; compiled where it is used: most hooks need none
_PLACEHOLDER = r"%[A-Za-z_]+%?|<[^<>]+>|\$\{?[A-Za-z_]|\{\{|__[A-Z_]+__"
_LONGEST = 60


def is_placeholder(value: Any) -> bool:  # noqa: ANN401 - any value
    """Whether a value is a text that holds what a template engine may still fill in."""
    return isinstance(value, str) and re.search(_PLACEHOLDER, value) is not None


def told(document: Document, found: Diagnostic, version: str) -> Finding:
    """A diagnostic as a finding: in our words where they say what is wanted, else in wrangler's."""
    key, value = found.key, document.get(*found.key)
    name, wanted = dotted(key), _wanted(found)
    place, fix = document.place(*key), f"correct line {document.place(*key).line} of {_file(document)}"
    if found.kind == "twice":
        return Finding(f"`{found.wanted}` is the name of two bindings: {STOPS}", place, _rename(found.wanted))
    if found.kind == "removed":
        message = f"`{key[-1]}` is refused by wrangler {version}, for {found.wanted}: nothing is uploaded"
        return Finding(message, place, f"remove `{key[-1]}`")
    if found.kind == "date":
        message = f"`{name}` is a date without quotes: {STOPS}"
        return Finding(message, place, f'{key[-1]} = "{value.isoformat()}"')
    if found.kind not in {"missing", "crash"} and is_placeholder(value):
        message = f"`{name}` is the placeholder `{shown(value)}`: wrangler refuses the config unless it is filled in"
        return Finding(message, place, _fix(document, key, value, wanted) if wanted else fix, "warning")
    if not wanted:
        return Finding(f"wrangler refuses the config: `{' '.join(found.text.split())}`", place, fix)
    if found.kind == "missing":
        message = f"`{name}` must be {wanted}, and is missing: {STOPS}"
    else:
        text = shown(value)
        message = (
            f"`{name}` is `{text}` and must be {wanted}: {STOPS}" if text else f"`{name}` must be {wanted}: {STOPS}"
        )
    return Finding(message, place, _fix(document, key, value, wanted))


def _wanted(found: Diagnostic) -> str:
    """What the value should be, "" where no few words say it."""
    if found.kind == "choice" and found.names:
        return f"one of {', '.join(f'`{name}`' for name in found.names)}"
    return found.wanted if found.kind in {"type", "missing", "range", "pattern", "image"} else ""


def _rename(name: str) -> str:
    return f"give one of them another name, such as `{name}_2`"


def _file(document: Document) -> str:
    return document.path.rpartition("/")[2]


def _fix(document: Document, key: Key, value: Any, wanted: str) -> str:  # noqa: ANN401 - any value
    """The same value in the right form, where it is clear; else what to write."""
    name = str(key[-1])
    if isinstance(key[-1], int):
        return f"write `{dotted(key)}` as {wanted}"
    right = _date(value) if wanted.startswith("a date") else meant(wanted, value)
    if right is not None:
        return entry(document, name, right)
    if wanted.startswith("true"):
        return entry(document, name, value=True)
    if wanted == "a string":
        return entry(document, name, name.upper() if value is None else "…")
    line = document.line_text(document.place(*key).line)
    if wanted == "a list of tables" and line.lstrip().startswith("["):
        return f"write `[[{dotted(key)}]]`"
    return f"write `{dotted(key)}` as {wanted}"


def plain_name(text: str) -> str:
    """A name for a Worker that is like the text."""
    plain = "".join(each if each.isalnum() and each.isascii() else "-" for each in text.lower())
    return plain.strip("-") or "worker"


def _date(value: object) -> str:
    from edgewheel.wrangler.dates import is_date

    if hasattr(value, "isoformat"):
        return str(value)[: len("2026-09-08")]
    plain = str(value).replace("\u2013", "-").replace("\u2014", "-")
    if plain.isdigit():
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:8]}"
    is_whole = len(plain) == len("2026-09-08") and is_date(plain)
    return plain if is_whole else str(facts("wrangler_versions")["as_of"])


def meant(wanted: str, value: Any) -> Any:  # noqa: ANN401 - any value
    """What a value of the wrong type says all the same, None where that is not clear."""
    if wanted.startswith("a name"):
        return plain_name(str(value))
    if wanted == "a list" and isinstance(value, str):
        return [value]
    if wanted.startswith("a list of strings") and (isinstance(value, str) or (value and isinstance(value, dict))):
        return [value] if isinstance(value, str) else list(value)
    if wanted.startswith("true") and str(value).lower() in {"true", "false"}:
        return str(value).lower() == "true"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if wanted.startswith("a string") and is_number and " or " not in wanted else None


def dotted(key: Key) -> str:
    """A key path as people write it: `env.dev.rules[0].globs`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in key).lstrip(".")


def shown(value: object) -> str:
    """A value, cut where it is long; "" for null."""
    if value is None:
        return ""
    text = stringify(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
