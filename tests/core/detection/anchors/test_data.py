"""Objects of a data set, as the network sees them, and which anchors reach them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.models.detection.transform import GeneralizedRCNNTransform

from core.detection.anchors.comparison import MOST_CLUSTERED, by_class, compare, sweep
from core.detection.anchors.data import made_up, of_boxes, of_files, scale_of
from core.detection.anchors.dimensions import Update
from core.detection.scoring.coco_files import MOST_BOXES
from core.detection.scoring.ground_truth import GroundTruthFiles, read_ground_truth
from core.errors import UserError

VOC = """<annotation><filename>{name}.jpg</filename><size><width>{wide}</width><height>400</height></size>
<object><name>cup</name><bndbox><xmin>10</xmin><ymin>20</ymin><xmax>100</xmax><ymax>60</ymax></bndbox></object>
</annotation>"""


def coco(*boxes: dict[str, Any], size: dict[str, int] | None = None) -> GroundTruthFiles:
    data = {
        "images": [{"id": 1, "file_name": "a.jpg", **({"width": 600, "height": 400} if size is None else size)}],
        "categories": [{"id": 1, "name": "cup"}, {"id": 2, "name": "dog"}],
        "annotations": [{"id": i, "image_id": 1, "category_id": 1, **box} for i, box in enumerate(boxes)],
    }
    return read_ground_truth([("gold.json", json.dumps(data).encode())])


@pytest.mark.parametrize("size", [(480, 640), (333, 500), (512, 512), (200, 1000)])
@pytest.mark.parametrize("short", [224, 320, 800])
def test_boxes_are_scaled_as_torchvision_scales_pictures(size: tuple[int, int], short: int) -> None:
    transform = GeneralizedRCNNTransform(short, round(short * 1333 / 800), [0.0] * 3, [1.0] * 3).eval()
    images, _ = transform([torch.zeros(3, *size)])
    high, wide = images.image_sizes[0]
    scale = scale_of(np.array([size[::-1]], dtype=np.float64), short)[0]
    assert abs(scale * size[0] - high) <= 1.5
    assert abs(scale * size[1] - wide) <= 1.5


def test_coco_boxes_become_network_pixels() -> None:
    found = of_files(coco({"bbox": [10, 20, 90, 40]}, {"bbox": [0, 0, 600, 400], "category_id": 2}))
    assert found.labels == ("cup", "dog")
    np.testing.assert_allclose(found.seen(320), [(72, 32), (480, 320)])
    np.testing.assert_allclose(found.seen(800), [(180, 80), (1200, 800)])


def test_voc_files_each_with_the_size_of_its_picture() -> None:
    files = [(f"{name}.xml", VOC.format(name=name, wide=wide).encode()) for name, wide in (("a", 400), ("b", 1000))]
    found = of_files(read_ground_truth(files))
    assert found.sides.tolist() == [[90, 40], [90, 40]]
    seen = found.seen(320)
    np.testing.assert_allclose(seen[0], (72, 32))
    np.testing.assert_allclose(seen[1], np.array((90, 40)) * 320 * 1333 / 800 / 1000)


def test_crowds_and_boxes_without_area_are_left_out_and_told() -> None:
    found = of_files(coco({"bbox": [0, 0, 9, 9]}, {"bbox": [0, 0, 99, 99], "iscrowd": 1}, {"bbox": [5, 5, 0, 9]}))
    assert len(found) == 1
    assert any("no area" in note for note in found.notes)
    assert any("1 marked as crowds" in note for note in found.notes)


def test_a_picture_of_unknown_size() -> None:
    with pytest.raises(UserError, match=r"no box.*does not say"):
        of_files(coco({"bbox": [0, 0, 9, 9]}, size={}))
    with pytest.raises(UserError, match="hold no box"):
        of_files(coco())


def test_more_boxes_than_can_be_read_are_refused() -> None:
    with pytest.raises(UserError, match=f"at most {MOST_BOXES:,}"):
        coco(*[{"bbox": [0, 0, 9, 9]}] * (MOST_BOXES + 1))


@pytest.mark.parametrize("kind", ["text", "people"])
def test_made_up_boxes_lie_in_their_pictures_and_stay_the_same(kind: str) -> None:
    found, again = made_up(kind), made_up(kind)
    assert (found.sides == again.sides).all()
    assert (found.sides > 0).all()
    assert (found.sides < found.pictures).all()
    assert found.made_up


def test_more_anchors_never_reach_less_of_text() -> None:
    seen = made_up("text").seen(320)
    found = sweep(seen, 0, Update.MEAN)
    assert [len(one.centroids) for one in found] == list(range(1, 13))
    means = [compare(seen, seen[:1], one.centroids).means()[1] for one in found]
    assert means == sorted(means)
    assert means[0] == pytest.approx(found[0].mean_iou)


def test_of_many_boxes_some_are_clustered() -> None:
    seen = made_up("people", MOST_CLUSTERED + 500).seen(320)
    found = sweep(seen, 0, Update.MEDIAN)
    assert len(found[-1].of) == MOST_CLUSTERED


@given(st.floats(0.05, 0.95))
def test_classes_add_up_to_all(reach: float) -> None:
    objects = of_boxes(
        [
            ("cup", (0, 0, 64, 64), (320, 320)),
            ("cup", (0, 0, 20, 200), (320, 320)),
            ("dog", (9, 9, 250, 249), (320, 320)),
        ]
    )
    seen = objects.seen(320)
    found = compare(seen, np.array([(64.0, 64.0)]), np.array([(20.0, 200.0), (241.0, 240.0)]))
    rows = by_class(objects.labels, seen, found, reach)
    assert [(row.label, row.count) for row in rows] == [("cup", 2), ("dog", 1)]
    assert rows[0].means[0] == pytest.approx((1 + 64 * 20 / (64 * 64 + 20 * 200 - 64 * 20)) / 2)
    for side in (0, 1):
        assert sum(row.count * row.missed[side] for row in rows) / 3 == pytest.approx(found.missed(reach)[side])
        assert sum(row.count * row.means[side] for row in rows) / 3 == pytest.approx(found.means()[side])
