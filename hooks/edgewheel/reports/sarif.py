"""Findings as SARIF 2.1.0, one rule entry a code with its page as help, for code scanning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from edgewheel import __version__
from edgewheel.documents.paths import relative
from edgewheel.reports.text import clean, data
from edgewheel.rules.page import parse, url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edgewheel.findings import Finding
    from edgewheel.rules.registry import Rule


def report(found: Sequence[Finding], rules: Sequence[Rule]) -> str:
    """One run: every rule that was asked, and a result a finding. Paths are relative to the current folder."""
    codes = [rule.code for rule in rules]
    driver = {
        "name": "edgewheel",
        "version": __version__,
        "informationUri": "https://github.com/edgewheel/edgewheel",
        "rules": [_rule(rule) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, codes.index(each.code)) for each in found],
    }
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return data(document)


def _rule(rule: Rule) -> dict[str, Any]:
    page = parse(rule.page)
    text = f"{page.finds}\n\nOn Workers: {page.workers}\n\nFix: {page.fix}"
    samples = "".join(f"\n\n```\n{sample}\n```" for sample in (page.bad, page.good))
    markdown = f"{page.finds}\n\n**On Workers.** {page.workers}\n\n**Fix.** {page.fix}{samples}"
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": page.finds},
        "help": {"text": text, "markdown": markdown},
        "defaultConfiguration": {"level": rule.level},
        "helpUri": url(rule.code),
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    fix = f"\n\nFix:\n{finding.fix}" if finding.fix else ""
    uri = quote(relative(finding.place.path).encode("utf-8", "surrogateescape"))
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if finding.place.line:
        physical["region"] = {"startLine": finding.place.line}
        if finding.place.column:
            physical["region"]["startColumn"] = finding.place.column
            if finding.end_line:
                physical["region"] |= {"endLine": finding.end_line, "endColumn": finding.end_column}
    properties = {"properties": {"cause": finding.cause.key}} if finding.cause else {}
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.level,
        "message": {"text": clean(finding.message + fix, keep="\n")},
        "locations": [{"physicalLocation": physical}],
        **properties,
    }
