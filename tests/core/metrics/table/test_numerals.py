"""Numbers as people write them: the right value, or a sentence."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.metrics.predictions.code import of_file
from core.metrics.table.cells import numbers
from core.metrics.table.columns import guess
from core.metrics.table.file import read_table
from core.metrics.table.numerals import Unclear, decimal_sign, read
from core.metrics.table.predictions import build


def values(texts: list[str], delimiter: str = ",") -> list[float]:
    found: list[float] = read(pa.chunked_array([texts]), delimiter).to_pylist()
    return found


@pytest.mark.parametrize(
    ("texts", "delimiter", "expected"),
    [
        (["2,590", "766", "7,770"], ",", [2590, 766, 7770]),
        (["2,590", "766", "7,770"], ";", [2590, 766, 7770]),
        (["2,590", "7,771"], ",", [2590, 7771]),
        (["2.590,5", "766"], ";", [2590.5, 766]),
        (["2,590.5", "766"], ";", [2590.5, 766]),
        (["1,234,567", "1,234"], ";", [1234567, 1234]),
        (["1.234.567", "1.234"], ";", [1234567, 1234]),
        (["1.234.567,5", "0,5"], ",", [1234567.5, 0.5]),
        (["2 590", "766"], ",", [2590, 766]),
        (["2'590", "2’590", "1\u202f000", "1\u00a0000,5"], ";", [2590, 2590, 1000, 1000.5]),
        (["0,5", "1", "1,234"], ";", [0.5, 1, 1.234]),
        (["0,500", "1,000"], ";", [0.5, 1]),
        (["0.500", "1.000"], ";", [0.5, 1]),
        (["2.590", "1.125"], ",", [2.59, 1.125]),
        (["0.5", "2,590"], ",", [0.5, 2590]),
        (["-0,5", "−1", "+2"], ";", [-0.5, -1, 2]),
        (["87%", "5 %", "12.5%", "100%"], ",", [0.87, 0.05, 0.125, 1]),
        (["87,5 %", "5%"], ";", [0.875, 0.05]),
        (["87%", "0.5", "0"], ",", [0.87, 0.5, 0]),
        ([".5", "5.", "1E3"], ";", [0.5, 5, 1000]),
    ],
)
def test_the_column_decides(texts: list[str], delimiter: str, expected: list[float]) -> None:
    assert values(texts, delimiter) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("texts", "delimiter"),
    [
        (["2,590", "7,771"], ";"),
        (["2,591", "766"], "\t"),
        (["2.590", "7.771"], ";"),
        (["2,590", "7.770"], ","),
        (["0,5", "0.5"], ";"),
        (["12,5", "1,234.5"], ";"),
        (["1.234.567", "0.5"], ","),
        (["87%", "91"], ","),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(texts: list[str], delimiter: str) -> None:
    with pytest.raises(Unclear):
        values(texts, delimiter)
    rows = "\n".join(f'"{text}"{delimiter}x' for text in texts)
    with pytest.raises(UserError, match=r'In the column "w" ".*write all of its numbers in one way'):
        numbers(read_table(f"w{delimiter}x\n{rows}\n".encode()).column("w"), "w", delimiter=delimiter)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=8), st.sampled_from(",.' \u202f"), st.sampled_from(",;"))
def test_thousands_are_read_as_they_are_or_refused(whole: list[int], sign: str, delimiter: str) -> None:
    texts = [f"{value:,}".replace(",", sign) for value in whole]
    try:
        found = values(texts, delimiter)
    except Unclear:
        assert sign in ",."
        return
    if sign != "." or delimiter == ";":
        assert found == whole


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=8), st.booleans())
def test_decimals_between_semicolons_are_read_as_they_are_or_refused(cents: list[int], german: bool) -> None:
    plain = [f"{value / 100:,.2f}" for value in cents]
    texts = [text.translate(str.maketrans(",.", ".,")) for text in plain] if german else plain
    assert values(texts, ";") == [value / 100 for value in cents]


def test_weights_with_thousands_and_what_the_page_says() -> None:
    table = read_table(b'gold,predicted,weight\na,a,"2,590"\nb,a,"766"\nb,b,"7,770"\n')
    built = build(table, guess(table))
    assert built.predictions.matrix().counts.tolist() == [[2590, 0], [766, 7770]]
    assert 'In the column "weight" "2,590" was read as 2590.' in built.notes
    percent = read_table(b"gold;predicted;score\na;a;87%\nb;a;5%\n")
    again = build(percent, guess(percent))
    assert again.predictions.scores is not None
    assert again.predictions.scores.tolist() == [0.87, 0.05]
    assert 'In the column "score" "87%" was read as 0.87.' in again.notes


@pytest.mark.parametrize(
    "text",
    [
        'gold,predicted,weight\na,a,"2,590"\nb,a,"766"\nb,b,"7,770"\n',
        "gold;predicted;score;weight\na;a;0,87;1.234,5\nb;a;0,05;2 000\nb;b;0,5;3\n",
        "gold;predicted;score\na;a;87%\nb;a;5 %\nb;b;12,5%\n",
        "gold,predicted,weight\nNA,NA,1\nEU,NA,2\nEU,EU,3\n",
    ],
)
def test_the_code_reads_the_same(text: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(str(tmp_path))
    with open("own.csv", "w", encoding="utf-8") as file:  # noqa: PTH123, the code opens it by this name
        file.write(text)
    table = read_table(text.encode())
    columns = guess(table)
    built = build(table, columns)
    found: dict[str, object] = {}
    exec("import numpy as np\n" + of_file("own.csv", columns, built.score_classes, table=table), found)
    labels = built.predictions.labels
    assert list(found["gold"]) == [labels[index] for index in built.predictions.target]  # type: ignore[call-overload]
    if columns.weights:
        assert list(found["weight"]) == pytest.approx(list(built.predictions.weights))  # type: ignore
    for name, label in zip(columns.scores, built.score_classes, strict=True):
        expected = numbers(table.column(name), name, delimiter=table.delimiter)
        assert list(found["score"][label]) == pytest.approx(list(expected))  # type: ignore[index]


def test_plain_numbers_need_no_words() -> None:
    assert decimal_sign(pa.chunked_array([["1", "2.5"]])) == ""
    assert [decimal_sign(pa.chunked_array([[text]]), ";") for text in ("0,5", "1,234.5", "87%")] == [",", ".", "."]
