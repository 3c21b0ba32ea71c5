"""What Streamlit keeps after a tab is closed holds nothing of the visitor's."""

from __future__ import annotations

import gc
import weakref
from functools import partial

import pytest

from core.ui.transfer import held as module
from core.ui.transfer.desk import Desk
from core.ui.transfer.held import held


class Large:
    """Something of a visitor's."""


@pytest.fixture
def mine(monkeypatch: pytest.MonkeyPatch) -> Desk:
    one = Desk()
    monkeypatch.setattr(module, "desk", lambda: one)
    return one


def test_a_callback_does_what_it_was_given(mine: Desk) -> None:
    done: list[int] = []
    press = held("start", partial(done.append, 7))
    press()
    assert done == [7]
    assert held("answer", lambda: 42)() == 42
    assert set(mine.held) == {"start", "answer"}


def test_the_newest_of_a_name_counts(mine: Desk) -> None:
    first = held("start", lambda: "old")
    held("start", lambda: "new")
    assert first() == "new", "the page was drawn again before it was pressed"
    assert len(mine.held) == 1


def test_after_the_visit_it_does_nothing_and_holds_nothing(mine: Desk) -> None:
    large = Large()
    watched = weakref.ref(large)
    press = held("start", partial(id, large))
    del large
    assert press() is not None
    mine.close()
    gc.collect()
    assert watched() is None, "though Streamlit still has the callback"
    assert press() is None
