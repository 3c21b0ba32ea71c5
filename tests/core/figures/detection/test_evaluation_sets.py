"""Boxes to be evaluated: what is said of them, which pictures they have, and that other boxes have another key."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from core.detection.scoring.evaluated_images import EvaluatedImage, GroundTruth, PredictedBoxes
from core.detection.scoring.ground_truth import read_ground_truth
from core.detection.scoring.templates import ground_truth
from core.errors import UserError
from core.figures.detection import evaluation_sets as sets


@dataclass(frozen=True)
class Photo:
    uri: str


def image(name: str, *scores: float) -> EvaluatedImage:
    found = PredictedBoxes.of([[0, 0, 9, 9]] * len(scores), ["cup"] * len(scores), scores)
    return EvaluatedImage(name, GroundTruth.of([[0, 0, 9, 9]], ["cup"]), found, (40, 30))


def test_samples_have_the_classes_of_their_own_or_of_all() -> None:
    one = sets.of_samples([image("cat", 0.5)], ["u"], 0.5, 0.02)
    assert (one.key, one.kind, one.place) == ("cat", "cat", "samples")
    assert "NMS at IoU 0.5, down to a score of 0.02" in one.note
    assert sets.of_samples([image("cat"), image("dog")], ["u", "v"], 0.5, 0.02).kind == "samples"
    assert sets.made_up().kind in sets.KINDS


def test_the_last_result_says_where_ap_ends() -> None:
    last = sets.of_last(image("a", 0.9, 0.31), "u", "1", private=False)
    assert "its lowest score is 0.310" in last.note
    assert (last.kind, last.place) == ("last", "samples")
    own = sets.of_last(image("a"), "u", "1", private=True)
    assert "it has no box" in own.note
    assert (own.kind, own.place) == ("own", "own")
    keys = {sets.of_last(image("a", score), "u", digest, private=True).key for score in (0.1, 0.2) for digest in "12"}
    assert len(keys) == 4


@pytest.mark.parametrize(
    ("found_in", "pictures", "words"),
    [
        ("found.json", {}, "Detections from found.json."),
        ("", {1: Photo("there")}, "Your ground truth of 3 pictures; detections by the bundled detector."),
        ("", {}, "Your ground truth: 3 pictures. No detections yet"),
    ],
)
def test_files_say_where_their_detections_come_from(found_in: str, pictures: dict[int, Photo], words: str) -> None:
    own = sets.of_files("d", [image("a"), image("b")], pictures, found_in, 3)
    assert words in own.note
    assert own.private
    assert own.uris[1] == "there" if pictures else own.uris[1].startswith("data:image/svg")
    assert own.uris[0].startswith("data:image/svg"), "a grey field that says so"


def test_ground_truth_is_found_by_name_or_where_there_is_but_one() -> None:
    two = read_ground_truth([("gold.json", ground_truth().encode())])
    assert len(two.target_of("KITCHEN.png")) == 2
    with pytest.raises(UserError, match='no picture called "hall"'):
        two.target_of("hall")
    clash = ground_truth().replace("kitchen.jpg", "1/a.jpg").replace("garden.jpg", "2/a.jpg")
    with pytest.raises(UserError, match="may be"):
        read_ground_truth([("gold.json", clash.encode())]).target_of("a.jpg")
    voc = (
        b"<annotation><filename>cup.jpg</filename><object><name>cup</name><bndbox><xmin>0</xmin><ymin>0</ymin>"
        b"<xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>"
    )
    assert read_ground_truth([("cup.xml", voc)]).target_of("whatever").labels == ("cup",)


def test_boxes_follow_the_size_of_their_picture() -> None:
    found = PredictedBoxes.of([[1, 2, 3, 4]], ["cup"], [0.5]).scaled((10, 10), (20, 50))
    assert np.array_equal(found.boxes, [[2, 10, 6, 20]])
