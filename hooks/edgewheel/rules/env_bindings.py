"""What `env` has in one environment by its config, and what the project's code takes from it. For EW213 and EW315.

facts: acceptance 6: bindings and vars are not inherited by environments; secrets are in no config
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.wrangler.schema import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.documents.document import Key
    from edgewheel.sources.records import EnvUse

#: key of the config -> what its bindings are
KINDS = {
    "d1_databases": "a D1 database",
    "kv_namespaces": "a KV namespace",
    "r2_buckets": "an R2 bucket",
    "durable_objects": "a Durable Object",
    "queues": "a queue",
    "services": "a service",
    "vectorize": "a Vectorize index",
    "hyperdrive": "a Hyperdrive",
    "analytics_engine_datasets": "an Analytics Engine dataset",
    "ai": "Workers AI",
    "browser": "a browser",
    "images": "Images",
    "assets": "the static assets",
    "workflows": "a Workflow",
    "send_email": "an email sender",
    "ratelimits": "a rate limit",
    "secrets_store_secrets": "a secret of the Secrets Store",
    "dispatch_namespaces": "a dispatch namespace",
    "mtls_certificates": "a certificate",
    "pipelines": "a pipeline",
    "vars": "a variable",
}
#: Keys whose bindings have methods of any name; "": what is not known.
_ANY = frozenset(("services", ""))
#: method -> keys whose bindings have it, the likeliest first
METHODS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("prepare", "withSession", "dump", "batch", "exec"), ("d1_databases",)),
    **dict.fromkeys(("idFromName", "idFromString", "newUniqueId", "getByName"), ("durable_objects",)),
    "getWithMetadata": ("kv_namespaces",),
    **dict.fromkeys(("head", "createMultipartUpload", "resumeMultipartUpload"), ("r2_buckets",)),
    **dict.fromkeys(("put", "delete", "list"), ("kv_namespaces", "r2_buckets")),
    "get": (
        *("kv_namespaces", "r2_buckets", "durable_objects", "workflows", "secrets_store_secrets"),
        "dispatch_namespaces",
    ),
    "send": ("queues", "send_email", "pipelines"),
    "sendBatch": ("queues",),
    "fetch": ("services", "assets", "browser", "mtls_certificates"),
    "run": ("ai",),
    "toMarkdown": ("ai",),
    "writeDataPoint": ("analytics_engine_datasets",),
    **dict.fromkeys(("query", "queryById", "insert", "upsert", "getByIds", "deleteByIds"), ("vectorize",)),
    **dict.fromkeys(("create", "createBatch"), ("workflows",)),
    "limit": ("ratelimits",),
}
_NO_BINDINGS = frozenset(("env", "migrations", "rules", "build", "exports", "tail_consumers", "containers"))
_BY_NAME = frozenset(("durable_objects", "unsafe", "logfwdr", "send_email", "ratelimits"))


#: Keys that hold one table, those whose tables have `name` for `binding`, and what else a table needs, as placeholders.
_TABLES = frozenset(("ai", "browser", "images", "assets"))
_NAMED = dict.fromkeys(("durable_objects", "ratelimits", "send_email"), "name")
_LINES = {
    "d1_databases": (("database_name", "<DATABASE_NAME>"), ("database_id", "<DATABASE_ID>")),
    "kv_namespaces": (("id", "<ID>"),),
    "r2_buckets": (("bucket_name", "<BUCKET>"),),
    "services": (("service", "<SERVICE>"),),
    "queues": (("queue", "<QUEUE>"),),
    "vectorize": (("index_name", "<INDEX>"),),
    "durable_objects": (("class_name", "<CLASS>"),),
    "workflows": (("name", "<WORKFLOW>"), ("class_name", "<CLASS>")),
}


class Binding(NamedTuple):
    """A name that `env` has: the config's key that gives it ("" where its kind is not known), and its place there."""

    name: str
    kind: str
    key: Key


class Taken(NamedTuple):
    """A use of a name in a module of the upload."""

    module: str
    use: EnvUse


def declared(deploy: Deploy) -> dict[str, Binding]:
    """What one environment declares, by name; wrangler passes over a table whose name it does not know."""
    config = deploy.config
    above: Key = ("env", config.env) if config.env else ()
    table = config.document.table(*above) if above else config.document.data
    known = {key: value for key, value in table.items() if key in KINDS or key in schema(deploy.deploys.version).fields}
    found = list(_of_table(known, above))
    assets = config.document.get("assets")
    if above and isinstance(assets, dict) and "assets" not in table:  # the one that is inherited
        found += _of_value("assets", assets, ("assets",))
    return {name: Binding(name, "", ()) for name in _local(deploy)} | {each.name: each for each in found}


