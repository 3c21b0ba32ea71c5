"""What a network is given, against torchvision's own steps done by hand."""

from __future__ import annotations

import itertools

import pytest
import torch
from PIL import Image
from torchvision.transforms.functional import normalize, pil_to_tensor

from core.detection import StagedDetector, load
from core.detection.preprocessing import RIGHT, Preprocessing, transform_of

EVERY = [Preprocessing(bgr, normalised) for bgr, normalised in itertools.product((False, True), repeat=2)]


@pytest.mark.parametrize("how", EVERY, ids=str)
@pytest.mark.parametrize("short_side", [None, 224])
def test_channels_and_normalising_are_what_they_say(
    how: Preprocessing, short_side: int | None, detector: StagedDetector
) -> None:
    pixels = torch.rand(3, 60, 80, generator=torch.Generator().manual_seed(3))
    own = detector.model.transform
    expected = pixels[[2, 1, 0]] if how.bgr else pixels
    if how.normalised:
        expected = normalize(expected, own.image_mean, own.image_std)
    expected, _ = own.resize(expected, None) if short_side is None else (expected, None)
    images, _ = transform_of(detector.model, short_side, how)([how.channels(pixels)])
    height, width = images.image_sizes[0]
    assert min(height, width) == (short_side or 320)
    if short_side is None:
        assert torch.allclose(images.tensors[0, :, :height, :width], expected, atol=1e-5)
    else:
        means = images.tensors[0, :, :height, :width].mean((1, 2))
        assert torch.allclose(means, expected.mean((1, 2)), atol=0.03)
    assert (own.image_mean, own.min_size) == (detector.model.transform.image_mean, (320,)), "the model is everybody's"


def test_the_right_one_is_the_model_s_own(detector: StagedDetector) -> None:
    assert transform_of(detector.model, None, RIGHT) is detector.model.transform
    assert transform_of(detector.model, 320, RIGHT) is detector.model.transform
    assert [how for how in EVERY if how.right] == [RIGHT]


def test_a_mistake_finds_what_a_picture_swapped_by_hand_does(
    detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    red, green, blue = photographs["motorcycle"].split()
    by_hand = detector.candidates(Image.merge("RGB", (blue, green, red)))
    found = detector.candidates(photographs["motorcycle"], preprocessing=Preprocessing(bgr=True))
    assert torch.equal(found.boxes, by_hand.boxes)
    assert torch.equal(found.scores, by_hand.scores)


@pytest.mark.parametrize("model", ["bundled", "nanodet_g"])
def test_not_normalised_is_another_result(model: str, photographs: dict[str, Image.Image]) -> None:
    raw = load(model).candidates(photographs["motorcycle"], preprocessing=Preprocessing(normalised=False))
    right = load(model).candidates(photographs["motorcycle"])
    assert float(raw.scores.max()) < float(right.scores.max())


def test_statistics(detector: StagedDetector, photographs: dict[str, Image.Image]) -> None:
    image = photographs["coffee"]
    pixels = pil_to_tensor(image).float() / 255
    raw = detector.given(image, Preprocessing(normalised=False))
    assert raw.mean == pytest.approx(pixels.mean((1, 2)).tolist(), abs=1e-5)
    assert raw.std == pytest.approx(pixels.std((1, 2), correction=0).tolist(), abs=1e-5)
    own = detector.model.transform
    right = detector.given(image)
    assert right.mean == pytest.approx(
        [(m - mu) / s for m, mu, s in zip(raw.mean, own.image_mean, own.image_std, strict=True)], abs=1e-4
    )
    swapped = detector.given(image, Preprocessing(bgr=True, normalised=False))
    assert swapped.mean == pytest.approx(raw.mean[::-1])
