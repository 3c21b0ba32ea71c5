"""What axe-core finds on a page (https://github.com/dequelabs/axe-core)."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def grave(page: Page) -> list[tuple[str, list[str]]]:
    """The serious and critical findings: (rule, the elements' beginnings)."""
    return [
        (item["id"], [node["html"][:160] for node in item["nodes"]])
        for item in Axe().run(page).response["violations"]
        if item["impact"] in ("serious", "critical")
    ]
