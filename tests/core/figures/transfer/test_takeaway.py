"""The figures of a report, as charts and as files drawn without a network."""

from __future__ import annotations

import contextlib
import io
import json
import threading
import zipfile
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.error import HTTPError
from urllib.request import urlopen
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.figures.figure import Figure
from core.figures.transfer.takeaway import accuracies, confusion, figures_of, mistaken
from core.figures.transfer.takeaway_files import to_png, to_svg
from core.figures.transfer.takeaway_report import report_zip
from core.transfer.takeaway.report import FIGURE
from core.transfer.takeaway.result import Result, wilson
from core.transfer.training.run import Scored
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
    right = np.eye(3, dtype=np.float32)[given.scored.gold]
    assert "mistakes" not in figures_of(replace(given, scored=replace(given.scored, probabilities=right)), {})
    nothing = Scored(np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, 3), np.float32))
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
    assert data.groupby("gold")["share"].sum().round(6).eq(1).all()


def test_classes_of_one_name_keep_rows_of_their_own(given: Result) -> None:
    alike = replace(given, trained=replace(given.trained, classes=("a", "a", "b")))
    assert confusion(alike).data["gold"].nunique() == 3


def test_mistakes_are_those_and_the_most_certain_first(given: Result) -> None:
    data = mistaken(given).data
    assert data["gold"].tolist() == ["dark", "light"]
    assert data["predicted"].tolist() == ["light 80%", "striped 80%"]
    assert data["picture"].str.startswith("data:image/jpeg;base64,").all()


def test_files_are_drawn_here(given: Result) -> None:
    hostile = replace(given, trained=replace(given.trained, classes=("<b>&", 'Größe "日本"', "http://x.invalid/y.png")))
    figure = mistaken(hostile)
    picture = Image.open(io.BytesIO(to_png(figure)))
    assert picture.format == "PNG"
    assert picture.width > 1000
    assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert len(picture.convert("RGB").getcolors(10**6)) > 100  # the pictures are in it
    root = ElementTree.fromstring(to_svg(figure))
    words = " ".join(root.itertext())
    assert "<b>&" in words
    assert "Größe" in words


def test_a_figure_fetches_nothing() -> None:
    asked = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Listening) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        spec = {"mark": "image", "encoding": {"url": {"field": "picture"}}}
        foreign = Figure(spec, pd.DataFrame({"picture": [f"{address}/picture.png"]}), "a picture from elsewhere")
        with contextlib.suppress(ValueError):  # it may refuse to draw it, but not ask for it
            to_png(foreign)
        with contextlib.suppress(ValueError):
            to_png(Figure({**spec, "layer": [{"data": {"url": f"{address}/data.csv"}, **spec}]}, foreign.data, ""))
        urlopen_fails(address)
        server.shutdown()
    assert asked == ["/here"]  # the test's own question


def urlopen_fails(address: str) -> None:
    """The server does listen."""
    with pytest.raises(HTTPError):
        urlopen(f"{address}/here", timeout=10)


def test_the_zip_holds_the_report_and_all_that_it_names(given: Result) -> None:
    assert given.run is not None
    few = replace(given, run=replace(given.run, movement=()))  # fewer figures to draw
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


def test_figures_can_be_told_in_json(given: Result) -> None:
    for figure in figures_of(given, {given.title: given.test}).values():
        json.dumps(figure.spec)
        assert figure.alt
