"""What a wrongly prepared picture looks like, and what is said of it."""

from __future__ import annotations

import ast
import base64
import io

import numpy as np
import pytest
from PIL import Image

from core.detection.faults import compare
from core.detection.preprocessing import RIGHT as TRAINED
from core.detection.preprocessing import Preprocessing, Statistics
from core.figures.detection import faults as figures
from tests.core.detection.test_faults import RIGHT, kept


def test_swapped() -> None:
    uri = figures.swapped(Image.new("RGB", (40, 30), (200, 100, 20)))
    shown = Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))
    assert np.abs(np.asarray(shown)[15, 20].astype(int) - (20, 100, 200)).max() < 6


@pytest.mark.parametrize(
    ("how", "says"),
    [
        (TRAINED, "as in training, too"),
        (Preprocessing(bgr=True), "channels as BGR"),
        (Preprocessing(normalised=False), "not normalised"),
        (Preprocessing(bgr=True, normalised=False), "channels as BGR and not normalised"),
    ],
)
def test_says(how: Preprocessing, says: str) -> None:
    assert figures.says(how) == says
    code = figures.code(how)
    ast.parse(code)
    assert code.count("# forgotten") + code.count("  # forgotten") >= (not how.right)
    assert code.count("forgotten") == how.bgr + (not how.normalised)


def test_sentences() -> None:
    assert "2 of 3 boxes" in figures.verdict(
        compare("a", RIGHT, kept(("cat", 0.7, (0, 0, 10, 10)), ("dog", 0.6, (20, 20, 40, 40))))
    )
    assert figures.verdict(compare("a", kept(), RIGHT)).startswith("**3 boxes** on the right")
    assert "lower it" in figures.nothing(kept(), Preprocessing(bgr=True))
    assert "Switch" in figures.nothing(RIGHT, TRAINED)
    assert not figures.nothing(RIGHT, Preprocessing(bgr=True))
    assert figures.numbers(compare("a", RIGHT, kept()))["Lost"] == "3"


def test_table() -> None:
    right, given = Statistics((0.1, 0.2, 0.3), (1, 1.1, 1.2)), Statistics((0.3, 0.2, 0.1), (1.2, 1.1, 1))
    table = figures.given_table(right, given, Preprocessing(bgr=True))
    assert list(table["is given"]) == ["blue", "green", "red"]
    assert list(table["mean now"]) == ["0.30", "0.20", "0.10"]
