"""What a wrangler config says about the upload, in one environment.

facts: wrangler 4.164.0: a key of an environment replaces the top level's whole value; main and base_dir are relative
to the config that is read, python_modules stands beside the config that the user wrote.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.documents.document import parse
from edgewheel.wrangler import js

if TYPE_CHECKING:
    from edgewheel.documents.document import Document, Key
    from edgewheel.findings import Place
    from edgewheel.repository.worker import Worker

PYC = "**/*.pyc"


class ModuleRule(NamedTuple):
    """One module rule. `key` is its place in the config, empty for wrangler's own; `text` is its JSON."""

    type: str
    globs: tuple[str, ...]
    fallthrough: bool | None = None
    key: Key = ()
    text: str = ""


class Config(NamedTuple):
    """The values that decide the upload; what has a wrong type counts as missing. Paths are absolute and posix."""

    document: Document
    env: str | None
    #: as written, or the script; "" where there is none
    main: str
    main_path: str
    #: as written; "" where there is none
    base_dir: str
    module_root: str
    project_root: str
    config_path: str
    #: the user's own, in order
    rules: tuple[ModuleRule, ...]
    flags: tuple[str, ...]
    date: str
    #: patterns of python_modules.exclude; wrangler's default where there is no python_modules table
    exclude: tuple[str, ...]
    find_additional_modules: bool | None
    build_command: str
    build_cwd: str
    script: str = ""
    #: whether the top level was asked for by an empty `--env`
    top_level: bool = False
    #: whether CLOUDFLARE_ENV chose the environment, not `--env`
    by_variable: bool = False
    #: whether a build tool has put its config in the place of the user's
    redirected: bool = False
    #: the config's path as wrangler compares it with the files that it walks: one that was given relative never equals
    walked_as: str = ""

    @property
    def is_python(self) -> bool:
        """facts: the extension alone decides, in lower case."""
        return self.main.endswith(".py")

    @property
    def leaves_main_out(self) -> bool:
        """Whether `base_dir` is not around main, so that nothing beside main is uploaded (EW311)."""
        return bool(self.base_dir) and not self.main_path.startswith(f"{self.module_root.rstrip('/')}/")

    def key(self, *path: str | int) -> Key:
        """The full key path that counts for a top-level name: the environment's own where it has one."""
        if self.env and path and self.document.get("env", self.env, path[0], default=_MISSING) is not _MISSING:
            return ("env", self.env, *path)
        return path

    def place(self, *path: str | int) -> Place:
        """Where the key stands that counts; for one that is nowhere, the environment's table or the top."""
        key = self.key(*path)
        if self.env and path and key == path and self.document.get(path[0], default=_MISSING) is _MISSING:
            return self.document.place("env", self.env)
        return self.document.place(*key)


_MISSING = object()


def environments(worker: Worker) -> tuple[str | None, ...]:
    """The top level (None) and every environment of the config, or the one that the Worker is restricted to."""
    if worker.env is not None:
        return (worker.env,)
    return (None, *worker.config.table("env"))


def resolve(
    worker: Worker, *, env: str | None = None, script: str = "", cwd: str = "", by_variable: bool = False
) -> Config:
    """The config of one environment (None or "": the top level). Never raises for bad values.

    `script` is the positional argument, relative to `cwd` (default: the Worker's folder), which then is the
    project's root too.
    """
    document = worker.config
    if document.problem is not None and document.problem.message.startswith("not UTF-8"):
        document = parse(
            document.path, document.text.encode()
        )  # facts: wrangler puts U+FFFD for such bytes and goes on
    cwd = cwd or worker.root
    folder = posixpath.dirname(document.path)
    read = _reader(document, env)
    main = script or _typed(read("main"), str, "")
    main_path = posixpath.normpath(posixpath.join(cwd if script else folder, main)) if main else ""
    base_dir = _typed(read("base_dir"), str, "")
    has_base = isinstance(read("base_dir"), str)  # an empty one is the config's folder
    root = posixpath.normpath(posixpath.join(folder, base_dir)) if has_base else posixpath.dirname(main_path)
    build = _typed(read("build"), dict, {})
    return Config(
        document=document,
        env=env or None,
        main=main,
        main_path=main_path,
        base_dir=base_dir,
        module_root=root,
        project_root=cwd if script else worker.root,
        config_path=document.path,
        rules=_rules(document, env),
        flags=_strings(read("compatibility_flags")),
        date=_date(read("compatibility_date")),
        exclude=_exclude(read("python_modules")),
        find_additional_modules=_typed(read("find_additional_modules"), bool, None),
        build_command=_typed(build.get("command"), str, ""),
        build_cwd=_typed(build.get("cwd"), str, ""),
        script=script,
        top_level=env == "",
        by_variable=by_variable,
        redirected=worker.redirected,
        walked_as=document.path if not worker.config_given or worker.config_given.startswith("/") else "",
    )


def raw(config: Config, name: str) -> Any:  # noqa: ANN401 - any value; None where it is nowhere
    """The value that counts for an inherited key."""
    return _reader(config.document, config.env)(name)


def _reader(document: Document, env: str | None) -> Any:  # noqa: ANN401 - a function of a name
    table = document.get("env", env) if env else None
    table = table if isinstance(table, dict) else {}

    def read(name: str) -> Any:  # noqa: ANN401
        value = table.get(name)
        return document.data.get(name) if value is None else value

    return read


def _rules(document: Document, env: str | None) -> tuple[ModuleRule, ...]:
    key: Key = ("rules",)
    if env and document.get("env", env, "rules") is not None:
        key = ("env", env, "rules")
    found = document.get(*key)
    if not isinstance(found, list):
        return ()
    return tuple(
        ModuleRule(
            each["type"],
            _strings(each.get("globs")),
            _typed(each.get("fallthrough"), bool, None),
            (*key, at),
            js.stringify(each),
        )
        for at, each in enumerate(found)
        if isinstance(each, dict) and isinstance(each.get("type"), str)
    )


def _exclude(table: Any) -> tuple[str, ...]:  # noqa: ANN401
    if table is None:
        return (PYC,)
    return _strings(table.get("exclude")) if isinstance(table, dict) else ()


def _date(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, str):
        return value
    return js.moment(value) if hasattr(value, "isoformat") else ""


def _typed(value: Any, kind: type, default: Any) -> Any:  # noqa: ANN401
    return value if isinstance(value, kind) else default


def _strings(value: Any) -> tuple[str, ...]:  # noqa: ANN401
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
