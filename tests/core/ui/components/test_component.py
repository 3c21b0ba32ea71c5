"""Several files of JavaScript as the one module that Streamlit hands to the browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.ui.components import component


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(component, "_HERE", tmp_path)
    return tmp_path


def test_what_is_imported_stands_before_and_once(folder: Path) -> None:
    (folder / "base.js").write_text("export const one = 1\n")
    (folder / "parts.js").write_text('// Parts.\nimport { one } from "./base.js"\n\nexport const two = one + one\n')
    (folder / "made.js").write_text(
        'import { two } from "./parts.js"\nimport {\n  one,\n} from "./base.js"\n\nexport default () => one + two\n'
    )
    whole = component.script("made")
    assert [line for line in whole.splitlines() if line] == [
        "export const one = 1",
        "// Parts.",
        "export const two = one + one",
        "export default () => one + two",
    ]


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    (folder / "made.js").write_text('import { one } from "./gone.js"\n')
    with pytest.raises(FileNotFoundError, match=r"gone\.js"):
        component.script("made")


def test_a_component_that_draws_nothing_has_no_style(folder: Path) -> None:
    (folder / "base.css").write_text("b {}\n")
    (folder / "drawn.css").write_text("p {}\n")
    assert (component.style("drawn"), component.style("silent")) == ("b {}\np {}\n", "")
