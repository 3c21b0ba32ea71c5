"""Matrices to start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.metrics.confusion import ConfusionMatrix
from core.metrics.notation import names, parse


@dataclass(frozen=True)
class Preset:
    """A matrix to start from.

    Attributes:
        title: what menus call it.
        text: its counts as they are typed, see `core.metrics.notation.parse`.
        labels: names of its classes, separated by commas.
        predictions_in_rows: whether `text` is that way round.
        note: what to look at.
        slide_accuracy: what the lecture's slide prints; "" if there is none.
    """

    title: str
    text: str
    labels: str
    note: str
    predictions_in_rows: bool = False
    slide_accuracy: str = ""

    def matrix(self) -> ConfusionMatrix:
        """counts[target, predicted]."""
        typed = parse(self.text, names(self.labels))
        return typed.transposed() if self.predictions_in_rows else typed


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.title: preset
        for preset in (
            Preset(
                "Lecture: two classes",
                "80 25\n10 35",
                "yes, no",
                "Actual classes in rows: 80 true positives, 25 false negatives, 10 false positives, 35 true negatives.",
                slide_accuracy="0.7",
            ),
            Preset(
                "Lecture: three classes",
                "30 20 10\n50 60 10\n20 20 80",
                "A, B, C",
                "The slide has the predictions in rows, with the totals 60, 120 and 120. Each class occurs 100 "
                "times: weighted averages equal macro averages, balanced accuracy equals accuracy.",
                predictions_in_rows=True,
            ),
            Preset(
                "Rare disease (imbalanced)",
                "8 2\n40 950",
                "ill, healthy",
                "One in a hundred is ill. Accuracy is 0.958, yet five of six alarms are false; a model that never "
                "raises one reaches 0.990.",
            ),
            Preset(
                "Three classes, one rare",
                "860 30 10\n25 50 5\n9 6 5",
                "common, seldom, rare",
                "Micro and weighted averages follow the common class, macro averages count all three alike.",
            ),
            Preset(
                "Like CIFAR-10",
                "\n".join(
                    (
                        "941   7  14   6   4   1   2   3  15   7",
                        "  5 965   1   1   0   1   1   1   6  19",
                        " 15   1 915  19  18  13  12   5   1   1",
                        "  6   1  19 846  14  80  20   9   2   3",
                        "  2   0  14  15 942   9   8   9   1   0",
                        "  2   1  10  72  11 886   5  12   0   1",
                        "  3   1  11  14   5   4 961   0   1   0",
                        "  4   0   5  10  11  12   1 955   1   1",
                        " 20   7   3   3   1   1   1   0 957   7",
                        "  7  21   1   3   0   1   1   1   7 958",
                    )
                ),
                "airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck",
                "Made up, in the pattern that networks show on CIFAR-10: cats and dogs are taken for each other, "
                "and so are automobiles and trucks.",
            ),
        )
    }
)
"""Title -> preset; the first is the one of a first visit."""
