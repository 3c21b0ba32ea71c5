"""The maps whose channels have names: each says what its name says."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.detection import StagedDetector
from core.models.card import content
from core.models.nanodet import BINS, CLASSES
from core.models.semantic import BELIEF, CHANNELS, GEOMETRY, PLACE, SOME, channel_names, meanings


def unsure(rows: int = 6, columns: int = 7) -> torch.Tensor:
    """A level that believes in nothing, and in boxes of 10 x 10 strides around each cell."""
    level = torch.zeros(1, CLASSES + 4 * BINS, rows, columns)
    level[:, :CLASSES] = -6.0
    return level


def believe(level: torch.Tensor, row: int, column: int, sides: tuple[int, int, int, int], *, logit: float) -> None:
    """A cell is sure of class 7, and that its box's sides are so many strides away: left, top, right, bottom."""
    level[0, 7, row, column] = logit
    for side, bins in enumerate(sides):
        level[0, CLASSES + side * BINS + bins, row, column] = 60.0


def test_there_is_a_name_for_every_channel() -> None:
    names = channel_names(content()["classes"])
    assert len(names) == len(set(names)) == CHANNELS == 91
    assert names[16].endswith("says dog")
    assert names[SOME].endswith("there is an object")
    assert "log width" in names[GEOMETRY + 2]
    assert "surest cell around" in names[BELIEF]
    assert names[PLACE].endswith("column")


def test_a_cell_speaks_for_its_neighbours() -> None:
    level = unsure()
    believe(level, 2, 3, (1, 2, 4, 3), logit=5.0)
    maps = meanings(level)[0]
    assert maps.shape == (CHANNELS, 6, 7)
    loud = (maps[7] > 1).nonzero().tolist()
    assert loud == [[row, column] for row in (1, 2, 3) for column in (2, 3, 4)]
    assert maps[7, 2, 3] == pytest.approx((5 + 4) / 2)
    assert (maps[SOME] > 1).nonzero().tolist() == [[2, 3]], "whether there is an object, each cell says for itself"
    some = np.log(79 * np.exp(-6.0) + np.exp(5.0))
    assert maps[SOME, 2, 3] == pytest.approx((some + 3) / 2, rel=1e-5)


def test_both_ways_to_tell_a_box_tell_the_same_box() -> None:
    level = unsure()
    believe(level, 2, 3, (1, 2, 4, 3), logit=5.0)
    maps = meanings(level)[0]
    wide, high = 5.0, 5.0
    centre = (3 + 0.5 + 1.5, 2 + 0.5 + 0.5)  # x and y in strides: halfway between the sides
    assert maps[GEOMETRY : GEOMETRY + 2, 2, 3].tolist() == pytest.approx([1.5, 0.5])
    assert maps[GEOMETRY + 2 : BELIEF, 2, 3].exp().tolist() == pytest.approx([wide, high], rel=1e-5)
    for row in (1, 2, 3):
        for column in (2, 3, 4):
            ahead, below, log_width, log_height = maps[BELIEF:PLACE, row, column].tolist()
            assert column + ahead * wide / 2 == pytest.approx(centre[0], rel=1e-5)
            assert row + below * high / 2 == pytest.approx(centre[1], rel=1e-5)
            assert np.exp([log_width, log_height]) == pytest.approx([wide, high], rel=1e-5)


def test_where_a_cell_is() -> None:
    maps = meanings(unsure())[0]
    assert maps[PLACE, 4].tolist() == pytest.approx([column / 10 for column in range(7)])
    assert maps[PLACE + 1, :, 4].tolist() == pytest.approx([row / 10 for row in range(6)])


@given(st.integers(0, 2**16), st.sampled_from([(1, 1), (1, 9), (5, 4)]))
def test_every_number_is_finite_whatever_the_network_says(seed: int, size: tuple[int, int]) -> None:
    generator = torch.Generator().manual_seed(seed)
    level = torch.randn(2, CLASSES + 4 * BINS, *size, generator=generator) * 30
    assert bool(meanings(level).isfinite().all())


def test_the_memory_layout_makes_no_difference() -> None:
    level = torch.randn(1, CLASSES + 4 * BINS, 5, 6, generator=torch.Generator().manual_seed(1))
    other = meanings(level.contiguous(memory_format=torch.channels_last))
    assert other.numpy() == pytest.approx(meanings(level).numpy(), abs=1e-5)


def test_the_maps_of_a_photograph_say_what_is_in_it(detector: StagedDetector) -> None:
    """On noise nothing is loud; the channel "cat" is in the picture of the cat, where the cat is."""
    from core.images import decode
    from core.samples import SAMPLES

    cat = content()["classes"].index("cat")

    def loudest(picture: torch.Tensor) -> int:
        with torch.inference_mode():
            images, _ = detector.model.transform([picture])
            maps = detector.model.backbone(images.tensors)
        peaks = torch.stack([level[0, :CLASSES].amax((1, 2)) for level in maps.values()])
        return int(peaks.amax(0).argmax())

    picture = np.asarray(decode(SAMPLES["cat"].read()).resize((320, 224)))
    assert loudest(torch.from_numpy(picture.copy()).permute(2, 0, 1).float() / 255) == cat
