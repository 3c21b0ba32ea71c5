"""Sheets, charts, formulas and the map say what was computed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from core.figures import drawing
from core.figures.drawing import Drawing
from core.figures.figure import Figure
from core.figures.transfer import neighbours as figures
from core.figures.transfer import neighbours_clusters as clusters_figures
from core.figures.transfer import neighbours_formulas as formulas
from core.figures.transfer import neighbours_map as map_figures
from core.figures.transfer.contact import OTHER, SAME, sheet
from core.figures.transfer.neighbours import three
from core.transfer.features.clustering import agreement, cluster
from core.transfer.features.projection import Method, Projection, project
from core.transfer.features.retrieval import Metric, Neighbours, Retrieval
from tests.core.figures.frames import assert_sound
from tests.core.transfer.sets import stripes

RNG = np.random.default_rng(0)
UI = Path(__file__).parents[4] / "core" / "ui" / "components"
FOUND = Neighbours(np.array([2, 1, 4]), np.array([0.0, 0.25, 1.5], np.float32))


def texts(shown: Drawing) -> list[str]:
    return [item.text for item in shown.items if isinstance(item, drawing.Text)]


def strokes(shown: Drawing) -> list[str]:
    return [item.stroke for item in shown.items if isinstance(item, drawing.Rect) and item.stroke != drawing.PAPER]


def test_frames_and_signs_say_which_neighbours_are_of_the_class() -> None:
    images = stripes()  # classes alternate
    shown = figures.nearest_sheet(images, FOUND, 0)
    assert_sound(shown)
    assert texts(shown) == ["= red", "0", "≠ green", "0.250", "= red", "1.50"]
    assert strokes(shown) == [SAME.colour, OTHER.colour, SAME.colour]
    cells = next(item for item in shown.items if isinstance(item, drawing.Cells))
    assert "stripes 1: green" in cells.tips[1]
    assert "0.250" in cells.tips[1]
    assert "red, green, red" in shown.alt


def test_of_an_unknown_class_nobody_is_wrong() -> None:
    shown = figures.nearest_sheet(stripes(), FOUND, None)
    assert strokes(shown) == []
    assert not any(text.startswith(("=", "≠")) for text in texts(shown))
    assert "same class" not in figures.neighbours_table(stripes(), FOUND, None)


def test_the_csv_has_a_row_a_neighbour() -> None:
    table = figures.neighbours_table(stripes(), FOUND, 1)
    assert table["same class"].tolist() == [False, True, False]
    assert table["picture"].tolist() == ["stripes 2", "stripes 1", "stripes 4"]
    assert table["rank"].tolist() == [1, 2, 3]
    assert set(table["part"]) <= {"training", "validation"}


def test_the_query_is_drawn_alone() -> None:
    shown = figures.query_picture(stripes(), 3)
    assert_sound(shown)
    assert "stripes 3" in shown.alt


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1e-12, "0"),
        (0.1, "0.100"),
        (1.0, "1.00"),
        (123.4, "123"),
        (12_345.6, "12,346"),
        (float("nan"), "–"),
    ],
)
def test_three_digits(value: float, text: str) -> None:
    assert three(value) == text


def retrieval(length: int = 6, *, undefined: bool = False) -> Retrieval:
    precision = np.full(length, np.nan) if undefined else np.linspace(1, 0.5, length)
    return Retrieval(10, 9, precision, 0.7, 0.25, False)


def test_the_curve_has_three_lines_and_tells_where_the_visitor_stands() -> None:
    chart = figures.precision_curve(retrieval(), retrieval(3), 2)
    assert chart.data.groupby("by").size().to_dict() == {"features": 6, "raw pixels": 3, "random draw": 2, "here": 1}
    assert chart.data[chart.data["by"] == figures.HERE]["k"].tolist() == [2]
    at_two = chart.data[chart.data["k"] == 2].set_index("by")["precision"]
    assert (at_two["features"], at_two["raw pixels"]) == (pytest.approx(0.9), pytest.approx(0.75))
    assert (chart.data[chart.data["by"] == "random draw"]["precision"] == 0.25).all()
    assert_chart(chart)


def test_a_curve_of_nothing_is_empty() -> None:
    chart = figures.precision_curve(retrieval(undefined=True), retrieval(0), 30)
    assert set(chart.data["by"]) == {"random draw", figures.HERE}


def assert_chart(chart: Figure) -> None:
    assert chart.alt
    assert chart.spec["title"]
    json.dumps(chart.spec, allow_nan=False)


def test_the_cross_table_has_every_pair_and_frames_the_matching() -> None:
    found = agreement(np.array([0, 0, 0, 1, 1, 2]), np.array([1, 1, 0, 0, 0, 1]), 3, 2)
    chart = clusters_figures.cross_table(found, ("red", "green"))
    assert_chart(chart)
    assert chart.data["pictures"].tolist() == [1, 2, 2, 0, 0, 1]
    assert chart.data[chart.data["matched"]][["cluster", "class"]].to_numpy().tolist() == [[1, "green"], [2, "red"]]
    assert clusters_figures.cluster_words(found, ("red", "green"), 0) == (3, "green", pytest.approx(2 / 3))


def test_a_strip_frames_those_of_the_commonest_class() -> None:
    shown = clusters_figures.cluster_strip(stripes(), np.array([0, 2, 1]), 0, 4)
    assert_sound(shown)
    assert strokes(shown) == [SAME.colour, SAME.colour, OTHER.colour]
    assert "Cluster 5" in shown.alt
    assert "2 are of its most frequent class" in shown.alt


def test_the_silhouette_names_its_best_k() -> None:
    chart = clusters_figures.silhouette_curve([(2, 0.1), (3, 0.4), (4, 0.2)], 2, 3)
    assert_chart(chart)
    assert chart.spec["title"] == "Silhouette: highest at k = 3"
    assert "0.400 at 3" in chart.alt


def test_the_csv_of_clusters_has_a_row_a_picture() -> None:
    images = stripes()
    found = cluster(RNG.normal(size=(6, 3)).astype(np.float32), 2)
    table = clusters_figures.clusters_table(images, np.arange(6), found)
    assert table["cluster"].tolist() == (found.assignment + 1).tolist()
    assert len(table) == 6


def shown_map(method: Method = Method.PCA, **more: bool | int) -> map_figures.PictureMap:
    images = stripes()
    values = RNG.normal(size=(len(images), 5)).astype(np.float32)
    names = [f"<b>{name}" for name in images.names]
    projection = project(values, method, 5)
    return map_figures.picture_map(
        projection, sheet(images.images, 5, 32), names, images.labels, images.classes, **more
    )  # type: ignore[arg-type]


def test_a_map_has_a_point_a_group_and_a_name_for_each_picture() -> None:
    shown = shown_map(chosen=3, pictures=True)
    count = len(stripes())
    assert len(shown.points) == len(shown.groups) == len(shown.tips) == shown.sheet.count == count
    assert sum(mark.count for mark in shown.marks) == count
    assert max(abs(value) for point in shown.points for value in point) == pytest.approx(1, abs=1e-3)
    assert len({(mark.colour, mark.shape) for mark in shown.marks}) == len(shown.marks)
    assert shown.axes[0].startswith("first component: ")
    assert shown_map(Method.TSNE).axes == ("", "")
    data = json.loads(json.dumps(shown.as_data(), allow_nan=False))
    assert (data["chosen"], data["pictures"]) == (3, True)
    data["marks"][0]["name"] = "other"
    assert shown.marks[0].name == "red"


def test_twenty_eight_groups_look_different_and_more_can_be_drawn() -> None:
    points = RNG.normal(size=(60, 2)).astype(np.float32)
    projection = Projection(Method.UMAP, points, (), 0.9, 5, 1.0)
    groups = np.arange(60)
    names = [f"group {number}" for number in groups]
    images = stripes(per_class=30)
    shown = map_figures.picture_map(projection, sheet(images.images, 8, 32), names, groups, names)
    assert len({(mark.colour, mark.shape) for mark in shown.marks[:28]}) == 28
    assert {mark.shape for mark in shown.marks} == set(range(map_figures.SHAPES))


def test_a_map_of_one_place_stays_finite() -> None:
    projection = Projection(Method.PCA, np.zeros((24, 2), np.float32), (0.0, 0.0), 1.0, 0, 0.1)
    images = stripes()
    shown = map_figures.picture_map(
        projection, sheet(images.images, 5, 32), images.names, images.labels, images.classes
    )
    assert set(shown.points) == {(0.0, 0.0)}


def test_the_csv_of_a_map_has_coordinates_and_clusters_if_there_are_some() -> None:
    images = stripes()
    indices = np.arange(6)
    projection = Projection(Method.PCA, RNG.normal(size=(6, 2)).astype(np.float32), (0.5, 0.2), 0.9, 0, 0.1)
    assert list(map_figures.map_table(images, indices, projection, None)) == ["picture", "class", "x", "y"]
    assert map_figures.map_table(images, indices, projection, indices)["cluster"].tolist() == [1, 2, 3, 4, 5, 6]


def test_the_browser_reads_only_what_is_sent_and_makes_no_markup_of_it() -> None:
    script = (UI / "pictures_map.js").read_text(encoding="utf-8")
    data = shown_map().as_data()
    assert set(re.findall(r"\bdata\.(\w+)", script)) <= set(data) | {"seen"}
    assert set(re.findall(r"\bdata\.sheet\.(\w+)", script)) <= set(data["sheet"])
    assert "innerHTML" not in script
    assert "insertAdjacentHTML" not in script
    assert '"aria-label", `${data.alt}' in script
    assert len(re.findall(r"^  \(pen, x, y, r\) =>", script, re.MULTILINE)) == map_figures.SHAPES


def numbers(latex: str) -> list[float]:
    return [float(text) for text in re.findall(r"\d+\.?\d*", latex.replace("{,}", ""))]


def test_formulas_have_the_numbers_of_the_screen() -> None:
    q, x = np.array([3.0, 4.0], np.float32), np.array([4.0, 3.0], np.float32)
    cosine = formulas.distance_formula(q, x, Metric.COSINE, 0.04)
    assert r"1 - \frac{24}{5 \cdot 5} = \mathbf{0.04}" in cosine
    euclid = formulas.distance_formula(q, x, Metric.EUCLIDEAN, 2**0.5)
    assert r"\sqrt{2} = \mathbf{1.41}" in euclid
    assert r"\frac{7}{10} = \mathbf{0.7}" in formulas.precision_formula(7, 10)
    assert r"\frac{1}{1{,}000}" in formulas.mean_average_precision_formula(1_000, 0.5)
    assert r"\text{undefined}" in formulas.mean_average_precision_formula(3, float("nan"))
    assert r"\frac{5}{6} = \mathbf{0.833}" in formulas.purity_formula(5, 6)
    found = cluster(RNG.normal(size=(9, 3)).astype(np.float32), 2, Metric.EUCLIDEAN)
    assert any(value == pytest.approx(found.inertia, rel=5e-3) for value in numbers(formulas.k_means_formula(found)))


def test_small_numbers_are_powers_of_ten() -> None:
    same = np.ones(3, np.float32)
    assert r"1.2 \cdot 10^{-7}" in formulas.distance_formula(same, same, Metric.COSINE, 1.2e-7)


def test_the_neighbours_vote() -> None:
    images = stripes(classes=3)
    green = np.flatnonzero(images.labels == 1)[:2]
    found = Neighbours(np.array([*green, int(np.flatnonzero(images.labels == 0)[0])]), np.array([0.1, 0.2, 0.3]))
    assert figures.vote(images, found) == (2, images.classes[1])


@pytest.mark.parametrize(
    ("method", "words"),
    [(Method.PCA, "hold 60%"), (Method.TSNE, "Perplexity 5"), (Method.UMAP, "Neighbours 5")],
)
def test_a_map_says_what_it_does_not_say(method: Method, words: str) -> None:
    projection = Projection(method, np.zeros((4, 2), np.float32), (0.4, 0.2), 0.9, 5, 1.0)
    said = map_figures.about(projection, 4, 8)
    assert words in said
    assert "4 of 8 pictures, drawn at random" in said
    assert "drawn at random" not in map_figures.about(projection, 8, 8)


def test_a_picture_is_drawn_with_its_first_numbers() -> None:
    drawn = figures.code(stripes(), 3, np.arange(1_280, dtype=np.float32) / 100 - 0.01)
    assert_sound(drawn)
    words = texts(drawn)
    assert words[1:4] == ["−0.01", "0.00", "0.01"]
    assert words[-1] == "… 1,280 numbers"
