"""The section "Predictions" as a visitor meets it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.image_checks import MAX_BYTES
from core.metrics.predictions.predictions import from_arrays
from core.metrics.table.file import MOST_BYTES
from core.ui import pictures
from tests.pages.conv import captions, errors, metrics, press, said

KEY = "metrics_predictions"
SCRIPT = "from core.ui.metrics.predictions.view import section\nsection()"
GOOD = b"truth;system;prob;note\nyes;yes;0,9;=1+1\nno;yes;0,6;b\nno;no;0,2;c\nyes;no;0,1;d\nyes;yes;0,7;e\n"


def visit(**link: str) -> AppTest:
    at = AppTest.from_string(SCRIPT, default_timeout=120)
    for name, value in link.items():
        at.query_params[f"{KEY}_{name}"] = value
    return at.run()


def upload(at: AppTest, data: bytes, name: str = "mine.csv") -> AppTest:
    return at.file_uploader[0].set_value((name, data, "text/csv")).run()


def menu(at: AppTest, name: str) -> Any:
    """The menu of classes whose key has this name, whatever the classes."""
    return next(box for box in at.selectbox if re.match(rf"{KEY}(_own)?_{name}(_\w{{8}})?$", box.key or ""))


def test_other_classes_get_other_menus() -> None:
    """The browser goes on showing what was chosen from a menu that has the same key."""
    at = upload(yours(), b"gold,predicted\na,b\nb,c\nc,a\n")
    first = menu(at, "gold")
    assert "secret" not in str(first.key)
    upload(at, b"gold,predicted\nx,y\ny,z\nz,x\n")
    second = menu(at, "gold")
    assert second.value == "x"
    assert first.key != second.key
    menu(at, "class").set_value("y").run()
    assert menu(at, "gold").key != second.key
    digits = visit(source="Handwritten digits", **{"class": "8"})
    assert menu(digits, "gold").key != menu(visit(), "gold").key


def yours() -> AppTest:
    return visit(source="Your file (CSV)")


def test_the_first_visit_shows_real_predictions() -> None:
    at = visit()
    assert not at.exception
    assert metrics(at)["Accuracy"] == "0.979"
    assert {"Precision", "Recall", "F1", "MCC", "ROC AUC", "AP"} <= set(metrics(at))
    assert "203" in said(at)


def test_one_threshold_moves_everything() -> None:
    at = visit(threshold="0.2")
    assert at.slider(key=f"{KEY}_threshold").value == 0.2
    assert metrics(at)["Recall"] == "0.981"
    at.slider(key=f"{KEY}_threshold").set_value(1.01).run()
    assert not at.exception
    assert metrics(at)["Precision"] == "–"
    assert "never predicted: 0/0" in said(at)


def test_the_cheapest_threshold_is_one_press_away() -> None:
    at = visit()
    press(at, "Go to the cheapest threshold")
    assert at.slider(key=f"{KEY}_threshold").value == 0.2
    at.number_input(key=f"{KEY}_false_alarm").set_value(1000.0).run()
    press(at, "Go to the cheapest threshold")
    assert at.slider(key=f"{KEY}_threshold").value > 0.5
    press(at, "Reset")
    assert at.slider(key=f"{KEY}_threshold").value == 0.5
    assert at.number_input(key=f"{KEY}_false_alarm").value == 1


@pytest.mark.parametrize(
    "link",
    [
        {"threshold": "nan"},
        {"threshold": "99"},
        {"source": "../../etc/passwd"},
        {"class": "nobody"},
        {"gold": "x", "said": "<script>"},
        {"false_alarm": "-1", "miss": "inf"},
    ],
)
def test_tampered_links_change_nothing(link: dict[str, str]) -> None:
    at = visit(**link)
    assert not at.exception
    assert metrics(at)["Accuracy"] == "0.979"


def test_rows_behind_a_cell() -> None:
    at = visit(gold="benign", said="malignant")
    assert "**3** rows, the most wrong first." in [box.value for box in at.markdown]
    table = at.dataframe[0].value
    assert len(table) == 3
    assert set(table["actual"]) == {"benign"}
    assert table["score of malignant"].is_monotonic_decreasing


def test_digits_have_pictures_a_second_model_and_one_class_against_the_rest() -> None:
    at = visit(source="Handwritten digits")
    assert not at.exception
    assert "F1 (macro)" in metrics(at)
    assert "ROC AUC (macro)" in metrics(at)
    assert "Below each picture is what the model gave “8”" in captions(at)
    assert "Two models on the same samples" in [box.value for box in at.header]
    at.selectbox(key=f"{KEY}_class").set_value("8").run()
    assert not at.exception
    assert "ROC AUC" in metrics(at)
    assert at.slider(key=f"{KEY}_threshold").value == 0.5


def test_an_empty_state_says_what_to_do() -> None:
    at = yours()
    assert not at.exception
    assert "Upload a CSV file" in at.info[0].value
    assert not at.metric


def test_an_upload_is_read_with_sensible_columns() -> None:
    at = upload(yours(), GOOD)
    assert not at.exception
    assert not errors(at)
    assert metrics(at)["Accuracy"] == "0.600"
    assert "whatever the predicted column says: they differ in 0 rows" in captions(at)
    at.slider(key=f"{KEY}_threshold").set_value(0.65).run()
    assert metrics(at)["Precision"] == "1.000"
    assert "they differ in 1 row." in captions(at)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"a\n1\n", "Only one column"),
        (b"\x00\xffjunk\x00\x00", "NUL"),
        (b"a,b\n1\n", "row 1"),
    ],
)
def test_a_hostile_file_gets_a_sentence_and_loses_nothing(data: bytes, sentence: str) -> None:
    at = upload(upload(yours(), GOOD), data, "bad.csv")
    assert not at.exception
    assert sentence in " ".join(errors(at))
    assert metrics(at)["Accuracy"] == "0.600"


def test_columns_that_do_not_fit_keep_the_last_result() -> None:
    at = upload(yours(), GOOD)
    mark = next(box.key for box in at.multiselect).rpartition("_")[2]
    at.multiselect(key=f"{KEY}_own_column_scores_{mark}").set_value(["note"]).run()
    assert not at.exception
    assert "hold no finite number; the first is row 1" in errors(at)[0]
    assert metrics(at)["Accuracy"] == "0.600"
    at.multiselect(key=f"{KEY}_own_column_scores_{mark}").set_value([]).run()
    assert not errors(at)
    assert "no threshold" in captions(at)


def test_names_from_a_file_stay_out_of_the_link() -> None:
    at = upload(yours(), b"gold,predicted\nsecret,other\nother,third\nthird,secret\n")
    menu(at, "gold").set_value("third").run()
    menu(at, "class").set_value("secret").run()
    assert not at.exception
    assert "secret" not in str(dict(at.query_params))


def test_missing_values_wait_for_a_choice() -> None:
    at = upload(yours(), GOOD + b"yes;;0,5;f\n")
    assert "1 row has a missing value; the first is row 6" in errors(at)[0]
    assert not at.metric
    at.checkbox[0].check().run()
    assert not errors(at)
    assert metrics(at)["Accuracy"] == "0.600"
    assert "1 row has a missing value and is left out" in captions(at)


def test_a_file_can_be_forgotten() -> None:
    at = upload(yours(), GOOD)
    target = menu(at, "gold").key
    assert target in at.session_state
    press(at, "Forget this file")
    assert not at.exception
    assert not at.metric
    for name in ("file", "built", "memo", "own_guess", "problem"):
        assert f"{KEY}_{name}" not in at.session_state
    assert target not in at.session_state
    assert "system" not in said(at)


def test_a_second_column_is_compared() -> None:
    at = upload(yours(), b"gold,predicted,other\na,a,b\nb,a,b\na,b,a\nb,b,b\n")
    mark = next(box.key for box in at.multiselect).rpartition("_")[2]
    at.selectbox(key=f"{KEY}_own_column_second_{mark}").set_value("other").run()
    assert not at.exception
    assert "Two models on the same samples" in [box.value for box in at.header]


def test_many_classes_are_listed() -> None:
    rows = "".join(f"c{i},c{(i * 7 + i % 3) % 120}\n" for i in range(120))
    at = upload(yours(), ("gold,predicted\n" + rows).encode())
    assert not at.exception
    assert "120 classes are too many to draw" in captions(at)


def test_logits_get_a_slider_of_their_range() -> None:
    at = upload(yours(), b"gold,score\nyes,3\nno,-2.5\nyes,1\nno,2\n")
    assert not at.exception
    slider = at.slider(key=f"{KEY}_raw")
    assert slider.min <= -2.5
    assert slider.max > 3
    assert slider.value == 0
    assert "not probabilities" in captions(at)


def test_only_one_target_class_says_why_areas_are_undefined() -> None:
    at = upload(yours(), b"gold,predicted,score\nyes,yes,0.9\nyes,no,0.1\n")
    assert not at.exception
    assert metrics(at)["ROC AUC"] == "–"


def test_other_pages_hand_results_over() -> None:
    at = AppTest.from_string(
        "import streamlit as st\nfrom core.ui.metrics.handover import hand_over\n"
        "hand_over(st.session_state['given'], 'training')\n" + SCRIPT,
        default_timeout=120,
    )
    at.session_state["given"] = from_arrays(np.array([0, 1, 1]), np.array([0, 1, 0]), labels=("cat", "dog"))
    at.run()
    at.selectbox(key=f"{KEY}_source").set_value("From training").run()
    assert not at.exception
    assert metrics(at)["Accuracy"] == "0.667"
    assert "3 predictions, handed over by another page" in captions(at)


@pytest.mark.parametrize(
    ("score", "weight", "words"),
    [
        ("1e308", "1", 'column "score" 1 row of 3 holds'),
        ("-1e308", "1", 'row 2: "-1e308"'),
        ("0.5", "1e308", 'column "weight" 1 row of 3 holds'),
        ("0.5", "1e12", 'column "weight" are more than 1,000,000,000,000 together'),
    ],
)
def test_numbers_beyond_computing_get_a_sentence(score: str, weight: str, words: str) -> None:
    data = f"gold,score,weight\nyes,0.5,1\nno,{score},{weight}\nyes,1,1\n".encode()
    at = upload(yours(), data)
    assert not at.exception
    assert words in errors(at)[0]
    assert not errors(upload(at, b"gold,score\nyes,1e99\nno,-1e99\n"))
    assert not at.exception


def test_weights_in_use_are_told_and_that_mcnemar_leaves_them_out() -> None:
    weighted = b"gold,predicted,other,weight\na,a,b,2\nb,a,b,1\na,b,a,1\nb,b,b,3\n"
    at = upload(yours(), weighted)
    assert "Weights in use" in captions(at)
    mark = next(box.key for box in at.multiselect).rpartition("_")[2]
    at.selectbox(key=f"{KEY}_own_column_second_{mark}").set_value("other").run()
    assert "every row counts once: the two matrices and McNemar's test leave the weights out" in captions(at)
    at.selectbox(key=f"{KEY}_own_column_weights_{mark}").select_index(0).run()
    assert "eights" not in captions(at)


def test_a_score_column_with_inf_is_named() -> None:
    at = upload(yours(), b"gold,predicted,score\na,a,0.5\nb,b,inf\nb,a,1\n")
    assert not errors(at)
    assert 'The column "score" was not taken for scores.' in captions(at)
    assert 'row 2: "inf"' in captions(at)


def test_files_columns_are_not_shown_twice_with_the_rows() -> None:
    at = upload(yours(), b"gold,system,score\nyes,yes,0.9\nno,yes,0.6\nno,no,0.2\n")
    assert at.dataframe[0].value.columns.tolist() == ["row", "by threshold", "gold", "system", "score"]
    at = upload(yours(), b"gold,score\nyes,0.9\nno,0.6\nno,0.2\n")
    assert at.dataframe[0].value.columns.tolist() == ["row", "predicted", "gold", "score"]
    at = upload(yours(), b"gold,system,p_a,p_b,p_c\na,b,.2,.5,.3\nb,b,.2,.5,.3\nc,c,0,.1,.9\n")
    assert at.dataframe[0].value.columns.tolist() == ["row", "gold", "system", "p_a", "p_b", "p_c"]


def test_what_is_moved_stands_above_the_file_and_its_columns() -> None:
    at = upload(yours(), GOOD)
    kinds = [node.type for node in at.main]
    assert kinds.index("slider") < kinds.index("number_input") < kinds.index("file_uploader")


def test_macro_scores_stand_on_two_lines_and_the_code_prints_their_areas() -> None:
    at = visit(source="Handwritten digits")
    lines = [
        [node.label for node in block.children.values() if node.type == "metric"]
        for block in at.main
        if getattr(block, "children", None)
    ]
    assert [labels for labels in lines if labels] == [
        ["Accuracy", "Precision (macro)", "Recall (macro)", "F1 (macro)"],
        ["MCC", "ROC AUC (macro)", "AP (macro)"],
    ]
    assert "ROC AUC (macro)" in at.code[0].value


def test_curves_of_the_other_classes_are_faint() -> None:
    at = visit(source="Handwritten digits")
    assert "another class" not in said(at)
    at.selectbox(key=f"{KEY}_class").set_value("8").run()
    assert not at.exception
    assert "another class" in said(at)
    assert "7: " in said(at)


def test_one_row_is_one_row() -> None:
    at = upload(yours(), b"gold,predicted\na,b\n")
    assert "“mine.csv”: 1 row " in captions(at)
    assert "1 row of your file." in captions(at)


def test_a_thousand_classes_are_scored_once() -> None:
    rows = "".join(f"c{i},c{i if i % 3 else (i + 1) % 1000}\n" for i in range(1000))
    at = upload(yours(), ("gold,predicted\n" + rows).encode())
    with patch("core.ui.metrics.predictions.view.summary", side_effect=AssertionError("again")):
        at.run()
    assert not at.exception
    assert metrics(at)["Accuracy"] == "0.666"


def test_the_server_takes_what_the_largest_uploader_promises() -> None:
    config = tomllib.loads((Path(__file__).parents[2] / ".streamlit/config.toml").read_text(encoding="utf-8"))
    limit = config["server"]["maxUploadSize"]
    assert yours().file_uploader[0].proto.max_upload_size_mb == limit == MOST_BYTES // 2**20
    assert pictures.MEGABYTES * 2**20 == MAX_BYTES
    assert limit > pictures.MEGABYTES


def test_pictures_promise_what_is_taken() -> None:
    at = AppTest.from_string("from core.ui.pictures import choose_picture\nchoose_picture('x')", default_timeout=60)
    at.run()
    assert at.file_uploader[0].proto.max_upload_size_mb == pictures.MEGABYTES


def test_what_was_guessed_is_asked_before_and_can_be_confirmed() -> None:
    at = upload(yours(), b"pred,obs,Resample\nyes,yes,1\nyes,no,1\nno,yes,2\nno,no,2\n")
    assert not at.warning
    assert r"actual is **obs**, predicted is **pred**" in captions(at)
    at = upload(yours(), b"first,second\nyes,yes\nyes,no\nno,yes\n")
    assert "No column is called actual" in at.warning[0].value
    confirm = next(button for button in at.button if button.label == "The columns are right")
    confirm.click().run()
    assert not at.warning
    menu(at, "column_gold").set_value("second").run()
    assert "second" in at.warning[0].value, "another choice is another question"


def test_a_class_called_na_is_kept_until_somebody_says_otherwise() -> None:
    at = upload(yours(), b"gold,predicted\nNA,NA\nEU,NA\nEU,EU\nAPAC,APAC\nNA,EU\n")
    assert metrics(at)["Accuracy"] == "0.600"
    assert "NA” is kept as a class" in captions(at).replace("\\", "").replace('"NA"', "“NA”")
    box = next(box for box in at.checkbox if "class is" in box.label)
    box.check().run()
    assert "are left out" in captions(at)
    assert metrics(at)["Accuracy"] == "1.000"
    next(box for box in at.checkbox if "class is" in box.label).uncheck().run()
    assert metrics(at)["Accuracy"] == "0.600"


def test_letters_that_were_guessed_can_be_chosen() -> None:
    at = upload(yours(), "gold,predicted\nпёс,кот\nкот,кот\n".encode("cp1251"))
    letters = next(box for box in at.selectbox if box.label == "Letters")
    assert letters.value == "Windows-1252"
    letters.set_value("Windows-1251").run()
    assert not at.exception
    assert "кот" in str(menu(at, "gold").options)


def test_0_over_0_and_the_trapezoid_are_explained_where_they_stand() -> None:
    at = upload(yours(), b"gold,predicted\na,a\nb,a\nc,c\n")
    assert "own default counts it as 0" in captions(at)
    assert "auc(recall, precision) gives" in captions(visit()).replace("\\", "")


def hidden(**link: str) -> AppTest:
    """A visit on which answers are hidden."""
    at = AppTest.from_string("import streamlit as st\nst.session_state.metrics_hide = True\n" + SCRIPT)
    at.query_params.update({f"{KEY}_{name}": value for name, value in link.items()})
    return at.run(timeout=120)


@pytest.mark.parametrize(("guess", "judged"), [(0.97, "as guessed"), (0.9, "guessed 0.900"), (None, "0.979**")])
def test_a_class_guesses_the_accuracy_first(guess: float | None, judged: str) -> None:
    at = hidden()
    assert not at.exception
    assert not at.metric
    assert "Scores by actual class" in said(at), "something to guess from"
    assert not at.dataframe
    if guess is not None:
        at.number_input(key=f"{KEY}_guess_Accuracy").set_value(guess)
    press(at, "Show the answers")
    assert metrics(at)["Accuracy"] == "0.979"
    assert f"Accuracy: **0.979**{', ' if guess else ''}" in said(at)
    assert judged in said(at)
    at.slider(key=f"{KEY}_threshold").set_value(0.2).run()
    assert not at.metric, "another threshold is another question"


def test_without_a_threshold_and_without_a_file_there_is_something_to_see() -> None:
    assert "1,797 samples, 10 classes" in captions(hidden(source="Handwritten digits"))
    at = hidden(source="Your file (CSV)")
    assert "Upload a CSV file" in at.info[0].value
