from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from PIL import Image

from core.detection.ladder.estimate import Estimate
from core.detection.ladder.published import PUBLISHED
from core.detection.ladder.recorded import read
from core.detection.ladder.result import Method
from core.detection.ladder.sliding import Windows
from core.figures.detection import ladder, ladder_words
from core.figures.detection.ladder import DRAWN, Shown, drawn_regions
from core.samples import SAMPLES, ground_truth

SIZE = (600, 400)


def shown(method: Method, score: float = 0.3, *, here: bool = False) -> Shown:
    """The coffee as it was recorded."""
    rung = read("coffee").rungs[method]
    objects = torch.tensor([box.xyxy for box in ground_truth(SAMPLES["coffee"])])
    return Shown(rung, rung.detections(score), rung.true_regions(objects), here)


@pytest.mark.parametrize("method", Method)
def test_regions_beside_detections(method: Method) -> None:
    one = shown(method)
    regions, kept = ladder.picture("data:", SIZE, one).panels
    assert regions.count == f"{len(one.rung.regions):,}"
    assert len(regions.boxes) == min(DRAWN, len(one.rung.regions))
    assert sum(box.colour == ladder.TRUE for box in regions.boxes) == int(one.true.sum())
    assert [box.text for box in reversed(kept.boxes)] == [
        f"{label} {score:.3f}" for label, score in zip(one.kept.labels, one.kept.scores.tolist(), strict=True)
    ]
    assert {box.group for box in regions.boxes}.isdisjoint(box.group for box in kept.boxes)
    assert "drawn" not in regions.title


@pytest.mark.parametrize(("count", "true"), [(0, 0), (10, 3), (2000, 5), (2000, 400), (301, 0), (301, 301)])
def test_at_most_so_many_are_drawn_the_true_ones_first(count: int, true: int) -> None:
    which = torch.zeros(count, dtype=torch.bool)
    which[:true] = True
    drawn = drawn_regions(which)
    assert len(drawn) == len(set(drawn)) == min(count, DRAWN)
    assert sum(index < true for index in drawn) == min(true, DRAWN)


def test_where_not_all_are_drawn_the_title_says_so() -> None:
    one = shown(Method.RCNN)
    many = replace(one.rung, regions=one.rung.regions.repeat(10, 1))
    panel = ladder.picture("data:", SIZE, replace(one, rung=many, true=one.true.repeat(10))).panels[0]
    assert (panel.count, panel.title) == ("2,000", "regions, 300 drawn; green: true")


def test_the_table_leaves_out_what_has_not_run() -> None:
    rows = ladder.table({Method.FASTER: shown(Method.FASTER, here=True), Method.RCNN: shown(Method.RCNN)})
    assert list(rows["method"]) == [method.value for method in Method]
    assert list(rows["from"]) == ["not yet run", "recorded", "not yet run", "here"]
    assert rows["passes"].isna().tolist() == [True, False, True, False]
    assert (rows["true"] + rows["false"]).dropna().tolist() == rows["regions"].dropna().tolist()
    assert rows["published"].isna().tolist() == [True, False, False, False]


def test_parts_add_up() -> None:
    both = {method: shown(method) for method in (Method.RCNN, Method.FAST)}
    sums = ladder.parts(both).groupby("method")["seconds"].sum()
    assert {method: sums[method.value] for method in both} == pytest.approx(
        {method: one.rung.seconds for method, one in both.items()}
    )


@pytest.mark.parametrize("method", [Method.SLIDING, Method.RCNN])
def test_crops_of_the_best(method: Method, photographs: dict[str, Image.Image]) -> None:
    drawing = ladder.best_crops(photographs["coffee"], SIZE, shown(method))
    assert drawing is not None
    assert drawing.alt.startswith("8 crops")
    best = shown(method).kept
    assert f"{best.labels[0]} {float(best.scores[0]):.2f}" in drawing.alt
    assert ladder.best_crops(photographs["coffee"], SIZE, shown(method, 0.95)) is None


def test_words() -> None:
    assert ladder_words.will_take(Method.SLIDING, Estimate(113, 1.2)) == "Here: 113 passes, about 1.2 s."
    said = ladder_words.will_take(Method.RCNN, Estimate(2000, 240.0))
    assert said == "Here: at most 2,000 passes, about 4 min, 1 s of it selective search."
    assert ladder_words.imbalance(6, 113) == "6 true and 107 false, 1 : 18."
    assert ladder_words.imbalance(0, 1) == "None of them is true: 1 region."
    assert "not measured here: 47 s" in ladder_words.published(Method.RCNN, PUBLISHED[Method.RCNN])
    assert "no figure" in ladder_words.published(Method.SLIDING, None)
    assert "the best box has" in ladder_words.nothing_found(shown(Method.FASTER, 0.95), 0.95)
    assert "by eye" in ladder_words.objects(True)
    assert "own detections" in ladder_words.objects(False)
    assert ladder_words.caution(Method.RCNN, 3)
    assert not ladder_words.caution(Method.RCNN, 0)
    assert not ladder_words.caution(Method.FAST, 3)


def test_the_formula_has_the_numbers_on_the_screen() -> None:
    lines = ladder_words.windows_formula((480, 320), Windows(), 113)
    assert [line.rsplit("= ", 1)[-1] for line in lines[1:4]] == ["84", "21", "8"]
    assert r"\frac{480/1 - 128}{32}" in lines[1]
    assert r"\mathbf{113}" in lines[-1]
    many = Windows(tuple((side, side) for side in (400, 32, 64, 96)), 32, (1.0, 2.0))
    lines = ladder_words.windows_formula((480, 320), many, 5)
    assert lines[1] == r"400 \times 400: 0"
    assert "and 2 more" in lines[-2]
