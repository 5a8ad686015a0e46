"""What wrangler refuses of a config, told with what to write instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from edgewheel.data import facts
from edgewheel.documents.tree import Parsed
from edgewheel.findings import Finding
from edgewheel.rules.ew3.levels import entry
from edgewheel.wrangler.diagnose import diagnose
from edgewheel.wrangler.js import stringify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy
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


def told(deploy: Deploy, found: Diagnostic) -> Finding:
    """A diagnostic as a finding: in our words where they say what is wanted, else in wrangler's."""
    document, version = deploy.config.document, deploy.behavior.version
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
        return Finding(message, place, _fix(deploy, key, value, wanted) if wanted else fix, "warning")
    if not wanted:
        return Finding(f"wrangler refuses the config: `{' '.join(found.text.split())}`", place, fix)
    if found.kind == "missing":
        message = f"`{name}` must be {wanted}, and is missing: {STOPS}"
    else:
        text = shown(value)
        message = (
            f"`{name}` is `{text}` and must be {wanted}: {STOPS}" if text else f"`{name}` must be {wanted}: {STOPS}"
        )
    return Finding(message, place, _fix(deploy, key, value, wanted))


def _wanted(found: Diagnostic) -> str:
    """What the value should be, "" where no few words say it."""
    if found.kind == "choice" and found.names:
        return f"one of {', '.join(f'`{name}`' for name in found.names)}"
    return found.wanted if found.kind in {"type", "missing", "range", "pattern", "image"} else ""


def _rename(name: str) -> str:
    return f"give one of them another name, such as `{name}_2`"


def _file(document: Document) -> str:
    return document.path.rpartition("/")[2]


def _fix(deploy: Deploy, key: Key, value: Any, wanted: str) -> str:  # noqa: ANN401 - any value
    """The same value in the right form, where it is clear and wrangler takes it; else what to write."""
    document = deploy.config.document
    if not isinstance(document.get(*key[:-1], default={}), dict) and not isinstance(key[-1], int):
        return f"write `{dotted(key[:-1])}` as a table"
    if not isinstance(key[-1], int):
        for right in _proposals(key[-1], value, wanted):
            if _is_taken(deploy, key, right):
                return entry(document, key[-1], right)
        line = document.line_text(document.place(*key).line)
        if wanted == "a list of tables" and line.lstrip().startswith("["):
            return f"write `[[{dotted(key)}]]`"
    return f"write `{dotted(key)}` as {wanted}"


def _proposals(name: str, value: Any, wanted: str) -> Iterator[Any]:  # noqa: ANN401 - any value
    right = _date(value) if wanted.startswith("a date") else meant(wanted, value)
    if right is not None:
        yield right
    elif wanted.startswith("true"):
        yield True
    elif wanted == "a string":
        yield name.upper() if value is None else "…"


def _is_taken(deploy: Deploy, key: Key, value: Any) -> bool:  # noqa: ANN401 - any value
    """Whether wrangler takes another value at a key: judged in a config that has no more than the tables around it."""
    document = deploy.config.document
    data: Any = {**document.table(*key[:-1]), key[-1]: value}
    for step in reversed(key[:-1]):
        data = [data] if isinstance(step, int) else {step: data}
    short = tuple(0 if isinstance(step, int) else step for step in key)
    tree = Parsed("", "")
    tree.data = data
    config = deploy.config._replace(document=document._replace(tree=tree))
    again = diagnose(config, deploy.behavior, "", deploy.worker.disk)
    return all(each.key[: len(short)] != short for each in again.errors())


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
