"""The proof by analysis: nothing runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from edgewheel.runtime import exported
from edgewheel.runtime.proof import Asked, Problem, Proof, RefusedObject, Snapshot, Subject
from edgewheel.runtime.python import number
from edgewheel.runtime.reach import Reach
from edgewheel.runtime.resolve import FailedImport
from edgewheel.runtime.tree import VENDORED, Spec, module_name, spec_of
from edgewheel.sources.grammar import fault
from edgewheel.sources.unbound import unbound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from edgewheel.runtime.graph import Failure, Reached
    from edgewheel.runtime.resolve import Resolver
    from edgewheel.sources.grammar import Fault

#: Words of a module that may give all others a name: `builtins.x = …`, `gettext.install()`.
_ADDING = (b"builtins", b"install(")


def subject(resolver: Resolver, main: str, *, pth: bool) -> Subject:
    """The modules of an upload that can be imported by name: main, and all of the project's others. What is shadowed
    cannot be imported, nor fail.
    """
    others, hidden = [], set()
    library, tree = resolver.library, resolver.tree
    first = {top for top in library.sdk if tree.find(top, [""]) and not tree.find(top, [VENDORED])}
    for name in sorted(tree.files):
        dotted = module_name(name)
        importable = dotted and all(part.isidentifier() for part in dotted.split("."))
        if name.endswith(".py") and name != main and importable and not tree.is_vendored(name):
            steps = resolver.locate(dotted)
            if isinstance(steps, list) and steps[-1].spec is not None and steps[-1].spec.file == name:
                others.append((dotted, name))
            elif isinstance(steps, FailedImport) and dotted.partition(".")[0] in first:
                hidden.add(steps.name)
    return Subject(
        main=(module_name(main), main),
        modules=tuple(others),
        stand_ins=tuple(sorted(library.stand_ins)),
        pth=pth,
        first=tuple(sorted(first)),
        hidden=tuple(sorted(hidden)),
    )


def reached(what: Subject, resolver: Resolver, python: str) -> frozenset[str]:
    """The modules that importing main imports, whether or not it comes that far."""
    found = Reach(resolver, number(python)).main(what.main[1]).modules
    return frozenset(dotted for dotted, name in what.modules if found.get(name) == "start")


def prove(
    what: Subject,
    resolver: Resolver,
    python: str,
    *,
    want: Asked = Asked(),  # noqa: B008 - it cannot be changed
    intended: Callable[[str], str | None] = lambda _: None,
) -> Proof:
    """What importing main and then every other module would do; `intended` as of `Reach`."""
    started = time.perf_counter()
    refused = refusal(what, resolver)

    def broken(name: str) -> Fault | None:
        if resolver.tree.is_vendored(name):  # released packages parse: judging thousands of modules takes seconds
            return None
        return fault(resolver.modules.source(name), number(python), name=name)

    reach = Reach(resolver, number(python), fault=broken, intended=intended)
    first = [] if refused else [(what.main[0], Spec("module", what.main[1]))]
    rest = [(dotted, spec_of(name)) for dotted, name in what.modules]
    reached = reach.from_modules(first, rest)
    problems = [] if refused is None else [refused]
    problems += [_problem(reach, failure) for failure in reached.failures]
    imports = refused is None and reach.graph.state.get(what.main[0]) == ""
    if imports and (undefined := next(_undefined(resolver, what.main[1], reached), None)) is not None:
        problems.append(undefined)
        imports = False
    unproven = tuple(sorted(each for each in resolver.stand_ins if each not in resolver.library.stand_ins))
    return Proof(
        runtime="static",
        python=python,
        main=what.main[0],
        imports=None if imports and unproven else imports,
        modules=len(what.modules) + 1,
        stand_ins=tuple(sorted(resolver.stand_ins)),
        problems=tuple(dict.fromkeys(problems)),
        seconds=time.perf_counter() - started,
        failed=tuple(sorted(name for name, _ in [what.main, *what.modules] if reach.graph.state.get(name))),
        exports=exported.exports(resolver, what.main[1], want) if imports else None,
        snapshot=Snapshot(checked=True, refused=tuple(_kept(resolver, reached.modules)) if imports else ()),
        unproven=unproven,
    )


def _undefined(resolver: Resolver, main: str, reached: Reached) -> Iterator[Problem]:
    """Where a module of the project that main surely imports uses a name that nothing binds."""
    files = {module_name(name): name for name in reached.modules}
    waiting, seen = [main], {main}
    while waiting:
        source = resolver.modules.source(name := waiting.pop())
        if any(word in source for word in _ADDING):
            return
        found = unbound(source)
        if found is not None:
            message = f"name '{found.name}' is not defined"
            yield Problem(module_name(name), "NameError", found.name, message, name, found.line, "start")
        inner = [files.get(wanted, "") for _, wanted, edge in reached.uses.get(name, ()) if edge == "start"]
        own = [each for each in inner if each.endswith(".py") and not resolver.tree.is_vendored(each)]
        waiting += [each for each in own if each not in seen]
        seen.update(own)


def _kept(resolver: Resolver, modules: Mapping[str, str]) -> Iterator[RefusedObject]:
    """The JavaScript objects that the project's modules surely keep once they are imported at the start."""
    for name, at in modules.items():
        is_own = at == "start" and name.endswith(".py") and not resolver.tree.is_vendored(name)
        if is_own and "kept" in resolver.modules.record(name).hints:
            for each in resolver.modules.whole(name).kept:
                yield RefusedObject(each.code, module_name(name), each.name, name, each.line)


def refusal(what: Subject, resolver: Resolver) -> Problem | None:
    """Why main is not what is imported under its name. facts: platform 3"""
    name, file = what.main
    if name in resolver.library.present:
        text = f"`import {name}` gets the standard library's module, not `{file}`"
        return Problem(name, "ImportError", name, text, file, 0, "start")
    clash = resolver.tree.find(name, [VENDORED])
    if clash is not None and clash.kind != "namespace":
        text = f"`{clash.file}` clashes with main module `{file}`"
        return Problem(name, "ImportError", name, text, file, 0, "start")
    return None


def _problem(reach: Reach, failure: Failure) -> Problem:
    """With the project's own statement: of a failure inside a vendored package, the one that led there."""
    importer, item = reach.graph.origin(failure, reach.resolver.tree)
    line = item.line if item is not None else failure.line
    missing = failure.missing
    wanted = failure.module if item is failure.item or item is None else item.module
    return Problem(wanted, missing.error, missing.name, missing.message, importer, line, failure.at)
