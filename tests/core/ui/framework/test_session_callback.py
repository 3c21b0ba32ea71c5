"""What Streamlit keeps after a tab is closed holds nothing of the visitor's."""

from __future__ import annotations

import gc
import weakref
from functools import partial
from importlib import import_module

import pytest

from core.ui.framework.session import Session, session_callback


class Large:
    """Something of a visitor's."""


@pytest.fixture
def mine(monkeypatch: pytest.MonkeyPatch) -> Session:
    one = Session()
    monkeypatch.setattr(import_module("core.ui.framework.session"), "session", lambda: one)
    return one


def test_a_callback_does_what_it_was_given(mine: Session) -> None:
    done: list[int] = []
    press = session_callback("start", partial(done.append, 7))
    press()
    assert done == [7]
    assert session_callback("answer", lambda: 42)() == 42
    assert set(mine.callbacks) == {"start", "answer"}


def test_the_newest_of_a_name_counts(mine: Session) -> None:
    first = session_callback("start", lambda: "old")
    session_callback("start", lambda: "new")
    assert first() == "new", "the page was drawn again before it was pressed"
    assert len(mine.callbacks) == 1


def test_after_the_visit_it_does_nothing_and_holds_nothing(mine: Session) -> None:
    large = Large()
    watched = weakref.ref(large)
    press = session_callback("start", partial(id, large))
    del large
    assert press() is not None
    mine.close()
    gc.collect()
    assert watched() is None, "though Streamlit still has the callback"
    assert press() is None
