"""The frame around the pages, and pages run without it."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def test_home_links_to_every_page() -> None:
    at = AppTest.from_file("../../app.py", default_timeout=120).run()
    assert not at.exception
    assert at.title[0].value == "CNN Classroom"
    assert at.sidebar.caption, "the badge says what memory is used"


def test_a_page_run_by_itself_still_works() -> None:
    """The guard finds no frame to go back to and lets the page go on."""
    at = AppTest.from_file("../../pages/faster_rcnn.py", default_timeout=120).run()
    assert not at.exception
    assert at.title
