"""What systems leave behind, told by names alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.transfer.data.rubbish import FILES, FOLDERS, is_rubbish
from tests.examples import examples


@pytest.mark.parametrize("folder", sorted(FOLDERS))
@pytest.mark.parametrize("change", [str, str.upper, str.title])
def test_all_that_lies_in_a_systems_folder(folder: str, change: type[str]) -> None:
    assert is_rubbish((change(folder),))
    assert is_rubbish(("cats", change(folder), "IMG_0001.jpg", "SYNOPHOTO_THUMB_M.jpg"))


@pytest.mark.parametrize(
    "path",
    [
        *[(name,) for name in sorted(FILES)],
        ("cats", "Thumbs.db"),
        ("cats", "._0.png"),
        (".Trashes", "501", "x.png"),
        (".Trash-1000", "files", "x.png"),
        (".thumbnails", "x.png"),
        ("cats", "~$x.docx"),
        ("cats", "x.png.part"),
        ("cats", "SYNOFILE_THUMB_M.jpg"),
        ("cats", "1.jpg@SynoEAStream"),
        ("cats", "1.png~"),
        ("cats", "1.png:Zone.Identifier"),
    ],
)
def test_files_of_systems(path: tuple[str, ...]) -> None:
    assert is_rubbish(path)
    assert is_rubbish(tuple(part.upper() for part in path))


@pytest.mark.parametrize(
    "path",
    [("cats", "1.png"), ("recycling", "1.png"), ("thumbs", "1.png"), ("#1", "a.jpg"), ("@home", "a.jpg"), ("a$b", "x")],
)
def test_what_people_put_there(path: tuple[str, ...]) -> None:
    assert not is_rubbish(path)


@examples(100, fixed=False)
@given(st.lists(st.text(max_size=20), max_size=5), st.sampled_from(sorted(FOLDERS)), st.lists(st.text(max_size=9)))
def test_wherever_it_lies(before: list[str], folder: str, behind: list[str]) -> None:
    assert is_rubbish((*before, folder, *behind))
