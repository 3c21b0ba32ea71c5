"""What tests of pages share."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from streamlit.runtime.caching import clear_session_resource_cache

TEST_SESSION = "test session id"  # that of every AppTest (streamlit.testing.v1.local_script_runner)
SCAN = "streamlit.components.v2.manifest_scanner.scan_component_manifests"


@pytest.fixture(scope="session", autouse=True)
def _no_search_for_components() -> Iterator[None]:
    """Streamlit reads the metadata of every installed package for each AppTest anew, which takes most of a second."""
    with patch(SCAN, list):
        yield


@pytest.fixture(autouse=True)
def a_session_of_its_own() -> Iterator[None]:
    """Every AppTest calls its session the same: without this a test would find what the one before left there."""
    clear_session_resource_cache(TEST_SESSION)
    yield
    clear_session_resource_cache(TEST_SESSION)
