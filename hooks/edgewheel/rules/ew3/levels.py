"""The tables of a wrangler config that can hold a key: the top level and each environment; and how to write one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from edgewheel.deploy import Deploys
    from edgewheel.documents.document import Document, Key
    from edgewheel.findings import Place
    from edgewheel.wrangler.config import Config


class Scope(NamedTuple):
    """One table of the config; `key` is where it stands: () or ("env", name)."""

    document: Document
    env: str | None
    key: Key
    table: dict[str, Any]

    def place(self, *key: str | int) -> Place:
        return self.document.place(*self.key, *key)

    def name(self, *key: str | int, array: bool = False) -> str:
        """A table's name as the config's own format writes it: `[env.dev.build]`, `env.dev.build` in JSON."""
        dotted = ".".join(str(each) for each in (*self.key, *key))
        if not self.document.path.endswith(".toml"):
            return dotted
        return f"[[{dotted}]]" if array else f"[{dotted}]"


def levels(deploys: Deploys) -> Iterator[Scope]:
    """The top level, which wrangler reads whatever environment is deployed, and the environments to judge."""
    document = deploys.document
    yield Scope(document, None, (), document.data)
    for env in deploys.environments:
        table = document.get("env", env) if env is not None else None
        if isinstance(table, dict):
            yield Scope(document, env, ("env", str(env)), table)


def entry(document: Document, name: str, value: Any) -> str:  # noqa: ANN401 - strings, booleans, lists and tables of them
    """A key with its value, to be pasted into the config: TOML or JSON as the file is."""
    import json

    def pair(key: str, each: Any) -> str:  # noqa: ANN401
        return f"{key} = {text(each)}" if document.path.endswith(".toml") else f"{text(key)}: {text(each)}"

    def text(each: Any) -> str:  # noqa: ANN401
        if isinstance(each, list):
            return f"[{', '.join(text(item) for item in each)}]"
        if isinstance(each, dict):
            return f"{{ {', '.join(pair(key, item) for key, item in each.items())} }}"
        return json.dumps(each, ensure_ascii=False) if isinstance(each, str) else str(each).lower()

    return pair(name, value)


def more_rules(config: Config, rules: Sequence[dict[str, Any]]) -> str:
    """What adds rules to those that count: tables of their own, or the whole list where it stands in one line."""
    document, key = config.document, config.key("rules")
    given = document.get(*key)
    is_list = given is not None and not document.line_text(document.place(*key).line).lstrip().startswith("[")
    if is_list or not document.path.endswith(".toml"):
        return entry(document, "rules", [*(given if isinstance(given, list) else []), *rules])
    name = ".".join(map(_step, map(str, key)))
    tables = ([f"[[{name}]]", *(entry(document, *pair) for pair in rule.items())] for rule in rules)
    return "\n\n".join("\n".join(lines) for lines in tables)


def _step(name: str) -> str:
    plain = name.replace("-", "").replace("_", "")
    return name if plain.isascii() and plain.isalnum() else f'"{name}"'


def replaced(globs: Sequence[str], meant: Mapping[int, Sequence[str]]) -> list[str]:
    """A list with other items in the place of some, each once; what is no text is left out."""
    texts = (text for at, glob in enumerate(globs) for text in meant.get(at, (glob,)))
    return list(dict.fromkeys(text for text in texts if isinstance(text, str)))
