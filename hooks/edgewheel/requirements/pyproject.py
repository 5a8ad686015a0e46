"""The tables of pyproject.toml that hold requirements: `[project]`, its extras, and the dependency groups."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.requirements.requirement import (
    Requirement,
    RequirementFault,
    meant,
    nearest,
    normalize,
    parse_requirement,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edgewheel.documents.document import Document


class Declared(NamedTuple):
    """Requirements of one source. `label` names it in messages: ``dependency group `dev` ``."""

    label: str
    requirements: tuple[Requirement, ...]
    generated: bool = False


#: Words in the name of a group, an extra or a file that tell development from the Worker's own.
_DEV = frozenset(
    (
        *("dev", "develop", "development", "devel", "test", "tests", "testing", "lint", "linting", "linters", "doc"),
        *("docs", "documentation", "typing", "types", "typecheck", "mypy", "ci", "style", "format", "formatting"),
        *("quality", "qa", "bench", "benchmark", "benchmarks", "coverage", "cov", "tox", "nox", "release", "local"),
        *("notebook", "notebooks", "jupyter", "debug", "profiling", "precommit", "check", "checks", "e2e", "build"),
    )
)
#: Words that tell the opposite of a dependency group, which is for development unless it says otherwise.
_RUNTIME = frozenset(("runtime", "prod", "production", "main", "default", "deploy", "worker", "workers", "edge"))
_WORDS = re.compile(r"[-_.\s]+")


def is_dev(name: str) -> bool:
    """Whether the name of an extra or a requirements file says that it is for development."""
    return not _DEV.isdisjoint(_WORDS.split(name.lower()))


class RequirementTables:
    """The tables of pyproject.toml that hold requirements; what is wrong in them is collected."""

    def __init__(self, pyproject: Document) -> None:
        self.document = pyproject
        self.faults: list[RequirementFault] = []
        #: the extras that the project's own dependencies ask for (`name = "t"`, `dependencies = ["t[x]"]`)
        self.chosen: set[str] = set()

    def project(self) -> tuple[Requirement, ...] | None:
        table = self.document.get("project")
        if table is None:
            return None
        if not isinstance(table, dict):
            self.fault("must be a table", "project", fix="write `[project]`", hides="")
            return None
        dynamic = table.get("dynamic", [])
        if "dependencies" not in table:
            return None if isinstance(dynamic, list) and "dependencies" in dynamic else ()
        given = table["dependencies"]
        found = tuple(self.requirements("project", "dependencies"))
        return tuple(self._expanded(found, "")) if isinstance(given, list) else None

    def _expanded(self, found: Iterable[Requirement], marker: str) -> Iterator[Requirement]:
        """With the extras of the project itself in the place of what asks for them."""
        own = self.document.get("project", "name")
        for each in found:
            if each.url or not isinstance(own, str) or each.key != normalize(own):
                yield each._replace(marker=_both(marker, each.marker)) if marker else each
                continue
            for name, extra in self.optional.items():
                if normalize(name) in each.extras and normalize(name) not in self.chosen:
                    self.chosen.add(normalize(name))
                    held = [inner._replace(group=name) for inner in extra]
                    yield from self._expanded(held, _both(marker, each.marker))

    def untold(self) -> frozenset[str]:
        """What is declared where only a build backend reads it, by name: "" where even the names are not known here."""
        project = self.document.get("project")
        if isinstance(project, dict):
            dynamic = project.get("dynamic", [])
            return frozenset(("",)) if isinstance(dynamic, list) and "dependencies" in dynamic else frozenset()
        poetry = self.document.get("tool", "poetry", "dependencies", default={})
        if isinstance(poetry, dict) and poetry:
            return frozenset(normalize(name) for name in poetry if name != "python")
        return frozenset() if self.document.get("build-system") is None else frozenset(("",))

    @cached_property
    def optional(self) -> dict[str, tuple[Requirement, ...]]:
        """The requirements of each extra."""
        table = ("project", "optional-dependencies")
        return {name: tuple(self.requirements(*table, name)) for name in self.names(*table)}

    def extras(self) -> list[tuple[str, Declared]]:
        """The extras that the project's own dependencies do not ask for."""
        return [
            (name, Declared(f"extra `{name}`", listed))
            for name, listed in self.optional.items()
            if normalize(name) not in self.chosen
        ]

    def groups(self) -> Iterator[Declared]:
        """The dependency groups, which nothing installs on Workers: all but those named as the Worker's own."""
        for name in self.names("dependency-groups"):
            requirements = tuple(self.requirements("dependency-groups", name))
            if _RUNTIME.isdisjoint(_WORDS.split(name.lower())):
                yield Declared(f"dependency group `{name}`", requirements)
        if self.document.get("tool", "uv", "dev-dependencies") is not None:
            yield Declared("`tool.uv.dev-dependencies`", tuple(self.requirements("tool", "uv", "dev-dependencies")))

    def names(self, *key: str) -> Iterable[str]:
        table = self.document.get(*key)
        if table is None or (len(key) > 1 and not isinstance(self.document.get(*key[:-1]), dict)):
            return ()
        if not isinstance(table, dict):
            self.fault("must be a table of lists", *key, fix=f"write `[{'.'.join(key)}]`")
            return ()
        return table

    def requirements(self, *key: str) -> Iterator[Requirement]:
        """The well-formed requirements of a list; the rest become faults."""
        items = self.document.get(*key)
        if not isinstance(items, list):
            example = items if isinstance(items, str) else "name"
            words = f"must be a list of requirements, not {_kind(items)}"
            self.fault(words, *key, fix=f'write `{key[-1]} = ["{example}"]`', hides="")
            return
        for index, item in enumerate(items):
            if key[0] == "dependency-groups" and isinstance(item, dict):
                self.include(item, *key, index)
            elif not isinstance(item, str):
                name = item.get("name", "name") if isinstance(item, dict) else "name"
                self.fault(f"must hold requirements, not {_kind(item)}", *key, index, fix=f'write `"{name}"`', hides="")
            elif (found := parse_requirement(item, self.document.place(*key, index))) is not None:
                yield found
            else:
                words = f"holds `{shown(item)}`, which is not a valid requirement"
                self.fault(words, *key, index, fix=nearest(item), hides=meant(item))

    def include(self, item: dict[str, Any], *key: str | int) -> None:
        """`{include-group = "x"}` of a dependency group (PEP 735)."""
        target = item.get("include-group")
        groups = {normalize(name): name for name in self.document.table("dependency-groups")}
        if list(item) != ["include-group"] or not isinstance(target, str):
            words = 'may hold requirements and `{ include-group = "name" }` only'
            self.fault(words, *key, fix='write `{ include-group = "name" }`')
        elif normalize(target) not in groups:
            fix = f"add `{target} = []` to `[dependency-groups]` or name one of {', '.join(groups.values())}"
            self.fault(f"includes the group `{target}`, which does not exist", *key, fix=fix)
        elif str(key[1]) in self._reached(groups[normalize(target)], groups, set()):
            fix = f'remove `{{ include-group = "{target}" }}`'
            self.fault(f"includes the group `{target}`, which includes it again", *key, fix=fix)

    def _reached(self, group: str, groups: dict[str, str], seen: set[str]) -> set[str]:
        if group not in seen:
            seen.add(group)
            items = self.document.get("dependency-groups", group)
            for item in items if isinstance(items, list) else ():
                inner = item.get("include-group") if isinstance(item, dict) else None
                if isinstance(inner, str) and normalize(inner) in groups:
                    self._reached(groups[normalize(inner)], groups, seen)
        return seen

    def fault(self, words: str, *key: str | int, fix: str, hides: str | None = None) -> None:
        """Only what stands in `[project].dependencies` is the Worker's, and hides what it requires."""
        dotted = ".".join(str(step) for step in key if isinstance(step, str))
        theirs = hides if key[:2] in {("project",), ("project", "dependencies")} else None
        self.faults.append(RequirementFault(f"`{dotted}` {words}", self.document.place(*key), fix, theirs))


def _both(one: str, other: str) -> str:
    """A marker that holds where two hold."""
    return f"({one}) and ({other})" if one and other else one or other


def _kind(value: Any) -> str:  # noqa: ANN401 - any TOML value
    """The TOML word for a value's type."""
    names = {str: "a string", bool: "a boolean", int: "an integer", float: "a float", list: "an array", dict: "a table"}
    return names.get(type(value), "a date")
