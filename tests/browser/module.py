"""Functions of the components' scripts, called in a blank page, to hold what the browser computes against Python."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Browser

from core.ui.components.component import script


def answer(browser: Browser, name: str, body: str, given: object = None) -> Any:
    """What `body`, JavaScript of a function of the exports of `name` and of what is given, returns."""
    run = f"""async ([script, given]) => {{
      const url = URL.createObjectURL(new Blob([script], {{ type: "text/javascript" }}))
      return ({body})(await import(url), given)
    }}"""
    page = browser.new_page()
    try:
        return page.evaluate(run, [script(name), json.loads(json.dumps(given))])
    finally:
        page.close()


def call(browser: Browser, name: str, calls: list[list[object]]) -> list[Any]:
    """What functions answer, each call being a function's name and what it is given."""
    body = "(module, calls) => calls.map(([name, ...given]) => module[name](...given))"
    return list(answer(browser, name, body, calls))
