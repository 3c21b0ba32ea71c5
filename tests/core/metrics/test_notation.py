from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.metrics.confusion import ConfusionMatrix
from core.metrics.notation import (
    LARGEST_COUNT,
    MOST,
    MOST_TEXT,
    class_weights,
    count,
    default_names,
    name,
    names,
    parse,
    write,
    write_names,
)

LECTURE = [[80.0, 25.0], [10.0, 35.0]]

words = st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters=",;"), min_size=1, max_size=12)


@st.composite
def matrices(draw: st.DrawFn) -> ConfusionMatrix:
    size = draw(st.integers(2, MOST))
    counts = draw(st.lists(st.integers(0, LARGEST_COUNT), min_size=size * size, max_size=size * size))
    labels = draw(st.lists(words, min_size=size, max_size=size, unique=True))
    return ConfusionMatrix(np.reshape(counts, (size, size)), tuple(labels))


@given(matrices())
def test_what_is_written_is_read_again(matrix: ConfusionMatrix) -> None:
    assert parse(write(matrix), names(write_names(matrix.labels))) == matrix


def test_twenty_rows_of_the_largest_counts_fit() -> None:
    largest = ConfusionMatrix(np.full((MOST, MOST), LARGEST_COUNT), default_names(MOST))
    assert len(write(largest)) <= MOST_TEXT


@pytest.mark.parametrize(
    "text",
    [
        "80 25\n10 35",
        "80 25; 10 35",
        "80,25\r\n10,35\r\n",
        "80\t25\n10\t35",
        "80;25\n10;35",
        "80|25\n10|35",
        "  80   25 \n\n 10 35  ",
        "80\u00a025\n10\u202f35",
        '"80","25"\n"10","35"',
        "[[80, 25], [10, 35]]",
        "array([[80, 25],\n       [10, 35]])",
        "[[80 25]\n [10 35]]",
        "np.array([[80, 25], [10, 35],])",
    ],
)
def test_separators(text: str) -> None:
    assert parse(text).counts.tolist() == LECTURE
    assert parse(text).labels == ("A", "B")


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("yes no\n80 25\n10 35", ("yes", "no")),
        ("gold \\ predicted,yes,no\nyes,80,25\nno,10,35", ("yes", "no")),
        ("yes\t80\t25\nno\t10\t35", ("yes", "no")),
        ("\tdining table\tcup\ndining table\t80\t25\ncup\t10\t35", ("dining table", "cup")),
    ],
)
def test_names_in_the_text_are_taken_over(text: str, labels: tuple[str, ...]) -> None:
    assert parse(text).labels == labels
    assert parse(text).counts.tolist() == LECTURE


def test_names_that_are_given_win() -> None:
    assert parse("yes no\n80 25\n10 35", ("ill", "well")).labels == ("ill", "well")


@pytest.mark.parametrize(
    ("text", "value"), [("0", 0), (" 25 ", 25), ("1,000", 1000), ("12 345", 12345), ("1'000'000", 10**6), ("007", 7)]
)
def test_counts(text: str, value: int) -> None:
    assert count(text) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-3", "negative"),
        ("−3", "negative"),
        ("2.5", "not whole"),
        ("2,5", "not whole"),
        ("", "empty"),
        ("abc", "no count"),
        ("1e3", "no count"),
        ("nan", "no count"),
        ("inf", "no count"),
        ("=1+1", "no count"),
        ("٣", "no count"),
        ("²", "no count"),
        ("1000000001", "too large"),
        ("9" * 400, "too large"),
        ("1,00", "not whole"),
        ("<b>5</b>", "no count"),
    ],
)
def test_what_is_no_count(text: str, said: str) -> None:
    with pytest.raises(UserError, match=f"(?i){said}") as caught:
        count(text)
    assert len(str(caught.value)) < 120, "a sentence, however long the text"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no matrix here"),
        ("  \n ", "no matrix here"),
        ("5", "2 to 20 rows"),
        ("\n".join(["1 " * 21] * 21), "2 to 20 rows"),
        ("1 2\n3", "Row 2 needs 2 counts"),
        ("1 2 3\n4 5 6", "Row 1 needs 2 counts"),
        ("1 2\n3 -4", "Row 2, column 2.*negative"),
        ("1 x\n3 4", "Row 1, column 2.*no count"),
        ("a b\nc d", "no matrix here"),
        ("hello", "no matrix here"),
        ("[]" + " " * 19_990, "no matrix here"),
        ("[[]]", "no matrix here"),
        ("[[1, 2], [3]]", "Row 2 needs 2 counts"),
        ("yes yes\n1 2\n3 4", "name of its own"),
        ("1" * (MOST_TEXT + 1), "too long"),
        ("yes no maybe\n1 2\n3 4", "names"),
    ],
)
def test_what_is_no_matrix(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "needs a name"), ("a,b", "comma"), ("a;b", "semicolon"), ("x" * 41, "41"), ("a\x00b", "cannot be shown")],
)
def test_what_is_no_name(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        name(text)


def test_names_are_trimmed_and_none_is_fine() -> None:
    assert names(" yes ,  not   at all\n") == ("yes", "not at all")
    assert names("  ") == ()


def test_names_that_only_look_different_to_a_computer_are_refused() -> None:
    one, other = (unicodedata.normalize(form, "mèo") for form in ("NFC", "NFD"))
    for text in (lambda: names(f"{one}, {other}"), lambda: parse(f"{one} {other}\n1 2\n3 4")):
        with pytest.raises(UserError, match="two look like “mèo”"):
            text()
    assert parse(f"\t{one}\tchó\n{other}\t1\t2\nchó\t3\t4").labels == (one, "chó")


@pytest.mark.parametrize(
    ("text", "weights"), [("", None), ("1, 2.5", (1.0, 2.5)), ("1;2", (1.0, 2.0)), (" .5\t3 ", (0.5, 3.0))]
)
def test_weights_are_read(text: str, weights: tuple[float, ...] | None) -> None:
    assert class_weights(text, ("a", "b")) == weights


@pytest.mark.parametrize("text", ["-1 2", "nan 1", "inf 1", "1e5 1", "1001 1", "1_0 1", "٣ 1", "1", "1 2 3", "1" * 500])
def test_other_weights_are_refused(text: str) -> None:
    with pytest.raises(UserError, match="weight"):
        class_weights(text, ("a", "b"))
