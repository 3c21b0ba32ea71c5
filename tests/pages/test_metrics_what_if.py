"""Section "What if" as a script: its three parts, links, many classes, classes without samples."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint
from streamlit.proto.Metric_pb2 import Metric as MetricProto
from streamlit.testing.v1 import AppTest

from core.metrics.confusion import ConfusionMatrix
from core.ui.metrics.what_if.cost import ALL_1, editor_key
from tests.pages.conv import captions, errors, metrics, said

SCRIPT = "from core.ui.metrics.what_if.view import section\nsection()"
THREE = {"metrics_text": "30 50 20\n20 60 20\n10 10 80", "metrics_names": "A, B, C"}
KEY = "metrics_what_if"


def visit(**link: str) -> AppTest:
    at = AppTest.from_string(SCRIPT, default_timeout=120)
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


def part(name: str, **link: str) -> AppTest:
    return visit(**{f"{KEY}_part": name}, **link)


def text(at: AppTest) -> str:
    """What is written, without Markdown's signs."""
    return re.sub(r"\\(.)", r"\1", " ".join(box.value for box in at.markdown)).replace("**", "")


def table(at: AppTest, column: str, name: str) -> dict[str, Any]:
    """Rows of the table with this column, the one of a score."""
    frame = next(box.value for box in at.dataframe if column in box.value.columns)
    return dict(frame.set_index("score").loc[name])


def test_first_visit_is_the_lecture_at_one_percent() -> None:
    at = visit()
    assert metrics(at) == {"Precision": "0.033", "Recall": "0.762", "F1": "0.064", "Accuracy": "0.778"}
    tiles = {box.label: box for box in at.metric}
    assert [tiles[name].delta for name in ("Precision", "Recall", "F1", "Accuracy")] == [
        "−0.855", "stays", "−0.756", "+0.011",
    ]  # fmt: skip
    down, up = MetricProto.MetricDirection.DOWN, MetricProto.MetricDirection.UP
    assert (tiles["Precision"].proto.direction, tiles["Accuracy"].proto.direction) == (down, up)
    assert tiles["Precision"].proto.color == MetricProto.MetricColor.RED
    assert tiles["Accuracy"].proto.color == MetricProto.MetricColor.GREEN
    assert re.search(r";chosen;Recall;0\.01\d*;0\.7619", said(at)), "the line that stays is drawn"
    row = table(at, "does it move", "Precision of yes")
    assert (row["does it move"], row["in the data"], row["at these shares"]) == ("moves", "0.889", "0.033")
    for stays in ("Recall of yes", "Specificity of yes", "Balanced accuracy", "LR+ of yes", "LR− of yes"):
        row = table(at, "does it move", stays)
        assert (row["does it move"], row["change"]) == ("stays", "0")
    assert any(r"\mathbf{0.0335}" in box.value for box in at.latex)
    assert "In the data it is 70%" in captions(at)


def test_the_slider_and_the_data_and_back() -> None:
    at = visit()
    at.select_slider(key=f"{KEY}_prevalence").set_value("50%").run()
    assert metrics(at)["Accuracy"] == "0.770"  # equal shares: balanced accuracy
    at.segmented_control(key=f"{KEY}_shares").set_value("data").run()
    assert metrics(at)["Precision"] == "0.889"
    assert not at.select_slider
    at.button(key=f"{KEY}_prevalence_reset").click().run()
    assert metrics(at)["Precision"] == "0.033"


def test_the_other_class_as_the_positive_one() -> None:
    at = visit(**{f"{KEY}_class": "no", f"{KEY}_prevalence": "10%"})
    assert at.select_slider(key=f"{KEY}_prevalence").label == "Prevalence of “no”"
    r, s, prevalence = 35 / 45, 80 / 105, 0.1
    precision = r * prevalence / (r * prevalence + (1 - s) * (1 - prevalence))
    assert metrics(at)["Precision"] == f"{precision:.3f}"


def test_three_classes_start_at_golden_shares() -> None:
    at = visit(**THREE)
    assert metrics(at)["Accuracy"] == "0.380"
    assert table(at, "does it move", "Macro F1")["at these shares"] == "0.368"
    assert table(at, "does it move", "Weighted F1")["at these shares"] == "0.424"
    assert "A 80%, B 10%, C 10%" in captions(at)
    for c in range(3):
        at.slider(key=f"{KEY}_share_{c}").set_value(0)
    at.run()
    assert not at.exception
    assert "All weights are 0" in captions(at)
    assert metrics(at)["Accuracy"] == "0.567"


