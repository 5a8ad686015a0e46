"""Writes what is made from the rules: the hooks' manifest, the README's tables, one page a rule.

`python docs/generate.py` writes; with `--check` it writes nothing and exits 1 where a file is not current.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from edgewheel.documents import document
from edgewheel.repository.settings_schema import schema
from edgewheel.rules.page import parse, sentence
from edgewheel.rules.registry import Rule, discover, hooks, load

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
BOOK = ROOT / "hooks" / "edgewheel" / "rules" / "book.txt"
SCHEMA = ROOT / "hooks" / "edgewheel" / "settings.schema.json"
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


#: How a code begins -> the title of its part of the rule book.
PARTS = {
    "EW0": "What cannot be read",
    "EW1": "What is required at run time",
    "EW2": "Packages and imports",
    "EW3": "The wrangler config",
    "EW4": "The upload",
    "EW5": "What is vendored, and wheels for it",
    "EW6": "A built wheel",
    "EW7": "A log",
}


def book_text() -> str:
    """The registry's index: one rule a line, `-` for no hook."""
    return "".join(f"{' '.join(field or '-' for field in entry)}\n" for entry in discover())


def schema_text() -> str:
    """What editors read to complete and check `[tool.edgewheel]`."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


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
    yield "| hook | does | rules |"
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
        marks = ("" if rule.level == "error" else " (warning)") + (" `--fix`" if rule.fixes else "")
        yield f"| [{rule.code}](docs/rules/{rule.code}.md){marks} | {brief(parse(rule.page).finds)} |"


def brief(finds: str) -> str:
    """The first sentence, for a table; the page has the rest."""
    return re.split(r"(?<=\.)\s", finds, maxsplit=1)[0].replace("|", "\\|")


def rule_page(rule: Rule) -> str:
    page = parse(rule.page)
    fix = sentence(page.fix)
    cure = first_sentence(fix)
    parts = [
        f"# {rule.code} {rule.name}",
        page.finds,
        " ".join(facts(rule)),
        f"## On Workers\n\n{sentence(page.workers)}",
        f"## Fix\n\n**{cure}**{fix[len(cure) :]}",
        f"## Bad\n\n```{language(page.bad)}\n{page.bad}\n```",
        f"## Good\n\n```{language(page.good)}\n{page.good}\n```",
        f"[All rules](README.md). At the terminal: `edgewheel explain {rule.code}`.",
    ]
    return "\n\n".join(parts) + "\n"


def facts(rule: Rule) -> Iterator[str]:
    yield "Level: error." if rule.level == "error" else "Level: warning (an error with `--strict`)."
    if rule.hook:
        yield f"Hook: `{rule.hook}`."
    else:
        yield {"6": "Command: `edgewheel inspect`.", "7": "Command: `edgewheel logs`."}.get(rule.code[2], "Every hook.")
    if rule.fixes:
        yield f"`edgewheel check --select {rule.code} --fix` fixes it."
    if rule.code[2] not in "67":
        yield f"`# edgewheel: ignore[{rule.code}]` on the line silences it."


def language(example: str) -> str:
    """The word behind a fence, for colours: toml, python or none."""
    if document.parse("example.toml", example.encode()).problem is None:
        return "toml"
    return "python" if re.search(r"(?m)^\s*(async |class |def |from |import |with )", example) else ""


def index(rules: list[Rule]) -> str:
    """The list of the pages, one part a hook or command."""
    parts = ["# The rule book", "Made from the rules themselves; `edgewheel rules` prints the same list."]
    for prefix, title in PARTS.items():
        lines = [
            f"* [{rule.code}]({rule.code}.md) **{rule.name}**: {brief(parse(rule.page).finds)}"
            for rule in rules
            if rule.code.startswith(prefix)
        ]
        parts += [f"## {title}", "\n".join(lines)]
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
    assert {*hooks(), "edgewheel"} == set(HOOKS)
    rules = load()
    made = {BOOK: book_text(), ROOT / ".pre-commit-hooks.yaml": manifest(), SCHEMA: schema_text()}
    for name in ("README.md", "README.ja.md"):
        path = ROOT / name
        if path.exists():
            text = filled(path.read_text("utf-8"), "hooks", hooks_table(rules))
            made[path] = filled(text, "rules", rules_table(rules))
    made |= {ROOT / "docs" / "rules" / f"{rule.code}.md": rule_page(rule) for rule in rules}
    made[ROOT / "docs" / "rules" / "README.md"] = index(rules)
    return made


def main() -> int:
    if "--check" not in sys.argv[1:]:
        BOOK.write_text(book_text(), "utf-8", newline="\n")  # the other files are made from what it lists
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
