"""The fields in which a matrix is typed, without a page: reading, pasting, resizing, editing, late messages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import UserError
from core.metrics.confusion import ConfusionMatrix
from core.metrics.matrix_fields import FIRST, FIRST_FIELDS, MatrixFields, Pending, edited, resized

MATRIX = ConfusionMatrix([[1, 2], [3, 4]], ("a", "b"))
OLD, NEW = FIRST_FIELDS, MatrixFields("80 7\n10 35", "yes, no", False)
PENDING = Pending((OLD,), NEW, at=10.0, draws=3, whole=False)


@pytest.mark.parametrize("turned", [False, True])
def test_what_is_filled_in_reads_as_the_same_matrix(turned: bool) -> None:
    fields = MatrixFields.of(MATRIX, turned=turned)
    assert fields == ("1 3\n2 4" if turned else "1 2\n3 4", "a, b", turned)
    assert fields.read() == MATRIX


def test_names_of_the_first_visit_are_no_names_of_three_classes() -> None:
    assert FIRST_FIELDS.read() == FIRST.matrix()
    assert FIRST_FIELDS._replace(text="1 2 3\n4 5 6\n7 8 9").read().labels == ("A", "B", "C")
    with pytest.raises(UserError):
        MatrixFields("1 2 3\n4 5 6\n7 8 9", "x, y", False).read()


def test_a_paste_brings_names_and_as_many_as_there_are_rows() -> None:
    fields, notes = MatrixFields("gold\tcat\tdog\ncat\t1\t2\ndog\t3\t4", "yes, no", False).tidied()
    assert fields == ("1 2\n3 4", "cat, dog", False)
    assert "may name the rows or the columns" in notes[0]
    assert MatrixFields("1 2 3;4 5 6;7 8 9", "B, dog", False).tidied()[0].labels == "B, dog, A"
    caret = "          Reference\nPrediction no yes\n       no  50   3\n       yes  2  45"
    fields, notes = MatrixFields(caret, "", True).tidied()
    assert fields == ("50 3\n2 45", "no, yes", True), "written the way round that is set"
    assert fields.read().counts.tolist() == [[50, 2], [3, 45]]
    assert notes


def test_classes_come_and_go_at_the_end() -> None:
    larger = resized(MATRIX, 3)
    assert larger.counts.tolist() == [[1, 2, 0], [3, 4, 0], [0, 0, 0]]
    assert larger.labels == ("a", "b", "A")
    assert resized(larger, 2) == MATRIX


def test_an_edit_changes_a_count_or_a_name() -> None:
    assert edited(MATRIX, (0, 1), "1,200").counts.tolist() == [[1, 1200], [3, 4]]
    assert edited(MATRIX, (1,), " not  a ").labels == ("a", "not a")
    for place in ((0, 9), (9, 0), (-1, 0), (9,), (0, 0, 0), ()):
        assert edited(MATRIX, place, "5") is MATRIX
    with pytest.raises(UserError):
        edited(MATRIX, (0, 0), "-1")


def test_an_old_text_that_comes_late_is_replaced_by_what_was_filled_in_since() -> None:
    assert PENDING.without_echo(OLD) == NEW
    assert PENDING.without_echo(OLD._replace(labels="ill, healthy")) == NEW._replace(labels="ill, healthy")
    other = MatrixFields("1 2\n3 4", "yes, no", False)
    assert PENDING.without_echo(other) == other, "that one is new"
    turned = replace(PENDING, after=NEW._replace(turned=True))
    assert turned.without_echo(OLD).turned


def test_an_old_text_is_new_again_when_the_browser_knows_what_was_filled_in() -> None:
    assert not PENDING.is_over(NEW, draws=3), "not drawn since"
    assert PENDING.is_over(NEW, draws=4)
    assert not PENDING.is_over(OLD, draws=4)
    assert not replace(PENDING, echoed=4).is_over(NEW, draws=4), "an echo has just come"


def test_an_edit_in_the_message_of_a_reset_was_meant_for_the_matrix_before() -> None:
    assert replace(PENDING, whole=True).in_same_message(10.1)
    assert not replace(PENDING, whole=True).in_same_message(11.0)
    assert not PENDING.in_same_message(10.1)