def test_a_class_without_samples_is_left_out_or_explained() -> None:
    at = visit(metrics_text="8 2 0\n0 0 0\n1 0 4", metrics_names="A, B, C")
    assert not errors(at)
    assert at.slider(key=f"{KEY}_share_1").disabled
    at = visit(metrics_text="8 2\n0 0", metrics_names="yes, no")
    assert errors(at) == ['No sample is of class "no", so its recall is unknown: set its share to 0 or add samples.']
    at = visit(metrics_text="0 8\n0 9", metrics_names="yes, no")
    assert metrics(at)["Precision"] == "undefined"
    assert "never predicted: 0/0" in said(at)


@pytest.mark.parametrize("name", ["Prevalence", "Cost", "Sample size"])
def test_an_empty_matrix_asks_for_counts(name: str) -> None:
    at = part(name, metrics_text="0 0\n0 0", metrics_names="yes, no")
    assert "The matrix is empty" in at.info[0].value


def test_twenty_classes() -> None:
    counts = np.array([[40 if g == p else (g * 7 + p) % 5 for p in range(20)] for g in range(20)])
    names = [f"class {i}" for i in range(20)]
    link = {"metrics_text": "\n".join(" ".join(map(str, row)) for row in counts), "metrics_names": ", ".join(names)}
    recalls, total = counts.diagonal() / counts.sum(1), int(counts.sum())

    at = part("Prevalence", **link)
    assert not errors(at)
    shares = np.array([80] + [10] * 19) / 270
    assert metrics(at)["Accuracy"] == f"{float(shares @ recalls):.3f}"
    assert metrics(at)["Recall"] == f"{recalls[0]:.3f}"
    assert "class 0 29.6%, class 1 3.7%, class 2 3.7%, class 3 3.7%, class 4 3.7%, 15 others 55.6%" in captions(at)

    at = part("Cost", **link)
    assert not errors(at)
    wrong = total - 20 * 40
    assert metrics(at)["In total"] == str(wrong)
    assert metrics(at)["Cost per sample"] == f"{wrong / total:.3f}"
    assert metrics(at)["Always “class 0”"] == f"{1 - counts[0].sum() / total:.3f}"

    at = part("Sample size", **link)
    assert not errors(at)
    low, high = proportion_confint(20 * 40, total, method="wilson")
    assert f"With {total:,} samples, the accuracy is somewhere between {low:.3f} and {high:.3f}" in text(at)


def test_costs_of_the_lecture() -> None:
    at = part("Cost")
    assert metrics(at)["Cost per sample"] == "0.233"
    assert metrics(at)["In total"] == "35"
    assert "Break-even at 22.6% and 76.6%" in text(at)
    assert "Worth using" in text(at)
    at.number_input(key=f"{KEY}_miss").set_value(10.0).run()
    assert metrics(at)["In total"] == "260"
    assert "Not worth using at these costs: always saying “yes” is cheaper." in text(at)
    at.number_input(key=f"{KEY}_miss").set_value(0.0)
    at.number_input(key=f"{KEY}_alarm").set_value(0.0).run()
    assert "No better" in text(at)


def test_costs_of_three_classes_are_typed_and_stay() -> None:
    at = part("Cost", **THREE)
    assert metrics(at)["In total"] == "130"
    editor = editor_key(ConfusionMatrix(np.ones((3, 3)), ("A", "B", "C")), ALL_1)
    at.session_state[editor] = {"edited_rows": {0: {"B": 3.0}}, "added_rows": [], "deleted_rows": []}
    at.run()
    assert metrics(at)["In total"] == "230"
    at.segmented_control(key=f"{KEY}_part").set_value("Prevalence").run()
    at.segmented_control(key=f"{KEY}_part").set_value("Cost").run()
    assert metrics(at)["In total"] == "230"
    at.session_state[editor] = {"edited_rows": {0: {"C": None}}, "added_rows": [], "deleted_rows": []}
    at.run()
    assert "fill in the empty cells" in errors(at)[0]
    assert metrics(at)["In total"] == "230", "the last costs that could be used stay"


def test_costs_by_distance() -> None:
    at = part("Cost", **THREE, **{f"{KEY}_costs_start": "distance"})
    assert metrics(at)["In total"] == f"{50 + 2 * 20 + 20 + 20 + 2 * 10 + 10}"


