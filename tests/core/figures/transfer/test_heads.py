"""Both heads' curves, their gradients' cosine, and the trade between them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import vl_convert

from core.figures.drawing import Rect, Text
from core.figures.style import ACCENT, OKABE_ITO
from core.figures.transfer import heads as figures
from core.figures.transfer.heads_drawing import network
from core.transfer.data.augment import Augmentation
from core.transfer.model.shapes import shapes
from core.transfer.subject import Subject
from core.transfer.training.run import Run
from core.transfer.training.schedule import Phase, Recipe
from core.transfer.training.two_heads import two_heads as two_heads_of
from tests.core.figures.frames import assert_sound as sound_drawing
from tests.core.figures.settled import sound
from tests.core.figures.transfer.made import assert_sound, points, run
from tests.core.transfer.sets import everything, stripes

NAMES = ("class", "parity")
IMAGES = stripes()
BOTH = points(0.2, 0.5, 0.7, second=(0.5, 0.6, 0.9), cosines=(None, 0.4, 0.2))


def two_heads(weight: float, first: float, second: float) -> Run:
    recipe = Recipe((Phase("both", {"heads": 1e-3}, 1),), second_task="label", second_weight=weight)
    return run((0.1, first), recipe=recipe, second=(0.5, second), cosines=(None, 0.25))


def test_both_accuracies_are_drawn() -> None:
    figure = figures.accuracies(BOTH, NAMES, 30, (0.5, 0.25))
    assert_sound(figure)
    assert figure.data["head"].value_counts().to_dict() == {"class": 3, "parity": 3}
    assert "class 70.0%, parity 90.0%" in figure.reading
    assert figure.spec == figures.accuracies((), NAMES, 30, (0.5, 0.25)).spec
    levels = figure.spec["layer"][0]["data"]["values"]
    assert [(level["head"], level["accuracy"]) for level in levels] == [("class", 0.5), ("parity", 0.25)]


def test_a_last_step_after_the_budget_is_on_the_chart() -> None:
    late = (*BOTH[:-1], replace(BOTH[-1], seconds=31.5))
    for figure in (figures.accuracies(late, NAMES, 30, (0.5, 0.5)), figures.cosines(late, 30)):
        rows = json.loads(figure.data.to_json(orient="records"))
        svg = vl_convert.vegalite_to_svg({"width": 600, **figure.spec, "data": {"values": rows}})
        assert "from 0 to 32" in svg, "the description of the axis, rounded"


def test_the_cosine_begins_with_the_first_step() -> None:
    figure = figures.cosines(BOTH, 30)
    assert_sound(figure)
    assert figure.data["cosine"].tolist() == [0.4, 0.2]
    assert "+0.30" in figures.agreement(BOTH)
    assert "no cosine" in figures.agreement(())


@pytest.mark.parametrize(
    ("cosine", "word"),
    [(0.5, "help each other"), (-0.5, "work against"), (0.0, "hardly"), (-0.05, "hardly")],
)
def test_what_the_cosine_says(cosine: float, word: str) -> None:
    assert word in figures.agreement(points(0.1, 0.2, second=(0.1, 0.1), cosines=(None, cosine)))


def test_no_cosine_where_nothing_is_shared() -> None:
    assert "no cosine" in figures.agreement(points(0.1, 0.2, second=(0.1, 0.1)))


def test_a_point_a_run_and_only_runs_with_two_heads() -> None:
    runs = {"first": two_heads(0.0, 0.9, 0.5), "second": two_heads(0.5, 0.8, 0.95), "other": run()}
    figure = figures.trade(runs, NAMES, "second")
    (points_,) = sound(figure)["data"]
    assert [title for title, *_ in points_["customdata"]] == ["first", "second"]
    assert points_["marker"]["color"] == [OKABE_ITO[4], ACCENT]
    assert "w = 0.5: class 80.0%, parity 95.0%" in figure.alt
    table = figures.table(runs, NAMES).set_index("run")
    assert table.loc["first", "w"] == 0
    assert table.loc["second", figures.columns_of(NAMES)[1]] == 0.95
    assert table.loc["second", "mean cosine"] == 0.25


def test_a_label_may_have_the_name_of_a_column() -> None:
    table = figures.table({"first": two_heads(0.3, 0.9, 0.5)}, ("class", "w"))
    assert table["w"].tolist() == [0.3]


@pytest.mark.parametrize("backbone", ["tf_efficientnet_lite0", "vgg16", "inception_v3"])
@pytest.mark.parametrize("depth", [0, 2])
def test_the_network_is_drawn_with_its_shapes_and_what_learns(backbone: str, depth: int) -> None:
    subject = Subject(IMAGES, everything(IMAGES), backbone, False, 128)
    plan = two_heads_of(subject, "rotation", depth, 0.3, 0, 5, Augmentation())
    drawn, seen = network(plan, shapes(backbone, 128)), shapes(backbone, 128)
    sound_drawing(drawn)
    words = [item.text for item in drawn.items if isinstance(item, Text)]
    for text in ("3 × 128 × 128", "neck", f"{seen.features:,}", f"{seen.features:,} → 4", "4", "0.7 · L₁", "0.3 · L₂"):
        assert text in words
    learn = [item for item in drawn.items if isinstance(item, Rect) and item.tip.endswith("learns")]
    assert len(learn) == depth + 2, "and both heads"
    assert "head 2 (rotation, 4 answers)" in drawn.alt
