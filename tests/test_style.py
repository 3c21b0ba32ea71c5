"""Format, lint and types: part of the one test command, so nobody has to remember three."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools import TOOLS, call, outcome


@pytest.mark.parametrize("tool", TOOLS)
def test_clean(tool: str) -> None:
    status, said = outcome(tool)
    assert status == 0, said


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("export const half = () => whole / 2\n", "no-undef"),
        ('import { half } from "./base.js"\n\nhalf()\n', "import(named)"),
        ("export const found = Math.PI\nconst lost = 2\n", "no-unused-vars"),
        ("export const whole = 1\n", ""),
    ],
)
def test_the_linter_of_scripts_finds_what_it_is_there_for(tmp_path: Path, script: str, said: str) -> None:
    (tmp_path / "base.js").write_text("export const base = 1\n", encoding="utf-8")
    (tmp_path / "made.js").write_text(script, encoding="utf-8")
    status, found = call(*TOOLS["scripts"][:-2], str(tmp_path))
    assert (status != 0) == bool(said), found
    assert said in found
    assert "2 files" in found
