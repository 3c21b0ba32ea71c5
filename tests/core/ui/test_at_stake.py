"""What pages say of a visitor's things that no link brings back."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from core.detection.scoring.uploaded_files import UploadedFiles
from core.metrics.whatif.costs import first_costs
from core.ui import pictures
from core.ui.metrics.detection import uploads
from core.ui.metrics.what_if import cost
from core.ui.pictures import DEFAULT, open_sample


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({}, False),
        ({"rcnn_picture_own": {}, "rcnn_picture": "cat"}, False),
        ({"rcnn_picture_own": {}, "conv_picture_own": {"mine.png": open_sample(DEFAULT)}}, True),
        ({"conv_kernels_own": True, "some_own": {"no": "picture"}}, False),
    ],
)
def test_own_pictures_are_at_stake_on_any_page(state: dict[str, Any], expected: bool) -> None:
    with patch.object(pictures.st, "session_state", state):
        assert pictures._has_own() is expected


def test_costs_are_at_stake_once_they_are_not_what_the_table_starts_with() -> None:
    for distance in (False, True):
        with patch.object(cost.st, "session_state", {cost._TYPED: {"key": first_costs(3, by_distance=distance)}}):
            assert not cost._has_typed()
    with patch.object(cost.st, "session_state", {}):
        assert not cost._has_typed()
    with patch.object(cost.st, "session_state", {cost._TYPED: {"key": 5 * np.triu(np.ones((3, 3)), 1)}}):
        assert cost._has_typed()


def test_uploaded_boxes_are_at_stake() -> None:
    own: UploadedFiles[Any] = UploadedFiles()
    with patch.object(uploads.st, "session_state", {}):
        assert not uploads._has_files()
    with patch.object(uploads.st, "session_state", {uploads._FILES: own}):
        assert not uploads._has_files()
        own.pictures.append(open_sample(DEFAULT))
        assert uploads._has_files()
