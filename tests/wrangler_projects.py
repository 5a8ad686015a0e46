"""Random projects for the real wrangler and the prediction: `projects()` draws a case without its `expect`.

What is rare in the wild is rare here too, so that most draws reach the upload: a refusal ends a case early.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import tomlkit
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from tests.oracles.configs import BASE, mutants

Draw = Any
Table = dict[str, Any]

STEMS = [
    "a",
    "b",
    "B",
    "main",
    "app",
    "core",
    "_x",
    "10",
    "2",
    "a-b",
    "a_b",
    "a b",
    "a.b",
    ".hid",
    "é",
    "日本",
    "😀",
    "x+y",
    "(1)",
]
ENDS = [".py"] * 8 + [".txt", ".html", ".sql", ".bin", ".wasm", ".wasm?module", ".md", ".json", ".pyc", ".so", ".js"]
ENDS += [".mjs", "", ".PY", ".css", ".toml", ".txt", ".md", ".pyi"]
FOLDERS = ["core", "docs", "tests", "a.b", "é", ".hid", "node_modules", "__pycache__", ".venv", "a b", "workers", "-x"]
PIECES = [
    "*",
    "**",
    "***",
    "a",
    "core",
    "docs",
    ".md",
    ".py",
    ".txt",
    "*.md",
    "*.py",
    "*.txt",
    "é",
    "a b",
    ".",
    "?",
    "[a-z]",
]
PIECES += ["{a,b}", "!", "+", "$", "(1)", "\\", "_*", "*_*", "a*b", "\\d", "x+y", "|", "^", ","]
USUAL = [
    "**/*.md",
    "**/*.json",
    "docs/**",
    "**/*.py",
    "**/*",
    "*",
    "*.md",
    "**/core/**",
    "**/*.pyc",
    "a/**/*.txt",
    "**/*.html",
]
EXCLUDES = [
    "**/*.pyc",
    "**/tests/**",
    "**/__pycache__/**",
    "**/*.so",
    "pkg/**",
    "**/*.md",
    "*.dist-info/*",
    "*.py",
    "**/a*",
]
TYPES = ["Text", "Data", "CompiledWasm", "ESModule", "CommonJS"]
UNKNOWN = ["foo", "exclude", "include", "type", "python", "usage_model", "9", "dependencies"]


def draw(count: int, number: int) -> list[Table]:
    """`count` projects, the same ones for the same number."""
    found: list[Table] = []

    @seed(number)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(projects())
    def collect(project: Table) -> None:
        found.append(project)

    collect()
    return found


@st.composite
def projects(draw: Draw) -> Table:
    main = draw(
        st.sampled_from(
            ["src/main.py"] * 20 + ["main.py"] * 8 + ["src/app/main.py"] * 3 + ["a b/é.py"] * 3 + ["src/main.pyi"]
        )
    )
    config = draw(configs(main))
    files = draw(trees(main))
    args, cwd = [], "."
    names = list(config.get("env", {}))
    if names and draw(st.booleans()):
        args += ["--env", draw(st.sampled_from([*names, *names, *names, "other", ""]))]
    where = draw(st.sampled_from(["found"] * 12 + ["named", "script", "below", "redirect", "two"]))
    text = _written(draw, config)
    if where == "named":
        files |= {f"conf/{text[0]}": {"text": text[1]}, "conf/z.toml": {"text": ""}}
        files |= {f"conf/{name}": entry for name, entry in files.items() if name.startswith("src/")}
        args += ["--config", f"conf/{text[0]}"]
    elif where == "redirect":
        files[text[0]] = {"text": text[1]}
        built = {**config, "main": f"../{main}"}
        built.pop("env", None)
        files["build/wrangler.json"] = {"text": json.dumps(built)}
        files[".wrangler/deploy/config.json"] = {"text": '{"configPath": "../../build/wrangler.json"}'}
    else:
        files[text[0]] = {"text": text[1]}
    if where == "script":
        args.append(draw(st.sampled_from([main, "src/other.py"])))
        files.setdefault("src/other.py", {"text": "1\n"})
    if where == "below":
        cwd = "src/core"
        files.setdefault("src/core/x", {"text": ""})
    if where == "two":
        other = draw(configs(main))
        files["wrangler.jsonc"] = {"text": "// two\n" + json.dumps(other) + "\n"}
    return {"files": _consistent(files), "cwd": cwd, "args": args}


@st.composite
def configs(draw: Draw, main: str) -> Table:
    table: Table = {"name": "t"}
    if not _rarely(draw, 40):
        table["main"] = main
    table["compatibility_date"] = "2025-10-01"
    table["compatibility_flags"] = ["python_workers"]
    table |= (
        draw(
            st.fixed_dictionaries(
                {}, optional={"base_dir": st.sampled_from([".", ".", "src", "src", "./src/", "nope"])}
            )
        )
        if _rarely(draw, 4)
        else {}
    )
    table |= draw(_shared())
    if _rarely(draw, 8):
        table |= {draw(st.sampled_from(UNKNOWN)): draw(st.sampled_from([1, "x", ["a"], {"b": 1}]))}
    if _rarely(draw, 12):
        table["build"] = {"upload": {"format": "modules", "include": ["**"]}}
    if _rarely(draw, 15):
        table |= draw(st.sampled_from(FAULTS))
        if "assets" in table:  # without a main they are no Python Worker
            table.setdefault("main", main)
    if _rarely(draw, 6):
        table |= draw(_bound())
    if _rarely(draw, 5):
        table |= draw(st.sampled_from(MUTANTS))
    if _rarely(draw, 4):
        table["env"] = {name: draw(_environment(main)) for name in draw(st.sampled_from([["dev"], ["dev", "prod"]]))}
    return table


#: members that the generator of configs adds to a whole one; what needs programs of the machine is left out
MUTANTS: list[Table] = [
    added
    for each in mutants()
    if each.env is None and (added := {key: value for key, value in each.config.items() if key not in BASE})
    if "null" not in json.dumps(added)  # TOML has none
    if not {"build", "unsafe", "assets", "main", "site", "previews", "pages_build_output_dir"} & set(added)
]
FAULTS: list[Table] = [
    {"name": "Bad Name"},
    {"name": "<NAME>"},
    {"compatibility_date": "%DATE%"},
    {"compatibility_date": "2025-1-1"},
    {"compatibility_date": "2025\u201310\u201301"},
    {"compatibility_flags": []},
    {"compatibility_flags": "python_workers"},
    {"compatibility_flags": {"a": 1}},
    {"compatibility_flags": [1]},
    {"rules": {"type": "Text"}},
    {"rules": [{"type": "PythonModule", "globs": ["**/*.py"]}]},
    {"rules": [{"type": "Text"}]},
    {"rules": [{"globs": ["*"]}, {"type": "Data", "globs": [1], "fallthrough": "yes"}]},
    {"rules": [3]},
    {"python_modules": ["x"]},
    {"python_modules": {"exclude": "x"}},
    {"main": 5},
    {"base_dir": 5},
    {"find_additional_modules": "no"},
    {"assets": {"directory": "nowhere"}},
    {"assets": {"directory": "src", "binding": "ASSETS"}},
    {"assets": {"binding": "A", "html_handling": "x"}},
    {"no_bundle": False},
    {"legacy_env": True},
    {"workers_dev": 1},
    {"account_id": ""},
    {"route": ""},
    {"route": "example.com/*", "routes": ["a"]},
    {"routes": [{"pattern": "a", "zone": "b"}]},
    {"triggers": {"crons": "* * * * *", "x": 1}},
    {"observability": {"enabled": True, "head_sampling_rate": 1}},
    {"observability": {"logs": {"foo": 1}}},
    {"limits": {"cpu_ms": "x"}},
    {"placement": {"mode": "smart"}},
    {"placement": {"mode": "x"}},
    {"dev": {"port": "x", "foo": 1}},
    {"keep_vars": "x"},
    {"minify": True},
    {"compliance_region": "x"},
    {"tsconfig": 5},
    {"tsconfig": ["x"]},
    {"tsconfig": {}},
    {"send_metrics": 1},
    {"build": {"command": 5, "watch_dir": ["src", 1]}},
    {"tail_consumers": [{"service": "x"}, {"foo": 1}]},
    {"migrations": [{"tag": "v1", "new_classes": ["A"], "foo": 1}]},
    {"migrations": {"tag": "v1"}},
    {"pages_build_output_dir": "src"},
    {"text_blobs": {"A": "a.txt"}},
    {"compatibility_flags": ["python_workers", "nodejs_compat", "nodejs_compat_v2"]},
    {"compatibility_flags": ["python_workers", "nodejs_compat_v2"]},
    {"assets": {"directory": ".", "run_worker_first": True}},
    {"assets": {"directory": ".", "run_worker_first": ["/a", "!/b", "c"]}},
    {"assets": {"directory": "."}, "routes": ["a.com/b*", "c.com"]},
    {"routes": [{"pattern": "a.com/*", "custom_domain": True}]},
    {"upload_source_maps": True},
]


@st.composite
def _shared(draw: Draw) -> Table:
    """What an environment may have too."""
    table: Table = {}
    if _rarely(draw, 2):
        table["rules"] = draw(st.lists(rules(), min_size=1, max_size=3))
    if _rarely(draw, 4):
        choice = draw(st.integers(0, 7))
        some = draw(st.lists(st.one_of(st.sampled_from(EXCLUDES), globs()), max_size=3))
        table["python_modules"] = {"excludes": some} if choice == 0 else {} if choice == 1 else {"exclude": some}
    if _rarely(draw, 10):
        table["find_additional_modules"] = draw(st.booleans())
    return table


@st.composite
def _environment(draw: Draw, main: str) -> Table:
    table = draw(_shared())
    if _rarely(draw, 5):
        table["main"] = draw(st.sampled_from([main, "src/other.py"]))
    if _rarely(draw, 8):
        table["compatibility_flags"] = draw(st.sampled_from([[], ["python_workers"], ["python_workers", "x"]]))
    if _rarely(draw, 8):
        table["base_dir"] = draw(st.sampled_from(["src", "."]))
    if _rarely(draw, 4):
        table |= draw(_bound())
    if _rarely(draw, 8):
        table[draw(st.sampled_from(UNKNOWN))] = 1
    if _rarely(draw, 12):
        table |= draw(st.sampled_from(FAULTS))
    return table


@st.composite
def _bound(draw: Draw) -> Table:
    """Bindings, most of them good."""
    name = st.sampled_from(["A", "B", "C", "D", "E"])
    every: dict[str, Any] = {
        "vars": st.dictionaries(name, st.sampled_from(["x", 1, {"a": [1.5, True]}]), max_size=2),
        "kv_namespaces": st.lists(
            st.fixed_dictionaries(
                {"binding": name}, optional={"id": st.sampled_from(["1", "1", "1", ""]), "foo": st.just(1)}
            ),
            max_size=2,
        ),
        "r2_buckets": st.lists(
            st.fixed_dictionaries({"binding": name}, optional={"bucket_name": st.sampled_from(["good-name", "<X>"])}),
            max_size=2,
        ),
        "d1_databases": st.lists(
            st.fixed_dictionaries(
                {"binding": name, "database_id": st.just("x")}, optional={"remote": st.sampled_from([True, "x"])}
            ),
            max_size=2,
        ),
        "services": st.lists(st.fixed_dictionaries({"binding": name}, optional={"service": st.just("s")}), max_size=2),
        "ai": st.sampled_from([{"binding": "AI"}, {}, {"binding": "A"}, "x"]),
        "browser": st.sampled_from([{"binding": "BR"}, {"binding": "B", "foo": 1}]),
        "durable_objects": st.sampled_from(
            [
                {"bindings": [{"name": "DO", "class_name": "Room"}]},
                {"bindings": [{"name": "A"}]},
                {},
                {"bindings": [], "x": 1},
            ]
        ),
        "queues": st.sampled_from(
            [
                {"producers": [{"binding": "Q", "queue": "q"}]},
                {"consumers": [{"queue": "q", "max_retries": "x"}]},
                {"x": 1},
            ]
        ),
        "vectorize": st.just([{"binding": "V", "index_name": "v"}]),
        "workflows": st.lists(st.fixed_dictionaries({"binding": name, "name": name, "class_name": name}), max_size=2),
        "unsafe": st.just({"metadata": {"a": 1}}),
        "version_metadata": st.just({"binding": "VM"}),
        "hyperdrive": st.just([{"binding": "H", "id": "1"}]),
        "define": st.just({"X": "1"}),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(every)), min_size=1, max_size=2, unique=True))
    return {each: draw(every[each]) for each in chosen}


@st.composite
def rules(draw: Draw) -> Table:
    table: Table = {"type": draw(st.sampled_from(TYPES)), "globs": draw(st.lists(globs(), min_size=1, max_size=3))}
    if _rarely(draw, 2):
        table["fallthrough"] = draw(st.booleans())
    if _rarely(draw, 15):
        table["exclude"] = ["x"]
    return table


@st.composite
def globs(draw: Draw) -> str:
    if not _rarely(draw, 3):
        return str(draw(st.sampled_from(USUAL)))
    parts = draw(
        st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=2).map("".join), min_size=1, max_size=4)
    )
    text = "/".join(parts)
    return f"./{text}" if _rarely(draw, 20) else text


@st.composite
def trees(draw: Draw, main: str) -> Table:
    top = main.rpartition("/")[0]
    files: Table = {main: draw(contents())} if not _rarely(draw, 40) else {}
    for path in draw(st.lists(_paths(), max_size=10)):
        files[f"{top}/{path}" if top else path] = draw(_entries())
    for path in draw(st.lists(_paths(), max_size=3)):
        files[draw(st.sampled_from(["", "src/", "other/", ".wrangler/", "src/.wrangler/"])) + path] = draw(contents())
    if _rarely(draw, 2):
        for path in draw(st.lists(_vendored(), min_size=1, max_size=6)):
            files[f"python_modules/{path}"] = draw(_entries(rare=40))
    if _rarely(draw, 40):
        files["src/python_modules/x.py"] = {"text": ""}
    if _rarely(draw, 12):
        files["package.json"] = {"text": '{"name": "x", "dependencies": {}}'}
    for name in ("requirements.txt", "cf-requirements.txt", "pyproject.toml", ".env"):
        if _rarely(draw, 12):
            files[name] = {
                "text": draw(st.sampled_from(["fastapi\n", "fastapi\n", "fastapi\n", "", "a==1\n", "a\n\nb-c.d\n"]))
            }
    return files


@st.composite
def _paths(draw: Draw) -> str:
    folders = draw(st.lists(st.sampled_from(FOLDERS), max_size=3))
    name = draw(st.sampled_from(STEMS)) + draw(st.sampled_from(ENDS))
    if _rarely(draw, 60):
        name = draw(st.sampled_from(["x\udcff", "a\\b", "a\nb", 'a"b'])) + draw(st.sampled_from([".py", ".foo"]))
    return "/".join([*folders, name])


@st.composite
def _vendored(draw: Draw) -> str:
    folder = draw(
        st.sampled_from(
            ["pkg", "pkg/tests", "pkg-1.0.dist-info", "workers", "workers/a", "é", "", "bin", "pkg/__pycache__"]
        )
    )
    name = draw(st.sampled_from(STEMS)) + draw(st.sampled_from(ENDS))
    return f"{folder}/{name}" if folder else name


@st.composite
def contents(draw: Draw) -> Table:
    if _rarely(draw, 6):
        return {"base64": base64.b64encode(draw(st.binary(max_size=40))).decode()}
    return {"text": draw(st.sampled_from(["", "x = 1\n", "# é\r\n", "\ufeffx=1\n", "print('hello')\n" * 20]))}


@st.composite
def _entries(draw: Draw, rare: int = 25) -> Table:
    if not _rarely(draw, rare):
        return draw(contents())
    return draw(
        st.sampled_from(
            [{"symlink": "nowhere"}, {"symlink": "."}, {"symlink": "a.py"}, {"symlink": "../main.py"}, {"dir": True}]
        )
    )


def _rarely(draw: Draw, one_in: int) -> bool:
    # no integers: those come as their bounds more often than their share
    return draw(st.sampled_from(range(one_in))) == one_in // 2


def _written(draw: Draw, config: Table) -> tuple[str, str]:
    kind = draw(st.sampled_from(["toml", "toml", "toml", "json", "jsonc"]))
    if kind == "toml":
        return "wrangler.toml", tomlkit.dumps(config)
    text = json.dumps(config, ensure_ascii=False, indent=draw(st.sampled_from([None, 2])))
    if draw(st.booleans()):
        text = f"/* a */ {text[:-1]}, // b\n}}" if config else text
    return f"wrangler.{kind}", text


def _consistent(files: Table) -> Table:
    """Without what would have to stand below a file or a link."""
    kept: Table = {}
    for name in sorted(files, key=lambda each: (each.count("/"), each)):
        parents = ["/".join(name.split("/")[:depth]) for depth in range(1, name.count("/") + 1)]
        if any(each in kept and "dir" not in kept[each] for each in parents):
            continue
        if any(each.startswith(f"{name}/") for each in files) and "dir" not in files[name]:
            continue
        kept[name] = files[name]
    return kept
