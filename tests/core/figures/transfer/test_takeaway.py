"""The figures of a report, as charts and as files drawn without a network."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.figures.figure import Figure
from core.figures.transfer import takeaway_exports
from core.figures.transfer.takeaway import accuracies, confusion, figures_of, mistaken
from core.figures.transfer.takeaway_exports import (
    accuracy_in_words,
    network_in_words,
    of_all,
    of_experiment,
    result_in_words,
)
from core.figures.transfer.takeaway_files import draw
from core.figures.transfer.takeaway_report import report_zip
from core.transfer.takeaway.report import FIGURE
from core.transfer.takeaway.result import Result, compared, wilson
from core.transfer.training.run import LabelledPredictions
from tests.core.transfer.takeaway.made import result


@pytest.fixture
def given() -> Result:
    return result()


def test_a_training_has_all_figures_and_a_probe_those_of_its_answers(given: Result) -> None:
    answers = ["test-accuracy", "confusion-matrix", "mistakes"]
    curves, moved = ["accuracy-by-epoch", "loss-by-epoch"], ["weights-moved", "statistics-drifted"]
    assert list(figures_of(given, {given.title: given.test})) == [*curves, *answers, *moved]
    assert list(figures_of(replace(given, run=None), {given.title: given.test})) == answers


def test_a_figure_without_anything_to_show_is_left_out(given: Result) -> None:
    right = np.eye(3, dtype=np.float32)[given.scored.target]
    assert "mistakes" not in figures_of(replace(given, scored=replace(given.scored, probabilities=right)), {})
    nothing = LabelledPredictions(np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, 3), np.float32))
    assert "test-accuracy" not in figures_of(replace(given, scored=nothing), {})


def test_epochs_are_those_that_were_and_not_those_that_a_budget_planned(given: Result) -> None:
    assert given.run is not None
    endless = tuple(replace(phase, epochs=1e6) for phase in given.run.recipe.phases)
    run = replace(given.run, recipe=replace(given.run.recipe, phases=endless))
    spec = figures_of(replace(given, run=run), {})["accuracy-by-epoch"].spec
    assert spec["layer"][-1]["encoding"]["x"]["scale"]["domain"] == [0, 3]


def test_accuracies_carry_their_intervals() -> None:
    figure = accuracies({"A": wilson(9, 10), "B": wilson(5, 10)}, "B")
    assert figure.data["accuracy"].tolist() == [0.9, 0.5]
    assert (figure.data["low"] < figure.data["accuracy"]).all()
    assert (figure.data["accuracy"] < figure.data["high"]).all()
    assert figure.data["chosen"].tolist() == [False, True]
    assert "A 90.0% (59.6% to 98.2%)" in figure.alt  # statsmodels' interval of 9 in 10


def test_confusion_counts_every_test_picture_once(given: Result) -> None:
    data = confusion(given).data
    assert data["count"].sum() == 6
    assert data[data["right"]]["count"].sum() == 4
    assert data.groupby("actual")["share"].sum().round(6).eq(1).all()


def test_classes_of_one_name_keep_rows_of_their_own(given: Result) -> None:
    alike = replace(given, trained=replace(given.trained, classes=("a", "a", "b")))
    assert confusion(alike).data["actual"].nunique() == 3


def test_mistakes_are_those_and_the_most_certain_first(given: Result) -> None:
    data = mistaken(given).data
    assert data["actual"].tolist() == ["dark", "light"]
    assert data["predicted"].tolist() == ["light", "striped"]
    assert data["probability"].tolist() == ["80%", "80%"]
    assert data["picture"].str.startswith("data:image/jpeg;base64,").all()


def test_files_are_drawn_here(given: Result) -> None:
    hostile = replace(given, trained=replace(given.trained, classes=("<b>&", 'Größe "日本"', "http://x.invalid/y.png")))
    figure = mistaken(hostile)
    drawn = draw({"mistakes": figure})["mistakes"]
    picture = Image.open(io.BytesIO(drawn.png))
    assert picture.format == "PNG"
    assert picture.width > 1000
    assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert len(picture.convert("RGB").getcolors(10**6)) > 100  # the pictures are in it
    root = ElementTree.fromstring(drawn.svg)
    words = " ".join(root.itertext())
    assert "actual <b>&" in words
    assert "predicted Größe" in words
    assert "Größe" in words


def test_what_cannot_be_drawn_is_an_error_and_data_from_elsewhere_is_not_fetched() -> None:
    foreign = {"layer": [{"data": {"url": "http://127.0.0.1:9/data.csv"}, "mark": "point"}]}
    with pytest.raises(RuntimeError, match="not allowed"):
        draw({"foreign": Figure(foreign, pd.DataFrame({"x": [1]}), "")})
    assert draw({}) == {}


def test_the_zip_holds_the_report_and_all_that_it_names(given: Result) -> None:
    assert given.run is not None
    few = replace(given, run=replace(given.run, weight_change=()))  # fewer figures to draw
    file = zipfile.ZipFile(io.BytesIO(report_zip(few, {few.title: few.test})))
    text = file.read("report.md").decode()
    named = FIGURE.findall(text)
    assert len(named) == 5
    for name in named:
        Image.open(io.BytesIO(file.read(f"figures/{name}.png"))).verify()
        ElementTree.fromstring(file.read(f"figures/{name}.svg"))
    for name in ("predictions.csv", "points.csv", "summary.csv", "layers.csv", "experiment.py"):
        assert f"`{name}`" in text
        assert file.read(name)
    compile(file.read("experiment.py"), "experiment.py", "exec")


def test_figures_come_out_of_json_as_they_went_in(given: Result) -> None:
    for name, figure in figures_of(given, {given.title: given.test}).items():
        assert json.loads(json.dumps(figure.spec, allow_nan=False)) == figure.spec, name
        rows = json.loads(
            json.dumps(figure.data.to_dict("records"), allow_nan=False, default=lambda value: value.item())
        )
        assert len(rows) == len(figure.data) > 0, name
        fields = set(re.findall(r'"field": "([^"]+)"', json.dumps(figure.spec)))
        assert fields & set(rows[0]), f"{name} draws nothing of its rows"


def test_figures_say_in_words_what_they_show(given: Result) -> None:
    """What is read aloud, with the numbers of the run that was made by hand."""
    assert {name: figure.words for name, figure in figures_of(given, {given.title: given.test}).items()} == {
        "accuracy-by-epoch": "Line: validation accuracy against epochs, phase by phase. "
        "67.0% after 3.0 epochs, best 83.0%.",
        "loss-by-epoch": "Loss against epochs, at the end: training 0.5, validation 0.7",
        "test-accuracy": "Accuracy on the test pictures with 95% Wilson intervals: "
        "Last group 66.7%, 12 pictures (30.0% to 90.3%)",
        "confusion-matrix": "Confusion matrix of 3 classes: 4 of 6 test pictures on the diagonal",
        "mistakes": "Mistakes: dark taken for light (80%); light taken for striped (80%)",
        "weights-moved": "Of 3 layers with weights, weights changed in 2 trained and 0 frozen",
        "statistics-drifted": "Of 1 layer with statistics, statistics drifted in 1 trained and 0 frozen",
    }


def test_every_export_says_what_it_is_and_its_files_have_names_of_their_own(
    given: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    exports = of_experiment(given, {given.title: given.test})
    assert [export.title for export in exports] == [
        "Report", "Script", "PyTorch model", "ONNX model", "Pictures", "Tables",
    ]  # fmt: skip
    assert all(export.what and export.size and not export.cannot for export in exports)
    assert given.run is not None
    files = [*(file for export in exports for file in export.files), *of_all([given.run])]
    assert len({file.name for file in files}) == len({file.label for file in files}) == len(files)
    assert all(file.help for file in files)
    monkeypatch.setattr(takeaway_exports, "MOST_BYTES", 10)
    pictures = of_experiment(given, {})[4]
    assert pictures.cannot
    assert not pictures.files


def test_what_a_network_is_and_how_good_in_words(given: Result) -> None:
    many = replace(given.trained, classes=tuple("abcdefgh"))
    assert network_in_words(many) == "ResNet-18 at 32 px, 8 classes (a, b, c, d, e, f and 2 more)."
    assert "from random weights on three kinds" in result_in_words(given, known=True)
    assert result_in_words(given, known=False) == "ResNet-18 at 32 px."
    assert accuracy_in_words(wilson(4, 6)) == "**66.7%** of 6 test pictures right, 30.0% to 90.3% with 95% confidence."


def test_what_predicted_the_same_test_pictures_is_compared_this_one_first(given: Result) -> None:
    run = given.run
    assert run is not None
    fewer = replace(run.test, indices=run.test.indices[:3])
    other = replace(run, trained=replace(run.trained, data_digest="another"))
    runs = {"same": run, "fewer": replace(run, test=fewer), "others": other}
    assert list(compared(given, runs, known=True)) == [given.title, "same"]
    assert compared(given, {}, known=False)[given.title].learned_from is None
