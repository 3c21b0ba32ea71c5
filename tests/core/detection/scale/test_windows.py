"""Windows through the head, against torchvision's own pooling and head; their places against hand counts."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torchvision.ops import MultiScaleRoIAlign

from core.detection.detector import StagedDetector
from core.detection.inside import Inside
from core.detection.scale import windows as under_test
from core.detection.scale.windows import (
    best_of,
    finest_stride,
    levels_of,
    maps_inside,
    maps_of,
    score,
    slide,
)
from tests.core.detection.scale.made import SIDE, row_of_sample

LABEL = 42  # cup
WINDOWS = torch.tensor(
    [[0, 0, 40, 40], [10, 20, 130, 140], [80, 30, 350, 220], [300, 100, 320, 125], [20, 20, 90, 160]],
    dtype=torch.float32,
)


@pytest.fixture(scope="module")
def inside(detector: StagedDetector, photographs: dict[str, Image.Image]) -> Inside:
    return detector.inside(row_of_sample(photographs["coffee"]).at(1.0), short_side=SIDE)


def test_scores_are_torchvision_s_pooling_and_head(
    detector: StagedDetector, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads: Any = detector.model.roi_heads
    maps = maps_inside(inside)
    assert maps is not None
    with torch.inference_mode():
        pooled = heads.box_roi_pool(dict(maps.features), [WINDOWS], [inside.network_size])
        logits, _ = heads.box_predictor(heads.box_head(pooled))
    expected = logits.softmax(-1)
    assert torch.allclose(score(detector.model, maps, WINDOWS, LABEL), expected[:, LABEL], atol=1e-6)
    monkeypatch.setattr(under_test, "BATCH", 2)
    told: list[float] = []
    scores = score(detector.model, maps, WINDOWS, LABEL, report=lambda done, _: told.append(done))
    assert torch.allclose(scores, expected[:, LABEL], atol=1e-6)
    assert told == pytest.approx([0, 0.4, 0.8])


def test_the_finest_map_alone_is_a_pooling_of_one_map(detector: StagedDetector, inside: Inside) -> None:
    heads: Any = detector.model.roi_heads
    maps = maps_inside(inside)
    assert maps is not None
    alone = MultiScaleRoIAlign(["0"], heads.box_roi_pool.output_size, heads.box_roi_pool.sampling_ratio)
    with torch.inference_mode():
        pooled = alone({"0": maps.features["0"]}, [WINDOWS], [inside.padded_size])
        logits, _ = heads.box_predictor(heads.box_head(pooled))
    scores = score(detector.model, maps, WINDOWS, LABEL, one_map=True)
    assert torch.allclose(scores, logits.softmax(-1)[:, LABEL], atol=1e-6)


def test_no_windows_no_scores(detector: StagedDetector, inside: Inside) -> None:
    maps = maps_inside(inside)
    assert maps is not None
    assert score(detector.model, maps, torch.zeros(0, 4), LABEL).shape == (0,)
    assert best_of(WINDOWS, torch.zeros(0, 4), torch.zeros(0), torch.zeros(0)) == (None,) * 5


@pytest.mark.parametrize("scale", [0.25, 0.5, 1.0])
def test_a_level_s_maps_are_those_of_the_detector_at_that_size(
    scale: float, detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    """The same maps, so the same candidates: `candidates` goes on from them."""
    level = row_of_sample(photographs["coffee"]).at(scale)
    whole, maps = detector.inside(level, short_side=level.height), maps_of(detector.model, level)
    assert whole.network_size == maps.network_size == (level.height, level.width)
    assert whole.padded_size == maps.padded_size
    assert all(torch.equal(maps.features[name][0], whole.features[name]) for name in whole.features)
    found = detector.candidates(level, short_side=level.height)
    assert torch.equal(found.boxes, whole.candidates.boxes)
    assert finest_stride(maps) == 8


def test_which_map_a_window_reads(detector: StagedDetector, inside: Inside) -> None:
    assert inside.features
    # canonical scale 90 px at level 4 of 3 to 5: floor(4 + log2(side / 90))
    assert levels_of(detector.model, [(40, 40), (89, 89), (91, 91), (179, 179), (200, 200), (60, 240)]) == [
        0, 0, 1, 1, 2, 1,
    ]  # fmt: skip


def test_places_by_hand() -> None:
    places = slide((40, 20), (50, 100), 8)
    # steps of 10 across and 8 down: 7 across, 4 down
    assert len(places) == 7 * 4
    assert places[0].tolist() == [0, 0, 40, 20]
    assert places[1].tolist() == [10, 0, 50, 20]
    assert places[-1].tolist() == [60, 24, 100, 44]
    assert len(slide((101, 20), (50, 100), 8)) == 0


@given(st.floats(4, 120), st.floats(4, 120), st.integers(20, 200), st.integers(20, 200), st.sampled_from([1, 8, 16]))
def test_every_place_lies_in_the_picture(wide: float, high: float, height: int, width: int, least: int) -> None:
    places = slide((wide, high), (height, width), least)
    assert (len(places) > 0) == (wide <= width and high <= height)
    if len(places):
        assert (places[:, :2] >= 0).all()
        assert (places[:, 2] <= width + 0.01).all()
        assert (places[:, 3] <= height + 0.01).all()


def test_the_highest_scoring_of_those_that_overlap_by_half_answers() -> None:
    copies = torch.tensor([[0.0, 0, 10, 10], [50, 50, 60, 60]])
    windows = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 12], [0, 0, 30, 30]])
    first, second = best_of(copies, windows, torch.tensor([0.2, 0.6, 0.9]), torch.tensor([0, 1, 2]))
    assert second is None
    assert first is not None
    assert (first.rung, first.score) == (1, pytest.approx(0.6))
    assert first.iou == first.final_iou == pytest.approx(10 / 12)
