"""Tiles of scores, and sentences about who decides, from samples, pages and files."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.errors import UserError
from core.figures.metrics import prediction_sources as sources
from core.figures.metrics import prediction_words as words
from core.metrics.predictions.predictions import from_arrays
from core.metrics.predictions.samples import SAMPLES
from core.metrics.predictions.summary import summary
from core.metrics.table.columns import guess
from core.metrics.table.predictions import build
from core.metrics.table.uploaded import Loaded, read_file

FILE = b"truth;system;prob\nyes;yes;0,9\nno;yes;0,6\nno;no;0,2\nyes;no;0,1\n"


def loaded(data: bytes = FILE) -> Loaded:
    file = read_file("mine.csv", data)
    columns = guess(file.table)
    return Loaded(file, columns, False, False, build(file.table, columns))


def test_a_file_is_told_and_its_lines_are_found() -> None:
    own = loaded()
    source = sources.of_file(own, ("aside",))
    assert source.private
    assert source.notes[0] == "aside"
    assert source.names == ("system", "")
    assert source.story == "4 rows of your file."
    assert source.says_predicted
    frame = source.describe(np.array([1, 3]))
    assert frame.columns.tolist() == ["row", "truth", "system", "prob"]
    assert frame["row"].tolist() == [2, 4]
    assert "mine.csv" in source.lines()
    assert source.export().startswith("gold,predicted,score yes")


def test_a_file_with_a_column_called_row_numbers_its_lines_by_another_name() -> None:
    frame = loaded(b"row,gold,predicted\n7,a,b\n8,b,b\n").describe(np.array([0]))
    assert frame.columns.tolist() == ["row of the file", "row", "gold", "predicted"]


def test_letters_can_be_chosen_where_they_were_guessed() -> None:
    file = read_file("a.csv", "gold,predicted\nпёс,кот\nкот,кот\n".encode("cp1251"))
    assert file.letters_guessed
    other = file.with_letters("Windows-1251")
    assert other.table.column("gold").to_pylist() == ["пёс", "кот"]
    assert other.mark != file.mark
    plain = read_file("a.csv", FILE)
    assert not plain.letters_guessed
    assert plain.data == b"", "its bytes are not kept"
    with pytest.raises(UserError):
        read_file("a.csv", b"")


def test_who_decides() -> None:
    own = loaded()
    source = sources.of_file(own, ())
    decided = source.predictions.at(0.65)
    told = words.who_decides(source, decided, 0.65, None)
    assert "“yes” is predicted where its score is at least 0.65" in told
    assert told.endswith("they differ in 1 row.")
    page = sources.of_page("training", from_arrays([0, 1], [0, 1], labels=("cat", "dog")), "key")
    assert page.names == ("training", "")
    assert "no threshold and no curve" in words.who_decides(page, page.predictions, None, None)
    assert page.describe(np.array([1]))["sample"].tolist() == [2]
    digits = sources.of_sample("Handwritten digits", SAMPLES["Handwritten digits"]())
    assert not digits.private
    assert digits.by_file is None
    assert "one class against the rest" in words.who_decides(digits, digits.predictions, None, None)
    assert digits.describe(np.array([0]))["sample"].tolist() == ["digit 1"]


def test_tiles_of_one_class_and_of_means() -> None:
    matrix = from_arrays(["a", "b", "c"], ["a", "a", "c"]).matrix()
    found = summary(matrix, None)
    assert [label for label, *_ in words.score_tiles(found, None)] == [
        "Accuracy", "Precision (macro)", "Recall (macro)", "F1 (macro)"
    ]  # fmt: skip
    assert words.score_tiles(found, "a")[1][0] == "Precision"
    assert [label for label, *_ in words.area_tiles(found, None, of_means=False)] == ["MCC"]
    tiles = words.area_tiles(found, (math.nan, 0.5), of_means=True)
    assert [label for label, *_ in tiles] == ["MCC", "ROC AUC (macro)", "AP (macro)"]
    assert tiles[1][1].why == "only one actual class: the curve has no second axis"
    assert tiles[2][1].why is None
    told = words.what_is_undefined(found, None)
    assert told.startswith("0/0 is left out of the means here (precision: ")
    assert told.endswith("scikit-learn's own default counts it as 0.")
    assert words.what_is_undefined(summary(from_arrays(["a", "b"], ["a", "b"]).matrix(), "a"), "a") == ""
