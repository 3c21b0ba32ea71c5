"""What the detector's page says of a suppression."""

from __future__ import annotations

import re

import pytest

from core.detection.rounds import overlap, rounds
from core.figures.detection import suppression as figures
from core.figures.detection import suppression_words as words
from tests.synthetic import candidates as synthetic

FOUND = synthetic(80, seed=4)


def test_steps_count_what_is_left() -> None:
    kept = FOUND.suppress(0.4, 0.2)
    steps = words.steps(FOUND, kept)
    assert list(steps) == ["Anchors", "Proposals", "Candidates", "Before NMS", "Kept"]
    assert list(steps.values()) == [
        FOUND.anchors, len(FOUND.proposals), len(FOUND), int((FOUND.scores > 0.2).sum()), len(kept),
    ]  # fmt: skip


def test_why_there_is_no_box() -> None:
    best = float(FOUND.scores.max())
    assert words.why_nothing(FOUND, FOUND.suppress(0.4, 0.2), 0.2) == ""
    none = words.why_nothing(FOUND, FOUND.suppress(0.4, 0.999), 0.999)
    assert none == f"No box scores above 1.00; the best of 80 candidates scores {best:.3f}. Lower the score threshold."
    one = round(sorted(FOUND.scores.tolist())[-2] + 1e-4, 4)  # a threshold that one box alone passes
    other = next(name for name in FOUND.names if name != FOUND.suppress(0.4, one).labels[0])
    hidden = words.why_nothing(FOUND, FOUND.suppress(0.4, one, classes=[other]), one)
    assert hidden == "NMS kept boxes, but none of the chosen classes."
    empty = synthetic(0)
    assert "nothing here that scores above 0.02" in words.why_nothing(empty, empty.suppress(0.5, 0.3), 0.3)


def test_beside_what_is_in_the_picture() -> None:
    assert words.beside_ground_truth(["cat", "dog"], ["cat", "dog", "dog"]) == ""
    said = words.beside_ground_truth(["cat", "cat", "clock"], ["cat"])
    assert "2 boxes say **cat** for 1 object" in said
    assert "There is no **clock** in this picture" in said


def test_rounds_in_words_add_up() -> None:
    kept = FOUND.suppress(0.4, 0.2)
    turns = rounds(FOUND, kept)
    last = len(turns) - 1
    assert words.of_round(turns[0], FOUND, last) == f"{kept.n_above_score} boxes wait."
    dropped = 0
    for turn in turns[1:]:
        found = re.fullmatch(
            r"Keep \*\*(.+) (0\.\d{3})\*\*, drop (\d+), (\d+) left\.", words.of_round(turn, FOUND, last)
        )
        assert found is not None
        dropped += int(found[3])
    assert dropped == kept.n_above_score - last
    nothing = FOUND.suppress(0.4, 0.9999)
    (only,) = rounds(FOUND, nothing)
    assert words.of_round(only, FOUND, 0) == "No box takes part: nothing to suppress."


@pytest.mark.parametrize("iou", [0.2, 0.4])
def test_the_first_box_that_is_dropped_has_too_large_an_overlap(iou: float) -> None:
    turn = next(turn for turn in rounds(FOUND, FOUND.suppress(iou, 0.2)) if turn.victims)
    assert turn.winner is not None
    pair = overlap(FOUND, turn.winner, turn.victims[0])
    text = words.first_drop(turn, FOUND, iou)
    assert text.endswith(rf"= {pair.iou:.3f} > {iou:.2f}")
    above, below = (float(number.replace(",", "")) for number in re.findall(r"\{([\d,]+)\\ ", text))
    assert above / below == pytest.approx(pair.iou, abs=0.01)
    assert words.APPROXIMATELY in words.first_drop(turn, FOUND, pair.iou)


def test_before_nms_nothing_is_told_of_it() -> None:
    kept = FOUND.suppress(0.4, 0.2)
    (panel,) = figures.before("data:,", (640, 480), FOUND, kept).panels
    assert len(panel.boxes) == int(panel.count) == kept.n_above_score
    assert not any(box.dashed or "suppress" in box.text for box in panel.boxes)
