"""Charts and formulas of "What if": what they plot is what was computed."""

from __future__ import annotations

import math

import numpy as np
import pytest
import vl_convert

from core.figures.metrics import whatif_formulas as formulas
from core.figures.metrics.costs import cost_bars, cost_lines
from core.figures.metrics.intervals import forest, samples, widths
from core.figures.metrics.whatif import PREVALENCES, percent, prevalence_chart, title
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.whatif.costs import bill, break_even
from core.metrics.whatif.stacked import Measure
from core.metrics.whatif.uncertainty import intervals, scaled

BINARY = ConfusionMatrix(np.array([[80, 25], [10, 35]]), ("yes", "no"))
ONE = np.array([[0.0, 1.0], [1.0, 0.0]])


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0%"),
        (1, "100%"),
        (0.001, "0.1%"),
        (0.01, "1%"),
        (0.0125, "1.25%"),
        (0.123, "12.3%"),
        (0.5, "50%"),
        (1 / 3, "33.3%"),
        (0.999, "99.9%"),
        (0.99995, "99.995%"),
    ],
)
def test_shares_keep_three_digits_at_both_ends(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("measure", "long", "short"),
    [
        (Measure("accuracy"), "Accuracy", "Accuracy"),
        (Measure("precision", label="yes"), "Precision of yes", "Precision"),
        (Measure("f1", Average.MACRO), "Macro F1", "Macro F1"),
        (Measure("jaccard", Average.WEIGHTED), "Weighted Jaccard", "Weighted Jaccard"),
        (Measure("precision", Average.MACRO), "Macro precision", "Macro precision"),
        (Measure("likelihood-", label="yes"), "LR− of yes", "LR−"),
    ],
    ids=str,
)
def test_titles(measure: Measure, long: str, short: str) -> None:
    assert (title(measure), title(measure, short=True)) == (long, short)


def test_prevalence_chart_marks_both_points_and_leaves_out_what_is_undefined() -> None:
    values = np.linspace(0, 1, len(PREVALENCES))
    values[0] = math.nan
    figure = prevalence_chart("yes", {"Precision": values}, 0.7, 0.01, {"Precision": (0.889, 0.033)})
    kinds = figure.data["kind"].value_counts().to_dict()
    assert kinds == {"curve": len(PREVALENCES) - 1, "data": 1, "chosen": 1}
    chosen = figure.data[figure.data["kind"] == "chosen"].iloc[0]
    assert (chosen["prevalence"], chosen["value"]) == (0.01, 0.033)
    here = figure.data[figure.data["kind"] == "data"].iloc[0]
    assert (here["prevalence"], here["value"]) == (0.7, 0.889)


def test_no_own_point_for_many_classes() -> None:
    values = np.ones(len(PREVALENCES))
    figure = prevalence_chart("A", {"F1": values}, math.nan, 0.5, {"F1": (math.nan, 0.25)})
    assert set(figure.data["kind"]) == {"curve", "chosen"}
    assert "nan" not in figure.alt


def test_curves_reach_from_a_tenth_of_a_percent_to_nearly_all() -> None:
    assert PREVALENCES[0] == pytest.approx(0.001)
    assert PREVALENCES[-1] == pytest.approx(0.999)
    assert (np.diff(PREVALENCES) > 0).all()


def test_forest_has_a_row_for_each_interval_that_is_there() -> None:
    measures = [Measure("accuracy"), Measure("precision", label="yes"), Measure("mcc")]
    never = ConfusionMatrix(np.array([[0, 5], [0, 9]]), ("yes", "no"))
    now, then = intervals(BINARY, measures), intervals(scaled(BINARY, 1500), measures)
    figure = forest(now, then, 150, 1500)
    assert len(figure.data) == 6
    assert set(figure.data["samples"]) == {"150 samples (now)", "1,500 samples"}
    first = figure.data.iloc[0]
    assert (first["score"], round(first["low"], 3), round(first["high"], 3)) == ("Accuracy", 0.693, 0.827)
    assert figure.data["when"].tolist() == figure.spec["encoding"]["color"]["scale"]["domain"] * 3
    lost = intervals(never, measures)
    assert forest(lost, lost, 14, 14).data["score"].unique().tolist() == ["Accuracy"]


