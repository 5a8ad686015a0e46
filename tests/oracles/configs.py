"""Configs for wrangler's validator and ours: a valid value of every key, and what may be wrong with each.

`mutants()` gives them in kinds: the value at the top, in an environment, in both; every value and every member
replaced by others of each type; members deleted, unknown ones added, lists and tables exchanged, items twice; values
out of the ranges that wrangler names; bindings of two kinds with one name; mixes of several keys.
"""

from __future__ import annotations

import copy
import random
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Table = dict[str, Any]
Path = tuple[str | int, ...]

BASE: Table = {
    "name": "t",
    "main": "src/main.py",
    "compatibility_date": "2026-10-01",
    "compatibility_flags": ["python_workers"],
}
DIGEST = f"registry.cloudflare.com/account/repo@sha256:{'a' * 64}"
#: A valid value of every key of the top level, with every optional member filled in.
VALID: Table = {
    "$schema": "node_modules/wrangler/config-schema.json",
    "name": "worker-1",
    "main": "src/main.py",
    "account_id": "0123456789abcdef",
    "compatibility_date": "2026-10-01",
    "compatibility_flags": ["python_workers", "nodejs_compat"],
    "base_dir": "src",
    "find_additional_modules": True,
    "preserve_file_names": True,
    "workers_dev": True,
    "preview_urls": False,
    "route": {"pattern": "example.com/*", "zone_name": "example.com"},
    "routes": ["a.example.com/*", {"pattern": "b.example.com", "custom_domain": True, "enabled": True}],
    "tsconfig": "tsconfig.json",
    "jsx_factory": "h",
    "jsx_fragment": "F",
    "rules": [{"type": "Text", "globs": ["**/*.md"], "fallthrough": True}],
    "triggers": {
        "crons": ["* * * * *"],
        "events": [
            {
                "type": "cf.artifacts.repo.created",
                "filter": {"namespace": "n", "repo_name": "r"},
                "targets": [{"type": "workflow", "workflow_name": "w"}],
            }
        ],
    },
    "assets": {
        "directory": "public",
        "binding": "ASSETS",
        "html_handling": "none",
        "not_found_handling": "404-page",
        "base_path": "/x",
        "run_worker_first": ["/api/*"],
    },
    "limits": {"cpu_ms": 50, "subrequests": 100},
    "placement": {"mode": "smart", "hint": "wnam"},
    "build": {"command": "make", "cwd": ".", "watch_dir": ["src"]},
    "vars": {"A": "a", "B": 1, "C": {"d": True}},
    "secrets": {"required": ["SECRET"]},
    "define": {"X": "1"},
    "durable_objects": {
        "bindings": [{"name": "DO", "class_name": "Room", "script_name": "other", "environment": "prod"}],
        "code_update_strategy": {"mode": "deferred", "max_delay": 60},
    },
    "workflows": [
        {
            "binding": "FLOW",
            "name": "flow",
            "class_name": "Flow",
            "script_name": "other",
            "limits": {"steps": 10},
            "concurrency": {"limit": 2},
            "schedules": ["* * * * *"],
            "default_retention": {"success_retention": "3 days", "error_retention": 1000},
            "jurisdiction": "eu",
        }
    ],
    "migrations": [
        {"tag": "v1", "new_classes": ["A", "G"], "new_sqlite_classes": ["B"]},
        {
            "tag": "v2",
            "renamed_classes": [{"from": "A", "to": "C"}],
            "deleted_classes": ["G"],
            "transferred_classes": [{"from": "X", "from_script": "other", "to": "Y"}],
        },
    ],
    "exports": {
        "Made": {"type": "durable-object", "storage": "sqlite"},
        "Gone": {"type": "durable-object", "state": "deleted"},
        "Old": {"type": "durable-object", "state": "renamed", "renamed_to": "Made"},
        "Away": {"type": "durable-object", "state": "transferred", "transferred_to": "other"},
        "Come": {
            "type": "durable-object",
            "state": "expecting-transfer",
            "storage": "legacy-kv",
            "transfer_from": "other",
        },
        "Page": {"type": "worker", "cache": {"enabled": True}},
        "Flow": {
            "type": "workflow",
            "name": "flow",
            "limits": {"steps": 10},
            "concurrency": {"limit": 2},
            "schedules": "* * * * *",
            "default_retention": {"success_retention": "3 days", "error_retention": 1000},
            "jurisdiction": "us",
        },
    },
    "kv_namespaces": [{"binding": "KV", "id": "0123", "preview_id": "4567", "remote": True}],
    "cloudchamber": {"memory": "1GB", "image": "x", "location": "sfo", "ipv4": True, "vcpu": 1},
    "containers": [
        {
            "name": "box",
            "class_name": "Box",
            "image": "registry.cloudflare.com/a/b:1",
            "image_vars": {"A": "b"},
            "max_instances": 3,
            "instance_type": "basic",
            "scheduling_policy": "default",
            "observability": {"logs": {"enabled": True}, "target_instance_count": 1},
            "rollout_step_percentage": [10, 100],
            "rollout_kind": "full_auto",
            "rollout_active_grace_period": 10,
            "constraints": {"regions": ["ENAM"], "tiers": [1], "jurisdiction": "eu"},
            "ssh": {"enabled": True, "port": 22},
            "authorized_keys": [{"name": "k", "public_key": "ssh-ed25519 AAAA"}],
            "trusted_user_ca_keys": [{"name": "k", "public_key": "ssh-ed25519 AAAA"}],
            "affinities": {},
            "unsafe": {"x": 1},
        }
    ],
    "send_email": [
        {
            "name": "MAIL",
            "binding": "MAIL",
            "allowed_destination_addresses": ["a@example.com"],
            "allowed_sender_addresses": ["b@example.com"],
            "remote": True,
        }
    ],
    "queues": {
        "producers": [{"binding": "QUEUE", "queue": "q", "remote": True}],
        "consumers": [
            {
                "queue": "q",
                "type": "worker",
                "max_batch_size": 1,
                "max_batch_timeout": 1,
                "max_retries": 1,
                "dead_letter_queue": "d",
                "max_concurrency": 1,
                "visibility_timeout_ms": 1,
                "retry_delay": 1,
            }
        ],
    },
    "connect": [
        {"protocol": "tcp", "port": 80, "address": "127.0.0.1"},
        {"protocol": "udp", "port": 53, "idle_timeout_ms": 5, "max_pending_bytes": 9},
    ],
    "r2_buckets": [
        {
            "binding": "R2",
            "bucket_name": "bucket",
            "preview_bucket_name": "bucket-2",
            "jurisdiction": "eu",
            "remote": True,
            "local_dev": {"experimental_s3_credentials": {"accessKeyId": "a", "secretAccessKey": "b"}},
        }
    ],
    "d1_databases": [
        {
            "binding": "DB",
            "database_id": "i",
            "preview_database_id": "p",
            "migrations_pattern": "*.sql",
            "database_name": "n",
            "jurisdiction": "eu",
            "migrations_dir": "m",
            "migrations_table": "t",
            "database_internal_env": "e",
            "remote": True,
        }
    ],
    "vectorize": [{"binding": "VEC", "index_name": "i", "remote": True}],
    "ai_search_namespaces": [{"binding": "SEARCHES", "namespace": "n", "remote": True}],
    "ai_search": [{"binding": "SEARCH", "instance_name": "n", "remote": True}],
    "agent_memory": [{"binding": "MEMORY", "namespace": "n", "remote": True}],
    "hyperdrive": [{"binding": "HYPER", "id": "i", "localConnectionString": "x", "remote": True}],
    "services": [
        {
            "binding": "SERVICE",
            "service": "s",
            "environment": "e",
            "entrypoint": "E",
            "dev": {"plugin": {"package": "p", "name": "n"}, "options": {"x": 1}},
            "remote": False,
        }
    ],
    "analytics_engine_datasets": [{"binding": "ENGINE", "dataset": "d", "remote": True}],
    "dispatch_namespaces": [
        {
            "binding": "DISPATCH",
            "namespace": "n",
            "outbound": {"service": "s", "environment": "e", "parameters": ["p"]},
            "remote": True,
        }
    ],
    "mtls_certificates": [{"binding": "CERT", "certificate_id": "c", "remote": True}],
    "tail_consumers": [{"service": "s", "environment": "e"}],
    "streaming_tail_consumers": [{"service": "s"}],
    "unsafe": {
        "bindings": [{"name": "UNSAFE", "type": "x", "extra": 1}],
        "metadata": {"a": 1},
        "capnp": {"base_path": ".", "source_schemas": ["a.capnp"]},
    },
    "browser": {"binding": "BROWSER", "remote": True},
    "analytics": {"binding": "ANALYTICS", "remote": True},
    "ai": {"binding": "AI", "remote": True},
    "images": {"binding": "IMAGES", "remote": True},
    "stream": {"binding": "STREAM", "remote": True},
    "media": {"binding": "MEDIA", "remote": True},
    "pipelines": [{"binding": "PIPE", "stream": "s", "remote": True}],
    "k2": [{"binding": "K2", "stream": "s", "remote": True}],
    "secrets_store_secrets": [{"binding": "STORE", "store_id": "s", "secret_name": "n"}],
    "artifacts": [{"binding": "ARTIFACTS", "namespace": "n", "remote": True}],
    "unsafe_hello_world": [{"binding": "HELLO", "enable_timer": True}],
    "flagship": [{"binding": "FLAG", "app_id": "a", "remote": True}],
    "worker_loaders": [{"binding": "LOADER"}],
    "ratelimits": [{"name": "RATE", "namespace_id": "1", "simple": {"limit": 10, "period": 60}}],
    "vpc_services": [{"binding": "VPC", "service_id": "s", "remote": True}],
    "vpc_networks": [{"binding": "NET", "network_id": "n", "remote": True}],
    "version_metadata": {"binding": "VERSION"},
    "logfwdr": {"bindings": [{"name": "LOG", "destination": "d"}]},
    "no_bundle": True,
    "minify": False,
    "keep_names": True,
    "first_party_worker": True,
    "logpush": True,
    "upload_source_maps": False,
    "observability": {
        "enabled": True,
        "head_sampling_rate": 0.5,
        "redact_query_string": True,
        "issues": {"enabled": True},
        "logs": {
            "enabled": True,
            "head_sampling_rate": 1,
            "invocation_logs": True,
            "destinations": ["d"],
            "persist": True,
        },
        "traces": {"enabled": True, "head_sampling_rate": 0.1, "destinations": ["d"], "persist": True},
    },
    "access": {"dev": {"aud": "a", "identity": {"email": "a@example.com"}}},
    "cache": {"enabled": True, "cross_version_cache": True},
    "compliance_region": "public",
    "python_modules": {"exclude": ["**/*.pyc"]},
    "send_metrics": False,
    "dependencies_instrumentation": {"enabled": True, "exclude_packages": ["p"]},
    "keep_vars": True,
    "addresses": ["a@example.com"],
    "pages_build_output_dir": "public",
    "dev": {
        "ip": "localhost",
        "port": 8787,
        "inspector_port": 9229,
        "inspector_ip": "localhost",
        "local_protocol": "http",
        "upstream_protocol": "https",
        "host": "example.com",
        "enable_containers": True,
        "container_engine": "docker",
        "generate_types": True,
    },
    "site": {"bucket": "./public", "include": ["a"], "exclude": ["b"]},
    "alias": {"a": "./b"},
    "wasm_modules": {"WASM": "a.wasm"},
    "text_blobs": {"TEXT": "a.txt"},
    "data_blobs": {"DATA": "a.bin"},
}
#: What an environment cannot have.
TOP_ONLY = frozenset(
    (
        *("$schema", "send_metrics", "dependencies_instrumentation", "keep_vars", "addresses"),
        *("pages_build_output_dir", "dev", "site", "alias", "wasm_modules", "text_blobs", "data_blobs"),
    )
)
#: What may stand in `previews`, with the value that it has at the top.
_PREVIEWED = (
    *("vars", "define", "kv_namespaces", "send_email", "queues", "d1_databases", "r2_buckets", "vectorize"),
    *("ai_search_namespaces", "ai_search", "hyperdrive", "services", "analytics_engine_datasets"),
    *("dispatch_namespaces", "mtls_certificates", "tail_consumers", "streaming_tail_consumers", "unsafe", "browser"),
    *("analytics", "ai", "images", "stream", "media", "pipelines", "k2", "secrets_store_secrets", "artifacts"),
    *("unsafe_hello_world", "flagship", "worker_loaders", "ratelimits", "vpc_services", "version_metadata", "logpush"),
    *("observability", "limits", "placement", "cache", "workflows"),
)
VALID["previews"] = {name: copy.deepcopy(VALID[name]) for name in _PREVIEWED} | {
    "durable_objects": {"bindings": [{"name": "DO", "class_name": "Room"}]},
    "containers": [{"class_name": "Box", "image": "registry.cloudflare.com/a/b:1"}],
}
WHOLE: tuple[Any, ...] = (*(None, True, False, 0, 1.5, -3, "", "x", [], ["x"], [1], [None], {}, {"x": 1}, [{}], [[]]),)
MEMBERS: tuple[Any, ...] = (None, True, 3, "", "x", [], ["y"], {}, {"z": 1}, -1, 0.5)
#: Values that types alone do not reach: key -> (path in the valid value, values).
RANGES: dict[str, tuple[tuple[Path, tuple[Any, ...]], ...]] = {
    "name": (((), ("Upper", "a b", "-a", "a_b", "1", "a.b", "é", "<NAME>", "a" * 70)),),
    "compatibility_date": (
        (
            (),
            (
                "2026/10/01",
                "2026-1-5",
                "2026-02-30",
                "2026-13-01",
                "latest",
                "2026\u201310\u201301",
                "2026\u201410\u201401",
                "%D%",
            ),
        ),
        ((), ("2026-10-01T00:00:00Z", "Oct 1 2026", "20261001", "2026", "$DATE", " ")),
    ),
    "route": (((), ({"pattern": "a"}, {"pattern": "a", "zone_id": "1", "zone_name": "b"}, {"pattern": 1})),),
    "routes": (
        ((0,), ({"pattern": "a", "custom_domain": True, "previews_enabled": True}, {"pattern": "a", "enabled": True})),
        ((), ([], [""], ["a", ""], [{"pattern": "*.a.com", "custom_domain": True}], [{"pattern": "a", "x": 1}])),
    ),
    "workflows": (
        ((0, "name"), ("a.b", "-a", "_a", "a" * 64, "a" * 65, "é")),
        ((0, "limits", "steps"), (1, 25000, 25001, 1e10)),
        ((0, "schedules"), ([""], ["a", ""], [1], "* * * * *")),
        ((0, "jurisdiction"), ("us", "fedramp", "asia")),
    ),
    "durable_objects": (
        (("code_update_strategy", "max_delay"), (0, 86400, 86401, 0.001, 0.0001, 0.0005, 1.0005)),
        (("code_update_strategy", "mode"), ("immediate", "later")),
    ),
    "ratelimits": (((0, "simple", "period"), (10, 30, 60, 61)),),
    "r2_buckets": (
        ((0, "bucket_name"), ("ab", "abc", "Upper", "a" * 63, "a" * 64, "-abc", "a_b", "abc-")),
        ((0, "preview_bucket_name"), ("ab", "Upper")),
    ),
    "observability": (
        (("head_sampling_rate",), (0, 1, 1.1, 100)),
        (("logs", "head_sampling_rate"), (0, 2)),
        (("traces", "head_sampling_rate"), (0, 10)),
        (("logs",), ({"enabled": False}, {"destinations": [1]}, {"head_sampling_rate": 5})),
        ((), ({"logs": {"enabled": True}}, {"traces": {}}, {"head_sampling_rate": 2}, {"issues": {"enabled": False}})),
    ),
    "placement": (
        (("mode",), ("off", "targeted")),
        (
            (),
            (
                *({"mode": "off"}, {"mode": "smart"}, {"mode": "targeted"}, {"mode": "off", "hint": "x"}),
                *({"mode": "targeted", "region": "aws:us-east-1"}, {"region": "x"}, {"host": "a:1", "hostname": "b"}),
                *({"hint": "x", "region": "y"}, {"region": ""}, {"mode": "smart", "host": "x"}, {"hostname": 3}),
                {"mode": "targeted", "region": 3, "host": 4},
            ),
        ),
    ),
    "connect": (
        ((0, "port"), (0, 1, 65535, 65536, 80.5)),
        ((1, "idle_timeout_ms"), (0, 4294967295, 4294967296, 1.5)),
        ((1, "port"), (80,)),
        ((1, "protocol"), ("tcp", "sctp")),
        ((1,), ({"protocol": "tcp", "port": 80},)),
    ),
    "containers": (
        ((0, "rollout_step_percentage"), (5, 100, 7, [10], [100], [5, 100], [50, 10, 100], [10, 101], [10, "x", 100])),
        ((0, "rollout_kind"), ("none", "x")),
        ((0, "max_instances"), (0, 1, -1)),
        ((0, "rollout_active_grace_period"), (0, -1)),
        ((0, "instance_type"), ("dev", "standard", "lite", "large", {"vcpu": 1}, {"vcpu": "x"}, {"disk": 1})),
        ((0, "scheduling_policy"), ("moon", "regional", "durable_object", "x")),
        ((0, "image"), ("Dockerfile", "docker.io/a:1", "https://a/b:1", "a b", "src", "src/main.py")),
        ((0, "constraints"), ({"tier": 1}, {"tier": 1, "tiers": [1]}, {"regions": ["enam", "X"]})),
        ((0, "constraints", "jurisdiction"), ("us", "asia")),
        ((0, "ssh", "port"), (0, 65535, 65536, 1.5)),
        ((0, "authorized_keys", 0, "public_key"), ("ssh-rsa AAAA", "SSH-ED25519 A")),
        ((0, "observability"), ({}, {"enabled": True}, {"enabled": False, "target_instance_count": 1})),
        ((0, "observability"), ({"enabled": True, "logs": {"enabled": False}}, {"logs": {}})),
        (
            (0, "observability"),
            tuple({"enabled": True, "target_instance_percentage": at} for at in (0, 1, 50, 99, 100, 1.5)),
        ),
        ((0, "observability", "target_instance_count"), (0, 1, 1.5)),
        (
            (),
            (
                [{"name": "c", "image": "REG/x/y:1"}],
                [{"name": "c", "class_name": "Counter", "image": "REG/x/y:1"}] * 2,
                [{"class_name": "Counter", "image": "REG/x/y:1"}, {"class_name": "Counter", "image": "REG/x/z:1"}],
                [{"class_name": "C", "configuration": {"image": "REG/x/y:1"}}],
                [{"class_name": "C", "image": "R/x:1", "instance_type": "lite", "configuration": {"disk": 1}}],
                [{"class_name": "C", "image": "R/x:1", "instances": 1, "durable_objects": {}, "configuration": 3}],
                [{"class_name": "C", "image": "R/x:1", "wrangler_ssh": {"enabled": 1}}],
                [{"class_name": "C", "scheduling_policy": "durable_object"}],
                [{"class_name": "", "scheduling_policy": "durable_object"}],
                [{"name": "c", "scheduling_policy": "durable_object"}],
                [{"class_name": "C", "scheduling_policy": "durable_object", "image": "x", "max_instances": 1}],
                [{"class_name": "C", "scheduling_policy": "durable_object", "images": {}}],
                [{"class_name": "C", "scheduling_policy": "durable_object", "images": {"a": {"image": DIGEST}}}],
                [{"class_name": "C", "scheduling_policy": "durable_object", "images": {"a": {"image": "x:1"}}}],
                [{"class_name": "C", "scheduling_policy": "durable_object", "images": {"": {"dockerfile": ""}}}],
                [{"class_name": "C", "scheduling_policy": "durable_object", "images": {"a": {"build_vars": 1}}}],
                [
                    {
                        "class_name": "C",
                        "scheduling_policy": "durable_object",
                        "images": {"a": {"dockerfile": "D", "build_vars": {"x": 1}, "build_context": "", "y": 1}},
                    }
                ],
                [{"class_name": "C", "scheduling_policy": "durable_object", "unsafe": {"x": 1}}],
                [
                    {
                        "class_name": "C",
                        "scheduling_policy": "durable_object",
                        "unsafe": {"configuration": {"experimental_flags": [1]}},
                    }
                ],
                [
                    {
                        "class_name": "C",
                        "scheduling_policy": "durable_object",
                        "observability": {"enabled": True, "target_instance_count": 1},
                    }
                ],
            ),
        ),
    ),
    "exports": (
        (("Made", "state"), ("created", "deleted", "renamed", "x")),
        (("Made", "storage"), ("legacy-kv", "other")),
        (("Made", "container"), ("", "box", 3)),
        (("Old", "renamed_to"), ("Old", "a-b", "1a", "$x")),
        (("Flow", "name"), ("a.b", "a" * 65)),
        (("Flow", "limits", "steps"), (25001, 0)),
        (("",), ({"type": "durable-object", "storage": "sqlite"},)),
        (("Flow2",), ({"type": "workflow", "name": "flow"},)),
        ((), ({"A": {"type": "durable-object", "storage": "legacy-kv", "container": "c"}},)),
    ),
    "assets": (
        (("run_worker_first",), (True, False, ["!/x"], ["api"], ["/a", "/a"], ["/a", "!a"])),
        (("html_handling",), ("auto-trailing-slash", "x")),
        (("not_found_handling",), ("single-page-application", "x")),
    ),
    "cloudchamber": (
        ((), ({"instance_type": "lite"}, {"instance_type": "x"}, {"instance_type": "lite", "vcpu": 1})),
        ((), ({"instance_type": None}, {"instance_type": []}, {"memory": "1GB", "instance_type": "dev"})),
    ),
    "unsafe": (
        (("capnp",), ({"compiled_schema": "x"}, {"compiled_schema": 1}, {"compiled_schema": "x", "base_path": "y"})),
        (("bindings", 0, "type"), ("kv_namespace", "metadata", "plain_text")),
    ),
    "send_email": (((0,), ({"name": "M", "destination_address": "a", "allowed_destination_addresses": ["b"]},)),),
    "services": (((0, "remote"), (True,)),),
    "queues": (
        (("consumers", 0, "type"), ("http_pull",)),
        (("producers", 0), ({"binding": "Q", "queue": "q", "delivery_delay": 5}, {"binding": "Q"})),
    ),
    "pipelines": (((0,), ({"binding": "P", "pipeline": "p"}, {"binding": "P"}, {"binding": "P", "stream": ""})),),
    "k2": (((0, "remote"), (False,)),),
    "vpc_networks": (((0,), ({"binding": "N", "tunnel_id": "t"}, {"binding": "N"}, {"binding": "N", "tunnel_id": 1})),),
    "site": (((), ({"bucket": "b", "entry-point": "x"}, {"bucket": "b", "entry-point": ""})),),
    "dev": ((("local_protocol",), ("https", "ftp")), (("upstream_protocol",), ("http", "ftp"))),
    "compliance_region": (((), ("fedramp_high", "eu")),),
    "migrations": (
        ((1, "renamed_classes"), ([{"from": "Z", "to": "Y"}], [{"from": "A"}])),
        ((1, "deleted_classes"), (["Z"], ["A", "A"])),
    ),
    "triggers": (
        (("events", 0, "type"), ("cf.artifacts.repo.pushed", "push")),
        (("events", 0, "filter"), ({"namespace": ""}, {"other": "x"})),
        (("events", 0, "targets", 0), ({"type": "workflow", "workflow_name": "w", "x": 1}, {"type": "queue"})),
    ),
    "logfwdr": ((("schema",), ("x",)),),
    "alias": (((), ({"a": 1}, {"a": "b", "c": None})),),
    "previews": (
        (("containers", 0, "scheduling_policy"), ("durable_object",)),
        (("containers", 0, "name"), ("c",)),
        (("containers", 1), ({"class_name": "Box", "image": "R/x:1"},)),
    ),
    "define": (((), ({"Y": "2"}, {"X": "1", "Y": "2"})),),
}
UNKNOWN = ("foo", "usage_model", "zone_id", "webpack_config", "type", "include", "node_compat", "legacy_env", "rule")
#: Top-level keys that name bindings, with a valid value in which each takes the name `SAME`.
SAME: Table = {
    "vars": {"SAME": "x"},
    "secrets": {"required": ["SAME"]},
    "durable_objects": {"bindings": [{"name": "SAME", "class_name": "C", "script_name": "s"}]},
    "queues": {"producers": [{"binding": "SAME", "queue": "q"}]},
    "logfwdr": {"bindings": [{"name": "SAME", "destination": "d"}]},
    "unsafe": {"bindings": [{"name": "SAME", "type": "x"}]},
    "assets": {"directory": "public", "binding": "SAME"},
    "data_blobs": {"SAME": "x"},
    "ratelimits": [{"name": "SAME", "namespace_id": "1", "simple": {"limit": 1, "period": 10}}],
    **{
        name: [{**{key: item for key, item in VALID[name][0].items() if key != "local_dev"}, "binding": "SAME"}]
        for name in (
            *("kv_namespaces", "send_email", "d1_databases", "vectorize", "r2_buckets", "services", "k2", "pipelines"),
            *("hyperdrive", "analytics_engine_datasets", "dispatch_namespaces", "mtls_certificates", "ai_search"),
            *("ai_search_namespaces", "agent_memory", "secrets_store_secrets", "artifacts", "flagship"),
            *("worker_loaders", "unsafe_hello_world", "vpc_services", "vpc_networks", "workflows"),
        )
    },
    **{name: {"binding": "SAME"} for name in ("ai", "browser", "images", "version_metadata", "analytics", "media")},
}


