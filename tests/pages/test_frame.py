"""The frame around the pages, and pages run without it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

PAGES = Path(__file__).parent.parent.parent / "pages"


def test_home_links_to_every_page() -> None:
    at = AppTest.from_file("../../app.py", default_timeout=120).run()
    assert not at.exception
    assert at.title[0].value == "CNN Classroom"
    (foot,) = (caption.value for caption in at.caption if "Memory" in caption.value)
    assert re.search(r"\d GB", foot), "the foot says what memory is used"
    assert not at.sidebar.children, "its width is the page's"
    linked = {Path(link.proto.page).stem for link in at.get("page_link")}
    assert linked == {page.stem for page in PAGES.glob("*.py")} - {"home"}


def test_a_page_run_by_itself_still_works() -> None:
    """`ensure_routed` finds no frame to go back to and lets the page go on."""
    at = AppTest.from_file("../../pages/faster_rcnn.py", default_timeout=120).run()
    assert not at.exception
    assert [title.value for title in at.title] == ["Faster R-CNN"]
    assert {metric.label: metric.value for metric in at.metric}["Kept"] == "2"
    assert not [caption for caption in at.caption if "Memory" in caption.value], "no frame"


@pytest.mark.parametrize("page", ["pages/faster_rcnn.py", "pages/conv_calculator.py"])
@pytest.mark.parametrize("number", ["1e400", "-inf", "9" * 400])
def test_infinite_numbers_in_a_link_are_dropped_and_the_rest_is_kept(page: str, number: str) -> None:
    at = AppTest.from_file("../../app.py", default_timeout=120).run()
    for name in ("rcnn_limit", "conv_size_w"):
        at.query_params[name] = number
    at.query_params["conv_size_f"] = "5"
    at.switch_page(page).run()
    assert not at.exception
    assert at.query_params.get("conv_size_f") in ("5", ["5"])
    assert not {"rcnn_limit", "conv_size_w"} & set(at.query_params)
