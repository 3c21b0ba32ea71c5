"""Uploaded files: every delimiter and encoding is read, everything hostile gets a sentence."""

from __future__ import annotations

import codecs
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.metrics.table.cells import numbers
from core.metrics.table.columns import Columns, classes_of, guess, left_out
from core.metrics.table.file import MOST_BYTES, check_size, read_table
from core.metrics.table.gaps import MissingValues
from core.metrics.table.predictions import build
from tests.examples import examples

TEXT = "gold;predicted;score\nKätzchen;Hund;0,5\nHund;Hund;1,25\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, newline: str) -> None:
    table = read_table(newline.join(["gold,pred", "a,b", '"x y",c', ""]).replace(",", delimiter).encode())
    assert table.delimiter == delimiter
    assert table.names == ("gold", "pred")
    assert table.column("gold").to_pylist() == ["a", "x y"]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "UTF-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "UTF-8"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("utf-16-le"), "UTF-16"),
        (TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("latin-1"), "Windows-1252"),
        (TEXT.replace("H", "\x81").encode("latin-1"), "Latin-1"),
    ],
)
def test_encodings(data: bytes, encoding: str) -> None:
    table = read_table(data)
    assert table.encoding == encoding
    assert table.names[0] == "gold"
    assert table.column("gold")[0].as_py() == "Kätzchen"
    assert numbers(table.column("score"), "score").tolist() == [0.5, 1.25]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b" \r\n\n", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (b"gold,predicted\n", "no rows"),
        (b"gold\na\nb\n", "Only one column"),
        (b"hello world, this is a letter\nwithout a table\n", "columns"),
        (b"a,b\n1,2\n1\n", "row 2, not counting the header, has 1"),
        (b"a,b\n1,2,3\n1,2\n1,2,3\n", r"row 1, .* has 3 \(2 rows"),
        (b'a,b\n1,2\n"1,2\n1,2\n', "quotation mark"),
        (b'a,b\n1,2\n"' + b"1,2\n" * 600_000, "quotation mark"),
        (b'a,b\n1,"' + b"x" * 20_000 + b'"\n', "20,000 characters"),
        (b"a,b\n1,\0\n", "NUL"),
        (b"\x01\x02\x03,b\n1,2\n", "control characters"),
        (b"PK\x03\x04whatever", "Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "picture"),
        (b"\xff\xfea\x00\x00\xd8", "UTF-16"),
        (b",".join([b"c"] * 3000) + b"\n" + b",".join([b"1"] * 3000), "3,000 columns"),
        (b"x" * 700_000 + b",b\n1,2\n", "first line"),
        (b"a,b\n" + b"1,2\n" * 2_000_100, "2,000,000 lines"),
        (b"sep=;\n", "column names"),
        (b"a,b\n1,2\n" + b"x" * 2_000_000, "Line 3 is longer than half a megabyte"),
        (b"a,b\r1,2\r1," + b"x" * 2_000_000 + b"\r", "longer than half a megabyte"),
    ],
)
def test_hostile_files_get_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence) as caught:
        read_table(data)
    assert len(str(caught.value)) < 300


def test_size_is_refused_before_reading() -> None:
    with pytest.raises(UserError, match="200 MB"):
        check_size(200 * 2**20)
    check_size(MOST_BYTES)


@given(st.binary(max_size=400))
@examples(150, fixed=False)
def test_any_bytes_give_a_table_or_a_sentence(data: bytes) -> None:
    try:
        table = read_table(data)
    except UserError:
        return
    assert len(table) > 0
    assert len(set(table.names)) == len(table.names) > 1
    guess(table)


CELL = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufeff"), min_size=1, max_size=8)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=10), st.sampled_from([",", ";", "\t", "|"]))
@examples(50, fixed=False)
def test_what_pythons_writer_wrote_is_read_back(rows: list[tuple[str, str]], delimiter: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("gold", "predicted"), *rows])
    table = read_table(out.getvalue().encode())
    assert list(zip(*(table.column(name).to_pylist() for name in table.names), strict=True)) == rows


def test_names_that_are_double_or_empty_are_changed_and_said() -> None:
    table = read_table(b"a,a,,a (2)\n1,2,3,4\n")
    assert table.names == ("a", "a (3)", "column 3", "a (2)")
    assert table.renamed
    assert any("More than one column" in note for note in table.notes)
    assert any("header missing" in note for note in read_table(b"1,0\n1,1\n").notes)