def _of_table(table: Mapping[str, Any], above: Key) -> Iterator[Binding]:
    for key, value in table.items():
        if key == "vars" and isinstance(value, dict):
            for name, each in value.items():
                yield Binding(name, "vars" if isinstance(each, str) else "", (*above, "vars", name))
        elif key == "secrets" and isinstance(value, dict):
            listed = value.get("required")
            yield from (Binding(str(name), "", ()) for name in (listed if isinstance(listed, list) else ()))
        elif key in {"wasm_modules", "text_blobs", "data_blobs"} and isinstance(value, dict):
            yield from (Binding(name, "", (*above, key, name)) for name in value)
        elif key not in _NO_BINDINGS:
            yield from _of_value(key, value, (*above, key))


def _of_value(kind: str, value: Any, key: Key) -> Iterator[Binding]:  # noqa: ANN401 - any value of the config
    """The bindings in a table, in a list of tables, or in the lists of a table."""
    if isinstance(value, list):
        for at, each in enumerate(value):
            yield from _of_value(kind, each, (*key, at))
    elif isinstance(value, dict):
        name = value.get("name" if kind in _BY_NAME and "binding" not in value else "binding")
        if isinstance(name, str):
            yield Binding(name, kind if kind in KINDS else "", key)
        for inner in value:
            if isinstance(value[inner], list):
                yield from _of_value(kind, value[inner], (*key, inner))


def _local(deploy: Deploy) -> Iterator[str]:
    """The names that a developer's own files give: a secret that `wrangler secret put` has set is in no other file."""
    worker = deploy.worker
    ends = ("", f".{deploy.config.env}") if deploy.config.env else ("",)
    for path in (worker.path(f"{name}{end}") for name in (".dev.vars", ".env") for end in ends):
        if worker.disk.is_file(path):
            from edgewheel.wrangler import dotenv

            yield from dotenv.parse(worker.disk.read(path).decode("utf-8", "replace"))


def uses(deploy: Deploy) -> tuple[Taken, ...]:
    """What the project's modules that main reaches take from `env`."""
    return deploy.deploys.kept(f"env of {deploy.env}", lambda: tuple(_uses(deploy)))


def _uses(deploy: Deploy) -> Iterator[Taken]:
    for name, _ in deploy.own("env"):
        yield from (Taken(name, each) for each in deploy.sources.whole(name).env)


def judged(deploys: Deploys) -> Iterator[tuple[Deploy, Deploy]]:
    """The deploys that somebody makes, each with the one whose analysis counts for it. Where an environment has
    bindings and the top level none, nobody deploys the top level.
    """
    known = [(each, like) for each in deploys if (like := deploys.like(each)) is not None]
    named = [each for each, _ in known if each.config.env is not None and _objects(each)]
    for deploy, like in known:
        if deploy.config.env is not None or not named or _objects(deploy):
            yield deploy, like


def _objects(deploy: Deploy) -> bool:
    return any(each.key and "vars" not in each.key for each in declared(deploy).values())


def is_another(kind: str, method: str) -> bool:
    """Whether a declared kind surely lacks a method that other kinds have."""
    return method in METHODS and kind not in METHODS[method] and kind not in _ANY


def pasted(deploy: Deploy, names: Sequence[tuple[str, str, str]], env: str | None) -> str:
    """The tables that declare bindings in an environment, to be pasted: of each kind, name and class ("": unknown)."""
    config = deploy.config
    file = posixpath.basename(config.config_path)
    parts = [f"# {file}" if file.endswith(".toml") else f"// {file}, in `{f'env.{env}' if env else 'the top level'}`"]
    for kind, name, class_name in names:
        key = f"env.{env}.{kind}" if env is not None else kind
        pairs = ((_NAMED.get(kind, "binding"), name), *_LINES.get(kind, ()))
        pairs = tuple((each, class_name if each == "class_name" and class_name else value) for each, value in pairs)
        if file.endswith(".toml"):
            head = {"durable_objects": f"[[{key}.bindings]]", "queues": f"[[{key}.producers]]"}
            parts.append(f"[{key}]" if kind in _TABLES else head.get(kind, f"[[{key}]]"))
            parts += [f'{each} = "{value}"' for each, value in pairs]
        else:
            listed = ", ".join(f'"{each}": "{value}"' for each, value in pairs)
            inner = f"{{ {listed} }}" if kind in _TABLES else f"[{{ {listed} }}]"
            around = {"durable_objects": f'{{ "bindings": {inner} }}', "queues": f'{{ "producers": {inner} }}'}
            parts.append(f'"{kind}": {around.get(kind, inner)},')
    return "\n".join(parts)
