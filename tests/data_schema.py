"""What each data file must look like, as JSON Schema: a key that nobody knows is a mistake."""

from __future__ import annotations

from typing import Any

from edgewheel.requirements.markers import PYTHONS

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
WORDS: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number", "minimum": 0}
BOOLEAN: Schema = {"type": "boolean"}
DATE: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
VERSION: Schema = {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"}
ANY: Schema = {}
LIST: Schema = {"type": "array", "items": TEXT}


def maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def one_of(*values: str) -> Schema:
    return {"enum": list(values)}


def many(items: Schema) -> Schema:
    return {"type": "array", "items": items, "minItems": 1}


def table(values: Schema, *, names: tuple[str, ...] = ()) -> Schema:
    """Any keys, or exactly these."""
    found: Schema = {"type": "object", "additionalProperties": values, "minProperties": 1}
    return {**found, "required": list(names), "propertyNames": {"enum": list(names)}} if names else found


def entry(required: Schema, optional: Schema | None = None) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def file(required: Schema, optional: Schema | None = None) -> Schema:
    dated = {"as_of": DATE, "source": TEXT}
    return entry({**dated, **required}, {"about": TEXT, "notes": TEXT, **(optional or {})})


SPAN = entry({"what": TEXT}, {"from": VERSION, "until": VERSION})
PYTHON = entry(
    {
        **dict.fromkeys(("flag", "index", "runtime_pyodide", "npm_integrity", "abi"), TEXT),
        "so_suffix": TEXT,
        "bytecode": NUMBER,
        **dict.fromkeys(("npm_pyodide", "runtime_python"), VERSION),
        **dict.fromkeys(("opt_out", "uv_platform"), maybe(TEXT)),
        **dict.fromkeys(("platforms", "wheel_tags"), many(TEXT)),
        "date": maybe(DATE),
    }
)
LIBRARY = entry(
    {
        "pyodide": TEXT,
        **dict.fromkeys(("modules", "absent", "behind_project"), LIST),
        "submodules": table(many(TEXT)),
        "broken": {"anyOf": [table(ANY), {"type": "array"}, {"type": "object"}]},
    }
)
#: submodules by Python, or by who brings them
BY_SOURCE: Schema = {**table(many(TEXT)), "propertyNames": {"enum": [*PYTHONS, "runtime", "package"]}}
#: a key of a wrangler config
IS: Schema = {
    "type": "string",
    "pattern": r"^(string( array)?|filled|boolean|number|object|strings|numbers|list|table|null|name|date|any|\|)+\??$",
}
FORMS = ("table", "single", "list", "bindings")
SPANNED: Schema = {"from": VERSION, "until": VERSION}


#: the schema that a file has under this name, since keys hold keys
KEY: Schema = {"$ref": "#/$defs/key"}
#: what an entry asks of its table: the name of a question and what it is asked of, conditions in conditions included
CONDITION: Schema = {
    "type": "array",
    "minItems": 2,
    "prefixItems": [
        {
            "enum": [
                "all",
                "any",
                "not",
                "has",
                "is",
                "in",
                "between",
                "match",
                "same",
                "holds",
                "odd",
                "strings",
                "texts",
            ]
        }
    ],
}


def key() -> Schema:
    """A key of wrangler's config, or a check that stands between keys; `KEY` in what it holds."""
    flags = dict.fromkeys(
        ("own", "bare", "prefixed", "null", "falsy", "known", "open", "silent", "strict", "ends"), BOOLEAN
    )
    forms = dict.fromkeys((*FORMS, "do"), many(KEY))
    texts = (
        "name",
        "rule",
        "then",
        "unknown",
        "says",
        "choice_says",
        "else",
        "object",
        "path",
        "text",
        "why",
        "wanted",
        *("error", "warn", "at", "kind", "part", "sign", "default"),
    )
    return entry(
        {},
        {
            **SPANNED,
            **flags,
            **forms,
            **dict.fromkeys((*texts, "deprecated"), TEXT),
            "is": IS,
            "gate": one_of("table", "object", "truthy", "typeof", "given"),
            "items": one_of("table"),
            "words": one_of("property", "binding"),
            "choices": many({"anyOf": [TEXT, entry({"name": TEXT}, SPANNED)]}),
            "choice": many(TEXT),
            "of": {"anyOf": [TEXT, many(TEXT)]},
            "if": CONDITION,
            "states": table(many(TEXT)),
            "also": many(
                entry(
                    {"says": TEXT},
                    {
                        **SPANNED,
                        "pattern": TEXT,
                        "wanted": TEXT,
                        **dict.fromkeys(("one_of", "not", "whole", "each"), many(ANY)),
                    },
                )
            ),
        },
    )


SCHEMAS: dict[str, Schema] = {
    "absent_names": file(
        {"about": TEXT, "absent": table(table(many(TEXT)), names=PYTHONS), "own": table(ANY, names=PYTHONS)}
    ),
    "lost_names": file({"about": TEXT, "names": table(table(many(TEXT)))}),
    "cannot_run": file(
        {
            **dict.fromkeys(("names", "patterns", "kinds", "instead"), table(TEXT)),
            "instead_on": table(table(WORDS)),
            "extras": table(table(many(TEXT))),
            "needed_by": table(many(TEXT)),
        }
    ),
    "compatibility_flags": file({**dict.fromkeys(("flags", "experimental"), LIST), "pairs": many(LIST)}),
    "dev_only": file(
        {
            **dict.fromkeys(("names", "patterns", "except"), table(TEXT)),
            "extras": table(table(many(TEXT))),
            "needed_by": table(many(TEXT)),
        }
    ),
    "distributions": file({"names": table(many(TEXT)), "brings": table(LIST)}),
    "limits": file(
        {
            "limits": many(
                entry(
                    {
                        "plan": one_of("free", "paid", "all"),
                        "of": one_of("gzip", "uncompressed"),
                        "bytes": NUMBER,
                        "from": DATE,
                        "until": maybe(DATE),
                        "source": TEXT,
                    }
                )
            ),
            "startup": many(entry({"cpu_ms": NUMBER, "from": DATE, "until": maybe(DATE), "source": TEXT})),
            "memory": entry({"bytes": NUMBER, "source": TEXT}),
        }
    ),
    "log_texts": file(
        {
            "about": TEXT,
            "anchors": table(NUMBER),
            "openings": table(TEXT, names=("uv", "pywrangler")),
            "texts": many(
                entry(
                    {
                        **dict.fromkeys(("kind", "pattern", "meaning"), TEXT),
                        "fix": WORDS,
                        "code": {"type": "string", "pattern": r"^(EW7\d\d)?$"},
                    },
                    {"level": one_of("warning"), "anywhere": BOOLEAN, "only": TEXT, "not": TEXT},
                )
            ),
        }
    ),
    "metadata_readers": file(
        {
            "keep": many(TEXT),
            "never": table(TEXT),
            "parts": table(entry({"below": TEXT, "why": TEXT, "source": TEXT}, {"only_with": table(TEXT)})),
            "packages": table(
                entry({"reads": many(TEXT), "breaks": BOOLEAN, "why": TEXT, "source": TEXT}, {"by": TEXT})
            ),
            "test_folders": table(entry({"package": TEXT, "why": TEXT})),
            "test_files": table(entry({"package": TEXT, "why": TEXT})),
        }
    ),
    "platform_modules": file(
        {
            "modules": table(
                entry(
                    {"since": ANY, "until": maybe(DATE), "needs": maybe(TEXT), "what": TEXT, "source": TEXT},
                    {
                        "pythons": many(TEXT),
                        "submodules": BY_SOURCE,
                        "any_submodule": BOOLEAN,
                        "namespace": BOOLEAN,
                        "until_flag": TEXT,
                    },
                )
            )
        }
    ),
    "pythons": file(
        {
            "pythons": table(PYTHON, names=PYTHONS),
            "sources": table(TEXT),
            "flags": many(
                entry(
                    {
                        "flag": TEXT,
                        "date": maybe(DATE),
                        "opt_out": maybe(TEXT),
                        "what": TEXT,
                        "source": TEXT,
                    }
                )
            ),
        }
    ),
    "runtimes": file({"workerd": table(TEXT), "judge": table(TEXT), "javascript": many(TEXT)}),
    "stdlib": file(
        {
            "pythons": table(LIBRARY, names=PYTHONS),
            "removed": table(entry({"since": one_of(*PYTHONS), "instead": WORDS})),
        }
    ),
    "tools": file(
        {
            "about": TEXT,
            "tools": table(
                entry({"version": VERSION, "kind": one_of("npm", "python", "program"), "files": many(TEXT)})
            ),
        }
    ),
    "wrangler_keys": {
        "$defs": {"key": key()},
        **file(
            {
                "texts": table(TEXT),
                "parts": table(many(KEY)),
                **dict.fromkeys(("environment", "top", "after"), many(KEY)),
                "exports": table(many(KEY), names=("worker", "workflow", "durable-object")),
                "previews": many(TEXT),
                "titles": many(entry({"key": TEXT, "title": TEXT}, {"from": VERSION, "until": VERSION})),
            }
        ),
    },
    "wrangler_versions": file(
        {
            "newest": VERSION,
            "oldest": VERSION,
            "switches": table(SPAN),
            **dict.fromkeys(("config_variable", "loop_variable"), many(many(ANY))),
            "proposed_dates": table(TEXT),
        }
    ),
}
