"""What wrangler says before it looks at any file, and why it would refuse: in its order and its words.

facts: wrangler 4.42.2 and 4.164.0. Indents and blank lines of its messages are left out.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.data import facts
from edgewheel.wrangler import js
from edgewheel.wrangler.notes import MISSING, Missing, kind
from edgewheel.wrangler.version import numbers

if TYPE_CHECKING:
    from edgewheel.text.document import Document
    from edgewheel.worker.disk import Disk
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.version import Switches


class Verdict(NamedTuple):
    """Warnings in order, and the error that ends the run; None where the upload goes on."""

    warnings: tuple[str, ...] = ()
    error: str | None = None


#: jsonc-parser's names for what the own reader says of a JSON text
_JSON_FAULTS = {
    "a value is missing": "ValueExpected",
    "the text ends too early": "ValueExpected",
    "a key in double quotes is missing": "PropertyNameExpected",
    "a colon is missing": "ColonExpected",
    "a string is not closed on its line": "UnexpectedEndOfString",
    "a string has an unknown escape": "InvalidEscapeCharacter",
    "`}` is missing": "CloseBraceExpected",
    "`]` is missing": "CloseBracketExpected",
    "a comma or `}` is missing": "CommaExpected",
    "a comma or `]` is missing": "CommaExpected",
    "text after the end of the object": "EndOfFileExpected",
}


def refusal(config: Config, disk: Disk, switched: Switches) -> str | None:
    """The error for a config that wrangler refuses, run in the config's folder."""
    return judge(config, disk, switched).error


def judge(config: Config, disk: Disk, switched: Switches, *, cwd: str = "", built: bool = False) -> Verdict:
    """What comes before the walk. `cwd` (default: the project's root) is where wrangler runs; `built` says that
    `[build] command` has run.
    """
    document = config.document
    cwd = cwd or config.project_root
    if document.problem is not None:
        return Verdict((), _broken(document, switched))
    if (crash := _crash(config, switched)) is not None:
        return Verdict((), crash)
    warnings, error = _values(config, switched, cwd)
    if error is None:
        if (several := _several(config, switched)) is not None:
            warnings = (*warnings, several)
        error = _entry(config, disk, switched, cwd, built=built)
    if error is None:
        if switched.experimental_warning and config.is_python:
            path = posixpath.relpath(config.main_path, cwd)
            warnings = (
                *warnings,
                f"The entrypoint {path} defines a Python worker, support for Python workers is currently experimental.",
            )
        error = _deploy(config, disk, switched)
    if error is None and config.main:
        if config.is_python and _effective(config, "minify") is True:
            warnings = (*warnings, _MINIFY)
        if disk.kind(config.main_path) == "dir":
            error = "EISDIR: illegal operation on a directory, read"
    return Verdict(warnings, error)


def _broken(document: Document, switched: Switches) -> str:
    """facts: wrangler counts columns from 0. The words are those of another parser, and not always the same."""
    problem = document.problem
    assert problem is not None  # noqa: S101 - the caller has looked
    if document.path.endswith(".toml"):
        words = problem.message[:1].lower() + problem.message[1:]
        message = f"Invalid TOML document: {words}" if switched.smol_toml else problem.message
    else:
        message = _JSON_FAULTS.get(problem.message, problem.message)
    return f"{message}\n{document.path}:{problem.line}:{problem.column - 1}:"


def _crash(config: Config, switched: Switches) -> str | None:
    """facts: Python mode is prepared before the config's faults are told, so that some values crash it."""
    tsconfig = _effective(config, "tsconfig")
    if (tsconfig or isinstance(tsconfig, list | dict)) and not isinstance(tsconfig, str | Missing):
        bare = switched.smol_toml and config.config_path.endswith(".toml")
        return f'The "path" argument must be of type string. Received {_received(tsconfig, bare=bare)}'
    if not config.is_python:
        return None
    rules, flags = _effective(config, "rules"), _effective(config, "compatibility_flags")
    variable = next(
        name
        for first, name in reversed(facts("wrangler_versions")["config_variable"])
        if numbers(first) <= numbers(switched.version) or first == "4.42.0"
    )
    if rules is not MISSING and not isinstance(rules, list):
        return f"{variable}.rules.some is not a function"
    for rule in rules if isinstance(rules, list) else ():
        if rule is None:
            return "Cannot read properties of null (reading 'type')"
    if flags is not MISSING and not isinstance(flags, list | str):
        return f"{variable}.compatibility_flags.includes is not a function"
    if not isinstance(flags, list | str) or "python_workers" not in flags:
        return "The `python_workers` compatibility flag is required to use Python."
    return None