class Mutant(NamedTuple):
    """One config: the key it is about, its kind, the environment to deploy."""

    key: str
    kind: str
    config: Table
    env: str | None = None


def mutants() -> Iterator[Mutant]:
    """All of them, in one order."""
    for key, valid in VALID.items():
        yield from _placed(key, "valid", valid)
        for value in WHOLE:
            yield from _placed(key, "whole", value, others=False)
        for kind, value in _inside(valid):
            yield Mutant(key, kind, {**BASE, key: value})
        for path, values in RANGES.get(key, ()):
            for value in values:
                yield from _placed(key, "range", replaced(valid, path, value), others=False)
    for name in UNKNOWN:
        yield from _placed(name, "unknown", "x", others=False)
    yield from _environments()
    yield from _pairs()
    yield from _mixes(400)


def sample(count: int, number: int) -> list[Mutant]:
    """Some of every key."""
    every = list(mutants())
    chosen = random.Random(number).sample(range(len(every)), min(count, len(every)))
    return [every[at] for at in sorted(chosen)]


def drawn(number: int) -> Iterator[Table]:
    """Members to add to a random project's config, mostly valid: endless."""
    chance = random.Random(number)
    every = [each for each in mutants() if each.env is None]
    while True:
        yield {key: value for key, value in chance.choice(every).config.items() if key not in BASE}


