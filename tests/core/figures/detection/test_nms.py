"""Pictures, matrix and sentences of NMS in depth."""

from __future__ import annotations

import pytest

from core.detection.nms.classes import outcomes
from core.detection.nms.examples import EXAMPLES, Name
from core.detection.nms.game import NONE_LEFT, Game
from core.detection.nms.matrix import IouMatrix, iou_matrix, precision
from core.detection.nms.part import taking_part
from core.detection.nms.variants import variants
from core.detection.results import Candidates
from core.detection.rounds import overlap, rounds
from core.figures.detection import nms, nms_matrix, nms_words
from core.figures.drawing import ACCENT, Cells, Rect, Text
from tests.synthetic import candidates

SIZE = (640, 480)


def example(name: Name) -> Candidates:
    found = EXAMPLES[name].candidates
    assert found is not None
    return found


def matrix_of(part: Candidates, iou: float) -> IouMatrix:
    return iou_matrix(part, part.suppress(iou, 0.0, limit=len(part)), iou, class_aware=True)


FOUR = example(Name.NOT_MONOTONE)
MATRIX = matrix_of(FOUR, 0.45)


def test_the_matrix_outlines_what_decided() -> None:
    drawing = nms_matrix.iou_drawing(FOUR, MATRIX, (1, 2))
    marks = [item for item in drawing.items if isinstance(item, Rect) and item.stroke == ACCENT]
    assert len(marks) == 1
    assert len([item for item in drawing.items if isinstance(item, Rect) and item.dashed]) == 2
    assert "1 suppresses 2" in drawing.alt
    cells = next(item for item in drawing.items if isinstance(item, Cells))
    assert (cells.rows, cells.columns) == (4, 4)
    assert cells.tips[1] == "1 and 2: IoU 0.478, the first suppresses the second"
    assert cells.tips[0] == "box 1 with itself"
    assert ".48" in {item.text for item in drawing.items if isinstance(item, Text)}


@pytest.mark.parametrize("count", [1, 14, 15, 30])
def test_the_matrix_fits_beside_its_picture(count: int) -> None:
    part = taking_part(candidates(count), 0.0)
    drawing = nms_matrix.iou_drawing(part, matrix_of(part, 0.3), None)
    assert drawing.narrowest <= 720 if count == 14 else drawing.narrowest <= 330
    assert nms_matrix.table(part, matrix_of(part, 0.3)).shape == (count, count)


@pytest.mark.parametrize(
    ("overlap", "text"), [(0.0, "0"), (1.0, "1"), (0.003, ".003"), (0.4783, ".48"), (0.999, "1.00")]
)
def test_numbers_in_cells_are_short(overlap: float, text: str) -> None:
    assert nms_matrix._number(overlap) == text


def test_two_boxes_and_what_they_share_lie_on_top() -> None:
    (panel,) = nms.pair_picture("data:", SIZE, FOUR, MATRIX, (1, 0)).panels
    *_, second, first, shared = panel.boxes
    assert (first.tag, second.tag) == ("1 person 0.95", "2 person 0.85")
    assert shared.corners == (186, 50, 318, 250)
    assert panel.count == "3 of 4"
    (alone,) = nms.pair_picture("data:", SIZE, FOUR, MATRIX, None).panels
    assert len(alone.boxes) == 4


def test_four_pictures_two_in_a_row() -> None:
    first, second = nms.variant_pictures("data:", SIZE, FOUR, variants(FOUR, 0.45, 0.3, 0.5))
    assert [panel.count for panel in (*first.panels, *second.panels)] == ["3", "3", "3", "2"]
    part = example(Name.CLASSES)
    kinds = nms.class_pictures("data:", SIZE, part, outcomes(part, 0.5, ("apple", "orange")))
    assert [panel.count for row in kinds for panel in row.panels] == ["3", "2", "3", "2"]
    assert len(kinds[1].panels[1].boxes) == 3, "the clock takes no part"


