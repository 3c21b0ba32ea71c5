"""Numbers as the page shows them: decimals, fractions, old and new, what is best."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from sklearn import metrics

from core.figures.metrics import score_tables
from core.figures.metrics.score_words import (
    against_trivial,
    left_out_of_means,
    options_in_words,
    undefined_of_classes,
    zero_counts_as,
)
from core.figures.metrics.scores import amount, beside_default, headline, over, slide_note, three
from core.metrics import Average, ConfusionMatrix
from core.metrics.baselines import COLUMNS, baselines, beside, compared
from core.metrics.presets import PRESETS
from core.metrics.report import Options, report

BINARY = ConfusionMatrix(np.array([[80, 25], [10, 35]]), ("yes", "no"))
EDITED = ConfusionMatrix(np.array([[100, 25], [10, 35]]), ("yes", "no"))
NEVER = ConfusionMatrix(np.array([[0, 5, 0], [0, 5, 0], [0, 0, 4]]), ("a", "b", "c"))


@pytest.mark.parametrize(
    ("value", "text"),
    [(8 / 9, "0.889"), (1.0, "1.000"), (-1e-17, "0.000"), (-0.25, "−0.250"), (math.nan, "undefined"), (math.inf, "∞")],
)
def test_scores_have_three_decimals(value: float, text: str) -> None:
    assert three(value) == text


def test_fractions_are_not_shortened_and_counts_have_separators() -> None:
    assert over((80.0, 90.0)) == "80/90"
    assert over((1234.0, 5678.5)) == "1,234/5,678.5"
    assert over((0.0, 0.0)) == over(None) == ""
    assert amount(1e6) == "1,000,000"


def test_the_headline_says_what_was() -> None:
    numbers = {number.title: number for number in headline(report(EDITED), report(BINARY))}
    assert list(numbers) == [
        "Accuracy", "Precision", "Recall", "F1", "Specificity", "Balanced accuracy", "MCC", "κ",
    ]  # fmt: skip
    precision = numbers["Precision"]
    assert (precision.value, precision.note, precision.change) == ("0.909", "100/110, was 0.889", 1)
    assert (numbers["Specificity"].note, numbers["Specificity"].change) == ("35/45", 0), "it did not change"
    back = {number.title: number for number in headline(report(BINARY), report(EDITED))}
    assert (back["Precision"].note, back["Precision"].change) == ("80/90, was 0.909", -1)


def test_a_long_fraction_makes_room_for_what_was() -> None:
    many = ConfusionMatrix(np.array([[800000, 250000], [100001, 350000]]), ("yes", "no"))
    notes = {number.title: number.note for number in headline(report(many), report(EDITED))}
    assert notes["Precision"] == "was 0.909"
    assert {number.title: number.note for number in headline(report(many), None)}["Precision"] == "800,000/900,001"


def test_the_headline_says_why_a_score_is_undefined() -> None:
    one_row = ConfusionMatrix(np.array([[0, 5], [0, 0]]), ("yes", "no"))
    numbers = {number.title: number for number in headline(report(one_row), None)}
    assert numbers["Precision"].value == "undefined"
    assert "never predicted: 0/0" in numbers["Precision"].help.lower()
    assert numbers["MCC"].value == "0.000"
    assert "scikit-learn's convention says 0" in numbers["MCC"].help


def test_the_slides_accuracy_stands_beside_the_exact_one() -> None:
    assert slide_note(BINARY) == "The slide prints accuracy 0.7; exactly it is 115/150 = 0.7667, which rounds to 0.8."
    assert slide_note(BINARY, "0.77") == "The slide prints accuracy 0.77; exactly it is 115/150 = 0.7667."
    assert slide_note(EDITED) is None
    assert slide_note(PRESETS["Lecture: three classes"].matrix()) is None


def test_averages_show_old_and_new() -> None:
    table = score_tables.averages(report(EDITED), report(BINARY)).set_index("average")
    assert table.index.tolist() == ["binary: yes", "micro", "macro", "weighted"]
    assert table.loc["binary: yes", "Precision"] == "0.889 → 0.909"
    assert table.loc["binary: yes", "Specificity"] == "0.778"
    assert table.columns[3] == "F2"
    assert score_tables.averages(report(NEVER), None)["average"].tolist() == ["micro", "macro", "weighted"]


def test_classes_show_fractions_and_reasons() -> None:
    table = score_tables.classes(report(EDITED, Options(beta=0.5)), report(BINARY, Options(beta=0.5))).set_index(
        "class"
    )
    assert table.loc["yes", "Precision"] == "0.909 ↑"
    assert table.loc["no", "Precision"] == "0.583 = 35/60", "it did not change"
    back = score_tables.classes(report(BINARY), report(EDITED)).set_index("class")
    assert back.loc["yes", ["Precision", "NPV"]].tolist() == ["0.889 ↓", "0.583"]
    assert table.loc["yes", ["TP", "FP", "FN", "TN"]].tolist() == [100, 10, 25, 35]
    assert table.loc["yes", "F0.5"] == "0.885 ↑"
    before = score_tables.classes(report(BINARY), None).set_index("class")
    assert before.loc["yes", ["Recall", "F1"]].tolist() == ["0.762 = 80/105", "0.821"]
    never = score_tables.classes(report(NEVER), None).set_index("class")
    assert never.loc["a", "Precision"] == "undefined"
    assert never.loc["c", "LR+"] == "∞"
    why = score_tables.reasons(report(NEVER))
    assert why["Precision"] == "a (never predicted: 0/0)"
    assert "c (infinite: no false positive)" in why["LR+"]
    assert "Recall" not in why
    assert score_tables.reasons(report(ConfusionMatrix(np.zeros((2, 2)), ("a", "b")))) == {}
    one = score_tables.classes(report(NEVER, Options(zero_division=1.0)), None).set_index("class")
    assert one.loc["a", "Precision"] == "1.000"


def test_whole_scores_with_both_macro_f1() -> None:
    table = score_tables.wholes(report(EDITED), report(BINARY))["value"]
    assert table["Accuracy"] == "0.767 → 0.794"
    assert table["κ, quadratic weights"].startswith("0.493 → ")
    three_classes = score_tables.wholes(report(PRESETS["Lecture: three classes"].matrix()), None)["value"]
    assert three_classes["Macro-F1: mean of the F1s"] == "0.549"
    assert three_classes["Macro-F1: F1 of the means"] == "0.561"
    subset = score_tables.wholes(report(NEVER, Options(labels=("b",))), None)
    assert subset.index[-2:].tolist() == [
        "Macro-F1: mean of the F1s, averaged classes",
        "Macro-F1: F1 of the means, averaged classes",
    ]


def test_the_best_of_each_column_is_marked_and_undefined_never_is() -> None:
    trivial = baselines(BINARY)
    rows = compared((BINARY, *(one.matrix for one in trivial)), Options())
    table = score_tables.compared(["the model", *(one.name for one in trivial)], rows).set_index("classifier")
    assert table.loc["the model", "Precision"] == "0.889 (best)"
    assert table.loc["the model", "F1"] == "0.821"
    assert table.loc['always "yes" (majority)', "F1"] == "0.824 (best)"
    assert table.loc['always "no"', "Precision"] == "undefined"
    assert all(table[name].str.contains("best").sum() == 1 for name in table.columns)
    nothing = score_tables.compared(["a", "b"], np.full((2, len(COLUMNS)), math.nan))
    assert not nothing.iloc[:, 1:].map(lambda text: "best" in text).any().any()


def test_the_chart_holds_what_the_table_holds() -> None:
    trivial = baselines(BINARY)
    names = ["the model", *(one.name for one in trivial)]
    rows = compared((BINARY, *(one.matrix for one in trivial)), Options())
    figure = score_tables.against(names, rows, "macro")
    assert len(figure.data) == np.isfinite(rows).sum()
    assert figure.spec["encoding"]["color"]["scale"]["domain"] == names
    own = figure.data[figure.data["classifier"] == "the model"].set_index("score")["shown"]
    assert own["Accuracy"] == "0.767"
    assert "macro" in figure.spec["encoding"]["x"]["title"]
    empty = score_tables.against(names, np.full_like(rows, math.nan), "macro")
    assert len(empty.data) == 0


def test_micro_has_a_fraction_and_macro_has_none() -> None:
    micro = headline(report(NEVER, Options(average=Average.MICRO)), None)
    macro = headline(report(NEVER), None)
    assert micro[1].note == "9/14"
    assert macro[1].note == "mean of 2 of 3"
    assert macro[1].help == "Precision, mean of 2 of 3. Left out: a (never predicted: 0/0)."
    assert macro[2].note == "mean of 3"
    assert headline(report(NEVER, Options(zero_division=0.0)), None)[1].note == "mean of 3", "then nothing is left out"
    assert micro[1].help == "Precision, pooled counts."
    no_target = ConfusionMatrix(NEVER.counts.T, NEVER.labels)
    assert headline(report(no_target), None)[5].note == "mean of 2 of 3"


def test_what_was_is_never_cut_by_what_is_always_the_same() -> None:
    notes = {number.title: number.note for number in headline(report(EDITED), report(BINARY))}
    assert (notes["MCC"], notes["κ"]) == ("was 0.505", "was 0.493")
    assert {number.title: number.note for number in headline(report(BINARY), None)}["MCC"] == "from −1 to 1"


def test_what_scikit_learns_default_makes_of_0_over_0() -> None:
    never = ConfusionMatrix(np.array([[5, 1, 0], [2, 6, 0], [1, 1, 0]]), ("a", "b", "c"))
    target, predicted = np.indices((3, 3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        usual = metrics.precision_score(
            target.ravel(), predicted.ravel(), average="macro", sample_weight=never.counts.ravel()
        )
    said = beside_default(report(never))
    assert (
        said == f"0/0 is left out here. scikit-learn's own default counts it as 0, which gives precision {usual:.3f}."
    )
    assert beside_default(report(never, Options(zero_division=1.0))).startswith("0/0 counts as 1 here.")
    assert beside_default(report(never, Options(zero_division=0.0))) == ""
    assert beside_default(report(BINARY)) == ""
    alone = report(ConfusionMatrix(np.array([[0, 4], [0, 6]]), ("yes", "no")))
    assert beside_default(alone).endswith("which gives precision 0.000.")


def test_options_are_said_in_words() -> None:
    assert options_in_words(Options(), BINARY).endswith(": binary, positive class “yes”.")
    many = Options(labels=("a", "b"), zero_division=0.0, class_weights="balanced")
    assert options_in_words(many, NEVER).endswith(
        "macro average, over 2 of 3 classes, 0/0 counts as 0, classes weighted."
    )


def test_what_is_undefined_is_said_once_for_classes_and_once_for_means() -> None:
    found = report(NEVER)
    assert undefined_of_classes(found).startswith("Undefined or infinite. Precision: a (never predicted: 0/0)")
    assert left_out_of_means(found).startswith(
        "Undefined, left out of the means (scikit-learn's own default counts it as 0). Precision: a (never predicted"
    )
    zero = report(NEVER, Options(zero_division=0.0))
    assert undefined_of_classes(zero).startswith("Undefined or infinite, 0/0 counting as 0. ")
    assert left_out_of_means(zero).startswith("Undefined, counted as 0. ")
    assert zero_counts_as(zero) == "; 0/0 counts as 0"
    assert undefined_of_classes(report(EDITED)) == left_out_of_means(report(EDITED)) == zero_counts_as(found) == ""
    assert left_out_of_means(report(ConfusionMatrix(np.zeros((2, 2)), ("a", "b")))) == ""


def test_a_trivial_classifier_that_is_as_good_is_named() -> None:
    found = beside(report(BINARY))
    told = against_trivial(found.names, found.rows)
    assert told.startswith("**A classifier that does not look at the sample is at least as good as the model in** ")
    assert told.endswith(' Recall (always "yes" (majority): 1.000), F1 (always "yes" (majority): 0.824).')
    best = found.rows.copy()
    best[0] = 2
    assert against_trivial(found.names, best).startswith("The model is better than every trivial classifier")
    best[0] = np.nan
    assert against_trivial(found.names, best) == ""
