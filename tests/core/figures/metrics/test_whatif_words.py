"""Sentences and tables of "What if": what they say is what was computed."""

from __future__ import annotations

import io
import math

import numpy as np
import pandas as pd
import pytest

from core.figures.metrics import whatif_tables as tables
from core.figures.metrics import whatif_words as words
from core.metrics.confusion import ConfusionMatrix
from core.metrics.report import report
from core.metrics.whatif.costs import bill, break_even
from core.metrics.whatif.prevalence import with_prevalence
from core.metrics.whatif.stacked import Measure
from core.metrics.whatif.uncertainty import intervals, scaled, wilson

BINARY = ConfusionMatrix(np.array([[80, 25], [10, 35]]), ("yes", "no"))
NEVER = ConfusionMatrix(np.array([[0, 8], [0, 9]]), ("yes", "no"))
NAMES = ("yes", "no")
MEASURES = (Measure("precision", label="yes"), Measure("recall", label="yes"), Measure("f1", label="yes"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [(0.889, 0.034, "−0.855"), (0.1, 0.25, "+0.150"), (0.5, 0.5004, "0"), (math.nan, 1, "–"), (1, math.inf, "–")],
)
def test_how_far_a_score_has_moved(old: float, new: float, told: str) -> None:
    assert words.change(old, new) == told


def test_the_largest_shares_are_listed() -> None:
    assert words.shares(np.array([0.1, 0.8, 0.1]), ("A", "B", "C")) == "Shares, with sum 1: B 80%, A 10%, C 10%."
    many = words.shares(np.full(8, 1 / 8), tuple("ABCDEFGH"))
    assert many == "Shares, with sum 1: A 12.5%, B 12.5%, C 12.5%, D 12.5%, E 12.5%, 3 others 37.5%."


def test_false_alarms_are_counted_where_a_class_is_rare() -> None:
    told = words.false_alarms(0.8, 0.9, 0.01, 0.008 / 0.107, "ill")
    assert told == "Of 13.4 that are predicted as “ill”, only **one** is: for each hit there are 12.4 false alarms."
    assert words.false_alarms(0.8, 0.9, 0.9, 0.98, "ill") == ""
    assert words.false_alarms(0.0, 0.9, 0.01, 0.0, "ill") == ""


def test_money() -> None:
    assert [*map(words.money, (0.0, -0.0, 0.2333, -2.5, 12_345.6))] == ["0", "0", "0.233", "−2.5", "12,346"]


@pytest.mark.parametrize(
    ("miss", "alarm", "told"),
    [
        (1, 1, "**Worth using**: cheaper than always saying “yes”."),
        (10, 1, "**Not worth using** at these costs: always saying “yes” is cheaper."),
        (0, 0, "**No better** than always saying “yes”."),
        (
            1,
            10,
            "**Not worth using** at these costs: always saying “no” is cheaper. The majority class is “yes”; always "
            "saying that costs 3.",
        ),
    ],
)
def test_whether_the_classifier_is_worth_its_errors(miss: float, alarm: float, told: str) -> None:
    assert words.worth_using(BINARY, bill(BINARY, [[0, miss], [alarm, 0]]), NAMES) == told


def test_the_break_even_prevalences_are_said() -> None:
    told = words.break_even(break_even(BINARY, [[0, 1], [1, 0]]), 0.7, NAMES)
    assert told.startswith("**Break-even at 22.6% and 76.6%** of “yes”. Below 22.6% it is cheaper to always say “no”")
    assert told.endswith("In the data it is 70%.")
    assert "at every prevalence" in words.break_even(break_even(BINARY, [[0, 0], [0, 0]]), 0.7, NAMES)


def test_where_a_score_lies_or_why_it_does_not() -> None:
    now, then = (intervals(one, MEASURES, replicates=100) for one in (BINARY, scaled(BINARY, 1_500)))
    assert words.where_it_lies(BINARY, now, then, 1_500, "95%", "yes") == (
        "With **150 samples**, the precision of “yes” is somewhere between **0.807 and 0.939**; with **1,500 samples** "
        "between **0.867 and 0.908** (95% Wilson intervals)."
    )
    nothing = intervals(NEVER, MEASURES, replicates=100)
    told = words.where_it_lies(NEVER, nothing, nothing, 17, "95%", "yes")
    assert told == "The precision of “yes” is undefined (never predicted: 0/0), with any number of samples."


def test_only_scores_made_of_recalls_stay() -> None:
    found = tables.moves(report(BINARY), report(with_prevalence(BINARY, (0.01, 0.99))), "yes").set_index("score")
    assert set(found[found["does it move"] == "stays"]["change"]) == {"0"}
    assert found.loc["Precision of yes", "change"] == "−0.855"
    assert "why" not in found
    three = ConfusionMatrix([[30, 50, 20], [20, 60, 20], [10, 10, 80]], ("A", "B", "C"))
    found = tables.moves(report(three), report(with_prevalence(three, (8, 1, 1))), "A").set_index("score")
    assert found.loc["Specificity of A", "does it move"] == "moves"
    assert tables.moves(report(NEVER), report(NEVER), "yes")["why"].iloc[-1] == ""


def test_tables_and_files_of_intervals() -> None:
    now, then = (intervals(one, MEASURES, replicates=100) for one in (BINARY, scaled(BINARY, 1_500)))
    table = tables.intervals(BINARY, now, then, 1_500).set_index("score")
    assert list(table.columns) == ["value", "150 samples", "1,500 samples ", "method"]
    assert table.loc["Recall of yes", "150 samples"] == "0.672 – 0.833"
    assert tables.intervals(NEVER, intervals(NEVER, MEASURES, replicates=100), then, 9)["note"][0].startswith("never")
    wald = tables.wilson_and_wald(now, 0.95).set_index("share")
    assert wald.loc["1 of 10 right", "Wald"] == "−0.086 – 0.286"
    assert wald.loc["10 of 10 right", "Wilson"] == "0.722 – 1.000"
    csv = pd.read_csv(io.StringIO(tables.intervals_csv(((150, now), (1_500, then)), 0.95, 100)))
    assert csv["samples"].tolist() == [150] * 3 + [1_500] * 3
    assert csv["replicates"].notna().tolist() == [False, False, True] * 2


def test_widths_are_wilsons() -> None:
    found = tables.interval_widths(BINARY, intervals(BINARY, (*MEASURES, Measure("accuracy")), replicates=100), 0.95)
    assert list(found) == ["Accuracy", "Precision", "Recall"], "F1 is no share of samples"
    low, high = wilson(115 / 150 * tables.SIZES, tables.SIZES, 0.95)
    np.testing.assert_allclose(found["Accuracy"], high - low)


def test_the_headline_says_what_moves_and_which_way() -> None:
    found = tables.headline(report(BINARY), report(with_prevalence(BINARY, (0.01, 0.99))), "yes")
    assert [(one.title, one.value, one.note, one.change) for one in found] == [
        ("Precision", "0.033", "−0.855", -1),
        ("Recall", "0.762", "stays", 0),
        ("F1", "0.064", "−0.756", -1),
        ("Accuracy", "0.778", "+0.011", 1),
    ]
    assert found[0].help == "Precision of yes: 0.889 in the data."
    assert tables.headline(report(NEVER), report(NEVER), "yes")[0].note == "", "undefined moves nowhere"
