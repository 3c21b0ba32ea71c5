"""Predictions that groups hand in: whatever their columns are called, and what is said of those that cannot be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score

from core.errors import UserError
from core.transfer.cifar10.handin import of_record, read, template
from core.transfer.cifar10.order import CLASSES, COUNT, Order, labels, names
from core.transfer.cifar10.record_file import shipped
from tests.core.transfer.cifar10.test_record import GOOD
from tests.examples import examples

Columns = dict[str, list[str]]
RANDOM = np.random.default_rng(0)


def answers(order: Order, wrong: int = 1_700) -> np.ndarray:
    """Right but for some."""
    found = labels(order).copy()
    rows = RANDOM.permutation(COUNT)[:wrong]
    found[rows] = (found[rows] + 1 + RANDOM.integers(0, 9, wrong)) % 10
    return found


def columns(order: Order, predicted: np.ndarray, *, by: str = "name", words: bool = False) -> Columns:
    pictures = {"name": list(names(order)), "number": [str(n) for n in range(COUNT)]}[by]
    said = [CLASSES[number] if words else str(number) for number in predicted]
    return {"picture": pictures, "prediction": said}


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("by", ["name", "number"])
@pytest.mark.parametrize("words", [False, True])
def test_right_answers_are_counted_as_scikit_learn_counts_them(order: Order, by: str, words: bool) -> None:
    predicted = answers(order)
    found = read(columns(order, predicted, by=by, words=words), order)
    assert found.accuracy == pytest.approx(accuracy_score(labels(order), predicted)) == 0.83
    assert found.macro_f1 == pytest.approx(f1_score(labels(order), predicted, average="macro"))
    assert found.doubt() == ""
    assert found.scores is None


@pytest.mark.parametrize("order", Order)
def test_shuffled_rows_are_put_in_order(order: Order) -> None:
    predicted, shuffled = answers(order), RANDOM.permutation(COUNT)
    table = {name: [texts[row] for row in shuffled] for name, texts in columns(order, predicted).items()}
    assert read(table, order).predicted.tolist() == predicted.tolist()


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("id", "{}"),
        ("filename", "data/test/test_{:05d}.jpg"),
        ("image", "C:\\cifar\\test_{:05d}.jpg"),
        ("x", "test_{:05d}"),
    ],
)
def test_pictures_are_known_by_file_path_or_number(name: str, form: str) -> None:
    predicted = answers(Order.FILES)
    table = {name: [form.format(number) for number in range(COUNT)], "Predicted class": [str(p) for p in predicted]}
    assert read(table, Order.FILES).right == 8_300


@pytest.mark.parametrize("name", ["prediction", "Label", "y_pred", "anything"])
def test_one_column_is_taken_in_the_order_of_its_rows(name: str) -> None:
    predicted = answers(Order.TORCHVISION)
    found = read({name: [str(number) for number in predicted]}, Order.TORCHVISION)
    assert found.right == 8_300
    assert any("order of its rows" in note for note in found.notes)


@pytest.mark.parametrize("words", [False, True])
def test_a_file_without_names_of_columns(words: bool) -> None:
    predicted = answers(Order.TORCHVISION)
    said = [CLASSES[number] if words else str(number) for number in predicted]
    found = read({said[0]: said[1:]}, Order.TORCHVISION)
    assert found.predicted.tolist() == predicted.tolist()
    assert any("first line" in note for note in found.notes)


@pytest.mark.parametrize("form", ["{}", "p_{}", "score {}", "{}_prob", "logits:{}"])
@pytest.mark.parametrize("words", [False, True])
def test_scores_of_all_classes_are_understood(form: str, words: bool) -> None:
    predicted, scores = answers(Order.TORCHVISION), RANDOM.random((COUNT, 10))
    table = columns(Order.TORCHVISION, predicted)
    for number, name in enumerate(CLASSES):
        table[form.format(name if words else number)] = [f"{score:.6f}" for score in scores[:, number]]
    found = read(table, Order.TORCHVISION)
    assert found.scores is not None
    assert np.allclose(found.scores, scores, atol=1e-6)
    assert found.right == 8_300


def test_other_words_for_classes() -> None:
    said = [
        {"airplane": "Plane", "automobile": " CAR "}.get(CLASSES[label], CLASSES[label])
        for label in labels(Order.FILES)
    ]
    assert read({"label": said}, Order.FILES).accuracy == 1.0
    assert read({"label": [f"{label}.0" for label in labels(Order.FILES)]}, Order.FILES).accuracy == 1.0


def test_the_wrong_order_is_noticed() -> None:
    right = answers(Order.FILES)
    found = read(columns(Order.TORCHVISION, right, by="number"), Order.TORCHVISION)
    assert found.accuracy < 0.15
    assert found.doubt().endswith("In the other order it would be 83.0%.")
    guessed = read(columns(Order.FILES, RANDOM.integers(0, 10, COUNT), by="number"), Order.FILES)
    assert guessed.doubt().endswith("Wrong order?")


BAD = answers(Order.FILES)


def changed(**rest: list[str]) -> Columns:
    return columns(Order.FILES, BAD) | rest


NAMES = list(names(Order.FILES))
SAID = [str(number) for number in BAD]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"prediction": SAID[:-1]}, "9,999 predictions"),
        ({"prediction": SAID + SAID}, "20,000 predictions"),
        ({"picture": NAMES[:-1], "prediction": SAID[:-1]}, '1 picture is missing: "test_09999.jpg"'),
        ({"picture": NAMES[3:], "prediction": SAID[3:]}, "3 pictures are missing"),
        (changed(picture=[NAMES[1], *NAMES[1:]]), '1 picture has more than one row: "test_00001.jpg"'),
        (
            changed(picture=["test_10000.jpg", *NAMES[1:]]),
            '1 row is of no test picture in this order: "test_10000.jpg"',
        ),
        (changed(picture=["10000", *NAMES[1:]]), "no test picture"),
        (changed(picture=["-1", *NAMES[1:]]), "no test picture"),
        (changed(picture=[str(n + 1) for n in range(COUNT)]), "count them from 0"),
        (changed(prediction=[str(n + 1) for n in BAD]), "count them from 0"),
        (changed(prediction=["unicorn", *SAID[1:]]), "Row 1 of"),
        (changed(prediction=["", "", *SAID[2:]]), "1 more rows"),
        (changed(prediction=["3.5", *SAID[1:]]), '"3.5"'),
        (changed(prediction=["٣", *SAID[1:]]), "no class"),
        ({"a": ["x"] * COUNT, "b": ["y"] * COUNT}, "No column holds predicted classes"),
        ({}, "No column holds predicted classes"),
        ({"prediction": []}, "0 predictions"),
        (changed(**{f"p_{n}": ["high"] * COUNT for n in range(10)}), "no number"),
        (changed(**{f"p_{n}": ["nan"] * COUNT for n in range(10)}), "no finite number"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_scored_is_named(table: Columns, said: str) -> None:
    with pytest.raises(UserError) as caught:
        read(table, Order.FILES)
    assert said in str(caught.value)


def test_long_texts_do_not_fill_the_page() -> None:
    with pytest.raises(UserError) as caught:
        read(changed(prediction=["<b>" * 5_000, *SAID[1:]]), Order.FILES)
    assert len(str(caught.value)) < 300


@examples(40)
@given(
    st.dictionaries(st.text(max_size=6), st.lists(st.text(max_size=4), max_size=4), max_size=3), st.sampled_from(Order)
)
def test_any_small_table_is_refused_with_a_sentence(table: Columns, order: Order) -> None:
    with pytest.raises(UserError) as caught:
        read(table, order)
    assert str(caught.value)


def test_a_record_is_handed_in_as_it_is() -> None:
    record = next(record for record in shipped() if record.family == "VGG")
    found = of_record(record)
    assert found.order is Order.FILES
    assert found.accuracy == pytest.approx(record.test)


def test_a_record_of_other_pictures_is_refused() -> None:
    with pytest.raises(UserError, match="50 other pictures"):
        of_record(GOOD)


def test_the_file_to_start_from_can_be_handed_in() -> None:
    header, *rows = template().splitlines()
    pictures, said = zip(*(row.split(",") for row in rows), strict=True)
    found = read(dict(zip(header.split(","), (list(pictures), list(said)), strict=True)), Order.TORCHVISION)
    assert found.accuracy == pytest.approx(0.1)
    assert found.doubt()


def scored(predicted: np.ndarray) -> np.ndarray:
    """(M, 10) probabilities whose highest are those."""
    found = RANDOM.random((COUNT, 10))
    found[np.arange(COUNT), predicted] += 2
    return np.asarray(found / found.sum(1, keepdims=True))


@pytest.mark.parametrize("true", ["label", "class", "target", "true", "y_true"])
@pytest.mark.parametrize("said", ["prediction", "y_pred", "output"])
def test_true_labels_beside_the_predictions_are_not_taken_for_them(true: str, said: str) -> None:
    predicted = answers(Order.TORCHVISION)
    table = {true: [CLASSES[n] for n in labels(Order.TORCHVISION)], said: [CLASSES[n] for n in predicted]}
    assert read(table, Order.TORCHVISION).accuracy == 0.83


@pytest.mark.parametrize("form", ["{name}", "score_{name}", "{name} prob", "p{number}", "prob_{number}", "{number}"])
@pytest.mark.parametrize("index", ["", "Unnamed: 0", "id"])
def test_scores_without_predictions_predict_the_highest(form: str, index: str) -> None:
    predicted = answers(Order.TORCHVISION)
    table = {index: [str(number) for number in range(COUNT)]} if index else {}
    for number, column in enumerate(scored(predicted).T):
        table[form.format(name=CLASSES[number], number=number)] = [f"{value:.6f}" for value in column]
    found = read(table, Order.TORCHVISION)
    assert found.predicted.tolist() == predicted.tolist()
    assert "highest score" in found.notes[0]
    assert found.scores is not None
    assert found.confidence is not None
    assert (found.confidence > 0.1).all()


def test_a_column_of_confidences_does_not_say_which_picture_it_is() -> None:
    predicted = answers(Order.TORCHVISION)
    table = {
        "prediction": [str(number) for number in predicted],
        "conf": [f"{value:.12f}" for value in scored(predicted).max(1)],
    }
    assert len(set(table["conf"])) == COUNT
    assert read(table, Order.TORCHVISION).accuracy == 0.83


def test_the_ending_of_a_file_does_not_matter() -> None:
    predicted = answers(Order.FILES)
    table = {"file": [f"x/{name[:-4]}.png" for name in names(Order.FILES)], "answer": [str(n) for n in predicted]}
    assert read(table, Order.FILES).accuracy == 0.83


def test_pictures_of_the_other_order_are_told() -> None:
    with pytest.raises(UserError, match="of the other order: choose it"):
        read(columns(Order.FILES, answers(Order.FILES)), Order.TORCHVISION)


def test_classes_that_seem_to_be_counted_from_one_are_told() -> None:
    found = read({"prediction": [str(min(n + 1, 9)) for n in answers(Order.TORCHVISION)]}, Order.TORCHVISION)
    assert "counted from 1" in found.doubt()


@pytest.mark.parametrize(
    ("picture", "true", "said"),
    [
        ("image_id", "true_label", "predicted_label"),
        ("index", "actual", "predicted class"),
        ("n", "truth", "model"),
        ("Unnamed: 0", "label", "Model prediction"),
        ("id", "y", "y_hat_pred"),
    ],
)
def test_tables_as_tools_write_them(picture: str, true: str, said: str) -> None:
    predicted, shuffled = answers(Order.TORCHVISION), RANDOM.permutation(COUNT)
    table = {
        picture: [str(row) for row in shuffled],
        true: [CLASSES[labels(Order.TORCHVISION)[row]] for row in shuffled],
        said: [CLASSES[predicted[row]] for row in shuffled],
    }
    found = read(table, Order.TORCHVISION)
    assert found.accuracy == 0.83
    assert f'"{said}"' in found.notes[-1]


def test_a_count_of_the_rows_gives_way_to_a_column_of_pictures() -> None:
    predicted, shuffled = answers(Order.TORCHVISION), RANDOM.permutation(COUNT)
    table = {
        "": [str(row) for row in range(COUNT)],
        "bild": [str(row) for row in shuffled],
        "pred": [str(predicted[row]) for row in shuffled],
    }
    assert read(table, Order.TORCHVISION).accuracy == 0.83


def test_two_columns_of_classes_without_a_telling_name_are_refused() -> None:
    table = {"mine": [str(n) for n in answers(Order.FILES)], "yours": [str(n) for n in labels(Order.FILES)]}
    with pytest.raises(UserError, match='"mine" and "yours" both hold classes'):
        read(table, Order.FILES)


def test_empty_rows_of_a_spreadsheet_and_numbers_of_numpy_do_not_matter() -> None:
    predicted = answers(Order.TORCHVISION)
    table = {"prediction": [f"{float(n):.18e}" for n in predicted] + ["", ""], "id": [*map(str, range(COUNT)), "", ""]}
    assert read(table, Order.TORCHVISION).predicted.tolist() == predicted.tolist()
    with pytest.raises(UserError, match="numbered 1 to 10"):
        read({"prediction": [f"{n + 1:.1f}" for n in predicted]}, Order.TORCHVISION)


@pytest.mark.parametrize("name", ["sample", "image_id", "nr"])
def test_a_double_picture_is_named_whatever_its_column_is_called(name: str) -> None:
    table = {name: [str(row) for row in range(COUNT)], "pred": [str(n) for n in answers(Order.TORCHVISION)]}
    table[name][17] = "16"
    with pytest.raises(UserError, match="more than one row"):
        read(table, Order.TORCHVISION)


def test_a_file_without_names_may_begin_with_two_equal_cells() -> None:
    predicted = answers(Order.FILES)
    predicted[0] = 0
    table = {"0": [str(row) for row in range(1, COUNT)], "0 (2)": [str(n) for n in predicted[1:]]}
    assert read(table, Order.FILES).predicted.tolist() == predicted.tolist()
