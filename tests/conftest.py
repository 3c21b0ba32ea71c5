"""What all tests share."""

from __future__ import annotations

import os

import pytest
from PIL import Image

from core.detection import Candidates, Detector, load
from core.images import decode
from core.samples import SAMPLES

# No test may reach a hub: a library that tries anyway fails at once instead of waiting for a network.
os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(scope="session")
def detector() -> Detector:
    return load()


@pytest.fixture(scope="session")
def photographs() -> dict[str, Image.Image]:
    return {name: decode(sample.read()) for name, sample in SAMPLES.items()}


@pytest.fixture(scope="session")
def found(detector: Detector, photographs: dict[str, Image.Image]) -> dict[str, Candidates]:
    """Candidates of each sample photograph, by name."""
    return {name: detector.candidates(image) for name, image in photographs.items()}
