"""What was done to classes that are being made can be undone, within a bound."""

from __future__ import annotations

import pytest

from core.errors import UserError
from core.transfer.data import drafts
from core.transfer.data.drafts import History, renamed, without_shot
from core.transfer.data.own import Draft, shot, with_class, with_shots, without_class
from tests.core.transfer.data.made import picture


def filled(*counts: int, start: int = 0) -> Draft:
    """Classes "a", "b" and so on, with so many pictures."""
    found = Draft()
    for label, count in enumerate(counts):
        name = chr(ord("a") + label)
        shots = [shot(f"{number}.png", picture(start + 100 * label + number)) for number in range(count)]
        found = with_shots(with_class(found, name), name, shots)[0]
    return found


def test_steps_are_undone_in_turn() -> None:
    steps = [Draft(), with_class(Draft(), "a"), filled(2), filled(2, 1)]
    history = History()
    for step in steps[1:]:
        history = history.then(step)
    assert history.now == steps[-1]
    for step in reversed(steps[:-1]):
        history = history.undone()
        assert history.now == step
    assert history.undone() == history, "before the first there is nothing"


def test_what_changes_nothing_is_no_step() -> None:
    history = History().then(filled(1))
    assert history.then(history.now) is history
    assert history.then(without_class(history.now, "z")) is history


def test_what_was_undone_is_forgotten_when_something_else_is_done() -> None:
    one, other = filled(1), filled(1, start=50)
    history = History().then(one).undone().then(other)
    assert (history.now, history.before) == (other, (Draft(),))


def test_steps_have_a_bound() -> None:
    history = History()
    for number in range(drafts.MOST_STEPS + 5):
        history = history.then(with_class(Draft(), f"class {number}"))
    assert len(history.before) == drafts.MOST_STEPS
    assert history.before[0].classes == ("class 4",)


def test_pictures_that_were_taken_out_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST_KEPT", 10)
    history = History()
    for number in range(6):  # each time four others
        history = history.then(filled(4, start=10 * number))
    kept = {id(one) for draft in (history.now, *history.before) for class_ in draft.shots for one in class_}
    assert len(kept) <= 10
    assert len(history.now) == 4
    assert len(history.before) == 1
    large = history.then(filled(12, start=500))
    assert len(large.now) == 12, "what is shown is kept in any case"
    assert large.before == ()


def test_pictures_that_drafts_share_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST_KEPT", 10)
    history = History().then(filled(9))
    for number in range(5):
        history = history.then(renamed(history.now, history.now.classes[0], f"name {number}"))
    assert len(history.before) == 6


def test_a_class_is_called_otherwise() -> None:
    before = filled(1, 2)
    after = renamed(before, "a", "  c\x00 ")
    assert after.classes == ("c", "b")
    assert after.shots is before.shots
    assert renamed(before, "a", "A").classes == ("A", "b"), "its own name is free"
    assert renamed(before, "z", "c") is before
    with pytest.raises(UserError, match="already"):
        renamed(before, "a", "B")
    with pytest.raises(UserError, match="Type a name"):
        renamed(before, "a", " ")


def test_one_picture_is_taken_out() -> None:
    before = filled(2, 2)
    gone = before.shots[1][0]
    after = without_shot(before, gone)
    assert [len(shots) for shots in after.shots] == [2, 1]
    assert gone not in after.shots[1]
    assert without_shot(after, gone) == after
