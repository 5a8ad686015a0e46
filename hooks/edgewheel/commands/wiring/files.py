"""The files beside: `.gitignore`, `.pre-commit-config.yaml`, a GitHub workflow."""

from __future__ import annotations

import re

from edgewheel import __version__

_REPOSITORY = "https://github.com/edgewheel/edgewheel"
_HOOKS = ("edgewheel", "worker-bundle")
_TYPES = "default_install_hook_types: [pre-commit, pre-push]"
_WORKFLOW = """\
name: edgewheel

on:
  push:
    branches: [{branch}]
  pull_request:

permissions:
  contents: read

jobs:
  preflight:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          persist-credentials: false
      - uses: astral-sh/setup-uv@6b9c6063abd6010835644d4c2e1bef4cf5cd0fca # v6.0.1
{steps}"""
_STEP = """\
      - name: preflight of {path}
        run: uvx edgewheel=={version} preflight {path} --sync --format markdown >> "$GITHUB_STEP_SUMMARY"
"""


def gitignore(text: str, lines: list[str]) -> str:
    """With the lines that are not there yet, at the end under a heading."""
    have = {line.strip().strip("/") for line in text.splitlines()}
    missing = [line for line in lines if line.strip("/") not in have]
    if not missing:
        return text
    lead = "" if not text else text if text.endswith("\n") else f"{text}\n"
    return lead + ("\n" if lead else "") + "# made by the deploy\n" + "".join(f"{line}\n" for line in missing)


def pre_commit(text: str) -> tuple[str, str]:
    """The hooks added to a `.pre-commit-config.yaml` ("" for none yet); else unchanged, with what to paste by hand.

    One of them runs before a push, so `pre-commit install` is told to install both kinds.
    """
    if _REPOSITORY in text or re.search(r"^\s*-?\s*id:\s*(?:edgewheel|worker-[a-z-]+)\s*$", text, re.MULTILINE):
        return text, ""
    entry = [f"- repo: {_REPOSITORY}", f"  rev: v{__version__}", "  hooks:", *(f"    - id: {hook}" for hook in _HOOKS)]
    if not text.strip():
        return f"{_TYPES}\nrepos:\n" + "".join(f"  {line}\n" for line in entry), ""
    lines = text.splitlines(keepends=True)
    start = next((at for at, line in enumerate(lines) if re.fullmatch(r"repos:\s*(#.*)?\r?\n?", line)), None)
    if start is None:
        return text, "\n".join(f"  {line}" for line in entry)
    end = start + 1
    last = start
    indent = "  "
    while end < len(lines) and (not lines[end].strip() or lines[end][0] in " -#"):
        if last == start and (match := re.match(r"( *)- ", lines[end])):
            indent = match[1]
        if lines[end].strip() and lines[end][0] != "#":
            last = end
        end += 1
    close = "\r\n" if lines[start].endswith("\r\n") else "\n"
    if not lines[last].endswith("\n"):
        lines[last] += close
    added = [f"{indent}{line}{close}" for line in entry]
    types = [] if "default_install_hook_types" in text else [f"{_TYPES}{close}"]
    return "".join([*lines[:start], *types, *lines[start : last + 1], *added, *lines[last + 1 :]]), ""


def workflow(paths: list[str], *, branch: str) -> str:
    """A workflow that runs the preflight of each Worker (paths relative to the repository) and writes the summary."""
    steps = "".join(_STEP.format(path=path, version=__version__) for path in paths)
    return _WORKFLOW.format(branch=branch, steps=steps)
