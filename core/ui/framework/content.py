"""Prose, written as prose: Markdown files below `core/ui/content`, one a section, its parts under headings.

    # How this works
    1. The kernel is laid on the padded input at every **stride**-th pixel.

    # Same padding
    TensorFlow always gives {{ outputs:,}} windows.

    # Numbers
    - **Purity**: Share of the pictures that are of the commonest class of their cluster.

A name between double braces is a value that the section puts in, with a format behind a colon where it wants one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import streamlit as st

FOLDER = Path(__file__).parents[1] / "content"
HOW = "How this works"
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)
_TERM = re.compile(r"^- \*\*(.+?)\*\*: (.+)$", re.MULTILINE)
_VALUE = re.compile(r"\{\{ (\w+)(?::([^{}]*?))? ?\}\}")


@cache
def parts(name: str) -> Mapping[str, str]:
    """Heading -> Markdown below it, of `content/NAME.md` ("conv/size")."""
    _, *found = _HEADING.split((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    return MappingProxyType({heading: text.strip() for heading, text in zip(found[::2], found[1::2], strict=True)})


def prose(name: str, part: str = HOW, /, **values: object) -> str:
    """A part of a section's prose.

    Args:
        name: of the file, "conv/size".
        part: its heading.
        values: what stands between double braces; what a visitor typed has to be escaped.

    Raises:
        KeyError: there is no such part, or it wants other values.
    """
    text = parts(name)[part]
    if odd := set(values) ^ {found[1] for found in _VALUE.finditer(text)}:
        raise KeyError(f"{name}, {part}: {', '.join(sorted(odd))}")
    return _VALUE.sub(lambda found: format(values[found[1]], found[2] or ""), text)


def how(name: str, part: str = HOW, /, icon: str = ":material/school:", **values: object) -> None:
    """A part, folded under its heading."""
    with st.expander(part, icon=icon):
        st.markdown(prose(name, part, **values))


def metrics(name: str, numbers: Mapping[str, str], part: str = "Numbers", **values: object) -> None:
    """Numbers side by side, each with what the prose says of it as its help.

    Args:
        name: of the file of prose.
        numbers: label -> number, as it is written.
        part: its heading there; its list items explain a label each.
        values: what stands between double braces there.
    """
    helps = dict(_TERM.findall(prose(name, part, **values)))
    with st.container(horizontal=True):
        for label, number in numbers.items():
            st.metric(label, number, help=helps[label])
