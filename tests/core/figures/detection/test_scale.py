"""Figure 1 to scale, and what is said of it."""

from __future__ import annotations

import base64
import io
from itertools import pairwise

import numpy as np
import pytest
import torch
from PIL import Image as Pictures

from core.detection.scale.result import Answer, Approach, Cost, Pyramid, Rung
from core.figures.detection import scale as figures
from core.figures.detection import scale_words as words
from core.figures.detection.scale_scene import LETTERS, PANEL, SHADE, Scene, shade, summary
from core.figures.drawing import ACCENT, SEEN, Cells, Image, Rect, Text

SIZE = (320, 533)
COPIES = ((20.0, 40.0, 260.0, 280.0), (280.0, 100.0, 400.0, 220.0), (420.0, 130.0, 480.0, 190.0), (495, 145, 525, 175))
SIDES = (240.0, 120.0, 60.0, 30.0)
LEVELS = tuple(
    Rung(title, ((60.0, 60.0),), 10, scale=scale) for title, scale in zip("abcd", (0.25, 0.5, 1, 2), strict=True)
)
ANSWER = Answer(1, (282.0, 100.0, 402.0, 220.0), 0.9, 0.8, (281.0, 100.0, 400.0, 219.0), 0.97)
COST = Cost(1, 174_080, 21_420, 3_033_363_686, 0.07)


def pyramid(approach: Approach, *answers: Answer | None) -> Pyramid:
    rungs = {
        Approach.IMAGES: LEVELS,
        Approach.FILTERS: tuple(Rung(f"{side:.0f} px", ((side, side),), 5, level=1) for side in SIDES),
        Approach.BOXES: tuple(
            Rung(f"stride {8 * 2**k}", ((side, side), (1.4 * side, 0.7 * side)), 6, (40, 68), k)
            for k, side in enumerate((32.0, 120.0, 256.0))
        ),
    }[approach]
    return Pyramid(approach, rungs, answers, COST)


def three(answer: Answer | None = ANSWER) -> tuple[Pyramid | None, Pyramid | None, Pyramid | None]:
    a, b, c = (pyramid(approach, None, answer, None, None) for approach in Approach)
    return a, b, c


def scene(least: float = 0.3, maps: tuple[str, ...] = ()) -> Scene:
    return Scene("data:,", SIZE, COPIES[1], least, maps)


def drawn(least: float = 0.3, ran: bool = True, maps: tuple[str, ...] = ()) -> list[Rect]:
    a, b, c = three()
    (drawing,) = figures.figure(scene(least, maps), LEVELS, 1, (a if ran else None, b, c), 1, apart=False)
    return [item for item in drawing.items if isinstance(item, Rect)]


def test_who_answers_is_in_the_accent() -> None:
    assert sum(rect.stroke == ACCENT for rect in drawn()) == 1 + 2 + 2, "a window; a filter twice; an anchor twice"
    assert sum(rect.stroke == SEEN for rect in drawn()) == 1
    assert not any(rect.stroke == ACCENT for rect in drawn(0.9)), "nobody answers at that score"


def test_before_it_runs_the_level_that_fits_is_dashed() -> None:
    dashed = [rect for rect in drawn(ran=False) if rect.dashed and rect.stroke == ACCENT]
    assert len(dashed) == 2, "the level of the image pyramid, and the anchor"


def test_levels_and_windows_are_to_scale() -> None:
    a, b, c = three()
    first, *_ = figures.figure(scene(), LEVELS, 1, (a, b, c), 1, apart=True)
    widths = [item.width for item in first.items if isinstance(item, Image)]
    assert [after / before for before, after in pairwise(widths)] == pytest.approx([2, 2, 2])
    windows = [item.width for item in first.items if isinstance(item, Rect)]
    # the copy that is looked at was answered with a window of its own; all are 60 px on pictures of one scale
    largest = PANEL / (SIZE[1] * 2)
    assert windows[2] == pytest.approx(60 * largest, rel=1e-6)
    assert windows[3] == pytest.approx(60 * largest, rel=1e-6)


@pytest.mark.parametrize("apart", [False, True])
def test_words_are_large_enough_and_say_all(apart: bool) -> None:
    drawings = figures.figure(scene(), LEVELS, 1, three(), 1, apart=apart)
    assert len(drawings) == (3 if apart else 1)
    said = "; ".join(drawing.alt for drawing in drawings)
    assert "120 px answers, IoU 0.97, score 0.80" in said
    assert "stride 16 answers" in said
    for drawing in drawings:
        texts = [item for item in drawing.items if isinstance(item, Text)]
        assert {text.size for text in texts} == {LETTERS}
        assert drawing.narrowest < 640