def _received(value: Any, *, bare: bool) -> str:  # noqa: ANN401 - any TOML or JSON value
    """A value as Node names it in an error; `bare` says that tables have no prototype."""
    if bare and isinstance(value, dict):
        inside = ", ".join(f"{key}: {js.stringify(each)}" for key, each in value.items())
        return f"[Object: null prototype] {{ {inside} }}" if inside else "[Object: null prototype] {}"
    if isinstance(value, list | dict):
        return f"an instance of {'Array' if isinstance(value, list) else 'Object'}"
    return f"type {kind(value)} ({js.stringify(value)})"


def _values(config: Config, switched: Switches, cwd: str) -> tuple[tuple[str, ...], str | None]:
    from edgewheel.wrangler.validate import validate

    where = posixpath.relpath(config.config_path, cwd)
    notes = validate(config, switched, where, redirected=config.redirected)
    warning = notes.warning_text()
    return (warning,) if warning else (), notes.error_text() or None


def _several(config: Config, switched: Switches) -> str | None:
    """facts: an empty `--env ""` says that the top level is meant."""
    environments = config.document.data.get("env")
    if config.env is not None or config.top_level or not isinstance(environments, dict) or not environments:
        return None
    variable = " or CLOUDFLARE_ENV env variable" if switched.cloudflare_env else ""
    return (
        "Multiple environments are defined in the Wrangler configuration file, but no target environment was specified "
        "for the deploy command.\n"
        "To avoid unintentional changes to the wrong environment, it is recommended to explicitly specify the target "
        f"environment using the `-e|--env` flag{variable}.\n"
        "If your intention is to use the top-level environment of your configuration simply pass an empty string to "
        'the flag to target such environment. For example `--env=""`.'
    )


def _entry(config: Config, disk: Disk, switched: Switches, cwd: str, *, built: bool) -> str | None:
    if not config.main:
        assets = _effective(config, "assets")
        return None if isinstance(assets, dict) else _no_main(config, switched)
    if disk.kind(config.main_path) in {None, "link-broken"}:
        root = cwd if config.script else posixpath.dirname(config.config_path)
        path = posixpath.relpath(config.main_path, root)
        if config.build_command and not built:
            return (
                f"`{config.main}` does not exist: only `[build] command` makes it (`{config.build_command}`), "
                "which edgewheel runs with --run-build alone"
            )
        if config.build_command:
            from edgewheel.wrangler.validate import file_name

            return (
                f'The expected output file at "{path}" was not found after running custom build: '
                f"{config.build_command}.\n"
                f"The `main` property in your {file_name(config.config_path, switched)} file should point to the file "
                "generated by the custom build."
            )
        return f'The entry-point file at "{path}" was not found.' + (_ADVICE if switched.entry_advice else "")
    if not config.is_python:
        extension = posixpath.splitext(config.main_path)[1]
        path = posixpath.relpath(config.main_path, config.project_root)
        return f'Build failed with 1 error:\nNo loader is configured for "{extension}" files: {path}'
    return None


def _no_main(config: Config, switched: Switches) -> str:
    from edgewheel.wrangler.validate import file_name

    name = file_name(config.config_path, switched)
    start: dict[str, Any] = {}
    if _effective(config, "name") in {MISSING, ""}:
        start["name"] = "worker-name"
    if not config.date:
        start["compatibility_date"] = _today(switched)
    return (
        "Missing entry-point to Worker script or to assets directory\n"
        "If there is code to deploy, you can either:\n"
        "- Specify an entry-point to your Worker script via the command line (ex: `npx wrangler deploy src/index.ts`)\n"
        f'- Or add the following to your "{name}" file:\n'
        f"```\n{_snippet({**start, 'main': 'src/index.ts'}, name)}\n```\n"
        "If are uploading a directory of assets, you can either:\n"
        "- Specify the path to the directory of assets via the command line: "
        "(ex: `npx wrangler deploy --assets=./dist`)\n"
        f'- Or add the following to your "{name}" file:\n'
        f"```\n{_snippet({**start, 'assets': {'directory': './dist'}}, name)}\n```"
    )


