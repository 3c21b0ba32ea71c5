"""How an interactive picture gets into the browser: a script and a style of its own, and the script all share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent


def script(name: str) -> str:
    """The module the browser loads: what all components share, then the component's own; a module imports no other."""
    return "\n".join((_HERE / f"{part}.js").read_text(encoding="utf-8") for part in ("base", name))


def style(name: str) -> str:
    """The component's own style sheet."""
    return (_HERE / f"{name}.css").read_text(encoding="utf-8")


def component(name: str) -> ComponentRenderer:
    """Register a component.

    Args:
        name: of its files, `NAME.js` and `NAME.css` beside this one.
    """
    return st.components.v2.component(f"classroom_{name}", js=script(name), css=style(name))
