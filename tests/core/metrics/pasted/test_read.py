"""What other tools print: the same matrix with its names, totals left out, the right way round."""

from __future__ import annotations

import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.metrics.known_names import TOTALS
from core.metrics.notation import parse, typed
from core.metrics.pasted.read import read

COUNTS = [[50, 2], [3, 45]]
"""Gold in rows: no, yes."""
TURNED = [[50, 3], [2, 45]]

CROSSTAB = """Predicted   no  yes  All
Actual
no          50    2   52
yes          3   45   48
All         53   47  100
"""
CARET = """Confusion Matrix and Statistics

          Reference
Prediction no yes
       no  50   3
       yes  2  45

               Accuracy : 0.95
                 95% CI : (0.8872, 0.9836)
    No Information Rate : 0.52
    P-Value [Acc > NIR] : <2e-16

                  Kappa : 0.8998

 Mcnemar's Test P-Value : 1

            Sensitivity : 0.9615
       'Positive' Class : no
"""
WEKA = """=== Confusion Matrix ===

  a  b   <-- classified as
 50  2 |  a = no
  3 45 |  b = yes
"""

TOLD: dict[str, str] = {
    "pandas crosstab": CROSSTAB,
    "crosstab turned": "Actual     no  yes  All\nPredicted              \nno         50    3   53\n"
    "yes         2   45   47\nAll        52   48  100\n",
    "crosstab without margins": "Predicted   no  yes\nActual             \nno          50    2\nyes          3   45\n",
    "crosstab of y_true, y_pred": "y_pred  no  yes\ny_true         \nno      50    2\nyes      3   45\n",
    "caret": CARET,
    "caret, its table alone": "          Reference\nPrediction no yes\n       no  50   3\n       yes  2  45",
    "R table": "      pred\ntruth  no yes\n  no   50   2\n  yes   3  45",
    "R addmargins": "     obs\npred   no yes Sum\n  no   50   3  53\n  yes   2  45  47\n  Sum  52  48 100",
    "yardstick": "          Truth\nPrediction no yes\n       no  50   3\n       yes  2  45",
    "Weka": WEKA,
    "Weka, its table alone": " a  b   <-- classified as\n 50  2 |  a = no\n  3 45 |  b = yes",
    "both in the corner": "gold \\ predicted,no,yes\nno,50,2\nyes,3,45",
    "both in the corner, turned": "Predicted/Actual\tno\tyes\nno\t50\t3\nyes\t2\t45",
    "Markdown": "| actual \\ predicted | no | yes | **Total** |\n|---|---:|:---:|---|\n| **no** | 50 | 2 | 52 |\n"
    "| **yes** | 3 | 45 | 48 |\n| **Total** | 53 | 47 | 100 |",
    "prefixes": "\tPredicted no\tPredicted yes\nActual no\t50\t2\nActual yes\t3\t45",
    "prefixes turned": "| | true: no | true: yes |\n|-|-|-|\n| pred: no | 50 | 3 |\n| pred: yes | 2 | 45 |",
    "spreadsheet": "\t\tPredicted\t\n\t\tno\tyes\nActual\tno\t50\t2\n\tyes\t3\t45",
    "spreadsheet with sums": ",,Predicted,,\n,,no,yes,Total\nActual,no,50,2,52\n,yes,3,45,48\n,Total,53,47,100",
    "LaTeX": "\\begin{tabular}{lrr}\n\\toprule\nactual / predicted & no & yes \\\\\n\\midrule\n"
    "\\textbf{no} & 50 & 2 \\\\\nyes & 3 & 45 \\\\\n\\bottomrule\n\\end{tabular}",
    "Stata": "           |       predicted\n    actual |        no        yes |     Total\n"
    "-----------+----------------------+----------\n        no |        50          2 |        52\n"
    "       yes |         3         45 |        48\n-----------+----------------------+----------\n"
    "     Total |        53         47 |       100",
    "axes of two words": "Dự đoán   no  yes  Total\nThực tế\nno        50    2     52\nyes         3   45   48\n"
    "Total     53   47    100",
    "prefixes at one side": "Actual,Predicted no,Predicted yes,Total\nno,50,2,52\nyes,3,45,48\nTotal,53,47,100",
    "LaTeX with heads over columns": "\\multicolumn{2}{c}{}&\\multicolumn{2}{c}{Predicted}&\\\\\n"
    "\\multicolumn{2}{c|}{}&no&yes&\\multicolumn{1}{c}{Total}\\\\\n\\cline{2-4}\n"
    "\\multirow{2}{*}{Actual}& no & $50$ & $2$ & $52$\\\\\n& yes & $3$ & $45$ & $48$\\\\\n"
    "\\multicolumn{1}{c}{} & Total & $53$ & $47$ & $100$\\\\",
    "box": "┌──────────────────┬────┬─────┐\n│ actual/predicted │ no │ yes │\n├──────────────────┼────┼─────┤\n"
    "│ no               │ 50 │   2 │\n│ yes              │  3 │  45 │\n└──────────────────┴────┴─────┘",
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_prints_that_say_which_side_is_target(name: str) -> None:
    found = typed(TOLD[name])
    assert found.matrix.counts.tolist() == COUNTS
    assert found.matrix.labels == ("no", "yes")
    assert found.told
    assert any("totals" in note.lower() for note in found.notes) == any(
        word in TOLD[name] for word in ("All", "Sum", "Total")
    )


UNTOLD: dict[str, str] = {
    "pandas without names": "     no  yes\nno   50    2\nyes   3   45",
    "unnamed crosstab": "col_0  no  yes\nrow_0         \nno     50    2\nyes     3   45",
    "corner of one word": "Actual no yes\nno 50 2\nyes 3 45",
    "to_csv": ",no,yes\nno,50,2\nyes,3,45",
    "totals at one side": "     no  yes  Total\nno   50    2     52\nyes   3   45     48",
    "totals below": "     no  yes\nno   50    2\nyes   3   45\nTổng cộng   53   47",
    "Σ": "\tno\tyes\tΣ\nno\t50\t2\t52\nyes\t3\t45\t48\nΣ\t53\t47\t100",
    "randomForest": "     no yes class.error\nno  50   2  0.03846154\nyes  3  45  0.06250000",
    "randomForest, all of it": "Call:\n randomForest(formula = y ~ .)\n        OOB estimate of  error rate: 5%\n"
    "Confusion matrix:\n     no yes class.error\nno  50   2  0.03846154\nyes  3  45  0.06250000",
    "floats": "      no   yes\nno  50.0   2.0\nyes  3.0  45.0",
    "LaTeX rows": "no & 50 & 2 \\\\ \\hline\nyes & 3 & 45 \\\\",
    "thousands": "|  | no | yes |\n|--|--|--|\n| no | 50 | 2 |\n| yes | 3 | 45 |",
}


@pytest.mark.parametrize("name", UNTOLD)
def test_prints_that_do_not_say_it_stay_as_they_are(name: str) -> None:
    found = typed(UNTOLD[name])
    assert (found.matrix.counts.tolist(), found.matrix.labels, found.told) == (COUNTS, ("no", "yes"), False)
    assert bool(found.notes) == (name.lower().startswith(("total", "corner", "σ", "random")))


@pytest.mark.parametrize(
    "text",
    [
        "array([[50,  2],\n       [ 3, 45]], dtype=int64)",
        "tensor([[50,  2],\n        [ 3, 45]])",
        "tensor([[50.,  2.],\n        [ 3., 45.]], device='cuda:0', grad_fn=<AddBackward0>)",
        "tensor([[5.0000e+01, 2.0000e+00],\n        [3.0000e+00, 4.5000e+01]], dtype=torch.float64)",
        "<tf.Tensor: shape=(2, 2), dtype=int32, numpy=\narray([[50,  2],\n       [ 3, 45]], dtype=int32)>",
        "[[50  2]\n [ 3 45]]",
        "[[50. 2.]\n [ 3. 45.]]",
        "np.array([[50, 2], [3, 45]])",
        "matrix([[50, 2],\n        [3, 45]])",
        "Confusion matrix:\n[[50  2]\n [ 3 45]]",
        "cm = [[50, 2], [3, 45]]  # no, yes",
        "[50 2; 3 45]",
        "50 & 2 \\\\\n3 & 45 \\\\",
        "tf.Tensor(\n[[50  2]\n [ 3 45]], shape=(2, 2), dtype=int32)",
        "confusion_matrix(y, p, labels=['no', 'yes'])\narray([[50,  2],\n       [ 3, 45]])",
        "2×2 Matrix{Int64}:\n 50   2\n  3  45",
        "C =\n\n    50     2\n     3    45\n",
        "50 2 52\n3 45 48",
        "50 2\n3 45\n53 47",
    ],
)
def test_bare_numbers(text: str) -> None:
    assert parse(text).counts.tolist() == COUNTS
    assert parse(text).labels == ("A", "B")


@pytest.mark.parametrize(
    "text",
    [
        "col_0   0   1\nrow_0        \n0      50   2\n1       3  45",
        "y_pred   0   1  All\ny_true             \n0       50   2   52\n1        3  45   48\nAll     53  47  100",
        "   0  1\n0 50  2\n1  3 45",
        "          Reference\nPrediction  0  1\n         0 50  3\n         1  2 45",
        ",0,1\n0,50,2\n1,3,45",
        "| | 0 | 1 |\n|-|-|-|\n| 0 | 50 | 2 |\n| 1 | 3 | 45 |",
    ],
)
def test_classes_that_are_numbers(text: str) -> None:
    assert parse(text).counts.tolist() == COUNTS
    assert parse(text).labels == ("0", "1")


def test_thousands_between_blanks() -> None:
    text = (
        "Predicted     no     yes     All\nActual\nno        50,123       2  50,125\nyes            3  45,000  45,003\n"
    )
    assert parse(text + "All       50,126  45,002  95,128").counts.tolist() == [[50123, 2], [3, 45000]]
    assert parse("100,200\n300,400").counts.tolist() == [[100, 200], [300, 400]]


def test_names_of_several_words() -> None:
    text = "Predicted   New York  São Paulo  All\nActual                              \n"
    text += "New York          50          2   52\nSão Paulo          3         45   48\n"
    text += "All               53         47  100"
    assert parse(text).labels == ("New York", "São Paulo")
    assert parse(text).counts.tolist() == COUNTS


def test_real_prints_of_pandas() -> None:
    target = ["no"] * 52 + ["yes"] * 48
    said = ["no"] * 50 + ["yes"] * 2 + ["no"] * 3 + ["yes"] * 45
    for margins in (False, True):
        for text in (str, lambda t: t.to_csv(), lambda t: t.to_csv(sep="\t"), lambda t: t.to_latex()):
            table = pd.crosstab(pd.Series(target, name="Actual"), pd.Series(said, name="Predicted"), margins=margins)
            assert parse(text(table)).counts.tolist() == COUNTS
            assert parse(text(table)).labels == ("no", "yes")
    never = pd.crosstab(pd.Series(["a", "b", "c"] * 4, name="y"), pd.Series(["a", "b", "a"] * 4, name="pred"))
    found = typed(str(never))
    assert found.matrix.counts.tolist() == [[4, 0, 0], [0, 4, 0], [4, 0, 0]]
    assert any("no column for “c”: 0 was taken" in note for note in found.notes)


@pytest.mark.parametrize("word", [*TOTALS, "TOTAL", "Tổng cộng", unicodedata.normalize("NFD", "Tổng"), "**Sum**"])
def test_words_for_totals(word: str) -> None:
    found = typed(f"\tno\tyes\t{word}\nno\t50\t2\t52\nyes\t3\t45\t48\n{word}\t53\t47\t100")
    assert found.matrix.counts.tolist() == COUNTS
    assert "add up" in found.notes[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (CROSSTAB.replace("52", "51"), "column “All” should hold totals, and in row 1 it says 51 where .* 52"),
        (CROSSTAB.replace("47", "46"), "should hold totals, and in row 3"),
        ("              precision    recall  f1-score   support\n\n no  0.9  0.9  0.9  5\n", "a classification report"),
        ("no yes\nno 1.000 2\nyes 3 4", "not whole"),
        ("[[50 2 ...]\n [3 45 ...]]", "left out when it was printed"),
        ("[[[1 2]\n  [3 4]]\n\n [[5 6]\n  [7 8]]]", "Row 1 needs 4 counts"),
    ],
)
def test_what_does_not_add_up_gets_a_sentence(text: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        parse(text)


def test_a_bare_square_that_adds_up_is_kept_and_mentioned() -> None:
    found = typed("50 2 52\n3 45 48\n53 47 100")
    assert len(found.matrix) == 3
    assert "add up like totals" in found.notes[0]
    assert typed("1 2 3\n4 5 6\n7 8 9").notes == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (CROSSTAB.replace("All", "Everything"), "“Everything”"),
        (CROSSTAB.replace("All", "-err.-").replace("52", "2").replace("48", "3").replace("53   47  100", "3  2  5"),
         "“-err.-” holds errors"),
        ("\tno\tyes\t\nno\t50\t2\t52\nyes\t3\t45\t48\n\t53\t47\t100", "without a name"),
        ("Ist \\ Vorhersage\tno\tyes\tGesamtergebnis\nno\t50\t2\t52\nyes\t3\t45\t48", "“Gesamtergebnis”"),
        (",no,yes,Mean\nno,50,2,26\nyes,3,45,24", "“Mean” holds no counts"),
    ],
)  # fmt: skip
def test_sums_and_figures_of_other_names_are_left_out_and_said(text: str, words: str) -> None:
    found = read(text)
    assert (found.counts, found.labels) == (COUNTS, ("no", "yes"))
    assert words in found.notes[0]


