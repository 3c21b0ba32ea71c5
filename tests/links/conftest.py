"""What tests of links share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.links.view import without_slow_maps
from tests.pages.conftest import a_session_of_its_own

__all__ = ["a_session_of_its_own"]


@pytest.fixture(scope="package", autouse=True)
def _no_slow_maps() -> Iterator[None]:
    with without_slow_maps():
        yield