def test_scores_below_zero_have_room() -> None:
    poor = ConfusionMatrix(np.array([[1, 9], [9, 1]]), ("yes", "no"))
    found = intervals(poor, [Measure("mcc")])
    figure = forest(found, found, 20, 20)
    rows = figure.data.to_dict("records")
    assert found[0].low < -0.5
    assert ">−1.0<" in vl_convert.vegalite_to_svg({"width": 400, **figure.spec, "data": {"values": rows}})


def test_numbers_below_zero_have_a_true_minus() -> None:
    gain = cost_bars(bill(BINARY, [[-3, 1], [1, 0]]), BINARY.labels)
    assert gain.data["text"][0].startswith("−")
    assert not gain.data["text"].str.contains("-").any()


def test_recall_is_seen_where_it_lies_on_accuracy() -> None:
    values = np.full(len(PREVALENCES), 0.7)
    names = ("Precision", "NPV", "F1", "Accuracy", "Recall")
    figure = prevalence_chart("yes", dict.fromkeys(names, values), 0.7, 0.01, dict.fromkeys(names, (0.7, 0.7)))
    curve = figure.spec["layer"][2]["encoding"]
    assert len(set(curve["color"]["scale"]["range"])) == 5
    dashes = dict(zip(curve["strokeDash"]["scale"]["domain"], curve["strokeDash"]["scale"]["range"], strict=True))
    assert dashes["Recall"] != dashes["Accuracy"]


def test_widths_are_plotted_beside_the_root() -> None:
    sizes = np.array([10.0, 1000.0])
    figure = widths(sizes, {"Accuracy": np.array([0.5, 0.05])}, 150, 1500)
    root = figure.data[figure.data["kind"] == "root"]["width"].tolist()
    assert root == pytest.approx([10**-0.5, 1000**-0.5])
    marked = figure.data.set_index("kind")["n"]
    assert (marked["now"], marked["chosen"]) == (150, 1500)


def test_cost_bars_show_the_classifier_and_the_cheapest_rules() -> None:
    many = ConfusionMatrix(np.diag(np.arange(1, 21)), tuple(f"c{i}" for i in range(20)))
    figure = cost_bars(bill(many, 1 - np.eye(20)), many.labels)
    assert figure.data["rule"].tolist()[:2] == ["this classifier", "always “c19”"]
    assert figure.data["rule"].tolist()[-1] == "no errors"
    assert len(figure.data) == 8
    assert figure.data["order"].tolist() == list(range(8)), "else Vega keeps the order of the bars drawn before"


def test_cost_lines_shade_where_it_pays() -> None:
    lines = break_even(BINARY, ONE)
    figure = cost_lines(lines, BINARY.labels, 0.7)
    shade = figure.data[figure.data["kind"] == "worth"].iloc[0]
    assert (
        (shade["prevalence"], shade["end"])
        == lines.worth
        == (pytest.approx(0.226, abs=5e-4), pytest.approx(0.766, abs=5e-4))
    )
    free = break_even(BINARY, [[0, 1], [0, 0]])
    assert "worth" not in set(cost_lines(free, BINARY.labels, 0.7).data["kind"])


def test_formulas_hold_the_numbers() -> None:
    assert r"\mathbf{0.0335}" in formulas.bayes(16 / 21, 7 / 9, 0.01, 0.033473)
    text = formulas.cost(bill(BINARY, ONE), BINARY.counts, ONE)
    assert r"\tfrac{25}{150} \cdot 1 + \tfrac{10}{150} \cdot 1" in text
    assert r"\mathbf{0.2333}" in text
    assert r"\dots" not in text
    three = ConfusionMatrix(np.full((3, 3), 1000), tuple("abc"))
    long = formulas.cost(bill(three, 1 - np.eye(3)), three.counts, 1 - np.eye(3))
    assert r"\dots" in long
    assert "1{,}000" in long
    assert r"\mathbf{[0.8074,\, 0.9385]}" in formulas.wilson(80, 90, 1.96, 0.80742, 0.93852)


@pytest.mark.parametrize(("n", "text"), [(1, "1 sample"), (150, "150 samples"), (1e6, "1,000,000 samples")])
def test_samples_in_words(n: float, text: str) -> None:
    assert samples(n) == text
