"""What a network says of pictures, and in which order that is looked at."""

from __future__ import annotations

import numpy as np

from core.transfer.training.answers import mistakes_first
from core.transfer.training.run import LabelledPredictions


def test_mistakes_come_first_the_most_confident_on_top() -> None:
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.45, 0.55]], np.float32)
    scored = LabelledPredictions(np.arange(4), np.array([0, 0, 1, 1]), probabilities)
    assert mistakes_first(scored).tolist() == [1, 2, 3, 0]