@pytest.mark.parametrize("blanks", [",", "\t", "  "])
@pytest.mark.parametrize(
    ("rows", "columns"), [("Thực tế", "Dự đoán"), ("Ground truth", "Predicted"), ("Giá trị thực", "Dự báo")]
)
@pytest.mark.parametrize("turned", [False, True])
def test_sides_of_two_words_before_the_names(rows: str, columns: str, blanks: str, turned: bool) -> None:
    rows, columns = (columns, rows) if turned else (rows, columns)
    lines = [["", f"{columns} no", f"{columns} yes"], [f"{rows} no", "50", "2"], [f"{rows} yes", "3", "45"]]
    found = read("\n".join(blanks.join(line) for line in lines))
    assert (found.labels, found.predictions_in_rows) == (("no", "yes"), turned)


@pytest.mark.parametrize("turned", [False, True])
def test_sides_of_two_words_in_the_corner(turned: bool) -> None:
    corner = "Dự đoán \\ Thực tế" if turned else "Thực tế \\ Dự đoán"
    assert read(f"{corner}\tno\tyes\nno\t50\t2\nyes\t3\t45").predictions_in_rows is turned


@pytest.mark.parametrize("names", [["class 0", "class 1"], ["top 10", "rest"], ["a 1 b", "c"], ["Boeing 737", "A 380"]])
@pytest.mark.parametrize("axes", [("Predicted", "Actual"), (None, None)])
@pytest.mark.parametrize("margins", [False, True])
def test_numbers_in_names(names: list[str], axes: tuple[str | None, str | None], margins: bool) -> None:
    table = pd.DataFrame(COUNTS, names, names).rename_axis(index=axes[1], columns=axes[0])
    if margins:
        table["All"] = table.sum(axis=1)
        table.loc["All"] = table.sum()
    found = read(str(table))
    assert (found.counts, found.labels) == (COUNTS, tuple(names))


