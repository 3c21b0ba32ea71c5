"""Links with former names: what they become, and that it ends there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models.detectors import DETECTORS
from core.ui import links

NAMES = st.sampled_from(["rcnn_iou", "rcnn_model", "rcnn_classes_everyday", "rcnn_classes_coco", "x"])
VALUES = st.lists(
    st.sampled_from(["0.5", "dog", "bow tie", "kangaroo", "EfficientNet-Lite0 (bundled)", "", "inf"]), max_size=4
)
QUERIES = st.dictionaries(NAMES, VALUES)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        ({"rcnn_iou": ["0.9"], "other": ["x", "x"]}, {"rcnn_iou": ["0.9"], "other": ["x", "x"]}),
        ({"rcnn_model": ["EfficientNet-Lite0 (bundled)"]}, {}),
        ({"rcnn_classes_everyday": ["dog", "bow tie"]}, {"rcnn_classes_coco": ["dog", "tie"]}),
        # what has no name today is left to whoever draws the menu, which says so
        ({"rcnn_classes_everyday": ["kangaroo"]}, {"rcnn_classes_coco": ["kangaroo"]}),
        ({"rcnn_classes_everyday": ["comic book", "book"]}, {"rcnn_classes_coco": ["book"]}),
        (
            {"rcnn_classes_coco": ["cat"], "rcnn_classes_everyday": ["dog", "cat"]},
            {"rcnn_classes_coco": ["cat", "dog"]},
        ),
        (
            {"rcnn_classes_everyday": ["dog", "cat"], "rcnn_classes_coco": ["cat"]},
            {"rcnn_classes_coco": ["dog", "cat"]},
        ),
    ],
)
def test_todays_names(given: links.Query, expected: links.Query) -> None:
    assert links.renamed(given) == expected


@given(QUERIES)
def test_a_mended_link_needs_no_mending(query: links.Query) -> None:
    once = links.renamed(links.without_infinite(query))
    assert links.renamed(links.without_infinite(once)) == once
    assert not links.PARAMETERS.keys() & once.keys()


def test_every_name_of_today_is_one_of_today() -> None:
    known = DETECTORS["bundled"].known
    assert set(links.OPTIONS["rcnn_classes_coco"].values()) <= set(known)
    assert not set(links.OPTIONS["rcnn_classes_coco"]) & set(known)
    assert not set(links.OPTIONS["rcnn_model"]) & {spec.title for spec in DETECTORS.values()}
