"""EW209: uploaded modules that the selected Python cannot parse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.repository.walk import FOREIGN
from edgewheel.rules.registry import rule
from edgewheel.runtime.python import number
from edgewheel.sources.grammar import fault, needs_look
from edgewheel.sources.parsing import MANY, begin, suspects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.sources.parsing import Parsing

#: Folders of others' code that a wide module root sweeps in: other rules say so.


@rule("EW209", "worker-imports")
def unparsable_module(deploys: Deploys) -> Iterator[Finding]:
    """An uploaded module of the project that the selected Python cannot parse.

    Workers: importing it raises SyntaxError; reached from main, the deploy fails. The compatibility date and the flags
    select Python 3.12, 3.13 or 3.14. Syntax that is newer than the Python that runs this check is not judged.

    Fix: correct the line, or move the date so that a newer Python is selected.

    Bad:
        print "deployed"

    Good:
        print("deployed")
    """
    started = []
    for deploy in deploys.importing:
        names = {deploy.path(name): name for name in own_modules(deploy)}
        many = len(names) >= MANY
        unknown = [path for path, name in names.items() if not _is_judged(deploy, name, many=many)]
        # before the other rules are asked: parsing takes longer than all of them
        started.append((deploy, names, begin(unknown, many=many)))
    return (each for deploy, names, parsing in started for each in _judged(deploy, names, parsing))


def _is_judged(deploy: Deploy, name: str, *, many: bool) -> bool:
    """Whether an earlier run, or another rule, has had the module parsed."""
    known = deploy.sources.records.get(deploy.sources.source(name))
    return known is not None and known.parses >= (1 if many else 2)


def _judged(deploy: Deploy, names: dict[str, str], parsing: Parsing) -> Iterator[Finding]:
    python, sources = number(deploy.python), deploy.sources
    found = set(suspects(parsing, lambda path: sources.source(names[path])))
    sources.parse([names[path] for path in parsing.paths if path not in found], 1)
    for path, name in names.items():
        source = sources.source(name)
        if path not in found and not needs_look(source, python):
            continue
        wrong = fault(source, python, name=name)
        if wrong is not None:
            message = f"Python {deploy.python} cannot parse `{name}`: {wrong.message}; importing it fails"
            place = Place(path, wrong.line, wrong.column)
            yield Finding(message, place, _fix(deploy, wrong.message, wrong.line))
        elif path in found:
            sources.parse([name], 2)


def own_modules(deploy: Deploy) -> Iterator[str]:
    """The project's Python modules of the upload that can be imported by name."""
    for module in deploy.modules:
        if module.name.endswith(".py") and module.source:
            parts = module.name.removesuffix(".py").split("/")
            if all(part.isidentifier() for part in parts) and not {"vendor", *FOREIGN} & set(parts):
                yield module.name


def _fix(deploy: Deploy, message: str, line: int) -> str:
    if message.startswith("Non-UTF-8"):
        return "save the file as UTF-8"
    if "null byte" in message:
        return "remove the null bytes: the file is not text"
    return f"correct line {line} for Python {deploy.python}" if line else f"correct it for Python {deploy.python}"