def replaced(value: Any, path: Path, by: Any) -> Any:
    """A copy in which what stands at `path` is another; missing tables and items are made."""
    if not path:
        return copy.deepcopy(by)
    found = copy.deepcopy(value)
    inner = found
    for step, then in pairwise(path):
        if isinstance(inner, dict) and step not in inner:
            inner[step] = [] if isinstance(then, int) else {}
        inner = inner[step]
    if isinstance(inner, list) and path[-1] == len(inner):
        inner.append(copy.deepcopy(by))
    else:
        inner[path[-1]] = copy.deepcopy(by)
    return found


def _placed(key: str, kind: str, value: Any, *, others: bool = True) -> Iterator[Mutant]:
    """At the top; in an environment; in both; and beside an environment that has something else."""
    yield Mutant(key, kind, {**BASE, key: value})
    yield Mutant(key, f"{kind} in env", {**BASE, "env": {"prod": {key: value}}}, "prod")
    if others:
        yield Mutant(key, f"{kind} in both", {**BASE, key: value, "env": {"prod": {key: value}}}, "prod")
        other: Table = {"workers_dev": False} if key != "workers_dev" else {"logpush": True}
        yield Mutant(key, f"{kind} above env", {**BASE, key: value, "env": {"prod": other}}, "prod")
        empty: Any = [] if isinstance(value, list) else {} if isinstance(value, dict) else value
        yield Mutant(key, f"{kind} lost in env", {**BASE, key: value, "env": {"prod": {key: empty}}}, "prod")


