"""Where things stand on a page by the width of the window, and that nothing is lost when it changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.components.viewport import EDGES, PHONE, USUAL

HELD = "viewport_from"
CHARTS = {"bidi_component", "arrow_vega_lite_chart", "plotly_chart", "imgs"}
PLACES = {
    "faster_rcnn": ("", "rcnn_iou"),
    "conv_calculator": ("Size and cost", "conv_size_f"),
    "metrics_explorer": ("Matrix", "metrics_classes"),
    "transfer_learning": ("Data", "transfer_per_class"),
}
"""Script -> a section, and a control beside its picture."""


def opened(page: str, width: int, **link: str) -> AppTest:
    at = AppTest.from_file(f"../../pages/{page}.py", default_timeout=120)
    at.session_state[HELD] = width
    if section := PLACES[page][0]:
        at.query_params[f"{page.split('_')[0]}_section"] = section
    for name, value in link.items():
        at.query_params[name] = value
    return at.run()


def elements(block: Any) -> Iterator[Any]:
    """Everything on a page in the order in which a reader comes to it."""
    for child in block.children.values():
        yield child
        if hasattr(child, "children"):
            yield from elements(child)


def place(at: AppTest, *, of: str | None = None) -> int:
    """How far down the first picture, or a widget with this key, comes."""
    return next(
        number
        for number, element in enumerate(elements(at.main))
        if (element.type in CHARTS if of is None else getattr(element, "key", None) == of)
    )


@pytest.mark.parametrize("page", PLACES)
def test_controls_stand_before_the_picture_and_on_a_phone_below_it(page: str) -> None:
    control = PLACES[page][1]
    wide, phone = opened(page, USUAL), opened(page, PHONE)
    assert not wide.exception
    assert not phone.exception
    assert place(wide, of=control) < place(wide)
    assert place(phone, of=control) > place(phone)


def test_all_widths_have_the_same_controls_and_numbers() -> None:
    pages = [opened("metrics_explorer", width) for width in EDGES]
    keys = [sorted(filter(None, (getattr(element, "key", None) for element in elements(at.main)))) for at in pages]
    numbers = [[(metric.label, metric.value) for metric in at.metric] for at in pages]
    formulas = [sorted(formula.value for formula in at.latex) for at in pages]
    for found in (keys, numbers, formulas):
        assert found[0]
        assert found == [found[0]] * len(EDGES)


@pytest.mark.parametrize("widths", [(USUAL, PHONE), (PHONE, USUAL), (EDGES[1], EDGES[2])])
def test_nothing_is_lost_when_the_window_changes(widths: tuple[int, int]) -> None:
    before, after = widths
    at = opened("faster_rcnn", before, rcnn_picture="coffee")
    at.slider(key="rcnn_iou").set_value(0.15)
    at.number_input(key="rcnn_limit").set_value(7)
    at.run()
    link, kept = dict(at.query_params), at.metric[-1].value
    at.session_state[HELD] = after
    at.run()
    assert not at.exception
    assert at.slider(key="rcnn_iou").value == 0.15
    assert at.number_input(key="rcnn_limit").value == 7
    assert at.selectbox(key="rcnn_picture").value == "coffee"
    assert dict(at.query_params) == link
    assert at.metric[-1].value == kept


@pytest.mark.parametrize(
    ("agent", "width"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1",
            PHONE,
        ),
        ("Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/130.0.0.0 Mobile Safari/537.36", PHONE),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36", USUAL),
        (None, USUAL),
    ],
)
def test_a_phone_is_known_before_its_browser_has_told_its_width(agent: str | None, width: int) -> None:
    headers = {} if agent is None else {"User-Agent": agent}
    with patch("streamlit.runtime.context.ContextProxy.headers", headers):
        at = AppTest.from_file("../../pages/faster_rcnn.py", default_timeout=120).run()
    assert not at.exception
    assert at.session_state[HELD] == width
