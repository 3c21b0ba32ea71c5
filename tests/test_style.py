"""Format, lint and types: part of the one test command, so nobody has to remember three."""

from __future__ import annotations

import pytest

from tests.tools import TOOLS, outcome


@pytest.mark.parametrize("tool", TOOLS)
def test_clean(tool: str) -> None:
    status, said = outcome(tool)
    assert status == 0, said