def _inside(valid: Any) -> Iterator[tuple[str, Any]]:
    """Everything that may be wrong below the value itself."""
    for path, value in _paths(valid):
        if path:
            yield "deleted", _without(valid, path)
            for other in MEMBERS:
                yield "member", replaced(valid, path, other)
        if isinstance(value, dict):
            yield "unknown member", replaced(valid, (*path, "foo"), 1)
            yield "table as list", replaced(valid, path, [value])
        if isinstance(value, list):
            yield "twice", replaced(valid, path, [each for each in value for _ in range(2)])
            if value:
                yield "list as item", replaced(valid, path, value[0])


def _paths(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    yield path, value
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from _paths(inner, (*path, step))


def _without(value: Any, path: Path) -> Any:
    found = copy.deepcopy(value)
    inner = found
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return found


def _environments() -> Iterator[Mutant]:
    for value in (None, True, 3, "", "x", [], ["x"], {}):
        yield Mutant("env", "whole", {**BASE, "env": value})
        yield Mutant("env", "whole", {**BASE, "env": value}, "prod")
        yield Mutant("env", "named", {**BASE, "env": {"prod": value}}, "prod")
        yield Mutant("env", "unnamed", {**BASE, "env": {"prod": value}})
        yield Mutant("env", "other", {**BASE, "env": {"prod": value}}, "dev")
    yield Mutant("env", "nested", {**BASE, "env": {"prod": {"env": {}}}}, "prod")
    yield Mutant("env", "none", dict(BASE), "prod")


def _pairs() -> Iterator[Mutant]:
    names = list(SAME)
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            yield Mutant("pairs", f"{one} and {other}", {**BASE, one: SAME[one], other: SAME[other]})
        value = SAME[one]
        if isinstance(value, list):
            yield Mutant("pairs", f"{one} twice", {**BASE, one: value * 2})


def _mixes(count: int) -> Iterator[Mutant]:
    chance = random.Random(13)
    names = [name for name in VALID if name not in BASE]
    for _ in range(count):
        chosen = chance.sample(names, chance.randint(2, 6))
        config = {**BASE, **{name: copy.deepcopy(VALID[name]) for name in chosen}}
        wrong = chance.choice(chosen)
        kind, value = chance.choice([*_inside(VALID[wrong]), ("whole", chance.choice(WHOLE))])
        config[wrong] = value
        where = [name for name in chosen if name not in TOP_ONLY]
        if where and chance.random() < 0.4:
            config["env"] = {"prod": {name: config[name] for name in chance.sample(where, (len(where) + 1) // 2)}}
            yield Mutant("mixes", kind, config, "prod")
        else:
            yield Mutant("mixes", kind, config)
