"""axe-core in a page: what it finds, and which of it is Wagtail's own."""

import re
from importlib.resources import files
from typing import Any


# WCAG 2.2 AA and all it builds on.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What axe's makers advise beyond it: headings in order, landmarks, one h1.
ADVICE = [*TAGS, "best-practice"]


# Markup of the package.
OURS = "[id^=rtop], [class*=rtop], [data-rtop-recipient-tools], [data-rtop-proposal]"


def run_axe(
    page: Any, tags: list[str] = TAGS, within: str = "body"
) -> list[dict[str, Any]]:
    """Return one dict a finding: ``rule``, ``target``, ``html``, ``why``, ``ours``."""
    if not page.evaluate("'axe' in window"):
        axe = files("axe_playwright_python").joinpath("axe.min.js").read_text()
        page.evaluate(axe)
    result = page.evaluate(
        "([within, tags]) => axe.run(within === 'body' ? document : within,"
        " {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
        [within, tags],
    )
    return [
        {
            "rule": violation["id"],
            "target": str(node["target"][-1]),
            "html": node["html"],
            "why": node["failureSummary"],
            "ours": page.evaluate(
                "([target, ours]) => !!document.querySelector(target)?.closest(ours)",
                [str(node["target"][-1]), OURS],
            ),
        }
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def name_markup(finding: dict[str, Any]) -> tuple[str, str]:
    """Return the rule and the opening tag without what differs from page to page.

    Two findings of one name stem from the same piece of a template.
    """
    tag = re.match(r"<([a-z0-9-]+)([^>]*)>", finding["html"])
    if not tag:
        return finding["rule"], finding["target"]
    classes = re.search(r'\bclass="([^"]*)"', tag[2])
    role = re.search(r'\brole="([^"]*)"', tag[2])
    parts = [tag[1], *sorted(set(classes[1].split() if classes else ()))]
    return finding["rule"], ".".join(parts) + (f"[{role[1]}]" if role else "")


def describe(finding: dict[str, Any]) -> str:
    return f"{finding['rule']}: {finding['target']} {finding['why']}"
