"""Environments, paths and places of a config."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edgewheel.repository.discovery import find_one
from edgewheel.wrangler.config import environments, resolve
from edgewheel.wrangler.version import installed, switches

if TYPE_CHECKING:
    from pathlib import Path

    from edgewheel.repository.worker import Worker

TOML = """\
name = "t"
main = "src/main.py"
compatibility_date = "2025-10-01"
compatibility_flags = ["python_workers"]
base_dir = "src"

[[rules]]
type = "Text"
globs = ["**/*.md"]

[build]
command = "edgewheel stage"

[env.dev]
main = "alt/entry.py"
compatibility_flags = []

[[env.dev.rules]]
type = "Data"
globs = ["**/*.rst"]
fallthrough = true

[env.dev.python_modules]
exclude = ["**/*.so"]

[env.prod]
"""


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def worker(root: Path, files: dict[str, str]) -> Worker:
    write(root, files)
    return find_one(str(root))


def test_the_top_level(tmp_path: Path) -> None:
    config = resolve(worker(tmp_path, {"wrangler.toml": TOML}))
    root = tmp_path.as_posix()
    assert config[2:8] == ("src/main.py", f"{root}/src/main.py", "src", f"{root}/src", root, f"{root}/wrangler.toml")
    assert [(rule.type, rule.globs, rule.fallthrough, rule.key) for rule in config.rules] == [
        ("Text", ("**/*.md",), None, ("rules", 0))
    ]
    assert (config.flags, config.date, config.exclude) == (("python_workers",), "2025-10-01", ("**/*.pyc",))
    assert (config.find_additional_modules, config.build_command, config.build_cwd) == (None, "edgewheel stage", "")


def test_an_environment_replaces_whole_values(tmp_path: Path) -> None:
    config = resolve(worker(tmp_path, {"wrangler.toml": TOML}), env="dev")
    root = tmp_path.as_posix()
    assert (config.env, config.main_path, config.module_root) == ("dev", f"{root}/alt/entry.py", f"{root}/src")
    assert [(rule.type, rule.fallthrough, rule.key) for rule in config.rules] == [
        ("Data", True, ("env", "dev", "rules", 0))
    ]
    assert (config.flags, config.exclude, config.build_command) == ((), ("**/*.so",), "edgewheel stage")


@pytest.mark.parametrize(
    ("env", "key", "line"),
    [
        (None, ("main",), 2),
        ("dev", ("main",), 15),
        ("dev", ("base_dir",), 5),
        ("dev", ("rules", 0, "globs", 0), 20),
        ("dev", ("python_modules", "exclude"), 24),
        ("prod", ("main",), 2),
        ("prod", ("nowhere",), 26),
        (None, ("nowhere",), 1),
    ],
)
def test_a_place_is_that_of_the_key_that_counts(
    env: str | None, key: tuple[str, ...], line: int, tmp_path: Path
) -> None:
    config = resolve(worker(tmp_path, {"wrangler.toml": TOML}), env=env)
    assert config.place(*key).line == line


def test_environments(tmp_path: Path) -> None:
    found = worker(tmp_path, {"wrangler.toml": TOML})
    assert environments(found) == (None, "dev", "prod")
    assert environments(worker(tmp_path, {"wrangler.toml": 'env = "x"\n'})) == (None,)


@pytest.mark.parametrize(
    "text",
    [
        "main = 5\nbase_dir = []\nrules = 3\npython_modules = 1\nbuild = 2\ncompatibility_flags = {}\n",
        "rules = [1, {}, {type = 5}]\nenv = 1\ncompatibility_date = 2025-10-01\n",
        "env = {dev = 1}\n[python_modules]\nexclude = 5\n",
        "",
    ],
)
def test_bad_values_count_as_missing(text: str, tmp_path: Path) -> None:
    config = resolve(worker(tmp_path, {"wrangler.toml": text}), env="dev")
    assert (config.main, config.main_path, config.rules, config.flags) == ("", "", (), ())


def test_a_script_stands_in_for_main(tmp_path: Path) -> None:
    found = worker(tmp_path, {"wrangler.toml": TOML.replace('base_dir = "src"\n', ""), "a/b.py": ""})
    config = resolve(found, script="b.py", cwd=f"{tmp_path.as_posix()}/a")
    root = tmp_path.as_posix()
    assert (config.main_path, config.module_root, config.project_root) == (f"{root}/a/b.py", f"{root}/a", f"{root}/a")


@pytest.mark.parametrize(
    ("files", "args", "config", "root"),
    [
        ({"wrangler.toml": "", "wrangler.jsonc": "{}"}, {}, "wrangler.jsonc", "."),
        ({"wrangler.json": "{}", "src/core/wrangler.toml": ""}, {}, "wrangler.json", "."),
        ({"wrangler.toml": ""}, {}, "wrangler.toml", "."),
        ({"wrangler.toml": "", "src/core/c.toml": ""}, {"config": "c.toml"}, "src/core/c.toml", "src/core"),
        (
            {"wrangler.toml": "", "a/wrangler.toml": "", "a/x.py": ""},
            {"script": "../../a/x.py"},
            "a/wrangler.toml",
            "a",
        ),
        (
            {"wrangler.toml": "", ".wrangler/deploy/config.json": '{"configPath": "../../b/w.json"}', "b/w.json": "{}"},
            {},
            "b/w.json",
            ".",
        ),
    ],
)
def test_which_config_wrangler_takes(
    files: dict[str, str], args: dict[str, str], config: str, root: str, tmp_path: Path
) -> None:
    write(tmp_path, {"src/core/x": "", **files})
    found = find_one(str(tmp_path / "src" / "core"), **args)
    assert (found.config.path, found.root) == ((tmp_path / config).as_posix(), (tmp_path / root).as_posix())


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({}, "4.164.0"),
        ({"node_modules/wrangler/package.json": '{"version": "4.50.1"}', "yarn.lock": "x"}, "4.50.1"),
        ({"package-lock.json": '{"packages": {"node_modules/wrangler": {"version": "4.42.2"}}}'}, "4.42.2"),
        ({"package-lock.json": '{"dependencies": {"wrangler": {"version": "4.42.2"}}}'}, "4.42.2"),
        ({"pnpm-lock.yaml": "packages:\n\n  wrangler@4.44.0:\n    resolution: {}\n"}, "4.44.0"),
        ({"pnpm-lock.yaml": "packages:\n\n  /wrangler@4.44.0(x@1.0.0):\n"}, "4.44.0"),
        ({"yarn.lock": 'wrangler@^4.42.0:\n  version "4.45.0"\n  resolved "x"\n'}, "4.45.0"),
        ({"yarn.lock": '"wrangler@npm:^4.42.0":\n  version: 4.45.1\n'}, "4.45.1"),
        ({"bun.lock": '{"packages": {"wrangler": ["wrangler@4.46.0", "", {}, "sha"]}}'}, "4.46.0"),
        ({"package-lock.json": "broken", "yarn.lock": ""}, "4.164.0"),
        ({"package-lock.json": "[]", "node_modules/wrangler/package.json": '{"version": 5}'}, "4.164.0"),
        ({"pyproject.toml": '[tool.edgewheel]\nwrangler-version = "4.43.0"\n', "yarn.lock": ""}, "4.43.0"),
    ],
)
def test_the_version_that_deploys(files: dict[str, str], version: str, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, {"backend/wrangler.toml": "", **files})
    if "pyproject.toml" in files:
        (tmp_path / "backend" / "pyproject.toml").write_text(files["pyproject.toml"])
    assert installed(find_one(str(tmp_path / "backend"))) == version


@pytest.mark.parametrize(
    ("version", "on"),
    [
        ("4.42.2", {"vendored_defaults", "experimental_warning", "cf_requirements"}),
        ("4.45.0", {"vendored_defaults", "experimental_warning", "cf_requirements", "exclude"}),
        ("4.52.0", {"cf_requirements", "exclude"}),
        ("4.57.0-beta", {"cf_requirements", "exclude", "sql_default"}),
        ("4.83.0", {"exclude", "sql_default", "vendored_js"}),
        ("4.102.0", {"exclude", "sql_default", "vendored_js", "find_modules_optional"}),
        ("4.164.0", {"exclude", "sql_default", "vendored_js", "find_modules_optional", "shadowed_is_skipped"}),
        ("unreadable", {"exclude", "sql_default", "vendored_js", "find_modules_optional", "shadowed_is_skipped"}),
    ],
)
def test_what_differs_between_versions(version: str, on: set[str]) -> None:
    known = {
        "vendored_defaults",
        "exclude",
        "experimental_warning",
        "sql_default",
        "cf_requirements",
        "vendored_js",
        "find_modules_optional",
        "shadowed_is_skipped",
    }
    assert {name for name in known if getattr(switches(version), name)} == on
