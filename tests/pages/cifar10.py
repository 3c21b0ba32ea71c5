"""Sections of the page CIFAR-10 as scripts."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def script(name: str) -> None:
    from core.ui.framework.sections import load
    from core.ui.pages import CIFAR

    load(next(module for module in CIFAR.modules.values() if f".cifar10.{name}." in module)).section()


def open_section(name: str, **link: str) -> AppTest:
    """A new session that comes in by a link with these parameters."""
    at = AppTest.from_function(script, default_timeout=120, kwargs={"name": name})
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at
