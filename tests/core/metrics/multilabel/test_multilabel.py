"""Several labels a sample: golden values, scikit-learn, laws, texts, files, code."""

from __future__ import annotations

import csv
import io
import math
import unicodedata
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from core.errors import UserError
from core.metrics.multilabel import text
from core.metrics.multilabel.multilabel import MEANS, MOST_LABELS, Multilabel
from core.metrics.multilabel.report import report
from core.metrics.multilabel.table import Columns, build, guess
from core.metrics.table.file import read_table
from tests.examples import examples

nan = math.nan
GOLDEN = text.typed("110 010 000 101", "100,011,000,101", "cat, dog, sofa")


@st.composite
def tables(draw: st.DrawFn) -> Multilabel:
    """Small tables, empty rows and columns among them."""
    samples, size = draw(st.integers(2, 6)), draw(st.integers(2, 4))
    bits = draw(st.lists(st.booleans(), min_size=2 * samples * size, max_size=2 * samples * size))
    target, predicted = np.reshape(bits, (2, samples, size))
    return Multilabel(target, predicted, tuple("ABCD"[:size]))


@pytest.mark.parametrize(
    ("name", "average", "zero", "value"),
    [
        ("f1", "samples", 0.0, 0.583333),
        ("f1", "samples", 1.0, 0.833333),
        ("f1", "samples", nan, 0.777778),
        ("f1", "micro", 0.0, 0.8),
        ("f1", "macro", 0.0, 0.777778),
        ("f1", "weighted", 0.0, 0.8),
        ("precision", "samples", 0.0, 0.625),
        ("jaccard", "samples", nan, 0.666667),
    ],
)
def test_the_golden_example(name: Any, average: Any, zero: float, value: float) -> None:
    assert GOLDEN.score(name, average, zero_division=zero) == pytest.approx(value, abs=5e-7)


def test_the_golden_example_sample_by_sample() -> None:
    assert GOLDEN.per_sample("f1").tolist() == pytest.approx([2 / 3, 2 / 3, nan, 1], nan_ok=True)
    assert GOLDEN.score("f1").tolist() == pytest.approx([1, 2 / 3, 2 / 3])
    assert GOLDEN.subset_accuracy == 0.5
    assert GOLDEN.hamming_loss == pytest.approx(2 / 12)
    pooled = GOLDEN.pooled
    assert (pooled.tp, pooled.fp, pooled.fn, pooled.tn) == (4, 1, 1, 6)
    assert [matrix.counts.tolist() for matrix in GOLDEN.matrices] == [
        [[2, 0], [0, 2]],
        [[1, 1], [0, 2]],
        [[1, 0], [1, 2]],
    ]
    assert GOLDEN.matrices[1].labels == ("dog", "not dog")


@examples(60)
@given(table=tables(), zero=st.sampled_from([0.0, 1.0, nan]))
def test_averages_are_means_of_what_is_shown(table: Multilabel, zero: float) -> None:
    for name in ("precision", "recall", "f1", "jaccard"):
        for average, each in (("samples", table.per_sample(name)), ("macro", table.score(name))):  # type: ignore[call-overload]
            counted = each[~np.isnan(each)] if math.isnan(zero) else np.where(np.isnan(each), zero, each)
            mean = counted.mean() if len(counted) else nan
            assert table.score(name, average, zero_division=zero) == pytest.approx(mean, nan_ok=True), (name, average)  # type: ignore[call-overload]


