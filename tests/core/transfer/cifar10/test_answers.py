"""Answers for the test pictures: counted as scikit-learn counts, and found again among the pictures at hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import UserError
from core.transfer.cifar10.answers import Answers, answers_of, find
from core.transfer.cifar10.handin import of_record
from core.transfer.cifar10.record_file import shipped
from tests.core.transfer.cifar10.sets import ten

RECORDS = shipped()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.key)
def test_a_records_answers_are_what_it_counted(record) -> None:  # type: ignore[no-untyped-def]
    answers = answers_of(record)
    assert answers.confusion.tolist() == [list(row) for row in record.confusion]
    assert (answers.predicted == answers.target).mean() == pytest.approx(record.test, abs=5e-5)
    assert of_record(record).answers.confusion.tolist() == answers.confusion.tolist()


def test_the_commonest_mistake_and_its_rows() -> None:
    target = np.array([3, 3, 3, 5, 5, 0])
    predicted = np.array([5, 5, 3, 3, 5, 0])
    answers = Answers("abcdef", target, predicted, np.array([0.4, 0.9, 0.8, 0.7, 0.6, 0.5]))
    assert answers.commonest_mistake == (3, 5)
    assert answers.rows((3, 5)).tolist() == [1, 0]
    assert answers.rows((0, 1)).tolist() == []
    unsure = Answers("abcdef", target, predicted, None)
    assert unsure.rows((3, 5)).tolist() == [0, 1]


def test_pictures_are_found_by_their_names() -> None:
    images = ten(per_class=8)
    names = [images.names[place] for place in (7, 3, 70)]
    found = find(names, images)
    assert found is not None
    assert found.tolist() == [7, 3, 70]
    assert find(["test 0"], images) is None


def test_a_record_of_other_pictures_has_no_answers() -> None:
    from dataclasses import replace

    record = replace(RECORDS[0], names=("x.jpg", *RECORDS[0].names[1:]))
    with pytest.raises(UserError, match="no test picture"):
        answers_of(record)
