"""wrangler's longer messages, by version, and what it proposes to write into a config that lacks a key."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from edgewheel.data import facts
from edgewheel.findings import ParseProblem
from edgewheel.wrangler import js
from edgewheel.wrangler.config import raw
from edgewheel.wrangler.js import MISSING

if TYPE_CHECKING:
    from edgewheel.documents.document import Document
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.version import Behavior

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
MINIFY = (
    "`--minify` and `--no-bundle` can't be used together. If you want to minify your Worker and disable Wrangler's "
    "bundling, please minify as part of your own bundling process."
)
NODE_V2 = (
    "`nodejs_compat_v2` compatibility flag and `--no-bundle` can't be used together. If you want to polyfill Node.js "
    "built-ins while disabling bundling, please polyfill as part of your own bundling process."
)
NODE_V2_BEFORE = NODE_V2.replace("while disabling bundling", "and disable Wrangler's bundling")
PAGES = (
    "It seems that you have run `wrangler deploy` on a Pages project, `wrangler pages deploy` should be used instead. "
    "Proceeding will likely produce unwanted results."
)
PAGES_BEFORE = (
    "It looks like you've run a Workers-specific command in a Pages project.\n"
    "For Pages, please run `wrangler pages deploy` instead."
)
SMART_PLACEMENT = (
    "Turning on Smart Placement in a Worker that is using assets and run_worker_first set to true means that your "
    "entire Worker could be moved to run closer to your data source, and all requests will go to that Worker before "
    "serving assets.\n"
    "This could result in poor performance as round trip times could increase when serving assets.\n"
    "Read more: https://developers.cloudflare.com/workers/static-assets/binding/#smart-placement"
)
WORKER_FIRST = (
    "run_worker_first=true set without an assets binding\n"
    "Setting run_worker_first to true will always invoke your Worker script.\n"
    "To fetch your assets from your Worker, please set the [assets.binding] key in your configuration file.\n"
    "Read more: https://developers.cloudflare.com/workers/static-assets/binding/#binding"
)
ADVICE = (
    "\nThis might mean that your entry-point file needs to be generated (which is the general case when a framework is "
    "being used).\n"
    "If that's the case please run your project's build command and try again."
)


def file_name(config_path: str, switched: Behavior) -> str:
    """The config's name in messages, whatever its real one. facts: 4.42.2 calls every JSON `wrangler.json`."""
    if config_path.endswith("jsonc"):
        return "wrangler.jsonc" if switched.jsonc_name else "wrangler.json"
    return "wrangler.json" if config_path.endswith("json") else "wrangler.toml"


def unreadable(document: Document, switched: Behavior) -> ParseProblem | None:
    """What stops wrangler when it reads the config: what is invalid, or TOML that its version does not know."""
    if document.problem is not None or not document.path.endswith(".toml"):
        return document.problem
    if switched.smol_toml and document.wrangler_refuses is not None:
        return document.wrangler_refuses
    newer = None if switched.toml_11 else document.toml_11_only
    return newer and ParseProblem("a form that TOML 1.0 does not have", newer.line, newer.column)


def broken(document: Document, problem: ParseProblem, switched: Behavior) -> str:
    """facts: wrangler counts columns from 0. The words are those of another parser, and not always the same."""
    if document.path.endswith(".toml"):
        words = problem.message[:1].lower() + problem.message[1:]
        message = f"Invalid TOML document: {words}" if switched.smol_toml else problem.message
    else:
        message = _JSON_FAULTS.get(problem.message, problem.message)
    return f"{message}\n{document.path}:{problem.line}:{problem.column - 1}:"


def several(config: Config, switched: Behavior) -> str | None:
    """facts: an empty `--env ""` says that the top level is meant; CLOUDFLARE_ENV did not say so at first."""
    environments = config.document.data.get("env")
    said = config.env is not None or config.top_level
    if config.by_variable and not switched.cloudflare_env:
        said = False
    if said or not isinstance(environments, dict) or not environments:
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


def built_for_another(config: Config, switched: Behavior) -> str | None:
    """A build tool's config, which is of one environment, and another one asked for."""
    target = config.document.data.get("targetEnvironment")
    if not (config.redirected and switched.redirect_env and config.env and target) or target == config.env:
        return None
    via = "CLOUDFLARE_ENV environment variable" if config.by_variable else "`--env/-e` CLI argument"
    return (
        f'You have specified the environment "{config.env}" via the {via}.\n'
        f'This does not match the target environment "{target}" that was used when building the application.\n'
        f'Perhaps you need to re-run the custom build of the project with "{config.env}" as the selected environment?'
    )


def folder_as_main(switched: Behavior) -> str:
    """An empty main, which stands for the config's folder."""
    start = "" if switched.entry_advice else 'The entry-point file at "." was not found.\n'
    return (
        f'{start}The provided entry-point path, ".", points to a directory, rather than a file.\n'
        "If you want to deploy a directory of static assets, you can do so by using the `--assets` flag. "
        "For example:\nwrangler deploy --assets=./."
    )


def mounted(config: Config, folder: str, patterns: list[str], cwd: str) -> str:
    """The warning of routes with a path, under which assets are looked for."""
    folder = posixpath.normpath(posixpath.join(posixpath.dirname(config.config_path), folder))
    relative = posixpath.relpath(folder, cwd)
    lines = []
    for pattern in patterns:
        # the folder where wrangler runs has no name, so that the path begins with its slash
        path = posixpath.normpath(_path(pattern) if relative == "." else f"{relative}/{_path(pattern)}") + (
            "/" if pattern.endswith("/") else ""
        )
        lines.append(f"\u2022 {pattern} (Will match assets: {path})")
    return "\n".join(
        (
            "Warning: The following routes will attempt to serve Assets on a configured path:",
            *lines,
            "Requests not matching an asset will be forwarded to the Worker's code.",
        )
    )


def _path(pattern: str) -> str:
    """What follows the host; all of a route without a path."""
    bare = pattern.replace("https://", "").replace("http://", "")
    return bare[max(bare.find("/"), 0) :]


def effective(config: Config, name: str) -> Any:  # noqa: ANN401 - any TOML or JSON value; MISSING where it is nowhere
    value = raw(config, name)
    return MISSING if value is None else value


def no_main(config: Config, switched: Behavior) -> str:
    name = file_name(config.config_path, switched)
    start: dict[str, Any] = {}
    if effective(config, "name") in {MISSING, ""}:
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


def no_name(config: Config, switched: Behavior) -> str:
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


def no_date(config: Config, switched: Behavior) -> str:
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


def _today(switched: Behavior) -> str:
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
