"""EW213: bindings that the code uses and the config does not declare."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import Finding, Place
from edgewheel.rules import env_bindings
from edgewheel.rules.env_bindings import KINDS, METHODS, Taken, declared, is_another
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.rules.env_bindings import Binding

#: More kinds of bindings than that are not listed.
_FEW = 3


class _Lack(NamedTuple):
    """A use of a name as an object, and the environments that lack it or have another kind under it."""

    first: Taken
    deploy: Deploy
    other: Binding | None
    environments: list[str | None]
    uses: int


@rule("EW213", "worker-imports")
def undeclared_binding(deploys: Deploys) -> Iterator[Finding]:
    """A binding that the code uses as an object (`.prepare`, `.get`, `.idFromName`, `.send`, `.fetch` …) and that the
    config does not declare, or declares as another kind, in an environment that is deployed.

    Never for a name that is read as text, which may be a secret, nor for one whose absence the code asks for. What the
    top level declares and an environment lacks is EW315.

    Workers: `env` has what the config declares and nothing else: using another name raises AttributeError while a
    request is handled, and a method that the binding does not have raises it, too.

    Fix: declare the binding in the environment, or use the name that it has there.

    Bad:
        # src/main.py
        from workers import Response, WorkerEntrypoint


        class Default(WorkerEntrypoint):
            async def fetch(self, request):
                await self.env.DB.prepare("select 1").run()
                return Response("ok")

    Good:
        [[d1_databases]]
        binding = "DB"
        database_name = "forge"
        database_id = "1"
    """
    pairs = list(env_bindings.judged(deploys))
    above = declared(deploys.of(None))
    lacks: dict[tuple[str, str], _Lack] = {}
    for deploy, like in pairs:
        names = declared(deploy)
        for name, uses in _objects(like).items():
            other = names.get(name)
            wrong = [each for each in uses if other is None or is_another(other.kind, each.use.method)]
            if not wrong or (other is None and name in above and deploy.config.env is not None):  # EW315
                continue
            first = min(wrong, key=lambda each: len(METHODS[each.use.method]))  # what tells most of its kind
            new = _Lack(first, like, other, [], len(uses))
            lacks.setdefault((name, other.kind if other else ""), new).environments.append(deploy.config.env)
    for lack in lacks.values():
        yield _finding(lack, len(pairs))


def _objects(deploy: Deploy) -> dict[str, list[Taken]]:
    """The names on which a binding's method is called, with these uses."""
    found: dict[str, list[Taken]] = {}
    for each in env_bindings.uses(deploy):
        if each.use.method in METHODS:
            found.setdefault(each.use.name, []).append(each)
    return found


def _finding(lack: _Lack, deploys: int) -> Finding:
    use, path = lack.first.use, lack.deploy.path(lack.first.module)
    where = ""
    if len(lack.environments) < deploys:
        names = [f"`env.{env}`" if env is not None else "the top level" for env in lack.environments]
        where = f" in {', '.join(names)}"
    more = f" ({lack.uses - 1} more {'use' if lack.uses == 2 else 'uses'} of it)" if lack.uses > 1 else ""
    given = f"binds `{use.name}` as {KINDS.get(lack.other.kind, '')}" if lack.other else f"declares no `{use.name}`"
    message = f"`env.{use.name}.{use.method}()` needs {_needed(use.method)}, and the config {given}{where}: "
    place = Place(path, use.line, use.column)
    return Finding(f"{message}on Workers this raises AttributeError{more}", place, _fix(lack))


def _needed(method: str) -> str:
    """The kinds of bindings that have a method, where they are few."""
    kinds = [KINDS[key] for key in METHODS[method]]
    if len(kinds) > _FEW:
        return "a binding"
    return " or ".join(filter(None, (", ".join(kinds[:-1]), kinds[-1])))


#: What a binding's name ends with, by its kind.
_SHORT = {"d1_databases": "DB", "kv_namespaces": "KV", "r2_buckets": "BUCKET", "durable_objects": "OBJECT"}


def _fix(lack: _Lack) -> str:
    from difflib import get_close_matches

    use = lack.first.use
    kind = METHODS[use.method][0]
    if lack.other is not None:
        env = None if None in lack.environments else lack.environments[0]
        name = f"{use.name}_{_SHORT.get(kind) or kind.upper()}"
        return f"use `env.{name}`\n{env_bindings.pasted(lack.deploy, [(kind, name, '')], env)}"
    known = [name for name, each in declared(lack.deploy).items() if not is_another(each.kind, use.method)]
    if near := get_close_matches(use.name, known, 1, 0.8):
        return f"use `env.{near[0]}`"
    env = None if None in lack.environments else lack.environments[0]
    return env_bindings.pasted(lack.deploy, [(kind, use.name, "")], env)
