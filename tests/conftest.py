"""What all tests share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from PIL import Image
from xdist import is_xdist_controller
from xdist.scheduler import LoadFileScheduling

from core.images import decode
from core.samples import SAMPLES
from tests import tools
from tests.examples import PROFILE

if TYPE_CHECKING:
    from core.detection import StagedCandidates, StagedDetector

# No test may reach a hub: a library that tries anyway fails at once instead of waiting for a network.
os.environ["HF_HUB_OFFLINE"] = "1"

# Nor does a page that a test has drawn, or a server it has started, go on to load all the others.
os.environ["CLASSROOM_WARM"] = "0"

# Nor does the ranking of a class lie in the home folder of whoever runs the tests.
os.environ["CLASSROOM_DATABASE"] = "sqlite://"

# Processes side by side, and the servers they start, do not fight for the cores: read when torch is imported.
if workers := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0")):
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // workers)))

settings.load_profile(PROFILE)

BROWSER, STYLE = "tests/browser/", "tests/test_style.py"


class FilesSideBySide(LoadFileScheduling):  # type: ignore[misc]
    """Where several processes run the tests each takes a file at a time, in the end one test at a time.

    Those at the end drive a browser, and each process has a browser and a server of its own.
    """

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith(BROWSER) else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FilesSideBySide:
    return FilesSideBySide(config, log)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Where other processes run the tests, format, lint and types are looked at beside them."""
    if is_xdist_controller(session) and not session.config.getoption("collectonly"):
        tools.start()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that drive a browser come late: by then no other test wants the processors, and a page answers evenly.

    Those of style come last, since they wait for tools that use what processors the others leave.
    """
    items.sort(key=lambda item: (item.nodeid.startswith(STYLE), item.nodeid.startswith(BROWSER)))


@pytest.fixture(scope="session")
def detector() -> StagedDetector:
    from core.detection import StagedDetector, load  # here: torch takes seconds, and many a test does without

    bundled = load()
    assert isinstance(bundled, StagedDetector)
    return bundled


@pytest.fixture(scope="session")
def photographs() -> dict[str, Image.Image]:
    return {name: decode(sample.read()) for name, sample in SAMPLES.items()}


@pytest.fixture(scope="session")
def found(detector: StagedDetector, photographs: dict[str, Image.Image]) -> dict[str, StagedCandidates]:
    """Candidates of each sample photograph, by name."""
    return {name: detector.candidates(image) for name, image in photographs.items()}
