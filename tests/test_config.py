"""What `.streamlit/config.toml` says to every server that is started without options."""

from __future__ import annotations

import tomllib
from pathlib import Path

CONFIG = tomllib.loads((Path(__file__).parent.parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def test_no_file_watcher_stands_between_a_class_and_its_app() -> None:
    assert CONFIG["server"]["fileWatcherType"] == "none"


def test_no_full_garbage_collection_after_each_rerun() -> None:
    assert CONFIG["runner"]["postScriptGC"] is False
