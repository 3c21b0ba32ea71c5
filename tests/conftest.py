"""What all tests share."""

from __future__ import annotations

import os

import pytest
from PIL import Image
from xdist.scheduler import LoadFileScheduling

from core.detection import Candidates, Detector, load
from core.images import decode
from core.samples import SAMPLES

# No test may reach a hub: a library that tries anyway fails at once instead of waiting for a network.
os.environ["HF_HUB_OFFLINE"] = "1"

BROWSER = "tests/browser/"


class FilesSideBySide(LoadFileScheduling):  # type: ignore[misc]
    """Where several processes run the tests each takes a file at a time, but one takes all that drives a browser."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FilesSideBySide:
    return FilesSideBySide(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that drive a browser come last: by then nothing else wants the processor, and what they time is even."""
    items.sort(key=lambda item: item.nodeid.startswith(BROWSER))


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
