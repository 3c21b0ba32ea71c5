"""What a pass leaves of each sample photograph, once for all of these tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from core.detection.detector import StagedDetector
    from core.detection.inside import Inside


@pytest.fixture(scope="session")
def insides(detector: StagedDetector, photographs: dict[str, Image.Image]) -> dict[str, Inside]:
    return {name: detector.inside(image) for name, image in photographs.items()}
