"""Names that a visitor chose, in places where they could do harm."""

from __future__ import annotations

import pytest

from core.names import safe_cell
from core.transfer.takeaway.names import folders, markdown, safe_file


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("ants", "ants"),
        ("Käfer (groß)", "Käfer (groß)"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a/b\\c", "a_b_c"),
        ("C:\\x", "C_x"),
        ("..", "file"),
        ("", "file"),
        ("con", "file"),
        ("LPT1.png", "file"),
        ("a\x00b\n", "a_b_"),
        ("x" * 500, "x" * 60),
    ],
)
def test_a_file_name_is_one_part_of_a_path(name: str, wanted: str) -> None:
    assert safe_file(name) == wanted


def test_folders_are_all_different() -> None:
    found = folders(["a/b", "a\\b", "A_B", "", "..", "ants"])
    assert len({name.casefold() for name in found}) == 6
    assert found[-1] == "ants"
    assert folders(("ants", "bees")) == ("ants", "bees")


def test_markdown_stays_text() -> None:
    assert markdown("[a](http://b) *c*\n# d") == r"\[a\](http\://b) \*c\* \# d"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\u200b =1", "\tx"])
def test_a_formula_is_made_harmless(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert safe_cell("a=1") == "a=1"
