"""What wrangler proposes to write into a config that lacks a key, by version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.data import facts
from edgewheel.wrangler import js
from edgewheel.wrangler.js import MISSING
from edgewheel.wrangler.messages import effective, file_name

if TYPE_CHECKING:
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.version import Behavior


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