@pytest.mark.parametrize("axes", [("Predicted", "Actual"), ("col_0", "row_0"), (None, None)])
@pytest.mark.parametrize("word", ["Everything", "All", "Σ", "Samples"])
def test_sums_of_any_name_beside_classes_that_are_numbers(axes: tuple[str | None, str | None], word: str) -> None:
    table = pd.DataFrame(COUNTS).rename_axis(index=axes[1], columns=axes[0])
    table[word] = table.sum(axis=1)
    table.loc[word] = table.sum()
    found = read(str(table))
    assert (found.counts, found.labels) == (COUNTS, ("0", "1"))
    assert f"“{word}”" in found.notes[0]


@pytest.mark.parametrize("right", ["101", "99"])
def test_a_class_of_any_name_that_is_no_sum_stays(right: str) -> None:
    found = read(CROSSTAB.replace("All", "Other").replace("100", right))
    assert len(found.counts) == 3
    assert found.labels == ("no", "yes", "Other")


@pytest.mark.parametrize("axes", [("Predicted", "Actual"), (None, None)])
@pytest.mark.parametrize("margins", [False, True])
@pytest.mark.parametrize("width", [30, 40, 60])
def test_what_pandas_breaks_into_pieces_is_put_together(
    axes: tuple[str | None, str | None], margins: bool, width: int
) -> None:
    names = ["a quite long name", "another", "third", "fourth one"]
    counts = np.arange(16).reshape(4, 4)
    table = pd.DataFrame(counts, names, names).rename_axis(index=axes[1], columns=axes[0])
    if margins:
        table["All"] = table.sum(axis=1)
        table.loc["All"] = table.sum()
    text = table.to_string(line_width=width)
    assert "\\" in text
    found = read(text)
    assert (found.counts, found.labels) == (counts.tolist(), tuple(names))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (",no,yes\nno,96%,4%\nyes,6%,94%", "shares in percent"),
        (",no,yes\nno,50 (96%),2 (4%)\nyes,3 (6%),45 (94%)", "shares in percent"),
        (",no,yes,All\nno,0.5,0.02,0.52\nyes,0.03,0.45,0.48\nAll,0.53,0.47,1.0", "is not whole"),
    ],
)
def test_shares_are_refused(text: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        read(text)


def test_columns_in_another_order_are_put_into_that_of_the_rows() -> None:
    found = typed(",yes,no\nno,2,50\nyes,45,3")
    assert (found.matrix.counts.tolist(), found.matrix.labels) == (COUNTS, ("no", "yes"))
    assert "order of the rows" in found.notes[0]


_NAMES = st.lists(st.sampled_from(["cat", "dog", "Küche", "mèo", "New York", "x_1", "ant"]), min_size=2, unique=True)


@given(_NAMES, st.data(), st.booleans(), st.booleans())
def test_pandas_and_r_say_the_same(names: list[str], data: st.DataObject, margins: bool, turned: bool) -> None:
    size = len(names)
    counts = np.array(data.draw(st.lists(st.integers(0, 999), min_size=size**2, max_size=size**2))).reshape(size, size)
    table = pd.DataFrame(counts, names, names)
    if margins:
        table["All"] = table.sum(axis=1)
        table.loc["All"] = table.sum()
    axes = ("Predicted", "Actual") if turned else ("Actual", "Predicted")
    table = table.rename_axis(index=axes[0], columns=axes[1])
    for text in (str(table), table.to_csv(sep="\t").replace("Actual\t", f"{axes[0]} / {axes[1]}\t", 1)):
        found = read(text)
        assert found.labels == tuple(names)
        assert found.counts == counts.tolist()
        assert found.predictions_in_rows is turned or text.startswith("Predicted\t")
