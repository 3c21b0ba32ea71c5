"""What the charts show is what the results say."""

from __future__ import annotations

import itertools
import json
from dataclasses import asdict

import numpy as np
import pytest
from PIL import Image

from core.detection import Candidates, NmsStatus
from core.detection.rounds import rounds
from core.detection.sweep import sweep
from core.figures.boxes import WHITE_INK
from core.figures.detection import suppression as figures
from core.figures.detection.annotate import annotate
from core.figures.figure import OKABE_ITO
from tests.synthetic import candidates as synthetic

SIZE = (640, 480)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two hex colours (WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""

    def luminance(colour: str) -> float:
        parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", OKABE_ITO)
def test_the_ink_of_a_tag_is_readable(colour: str) -> None:
    assert contrast(colour, "#FFFFFF" if colour in WHITE_INK else "#000000") >= 4.5


def test_a_class_keeps_its_colour_whatever_the_sliders_say(found: dict[str, Candidates]) -> None:
    candidates = found["motorcycle"]
    colours = figures.class_colours(candidates)
    assert set(colours) == set(candidates.names)
    first_seven = list(itertools.islice(colours.values(), 7))
    assert len(set(first_seven)) == len(first_seven)
    for iou, score in itertools.product((0.3, 0.9), (0.1, 0.6)):
        picture = figures.before_and_after("data:,", SIZE, candidates, candidates.suppress(iou, score))
        for panel in picture.panels:
            for box in panel.boxes:
                assert box.colour == colours[box.text.split(" 0")[0].split(" 1")[0]]


def test_panels_hold_the_boxes_before_and_after() -> None:
    candidates = synthetic(120, seed=2)
    kept = candidates.suppress(0.5, 0.4, limit=5)
    picture = figures.before_and_after("data:,", SIZE, candidates, kept)
    before, after = picture.panels
    assert len(before.boxes) == len(candidates) - kept.count(NmsStatus.BELOW_SCORE)
    assert len(after.boxes) == len(kept) == int(after.count)
    assert sum(box.dashed for box in before.boxes) == kept.count(NmsStatus.SUPPRESSED)
    # the highest-scoring box is drawn last, and so lies on top
    assert after.boxes[-1].tag == f"{kept.labels[0]} {float(kept.scores[0]):.3f}"
    # a suppressed box lights up with its suppressor
    by_group = {box.group for box in before.boxes if box.dashed}
    assert by_group == {int(suppressor) for suppressor in kept.suppressed_by if suppressor >= 0}
    suppressed = next(box for box in before.boxes if box.dashed)
    assert "suppressed by" in suppressed.text
    assert "IoU with it 0." in suppressed.text
    assert json.loads(json.dumps(picture.as_data())) == json.loads(json.dumps(asdict(picture)))


def test_the_round_shows_winner_victims_and_those_that_wait() -> None:
    candidates = synthetic(80, seed=4)
    kept = candidates.suppress(0.4, 0.2)
    turns = rounds(candidates, kept)
    for turn in (turns[0], turns[1], turns[len(turns) // 2], turns[-1]):
        (panel,) = figures.nms_round("data:,", SIZE, candidates, kept, turn).panels
        assert sum(box.dashed for box in panel.boxes) == len(turn.victims)
        assert sum(box.colour == figures.WAITING for box in panel.boxes) == len(turn.waiting)
        assert sum(bool(box.tag) for box in panel.boxes) == (turn.winner is not None)
        assert len(panel.boxes) == len(turn.victims) + len(turn.waiting) + len(turn.kept) + (turn.winner is not None)


def test_the_table_has_a_row_for_every_candidate() -> None:
    candidates = synthetic(50, seed=6)
    kept = candidates.suppress(0.5, 0.5, limit=3)
    table = figures.table(candidates, kept)
    assert len(table) == 50
    assert table["score"].is_monotonic_decreasing
    assert table["status"].value_counts().to_dict() == {
        str(status): kept.count(status) for status in NmsStatus if kept.count(status)
    }
    lost = table[table["status"] == "suppressed"]
    assert lost["suppressed by"].notna().all()
    assert (lost["IoU"] > 0.5).all()
    assert table.loc[table["status"] != "suppressed", "suppressed by"].isna().all()


def test_the_funnel_narrows(found: dict[str, Candidates]) -> None:
    candidates = found["astronaut"]
    kept = candidates.suppress(0.5, 0.3)
    figure = figures.funnel(candidates, kept, 0.3)
    counts = figure.data["boxes"].tolist()
    assert counts[:3] == [candidates.anchors, candidates.pre_nms_proposals, len(candidates.proposals)]
    # a proposal may become a class box for several classes, so there only begins what narrows once more
    assert counts[:3] == sorted(counts[:3], reverse=True)
    assert counts[3:] == sorted(counts[3:], reverse=True) == [len(candidates), kept.n_above_score, len(kept)]
    assert figure.data["label"].iloc[-1] == f"{len(kept)} kept"
    assert figure.data["order"].tolist() == list(range(len(figure.data)))


def test_the_curve_marks_the_slider(found: dict[str, Candidates]) -> None:
    curve = sweep(found["cat"], 0.3, class_aware=True, classes=None, limit=100)
    figure = figures.threshold_curve(curve, 0.62, 4)
    now = figure.data[figure.data["part"] == "now"]
    assert now[["iou", "boxes"]].to_numpy().tolist() == [[0.62, 4]]
    assert figure.data[figure.data["part"] == "curve"]["boxes"].tolist() == list(curve.kept)
    assert "4 boxes at 0.62" in figure.reading


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(0.5, "0.5 ms"), (71.26, "71.3 ms"), (999.6, "1 s"), (2961, "2.96 s")]
)
def test_durations_have_three_digits(milliseconds: float, text: str) -> None:
    assert figures.duration(milliseconds) == text


def test_empty_results_draw_too() -> None:
    candidates = synthetic(0)
    kept = candidates.suppress(0.5, 0.5)
    before, after = figures.before_and_after("data:,", SIZE, candidates, kept).panels
    assert before.boxes == after.boxes == ()
    assert len(figures.table(candidates, kept)) == 0
    assert figures.funnel(candidates, kept, 0.5).data["boxes"].tolist()[-1] == 0
    (panel,) = figures.nms_round("data:,", SIZE, candidates, kept, rounds(candidates, kept)[0]).panels
    assert panel.boxes == ()


def test_annotate_draws_on_a_copy(found: dict[str, Candidates], photographs: dict[str, Image.Image]) -> None:
    image, candidates = photographs["cat"], found["cat"]
    before = image.tobytes()
    kept = candidates.suppress(0.5, 0.3)
    drawn = annotate(image, candidates, kept)
    assert image.tobytes() == before
    assert drawn.size == image.size
    changed = np.any(np.asarray(drawn) != np.asarray(image), axis=2)
    x1, y1, x2, y2 = (round(value) for value in kept.boxes[0].tolist())
    assert changed[(y1 + y2) // 2, x1 : x1 + 3].any(), "the left edge is there"
    assert not changed[(y1 + y2) // 2, (x1 + x2) // 2], "the middle is not painted over"
    colour = np.array(Image.new("RGB", (1, 1), figures.class_colours(candidates)["cat"]))[0, 0]
    assert (np.asarray(drawn) == colour).all(axis=2).sum() > 100


def test_stage_table_sums_up(found: dict[str, Candidates]) -> None:
    table = figures.stage_table(found["cat"])
    assert table["ms"].iloc[:-1].sum() == pytest.approx(table["ms"].iloc[-1])
