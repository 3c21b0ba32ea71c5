"""Sections of the transfer-learning page as scripts, on a set so small that a training takes a second."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from unittest.mock import patch

from streamlit.testing.v1 import AppTest

from core.transfer.data.image_set import ImageSet
from core.transfer.subject import Subject
from tests.core.transfer.sets import everything, stripes

LITE = "tf_efficientnet_lite0"
IMAGES = stripes()
SECTIONS = ("race", "schedule", "heads")


def subject_of(images: ImageSet = IMAGES, *, backbone: str = LITE, trained: bool = True) -> Subject:
    """All pictures of a set, at 32 pixels."""
    return Subject(images, everything(images), backbone, trained, 32)


def without_second(images: ImageSet = IMAGES) -> ImageSet:
    """The same without its second label."""
    return replace(images, second=None, digest=f"{images.digest} alone")


@contextmanager
def chosen(subject: Subject) -> Iterator[None]:
    """Whatever the menus say, this is the subject."""
    with ExitStack() as stack:
        for name in SECTIONS:
            stack.enter_context(
                patch(f"core.ui.transfer.{name}.controls.choose_subject", lambda **_: subject),
            )
        yield


def script(name: str) -> None:
    from core.ui.framework.sections import load
    from core.ui.pages import TRANSFER

    load(next(module for module in TRANSFER.modules.values() if f".transfer.{name}" in module)).section()


def open_section(name: str, **link: str) -> AppTest:
    """A new session that comes in by a link with these parameters."""
    at = AppTest.from_function(script, default_timeout=120, kwargs={"name": name})
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


def running(at: AppTest) -> bool:
    """Whether work is shown that waits or runs."""
    return bool(at.get("progress"))


def until_ended(at: AppTest, seconds: float = 90) -> AppTest:
    """Run the page again and again, as its fragment does, until all work has ended."""
    limit = time.monotonic() + seconds
    while True:
        at.run()
        assert not at.exception
        if not running(at):
            return at
        assert time.monotonic() < limit, "the work does not end"
        time.sleep(0.1)


def says(at: AppTest) -> str:
    """All that is said, but for tables and charts."""
    kinds = ("markdown", "caption", "info", "error", "warning", "success")
    return " ".join(box.value for kind in kinds for box in at.get(kind))
