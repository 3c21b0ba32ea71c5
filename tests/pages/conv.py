"""The conv calculator as a script, for tests of its sections."""

from __future__ import annotations

import re
from typing import Any

from google.protobuf.message import Message
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

PAGE = "pages/conv_calculator.py"
_MADE_UP = re.compile(r"\b[0-9a-f]{32}\b")  # names of downloads and styles, new at each visit
_QUIET = {"id", "js_content", "css_content", "html_content", "form_id", "key", "element_id", "component_name", "url"}


def visit(**link: str) -> AppTest:
    """A new session that comes in by a link with these parameters."""
    at = AppTest.from_file("../../app.py", default_timeout=120)
    at.run()
    for key, value in link.items():
        at.query_params[key] = value
    return at.switch_page(PAGE).run()


def metrics(at: AppTest) -> dict[str, str]:
    """Label -> what stands there; the first of a label, which is the visitor's own."""
    found: dict[str, str] = {}
    for box in at.metric:
        found.setdefault(box.label, box.value)
    return found


def press(at: AppTest, label: str) -> AppTest:
    """Click the button with this label and run."""
    return next(button for button in at.button if button.label == label).click().run()


def errors(at: AppTest) -> list[str]:
    """The sentences in error boxes, without Markdown's backslashes."""
    return [re.sub(r"\\(.)", r"\1", box.value) for box in at.error]


def captions(at: AppTest) -> str:
    return re.sub(r"\\(.)", r"\1", " ".join(box.value for box in at.caption))


def drawings(at: AppTest) -> dict[str, str]:
    """Key -> JSON of each drawing on the page."""
    found = {}
    for element in at.get("bidi_component"):
        proto = element.proto
        found[proto.id.rpartition("-")[2]] = proto.json
    return found


def said(at: AppTest) -> str:
    """All that the page sends to the browser, tables and charts and pictures included, but for names and scripts."""
    parts: list[str] = []
    _gather(at._tree.main, parts)
    return _MADE_UP.sub("", "\n".join(parts))


def numbers(text: str) -> set[str]:
    """The numbers in a text, without thousands separators."""
    return set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d)(?:\{,\}|,)(?=\d{3})", "", text)))


def _gather(block: Any, parts: list[str]) -> None:
    if getattr(block, "proto", None) is not None:
        _walk(block.proto, parts)
    for child in getattr(block, "children", {}).values():
        _gather(child, parts)


def _walk(message: Message, parts: list[str]) -> None:
    for field, value in message.ListFields():
        if field.name in _QUIET:
            continue
        for one in value if isinstance(value, list) or hasattr(value, "extend") else [value]:
            if isinstance(one, Message):
                _walk(one, parts)
            elif isinstance(one, bytes) and one:
                parts.append(convert_arrow_bytes_to_pandas_df(one).to_csv(sep=";"))
            elif isinstance(one, str):
                parts.append(one)
            elif isinstance(one, float):
                parts.append(f"{one:g}")