def _deploy(config: Config, disk: Disk, switched: Switches) -> str | None:
    if (error := _assets(config, disk)) is not None:
        return error
    if _effective(config, "name") in {MISSING, ""}:
        if switched.name_advice:
            name = 'name = "<name>"' if config.config_path.endswith("toml") else '{\n"name": "<name>"\n}'
            return (
                "You need to provide the name of your worker. Either pass it as a cli arg with --name <name> or in "
                f"your config file as {name}"
            )
        return (
            "You need to provide a name when publishing a worker. Either pass it as a cli arg with `--name <name>` or "
            'in your config file as `name = "<name>"`'
        )
    if not config.date:
        return _no_date(config, switched)
    return None


def _assets(config: Config, disk: Disk) -> str | None:
    assets = _effective(config, "assets")
    if not isinstance(assets, dict):
        return None
    folder = assets.get("directory", MISSING)
    if folder is MISSING:
        return "The `assets` property in your configuration is missing the required `directory` property."
    if folder == "":
        return "`The assets directory cannot be an empty string."
    path = posixpath.normpath(posixpath.join(posixpath.dirname(config.config_path), str(folder)))
    found = disk.kind(path)
    if found in {None, "link-broken"}:
        return (
            'The directory specified by the "assets.directory" field in your configuration file does not exist:\n'
            f"{path}"
        )
    if found != "dir":
        return (
            'The path specified by the "assets.directory" field in your configuration file '
            f"doesn't point to a directory:\n{path}"
        )
    return None


def _no_date(config: Config, switched: Switches) -> str:
    from edgewheel.wrangler.validate import file_name

    date = _today(switched)
    name = file_name(config.config_path, switched)
    toml = name.endswith(".toml")
    snippet = f'compatibility_date = "{date}"' if toml else f'{{"compatibility_date":"{date}"}}'
    verb = "uploading a Worker" if switched.name_advice else "publishing"
    return (
        f"A compatibility_date is required when {verb}. Add the following to your {name} file:\n"
        f"```\n{snippet}\n```\n"
        f"Or you could pass it in your terminal as `--compatibility-date {date}`\n"
        "See https://developers.cloudflare.com/workers/platform/compatibility-dates for more information."
    )


def _today(switched: Switches) -> str:
    """The date that wrangler proposes: the day of its own release since it knows that, else today."""
    import datetime as dt

    released: dict[str, str] = facts("wrangler_versions")["proposed_dates"]
    return released.get(switched.version) or dt.datetime.now(dt.timezone.utc).date().isoformat()


def _snippet(table: dict[str, Any], name: str) -> str:
    if not name.endswith(".toml"):
        return "\n".join(line.strip() for line in js.pretty(table).splitlines())
    plain = [f"{key} = {js.stringify(value)}" for key, value in table.items() if not isinstance(value, dict)]
    for key, value in table.items():
        if isinstance(value, dict):
            plain += [f"[{key}]", *(f"{inner} = {js.stringify(each)}" for inner, each in value.items())]
    return "\n".join(plain)


def _effective(config: Config, name: str) -> Any:  # noqa: ANN401 - any TOML or JSON value; MISSING where it is nowhere
    from edgewheel.wrangler.config import raw

    value = raw(config, name)
    return MISSING if value is None else value


_MINIFY = (
    "`--minify` and `--no-bundle` can't be used together. If you want to minify your Worker and disable Wrangler's "
    "bundling, please minify as part of your own bundling process."
)
_ADVICE = (
    "\nThis might mean that your entry-point file needs to be generated (which is the general case when a framework is "
    "being used).\n"
    "If that's the case please run your project's build command and try again."
)
