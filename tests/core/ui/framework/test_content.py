"""Prose from Markdown files: its parts, its values, and the help of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.framework import content

PROSE = """# How this works
1. One of {{ count:,}} steps.

# Numbers
- **Purity**: The share, of {{ of }}.
- **Precision@{{ of }}**: Another **share**.
"""
SCRIPT = """
from core.ui.framework.content import metrics

metrics("toy", {"Precision@7": "0.5", "Purity": "1"}, of=7)
"""


@pytest.fixture(autouse=True)
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "toy.md").write_text(PROSE, encoding="utf-8")
    monkeypatch.setattr(content, "FOLDER", tmp_path)
    content.parts.cache_clear()
    yield
    content.parts.cache_clear()


def test_values_stand_where_the_braces_were() -> None:
    assert content.prose("toy", count=1200) == "1. One of 1,200 steps."
    with pytest.raises(KeyError):
        content.prose("toy")


def test_numbers_are_explained_by_the_prose() -> None:
    at = AppTest.from_string(SCRIPT).run()
    assert not at.exception
    assert [(box.label, box.value, box.help) for box in at.metric] == [
        ("Precision@7", "0.5", "Another **share**."),
        ("Purity", "1", "The share, of 7."),
    ]
