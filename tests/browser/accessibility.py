"""Checking a page with axe-core, the rules of WCAG 2.2 AA that a program can judge."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def check_accessibility(page: Page, within: str = "") -> None:
    """Fail with a list of what axe finds wrong on the page, or this part of it, as it is now; nothing may be."""
    try:
        violations = violations_of(page, within)
    except Error:  # the page was being left for the next one, which is meant
        violations = violations_of(page, within)
    assert not violations, f"{page.url} ({page.title()})\n" + "\n".join(map(describe, violations))


def violations_of(page: Page, within: str = "") -> list[dict[str, Any]]:
    """What axe finds on the page, or this part of it, when it has been loaded."""
    page.wait_for_load_state("load")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    script = "([within, rules]) => axe.run(within || document, {runOnly: rules, resultTypes: ['violations']})"
    answer = page.evaluate(script, [within, RULES])
    found: list[dict[str, Any]] = answer["violations"]
    return found


def describe(violation: dict[str, Any]) -> str:
    """One broken rule, and the elements that break it."""
    lines = [f"* {violation['id']} ({violation['impact']}): {violation['help']}"]
    for node in violation["nodes"]:
        lines.append(f"    {node['html'][:300]}")
        lines.extend(f"      {line.strip()}" for line in node["failureSummary"].splitlines()[1:])
    return "\n".join(lines)
