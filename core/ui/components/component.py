"""How an interactive picture gets into the browser: a script and a style of its own, and the base all share."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js"\n', re.MULTILINE)


def script(name: str) -> str:
    """The module the browser loads: `NAME.js` after all files it imports, as one.

    Streamlit hands the text of one module over, which has no address to import a neighbour from.
    """
    return "\n".join(_with_imports(name, {}).values())


def _with_imports(name: str, found: dict[str, str]) -> dict[str, str]:
    """Adds a file to those that were found: name -> text without its imports, what is imported first."""
    text = (_HERE / f"{name}.js").read_text(encoding="utf-8")
    for other in _IMPORT.findall(text):
        if other not in found:
            _with_imports(other, found)
    found[name] = _IMPORT.sub("", text)
    return found


def style(name: str) -> str:
    """`base.css`, then the component's own style sheet; nothing for one that draws nothing."""
    files = [_HERE / f"{part}.css" for part in ("base", name)]
    return "".join(file.read_text(encoding="utf-8") for file in files if files[-1].exists())


def component(name: str) -> ComponentRenderer:
    """Register a component.

    Args:
        name: of its files, `NAME.js` and `NAME.css` beside this one; one that draws nothing has no style.
    """
    return st.components.v2.component(f"classroom_{name}", js=script(name), css=style(name) or None)