def test_without_filters_or_answers_it_is_said() -> None:
    _, _, c = three(None)
    (drawing,) = figures.figure(scene(), LEVELS, 1, (None, None, c), 1, apart=False)
    texts = [item.text for item in drawing.items if isinstance(item, Text)]
    assert "not run" in texts
    assert "nothing fits this copy" in texts
    low = Answer(0, (0, 0, 1, 1), 0.5, 0.0, (0, 0, 1, 1), 0.5)
    assert summary(low, 0.3) == "no answer, score under 0.02"


def test_the_map_of_the_answer_lies_over_the_row() -> None:
    a, b, c = three()
    (drawing,) = figures.figure(scene(maps=("0", "1", "2")), LEVELS, 1, (a, b, c), 1, apart=False)
    assert [item.uri for item in drawing.items if isinstance(item, Image)][-3:] == ["1", "data:,", "1"]


def test_shade_is_dark_where_the_map_says_nothing() -> None:
    level = torch.zeros(3, 4, 7)
    level[:, 1, 2] = torch.tensor([5.0, -3.0, 1.0])
    uri = shade(level, (60, 100), (16, 16))
    alpha = np.asarray(Pictures.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))))[..., 1]
    assert alpha.shape == (60, 100)
    assert alpha[20, 40] == 0
    assert alpha[5, 5] == int(255 * SHADE)


def test_a_click_takes_the_nearest_copy() -> None:
    drawing = figures.row("data:,", SIZE, COPIES, SIDES, 1)
    (cells,) = (item for item in drawing.items if isinstance(item, Cells))
    assert len(cells.tips) == cells.columns == figures.STRIP
    taken = [figures.copy_at(COPIES, column, SIZE[1]) for column in range(figures.STRIP)]
    assert taken == sorted(taken)
    assert set(taken) == {0, 1, 2, 3}
    assert "240, 120, 60, 30" in drawing.alt


def test_sentences() -> None:
    a, b, c = three()
    assert words.sentence(Approach.IMAGES, None, 1, 0.3) == "**(a) images**: not run yet"
    assert "the picture **b**, IoU 0.90, score **0.80**" in words.sentence(Approach.IMAGES, a, 1, 0.3)
    assert "the window of **120 px**" in words.sentence(Approach.FILTERS, b, 1, 0.3)
    said = words.sentence(Approach.BOXES, c, 1, 0.3)
    assert "**stride 16**, anchor 120 × 120 px, IoU 0.90 and 0.97 once moved" in said
    assert "no answer" in words.sentence(Approach.BOXES, c, 1, 0.9)
    assert "overlaps this copy by half" in words.sentence(Approach.BOXES, c, 0, 0.3)


def test_table_and_csv() -> None:
    a, b, c = three()
    told = Cost(4, 931_840, 4_160, 22_704_747_520, 0.6, measured=False)
    costs = {Approach.IMAGES: told, Approach.FILTERS: COST, Approach.BOXES: COST}
    table = words.table(costs, (None, b, c), 0.3)
    assert table["time"].tolist() == ["about 600 ms", "70 ms", "70 ms"]
    assert table["copies answered"].fillna("").tolist() == ["", "1 of 4", "1 of 4"]
    assert table["multiply-adds"].tolist() == ["22.7 G", "3.03 G", "3.03 G"]
    assert len(words.table({Approach.BOXES: COST}, (None, None, c), 0.3)) == 1
    lines = words.csv((None, b, c), SIDES).splitlines()
    assert len(lines) == 1 + 2 * len(SIDES)
    assert "pyramid of filters,120.0,120 px,0.9,0.97,0.8,1,174080" in lines[2]
    assert a is not None


def test_formulas() -> None:
    _, b, c = three()
    assert b is not None
    assert c is not None
    _, ratio = words.pixels_formula(Cost(4, 931_840, 1, 1, 1.0), COST)
    assert ratio == r"\frac{931{,}840}{174{,}080} = 5.35"
    assert "5 + 5 + 5 + 5 = 21{,}420" in words.windows_formula(b)
    assert r"40 \cdot 68 \cdot 2" in words.anchors_formula(c)
