from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from PIL import Image

from core.detection import StagedCandidates, StagedDetector
from core.detection.ladder import fast, faster, rcnn
from core.detection.ladder.estimate import estimate
from core.detection.ladder.fast import pool_and_read
from core.detection.ladder.published import PUBLISHED
from core.detection.ladder.recorded import Recording, read, recorded_run, write
from core.detection.ladder.result import FLOOR, Method, overlaps
from core.detection.ladder.settings import Settings, look
from core.detection.ladder.sliding import Windows
from core.errors import UserError
from core.jobs import Cancelled, silent
from core.samples import SAMPLES

SHORT = 320


@pytest.mark.parametrize("sample", SAMPLES)
def test_fast_rcnn_on_the_networks_own_proposals_is_its_second_stage(
    sample: str, detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    """Bit for bit: the same operators on the same tensors, as many regions at once."""
    inside = detector.inside(photographs[sample])
    found = inside.candidates
    said = pool_and_read(detector, photographs[sample], None, lambda _: found.proposals)
    assert said.network_size == found.network_size
    assert torch.equal(said.scores, found.class_scores)
    assert torch.equal(said.boxes[found.sources, found.labels], found.network_boxes)


def test_regions_are_read_the_same_in_two_batches(
    detector: StagedDetector, photographs: dict[str, Image.Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes = detector.candidates(photographs["cat"]).proposals
    whole = pool_and_read(detector, photographs["cat"], None, lambda _: boxes)
    monkeypatch.setattr(fast, "AT_ONCE", 100)
    parts = pool_and_read(detector, photographs["cat"], None, lambda _: boxes)
    assert torch.allclose(whole.scores, parts.scores, atol=1e-5)  # matrix products of other shapes round otherwise
    assert torch.allclose(whole.boxes, parts.boxes, atol=1e-2)


def test_faster_rcnn_is_the_detectors_own_pass(found: dict[str, StagedCandidates]) -> None:
    candidates = found["coffee"]
    rung = faster.of(candidates)
    assert rung.passes == 1
    assert rung.seconds == pytest.approx(candidates.milliseconds / 1e3)
    assert len(rung.regions) == len(candidates.proposals)
    own = candidates.suppress(0.5, 0.3)
    assert rung.detections(0.3).labels == own.labels
    assert torch.equal(rung.detections(0.3).boxes, own.boxes)


def test_rcnn_and_fast_rcnn_look_at_the_same_regions(
    detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    image = photographs["astronaut"]
    alone = rcnn.run(detector, image, 6, 128, silent)
    shared = fast.run(detector, image, 6, silent)
    assert torch.equal(alone.regions, shared.regions)
    assert (alone.passes, shared.passes) == (6, 1)
    for rung in (alone, shared):
        assert rung.parts[0].stage == "selective search"
        assert rung.seconds > 0
        assert (rung.candidates.scores > FLOOR).all()
        assert (rung.candidates.boxes[:, 2:] <= torch.tensor(image.size) + 1e-3).all()
        assert rung.candidates.boxes.min() >= 0


@pytest.mark.parametrize("method", Method)
def test_a_picture_of_40_pixels_and_of_one_colour(detector: StagedDetector, method: Method) -> None:
    settings = Settings(Windows(((320, 320),), 32, (1.0,)), 10, 128)
    rung = look(method, detector, Image.new("RGB", (40, 40), "navy"), settings, silent, short_side=SHORT)
    kept = rung.detections(0.9)
    assert len(kept) == 0
    assert len(rung.true_regions(torch.zeros(0, 4))) == len(rung.regions)
    assert not rung.true_regions(torch.zeros(0, 4)).any()


def test_it_stops_between_two_regions(detector: StagedDetector, photographs: dict[str, Image.Image]) -> None:
    def report(_: float, text: str) -> None:
        if text.startswith("2 of"):
            raise Cancelled

    with pytest.raises(Cancelled):
        rcnn.run(detector, photographs["cat"], 10, 128, report)


def test_true_is_an_iou_of_a_half() -> None:
    objects = torch.tensor([[0.0, 0.0, 10.0, 10.0]])
    regions = torch.tensor([[0.0, 0.0, 10.0, 5.0], [0.0, 0.0, 10.0, 4.9], [20.0, 20.0, 30.0, 30.0]])
    assert overlaps(regions, objects).tolist() == [True, False, False]


def test_each_method_looks_at_its_own_settings() -> None:
    usual = Settings()
    other = replace(usual, regions=7)
    changed = {method for method in Method if usual.of(method) != other.of(method)}
    assert changed == {Method.RCNN, Method.FAST}
    other = replace(usual, side=224)
    changed = {method for method in Method if usual.of(method) != other.of(method)}
    assert changed == {Method.SLIDING, Method.RCNN}


def test_what_a_method_will_take() -> None:
    at = {"crop_s": 0.01, "pass_s": 0.05}
    size, settings = (600, 400), Settings()
    said = {method: estimate(method, size, SHORT, settings, **at) for method in Method}
    assert [said[method].passes for method in Method] == [113, 200, 1, 1]
    assert [said[method].seconds for method in Method] == pytest.approx([1.13, 3.0, 1.05, 0.05])
    with pytest.raises(UserError):
        estimate(Method.RCNN, size, SHORT, replace(settings, regions=0), **at)


def test_published_figures_are_those_of_the_papers() -> None:
    assert {method: paper.seconds for method, paper in PUBLISHED.items()} == {
        Method.RCNN: 47.0, Method.FAST: 1.83, Method.FASTER: 0.198,
    }  # fmt: skip


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_recording_is_there_for_what_the_page_begins_with(sample: str) -> None:
    recording = read(sample)
    assert recording.made
    for method in Method:
        rung = recorded_run(sample, "bundled", SHORT, method, Settings())
        assert rung is recording.rungs[method]
        assert rung.passes == (len(rung.regions) if method in (Method.SLIDING, Method.RCNN) else 1)
        assert rung.seconds > 0


def test_other_settings_were_not_recorded() -> None:
    other = replace(Settings(), regions=7)
    assert recorded_run("coffee", "bundled", SHORT, Method.RCNN, other) is None
    assert recorded_run("coffee", "bundled", SHORT, Method.SLIDING, other) is not None
    assert recorded_run("coffee", "bundled", 224, Method.FAST, Settings()) is None
    assert recorded_run("coffee", "nanodet", SHORT, Method.FAST, Settings()) is None
    assert recorded_run("nothing", "bundled", SHORT, Method.FAST, Settings()) is None


@pytest.mark.parametrize("method", [Method.FAST, Method.FASTER])
def test_a_recording_is_what_is_computed_now(
    method: Method, detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    now = look(method, detector, photographs["coffee"], Settings(), silent, short_side=SHORT)
    then = read("coffee").rungs[method]
    assert torch.allclose(now.regions, then.regions, atol=0.06)
    assert now.detections(0.3).labels == then.detections(0.3).labels


def test_what_is_written_is_read(tmp_path) -> None:
    before = read("cat")
    write(Recording(before.made, before.short_side, before.rungs), "cat", tmp_path)
    after = read("cat", tmp_path)
    for method, rung in before.rungs.items():
        assert torch.equal(after.rungs[method].regions, rung.regions)
        assert torch.equal(after.rungs[method].candidates.scores, rung.candidates.scores)
        assert after.rungs[method].parts == rung.parts
