"""Writes what is made from the rules: the hooks' manifest, the README's tables, one page a rule.

`python docs/generate.py` writes; with `--check` it writes nothing and exits 1 where a file is not current.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from edgewheel.checks import FOLDERS, Rule, load_all
from edgewheel.checks.page import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
REQUIREMENTS = (
    r"(^|/)(pyproject\.toml|uv\.lock|pylock(\.[^/]+)?\.toml|([^/]*requirements[^/]*|requirements/[^/]+)\.(txt|in))$"
)
CONFIGS = r"(^|/)(wrangler\.(toml|jsonc?)|pyproject\.toml)$"

#: hook id -> (name, description, further manifest lines). Which rules a hook runs, its folder tells.
HOOKS = {
    "worker-runtime-deps": (
        "runtime dependencies of Python Workers",
        "blocks dev-only packages and packages that cannot run on Workers in what is required at run time",
        [f"files: '{REQUIREMENTS}'"],
    ),
    "worker-package-init": (
        "packages of Python Workers keep their __init__.py",
        "sees deletions and renames in the commit, which ordinary hooks never run on",
        ["always_run: true"],
    ),
    "worker-wrangler-config": (
        "wrangler config of Python Workers",
        "blocks keys, rules and globs that wrangler ignores, refuses or reads otherwise",
        ["always_run: true"],
    ),
    "worker-imports": (
        "imports of Python Workers resolve in the upload",
        "blocks imports that fail after the deploy, such as `No module named 'src'`",
        [f"files: '\\.pyi?$|{CONFIGS}'"],
    ),
    "worker-bundle": (
        "upload of Python Workers",
        "sizes, duplicates, secrets and stale vendoring in the upload that wrangler would make",
        ["always_run: true", "stages: [pre-push, manual]"],
    ),
    "worker-wheels": (
        "wheels for the Workers runtime",
        "asks the package indexes whether each dependency has a wheel that fits",
        ["always_run: true", "stages: [manual]"],
    ),
    "edgewheel": (
        "edgewheel",
        "all offline rules in one process",
        ["always_run: true"],
    ),
}


def manifest() -> str:
    lines = ["# Made from the rules by docs/generate.py: edit there."]
    for hook, (name, description, more) in HOOKS.items():
        command = "edgewheel check" if hook == "edgewheel" else f"edgewheel check --hook {hook}"
        if hook == "worker-wheels":
            command = "edgewheel wheels"
        lines += [
            f"- id: {hook}",
            f"  name: {name}",
            f"  description: {description}",
            f"  entry: {command}",
            "  language: python",
            "  pass_filenames: false",
            *(f"  {line}" for line in more),
        ]
    return "\n".join(lines) + "\n"


def hooks_table(rules: list[Rule]) -> Iterator[str]:
    yield "| hook | blocks | rules |"
    yield "| --- | --- | --- |"
    for hook, (_, description, _more) in HOOKS.items():
        codes = [rule.code for rule in rules if rule.hook == hook]
        yield f"| `{hook}` | {description} | {spans(codes) if codes else 'all of the above but `worker-wheels`'} |"


def spans(codes: list[str]) -> str:
    """`EW101-EW103, EW105` of the single codes."""
    groups: list[list[int]] = []
    for number in sorted(int(code[2:]) for code in codes):
        if groups and groups[-1][-1] == number - 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    return ", ".join(f"EW{g[0]:03}" if len(g) == 1 else f"EW{g[0]:03}–EW{g[-1]:03}" for g in groups)


def rules_table(rules: list[Rule]) -> Iterator[str]:
    yield "| code | finds |"
    yield "| --- | --- |"
    for rule in rules:
        marks = ("" if rule.level == "error" else " (warning)") + (" `--fix`" if rule.mend else "")
        yield f"| [{rule.code}](docs/rules/{rule.code}.md){marks} | {parse(rule.page).finds} |"


def rule_page(rule: Rule) -> str:
    page = parse(rule.page)
    parts = [
        f"# {rule.code} {rule.name}",
        page.finds,
        f"Level: {rule.level}."
        + (f" Hook: `{rule.hook}`." if rule.hook else "")
        + (" `--fix` mends it." if rule.mend else ""),
        f"## On Workers\n\n{page.workers}",
        f"## Fix\n\n**{first_sentence(page.fix)}**{page.fix[len(first_sentence(page.fix)) :]}",
        f"## Bad\n\n```\n{page.bad}\n```",
        f"## Good\n\n```\n{page.good}\n```",
    ]
    return "\n\n".join(parts) + "\n"


def first_sentence(text: str) -> str:
    match = re.match(r"(?s).*?[.:](?=\s|$)", text)
    return match[0] if match and "\n\n" not in match[0] else text.split("\n\n", 1)[0]


def filled(text: str, name: str, lines: Iterator[str]) -> str:
    """A text with the part between its two `name` marks replaced."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    return f"{head}{begin}\n" + "\n".join(lines) + f"\n{end}{tail}" if rest else text


def files() -> dict[Path, str]:
    """Every generated file with its whole text."""
    assert {hook for hook, _ in FOLDERS.values() if hook} | {"edgewheel"} == set(HOOKS)
    rules = load_all()
    made = {ROOT / ".pre-commit-hooks.yaml": manifest()}
    for name in ("README.md", "README.ja.md"):
        path = ROOT / name
        if path.exists():
            text = filled(path.read_text("utf-8"), "hooks", hooks_table(rules))
            made[path] = filled(text, "rules", rules_table(rules))
    made |= {ROOT / "docs" / "rules" / f"{rule.code}.md": rule_page(rule) for rule in rules}
    return made


def main() -> int:
    made = files()
    stale = [path for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text]
    stray = [path for path in (ROOT / "docs" / "rules").glob("*.md") if path not in made]
    if "--check" in sys.argv[1:]:
        for path in stale + stray:
            print(f"{path.relative_to(ROOT)} is not current: run `uv run python docs/generate.py`")
        return 1 if stale or stray else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[path], "utf-8", newline="\n")
    for path in stray:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
