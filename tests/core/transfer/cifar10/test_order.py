"""The classes of the 10,000 test pictures in two orders."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import UserError
from core.transfer.cifar10.order import COUNT, Order, labels, labels_of, names


def test_the_published_order_begins_as_everybody_knows() -> None:
    assert labels(Order.TORCHVISION)[:10].tolist() == [3, 8, 8, 0, 6, 6, 1, 6, 3, 1]


@pytest.mark.parametrize("order", Order)
def test_a_thousand_pictures_of_each_class(order: Order) -> None:
    found = labels(order)
    assert found.shape == (COUNT,)
    assert np.bincount(found).tolist() == [1_000] * 10
    assert len(set(names(order))) == COUNT
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 1


def test_the_files_are_sorted_by_class() -> None:
    """As three pictures that were looked at: a cat, a ship, an automobile."""
    assert labels_of(["test_03577.jpg", "test_08925.jpg", "test_01634.jpg"]).tolist() == [3, 8, 1]


def test_names_of_either_order_are_known_and_others_are_named() -> None:
    assert labels_of(["test 0", "test 1", "test 9,999"]).tolist() == [3, 8, 7]
    with pytest.raises(UserError, match="train 3"):
        labels_of(["test 0", "train 3"])
    assert labels_of([]).tolist() == []