@examples(60)
@given(table=tables(), zero=st.sampled_from([0.0, 1.0]), average=st.sampled_from(MEANS))
def test_scores_are_scikit_learns(table: Multilabel, zero: float, average: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # ours are quiet
        ours = [
            table.score(name, average, beta=2.0, zero_division=zero)
            for name in ("precision", "recall", "f1", "fbeta", "jaccard")
        ]
    how = {"average": average, "zero_division": zero}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = [
            sk.precision_score(table.target, table.predicted, **how),
            sk.recall_score(table.target, table.predicted, **how),
            sk.f1_score(table.target, table.predicted, **how),
            sk.fbeta_score(table.target, table.predicted, beta=2.0, **how),
            sk.jaccard_score(table.target, table.predicted, **how),
        ]
    assert ours == pytest.approx(theirs)


@examples(40)
@given(table=tables())
def test_a_labels_matrix_is_its_own_binary_problem(table: Multilabel) -> None:
    for column, matrix in enumerate(table.matrices):
        target, predicted = table.target[:, column], table.predicted[:, column]
        assert matrix.counts[0].tolist() == [int((target & predicted).sum()), int((target & ~predicted).sum())]
        assert matrix.counts[1].tolist() == [int((~target & predicted).sum()), int((~target & ~predicted).sum())]
        recall = matrix.score("recall", "binary")
        assert recall == pytest.approx(float(table.score("recall")[column]), nan_ok=True)
    assert sum(matrix.total for matrix in table.matrices) == table.target.size
    pooled = table.pooled
    assert (pooled.fp + pooled.fn) / table.target.size == pytest.approx(table.hamming_loss)


@examples(40)
@given(table=tables())
def test_target_and_predicted_change_places(table: Multilabel) -> None:
    turned = Multilabel(table.predicted, table.target, table.labels)
    for average in ("samples", "micro", "macro"):
        ours, theirs = table.score("precision", average), turned.score("recall", average)  # type: ignore[call-overload]
        assert ours == pytest.approx(theirs, nan_ok=True)
    assert turned.hamming_loss == table.hamming_loss
    assert turned.subset_accuracy == table.subset_accuracy


def test_nothing_at_all() -> None:
    empty = Multilabel(np.zeros((3, 2)), np.zeros((3, 2)), ("A", "B"))
    for average in MEANS:
        assert math.isnan(empty.score("f1", average))
        assert math.isnan(empty.score("jaccard", average))
        assert empty.score("f1", average, zero_division=1) == 1
    assert empty.subset_accuracy == 1
    assert empty.hamming_loss == 0


def test_it_is_a_value() -> None:
    same = Multilabel(GOLDEN.target.astype(int), GOLDEN.predicted.tolist(), list(GOLDEN.labels))  # type: ignore[arg-type]
    assert same == GOLDEN
    assert hash(same) == hash(GOLDEN)
    others = [
        Multilabel(GOLDEN.predicted, GOLDEN.target, GOLDEN.labels),
        Multilabel(GOLDEN.target, GOLDEN.predicted, ("a", "b", "c")),
        Multilabel(np.zeros((3, 4)), np.zeros((3, 4)), tuple("ABCD")),
        Multilabel(np.zeros((4, 3)), np.zeros((4, 3)), tuple("ABC")),
    ]
    assert len({GOLDEN, same, *others}) == 5
    with pytest.raises(ValueError, match="read-only"):
        GOLDEN.target[0, 0] = False


@pytest.mark.parametrize(
    ("target", "predicted", "labels", "sentence"),
    [
        (np.zeros((2, 2)), np.zeros((3, 2)), ("A", "B"), "the same samples and the same labels"),
        (np.zeros(4), np.zeros(4), ("A", "B"), "the same samples"),
        (np.zeros((1, 2)), np.zeros((1, 2)), ("A", "B"), "at least 2 samples"),
        (np.zeros((3, 1)), np.zeros((3, 1)), ("A",), f"2 to {MOST_LABELS} labels, and here are 3 and 1"),
        (np.zeros((2, 201)), np.zeros((2, 201)), tuple(map(str, range(201))), "2 and 201"),
        (np.zeros((2, 2)), np.zeros((2, 2)), ("A",), "2 labels need 2 names"),
        (np.zeros((2, 2)), np.zeros((2, 2)), ("A", "A"), "a name of its own"),
        (np.zeros((3_000_000, 2), bool), np.zeros((3_000_000, 2), bool), ("A", "B"), "take fewer rows"),
    ],
)
def test_what_is_no_table_is_refused(target: Any, predicted: Any, labels: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        Multilabel(target, predicted, labels)


def test_no_such_score() -> None:
    for name, average in (("accuracy", None), ("f1", "binary")):
        with pytest.raises(ValueError, match="no score is called"):
            GOLDEN.score(name, average)  # type: ignore[call-overload]


@examples(40)
@given(table=tables())
def test_texts_come_back(table: Multilabel) -> None:
    assert np.array_equal(text.parse(text.write(table.target)), table.target)
    assert text.typed(text.write(table.target), text.write(table.predicted), ", ".join(table.labels)) == table


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "is empty"),
        (" , ;", "is empty"),
        ("110", "has 1 sample, and 2 to 12"),
        (" ".join(["10"] * 13), "13 samples, and 2 to 12"),
        ("10 1x", 'sample 2: "x" in "1x" is neither 0 nor 1'),
        ("10 １１", "sample 2"),
        ("110 10", "sample 2 has 2 digits and the first has 3"),
        ("1 0", "has 1 label, and 2 to 8"),
        ("11x", 'sample 1: "x" in "11x" is neither 0 nor 1'),
        ("10 1\x00", r"sample 2: the character U\+0000"),
        ("10 1", "sample 2 has 1 digit and the first has 2"),
        ("111111111 000000000", "9 labels"),
        ("<script> 10", "sample 1"),
        ("10 " * 5000, "samples"),
    ],
)
def test_texts_that_cannot_be_read(written: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        text.parse(written)


def test_texts_that_do_not_fit_each_other() -> None:
    with pytest.raises(UserError, match="Actual has 2 samples with 2 labels and predicted 2 samples with 3 labels"):
        text.typed("10 01", "100 010", "a, b")
    with pytest.raises(UserError, match="is no name for a label"):
        text.typed("10 01", "10 01", "a,")
    with pytest.raises(UserError, match="is no name for a label"):
        text.typed("10 01", "10 01", "a," + "x" * 21)
    assert text.typed("101 010", "101 010", "A, cat").labels == ("A", "cat", "B")
    assert text.typed("10 01", "10 01", "a, b, c").labels == ("a", "b")


def test_rows_and_labels_are_added_and_taken_away() -> None:
    assert text.write(text.resized(GOLDEN.target, 5, 4)) == "1100 0100 0000 1010 0000"
    assert text.write(text.resized(GOLDEN.target, 2, 2)) == "11 01"


def file(content: str) -> Any:
    return read_table(content.encode())


LISTS = "id;gold;predicted\n1;cat,dog;cat\n2;dog;dog,sofa\n3;;\n4;sofa,cat;cat , sofa\n"
FLAGS = (
    "id,gold_cat,gold_dog,gold_sofa,pred_dog,pred_cat,pred_sofa\n"
    "a,1,1,0,0,1,0\nb,0,1,0,1,0,1\nc,0,0,0,0,0,0\nd,1,0,1,0,1,1\n"
)


@pytest.mark.parametrize("content", [LISTS, FLAGS, FLAGS.replace("1", "True").replace("0", "no")])
def test_the_golden_example_from_a_file(content: str) -> None:
    table = file(content)
    found = build(table, guess(table))
    assert found == GOLDEN


def test_what_the_columns_are_taken_for() -> None:
    assert guess(file(LISTS)) == Columns(("gold",), ("predicted",), "comma")
    flags = guess(file(FLAGS))
    assert flags.separator is None
    assert flags.target == ("gold_cat", "gold_dog", "gold_sofa")
    assert flags.predicted == ("pred_cat", "pred_dog", "pred_sofa"), "in the order of the gold labels"
    unnamed = guess(file("a,b,c,d\n0,1,0,1\n1,1,0,0\n"))
    assert unnamed == Columns(("a", "b"), ("c", "d"), None)


@pytest.mark.parametrize(
    ("content", "columns", "sentence"),
    [
        (LISTS, Columns(("gold",), ("gold",), "comma"), "Choose one column of actual lists and another"),
        (LISTS, Columns(("gold",), ("predicted",), "semicolon"), "choose comma as the separator"),
        (LISTS, Columns(("gold",), ("nowhere",), "comma"), 'no column "nowhere"'),
        (LISTS, Columns(("gold",), ("predicted",), "; DROP"), "Choose what separates"),
        ("a,b\nx,x\nx,\n", Columns(("a",), ("b",), "semicolon"), "fewer than two different labels"),
        (FLAGS, Columns(("gold_cat",), ("pred_cat",), None), "here are 1 actual and 1 predicted"),
        (FLAGS, Columns(("gold_cat", "gold_dog"), ("pred_cat",), None), "here are 2 actual and 1 predicted"),
        (FLAGS, Columns(("gold_cat", "gold_dog"), ("gold_dog", "pred_cat"), None), "cannot be both"),
        (FLAGS, Columns(("id", "gold_dog"), ("pred_dog", "pred_cat"), None), 'Column "id", row 1 holds "a"'),
        (
            FLAGS.replace("b,0,1", "b,0,"),
            Columns(("gold_cat", "gold_dog"), ("pred_dog", "pred_cat"), None),
            "row 2 holds nothing",
        ),
        (
            "gold,predicted\n" + "\n".join(f"l{i};m,x;y" for i in range(300)),
            Columns(("gold",), ("predicted",), "semicolon"),
            "303 different labels and 200 are the most",
        ),
    ],
)
def test_columns_that_do_not_fit(content: str, columns: Columns, sentence: str) -> None:
    table = file(content)
    with pytest.raises(UserError, match=sentence):
        build(table, columns)


def run(script: str) -> None:
    """In this process: scikit-learn takes seconds to import."""
    exec(compile(script, "multilabel.py", "exec"), {})


@pytest.mark.parametrize(("third", "zero"), [("f1", 0.0), ("fbeta", nan), ("jaccard", 1.0), ("jaccard", nan)])
def test_the_code_runs_and_its_assertions_hold(third: Any, zero: float, capsys: pytest.CaptureFixture[str]) -> None:
    script = text.code(report(GOLDEN, third, beta=0.5, zero_division=zero))
    run(script)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(MEANS)
    broken = script.replace('"micro": [0.800000', '"micro": [0.700000')
    with pytest.raises(AssertionError):
        run(broken)


def test_the_code_of_a_large_table_reads_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    names = tuple(f'=1+"{i}",\'#' for i in range(9))
    large = Multilabel(random.random((40, 9)) < 0.3, random.random((40, 9)) < 0.3, names)
    (tmp_path / "multilabel.csv").write_text(text.rows_csv(large))
    monkeypatch.chdir(tmp_path)
    run(text.code(report(large, "f1", zero_division=1.0)))


def test_csv_files_say_what_the_page_says() -> None:
    rows = list(csv.reader(io.StringIO(text.rows_csv(GOLDEN))))
    assert rows[0] == [
        "sample",
        "gold cat",
        "gold dog",
        "gold sofa",
        "predicted cat",
        "predicted dog",
        "predicted sofa",
    ]
    assert rows[2] == ["2", "0", "1", "0", "0", "1", "1"]
    again = read_table(text.rows_csv(GOLDEN).encode())
    assert build(again, guess(again)) == GOLDEN
    hostile = Multilabel(GOLDEN.target, GOLDEN.predicted, ("=cmd()", "@b", "-c"))
    cells = [row[0] for row in csv.reader(io.StringIO(text.scores_csv(report(hostile, "f1"))))]
    assert cells == [
        "of", "'=cmd()", "'@b", "'-c", "samples average", "micro average", "macro average", "weighted average",
        "exact match", "Hamming loss",
    ]  # fmt: skip


@examples(60)
@given(table=tables(), third=st.sampled_from(["f1", "fbeta", "jaccard"]), zero=st.sampled_from([0.0, 1.0]))
def test_scores_from_counts_are_scikit_learns_of_all_rows(table: Multilabel, third: Any, zero: float) -> None:
    found = report(table, third, beta=0.5, zero_division=zero)
    theirs = {"precision": sk.precision_score, "recall": sk.recall_score, "f1": sk.f1_score}
    theirs |= {"fbeta": lambda *tables, **how: sk.fbeta_score(*tables, beta=0.5, **how), "jaccard": sk.jaccard_score}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for column, name in enumerate(found.names):
            score, how = theirs[name], {"zero_division": zero}
            means = [score(table.target, table.predicted, average=mean, **how) for mean in MEANS]
            assert found.means[:, column] == pytest.approx(means)
            each = score(table.target, table.predicted, average=None, **how)
            assert found.counted(found.per_label)[:, column] == pytest.approx(each)


@pytest.mark.parametrize(("third", "most"), [("f1", 1), ("jaccard", 2)])
def test_only_the_mean_over_samples_reads_every_row(third: Any, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call of scikit-learn over all rows of a large file takes half a second."""
    large = Multilabel(np.eye(500, 9, dtype=bool), np.eye(500, 9, 1, dtype=bool), tuple("ABCDEFGHI"))
    rows: list[int] = []

    def counted(score: Any) -> Any:
        def call(target: Any, *arguments: Any, **options: Any) -> Any:
            rows.append(len(target))
            return score(target, *arguments, **options)

        return call

    for name in ("precision_recall_fscore_support", "jaccard_score"):
        monkeypatch.setattr(sk, name, counted(getattr(sk, name)))
    report(large, third)
    assert sum(size == 500 for size in rows) == most


def test_the_report_holds_the_same_numbers() -> None:
    found = report(GOLDEN, "fbeta", beta=2.0, zero_division=1.0, rows=3)
    assert found.per_sample.shape == (3, 3)
    assert found.per_label.shape == (3, 3)
    assert found.mean("fbeta", "samples") == GOLDEN.score("fbeta", "samples", beta=2.0, zero_division=1.0)
    assert found.counted(found.per_sample)[2].tolist() == [1, 1, 1]
    assert np.isnan(found.per_sample[2]).all()
    left_out = report(GOLDEN, "f1", zero_division=nan)
    assert np.isnan(left_out.counted(left_out.per_sample)[2]).all()


def test_labels_whose_accents_are_written_in_two_ways_are_one() -> None:
    one, other = (unicodedata.normalize(form, "mèo") for form in ("NFC", "NFD"))
    lists = read_table(f"gold,predicted\n{one};chó,{other}\nchó,chó;{one}\n".encode())
    found = build(lists, guess(lists))
    assert found.labels == ("chó", one)
    assert found.target.tolist() == [[True, True], [True, False]]
    assert found.predicted.tolist() == [[False, True], [True, True]]
    flags = read_table(f"gold_{one},gold_chó,pred_chó,pred_{other}\n1,0,0,1\n0,1,1,0\n".encode())
    assert guess(flags).predicted == (f"pred_{other}", "pred_chó")


@pytest.mark.parametrize(
    ("names", "typed_names"),
    [
        (("cat", "dog"), ("cat", "dog")),
        (("a,b", "c;  d"), ("a b", "c d")),
        (("x" * 30, "dog"), ("x" * 20, "dog")),
        (("x" * 30, "x" * 31), ("A", "B")),
        ((",", "dog"), ("A", "B")),
    ],
)
def test_names_of_a_file_become_names_that_can_be_typed(names: tuple[str, str], typed_names: tuple[str, str]) -> None:
    table = Multilabel(np.eye(2), np.eye(2), names)
    assert text.fits(table)
    found = text.typeable(table)
    assert found.labels == typed_names
    assert text.names(", ".join(found.labels)) == found.labels
    assert not text.fits(Multilabel(np.eye(13, 2), np.eye(13, 2), ("a", "b")))