def test_the_game_hides_scores_and_what_is_gone() -> None:
    game = Game(rounds(FOUR, FOUR.suppress(0.45, 0.3))).choose(0)

    def tags(*, scores: bool, gone: bool) -> list[tuple[str, bool]]:
        (panel,) = nms.game_picture("data:", SIZE, FOUR, game, scores=scores, gone=gone).panels
        return [(box.tag, box.dashed) for box in panel.boxes]

    assert tags(scores=True, gone=False)[-2:] == [("2 · 0.85", False), ("1 person 0.95", False)]
    assert tags(scores=False, gone=True)[-2:] == [("2", True), ("1 person 0.95", False)]
    (panel,) = nms.game_picture("data:", SIZE, FOUR, game, scores=False, gone=False).panels
    assert "0.85" not in panel.boxes[2].text


def test_rounds_in_words() -> None:
    assert nms_words.rounds(FOUR, MATRIX).splitlines() == [
        "- Keep **1 person 0.95**; drop 2 (IoU 0.478).",
        "- Keep **3 person 0.75**; drop none.",
        "- Keep **4 person 0.65**; drop none.",
    ]
    equal = example(Name.EQUALITY)
    assert "IoU 0.200000003" in nms_words.rounds(equal, matrix_of(equal, 0.2)), "digits until it is seen to be above"
    assert nms_words.rounds(taking_part(FOUR, 1.0), matrix_of(taking_part(FOUR, 1.0), 0.5)) == "- No box takes part."


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ((0, 0), "with itself"),
        ((0, 1), "**1 person 0.95** suppresses **2 person 0.85**"),
        ((2, 1), "but 1 had suppressed it before"),
        ((0, 2), "leaves **3 person 0.75** alone"),
    ],
)
def test_a_pair_in_words(pair: tuple[int, int], said: str) -> None:
    assert said in nms_words.pair_verdict(FOUR, MATRIX, pair)


def test_formulas_hold_the_numbers_of_the_screen() -> None:
    formula = nms_words.pair_formula(overlap(FOUR, 0, 1), MATRIX, (0, 1))
    assert r"\frac{26{,}400\ \mathrm{px}^2}{55{,}200\ \mathrm{px}^2} = \mathbf{0.478} > 0.45" in formula
    linear, gaussian = nms_words.soft_formulas(FOUR, MATRIX, 0.5)
    assert r"0.850 \cdot (1 - 0.478) = 0.443" in linear
    assert gaussian.endswith("= 0.538")
    assert nms_words.soft_formulas(FOUR, matrix_of(FOUR, 0.9), 0.5) == []


def test_float32_in_words() -> None:
    part = example(Name.EQUALITY)
    said = nms_words.precision_verdict(precision(part, 0, 1, 0.2), 0.2)
    assert "exactly 1/5, equal to the threshold 0.20" in said
    assert "float32 says **0.200000002980**" in said
    assert "agrees" in nms_words.precision_verdict(precision(part, 2, 3, 0.25), 0.25)


def test_why_classes_differ() -> None:
    part = example(Name.CLASSES)
    found = outcomes(part, 0.5, ("apple", "orange"))
    said = nms_words.class_differences(part, found, ("apple", "orange"))
    assert len(said) == 3
    assert "leaves **1** where the others are hidden after it, and **1 and 4**" in said[-1]
    table = nms_words.class_table(part, found)
    assert table["chosen classes first"].tolist()[2] == "takes no part"
    assert nms_words.variant_table(FOUR, variants(FOUR, 0.45, 0.3, 0.5))["fused into"].tolist() == [1, 1, 2, 1]


def test_turns_in_words() -> None:
    game = Game(rounds(FOUR, FOUR.suppress(0.45, 0.3)))
    done = game.choose(0).choose(1).choose(3).choose(NONE_LEFT)
    said = [nms_words.turn(FOUR, turn) for turn in done.turns]
    assert "check" in said[0]
    assert "drops 2" in said[0]
    assert "it had gone" in said[1]
    assert said[-1].endswith("no box is left.")
    assert nms_words.result(done) == "**3 of 4 choices** as NMS made them, 75%."