def test_excels_own_line_about_the_delimiter() -> None:
    table = read_table(b"sep=;\r\na;b\r\n1;2\r\n")
    assert (table.names, table.skipped, table.delimiter) == (("a", "b"), 1, ";")


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("gold,predicted,score", "yes,no,0.3", Columns("gold", "predicted", ("score",))),
        ("id,y_true,y_pred,prob,weight", "7,a,b,0.3,2", Columns("y_true", "y_pred", ("prob",), "weight")),
        ("Ground Truth,Prediction", "a,b", Columns("Ground Truth", "Prediction")),
        ("first,second", "a,b", Columns("first", "second")),
        ("text,label,prob", "hi,1,0.2", Columns("label", None, ("prob",))),
        ("gold,predicted,score", "yes,no,high", Columns("gold", "predicted")),
    ],
)
def test_guessed_columns(header: str, row: str, expected: Columns) -> None:
    assert guess(read_table(f"{header}\n{row}\n".encode())) == expected


def test_one_score_column_a_class_is_matched_by_name() -> None:
    table = read_table(b"gold,predicted,p_dog,p_cat,p_ant\ncat,dog,.5,.3,.2\ndog,dog,.6,.2,.2\nant,dog,.5,.1,.4\n")
    columns = guess(table)
    assert columns.scores == ("p_dog", "p_cat", "p_ant")
    built = build(table, columns)
    assert built.predictions.labels == ("ant", "cat", "dog")
    assert built.predictions.scores is not None
    assert built.predictions.scores[0].tolist() == [0.2, 0.3, 0.5]
    assert built.score_classes == ("dog", "cat", "ant")
    alone = build(table, Columns("gold", None, columns.scores))
    assert alone.predictions.predicted.tolist() == [2, 2, 2]


def test_score_columns_without_names_are_taken_in_order_and_said() -> None:
    built = build(read_table(b"gold,s1,s2\nb,.1,.9\na,.8,.2\n"), Columns("gold", None, ("s1", "s2")))
    assert built.score_classes == ("a", "b")
    assert any("in order" in note for note in built.notes)


def test_missing_values_are_counted_and_left_out_only_if_asked() -> None:
    table = read_table(b"gold,predicted,other\na,b,\n,b,1\nb,b,2\n , a,3\n")
    with pytest.raises(MissingValues, match="2 rows have a missing value; the first is row 2") as caught:
        build(table, Columns("gold", "predicted"))
    assert caught.value.rows == 2
    built = build(table, Columns("gold", "predicted"), leave_out=True)
    assert built.rows.tolist() == [0, 2]
    assert "2 rows have a missing value and are left out." in built.notes


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["0.5", " 1 ", "-2e-3"], [0.5, 1, -0.002]),
        (["0,5", "1", "+2"], [0.5, 1, 2]),
        ([".5", "5.", "1E3"], [0.5, 5, 1000]),
    ],
)
def test_numbers(texts: list[str], values: list[float]) -> None:
    data = "\n".join(["a;b", *(f"{text};x" for text in texts)])
    assert numbers(read_table(data.encode()).column("a"), "a").tolist() == values


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ("high", '1 row of 3 holds .* row 2: "high"'),
        ("inf", "row 2"),
        ("1,5", '"1,5" has a decimal comma, and "0.5" has none'),
    ],
)
def test_texts_that_are_no_numbers_are_counted(bad: str, sentence: str) -> None:
    table = read_table(f"gold;score\na;0.5\nb;{bad}\na;1\n".encode())
    with pytest.raises(UserError, match=sentence):
        build(table, Columns("gold", None, ("score",)))


@pytest.mark.parametrize("score", ["1e308", "-1e308", "1e101"])
def test_scores_beyond_computing_name_column_and_row(score: str) -> None:
    table = read_table(f"gold;score\na;0.5\n;1\nb;{score}\na;1\n".encode())
    with pytest.raises(UserError, match=r'column "score" 1 row of 3 holds a number that is not between .* row 3: "'):
        build(table, Columns("gold", None, ("score",)), leave_out=True)


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        (("1", "1e308"), 'column "w" 1 row of 2 holds .* between 0 and 1,000,000,000,000; the first is row 2: "1e308"'),
        (("-1", "1"), 'column "w" .* row 1: "-1"'),
        (("6e11", "7e11"), 'column "w" are more than 1,000,000,000,000 together, the largest 7e.11 in row 2'),
    ],
)
def test_weights_beyond_counting_name_column_and_row(weights: tuple[str, str], sentence: str) -> None:
    table = read_table(f"g,p,w\na,a,{weights[0]}\nb,b,{weights[1]}\n".encode())
    with pytest.raises(UserError, match=sentence):
        build(table, Columns("g", "p", weights="w"))