def test_intervals_of_the_lecture() -> None:
    at = part("Sample size")
    assert (
        "With 150 samples, the precision of “yes” is somewhere between 0.807 and 0.939; with 1,500 samples between "
        "0.867 and 0.908 (95% Wilson intervals)."
    ) in text(at)
    assert table(at, "method", "Recall of yes")["150 samples"] == "0.672 – 0.833"
    assert table(at, "method", "F1 of yes")["method"] == "bootstrap"
    assert "0.722 to 1 (95%)" in text(at), "ten of ten, where Wald has no width"
    wald = next(box.value for box in at.dataframe if "Wald" in box.value.columns).set_index("share")["Wald"]
    assert wald["1 of 10 right"] == "−0.086 – 0.286"
    assert "in the last row it begins at −0.086" in text(at), "what the sentence says is what the table shows"
    at.segmented_control(key=f"{KEY}_level").set_value("99%").run()
    assert table(at, "method", "Recall of yes")["150 samples"] == "0.641 – 0.851"


def test_as_many_samples_as_there_are() -> None:
    at = part("Sample size", **{f"{KEY}_n": "150"})
    row = table(at, "method", "F1 of yes")
    assert row["150 samples"] == row["150 samples "]


def test_undefined_scores_say_why() -> None:
    at = part("Sample size", metrics_text="0 8\n0 9", metrics_names="yes, no")
    row = table(at, "method", "Precision of yes")
    assert row["17 samples"] == "undefined"
    assert row["note"] == "never predicted: 0/0"
    assert "undefined (never predicted: 0/0)" in text(at)


@pytest.mark.parametrize(
    ("good", "result", "tampered"),
    [
        (
            {},
            "0.033",
            [
                {f"{KEY}_part": "Elsewhere", f"{KEY}_class": "<script>", f"{KEY}_prevalence": "200%"},
                {f"{KEY}_shares": "none", f"{KEY}_prevalence": ""},
            ],
        ),
        (
            THREE,
            "0.380",
            [{f"{KEY}_share_0": "1e99", f"{KEY}_share_1": "-5", f"{KEY}_share_2": "nan"}],
        ),
        (
            {f"{KEY}_part": "Cost"},
            "0.233",
            [{f"{KEY}_miss": "nan", f"{KEY}_alarm": "-1"}, {f"{KEY}_miss": "inf", f"{KEY}_alarm": "1e400"}],
        ),
        (
            {f"{KEY}_part": "Sample size"},
            "between **0.807 and 0.939**; with **1,500 samples** between **0.867 and 0.908** (95% Wilson intervals)",
            [{f"{KEY}_n": "10**9", f"{KEY}_seed": "-3", f"{KEY}_level": "100%", f"{KEY}_replicates": "1000000000"}],
        ),
    ],
    ids=["Prevalence", "three classes", "Cost", "Sample size"],
)
def test_a_tampered_link_opens_what_the_link_without_it_opens(
    good: dict[str, str], result: str, tampered: list[dict[str, str]]
) -> None:
    usual = said(visit(**good))
    assert result in usual
    for bad in tampered:
        at = visit(**(good | bad))
        assert not errors(at)
        assert said(at) == usual, bad
        assert at.query_params == good, "what cannot be read goes out of the link"


def test_a_renamed_class_and_another_number_of_classes() -> None:
    at = visit(**{f"{KEY}_class": "no"})
    at.text_input(key="metrics_names").set_value("ill, healthy").run()
    assert not at.exception
    assert at.selectbox(key=f"{KEY}_class").value == "ill"
    assert at.select_slider(key=f"{KEY}_prevalence").label == "Prevalence of “ill”"
    assert metrics(at)["Precision"] == "0.033", "as at a first visit"
    at.number_input(key="metrics_classes").set_value(4).run()
    assert not at.exception
    assert len(at.selectbox(key=f"{KEY}_class").options) == 4
    assert len([box for box in at.slider if box.key.startswith(f"{KEY}_share_")]) == 4
    # (80, 10, 10, 10) / 110: two classes have no samples and are left out, so 80 : 10
    assert "ill 88.9%, healthy 11.1%" in captions(at)


def test_settings_stay_while_another_part_is_looked_at() -> None:
    at = visit()
    at.select_slider(key=f"{KEY}_prevalence").set_value("5%").run()
    before = metrics(at)
    at.segmented_control(key=f"{KEY}_part").set_value("Cost").run()
    at.segmented_control(key=f"{KEY}_part").set_value("Prevalence").run()
    assert metrics(at) == before