def test_a_score_column_that_was_not_taken_is_named_with_its_row() -> None:
    table = read_table(b"gold,predicted,score,note\na,a,0.5,x\nb,b,,y\nb,a,inf,z\n")
    columns = guess(table)
    assert columns.scores == ()
    (note,) = left_out(table, columns)
    assert note.startswith('The column "score" was not taken for scores.')
    assert 'no finite number; the first is row 3: "inf"' in note
    assert left_out(table, Columns("gold", None, ("score",))) == (), "whoever chooses it is told by the sentence"
    decided = read_table(b"gold,score\na,0.5\nb,inf\n")
    assert len(left_out(decided, guess(decided))) == 1, "also where it is taken for the predicted class"
    words = read_table(b"gold,predicted,probably\na,a,sure\nb,b,unsure\n")
    assert left_out(words, guess(words)) == ()
    large = read_table(b"gold,score\na,0.5\nb,1e308\n")
    assert guess(large).scores == ("score",), "whose sentence names the row"
    fine = read_table(b"gold,predicted,score\na,a,0.5\nb,b,1\n")
    assert left_out(fine, Columns("gold", "predicted")) == ()


def test_long_names_of_classes_are_cut_with_an_ellipsis() -> None:
    long = "a very long name of a class that nobody reads"
    notes = " ".join(build(read_table(f"g,p\n{long},b\nb,b\n".encode()), Columns("g", "p")).notes)
    assert '"a very long name of a class t…" is never predicted' in notes


@pytest.mark.parametrize(
    ("data", "columns", "sentence"),
    [
        (b"gold,predicted\na,a\na,a\n", Columns("gold", "predicted"), "Only one class"),
        (b"gold,predicted\na,b\n", Columns("gold"), "Choose a column"),
        (b"gold,predicted\na,b\n", Columns("gold", "nope"), 'no column "nope"'),
        (b"g,s,t\na,1,2\nb,1,2\nc,1,2\n", Columns("g", None, ("s", "t")), "2 score columns do not fit 3 classes"),
        (b"g,p\n,\n,\n", Columns("g", "p"), "Every row"),
        (
            ("g,p\n" + "".join(f"c{i},c{i}\n" for i in range(1200))).encode(),
            Columns("g", "p"),
            "1,200 different texts",
        ),
        (
            ("g,p\n" + "".join(f"a{i},b{i}\n" for i in range(600))).encode(),
            Columns("g", "p"),
            "1,200 different texts",
        ),
    ],
)
def test_columns_that_do_not_fit_get_a_sentence(data: bytes, columns: Columns, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        build(read_table(data), columns, leave_out=True)


def test_what_looks_odd_is_said() -> None:
    notes = " ".join(build(read_table(b"g,p,s\nYes,yes,-3\nno,no,2\nno,yes,1\n"), Columns("g", "p", ("s",))).notes)
    assert '"Yes" is never predicted.' in notes
    assert '"yes" is predicted, but never the actual class.' in notes
    assert '"Yes", "yes" differ only by case' in notes
    assert "-3 to 2, so they are not probabilities" in notes


def test_whole_numbers_with_and_without_decimals_are_one_class() -> None:
    built = build(read_table(b"g,p\n1,1.0\n0,0.0\n1,0.0\n"), Columns("g", "p"))
    assert built.predictions.labels == ("0", "1")
    assert built.whole
    assert built.predictions.matrix().counts.tolist() == [[1, 0], [1, 1]]
    kept = build(read_table(b"g,p\n01,1\n1,01\n"), Columns("g", "p"))
    assert len(kept.predictions.labels) == 2, "01 and 1 are two texts"


def test_the_yes_is_found_and_the_files_own_predictions_are_kept() -> None:
    table = read_table(b"g,p,s\nbenign,benign,0.1\nmalignant,benign,0.9\n")
    assert classes_of(table, Columns("g", "p")) == ["benign", "malignant"]
    built = build(table, Columns("g", "p", ("s",)))
    assert built.predictions.labels[built.predictions.positive] == "malignant"
    assert built.by_file is not None
    assert built.by_file.tolist() == [0, 0]
    assert built.predictions.at(0.5).predicted.tolist() == [0, 1]


def test_a_second_model_and_weights() -> None:
    table = read_table(b"g,p,q,w\na,b,c,2\nb,b,a,0\n")
    built = build(table, Columns("g", "p", weights="w", second="q"))
    assert built.predictions.labels == ("a", "b", "c")
    assert built.second is not None
    assert built.second.tolist() == [2, 0]
    assert built.predictions.matrix().total == 2


def test_a_first_cell_beyond_any_name_is_a_sentence() -> None:
    with pytest.raises(UserError):
        read_table(b"sep=,\n" + b"x" * 200_000 + b",b\n1,2\n")


def test_many_columns_of_one_name_get_numbers() -> None:
    table = read_table(",".join(["a"] * 1000).encode() + b"\n" + ",".join(["1"] * 1000).encode() + b"\n")
    assert table.names[:3] == ("a", "a (2)", "a (3)")
    assert len(set(table.names)) == 1000
